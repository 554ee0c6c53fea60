// Jasmin SMS Gateway: SMS both ways and delivery reports over its HTTP API. The wire format, and
// how sure each fact is: docs/adapters/jasmin.md.

#include <algorithm>
#include <optional>
#include <utility>

#include "adapters/decode.hpp"
#include "adapters/octets.hpp"
#include "adapters/providers.hpp"
#include "adapters/signature.hpp"
#include "gateway/core/hex.hpp"
#include "gateway/core/text.hpp"

namespace jangkau::adapters {
namespace {

constexpr std::string_view kLocal = "http://127.0.0.1:1401";
constexpr std::string_view kSend = "/send";
/// Nothing else counts; without it the same comes again every 30 s, three times.
constexpr std::string_view kAcknowledged = "ACK/Jasmin";
constexpr std::string_view kSuccess = "Success \"";
constexpr std::string_view kError = "Error \"";
/// The pattern of its parameters `username` and `password`.
constexpr std::size_t kCredentialBytesMax = 16;

// data_coding of SMPP.
constexpr unsigned kDefault = 0;
constexpr unsigned kAscii = 1;
constexpr unsigned kLatin1 = 3;
constexpr unsigned kUcs2 = 8;
constexpr unsigned kMessageClass = 0xF0;
constexpr unsigned kEightBit = 0x04;
constexpr unsigned kCodingMax = 0xFF;

struct Status {
    std::string_view name;
    ReportState state;
};
constexpr Status kStatuses[] = {
    {"ESME_ROK", ReportState::sent},  // the SMSC took it
    {"ACCEPTD", ReportState::sent},      {"ENROUTE", ReportState::sent},
    {"DELIVRD", ReportState::delivered}, {"UNDELIV", ReportState::failed},
    {"REJECTD", ReportState::failed},    {"DELETED", ReportState::failed},
    {"EXPIRED", ReportState::expired},
};

struct Refusal {
    int status;
    std::string_view words;  ///< somewhere in the error
    SendFault fault;
};
constexpr Refusal kRefusals[] = {
    {400, "[to]", SendFault::rejected},
    {400, "destination_address", SendFault::rejected},
    {400, "", SendFault::misconfigured},
    {403, "throughput exceeded", SendFault::throttled},
    {403, "", SendFault::misconfigured},  // password, credit, address
    {412, "no bound connectors", SendFault::unreachable},
    {412, "", SendFault::misconfigured},  // no route
    {500, "Cannot send submit_sm", SendFault::unreachable},
};

/// What stands between the quotes after `before`; nothing where it is not that.
std::optional<std::string_view> quoted(std::string_view body, std::string_view before) {
    body = trim(body);
    if (!body.starts_with(before) || !body.ends_with('"')) return std::nullopt;
    body.remove_prefix(before.size());
    if (body.empty()) return std::nullopt;  // its only quote was the first
    return body.substr(0, body.size() - 1);
}

/// How this SMSC means data_coding 0.
enum class DefaultAlphabet { gsm7, latin1, utf8 };

class Jasmin final : public Adapter {
public:
    Jasmin(const Settings& settings, std::string send_url, DefaultAlphabet alphabet,
           const NumberPlan& plan)
        : settings_(settings), send_url_(std::move(send_url)), alphabet_(alphabet), plan_(plan) {}

    Abilities abilities() const override { return {.sms = true, .reports = true, .send = true}; }

    Result<std::vector<Inbound>, BadRequest> decode(Endpoint endpoint,
                                                    const HttpRequest& request) const override {
        if (!request.target.empty() || endpoint == Endpoint::ussd) return no_such_path();
        auto form = query_or_form(request);
        if (!form) return form.error();
        auto inbound =
            endpoint == Endpoint::sms ? sms(*form) : report(*form, key_in(request.query));
        if (!inbound) return inbound.error();
        return std::vector<Inbound>{*std::move(inbound)};
    }

    HttpResponse acknowledge() const override {
        return plain_text(200, std::string(kAcknowledged));
    }

    HttpRequest compose(const SmsOut& sms) const override {
        Form form;
        form.add("username", settings_.username);
        form.add("password", settings_.password.reveal());
        form.add("to", sms.to.digits());
        if (!settings_.sender.empty()) form.add("from", settings_.sender);
        // In its `content` a character outside GSM-7 would silently become "?".
        if (measure(sms.text).encoding == Encoding::gsm7) {
            form.add("coding", std::to_string(kDefault));
            form.add("content", sms.text);
        } else {
            form.add("coding", std::to_string(kUcs2));
            form.add("hex-content", hex(utf16be_from_utf8(sms.text)));
        }
        if (std::string url = report_url_with_key(settings_, sms.key); !url.empty()) {
            form.add("dlr", "yes");
            form.add("dlr-url", std::move(url));
            form.add("dlr-level", "3");  // what the SMSC says, and what the phone says
            form.add("dlr-method", "POST");
        }
        return form_post(send_url_, form);
    }

