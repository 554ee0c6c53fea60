// RestComm's (once Mobicents') USSD gateway at a mobile operator: an XML dialogue by HTTP.
// The wire format, and how sure each fact is: docs/adapters/restcomm.md.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "adapters/decode.hpp"
#include "adapters/providers.hpp"
#include "adapters/ussd.hpp"
#include "adapters/xml.hpp"
#include "gateway/core/text.hpp"

namespace jangkau::adapters {
namespace {

constexpr std::string_view kDialog = "dialog";
constexpr std::string_view kLocalId = "dialog/@localId";
constexpr std::string_view kRemoteId = "dialog/@remoteId";
constexpr std::string_view kNetworkId = "dialog/@networkId";
constexpr std::string_view kUserObject = "dialog/@userObject";
constexpr std::string_view kBegin = "dialog/processUnstructuredSSRequest_Request";
constexpr std::string_view kBeginInvokeId = "dialog/processUnstructuredSSRequest_Request/@invokeId";
constexpr std::string_view kDialled = "dialog/processUnstructuredSSRequest_Request/@string";
constexpr std::string_view kCaller = "dialog/processUnstructuredSSRequest_Request/msisdn/@number";
constexpr std::string_view kOriginator = "dialog/originationReference/@number";
constexpr std::string_view kTypedIn = "dialog/unstructuredSSRequest_Response";
constexpr std::string_view kTyped = "dialog/unstructuredSSRequest_Response/@string";

constexpr std::string_view kMenu = "unstructuredSSRequest_Request";
constexpr std::string_view kLast = "processUnstructuredSSRequest_Response";
constexpr std::string_view kCookie = "JSESSIONID";
constexpr std::string_view kGsm7 = "15";
constexpr std::string_view kUcs2 = "72";
constexpr std::size_t kIdDigitsMax = 20;
/// Invoke ids are one signed octet (ITU-T Q.773).
constexpr unsigned kInvokeIds = 128;

/// How the end of a dialogue is told, beside its type.
constexpr std::string_view kEndings[] = {"mapUserAbortChoice", "mapAbortProviderReason",
                                         "mapRefuseReason", "dialogTimedOut", "invokeTimedOut"};
constexpr std::string_view kComponents[] = {"errComponents", "rejectComponents"};

bool digits_only(std::string_view text) {
    return !text.empty() && text.size() <= kIdDigitsMax &&
           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

unsigned number_of(const std::string& digits) {
    return digits.size() > 4 ? 0 : static_cast<unsigned>(std::stoul(digits));
}

/// What later hops do not say, so the gateway carries it for us: in `userObject` and in a cookie.
struct Dialogue {
    std::string local_id;
    std::string remote_id;
    std::string network_id;
    std::string phone;
    std::string invoke_id;  ///< of the request that began it: the last answer must name it
    unsigned hop = 0;

    [[nodiscard]] std::string session() const {
        return local_id + '.' + remote_id + '.' + network_id + '.' + phone;
    }
    [[nodiscard]] std::string written() const {
        return session() + '.' + invoke_id + '.' + std::to_string(hop);
    }
    static std::optional<Dialogue> read(std::string_view written) {
        std::vector<std::string> parts(1);
        for (const char c : written) {
            if (c == '.') {
                parts.emplace_back();
            } else {
                parts.back() += c;
            }
        }
        constexpr std::size_t kParts = 6;
        if (parts.size() != kParts || !std::ranges::all_of(parts, digits_only)) return {};
        return Dialogue{parts[0], parts[1], parts[2], parts[3], parts[4], number_of(parts[5])};
    }
};

std::string_view cookie_of(std::string_view cookies) {
    while (!cookies.empty()) {
        const auto end = std::min(cookies.find(';'), cookies.size());
        const std::string_view one = trim(cookies.substr(0, end));
        if (one.starts_with(kCookie) && one.substr(kCookie.size()).starts_with('='))
            return one.substr(kCookie.size() + 1);
        cookies.remove_prefix(std::min(end + 1, cookies.size()));
    }
    return {};
}

/// `userObject` is kept for each dialogue; the gateway's cookies may be shared by all of them.
std::optional<Dialogue> carried(const HttpRequest& request, const Form& form) {
    if (const auto object = form.get(kUserObject); object && !object->empty())
        return Dialogue::read(*object);
    return Dialogue::read(cookie_of(header(request.headers, "Cookie")));
}

/// Why the dialogue is over; nothing where it is not.
std::optional<std::string> ending(const Form& form) {
    for (const auto name : kEndings) {
        const std::string_view value =
            form.get(std::string(kDialog) + "/@" + std::string(name)).value_or("");
        if (value.empty() || value == "false") continue;
        const bool tells_more = name.starts_with("map");
        return std::string(name) + (tells_more ? ": " + provider_words(value) : "");
    }
    for (const auto name : kComponents) {
        // An empty <errComponents/> stands in every dialogue.
        const std::string inside = std::string(kDialog) + '/' + std::string(name) + '/';
        if (std::ranges::any_of(form.fields(),
                                [&](const auto& field) { return field.first.starts_with(inside); }))
            return std::string(name);
    }
    const std::string_view type = form.get("dialog/@type").value_or("");
    if (type == "Abort" || type == "End") return std::string(type);
    return std::nullopt;
}

/// With "+" before what is said to be international: "84..." is no number of 8x home plans.
Form with_whole_numbers(const Form& form) {
    Form whole;
    for (const auto& [name, value] : form.fields()) {
        const bool number = name == kCaller || name == kOriginator;
        const std::string nai = number ? name.substr(0, name.rfind('@')) + "@nai" : "";
        const bool bare = !value.empty() && value.front() >= '1' && value.front() <= '9';
        const bool abroad = number && bare && form.get(nai) == "international_number";
        whole.add(name, abroad ? "+" + value : value);
    }
    return whole;
}

class Restcomm final : public Adapter {
public:
    Restcomm(std::string service_code, const NumberPlan& plan)
        : service_code_(std::move(service_code)), plan_(plan) {}

    Abilities abilities() const override { return {.ussd = true}; }

    Result<std::vector<Inbound>, BadRequest> decode(Endpoint endpoint,
                                                    const HttpRequest& request) const override {
        if (endpoint != Endpoint::ussd || !request.target.empty()) return no_such_path();
        const auto root = posted_xml(request);
        if (!root) return root.error();
        const Form form = with_whole_numbers(flat(*root));
        auto inbound = said(request, form);
        if (!inbound) return inbound.error();
        return std::vector<Inbound>{*std::move(inbound)};
    }

    HttpResponse encode(const UssdReply& reply, const HttpRequest& request) const override {
        Dialogue dialogue = dialogue_of(request);
        ++dialogue.hop;
        const std::string carries = dialogue.written();
        const unsigned menu_id = (number_of(dialogue.invoke_id) + dialogue.hop) % kInvokeIds;
        const Xml message{
            .name = std::string(reply.end ? kLast : kMenu),
            .attributes = {
                {"invokeId", reply.end ? dialogue.invoke_id : std::to_string(menu_id)},
                {"dataCodingScheme",
                 std::string(measure(reply.text).encoding == Encoding::gsm7 ? kGsm7 : kUcs2)},
                {"string", reply.text}}};
        Xml dialog{.name = std::string(kDialog), .attributes = {{"mapMessagesSize", "1"}}};
        if (reply.end) {
            dialog.attributes.emplace_back("prearrangedEnd", "false");
        } else {
            dialog.attributes.emplace_back("userObject", carries);
        }
        dialog.children.push_back(message);
        HttpResponse response = xml_answer(200, dialog);
        const std::string value = reply.end ? "; Max-Age=0" : carries;
        response.headers.emplace_back("Set-Cookie",
                                      std::string(kCookie) + '=' + value + "; Path=/");
        return response;
    }

    /// Nothing is left to say; the gateway reads XML only.
    HttpResponse acknowledge() const override {
        return xml_answer(200,
                          {.name = std::string(kDialog),
                           .attributes = {{"mapMessagesSize", "0"}, {"prearrangedEnd", "true"}}});
    }

private:
    Result<Inbound, BadRequest> said(const HttpRequest& request, const Form& form) const {
        if (form.fields().front().first != kDialog)
            return BadRequest{.field = std::string(kDialog), .why = "is missing"};
        if (form.get(kBegin)) return begins(form);
        const auto dialogue = carried(request, form);
        if (form.get(kTypedIn)) return goes_on(form, dialogue);
        const auto why = ending(form);
        if (!why) {
            return BadRequest{.field = std::string(kDialog),
                              .why = "has neither a message nor an end that we know"};
        }
        if (!dialogue || mixed_up(form, *dialogue))
            return Inbound{Ignored{"end of an unknown dialogue: " + *why}};
        return Inbound{UssdEnded{.session = dialogue->session(), .status = *why}};
    }

    Result<Inbound, BadRequest> begins(const Form& form) const {
        const auto dialogue = begun(form);
        if (!dialogue) return dialogue.error();
        Fields fields(form);
        std::string code = fields.name(kDialled);
        if (fields.wrong()) return *fields.wrong();
        std::string text;
        // "*123*4567*1*2#" for a service at "*123*4567#".
        const std::string deep = service_code_.substr(0, service_code_.size() - 1) + '*';
        if (!service_code_.empty() && code.starts_with(deep) && code.ends_with('#')) {
            text = code.substr(deep.size(), code.size() - deep.size() - 1);
            code = service_code_;
        }
        return Inbound{UssdTurn{.session = dialogue->session(),
                                .from = Msisdn::from_digits(dialogue->phone),
                                .code = std::move(code),
                                .text = std::move(text),
                                .first = true,
                                .turn_key = key_of(*dialogue)}};
    }

    Result<Dialogue, BadRequest> begun(const Form& form) const {
        Fields fields(form);
        Dialogue dialogue;
        dialogue.local_id = fields.name(kLocalId);
        dialogue.remote_id = fields.name(kRemoteId);
        dialogue.invoke_id = fields.name(kBeginInvokeId);
        const std::string_view network = form.get(kNetworkId).value_or("");
        dialogue.network_id = digits_only(network) ? std::string(network) : "0";
        const auto phone = fields.phone(form.get(kCaller) ? kCaller : kOriginator, plan_);
        if (fields.wrong()) return *fields.wrong();
        const std::pair<std::string_view, const std::string&> ids[] = {
            {kLocalId, dialogue.local_id},
            {kRemoteId, dialogue.remote_id},
            {kBeginInvokeId, dialogue.invoke_id}};
        for (const auto& [field, id] : ids)
            if (!digits_only(id))
                return BadRequest{.field = std::string(field), .why = "is no number"};
        dialogue.phone = phone->digits();
        return dialogue;
    }

    Result<Inbound, BadRequest> goes_on(const Form& form,
                                        const std::optional<Dialogue>& dialogue) const {
        const auto phone = Msisdn::parse("+" + (dialogue ? dialogue->phone : ""), plan_);
        if (!phone || dialogue->hop == 0) {
            const bool object = !form.get(kUserObject).value_or("").empty();
            return BadRequest{.field = object ? std::string(kUserObject) : "Cookie",
                              .why = "is none that we gave"};
        }
        if (mixed_up(form, *dialogue))
            return BadRequest{.field = std::string(kLocalId), .why = "is of another dialogue"};
        Fields fields(form);
        // Without it nothing was typed.
        std::string text = form.get(kTyped) ? fields.typed(kTyped) : "";
        if (fields.wrong()) return *fields.wrong();
        return Inbound{UssdTurn{.session = dialogue->session(),
                                .from = *phone,
                                .code = "",
                                .text = std::move(text),
                                .turn_key = key_of(*dialogue)}};
    }

    /// Two dialogues whose cookies got mixed up would show one person's screens to another.
    static bool mixed_up(const Form& form, const Dialogue& dialogue) {
        const auto local_id = form.get(kLocalId);
        return local_id && trim(*local_id) != dialogue.local_id;
    }

    static std::string key_of(const Dialogue& dialogue) {
        return dialogue.session() + '|' + std::to_string(dialogue.hop);
    }

    Dialogue dialogue_of(const HttpRequest& request) const {
        const auto root = parsed_xml(request.body);
        const Form form = root ? with_whole_numbers(flat(*root)) : Form{};
        if (const auto fresh = begun(form)) return *fresh;
        return carried(request, form).value_or(Dialogue{.invoke_id = "0"});
    }

    const std::string service_code_;
    const NumberPlan& plan_;
};

class RestcommAggregator final : public Aggregator {
public:
    HttpRequest hop(const Hop& hop) const override {
        Xml dialog = dialog_of(hop, hop.inputs.empty() ? "Begin" : "Continue");
        dialog.attributes.emplace_back("mapMessagesSize", "1");
        dialog.attributes.emplace_back("returnMessageOnError", "false");
        const std::string typed = hop.inputs.empty() ? hop.code : hop.inputs.back();
        const std::string scheme(measure(typed).encoding == Encoding::gsm7 ? kGsm7 : kUcs2);
        Xml message{
            .name = std::string(hop.inputs.empty() ? kBegin : kTypedIn).substr(kDialog.size() + 1),
            .attributes = {{"invokeId", std::to_string(hop.inputs.size())},
                           {"dataCodingScheme", scheme},
                           {"string", typed}}};
        if (hop.inputs.empty()) {
            message.children.push_back({.name = "msisdn",
                                        .attributes = {{"nai", "international_number"},
                                                       {"npi", "ISDN"},
                                                       {"number", without_plus(hop.from)}}});
        }
        dialog.children.push_back(std::move(message));
        return posted(hop, dialog);
    }

    Result<PhoneScreen, BadAnswer> screen(const HttpResponse& response) const override {
        if (response.status != 200) {
            return BadAnswer{"The status is " + std::to_string(response.status) +
                             " instead of 200."};
        }
        const auto root = parsed_xml(response.body);
        if (!root || root->name != kDialog) return BadAnswer{"The body is no XML <dialog>."};
        if (!root->attribute("mapMessagesSize"))
            return BadAnswer{"The dialog has no mapMessagesSize."};
        const bool end = root->attribute("prearrangedEnd").has_value();
        const Xml* message = root->child(end ? kLast : kMenu);
        const auto text = message != nullptr ? message->attribute("string") : std::nullopt;
        if (!text) {
            return BadAnswer{"The dialog has no " + std::string(end ? kLast : kMenu) +
                             " with a string."};
        }
        std::string token(cookie_of(header(response.headers, "Set-Cookie")));
        if (const auto object = root->attribute("userObject")) token = std::string(*object);
        return PhoneScreen{std::string(*text), end, end ? "" : std::move(token)};
    }

    HttpRequest hang_up(const Hop& hop, const std::string&) const override {
        Xml dialog = dialog_of(hop, "Abort");
        dialog.attributes.emplace_back("mapMessagesSize", "0");
        dialog.attributes.emplace_back("mapUserAbortChoice",
                                       "isProcedureCancellationReason_callRelease");
        dialog.children.push_back({.name = "errComponents", .attributes = {}});
        return posted(hop, dialog);
    }

private:
    static Xml dialog_of(const Hop& hop, std::string type) {
        // An id of the gateway's own: a number, the same for all hops of one dialogue.
        std::uint32_t id = 2166136261U;  // FNV-1a
        for (const char c : hop.session) id = (id ^ static_cast<unsigned char>(c)) * 16777619U;
        Xml dialog{.name = std::string(kDialog),
                   .attributes = {{"type", std::move(type)},
                                  {"appCntx", "networkUnstructuredSsContext_version2"},
                                  {"networkId", "0"},
                                  {"localId", std::to_string(id)},
                                  {"remoteId", "1"}}};
        if (!hop.token.empty()) dialog.attributes.emplace_back("userObject", hop.token);
        return dialog;
    }

    static HttpRequest posted(const Hop& hop, const Xml& dialog) {
        HttpRequest request = xml_request("", dialog);
        if (!hop.token.empty())
            request.headers.emplace_back("Cookie", std::string(kCookie) + '=' + hop.token);
        return request;
    }
};

}  // namespace

Result<std::unique_ptr<Adapter>, BadSetting> make_restcomm(const Settings& settings,
                                                           const NumberPlan& plan) {
    std::string code = own_setting(settings, "service_code");
    if (!code.empty() && (code.size() < 3 || code.front() != '*' || code.back() != '#')) {
        return BadSetting{"service_code", "must be written as it is dialled, such as *123*4567#"};
    }
    return std::unique_ptr<Adapter>(std::make_unique<Restcomm>(std::move(code), plan));
}

std::unique_ptr<Aggregator> make_restcomm_aggregator(const Settings&) {
    return std::make_unique<RestcommAggregator>();
}

}  // namespace jangkau::adapters
