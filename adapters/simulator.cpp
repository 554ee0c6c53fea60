// The local phone and inbox: what `jangkau dial`, `sms`, the console and the tests speak.

#include <utility>

#include "adapters/decode.hpp"
#include "adapters/providers.hpp"
#include "gateway/core/text.hpp"

namespace jangkau::adapters {
namespace {

constexpr std::string_view kInbox = "simulator:inbox";
constexpr std::string_view kSession = "Session";
constexpr std::string_view kContinue = "continue";
constexpr std::string_view kEnd = "end";

class Simulator final : public Adapter {
public:
    explicit Simulator(const NumberPlan& plan) : plan_(plan) {}

    Abilities abilities() const override { return {.ussd = true, .sms = true, .send = true}; }

    Result<std::vector<Inbound>, BadRequest> decode(Endpoint endpoint,
                                                    const HttpRequest& request) const override {
        if (endpoint == Endpoint::report || !request.target.empty()) return no_such_path();
        const auto form = posted_form(request);
        if (!form) return form.error();
        auto inbound = endpoint == Endpoint::ussd ? turn(*form) : sms(*form);
        if (!inbound) return inbound.error();
        return std::vector<Inbound>{*std::move(inbound)};
    }

    HttpResponse encode(const UssdReply& reply, const HttpRequest&) const override {
        HttpResponse response = plain_text(200, reply.text);
        response.headers.emplace_back(kSession, reply.end ? kEnd : kContinue);
        return response;
    }

    HttpRequest compose(const SmsOut& sms) const override {
        Form form;
        form.add("key", sms.key);
        form.add("to", sms.to.e164());
        form.add("text", sms.text);
        return form_post(std::string(kInbox), form);
    }

    Result<Accepted, SendError> interpret(const SmsOut&,
                                          const HttpResponse& response) const override {
        if (const auto fault = http_fault(response)) return *fault;
        return Accepted{.id = clean_utf8(response.body), .delivered = true};
    }

private:
    Result<Inbound, BadRequest> turn(const Form& form) const {
        Fields fields(form);
        auto session = fields.name("session");
        auto from = fields.phone("from", plan_);
        auto code = fields.name("code");
        const unsigned hop = fields.number("hop");
        auto text = fields.typed("text");
        if (fields.wrong()) return *fields.wrong();
        std::string key = session + '|' + std::to_string(hop);
        return Inbound{UssdTurn{.session = std::move(session),
                                .from = *std::move(from),
                                .code = std::move(code),
                                .text = std::move(text),
                                .cumulative = false,
                                .first = hop == 0,
                                .turn_key = std::move(key)}};
    }

    Result<Inbound, BadRequest> sms(const Form& form) const {
        Fields fields(form);
        auto id = fields.name("id");
        auto from = fields.phone("from", plan_);
        auto to = fields.name("to");
        auto text = fields.sms_text("text");
        if (fields.wrong()) return *fields.wrong();
        return Inbound{SmsIn{.id = std::move(id),
                             .from = *std::move(from),
                             .to = std::move(to),
                             .text = std::move(text),
                             .sent = {}}};
    }

    const NumberPlan& plan_;
};

class SimulatorAggregator final : public Aggregator {
public:
    HttpRequest hop(const Hop& hop) const override {
        Form form;
        form.add("session", hop.session);
        form.add("from", hop.from);
        form.add("code", hop.code);
        form.add("hop", std::to_string(hop.inputs.size()));
        form.add("text", hop.inputs.empty() ? "" : hop.inputs.back());
        return form_post("", form);
    }

    Result<PhoneScreen, BadAnswer> screen(const HttpResponse& response) const override {
        if (response.status != 200) {
            return BadAnswer{"The status is " + std::to_string(response.status) +
                             " instead of 200."};
        }
        const std::string_view session = header(response.headers, kSession);
        if (session == kContinue) return PhoneScreen{response.body, false};
        if (session == kEnd) return PhoneScreen{response.body, true};
        return BadAnswer{"The header Session is neither \"continue\" nor \"end\"."};
    }

    HttpRequest hang_up(const Hop&, const std::string&) const override { return {}; }

    HttpRequest sms(const PhoneSms& sms) const override {
        Form form;
        form.add("id", sms.id);
        form.add("from", sms.from);
        form.add("to", sms.to);
        form.add("text", sms.text);
        return form_post("", form);
    }
};

}  // namespace

Result<std::unique_ptr<Adapter>, BadSetting> make_simulator(const Settings&,
                                                            const NumberPlan& plan) {
    return std::unique_ptr<Adapter>(std::make_unique<Simulator>(plan));
}

std::unique_ptr<Aggregator> make_simulator_aggregator(const Settings&) {
    return std::make_unique<SimulatorAggregator>();
}

}  // namespace jangkau::adapters
