// Infobip: USSD with one path for each event, SMS both ways and delivery reports in batches.
// The wire format, and how sure each fact is: docs/adapters/infobip.md.

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <utility>

#include "adapters/decode.hpp"
#include "adapters/infobip_guard.hpp"
#include "adapters/json.hpp"
#include "adapters/providers.hpp"
#include "adapters/ussd.hpp"
#include "gateway/core/text.hpp"

namespace jangkau::adapters {
namespace {

namespace json = boost::json;

constexpr std::string_view kSend = "/sms/3/messages";
constexpr std::string_view kKeyScheme = "App ";
constexpr std::string_view kUssd = "/ussd";
constexpr std::string_view kSession = "/session/";
constexpr std::string_view kStart = "start";
constexpr std::string_view kResponse = "response";
constexpr std::string_view kFinish = "end";
constexpr std::string_view kProbe = "status";
constexpr int kDone = 200;
constexpr int kNotUnderstood = 400;
constexpr int kLeftByUser = 520;
/// Of the group "delivered", and yet only the operator has it.
constexpr std::string_view kWithOperator = "2";
constexpr std::string_view kNoError = "NO_ERROR";

/// `status.groupId`. Names and ids inside a group are many and grow; the group says enough.
struct Group {
    unsigned id;
    std::string_view name;
    ReportState report;
    bool taken;  ///< as the answer to sending: it is on its way
};
constexpr Group kGroups[] = {
    {0, "ACCEPTED", ReportState::sent, true},
    {1, "PENDING", ReportState::sent, true},
    {2, "UNDELIVERABLE", ReportState::failed, false},
    {3, "DELIVERED", ReportState::delivered, true},
    {4, "EXPIRED", ReportState::expired, false},
    {5, "REJECTED", ReportState::failed, false},
};

/// Refusals that say something else than "never".
struct Refusal {
    std::string_view name;
    SendFault fault;
};
constexpr Refusal kRefusals[] = {
    {"REJECTED_NOT_ENOUGH_CREDITS", SendFault::misconfigured},
    {"REJECTED_PREPAID_PACKAGE_EXPIRED", SendFault::misconfigured},
    {"REJECTED_SOURCE", SendFault::misconfigured},
    {"REJECTED_SENDER", SendFault::misconfigured},
    {"REJECTED_ROUTE_NOT_AVAILABLE", SendFault::misconfigured},
    // A trial account may send to its owner only.
    {"REJECTED_DESTINATION_NOT_REGISTERED", SendFault::unroutable},
    // So many to one phone, not from one account.
    {"REJECTED_FLOODING_FILTER", SendFault::unroutable},
    {"REJECTED_SYSTEM_ERROR", SendFault::unreachable},
    // We have sent it before, and its answer was lost: a report will tell.
    {"REJECTED_DUPLICATE_MESSAGE_ID", SendFault::garbled},
};

std::string_view in(const Form& form, std::string_view field) {
    return form.get(field).value_or("");
}

struct SessionPath {
    std::string id;
    std::string_view event;
};

bool for_ussd(const HttpRequest& request) { return request.path.starts_with(kUssd); }

/// "/session/7f3a/start"
std::optional<SessionPath> session_path(std::string_view target) {
    if (!target.starts_with(kSession)) return std::nullopt;
    target.remove_prefix(kSession.size());
    const auto slash = target.rfind('/');
    if (slash == target.npos) return std::nullopt;
    return SessionPath{std::string(target.substr(0, slash)), target.substr(slash + 1)};
}

json::object outcome(int code, const std::string& message) {
    return {{"responseExitCode", code}, {"responseMessage", message}};
}

json::object screen_of(bool close, const std::string& text, int code, const std::string& message) {
    return {{"shouldClose", close},
            {"ussdMenu", text},
            {"responseExitCode", code},
            {"responseMessage", message}};
}

/// What was dialled behind the code: "1*2" of "*384*7788*1*2#".
std::string behind(std::string_view code, std::string_view dialled) {
    if (code.ends_with('#')) code.remove_suffix(1);
    if (code.empty() || !dialled.starts_with(std::string(code) + "*") || !dialled.ends_with('#'))
        return "";
    dialled.remove_prefix(code.size() + 1);
    dialled.remove_suffix(1);
    return std::string(dialled);
}

Result<Accepted, SendError> verdict(const SmsOut& sms, const json::object& message) {
    const Form form = flat(message);
    Fields fields(form);
    const unsigned id = fields.number("status.groupId");
    const auto* group = std::ranges::find(kGroups, id, &Group::id);
    const std::string name = provider_words(in(form, "status.name"));
    if (fields.wrong() || group == std::end(kGroups)) {
        return SendError{SendFault::garbled,
                         "no documented status" + (name.empty() ? "" : ": " + name)};
    }
    if (group->taken) {
        const std::string theirs = provider_id(in(form, "messageId"));
        return Accepted{.id = theirs.empty() ? sms.key : theirs};
    }
    const auto* known = std::ranges::find(kRefusals, name, &Refusal::name);
    return SendError{known != std::end(kRefusals) ? known->fault : SendFault::rejected,
                     name.empty() ? std::string(group->name) : name};
}

/// Errors of version 3 and of those before it.
SendError worded(SendError fault, const HttpResponse& response) {
    const Form form = flat(answered_json(response));
    for (const auto* field : {"description", "requestError.serviceException.text"})
        if (const auto words = form.get(field))
            fault.detail =
                "HTTP " + std::to_string(response.status) + ": " + provider_words(*words);
    return fault;
}

class Infobip final : public Adapter {
public:
    Infobip(const Settings& settings, std::string send_url, InfobipGuard guard,
            const NumberPlan& plan)
        : settings_(settings),
          send_url_(std::move(send_url)),
          service_code_(own_setting(settings, "service_code")),
          guard_(std::move(guard)),
          plan_(plan) {}

