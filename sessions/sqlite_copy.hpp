#pragma once

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/SQLiteCpp.h>

#include <memory>
#include <string>

namespace jangkau::sessions {

/// A copy of a database that is in use, made a piece at a time by the connection that writes: what
/// that connection commits meanwhile gets into the copy too, so it never has to begin again.
///
/// Threading: the connection's thread, between two transactions.
/// Ownership: borrows the connection. A copy that was not finished is removed.
class Copying {
public:
    /// `file` must not exist; it gets mode 0600.
    Copying(SQLite::Database& from, const std::string& file);
    ~Copying();
    Copying(const Copying&) = delete;
    Copying& operator=(const Copying&) = delete;

    /// Copies a piece; true when that was the last one, and all is on the disk.
    [[nodiscard]] bool step();

private:
    std::string file_;
    std::unique_ptr<SQLite::Database> to_;
    std::unique_ptr<SQLite::Backup> backup_;
    bool whole_ = false;
};

}  // namespace jangkau::sessions
