#include "menus/render.hpp"

#include <numeric>
#include <random>

#include "gateway/core/text.hpp"
#include "tests/menus/menu_files.hpp"
#include "tests/support/case_name.hpp"

namespace jangkau::menus {
namespace {

const Menu& small() {
    static const Menu menu = menu_of(small_files());
    return menu;
}

// ---- fill

struct FillCase {
    const char* name;
    const char* text;
    Vars vars;
    Vars settings;
    std::string filled;
};
class Fill : public testing::TestWithParam<FillCase> {};

TEST_P(Fill, puts_values_for_placeholders) {
    const FillCase& tested = GetParam();
    EXPECT_EQ(fill(small(), "id", tested.text, tested.vars, tested.settings), tested.filled);
}

INSTANTIATE_TEST_SUITE_P(
    Render, Fill,
    testing::Values(
        FillCase{"nothing", "", {}, {}, ""}, FillCase{"plain", "Halo", {}, {}, "Halo"},
        FillCase{"variable", "Halo {name}!", {{"name", "BUDI"}}, {}, "Halo BUDI!"},
        FillCase{"setting", "Halo {service}", {}, {{"service", "Jangkau"}}, "Halo Jangkau"},
        FillCase{"variable before setting", "{x}", {{"x", "own"}}, {{"x", "set"}}, "own"},
        FillCase{"empty variable before setting", "[{x}]", {{"x", ""}}, {{"x", "set"}}, "[]"},
        FillCase{"neither", "[{x}]", {}, {}, "[]"},
        FillCase{"word of a code", "{job}", {{"job", "fisher"}}, {}, "Nelayan"},
        FillCase{"code without word", "{job}", {{"job", "Tukang"}}, {}, "Tukang"},
        FillCase{"by another variable", "{area}", {{"area_label", "Tallo"}}, {}, "Tallo"},
        FillCase{"not by its own name", "[{area}]", {{"area", "18"}}, {}, "[]"},
        FillCase{"twice", "{x}{x}", {{"x", "a"}}, {}, "aa"},
        FillCase{"value with braces stays", "{x}", {{"x", "{name}"}, {"name", "B"}}, {}, "{name}"},
        FillCase{"open brace", "a { b", {}, {}, "a { b"},
        FillCase{"close brace", "a } b", {}, {}, "a } b"},
        FillCase{"never closed", "a {name", {{"name", "B"}}, {}, "a {name"},
        FillCase{"empty braces", "{}", {}, {}, "{}"},
        FillCase{"capitals", "{Name}", {{"name", "B"}}, {}, "{Name}"},
        FillCase{"blank inside", "{ name }", {{"name", "B"}}, {}, "{ name }"},
        FillCase{"doubled", "{{name}}", {{"name", "B"}}, {}, "{B}"},
        FillCase{"begun twice", "{na{name}", {{"name", "B"}}, {}, "{naB"},
        FillCase{"brace at the end", "a{", {}, {}, "a{"},
        FillCase{"value that is no text", "{x}.", {{"x", "a\xFF\xC3"}}, {}, "a??."},
        FillCase{"value with a zero byte kept",
                 "{x}",
                 {{"x", std::string("a\0b", 3)}},
                 {},
                 std::string("a\0b", 3)}),
    case_name<FillCase>);

struct NamesCase {
    const char* name;
    const char* text;
    std::vector<std::string> names;
};
class Placeholders : public testing::TestWithParam<NamesCase> {};

TEST_P(Placeholders, are_named_in_order_and_once) {
    EXPECT_EQ(placeholders_in(GetParam().text), GetParam().names);
}

INSTANTIATE_TEST_SUITE_P(Render, Placeholders,
                         testing::Values(NamesCase{"two", "{b} {a_1} {b}", {"b", "a_1"}},
                                         NamesCase{"none", "b", {}}, NamesCase{"empty", "", {}},
                                         NamesCase{"broken", "{a {B} {} } {", {}},
                                         NamesCase{"after a broken one", "{a {b}", {"b"}}),
                         case_name<NamesCase>);

// ---- render_text

TEST(RenderText, shows_prompt_and_options) {
    EXPECT_EQ(render_text(small(), "en", "SUMMARY",
                          {{"name", "BUDI"}, {"job", "fisher"}, {"area_label", "Tallo"}}, {}),
              "BUDI, Fisher, Tallo\n1 Right\n2 Change name\n3 Change place");
}

TEST(RenderText, writes_what_would_force_ucs2_otherwise) {
    EXPECT_EQ(render_text(small(), "en", "GONE",
                          {{"name",
                            "D\xE2\x80\x99"
                            "E"}},
                          {}),
              "Sorry, D'E.");
}

TEST(RenderText, of_an_unknown_text_is_empty) {
    EXPECT_EQ(render_text(small(), "en", "NOTHING", {}, {}), "");
}

// ---- fits

struct FitCase {
    const char* name;
    std::string text;
    std::size_t units;
    bool fits;
};
class Fits : public testing::TestWithParam<FitCase> {};

TEST_P(Fits, counts_septets_or_ucs2_units) {
    EXPECT_EQ(fits(GetParam().text, GetParam().units), GetParam().fits);
}

std::string times(std::string_view text, std::size_t count) {
    std::string out;
    while (count-- > 0) out += text;
    return out;
}

INSTANTIATE_TEST_SUITE_P(
    Render, Fits,
    testing::Values(FitCase{"empty", "", 0, true}, FitCase{"full", times("a", 160), 160, true},
                    FitCase{"one over", times("a", 161), 160, false},
                    FitCase{"extension", times("{", 80), 160, true},
                    FitCase{"extension over", times("{", 81), 160, false},
                    FitCase{"ucs2 at 182", times("\xE4\xBD\xA0", 80), 182, true},
                    FitCase{"ucs2 over at 182", times("\xE4\xBD\xA0", 81), 182, false},
                    FitCase{"ucs2 at 160", times("\xE4\xBD\xA0", 70), 160, true},
                    FitCase{"ucs2 over at 160", times("\xE4\xBD\xA0", 71), 160, false},
                    FitCase{"one character forces all", times("a", 70) + "\xE4\xBD\xA0", 160,
                            false},
                    FitCase{"pairs", times("\xF0\x9F\x98\x80", 35), 160, true},
                    FitCase{"pairs over", times("\xF0\x9F\x98\x80", 36), 160, false}),
    case_name<FitCase>);

// ---- page_sizes

std::string page_of(const std::string& prompt, const std::vector<std::string>& lines,
                    std::size_t first, std::size_t count, const std::string& more,
                    const std::string& back) {
    std::string page = prompt;
    const auto add = [&](const std::string& line) {
        if (!page.empty()) page += '\n';
        page += line;
    };
    for (std::size_t i = first; i < first + count; ++i) add(lines[i]);
    if (first + count < lines.size()) add(more);
    if (!back.empty()) add(back);
    return page;
}

TEST(PageSizes, keep_their_promises_for_any_lines) {
    std::mt19937 random(20261122);
    const auto below = [&](std::size_t limit) {
        return static_cast<std::size_t>(random() % limit);
    };
    const char* letters[] = {"a", "{", "\xC3\xA9", "\xE4\xBD\xA0", "\xF0\x9F\x98\x80"};
    for (int round = 0; round < 1000; ++round) {
        const std::size_t kinds = round % 4 == 0 ? 5 : 3;
        const auto word = [&](std::size_t most) {
            std::string out;
            for (std::size_t i = below(most + 1); i > 0; --i) out += letters[below(kinds)];
            return out;
        };
        const std::string prompt = word(60);
        std::vector<std::string> lines;
        for (std::size_t i = below(30); i > 0; --i) lines.push_back("1 " + word(40));
        const std::string more = "9 Lainnya";
        const std::string back = below(2) ? "0 Kembali" : "";
        const std::size_t per_page = below(10);
        const std::size_t units = below(200);

        const auto sizes = page_sizes(prompt, lines, more, back, per_page, units);
        ASSERT_EQ(std::accumulate(sizes.begin(), sizes.end(), std::size_t{0}), lines.size());
        std::size_t first = 0;
        for (const std::size_t size : sizes) {
            if (!lines.empty()) {
                ASSERT_GE(size, 1u);
            }
            ASSERT_LE(size, std::max<std::size_t>(per_page, 1));
            if (size > 1) {
                ASSERT_TRUE(fits(page_of(prompt, lines, first, size, more, back), units));
            }
            const std::size_t larger = size + 1;
            if (larger <= per_page && first + larger <= lines.size()) {
                ASSERT_FALSE(fits(page_of(prompt, lines, first, larger, more, back), units))
                    << "a page could have held more";
            }
            first += size;
        }
    }
}

TEST(PageSizes, of_no_lines_are_one_empty_page) {
    EXPECT_EQ(page_sizes("p", {}, "9", "0", 8, 160), std::vector<std::size_t>{0});
}

TEST(PageSizes, keep_room_for_more_only_where_there_is_more) {
    const std::vector<std::string> lines{"1 aaaa", "2 bbbb"};
    EXPECT_EQ(page_sizes("", lines, "9 m", "", 8, 13), std::vector<std::size_t>{2});
    EXPECT_EQ(page_sizes("", lines, "9 m", "", 8, 12), (std::vector<std::size_t>{1, 1}));
    EXPECT_EQ(page_sizes("", lines, "9 m", "", 8, 1), (std::vector<std::size_t>{1, 1}));
}

// ---- compose_screen

struct ComposeCase {
    const char* name;
    std::string prompt;
    std::vector<std::string> lines;
    std::size_t units;
    std::string screen;
};
class Compose : public testing::TestWithParam<ComposeCase> {};

TEST_P(Compose, shortens_the_prompt_before_the_options) {
    const ComposeCase& tested = GetParam();
    const std::string screen = compose_screen(tested.prompt, tested.lines, tested.units);
    EXPECT_EQ(screen, tested.screen);
    EXPECT_TRUE(valid_utf8(screen));
    EXPECT_TRUE(fits(screen, tested.units));
}

INSTANTIATE_TEST_SUITE_P(
    Render, Compose,
    testing::Values(
        ComposeCase{"fits", "Pick", {"1 a", "2 b"}, 12, "Pick\n1 a\n2 b"},
        ComposeCase{"prompt cut", "Pick", {"1 a", "2 b"}, 10, "Pi\n1 a\n2 b"},
        ComposeCase{"prompt gone", "Pick", {"1 a", "2 b"}, 7, "1 a\n2 b"},
        ComposeCase{"options cut", "Pick", {"1 a", "2 b"}, 5, "Pick\n"},
        ComposeCase{"no room", "Pick", {"1 a"}, 0, ""}, ComposeCase{"empty", "", {}, 160, ""},
        ComposeCase{"no prompt", "", {"1 a"}, 160, "1 a"},
        ComposeCase{"two bytes", times("\xC3\xA9", 10), {"1 a"}, 9, times("\xC3\xA9", 5) + "\n1 a"},
        ComposeCase{"extension pair", times("{", 10), {"1 a"}, 9, "{{\n1 a"},
        ComposeCase{
            "ucs2", times("\xE4\xBD\xA0", 100), {"1 a"}, 160, times("\xE4\xBD\xA0", 66) + "\n1 a"},
        ComposeCase{"surrogate pairs",
                    times("\xF0\x9F\x98\x80", 50),
                    {"1 a"},
                    160,
                    times("\xF0\x9F\x98\x80", 33) + "\n1 a"},
        ComposeCase{"ucs2 only at the end",
                    times("a", 150) + "\xE4\xBD\xA0",
                    {"1 abcdefghi"},
                    160,
                    times("a", 148) + "\n1 abcdefghi"},
        ComposeCase{"ucs2 in the options",
                    "Pick",
                    {times("\xE4\xBD\xA0", 80)},
                    160,
                    "Pick\n" + times("\xE4\xBD\xA0", 65)}),
    case_name<ComposeCase>);

TEST(Compose, of_anything_fits_and_is_utf8) {
    std::mt19937 random(7);
    const char* letters[] = {
        "a", "{", "\n", "\xC3\xA9", "\xE2\x82\xAC", "\xE4\xBD\xA0", "\xF0\x9F\x98\x80"};
    for (int round = 0; round < 1000; ++round) {
        const auto word = [&](std::size_t most) {
            std::string out;
            for (std::size_t i = random() % (most + 1); i > 0; --i) out += letters[random() % 7];
            return out;
        };
        std::vector<std::string> lines;
        for (std::size_t i = random() % 6; i > 0; --i) lines.push_back(word(30));
        const std::size_t units = random() % 200;
        const std::string screen = compose_screen(word(120), lines, units);
        ASSERT_TRUE(valid_utf8(screen));
        ASSERT_TRUE(fits(screen, units)) << units << " " << screen;
    }
}

}  // namespace
}  // namespace jangkau::menus
