#include "gateway/core/msisdn.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <utility>

#include "tests/support/case_name.hpp"

namespace jangkau {
namespace {

NumberPlan indonesia() {
    NumberPlan plan;
    plan.operators = {
        {"Telkomsel", {"811", "812", "852"}}, {"Indosat", {"814", "857"}}, {"Special", {"8522"}}};
    return plan;
}

struct RightCase {
    const char* name;
    const char* raw;
    const char* e164;
};
class RightNumber : public testing::TestWithParam<RightCase> {};

TEST_P(RightNumber, becomes_e164) {
    const auto number = Msisdn::parse(GetParam().raw, indonesia());
    ASSERT_TRUE(number);
    EXPECT_EQ(number->e164(), GetParam().e164);
}

INSTANTIATE_TEST_SUITE_P(
    Msisdn, RightNumber,
    testing::Values(RightCase{"plus", "+628123456789", "+628123456789"},
                    RightCase{"double zero", "00628123456789", "+628123456789"},
                    RightCase{"country code", "628123456789", "+628123456789"},
                    RightCase{"trunk zero", "08123456789", "+628123456789"},
                    RightCase{"bare", "8123456789", "+628123456789"},
                    RightCase{"dashes", "0812-3456-789", "+628123456789"},
                    RightCase{"dots", "0812.3456.789", "+628123456789"},
                    RightCase{"blanks around and between", " 0812 3456 789 ", "+628123456789"},
                    RightCase{"brackets", "(0812) 3456789", "+628123456789"},
                    RightCase{"code in brackets", "(+62) 812 3456 789", "+628123456789"},
                    RightCase{"zero kept after the code", "+62 (0)812-3456-789", "+628123456789"},
                    RightCase{"zero kept without plus", "6208123456789", "+628123456789"},
                    RightCase{"plus lost in a form", " 628123456789", "+628123456789"},
                    RightCase{"line end", "08123456789\r\n", "+628123456789"},
                    RightCase{"shortest", "081234567", "+6281234567"},
                    RightCase{"thirteen digits", "08953297088863", "+628953297088863"},
                    RightCase{"malaysia", "+60 12-345 6789", "+60123456789"},
                    RightCase{"kenya", "+254711082300", "+254711082300"},
                    RightCase{"america", "+1 (202) 555-0143", "+12025550143"},
                    RightCase{"eight digits", "+67077012", "+67077012"},
                    RightCase{"fifteen digits", "+491511234567890", "+491511234567890"}),
    case_name<RightCase>);

struct WrongCase {
    const char* name;
    std::string raw;
    BadNumber why;
};
class WrongNumber : public testing::TestWithParam<WrongCase> {};

TEST_P(WrongNumber, says_why) {
    const auto number = Msisdn::parse(GetParam().raw, indonesia());
    ASSERT_FALSE(number);
    EXPECT_EQ(number.error(), GetParam().why);
}

INSTANTIATE_TEST_SUITE_P(
    Msisdn, WrongNumber,
    testing::Values(
        WrongCase{"empty", "", BadNumber::empty}, WrongCase{"blanks", "  \t", BadNumber::empty},
        WrongCase{"plus only", "+", BadNumber::empty},
        WrongCase{"signs only", "(-)", BadNumber::empty},
        WrongCase{"words", "tidak tahu", BadNumber::characters},
        WrongCase{"letter O", "O8123456789", BadNumber::characters},
        WrongCase{"two pluses", "++628123456789", BadNumber::characters},
        WrongCase{"plus inside", "0812+3456789", BadNumber::characters},
        WrongCase{"extension", "08123456789#1", BadNumber::characters},
        WrongCase{"dial code", "*123#", BadNumber::characters},
        WrongCase{"two numbers", "08123456789/08123456780", BadNumber::characters},
        WrongCase{"NUL", std::string("08123456789\0", 12), BadNumber::characters},
        WrongCase{"wide digits", "０８１２３４５６７８９", BadNumber::characters},
        WrongCase{"no-break blank",
                  "0812\xC2\xA0"
                  "3456789",
                  BadNumber::characters},
        WrongCase{"too short", "08123456", BadNumber::length},
        WrongCase{"prefix only", "0812", BadNumber::length},
        WrongCase{"code and prefix only", "62812", BadNumber::length},
        WrongCase{"bare eight", "8", BadNumber::length},
        WrongCase{"fourteen digits", "081234567890123", BadNumber::length},
        WrongCase{"fourteen digits with plus", "+6281234567890123", BadNumber::length},
        WrongCase{"very long", "0812" + std::string(5000, '3'), BadNumber::length},
        WrongCase{"seven digits abroad", "+6707701", BadNumber::length},
        WrongCase{"sixteen digits abroad", "+4915112345678901", BadNumber::length},
        WrongCase{"unassigned code", "+99912345678", BadNumber::unknown_country},
        WrongCase{"unassigned African code", "+21012345678", BadNumber::unknown_country},
        WrongCase{"freephone", "+80012345678", BadNumber::unknown_country},
        WrongCase{"code zero", "+08123456789", BadNumber::unknown_country},
        WrongCase{"plus before double zero", "+00628123456789", BadNumber::unknown_country},
        WrongCase{"landline of Makassar", "0411123456", BadNumber::not_mobile},
        WrongCase{"landline with plus", "+62411123456", BadNumber::not_mobile},
        WrongCase{"landline with code", "62411123456", BadNumber::not_mobile},
        WrongCase{"short number", "112", BadNumber::not_mobile},
        WrongCase{"only zero", "0", BadNumber::not_mobile},
        WrongCase{"only the code", "62", BadNumber::not_mobile},
        WrongCase{"abroad without plus", "254711082300", BadNumber::not_mobile},
        WrongCase{"abroad with double zero", "00254711082300", BadNumber::not_mobile},
        WrongCase{"the way abroad over 008", "00862812345678", BadNumber::not_mobile},
        WrongCase{"double zero before the prefix", "00812345678", BadNumber::not_mobile},
        WrongCase{"NIK", "7371014505800003", BadNumber::not_mobile}),
    case_name<WrongCase>);

struct MaskCase {
    const char* name;
    const char* digits;
    const char* masked;
};
class Mask : public testing::TestWithParam<MaskCase> {};

TEST_P(Mask, is_what_a_stream_shows) {
    std::ostringstream out;
    out << Msisdn::from_digits(GetParam().digits);
    EXPECT_EQ(out.str(), GetParam().masked);
}

INSTANTIATE_TEST_SUITE_P(Msisdn, Mask,
                         testing::Values(MaskCase{"eleven", "62812345678", "+6281****678"},
                                         MaskCase{"twelve", "628123456345", "+62812****345"},
                                         MaskCase{"fifteen", "628953297088863", "+62895****863"},
                                         MaskCase{"eight", "67077012", "+6****012"}),
                         case_name<MaskCase>);

TEST(Msisdn, is_written_as_people_of_the_country_dial_it) {
    EXPECT_EQ(Msisdn::from_digits("628123456789").local(indonesia()), "08123456789");
    EXPECT_EQ(Msisdn::from_digits("254711082300").local(indonesia()), "+254711082300");
}

TEST(Msisdn, knows_its_operator_by_the_longest_prefix) {
    const NumberPlan plan = indonesia();
    EXPECT_EQ(Msisdn::from_digits("628123456789").operator_of(plan), "Telkomsel");
    EXPECT_EQ(Msisdn::from_digits("628523456789").operator_of(plan), "Telkomsel");
    EXPECT_EQ(Msisdn::from_digits("628522456789").operator_of(plan), "Special");
    EXPECT_EQ(Msisdn::from_digits("628573456789").operator_of(plan), "Indosat");
    EXPECT_EQ(Msisdn::from_digits("628993456789").operator_of(plan), "");
    EXPECT_EQ(Msisdn::from_digits("8123456789").operator_of(plan), "");
}

TEST(Msisdn, reads_other_countries_plans) {
    NumberPlan italy{"39", "", "3", 9, 10, {}};
    EXPECT_EQ(Msisdn::parse("3931234567", italy)->e164(), "+393931234567");
    EXPECT_EQ(Msisdn::parse("393331234567", italy)->e164(), "+393331234567");
    NumberPlan kenya{"254", "0", "7", 9, 9, {}};
    EXPECT_EQ(Msisdn::parse("0711082300", kenya)->e164(), "+254711082300");
    EXPECT_EQ(Msisdn::parse("+628123456789", kenya)->e164(), "+628123456789");
}

TEST(Msisdn, prints_nothing_of_use_after_a_move) {
    Msisdn number = Msisdn::from_digits("628123456345");
    const Msisdn taken = std::move(number);
    std::ostringstream out;
    out << number;  // NOLINT(bugprone-use-after-move)
    EXPECT_EQ(out.str().find("345"), std::string::npos);
    EXPECT_EQ(taken.digits(), "628123456345");
}

}  // namespace
}  // namespace jangkau
