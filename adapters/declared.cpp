// A provider whose wire format is described in a file: docs/adapters/declared.md.

#include <algorithm>
#include <optional>
#include <utility>

#include "adapters/declared_decoding.hpp"
#include "adapters/declared_description.hpp"
#include "adapters/declared_phone.hpp"
#include "adapters/declared_proof.hpp"
#include "adapters/decode.hpp"
#include "adapters/providers.hpp"
#include "adapters/signature.hpp"
#include "gateway/core/text.hpp"

namespace jangkau::adapters::declared {
namespace {

using Kind = Incoming::Kind;

class Declared final : public Adapter {
public:
    Declared(const Settings& settings, Description description, const NumberPlan& plan)
        : settings_(settings), description_(std::move(description)), plan_(plan) {}

    Abilities abilities() const override {
        const auto has = [&](Kind kind) { return description_.first_of(kind) != nullptr; };
        return {.ussd = has(Kind::turn),
                .sms = has(Kind::sms),
                .reports = has(Kind::report),
                .send = description_.send.has_value(),
                .proves_sender = std::ranges::any_of(description_.check, [&](const auto& one) {
                    return protects(one.second, settings_);
                })};
    }

    std::optional<std::string> forged(const HttpRequest& request, Time) const override {
        for (const auto& [place, expected] : description_.check) {
            if (!can_check(expected, settings_)) continue;
            const std::string shown =
                place.starts_with("header:") ? "header " + place.substr(7) : place;
            const auto given = given_at(place, request, description_);
            if (!given || given->empty()) return "no " + shown;
            if (!same_bytes(*given, proof(expected, request, settings_))) return "wrong " + shown;
        }
        return std::nullopt;
    }

    Result<std::vector<Inbound>, BadRequest> decode(Endpoint endpoint,
                                                    const HttpRequest& request) const override {
        return decoded(description_, plan_, endpoint, request);
    }

    HttpResponse encode(const UssdReply& reply, const HttpRequest& request) const override {
        const Asked asked = asked_in(request);
        const Lookup value = [&](const std::string& name) -> std::string {
            constexpr std::string_view kRequest = "request.";
            if (name == "text") return reply.text;
            if (name == "end") return reply.end ? "yes" : "";
            if (name.starts_with(kRequest)) {
                const std::string place = place_name(name.substr(kRequest.size()));
                return std::string(asked.message.get(place).value_or(""));
            }
            if (!asked.turn) return "";
            return name == "session" ? asked.turn->session
                   : name == "from"  ? asked.turn->from.digits()
                                     : asked.turn->code;
        };
        return rendered(description_.reply, reply.end ? description_.last : description_.reply.body,
                        value);
    }

    HttpResponse acknowledge() const override {
        const Lookup nothing = [](const std::string&) { return ""; };
        return rendered(description_.acknowledge, description_.acknowledge.body, nothing);
    }

    HttpResponse refuse(const BadRequest& why, const HttpRequest&) const override {
        const Lookup value = [&](const std::string& name) {
            return name == "field" ? why.field : why.why;
        };
        return rendered(description_.refuse, description_.refuse.body, value);
    }

    HttpRequest compose(const SmsOut& sms) const override {
        const Sending& send = *description_.send;
        const Lookup value = [&](const std::string& name) { return send_value(name, sms); };
        HttpRequest request;
        request.method = send.method;
        request.target = send.url.render(value, Escape::url);
        request.body = send.body.render(value, escape_in(send.format));
        if (!request.body.empty())
            request.headers.emplace_back("Content-Type", content_type(send.format));
        add_headers(send.headers, value, request.headers);
        return request;
    }

    Result<Accepted, SendError> interpret(const SmsOut& sms,
                                          const HttpResponse& response) const override {
        const Sending& send = *description_.send;
        const Message message = read(response, send.answer_format);
        const auto fault = http_fault(response);
        const auto rule = std::ranges::find_if(
            send.outcomes, [&](const Outcome& one) { return one.when.fits(message); });
        if (rule == send.outcomes.end()) {
            if (fault) return *fault;
            return SendError{SendFault::garbled,
                             "no described answer (" + status_of(response) + ")"};
        }
        if (rule->kind == Outcome::Kind::accepted || rule->kind == Outcome::Kind::delivered)
            return accepted(*rule, message, sms);
        SendError error{rule->fault, detail_of(*rule, message)};
        if (fault) error.retry_after = fault->retry_after;
        if (fault && rule->detail.empty()) error.detail = fault->detail;
        if (fault && rule->kind == Outcome::Kind::by_status) error.fault = fault->fault;
        if (error.detail.empty()) error.detail = status_of(response);
        return error;
    }

private:
    struct Asked {
        Message message;
        std::optional<UssdTurn> turn;
    };
    /// The request that a screen answers.
    Asked asked_in(const HttpRequest& request) const {
        for (const Incoming& incoming : description_.requests) {
            if (incoming.kind != Kind::turn || !incoming.at(Endpoint::ussd, request.target))
                continue;
            auto messages = read(request, incoming.format, "");
            if (!messages || !incoming.when.fits(messages->front())) continue;
            const auto inbound = decoded(incoming, messages->front(), plan_);
            const auto* turn = inbound ? std::get_if<UssdTurn>(&*inbound) : nullptr;
            return {std::move(messages->front()), turn ? std::optional(*turn) : std::nullopt};
        }
        return {};
    }

