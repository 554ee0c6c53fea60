#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "adapters/adapter.hpp"
#include "gateway/phone_guard.hpp"
#include "menus/flows/service.hpp"
#include "sessions/store.hpp"

namespace jangkau::gateway {

/// What a turn needs beside its own content. One transaction's worth.
struct TurnWorld {
    sessions::Unit& unit;
    const flows::Service& service;
    Random& random;
    Time now;
    std::string_view channel;
    std::size_t screen_units = 160;  ///< of this channel
    /// The same input again within this time is a repeat, where the provider does not number hops.
    std::chrono::seconds repeat_window{2};
    /// The operator ends a dialogue after this time; 0 = nobody knows when.
    std::chrono::seconds session_max{0};
    JobGuard* guard = nullptr;  ///< none: no limits for phones
};

enum class TurnKind {
    fresh,
    repeated,    ///< answered from the store, nothing changed
    limited,     ///< the phone did too much: nothing changed
    unanswered,  ///< of an SMS: had its effect, but its answer was given often enough
    foreign,     ///< the session belongs to another phone, or is over: nothing changed
};

struct TurnResult {
    adapters::UssdReply reply;
    TurnKind kind = TurnKind::fresh;
    std::string node;  ///< where the dialogue now stands, for counting
    std::string language;
};

/// One USSD hop: loads the session, takes a step, decides what the menu asks, saves everything and
/// the reply itself. The same hop again gets the stored reply, byte for byte.
[[nodiscard]] TurnResult take_ussd(TurnWorld& world, const adapters::UssdTurn& turn);

/// One inbound SMS: its answer, if any, becomes a row of the outbox. The same message again has no
/// effect.
[[nodiscard]] TurnKind take_sms(TurnWorld& world, const adapters::SmsIn& sms);

/// The provider says that the dialogue is over; a later hop of it is answered politely.
void end_session(TurnWorld& world, const adapters::UssdEnded& ended);

/// What a person sees who cannot be served now, in that language ("" = the default).
[[nodiscard]] adapters::UssdReply busy_reply(const flows::Service& service,
                                             std::string_view language, Time now);

}  // namespace jangkau::gateway
