#include "adapters/octets.hpp"

#include <array>

#include "adapters/signature.hpp"
#include "gateway/core/check.hpp"
#include "gateway/core/gsm7.hpp"
#include "gateway/core/hex.hpp"
#include "gateway/core/utf8.hpp"

namespace jangkau::adapters {
namespace {

constexpr unsigned char kEscape = 0x1B;
constexpr std::size_t kSeptets = 128;
constexpr char32_t kUnknown = U'?';
/// The alphabet's last character by code point.
constexpr char32_t kEuro = 0x20AC;

constexpr char32_t kHighSurrogate = 0xD800;
constexpr char32_t kLowSurrogate = 0xDC00;
constexpr char32_t kSurrogatesEnd = 0xE000;
constexpr char32_t kFirstPair = 0x10000;
constexpr unsigned kSurrogateBits = 10;
constexpr char32_t kSurrogateMask = (1U << kSurrogateBits) - 1;

constexpr unsigned char kReference8 = 0x00;
constexpr unsigned char kReference16 = 0x08;

unsigned octet(std::string_view octets, std::size_t at) {
    return static_cast<unsigned char>(octets[at]);
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

void append_utf8(std::string& out, char32_t code) {
    const auto tail = [&](unsigned shift) {
        out += static_cast<char>(0x80U | ((code >> shift) & 0x3FU));
    };
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xC0U | (code >> 6U));
        tail(0);
    } else if (code < kFirstPair) {
        out += static_cast<char>(0xE0U | (code >> 12U));
        tail(6);
        tail(0);
    } else {
        out += static_cast<char>(0xF0U | (code >> 18U));
        tail(12);
        tail(6);
        tail(0);
    }
}

struct Alphabet {
    std::array<char32_t, kSeptets> basic{};
    std::array<char32_t, kSeptets> extension{};
};

/// The core's table read backwards, so that there is one table only.
const Alphabet& alphabet() {
    static const Alphabet made = [] {
        Alphabet out;
        out.basic.fill(kUnknown);
        out.extension.fill(kUnknown);
        for (char32_t character = 0; character <= kEuro; ++character) {
            if (const auto code = gsm7_code(character))
                (code->extended ? out.extension : out.basic)[code->code] = character;
        }
        return out;
    }();
    return made;
}

template <class Each>
void each_character(std::string_view text, Each each) {
    while (!text.empty()) {
        const Utf8Char next = next_utf8(text);
        check(next.valid, "a text of valid UTF-8");
        each(next.code);
        text.remove_prefix(next.bytes);
    }
}

}  // namespace

std::optional<std::string> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    std::string octets;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = hex_digit(text[i]);
        const int low = hex_digit(text[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        octets += static_cast<char>(high * 16 + low);
    }
    return octets;
}

std::string utf8_from_gsm7(std::string_view octets) {
    std::string text;
    for (std::size_t i = 0; i < octets.size(); ++i) {
        const bool extended = octet(octets, i) == kEscape && i + 1 < octets.size();
        if (extended) ++i;
        const unsigned code = octet(octets, i);
        append_utf8(text, code >= kSeptets
                              ? kUnknown
                              : (extended ? alphabet().extension : alphabet().basic)[code]);
    }
    return text;
}

std::string utf8_from_latin1(std::string_view octets) {
    std::string text;
    for (std::size_t i = 0; i < octets.size(); ++i) append_utf8(text, octet(octets, i));
    return text;
}

std::string utf8_from_utf16be(std::string_view octets) {
    const auto unit = [&](std::size_t at) -> char32_t {
        return octet(octets, at) << 8U | octet(octets, at + 1);
    };
    const auto within = [](char32_t code, char32_t first, char32_t end) {
        return code >= first && code < end;
    };
    std::string text;
    std::size_t i = 0;
    for (; i + 1 < octets.size(); i += 2) {
        const char32_t code = unit(i);
        const bool pair = within(code, kHighSurrogate, kLowSurrogate) && i + 3 < octets.size() &&
                          within(unit(i + 2), kLowSurrogate, kSurrogatesEnd);
        if (pair) {
            append_utf8(text, kFirstPair + ((code & kSurrogateMask) << kSurrogateBits) +
                                  (unit(i + 2) & kSurrogateMask));
            i += 2;
        } else {
            append_utf8(text, within(code, kHighSurrogate, kSurrogatesEnd) ? kUnknown : code);
        }
    }
    if (i < octets.size()) append_utf8(text, kUnknown);
    return text;
}

std::string utf16be_from_utf8(std::string_view text) {
    std::string octets;
    const auto unit = [&](char32_t code) {
        octets += static_cast<char>(code >> 8U);
        octets += static_cast<char>(code & 0xFFU);
    };
    each_character(text, [&](char32_t code) {
        if (code < kFirstPair) return unit(code);
        code -= kFirstPair;
        unit(kHighSurrogate + (code >> kSurrogateBits));
        unit(kLowSurrogate + (code & kSurrogateMask));
    });
    return octets;
}

std::string gsm7_from_utf8(std::string_view text) {
    std::string octets;
    each_character(text, [&](char32_t character) {
        const auto code = gsm7_code(character);
        check(code.has_value(), "a text of the GSM 7-bit alphabet");
        if (code->extended) octets += static_cast<char>(kEscape);
        octets += static_cast<char>(code->code);
    });
    return octets;
}

std::optional<SmsIn::Part> part_in(std::string_view header) {
    // Length of all, then elements: identifier, length, data.
    for (std::size_t at = 1; at + 1 < header.size();) {
        const unsigned identifier = octet(header, at);
        const std::string_view data = header.substr(at + 2, octet(header, at + 1));
        const std::size_t reference = identifier == kReference8    ? 1
                                      : identifier == kReference16 ? 2
                                                                   : 0;
        if (reference != 0 && data.size() == reference + 2) {
            const SmsIn::Part part{hex(data.substr(0, reference)), octet(data, reference + 1),
                                   octet(data, reference)};
            if (part.number >= 1 && part.number <= part.total) return part;
        }
        at += 2 + data.size();
    }
    return std::nullopt;
}

}  // namespace jangkau::adapters
