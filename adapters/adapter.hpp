#pragma once

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
#include "gateway/core/result.hpp"
#include "gateway/core/secret.hpp"

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
    std::string
        turn_key;  ///< names this hop among all hops of the channel; a repeated hop has the same
};
/// The dialogue is over: reached its end, was left, or failed.
struct UssdEnded {
    std::string session;
    std::string status;
};
struct SmsIn {
    std::string id;
    Msisdn from;
    std::string to;
    std::string text;
    std::optional<Time> sent;
};
enum class ReportState { sent, delivered, failed, expired };
struct DeliveryReport {
    std::string id;
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
    std::string
        key;  ///< ours, the same for every attempt: for providers that take an idempotency key
    Msisdn to;
    std::string text;  ///< whole; the provider cuts it into parts
};

enum class SendFault {
    misconfigured,  ///< key, user or sender id refused: an operator must act
    unreachable,    ///< known not to have arrived: no connection, or the provider's own fault
    throttled,
    rejected,  ///< this number or text will never go
    opted_out,
    garbled,  ///< an answer that says neither yes nor no: in doubt
};
struct SendError {
    SendFault fault;
    std::string detail;  ///< the provider's words, without personal data
};
/// Only what is known not to have been sent may be tried again at once.
constexpr bool worth_retrying(SendFault fault) {
    return fault == SendFault::unreachable || fault == SendFault::throttled;
}
struct Accepted {
    std::string id;          ///< the provider's message id, "" where it has none
    bool delivered = false;  ///< nothing more will be heard of it
};

/// One channel's settings, as the configuration has them.
struct Settings {
    std::string channel;
    std::string api_base;    ///< where the provider's API is
    std::string public_url;  ///< our own address as the provider calls it
    std::string username;
    Secret password;
    Secret api_key;
    Secret auth_token;
    std::string sender;
    std::map<std::string, std::string> more;  ///< the adapter's own keys
};
struct BadSetting {
    std::string key;
    std::string why;
};

/// Translates between one provider's HTTP and our messages.
///
/// Pure: no I/O, no clock, no log. Same argument, same answer.
/// Threading: const after construction; callable from any thread.
class Adapter {
public:
    virtual ~Adapter() = default;

    /// What the provider's request says; a batch gives several. `request.target` is what follows
    /// the channel (and secret) in the path: "" or "/events".
    [[nodiscard]] virtual Result<std::vector<Inbound>, BadRequest> decode(
        Endpoint endpoint, const HttpRequest& request) const = 0;
    /// The screen, in the provider's words.
    [[nodiscard]] virtual HttpResponse encode(const UssdReply& reply) const = 0;
    /// Everything that came without a screen has been stored.
    [[nodiscard]] virtual HttpResponse acknowledge() const = 0;
    [[nodiscard]] virtual HttpResponse refuse(const BadRequest& why) const = 0;

    /// The request that would send `sms`.
    [[nodiscard]] virtual HttpRequest compose(const SmsOut& sms) const = 0;
    /// What the provider's answer to compose()'s request means.
    [[nodiscard]] virtual Result<Accepted, SendError> interpret(
        const HttpResponse& response) const = 0;
};

}  // namespace jangkau::adapters
