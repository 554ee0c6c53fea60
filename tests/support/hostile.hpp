#pragma once

#include <string>
#include <vector>

namespace jangkau {

/// What strangers put into fields: each must be stored as text or refused, and never do anything.
struct Hostile {
    const char* what;
    std::string text;
};
[[nodiscard]] const std::vector<Hostile>& hostile_texts();

}  // namespace jangkau
