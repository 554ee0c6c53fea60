// Arkesel: USSD with the last input, SMS out, delivery reports.
// The wire format, and how sure each fact is: docs/adapters/arkesel.md.

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <utility>

#include "adapters/decode.hpp"
#include "adapters/json.hpp"
#include "adapters/providers.hpp"
#include "adapters/ussd.hpp"
#include "gateway/core/text.hpp"

namespace jangkau::adapters {
namespace {

namespace json = boost::json;

constexpr std::string_view kApi = "https://sms.arkesel.com";
constexpr std::string_view kSend = "/api/v2/sms/send";
constexpr std::string_view kKeyHeader = "api-key";
constexpr std::string_view kUser = "AKU_demo";

struct Status {
    std::string_view name;
    ReportState state;
};
constexpr Status kStatuses[] = {
    {"DELIVERED", ReportState::delivered},
    {"SUBMITTED", ReportState::sent},
    {"SENT", ReportState::sent},
    {"QUEUED", ReportState::sent},
    {"NOT_DELIVERED", ReportState::failed},
    {"UNDELIVERED", ReportState::failed},
    {"FAILED", ReportState::failed},
    {"REJECTED", ReportState::failed},
    {"EXPIRED", ReportState::expired},
};

class Arkesel final : public Adapter {
public:
    Arkesel(const Settings& settings, std::string send_url, const NumberPlan& plan)
        : settings_(settings),
          service_code_(own_setting(settings, "service_code")),
          send_url_(std::move(send_url)),
          plan_(plan) {}

    Abilities abilities() const override {
        const bool sends = !settings_.api_key.empty();
        return {.ussd = true, .reports = sends, .send = sends};
    }

    Result<std::vector<Inbound>, BadRequest> decode(Endpoint endpoint,
                                                    const HttpRequest& request) const override {
        if (endpoint == Endpoint::sms || !request.target.empty()) return no_such_path();
        auto inbound = endpoint == Endpoint::ussd ? turn(request) : report(request);
        if (!inbound) return inbound.error();
        return std::vector<Inbound>{*std::move(inbound)};
    }

    HttpResponse encode(const UssdReply& reply, const HttpRequest& request) const override {
        json::object answer;
        if (const auto asked = posted_json(request))
            for (const auto* member : {"sessionID", "userID", "msisdn"})
                give_back(answer, *asked, member);
        answer["message"] = reply.text;
        answer["continueSession"] = !reply.end;
        return json_answer(200, answer);
    }

    HttpRequest compose(const SmsOut& sms) const override {
        json::object body{{"sender", settings_.sender},
                          {"message", sms.text},
                          {"recipients", json::array{sms.to.digits()}}};
        // Without our key: the report brings the id that the answer to this gave.
        const std::string url = callback_url(settings_, Endpoint::report);
        if (!url.empty()) body["callback_url"] = url;
        HttpRequest request = json_request("POST", send_url_, body);
        request.headers.emplace_back("Accept", "application/json");
        request.headers.emplace_back(kKeyHeader, settings_.api_key.reveal());
        return request;
    }

    Result<Accepted, SendError> interpret(const SmsOut&,
                                          const HttpResponse& response) const override {
        const json::object answer = answered_json(response);
        const std::string words = provider_words(string_in(answer, "message"));
        if (auto fault = http_fault(response)) {
            if (!words.empty())
                fault->detail = "HTTP " + std::to_string(response.status) + ": " + words;
            return *fault;
        }
        const std::string_view status = string_in(answer, "status");
        // What is wrong with a number or a text has a status of its own; this is the account.
        if (status == "error") return SendError{SendFault::misconfigured, "error: " + words};
        if (status != "success") return SendError{SendFault::garbled, "no status in the answer"};
        bool invalid = false;
        for (const auto& one : objects_in(answer, "data")) {
            const std::string_view id = string_in(one, "id");
            if (!id.empty()) return Accepted{.id = provider_id(id)};
            invalid = invalid || one.contains("invalid numbers");
        }
        if (invalid) return SendError{SendFault::rejected, "an invalid number"};
        return SendError{SendFault::garbled, "success without an id"};
    }

private:
    Result<Inbound, BadRequest> turn(const HttpRequest& request) const {
        const auto object = posted_json(request);
        if (!object) return object.error();
        const Form form = flat(*object);
        Fields fields(form);
        auto session = fields.name("sessionID");
        (void)fields.name("userID");  // the answer must give it back
        auto from = fields.international_phone("msisdn", plan_);
        const auto first = truth(fields.name("newSession"));
        auto text = fields.typed("userData");
        if (fields.wrong()) return *fields.wrong();
        if (!first) return BadRequest{"newSession", "is neither true nor false"};
        Dialled dialled{service_code_, std::move(text)};
        if (*first) dialled = first_input(dialled.text, service_code_);
        return Inbound{UssdTurn{.session = std::move(session),
                                .from = *std::move(from),
                                .code = std::move(dialled.code),
                                .text = std::move(dialled.text),
                                .cumulative = false,
                                .first = *first,
                                .turn_key = ""}};
    }

