// 8x8 (once Wavecell): SMS both ways and delivery reports, all through one URL.
// The wire format, and how sure each fact is: docs/adapters/8x8.md.

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <utility>

#include "adapters/decode.hpp"
#include "adapters/json.hpp"
#include "adapters/providers.hpp"
#include "adapters/signature.hpp"
#include "gateway/core/text.hpp"

namespace jangkau::adapters {
namespace {

namespace json = boost::json;

constexpr std::string_view kIndonesia = "https://sms.8x8.id";
constexpr std::string_view kAccounts = "/api/v1/subaccounts/";
constexpr std::string_view kMessages = "/messages";
constexpr std::string_view kKeyScheme = "Bearer ";
constexpr std::string_view kSms = "SMS";
constexpr std::string_view kCame = "inbound_message_received";
constexpr std::string_view kChanged = "outbound_message_status_changed";
constexpr std::string_view kQueued = "QUEUED";
constexpr std::string_view kRejected = "REJECTED";
/// Delivered, and yet only the operator has it.
constexpr std::string_view kWithOperator = "delivered_to_operator";
constexpr std::string_view kExpired = "36";

struct State {
    std::string_view name;
    ReportState state;
};
constexpr State kStates[] = {
    {"sent", ReportState::sent},           {"queued", ReportState::sent},
    {"delivered", ReportState::delivered}, {"read", ReportState::delivered},
    {"undelivered", ReportState::failed},  {"rejected", ReportState::failed},
    {"failed", ReportState::failed},
};

/// Errors that say more than the HTTP status they come with.
struct Error {
    long long code;
    SendFault fault;
};
constexpr Error kErrors[] = {
    {1001, SendFault::misconfigured},  // subaccount
    {1005, SendFault::misconfigured},  // source
    {1200, SendFault::misconfigured},  // unauthorised
    {1201, SendFault::misconfigured},  // forbidden
    {1300, SendFault::misconfigured},  // not found
    {1400, SendFault::unroutable},     // to this phone again too soon
    {2000, SendFault::garbled},        // internal: nobody knows how far it came
    {2001, SendFault::misconfigured},  // no such function, version or product
    {2002, SendFault::misconfigured}, {2003, SendFault::misconfigured},
    {3011, SendFault::misconfigured},  // source too long
    {3020, SendFault::misconfigured},  // callback URL
};

std::string_view in(const Form& form, std::string_view field) {
    return form.get(field).value_or("");
}

/// "s3cret" of "Bearer s3cret"
std::string_view credentials_in(const Secret& header) {
    const std::string_view value = header.reveal();
    return value.substr(value.rfind(' ') + 1);
}

SendError refused(SendError fault, const HttpResponse& response, const json::object& answer) {
    const auto* number = answer.if_contains("code");
    const auto* code = number != nullptr ? number->if_int64() : nullptr;
    if (code != nullptr) {
        fault.detail =
            "HTTP " + std::to_string(response.status) + ": " +
            provider_words(std::to_string(*code) + " " + std::string(string_in(answer, "message")));
    }
    const auto* known =
        code != nullptr ? std::ranges::find(kErrors, *code, &Error::code) : std::end(kErrors);
    if (known != std::end(kErrors)) fault.fault = known->fault;
    return fault;
}

class EightByEight final : public Adapter {
public:
    EightByEight(const Settings& settings, std::string send_url, const NumberPlan& plan)
        : settings_(settings), send_url_(std::move(send_url)), plan_(plan) {}

    Abilities abilities() const override {
        return {.sms = true,
                .reports = true,
                .send = true,
                .proves_sender = proves(credentials_in(settings_.auth_token))};
    }

    std::optional<std::string> forged(const HttpRequest& request, Time) const override {
        if (settings_.auth_token.empty()) return std::nullopt;
        const std::string_view given = header(request.headers, "Authorization");
        if (given.empty()) return "no header Authorization";
        if (same_bytes(given, settings_.auth_token.reveal())) return std::nullopt;
        return "wrong header Authorization";
    }

    /// One URL is entered for everything, that of SMS or that of reports.
    Result<std::vector<Inbound>, BadRequest> decode(Endpoint endpoint,
                                                    const HttpRequest& request) const override {
        if (endpoint == Endpoint::ussd || !request.target.empty()) return no_such_path();
        const auto body = posted_json(request);
        if (!body) return body.error();
        auto inbound = event(flat(*body));
        if (!inbound) return inbound.error();
        return std::vector<Inbound>{*std::move(inbound)};
    }

