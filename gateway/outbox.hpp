#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "adapters/adapter.hpp"
#include "gateway/clock_watch.hpp"
#include "gateway/config.hpp"
#include "gateway/core/random.hpp"
#include "gateway/gate.hpp"
#include "gateway/http_client.hpp"
#include "gateway/metrics.hpp"
#include "gateway/outbox_round.hpp"
#include "sessions/store.hpp"

namespace jangkau::gateway {

/// What becomes of a row after an attempt, and what that says of its channel: decided by pure
/// functions, so that a table can test them. A known failure is tried again after a pause, on the
/// next channel of the route; a lost answer leaves the row in doubt, and so does an answer that
/// says neither yes nor no.
struct Verdict {
    enum class Channel { works, fails, must_pause };
    sessions::Delivery state;
    Channel channel = Channel::works;
    std::chrono::seconds pause{0};  ///< before the next attempt, or of the channel
    bool next_channel = false;
    bool opt_out = false;           ///< the person wants no more SMS
    bool counts = true;             ///< as an attempt of this SMS
    std::chrono::seconds asked{0};  ///< of the channel, by the provider
};
/// `attempts` counts this one.
[[nodiscard]] Verdict after_error(const adapters::SendError& error, unsigned attempts,
                                  const OutboxConfig& limits);
[[nodiscard]] Verdict after_transport(const TransportError& error, unsigned attempts,
                                      const OutboxConfig& limits);
/// Before attempt `attempts + 1`: doubled each time.
[[nodiscard]] std::chrono::seconds retry_pause(unsigned attempts, const OutboxConfig& limits);
/// Between half of that pause and the whole, so that rows that failed together come apart.
[[nodiscard]] std::chrono::seconds jittered(std::chrono::seconds pause, Random& random);

/// Sends what committed turns promised. A row is claimed in one transaction, sent, and settled in
/// another: a crash between leaves it in doubt, never sent twice unknowingly.
///
/// Threading: kick() from any thread, everything else runs on the io thread.
/// Ownership: borrows all that it is given.
class Outbox {
public:
    struct Parts {
        const Config& config;
        const Services& services;
        sessions::Store& store;
        const Clock& clock;
        HttpClient& client;
        Metrics& metrics;
        Random& random;  ///< io thread only
        std::function<const adapters::Adapter&(const std::string& channel)> adapter;
        std::function<void(std::function<void()>)> post;  ///< to the io thread
        std::function<void(std::chrono::milliseconds, std::function<void()>)>
            after;  ///< the same, later
        std::function<Gate::Instant()> instant = std::chrono::steady_clock::now;
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
    /// SMS that were given a channel today.
    [[nodiscard]] std::size_t sent_today() const { return sent_today_; }
    /// Channels that are down now.
    [[nodiscard]] std::vector<std::string> down() const;

private:
    void round();
    Round open_round();
    std::size_t left_today(sessions::Unit& unit, const Zone& zone, Time now);
    void count_today(const Round& round);
    void wake_later();
    void send(sessions::OutboxRow row);
    void answered(sessions::OutboxRow row, const Result<HttpResponse, TransportError>& response);
    bool clock_stepped(Gate::Instant now);
    void tell_gate(const std::string& channel, const Verdict& verdict, const std::string& why);
    void plan_next_attempt(sessions::OutboxRow& row, const Verdict& verdict);
    void report(const sessions::OutboxRow& row, const std::string& channel);
    void give_back(sessions::OutboxRow row);
    void settle(const sessions::OutboxRow& row, bool opt_out = false);

    Parts parts_;
    std::atomic<std::size_t> sent_today_{0};
    // Store's thread only.
    std::optional<Date> day_;
    // io thread only.
    std::map<std::string, Gate> gates_;  ///< of all channels that can send
    std::size_t in_flight_ = 0;
    bool claiming_ = false;
    bool again_ = false;
    bool stopped_ = false;
    Gate::Instant wake_at_{};
    ClockWatch watch_;
    Gate::Instant believed_from_{};
};

}  // namespace jangkau::gateway
