#pragma once

#include <chrono>
#include <cstddef>

namespace jangkau::gateway {

/// How fast one channel may send.
struct SendLimits {
    double per_second = 20;  ///< requests; 0 = as fast as they go
    std::size_t in_flight_max = 8;
};
/// When a channel counts as down, and how often it is then tried.
struct BreakerConfig {
    unsigned failures = 5;  ///< in a row
    std::chrono::seconds pause_first{10};
    std::chrono::seconds pause_max{300};  ///< doubled up to this with each trial that fails
};

/// Whether a channel may send now: its rate, its requests under way, and its circuit breaker, which
/// opens after failures in a row; then one request at a time tries whether the provider is back.
///
/// Knows no clock: every call is told the time. Threading: one thread.
class Gate {
public:
    using Instant = std::chrono::steady_clock::time_point;

    Gate(const SendLimits& limits, const BreakerConfig& breaker);

    /// How many more requests may begin now.
    [[nodiscard]] std::size_t free(Instant now) const;
    [[nodiscard]] std::size_t under_way() const { return in_flight_; }
    /// Whether other channels of a route are to be preferred now: the breaker is open, or the
    /// provider asked for a pause that is longer than the breaker's first. A short pause only
    /// waits.
    [[nodiscard]] bool down(Instant now) const;
    /// Down, or not proven to work since it was.
    [[nodiscard]] bool unproven(Instant now) const { return open_ || down(now); }
    /// When free() may rise without any request ending; a time not after `now` if no such time is
    /// known.
    [[nodiscard]] Instant next(Instant now) const;

    void began(Instant now);
    /// The provider answered as one that works (whatever it said of this SMS).
    void worked();
    /// No answer, or one that says that the provider cannot serve us at all.
    void failed(Instant now);
    /// Ended without a word about the provider.
    void ended();
    /// The provider asks for a pause.
    void pause(Instant until);

private:
    [[nodiscard]] double tokens(Instant now) const;

    SendLimits limits_;
    BreakerConfig breaker_;
    std::size_t in_flight_ = 0;
    double tokens_;
    Instant counted_{};
    Instant paused_until_{};
    unsigned failures_ = 0;
    bool open_ = false;
    bool trial_ = false;  ///< began since it opened
    std::chrono::seconds pause_{0};
    Instant trial_at_{};
};

}  // namespace jangkau::gateway