    Abilities abilities() const override {
        return {.ussd = true,
                .sms = true,
                .reports = true,
                .send = true,
                .proves_sender = guard_.proves_sender()};
    }

    std::optional<std::string> forged(const HttpRequest& request, Time) const override {
        return guard_.forged(for_ussd(request), request);
    }

    Result<std::vector<Inbound>, BadRequest> decode(Endpoint endpoint,
                                                    const HttpRequest& request) const override {
        if (endpoint == Endpoint::ussd) {
            auto inbound = ussd(request);
            if (!inbound) return inbound.error();
            return std::vector<Inbound>{*std::move(inbound)};
        }
        if (!request.target.empty()) return no_such_path();
        return batch(request);
    }

    HttpResponse encode(const UssdReply& reply, const HttpRequest&) const override {
        return json_answer(200, screen_of(reply.end, reply.text, kDone, ""));
    }

    /// As `end` needs it; for batches only the status counts.
    HttpResponse acknowledge() const override { return json_answer(200, outcome(kDone, "")); }

    /// USSD has its error inside an answer with status 200. A batch would be taken for stored.
    HttpResponse refuse(const BadRequest& why, const HttpRequest& request) const override {
        if (!for_ussd(request)) return refusal(why);
        const auto path = session_path(request.target);
        const std::string words = why.field + " " + why.why;
        return json_answer(200, path && path->event == kFinish
                                    ? outcome(kNotUnderstood, words)
                                    : screen_of(true, "", kNotUnderstood, words));
    }

    HttpRequest compose(const SmsOut& sms) const override {
        json::object message;
        if (!settings_.sender.empty()) message["sender"] = settings_.sender;
        message["destinations"] =
            json::array{json::object{{"to", sms.to.digits()}, {"messageId", sms.key}}};
        message["content"] = json::object{{"text", sms.text}};
        json::object webhooks;
        // A URL given here may be called without what the account's subscription signs with.
        const bool bare = guard_.proof == InfobipGuard::Proof::none;
        if (const std::string url = callback_url(settings_, Endpoint::report); bare && !url.empty())
            webhooks["delivery"] = json::object{{"url", url}, {"intermediateReport", true}};
        webhooks["contentType"] = "application/json";
        webhooks["callbackData"] = sms.key;
        message["webhooks"] = std::move(webhooks);
        HttpRequest request = json_request(
            "POST", send_url_, json::object{{"messages", json::array{std::move(message)}}});
        request.headers.emplace_back("Accept", "application/json");
        request.headers.emplace_back("Authorization",
                                     std::string(kKeyScheme) + settings_.api_key.reveal());
        return request;
    }

