#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/bench/dialogue.hpp"

namespace jangkau::bench {

struct LoadPlan {
    std::uint16_t port = 0;  ///< of 127.0.0.1
    std::size_t connections = 64;
    std::chrono::milliseconds time{2000};
    std::chrono::milliseconds warm_up{500};  ///< before, not counted
    std::uint64_t answers_max = 0;           ///< ends after so many, if that is earlier; 0 = never
    /// Requests a second, sent when they are due whether or not earlier ones were answered; 0 =
    /// each connection sends its next one when it has its answer.
    std::size_t rate = 0;
    /// Dialogues that take steps at once; at least `connections`. In the closed loop one after the
    /// other, in the open loop any of them: soon they stand at all hops, as those of callers do.
    std::size_t sessions = 0;
    /// Of dialogues that stand at hop `live_hop` in the store, workers 0 to `live` - 1: each is
    /// gone on with once, all over the store. 0 = dialogues begin with the dial.
    std::uint64_t live = 0;
    std::size_t live_hop = 0;
    /// Whether answers are a dialogue's, or always the same.
    bool dialogue = true;
};

struct LoadFigures {
    std::uint64_t answers = 0;      ///< right ones, in the time that counts
    std::uint64_t all_answers = 0;  ///< with the warm-up and what came late
    std::uint64_t wrong = 0;        ///< another answer than the dialogue expects
    std::uint64_t broken = 0;       ///< connections that failed
    std::string first_wrong;        ///< of what hop, and what it was
    double seconds = 0;
    /// From when a request was due, in order.
    std::vector<std::uint32_t> microseconds;

    [[nodiscard]] double per_second() const { return double(answers) / seconds; }
    /// 0.5 = the median, 1 = the longest.
    [[nodiscard]] double percentile_us(double share) const;
};

/// One thread, all connections kept alive, every answer looked at. Bounded by the plan's times and,
/// where the server falls silent, five seconds more.
[[nodiscard]] LoadFigures run_load(const LoadPlan& plan, const Dialogue& dialogue,
                                   std::uint64_t first_worker = 0);

/// Connections of which each was answered once and is kept alive until this goes.
class HeldConnections {
public:
    /// Fewer than `wanted` where the system or the server lets no more be.
    HeldConnections(std::uint16_t port, std::size_t wanted);
    ~HeldConnections();
    HeldConnections(const HeldConnections&) = delete;
    HeldConnections& operator=(const HeldConnections&) = delete;
    [[nodiscard]] std::size_t count() const { return sockets_.size(); }

private:
    std::vector<int> sockets_;
};

}  // namespace jangkau::bench
