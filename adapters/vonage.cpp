// Vonage (Nexmo) SMS API: SMS both ways, in parts, delivery receipts; requests may be signed.
// The wire format, and how sure each fact is: docs/adapters/vonage.md.

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <optional>
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
using std::chrono::seconds;

constexpr std::string_view kLive = "https://rest.nexmo.com";
constexpr std::string_view kSend = "/sms/json";
constexpr unsigned kPartsMax = 255;  // an octet of the header of each part (3GPP TS 23.040)
constexpr std::size_t kSenderNameMax = 11;
constexpr std::size_t kSenderDigitsMax = 15;
constexpr std::size_t kWindowDigitsMax = 6;  // 11 days; receipts are repeated for 3

struct Status {
    std::string_view name;
    ReportState state;
};
constexpr Status kStatuses[] = {
    {"accepted", ReportState::sent},  {"buffered", ReportState::sent},
    {"unknown", ReportState::sent},   {"delivered", ReportState::delivered},
    {"failed", ReportState::failed},  {"rejected", ReportState::failed},
    {"expired", ReportState::expired}};

/// `err-code` of a receipt.
struct Reason {
    std::string_view code;
    std::string_view words;
};
constexpr Reason kReasons[] = {{"1", "unknown error"},
                               {"2", "phone absent for now"},
                               {"3", "phone absent for good"},
                               {"4", "barred by the person"},
                               {"5", "portability error"},
                               {"6", "taken for spam"},
                               {"7", "phone busy"},
                               {"8", "network error"},
                               {"9", "illegal number"},
                               {"10", "illegal message"},
                               {"11", "unroutable"},
                               {"12", "unreachable"},
                               {"13", "age restriction"},
                               {"14", "blocked by the operator"},
                               {"15", "no prepaid funds"},
                               {"16", "quota of the gateway"},
                               {"50", "regulatory filter"},
                               {"51", "regulatory filter"},
                               {"52", "regulatory filter"},
                               {"53", "regulatory filter"},
                               {"54", "regulatory filter"},
                               {"99", "general error"}};

/// `status` of one part of what we send.
struct PartStatus {
    std::string_view code;
    std::string_view words;
    SendFault fault;
};
constexpr std::string_view kTaken = "0";
constexpr PartStatus kPartStatuses[] = {
    {"1", "throttled", SendFault::throttled},
    {"2", "missing parameter", SendFault::rejected},
    {"3", "invalid parameter", SendFault::rejected},
    {"4", "invalid credentials", SendFault::misconfigured},
    {"5", "internal error", SendFault::unreachable},
    {"6", "invalid message", SendFault::rejected},
    {"7", "number barred", SendFault::rejected},
    {"8", "account barred", SendFault::misconfigured},
    {"9", "quota exceeded", SendFault::misconfigured},
    {"10", "too many binds", SendFault::throttled},
    {"11", "HTTP not enabled", SendFault::misconfigured},
    {"12", "message too long", SendFault::rejected},
    {"14", "invalid signature", SendFault::misconfigured},
    {"15", "invalid sender", SendFault::misconfigured},
    {"22", "invalid network code", SendFault::rejected},
    {"23", "invalid callback URL", SendFault::misconfigured},
    {"29", "number not whitelisted", SendFault::unroutable},
    {"32", "signature and secret", SendFault::misconfigured},
    {"33", "number deactivated", SendFault::rejected},
};

/// "please wait [ 250 ] and retry": milliseconds, as whole seconds that are not shorter.
std::optional<seconds> wait_in(std::string_view text) {
    const std::size_t open = text.find('[');
    if (open == text.npos) return std::nullopt;
    const std::string_view number = trim(text.substr(open + 1, text.find(']', open) - open - 1));
    unsigned milliseconds = 0;
    const char* end = number.data() + number.size();
    const auto [stop, fault] = std::from_chars(number.data(), end, milliseconds);
    if (number.empty() || fault != std::errc{} || stop != end) return std::nullopt;
    return std::chrono::ceil<seconds>(std::chrono::milliseconds(milliseconds));
}

/// What the answer says about one part: nothing if it was taken on.
std::optional<SendError> refusal_of(const Form& part) {
    const std::string_view status = part.get("status").value_or("");
    if (status == kTaken) return std::nullopt;
    const std::string words = provider_words(part.get("error-text").value_or(""));
    const auto* known = std::ranges::find(kPartStatuses, status, &PartStatus::code);
    if (known == std::end(kPartStatuses)) {
        return SendError{SendFault::garbled,
                         "no documented status" + (words.empty() ? "" : ": " + words)};
    }
    // A refused part has no id; one that has may be on its way.
    const bool has_id = !part.get("message-id").value_or("").empty();
    SendError error{has_id && worth_retrying(known->fault) ? SendFault::garbled : known->fault,
                    (words.empty() ? std::string(known->words) : words) + " (" +
                        std::string(known->code) + ")"};
    if (error.fault == SendFault::throttled)
        error.retry_after = wait_in(part.get("error-text").value_or(""));
    return error;
}

