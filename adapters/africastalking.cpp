// Africa's Talking: USSD with cumulative input, SMS both ways, delivery reports, opt-out.
// The wire format, and how sure each fact is: docs/adapters/africastalking.md.

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <utility>

#include "adapters/decode.hpp"
#include "adapters/json.hpp"
#include "adapters/providers.hpp"
#include "gateway/core/text.hpp"

namespace jangkau::adapters {
namespace {

namespace json = boost::json;

constexpr std::string_view kLive = "https://api.africastalking.com";
constexpr std::string_view kSandbox = "https://api.sandbox.africastalking.com";
constexpr std::string_view kMessaging = "/version1/messaging";
constexpr std::string_view kContinue = "CON ";
constexpr std::string_view kEnd = "END ";
constexpr std::string_view kEvents = "/events";
constexpr std::string_view kNoMessageId = "None";
constexpr std::string_view kSandboxNetwork = "99999";

struct Status {
    std::string_view name;
    ReportState state;
};
constexpr Status kStatuses[] = {
    {"Sent", ReportState::sent},
    {"Submitted", ReportState::sent},
    {"Buffered", ReportState::sent},
    {"Success", ReportState::delivered},
    {"Rejected", ReportState::failed},
    {"Failed", ReportState::failed},
    {"AbsentSubscriber", ReportState::failed},
    {"Expired", ReportState::expired},
};

struct StatusCode {
    int code;
    std::string_view name;
    std::optional<SendFault> fault;
};
constexpr StatusCode kStatusCodes[] = {
    {100, "Processed", {}},
    {101, "Sent", {}},
    {102, "Queued", {}},
    {401, "RiskHold", SendFault::rejected},
    {402, "InvalidSenderId", SendFault::misconfigured},
    {403, "InvalidPhoneNumber", SendFault::rejected},
    {404, "UnsupportedNumberType", SendFault::rejected},
    {405, "InsufficientBalance", SendFault::misconfigured},
    {406, "UserInBlacklist", SendFault::opted_out},
    {407, "CouldNotRoute", SendFault::rejected},
    // A promotion outside its hours, not a person's wish for good.
    {409, "DoNotDisturbRejection", SendFault::rejected},
    {500, "InternalServerError", SendFault::unreachable},
    {501, "GatewayError", SendFault::unreachable},
    {502, "RejectedByGateway", SendFault::unreachable},
};

Result<Accepted, SendError> verdict(const json::object& recipient) {
    const auto* number = recipient.if_contains("statusCode");
    const auto* code = number != nullptr ? number->if_int64() : nullptr;
    const auto* known = code != nullptr ? std::ranges::find(kStatusCodes, *code, &StatusCode::code)
                                        : std::end(kStatusCodes);
    if (known == std::end(kStatusCodes)) {
        const std::string status = provider_words(string_in(recipient, "status"));
        return SendError{SendFault::garbled,
                         "no documented statusCode" + (status.empty() ? "" : ": " + status)};
    }
    const std::string_view id = string_in(recipient, "messageId");
    const bool has_id = !id.empty() && id != kNoMessageId;
    if (known->fault) {
        // A refused recipient has no id; one that has may be on its way.
        const bool in_doubt = has_id && worth_retrying(*known->fault);
        return SendError{in_doubt ? SendFault::garbled : *known->fault,
                         std::string(known->name) + " (" + std::to_string(known->code) + ")"};
    }
    return Accepted{.id = has_id ? provider_id(id) : ""};
}

/// No recipient was taken on; `Message` says why ("InvalidSenderId").
SendError nobody(std::string_view message) {
    const auto* known = std::ranges::find_if(kStatusCodes, [&](const StatusCode& status) {
        return status.fault && message.find(status.name) != std::string_view::npos;
    });
    return {known != std::end(kStatusCodes) ? *known->fault : SendFault::rejected,
            provider_words(message)};
}

class AfricasTalking final : public Adapter {
public:
    AfricasTalking(const Settings& settings, std::string messaging_url, const NumberPlan& plan)
        : settings_(settings), messaging_url_(std::move(messaging_url)), plan_(plan) {}

    Abilities abilities() const override {
        return {.ussd = true, .sms = true, .reports = true, .send = true};
    }

    Result<std::vector<Inbound>, BadRequest> decode(Endpoint endpoint,
                                                    const HttpRequest& request) const override {
        const bool events = endpoint == Endpoint::ussd && request.target == kEvents;
        if (!request.target.empty() && !events) return no_such_path();
        const auto form = posted_form(request);
        if (!form) return form.error();
        auto inbound = events                       ? ended(*form)
                       : endpoint == Endpoint::ussd ? turn(*form)
                                                    : notice(endpoint, *form);
        if (!inbound) return inbound.error();
        return std::vector<Inbound>{*std::move(inbound)};
    }