    Result<Accepted, SendError> interpret(const SmsOut&,
                                          const HttpResponse& response) const override {
        const auto id = quoted(response.body, kSuccess);
        if (response.status == 200 && id && !id->empty()) return Accepted{.id = provider_id(*id)};
        if (const auto words = quoted(response.body, kError); words && response.status >= 400) {
            const auto* known = std::ranges::find_if(kRefusals, [&](const Refusal& refusal) {
                return refusal.status == response.status &&
                       words->find(refusal.words) != words->npos;
            });
            if (known != std::end(kRefusals)) return SendError{known->fault, detail(*words)};
        }
        if (const auto fault = http_fault(response)) return *fault;
        return SendError{SendFault::garbled, "neither Success nor Error"};
    }

private:
    /// "Argument [to] has an invalid value: [0812...]" without the value.
    static std::string detail(std::string_view words) {
        const auto value = words.find(": [");
        return provider_words(words.substr(0, value));
    }

    static std::string key_in(std::string_view query) {
        const auto form = Form::parse(query);
        return form ? clean_utf8(form->get("key").value_or("")) : "";
    }

    /// Nothing for octets that are no text.
    std::optional<std::string> text_of(unsigned coding, std::string_view octets) const {
        if (coding == kDefault && alphabet_ == DefaultAlphabet::utf8) return std::string(octets);
        if (coding == kDefault && alphabet_ == DefaultAlphabet::latin1)
            return utf8_from_latin1(octets);
        if (coding == kDefault) return utf8_from_gsm7(octets);
        if (coding == kAscii || coding == kLatin1) return utf8_from_latin1(octets);
        if (coding == kUcs2) return utf8_from_utf16be(octets);
        if (coding >= kMessageClass && (coding & kEightBit) == 0) return utf8_from_gsm7(octets);
        return std::nullopt;
    }

    Result<Inbound, BadRequest> sms(const Form& form) const {
        // `content` is raw octets in what claims to be UTF-8; `binary` is the same in hex.
        const auto written = form.get("binary");
        if (!written) return BadRequest{"binary", "is missing"};
        const auto octets = from_hex(*written);
        if (!octets)
            return BadRequest{"binary", "has an odd length or something else than hex digits"};
        Fields fields(form);
        const unsigned coding = form.get("coding") ? fields.number("coding") : kDefault;
        if (!fields.wrong() && coding > kCodingMax)
            return Inbound{Ignored{"coding is larger than 255"}};
        const auto text = text_of(coding, *octets);

        Form read;
        read.add("binary", text.value_or(""));
        for (const auto& [name, value] : form.fields()) read.add(name, value);
        Fields rest(read);
        auto id = rest.name("id");
        auto from = rest.phone("from", plan_);
        auto to = rest.name("to");
        auto typed = rest.sms_text("binary");
        if (fields.wrong()) return fields.let_go();
        if (rest.wrong()) return rest.let_go();
        if (!text) return Inbound{Ignored{"an SMS without text"}};
        return Inbound{SmsIn{.id = std::move(id),
                             .from = *std::move(from),
                             .to = std::move(to),
                             .text = std::move(typed),
                             .sent = {}}};
    }

    static Result<Inbound, BadRequest> report(const Form& form, std::string key) {
        Fields fields(form);
        auto id = fields.name("id");
        const auto status = fields.name("message_status");
        if (fields.wrong()) return fields.let_go();
        const auto* known = std::ranges::find(kStatuses, status, &Status::name);
        const bool refused = known == std::end(kStatuses) && status.starts_with("ESME_");
        if (known == std::end(kStatuses) && !refused)
            return Inbound{Ignored{"unknown status: " + provider_words(status)}};
        DeliveryReport report{.id = std::move(id),
                              .key = std::move(key),
                              .state = refused ? ReportState::failed : known->state,
                              .reason = ""};
        if (report.state == ReportState::failed || report.state == ReportState::expired) {
            const std::string error = provider_words(form.get("err").value_or(""));
            report.reason = provider_words(status) + (error.empty() ? "" : " (" + error + ")");
        }
        return Inbound{std::move(report)};
    }

