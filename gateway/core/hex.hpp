#pragma once

#include <string>
#include <string_view>

namespace jangkau {

/// Two digits for each byte, lower case.
[[nodiscard]] std::string hex(std::string_view bytes);

}  // namespace jangkau
