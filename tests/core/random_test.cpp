#include "gateway/core/random.hpp"

#include <gtest/gtest.h>

namespace jangkau {
namespace {

TEST(SystemRandom, has_every_bit_both_ways) {
    SystemRandom random;
    std::uint64_t ever_set = 0;
    std::uint64_t always_set = ~std::uint64_t{0};
    // A bit stays the same through 200 draws of a fair source once in 2^199.
    for (int draw = 0; draw < 200; ++draw) {
        const std::uint64_t number = random.next();
        ever_set |= number;
        always_set &= number;
    }
    EXPECT_EQ(ever_set, ~std::uint64_t{0});
    EXPECT_EQ(always_set, 0U);
}

}  // namespace
}  // namespace jangkau
