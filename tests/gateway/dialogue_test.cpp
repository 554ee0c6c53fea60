#include "gateway/dialogue.hpp"

#include <gtest/gtest.h>

#include "tests/support/case_name.hpp"

namespace jangkau::gateway {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

constexpr std::string_view kWhole =
    "\xEF\xBB\xBF# A trader registers.\r\n"
    "channel africastalking\n"
    "ignore sms\n"
    "phone worker 0812-3450-0001\n"
    "phone agent new\n"
    "\n"
    "worker dials *123#\n"
    "> Selamat datang\n"
    ">\n"
    ">  2 English\n"
    "worker types \" 1 \"\n"
    "worker types\n"
    "# the end\n"
    "= Tiket {ticket}\n"
    "agent sends YA {ticket}\n"
    "wait 25 hours\n"
    "agent gets nothing\n"
    "worker hangs up";

TEST(ParseDialogue, ReadsEverything) {
    Problems problems;
    const auto dialogue = parse_dialogue(kWhole, "a.dialog", problems);
    ASSERT_TRUE(dialogue);
    EXPECT_TRUE(problems.empty());
    EXPECT_EQ(dialogue->channel, "africastalking");
    EXPECT_TRUE(dialogue->ignore_sms);
    ASSERT_EQ(dialogue->callers.size(), 2U);
    EXPECT_EQ(dialogue->callers[0].number, "+6281234500001");
    EXPECT_EQ(dialogue->callers[1].number, "");

    ASSERT_EQ(dialogue->steps.size(), 7U);
    const Step& dial = dialogue->steps[0];
    EXPECT_EQ(dial.verb, Verb::dials);
    EXPECT_EQ(dial.who, "worker");
    EXPECT_EQ(dial.text, "*123#");
    EXPECT_EQ(dial.line, 7);
    EXPECT_EQ(dial.expected, (Lines{"Selamat datang", "", " 2 English"}));
    EXPECT_EQ(dial.expected_at, (std::vector<int>{8, 9, 10}));
    EXPECT_FALSE(dial.end);
    EXPECT_EQ(dialogue->steps[1].text, " 1 ");
    EXPECT_EQ(dialogue->steps[2].text, "");
    EXPECT_TRUE(dialogue->steps[2].end);
    EXPECT_EQ(dialogue->steps[4].wait, 25h);
    EXPECT_EQ(dialogue->steps[5].verb, Verb::gets_nothing);
    EXPECT_EQ(dialogue->steps[6].verb, Verb::hangs_up);
}

TEST(ParseDialogue, ShowsEveryProblem) {
    Problems problems;
    EXPECT_FALSE(parse_dialogue("phone a 1\nphone b 2\nb sings\n", "a.dialog", problems));
    EXPECT_EQ(problems.size(), 3U);
}

struct BadCase {
    const char* name;
    const char* text;
    const char* problem;
};

class BadDialogue : public testing::TestWithParam<BadCase> {};

TEST_P(BadDialogue, IsToldWithFileAndLine) {
    Problems problems;
    const std::string text = std::string("phone a 081234500001\na dials *1#\n") + GetParam().text;
    EXPECT_FALSE(parse_dialogue(text, "a.dialog", problems));
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(written(problems[0]), std::string("a.dialog:") + GetParam().problem);
}

INSTANTIATE_TEST_SUITE_P(
    Problems, BadDialogue,
    testing::Values(
        BadCase{"unknown_phone", "aa types 1",
                "3: error: no phone is called 'aa'; did you mean 'a'?"},
        BadCase{"unknown_verb", "a type 1",
                "3: error: 'type' is nothing that a phone does; did you mean 'types'?; there are "
                "dials, types, redials, repeats, hangs up, sends, gets nothing, gets"},
        BadCase{"screen_without_sign", "Selamat",
                "3: error: 'Selamat' is no step; screens begin with > or ="},
        BadCase{"nothing_to_send", "a sends", "3: error: what a sends is missing"},
        BadCase{
            "expectation_behind_verb", "a gets Tiket",
            "3: error: nothing can follow 'gets'; what is expected stands in lines with > below"},
        BadCase{"late_phone", "phone b 081234500002",
                "3: error: this belongs to the top, before anything happens"},
        BadCase{"late_ignore", "ignore sms",
                "3: error: this belongs to the top, before anything happens"},
        BadCase{"wait_without_unit", "wait 25",
                "3: error: write 'wait NUMBER seconds', minutes, hours or days"},
        BadCase{"wait_for_long", "wait 9999999 days",
                "3: error: write 'wait NUMBER seconds', minutes, hours or days"},
        BadCase{"both_signs", "> a\n= b",
                "4: error: all lines of one screen begin alike: > if it goes on, = if it ends"},
        BadCase{"sms_that_ends", "a gets\n= b", "4: error: lines of an SMS begin with >"},
        BadCase{"screen_of_a_hang_up", "a hangs up\n> b",
                "4: error: nothing is shown after 'a hangs up'"},
        BadCase{"unbound_name", "> Tiket {ticket}\na types {tiket}",
                "4: error: {tiket} stands for nothing yet; did you mean 'ticket'?"},
        BadCase{"expectation_of_a_wait", "wait 1 day\n> a",
                "4: error: nothing is shown after 'wait 1 day'"}),
    case_name<BadCase>);

struct BadTopCase {
    const char* name;
    const char* text;
    const char* problem;
};

class BadTop : public testing::TestWithParam<BadTopCase> {};

TEST_P(BadTop, IsToldWithFileAndLine) {
    Problems problems;
    EXPECT_FALSE(parse_dialogue(GetParam().text, "a.dialog", problems));
    ASSERT_FALSE(problems.empty());
    EXPECT_EQ(written(problems[0]), std::string("a.dialog") + GetParam().problem);
}

INSTANTIATE_TEST_SUITE_P(
    Problems, BadTop,
    testing::Values(
        BadTopCase{"not_utf8", "a types \xFF", ": error: the file is not UTF-8"},
        BadTopCase{"empty", "", ": error: nothing happens in it"},
        BadTopCase{"early_screen", "> a",
                   ":1: error: nothing has happened yet that this could follow"},
        BadTopCase{"no_phones", "a dials *1#",
                   ":1: error: no phone is called 'a'; write 'phone a NUMBER' at the top"},
        BadTopCase{"phone_without_number", "phone a",
                   ":1: error: write 'phone NAME NUMBER', or 'phone NAME new' for a number that is "
                   "new in every run"},
        BadTopCase{"bad_number", "phone a budi",
                   ":1: error: 'budi' is no phone number: it has something other than digits"},
        BadTopCase{"phone_twice", "phone a new\nphone a new",
                   ":2: error: there is a phone 'a' already"},
        BadTopCase{"channel_without_name", "channel", ":1: error: write 'channel NAME'"}),
    case_name<BadTopCase>);

TEST(RewrittenDialogue, ReplacesBlocksAndKeepsTheRest) {
    const std::string text =
        "phone a new\n"
        "# before\n"
        "a dials *1#\n"
        "> old\n"
        "# inside\n"
        "> lines\n"
        "a types 1\n"
        "\n"
        "a types 2\n"
        "= kept";
    Problems problems;
    const auto dialogue = parse_dialogue(text, "a.dialog", problems);
    ASSERT_TRUE(dialogue);
    EXPECT_EQ(rewritten(*dialogue, {{.step = 0, .lines = {"new", ""}, .end = false, .who = ""},
                                    {.step = 1, .lines = {"end"}, .end = true, .who = ""},
                                    {.step = 3, .lines = {"sms"}, .end = false, .who = "a"}}),
              "phone a new\n"
              "# before\n"
              "a dials *1#\n"
              "> new\n"
              ">\n"
              "# inside\n"
              "a types 1\n"
              "= end\n"
              "\n"
              "a types 2\n"
              "= kept\n"
              "a gets\n"
              "> sms\n");
}

}  // namespace
}  // namespace jangkau::gateway
