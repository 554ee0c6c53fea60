#include "gateway/gate.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace jangkau::gateway {
namespace {

using Seconds = std::chrono::duration<double>;

}  // namespace

Gate::Gate(const SendLimits& limits, const BreakerConfig& breaker)
    : limits_(limits), breaker_(breaker), tokens_(std::max(1.0, limits.per_second)) {}

double Gate::tokens(Instant now) const {
    if (limits_.per_second <= 0) return std::numeric_limits<double>::max();
    const double since = std::max(0.0, Seconds(now - counted_).count());
    // What was not used within a second is lost: no burst after a quiet hour.
    return std::min(std::max(1.0, limits_.per_second), tokens_ + since * limits_.per_second);
}

std::size_t Gate::free(Instant now) const {
    if (now < paused_until_) return 0;
    if (open_) return now >= trial_at_ && in_flight_ == 0 && tokens(now) >= 1 ? 1 : 0;
    const std::size_t slots = limits_.in_flight_max - std::min(in_flight_, limits_.in_flight_max);
    const double rate = tokens(now);
    return rate >= static_cast<double>(slots) ? slots : static_cast<std::size_t>(rate);
}

bool Gate::down(Instant now) const {
    return (open_ && free(now) == 0) || paused_until_ - now > breaker_.pause_first;
}

Gate::Instant Gate::next(Instant now) const {
    Instant next = paused_until_;
    if (open_) next = std::max(next, trial_at_);
    if (tokens(now) < 1) {
        const Seconds wait((1 - tokens(now)) / limits_.per_second);
        next = std::max(next, now + std::chrono::ceil<std::chrono::milliseconds>(wait));
    }
    return next;
}

void Gate::began(Instant now) {
    if (limits_.per_second > 0) {
        tokens_ = tokens(now) - 1;
        counted_ = now;
    }
    if (open_ && now >= trial_at_) trial_ = true;
    ++in_flight_;
}

void Gate::ended() {
    if (in_flight_ > 0) --in_flight_;
}

void Gate::worked() {
    ended();
    failures_ = 0;
    open_ = false;
    trial_ = false;
    pause_ = std::chrono::seconds(0);
}

void Gate::failed(Instant now) {
    ended();
    ++failures_;
    if (!open_ && failures_ < breaker_.failures) return;
    // Requests that were under way when it opened fail too, perhaps after the pause; they are no
    // trials.
    if (open_ && !std::exchange(trial_, false)) return;
    open_ = true;
    pause_ = std::clamp(pause_ * 2, breaker_.pause_first, breaker_.pause_max);
    trial_at_ = now + pause_;
}

void Gate::pause(Instant until) { paused_until_ = std::max(paused_until_, until); }

}  // namespace jangkau::gateway
