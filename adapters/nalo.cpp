// Nalo Solutions: USSD with the last input, SMS out.
// The wire format, and how sure each fact is: docs/adapters/nalo.md.

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

constexpr std::string_view kApi = "https://sms.nalosolutions.com";
constexpr std::string_view kSend = "/smsbackend/Resl_Nalo/send-message/";
constexpr std::string_view kUser = "NALOTest";
constexpr std::string_view kSubmitted = "1701";

struct StatusCode {
    std::string_view code;
    std::string_view words;
    SendFault fault;
};
constexpr StatusCode kRefusals[] = {
    {"1702", "a parameter is missing", SendFault::rejected},
    {"1703", "user or password", SendFault::misconfigured},
    {"1704", "type", SendFault::rejected},
    {"1705", "message", SendFault::rejected},
    {"1706", "destination", SendFault::rejected},
    {"1707", "source", SendFault::misconfigured},
    {"1708", "dlr", SendFault::rejected},
    {"1709", "user validation", SendFault::misconfigured},
    // Theirs; nobody says whether before or after the message was passed on.
    {"1710", "internal error", SendFault::garbled},
    {"1025", "credit", SendFault::misconfigured},
    {"1026", "credit of the reseller", SendFault::misconfigured},
};

class Nalo final : public Adapter {
public:
    Nalo(const Settings& settings, std::string send_url, const NumberPlan& plan)
        : settings_(settings),
          service_code_(own_setting(settings, "service_code")),
          user_id_(own_setting(settings, "user_id")),
          send_url_(std::move(send_url)),
          plan_(plan) {}

    Abilities abilities() const override {
        return {.ussd = true, .send = !settings_.api_key.empty()};
    }

    // Every subscriber's request shows USERID, so knowing it proves nothing: it only keeps another
    // account's requests away.
    std::optional<std::string> forged(const HttpRequest& request, Time) const override {
        if (user_id_.empty()) return std::nullopt;
        const auto object = posted_json(request);
        if (!object) return std::nullopt;  // decode says what is wrong
        const Form form = flat(*object);
        if (trim(form.get("USERID").value_or("")) == user_id_) return std::nullopt;
        return "USERID is another one's";
    }

    Result<std::vector<Inbound>, BadRequest> decode(Endpoint endpoint,
                                                    const HttpRequest& request) const override {
        if (endpoint != Endpoint::ussd || !request.target.empty()) return no_such_path();
        const auto object = posted_json(request);
        if (!object) return object.error();
        auto inbound = turn(flat(*object));
        if (!inbound) return inbound.error();
        return std::vector<Inbound>{*std::move(inbound)};
    }

    // MSGTYPE is "the dialogue goes on" here, and "the dialogue begins" in what they ask.
    HttpResponse encode(const UssdReply& reply, const HttpRequest& request) const override {
        json::object answer;
        if (const auto asked = posted_json(request))
            for (const auto* member : {"USERID", "MSISDN"}) give_back(answer, *asked, member);
        answer["MSG"] = reply.text;
        answer["MSGTYPE"] = !reply.end;
        return json_answer(200, answer);
    }

    HttpRequest compose(const SmsOut& sms) const override {
        HttpRequest request = json_request("POST", send_url_,
                                           json::object{{"key", settings_.api_key.reveal()},
                                                        {"msisdn", sms.to.digits()},
                                                        {"message", sms.text},
                                                        {"sender_id", settings_.sender}});
        request.headers.emplace_back("Accept", "application/json");
        return request;
    }

