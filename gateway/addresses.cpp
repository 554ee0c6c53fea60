#include "gateway/addresses.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>
#include <string_view>

#include "gateway/core/text.hpp"

namespace jangkau::gateway {
namespace {

using Bytes = std::array<unsigned char, 16>;

/// An IPv4 address as the IPv6 one that stands for it, so that one comparison serves both.
std::optional<Bytes> parse_address(const std::string& text) {
    Bytes out{};
    if (inet_pton(AF_INET6, text.c_str(), out.data()) == 1) return out;
    std::array<unsigned char, 4> v4{};
    if (inet_pton(AF_INET, text.c_str(), v4.data()) != 1) return std::nullopt;
    out.fill(0);
    out[10] = out[11] = 0xFF;
    std::copy(v4.begin(), v4.end(), out.begin() + 12);
    return out;
}

/// Whether the first `bits` of the two are the same.
bool begin_alike(const Bytes& one, const Bytes& other, unsigned bits) {
    const auto whole = static_cast<std::ptrdiff_t>(bits / 8);
    if (!std::equal(one.begin(), one.begin() + whole, other.begin())) return false;
    if (bits % 8 == 0) return true;
    const auto at = static_cast<std::size_t>(whole);
    return ((one[at] ^ other[at]) >> (8 - bits % 8)) == 0;
}

/// IPv4 as such, everything else as inet_ntop writes it: each address has one form.
std::string written(const Bytes& address) {
    char text[INET6_ADDRSTRLEN] = "";
    static constexpr Bytes kV4{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    if (std::equal(address.begin(), address.begin() + 12, kV4.begin()))
        inet_ntop(AF_INET, address.data() + 12, text, sizeof(text));
    else
        inet_ntop(AF_INET6, address.data(), text, sizeof(text));
    return text;
}

bool all_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

/// "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:80".
std::optional<std::string> address_of(std::string_view node) {
    if (node.starts_with('[')) {
        const std::size_t end = node.find(']');
        if (end == node.npos) return std::nullopt;
        const std::string_view port = node.substr(end + 1);
        if (!port.empty() && !(port.starts_with(':') && all_digits(port.substr(1))))
            return std::nullopt;
        node = node.substr(1, end - 1);
    } else if (std::ranges::count(node, ':') == 1) {
        const std::size_t colon = node.find(':');
        if (!all_digits(node.substr(colon + 1))) return std::nullopt;
        node = node.substr(0, colon);
    }
    const auto address = parse_address(std::string(node));
    if (!address) return std::nullopt;
    return written(*address);
}

/// The `for` of one element of RFC 7239: `for="[2001:db8::1]:80";proto=https`.
std::string_view for_of(std::string_view element) {
    while (!element.empty()) {
        const std::size_t end = std::min(element.find(';'), element.size());
        std::string_view pair = trim(element.substr(0, end));
        element.remove_prefix(std::min(end + 1, element.size()));
        if (pair.size() < 4 || lower_ascii(pair.substr(0, 4)) != "for=") continue;
        pair.remove_prefix(4);
        if (pair.size() >= 2 && pair.starts_with('"') && pair.ends_with('"'))
            pair = pair.substr(1, pair.size() - 2);
        return pair;
    }
    return {};
}

}  // namespace

Networks::Networks(std::initializer_list<std::string> texts) {
    for (const std::string& text : texts)
        if (!add(text)) throw std::invalid_argument("no network: " + text);
}

bool Networks::add(const std::string& text) {
    const std::size_t slash = text.find('/');
    const std::string host = text.substr(0, slash);
    const auto address = parse_address(host);
    if (!address) return false;
    const bool v4 = host.find(':') == std::string::npos;
    unsigned bits = v4 ? 32 : 128;
    if (slash != std::string::npos) {
        unsigned given = 0;
        const auto [end, fault] =
            std::from_chars(text.data() + slash + 1, text.data() + text.size(), given);
        if (fault != std::errc{} || end != text.data() + text.size() || given > bits) return false;
        bits = given;
    }
    networks_.push_back({*address, v4 ? bits + 96 : bits});
    return true;
}

bool Networks::contains(const std::string& address) const {
    if (networks_.empty()) return false;  // as a gateway without a proxy has it, at each request
    const auto parsed = parse_address(address.starts_with("unix") ? "127.0.0.1" : address);
    return parsed && std::ranges::any_of(networks_, [&](const Network& network) {
               return begin_alike(*parsed, network.address, network.bits);
           });
}

bool address_allowed(const std::string& address, const Networks& allow) {
    return allow.empty() || allow.contains(address);
}

std::optional<std::string> caller_of(const std::string& peer, const Headers& headers,
                                     const ProxyRule& rule) {
    if (!rule.trusted.contains(peer)) return peer;
    const bool rfc = rule.header == "Forwarded";
    std::string all;
    for (const auto& [name, value] : headers)
        if (lower_ascii(name) == lower_ascii(rule.header)) all += (all.empty() ? "" : ",") + value;
    std::string_view rest = all;
    for (;;) {
        const std::size_t comma = rest.rfind(',');
        const std::string_view last = trim(rest.substr(comma == rest.npos ? 0 : comma + 1));
        auto address = address_of(rfc ? for_of(last) : last);
        if (!address || comma == rest.npos || !rule.trusted.contains(*address)) return address;
        rest = rest.substr(0, comma);
    }
}

std::string network_of(const std::string& address) {
    const auto parsed = parse_address(address);
    if (!parsed || address.find(':') == std::string::npos) return address;
    Bytes network = *parsed;
    std::fill(network.begin() + 8, network.end(), static_cast<unsigned char>(0));
    return written(network);
}

}  // namespace jangkau::gateway
