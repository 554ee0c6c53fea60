#include "sessions/sqlite_copy.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>

#include "sessions/copies.hpp"
#include "sessions/folder_lock.hpp"
#include "sessions/migrations.hpp"
#include "sessions/vault.hpp"

namespace jangkau::sessions {
namespace {

/// One megabyte: turns wait for no longer than it takes to write that.
constexpr int kPagesAtOnce = 256;

void make_file(const std::string& file) {
    const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) throw std::runtime_error(file + " cannot be made: " + std::strerror(errno));
    ::close(fd);
}

/// The file itself, or the names in a folder.
void sync(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = fd >= 0 && ::fsync(fd) == 0;
    if (fd >= 0) ::close(fd);
    if (!synced) throw std::runtime_error(path + " cannot be written: " + std::strerror(errno));
}

void prove_pages(SQLite::Database& database, const std::string& file) {
    const std::string found = database.execAndGet("PRAGMA integrity_check").getString();
    if (found != "ok") throw std::runtime_error(file + " is damaged: " + found);
    const int schema = database.execAndGet("PRAGMA user_version").getInt();
    if (schema < 1 || schema > schema_version())
        throw std::runtime_error(file + " has schema " + std::to_string(schema) +
                                 ", and this program knows 1 to " +
                                 std::to_string(schema_version()));
}

void prove_canary(SQLite::Database& database, const std::string& file,
                  const std::string& key_file) {
    const Vault vault(Vault::load_key(key_file, false));
    const std::string sealed =
        database.execAndGet("SELECT value FROM meta WHERE name = 'canary'").getString();
    if (!vault.open("meta/canary", sealed))
        throw std::runtime_error("the key in " + key_file + " is not the one that " + file +
                                 " was sealed with");
}

std::uint64_t rows(SQLite::Database& database, const char* table) {
    return static_cast<std::uint64_t>(
        database.execAndGet(std::string("SELECT count(*) FROM ") + table).getInt64());
}

CopyFacts facts(SQLite::Database& database) {
    CopyFacts found;
    found.enrollments = rows(database, "enrollments");
    if (!database.tableExists("audit")) return found;  // of a version before
    found.audit_rows = rows(database, "audit");
    SQLite::Statement erased(database,
                             "SELECT at, by_phone FROM audit WHERE action = 'erasure.done'");
    while (erased.executeStep())
        found.erasures.emplace(Time(std::chrono::seconds(erased.getColumn(0).getInt64())),
                               erased.getColumn(1).getString());
    return found;
}

}  // namespace

Copying::Copying(SQLite::Database& from, const std::string& file) : file_(file) {
    make_file(file);
    to_ = std::make_unique<SQLite::Database>(file, SQLite::OPEN_READWRITE);
    backup_ = std::make_unique<SQLite::Backup>(*to_, from);
}

Copying::~Copying() {
    backup_.reset();
    to_.reset();
    if (!whole_) ::unlink(file_.c_str());
}

bool Copying::step() {
    if (backup_->executeStep(kPagesAtOnce) != SQLITE_DONE) return false;
    backup_.reset();
    // One file, without a log beside it.
    to_->exec("PRAGMA journal_mode = DELETE");
    to_.reset();
    sync(file_);
    whole_ = true;
    return true;
}

CopyFacts verify_copy(const std::string& file, const std::string& key_file) {
    try {
        SQLite::Database database(file, SQLite::OPEN_READONLY);
        prove_pages(database, file);
        prove_canary(database, file, key_file);
        return facts(database);
    } catch (const SQLite::Exception& failed) {
        throw std::runtime_error(file + " cannot be read as a backup: " + failed.what());
    }
}

void place_copy(const std::string& file, const std::string& folder) {
    namespace fs = std::filesystem;
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        throw std::runtime_error("the data folder " + folder +
                                 " cannot be made: " + std::strerror(errno));
    const FolderLock lock(folder);
    for (const char* name : {"/jangkau.db", "/jangkau.db-wal", "/jangkau.db-shm"})
        if (fs::exists(fs::symlink_status(folder + name)))
            throw std::runtime_error(
                folder + name + " stands there; move it away first: a restore replaces nothing");
    const std::string part = folder + "/jangkau.db.part";
    ::unlink(part.c_str());
    fs::copy_file(file, part);
    ::chmod(part.c_str(), 0600);
    sync(part);
    fs::rename(part, folder + "/jangkau.db");
    sync(folder);
}

}  // namespace jangkau::sessions
