#include "gateway/core/calendar.hpp"

#include <gtest/gtest.h>

#include "tests/support/case_name.hpp"

namespace jangkau {
namespace {

using namespace std::chrono_literals;

Date day(const char* text) { return parse_iso_date(text).value(); }
Time at(const char* text) { return parse_iso_time(text).value(); }

struct ZoneCase {
    const char* name;
    const char* text;
    std::optional<int> minutes;
};
class ZoneParsing : public testing::TestWithParam<ZoneCase> {};

TEST_P(ZoneParsing, gives_the_offset_or_nothing) {
    const auto zone = Zone::parse(GetParam().text);
    ASSERT_EQ(zone.has_value(), GetParam().minutes.has_value());
    if (zone) {
        EXPECT_EQ(zone->offset.count(), *GetParam().minutes);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Zone, ZoneParsing,
    testing::Values(
        ZoneCase{"west", "WIB", 420}, ZoneCase{"middle", "WITA", 480}, ZoneCase{"east", "WIT", 540},
        ZoneCase{"greenwich", "UTC", 0}, ZoneCase{"offset", "+08:00", 480},
        ZoneCase{"half hour west", "-03:30", -210}, ZoneCase{"farthest", "+14:00", 840},
        ZoneCase{"too far", "+14:01", std::nullopt},
        ZoneCase{"sixty minutes", "+08:60", std::nullopt},
        ZoneCase{"no sign", "08:00", std::nullopt}, ZoneCase{"no colon", "+0800", std::nullopt},
        ZoneCase{"one digit", "+8:00", std::nullopt}, ZoneCase{"too long", "+08:000", std::nullopt},
        ZoneCase{"sign only", "+", std::nullopt}, ZoneCase{"two signs", "+-8:00", std::nullopt},
        ZoneCase{"lower case", "wita", std::nullopt},
        ZoneCase{"name of a city", "Asia/Makassar", std::nullopt},
        ZoneCase{"empty", "", std::nullopt}),
    case_name<ZoneCase>);

struct MidnightCase {
    const char* name;
    const char* zone;
    const char* at;
    const char* date;
    const char* clock;
};
class Midnight : public testing::TestWithParam<MidnightCase> {};

TEST_P(Midnight, splits_an_instant_and_joins_it_again) {
    const Zone zone = Zone::parse(GetParam().zone).value();
    const Time instant = at(GetParam().at);
    EXPECT_EQ(iso(zone.date(instant)), GetParam().date);
    EXPECT_EQ(written_clock(zone.time_of_day(instant)), GetParam().clock);
    EXPECT_EQ(zone.instant(zone.date(instant), zone.time_of_day(instant)),
              std::chrono::floor<std::chrono::minutes>(instant));
}

INSTANTIATE_TEST_SUITE_P(
    Zone, Midnight,
    testing::Values(
        MidnightCase{"last second in Makassar", "WITA", "2026-11-22T15:59:59Z", "2026-11-22",
                     "23.59"},
        MidnightCase{"midnight in Makassar", "WITA", "2026-11-22T16:00:00Z", "2026-11-23", "00.00"},
        MidnightCase{"still yesterday in Jakarta", "WIB", "2026-11-22T16:00:00Z", "2026-11-22",
                     "23.00"},
        MidnightCase{"an hour on in Jayapura", "WIT", "2026-11-22T16:00:00Z", "2026-11-23",
                     "01.00"},
        MidnightCase{"new year in Makassar", "WITA", "2026-12-31T16:00:00Z", "2027-01-01", "00.00"},
        MidnightCase{"leap day in Makassar", "WITA", "2028-02-28T16:00:00Z", "2028-02-29", "00.00"},
        MidnightCase{"before 1970", "WITA", "1969-12-31T12:30:45Z", "1969-12-31", "20.30"},
        MidnightCase{"west of Greenwich", "-03:30", "2026-03-01T03:29:00Z", "2026-02-28", "23.59"}),
    case_name<MidnightCase>);

struct AgeCase {
    const char* name;
    const char* birth;
    const char* today;
    int years;
};
class Age : public testing::TestWithParam<AgeCase> {};

TEST_P(Age, counts_birthdays) {
    EXPECT_EQ(full_years(day(GetParam().birth), day(GetParam().today)), GetParam().years);
}

INSTANTIATE_TEST_SUITE_P(
    Calendar, Age,
    testing::Values(AgeCase{"eve of the birthday", "1980-03-05", "2026-03-04", 45},
                    AgeCase{"birthday", "1980-03-05", "2026-03-05", 46},
                    AgeCase{"leap child on 28 February", "2000-02-29", "2026-02-28", 25},
                    AgeCase{"leap child on 1 March", "2000-02-29", "2026-03-01", 26},
                    AgeCase{"leap child eve in a leap year", "2000-02-29", "2028-02-28", 27},
                    AgeCase{"leap child in a leap year", "2000-02-29", "2028-02-29", 28},
                    AgeCase{"born today", "2026-11-22", "2026-11-22", 0},
                    AgeCase{"born tomorrow", "2026-11-23", "2026-11-22", -1},
                    AgeCase{"born next year", "2027-01-01", "2026-12-31", -1}),
    case_name<AgeCase>);

struct FormCase {
    const char* name;
    const char* text;
    bool right;
};
class IsoDate : public testing::TestWithParam<FormCase> {};

TEST_P(IsoDate, reads_what_it_writes_and_nothing_else) {
    const auto date = parse_iso_date(GetParam().text);
    ASSERT_EQ(date.has_value(), GetParam().right);
    if (date) {
        EXPECT_EQ(iso(*date), GetParam().text);
    }
}

INSTANTIATE_TEST_SUITE_P(Calendar, IsoDate,
                         testing::Values(FormCase{"new years eve", "2026-12-31", true},
                                         FormCase{"leap day", "2028-02-29", true},
                                         FormCase{"leap day of a century", "2000-02-29", true},
                                         FormCase{"no leap day", "2026-02-29", false},
                                         FormCase{"no leap day in 1900", "1900-02-29", false},
                                         FormCase{"31 April", "2026-04-31", false},
                                         FormCase{"month 13", "2026-13-01", false},
                                         FormCase{"month 0", "2026-00-01", false},
                                         FormCase{"day 0", "2026-01-00", false},
                                         FormCase{"short month", "2026-1-01", false},
                                         FormCase{"slashes", "2026/12/31", false},
                                         FormCase{"other order", "31-12-2026", false},
                                         FormCase{"leading blank", " 2026-12-31", false},
                                         FormCase{"trailing text", "2026-12-31x", false},
                                         FormCase{"minus year", "-026-12-31", false},
                                         FormCase{"empty", "", false}),
                         case_name<FormCase>);

class IsoMonth : public testing::TestWithParam<FormCase> {};

TEST_P(IsoMonth, reads_what_it_writes_and_nothing_else) {
    const auto month = parse_iso_month(GetParam().text);
    ASSERT_EQ(month.has_value(), GetParam().right);
    if (month) {
        EXPECT_EQ(iso(*month), GetParam().text);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Calendar, IsoMonth,
    testing::Values(FormCase{"december", "2026-12", true}, FormCase{"january", "2027-01", true},
                    FormCase{"month 13", "2026-13", false}, FormCase{"month 0", "2026-00", false},
                    FormCase{"one digit", "2026-1", false},
                    FormCase{"a day too many", "2026-12-01", false},
                    FormCase{"no dash", "202612", false}, FormCase{"empty", "", false}),
    case_name<FormCase>);

class IsoTime : public testing::TestWithParam<FormCase> {};

TEST_P(IsoTime, reads_what_it_writes_and_nothing_else) {
    const auto time = parse_iso_time(GetParam().text);
    ASSERT_EQ(time.has_value(), GetParam().right);
    if (time) {
        EXPECT_EQ(iso(*time), GetParam().text);
    }
}

INSTANTIATE_TEST_SUITE_P(Calendar, IsoTime,
                         testing::Values(FormCase{"afternoon", "2026-11-22T16:38:05Z", true},
                                         FormCase{"last second", "2026-12-31T23:59:59Z", true},
                                         FormCase{"before 1970", "1954-06-01T00:00:01Z", true},
                                         FormCase{"hour 24", "2026-11-22T24:00:00Z", false},
                                         FormCase{"minute 60", "2026-11-22T16:60:00Z", false},
                                         FormCase{"leap second", "2026-11-22T16:38:60Z", false},
                                         FormCase{"no zone", "2026-11-22T16:38:05", false},
                                         FormCase{"other zone", "2026-11-22T16:38:05+08:00", false},
                                         FormCase{"blank for T", "2026-11-22 16:38:05Z", false},
                                         FormCase{"fractions", "2026-11-22T16:38:05.5Z", false},
                                         FormCase{"day only", "2026-11-22", false},
                                         FormCase{"impossible day", "2026-02-30T16:38:05Z", false},
                                         FormCase{"empty", "", false}),
                         case_name<FormCase>);

struct TypedDateCase {
    const char* name;
    const char* typed;
    const char* date;  ///< "" if it is none
};
class TypedDate : public testing::TestWithParam<TypedDateCase> {};

TEST_P(TypedDate, is_day_month_year) {
    const auto date = parse_typed_date(GetParam().typed);
    EXPECT_EQ(date ? iso(*date) : "", GetParam().date);
}

INSTANTIATE_TEST_SUITE_P(Calendar, TypedDate,
                         testing::Values(TypedDateCase{"fifth of march", "05031980", "1980-03-05"},
                                         TypedDateCase{"leap day", "29022000", "2000-02-29"},
                                         TypedDateCase{"no leap day", "29021900", ""},
                                         TypedDateCase{"30 February", "30021980", ""},
                                         TypedDateCase{"american order", "03311980", ""},
                                         TypedDateCase{"iso order", "19800305", ""},
                                         TypedDateCase{"two digit year", "050380", ""},
                                         TypedDateCase{"dashes", "05-03-1980", ""},
                                         TypedDateCase{"letter", "0503198O", ""},
                                         TypedDateCase{"nine digits", "050319800", ""},
                                         TypedDateCase{"empty", "", ""}),
                         case_name<TypedDateCase>);

struct RupiahCase {
    const char* name;
    long long amount;
    const char* text;
};
class Rupiah : public testing::TestWithParam<RupiahCase> {};

TEST_P(Rupiah, has_dots_between_thousands) {
    EXPECT_EQ(written_rupiah(GetParam().amount), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(Calendar, Rupiah,
                         testing::Values(RupiahCase{"nothing", 0, "0"},
                                         RupiahCase{"below a thousand", 999, "999"},
                                         RupiahCase{"a thousand", 1000, "1.000"},
                                         RupiahCase{"the contribution", 16800, "16.800"},
                                         RupiahCase{"hundred thousand", 100000, "100.000"},
                                         RupiahCase{"million", 1234567, "1.234.567"},
                                         RupiahCase{"minus three digits", -999, "-999"},
                                         RupiahCase{"minus", -123456, "-123.456"}),
                         case_name<RupiahCase>);

TEST(Calendar, writes_days_and_times_as_people_do) {
    EXPECT_EQ(written(day("2026-12-31")), "31-12-2026");
    EXPECT_EQ(written(day("1980-03-05")), "05-03-1980");
    EXPECT_EQ(written_clock(0min), "00.00");
    EXPECT_EQ(written_clock(9min + 8h), "08.09");
    EXPECT_EQ(written_clock(23h + 59min), "23.59");
}

TEST(Calendar, adds_days_over_the_ends_of_months_and_years) {
    EXPECT_EQ(iso(plus_days(day("2026-12-31"), 1)), "2027-01-01");
    EXPECT_EQ(iso(plus_days(day("2028-02-28"), 1)), "2028-02-29");
    EXPECT_EQ(iso(plus_days(day("2026-03-01"), -1)), "2026-02-28");
    EXPECT_EQ(iso(month_of(day("2026-12-31"))), "2026-12");
}

}  // namespace
}  // namespace jangkau
