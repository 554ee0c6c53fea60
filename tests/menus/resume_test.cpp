// Going on with a draft: on the same menu at its question, on a changed one at the first question
// whose answer cannot be used any more.

#include "tests/menus/menu_files.hpp"
#include "tests/menus/talk.hpp"

namespace jangkau::menus {
namespace {

Files journey() {
    return {{"menu.yaml", R"(menu: journey
languages: [en]
start: open
home: main
restart: name
stages: [who, place, pay]
tries: 3
after_tries: saved
lists:
  places: {file: places.csv}
states:
  open: {do: open, on: {known: main}}
  main: {choose: MAIN, options: {1: name, 0: bye}}
  name: {stage: who, ask: NAME, as: name, into: name, errors: {name: NAME_BAD}, to: age}
  age:
    stage: who
    choose: AGE
    options:
      1: {to: look, set: {age: young}}
      2: {to: look, set: {age: old}}
  look: {stage: who, do: look, on: {ok: place}}
  place:
    stage: place
    choose: PLACE
    list: {from: places}
    into: place
    to: pay
  pay:
    stage: pay
    choose: PAY
    options:
      1: {to: sent, set: {pay: city}}
      2: {to: sent, set: {pay: self}}
  sent: {say: SENT}
  saved: {say: SAVED}
  bye: {say: BYE}
)"},
            {"en.yaml", R"(language: en
name: English
engine:
  back: 0 Back
  more: 9 More
  no_choice: No such choice.
  no_choice_short: Wrong.
  resumed: Going on. 00 menu, 99 new
  resumed_short: 00 99
texts:
  MAIN: |-
    Hello
    1 Register
    0 Exit
  NAME: Name?
  NAME_BAD: Letters only. Name?
  AGE: |-
    Age?
    1 Young
    2 Old
  PLACE: Place?
  PAY: |-
    Who pays?
    1 City
    2 Self
  SENT: Sent.
  SAVED: Saved.
  BYE: Bye.
)"},
            {"places.csv", "code,parent,name\na,,Alfa\nb,,Beta\n"}};
}

constexpr const char* kAge = R"(    options:
      1: {to: look, set: {age: young}}
      2: {to: look, set: {age: old}}
)";

/// Types these answers into the journey; the look is answered by itself.
std::string walk(Talk& talk, const std::vector<std::string>& inputs) {
    std::string seen;
    for (const std::string& input : inputs) {
        seen = talk.type(input);
        if (seen == "ask: look") seen = talk.answer("ok");
    }
    return seen;
}

State draft_after(const Menu& menu, const std::vector<std::string>& inputs) {
    Talk talk(menu);
    talk.enter("main");
    walk(talk, inputs);
    return talk.last.state;
}

/// What the next dial shows.
std::string resumed(Talk& talk, const State& draft) {
    talk.enter("open");
    std::string seen = talk.restore(draft);
    return seen == "ask: look" ? talk.answer("ok") : seen;
}

TEST(Resume, OpensOnTheQuestionAndSaysSo) {
    const Menu menu = menu_of(journey());
    Talk talk(menu);
    EXPECT_EQ(resumed(talk, draft_after(menu, {"1", "Siti", "2"})),
              "Going on. 00 menu, 99 new\nPlace?\n1 Alfa\n2 Beta\n0 Back");
    EXPECT_EQ(walk(talk, {"2"}), "Who pays?\n1 City\n2 Self\n0 Back");
    EXPECT_EQ(talk.var("name"), "SITI");
}

TEST(Resume, SaysItShorterWhereThereIsNoRoom) {
    const Menu menu = menu_of(journey());
    Talk talk(menu, 35);
    EXPECT_EQ(resumed(talk, draft_after(menu, {"1", "Siti", "2"})),
              "00 99\nPlace?\n1 Alfa\n2 Beta\n0 Back");
    Talk tight(menu, 30);
    EXPECT_EQ(resumed(tight, draft_after(menu, {"1"})), "00 99\nName?\n0 Back");
}

TEST(Resume, SaysNothingOfItWhereThereIsNoScreen) {
    const Menu menu = menu_of(journey());
    Talk talk(menu);
    talk.enter("open");
    Answered answered{"none", {}, "", draft_after(menu, {"1"})};
    answered.announce = false;
    EXPECT_EQ(talk.take(answered), "Name?\n0 Back");
    EXPECT_EQ(talk.type("99"), "Letters only. Name?\n0 Back");
}

TEST(Resume, HasAWayToTheMenuAndToANewBeginning) {
    const Menu menu = menu_of(journey());
    const State draft = draft_after(menu, {"1", "Siti"});
    Talk talk(menu);
    resumed(talk, draft);
    EXPECT_EQ(talk.type("00"), "Hello\n1 Register\n0 Exit");
    EXPECT_EQ(talk.var("name"), "(unset)");
    resumed(talk, draft);
    EXPECT_EQ(talk.type("99"), "Name?");
    EXPECT_EQ(talk.var("name"), "(unset)");
    EXPECT_EQ(talk.last.state.draft, 0);
}

TEST(Resume, TheWayToTheMenuIsOpenEverywhereButANewBeginningOnlyWhereItIsShown) {
    const Menu menu = menu_of(journey());
    Talk talk(menu);
    talk.enter("main");
    talk.type("1");
    EXPECT_EQ(talk.type("99"), "Letters only. Name?\n0 Back");
    EXPECT_EQ(talk.type("00"), "Hello\n1 Register\n0 Exit");
}

TEST(Resume, AnAnswerEndsTheAnnouncement) {
    const Menu menu = menu_of(journey());
    Talk talk(menu);
    resumed(talk, draft_after(menu, {"1"}));
    EXPECT_EQ(talk.type("9"), "Letters only. Name?\n0 Back");
    EXPECT_EQ(talk.type("Siti"), "Age?\n1 Young\n2 Old\n0 Back");
    EXPECT_EQ(talk.type("99"), "No such choice.\nAge?\n1 Young\n2 Old\n0 Back");
}

struct Change {
    std::string name;
    std::string file;
    std::string was;
    std::string is;
    std::string shows;              ///< the dial after the change
    std::vector<std::string> then;  ///< what has to be answered
    std::string leads_to;
};

class ChangedMenu : public testing::TestWithParam<Change> {};

/// Cut before the last question; then the menu changes.
TEST_P(ChangedMenu, AsksAgainOnlyWhatItCannotUse) {
    const Change& change = GetParam();
    const State draft = draft_after(menu_of(journey()), {"1", "Siti", "2", "1"});
    const Menu menu = menu_of(with(journey(), change.file, change.was, change.is));
    ASSERT_NE(menu.revision, draft.revision);
    Talk talk(menu);
    EXPECT_EQ(resumed(talk, draft), change.shows);
    if (!change.then.empty()) {
        EXPECT_EQ(walk(talk, change.then), change.leads_to);
    }
    EXPECT_EQ(talk.var("name"), "SITI");
    EXPECT_EQ(talk.var("place"), change.name == "a_place_gone" ? "b" : "a");
}

constexpr const char* kPaying = "Going on. 00 menu, 99 new\nWho pays?\n1 City\n2 Self\n0 Back";

INSTANTIATE_TEST_SUITE_P(
    Rows, ChangedMenu,
    testing::Values(
        Change{"another_text", "en.yaml", "Name?", "Your name?", kPaying, {}, ""},
        Change{"options_in_another_order",
               "menu.yaml",
               kAge,
               "    options:\n      1: {to: look, set: {age: old}}\n"
               "      2: {to: look, set: {age: young}}\n",
               kPaying,
               {},
               ""},
        Change{"an_option_gone",
               "menu.yaml",
               kAge,
               "    options:\n      1: {to: look, set: {age: young}}\n",
               "Going on. 00 menu, 99 new\nAge?\n1 Young\n0 Back",
               {"1"},
               "Who pays?\n1 City\n2 Self\n0 Back"},
        Change{"a_place_gone",
               "places.csv",
               "a,,Alfa\n",
               "",
               "Going on. 00 menu, 99 new\nPlace?\n1 Beta\n0 Back",
               {"1"},
               "Who pays?\n1 City\n2 Self\n0 Back"},
        Change{"a_question_between",
               "menu.yaml",
               "to: age}",
               "to: mother}\n  mother: {stage: who, ask: AGE, as: words, into: mother, errors: "
               "{words: AGE}, to: age}",
               "Going on. 00 menu, 99 new\nAge?\n0 Back",
               {"ani"},
               "Who pays?\n1 City\n2 Self\n0 Back"},
        Change{"a_question_gone",
               "menu.yaml",
               "errors: {name: NAME_BAD}, to: age}",
               "errors: {name: NAME_BAD}, to: look}",
               kPaying,
               {},
               ""},
        Change{"its_own_question_gone",
               "menu.yaml",
               "    to: pay\n",
               "    to: sent\n",
               "Sent. [end]",
               {},
               ""}),
    [](const auto& row) { return row.param.name; });

TEST(Resume, AnswersOfOnePartHangTogether) {
    // Another rule for names: the name is asked again, and with it the age, which may be another
    // person's; not the place.
    const State draft = draft_after(menu_of(journey()), {"1", "Siti", "2", "1"});
    const Menu menu =
        menu_of(with(journey(), "menu.yaml", "as: name, into: name, errors: {name: NAME_BAD}",
                     "as: nik4, into: name, errors: {form: NAME_BAD}"));
    Talk talk(menu);
    EXPECT_EQ(resumed(talk, draft), "Going on. 00 menu, 99 new\nName?");
    EXPECT_EQ(walk(talk, {"1234"}), "Age?\n1 Young\n2 Old\n0 Back");
    EXPECT_EQ(walk(talk, {"2"}), "Who pays?\n1 City\n2 Self\n0 Back");
}

TEST(Resume, AJourneyThatIsGoneIsNotGoneOnWith) {
    State draft = draft_after(menu_of(journey()), {"1", "Siti"});
    draft.journey = "elsewhere";
    draft.revision = 1;
    const Menu menu = menu_of(journey());
    Talk talk(menu);
    talk.enter("open");
    Answered answered{"known", {}, "", draft};
    EXPECT_EQ(talk.take(answered), "Hello\n1 Register\n0 Exit");
}

// --- a dialogue under way whose menu changes ---

TEST(CatchUp, AFreeAnswerCountsAndAChoiceIsShownAgain) {
    const Menu before = menu_of(journey());
    const Menu after = menu_of(with(journey(), "en.yaml", "Who pays?", "Who shall pay?"));
    {
        Talk talk(after);
        talk.last.state = draft_after(before, {"1"});
        EXPECT_EQ(talk.type("Siti"), "Age?\n1 Young\n2 Old\n0 Back");
    }
    Talk talk(after);
    talk.last.state = draft_after(before, {"1", "Siti", "2", "1"});
    EXPECT_EQ(talk.type("2"), "ask: look");
    EXPECT_EQ(talk.answer("ok"), "Who shall pay?\n1 City\n2 Self\n0 Back");
    EXPECT_EQ(talk.type("2"), "Sent. [end]");
    EXPECT_EQ(talk.var("pay"), "self");
}

TEST(CatchUp, OutsideOfAJourneyTheSameScreenIsShownAgain) {
    const Menu after = menu_of(with(journey(), "en.yaml", "Hello", "Good day"));
    const Menu before = menu_of(journey());
    Talk talk(before);
    talk.enter("main");
    Talk later(after);
    later.last = talk.last;
    EXPECT_EQ(later.type("0"), "Good day\n1 Register\n0 Exit");
    EXPECT_EQ(later.type("0"), "Bye. [end]");
}

}  // namespace
}  // namespace jangkau::menus
