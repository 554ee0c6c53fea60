#pragma once

#include <string>
#include <vector>

namespace jangkau::gateway {

/// Rows in columns for a terminal, the first one above a line. Control characters become blanks, so
/// that no name can move the cursor.
[[nodiscard]] std::string written_table(const std::vector<std::vector<std::string>>& rows);

}  // namespace jangkau::gateway
