// Twilio Programmable Messaging: SMS both ways, status callbacks, opt-out; requests are signed.
// The wire format, and how sure each fact is: docs/adapters/twilio.md.

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "adapters/decode.hpp"
#include "adapters/json.hpp"
#include "adapters/providers.hpp"
#include "adapters/signature.hpp"
#include "gateway/core/hex.hpp"
#include "gateway/core/text.hpp"

namespace jangkau::adapters {
namespace {

namespace json = boost::json;

constexpr std::string_view kLive = "https://api.twilio.com";
constexpr std::string_view kVersion = "2010-04-01";
constexpr std::string_view kSignature = "X-Twilio-Signature";
constexpr std::string_view kBodyHash = "bodySHA256";
constexpr std::string_view kNoAnswer =
    R"(<?xml version="1.0" encoding="UTF-8"?><Response></Response>)";
constexpr std::string_view kKeyInQuery = "?key=";
constexpr std::string_view kService = "MG";
constexpr std::size_t kSenderNameMax = 11;  // a longer "MG..." can be no alphanumeric sender

struct Status {
    std::string_view name;
    ReportState state;
};
constexpr Status kStatuses[] = {
    {"sent", ReportState::sent},           {"accepted", ReportState::sent},
    {"scheduled", ReportState::sent},      {"queued", ReportState::sent},
    {"sending", ReportState::sent},        {"partially_delivered", ReportState::sent},
    {"delivered", ReportState::delivered}, {"read", ReportState::delivered},
    {"undelivered", ReportState::failed},  {"failed", ReportState::failed},
    {"canceled", ReportState::failed},
};
const Status* status_of(std::string_view name) {
    const auto* known = std::ranges::find(kStatuses, name, &Status::name);
    return known != std::end(kStatuses) ? known : nullptr;
}

constexpr std::string_view kValidityExpired = "30036";

/// `ErrorCode` of a report: why the SMS did not arrive.
struct Reason {
    std::string_view code;
    std::string_view words;
};
constexpr Reason kReasons[] = {
    {"30003", "unreachable"},   {"30004", "blocked"},
    {"30005", "unknown phone"}, {"30006", "landline or unreachable carrier"},
    {"30007", "filtered"},      {"30008", "unknown error"},
    {"21610", "opted out"},     {kValidityExpired, "validity period expired"},
};

/// `code` of a refused request.
struct ErrorCode {
    std::string_view code;
    SendFault fault;
};
constexpr ErrorCode kErrorCodes[] = {
    {"21610", SendFault::opted_out},      // the person wrote STOP
    {"20429", SendFault::throttled},      // too many requests
    {"63018", SendFault::throttled},      // too many for this sender
    {"21211", SendFault::rejected},       // no such number
    {"21614", SendFault::rejected},       // not a mobile number
    {"21408", SendFault::unroutable},     // the account may not send to this country
    {"21212", SendFault::misconfigured},  // `sender`: no valid one,
    {"21606", SendFault::misconfigured},  // not ours or without SMS,
    {"21659", SendFault::misconfigured},  // not of this country,
    {"21703", SendFault::misconfigured},  // a messaging service without numbers,
    {"21704", SendFault::misconfigured}, {"21705", SendFault::misconfigured},
    {"20003", SendFault::misconfigured},  // wrong credentials
};

/// "+6281... is not valid (21211)"
std::string with_code(std::string words, std::string_view code) {
    if (code.empty()) return words;
    return words + (words.empty() ? "(" : " (") + provider_words(code) + ")";
}

SendError refused(SendError general, const Form& answer, std::string_view code_field) {
    const std::string_view code = answer.get(code_field).value_or("");
    const auto* known = std::ranges::find(kErrorCodes, code, &ErrorCode::code);
    if (known != std::end(kErrorCodes)) general.fault = known->fault;
    if (const auto words = answer.get("message"))
        general.detail = with_code(provider_words(*words), code);
    return general;
}

/// What is signed after the URL: every parameter of a form as it arrived, sorted by name; of a
/// repeated one each different value once. Nothing if the form cannot be read.
std::optional<std::string> signed_parameters(const HttpRequest& request) {
    if (request.method != "POST") return "";  // the query is part of the URL
    const auto form = posted_form(request);
    if (!form) return std::nullopt;
    const std::set<std::pair<std::string, std::string>> sorted(form->fields().begin(),
                                                               form->fields().end());
    std::string text;
    for (const auto& [name, value] : sorted) text += name + value;
    return text;
}

/// Where Twilio may say that it called us: a proxy adds or removes the port, and Twilio's own
/// library too takes the URL with and without it.
std::vector<std::string> addresses(std::string url) {
    while (url.ends_with('/')) url.pop_back();
    const bool encrypted = url.starts_with("https:");
    const std::size_t host = url.find("//") + 2;
    const std::size_t end = std::min(url.find('/', host), url.size());
    const std::size_t colon = url.substr(0, end).rfind(':');
    const bool has_port = colon >= host && url.substr(colon, end - colon).find(']') == url.npos;
    std::string other = url;
    if (has_port) {
        other.erase(colon, end - colon);
    } else {
        other.insert(end, encrypted ? ":443" : ":80");
    }
    return {std::move(url), std::move(other)};
}

std::string signature(const Secret& token, std::string_view text) {
    return base64(hmac(Digest::sha1, token, text));
}

/// A request may be signed with any of them; the provider's side here signs with the first.
std::vector<Secret> signing_tokens(const Settings& settings) {
    std::vector<Secret> tokens;
    const Secret own(own_setting(settings, "signing_key"));
    if (!own.empty()) return {own};
    for (const auto& token :
         {settings.auth_token, Secret(own_setting(settings, "auth_token_next"))}) {
        if (proves(token.reveal())) tokens.push_back(token);
    }
    return tokens;
}

class Twilio final : public Adapter {
public:
    Twilio(const Settings& settings, std::string messages_url, const NumberPlan& plan)
        : settings_(settings), messages_url_(std::move(messages_url)), plan_(plan) {
        if (settings.public_url.empty()) return;
        addresses_ = addresses(settings.public_url);
        tokens_ = signing_tokens(settings);
    }

