#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <string_view>
#include <unordered_map>

#include "gateway/core/clock.hpp"

namespace jangkau::gateway {

/// Counts the USSD dialogues that are open, by the revision of the service that runs them. Only for
/// people to see: nothing is decided by it. Most dialogues end because the network cuts them, and
/// few providers tell, so one without a turn for `idle_max` counts as ended. Those of an earlier
/// process are counted from their next turn on.
///
/// Threading: all from any thread; a short lock.
class OpenDialogues {
public:
    explicit OpenDialogues(std::chrono::seconds idle_max,
                           std::size_t dialogues_max = kDialoguesMax);

    void turn(std::string_view channel, std::string_view session, std::uint32_t revision, Time now);
    void ended(std::string_view channel, std::string_view session);

    [[nodiscard]] std::size_t open(Time now);
    [[nodiscard]] std::size_t with_other_than(std::uint32_t revision, Time now);

    /// About 10 MB; of more than these the ones whose last turn is longest ago are not counted.
    static constexpr std::size_t kDialoguesMax = 100'000;

private:
    struct Dialogue {
        std::size_t key;  ///< hash of channel and session: a rare clash counts two as one
        std::uint32_t revision;
        Time last;
    };
    using Place = std::list<Dialogue>::iterator;

    void forget(Place dialogue);
    void forget_idle(Time now);

    const std::chrono::seconds idle_max_;
    const std::size_t dialogues_max_;
    std::mutex mutex_;               // guards what follows
    std::list<Dialogue> dialogues_;  ///< the one whose turn is longest ago first
    std::unordered_map<std::size_t, Place> places_;
    std::map<std::uint32_t, std::size_t> counts_;  ///< by revision
};

}  // namespace jangkau::gateway
