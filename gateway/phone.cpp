#include "gateway/phone.hpp"

#include <algorithm>
#include <stdexcept>
#include <thread>
#include <utility>

#include "gateway/core/msisdn.hpp"
#include "gateway/core/random.hpp"
#include "gateway/core/text.hpp"

namespace jangkau::gateway {
namespace {

using adapters::Endpoint;
using std::chrono::milliseconds;

constexpr std::size_t kQuotedBytesMax = 200;
constexpr std::uint64_t kNewNumbers = 100'000'000;

std::string random_name() {
    constexpr std::string_view kDigits = "0123456789abcdefghijkmnpqrstuvwx";
    SystemRandom random;
    std::string name;
    for (std::uint64_t number = random.next(); name.size() < 10; number /= kDigits.size()) {
        name += kDigits[number % kDigits.size()];
    }
    return name;
}

std::string says(const HttpResponse& response) {
    const std::string clean = clean_utf8(response.body.substr(0, kQuotedBytesMax));
    const std::string_view text = trim(std::string_view(clean).substr(0, clean.find('\n')));
    return text.empty() ? "" : " It says: " + std::string(text);
}

std::string_view reason(BadNumber bad) {
    switch (bad) {
        case BadNumber::empty: return "it is empty";
        case BadNumber::characters: return "it has something other than digits";
        case BadNumber::length: return "it has too few or too many digits";
        case BadNumber::unknown_country: return "no country has that code";
        case BadNumber::not_mobile: return "mobile numbers begin with 08 or +628";
    }
    return "";
}

}  // namespace

Ids::Ids() : Ids(random_name()) {}

std::string Ids::new_number() {
    const std::uint64_t number = std::hash<std::string>{}(next()) % kNewNumbers;
    const std::string digits = std::to_string(number);
    return "+62800" + std::string(8 - digits.size(), '0') + digits;
}

std::string phone_number(std::string_view written) {
    const auto number = Msisdn::parse(written, NumberPlan{});
    if (number) return number->e164();
    throw std::runtime_error("'" + clean_utf8(written) +
                             "' is no phone number: " + std::string(reason(number.error())));
}

Phone::Phone(Line& line, const Trunks& trunks, std::string from, Ids& ids)
    : line_(line), trunks_(trunks), ids_(ids) {
    hop_.from = std::move(from);
}

Phone::Screen Phone::dial(std::string code) {
    hop_ = {.session = ids_.next(),
            .from = hop_.from,
            .code = std::move(code),
            .inputs = {},
            .token = ""};
    return ask();
}

Phone::Screen Phone::type(std::string text) {
    if (!talking_) throw std::runtime_error("no dialogue is open; dial first");
    hop_.inputs.push_back(std::move(text));
    pause_before_the_same();
    return ask();
}

Phone::Repeated Phone::repeat() {
    if (last_request_.method.empty()) {
        throw std::runtime_error("nothing was sent yet that could be repeated");
    }
    const HttpResponse response = send(last_request_);
    const bool same =
        response.status == last_response_.status && response.body == last_response_.body;
    Screen screen = read(response);
    return {.screen = screen, .same = same && screen.end == last_screen_.end};
}

void Phone::hang_up() {
    if (!std::exchange(talking_, false)) return;
    HttpRequest request = trunks_.ussd.aggregator->hang_up(hop_, last_screen_.text);
    if (!request.method.empty())
        (void)line_.exchange(trunks_.ussd, Endpoint::ussd, std::move(request));
}

void Phone::sms(const std::string& to, const std::string& text) {
    const adapters::PhoneSms sms{.id = ids_.next(), .from = hop_.from, .to = to, .text = text};
    const HttpResponse response =
        line_.exchange(trunks_.sms, Endpoint::sms, trunks_.sms.aggregator->sms(sms));
    if (response.status >= 200 && response.status < 300) return;
    throw std::runtime_error("the SMS was not taken: the status is " +
                             std::to_string(response.status) + "." + says(response));
}

std::vector<InboxSms> Phone::new_sms(milliseconds wait) {
    auto messages = line_.inbox(hop_.from, read_up_to_, wait);
    for (const auto& message : messages) read_up_to_ = std::max(read_up_to_, message.id);
    return messages;
}

void Phone::forget_sms() {
    while (!new_sms(milliseconds(0)).empty()) {
    }
}

/// A person reads a screen before he types the same once more. Where hops have no names that is how
/// a gateway tells him from a repeated request.
void Phone::pause_before_the_same() {
    const auto& inputs = hop_.inputs;
    const bool same = inputs.size() > 1 && inputs.back() == inputs[inputs.size() - 2];
    const bool as_the_dial = inputs.size() == 1 && inputs.back().empty();
    const auto window = trunks_.ussd.repeat_window;
    if (trunks_.ussd.aggregator->numbers_hops() || !(same || as_the_dial) || window.count() == 0)
        return;
    // The gateway counts whole seconds.
    const auto reading = window + std::chrono::seconds(1);
    if (!line_.advance(reading)) std::this_thread::sleep_for(reading);
}

Phone::Screen Phone::ask() {
    talking_ = false;
    last_request_ = trunks_.ussd.aggregator->hop(hop_);
    last_response_ = send(last_request_);
    last_screen_ = read(last_response_);
    talking_ = !last_screen_.end;
    hop_.token = last_screen_.token;
    return last_screen_;
}

HttpResponse Phone::send(HttpRequest request) {
    const auto begun = std::chrono::steady_clock::now();
    HttpResponse response = line_.exchange(trunks_.ussd, Endpoint::ussd, std::move(request));
    took_ = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begun);
    return response;
}

Phone::Screen Phone::read(const HttpResponse& response) const {
    auto screen = trunks_.ussd.aggregator->screen(response);
    if (screen) return *std::move(screen);
    throw std::runtime_error("the answer is no screen. " + screen.error().why + says(response));
}

}  // namespace jangkau::gateway