    Result<Accepted, SendError> interpret(const SmsOut& sms,
                                          const HttpResponse& response) const override {
        if (auto fault = http_fault(response)) return worded(*std::move(fault), response);
        const auto messages = objects_in(answered_json(response), "messages");
        if (!messages.empty()) return verdict(sms, messages.front());
        return SendError{SendFault::garbled, "no messages in the answer"};
    }

private:
    Result<Inbound, BadRequest> ussd(const HttpRequest& request) const {
        const auto path = session_path(request.target);
        if (!path) return no_such_path();
        Form form;
        form.add("sessionId", path->id);
        Fields fields(form);
        std::string session = fields.name("sessionId");
        if (fields.wrong()) return *fields.wrong();
        if (path->event == kProbe) return Inbound{Ignored{"asks for the session's status"}};
        const bool first = path->event == kStart;
        if (!first && path->event != kResponse && path->event != kFinish) return no_such_path();
        const auto body = posted_json(request);
        if (!body) return body.error();
        return path->event == kFinish ? ended(flat(*body), std::move(session))
                                      : turn(flat(*body), std::move(session), first);
    }

    Result<Inbound, BadRequest> turn(const Form& form, std::string session, bool first) const {
        Fields fields(form);
        auto from = fields.international_phone("msisdn", plan_);
        // A dial has nothing typed yet, and not every installation sends the dialled string.
        std::string text = first && !form.get("text") ? "" : fields.typed("text");
        // Called mandatory, and yet left out by some.
        std::string code = in(form, "shortCode").empty() ? "" : fields.name("shortCode");
        if (fields.wrong()) return *fields.wrong();
        if (first) {
            const std::string dialled = text.starts_with('*') ? std::move(text) : code;
            if (!service_code_.empty()) code = service_code_;
            if (code.empty()) code = dialled;
            text = behind(code, dialled);
        }
        return Inbound{UssdTurn{.session = std::move(session),
                                .from = *std::move(from),
                                .code = std::move(code),
                                .text = std::move(text),
                                .first = first}};
    }

    static Result<Inbound, BadRequest> ended(const Form& form, std::string session) {
        Fields fields(form);
        auto status = fields.name("exitCode");
        if (fields.wrong()) return *fields.wrong();
        return Inbound{UssdEnded{std::move(session), std::move(status)}};
    }

    /// What cannot be read in a batch is let go: refused, all of it would come again for 41 hours.
    Result<std::vector<Inbound>, BadRequest> batch(const HttpRequest& request) const {
        const auto body = posted_json(request);
        if (!body) return body.error();
        const auto* member = body->if_contains("results");
        const auto* results = member != nullptr ? member->if_array() : nullptr;
        if (results == nullptr) return BadRequest{"results", "must be a list"};
        if (results->empty()) return std::vector<Inbound>{Ignored{"a batch without results"}};
        std::vector<Inbound> all;
        for (const auto& item : *results) {
            auto one = result(item);
            if (!one) {
                one = Ignored{"results." + std::to_string(all.size()) + ": " + one.error().field +
                              " " + one.error().why};
            }
            all.push_back(*std::move(one));
        }
        return all;
    }

    /// Either URL may have been entered for either kind; only reports have a status.
    Result<Inbound, BadRequest> result(const json::value& item) const {
        const auto* object = item.if_object();
        if (object == nullptr) return BadRequest{"it", "is no object"};
        return object->contains("status") ? report(flat(*object)) : sms(flat(*object));
    }

