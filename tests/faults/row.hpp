#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "tests/faults/world.hpp"

namespace jangkau::faults {

/// One line of the table: a fault, what must hold under it, how it is brought about, and what was
/// measured. `run` begins the world, asserts the promise and returns the figure.
struct Row {
    std::string id;
    std::string fault;
    std::string promise;
    std::string injection;
    std::function<std::string(World&)> run;
};

using Steady = std::chrono::steady_clock;
[[nodiscard]] inline std::chrono::milliseconds since(Steady::time_point began) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - began);
}

/// JANGKAU_FAULTS_FULL=1: the sizes of the catalogue, minutes in place of seconds.
[[nodiscard]] bool full_size();

[[nodiscard]] std::vector<Row> clock_rows();
[[nodiscard]] std::vector<Row> copy_rows();
[[nodiscard]] std::vector<Row> damage_rows();
[[nodiscard]] std::vector<Row> disk_rows();
[[nodiscard]] std::vector<Row> http_rows();
[[nodiscard]] std::vector<Row> overload_rows();
[[nodiscard]] std::vector<Row> power_rows();
[[nodiscard]] std::vector<Row> process_rows();
[[nodiscard]] std::vector<Row> smuggling_rows();
[[nodiscard]] std::vector<Row> socket_rows();

}  // namespace jangkau::faults