/// The parts of one SMS are judged one by one, and we can only send all of them again. So what was
/// partly taken on is in doubt, and what was refused may go again only if no part forbids it.
Result<Accepted, SendError> verdict(const std::vector<json::object>& parts) {
    std::optional<SendError> worst;
    std::size_t taken = 0;
    for (const auto& part : parts) {
        const auto error = refusal_of(flat(part));
        if (!error) {
            ++taken;
        } else if (!worst || error->fault == SendFault::garbled ||
                   (worth_retrying(worst->fault) && !worth_retrying(error->fault))) {
            worst = error;
        } else if (error->fault == worst->fault) {
            worst->retry_after = std::max(worst->retry_after, error->retry_after);
        }
    }
    if (!worst) {
        const std::string_view id = string_in(parts.front(), "message-id");
        return Accepted{.id = provider_id(id)};
    }
    if (taken == 0) return *std::move(worst);
    return SendError{SendFault::garbled, std::to_string(taken) + " of " +
                                             std::to_string(parts.size()) + " parts taken on; " +
                                             worst->detail};
}

struct Method {
    std::string_view name;
    Digest digest;
    bool hmac;
};
constexpr Method kMethods[] = {
    {"md5hash", Digest::md5, false},  {"md5", Digest::md5, true},
    {"sha1", Digest::sha1, true},     {"sha256", Digest::sha256, true},
    {"sha512", Digest::sha512, true},
};
const Method* method_of(const Settings& settings) {
    const std::string name = own_setting(settings, "signature_method");
    if (name.empty()) return std::begin(kMethods);
    const auto* method = std::ranges::find(kMethods, name, &Method::name);
    return method != std::end(kMethods) ? method : nullptr;
}

std::string sig(const Method& method, const Secret& secret, const Form& form) {
    auto parameters = form.fields();
    std::ranges::stable_sort(parameters, {}, [](const auto& field) { return field.first; });
    std::string text;
    for (auto& [name, value] : parameters) {
        if (name == "sig") continue;
        std::ranges::replace_if(
            value, [](char c) { return c == '&' || c == '='; }, '_');
        text += '&' + name + '=' + value;
    }
    return hex(method.hmac ? hmac(method.digest, secret, text)
                           : digest(method.digest, text + secret.reveal()));
}

/// The parameters of a request in any of the three ways that the dashboard offers. Those of a POST
/// stand in its body alone.
Result<Form, BadRequest> parameters(const HttpRequest& request) {
    const bool says_json =
        lower_ascii(header(request.headers, "Content-Type")).find("json") != std::string::npos;
    if (request.method != "POST" || !(says_json || trim(request.body).starts_with('{')))
        return query_or_form(request);
    const auto object = posted_json(request);
    if (!object) return object.error();
    return flat(*object);
}

class Vonage final : public Adapter {
public:
    Vonage(const Settings& settings, const Method& method, seconds window, std::string send_url,
           const NumberPlan& plan)
        : settings_(settings),
          method_(method),
          window_(window),
          send_url_(std::move(send_url)),
          plan_(plan) {}

    Abilities abilities() const override {
        return {.sms = true,
                .reports = true,
                .send = true,
                .proves_sender = proves(settings_.auth_token.reveal())};
    }

    std::optional<std::string> forged(const HttpRequest& request, Time now) const override {
        if (settings_.auth_token.empty()) return std::nullopt;
        const auto form = parameters(request);
        if (!form) return form.error().field + " " + form.error().why;
        // Names are signed as they are: one with such a character could swallow its neighbours.
        if (std::ranges::any_of(form->fields(), [](const auto& field) {
                return field.first.find_first_of("&=") != field.first.npos;
            }))
            return "a parameter's name has & or =";
        const std::string given = lower_ascii(form->get("sig").value_or(""));
        if (given.empty()) return "sig is missing";
        if (!same_bytes(given, sig(method_, settings_.auth_token, *form))) return "sig is wrong";
        if (window_ == seconds{0}) return std::nullopt;

        const std::string_view text = form->get("timestamp").value_or("");
        long long timestamp = 0;
        const auto [stop, fault] =
            std::from_chars(text.data(), text.data() + text.size(), timestamp);
        if (text.empty() || fault != std::errc{} || stop != text.data() + text.size())
            return "timestamp is missing or no number";
        const long long at = now.time_since_epoch().count();
        if (timestamp < at - window_.count() || timestamp > at + window_.count())
            return "timestamp is outside signature_window";
        return std::nullopt;
    }

