#pragma once

#include <gtest/gtest.h>

#include <string>

namespace jangkau {

/// Names the row of a table by its `name`, which may be words: "two swapped" -> "two_swapped".
template <class Case>
std::string case_name(const testing::TestParamInfo<Case>& tested) {
    std::string name;
    for (const char c : std::string(tested.param.name)) {
        const bool kept =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        name += kept ? c : '_';
    }
    return name;
}

}  // namespace jangkau