    static void add_headers(const std::vector<std::pair<std::string, Template>>& described,
                            const Lookup& value, Headers& headers) {
        for (const auto& [name, text] : described) {
            std::erase_if(headers, [&, key = name](const auto& one) {
                return lower_ascii(one.first) == lower_ascii(key);
            });
            if (std::string line = text.render(value, Escape::header); !line.empty())
                headers.emplace_back(name, std::move(line));
        }
    }

    static HttpResponse rendered(const Answer& answer, const Template& body, const Lookup& value) {
        HttpResponse response{answer.status, {}, body.render(value, escape_in(answer.format))};
        response.headers.emplace_back("Content-Type", content_type(answer.format));
        add_headers(answer.headers, value, response.headers);
        return response;
    }

    std::string send_value(const std::string& name, const SmsOut& sms) const {
        if (name == "to") return sms.to.digits();
        if (name == "to_plus") return sms.to.e164();
        if (name == "text") return sms.text;
        if (name == "text_hex_ucs2") return hex_ucs2(sms.text);
        if (name == "unicode") return measure(sms.text).encoding == Encoding::ucs2 ? "yes" : "";
        if (name == "key") return sms.key;
        if (name == "report_url") return callback_url(settings_, Endpoint::report);
        if (name == "api_base") return api_base(settings_, description_.send->api_base);
        return setting(settings_, name);
    }

    static std::string status_of(const HttpResponse& response) {
        return "HTTP " + std::to_string(response.status);
    }

    /// A provider without ids of its own may give our key back in its reports.
    Accepted accepted(const Outcome& rule, const Message& message, const SmsOut& sms) const {
        const bool has_id = rule.id.given();
        const auto id = has_id ? message.get(rule.id.in(message)).value_or("") : std::string_view{};
        const Incoming* report = description_.first_of(Kind::report);
        const bool by_key = report != nullptr && report->key.given();
        return {.id = !id.empty() ? clean_utf8(id.substr(0, kNameCharactersMax))
                      : by_key    ? sms.key
                                  : "",
                .delivered = rule.kind == Outcome::Kind::delivered};
    }

    static std::string detail_of(const Outcome& rule, const Message& message) {
        const Lookup value = [&](const std::string& place) {
            return std::string(message.get(place_name(place)).value_or(""));
        };
        std::string words = rule.detail.render(value, Escape::none);
        for (const auto& [place, patterns] : rule.when.all)
            if (rule.detail.empty())
                words += (words.empty() ? "" : ", ") + place + " " + value(place);
        return provider_words(words);
    }

    const Settings settings_;
    const Description description_;
    const NumberPlan& plan_;
};

std::optional<Description> description_of(const Settings& settings, Problems& problems) {
    if (settings.description == nullptr) return std::nullopt;
    return described(*settings.description, settings.description_file, problems);
}

/// A secret that cannot stand in a header would be cut or split it.
std::optional<BadSetting> bad_setting(const Settings& settings, const Description& description) {
    for (const auto& key : description.needs)
        if (setting(settings, key).empty()) return BadSetting{key, "is missing"};
    for (const auto* key : {"username", "password", "api_key", "auth_token"}) {
        const std::string value = setting(settings, key);
        if (!std::ranges::all_of(value, [](char c) { return c >= ' ' && c <= '~'; }))
            return BadSetting{key, "has a line end or other character that no header has"};
    }
    if (!description.send || !description.send->url.has("api_base")) return std::nullopt;
    return bad_url("api_base", api_base(settings, description.send->api_base));
}

}  // namespace
}  // namespace jangkau::adapters::declared

namespace jangkau::adapters {

Result<std::unique_ptr<Adapter>, BadSetting> make_declared(const Settings& settings,
                                                           const NumberPlan& plan) {
    if (settings.description == nullptr) {
        // Who read the file has told what is wrong with it.
        return BadSetting{"description", settings.description_file.empty()
                                             ? "is missing"
                                             : "cannot be read: " + settings.description_file};
    }
    Problems problems;
    auto description = declared::description_of(settings, problems);
    if (!description) {
        return BadSetting{"description", "has mistakes: " + settings.description_file,
                          std::move(problems)};
    }
    if (auto bad = declared::bad_setting(settings, *description)) return *std::move(bad);
    return std::unique_ptr<Adapter>(
        std::make_unique<declared::Declared>(settings, *std::move(description), plan));
}

std::unique_ptr<Aggregator> make_declared_aggregator(const Settings& settings) {
    Problems problems;
    auto description = declared::description_of(settings, problems);
    if (!description) return std::make_unique<Aggregator>();
    return declared::make_declared_phone(settings, *std::move(description));
}

}  // namespace jangkau::adapters
