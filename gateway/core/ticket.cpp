#include "gateway/core/ticket.hpp"

#include <array>

namespace jangkau {
namespace {

/// Totally anti-symmetric quasigroup of order 10 (H. M. Damm, Total anti-symmetrische Quasigruppen,
/// Marburg 2004, page 111).
constexpr std::array<std::array<unsigned char, 10>, 10> kQuasigroup{{
    {0, 3, 1, 7, 5, 9, 8, 6, 4, 2},
    {7, 0, 9, 2, 1, 5, 4, 8, 6, 3},
    {4, 2, 0, 6, 8, 7, 1, 3, 5, 9},
    {1, 7, 5, 0, 9, 8, 3, 4, 2, 6},
    {6, 1, 2, 3, 0, 4, 5, 9, 7, 8},
    {3, 6, 7, 4, 2, 0, 9, 5, 8, 1},
    {5, 8, 6, 9, 7, 2, 0, 1, 3, 4},
    {8, 9, 4, 5, 3, 6, 2, 0, 1, 7},
    {9, 4, 3, 8, 6, 1, 7, 2, 0, 5},
    {2, 5, 8, 1, 4, 3, 6, 7, 9, 0},
}};

/// The digit that makes `digits` end in 0: with a right check digit it is 0 itself.
constexpr unsigned damm(std::string_view digits) {
    unsigned interim = 0;
    for (const char digit : digits)
        interim = kQuasigroup[interim][static_cast<unsigned>(digit - '0')];
    return interim;
}
static_assert(damm("572") == 4 && damm("5724") == 0);  // a published example

constexpr std::uint64_t power_of_ten(std::size_t exponent) {
    std::uint64_t power = 1;
    for (; exponent > 0; --exponent) power *= 10;
    return power;
}

constexpr std::uint64_t first_with(std::size_t length) {
    return length == Ticket::kDigitsMin ? 0 : power_of_ten(length - 1);
}

}  // namespace

Result<Ticket, BadTicket> Ticket::parse(std::string_view raw) {
    std::string digits;
    for (const char c : raw) {
        if (c >= '0' && c <= '9') {
            digits += c;
        } else if (std::string_view(" .-\t\r\n").find(c) == std::string_view::npos) {
            return BadTicket::form;
        }
    }
    if (digits.size() <= kDigitsMin || digits.size() > kDigitsMax + 1) return BadTicket::form;
    if (damm(digits) != 0) return BadTicket::check_digit;
    return Ticket(std::move(digits));
}

std::uint64_t Ticket::count(std::size_t length) {
    return power_of_ten(length) - first_with(length);
}

Ticket Ticket::from_number(std::uint64_t number, std::size_t length) {
    std::string digits = std::to_string(first_with(length) + number % count(length));
    digits.insert(0, length - digits.size(), '0');
    digits += static_cast<char>('0' + damm(digits));
    return Ticket(std::move(digits));
}

}  // namespace jangkau
