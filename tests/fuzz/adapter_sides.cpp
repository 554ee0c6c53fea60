// Both sides of every adapter against each other: what a provider says (our Aggregator) is what we
// read, what we ask is what it takes, and its answer and report are read as they were meant.
// Lines: adapter, session, number, what is typed hop by hop or as an SMS.

#include "gateway/core/form.hpp"
#include "gateway/core/text.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/support.hpp"

using namespace jangkau;
using namespace jangkau::adapters;
using fuzz::expect;

namespace {

const Time kNow{std::chrono::seconds(1'795'395'600)};

/// As it arrives when its provider sends it.
HttpRequest sent(const fuzz::Provider& who, Endpoint endpoint, HttpRequest request) {
    static constexpr std::string_view kPaths[] = {"/ussd/", "/sms/", "/dlr/"};
    const std::string base =
        std::string(kPaths[static_cast<std::size_t>(endpoint)]) + who.settings.channel;
    std::string url = request.target;
    url = url.starts_with("http")
              ? url.substr(std::min(url.find('/', url.find("://") + 3), url.size()))
              : base + url;
    who.aggregator->sign(request, url, kNow);
    const auto mark = std::min(url.find('?'), url.size());
    request.path = url.substr(0, mark);
    request.query = mark == url.size() ? "" : url.substr(mark + 1);
    request.target = percent_decode(request.path.substr(base.size()), false);
    request.peer = "127.0.0.1";
    return request;
}

Inbound read(const fuzz::Provider& who, Endpoint endpoint, HttpRequest request) {
    const HttpRequest there = sent(who, endpoint, std::move(request));
    const auto forged = who.adapter->forged(there, kNow);
    expect(!forged, "its own provider is no forger: " + forged.value_or(""));
    const auto inbound = who.adapter->decode(endpoint, there);
    expect(inbound.has_value() && inbound->size() == 1, "one thing is said");
    return inbound->front();
}

std::string digits_of(std::string_view line) {
    std::string digits = "62812";
    for (const char c : line.substr(0, 8)) digits += static_cast<char>('0' + (c & 7));
    digits.append(13 - digits.size(), '1');
    return digits;
}

/// What reaches a gateway of a text that was typed: trimmed, no control characters, not too long.
std::string typed(std::string_view line, std::size_t most) {
    std::string text = clean_utf8(line);
    for (char& c : text)
        if (static_cast<unsigned char>(c) < ' ') c = ' ';
    return std::string(trim(cut(trim(text), Encoding::ucs2, most)));
}

void dials(const fuzz::Provider& who, Hop hop, fuzz::Choices& lines) {
    HttpResponse shown;
    for (int hops = 0; hops < 6; ++hops) {
        HttpRequest request = who.aggregator->hop(hop);
        const Inbound one = read(who, Endpoint::ussd, request);
        const auto* turn = std::get_if<UssdTurn>(&one);
        expect(turn, "a hop is a turn");
        expect(turn->from.e164() == hop.from, "by that phone");
        std::string text;
        for (const auto& input : hop.inputs) text += (text.empty() ? "" : "*") + input;
        if (!turn->cumulative) text = hop.inputs.empty() ? "" : hop.inputs.back();
        expect(turn->text == text, "with what was typed");

        const HttpRequest there = sent(who, Endpoint::ussd, request);
        const auto screen =
            who.aggregator->screen(who.adapter->encode({"Nama Anda?", false}, there));
        expect(screen && screen->text == "Nama Anda?" && !screen->end, "our screen is shown");
        hop.token = screen->token;
        std::string input = typed(lines.line(), 100);
        std::erase(input, '*');
        std::erase(input, '#');
        if (input.empty()) input = "1";
        hop.inputs.push_back(std::move(input));
        if (!lines.any()) break;
    }
}

void texts_us(const fuzz::Provider& who, const PhoneSms& sms) {
    const Inbound one = read(who, Endpoint::sms, who.aggregator->sms(sms));
    const auto* in = std::get_if<SmsIn>(&one);
    if (std::holds_alternative<OptOut>(one)) return;
    expect(in, "an SMS is an SMS");
    expect(in->from.e164() == sms.from && in->text == sms.text, "from that phone, with that text");
}

void is_texted(const fuzz::Provider& who, const std::string& to, const std::string& text) {
    const SmsOut out{"jk-17-9f3a2b1c", Msisdn::from_digits(to), text};
    const auto taken = who.aggregator->take(who.adapter->compose(out));
    expect(taken.has_value(),
           "the provider takes what we ask: " + (taken ? "" : taken.error().why));
    expect(taken->to == "+" + to && taken->text == text, "for that phone, with that text");
    expect(taken->key.empty() || taken->key == out.key, "under our key");
    const auto accepted = who.adapter->interpret(out, who.aggregator->accept(*taken, "id-4711"));
    expect(accepted.has_value(), "its yes is a yes");

    if (!who.adapter->abilities().reports) return;
    const Callback told = who.aggregator->report(*taken, "id-4711", ReportState::delivered);
    if (told.request.method.empty()) return;
    const Inbound one = read(who, told.endpoint, told.request);
    const auto* report = std::get_if<DeliveryReport>(&one);
    expect(report && report->state == ReportState::delivered, "its report is read");
    expect(report->id == accepted->id || report->key == out.key, "and is about our SMS");
}

}  // namespace

FUZZ_TARGET(adapter_sides) {
    fuzz::Choices lines(input);
    const fuzz::Provider& who = fuzz::provider(lines.line());
    const std::string session = "s" + std::to_string(lines.line().size());
    const std::string digits = digits_of(lines.line());
    const std::string text = typed(fuzz::Choices(lines).line(), 300);
    const Abilities can = who.adapter->abilities();
    if (can.ussd) {
        fuzz::Choices inputs(lines);
        dials(who, {session, "+" + digits, "*384*7788#", {}, ""}, inputs);
    }
    if (can.sms && !text.empty()) texts_us(who, {"id-" + session, "+" + digits, "20880", text});
    // What is local sends nothing to anybody.
    if (can.send && !adapters::find(who.name)->local && !text.empty()) is_texted(who, digits, text);
}