    const Settings settings_;
    const std::string send_url_;
    const DefaultAlphabet alphabet_;
    const NumberPlan& plan_;
};

class JasminAggregator final : public Aggregator {
public:
    HttpRequest sms(const PhoneSms& sms) const override {
        const bool gsm7 = measure(sms.text).encoding == Encoding::gsm7;
        const std::string octets = gsm7 ? gsm7_from_utf8(sms.text) : utf16be_from_utf8(sms.text);
        Form form;
        form.add("id", sms.id);
        form.add("from", sms.from);
        form.add("to", sms.to);
        form.add("origin-connector", "smsc");
        form.add("content", octets);
        form.add("binary", hex(octets));
        form.add("coding", std::to_string(gsm7 ? kDefault : kUcs2));
        return form_post("", form);
    }

    Result<TakenSms, BadAnswer> take(const HttpRequest& request) const override {
        const auto form = posted_form(request);
        if (!form) return BadAnswer{form.error().field + " " + form.error().why};
        const auto field = [&](const char* name) {
            return std::string(form->get(name).value_or(""));
        };
        for (const auto* name : {"username", "password", "to"})
            if (field(name).empty())
                return BadAnswer{"Mandatory argument [" + std::string(name) + "] is not found."};
        const auto octets = from_hex(field("hex-content"));
        if (!octets) return BadAnswer{"Invalid hex-content data"};
        if (form->get("content") && form->get("hex-content"))
            return BadAnswer{"content and hex-content cannot be used both in same request."};
        TakenSms sms{.key = "",
                     .to = "+" + field("to"),
                     .text = form->get("content") ? field("content") : utf8_from_utf16be(*octets),
                     .sender = field("from"),
                     .report_url = field("dlr-url")};
        const std::size_t query = std::min(sms.report_url.find('?'), sms.report_url.size());
        if (const auto asked = Form::parse(sms.report_url.substr(query)); asked)
            sms.key = asked->get("?key").value_or("");
        return sms;
    }

    HttpResponse accept(const TakenSms&, const std::string& id) const override {
        return plain_text(200, std::string(kSuccess) + id + '"');
    }

    Callback report(const TakenSms& sms, const std::string& id, ReportState state) const override {
        if (sms.report_url.empty()) return {};
        const auto* status = std::ranges::find(kStatuses, state, &Status::state);
        const bool of_smsc = state == ReportState::sent;
        Form form;
        form.add("id", id);
        form.add("level", of_smsc ? "1" : "2");
        form.add("message_status", std::string(status->name));
        form.add("connector", "smsc");
        for (const auto& [name, value] :
             {std::pair<const char*, const char*>{"id_smsc", "1"},
              {"sub", "001"},
              {"dlvrd", state == ReportState::delivered ? "001" : "000"},
              {"subdate", "2611230900"},
              {"donedate", "2611230901"},
              {"err", state == ReportState::delivered ? "000" : "011"},
              {"text", ""}})
            if (!of_smsc) form.add(name, value);
        return {Endpoint::report, form_post(sms.report_url, form)};
    }
};

}  // namespace

Result<std::unique_ptr<Adapter>, BadSetting> make_jasmin(const Settings& settings,
                                                         const NumberPlan& plan) {
    for (const auto& [key, value] :
         {std::pair<const char*, const std::string&>{"username", settings.username},
          {"password", settings.password.reveal()}}) {
        if (value.empty()) return BadSetting{key, "is missing"};
        if (value.size() > kCredentialBytesMax)
            return BadSetting{key, "is longer than the 16 bytes that Jasmin takes"};
    }
    const std::string base = api_base(settings, kLocal);
    if (auto bad = bad_url("api_base", base)) return *std::move(bad);
    const std::string alphabet = own_setting(settings, "coding_0");
    if (!alphabet.empty() && alphabet != "gsm7" && alphabet != "latin1" && alphabet != "utf8")
        return BadSetting{"coding_0", "must be gsm7, latin1 or utf8"};
    return std::unique_ptr<Adapter>(
        std::make_unique<Jasmin>(settings, base + std::string(kSend),
                                 alphabet == "latin1" ? DefaultAlphabet::latin1
                                 : alphabet == "utf8" ? DefaultAlphabet::utf8
                                                      : DefaultAlphabet::gsm7,
                                 plan));
}

std::unique_ptr<Aggregator> make_jasmin_aggregator(const Settings&) {
    return std::make_unique<JasminAggregator>();
}

}  // namespace jangkau::adapters
