#pragma once

#include <exception>
#include <string>

namespace jangkau {

/// The words of what was thrown, which must not be null.
[[nodiscard]] std::string what(const std::exception_ptr& fault);

}  // namespace jangkau
