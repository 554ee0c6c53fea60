#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace jangkau {

/// How a text travels: GSM 7-bit default alphabet (3GPP TS 23.038 section 6.2.1) or UCS-2.
enum class Encoding { gsm7, ucs2 };

/// What a text costs on the air.
struct Measure {
    Encoding encoding = Encoding::gsm7;
    std::size_t units = 0;  ///< septets (extension characters are two), or UTF-16 units
    std::string forcing;    ///< the first character (UTF-8) that is not in GSM-7, or ""
};

/// What a text costs in either encoding; the costs of texts that are joined add up.
struct Cost {
    std::size_t septets = 0;  ///< of what GSM-7 has
    std::size_t units = 0;    ///< UTF-16
    bool gsm7 = true;         ///< whether that is all of it

    Cost& operator+=(const Cost& other) {
        septets += other.septets;
        units += other.units;
        gsm7 = gsm7 && other.gsm7;
        return *this;
    }
};

/// USSD and SMS limits. USSD strings are 160 octets: 182 septets or 80 units (3GPP TS 23.038,
/// TS 24.090); 160 septets is what the networks that we know of show.
inline constexpr std::size_t kSmsSeptets = 160;
inline constexpr std::size_t kSmsSeptetsPart = 153;
inline constexpr std::size_t kSmsUnits = 70;
inline constexpr std::size_t kSmsUnitsPart = 67;

[[nodiscard]] bool valid_utf8(std::string_view text);
/// Every broken sequence becomes one '?', whatever is_obeyed() (gateway/core/utf8.hpp) but LF a
/// blank.
[[nodiscard]] std::string clean_utf8(std::string_view text);

/// `text` must be valid UTF-8.
[[nodiscard]] Cost cost_of(std::string_view text);
/// `text` must be valid UTF-8.
[[nodiscard]] Measure measure(std::string_view text);
/// Replaces look-alikes that would force UCS-2: curly quotes, dashes, ellipsis, bullets, no-break
/// blanks, the backtick, modifier apostrophes. Leaves other characters as they are.
[[nodiscard]] std::string fold_to_gsm7(std::string_view text);

/// The parts of an SMS: one, or pieces that leave room for the concatenation header (7 septets or 3
/// units). Never cuts an extension pair, a surrogate pair or a UTF-8 sequence.
[[nodiscard]] std::vector<std::string> sms_parts(std::string_view text);

/// The longest beginning of `text` that fits `units` of `encoding`, cut at a character.
[[nodiscard]] std::string_view cut(std::string_view text, Encoding encoding, std::size_t units);
/// A person's name for small screens: `units` septets at most, cut at a word where possible and
/// then marked with the next initial and "." ("ABDUL RAHMAN D.").
[[nodiscard]] std::string short_name(std::string_view name, std::size_t units);

/// GSM-7 packed octets (TS 23.038 section 6.1.2.3), for tests against other implementations.
[[nodiscard]] std::string pack_gsm7(std::string_view text);

[[nodiscard]] std::string upper_ascii(std::string_view text);
[[nodiscard]] std::string lower_ascii(std::string_view text);
/// Without blanks, tabs and line ends at both ends.
[[nodiscard]] std::string_view trim(std::string_view text);
/// Lower-case letters only, accents cut: "Pa'baeng-Baeng" -> "pabaengbaeng". For comparing names of
/// places.
[[nodiscard]] std::string letters_key(std::string_view text);
/// Letters and digits, accents cut (é -> e), upper case; everything else becomes one blank.
[[nodiscard]] std::string plain_upper(std::string_view text);
/// Damerau-Levenshtein distance (optimal string alignment), stops counting above `limit`.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit);

}  // namespace jangkau
