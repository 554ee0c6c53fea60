#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <set>
#include <string>

#include "gateway/core/msisdn.hpp"
#include "gateway/handler.hpp"
#include "sessions/store.hpp"

namespace jangkau::gateway {

/// The SMS that went through local channels, for simulators and tests: GET .../inbox with `to` (a
/// phone; without: all), `after` (the id of the last one that the asker has) and `wait` (ms at
/// most, until there is one). Answers at most 100, in JSON.
///
/// Threading: handle() on the io thread; answers come from the store's thread.
class Inbox {
public:
    /// Calls back after a pause, on the io thread.
    using After = std::function<void(std::chrono::milliseconds, std::function<void()>)>;
    /// `channels` are the local ones. The store and the plan must outlive it.
    Inbox(sessions::Store& store, std::set<std::string, std::less<>> channels,
          const NumberPlan& plan, After after);

    [[nodiscard]] Pending handle(const HttpRequest& request, const Respond& respond);

private:
    using Until = std::chrono::steady_clock::time_point;
    void ask(const std::string& to, std::int64_t since, Until until, const Respond& respond);

    sessions::Store& store_;
    const std::set<std::string, std::less<>> channels_;
    const NumberPlan& plan_;
    const After after_;
};

}  // namespace jangkau::gateway
