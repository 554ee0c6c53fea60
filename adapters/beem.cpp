// Beem Africa: USSD with the last input, SMS out.
// The wire format, and how sure each fact is: docs/adapters/beem.md.

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

constexpr std::string_view kApi = "https://apisms.beem.africa";
constexpr std::string_view kSend = "/v1/send";
constexpr std::string_view kInitiate = "initiate";
constexpr std::string_view kContinue = "continue";
constexpr std::string_view kTerminate = "terminate";
constexpr std::string_view kSubmitted = "100";
constexpr std::string_view kNoCredit = "102";
/// Of the one recipient that each of our requests has.
constexpr int kRecipient = 1;
constexpr std::size_t kEncodingDigitsMax = 2;

class Beem final : public Adapter {
public:
    Beem(const Settings& settings, std::string send_url, int unicode_encoding,
         const NumberPlan& plan)
        : settings_(settings),
          service_code_(own_setting(settings, "service_code")),
          send_url_(std::move(send_url)),
          unicode_encoding_(unicode_encoding),
          plan_(plan) {}

    Abilities abilities() const override {
        return {.ussd = true, .send = !settings_.api_key.empty()};
    }

    Result<std::vector<Inbound>, BadRequest> decode(Endpoint endpoint,
                                                    const HttpRequest& request) const override {
        if (endpoint != Endpoint::ussd || !request.target.empty()) return no_such_path();
        const auto object = posted_json(request);
        if (!object) return object.error();
        auto inbound = event(flat(*object));
        if (!inbound) return inbound.error();
        return std::vector<Inbound>{*std::move(inbound)};
    }

    HttpResponse encode(const UssdReply& reply, const HttpRequest& request) const override {
        json::object answer;
        json::object payload;
        if (const auto asked = posted_json(request)) {
            for (const auto* member : {"msisdn", "operator", "session_id"})
                give_back(answer, *asked, member);
            const auto* member = asked->if_contains("payload");
            const auto* asked_payload = member != nullptr ? member->if_object() : nullptr;
            if (asked_payload != nullptr) give_back(payload, *asked_payload, "request_id");
        }
        payload["request"] = reply.text;
        answer["command"] = reply.end ? kTerminate : kContinue;
        answer["payload"] = std::move(payload);
        return json_answer(200, answer);
    }

    HttpRequest compose(const SmsOut& sms) const override {
        const bool plain = measure(sms.text).encoding == Encoding::gsm7;
        const json::object recipient{{"recipient_id", kRecipient}, {"dest_addr", sms.to.digits()}};
        HttpRequest request = json_request("POST", send_url_,
                                           json::object{{"source_addr", settings_.sender},
                                                        {"encoding", plain ? 0 : unicode_encoding_},
                                                        {"schedule_time", ""},
                                                        {"message", sms.text},
                                                        {"recipients", json::array{recipient}}});
        request.headers.emplace_back("Accept", "application/json");
        request.headers.emplace_back(
            "Authorization", basic_credentials(settings_.api_key.reveal(), settings_.password));
        return request;
    }

    Result<Accepted, SendError> interpret(const SmsOut&,
                                          const HttpResponse& response) const override {
        const Form answer = flat(answered_json(response));
        const auto member = [&](const std::string& name) {
            // A refusal may stand one level deeper.
            return answer.get(name).value_or(answer.get("data." + name).value_or(""));
        };
        const std::string words = provider_words(member("message"));
        if (member("code") == kNoCredit)
            return SendError{SendFault::misconfigured, "102: " + words};
        if (auto fault = http_fault(response)) {
            if (!words.empty())
                fault->detail = "HTTP " + std::to_string(response.status) + ": " + words;
            return *fault;
        }
        const auto id = answer.get("request_id").value_or("");
        const bool taken =
            answer.get("successful") == "true" && member("code") == kSubmitted && !id.empty();
        if (!taken)
            return SendError{SendFault::garbled, "not successful with code 100 and a request_id" +
                                                     (words.empty() ? "" : ": " + words)};
        if (answer.get("valid") == "0") return SendError{SendFault::rejected, "no valid number"};
        return Accepted{.id = provider_id(id)};
    }

private:
    Result<Inbound, BadRequest> event(const Form& form) const {
        Fields fields(form);
        auto session = fields.name("session_id");
        auto command = fields.name("command");
        if (fields.wrong()) return *fields.wrong();
        if (command == kTerminate)
            return Inbound{UssdEnded{.session = std::move(session), .status = std::move(command)}};
        const bool first = command == kInitiate;
        if (!first && command != kContinue)
            return Inbound{Ignored{"command: " + provider_words(command)}};
        auto from = fields.international_phone("msisdn", plan_);
        // What stands here at the dial is not documented, so it may be missing.
        const bool typed = !first || form.get("payload.response");
        auto response = typed ? fields.typed("payload.response") : "";
        if (fields.wrong()) return *fields.wrong();
        Dialled dialled{service_code_, std::move(response)};
        if (first) dialled = first_input(dialled.text, service_code_);
        return Inbound{UssdTurn{.session = std::move(session),
                                .from = *std::move(from),
                                .code = std::move(dialled.code),
                                .text = std::move(dialled.text),
                                .cumulative = false,
                                .first = first,
                                .turn_key = ""}};
    }