    HttpResponse encode(const UssdReply& reply, const HttpRequest&) const override {
        return plain_text(200, std::string(reply.end ? kEnd : kContinue) + reply.text);
    }

    HttpRequest compose(const SmsOut& sms) const override {
        Form form;
        form.add("username", settings_.username);
        form.add("to", sms.to.e164());
        form.add("message", sms.text);
        if (!settings_.sender.empty()) form.add("from", settings_.sender);
        form.add("bulkSMSMode", "1");  // the sender pays: a worker's SMS must cost him nothing
        HttpRequest request = form_post(messaging_url_, form);
        request.headers.emplace_back("Accept", "application/json");
        request.headers.emplace_back("apiKey", settings_.api_key.reveal());
        return request;
    }

    /// A recipient's own code says more than the HTTP status.
    Result<Accepted, SendError> interpret(const SmsOut&,
                                          const HttpResponse& response) const override {
        const json::object answer = answered_json(response);
        const auto* member = answer.if_contains("SMSMessageData");
        const auto* data = member != nullptr ? member->if_object() : nullptr;
        const auto* list = data != nullptr ? data->if_contains("Recipients") : nullptr;

        if (const auto recipients =
                data != nullptr ? objects_in(*data, "Recipients") : std::vector<json::object>{};
            !recipients.empty())
            return verdict(recipients.front());
        if (const auto fault = http_fault(response)) return *fault;
        if (list != nullptr && list->is_array() && list->get_array().empty())
            return nobody(string_in(*data, "Message"));
        return SendError{SendFault::garbled, "no SMSMessageData in the answer"};
    }

private:
    Result<Inbound, BadRequest> turn(const Form& form) const {
        Fields fields(form);
        auto session = fields.name("sessionId");
        auto from = fields.phone("phoneNumber", plan_);
        auto code = fields.name("serviceCode");
        auto text = fields.typed("text");
        if (fields.wrong()) return *fields.wrong();
        // Hops have no number of their own, so what was typed so far names them.
        std::string key = session + '|' + text;
        const bool first = text.empty();
        return Inbound{UssdTurn{.session = std::move(session),
                                .from = *std::move(from),
                                .code = std::move(code),
                                .text = std::move(text),
                                .cumulative = true,
                                .first = first,
                                .turn_key = std::move(key)}};
    }

    static Result<Inbound, BadRequest> ended(const Form& form) {
        Fields fields(form);
        auto session = fields.name("sessionId");
        auto status = fields.name("status");
        if (fields.wrong()) return *fields.wrong();
        return Inbound{UssdEnded{.session = std::move(session), .status = std::move(status)}};
    }

    /// Opt-out and subscription callbacks have no URL in common with anything: operators enter
    /// that of SMS or that of reports.
    Result<Inbound, BadRequest> notice(Endpoint endpoint, const Form& form) const {
        if (!form.get("id") && !form.get("text")) {
            if (form.get("updateType")) return Inbound{Ignored{"premium subscription"}};
            if (form.get("senderId")) return opt_out(form);
        }
        return endpoint == Endpoint::sms ? sms(form) : report(form);
    }

    Result<Inbound, BadRequest> opt_out(const Form& form) const {
        Fields fields(form);
        auto from = fields.phone("phoneNumber", plan_);
        if (fields.wrong()) return fields.let_go();
        return Inbound{OptOut{*std::move(from)}};
    }

    Result<Inbound, BadRequest> sms(const Form& form) const {
        Fields fields(form);
        auto id = fields.name("id");
        auto from = fields.phone("from", plan_);
        auto to = fields.name("to");
        auto text = fields.sms_text("text");
        if (fields.wrong()) return fields.let_go();
        return Inbound{SmsIn{.id = std::move(id),
                             .from = *std::move(from),
                             .to = std::move(to),
                             .text = std::move(text),
                             .sent = provider_time(form.get("date").value_or(""))}};
    }

    static Result<Inbound, BadRequest> report(const Form& form) {
        Fields fields(form);
        auto id = fields.name("id");
        auto status = fields.name("status");
        if (fields.wrong()) return fields.let_go();
        const auto* known = std::ranges::find(kStatuses, status, &Status::name);
        if (known == std::end(kStatuses)) {
            return Inbound{Ignored{"unknown status: " + provider_words(status)}};
        }
        std::string reason = provider_words(form.get("failureReason").value_or(""));
        const bool lost =
            known->state == ReportState::failed || known->state == ReportState::expired;
        if (reason.empty() && lost) reason = status;
        return Inbound{DeliveryReport{
            .id = std::move(id), .state = known->state, .reason = std::move(reason)}};
    }

