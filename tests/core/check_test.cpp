#include "gateway/core/check.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

namespace jangkau {
namespace {

/// Ends alike with and without a sanitizer, under which check() aborts by itself.
void fail_and_die() {
    try {
        check(false, "water runs downhill");
    } catch (const LogicFault& fault) {
        std::fputs(fault.what(), stderr);
        std::abort();
    }
}

TEST(Check, passes_what_holds) { check(true, "never said"); }

TEST(CheckDeathTest, tells_the_place_and_the_broken_rule) {
    EXPECT_DEATH(fail_and_die(), "check_test.cpp:[0-9]+: .*fail_and_die.*: water runs downhill");
}

}  // namespace
}  // namespace jangkau
