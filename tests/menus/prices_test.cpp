#include "menus/flows/prices.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace jangkau::flows {
namespace {

using namespace std::chrono_literals;

std::string shipped_text() {
    std::ifstream in(JANGKAU_SOURCE_DIR "/config/prices.yaml");
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

const Prices& shipped() {
    static const Prices prices = [] {
        Problems problems;
        auto parsed = parse_prices(shipped_text(), "prices.yaml", problems);
        for (const auto& problem : problems) ADD_FAILURE() << written(problem);
        return parsed.value_or(Prices{});
    }();
    return prices;
}

template <class Case>
std::string by_name(const testing::TestParamInfo<Case>& info) {
    return info.param.name;
}

/// "16.800", "none"
std::string shown(std::optional<long long> amount) {
    return amount ? written_rupiah(*amount) : "none";
}

// ---- One month

struct MonthCase {
    const char* name;
    const char* programme;
    const char* job;
    const char* payer;
    long long base;
    Month month;
    const char* price;
    const char* list;
    const char* until;  ///< of the discount
};

class OneMonth : public testing::TestWithParam<MonthCase> {
protected:
    [[nodiscard]] static PriceQuery query() {
        const auto& p = GetParam();
        return {p.programme, shipped().sector_of(p.job), p.payer, p.base, p.month};
    }
};

TEST_P(OneMonth, Price) { EXPECT_EQ(shown(monthly_price(shipped(), query())), GetParam().price); }

TEST_P(OneMonth, ListPrice) { EXPECT_EQ(shown(list_price(shipped(), query())), GetParam().list); }

TEST_P(OneMonth, DiscountUntil) {
    const auto until = discount_until(shipped(), query());
    EXPECT_EQ(until ? iso(*until) : "", GetParam().until);
}

constexpr long long kLow = 1'000'000;
constexpr long long kTop = 20'700'000;

INSTANTIATE_TEST_SUITE_P(
    Prices, OneMonth,
    testing::Values(
        // Before any discount, at both ends of the table.
        MonthCase{"basic", "basic", "trader", "self", kLow, 2025y / 12, "16.800", "16.800", ""},
        MonthCase{"full", "full", "trader", "self", kLow, 2025y / 12, "36.800", "36.800", ""},
        MonthCase{"basic_top", "basic", "trader", "self", kTop, 2025y / 12, "213.800", "213.800",
                  ""},
        MonthCase{"full_top", "full", "trader", "self", kTop, 2025y / 12, "627.800", "627.800", ""},
        // Transport begins first.
        MonthCase{"driver_jan_2026", "basic", "driver", "self", kLow, 2026y / 1, "8.400", "16.800",
                  "2027-03"},
        MonthCase{"trader_mar_2026", "basic", "trader", "self", kLow, 2026y / 3, "16.800", "16.800",
                  ""},
        MonthCase{"trader_apr_2026", "basic", "trader", "self", kLow, 2026y / 4, "8.400", "16.800",
                  "2026-12"},
        MonthCase{"full_half", "full", "trader", "self", kLow, 2026y / 11, "28.400", "36.800",
                  "2026-12"},
        // JHT is never discounted: 106.900 + 414.000.
        MonthCase{"full_top_half", "full", "ojek", "self", kTop, 2026y / 11, "520.900", "627.800",
                  "2027-03"},
        // The turn of 2026, and that of March 2027.
        MonthCase{"trader_dec_2026", "basic", "trader", "self", kLow, 2026y / 12, "8.400", "16.800",
                  "2026-12"},
        MonthCase{"trader_jan_2027", "basic", "trader", "self", kLow, 2027y / 1, "16.800", "16.800",
                  ""},
        MonthCase{"driver_jan_2027", "basic", "driver", "self", kLow, 2027y / 1, "8.400", "16.800",
                  "2027-03"},
        MonthCase{"driver_mar_2027", "basic", "driver", "self", kLow, 2027y / 3, "8.400", "16.800",
                  "2027-03"},
        MonthCase{"driver_apr_2027", "basic", "driver", "self", kLow, 2027y / 4, "16.800", "16.800",
                  ""},
        // Nobody knows whether a pedicab is transport, so it is never quoted too low.
        MonthCase{"becak_jan_2027", "basic", "becak", "self", kLow, 2027y / 1, "16.800", "16.800",
                  ""},
        MonthCase{"typed_job", "basic", "TUKANG KAYU", "self", kLow, 2026y / 11, "8.400", "16.800",
                  "2026-12"},
        // What a public budget pays is never discounted.
        MonthCase{"city", "basic", "trader", "city", kLow, 2026y / 11, "16.800", "16.800", ""},
        MonthCase{"city_driver", "full", "driver", "city", kLow, 2026y / 11, "36.800", "36.800",
                  ""},
        MonthCase{"unsure", "basic", "trader", "unsure", kLow, 2026y / 11, "16.800", "16.800", ""},
        // No answer rather than a wrong one.
        MonthCase{"before_the_law", "basic", "trader", "self", kLow, 2015y / 6, "none", "none", ""},
        MonthCase{"no_such_programme", "jp", "trader", "self", kLow, 2026y / 11, "none", "none",
                  ""},
        MonthCase{"no_base", "basic", "trader", "self", 0, 2026y / 11, "none", "none", "2026-12"},
        MonthCase{"absurd_base", "basic", "trader", "self", 9'000'000'000'000'000'000, 2026y / 11,
                  "none", "none", "2026-12"}),
    by_name<MonthCase>);

// ---- Several months

struct TotalCase {
    const char* name;
    const char* programme;
    const char* job;
    const char* payer;
    long long base;
    Month first;
    int months;
    const char* total;
};

class Total : public testing::TestWithParam<TotalCase> {};

TEST_P(Total, Price) {
    const auto& p = GetParam();
    const PriceQuery query{p.programme, shipped().sector_of(p.job), p.payer, p.base, p.first};
    EXPECT_EQ(shown(total_price(shipped(), query, p.months)), p.total);
}

INSTANTIATE_TEST_SUITE_P(
    Prices, Total,
    testing::Values(
        TotalCase{"one", "basic", "trader", "self", kLow, 2026y / 11, 1, "8.400"},
        // 2 x 8.400 + 1 x 16.800
        TotalCase{"trader_3", "basic", "trader", "self", kLow, 2026y / 11, 3, "33.600"},
        // 2 x 8.400 + 10 x 16.800
        TotalCase{"trader_12", "basic", "trader", "self", kLow, 2026y / 11, 12, "184.800"},
        // 5 x 8.400 + 7 x 16.800
        TotalCase{"driver_12", "basic", "driver", "self", kLow, 2026y / 11, 12, "159.600"},
        // 2 x 28.400 + 10 x 36.800
        TotalCase{"trader_12_full", "full", "trader", "self", kLow, 2026y / 11, 12, "424.800"},
        TotalCase{"city_12", "basic", "trader", "city", kLow, 2026y / 11, 12, "201.600"},
        TotalCase{"last_day_of_2026", "basic", "trader", "self", kLow, 2026y / 12, 1, "8.400"},
        TotalCase{"first_day_of_2027", "basic", "trader", "self", kLow, 2027y / 1, 12, "201.600"},
        TotalCase{"driver_mar_2027", "basic", "driver", "self", kLow, 2027y / 3, 3, "42.000"},
        TotalCase{"driver_apr_2027", "basic", "driver", "self", kLow, 2027y / 4, 3, "50.400"},
        TotalCase{"into_the_discount", "basic", "trader", "self", kLow, 2026y / 3, 3, "33.600"},
        TotalCase{"longest_on_a_screen", "full", "trader", "self", kTop, 2028y / 1, 12,
                  "7.533.600"},
        TotalCase{"begins_before_the_law", "basic", "trader", "self", kLow, 2015y / 6, 3, "none"},
        TotalCase{"no_month", "basic", "trader", "self", kLow, 2026y / 11, 0, "none"},
        TotalCase{"negative", "basic", "trader", "self", kLow, 2026y / 11, -1, "none"},
        TotalCase{"absurdly_many", "basic", "trader", "self", kLow, 2026y / 11, 2'000'000'000,
                  "none"}),
    by_name<TotalCase>);

// ---- Income and job

struct BaseCase {
    const char* name;
    long long income;
    const char* base;
};

class Base : public testing::TestWithParam<BaseCase> {};

TEST_P(Base, ForIncome) {
    EXPECT_EQ(shown(shipped().base_for(GetParam().income)), GetParam().base);
}

INSTANTIATE_TEST_SUITE_P(Prices, Base,
                         testing::Values(BaseCase{"nothing", 0, "1.000.000"},
                                         BaseCase{"low", 750'000, "1.000.000"},
                                         BaseCase{"last_known", 1'099'999, "1.000.000"},
                                         BaseCase{"first_unknown", 1'100'000, "none"},
                                         BaseCase{"high", 25'000'000, "none"},
                                         BaseCase{"negative", -1, "none"}),
                         by_name<BaseCase>);

TEST(Prices, LowestBase) { EXPECT_EQ(shipped().lowest_base(), 1'000'000); }

TEST(Prices, Periods) { EXPECT_EQ(shipped().periods, (std::vector<int>{1, 3, 6, 12})); }

TEST(Prices, EmptyTableHasNoBase) { EXPECT_EQ(Prices{}.lowest_base(), 0); }

struct SectorCase {
    const char* name;
    const char* sector;
};

class Sector : public testing::TestWithParam<SectorCase> {};

TEST_P(Sector, OfJob) { EXPECT_EQ(shipped().sector_of(GetParam().name), GetParam().sector); }

INSTANTIATE_TEST_SUITE_P(Prices, Sector,
                         testing::Values(SectorCase{"ojek", "transport"},
                                         SectorCase{"driver", "transport"},
                                         SectorCase{"becak", "other"},
                                         SectorCase{"trader", "other"},
                                         SectorCase{"unheard_of", "other"}),
                         by_name<SectorCase>);

// ---- Tables other than the shipped one

/// Lines are counted from 1 in the tests below.
const std::string kGood =
    "rates:\n"                                                                 // 1
    "  - {part: jkk, per_mille: 10, from: 2020-01, to: 2024-12, source: a}\n"  // 2
    "  - {part: jkk, per_mille: 11, from: 2025-01, source: a}\n"               // 3
    "  - {part: jkm, flat: 6801, from: 2020-01, source: b}\n"                  // 4
    "programmes:\n"                                                            // 5
    "  - {code: basic, parts: [jkk, jkm]}\n"                                   // 6
    "sectors:\n"                                                               // 7
    "  ojek: transport\n"                                                      // 8
    "discounts:\n"                                                             // 9
    "  - parts: [jkk, jkm]\n"                                                  // 10
    "    percent: 50\n"                                                        // 11
    "    sectors: [transport]\n"                                               // 12
    "    payers: [self]\n"                                                     // 13
    "    from: 2026-01\n"                                                      // 14
    "    to: 2026-12\n"                                                        // 15
    "    source: c\n"                                                          // 16
    "brackets:\n"                                                              // 17
    "  - {income_from: 0, base: 1000000}\n"                                    // 18
    "  - {income_from: 2000000, base: unknown}\n"                              // 19
    "  - {income_from: 9000000, base: 9000000}\n"                              // 20
    "periods: [1, 3]\n";                                                       // 21

std::string changed(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    if (at == std::string::npos) ADD_FAILURE() << "nothing to change: " << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

std::string complaints(const std::string& text) {
    Problems problems;
    const auto prices = parse_prices(text, "p.yaml", problems);
    EXPECT_EQ(prices.has_value(), !any_error(problems));
    std::string all;
    for (const auto& problem : problems) all += written(problem) + "\n";
    return all;
}

TEST(ParsePrices, GoodTableHasNoComplaint) { EXPECT_EQ(complaints(kGood), ""); }

TEST(ParsePrices, RatesFollowEachOther) {
    Problems problems;
    const auto prices = parse_prices(kGood, "p.yaml", problems);
    ASSERT_TRUE(prices);
    const PriceQuery before{"basic", "other", "self", kLow, 2024y / 12};
    const PriceQuery after{"basic", "other", "self", kLow, 2025y / 1};
    EXPECT_EQ(monthly_price(*prices, before), 16'801);
    EXPECT_EQ(monthly_price(*prices, after), 17'801);
}

TEST(ParsePrices, HalvesAreRoundedUp) {
    Problems problems;
    const auto prices = parse_prices(kGood, "p.yaml", problems);
    ASSERT_TRUE(prices);
    const PriceQuery query{"basic", "transport", "self", kLow, 2026y / 1};
    EXPECT_EQ(monthly_price(*prices, query), 5'500 + 3'401);
}

TEST(ParsePrices, BracketsAboveAnUnknownOneCount) {
    Problems problems;
    const auto prices = parse_prices(kGood, "p.yaml", problems);
    ASSERT_TRUE(prices);
    EXPECT_EQ(prices->base_for(8'999'999), std::nullopt);
    EXPECT_EQ(prices->base_for(9'000'000), 9'000'000);
}

TEST(ParsePrices, DiscountThatEndsFirstCounts) {
    Problems problems;
    const auto text = changed(
        changed(kGood, "parts: [jkk, jkm]\n    percent", "parts: [jkk]\n    percent"), "brackets:",
        "  - {parts: [jkm], percent: 50, sectors: [transport], payers: "
        "[self], from: 2026-01, to: 2026-06, source: d}\nbrackets:");
    const auto prices = parse_prices(text, "p.yaml", problems);
    ASSERT_TRUE(prices);
    const PriceQuery query{"basic", "transport", "self", kLow, 2026y / 2};
    EXPECT_EQ(discount_until(*prices, query), 2026y / 6);
}

TEST(ParsePrices, DiscountsAndSectorsMayBeAbsent) {
    const auto begin = kGood.find("sectors:\n  ojek");
    const auto end = kGood.find("brackets:");
    EXPECT_EQ(complaints(kGood.substr(0, begin) + kGood.substr(end)), "");
}

TEST(ParsePrices, KeepsComplaintsOfOthers) {
    Problems problems{{"other.yaml", 1, "", "broken", Problem::Severity::error}};
    EXPECT_TRUE(parse_prices(kGood, "p.yaml", problems));
    EXPECT_EQ(problems.size(), 1U);
}

struct ComplaintCase {
    const char* name;
    const char* from;
    const char* to;
    const char* complaint;
};

class PriceComplaint : public testing::TestWithParam<ComplaintCase> {};

TEST_P(PriceComplaint, NamesTheLine) {
    const auto& p = GetParam();
    EXPECT_EQ(complaints(changed(kGood, p.from, p.to)),
              std::string("p.yaml:") + p.complaint + "\n");
}

INSTANTIATE_TEST_SUITE_P(
    File, PriceComplaint,
    testing::Values(
        ComplaintCase{"not_yaml", "periods: [1, 3]", "periods: [1, 3",
                      "22: error: not YAML: end of sequence flow not found"},
        ComplaintCase{"key_twice", "periods:", "rates: []\nperiods:",
                      "21: error: 'rates' stands here twice; first in line 1"},
        ComplaintCase{"unknown_key", "periods:", "period: 1\nperiods:",
                      "21: error: period: unknown key; did you mean 'periods'?"},
        ComplaintCase{"no_rows",
                      "brackets:\n  - {income_from: 0, base: 1000000}\n  - "
                      "{income_from: 2000000, base: unknown}\n  - {income_from: "
                      "9000000, base: 9000000}\n",
                      "", "1: error: brackets: is missing"},
        ComplaintCase{"rows_not_a_list", "programmes:\n  - {code: basic, parts: [jkk, jkm]}",
                      "programmes: basic", "5: error: programmes: must be a list of rows"},
        // The parser places what is not there on the line after it.
        ComplaintCase{"empty_row", "  - {code: basic", "  -\n  - {code: basic",
                      "7: error: programmes: has an empty row"},
        ComplaintCase{"row_not_a_mapping", "  - {code: basic", "  - basic\n  - {code: basic",
                      "6: error: programmes: must be a mapping of keys to values"}),
    by_name<ComplaintCase>);

INSTANTIATE_TEST_SUITE_P(
    Rates, PriceComplaint,
    testing::Values(
        ComplaintCase{"no_part", "{part: jkk, per_mille: 11, ", "{per_mille: 11, ",
                      "3: error: rates/part: is missing"},
        ComplaintCase{"no_amount", "flat: 6801, ", "",
                      "4: error: rates/per_mille: give either 'per_mille' or 'flat'"},
        ComplaintCase{"two_amounts", "flat: 6801", "flat: 6801, per_mille: 1",
                      "4: error: rates/per_mille: give either 'per_mille' or 'flat'"},
        ComplaintCase{"share_too_large", "per_mille: 11", "per_mille: 1001",
                      "3: error: rates/per_mille: must be a whole number from 1 to 1000, not "
                      "'1001'"},
        ComplaintCase{"percent_sign", "per_mille: 11", "per_mille: 1%",
                      "3: error: rates/per_mille: must be a whole number from 1 to 1000, not '1%'"},
        ComplaintCase{"dots", "flat: 6801", "flat: 6.801",
                      "4: error: rates/flat: must be a whole number from 1 to 1000000000, not "
                      "'6.801'"},
        ComplaintCase{"nothing", "flat: 6801", "flat: 0",
                      "4: error: rates/flat: must be a whole number from 1 to 1000000000, not '0'"},
        ComplaintCase{"no_source", "source: b", "source:", "4: error: rates/source: is missing"},
        ComplaintCase{"misspelt", "source: b", "sourc: x, source: b",
                      "4: error: rates/sourc: unknown key; did you mean 'source'?"},
        ComplaintCase{"bad_to", "to: 2024-12", "to: 2024-13",
                      "2: error: rates/to: must be a month like 2026-12, not '2024-13'"},
        ComplaintCase{"bad_from", "flat: 6801, from: 2020-01", "flat: 6801, from: 2020",
                      "4: error: rates/from: must be a month like 2026-12, not '2020'"},
        ComplaintCase{"no_from", "flat: 6801, from: 2020-01, ", "flat: 6801, ",
                      "4: error: rates/from: is missing"},
        ComplaintCase{"ends_before_it_begins", "from: 2020-01, to: 2024-12",
                      "from: 2024-12, to: 2024-11",
                      "2: error: rates/to: ends before it begins in 2024-12"},
        ComplaintCase{"overlap", "to: 2024-12", "to: 2025-01",
                      "3: error: rates: jkk holds in months in which the rate of line 2 does; end "
                      "that one with 'to'"},
        ComplaintCase{"open_end_before_another", ", to: 2024-12", "",
                      "3: error: rates: jkk holds in months in which the rate of line 2 does; end "
                      "that one with 'to'"},
        ComplaintCase{"gap", "to: 2024-12", "to: 2024-11",
                      "3: error: rates: jkk has no rate between 2024-11, where the rate of line 2 "
                      "ends, and 2025-01"}),
    by_name<ComplaintCase>);

INSTANTIATE_TEST_SUITE_P(
    Programmes, PriceComplaint,
    testing::Values(
        ComplaintCase{"no_code", "code: basic, ", "", "6: error: programmes/code: is missing"},
        ComplaintCase{"no_parts", ", parts: [jkk, jkm]}", "}",
                      "6: error: programmes/parts: is missing"},
        ComplaintCase{"part_without_rate", "[jkk, jkm]", "[jkk, jkmm]",
                      "6: error: programmes/parts: nothing here defines 'jkmm'; did you mean "
                      "'jkm'?"},
        ComplaintCase{"part_twice", "[jkk, jkm]", "[jkk, jkk]",
                      "6: error: programmes/parts: 'jkk' stands here twice"},
        ComplaintCase{"code_twice", "sectors:\n  ojek",
                      "  - {code: basic, parts: [jkk]}\nsectors:\n  ojek",
                      "7: error: programmes/code: 'basic' stands here twice"}),
    by_name<ComplaintCase>);

INSTANTIATE_TEST_SUITE_P(
    Discounts, PriceComplaint,
    testing::Values(
        ComplaintCase{"no_parts", "  - parts: [jkk, jkm]\n    percent: 50", "  - percent: 50",
                      "10: error: discounts/parts: is missing"},
        ComplaintCase{"unknown_part", "parts: [jkk, jkm]\n", "parts: [jkk, jp]\n",
                      "10: error: discounts/parts: nothing here defines 'jp'"},
        ComplaintCase{"no_percent", "    percent: 50\n", "",
                      "10: error: discounts/percent: is missing"},
        ComplaintCase{"percent_zero", "percent: 50", "percent: 0",
                      "11: error: discounts/percent: must be a whole number from 1 to 100, not "
                      "'0'"},
        ComplaintCase{"percent_101", "percent: 50", "percent: 101",
                      "11: error: discounts/percent: must be a whole number from 1 to 100, not "
                      "'101'"},
        ComplaintCase{"no_sectors", "    sectors: [transport]\n", "",
                      "10: error: discounts/sectors: is missing"},
        ComplaintCase{"unknown_sector", "sectors: [transport]", "sectors: [transpor]",
                      "10: error: discounts/sectors: nothing here defines 'transpor'; did you mean "
                      "'transport'?"},
        ComplaintCase{"no_payers", "    payers: [self]\n", "",
                      "10: error: discounts/payers: is missing"},
        ComplaintCase{"unknown_payer", "payers: [self]", "payers: [selv]",
                      "10: error: discounts/payers: nothing here defines 'selv'; did you mean "
                      "'self'?"},
        ComplaintCase{"no_from", "    from: 2026-01\n", "",
                      "10: error: discounts/from: is missing"},
        ComplaintCase{"bad_from", "from: 2026-01\n", "from: Jan 2026\n",
                      "14: error: discounts/from: must be a month like 2026-12, not 'Jan 2026'"},
        ComplaintCase{"no_to", "    to: 2026-12\n", "", "10: error: discounts/to: is missing"},
        ComplaintCase{"ends_before_it_begins", "to: 2026-12", "to: 2025-12",
                      "15: error: discounts/to: ends before it begins in 2026-01"},
        ComplaintCase{"no_source", "    source: c\n", "",
                      "10: error: discounts/source: is missing"},
        ComplaintCase{"given_twice", "brackets:",
                      "  - {parts: [jkm], percent: 10, sectors: [other, transport], payers: "
                      "[self], from: 2026-12, to: 2027-01, source: d}\nbrackets:",
                      "17: error: discounts: gives the same people a second discount in months of "
                      "line 10"}),
    by_name<ComplaintCase>);

INSTANTIATE_TEST_SUITE_P(
    Rest, PriceComplaint,
    testing::Values(
        ComplaintCase{"sectors_not_a_mapping", "sectors:\n  ojek: transport\n",
                      "sectors: [transport]\n",
                      "7: error: sectors: must be a mapping of keys to values\n"
                      "p.yaml:9: error: discounts/sectors: nothing here defines 'transport'"},
        ComplaintCase{"job_without_sector", "  ojek: transport\n", "  ojek: transport\n  driver:\n",
                      "9: error: sectors/driver: must be the name of a sector"},
        ComplaintCase{"job_with_two_sectors", "  ojek: transport\n",
                      "  ojek: transport\n  driver: [transport]\n",
                      "9: error: sectors/driver: must be the name of a sector"},
        ComplaintCase{"no_income", "{income_from: 0, base: 1000000}", "{base: 1000000}",
                      "18: error: brackets/income_from: is missing"},
        ComplaintCase{"begins_above_zero", "income_from: 0", "income_from: 1",
                      "18: error: brackets/income_from: the first row must begin at 0"},
        ComplaintCase{"no_base", "{income_from: 0, base: 1000000}",
                      "{income_from: 0}\n  - {income_from: 0, base: 1000000}",
                      "18: error: brackets/base: is missing"},
        ComplaintCase{"first_base_unknown", "base: 1000000", "base: unknown",
                      "18: error: brackets/base: of the first row must be known"},
        ComplaintCase{"base_in_words", "base: 9000000", "base: unknow",
                      "20: error: brackets/base: must be a whole number from 1 to 1000000000, not "
                      "'unknow'"},
        ComplaintCase{"income_falls", "income_from: 9000000", "income_from: 2000000",
                      "20: error: brackets/income_from: must be more than in the row before"},
        ComplaintCase{"base_falls", "base: 9000000", "base: 1000000",
                      "20: error: brackets/base: must be more than in the rows before"},
        ComplaintCase{"no_periods", "periods: [1, 3]\n", "", "1: error: periods: is missing"},
        ComplaintCase{"empty_periods", "[1, 3]", "[]", "1: error: periods: is missing"},
        ComplaintCase{"period_of_a_word", "[1, 3]", "[1, three]",
                      "21: error: periods: must be numbers of months from 1 to 60, not 'three'"},
        ComplaintCase{"period_too_long", "[1, 3]", "[1, 61]",
                      "21: error: periods: must be numbers of months from 1 to 60, not '61'"},
        ComplaintCase{"periods_fall", "[1, 3]", "[3, 1]", "21: error: periods: must rise: '1'"}),
    by_name<ComplaintCase>);

}  // namespace
}  // namespace jangkau::flows