    const Settings settings_;
    const std::string service_code_;
    const std::string send_url_;
    const int unicode_encoding_;
    const NumberPlan& plan_;
};

class BeemAggregator final : public Aggregator {
public:
    HttpRequest hop(const Hop& hop) const override {
        const bool first = hop.inputs.empty();
        return callback(hop, first ? kInitiate : kContinue, first ? hop.code : hop.inputs.back());
    }

    Result<PhoneScreen, BadAnswer> screen(const HttpResponse& response) const override {
        const auto answer = answered_hop(response);
        if (!answer) return answer.error();
        const Form form = flat(*answer);
        for (const auto* member : {"msisdn", "session_id", "payload.request_id", "payload.request"})
            if (!form.get(member)) return BadAnswer{"There is no " + std::string(member) + "."};
        const auto command = form.get("command");
        if (command != kContinue && command != kTerminate)
            return BadAnswer{"command is neither \"continue\" nor \"terminate\"."};
        return PhoneScreen{std::string(*form.get("payload.request")), command == kTerminate};
    }

    HttpRequest hang_up(const Hop& hop, const std::string&) const override {
        return callback(hop, kTerminate, "");
    }

    bool numbers_hops() const override { return false; }

    Result<TakenSms, BadAnswer> take(const HttpRequest& request) const override {
        if (!header(request.headers, "Authorization").starts_with("Basic "))
            return BadAnswer{"There are no Basic credentials."};
        const auto object = posted_json(request);
        if (!object) return BadAnswer{object.error().field + " " + object.error().why};
        const Form form = flat(*object);
        const auto to = form.get("recipients.0.dest_addr");
        const auto sender = form.get("source_addr");
        if (!to || !sender || !form.get("recipients.0.recipient_id") || !form.get("encoding"))
            return BadAnswer{"There is no recipient, no source_addr or no encoding."};
        return TakenSms{.to = "+" + std::string(*to),
                        .text = std::string(form.get("message").value_or("")),
                        .sender = std::string(*sender)};
    }

    HttpResponse accept(const TakenSms&, const std::string& id) const override {
        return json_answer(200, json::object{{"successful", true},
                                             {"request_id", id},
                                             {"code", 100},
                                             {"message", "submitted"},
                                             {"valid", 1},
                                             {"invalid", 0},
                                             {"duplicates", 0}});
    }

private:
    static HttpRequest callback(const Hop& hop, std::string_view command,
                                std::string_view response) {
        const json::object payload{{"request_id", std::to_string(hop.inputs.size())},
                                   {"response", response}};
        return json_request("POST", "",
                            json::object{{"command", command},
                                         {"msisdn", without_plus(hop.from)},
                                         {"operator", "vodacom"},
                                         {"session_id", hop.session},
                                         {"payload", payload}});
    }
};

}  // namespace

Result<std::unique_ptr<Adapter>, BadSetting> make_beem(const Settings& settings,
                                                       const NumberPlan& plan) {
    if (auto bad = bad_service_code(settings)) return *std::move(bad);
    if (auto bad = missing_for_sms({{"api_key", settings.api_key.reveal()},
                                    {"password", settings.password.reveal()},
                                    {"sender", settings.sender}}))
        return *std::move(bad);
    if (auto bad = bad_key("api_key", settings.api_key.reveal())) return *std::move(bad);
    if (auto bad = bad_key("password", settings.password.reveal())) return *std::move(bad);
    const std::string encoding = own_setting(settings, "unicode_encoding");
    if (encoding.size() > kEncodingDigitsMax ||
        encoding.find_first_not_of("0123456789") != std::string::npos)
        return BadSetting{"unicode_encoding", "must be a number of one or two digits"};
    const std::string base = api_base(settings, kApi);
    if (auto bad = bad_url("api_base", base)) return *std::move(bad);
    return std::unique_ptr<Adapter>(std::make_unique<Beem>(
        settings, base + std::string(kSend), encoding.empty() ? 0 : std::stoi(encoding), plan));
}

std::unique_ptr<Aggregator> make_beem_aggregator(const Settings&) {
    return std::make_unique<BeemAggregator>();
}

}  // namespace jangkau::adapters
