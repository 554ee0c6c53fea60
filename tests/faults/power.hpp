#pragma once

#include <sqlite3.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <vector>

namespace jangkau::faults {

/// A disk under SQLite whose power can be cut: the default VFS for as long as it lives. Files are
/// real ones; what of them a sync has made durable is kept beside them. When the power goes nothing
/// can be read or written any more, and of what was not synced any part may be on the disk: a write
/// whole, in some of its sectors or not at all, whatever became of those before it; and the same
/// with names that were made or taken away, and with files that were cut.
///
/// Threading: any. What a seed does is the same again only where one thread writes.
class PowerDisk {
public:
    /// The power goes with the operation after so many that change something. `lies`: it says that
    /// it has synced, and has not.
    PowerDisk(unsigned seed, std::size_t operations, bool lies);
    ~PowerDisk();
    PowerDisk(const PowerDisk&) = delete;
    PowerDisk& operator=(const PowerDisk&) = delete;

    [[nodiscard]] bool off() const { return off_; }
    /// Operations so far that changed something.
    [[nodiscard]] std::size_t operations() const { return operations_; }
    /// The files of that folder as they are found when the power is back, into another one.
    void leave(const std::string& folder, const std::string& into);

private:
    struct Change {
        bool cuts = false;  ///< the file at `at`, instead of writing there
        sqlite3_int64 at = 0;
        std::string bytes;
    };
    /// What a name leads to.
    struct Inode {
        std::string durable;
        std::vector<Change> since;
    };
    struct File;  // what SQLite holds open
    using Names = std::map<std::string, std::shared_ptr<Inode>>;

    /// Counts an operation; false when there is no power (any more).
    [[nodiscard]] bool powered();
    [[nodiscard]] bool chance(unsigned percent) { return random_() % 100 < percent; }
    static void change(std::string& content, const Change& change);
    void sync(File& file);
    void tear(std::string& content, const Change& change);
    [[nodiscard]] std::string found(const Inode& inode);

    static const sqlite3_io_methods& methods();
    static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out);
    static int remove(sqlite3_vfs* vfs, const char* name, int sync_folder);

    sqlite3_vfs* const real_;
    sqlite3_vfs vfs_;
    std::mt19937 random_;
    const std::size_t operations_max_;
    const bool lies_;
    const unsigned kept_percent_;  ///< of this disk: all, nothing, or anything between
    std::atomic<bool> off_ = false;
    std::mutex mutex_;  // guards all below, and the order of what is written
    std::size_t operations_ = 0;
    Names names_, durable_names_;
};

}  // namespace jangkau::faults
