#include "menus/flows/facts.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "menus/flows/prices.hpp"

namespace jangkau::flows {
namespace {

using namespace std::chrono_literals;

const std::vector<std::string> kLanguages{"id", "en"};

std::string shipped_text(const std::string& name) {
    std::ifstream in(JANGKAU_SOURCE_DIR "/config/" + name);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

const Facts& shipped() {
    static const Facts facts = [] {
        Problems problems;
        auto parsed = parse_facts(shipped_text("facts.yaml"), "facts.yaml", kLanguages, problems);
        for (const auto& problem : problems) ADD_FAILURE() << written(problem);
        return parsed.value_or(Facts{});
    }();
    return facts;
}

template <class Case>
std::string by_name(const testing::TestParamInfo<Case>& info) {
    return info.param.name;
}

// ---- The shipped facts

struct FactCase {
    const char* name;
    const char* fact;
    const char* language;
    Month month;
    const char* value;
};

class ShippedFact : public testing::TestWithParam<FactCase> {};

TEST_P(ShippedFact, InMonth) {
    const auto& p = GetParam();
    const auto facts = facts_at(shipped(), p.language, p.month);
    ASSERT_TRUE(facts.contains(p.fact));
    EXPECT_EQ(facts.find(p.fact)->second, p.value);
}

INSTANTIATE_TEST_SUITE_P(
    Facts, ShippedFact,
    testing::Values(FactCase{"benefit", "death_benefit", "id", 2026y / 11, "Rp42 juta"},
                    FactCase{"benefit_en", "death_benefit", "en", 2026y / 11, "Rp42 million"},
                    FactCase{"benefit_later", "death_benefit", "id", 2031y / 1, "Rp42 juta"},
                    FactCase{"one_for_all_id", "call_centre", "id", 2026y / 11, "175"},
                    FactCase{"one_for_all_en", "call_centre", "en", 2026y / 11, "175"},
                    FactCase{"unknown_language", "call_centre", "bug", 2026y / 11, ""},
                    FactCase{"before_transport", "transport_until", "id", 2025y / 12, ""},
                    FactCase{"transport", "transport_until", "id", 2026y / 1, "Mar 2027"},
                    FactCase{"others_not_yet", "other_until", "id", 2026y / 3, ""},
                    FactCase{"others", "other_until", "id", 2026y / 4, "Des 2026"},
                    FactCase{"others_en", "other_until", "en", 2026y / 12, "Dec 2026"},
                    FactCase{"others_over", "other_until", "id", 2027y / 1, ""},
                    FactCase{"transport_still", "transport_until", "id", 2027y / 3, "Mar 2027"},
                    FactCase{"transport_over", "transport_until", "id", 2027y / 4, ""},
                    FactCase{"percent_still", "discount_percent", "id", 2027y / 3, "50"},
                    FactCase{"percent_over", "discount_percent", "id", 2027y / 4, ""}),
    by_name<FactCase>);

// Facts say in words what prices.yaml says in rows. These tests stand between them.

const Prices& shipped_prices() {
    static const Prices prices = [] {
        Problems problems;
        return parse_prices(shipped_text("prices.yaml"), "prices.yaml", problems)
            .value_or(Prices{});
    }();
    return prices;
}

struct AgreeCase {
    const char* name;
    const char* fact;
    const char* sector;
};

class FactAgrees : public testing::TestWithParam<AgreeCase> {};

TEST_P(FactAgrees, WithDiscounts) {
    const std::map<unsigned, std::string> months{{3, "Mar"}, {12, "Dec"}};
    for (Month month = 2025y / 10; month < 2027y / 8; month += std::chrono::months(1)) {
        const PriceQuery query{"basic", GetParam().sector, "self", 1'000'000, month};
        const auto until = discount_until(shipped_prices(), query);
        std::string words;
        if (until) {
            words = months.at(unsigned(until->month())) + " " + std::to_string(int(until->year()));
        }
        EXPECT_EQ(facts_at(shipped(), "en", month).find(GetParam().fact)->second, words)
            << iso(month);
    }
}

INSTANTIATE_TEST_SUITE_P(Facts, FactAgrees,
                         testing::Values(AgreeCase{"transport", "transport_until", "transport"},
                                         AgreeCase{"other", "other_until", "other"}),
                         by_name<AgreeCase>);

TEST(Facts, LowestBaseAgreesWithPrices) {
    EXPECT_EQ(shipped_prices().lowest_base(), 1'000'000);
    EXPECT_EQ(facts_at(shipped(), "en", 2026y / 11)["lowest_base"], "Rp1 million");
}

TEST(Facts, WorstIsKnownForEveryNameThatAMonthHas) {
    for (const auto& language : kLanguages) {
        const auto worst = worst_facts(shipped(), language);
        EXPECT_EQ(worst.size(), facts_at(shipped(), language, 2026y / 11).size());
        for (const auto& [name, value] : worst) EXPECT_NE(value, "") << name;
    }
}

// ---- Files other than the shipped one

const std::string kGood =
    "benefit:\n"                                                                    // 1
    "  - {id: Rp9 juta, en: Rp9 million, from: 2024-01, to: 2024-12, source: a}\n"  // 2
    "  - {id: Rp42 juta, en: Rp42 m, from: 2025-03, source: b}\n"                   // 3
    "phone:\n"                                                                      // 4
    "  - {value: \"175\", from: 2025-01, source: c}\n";                             // 5

Facts good() {
    Problems problems;
    auto facts = parse_facts(kGood, "f.yaml", kLanguages, problems);
    EXPECT_EQ(problems.size(), 0U);
    return facts.value_or(Facts{});
}

TEST(Facts, HasNoValueBetweenTwo) {
    EXPECT_EQ(facts_at(good(), "id", 2024y / 12)["benefit"], "Rp9 juta");
    EXPECT_EQ(facts_at(good(), "id", 2025y / 2)["benefit"], "");
    EXPECT_EQ(facts_at(good(), "id", 2025y / 3)["benefit"], "Rp42 juta");
}

TEST(Facts, WorstIsTheLongestOfAllMonthsForEachLanguage) {
    EXPECT_EQ(worst_facts(good(), "id"), (menus::Vars{{"benefit", "Rp42 juta"}, {"phone", "175"}}));
    EXPECT_EQ(worst_facts(good(), "en"),
              (menus::Vars{{"benefit", "Rp9 million"}, {"phone", "175"}}));
}

TEST(Facts, WorstCountsSeptets) {
    Problems problems;
    const auto facts = parse_facts(
        "sign:\n"
        "  - {value: '[]', from: 2024-01, to: 2024-12, source: a}\n"
        "  - {value: abc, from: 2025-01, source: a}\n",
        "f.yaml", kLanguages, problems);
    ASSERT_TRUE(facts);
    EXPECT_EQ(worst_facts(*facts, "id"), (menus::Vars{{"sign", "[]"}}));
}

TEST(Facts, EmptyFileHasNone) {
    Problems problems;
    const auto facts = parse_facts("# nothing yet\n", "f.yaml", kLanguages, problems);
    ASSERT_TRUE(facts);
    EXPECT_TRUE(facts->values.empty());
}

TEST(Facts, RemembersSourceAndLine) {
    const auto facts = good();
    const auto& value = facts.values.at("benefit").at(1);
    EXPECT_EQ(value.source, "b");
    EXPECT_EQ(value.line, 3);
}

struct ComplaintCase {
    const char* name;
    const char* from;
    const char* to;
    const char* complaint;
};

class FactComplaint : public testing::TestWithParam<ComplaintCase> {};

TEST_P(FactComplaint, NamesTheLine) {
    const auto& p = GetParam();
    std::string text = kGood;
    const auto at = text.find(p.from);
    ASSERT_NE(at, std::string::npos);
    text.replace(at, std::string_view(p.from).size(), p.to);

    Problems problems;
    EXPECT_FALSE(parse_facts(text, "f.yaml", kLanguages, problems));
    std::string all;
    for (const auto& problem : problems) all += written(problem) + "\n";
    EXPECT_EQ(all, std::string("f.yaml:") + p.complaint + "\n");
}

INSTANTIATE_TEST_SUITE_P(
    Facts, FactComplaint,
    testing::Values(
        ComplaintCase{"not_yaml", "phone:", "phone: [", "5: error: not YAML: illegal block entry"},
        ComplaintCase{"not_a_mapping",
                      "benefit:\n  - {id: Rp9 juta, en: Rp9 million, from: 2024-01, to: 2024-12, "
                      "source: a}\n  - {id: Rp42 juta, en: Rp42 m, from: 2025-03, source: "
                      "b}\nphone:\n  - {",
                      "- {", "1: error: must be a mapping of keys to values"},
        ComplaintCase{"name_twice", "phone:", "benefit:",
                      "4: error: 'benefit' stands here twice; first in line 1"},
        ComplaintCase{"name_of_no_placeholder", "phone:", "Call centre:",
                      "4: error: Call centre: a name is made of a-z, 0-9 and _, as in "
                      "{death_benefit}"},
        ComplaintCase{"no_rows", "  - {value: \"175\", from: 2025-01, source: c}\n", "",
                      "4: error: phone: must be a list of values with from and source"},
        ComplaintCase{"rows_not_a_list", "  - {value: \"175\"", "  {value: \"175\"",
                      "4: error: phone: must be a list of values with from and source"},
        // The parser places what is not there on the line after it.
        ComplaintCase{"empty_row", "  - {value", "  -\n  - {value", "6: error: phone: is empty"},
        ComplaintCase{"row_not_a_mapping", "  - {value", "  - 175\n  - {value",
                      "5: error: phone: must be a mapping of keys to values"},
        ComplaintCase{"a_language_is_missing", "en: Rp42 m, ", "",
                      "3: error: benefit/en: is missing; give one value for each language, or "
                      "'value' for all"},
        ComplaintCase{
            "a_language_too_many", "en: Rp42 m", "en: Rp42 m, bug: Rp42",
            "3: error: benefit/bug: unknown key; known here: en, from, id, source, to, value"},
        ComplaintCase{"misspelt", "from: 2025-03", "from: 2025-03, form: 2025-04",
                      "3: error: benefit/form: unknown key; did you mean 'from'?"},
        ComplaintCase{"both_forms", "value: \"175\"", "value: \"175\", en: \"176\"",
                      "5: error: phone/en: stands beside 'value'; keep one of them"},
        ComplaintCase{"empty_value", "\"175\"", "' '", "5: error: phone/value: is empty"},
        ComplaintCase{"two_lines", "\"175\"", "\"1\\n75\"",
                      "5: error: phone/value: must be one line without braces"},
        ComplaintCase{"placeholder_inside", "\"175\"", "\"{hotline}\"",
                      "5: error: phone/value: must be one line without braces"},
        ComplaintCase{"not_gsm", "\"175\"",
                      "\"1\xe2\x80\x93"
                      "75\"",
                      "5: error: phone/value: contains '\xe2\x80\x93', which the GSM alphabet "
                      "lacks: every text that cites it would hold 70 characters instead of 160"},
        ComplaintCase{"no_from", "from: 2025-01, ", "", "5: error: phone/from: is missing"},
        ComplaintCase{"bad_from", "from: 2025-01", "from: 2025",
                      "5: error: phone/from: must be a month like 2026-12, not '2025'"},
        ComplaintCase{"bad_to", "to: 2024-12", "to: 12-2024",
                      "2: error: benefit/to: must be a month like 2026-12, not '12-2024'"},
        ComplaintCase{"ends_before_it_begins", "to: 2024-12", "to: 2023-12",
                      "2: error: benefit/to: ends before it begins in 2024-01"},
        ComplaintCase{"overlap", "to: 2024-12", "to: 2025-03",
                      "3: error: benefit: holds in months in which the value of line 2 does; end "
                      "that one with 'to'"},
        ComplaintCase{"open_end_before_another", ", to: 2024-12", "",
                      "3: error: benefit: holds in months in which the value of line 2 does; end "
                      "that one with 'to'"},
        ComplaintCase{"no_source", ", source: c", "", "5: error: phone/source: is missing"}),
    by_name<ComplaintCase>);

}  // namespace
}  // namespace jangkau::flows
