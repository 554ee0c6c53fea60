#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gateway/core/clock.hpp"
#include "gateway/core/http.hpp"
#include "gateway/core/msisdn.hpp"
#include "gateway/core/problem.hpp"
#include "gateway/core/result.hpp"
#include "gateway/core/secret.hpp"
#include "gateway/core/yaml.hpp"

namespace jangkau::adapters {

// What a provider can tell us.

/// One hop of a USSD dialogue.
struct UssdTurn {
    std::string session;  ///< the provider's id
    Msisdn from;
    std::string code;         ///< that was dialled: "*384*7788#"
    std::string text;         ///< what was typed: all of it so far, or the last input
    bool cumulative = false;  ///< `text` is everything typed so far, joined with `*`
    bool first = false;       ///< the provider says that the dialogue begins here
    /// Names this hop among all hops of the channel; a repeated hop has the same. "" where the
    /// provider does not tell hops apart: the gateway counts them, and takes the same input within
    /// the channel's `repeat_window` for a repeat.
    std::string turn_key;
};
/// The dialogue is over: reached its end, was left, or failed.
struct UssdEnded {
    std::string session;
    std::string status;
};
struct SmsIn {
    /// One of several pieces of a long SMS that the provider leaves to us to join.
    struct Part {
        std::string ref;      ///< the same for all pieces
        unsigned number = 1;  ///< from 1
        unsigned total = 1;
    };
    /// The provider's, of this piece; "" where it has none: then the same text from the same phone
    /// within a few seconds is a repeat.
    std::string id;
    Msisdn from;
    std::string to;
    std::string text;
    std::optional<Time> sent;
    std::optional<Part> part;
};
enum class ReportState { sent, delivered, failed, expired };
/// Named by the provider's id, by our key, or by both.
struct DeliveryReport {
    std::string id;   ///< Accepted::id
    std::string key;  ///< SmsOut::key, where the provider gives it back
    ReportState state = ReportState::sent;
    std::string reason;
};
/// The provider says that this person wants no more SMS.
struct OptOut {
    Msisdn from;
};
/// Well formed, and nothing for us.
struct Ignored {
    std::string why;
};
using Inbound = std::variant<UssdTurn, UssdEnded, SmsIn, DeliveryReport, OptOut, Ignored>;

struct BadRequest {
    std::string field;
    std::string why;
};

/// What a request came for: the first part of the path.
enum class Endpoint { ussd, sms, report };

/// What we tell a provider.
struct UssdReply {
    std::string text;
    bool end = false;
};
struct SmsOut {
    /// Ours, the same for every attempt, up to 40 letters, digits and hyphens: for providers that
    /// take an idempotency key, and for reports.
    std::string key;
    Msisdn to;
    std::string text;  ///< whole; the provider cuts it into parts
};

enum class SendFault {
    misconfigured,  ///< key, user or sender id refused: an operator must act
    unreachable,    ///< known not to have arrived: no connection, or the provider's own fault
    throttled,      ///< too fast: the whole channel has to wait
    unroutable,     ///< not sent: not to this number now, or not by this provider; others go
    rejected,       ///< this number or text will never go
    opted_out,
    garbled,  ///< an answer that says neither yes nor no: in doubt
};
struct SendError {
    SendFault fault;
    std::string detail;  ///< the provider's words, without personal data
    std::optional<std::chrono::seconds> retry_after = {};  ///< not before, as the provider asks
};
/// Only what is known not to have been sent may be tried again at once.
constexpr bool worth_retrying(SendFault fault) {
    return fault == SendFault::unreachable || fault == SendFault::throttled ||
           fault == SendFault::unroutable;
}
struct Accepted {
    std::string id;          ///< the provider's message id, "" where it has none
    bool delivered = false;  ///< nothing more will be heard of it
};

/// One channel's settings, as the configuration has them.
struct Settings {
    std::string channel;
    std::string api_base;    ///< where the provider's API is
    std::string public_url;  ///< our own address as the provider calls it: "https://gw.example"
    std::string username;
    Secret password;
    Secret api_key;
    Secret auth_token;
    Secret secret;  ///< in the path of every callback; "" = none
    std::string sender;
    std::map<std::string, std::string> more;  ///< the adapter's own keys
    /// For an adapter whose format is described in a file (`Entry::described`).
    std::shared_ptr<const Yaml> description;
    std::string description_file;
};
struct BadSetting {
    std::string key;
    std::string why;
    Problems in_description = {};
};

/// What a channel can be used for; the configuration and the tests ask.
struct Abilities {
    bool ussd = false;
    bool sms = false;      ///< inbound
    bool reports = false;  ///< of delivery
    bool send = false;
    bool proves_sender = false;  ///< `forged` finds out, so no secret or allow-list is needed
};

/// Translates between one provider's HTTP and our messages.
///
/// Pure: no I/O, no clock, no log. Same argument, same answer. What a provider does not have stays
/// as it is here.
/// Threading: const after construction; callable from any thread.
class Adapter {
public:
    virtual ~Adapter() = default;

    [[nodiscard]] virtual Abilities abilities() const = 0;

    /// Why the request is not the provider's; nothing where it is, or where that cannot be told.
    /// Asked before anything else is read.
    [[nodiscard]] virtual std::optional<std::string> forged(const HttpRequest& request,
                                                            Time now) const;
    /// What the provider's request says; a batch gives several. `request.target` is what follows
    /// the channel (and secret) in the path: "" or "/events".
    [[nodiscard]] virtual Result<std::vector<Inbound>, BadRequest> decode(
        Endpoint endpoint, const HttpRequest& request) const = 0;
    /// The screen that answers `request`, in the provider's words.
    [[nodiscard]] virtual HttpResponse encode(const UssdReply& reply,
                                              const HttpRequest& request) const;
    /// Everything that came without a screen has been stored. "OK" unless overridden.
    [[nodiscard]] virtual HttpResponse acknowledge() const;
    /// `request` could not be read. Status 400 and the field's name unless overridden.
    [[nodiscard]] virtual HttpResponse refuse(const BadRequest& why,
                                              const HttpRequest& request) const;

    /// The request that would send `sms`.
    [[nodiscard]] virtual HttpRequest compose(const SmsOut& sms) const;
    /// What the provider's answer to compose(sms) means.
    [[nodiscard]] virtual Result<Accepted, SendError> interpret(const SmsOut& sms,
                                                                const HttpResponse& response) const;
};

}  // namespace jangkau::adapters