    Abilities abilities() const override {
        return {.sms = true, .reports = true, .send = true, .proves_sender = !tokens_.empty()};
    }

    std::optional<std::string> forged(const HttpRequest& request, Time) const override {
        if (tokens_.empty()) return std::nullopt;
        const std::string_view given = header(request.headers, kSignature);
        if (given.empty()) return std::string(kSignature) + " is missing";

        std::string rest = request.path + (request.query.empty() ? "" : "?") + request.query;
        const auto query = Form::parse(request.query);
        if (const auto hash = query ? query->get(kBodyHash) : std::nullopt) {
            // The signed URL names the body, whatever its format.
            if (!same_bytes(*hash, hex(digest(Digest::sha256, request.body))))
                return "the body is not that of " + std::string(kBodyHash);
        } else if (const auto parameters = signed_parameters(request)) {
            rest += *parameters;
        } else {
            return "the form cannot be read";
        }
        for (const auto& address : addresses_)
            for (const auto& token : tokens_)
                if (same_bytes(given, signature(token, address + rest))) return std::nullopt;
        return std::string(kSignature) + " is wrong";
    }

    Result<std::vector<Inbound>, BadRequest> decode(Endpoint endpoint,
                                                    const HttpRequest& request) const override {
        if (!request.target.empty() || endpoint == Endpoint::ussd) return no_such_path();
        const auto form = query_or_form(request);
        if (!form) return form.error();
        auto inbound = endpoint == Endpoint::sms ? sms(*form) : report(*form, request.query);
        if (!inbound) return inbound.error();
        return std::vector<Inbound>{*std::move(inbound)};
    }

    /// Anything but TwiML is an error in Twilio's log, and text might go out as an SMS.
    HttpResponse acknowledge() const override {
        return {200, {{"Content-Type", "text/xml"}}, std::string(kNoAnswer)};
    }

    HttpRequest compose(const SmsOut& sms) const override {
        Form form;
        form.add("To", sms.to.e164());
        const bool service =
            settings_.sender.starts_with(kService) && settings_.sender.size() > kSenderNameMax;
        form.add(service ? "MessagingServiceSid" : "From", settings_.sender);
        form.add("Body", sms.text);
        if (const std::string url = report_url_with_key(settings_, sms.key); !url.empty())
            form.add("StatusCallback", url);
        HttpRequest request = form_post(messages_url_, form);
        request.headers.emplace_back("Accept", "application/json");
        request.headers.emplace_back("Authorization", credentials());
        return request;
    }

