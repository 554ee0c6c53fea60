#pragma once

#include <deque>
#include <functional>
#include <memory>

#include "gateway/config.hpp"
#include "gateway/inbound.hpp"
#include "gateway/line.hpp"
#include "gateway/metrics.hpp"
#include "gateway/outbox.hpp"
#include "gateway/timers.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/mock_provider.hpp"
#include "tests/support/seeded_random.hpp"

namespace jangkau {

/// The whole gateway but its sockets, in this thread: the shipped configuration, the store that
/// forgets or the one that remembers, a clock that can be moved. What a request causes has happened
/// when it is answered.
class LocalLine final : public gateway::Line {
public:
    /// Begins on Monday 23 November 2026 at 9.00 in Makassar.
    /// `set` is put over the configuration: "key.path=value". `folder` is where SQLite keeps what
    /// happens, "" for the store that forgets. `file` is the configuration, in our folder `config`
    /// where it is no whole path.
    explicit LocalLine(std::string channel = "africastalking",
                       const std::vector<std::string>& set = {}, std::string folder = "",
                       const std::string& file = "jangkau.yaml");
    /// All SMS leave through `channel` (which can send), to a provider that takes them: its ledger
    /// is the phones' inbox, and its reports come back.
    void connect(const std::string& channel, MockProvider& provider);
    ~LocalLine() override;

    [[nodiscard]] HttpResponse exchange(const gateway::Trunk& trunk, adapters::Endpoint endpoint,
                                        HttpRequest request) override;
    /// Through the channel of the constructor, unsigned.
    [[nodiscard]] HttpResponse exchange(adapters::Endpoint endpoint, HttpRequest request);
    [[nodiscard]] std::vector<gateway::InboxSms> inbox(const std::string& to, std::int64_t after,
                                                       std::chrono::milliseconds wait) override;
    /// Timers go off at their own time, one after the other.
    bool advance(std::chrono::seconds by) override;
    /// When the next timer goes off or the next SMS is due.
    [[nodiscard]] std::optional<Time> next_due();
    [[nodiscard]] static std::optional<Time> next_due(sessions::Unit& unit);
    /// Sets the clock, never back, and does what is due then.
    void go_to(Time time);
    /// From now on every job runs once for nothing before it counts, as a neighbour that throws
    /// would have it: sessions::Store allows that.
    void rehearse_jobs() { rehearse_ = true; }
    /// The process ends and another one begins on the same folder.
    void restart();
    /// Is told of every SMS that goes into the local inbox; its id is none of the store's.
    void on_sms(std::function<void(const gateway::InboxSms&)> heard) { heard_ = std::move(heard); }

    [[nodiscard]] sessions::Store& store() { return *store_; }
    [[nodiscard]] const gateway::Config& config() const { return config_; }
    /// The service that the line began with, and what takes its place.
    [[nodiscard]] gateway::Services& services() { return services_; }
    [[nodiscard]] ManualClock& clock() { return clock_; }
    [[nodiscard]] Random& random() { return random_; }
    /// As /metrics would show them.
    [[nodiscard]] std::string metrics() const { return metrics_.text(); }
    /// Imports CSV as the operators' commands do; throws what was wrong with it.
    void import(const std::string& what, const std::string& csv);

private:
    class Network;
    class Inbox;
    void open();
    void take(adapters::Callback callback);
    bool really_sent(const gateway::InboxSms& sms) const;
    HttpResponse handle(std::string path, HttpRequest request);
    void drain();
    void tick();

    std::string channel_;
    std::string folder_;
    bool rehearse_ = false;
    gateway::Config config_;
    ManualClock clock_;
    gateway::Services services_;
    SeededRandom random_{1};
    SeededRandom outbox_random_{2};
    gateway::Metrics metrics_;
    std::function<void(const gateway::InboxSms&)> heard_;
    std::unique_ptr<sessions::Store> store_;
    MockProvider* provider_ = nullptr;
    gateway::Trunk provider_trunk_;
    std::unique_ptr<gateway::HttpClient> client_;
    std::deque<std::function<void()>> posted_;
    std::unique_ptr<gateway::Inbound> inbound_;
    std::unique_ptr<gateway::Outbox> outbox_;
    std::unique_ptr<gateway::Timers> timers_;
};

/// A shipped configuration; throws with its problems.
[[nodiscard]] gateway::Config shipped_config(const std::vector<std::string>& set = {},
                                             const std::string& file = "jangkau.yaml");

}  // namespace jangkau
