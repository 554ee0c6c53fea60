#include "gateway/core/utf8.hpp"

#include <algorithm>
#include <string>

#include "gateway/core/check.hpp"
#include "gateway/core/text.hpp"

namespace jangkau {
namespace {

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

Utf8Char broken(std::string_view text) {
    std::size_t bytes = 1;
    while (bytes < text.size() && is_continuation(text[bytes])) ++bytes;
    return {0, bytes, false};
}

}  // namespace

Utf8Char next_utf8(std::string_view text) {
    check(!text.empty(), "there is a character to read");
    const auto lead = static_cast<unsigned char>(text.front());
    if (lead < 0x80) return {lead, 1, true};
    if (lead < 0xC2 || lead > 0xF4) return broken(text);

    const std::size_t bytes = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (text.size() < bytes) return broken(text);
    char32_t code = lead & (0xFFU >> (bytes + 1));
    for (std::size_t i = 1; i < bytes; ++i) {
        if (!is_continuation(text[i])) return broken(text);
        code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3FU);
    }
    const char32_t least = bytes == 2 ? 0x80 : bytes == 3 ? 0x800 : 0x10000;
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (code < least || surrogate || code > 0x10FFFF) return broken(text);
    return {code, bytes, true};
}

bool is_obeyed(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029 ||
           (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

bool valid_utf8(std::string_view text) {
    while (!text.empty()) {
        if (static_cast<unsigned char>(text.front()) < 0x80) {
            text.remove_prefix(1);
            continue;
        }
        const Utf8Char next = next_utf8(text);
        if (!next.valid) return false;
        text.remove_prefix(next.bytes);
    }
    return true;
}

std::string clean_utf8(std::string_view text) {
    const auto stays = [](char c) { return (c >= 0x20 && c < 0x7F) || c == '\n'; };
    std::string clean;
    clean.reserve(text.size());
    while (!text.empty()) {
        const auto plain = static_cast<std::size_t>(
            std::find_if_not(text.begin(), text.end(), stays) - text.begin());
        clean += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty()) break;
        const Utf8Char next = next_utf8(text);
        if (!next.valid) {
            clean += '?';
        } else if (is_obeyed(next.code) && next.code != '\n') {
            clean += ' ';
        } else {
            clean += text.substr(0, next.bytes);
        }
        text.remove_prefix(next.bytes);
    }
    return clean;
}

}  // namespace jangkau
