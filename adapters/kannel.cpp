// Kannel 1.4.5: SMS both ways, delivery reports, and USSD over SMPP in meta-data. What Kannel must
// be told, and how sure each fact is: docs/adapters/kannel.md.

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "adapters/decode.hpp"
#include "adapters/kannel_ussd.hpp"
#include "adapters/octets.hpp"
#include "adapters/providers.hpp"
#include "adapters/signature.hpp"
#include "adapters/ussd.hpp"
#include "gateway/core/hex.hpp"
#include "gateway/core/text.hpp"

namespace jangkau::adapters {
namespace {

constexpr std::string_view kLocal = "http://127.0.0.1:13013";
constexpr std::string_view kSendSms = "/cgi-bin/sendsms";
constexpr std::string_view kPlainText = "text/plain; charset=UTF-8";
// %d bit of the event, %A the SMSC's words, %F its id; they are filled in when the report is made.
constexpr std::string_view kReportFields = "&status=%d&answer=%A&fid=%F";
/// Delivered, undeliverable, accepted and rejected by the SMSC. Without 4: "buffered" settles
/// nothing, and some SMSC refuse a request for it.
constexpr std::string_view kReportMask = "27";

constexpr std::string_view kUtf8 = "0";
constexpr std::string_view kBinary = "1";
constexpr std::string_view kUtf16 = "2";
constexpr std::string_view kUndefined = "-1";

constexpr std::string_view kRefused = "NACK/";

struct Event {
    std::string_view bit;
    ReportState state;
};
constexpr Event kEvents[] = {
    {"1", ReportState::delivered}, {"2", ReportState::failed},  {"8", ReportState::sent},
    {"4", ReportState::sent},      {"16", ReportState::failed},
};

struct Answer {
    int status;
    std::string_view words;
    std::optional<SendFault> fault;
};
constexpr Answer kAnswers[] = {
    {202, "0: Accepted for delivery", {}},
    {202, "3: Queued for later delivery", {}},
    {202, "Sent.", {}},
    {400, "Sender missing", SendFault::misconfigured},
    {400, "DLR-URL", SendFault::misconfigured},
    {400, "DLR-Mask", SendFault::misconfigured},
    {400, "Invalid content-type", SendFault::misconfigured},
    {403, "Authorization failed", SendFault::misconfigured},
    {403, "Not routable", SendFault::misconfigured},
    {500, "Sending failed.", SendFault::unreachable},
    {503, "Temporal failure", SendFault::unreachable},
};

/// What follows `name` in a receipt: "DELIVRD" after "stat:". The message's own words come last,
/// and are not looked at.
std::string word_after(std::string_view receipt, std::string_view name) {
    receipt = receipt.substr(0, lower_ascii(receipt).find(" text:"));
    const auto at = receipt.find(name);
    if (at == receipt.npos) return "";
    receipt.remove_prefix(at + name.size());
    return provider_words(receipt.substr(0, receipt.find(' ')));
}

std::string reason_in(std::string_view answer) {
    const std::string status = word_after(answer, "stat:");
    const std::string error = word_after(answer, "err:");
    if (!status.empty()) return status + (error.empty() ? "" : " (" + error + ")");
    if (!answer.starts_with(kRefused)) return "undeliverable";
    // "NACK/0x0000000b/Invalid Destination Address": so many digits would be masked.
    answer.remove_prefix(kRefused.size());
    const std::string_view code = "0x0000";
    return "refused by the SMSC: " + (answer.starts_with(code)
                                          ? "0x" + provider_words(answer.substr(code.size()))
                                          : provider_words(answer));
}

/// The fields, with the text in place of its octets.
Result<Form, BadRequest> with_text(const Form& form) {
    Fields fields(form);
    const std::string coding = fields.name("coding");
    if (fields.wrong()) return *fields.wrong();
    const auto written = form.get("hex");
    if (!written) return BadRequest{"hex", "is missing"};
    const auto octets = from_hex(*written);
    if (!octets) return BadRequest{"hex", "has an odd length or something else than hex digits"};
    if (coding != kUtf8 && coding != kBinary && coding != kUtf16 && coding != kUndefined)
        return BadRequest{"coding", "is none of 0, 1 and 2"};
    Form read;
    read.add("hex", coding == kUtf16 ? utf8_from_utf16be(*octets) : *octets);
    for (const auto& [name, value] : form.fields()) read.add(name, value);
    return read;
}

class Kannel final : public Adapter {
public:
    Kannel(const Settings& settings, std::string send_url, UssdDialect ussd, const NumberPlan& plan)
        : settings_(settings),
          send_url_(std::move(send_url)),
          smsc_(own_setting(settings, "smsc")),
          ussd_(std::move(ussd)),
          plan_(plan) {}

