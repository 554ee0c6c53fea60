// Hubtel Programmable Services: USSD with the last input, and the SMS API that sends.
// The wire format, and how sure each fact is: docs/adapters/hubtel.md.

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <utility>

#include "adapters/decode.hpp"
#include "adapters/json.hpp"
#include "adapters/providers.hpp"
#include "adapters/signature.hpp"
#include "adapters/ussd.hpp"
#include "gateway/core/text.hpp"

namespace jangkau::adapters {
namespace {

namespace json = boost::json;

constexpr std::string_view kApi = "https://sms.hubtel.com";
constexpr std::string_view kSend = "/v1/messages/send";
constexpr std::string_view kLabel = "Menu";  // apps show it; a phone's screen does not
constexpr std::string_view kAskOn = "Response";
constexpr std::string_view kEnd = "Release";
constexpr std::string_view kSubmitted = "0";
constexpr std::string_view kOperator = "mtn";

/// As Hubtel writes them. It and its own library differ in upper and lower case, so fields are
/// read without regard to it.
constexpr std::string_view kFields[] = {"SessionId", "Mobile",  "ServiceCode",
                                        "Type",      "Message", "Sequence"};

BadRequest as_hubtel_writes(BadRequest wrong) {
    for (const auto field : kFields)
        if (lower_ascii(field) == wrong.field) wrong.field = field;
    return wrong;
}

/// `status` in the answer to a request that was refused with 400.
struct Refusal {
    std::string_view status;
    SendFault fault;
};
constexpr Refusal kRefusals[] = {
    {"1", SendFault::rejected},        // recipient's number
    {"2", SendFault::misconfigured},   // sender
    {"3", SendFault::rejected},        // text too long
    {"4", SendFault::rejected},        // no route to this number
    {"5", SendFault::rejected},        // time of delivery
    {"6", SendFault::rejected},        // text
    {"7", SendFault::rejected},        // a parameter that is not allowed
    {"8", SendFault::rejected},        // a parameter that is not valid
    {"12", SendFault::misconfigured},  // the account is empty
};

class Hubtel final : public Adapter {
public:
    Hubtel(const Settings& settings, std::string send_url, const NumberPlan& plan)
        : settings_(settings),
          service_code_(own_setting(settings, "service_code")),
          send_url_(std::move(send_url)),
          plan_(plan) {}

    Abilities abilities() const override {
        return {.ussd = true, .send = !settings_.username.empty()};
    }

    Result<std::vector<Inbound>, BadRequest> decode(Endpoint endpoint,
                                                    const HttpRequest& request) const override {
        if (endpoint != Endpoint::ussd || !request.target.empty()) return no_such_path();
        const auto object = posted_json(request);
        if (!object) return object.error();
        auto inbound = event(flat(*object, Keys::lower_case));
        if (!inbound) return as_hubtel_writes(inbound.error());
        return std::vector<Inbound>{*std::move(inbound)};
    }

    // Without ClientState: the gateway keeps the dialogue's state itself.
    HttpResponse encode(const UssdReply& reply, const HttpRequest&) const override {
        return json_answer(200, json::object{{"Type", reply.end ? kEnd : kAskOn},
                                             {"Message", reply.text},
                                             {"Label", kLabel},
                                             {"DataType", reply.end ? "display" : "input"},
                                             {"FieldType", "text"}});
    }

    HttpRequest compose(const SmsOut& sms) const override {
        HttpRequest request = json_request(
            "POST", send_url_,
            json::object{
                {"From", settings_.sender}, {"To", sms.to.digits()}, {"Content", sms.text}});
        request.headers.emplace_back("Accept", "application/json");
        request.headers.emplace_back("Authorization",
                                     basic_credentials(settings_.username, settings_.password));
        return request;
    }

    Result<Accepted, SendError> interpret(const SmsOut&,
                                          const HttpResponse& response) const override {
        const Form answer = flat(answered_json(response), Keys::lower_case);
        const std::string_view status = answer.get("status").value_or("");
        const std::string_view words = answer.get("statusdescription").value_or("");
        if (auto fault = http_fault(response)) {
            fault->fault = documented(response.status, status).value_or(fault->fault);
            if (!words.empty())
                fault->detail =
                    "HTTP " + std::to_string(response.status) + ": " + provider_words(words);
            return *fault;
        }
        const std::string_view id = answer.get("messageid").value_or("");
        if (status == kSubmitted && !id.empty()) return Accepted{.id = provider_id(id)};
        return SendError{
            SendFault::garbled,
            "no status 0 and messageId" + (words.empty() ? "" : ": " + provider_words(words))};
    }

private:
    Result<Inbound, BadRequest> event(const Form& form) const {
        Fields fields(form);
        auto session = fields.name("sessionid");
        auto type = fields.name("type");
        if (fields.wrong()) return *fields.wrong();
        const std::string kind = lower_ascii(type);
        if (kind == "timeout" || kind == "release")
            return Inbound{UssdEnded{.session = std::move(session), .status = std::move(type)}};
        if (kind != "initiation" && kind != "response")
            return Inbound{Ignored{"type: " + provider_words(type)}};
        return turn(form, std::move(session), kind == "initiation");
    }

