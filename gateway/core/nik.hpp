#pragma once

#include <compare>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/core/calendar.hpp"
#include "gateway/core/result.hpp"

namespace jangkau {

struct BadNik {
    enum class Kind {
        length,      ///< not 16 digits
        characters,  ///< letters or signs that are no usual slip
        area,        ///< unknown province
        date,        ///< day, month or both are impossible in either century
        example,     ///< serial 0000, all digits alike, 1234567890123456
    };
    Kind kind;
    std::size_t digits;  ///< how many digits were counted
};

/// The digit that a typed character means in a NIK: 0 for O, 1 for I and L, large or small; NUL for
/// what is no usual slip.
[[nodiscard]] char nik_digit(char typed);

/// Nomor Induk Kependudukan: `PPKKCC DDMMYY SSSS` (PP 37/2007 article 37), 40 added to the day for
/// women, no check digit. It never changes, so its area is not where a person lives and its date
/// may lawfully differ from the identity card's.
///
/// Prints masked ("************0003").
class Nik {
public:
    /// Blanks, dots and dashes are dropped; the letters O, l and I are read as 0 and 1 once when
    /// that makes 16 digits. An unknown regency or district is accepted, an unknown province is
    /// not.
    [[nodiscard]] static Result<Nik, BadNik> parse(std::string_view raw);

    [[nodiscard]] const std::string& digits() const { return digits_; }
    [[nodiscard]] std::string_view last4() const { return std::string_view(digits_).substr(12); }
    [[nodiscard]] bool female() const;
    /// The date of birth that the digits tell. Of the two centuries the one that gives an age of 0
    /// to 99 today, and if both do, the one of working age (15 to 64); nothing if that does not
    /// decide.
    [[nodiscard]] std::optional<Date> birth_date(Date today) const;

    auto operator<=>(const Nik&) const = default;

private:
    explicit Nik(std::string digits) : digits_(std::move(digits)) {}
    std::string digits_;
};

std::ostream& operator<<(std::ostream& out, const Nik& nik);

}  // namespace jangkau
