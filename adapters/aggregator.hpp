#pragma once

#include <string>
#include <vector>

#include "adapters/adapter.hpp"

namespace jangkau::adapters {

/// A phone as its provider presents it: everything that was typed since the code was dialled.
struct Hop {
    std::string session;
    std::string from;  ///< E.164 with "+"
    std::string code;
    std::vector<std::string> inputs;
    std::string token;  ///< PhoneScreen::token of the screen before
};
struct PhoneSms {
    std::string id;
    std::string from;
    std::string to;
    std::string text;
};
struct PhoneScreen {
    std::string text;
    bool end = false;
    std::string token = {};  ///< what the provider gives back with the next hop: a cookie, a state
};
struct BadAnswer {
    std::string why;
};

/// An SMS as the provider's API was asked to send it.
struct TakenSms {
    std::string key;  ///< SmsOut::key; "" where the request does not hold it
    std::string to;   ///< E.164 with "+"
    std::string text;
    std::string sender;
    std::string report_url;  ///< where reports were asked for; "" = at the account's URL
};
/// A request of the provider to us. A target that begins with "http" is a whole URL, any other is
/// relative to the endpoint's callback.
struct Callback {
    Endpoint endpoint = Endpoint::report;
    HttpRequest request;
};

/// The other side of an adapter: speaks to a gateway (or any application) as the provider does, and
/// answers as the provider's API. `jangkau dial`, `sms`, `script` and the tests talk through it.
/// What a provider does not have stays as it is here: a request without a method.
///
/// Pure, as Adapter. Targets are relative to the callback's URL ("" or "/events").
class Aggregator {
public:
    virtual ~Aggregator() = default;

    [[nodiscard]] virtual HttpRequest hop(const Hop& hop) const;
    [[nodiscard]] virtual Result<PhoneScreen, BadAnswer> screen(const HttpResponse& response) const;
    /// The person hung up; an empty method when the provider does not tell.
    [[nodiscard]] virtual HttpRequest hang_up(const Hop& hop, const std::string& last_screen) const;
    [[nodiscard]] virtual HttpRequest sms(const PhoneSms& sms) const;
    /// Adds the provider's credentials or signature. `path` is that of the whole URL, with its
    /// query: "/sms/twilio/s3cret?x=y".
    virtual void sign(HttpRequest& request, const std::string& path, Time now) const;
    /// False where two hops with the same input look alike (UssdTurn::turn_key is "").
    [[nodiscard]] virtual bool numbers_hops() const { return true; }

    // The provider's API.

    /// What Adapter::compose() asks for, or what the provider would refuse in it.
    [[nodiscard]] virtual Result<TakenSms, BadAnswer> take(const HttpRequest& request) const;
    /// The answer to a request that was taken.
    [[nodiscard]] virtual HttpResponse accept(const TakenSms& sms, const std::string& id) const;
    /// A delivery report of that SMS.
    [[nodiscard]] virtual Callback report(const TakenSms& sms, const std::string& id,
                                          ReportState state) const;
};

}  // namespace jangkau::adapters
