#pragma once

#include <string>
#include <vector>

#include "tests/bench/contenders.hpp"
#include "tests/bench/load.hpp"

namespace jangkau::bench {

/// One contender in one round. Latencies count from when a request was due.
struct Figures {
    double per_second = 0;  ///< right answers
    double cpu_us = 0;      ///< of all its processes, for each answer
    double p50_us = 0, p99_us = 0, max_us = 0;
    double resident_mb = 0;  ///< at the end, of all its processes
    double disk_bytes = 0;   ///< written for each answer
    std::size_t wrong = 0;   ///< wrong answers and broken connections
};

/// Starts it in a folder of its own under `folder`, loads it and ends it.
[[nodiscard]] Figures measure(const Contender& contender, LoadPlan plan, const std::string& folder);

/// Writes 4 KiB over the same place and syncs, again and again for `time`: what the disk can do
/// for whoever waits for it. Microseconds, in order.
[[nodiscard]] std::vector<double> measure_disk(const std::string& folder,
                                               std::chrono::milliseconds time);

/// Of each figure by itself, over the rounds.
[[nodiscard]] Figures median(const std::vector<Figures>& rounds);
/// The median over the rounds of one's rate as a share of the other's in the same round.
[[nodiscard]] double median_ratio(const std::vector<Figures>& one,
                                  const std::vector<Figures>& other);

}  // namespace jangkau::bench
