#pragma once

#include <cstddef>
#include <optional>

namespace jangkau {

/// A character in the GSM 7-bit default alphabet or its extension table (3GPP TS 23.038 section
/// 6.2.1, no national tables).
struct Gsm7Code {
    unsigned char code = 0;
    bool extended = false;  ///< sent after an escape

    [[nodiscard]] std::size_t septets() const { return extended ? 2 : 1; }
};

[[nodiscard]] std::optional<Gsm7Code> gsm7_code(char32_t character);

}  // namespace jangkau
