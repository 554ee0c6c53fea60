#pragma once

#include <functional>
#include <string>

#include "adapters/adapter.hpp"
#include "gateway/config.hpp"
#include "gateway/http_client.hpp"
#include "gateway/metrics.hpp"
#include "sessions/store.hpp"

namespace jangkau::gateway {

/// What becomes of a row after an attempt: decided by this one pure function, so that a table can
/// test it. `attempts` counts this one. A known failure is tried again after a pause, on the next
/// channel of the route; a lost answer leaves the row in doubt, and so does an answer that says
/// neither yes nor no.
struct Verdict {
    sessions::Delivery state;
    std::chrono::seconds pause{0};  ///< before the next attempt, when queued again
    bool next_channel = false;
};
[[nodiscard]] Verdict after_error(const adapters::SendError& error, unsigned attempts,
                                  const OutboxConfig& limits);
[[nodiscard]] Verdict after_transport(const TransportError& error, unsigned attempts,
                                      const OutboxConfig& limits);
/// Seconds before attempt `attempts + 1`: doubled each time, no jitter (rows fail at different
/// times already).
[[nodiscard]] std::chrono::seconds retry_pause(unsigned attempts, const OutboxConfig& limits);

/// Sends what committed turns promised. A row is claimed in one transaction, sent, and settled in
/// another: a crash between leaves it in doubt, never sent twice unknowingly.
///
/// Threading: kick() from any thread, everything else runs on the io thread.
/// Ownership: borrows all that it is given.
class Outbox {
public:
    struct Parts {
        const Config& config;
        sessions::Store& store;
        const Clock& clock;
        HttpClient& client;
        Metrics& metrics;
        std::function<const adapters::Adapter&(const std::string& channel)> adapter;
        std::function<void(std::function<void()>)> post;  ///< to the io thread
        std::function<void(std::chrono::milliseconds, std::function<void()>)>
            after;  ///< the same, later
    };
    explicit Outbox(Parts parts);

    /// What an earlier process was sending when it died is in doubt. Call once, before the first
    /// kick().
    void recover();
    /// There may be something to send.
    void kick();
    /// No new attempts.
    void stop();
    /// Attempts under way, and rows being claimed.
    [[nodiscard]] std::size_t in_flight() const { return in_flight_ + (claiming_ ? 1 : 0); }

private:
    void round();
    void send(sessions::OutboxRow row);
    void give_back(sessions::OutboxRow row);
    void settle(sessions::OutboxRow row);
    const std::string& channel_for(const sessions::OutboxRow& row) const;
    const std::string& next_channel(const std::string& channel) const;

    Parts parts_;
    // io thread only.
    std::size_t in_flight_ = 0;
    bool claiming_ = false;
    bool again_ = false;
    bool stopped_ = false;
};

}  // namespace jangkau::gateway
