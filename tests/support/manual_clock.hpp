#pragma once

#include "gateway/core/clock.hpp"

namespace jangkau {

/// A clock that moves when it is told to.
class ManualClock final : public Clock {
public:
    explicit ManualClock(Time start) : now_(start) {}
    [[nodiscard]] Time now() const override { return now_; }
    void set(Time now) { now_ = now; }

private:
    Time now_;
};

}  // namespace jangkau
