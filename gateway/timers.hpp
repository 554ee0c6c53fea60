#pragma once

#include <functional>

#include "gateway/services.hpp"
#include "sessions/store.hpp"

namespace jangkau::gateway {

/// What happens by itself: reminders, tickets that move on, erasures. Timers are rows, so they
/// survive a restart; each is handled in a transaction of its own, so that one that fails holds up
/// no other. A failed one is tried again later.
///
/// Threading: tick() from any thread.
/// Ownership: borrows all that it is given, which must outlive the store's last job.
class Timers {
public:
    struct Parts {
        Services& services;
        sessions::Store& store;
        const Clock& clock;
        Random& random;
        std::function<void()>
            committed;  ///< after each timer that did something; called on the store's thread
    };
    explicit Timers(Parts parts) : parts_(std::move(parts)) {}

    /// Handles what is due.
    void tick();

private:
    void handle(const flows::Timer& timer);
    void postpone(const flows::Timer& timer);
    Parts parts_;
};

}  // namespace jangkau::gateway