    Result<Inbound, BadRequest> sms(const Form& form) const {
        Fields fields(form);
        auto id = fields.name("messageId");
        auto from = fields.international_phone("from", plan_);
        auto to = fields.name("to");
        auto text = fields.sms_text("text");
        if (fields.wrong()) return *fields.wrong();
        return Inbound{SmsIn{.id = std::move(id),
                             .from = *std::move(from),
                             .to = std::move(to),
                             .text = std::move(text),
                             .sent = provider_time(in(form, "receivedAt"))}};
    }

    static Result<Inbound, BadRequest> report(const Form& form) {
        Fields fields(form);
        auto id = fields.name("messageId");
        const unsigned group = fields.number("status.groupId");
        // Both are ours; a report asked for without callback data still finds its SMS.
        std::string key = in(form, "callbackData").empty() ? id : fields.name("callbackData");
        if (fields.wrong()) return *fields.wrong();
        const auto* known = std::ranges::find(kGroups, group, &Group::id);
        if (known == std::end(kGroups))
            return Inbound{Ignored{"unknown status group: " + std::to_string(group)}};
        ReportState state = known->report;
        if (state == ReportState::delivered && in(form, "status.id") == kWithOperator)
            state = ReportState::sent;
        std::string reason;
        if (state == ReportState::failed || state == ReportState::expired) {
            reason = provider_words(in(form, "error.name"));
            if (reason.empty() || reason == kNoError)
                reason = provider_words(in(form, "status.name"));
            if (reason.empty()) reason = known->name;
        }
        return Inbound{DeliveryReport{.id = std::move(id),
                                      .key = std::move(key),
                                      .state = state,
                                      .reason = std::move(reason)}};
    }

    const Settings settings_;
    const std::string send_url_;
    const std::string service_code_;
    const InfobipGuard guard_;
    const NumberPlan& plan_;
};

class InfobipAggregator final : public Aggregator {
public:
    explicit InfobipAggregator(InfobipGuard guard) : guard_(std::move(guard)) {}

    HttpRequest hop(const Hop& hop) const override {
        const bool first = hop.inputs.empty();
        return json_request(first ? "POST" : "PUT", path(hop, first ? kStart : kResponse),
                            json::object{{"msisdn", without_plus(hop.from)},
                                         {"text", first ? hop.code : hop.inputs.back()},
                                         {"shortCode", hop.code}});
    }

    Result<PhoneScreen, BadAnswer> screen(const HttpResponse& response) const override {
        if (response.status != 200)
            return BadAnswer{"The status is " + std::to_string(response.status) + ", not 200."};
        const json::object answer = answered_json(response);
        if (answer.empty()) return BadAnswer{"The body is no JSON object."};
        const auto* code = answer.if_contains("responseExitCode");
        const auto* message = answer.if_contains("responseMessage");
        if (code == nullptr || !code->is_int64() || message == nullptr || !message->is_string())
            return BadAnswer{"responseExitCode and responseMessage must be a number and a text."};
        if (code->get_int64() != kDone) {
            return BadAnswer{"responseExitCode is " + std::to_string(code->get_int64()) + ": " +
                             std::string(message->get_string())};
        }
        const auto* close = answer.if_contains("shouldClose");
        const auto* menu = answer.if_contains("ussdMenu");
        if (close == nullptr || !close->is_bool() || menu == nullptr || !menu->is_string())
            return BadAnswer{"shouldClose and ussdMenu must be true or false and a text."};
        return PhoneScreen{std::string(menu->get_string()), close->get_bool()};
    }

    HttpRequest hang_up(const Hop& hop, const std::string&) const override {
        return json_request("PUT", path(hop, kFinish),
                            json::object{{"exitCode", kLeftByUser}, {"reason", "aborted by user"}});
    }

    HttpRequest sms(const PhoneSms& sms) const override {
        const json::object result = {{"messageId", sms.id},
                                     {"from", without_plus(sms.from)},
                                     {"to", without_plus(sms.to)},
                                     {"text", sms.text}};
        return json_request("POST", "", json::object{{"results", json::array{result}}});
    }