    Abilities abilities() const override {
        return {.ussd = true, .sms = true, .reports = true, .send = true};
    }

    Result<std::vector<Inbound>, BadRequest> decode(Endpoint endpoint,
                                                    const HttpRequest& request) const override {
        if (!request.target.empty()) return no_such_path();
        const auto form = queried_form(request);
        if (!form) return form.error();
        auto inbound = endpoint == Endpoint::report ? report(*form)
                       : endpoint == Endpoint::ussd ? turn(*form)
                                                    : sms(*form);
        if (!inbound) return inbound.error();
        return std::vector<Inbound>{*std::move(inbound)};
    }

    /// The reply becomes a submit_sm to the phone that asked, with these parameters.
    HttpResponse encode(const UssdReply& reply, const HttpRequest& request) const override {
        const auto form = Form::parse(request.query);
        const Form parameters = form ? smpp_parameters(form->get("meta").value_or("")) : Form{};
        HttpResponse response = plain_text(200, reply.text);
        response.headers.emplace_back("X-Kannel-Coding", coding_of(reply.text));
        response.headers.emplace_back(
            "X-Kannel-Meta-Data", ussd_.meta_of_screen(reply.end, ussd_.session_in(parameters)));
        return response;
    }

    /// Any text would go to the phone as an SMS, if the service lacks `max-messages = 0`.
    HttpResponse acknowledge() const override { return plain_text(200, ""); }

    /// POST, because Kannel reads a form in the query only, where a password does not belong.
    HttpRequest compose(const SmsOut& sms) const override {
        HttpRequest request;
        request.method = "POST";
        request.target = send_url_;
        request.body = sms.text;
        const auto add = [&](const char* name, std::string value) {
            if (!value.empty()) request.headers.emplace_back(name, std::move(value));
        };
        add("Content-Type", std::string(kPlainText));
        add("X-Kannel-Username", settings_.username);
        add("X-Kannel-Password", settings_.password.reveal());
        add("X-Kannel-From", settings_.sender);
        add("X-Kannel-To", sms.to.e164());
        add("X-Kannel-Coding", coding_of(sms.text));
        add("X-Kannel-SMSC", smsc_);
        if (const std::string url = report_url(sms.key); !url.empty()) {
            add("X-Kannel-DLR-Mask", std::string(kReportMask));
            add("X-Kannel-DLR-URL", url);
        }
        return request;
    }

    Result<Accepted, SendError> interpret(const SmsOut& sms,
                                          const HttpResponse& response) const override {
        const auto* known = std::ranges::find_if(kAnswers, [&](const Answer& answer) {
            return answer.status == response.status && response.body.starts_with(answer.words);
        });
        if (known != std::end(kAnswers)) {
            // Kannel tells no id; its reports carry our key.
            if (!known->fault) return Accepted{.id = sms.key};
            return SendError{*known->fault, provider_words(response.body)};
        }
        if (const auto fault = http_fault(response)) return *fault;
        return SendError{SendFault::garbled, "none of Kannel's answers"};
    }

private:
    static std::string coding_of(std::string_view text) {
        return std::string(measure(text).encoding == Encoding::gsm7 ? kUtf8 : kUtf16);
    }

    std::string report_url(const std::string& key) const {
        std::string url;
        for (const char c : report_url_with_key(settings_, key)) {
            url += c;
            if (c == '%') url += c;  // Kannel fills in what follows a single one
        }
        return url.empty() ? "" : url + std::string(kReportFields);
    }

    Result<Inbound, BadRequest> turn(const Form& form) const {
        const auto read = with_text(form);
        if (!read) return read.error();
        Fields fields(*read);
        auto id = fields.name("id");
        const auto from = fields.phone("from", plan_);
        auto to = fields.name("to");
        auto text = fields.typed("hex");
        const auto meta = form.get("meta");
        if (fields.wrong()) return *fields.wrong();
        if (!meta) return BadRequest{"meta", "is missing"};
        const Form parameters = smpp_parameters(*meta);
        const std::string info = ussd_.session_in(parameters);
        std::string session = ussd_.session_name(info, *from);

        const std::string_view typed = trim(text);
        const bool dialled = typed.starts_with('*') && typed.ends_with('#');
        const unsigned operation = operation_in(parameters).value_or(dialled ? kDial : kAnswer);
        if (operation == ussd_.aborted) return Inbound{UssdEnded{std::move(session), "aborted"}};
        if (ussd_.ended_by_bit(info)) return Inbound{UssdEnded{std::move(session), "end bit"}};
        const bool first = operation == kDial || operation == kDataIndication;
        if (!first && operation != kAnswer && operation != kRequest)
            return Inbound{Ignored{"ussd_service_op " + std::to_string(operation)}};
        if (first) {
            auto own = split_dial(dialled ? typed : std::string_view(to), ussd_.service_code);
            to = std::move(own.code);
            text = std::move(own.text);
        }
        return Inbound{UssdTurn{.session = std::move(session),
                                .from = *from,
                                .code = std::move(to),
                                .text = std::move(text),
                                .cumulative = false,
                                .first = first,
                                .turn_key = std::move(id)}};
    }

