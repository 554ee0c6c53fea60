#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/bench/measure.hpp"

namespace jangkau::bench {

/// One way of loading all of them, round by round.
struct Table {
    std::string name;  ///< "closed"
    std::string what;  ///< "256 connections, each as fast as it is answered"
    std::vector<std::pair<Contender, std::vector<Figures>>> rows;
    std::vector<double> disk_us;  ///< of measure_disk(), beside it
};

/// For a terminal. Shares are of the row called "jangkau" against each other's rate.
[[nodiscard]] std::string as_text(const Table& table);
[[nodiscard]] std::string as_json(const std::vector<Table>& tables);
/// Bars: how many steps a second, of one processor.
[[nodiscard]] std::string as_svg(const Table& table);

}  // namespace jangkau::bench
