#include "gateway/routes.hpp"

#include <gtest/gtest.h>

#include "tests/support/case_name.hpp"

namespace jangkau::gateway {
namespace {

const Routes kRoutes{{{"telkomsel", {"62811", "62812"}, {"one", "two"}},
                      {"one range of it", {"6281290"}, {"three"}},
                      {"indonesia", {"62"}, {"four"}},
                      {"again", {"62812"}, {"five"}}},
                     {"other"}};

struct RouteCase {
    const char* name;
    const char* digits;
    std::vector<std::string> channels;
};
class RouteTo : public testing::TestWithParam<RouteCase> {};
TEST_P(RouteTo, IsTheOneOfTheLongestPrefix) {
    EXPECT_EQ(kRoutes.to(Msisdn::from_digits(GetParam().digits)), GetParam().channels);
}
INSTANTIATE_TEST_SUITE_P(
    Numbers, RouteTo,
    testing::Values(RouteCase{"the second prefix of a route", "6281234500001", {"one", "two"}},
                    RouteCase{"a longer prefix in a later route", "6281290000001", {"three"}},
                    RouteCase{"the country", "6285512345678", {"four"}},
                    RouteCase{"another country", "255712345678", {"other"}},
                    RouteCase{
                        "the digits inside the number do not count", "25562811123", {"other"}}),
    case_name<RouteCase>);

TEST(Routes, WithoutRoutesAllGoTheDefaultWay) {
    const Routes none{{}, {"only"}};
    EXPECT_EQ(none.to(Msisdn::from_digits("6281234500001")), std::vector<std::string>{"only"});
}

struct AfterCase {
    const char* name;
    std::vector<std::string> channels;
    std::string channel;
    std::string next;
};
class AfterChannel : public testing::TestWithParam<AfterCase> {};
TEST_P(AfterChannel, GoesRoundTheRoute) {
    EXPECT_EQ(after(GetParam().channels, GetParam().channel), GetParam().next);
}
INSTANTIATE_TEST_SUITE_P(
    Routes, AfterChannel,
    testing::Values(AfterCase{"the first", {"one", "two", "three"}, "one", "two"},
                    AfterCase{"the last", {"one", "two", "three"}, "three", "one"},
                    AfterCase{"the only one", {"one"}, "one", "one"},
                    AfterCase{"one that left the route", {"one", "two"}, "gone", "one"},
                    AfterCase{"none yet", {"one", "two"}, "", "one"}),
    case_name<AfterCase>);

}  // namespace
}  // namespace jangkau::gateway