    Result<Inbound, BadRequest> sms(const Form& form) const {
        const auto read = with_text(form);
        if (!read) return read.error();
        if (form.get("coding") == kBinary) return Inbound{Ignored{"an SMS without text"}};
        Fields fields(*read);
        auto id = fields.name("id");
        auto from = fields.phone("from", plan_);
        auto to = fields.name("to");
        auto text = fields.sms_text("hex");
        if (fields.wrong()) return fields.let_go();
        return Inbound{SmsIn{.id = std::move(id),
                             .from = *std::move(from),
                             .to = std::move(to),
                             .text = std::move(text),
                             .sent = unix_time(form.get("time").value_or("")),
                             .part = part_in(form.get("udh").value_or(""))}};
    }

    static std::optional<Time> unix_time(std::string_view written) {
        constexpr std::size_t kDigits = 10;  // from 2001 to 2286
        long long seconds = 0;
        const auto read = std::from_chars(written.data(), written.data() + written.size(), seconds);
        if (written.size() != kDigits || read.ptr != written.data() + written.size() || seconds < 0)
            return std::nullopt;
        return Time{std::chrono::seconds{seconds}};
    }

    static Result<Inbound, BadRequest> report(const Form& form) {
        Fields fields(form);
        auto key = fields.name("key");
        const auto bit = fields.name("status");
        if (fields.wrong()) return fields.let_go();
        const auto* known = std::ranges::find(kEvents, bit, &Event::bit);
        if (known == std::end(kEvents))
            return Inbound{Ignored{"unknown status: " + provider_words(bit)}};
        DeliveryReport report{.id = "", .key = std::move(key), .state = known->state, .reason = ""};
        if (report.state == ReportState::failed) {
            const std::string answer = clean_utf8(form.get("answer").value_or(""));
            report.reason = reason_in(answer);
            if (word_after(answer, "stat:") == "EXPIRED") report.state = ReportState::expired;
        }
        return Inbound{std::move(report)};
    }

    const Settings settings_;
    const std::string send_url_;
    const std::string smsc_;
    const UssdDialect ussd_;
    const NumberPlan& plan_;
};

/// They travel in headers.
std::optional<BadSetting> bad_header(const char* key, std::string_view value, bool needed) {
    if (value.empty() && needed) return BadSetting{key, "is missing"};
    if (std::ranges::all_of(value, [](char c) { return c >= ' ' && c <= '~'; })) return {};
    return BadSetting{key, "has a line end or another character that no header may have"};
}

class KannelAggregator final : public Aggregator {
public:
    explicit KannelAggregator(UssdDialect ussd) : ussd_(std::move(ussd)) {}

    HttpRequest hop(const Hop& hop) const override {
        return ussd(hop, hop.inputs.empty() ? kDial : kAnswer,
                    hop.inputs.empty() ? hop.code : hop.inputs.back());
    }

    HttpRequest hang_up(const Hop& hop, const std::string&) const override {
        return ussd(hop, ussd_.aborted, "");
    }

    Result<PhoneScreen, BadAnswer> screen(const HttpResponse& response) const override {
        if (response.status != 200) {
            return BadAnswer{"The status is " + std::to_string(response.status) +
                             ", so the phone is told that there is no content."};
        }
        if (!header(response.headers, "Content-Type").starts_with("text/plain"))
            return BadAnswer{"The content is no plain text."};
        if (response.body.empty()) return BadAnswer{"The body is empty."};
        const auto ends = ussd_.screen_ends(header(response.headers, "X-Kannel-Meta-Data"));
        if (!ends) return BadAnswer{"X-Kannel-Meta-Data has no ussd_service_op of this SMSC."};
        return PhoneScreen{response.body, *ends};
    }

    HttpRequest sms(const PhoneSms& sms) const override {
        return said(sms.id, sms.from, sms.to, sms.text, "");
    }

