#pragma once

#include <chrono>

namespace jangkau {

/// Wall-clock time, UTC, in whole seconds: the resolution of everything that is stored.
using Time = std::chrono::sys_seconds;

/// Where the time comes from, so that a test can move it.
///
/// Threading: callable from any thread.
class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Time now() const = 0;
};

class SystemClock final : public Clock {
public:
    [[nodiscard]] Time now() const override {
        return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    }
};

}  // namespace jangkau