    void sign(HttpRequest& request, const std::string& path, Time) const override {
        if (guard_.proof == InfobipGuard::Proof::none) return;
        request.headers.push_back(guard_.expected(path.starts_with(kUssd), request.body));
    }

    bool numbers_hops() const override { return false; }

    Result<TakenSms, BadAnswer> take(const HttpRequest& request) const override {
        if (!request.target.ends_with(kSend))
            return BadAnswer{"The path is not " + std::string(kSend) + "."};
        if (!header(request.headers, "Authorization").starts_with(kKeyScheme))
            return BadAnswer{"There is no \"Authorization: App KEY\"."};
        const auto body = posted_json(request);
        if (!body) return BadAnswer{body.error().field + " " + body.error().why};
        const Form form = flat(*body);
        const auto of = [&](const char* field) {
            return std::string(in(form, std::string("messages.0.") + field));
        };
        if (of("destinations.0.to").empty()) return BadAnswer{"There is no destination."};
        return TakenSms{.key = of("destinations.0.messageId"),
                        .to = "+" + of("destinations.0.to"),
                        .text = of("content.text"),
                        .sender = of("sender"),
                        .report_url = of("webhooks.delivery.url")};
    }

    /// The id is the customer's, where he gave one.
    HttpResponse accept(const TakenSms& sms, const std::string& id) const override {
        const json::object message = {{"messageId", sms.key.empty() ? id : sms.key},
                                      {"status", status({1, 26, "PENDING_ACCEPTED"})},
                                      {"destination", without_plus(sms.to)}};
        return json_answer(200, json::object{{"bulkId", id}, {"messages", json::array{message}}});
    }

    Callback report(const TakenSms& sms, const std::string& id, ReportState state) const override {
        json::object result = {{"messageId", sms.key.empty() ? id : sms.key},
                               {"to", without_plus(sms.to)},
                               {"callbackData", sms.key},
                               {"status", status(kSamples[static_cast<std::size_t>(state)])}};
        return {Endpoint::report,
                json_request("POST", sms.report_url,
                             json::object{{"results", json::array{std::move(result)}}})};
    }

private:
    static std::string path(const Hop& hop, std::string_view event) {
        return std::string(kSession) + percent_encode(hop.session) + "/" + std::string(event);
    }
    struct Sample {
        unsigned group;
        int id;
        std::string_view name;
    };
    /// By ReportState.
    static constexpr Sample kSamples[] = {{1, 7, "PENDING_ENROUTE"},
                                          {3, 5, "DELIVERED_TO_HANDSET"},
                                          {2, 9, "UNDELIVERABLE_NOT_DELIVERED"},
                                          {4, 15, "EXPIRED_EXPIRED"}};
    static json::object status(const Sample& sample) {
        return {{"groupId", sample.group},
                {"groupName", std::ranges::find(kGroups, sample.group, &Group::id)->name},
                {"id", sample.id},
                {"name", sample.name}};
    }

    const InfobipGuard guard_;
};

}  // namespace

Result<std::unique_ptr<Adapter>, BadSetting> make_infobip(const Settings& settings,
                                                          const NumberPlan& plan) {
    const std::string& key = settings.api_key.reveal();
    if (key.empty()) return BadSetting{"api_key", "is missing"};
    if (auto bad = bad_key("api_key", key)) return *std::move(bad);
    const std::string base = api_base(settings, "");
    if (auto bad = bad_url("api_base", base)) return *std::move(bad);
    const std::string code = own_setting(settings, "service_code");
    if (!code.empty() && (!code.starts_with('*') || !code.ends_with('#')))
        return BadSetting{"service_code", "must begin with * and end with #"};
    auto guard = infobip_guard(settings);
    if (!guard) return guard.error();
    return std::unique_ptr<Adapter>(
        std::make_unique<Infobip>(settings, base + std::string(kSend), *std::move(guard), plan));
}

std::unique_ptr<Aggregator> make_infobip_aggregator(const Settings& settings) {
    auto guard = infobip_guard(settings);
    return std::make_unique<InfobipAggregator>(guard ? *std::move(guard) : InfobipGuard{});
}

}  // namespace jangkau::adapters
