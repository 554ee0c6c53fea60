#include "tests/bench/dialogue.hpp"

#include <array>
#include <charconv>

namespace jangkau::bench {
namespace {

/// "NIK" stands for the worker's own.
constexpr std::array<std::string_view, Dialogue::kHops> kTyped = {
    "", "1", "NIK", "Abdul+Rahman+Daeng+Ngalle", "Lembo", "2", "2", "2", "1", "4", "1"};

void append_number(std::string& out, std::uint64_t number, std::size_t width) {
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    const auto length = static_cast<std::size_t>(end - digits.data());
    out.append(width > length ? width - length : 0, '0').append(digits.data(), length);
}

}  // namespace

std::string Dialogue::session(std::uint64_t worker) const {
    std::string id = "ATUid_7c1d0d5a2b9f4e6c";
    append_number(id, run_, 3);
    append_number(id, worker, 10);
    return id;
}

std::string Dialogue::phone(std::uint64_t worker) const {
    std::string digits = "62812";
    append_number(digits, run_ % 10, 1);
    append_number(digits, worker, 7);
    return digits;
}

/// Of Makassar; men, born on 01..28 of a month of 1965 to 1999, 9,999 of each day.
std::string Dialogue::nik(std::uint64_t worker) const {
    std::string digits = "737107";
    const std::uint64_t day = worker / 9'999;
    append_number(digits, 1 + day % 28, 2);
    append_number(digits, 1 + day / 28 % 12, 2);
    append_number(digits, 65 + day / 28 / 12 % 35, 2);
    append_number(digits, 1 + worker % 9'999, 4);
    return digits;
}

void Dialogue::append_request(std::string& out, std::uint64_t worker, std::size_t hop) const {
    std::string body = "sessionId=" + session(worker) + "&phoneNumber=%2B" + phone(worker);
    body += "&networkCode=51010&serviceCode=*123*4567%23&text=";
    for (std::size_t i = 1; i <= hop; ++i) {
        if (i > 1) body += '*';
        body += kTyped[i] == "NIK" ? nik(worker) : kTyped[i];
    }
    out += "POST ";
    out += path_;
    out +=
        " HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: at-ussd\r\nAccept: */*\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ";
    append_number(out, body.size(), 1);
    out += "\r\n\r\n";
    out += body;
}

bool Dialogue::goes_on(std::string_view body, std::size_t hop) {
    return body.starts_with(hop + 1 == kHops ? "END " : "CON ");
}

}  // namespace jangkau::bench
