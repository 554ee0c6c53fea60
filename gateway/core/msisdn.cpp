#include "gateway/core/msisdn.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <ostream>

#include "gateway/core/check.hpp"
#include "gateway/core/text.hpp"

namespace jangkau {
namespace {

constexpr std::size_t kDigitsMin = 8;
constexpr std::size_t kDigitsMax = 15;
constexpr std::size_t kHiddenMin = 4;

/// Assigned country codes (ITU-T E.164, list of assigned codes). No code begins another one. Left
/// out are the codes of services that nobody calls from: 800, 808, 888, 979.
constexpr std::array kCountryCodes{
    1,   7,   20,  27,  30,  31,  32,  33,  34,  36,  39,  40,  41,  43,  44,  45,  46,  47,
    48,  49,  51,  52,  53,  54,  55,  56,  57,  58,  60,  61,  62,  63,  64,  65,  66,  81,
    82,  84,  86,  90,  91,  92,  93,  94,  95,  98,  211, 212, 213, 216, 218, 220, 221, 222,
    223, 224, 225, 226, 227, 228, 229, 230, 231, 232, 233, 234, 235, 236, 237, 238, 239, 240,
    241, 242, 243, 244, 245, 246, 247, 248, 249, 250, 251, 252, 253, 254, 255, 256, 257, 258,
    260, 261, 262, 263, 264, 265, 266, 267, 268, 269, 290, 291, 297, 298, 299, 350, 351, 352,
    353, 354, 355, 356, 357, 358, 359, 370, 371, 372, 373, 374, 375, 376, 377, 378, 379, 380,
    381, 382, 383, 385, 386, 387, 389, 420, 421, 423, 500, 501, 502, 503, 504, 505, 506, 507,
    508, 509, 590, 591, 592, 593, 594, 595, 596, 597, 598, 599, 670, 672, 673, 674, 675, 676,
    677, 678, 679, 680, 681, 682, 683, 685, 686, 687, 688, 689, 690, 691, 692, 850, 852, 853,
    855, 856, 870, 878, 880, 881, 882, 883, 886, 960, 961, 962, 963, 964, 965, 966, 967, 968,
    970, 971, 972, 973, 974, 975, 976, 977, 992, 993, 994, 995, 996, 998};
static_assert(std::is_sorted(kCountryCodes.begin(), kCountryCodes.end()));

bool known_country(std::string_view digits) {
    if (digits.starts_with('0')) return false;
    int code = 0;
    for (const char digit : digits.substr(0, 3)) {
        code = code * 10 + (digit - '0');
        if (std::binary_search(kCountryCodes.begin(), kCountryCodes.end(), code)) return true;
    }
    return false;
}

struct Typed {
    std::string digits;
    bool plus = false;
};

/// What is left of `raw` without punctuation; nothing if it holds anything else.
std::optional<Typed> typed_digits(std::string_view raw) {
    Typed typed;
    for (const char c : raw) {
        if (c >= '0' && c <= '9') {
            typed.digits += c;
        } else if (c == '+' && !typed.plus && typed.digits.empty()) {
            typed.plus = true;
        } else if (std::string_view(" .-()[]").find(c) == std::string_view::npos) {
            return std::nullopt;
        }
    }
    return typed;
}

std::optional<BadNumber> problem_of_national(std::string_view national, const NumberPlan& plan) {
    if (!national.starts_with(plan.mobile_prefix)) return BadNumber::not_mobile;
    if (national.size() < plan.digits_min || national.size() > plan.digits_max) {
        return BadNumber::length;
    }
    return std::nullopt;
}

/// "+62 (0)812..." is on many a visiting card; no national number begins with the trunk prefix.
std::string_view without_trunk(std::string_view national, const NumberPlan& plan) {
    if (plan.trunk_prefix.empty() || !national.starts_with(plan.trunk_prefix)) return national;
    return national.substr(plan.trunk_prefix.size());
}

/// The national number that was meant by digits without a plus.
std::string_view national_of(std::string_view digits, const NumberPlan& plan) {
    const std::string international = "00" + plan.country_code;
    if (digits.starts_with(international)) {
        return without_trunk(digits.substr(international.size()), plan);
    }
    if (!plan.trunk_prefix.empty() && digits.starts_with(plan.trunk_prefix)) {
        // "00812..." stays unread: behind 008, one of Indonesia's ways abroad, comes a foreign
        // number.
        return digits.substr(plan.trunk_prefix.size());
    }
    if (digits.starts_with(plan.country_code)) {
        const auto rest = without_trunk(digits.substr(plan.country_code.size()), plan);
        // Elsewhere a mobile number may begin with the digits of the country code (Italy: 39).
        const bool is_national = !problem_of_national(digits, plan);
        if (!is_national || !problem_of_national(rest, plan)) return rest;
    }
    return digits;
}

}  // namespace

Result<Msisdn, BadNumber> Msisdn::parse(std::string_view raw, const NumberPlan& plan) {
    const auto typed = typed_digits(trim(raw));
    if (!typed) return BadNumber::characters;
    const std::string_view digits = typed->digits;
    if (digits.empty()) return BadNumber::empty;

    if (typed->plus && !digits.starts_with(plan.country_code)) {
        if (!known_country(digits)) return BadNumber::unknown_country;
        if (digits.size() < kDigitsMin || digits.size() > kDigitsMax) return BadNumber::length;
        return Msisdn(typed->digits);
    }

    const std::string_view national =
        typed->plus ? without_trunk(digits.substr(plan.country_code.size()), plan)
                    : national_of(digits, plan);
    if (const auto problem = problem_of_national(national, plan)) return *problem;
    std::string whole = plan.country_code + std::string(national);
    if (whole.size() < kDigitsMin || whole.size() > kDigitsMax) return BadNumber::length;
    return Msisdn(std::move(whole));
}

Msisdn Msisdn::from_digits(std::string digits) {
    check(digits.size() >= kDigitsMin && digits.size() <= kDigitsMax, "a number of 8 to 15 digits");
    check(std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; }),
          "a number of digits only");
    return Msisdn(std::move(digits));
}

std::string Msisdn::local(const NumberPlan& plan) const {
    if (!digits_.starts_with(plan.country_code)) return e164();
    return plan.trunk_prefix + digits_.substr(plan.country_code.size());
}

std::string Msisdn::masked() const {
    constexpr std::size_t kTail = 3;
    constexpr std::size_t kHead = 5;
    // A moved-from number has no digits, and may still be printed.
    if (digits_.size() <= kTail + kHiddenMin) return "+****";
    const std::size_t head = std::min(kHead, digits_.size() - kTail - kHiddenMin);
    return "+" + digits_.substr(0, head) + "****" + digits_.substr(digits_.size() - kTail);
}

std::string_view Msisdn::operator_of(const NumberPlan& plan) const {
    if (!digits_.starts_with(plan.country_code)) return "";
    const std::string_view national = std::string_view(digits_).substr(plan.country_code.size());
    std::string_view name;
    std::size_t longest = 0;
    for (const auto& candidate : plan.operators) {
        for (const auto& prefix : candidate.prefixes) {
            if (prefix.size() > longest && national.starts_with(prefix)) {
                longest = prefix.size();
                name = candidate.name;
            }
        }
    }
    return name;
}

std::ostream& operator<<(std::ostream& out, const Msisdn& number) { return out << number.masked(); }

}  // namespace jangkau