    Result<std::vector<Inbound>, BadRequest> decode(Endpoint endpoint,
                                                    const HttpRequest& request) const override {
        if (!request.target.empty() || endpoint == Endpoint::ussd) return no_such_path();
        const auto form = parameters(request);
        if (!form) return form.error();
        auto inbound = endpoint == Endpoint::sms ? sms(*form) : receipt(*form);
        if (!inbound) return inbound.error();
        return std::vector<Inbound>{*std::move(inbound)};
    }

    HttpRequest compose(const SmsOut& sms) const override {
        Form form;
        form.add("api_key", settings_.api_key.reveal());
        form.add("api_secret", settings_.password.reveal());
        form.add("from", settings_.sender);
        form.add("to", sms.to.digits());
        form.add("text", sms.text);
        // Vonage does not look for itself, and would mangle the text.
        if (measure(sms.text).encoding == Encoding::ucs2) form.add("type", "unicode");
        form.add("client-ref", sms.key);
        form.add("status-report-req", "1");
        if (const std::string url = callback_url(settings_, Endpoint::report); !url.empty())
            form.add("callback", url);
        HttpRequest request = form_post(send_url_, form);
        request.headers.emplace_back("Accept", "application/json");
        return request;
    }

    /// The API itself always answers 200, so another status is that of something before it.
    Result<Accepted, SendError> interpret(const SmsOut&,
                                          const HttpResponse& response) const override {
        if (const auto fault = http_fault(response)) return *fault;
        const json::object answer = answered_json(response);
        const auto parts = objects_in(answer, "messages");
        if (parts.empty()) return SendError{SendFault::garbled, "no messages in the answer"};
        if (flat(answer).get("message-count") != std::to_string(parts.size()))
            return SendError{SendFault::garbled, "message-count is not that of messages"};
        return verdict(parts);
    }

private:
    Result<Inbound, BadRequest> sms(const Form& form) const {
        Fields fields(form);
        auto id = fields.name("messageId");
        auto from = fields.international_phone("msisdn", plan_);
        auto to = fields.name("to");
        const std::string_view type = form.get("type").value_or("");
        const bool has_text = type.empty() || type == "text" || type == "unicode";
        auto text = has_text ? fields.sms_text("text") : "";
        if (fields.wrong()) return fields.let_go();
        if (!has_text) return Inbound{Ignored{"no text but " + provider_words(type)}};
        SmsIn sms{.id = std::move(id),
                  .from = *std::move(from),
                  .to = std::move(to),
                  .text = std::move(text),
                  .sent = provider_time(form.get("message-timestamp").value_or("")),
                  .part = {}};
        if (lower_ascii(form.get("concat").value_or("")) == "true") {
            sms.part = SmsIn::Part{.ref = fields.name("concat-ref"),
                                   .number = fields.number("concat-part"),
                                   .total = fields.number("concat-total")};
            if (fields.wrong()) return fields.let_go();
            if (sms.part->total < 1 || sms.part->total > kPartsMax)
                return Inbound{Ignored{"concat-total is not 1 to " + std::to_string(kPartsMax)}};
            if (sms.part->number < 1 || sms.part->number > sms.part->total)
                return Inbound{Ignored{"concat-part is not 1 to concat-total"}};
        }
        return Inbound{std::move(sms)};
    }

    /// `msisdn` and `to` are swapped here, and neither is needed.
    static Result<Inbound, BadRequest> receipt(const Form& form) {
        Fields fields(form);
        auto id = fields.name("messageId");
        auto status = fields.name("status");
        auto key = form.get("client-ref").value_or("").empty() ? "" : fields.name("client-ref");
        if (fields.wrong()) return fields.let_go();
        const auto* known = std::ranges::find(kStatuses, lower_ascii(status), &Status::name);
        if (known == std::end(kStatuses))
            return Inbound{Ignored{"unknown status: " + provider_words(status)}};
        DeliveryReport report{
            .id = std::move(id), .key = std::move(key), .state = known->state, .reason = ""};
        if (report.state == ReportState::failed || report.state == ReportState::expired) {
            const std::string_view code = form.get("err-code").value_or("");
            const auto* reason = std::ranges::find(kReasons, code, &Reason::code);
            report.reason = std::string(reason != std::end(kReasons) ? reason->words : status);
            if (!code.empty()) report.reason += " (" + provider_words(code) + ")";
        }
        return Inbound{std::move(report)};
    }

    const Settings settings_;
    const Method& method_;
    const seconds window_;
    const std::string send_url_;
    const NumberPlan& plan_;
};

class VonageAggregator final : public Aggregator {
public:
    explicit VonageAggregator(const Settings& settings)
        : secret_(settings.auth_token), method_(method_of(settings)) {}

