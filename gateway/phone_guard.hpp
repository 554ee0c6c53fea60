#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "gateway/core/clock.hpp"
#include "gateway/core/msisdn.hpp"

namespace jangkau::gateway {

struct PhoneLimits;

/// Counts what each phone sends, against floods from one number. In memory, for windows of a minute
/// and an hour: who makes the gateway restart wins no more than one window. (What would be worth a
/// restart is counted in the store: guesses, codes, registrations, SMS sent.)
///
/// Holds `kPhonesMax` phones at most; the ones that were heard longest ago are forgotten first.
///
/// Threading: the store's thread, like the turns that ask it.
class PhoneGuard {
public:
    static constexpr std::size_t kPhonesMax = 100'000;

    enum class Verdict {
        ok,
        told,   ///< too much: say so, once an hour
        silent  ///< ... and it was said
    };

    /// `limits` must outlive it.
    explicit PhoneGuard(const PhoneLimits& limits) : limits_(limits) {}

    [[nodiscard]] Verdict sms(const Msisdn& phone, Time now);
    [[nodiscard]] Verdict dial(const Msisdn& phone, Time now);
    /// Of the answer to an SMS, when it is known. Who writes on without a pause is not told the
    /// same thing over and over: after a step that changed something the answer is another one.
    [[nodiscard]] Verdict answer(const Msisdn& phone, std::string_view text, Time now);
    [[nodiscard]] std::size_t phones() const { return recent_.size() + older_.size(); }

private:
    struct Window {
        Time since{};
        std::size_t count = 0;
    };
    struct Said {
        std::size_t text;   ///< its hash
        std::size_t times;  ///< that it was the answer, whether it was sent or not
        Time last;
    };
    struct Seen {
        Window sms_minute, sms_hour, dial_minute, told;
        std::vector<Said> said;  ///< the latest last
    };
    Seen& seen(const Msisdn& phone);
    [[nodiscard]] static Verdict judge(Seen& seen, bool within, Time now);

    const PhoneLimits& limits_;
    // Two halves: when the recent one is full it becomes the older one, whose phones are forgotten.
    std::map<Msisdn, Seen> recent_;
    std::map<Msisdn, Seen> older_;
};

/// A PhoneGuard for one job of the store, which may run again (sessions::Store): it counts at most
/// one SMS, one dial and one answer, and a later run has the verdicts of the first.
class JobGuard {
public:
    using Verdict = PhoneGuard::Verdict;
    /// `guard` must outlive it.
    explicit JobGuard(PhoneGuard& guard) : guard_(guard) {}

    [[nodiscard]] Verdict sms(const Msisdn& phone, Time now);
    [[nodiscard]] Verdict dial(const Msisdn& phone, Time now);
    [[nodiscard]] Verdict answer(const Msisdn& phone, std::string_view text, Time now);

private:
    PhoneGuard& guard_;
    std::optional<Verdict> sms_, dial_, answer_;
};

}  // namespace jangkau::gateway
