#pragma once

#include <mutex>
#include <string>
#include <vector>

namespace jangkau::faults {

/// What a client or a provider saw, in a file of its own: evidence that survives the gateway, and
/// the test. A line is columns between tabs.
///
/// Threading: any thread.
class Ledger {
public:
    /// Begins an empty file.
    explicit Ledger(std::string path);
    ~Ledger();
    Ledger(const Ledger&) = delete;
    Ledger& operator=(const Ledger&) = delete;

    /// Returns when the line is on disk. Those who wait at the same time share one fsync.
    void note(const std::vector<std::string>& columns);
    [[nodiscard]] const std::string& path() const { return path_; }

    /// What a file holds; columns as they were given.
    [[nodiscard]] static std::vector<std::vector<std::string>> read(const std::string& path);

private:
    const std::string path_;
    int file_ = -1;
    std::mutex writing_;  // guards written_
    std::mutex syncing_;  // guards synced_
    std::size_t written_ = 0;
    std::size_t synced_ = 0;
};

}  // namespace jangkau::faults