    static Result<Inbound, BadRequest> report(const HttpRequest& request) {
        const auto form = query_or_form(request);
        if (!form) return form.error();
        Fields fields(*form);
        auto id = fields.name("sms_id");
        auto status = fields.name("status");
        if (fields.wrong()) return fields.let_go();
        const auto* known = std::ranges::find(kStatuses, upper_ascii(status), &Status::name);
        if (known == std::end(kStatuses))
            return Inbound{Ignored{"unknown status: " + provider_words(status)}};
        const bool lost =
            known->state == ReportState::failed || known->state == ReportState::expired;
        return Inbound{DeliveryReport{.id = std::move(id),
                                      .state = known->state,
                                      .reason = lost ? std::string(known->name) : ""}};
    }

    const Settings settings_;
    const std::string service_code_;
    const std::string send_url_;
    const NumberPlan& plan_;
};

class ArkeselAggregator final : public Aggregator {
public:
    HttpRequest hop(const Hop& hop) const override {
        const bool first = hop.inputs.empty();
        return json_request("POST", "",
                            json::object{{"sessionID", hop.session},
                                         {"userID", kUser},
                                         {"newSession", first},
                                         {"msisdn", without_plus(hop.from)},
                                         {"userData", first ? hop.code : hop.inputs.back()},
                                         {"network", "MTN"}});
    }

    Result<PhoneScreen, BadAnswer> screen(const HttpResponse& response) const override {
        const auto answer = answered_hop(response);
        if (!answer) return answer.error();
        for (const auto* member : {"sessionID", "userID", "msisdn", "message"})
            if (!answer->contains(member))
                return BadAnswer{"There is no " + std::string(member) + "."};
        const auto* open = answer->if_contains("continueSession");
        if (open == nullptr || !open->is_bool())
            return BadAnswer{"continueSession is neither true nor false."};
        return PhoneScreen{std::string(string_in(*answer, "message")), !open->get_bool()};
    }

    bool numbers_hops() const override { return false; }

    Result<TakenSms, BadAnswer> take(const HttpRequest& request) const override {
        if (header(request.headers, kKeyHeader).empty()) return BadAnswer{"There is no api-key."};
        const auto object = posted_json(request);
        if (!object) return BadAnswer{object.error().field + " " + object.error().why};
        const Form form = flat(*object);
        const auto to = form.get("recipients.0");
        const auto sender = form.get("sender");
        if (!to || !sender) return BadAnswer{"There is no recipient or no sender."};
        return TakenSms{.to = "+" + std::string(*to),
                        .text = std::string(form.get("message").value_or("")),
                        .sender = std::string(*sender),
                        .report_url = std::string(form.get("callback_url").value_or(""))};
    }

    HttpResponse accept(const TakenSms& sms, const std::string& id) const override {
        const json::object one{{"recipient", without_plus(sms.to)}, {"id", id}};
        return json_answer(200, json::object{{"status", "success"}, {"data", json::array{one}}});
    }

    Callback report(const TakenSms& sms, const std::string& id, ReportState state) const override {
        Form form;
        form.add("sms_id", id);
        form.add("status", std::string(std::ranges::find(kStatuses, state, &Status::state)->name));
        HttpRequest request;
        request.method = "GET";
        request.target = sms.report_url + "?" + form.encode();
        return {Endpoint::report, std::move(request)};
    }
};

}  // namespace

Result<std::unique_ptr<Adapter>, BadSetting> make_arkesel(const Settings& settings,
                                                          const NumberPlan& plan) {
    if (auto bad = bad_service_code(settings)) return *std::move(bad);
    if (auto bad =
            missing_for_sms({{"api_key", settings.api_key.reveal()}, {"sender", settings.sender}}))
        return *std::move(bad);
    if (auto bad = bad_key("api_key", settings.api_key.reveal())) return *std::move(bad);
    const std::string base = api_base(settings, kApi);
    if (auto bad = bad_url("api_base", base)) return *std::move(bad);
    return std::unique_ptr<Adapter>(
        std::make_unique<Arkesel>(settings, base + std::string(kSend), plan));
}

std::unique_ptr<Aggregator> make_arkesel_aggregator(const Settings&) {
    return std::make_unique<ArkeselAggregator>();
}

}  // namespace jangkau::adapters
