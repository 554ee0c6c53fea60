#include "gateway/rate_limit.hpp"

#include <algorithm>

namespace jangkau::gateway {

RateLimit::RateLimit(std::size_t per_second, std::size_t callers_max)
    : per_second_(static_cast<double>(per_second)), callers_max_(callers_max) {}

bool RateLimit::take(const std::string& caller, Instant now) {
    if (per_second_ == 0) return true;
    const auto known = by_name_.find(caller);
    if (known == by_name_.end()) {
        if (callers_.size() >= callers_max_) {
            by_name_.erase(callers_.back().name);
            callers_.pop_back();
        }
        callers_.push_front({caller, per_second_, now});
        by_name_[caller] = callers_.begin();
    } else {
        callers_.splice(callers_.begin(), callers_, known->second);
    }
    Caller& asks = callers_.front();
    const double seconds = std::chrono::duration<double>(now - asks.counted).count();
    asks.tokens = std::min(per_second_, asks.tokens + seconds * per_second_);
    asks.counted = now;
    if (asks.tokens < 1) return false;
    asks.tokens -= 1;
    return true;
}

}  // namespace jangkau::gateway
