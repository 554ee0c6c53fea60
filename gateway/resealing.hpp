#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>

#include "sessions/store.hpp"

namespace jangkau::gateway {

/// Seals what old keys sealed anew, some rows at a time between the turns, as long as there is any.
/// Whoever is killed in between goes on at the next start.
///
/// Threading: kick() and left() from any thread.
/// Ownership: borrows the store; `later` must run nothing after this is gone.
class Resealing {
public:
    using Later = std::function<void(std::chrono::milliseconds, std::function<void()>)>;

    Resealing(sessions::Store& store, Later later) : store_(store), later_(std::move(later)) {}

    /// After a start and after every change of keys; nothing happens where nothing is to do.
    void kick();
    /// As of the last step.
    [[nodiscard]] std::uint64_t left() const { return left_; }

private:
    void submit(const std::function<void(sessions::Unit&)>& job,
                const std::function<void(bool committed)>& done);
    void count();
    void step();
    void end();

    sessions::Store& store_;
    Later later_;
    std::atomic<bool> running_{false};
    std::atomic<bool> kicked_{false};
    std::atomic<std::uint64_t> left_{0};
    // The store's thread.
    std::uint64_t sealed_ = 0;
    std::uint64_t unreadable_ = 0;
};

}  // namespace jangkau::gateway
