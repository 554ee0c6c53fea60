#include "gateway/core/nik.hpp"

#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "tests/support/case_name.hpp"

namespace jangkau {
namespace {

using Kind = BadNik::Kind;

struct RightCase {
    const char* name;
    const char* raw;
    const char* digits;
};
class RightNik : public testing::TestWithParam<RightCase> {};

TEST_P(RightNik, keeps_its_digits) {
    const auto nik = Nik::parse(GetParam().raw);
    ASSERT_TRUE(nik);
    EXPECT_EQ(nik->digits(), GetParam().digits);
}

INSTANTIATE_TEST_SUITE_P(
    Nik, RightNik,
    testing::Values(RightCase{"man of Makassar", "7371010503800003", "7371010503800003"},
                    RightCase{"woman", "7371014503800003", "7371014503800003"},
                    RightCase{"last day of a woman", "7371017112800003", "7371017112800003"},
                    RightCase{"blanks dots and dashes", " 7371.0105-0380 0003 ",
                              "7371010503800003"},
                    RightCase{"letter O for zero", "7371O10503800003", "7371010503800003"},
                    RightCase{"all slips at once", "737lOI05O38oooo3", "7371010503800003"},
                    RightCase{"capital L and small i", "737L0i0503800003", "7371010503800003"},
                    RightCase{"unknown regency", "7399990503800003", "7399990503800003"},
                    RightCase{"leap day of both centuries", "7371012902040003", "7371012902040003"},
                    RightCase{"leap day of 2000 only", "7371012902000003", "7371012902000003"},
                    RightCase{"newest province", "9601010503800003", "9601010503800003"},
                    RightCase{"highest serial", "7371010503809999", "7371010503809999"}),
    case_name<RightCase>);

struct WrongCase {
    const char* name;
    std::string raw;
    Kind kind;
    std::size_t digits;
};
class WrongNik : public testing::TestWithParam<WrongCase> {};

TEST_P(WrongNik, says_why_and_how_many_digits_it_counted) {
    const auto nik = Nik::parse(GetParam().raw);
    ASSERT_FALSE(nik);
    EXPECT_EQ(nik.error().kind, GetParam().kind);
    EXPECT_EQ(nik.error().digits, GetParam().digits);
}

INSTANTIATE_TEST_SUITE_P(
    Nik, WrongNik,
    testing::Values(WrongCase{"empty", "", Kind::length, 0},
                    WrongCase{"blanks", "   ", Kind::length, 0},
                    WrongCase{"menu choice", "1", Kind::length, 1},
                    WrongCase{"fifteen", "737101050380003", Kind::length, 15},
                    WrongCase{"seventeen", "73710105038000003", Kind::length, 17},
                    WrongCase{"fifteen with a slip", "73710105O380003", Kind::length, 15},
                    WrongCase{"sixteen and a slip", "7371010503800003O", Kind::length, 17},
                    WrongCase{"family card and NIK", "73710105038000037371010503800004",
                              Kind::length, 32},
                    WrongCase{"letter S", "737101050380000S", Kind::characters, 15},
                    WrongCase{"words before", "NIK 7371010503800003", Kind::characters, 16},
                    WrongCase{"words only", "tidak tahu", Kind::characters, 0},
                    WrongCase{"plus", "+7371010503800003", Kind::characters, 16},
                    WrongCase{"slash", "7371010503800003/1", Kind::characters, 17},
                    WrongCase{"NUL", std::string("7371010503800003\0", 17), Kind::characters, 16},
                    WrongCase{"wide digit", "737101050380000３", Kind::characters, 15},
                    WrongCase{"province 10", "1071010503800003", Kind::area, 16},
                    WrongCase{"province 20", "2071010503800003", Kind::area, 16},
                    WrongCase{"province 00", "0071010503800003", Kind::area, 16},
                    WrongCase{"province 97", "9771010503800003", Kind::area, 16},
                    WrongCase{"day 0", "7371010003800003", Kind::date, 16},
                    WrongCase{"day 32", "7371013203800003", Kind::date, 16},
                    WrongCase{"day 40", "7371014003800003", Kind::date, 16},
                    WrongCase{"day 72", "7371017203800003", Kind::date, 16},
                    WrongCase{"day 99", "7371019903800003", Kind::date, 16},
                    WrongCase{"month 0", "7371010500800003", Kind::date, 16},
                    WrongCase{"month 13", "7371010513800003", Kind::date, 16},
                    WrongCase{"31 April", "7371013104800003", Kind::date, 16},
                    WrongCase{"30 February", "7371013002800003", Kind::date, 16},
                    WrongCase{"30 February of a woman", "7371017002800003", Kind::date, 16},
                    WrongCase{"leap day of neither century", "7371012902010003", Kind::date, 16},
                    WrongCase{"serial 0000", "7371010503800000", Kind::example, 16},
                    WrongCase{"all digits alike", "1111111111111111", Kind::example, 16},
                    WrongCase{"zeros", "0000000000000000", Kind::example, 16},
                    WrongCase{"zeros as letters", "OOOOOOOOOOOOOOOO", Kind::example, 16},
                    WrongCase{"counting up", "1234567890123456", Kind::example, 16}),
    case_name<WrongCase>);

TEST(Nik, knows_the_provinces) {
    const std::set<int> known{11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 31, 32, 33,
                              34, 35, 36, 51, 52, 53, 61, 62, 63, 64, 65, 71, 72,
                              73, 74, 75, 76, 81, 82, 91, 92, 93, 94, 95, 96};
    for (int code = 10; code < 100; ++code) {
        const auto nik = Nik::parse(std::to_string(code) + "01010503800003");
        EXPECT_EQ(nik.has_value(), known.contains(code)) << code;
    }
}

struct BirthCase {
    const char* name;
    const char* digits;
    const char* today;
    const char* birth;  ///< "" if the digits do not decide
    bool female;
};
class Birth : public testing::TestWithParam<BirthCase> {};

TEST_P(Birth, is_read_in_the_century_that_fits_an_age) {
    const auto nik = Nik::parse(GetParam().digits);
    ASSERT_TRUE(nik);
    const auto birth = nik->birth_date(parse_iso_date(GetParam().today).value());
    EXPECT_EQ(birth ? iso(*birth) : "", GetParam().birth);
    EXPECT_EQ(nik->female(), GetParam().female);
}

INSTANTIATE_TEST_SUITE_P(
    Nik, Birth,
    testing::Values(
        BirthCase{"man", "7371010503800003", "2026-11-22", "1980-03-05", false},
        BirthCase{"woman", "7371014503800003", "2026-11-22", "1980-03-05", true},
        BirthCase{"day 31", "7371013112800003", "2026-11-22", "1980-12-31", false},
        BirthCase{"day 41", "7371014101800003", "2026-11-22", "1980-01-01", true},
        BirthCase{"youth", "7371010503050003", "2026-11-22", "2005-03-05", false},
        BirthCase{"born today", "7371012211260003", "2026-11-22", "2026-11-22", false},
        BirthCase{"born tomorrow a century ago", "7371012311260003", "2026-11-22", "1926-11-23",
                  false},
        BirthCase{"a hundred today or newborn", "7371012111260003", "2026-11-22", "2026-11-21",
                  false},
        BirthCase{"leap day only in 2000", "7371012902000003", "2026-11-22", "2000-02-29", false},
        BirthCase{"leap day with one past reading", "7371016902280003", "2026-11-22", "1928-02-29",
                  true},
        BirthCase{"leap day before it came", "7371012902000003", "1999-12-31", "", false},
        BirthCase{"too long ago", "7371010503100003", "2126-11-22", "", false}),
    case_name<BirthCase>);

TEST(Nik, prints_its_last_four_digits) {
    const auto nik = Nik::parse("7371010503800003");
    ASSERT_TRUE(nik);
    std::ostringstream out;
    out << *nik;
    EXPECT_EQ(out.str(), "************0003");
    EXPECT_EQ(nik->last4(), "0003");
}

}  // namespace
}  // namespace jangkau
