#pragma once

#include <functional>

#include "gateway/handler.hpp"
#include "gateway/metrics.hpp"
#include "sessions/store.hpp"

namespace jangkau::gateway {

/// The admin listener: /livez, /readyz[?verbose], /metrics.
///
/// Threading: handle() on the io thread; answers may come from the store's.
/// Ownership: borrows all that it is given.
class Admin final : public Handler {
public:
    struct Parts {
        sessions::Store& store;
        const Clock& clock;
        Metrics& metrics;
        std::chrono::seconds
            outbox_age_max;  ///< an SMS that waits longer means that we cannot send
        const std::vector<std::string>& route;           ///< of most numbers: one of it must be up
        std::function<std::vector<std::string>()> down;  ///< channels; asked on the io thread
        std::function<std::string()> service;  ///< which one runs, in words; from any thread
    };
    explicit Admin(Parts parts) : parts_(std::move(parts)) {}
    [[nodiscard]] Pending handle(HttpRequest request, Respond respond) override;

private:
    void ready(bool verbose, const Respond& respond);
    Parts parts_;
};

}  // namespace jangkau::gateway