    Result<Inbound, BadRequest> turn(const Form& form, std::string session, bool first) const {
        Fields fields(form);
        auto from = fields.international_phone("mobile", plan_);
        auto service = fields.name("servicecode");
        auto message = fields.typed("message");
        const unsigned sequence = fields.number("sequence");
        if (fields.wrong()) return *fields.wrong();
        Dialled dialled{service_code_, std::move(message)};
        if (first) dialled = first_input(dialled.text, service_code_);
        // ServiceCode may be a name of Hubtel's own, so it is the last that tells the code.
        if (dialled.code.empty()) dialled.code = std::move(service);
        std::string key = session + '|' + std::to_string(sequence);
        return Inbound{UssdTurn{.session = std::move(session),
                                .from = *std::move(from),
                                .code = std::move(dialled.code),
                                .text = std::move(dialled.text),
                                .cumulative = false,
                                .first = first,
                                .turn_key = std::move(key)}};
    }

    static std::optional<SendFault> documented(int http, std::string_view status) {
        if (http == 402) return SendFault::misconfigured;  // no credit
        // This person has not agreed; without a status of Hubtel's it may be about our key.
        if (http == 403 && !status.empty()) return SendFault::rejected;
        if (http != 400) return std::nullopt;
        const auto* known = std::ranges::find(kRefusals, status, &Refusal::status);
        return known == std::end(kRefusals) ? std::nullopt : std::optional(known->fault);
    }

    const Settings settings_;
    const std::string service_code_;
    const std::string send_url_;
    const NumberPlan& plan_;
};

class HubtelAggregator final : public Aggregator {
public:
    HttpRequest hop(const Hop& hop) const override {
        const bool first = hop.inputs.empty();
        return callback(hop, first ? "Initiation" : "Response",
                        first ? hop.code : hop.inputs.back());
    }

    Result<PhoneScreen, BadAnswer> screen(const HttpResponse& response) const override {
        const auto answer = answered_hop(response);
        if (!answer) return answer.error();
        const std::string_view type = string_in(*answer, "Type");
        if (type != kAskOn && type != kEnd)
            return BadAnswer{"Type is neither \"Response\" nor \"Release\"."};
        if (!answer->contains("Message")) return BadAnswer{"There is no Message."};
        return PhoneScreen{std::string(string_in(*answer, "Message")), type == kEnd};
    }

    HttpRequest hang_up(const Hop& hop, const std::string&) const override {
        return callback(hop, kEnd, "");
    }

    Result<TakenSms, BadAnswer> take(const HttpRequest& request) const override {
        if (!header(request.headers, "Authorization").starts_with("Basic "))
            return BadAnswer{"There are no Basic credentials."};
        const auto object = posted_json(request);
        if (!object) return BadAnswer{object.error().field + " " + object.error().why};
        const std::string_view to = string_in(*object, "To");
        const std::string_view from = string_in(*object, "From");
        if (to.empty() || from.empty()) return BadAnswer{"There is no To or no From."};
        return TakenSms{.to = "+" + std::string(to),
                        .text = std::string(string_in(*object, "Content")),
                        .sender = std::string(from)};
    }

    HttpResponse accept(const TakenSms&, const std::string& id) const override {
        return json_answer(201, json::object{{"rate", 0.0309},
                                             {"messageId", id},
                                             {"status", 0},
                                             {"networkId", "62001"},
                                             {"clientReference", nullptr},
                                             {"statusDescription", "submitted"}});
    }

private:
    static HttpRequest callback(const Hop& hop, std::string_view type, std::string_view message) {
        std::string service = hop.code;
        std::erase(service, '#');
        return json_request("POST", "",
                            json::object{{"SessionId", hop.session},
                                         {"Mobile", without_plus(hop.from)},
                                         {"ServiceCode", service.substr(service.find('*') + 1)},
                                         {"Type", type},
                                         {"Message", message},
                                         {"Operator", kOperator},
                                         {"Sequence", hop.inputs.size() + 1},
                                         {"ClientState", ""},
                                         {"Platform", "USSD"}});
    }
};

}  // namespace

Result<std::unique_ptr<Adapter>, BadSetting> make_hubtel(const Settings& settings,
                                                         const NumberPlan& plan) {
    if (auto bad = bad_service_code(settings)) return *std::move(bad);
    if (auto bad = missing_for_sms({{"username", settings.username},
                                    {"password", settings.password.reveal()},
                                    {"sender", settings.sender}}))
        return *std::move(bad);
    if (auto bad = bad_key("username", settings.username)) return *std::move(bad);
    if (auto bad = bad_key("password", settings.password.reveal())) return *std::move(bad);
    const std::string base = api_base(settings, kApi);
    if (auto bad = bad_url("api_base", base)) return *std::move(bad);
    return std::unique_ptr<Adapter>(
        std::make_unique<Hubtel>(settings, base + std::string(kSend), plan));
}

std::unique_ptr<Aggregator> make_hubtel_aggregator(const Settings&) {
    return std::make_unique<HubtelAggregator>();
}

}  // namespace jangkau::adapters
