#include "gateway/core/gsm7.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/check.hpp"
#include "gateway/core/text.hpp"
#include "gateway/core/utf8.hpp"

namespace jangkau {
namespace {

constexpr unsigned char kEscape = 0x1B;
constexpr unsigned char kCarriageReturn = 0x0D;

constexpr std::u32string_view kBasic =
    U"@£$¥èéùìòÇ\nØø\rÅå"
    U"Δ_ΦΓΛΩΠΨΣΘΞ\x1B"
    U"ÆæßÉ"
    U" !\"#¤%&'()*+,-./"
    U"0123456789:;<=>?"
    U"¡ABCDEFGHIJKLMNO"
    U"PQRSTUVWXYZÄÖÑÜ§"
    U"¿abcdefghijklmno"
    U"pqrstuvwxyzäöñüà";
static_assert(kBasic.size() == 128 && kBasic[kEscape] == 0x1B);

struct Extension {
    char32_t character;
    unsigned char code;
};

constexpr std::array kExtensions{Extension{'\f', 0x0A}, Extension{'^', 0x14},  Extension{'{', 0x28},
                                 Extension{'}', 0x29},  Extension{'\\', 0x2F}, Extension{'[', 0x3C},
                                 Extension{'~', 0x3D},  Extension{']', 0x3E},  Extension{'|', 0x40},
                                 Extension{U'€', 0x65}};

constexpr unsigned char kAbsent = 0xFF;

/// Codes of the characters below U+0100, which are all but the Greek letters.
constexpr auto kLatin = []() {
    std::array<unsigned char, 256> codes{};
    codes.fill(kAbsent);
    for (std::size_t code = 0; code < kBasic.size(); ++code) {
        if (code != kEscape && kBasic[code] < codes.size())
            codes[kBasic[code]] = static_cast<unsigned char>(code);
    }
    return codes;
}();

std::vector<unsigned char> septets_of(std::string_view text) {
    std::vector<unsigned char> septets;
    septets.reserve(text.size() + 1);
    while (!text.empty()) {
        const Utf8Char next = next_utf8(text);
        const auto code = next.valid ? gsm7_code(next.code) : std::nullopt;
        check(code.has_value(), "a text of the GSM 7-bit alphabet");
        if (code->extended) septets.push_back(kEscape);
        septets.push_back(code->code);
        text.remove_prefix(next.bytes);
    }
    return septets;
}

}  // namespace

std::optional<Gsm7Code> gsm7_code(char32_t character) {
    if (character < kLatin.size() && kLatin[character] != kAbsent) {
        return Gsm7Code{kLatin[character], false};
    }
    for (const auto& extension : kExtensions) {
        if (extension.character == character) return Gsm7Code{extension.code, true};
    }
    constexpr std::size_t kGreekBegin = 0x10;
    constexpr std::size_t kGreekEnd = kEscape;
    for (std::size_t code = kGreekBegin; code < kGreekEnd; ++code) {
        if (kBasic[code] == character) return Gsm7Code{static_cast<unsigned char>(code), false};
    }
    return std::nullopt;
}

std::string pack_gsm7(std::string_view text) {
    std::vector<unsigned char> septets = septets_of(text);
    // Seven spare bits would read as '@', so they are filled with CR; and because the receiver
    // drops a CR there, one that was meant at the end of an octet is sent twice.
    const bool spare_septet = septets.size() % 8 == 7;
    const bool ends_in_return =
        !septets.empty() && septets.size() % 8 == 0 && septets.back() == kCarriageReturn;
    if (spare_septet || ends_in_return) septets.push_back(kCarriageReturn);

    std::string packed;
    unsigned pending = 0;
    unsigned bits = 0;
    for (const unsigned char septet : septets) {
        pending |= static_cast<unsigned>(septet) << bits;
        bits += 7;
        if (bits < 8) continue;
        packed += static_cast<char>(pending & 0xFFU);
        pending >>= 8;
        bits -= 8;
    }
    if (bits > 0) packed += static_cast<char>(pending);
    return packed;
}

}  // namespace jangkau
