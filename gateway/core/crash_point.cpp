#include "gateway/core/crash_point.hpp"

#ifndef NDEBUG

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdlib>
#include <string>

#include "gateway/core/check.hpp"

namespace jangkau {
namespace {

struct Chosen {
    std::string name;
    std::atomic<int> passes{1};  ///< until it happens
};

/// From the environment, once.
Chosen& chosen() {
    static Chosen* const one = [] {
        auto* made = new Chosen;  // outlives every thread
        const char* set = std::getenv("JANGKAU_CRASH_AT");
        const std::string_view text = set ? set : "";
        made->name = text.substr(0, text.find(':'));
        if (made->name.size() < text.size()) {
            int passes = 1;
            std::from_chars(text.data() + made->name.size() + 1, text.data() + text.size(), passes);
            made->passes = passes;
        }
        return made;
    }();
    return *one;
}

}  // namespace

void crash_point(std::string_view name) {
    check(std::find(kCrashPoints.begin(), kCrashPoints.end(), name) != kCrashPoints.end(),
          "a crash point has its line in kCrashPoints");
    constexpr int kKilled = 137;
    Chosen& where = chosen();
    if (where.name == name && --where.passes == 0) ::_exit(kKilled);
}

}  // namespace jangkau

#endif
