#pragma once

#include <cstddef>
#include <string_view>

namespace jangkau {

/// The first character of a text, or a broken sequence at its beginning.
struct Utf8Char {
    char32_t code = 0;      ///< only if `valid`
    std::size_t bytes = 0;  ///< broken: the bad byte and the continuation bytes that follow it
    bool valid = false;
};

/// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. `text` must not be empty.
[[nodiscard]] Utf8Char next_utf8(std::string_view text);

/// What a terminal, a phone or a line-wise reader would obey rather than show: C0 and C1 controls
/// (line ends and tabs are among them), DEL, line separators, marks that turn the direction of
/// writing.
[[nodiscard]] bool is_obeyed(char32_t character);

}  // namespace jangkau
