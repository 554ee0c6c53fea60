#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

namespace jangkau::sessions {

/// The schema that this program reads and writes; kept in the file as `user_version`.
[[nodiscard]] int schema_version();

/// Brings the file to schema_version(), each step in a transaction of its own. Throws
/// std::runtime_error with a sentence for the operator when a newer program wrote the file.
void migrate(SQLite::Database& database);

}  // namespace jangkau::sessions