    Result<Accepted, SendError> interpret(const SmsOut&,
                                          const HttpResponse& response) const override {
        const Form answer = flat(answered_json(response));
        if (const auto fault = http_fault(response)) return refused(*fault, answer, "code");
        const std::string_view sid = answer.get("sid").value_or("");
        const auto* status = status_of(answer.get("status").value_or(""));
        if (sid.empty() || status == nullptr)
            return SendError{SendFault::garbled, "no sid and known status in the answer"};
        if (status->state == ReportState::failed) {
            const std::string words = provider_words(answer.get("error_message").value_or(""));
            const std::string_view code = answer.get("error_code").value_or("");
            return refused({SendFault::rejected,
                            with_code(words.empty() ? std::string(status->name) : words, code)},
                           answer, "error_code");
        }
        return Accepted{.id = provider_id(sid),
                        .delivered = status->state == ReportState::delivered};
    }

private:
    std::string credentials() const {
        const std::string key = own_setting(settings_, "api_key_sid");
        if (key.empty()) return basic_credentials(settings_.username, settings_.auth_token);
        return basic_credentials(key, Secret(own_setting(settings_, "api_key_secret")));
    }

    Result<Inbound, BadRequest> sms(const Form& form) const {
        Fields fields(form);
        auto id = fields.name("MessageSid");
        auto from = fields.phone("From", plan_);
        auto to = fields.name("To");
        auto text = fields.sms_text("Body");
        if (fields.wrong()) return fields.let_go();
        // Twilio has answered already and would refuse our answer, so it is no SMS for the menu.
        if (upper_ascii(form.get("OptOutType").value_or("")) == "STOP")
            return Inbound{OptOut{*std::move(from)}};
        return Inbound{SmsIn{.id = std::move(id),
                             .from = *std::move(from),
                             .to = std::move(to),
                             .text = std::move(text)}};
    }

    /// Our key stands in the query of a callback that compose() asked for; the URL of the account
    /// or of the messaging service has none.
    static Result<Inbound, BadRequest> report(const Form& form, const std::string& query) {
        const auto ours = Form::parse(query);
        if (!ours) return BadRequest{"query", "has too many fields"};
        Fields fields(form);
        Fields query_fields(*ours);
        auto id = fields.name("MessageSid");
        auto status = fields.name("MessageStatus");
        if (fields.wrong()) return fields.let_go();
        auto key = ours->get("key") ? query_fields.name("key") : "";
        if (query_fields.wrong()) return query_fields.let_go();

        const auto* known = status_of(status);
        if (known == nullptr) {
            return Inbound{Ignored{"no status of an SMS that was sent: " + provider_words(status)}};
        }
        DeliveryReport report{
            .id = std::move(id), .key = std::move(key), .state = known->state, .reason = ""};
        if (report.state == ReportState::failed) {
            const std::string_view code = form.get("ErrorCode").value_or("");
            const auto* reason = std::ranges::find(kReasons, code, &Reason::code);
            report.reason =
                with_code(std::string(reason != std::end(kReasons) ? reason->words : status), code);
            if (code == kValidityExpired) report.state = ReportState::expired;
        }
        return Inbound{std::move(report)};
    }

    const Settings settings_;
    const std::string messages_url_;
    const NumberPlan& plan_;
    std::vector<std::string> addresses_;
    std::vector<Secret> tokens_;
};

class TwilioAggregator final : public Aggregator {
public:
    explicit TwilioAggregator(const Settings& settings)
        : account_(settings.username),
          public_url_(settings.public_url),
          tokens_(signing_tokens(settings)) {}

    HttpRequest sms(const PhoneSms& sms) const override {
        Form form;
        for (const auto* name : {"MessageSid", "SmsSid", "SmsMessageSid"}) form.add(name, sms.id);
        form.add("AccountSid", account_);
        form.add("From", sms.from);
        form.add("To", sms.to);
        form.add("Body", sms.text);
        form.add("NumMedia", "0");
        form.add("NumSegments", std::to_string(sms_parts(sms.text).size()));
        form.add("SmsStatus", "received");
        form.add("ApiVersion", std::string(kVersion));
        return form_post("", form);
    }

    void sign(HttpRequest& request, const std::string& path, Time) const override {
        const auto parameters = signed_parameters(request);
        if (public_url_.empty() || tokens_.empty() || !parameters) return;
        const std::string url = addresses(public_url_).front() + path;
        request.headers.emplace_back(kSignature, signature(tokens_.front(), url + *parameters));
    }

