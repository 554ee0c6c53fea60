// Any request to any adapter: "NAME METHOD /ussd|sms|dlr...", headers, body. Nothing is thrown,
// numbers are numbers, texts are UTF-8, the same request means the same, whatever the order of its
// fields, and there is an answer to it.

#include "gateway/core/form.hpp"
#include "gateway/core/text.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/support.hpp"

using namespace jangkau;
using namespace jangkau::adapters;
using fuzz::expect;

namespace {

void is_answer(const HttpResponse& response, const HttpRequest& request) {
    expect(response.status >= 200 && response.status < 600, "a status of HTTP");
    // Some providers get back what they said, byte by byte.
    expect(valid_utf8(response.body) || !valid_utf8(request.body), "an answer in UTF-8");
}

void is_person(const Msisdn& number) {
    expect(number.digits().size() >= 8 && number.digits().size() <= 15 &&
               number.digits().find_first_not_of("0123456789") == std::string::npos,
           "8 to 15 digits");
}
void is_text(const std::string& text) { expect(valid_utf8(text), "a text in UTF-8"); }
void is_name(const std::string& text) {
    is_text(text);
    expect(!text.empty(), "what names something is not empty");
}

void sound(const Inbound& one) {
    if (const auto* turn = std::get_if<UssdTurn>(&one)) {
        is_name(turn->session);
        is_person(turn->from);
        is_text(turn->code);
        is_text(turn->text);
        expect(turn->text.size() <= 4 * 1000, "no more than a person types");
    } else if (const auto* sms = std::get_if<SmsIn>(&one)) {
        is_person(sms->from);
        is_text(sms->text);
        is_text(sms->to);
        expect(!sms->part || (sms->part->number >= 1 && sms->part->number <= sms->part->total),
               "a piece that can be");
    } else if (const auto* report = std::get_if<DeliveryReport>(&one)) {
        is_name(report->id + report->key);
        is_text(report->reason);
    } else if (const auto* ended = std::get_if<UssdEnded>(&one)) {
        is_name(ended->session);
    } else if (const auto* out = std::get_if<OptOut>(&one)) {
        is_person(out->from);
    }
}

/// The fields the other way round; nothing where a name stands twice, for then the first counts.
std::optional<std::string> turned(const std::string& encoded) {
    const auto form = Form::parse(encoded);
    if (!form) return std::nullopt;
    Form other;
    for (auto at = form->fields().rbegin(); at != form->fields().rend(); ++at) {
        if (other.get(at->first)) return std::nullopt;
        other.add(at->first, at->second);
    }
    return other.encode();
}

}  // namespace

FUZZ_TARGET(adapter_requests) {
    const auto blank = std::min(input.find(' '), input.size());
    const fuzz::Provider& who = fuzz::provider(input.substr(0, blank));
    const HttpRequest request =
        fuzz::arrived(fuzz::written_message(input.substr(std::min(input.size(), blank + 1))));
    const Endpoint endpoint = fuzz::endpoint_of(request);

    const Time now{std::chrono::seconds(1'795'395'600)};
    if (const auto why = who.adapter->forged(request, now)) is_name(*why);
    const auto inbound = who.adapter->decode(endpoint, request);
    if (!inbound) {
        is_name(inbound.error().field + inbound.error().why);
        is_answer(who.adapter->refuse(inbound.error(), request), request);
        return;
    }
    for (const Inbound& one : *inbound) sound(one);
    is_answer(who.adapter->acknowledge(), request);
    if (inbound->size() == 1 && std::holds_alternative<UssdTurn>(inbound->front())) {
        is_answer(who.adapter->encode({"1. Daftar & \"lihat\"", false}, request), request);
        is_answer(who.adapter->encode({"Terima kasih.", true}, request), request);
    }

    HttpRequest other = request;
    const auto query = turned(request.query);
    const bool form =
        header(request.headers, "Content-Type").starts_with("application/x-www-form-urlencoded");
    const auto body = form ? turned(request.body) : request.body;
    if (!query || !body) return;
    other.query = *query;
    other.body = *body;
    const auto again = who.adapter->decode(endpoint, other);
    expect(again && fuzz::meaning(*again) == fuzz::meaning(*inbound),
           "the order of fields means nothing");
}
