// Comviva Flares, the USSD gateway of some Airtel networks: USSD over GET, with the last input.
// The wire format, and how sure each fact is: docs/adapters/comviva.md.

#include <optional>
#include <utility>

#include "adapters/decode.hpp"
#include "adapters/providers.hpp"
#include "adapters/signature.hpp"
#include "adapters/ussd.hpp"
#include "gateway/core/text.hpp"

namespace jangkau::adapters {
namespace {

constexpr std::string_view kFreeflow = "Freeflow";
constexpr std::string_view kContinue = "FC";
constexpr std::string_view kEnd = "FB";

/// The code as Flares sends it: "*384*7788#" without its first star and its last hash.
std::string_view bare(std::string_view dialled) {
    if (dialled.starts_with('*')) dialled.remove_prefix(1);
    if (dialled.ends_with('#')) dialled.remove_suffix(1);
    return dialled;
}

class Comviva final : public Adapter {
public:
    Comviva(const Settings& settings, const NumberPlan& plan)
        : settings_(settings), service_code_(own_setting(settings, "service_code")), plan_(plan) {}

    Abilities abilities() const override {
        return {.ussd = true, .proves_sender = proves(settings_.password.reveal())};
    }

    std::optional<std::string> forged(const HttpRequest& request, Time) const override {
        if (settings_.username.empty()) return std::nullopt;
        const auto form = queried_form(request);
        if (!form) return form.error().field + " " + form.error().why;
        // Both are compared, so that the time tells nothing about either.
        const bool user = same_bytes(form->get("userid").value_or(""), settings_.username);
        const bool password = settings_.password.equals(form->get("password").value_or(""));
        if (user && password) return std::nullopt;
        return "userid or password is wrong";
    }

    Result<std::vector<Inbound>, BadRequest> decode(Endpoint endpoint,
                                                    const HttpRequest& request) const override {
        if (endpoint != Endpoint::ussd || !request.target.empty()) return no_such_path();
        const auto form = queried_form(request);
        if (!form) return form.error();
        auto inbound = form->get("clean") ? ended(*form) : turn(*form);
        if (!inbound) return inbound.error();
        return std::vector<Inbound>{*std::move(inbound)};
    }

    HttpResponse encode(const UssdReply& reply, const HttpRequest&) const override {
        HttpResponse response = plain_text(200, reply.text);
        response.headers.emplace_back(kFreeflow, reply.end ? kEnd : kContinue);
        response.headers.emplace_back("charge", "N");  // a dialogue costs the worker nothing
        response.headers.emplace_back("amount", "0");
        return response;
    }

private:
    /// Nothing marks the first hop: its input is the code that was dialled. Where the code is not
    /// known it reads like any input; the gateway begins with any session that it does not know.
    Result<Inbound, BadRequest> turn(const Form& form) const {
        Fields fields(form);
        auto session = fields.name("SessionID");
        auto from = fields.international_phone("MSISDN", plan_);
        (void)fields.typed("MSC");
        auto input = fields.typed("input");
        if (fields.wrong()) return *fields.wrong();
        Dialled dialled = split_dial("*" + std::string(bare(input)) + "#", service_code_);
        const bool first = !service_code_.empty() && dialled.code == service_code_;
        if (!first) dialled = {service_code_, std::move(input)};
        return Inbound{UssdTurn{.session = std::move(session),
                                .from = *std::move(from),
                                .code = std::move(dialled.code),
                                .text = std::move(dialled.text),
                                .cumulative = false,
                                .first = first,
                                .turn_key = ""}};
    }

    static Result<Inbound, BadRequest> ended(const Form& form) {
        Fields fields(form);
        auto session = fields.name("SessionID");
        auto status = fields.typed("clean");
        auto error = form.get("error") ? fields.typed("error") : "";
        if (fields.wrong()) return *fields.wrong();
        if (!error.empty()) status += (status.empty() ? "" : ", ") + ("error " + error);
        return Inbound{UssdEnded{.session = std::move(session), .status = std::move(status)}};
    }

    const Settings settings_;
    const std::string service_code_;
    const NumberPlan& plan_;
};

class ComvivaAggregator final : public Aggregator {
public:
    explicit ComvivaAggregator(const Settings& settings)
        : username_(settings.username), password_(settings.password) {}

    HttpRequest hop(const Hop& hop) const override {
        Form form;
        form.add("SessionID", hop.session);
        form.add("MSISDN", without_plus(hop.from));
        form.add("MSC", "1");
        form.add("input", std::string(hop.inputs.empty() ? bare(hop.code) : hop.inputs.back()));
        return get(std::move(form));
    }

    Result<PhoneScreen, BadAnswer> screen(const HttpResponse& response) const override {
        if (response.status != 200) {
            return BadAnswer{"The status is " + std::to_string(response.status) +
                             " instead of 200."};
        }
        const std::string_view flow = header(response.headers, kFreeflow);
        if (flow == kContinue) return PhoneScreen{response.body, false};
        if (flow == kEnd) return PhoneScreen{response.body, true};
        return BadAnswer{"The header Freeflow is neither \"FC\" nor \"FB\"."};
    }

    HttpRequest hang_up(const Hop& hop, const std::string&) const override {
        Form form;
        form.add("SessionID", hop.session);
        form.add("msisdn", without_plus(hop.from));  // in lower case in this call alone
        form.add("clean", "clean-session");
        form.add("error", "522");
        return get(std::move(form));
    }

    bool numbers_hops() const override { return false; }

private:
    HttpRequest get(Form form) const {
        if (!username_.empty()) {
            form.add("userid", username_);
            form.add("password", password_.reveal());
        }
        HttpRequest request;
        request.method = "GET";
        request.target = "?" + form.encode();
        return request;
    }

    const std::string username_;
    const Secret password_;
};

}  // namespace

Result<std::unique_ptr<Adapter>, BadSetting> make_comviva(const Settings& settings,
                                                          const NumberPlan& plan) {
    if (auto bad = bad_service_code(settings)) return *std::move(bad);
    if (settings.username.empty() != settings.password.empty()) {
        return BadSetting{settings.username.empty() ? "username" : "password",
                          "is missing: the sender is proven by both or by neither"};
    }
    return std::unique_ptr<Adapter>(std::make_unique<Comviva>(settings, plan));
}

std::unique_ptr<Aggregator> make_comviva_aggregator(const Settings& settings) {
    return std::make_unique<ComvivaAggregator>(settings);
}

}  // namespace jangkau::adapters
