#include "gateway/rate_limit.hpp"

#include <gtest/gtest.h>

namespace jangkau::gateway {
namespace {

using namespace std::chrono_literals;

constexpr RateLimit::Instant kNow{100h};

TEST(RateLimit, GivesEachCallerSoManyASecond) {
    RateLimit limit(3, 10);
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(limit.take("a", kNow));
    EXPECT_FALSE(limit.take("a", kNow));
    EXPECT_TRUE(limit.take("b", kNow)) << "another one's";
    EXPECT_FALSE(limit.take("a", kNow + 300ms));
    EXPECT_TRUE(limit.take("a", kNow + 400ms));
    EXPECT_FALSE(limit.take("a", kNow + 400ms));
    // What is saved up is one second's worth.
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(limit.take("a", kNow + 1h));
    EXPECT_FALSE(limit.take("a", kNow + 1h));
}

TEST(RateLimit, RemembersTheLastOnesOnly) {
    RateLimit limit(1, 100);
    for (int i = 0; i < 100'000; ++i) EXPECT_TRUE(limit.take(std::to_string(i), kNow));
    EXPECT_EQ(limit.callers(), 100U);
    EXPECT_FALSE(limit.take("99999", kNow));
    EXPECT_TRUE(limit.take("1", kNow)) << "forgotten: begins anew";
    EXPECT_EQ(limit.callers(), 100U);
}

TEST(RateLimit, ZeroIsNone) {
    RateLimit limit(0, 1);
    for (int i = 0; i < 1000; ++i) EXPECT_TRUE(limit.take("a", kNow));
}

}  // namespace
}  // namespace jangkau::gateway
