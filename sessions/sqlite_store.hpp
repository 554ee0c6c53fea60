#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "sessions/key_source.hpp"
#include "sessions/store.hpp"

namespace jangkau::sessions {

struct SqliteOptions {
    std::string folder;  ///< `jangkau.db` and `jangkau.lock` live there; made when missing
    KeySource keys;
    /// Called once when a key was made, with its file.
    std::function<void(const std::string& file)> key_made;
    /// Called once, on the store's thread, when a sync of the disk failed: nobody knows what is on
    /// it, every job from then on is refused, and only a new start reads what is there.
    std::function<void()> broken;
    /// Room on the disk that is set aside in the folder, for when there is no other; 0 = none.
    std::uint64_t ballast_bytes = 0;
    /// Called when it was set aside that was not before, and when it had to be given up.
    std::function<void(bool held)> ballast;
    std::size_t queue_jobs_max = 10'000;
    /// Who would wait longer, as the last batches went, or comes behind somebody who does, is told
    /// at once that we are busy: who is served must still have the time to read his screen.
    std::chrono::milliseconds queue_wait_max{2'000};
    std::size_t batch_jobs_max = 256;  ///< jobs that share one commit
    int checkpoint_pages = 4'000;      ///< in the log before they are written back (docs/adr/0022)
    bool fast_and_loose = false;       ///< tests only: no sync to the disk
    const Clock* clock = nullptr;      ///< null = the system's; borrowed, must outlive the store
};

/// The store that remembers: SQLite in WAL mode, `synchronous=FULL`, one connection on one thread
/// that writes, and another that writes the log back while it does
/// (sessions/sqlite_checkpoints.hpp). Jobs that wait together are committed together; where one
/// throws, each is run once more under its own savepoint. So is a batch that found the disk full
/// and got the ballast's room.
///
/// Throws std::runtime_error with a sentence for the operator when the folder is owned by another
/// process, the file has a newer schema than this program, is damaged, or the key does not fit.
[[nodiscard]] std::unique_ptr<Store> open_sqlite_store(const SqliteOptions& options);

}  // namespace jangkau::sessions