    Result<TakenSms, BadAnswer> take(const HttpRequest& request) const override {
        const auto field = [&](const char* name) {
            return std::string(header(request.headers, name));
        };
        if (field("X-Kannel-Username").empty() || field("X-Kannel-Password").empty())
            return BadAnswer{"There is no X-Kannel-Username or X-Kannel-Password."};
        if (field("X-Kannel-To").empty()) return BadAnswer{"There is no X-Kannel-To."};
        if (field("Content-Type").empty()) return BadAnswer{"There is no Content-Type."};
        TakenSms sms{.key = "",
                     .to = field("X-Kannel-To"),
                     .text = request.body,
                     .sender = field("X-Kannel-From"),
                     .report_url = field("X-Kannel-DLR-URL")};
        const std::size_t query = std::min(sms.report_url.find('?'), sms.report_url.size());
        if (const auto form = Form::parse(sms.report_url.substr(query)); form)
            sms.key = form->get("?key").value_or("");
        return sms;
    }

    HttpResponse accept(const TakenSms&, const std::string&) const override {
        return {202, {{"Content-Type", "text/html"}}, std::string(kAnswers[0].words)};
    }

    Callback report(const TakenSms& sms, const std::string& id, ReportState state) const override {
        if (sms.report_url.empty()) return {};
        const bool expired = state == ReportState::expired;
        const auto* event =
            std::ranges::find(kEvents, expired ? ReportState::failed : state, &Event::state);
        const std::string answer = expired ? "id:" + id + " stat:EXPIRED err:000 text:" : "";
        HttpRequest request;
        request.method = "GET";
        const std::string& url = sms.report_url;
        for (std::size_t i = 0; i < url.size(); ++i) {
            if (url[i] != '%' || i + 1 == url.size()) {
                request.target += url[i];
                continue;
            }
            switch (url[++i]) {
                case 'd': request.target += event->bit; break;
                case 'A': request.target += percent_encode(answer); break;
                case 'F': request.target += percent_encode(id); break;
                default: request.target += url[i];
            }
        }
        return {Endpoint::report, std::move(request)};
    }

private:
    HttpRequest ussd(const Hop& hop, unsigned operation, const std::string& text) const {
        // Two octets that stay the same for the dialogue, and an id of Kannel's form for each hop.
        std::string info = digest(Digest::sha256, hop.session).substr(0, 2);
        info.back() = static_cast<char>(info.back() & 0xFE);
        std::string typed = hop.session + '|' + std::to_string(operation);
        for (const std::string& input : hop.inputs) typed += '|' + input;
        std::string id = hex(digest(Digest::md5, typed));
        for (const std::size_t at : {8U, 13U, 18U, 23U}) id.insert(at, 1, '-');
        return said(id, hop.from, hop.code, text, ussd_.meta_of_hop(operation, info));
    }

    static HttpRequest said(const std::string& id, const std::string& from, const std::string& to,
                            const std::string& text, const std::string& meta) {
        const bool gsm7 = measure(text).encoding == Encoding::gsm7;
        Form form;
        form.add("id", id);
        form.add("from", from);
        form.add("to", to);
        form.add("coding", std::string(gsm7 ? kUtf8 : kUtf16));
        form.add("hex", hex(gsm7 ? text : utf16be_from_utf8(text)));
        form.add("meta", meta);
        HttpRequest request;
        request.method = "GET";
        request.target = "?" + form.encode();
        return request;
    }

    const UssdDialect ussd_;
};

}  // namespace

Result<std::unique_ptr<Adapter>, BadSetting> make_kannel(const Settings& settings,
                                                         const NumberPlan& plan) {
    const std::string smsc = own_setting(settings, "smsc");
    for (const auto& bad :
         {bad_header("username", settings.username, true),
          bad_header("password", settings.password.reveal(), true),
          bad_header("sender", settings.sender, false), bad_header("smsc", smsc, false)})
        if (bad) return *bad;
    const std::string base = api_base(settings, kLocal);
    if (auto bad = bad_url("api_base", base)) return *std::move(bad);
    auto ussd = UssdDialect::from(settings);
    if (!ussd) return ussd.error();
    return std::unique_ptr<Adapter>(
        std::make_unique<Kannel>(settings, base + std::string(kSendSms), *std::move(ussd), plan));
}

std::unique_ptr<Aggregator> make_kannel_aggregator(const Settings& settings) {
    const auto ussd = UssdDialect::from(settings);
    return std::make_unique<KannelAggregator>(ussd ? *ussd : UssdDialect{});
}

}  // namespace jangkau::adapters
