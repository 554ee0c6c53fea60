#include "gateway/core/nik.hpp"

#include <algorithm>
#include <array>
#include <ostream>

namespace jangkau {
namespace {

constexpr std::size_t kDigits = 16;
constexpr int kFemaleDay = 40;

/// Codes of the Ministry of Home Affairs; 92 to 96 came with the partitions of Papua.
constexpr std::array kProvinces{11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 31, 32, 33,
                                34, 35, 36, 51, 52, 53, 61, 62, 63, 64, 65, 71, 72,
                                73, 74, 75, 76, 81, 82, 91, 92, 93, 94, 95, 96};
static_assert(std::is_sorted(kProvinces.begin(), kProvinces.end()));

int two_digits(std::string_view digits, std::size_t at) {
    return (digits[at] - '0') * 10 + (digits[at + 1] - '0');
}

struct Typed {
    std::string digits;  ///< slips read as digits
    bool strange = false;
};

Typed typed_digits(std::string_view raw) {
    Typed typed;
    for (const char c : raw) {
        if (const char digit = nik_digit(c); digit != '\0') {
            typed.digits += digit;
        } else if (std::string_view(" .-\t\r\n").find(c) == std::string_view::npos) {
            typed.strange = true;
        }
    }
    return typed;
}

/// The date in the digits, read in the century that begins with `century`. May be impossible.
Date date_in(std::string_view digits, int century) {
    const int day = two_digits(digits, 6);
    return std::chrono::year(century + two_digits(digits, 10)) /
           std::chrono::month(static_cast<unsigned>(two_digits(digits, 8))) /
           std::chrono::day(static_cast<unsigned>(day > kFemaleDay ? day - kFemaleDay : day));
}

bool known_example(std::string_view digits) {
    return digits == "1234567890123456" ||
           std::all_of(digits.begin(), digits.end(), [&](char c) { return c == digits.front(); });
}

}  // namespace

char nik_digit(char typed) {
    if (typed >= '0' && typed <= '9') return typed;
    switch (typed) {
        case 'O':
        case 'o': return '0';
        case 'I':
        case 'i':
        case 'L':
        case 'l': return '1';
        default: return '\0';
    }
}

Result<Nik, BadNik> Nik::parse(std::string_view raw) {
    Typed typed = typed_digits(raw);
    const std::string_view digits = typed.digits;
    const auto bad = [&](BadNik::Kind kind) { return BadNik{kind, digits.size()}; };

    if (typed.strange) {
        const auto counted =
            std::count_if(raw.begin(), raw.end(), [](char c) { return c >= '0' && c <= '9'; });
        return BadNik{BadNik::Kind::characters, static_cast<std::size_t>(counted)};
    }
    if (digits.size() != kDigits) return bad(BadNik::Kind::length);
    if (known_example(digits)) return bad(BadNik::Kind::example);
    if (!std::binary_search(kProvinces.begin(), kProvinces.end(), two_digits(digits, 0))) {
        return bad(BadNik::Kind::area);
    }
    if (!date_in(digits, 1900).ok() && !date_in(digits, 2000).ok()) return bad(BadNik::Kind::date);
    if (digits.ends_with("0000")) return bad(BadNik::Kind::example);
    return Nik(std::move(typed.digits));
}

bool Nik::female() const { return two_digits(digits_, 6) > kFemaleDay; }

std::optional<Date> Nik::birth_date(Date today) const {
    // The readings are a hundred years apart, so at most one gives an age of 0 to 99, and there is
    // never a choice to be made by working age.
    for (const int century : {2000, 1900}) {
        const Date date = date_in(digits_, century);
        if (!date.ok()) continue;
        const int age = full_years(date, today);
        if (age >= 0 && age <= 99) return date;
    }
    return std::nullopt;
}

std::ostream& operator<<(std::ostream& out, const Nik& nik) {
    return out << std::string(kDigits - 4, '*') << nik.last4();
}

}  // namespace jangkau
