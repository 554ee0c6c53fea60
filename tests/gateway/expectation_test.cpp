#include "gateway/expectation.hpp"

#include <gtest/gtest.h>

#include "tests/support/case_name.hpp"

namespace jangkau::gateway {
namespace {

struct MatchCase {
    const char* name;
    const char* pattern;
    const char* text;
    Names before;
    bool matches;
    Names after;
};

class Match : public testing::TestWithParam<MatchCase> {};

TEST_P(Match, BindsNamesOnlyWhenItMatches) {
    const auto& row = GetParam();
    Names names = row.before;
    EXPECT_EQ(matches(row.pattern, row.text, names), row.matches);
    EXPECT_EQ(names, row.after);
}

INSTANTIATE_TEST_SUITE_P(
    Patterns, Match,
    testing::Values(
        MatchCase{"literal", "1 Daftar", "1 Daftar", {}, true, {}},
        MatchCase{
            "name_in_the_middle", "Tiket {t}. {...}", "Tiket 12. A. B.", {}, true, {{"t", "12"}}},
        MatchCase{"name_at_the_end", "Tiket {t}", "Tiket 123", {}, true, {{"t", "123"}}},
        MatchCase{"name_twice", "{t} = {t}", "7 = 7", {}, true, {{"t", "7"}}},
        MatchCase{"name_backtracks", "{t}.{t}.", "a.b.a.b.", {}, true, {{"t", "a.b"}}},
        MatchCase{"bound_name", "Tiket {t}", "Tiket 5", {{"t", "5"}}, true, {{"t", "5"}}},
        MatchCase{"anything_over_lines", "A{...}D", "A\nB\nC\nD", {}, true, {}},
        MatchCase{"anything_is_nothing", "A{...}D", "AD", {}, true, {}},
        MatchCase{"braces_as_they_stand", "{ } {} {a b}", "{ } {} {a b}", {}, true, {}},
        MatchCase{"other_text", "1 Daftar", "2 Daftar", {}, false, {}},
        MatchCase{"longer_text", "1 Daftar", "1 Daftar!", {}, false, {}},
        MatchCase{"empty_text", "A", "", {}, false, {}},
        MatchCase{"name_needs_something", "Tiket {t}", "Tiket ", {}, false, {}},
        MatchCase{"name_stays_in_its_line", "A{t}B", "A\nB", {}, false, {}},
        MatchCase{"name_twice_differs", "{t} = {t}", "7 = 8", {}, false, {}},
        MatchCase{"bound_name_differs", "Tiket {t}", "Tiket 6", {{"t", "5"}}, false, {{"t", "5"}}},
        MatchCase{"first_name_bound_then_wrong", "{a}-{b}!", "1-2?", {}, false, {}}),
    case_name<MatchCase>);

TEST(Matching, GivesUpOnTooManyWays) {
    std::string pattern;
    for (int i = 0; i < 20; ++i) pattern += "{...}a";
    Names names;
    EXPECT_FALSE(matches(pattern + "b", std::string(300, 'a'), names));
}

TEST(Filled, NeedsEveryName) {
    EXPECT_EQ(filled("YA {t}", {{"t", "12"}}), "YA 12");
    EXPECT_EQ(filled("YA {u}", {{"t", "12"}}), std::nullopt);
    EXPECT_EQ(filled("YA {...}", {}), std::nullopt);
}

TEST(ShownLines, CutsBlanksAndControlCharacters) {
    EXPECT_EQ(shown_lines("a  \r\n\x1b[2Jb\n"), (std::vector<std::string>{"a", " [2Jb", ""}));
}

using Lines = std::vector<std::string>;

std::string drawn(const Lines& expected, const Lines& actual, const Names& names = {}) {
    std::string text;
    for (const auto& row : diff(expected, actual, names)) {
        const char* signs[] = {" ", "-", "+"};
        text += signs[static_cast<int>(row.kind)] + row.text + "|";
    }
    return text;
}

TEST(Diff, ShowsTheFewestLines) {
    EXPECT_EQ(drawn({"a", "b"}, {"a", "b"}), " a| b|");
    EXPECT_EQ(drawn({"a", "b", "c"}, {"a", "x", "c"}), " a|-b|+x| c|");
    EXPECT_EQ(drawn({"a", "c"}, {"a", "b", "c"}), " a|+b| c|");
    EXPECT_EQ(drawn({"a", "b", "c"}, {"c"}), "-a|-b| c|");
    EXPECT_EQ(drawn({}, {"a"}), "+a|");
    EXPECT_EQ(drawn({"a", "{...}", "d"}, {"a", "b", "c", "x"}), " a| {...}|-d|+x|");
    EXPECT_EQ(drawn({"T {t}", "b"}, {"T 1", "x"}), " T {t}|-b|+x|");
    EXPECT_EQ(drawn({"T {t}"}, {"T 1"}, {{"t", "2"}}), "-T {t}|+T 1|");
}

struct RewriteCase {
    const char* name;
    Lines expected;
    Lines actual;
    Names names;
    Lines rewritten;
};

class Rewrite : public testing::TestWithParam<RewriteCase> {};

TEST_P(Rewrite, KeepsWhatStillMatches) {
    const auto& row = GetParam();
    Names names = row.names;
    const auto lines = rewritten(row.expected, row.actual, names);
    ASSERT_TRUE(lines);
    EXPECT_EQ(*lines, row.rewritten);
    EXPECT_TRUE(matches(joined(*lines), joined(row.actual), names));
}

INSTANTIATE_TEST_SUITE_P(
    Expectations, Rewrite,
    testing::Values(
        RewriteCase{"same", {"T {t}", "{...}"}, {"T 1", "b", "c"}, {}, {"T {t}", "{...}"}},
        RewriteCase{"new", {}, {"a", "b"}, {}, {"a", "b"}},
        RewriteCase{
            "one_line", {"a {t}", "b", "{...}"}, {"a 1", "x", "c"}, {}, {"a {t}", "x", "{...}"}},
        RewriteCase{"known_value", {"b"}, {"YA 4821736!"}, {{"t", "4821736"}}, {"YA {t}!"}},
        RewriteCase{"part_of_a_word", {"b"}, {"YA 14821736"}, {{"t", "4821736"}}, {"YA 14821736"}},
        RewriteCase{"short_value", {"b"}, {"1 Ya"}, {{"t", "1"}}, {"1 Ya"}},
        RewriteCase{"name_finds_its_place",
                    {"Terkirim. Tiket {t}. Agen datang."},
                    {"Tiket 4821736. Agen menelepon."},
                    {},
                    {"Tiket {t}. Agen menelepon."}}),
    case_name<RewriteCase>);

TEST(Rewriting, ANameWithoutPlaceIsAskedFor) {
    Names names;
    EXPECT_FALSE(rewritten({"Tiket {t}."}, {"Maaf, coba lagi."}, names));
}

}  // namespace
}  // namespace jangkau::gateway
