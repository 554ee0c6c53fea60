#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "gateway/config.hpp"
#include "sessions/store.hpp"

namespace jangkau::gateway {

/// What the gates allow when a round of the outbox begins, and what the round then takes.
struct Round {
    struct Channel {
        std::size_t free = 0;  ///< requests that may begin
        bool down = false;     ///< others of a route are preferred
        std::size_t under_way = 0;
        std::chrono::seconds pause{0};  ///< until it may be tried again, where it is down
    };
    std::map<std::string, Channel> channels;
    std::size_t free = 0;  ///< of all channels together

    std::size_t day_left = SIZE_MAX;  ///< of what the whole gateway may send today
    std::size_t routed = 0;           ///< of them, now taken
    std::size_t postponed = 0;        ///< beyond a limit: looked at again later

    bool clock_stepped = false;  ///< what the clock says of waiting times is not to be believed

    std::vector<sessions::OutboxRow> rows;   ///< to be sent now; each is written as being sent
    std::vector<sessions::OutboxRow> ended;  ///< without another attempt
    bool more = false;  ///< there was more to route or to end than one transaction should hold
};

/// One transaction: what was in doubt for long enough is queued again or given up, what is new gets
/// a channel, what waits for a channel that is down another one, and what may go is marked as being
/// sent. SMS that their recipients no longer want, or that are older than `age_max`, end here.
/// SMS to numbers that no route covers, and answers beyond what one number may get, end too; other
/// SMS beyond a limit wait. Reminders wait through the quiet hours of the service's `settings`.
void take_round(sessions::Unit& unit, const Config& config, const flows::Settings& settings,
                Time now, Round& round);

}  // namespace jangkau::gateway
