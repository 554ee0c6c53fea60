#include "gateway/addresses.hpp"

#include <gtest/gtest.h>

namespace jangkau::gateway {
namespace {

struct CallerCase {
    std::string name;
    std::string peer;
    std::string header;  ///< its name
    std::vector<std::string> values;
    std::string caller;  ///< "" = refused
};
const Networks kTrusted{"127.0.0.1", "10.0.0.0/8", "2001:db8:1::/48"};

class Caller : public testing::TestWithParam<CallerCase> {
protected:
    static std::string ask(const std::string& rule) {
        Headers headers;
        for (const auto& value : GetParam().values) headers.emplace_back(GetParam().header, value);
        return caller_of(GetParam().peer, headers, {kTrusted, rule}).value_or("");
    }
};

class ForwardedFor : public Caller {};
TEST_P(ForwardedFor, IsTheRightmostThatIsNoProxy) {
    EXPECT_EQ(ask("X-Forwarded-For"), GetParam().caller);
}
const char* const kXff = "x-forwarded-for";
INSTANTIATE_TEST_SUITE_P(
    Rows, ForwardedFor,
    testing::Values(
        CallerCase{"nobody_may_say_it_himself", "192.0.2.9", kXff, {"127.0.0.1"}, "192.0.2.9"},
        CallerCase{"one_proxy", "127.0.0.1", kXff, {"192.0.2.1"}, "192.0.2.1"},
        CallerCase{
            "what_the_caller_wrote", "127.0.0.1", kXff, {"127.0.0.1, 192.0.2.1"}, "192.0.2.1"},
        CallerCase{"two_proxies", "127.0.0.1", kXff, {"192.0.2.1, 10.1.1.1"}, "192.0.2.1"},
        CallerCase{"behind_another_ones_proxy",
                   "127.0.0.1",
                   kXff,
                   {"192.0.2.1, 192.0.2.2, 10.1.1.1"},
                   "192.0.2.2"},
        CallerCase{"two_lines", "127.0.0.1", kXff, {"192.0.2.1", "192.0.2.2"}, "192.0.2.2"},
        CallerCase{"proxies_only", "127.0.0.1", kXff, {"10.0.0.1, 10.0.0.2"}, "10.0.0.1"},
        CallerCase{"with_a_port", "127.0.0.1", kXff, {"192.0.2.1:4711"}, "192.0.2.1"},
        CallerCase{"v6", "127.0.0.1", kXff, {"2001:DB8:0::7"}, "2001:db8::7"},
        CallerCase{"v6_with_a_port", "127.0.0.1", kXff, {"[2001:db8::7]:80"}, "2001:db8::7"},
        CallerCase{"v4_in_v6", "127.0.0.1", kXff, {"::ffff:192.0.2.1"}, "192.0.2.1"},
        CallerCase{"v6_proxy", "2001:db8:1::5", kXff, {"192.0.2.1"}, "192.0.2.1"},
        CallerCase{"none", "127.0.0.1", kXff, {}, ""},
        CallerCase{"empty", "127.0.0.1", kXff, {""}, ""},
        CallerCase{"empty_at_the_end", "127.0.0.1", kXff, {"192.0.2.1,"}, ""},
        CallerCase{"a_name", "127.0.0.1", kXff, {"localhost"}, ""},
        CallerCase{"unknown", "127.0.0.1", kXff, {"192.0.2.1, unknown"}, ""},
        CallerCase{"no_number", "127.0.0.1", kXff, {"192.0.2.256"}, ""},
        CallerCase{"a_port_that_is_none", "127.0.0.1", kXff, {"192.0.2.1:x"}, ""},
        CallerCase{"an_open_bracket", "127.0.0.1", kXff, {"[2001:db8::7"}, ""},
        CallerCase{"malformed_behind_a_proxy", "127.0.0.1", kXff, {"x, 10.0.0.1"}, ""},
        CallerCase{"the_other_header", "127.0.0.1", "Forwarded", {"for=192.0.2.1"}, ""}),
    [](const auto& row) { return row.param.name; });

class Rfc7239 : public Caller {};
TEST_P(Rfc7239, IsReadWhereItIsTheOneThatCounts) { EXPECT_EQ(ask("Forwarded"), GetParam().caller); }
INSTANTIATE_TEST_SUITE_P(
    Rows, Rfc7239,
    testing::Values(
        CallerCase{"plain", "127.0.0.1", "Forwarded", {"for=192.0.2.1;proto=https"}, "192.0.2.1"},
        CallerCase{"v6",
                   "127.0.0.1",
                   "forwarded",
                   {"proto=http; For=\"[2001:db8::7]:80\""},
                   "2001:db8::7"},
        CallerCase{
            "the_last", "127.0.0.1", "Forwarded", {"for=127.0.0.1, for=192.0.2.1"}, "192.0.2.1"},
        CallerCase{"hidden", "127.0.0.1", "Forwarded", {"for=_hidden"}, ""},
        CallerCase{"an_open_quote", "127.0.0.1", "Forwarded", {"for=\"192.0.2.1"}, ""},
        CallerCase{"without_for", "127.0.0.1", "Forwarded", {"proto=https"}, ""},
        CallerCase{"the_other_header", "127.0.0.1", kXff, {"192.0.2.1"}, ""}),
    [](const auto& row) { return row.param.name; });

TEST(NetworkOf, IsWhatOneCallerHasToHimself) {
    EXPECT_EQ(network_of("192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(network_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
    EXPECT_EQ(network_of("unix"), "unix");
}

}  // namespace
}  // namespace jangkau::gateway
