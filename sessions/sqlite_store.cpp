#include "sessions/sqlite_store.hpp"

#include <sqlite3.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

#include "gateway/core/crash_point.hpp"
#include "sessions/ballast.hpp"
#include "sessions/folder_lock.hpp"
#include "sessions/sqlite_checkpoints.hpp"
#include "sessions/sqlite_copy.hpp"
#include "sessions/sqlite_keys.hpp"
#include "sessions/sqlite_open.hpp"
#include "sessions/sqlite_unit.hpp"
#include "sessions/vault.hpp"

namespace jangkau::sessions {
namespace {

/// Without the keys themselves, which nobody needs after they are read.
SqliteOptions without_text(SqliteOptions options) {
    if (!options.keys.text.empty()) options.keys.text = "read";
    return options;
}

bool is_full_disk(const std::exception_ptr& fault) {
    try {
        if (fault) std::rethrow_exception(fault);
    } catch (const SQLite::Exception& failed) {
        return failed.getErrorCode() == SQLITE_FULL;
    } catch (...) {
        return false;
    }
    return false;
}

class SqliteStore final : public Store {
public:
    explicit SqliteStore(const SqliteOptions& options);
    ~SqliteStore() override;

    void submit(Job job, Done done) override;
    void copy_to(const std::string& file, Done done) override;

private:
    struct Waiting {
        Job job;
        Done done;
        std::exception_ptr failed;
        std::chrono::steady_clock::time_point since{};
    };
    using Batch = std::vector<Waiting>;

    /// A copy that is wanted or, with `copying`, under way.
    struct Copy {
        std::string file;
        Done done;
        std::unique_ptr<Copying> copying{};
    };

    using Instant = std::chrono::steady_clock::time_point;

    void work();
    /// Whether one more would wait longer than it may, as things go. Under mutex_.
    [[nodiscard]] bool would_wait(Instant now) const;
    void count_time(Instant began);
    /// Waits unless a copy goes on; false once everything is done that there will be.
    [[nodiscard]] bool take_batch(Batch& batch);
    void answer(Batch& batch);
    void copy_some();
    void end_copy(const std::exception_ptr& failed);
    void run_batch(Batch& batch);
    [[nodiscard]] bool ran_together(Batch& batch);
    void run_apart(Batch& batch);
    void run_job(Waiting& waiting);
    void undo_job() noexcept;
    void roll_back() noexcept;
    void break_down() noexcept;
    void commit(Batch& batch, std::size_t first);
    /// Jobs that failed by themselves keep their own reason.
    static void fail_from(Batch& batch, std::size_t first, std::size_t end,
                          const std::exception_ptr& why);
    [[nodiscard]] bool in_transaction() const;
    /// For what every batch and job says: compiled once.
    void say(std::string_view sql) { Query(statements_.get(sql)).exec(); }
    void write_back() noexcept;
    void empty_log() noexcept;

    // Fixed at construction.
    const SqliteOptions options_;
    const SystemClock system_clock_;
    const std::string path_;
    const FolderLock lock_;

    // Store thread only. The unit holds statements, which must die before the database.
    Vault vault_;
    const std::unique_ptr<SQLite::Database> database_;
    Statements statements_;
    SqliteKeys keys_;
    SqliteUnit unit_;
    std::optional<Checkpoints> checkpoints_;
    SqliteHops::Mark batch_mark_;  ///< before the open transaction
    std::exception_ptr broken_;
    std::optional<Copy> copy_;
    Ballast ballast_;

    // Guarded by mutex_.
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<Waiting> queue_;
    std::deque<Copy> copies_;
    bool stopping_ = false;
    std::chrono::nanoseconds batch_time_{0};  ///< of the last few

