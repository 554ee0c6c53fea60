#include "tests/bench/place.hpp"

#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>

namespace jangkau::bench {

TempFolder::TempFolder() : path_(std::filesystem::temp_directory_path() / "bench-XXXXXX") {
    if (!::mkdtemp(path_.data())) throw std::runtime_error("no temporary folder");
}

TempFolder::~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

void leave_first_processor() {
    cpu_set_t rest;
    CPU_ZERO(&rest);
    for (long i = 1; i < ::sysconf(_SC_NPROCESSORS_ONLN); ++i)
        CPU_SET(static_cast<std::size_t>(i), &rest);
    if (CPU_COUNT(&rest) > 0) ::sched_setaffinity(0, sizeof rest, &rest);
}

}  // namespace jangkau::bench