    /// A code of Nalo's says more than the HTTP status.
    Result<Accepted, SendError> interpret(const SmsOut&,
                                          const HttpResponse& response) const override {
        const Form answer = flat(answered_json(response));
        const auto http = http_fault(response);
        const std::string_view bare = trim(response.body);
        std::string_view code = bare == kSubmitted ? bare : answer.get("status").value_or("");
        if (code == kSubmitted && http)
            return SendError{SendFault::garbled,
                             "1701 with HTTP " + std::to_string(response.status)};
        if (code == kSubmitted) {
            const std::string_view id = answer.get("job_id").value_or("");
            return Accepted{.id = provider_id(id)};
        }
        // Refusals come as "code" beside a "message", or as nothing but the code.
        if (const auto named = answer.get("code")) code = *named;
        if (code.empty()) code = bare;
        const auto* known = std::ranges::find(kRefusals, code, &StatusCode::code);
        if (known != std::end(kRefusals))
            return SendError{known->fault,
                             std::string(known->code) + ": " + std::string(known->words)};
        if (http) return *http;
        return SendError{SendFault::garbled, "no status 1701 and no documented code"};
    }

private:
    Result<Inbound, BadRequest> turn(const Form& form) const {
        Fields fields(form);
        (void)fields.name("USERID");  // the answer must give it back
        auto from = fields.international_phone("MSISDN", plan_);
        auto text = fields.typed("USERDATA");
        const auto first = truth(fields.name("MSGTYPE"));
        std::string session;
        if (!trim(form.get("SESSIONID").value_or("")).empty()) session = fields.name("SESSIONID");
        if (fields.wrong()) return *fields.wrong();
        if (!first) return BadRequest{"MSGTYPE", "is neither true nor false"};
        if (session.empty()) session = from->digits();  // one phone has one dialogue at a time
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

    const Settings settings_;
    const std::string service_code_;
    const std::string user_id_;
    const std::string send_url_;
    const NumberPlan& plan_;
};

class NaloAggregator final : public Aggregator {
public:
    explicit NaloAggregator(std::string user_id) : user_id_(std::move(user_id)) {}

    // Without SESSIONID, as documented: the phone is all that names the dialogue.
    HttpRequest hop(const Hop& hop) const override {
        const bool first = hop.inputs.empty();
        return json_request("POST", "",
                            json::object{{"USERID", user_id_},
                                         {"MSISDN", without_plus(hop.from)},
                                         {"USERDATA", first ? hop.code : hop.inputs.back()},
                                         {"MSGTYPE", first},
                                         {"NETWORK", "MTN"}});
    }

    Result<PhoneScreen, BadAnswer> screen(const HttpResponse& response) const override {
        const auto answer = answered_hop(response);
        if (!answer) return answer.error();
        for (const auto* member : {"USERID", "MSISDN", "MSG"})
            if (!answer->contains(member))
                return BadAnswer{"There is no " + std::string(member) + "."};
        const auto* open = answer->if_contains("MSGTYPE");
        if (open == nullptr || !open->is_bool())
            return BadAnswer{"MSGTYPE is neither true nor false."};
        return PhoneScreen{std::string(string_in(*answer, "MSG")), !open->get_bool()};
    }

    bool numbers_hops() const override { return false; }

    Result<TakenSms, BadAnswer> take(const HttpRequest& request) const override {
        const auto object = posted_json(request);
        if (!object) return BadAnswer{object.error().field + " " + object.error().why};
        for (const auto* member : {"key", "msisdn", "message", "sender_id"})
            if (string_in(*object, member).empty())
                return BadAnswer{"There is no " + std::string(member) + "."};
        return TakenSms{.to = "+" + std::string(string_in(*object, "msisdn")),
                        .text = std::string(string_in(*object, "message")),
                        .sender = std::string(string_in(*object, "sender_id"))};
    }

    HttpResponse accept(const TakenSms& sms, const std::string& id) const override {
        return json_answer(
            200,
            json::object{{"status", kSubmitted}, {"job_id", id}, {"msisdn", without_plus(sms.to)}});
    }

private:
    const std::string user_id_;
};

}  // namespace

Result<std::unique_ptr<Adapter>, BadSetting> make_nalo(const Settings& settings,
                                                       const NumberPlan& plan) {
    if (auto bad = bad_service_code(settings)) return *std::move(bad);
    if (auto bad =
            missing_for_sms({{"api_key", settings.api_key.reveal()}, {"sender", settings.sender}}))
        return *std::move(bad);
    if (auto bad = bad_key("api_key", settings.api_key.reveal())) return *std::move(bad);
    const std::string base = api_base(settings, kApi);
    if (auto bad = bad_url("api_base", base)) return *std::move(bad);
    return std::unique_ptr<Adapter>(
        std::make_unique<Nalo>(settings, base + std::string(kSend), plan));
}

std::unique_ptr<Aggregator> make_nalo_aggregator(const Settings& settings) {
    const std::string user_id = own_setting(settings, "user_id");
    return std::make_unique<NaloAggregator>(user_id.empty() ? std::string(kUser) : user_id);
}

}  // namespace jangkau::adapters
