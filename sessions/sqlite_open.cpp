#include "sessions/sqlite_open.hpp"

#include <sqlite3.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "gateway/core/check.hpp"
#include "sessions/migrations.hpp"

namespace jangkau::sessions {
namespace {

/// What a log that was larger shrinks to: who goes on in it need not find room first.
constexpr int kWalBytesKept = 4'000 * 4096;
/// 3.37 has strict tables.
constexpr int kOldestSqlite = 3'037'000;

void set_and_read_back(SQLite::Database& database, const std::string& pragma,
                       const std::string& value, const std::string& expected) {
    SQLite::Statement set(database, "PRAGMA " + pragma + " = " + value);
    while (set.executeStep()) {
    }
    const std::string found = database.execAndGet("PRAGMA " + pragma).getString();
    if (found != expected) {
        throw std::runtime_error("SQLite keeps " + pragma + " at " + found + " instead of " +
                                 expected);
    }
}

void configure(SQLite::Database& database, bool fast_and_loose) {
    database.setBusyTimeout(kBusyMs);
    set_and_read_back(database, "journal_mode", "WAL", "wal");
    set_and_read_back(database, "synchronous", fast_and_loose ? "OFF" : "FULL",
                      fast_and_loose ? "0" : "2");
    set_and_read_back(database, "foreign_keys", "ON", "1");
    set_and_read_back(database, "secure_delete", "ON", "1");
    set_and_read_back(database, "temp_store", "MEMORY", "2");
    // What it grew to while a reader held it is given back.
    const std::string bytes = std::to_string(kWalBytesKept);
    set_and_read_back(database, "journal_size_limit", bytes, bytes);
}

/// Each connection is one thread's, and nobody asks how much memory SQLite takes: without its locks
/// and its counting a turn costs 7 % less.
void set_up_sqlite() {
    static const bool done = [] {
        sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
        return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) == SQLITE_OK;
    }();
    static_cast<void>(done);
}

}  // namespace

std::string make_folder(const std::string& folder) {
    check(!folder.empty(), "a store needs a folder");
    std::error_code failed;
    if (const auto parent = std::filesystem::absolute(folder).parent_path(); !parent.empty()) {
        std::filesystem::create_directories(parent, failed);
    }
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
        throw std::runtime_error("the data folder " + folder +
                                 " cannot be made: " + std::strerror(errno));
    }
    return folder;
}

std::string words_of(const std::string& path, const std::runtime_error& failed) {
    return path + " cannot be opened: " + failed.what() + "; restore a backup if it is damaged";
}

std::unique_ptr<SQLite::Database> open_database(const std::string& path, bool fast_and_loose) {
    if (SQLite::getLibVersionNumber() < kOldestSqlite) {
        throw std::runtime_error(std::string("SQLite ") + SQLite::getLibVersion() +
                                 " is too old; 3.37 or newer is needed");
    }
    try {
        set_up_sqlite();
        auto database = std::make_unique<SQLite::Database>(
            path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kBusyMs);
        // Only through SQLite or by name: closing another descriptor of the file would drop
        // SQLite's locks.
        ::chmod(path.c_str(), 0600);
        configure(*database, fast_and_loose);
        migrate(*database);
        return database;
    } catch (const SQLite::Exception& failed) {
        throw std::runtime_error(words_of(path, failed));
    }
}

KeySource key_source(const SqliteOptions& options) {
    KeySource source = options.keys;
    if (source.file.empty()) source.file = options.folder + "/key";
    return source;
}

std::vector<Key> loaded_keys(const SqliteOptions& options, const std::string& database) {
    const KeySource source = key_source(options);
    // A new key beside an old database would only hide that the old key is lost.
    const bool may_make = source.make && source.ours() && !std::filesystem::exists(database);
    if (!may_make || std::filesystem::exists(source.file)) return read_keys(source);
    std::vector<Key> keys;
    keys.push_back(make_key_file(source.file));
    if (options.key_made) options.key_made(source.file);
    return keys;
}

}  // namespace jangkau::sessions
