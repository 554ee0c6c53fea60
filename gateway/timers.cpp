#include "gateway/timers.hpp"

#include "gateway/log.hpp"

namespace jangkau::gateway {
namespace {

constexpr std::size_t kAtOnce = 100;
constexpr std::chrono::hours kTryAgain{1};

}  // namespace

void Timers::tick() {
    const auto due = std::make_shared<std::vector<flows::Timer>>();
    const auto done = [this, due](const std::exception_ptr& fault) {
        if (fault)
            log::error("timers_unread");
        else
            for (const flows::Timer& timer : *due) handle(timer);
    };
    try {
        parts_.store.submit(
            [this, due](sessions::Unit& unit) {
                *due = unit.due_timers(parts_.clock.now(), kAtOnce);
            },
            done);
    } catch (const sessions::StoreBusy&) {
        // Turns come first; the next tick finds the same timers.
    }
}

void Timers::handle(const flows::Timer& timer) {
    const auto job = [this, timer](sessions::Unit& unit) {
        // Handled by an earlier tick, moved or cancelled meanwhile.
        if (!unit.take_timer(timer.kind, timer.ref, parts_.clock.now())) return;
        const auto service = parts_.services.current();
        flows::World world{*service, unit, parts_.random, parts_.clock.now()};
        flows::timer_due(world, timer);
    };
    const auto done = [this, timer](const std::exception_ptr& fault) {
        if (!fault) return parts_.committed();
        log::error("timer_failed", {{"kind", timer.kind}});
        postpone(timer);
    };
    try {
        parts_.store.submit(job, done);
    } catch (const sessions::StoreBusy&) {
        // As above.
    }
}

void Timers::postpone(const flows::Timer& timer) {
    try {
        parts_.store.submit(
            [this, timer](sessions::Unit& unit) {
                const Time now = parts_.clock.now();
                if (unit.take_timer(timer.kind, timer.ref, now))
                    unit.set_timer({timer.kind, timer.ref, now + kTryAgain});
            },
            [](const std::exception_ptr&) {});
    } catch (const sessions::StoreBusy&) {
        // It is due again at the next tick.
    }
}

}  // namespace jangkau::gateway