    const Settings settings_;
    const std::string messaging_url_;
    const NumberPlan& plan_;
};

class AfricasTalkingAggregator final : public Aggregator {
public:
    HttpRequest hop(const Hop& hop) const override {
        Form form;
        form.add("sessionId", hop.session);
        form.add("phoneNumber", hop.from);
        form.add("networkCode", std::string(kSandboxNetwork));
        form.add("serviceCode", hop.code);
        form.add("text", joined(hop.inputs));
        return form_post("", form);
    }

    Result<PhoneScreen, BadAnswer> screen(const HttpResponse& response) const override {
        if (response.status != 200) {
            return BadAnswer{"The status is " + std::to_string(response.status) +
                             " instead of 200."};
        }
        const std::string_view body = response.body;
        if (body.starts_with(kContinue))
            return PhoneScreen{std::string(body.substr(kContinue.size())), false};
        if (body.starts_with(kEnd)) return PhoneScreen{std::string(body.substr(kEnd.size())), true};
        if (body.empty()) return BadAnswer{"The body is empty."};
        if (body.starts_with("\xEF\xBB\xBF"))
            return BadAnswer{"The body begins with a byte order mark."};
        return BadAnswer{"The body does not begin with \"CON \" or \"END \"."};
    }

    // Without `date`: a aggregator has no clock.
    HttpRequest hang_up(const Hop& hop, const std::string& last_screen) const override {
        Form form;
        form.add("sessionId", hop.session);
        form.add("serviceCode", hop.code);
        form.add("networkCode", std::string(kSandboxNetwork));
        form.add("phoneNumber", hop.from);
        form.add("status", "Incomplete");
        form.add("cost", "0.00");
        form.add("durationInMillis", "0");
        form.add("hopsCount", std::to_string(hop.inputs.size() + 1));
        form.add("input", joined(hop.inputs));
        form.add("lastAppResponse", std::string(kContinue) + last_screen);
        return form_post(std::string(kEvents), form);
    }

    HttpRequest sms(const PhoneSms& sms) const override {
        Form form;
        form.add("id", sms.id);
        form.add("from", sms.from);
        form.add("to", sms.to);
        form.add("text", sms.text);
        form.add("networkCode", std::string(kSandboxNetwork));
        return form_post("", form);
    }

    Result<TakenSms, BadAnswer> take(const HttpRequest& request) const override {
        if (header(request.headers, "apiKey").empty()) return BadAnswer{"There is no apiKey."};
        const auto form = posted_form(request);
        if (!form) return BadAnswer{form.error().field + " " + form.error().why};
        return TakenSms{.to = std::string(form->get("to").value_or("")),
                        .text = std::string(form->get("message").value_or("")),
                        .sender = std::string(form->get("from").value_or(""))};
    }

    HttpResponse accept(const TakenSms& sms, const std::string& id) const override {
        const json::object recipient = {{"statusCode", 101},
                                        {"number", sms.to},
                                        {"status", "Success"},
                                        {"cost", "KES 0.8000"},
                                        {"messageId", id}};
        return json_answer(
            201, json::object{{"SMSMessageData",
                               json::object{{"Message", "Sent to 1/1 Total Cost: KES 0.8000"},
                                            {"Recipients", json::array{recipient}}}}});
    }

    Callback report(const TakenSms& sms, const std::string& id, ReportState state) const override {
        const auto* status = std::ranges::find(kStatuses, state, &Status::state);
        Form form;
        form.add("id", id);
        form.add("status", std::string(status->name));
        form.add("phoneNumber", sms.to);
        form.add("networkCode", std::string(kSandboxNetwork));
        if (state == ReportState::failed) form.add("failureReason", "DeliveryFailure");
        return {Endpoint::report, form_post("", form)};
    }

private:
    static std::string joined(const std::vector<std::string>& inputs) {
        std::string text;
        for (const auto& input : inputs) text += (&input == &inputs.front() ? "" : "*") + input;
        return text;
    }
};

}  // namespace

Result<std::unique_ptr<Adapter>, BadSetting> make_africastalking(const Settings& settings,
                                                                 const NumberPlan& plan) {
    if (settings.username.empty()) return BadSetting{"username", "is missing"};
    const std::string& key = settings.api_key.reveal();
    if (key.empty()) return BadSetting{"api_key", "is missing"};
    if (auto bad = bad_key("api_key", key)) return *std::move(bad);
    const std::string base = api_base(settings, settings.username == "sandbox" ? kSandbox : kLive);
    if (auto bad = bad_url("api_base", base)) return *std::move(bad);
    return std::unique_ptr<Adapter>(
        std::make_unique<AfricasTalking>(settings, base + std::string(kMessaging), plan));
}

std::unique_ptr<Aggregator> make_africastalking_aggregator(const Settings&) {
    return std::make_unique<AfricasTalkingAggregator>();
}

}  // namespace jangkau::adapters