    HttpRequest sms(const PhoneSms& sms) const override {
        const bool unicode = measure(sms.text).encoding == Encoding::ucs2;
        Form form;
        form.add("msisdn", digits(sms.from));
        form.add("to", digits(sms.to));
        form.add("messageId", sms.id);
        form.add("text", sms.text);
        form.add("type", unicode ? "unicode" : "text");
        form.add("keyword", upper_ascii(sms.text.substr(0, sms.text.find_first_of(" \n"))));
        return form_post("", form);
    }

    void sign(HttpRequest& request, const std::string&, Time now) const override {
        auto form = parameters(request);
        if (secret_.empty() || method_ == nullptr || !form) return;
        const std::string at = std::to_string(now.time_since_epoch().count());
        form->add("timestamp", at);
        form->add("nonce", hex(digest(Digest::md5, request.body + at)));
        form->add("sig", sig(*method_, secret_, *form));
        request.body = form->encode();
    }

    Result<TakenSms, BadAnswer> take(const HttpRequest& request) const override {
        const auto form = posted_form(request);
        if (!form) return BadAnswer{form.error().field + " " + form.error().why};
        const auto text = [&](std::string_view name) {
            return std::string(form->get(name).value_or(""));
        };
        for (const auto* name : {"api_key", "api_secret", "from", "to", "text"})
            if (text(name).empty()) return BadAnswer{std::string(name) + " is missing."};
        if (text("type") != "unicode" && measure(text("text")).encoding == Encoding::ucs2)
            return BadAnswer{"The text is not GSM-7, so type must be unicode."};
        return TakenSms{.key = text("client-ref"),
                        .to = "+" + text("to"),
                        .text = text("text"),
                        .sender = text("from"),
                        .report_url = text("callback")};
    }

    HttpResponse accept(const TakenSms& sms, const std::string& id) const override {
        json::array parts;
        const std::size_t count = sms_parts(sms.text).size();
        for (std::size_t i = 1; i <= count; ++i) {
            parts.push_back(json::object{{"to", digits(sms.to)},
                                         {"message-id", i == 1 ? id : id + "-" + std::to_string(i)},
                                         {"status", kTaken},
                                         {"remaining-balance", "3.14"},
                                         {"message-price", "0.03"},
                                         {"network", "51010"},
                                         {"client-ref", sms.key}});
        }
        return json_answer(200, json::object{{"message-count", std::to_string(count)},
                                             {"messages", std::move(parts)}});
    }

    Callback report(const TakenSms& sms, const std::string& id, ReportState state) const override {
        Form form;
        form.add("msisdn", digits(sms.to));
        form.add("to", sms.sender);
        form.add("messageId", id);
        form.add("status", std::string(std::ranges::find(kStatuses, state, &Status::state)->name));
        const bool lost = state == ReportState::failed || state == ReportState::expired;
        form.add("err-code", lost ? "1" : "0");
        form.add("client-ref", sms.key);
        return {Endpoint::report, form_post(sms.report_url, form)};
    }

private:
    static std::string digits(const std::string& number) {
        return number.substr(number.starts_with('+') ? 1 : 0);
    }

    const Secret secret_;
    const Method* method_;
};

bool all_digits(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<BadSetting> bad_sender(const std::string& sender) {
    if (sender.empty()) return BadSetting{"sender", "is missing"};
    if (sender.size() <= (all_digits(sender) ? kSenderDigitsMax : kSenderNameMax))
        return std::nullopt;
    return BadSetting{"sender",
                      "must be a name of up to 11 characters, or up to 15 digits without +"};
}

}  // namespace

Result<std::unique_ptr<Adapter>, BadSetting> make_vonage(const Settings& settings,
                                                         const NumberPlan& plan) {
    if (settings.api_key.empty()) return BadSetting{"api_key", "is missing"};
    if (settings.password.empty()) return BadSetting{"password", "is missing"};
    if (auto bad = bad_sender(settings.sender)) return *std::move(bad);
    const auto* method = method_of(settings);
    if (method == nullptr)
        return BadSetting{"signature_method", "must be md5hash, md5, sha1, sha256 or sha512"};
    const std::string window = own_setting(settings, "signature_window");
    if (window.size() > kWindowDigitsMax || !all_digits(window))
        return BadSetting{"signature_window", "must be a number of seconds of up to six digits"};
    const std::string base = api_base(settings, kLive);
    if (auto bad = bad_url("api_base", base)) return *std::move(bad);
    if (!settings.public_url.empty())
        if (auto bad = bad_url("public_url", settings.public_url)) return *std::move(bad);
    return std::unique_ptr<Adapter>(
        std::make_unique<Vonage>(settings, *method, seconds(window.empty() ? 0 : std::stol(window)),
                                 base + std::string(kSend), plan));
}

std::unique_ptr<Aggregator> make_vonage_aggregator(const Settings& settings) {
    return std::make_unique<VonageAggregator>(settings);
}

}  // namespace jangkau::adapters
