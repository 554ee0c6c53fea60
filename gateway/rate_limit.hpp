#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <string>
#include <unordered_map>

namespace jangkau::gateway {

/// How many requests each of many callers may make: so many a second, and one second's worth at
/// once. Remembers the `callers_max` last ones; who was forgotten begins anew.
///
/// Knows no clock: every call is told the time. Threading: one thread.
class RateLimit {
public:
    using Instant = std::chrono::steady_clock::time_point;

    /// `per_second` 0 = no limit.
    RateLimit(std::size_t per_second, std::size_t callers_max);

    /// Whether this request is within the limit; one that is not counts for nothing.
    [[nodiscard]] bool take(const std::string& caller, Instant now);
    [[nodiscard]] std::size_t callers() const { return callers_.size(); }

private:
    struct Caller {
        std::string name;
        double tokens;
        Instant counted;
    };

    const double per_second_;
    const std::size_t callers_max_;
    std::list<Caller> callers_;  ///< the last one to ask first
    std::unordered_map<std::string, std::list<Caller>::iterator> by_name_;
};

}  // namespace jangkau::gateway
