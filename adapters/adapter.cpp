#include "adapters/adapter.hpp"

#include "adapters/aggregator.hpp"
#include "adapters/decode.hpp"
#include "gateway/core/check.hpp"

namespace jangkau::adapters {
namespace {

/// Routes and turns are kept from a channel that cannot do them (Abilities).
[[noreturn]] void has_none() {
    fail_check("a channel was used for what its adapter cannot do", BOOST_CURRENT_LOCATION);
}

}  // namespace

std::optional<std::string> Adapter::forged(const HttpRequest&, Time) const { return std::nullopt; }
HttpResponse Adapter::encode(const UssdReply&, const HttpRequest&) const { has_none(); }
HttpResponse Adapter::acknowledge() const { return plain_text(200, "OK"); }
HttpResponse Adapter::refuse(const BadRequest& why, const HttpRequest&) const {
    return refusal(why);
}
HttpRequest Adapter::compose(const SmsOut&) const { has_none(); }
Result<Accepted, SendError> Adapter::interpret(const SmsOut&, const HttpResponse&) const {
    has_none();
}

HttpRequest Aggregator::hop(const Hop&) const { return {}; }
Result<PhoneScreen, BadAnswer> Aggregator::screen(const HttpResponse&) const {
    return BadAnswer{"This provider has no USSD."};
}
HttpRequest Aggregator::hang_up(const Hop&, const std::string&) const { return {}; }
HttpRequest Aggregator::sms(const PhoneSms&) const { return {}; }
void Aggregator::sign(HttpRequest&, const std::string&, Time) const {}
Result<TakenSms, BadAnswer> Aggregator::take(const HttpRequest&) const {
    return BadAnswer{"This provider sends no SMS."};
}
HttpResponse Aggregator::accept(const TakenSms&, const std::string&) const { return {}; }
Callback Aggregator::report(const TakenSms&, const std::string&, ReportState) const { return {}; }

}  // namespace jangkau::adapters