    HttpRequest compose(const SmsOut& sms) const override {
        json::object message = {{"destination", sms.to.e164()}, {"text", sms.text}};
        if (!settings_.sender.empty()) message["source"] = settings_.sender;
        message["clientMessageId"] = sms.key;
        message["encoding"] = "AUTO";
        // A URL given here may be called without the header that the account's webhook has.
        const bool bare = settings_.auth_token.empty();
        if (const std::string url = callback_url(settings_, Endpoint::report); bare && !url.empty())
            message["dlrCallbackUrl"] = url;
        HttpRequest request = json_request("POST", send_url_, message);
        request.headers.emplace_back("Accept", "application/json");
        request.headers.emplace_back("Authorization",
                                     std::string(kKeyScheme) + settings_.api_key.reveal());
        return request;
    }

    Result<Accepted, SendError> interpret(const SmsOut& sms,
                                          const HttpResponse& response) const override {
        const json::object answer = answered_json(response);
        if (auto fault = http_fault(response)) return refused(*std::move(fault), response, answer);
        const Form form = flat(answer);
        const std::string_view code = in(form, "status.code");
        if (code == kQueued) {
            const std::string id = provider_id(in(form, "umid"));
            return Accepted{.id = id.empty() ? sms.key : id};
        }
        const std::string words =
            provider_words(std::string(code) + " " + std::string(in(form, "status.description")));
        if (code == kRejected) return SendError{SendFault::rejected, words};
        return SendError{SendFault::garbled,
                         "no documented status" + (words.empty() ? "" : ": " + words)};
    }

private:
    Result<Inbound, BadRequest> event(const Form& form) const {
        Fields fields(form);
        const std::string space = fields.name("namespace");
        const std::string type = fields.name("eventType");
        if (fields.wrong()) return fields.let_go();
        if (space == kSms && type == kCame) return sms(form);
        if (space == kSms && type == kChanged) return report(form);
        return Inbound{Ignored{"unknown event: " + provider_words(space + " " + type)}};
    }

    Result<Inbound, BadRequest> sms(const Form& form) const {
        Fields fields(form);
        auto id = fields.name("payload.umid");
        auto from = fields.phone("payload.source", plan_);
        auto to = fields.name("payload.destination");
        auto text = fields.sms_text("payload.body");
        if (fields.wrong()) return fields.let_go();
        return Inbound{SmsIn{.id = std::move(id),
                             .from = *std::move(from),
                             .to = std::move(to),
                             .text = std::move(text),
                             .sent = provider_time(in(form, "payload.timestamp"))}};
    }

    static Result<Inbound, BadRequest> report(const Form& form) {
        Fields fields(form);
        auto id = fields.name("payload.umid");
        auto name = fields.name("payload.status.state");
        constexpr std::string_view kKey = "payload.clientMessageId";
        std::string key = in(form, kKey).empty() ? "" : fields.name(kKey);
        if (fields.wrong()) return fields.let_go();
        const auto* known = std::ranges::find(kStates, name, &State::name);
        if (known == std::end(kStates))
            return Inbound{Ignored{"unknown state: " + provider_words(name)}};
        const std::string_view detail = in(form, "payload.status.detail");
        ReportState state = known->state;
        if (state == ReportState::delivered && detail == kWithOperator) state = ReportState::sent;
        std::string reason;
        if (state == ReportState::failed) {
            if (in(form, "payload.status.errorCode") == kExpired) state = ReportState::expired;
            reason = provider_words(in(form, "payload.status.errorMessage"));
            if (reason.empty()) reason = provider_words(detail);
            if (reason.empty()) reason = name;
        }
        return Inbound{DeliveryReport{.id = std::move(id),
                                      .key = std::move(key),
                                      .state = state,
                                      .reason = std::move(reason)}};
    }

    const Settings settings_;
    const std::string send_url_;
    const NumberPlan& plan_;
};

class EightByEightAggregator final : public Aggregator {
public:
    explicit EightByEightAggregator(Secret authorization)
        : authorization_(std::move(authorization)) {}