    Result<TakenSms, BadAnswer> take(const HttpRequest& request) const override {
        if (!header(request.headers, "Authorization").starts_with("Basic "))
            return BadAnswer{"There are no Basic credentials."};
        const auto form = posted_form(request);
        if (!form) return BadAnswer{form.error().field + " " + form.error().why};
        const auto text = [&](std::string_view name) {
            return std::string(form->get(name).value_or(""));
        };
        for (const auto* name : {"To", "Body"})
            if (text(name).empty()) return BadAnswer{std::string(name) + " is missing."};
        const std::string sender = text("From") + text("MessagingServiceSid");
        if (sender.empty()) return BadAnswer{"From and MessagingServiceSid are missing."};
        const std::string url = text("StatusCallback");
        const auto key = url.find(kKeyInQuery);
        return TakenSms{.key = key == url.npos
                                   ? ""
                                   : percent_decode(url.substr(key + kKeyInQuery.size()), true),
                        .to = text("To"),
                        .text = text("Body"),
                        .sender = sender,
                        .report_url = url};
    }

    HttpResponse accept(const TakenSms& sms, const std::string& id) const override {
        return json_answer(
            201, json::object{{"sid", id},
                              {"account_sid", account_},
                              {"to", sms.to},
                              {"body", sms.text},
                              {"status", "queued"},
                              {"num_segments", std::to_string(sms_parts(sms.text).size())},
                              {"direction", "outbound-api"},
                              {"price", nullptr},
                              {"error_code", nullptr},
                              {"error_message", nullptr}});
    }

    Callback report(const TakenSms& sms, const std::string& id, ReportState state) const override {
        const bool expired = state == ReportState::expired;
        const auto* status =
            std::ranges::find(kStatuses, expired ? ReportState::failed : state, &Status::state);
        Form form;
        form.add("MessageSid", id);
        form.add("SmsSid", id);
        form.add("MessageStatus", std::string(status->name));
        form.add("SmsStatus", std::string(status->name));
        form.add("To", sms.to);
        form.add("From", sms.sender);
        form.add("AccountSid", account_);
        form.add("ApiVersion", std::string(kVersion));
        if (expired) form.add("ErrorCode", std::string(kValidityExpired));
        if (state == ReportState::failed)
            form.add("ErrorCode", std::string(std::begin(kReasons)->code));
        return {Endpoint::report, form_post(sms.report_url, form)};
    }

private:
    const std::string account_;
    const std::string public_url_;
    const std::vector<Secret> tokens_;
};

bool letters_and_digits(std::string_view text) {
    return std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    });
}

/// Keys that are not empty must look like keys: a file with a line too many would only be noticed
/// when every SMS fails or every request looks forged.
std::optional<BadSetting> bad_keys(const Settings& settings) {
    const auto own = [&](const char* key) { return std::pair(key, own_setting(settings, key)); };
    for (const auto& [key, value] :
         {std::pair("auth_token", settings.auth_token.reveal()), own("auth_token_next"),
          own("signing_key"), own("api_key_sid"), own("api_key_secret")}) {
        if (auto bad = bad_key(key, value)) return bad;
    }
    for (const auto& [key, value] : {own("auth_token_next"), own("signing_key")}) {
        if (!value.empty() && !proves(value))
            return BadSetting{key, "is too short to prove who sends"};
    }
    return std::nullopt;
}

}  // namespace

Result<std::unique_ptr<Adapter>, BadSetting> make_twilio(const Settings& settings,
                                                         const NumberPlan& plan) {
    if (settings.username.empty()) return BadSetting{"username", "is missing"};
    if (!settings.username.starts_with("AC") || !letters_and_digits(settings.username))
        return BadSetting{"username", "must be the Account SID: AC, then letters and digits"};
    if (settings.sender.empty()) return BadSetting{"sender", "is missing"};
    if (auto bad = bad_keys(settings)) return *std::move(bad);
    const bool key = !own_setting(settings, "api_key_sid").empty();
    if (key == own_setting(settings, "api_key_secret").empty())
        return BadSetting{key ? "api_key_secret" : "api_key_sid", "is missing"};
    if (!key && settings.auth_token.empty()) return BadSetting{"auth_token", "is missing"};
    const std::string base = api_base(settings, kLive);
    if (auto bad = bad_url("api_base", base)) return *std::move(bad);
    if (!settings.public_url.empty())
        if (auto bad = bad_url("public_url", settings.public_url)) return *std::move(bad);
    return std::unique_ptr<Adapter>(std::make_unique<Twilio>(
        settings,
        base + "/" + std::string(kVersion) + "/Accounts/" + settings.username + "/Messages.json",
        plan));
}

std::unique_ptr<Aggregator> make_twilio_aggregator(const Settings& settings) {
    return std::make_unique<TwilioAggregator>(settings);
}

}  // namespace jangkau::adapters
