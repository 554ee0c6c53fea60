#include "gateway/phone_guard.hpp"

#include <algorithm>
#include <chrono>
#include <functional>

#include "gateway/config.hpp"

namespace jangkau::gateway {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kHalf = PhoneGuard::kPhonesMax / 2;
/// More different answers than somebody gets who only asks; bounds the memory for one phone.
constexpr std::size_t kSaidMax = 8;
/// So long without an answer, and it may be given again. Who reads and writes takes longer.
constexpr auto kPause = 20s;

/// Counts one more in the window that began with its first; whether it is within `most`.
template <class Window>
bool count(Window& window, std::chrono::seconds length, std::size_t most, Time now) {
    if (now - window.since >= length || now < window.since) window = {now, 0};
    return ++window.count <= most || most == 0;
}

}  // namespace

PhoneGuard::Verdict PhoneGuard::sms(const Msisdn& phone, Time now) {
    Seen& one = seen(phone);
    // What was beyond the minute's does not count for the hour: who forges a sender's number for a
    // minute must not silence him for an hour.
    const bool within = count(one.sms_minute, 1min, limits_.sms_in_per_minute, now) &&
                        count(one.sms_hour, 1h, limits_.sms_in_per_hour, now);
    // As long as a flood goes on it has no pause.
    if (!within)
        for (Said& said : one.said) said.last = now;
    return judge(one, within, now);
}

PhoneGuard::Verdict PhoneGuard::dial(const Msisdn& phone, Time now) {
    Seen& one = seen(phone);
    return judge(one, count(one.dial_minute, 1min, limits_.dials_per_minute, now), now);
}

PhoneGuard::Verdict PhoneGuard::answer(const Msisdn& phone, std::string_view text, Time now) {
    if (limits_.same_answers == 0) return Verdict::ok;
    Seen& one = seen(phone);
    // What was said later than now was said by a clock that was put back since.
    std::erase_if(one.said,
                  [&](const Said& said) { return now - said.last >= kPause || now < said.last; });
    const std::size_t hash = std::hash<std::string_view>{}(text);
    Said said{hash, 0, now};
    if (const auto at = std::ranges::find(one.said, hash, &Said::text); at != one.said.end()) {
        said.times = at->times;
        one.said.erase(at);
    } else if (one.said.size() >= kSaidMax) {
        one.said.erase(one.said.begin());
    }
    ++said.times;
    one.said.push_back(said);
    return judge(one, said.times <= limits_.same_answers, now);
}

PhoneGuard::Verdict PhoneGuard::judge(Seen& seen, bool within, Time now) {
    if (within) return Verdict::ok;
    return count(seen.told, 1h, 1, now) ? Verdict::told : Verdict::silent;
}

PhoneGuard::Seen& PhoneGuard::seen(const Msisdn& phone) {
    if (const auto at = recent_.find(phone); at != recent_.end()) return at->second;
    if (recent_.size() >= kHalf) {
        older_ = std::move(recent_);
        recent_.clear();
    }
    Seen known;
    if (const auto at = older_.find(phone); at != older_.end()) {
        known = at->second;
        older_.erase(at);
    }
    return recent_.emplace(phone, known).first->second;
}

JobGuard::Verdict JobGuard::sms(const Msisdn& phone, Time now) {
    if (!sms_) sms_ = guard_.sms(phone, now);
    return *sms_;
}

JobGuard::Verdict JobGuard::dial(const Msisdn& phone, Time now) {
    if (!dial_) dial_ = guard_.dial(phone, now);
    return *dial_;
}

JobGuard::Verdict JobGuard::answer(const Msisdn& phone, std::string_view text, Time now) {
    if (!answer_) answer_ = guard_.answer(phone, text, now);
    return *answer_;
}

}  // namespace jangkau::gateway