    // Without `timestamp`: an aggregator has no clock.
    HttpRequest sms(const PhoneSms& sms) const override {
        return event(kCame, "SMS inbound message",
                     json::object{{"umid", sms.id},
                                  {"source", sms.from},
                                  {"destination", sms.to},
                                  {"body", sms.text},
                                  {"smsCount", 1}});
    }

    void sign(HttpRequest& request, const std::string&, Time) const override {
        if (!authorization_.empty())
            request.headers.emplace_back("Authorization", authorization_.reveal());
    }

    Result<TakenSms, BadAnswer> take(const HttpRequest& request) const override {
        if (request.target.find(kAccounts) == std::string::npos ||
            !request.target.ends_with(kMessages))
            return BadAnswer{"The path is not that of a subaccount's messages."};
        if (!header(request.headers, "Authorization").starts_with(kKeyScheme))
            return BadAnswer{"There is no \"Authorization: Bearer KEY\"."};
        const auto body = posted_json(request);
        if (!body) return BadAnswer{body.error().field + " " + body.error().why};
        const std::string to(string_in(*body, "destination"));
        if (to.empty()) return BadAnswer{"There is no destination."};
        return TakenSms{.key = std::string(string_in(*body, "clientMessageId")),
                        .to = to,
                        .text = std::string(string_in(*body, "text")),
                        .sender = std::string(string_in(*body, "source")),
                        .report_url = std::string(string_in(*body, "dlrCallbackUrl"))};
    }

    HttpResponse accept(const TakenSms& sms, const std::string& id) const override {
        return json_answer(
            200, json::object{{"umid", id},
                              {"clientMessageId", sms.key},
                              {"destination", sms.to.substr(1)},
                              {"encoding", "GSM7"},
                              {"status", json::object{{"code", kQueued},
                                                      {"description", "SMS is accepted"}}}});
    }

    Callback report(const TakenSms& sms, const std::string& id, ReportState state) const override {
        // An SMS that expired is one that was not delivered, with an error of its own.
        const bool expired = state == ReportState::expired;
        json::object status = {{"state", state == ReportState::sent ? "sent" : "delivered"}};
        if (state == ReportState::delivered) status["detail"] = "delivered_to_recipient";
        if (state == ReportState::failed || expired)
            status = {{"state", "undelivered"},
                      {"detail", "undelivered_to_recipient"},
                      {"errorCode", expired ? 36 : 1},
                      {"errorMessage", expired ? "SMS expired" : "Absent subscriber"}};
        HttpRequest request = event(kChanged, "SMS outbound message delivery receipt",
                                    json::object{{"umid", id},
                                                 {"clientMessageId", sms.key},
                                                 {"source", sms.sender},
                                                 {"destination", sms.to},
                                                 {"status", std::move(status)},
                                                 {"smsCount", 1}});
        request.target = sms.report_url;
        return {Endpoint::report, std::move(request)};
    }

private:
    static HttpRequest event(std::string_view type, std::string_view description,
                             json::object payload) {
        return json_request("POST", "",
                            json::object{{"namespace", kSms},
                                         {"eventType", type},
                                         {"description", description},
                                         {"payload", std::move(payload)}});
    }

    const Secret authorization_;
};

/// What stands in a header. `blanks`: a scheme and its value.
bool fits_header(const Secret& secret) {
    return std::ranges::all_of(secret.reveal(), [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

Result<std::unique_ptr<Adapter>, BadSetting> make_eight_by_eight(const Settings& settings,
                                                                 const NumberPlan& plan) {
    const std::string account = own_setting(settings, "subaccount");
    if (account.empty()) return BadSetting{"subaccount", "is missing"};
    if (settings.api_key.empty()) return BadSetting{"api_key", "is missing"};
    if (auto bad = bad_key("api_key", settings.api_key.reveal())) return *std::move(bad);
    if (!fits_header(settings.auth_token))
        return BadSetting{"auth_token", "has a line end or other character that no header has"};
    const std::string base = api_base(settings, kIndonesia);
    if (auto bad = bad_url("api_base", base)) return *std::move(bad);
    const std::string url = base + std::string(kAccounts) + percent_encode(account);
    return std::unique_ptr<Adapter>(
        std::make_unique<EightByEight>(settings, url + std::string(kMessages), plan));
}

std::unique_ptr<Aggregator> make_eight_by_eight_aggregator(const Settings& settings) {
    return std::make_unique<EightByEightAggregator>(settings.auth_token);
}

}  // namespace jangkau::adapters
