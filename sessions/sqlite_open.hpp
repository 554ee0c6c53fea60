#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "sessions/sqlite_store.hpp"
#include "sessions/vault.hpp"

namespace jangkau::sessions {

/// How long a stranger's lock is waited for.
inline constexpr int kBusyMs = 2'000;

/// Makes the data folder, with its parents, where there is none; returns it. Throws
/// std::runtime_error with the reason.
std::string make_folder(const std::string& folder);

/// The file's connection as a store uses it, with the schema of this program. Throws
/// std::runtime_error with a sentence for the operator.
///
/// Threading: one thread at a time, whoever it is.
[[nodiscard]] std::unique_ptr<SQLite::Database> open_database(const std::string& path,
                                                              bool fast_and_loose);
/// The sentence for a file that cannot be opened.
[[nodiscard]] std::string words_of(const std::string& path, const std::runtime_error& failed);

/// Reads the keys, or makes the first one where there is no `database` yet.
[[nodiscard]] std::vector<Key> loaded_keys(const SqliteOptions& options,
                                           const std::string& database);
/// With the file in the data folder where nothing else is said.
[[nodiscard]] KeySource key_source(const SqliteOptions& options);

}  // namespace jangkau::sessions
