#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace jangkau::sessions {

/// Room set aside on the store's disk, as a file without content: when the disk is full the room is
/// given to the database, so that turns go on while somebody sees to the disk.
///
/// Threading: the store's thread.
class Ballast {
public:
    struct Options {
        std::string file;
        std::uint64_t bytes = 0;  ///< 0 = none
        /// Told when the room was set aside that was not before, and when it was given up.
        std::function<void(bool held)> changed;
    };
    /// Sets the room aside.
    explicit Ballast(Options options);

    /// Where it was given up: sets it aside again once the disk has three times as much; looks at
    /// most once a minute.
    void restore() noexcept;
    /// Gives the room up. False where there is none to give.
    bool give_up() noexcept;

private:
    void hold() noexcept;
    [[nodiscard]] bool roomy() const noexcept;
    void tell() const noexcept;

    const Options options_;
    bool held_ = false;
    std::chrono::steady_clock::time_point look_again_{};
};

}  // namespace jangkau::sessions