    std::thread thread_;
};

SqliteStore::SqliteStore(const SqliteOptions& options)
    : options_(without_text(options)),
      path_(make_folder(options.folder) + "/jangkau.db"),
      lock_(options.folder),
      vault_(loaded_keys(options, path_)),
      database_(open_database(path_, options.fast_and_loose)),
      statements_(*database_),
      keys_(*database_, vault_, key_source(options_)),
      unit_(*database_, vault_, keys_, options.clock == nullptr ? system_clock_ : *options.clock),
      ballast_({options.folder + "/ballast", options.ballast_bytes, options.ballast}) {
    try {
        keys_.prove();
    } catch (const SQLite::Exception& failed) {
        throw std::runtime_error(words_of(path_, failed));
    }
    try {
        unit_.open();
        checkpoints_.emplace(*database_, options_.checkpoint_pages, !options_.fast_and_loose);
    } catch (const std::runtime_error& failed) {  // also a sealed value that was changed
        throw std::runtime_error(words_of(path_, failed));
    }
    thread_ = std::thread([this] { work(); });
}

SqliteStore::~SqliteStore() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    arrived_.notify_one();
    thread_.join();
}

void SqliteStore::submit(Job job, Done done) {
    const auto now = std::chrono::steady_clock::now();
    {
        const std::lock_guard lock(mutex_);
        if (queue_.size() >= options_.queue_jobs_max || would_wait(now)) throw StoreBusy();
        queue_.push_back({std::move(job), std::move(done), nullptr, now});
    }
    arrived_.notify_one();
}

bool SqliteStore::would_wait(Instant now) const {
    if (queue_.empty()) return false;
    const auto batches = queue_.size() / std::max<std::size_t>(1, options_.batch_jobs_max);
    return now - queue_.front().since > options_.queue_wait_max ||
           batches * batch_time_ > options_.queue_wait_max;
}

void SqliteStore::copy_to(const std::string& file, Done done) {
    {
        const std::lock_guard lock(mutex_);
        copies_.push_back({file, std::move(done)});
    }
    arrived_.notify_one();
}

bool SqliteStore::take_batch(Batch& batch) {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] {
        return stopping_ || !queue_.empty() || !copies_.empty() || copy_.has_value();
    });
    if (!copy_ && !copies_.empty()) {
        copy_ = std::move(copies_.front());
        copies_.pop_front();
    }
    while (!queue_.empty() && batch.size() < std::max<std::size_t>(1, options_.batch_jobs_max)) {
        batch.push_back(std::move(queue_.front()));
        queue_.pop_front();
    }
    return !batch.empty() || copy_.has_value();
}

void SqliteStore::work() {
    // A process that was killed may have left what it erased in the WAL.
    empty_log();
    for (Batch batch; take_batch(batch); batch.clear()) {
        const Instant began = std::chrono::steady_clock::now();
        run_batch(batch);
        keys_.settle();
        crash_point("committed");
        answer(batch);
        crash_point("answered");
        if (unit_.must_truncate()) {
            crash_point("erased");
            empty_log();
        }
        write_back();
        copy_some();
        ballast_.restore();
        count_time(began);
    }
    checkpoints_->end();
    empty_log();
}

void SqliteStore::count_time(Instant began) {
    const auto took = std::chrono::steady_clock::now() - began;
    const std::lock_guard lock(mutex_);
    batch_time_ += (took - batch_time_) / 8;
}

void SqliteStore::answer(Batch& batch) {
    for (Waiting& waiting : batch) {
        try {
            if (waiting.done) waiting.done(waiting.failed);
        } catch (...) {
            // The commit stands and there is nobody left to tell: this was the way to tell it.
            // The other callers of the batch still have to hear.
        }
    }
}

void SqliteStore::copy_some() {
    if (!copy_) return;
    try {
        if (!copy_->copying) copy_->copying = std::make_unique<Copying>(*database_, copy_->file);
        if (copy_->copying->step()) end_copy(nullptr);
    } catch (...) {
        end_copy(std::current_exception());
    }
}

void SqliteStore::end_copy(const std::exception_ptr& failed) {
    const Done done = std::move(copy_->done);
    copy_.reset();
    try {
        if (done) done(failed);
    } catch (...) {
        // As above.
    }
}

void SqliteStore::run_batch(Batch& batch) {
    if (!batch.empty() && !ran_together(batch)) run_apart(batch);
}

/// As if no job could throw, which hardly one ever does: a savepoint for each would copy every page
/// that it changes. False when one threw, or the disk was full and has room now: then it is as if
/// nothing had been done.
bool SqliteStore::ran_together(Batch& batch) {
    if (broken_) return false;
    batch_mark_ = unit_.mark();
    try {
        say("BEGIN IMMEDIATE");
    } catch (const SQLite::Exception&) {
        fail_from(batch, 0, batch.size(), std::current_exception());
        return true;
    }
    try {
        for (Waiting& waiting : batch) waiting.job(unit_);
    } catch (...) {
        if (is_full_disk(std::current_exception())) ballast_.give_up();
        if (in_transaction()) roll_back();
        unit_.undo_to(batch_mark_);
        keys_.settle();
        return false;
    }
    commit(batch, 0);
    if (!is_full_disk(batch.front().failed) || !ballast_.give_up()) return true;
    for (Waiting& waiting : batch) waiting.failed = nullptr;
    return false;
}

