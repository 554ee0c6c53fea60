#pragma once

#include <chrono>
#include <optional>
#include <utility>

#include "gateway/core/clock.hpp"

namespace jangkau::gateway {

/// Tells when the wall clock was put right, or wrong.
///
/// Threading: one thread.
class ClockWatch {
public:
    using Instant = std::chrono::steady_clock::time_point;

    /// How much further the wall clock went than the steady one since the last call; nothing for
    /// drift and slow calls, and the first time.
    [[nodiscard]] std::optional<std::chrono::seconds> step(Time wall, Instant now) {
        const auto steady = std::chrono::duration_cast<std::chrono::seconds>(now - seen_instant_);
        const auto step = (wall - seen_wall_) - steady;
        const bool first = std::exchange(seen_instant_, now) == Instant{};
        seen_wall_ = wall;
        constexpr std::chrono::seconds kLeast{60};
        if (first || (step <= kLeast && step >= -kLeast)) return std::nullopt;
        return step;
    }

private:
    Instant seen_instant_{};
    Time seen_wall_{};
};

}  // namespace jangkau::gateway
