#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <chrono>
#include <future>
#include <string>

namespace jangkau::sessions {

/// Writes the log of a database back into it, on a connection and a thread of its own, while the
/// connection that writes goes on; SQLite by itself does it within a commit, for as long as it
/// takes.
///
/// A log begins anew with the first write after all of it is in the database, which never is while
/// the writer goes on. So what came during the last pass is written back between two commits.
///
/// SQLite before 3.51.3 can lose pages when a log begins anew in the moment in which another
/// connection begins to write it back (https://sqlite.org/wal.html#walresetbug). Here a pass begins
/// only while the log holds what is not yet in the database, so nobody can begin it anew, and the
/// two connections never write back at the same time.
///
/// Threading: the writer's thread, between two transactions.
/// Ownership: borrows the writer, which is in WAL mode, and takes its hook for commits.
class Checkpoints {
public:
    /// `pages`: how many may wait in the log before they are written back. `syncs`: as the writer.
    Checkpoints(SQLite::Database& writer, int pages, bool syncs);
    ~Checkpoints();
    Checkpoints(const Checkpoints&) = delete;
    Checkpoints& operator=(const Checkpoints&) = delete;

    /// After a commit. Throws std::runtime_error when a sync failed: then nobody knows what is on
    /// the disk. Whatever else stood in the way, a reader or a full disk, is tried again.
    void go_on();
    /// Whether a pass is.
    [[nodiscard]] bool under_way() const;
    /// Writes all of it back, now, and cuts the log to nothing; false where a reader does not let
    /// it. Not while a pass is under way. Throws as go_on(), and SQLite::Exception.
    [[nodiscard]] bool empty_log();
    /// Breaks off a pass that is under way, and waits for it.
    void end() noexcept;

private:
    /// Frames of the log, since it began anew.
    struct Pass {
        int error;
        int logged;  ///< when it began
        int kept;    ///< of them, in the database now
    };

    static int committed(void* self, sqlite3* writer, const char* name, int frames);
    [[nodiscard]] static Pass pass(SQLite::Database& through);
    void begin_pass();
    void take(const Pass& pass);
    [[nodiscard]] int waiting() const { return logged_ - kept_; }

    SQLite::Database& writer_;
    const int pages_;
    const bool syncs_;
    SQLite::Database other_;  ///< of the pass that is under way
    std::future<Pass> pass_;
    int logged_ = 0, kept_ = 0;
    int waited_ = 0;  ///< when the last pass began
    std::chrono::steady_clock::time_point not_before_{};
};

}  // namespace jangkau::sessions
