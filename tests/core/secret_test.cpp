#include "gateway/core/secret.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/support/case_name.hpp"

namespace jangkau {
namespace {

struct EqualsCase {
    const char* name;
    std::string secret;
    std::string other;
    bool equal;
};
class SecretEquals : public testing::TestWithParam<EqualsCase> {};

TEST_P(SecretEquals, compares_whole_values) {
    EXPECT_EQ(Secret(GetParam().secret).equals(GetParam().other), GetParam().equal);
    if (GetParam().secret.empty()) return;
    EXPECT_EQ(same_bytes(GetParam().other, GetParam().secret), GetParam().equal);
    EXPECT_EQ(same_bytes(GetParam().secret, GetParam().other), GetParam().equal);
}

INSTANTIATE_TEST_SUITE_P(
    Secret, SecretEquals,
    testing::Values(EqualsCase{"same", "atsk_1", "atsk_1", true},
                    EqualsCase{"last letter", "atsk_1", "atsk_2", false},
                    EqualsCase{"first letter", "atsk_1", "btsk_1", false},
                    EqualsCase{"shorter", "atsk_1", "atsk_", false},
                    EqualsCase{"longer", "atsk_1", "atsk_1 ", false},
                    EqualsCase{"repeated", "ab", "abab", false},
                    EqualsCase{"NUL behind", "ab", std::string("ab\0", 3), false},
                    EqualsCase{"NUL inside", std::string("a\0b", 3), std::string("a\0c", 3), false},
                    EqualsCase{"case", "atsk_1", "ATSK_1", false},
                    EqualsCase{"one bit", "atsk_1", "atsk_0", false},
                    EqualsCase{"long", std::string(500, 'x'), std::string(500, 'x'), true},
                    EqualsCase{"long and the last letter", std::string(500, 'x'),
                               std::string(499, 'x') + "y", false},
                    EqualsCase{"nothing given", "atsk_1", "", false},
                    EqualsCase{"never set", "", "atsk_1", false},
                    EqualsCase{"never set and nothing given", "", "", false}),
    case_name<EqualsCase>);

TEST(Secret, nothing_is_the_same_as_nothing_where_no_key_is_meant) {
    EXPECT_TRUE(same_bytes("", ""));
}

TEST(Secret, prints_stars) {
    std::ostringstream out;
    out << Secret("atsk_1") << Secret();
    EXPECT_EQ(out.str(), "******");
    EXPECT_EQ(Secret("atsk_1").reveal(), "atsk_1");
    EXPECT_TRUE(Secret().empty());
}

}  // namespace
}  // namespace jangkau
