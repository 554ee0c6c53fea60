#pragma once

#include <compare>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/result.hpp"

namespace jangkau {

/// How people of one country write their mobile numbers: data, loaded from `numbers.yaml`.
struct NumberPlan {
    struct Operator {
        std::string name;
        std::vector<std::string> prefixes;  ///< of the national number, without trunk prefix: "811"
    };

    std::string country_code = "62";
    std::string trunk_prefix = "0";
    /// A national number (after country code or trunk prefix) that begins with `mobile_prefix` and
    /// has so many digits is a mobile number of the home country. 13-digit numbers exist that
    /// number tables call invalid, so the upper limit is generous: the network decides.
    std::string mobile_prefix = "8";
    std::size_t digits_min = 8;
    std::size_t digits_max = 13;
    std::vector<Operator> operators;
};

enum class BadNumber {
    empty,
    characters,  ///< something other than digits, blanks, dots, dashes, brackets and a leading plus
    length,      ///< E.164 allows 15 digits; fewer than 8 is no subscriber's number
    unknown_country,
    not_mobile,  ///< a number of the home country that is not a mobile one
};

/// A subscriber's number in E.164 form (ITU-T E.164: country code and national number, at most 15
/// digits).
///
/// Prints masked ("+62812****345"); ask for `e164()` by name where the whole number is meant.
class Msisdn {
public:
    /// Accepts "+62812...", "0062812...", "62812...", "0812..." and "812..." for the home country
    /// of `plan`, and
    /// "+CC..." for any other country, with blanks, dots, dashes and brackets between digits.
    [[nodiscard]] static Result<Msisdn, BadNumber> parse(std::string_view raw,
                                                         const NumberPlan& plan);
    /// From our own store: digits only, as `digits()` gave them.
    [[nodiscard]] static Msisdn from_digits(std::string digits);

    /// "628123456789"
    [[nodiscard]] const std::string& digits() const { return digits_; }
    /// "+628123456789"
    [[nodiscard]] std::string e164() const { return "+" + digits_; }
    /// As people of the home country dial it: "08123456789"; E.164 for other countries.
    [[nodiscard]] std::string local(const NumberPlan& plan) const;
    /// "+62812****345": enough to tell two callers apart in a log.
    [[nodiscard]] std::string masked() const;
    /// Name of the operator by prefix, or "" (Indonesia has no number portability, so prefixes
    /// tell).
    [[nodiscard]] std::string_view operator_of(const NumberPlan& plan) const;

    auto operator<=>(const Msisdn&) const = default;

private:
    explicit Msisdn(std::string digits) : digits_(std::move(digits)) {}
    std::string digits_;
};

std::ostream& operator<<(std::ostream& out, const Msisdn& number);

}  // namespace jangkau
