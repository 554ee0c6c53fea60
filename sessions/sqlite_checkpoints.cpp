#include "sessions/sqlite_checkpoints.hpp"

#include <sqlite3.h>

#include <stdexcept>
#include <system_error>

#include "sessions/sqlite_open.hpp"

namespace jangkau::sessions {
namespace {

using std::chrono_literals::operator""s;

/// One megabyte: turns wait for no longer than it takes to write that.
constexpr int kPagesBetweenTurns = 256;
/// Before what stood in the way is tried again.
constexpr auto kPatience = 1s;

/// SQLite syncs only after the last page of a log. Between two turns there should be little to
/// sync.
int sync(SQLite::Database& database) {
    sqlite3_file* file = nullptr;
    const int error =
        sqlite3_file_control(database.getHandle(), "main", SQLITE_FCNTL_FILE_POINTER, &file);
    return error != SQLITE_OK ? error : file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
}

}  // namespace

Checkpoints::Checkpoints(SQLite::Database& writer, int pages, bool syncs)
    : writer_(writer),
      pages_(pages),
      syncs_(syncs),
      other_(writer.getFilename(), SQLite::OPEN_READWRITE, kBusyMs) {
    other_.exec(syncs ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = OFF");
    other_.execAndGet("SELECT count(*) FROM sqlite_schema");  // or it does not know of the log
    sqlite3_wal_hook(writer_.getHandle(), committed, this);
}

Checkpoints::~Checkpoints() {
    end();
    sqlite3_wal_hook(writer_.getHandle(), nullptr, nullptr);
}

int Checkpoints::committed(void* self, sqlite3* /*writer*/, const char* /*name*/, int frames) {
    auto& own = *static_cast<Checkpoints*>(self);
    if (frames < own.logged_) own.kept_ = 0;  // begun anew
    own.logged_ = frames;
    return SQLITE_OK;
}

void Checkpoints::go_on() {
    if (under_way()) return;
    if (pass_.valid()) {
        take(pass_.get());
        // Another one pays as long as it has much less to do than the one before.
        if (std::chrono::steady_clock::now() < not_before_) return;
        if (waiting() <= kPagesBetweenTurns || waiting() > waited_ / 2) return take(pass(writer_));
        return begin_pass();
    }
    if (waiting() >= pages_ && std::chrono::steady_clock::now() >= not_before_) begin_pass();
}

bool Checkpoints::under_way() const {
    return pass_.valid() && pass_.wait_for(0s) != std::future_status::ready;
}

void Checkpoints::begin_pass() {
    waited_ = waiting();
    try {
        pass_ = std::async(std::launch::async, [this] {
            Pass done = pass(other_);
            if (syncs_ && done.error == SQLITE_OK) done.error = sync(other_);
            return done;
        });
    } catch (const std::system_error&) {  // no thread is to be had
        take(pass(writer_));
    }
}

Checkpoints::Pass Checkpoints::pass(SQLite::Database& through) {
    Pass done{SQLITE_OK, 0, 0};
    sqlite3* const handle = through.getHandle();
    if (sqlite3_wal_checkpoint_v2(handle, "main", SQLITE_CHECKPOINT_PASSIVE, &done.logged,
                                  &done.kept) != SQLITE_OK)
        done.error = sqlite3_extended_errcode(handle);
    return done;
}

void Checkpoints::take(const Pass& pass) {
    if (pass.error == SQLITE_IOERR_FSYNC)
        throw std::runtime_error("the database cannot be synced: nobody knows what is on the disk");
    if (pass.error == SQLITE_OK) kept_ = pass.kept;
    if (pass.error != SQLITE_OK || pass.kept < pass.logged)
        not_before_ = std::chrono::steady_clock::now() + kPatience;
}

bool Checkpoints::empty_log() {
    if (pass_.valid()) take(pass_.get());
    // Without waiting for a reader: turns are.
    sqlite3* const handle = writer_.getHandle();
    writer_.setBusyTimeout(0);
    const int error =
        sqlite3_wal_checkpoint_v2(handle, "main", SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    writer_.setBusyTimeout(kBusyMs);
    if (error == SQLITE_BUSY) return false;
    if (error != SQLITE_OK) throw SQLite::Exception(handle, error);
    logged_ = kept_ = 0;
    return true;
}

void Checkpoints::end() noexcept {
    if (!pass_.valid()) return;
    sqlite3_interrupt(other_.getHandle());
    pass_.wait();
}

}  // namespace jangkau::sessions