/// With a savepoint for each job, so that those stand that do not throw.
void SqliteStore::run_apart(Batch& batch) {
    // The jobs from `first` on share the open transaction.
    std::size_t first = 0;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        try {
            if (broken_) std::rethrow_exception(broken_);
            if (!in_transaction()) {
                first = i;
                batch_mark_ = unit_.mark();
                say("BEGIN IMMEDIATE");
            }
            run_job(batch[i]);
        } catch (...) {
            batch[i].failed = std::current_exception();
            if (in_transaction()) continue;
            // A full disk, for one, makes SQLite roll back all of it, also what went well before.
            unit_.undo_to(batch_mark_);
            fail_from(batch, first, i, batch[i].failed);
        }
    }
    if (!in_transaction()) return;
    if (broken_) {
        fail_from(batch, first, batch.size(), broken_);
    } else {
        commit(batch, first);
    }
}

void SqliteStore::fail_from(Batch& batch, std::size_t first, std::size_t end,
                            const std::exception_ptr& why) {
    for (std::size_t i = first; i < end; ++i) {
        if (!batch[i].failed) batch[i].failed = why;
    }
}

void SqliteStore::run_job(Waiting& waiting) {
    const SqliteHops::Mark mark = unit_.mark();
    say("SAVEPOINT job");
    try {
        waiting.job(unit_);
        say("RELEASE job");
    } catch (...) {
        unit_.undo_to(mark);
        if (in_transaction()) undo_job();
        throw;
    }
}

void SqliteStore::undo_job() noexcept {
    try {
        database_->exec("ROLLBACK TO job; RELEASE job");
    } catch (const SQLite::Exception&) {
        // Half a job must not be committed with its neighbours.
        roll_back();
    }
}

void SqliteStore::roll_back() noexcept {
    try {
        database_->exec("ROLLBACK");
    } catch (const SQLite::Exception&) {
        break_down();
    }
}

/// From within a handler: its exception is why.
void SqliteStore::break_down() noexcept {
    if (std::exchange(broken_, std::current_exception())) return;
    try {
        if (options_.broken) options_.broken();
    } catch (...) {
        // Then only those who are waiting hear of it.
    }
}

void SqliteStore::commit(Batch& batch, std::size_t first) {
    try {
        crash_point("before_commit");
        say("COMMIT");
        unit_.committed();
    } catch (const SQLite::Exception& failed) {
        fail_from(batch, first, batch.size(), std::current_exception());
        // After a failed sync nobody knows what is on the disk, and the next one may succeed
        // without having written it. Only a new start reads it again.
        const int error = failed.getExtendedErrorCode();
        if (error == SQLITE_IOERR_FSYNC || error == SQLITE_IOERR_DIR_FSYNC) {
            break_down();
        }
        // An exception from COMMIT does not tell whether the transaction is still open.
        if (in_transaction()) roll_back();
        unit_.undo_to(batch_mark_);
    }
}

bool SqliteStore::in_transaction() const {
    return sqlite3_get_autocommit(database_->getHandle()) == 0;
}

void SqliteStore::write_back() noexcept {
    if (broken_) return;
    try {
        checkpoints_->go_on();
    } catch (...) {
        break_down();
    }
}

void SqliteStore::empty_log() noexcept {
    // What a pass does not let it do is done after the next batch.
    if (broken_ || checkpoints_->under_way()) return;
    try {
        checkpoints_->empty_log() ? unit_.truncated() : unit_.truncation_failed();
    } catch (const SQLite::Exception&) {
        // Nothing that was promised is lost: the log is read at the next start.
    } catch (...) {
        break_down();
    }
}

}  // namespace

std::unique_ptr<Store> open_sqlite_store(const SqliteOptions& options) {
    return std::make_unique<SqliteStore>(options);
}

}  // namespace jangkau::sessions
