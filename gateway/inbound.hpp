#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "adapters/adapter.hpp"
#include "gateway/config.hpp"
#include "gateway/handler.hpp"
#include "gateway/inbox.hpp"
#include "gateway/metrics.hpp"
#include "gateway/rate_limit.hpp"
#include "gateway/services.hpp"
#include "gateway/turns.hpp"
#include "sessions/store.hpp"

namespace jangkau::gateway {

/// The public listener: /ussd, /sms and /dlr of every channel. Authenticates, has the adapter read
/// the request, runs the turn in the store, and answers in the provider's words after the commit.
///
/// Threading: handle() on the io thread; answers come from the store's thread.
/// Ownership: borrows all that it is given, which must outlive it; the adapters are its own.
class Inbound final : public Handler {
public:
    struct Parts {
        const Config& config;
        Services& services;
        sessions::Store& store;
        const Clock& clock;
        Random& random;
        Metrics& metrics;
        std::function<void()>
            committed;  ///< after every turn that is on disk; called on the store's thread
        /// Calls back after a pause, on the io thread: for requests that wait for an SMS.
        std::function<void(std::chrono::milliseconds, std::function<void()>)> after;
    };
    explicit Inbound(Parts parts);
    ~Inbound() override;

    [[nodiscard]] Pending handle(HttpRequest request, Respond respond) override;
    /// The adapter of that channel, which must be configured.
    [[nodiscard]] const adapters::Adapter& adapter(const std::string& channel) const;

private:
    struct Channel;
    struct Route;
    struct Exchange;
    struct Batch;
    std::optional<HttpResponse> hold_back(HttpRequest& request);
    Route find(const HttpRequest& request) const;
    std::optional<std::string> forged(const Channel& channel, const HttpRequest& request) const;
    Services::Handle service_for(sessions::Unit& unit, const Channel& channel,
                                 const adapters::UssdTurn& turn);
    Pending ussd(const Channel& channel, adapters::UssdTurn turn, HttpRequest request,
                 Respond respond);
    TurnResult take(sessions::Unit& unit, const Channel& channel, Exchange& exchange);
    void answer(const Channel& channel, const Exchange& exchange);
    [[nodiscard]] HttpResponse busy(const Channel& channel, const HttpRequest& request) const;
    void follow_by_sms(const Msisdn& to, const std::string& text);
    void count_limited(std::string_view limit, const Msisdn& phone);
    void count_dialogue(const Channel& channel, const adapters::UssdTurn& turn,
                        std::uint32_t revision, bool end);
    TurnKind take(sessions::Unit& unit, const Channel& channel, JobGuard& guard,
                  const adapters::Inbound& item);
    static void log_ignored(const Channel& channel, const std::vector<adapters::Inbound>& items);
    Pending stored(const Channel& channel, std::vector<adapters::Inbound> items,
                   const Respond& respond);
    void count_refusal();
    Pending at_once(HttpResponse response, const Respond& respond);

    Parts parts_;
    /// The adapters hold on to it. That of a service ends with the service.
    const NumberPlan plan_;
    PhoneGuard guard_;  ///< store's thread only
    std::map<std::string, std::unique_ptr<Channel>, std::less<>> channels_;
    // io thread only.
    RateLimit by_address_;
    Inbox inbox_;
};

}  // namespace jangkau::gateway
