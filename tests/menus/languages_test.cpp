// Languages that await their reviewer: what they lack, where they are hidden, and that nobody
// consents in one.

#include "menus/prove.hpp"
#include "tests/menus/menu_files.hpp"
#include "tests/menus/talk.hpp"
#include "tests/support/case_name.hpp"

namespace jangkau::menus {
namespace {

/// A menu with consent, in Indonesian and in a draft.
Files draft_files() {
    return {{"menu.yaml", R"(menu: small
languages: [id, mak]
start: main
after_tries: bye
lists:
  jobs: {words: job, items: [fisher, other]}
placeholders:
  job: {word: job}
states:
  main:
    choose: MAIN
    options:
      1: language
      2: consent
      3: job
      0: bye
  language:
    choose: LANGUAGE
    options:
      1: {to: main, set: {language: id}}
      2: {to: main, set: {language: mak}}
  consent: {choose: CONSENT, reviewed: true, options: {1: record, 2: bye}}
  record: {do: record, on: {done: thanks}}
  thanks: {say: THANKS, to: main}
  job: {choose: JOB, list: {from: jobs}, into: job, to: done}
  done: {say: DONE, to: sure}
  sure: {choose: SURE, options: {1: bye, 2: main}}
  bye: {say: BYE}
)"},
            {"id.yaml", R"(language: id
name: Bahasa Indonesia
engine:
  back: 0 Kembali
  more: 9 Lainnya
  no_choice: Pilihan tidak ada.
  no_choice_short: Salah.
words:
  job: {fisher: Nelayan, other: Lain}
texts:
  MAIN: |-
    Menu
    1 Bahasa
    2 Izin
    3 Kerja
    0 Keluar
  LANGUAGE: |-
    Bahasa?
    1 Bahasa Indonesia
    2 Basa Mangkasara'
  CONSENT: |-
    Setuju?
    1 Ya
    2 Tidak
  THANKS: Dicatat.
  JOB: Kerja?
  DONE: "Kerja: {job}"
  SURE: |-
    Betul?
    1 Ya
    2 Tidak
  BYE: Terima kasih.
)"},
            {"mak.yaml", R"(language: mak
name: Basa Mangkasara'
draft: true
falls_back_to: id
engine:
  no_choice: Sala. Pilei poeng.
  back: 0 Ammotere'
words:
  job: {fisher: Pajuku'}
texts:
  MAIN: |-
    Menu
    1 Basa
    2 Izin
    3 Jama
    0 Assulu'
  SURE: |-
    1 Iye
    2 Tena
  BYE: Tarima kasi'.
)"}};
}

const std::vector<ActionFacts>& actions() {
    static const std::vector<ActionFacts> all{{"record", {"done"}, {}, true},
                                              {"note", {"done"}, {}, false}};
    return all;
}

std::string proven(const Files& files, Proof* proof = nullptr) {
    Problems problems;
    const auto menu = parse_files(files, problems);
    if (!menu) return all_written(problems);
    Proof found = prove(*menu, actions(), {}, {}, {}, problems);
    if (proof) *proof = std::move(found);
    return all_written(problems);
}

TEST(Draft, is_proven_and_its_fallbacks_are_told) {
    Proof proof;
    EXPECT_EQ(proven(draft_files(), &proof), "");
    ASSERT_EQ(proof.drafts.size(), 1u);
    EXPECT_EQ(proof.drafts[0].code, "mak");
    EXPECT_EQ(proof.drafts[0].falls_back_to, "id");
    EXPECT_EQ(proof.drafts[0].own, 3u);
    EXPECT_EQ(proof.drafts[0].texts, 8u);
    const std::vector<std::string> borrowed{
        "texts/CONSENT",         "texts/DONE",   "texts/JOB",       "texts/LANGUAGE",
        "texts/SURE (question)", "texts/THANKS", "words/job/other", "engine/more",
        "engine/no_choice_short"};
    EXPECT_EQ(proof.drafts[0].borrowed, borrowed);
}

TEST(Draft, speaks_its_own_words_and_borrows_the_others) {
    const Menu menu = menu_of(draft_files());
    Talk talk(menu);
    EXPECT_EQ(talk.enter("main", {}, "mak"), "Menu\n1 Basa\n2 Izin\n3 Jama\n0 Assulu'");
    EXPECT_EQ(talk.type("7"), "Sala. Pilei poeng.\nMenu\n1 Basa\n2 Izin\n3 Jama\n0 Assulu'");
    EXPECT_EQ(talk.type("3"), "Kerja?\n1 Pajuku'\n2 Lain\n0 Ammotere'");
    EXPECT_EQ(talk.type("1"), "Kerja: Pajuku'");
    // Labels alone: the question above them is borrowed.
    EXPECT_EQ(talk.type("1"), "Betul?\n1 Iye\n2 Tena\n0 Ammotere'");
    EXPECT_EQ(talk.type("1"), "Tarima kasi'. [end]");
}

TEST(Draft, borrows_single_labels_in_their_order) {
    const Files files = with(draft_files(), "mak.yaml", "    2 Izin\n", "");
    EXPECT_EQ(proven(files), "");
    const Menu menu = menu_of(files);
    Talk talk(menu);
    EXPECT_EQ(talk.enter("main", {}, "mak"), "Menu\n1 Basa\n2 Izin\n3 Jama\n0 Assulu'");
    EXPECT_NE(proven(with(draft_files(), "mak.yaml", "    2 Izin\n", "    2 Izin\n    5 Sala\n"))
                  .find("m/mak.yaml:11: error: texts/MAIN: shows '5 Sala', which state main does "
                        "not have"),
              std::string::npos);
}

TEST(Draft, is_not_spoken_where_people_consent) {
    const Menu menu = menu_of(draft_files());
    Talk talk(menu);
    talk.enter("main", {}, "mak");
    EXPECT_EQ(talk.type("2"), "Setuju?\n1 Ya\n2 Tidak\n0 Kembali");
    EXPECT_EQ(talk.type("7"), "Pilihan tidak ada.\nSetuju?\n1 Ya\n2 Tidak\n0 Kembali");
    EXPECT_EQ(talk.type("1"), "ask: record");
    EXPECT_EQ(talk.last.state.language, "mak");
}

TEST(Draft, is_hidden_with_its_options) {
    const Menu menu = without_drafts(menu_of(draft_files()));
    Talk talk(menu);
    EXPECT_EQ(talk.enter("language"), "Bahasa?\n1 Bahasa Indonesia");
    EXPECT_EQ(talk.type("2"), "Pilihan tidak ada.\nBahasa?\n1 Bahasa Indonesia");
    // Who chose it while it was offered hears the default.
    EXPECT_EQ(talk.enter("main", {}, "mak").substr(0, 13), "Menu\n1 Bahasa");
}

TEST(Draft, is_offered_with_its_options) {
    const Menu menu = menu_of(draft_files());
    Talk talk(menu);
    EXPECT_EQ(talk.enter("language"), "Bahasa?\n1 Bahasa Indonesia\n2 Basa Mangkasara'");
    EXPECT_EQ(talk.type("2"), "Menu\n1 Basa\n2 Izin\n3 Jama\n0 Assulu'");
}

struct Row {
    const char* name;
    const char* file;
    const char* part;
    const char* instead;
    const char* problems;
};
class BadDraft : public testing::TestWithParam<Row> {};

TEST_P(BadDraft, is_found_out) {
    const Row& row = GetParam();
    EXPECT_EQ(proven(with(draft_files(), row.file, row.part, row.instead)), row.problems);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, BadDraft,
    testing::Values(
        Row{"falls back to nothing", "mak.yaml", "falls_back_to: id\n", "",
            "m/mak.yaml:3: error: falls_back_to: is missing: name the language of what this draft "
            "lacks\nm/mak.yaml: error: falls_back_to: no reviewed language '' in menu.yaml\n"},
        Row{"falls back to a stranger", "mak.yaml", "falls_back_to: id", "falls_back_to: ind",
            "m/mak.yaml:4: error: falls_back_to: no reviewed language 'ind' in menu.yaml\n"},
        Row{"falls back to itself", "mak.yaml", "falls_back_to: id", "falls_back_to: mak",
            "m/mak.yaml:4: error: falls_back_to: no reviewed language 'mak' in menu.yaml\n"},
        Row{"reviewed language with a fallback", "id.yaml", "name: Bahasa Indonesia",
            "name: Bahasa Indonesia\nfalls_back_to: mak",
            "m/id.yaml:3: error: falls_back_to: means something for a draft only; add 'draft: "
            "true'\n"},
        Row{"everybody's language", "menu.yaml", "languages: [id, mak]", "languages: [mak, id]",
            "m/mak.yaml:3: error: draft: the first language is everybody's, so it must be "
            "reviewed\n"},
        Row{"text of its own for consent", "mak.yaml", "  BYE: Tarima kasi'.",
            "  CONSENT: |-\n    Situju?\n    1 Iye\n    2 Tena\n  BYE: Tarima kasi'.",
            "m/mak.yaml:20: error: texts/CONSENT: is shown in a reviewed language only; take it "
            "out "
            "until this one is\n"},
        Row{"consent that is not marked", "menu.yaml", "reviewed: true, ", "",
            "m/menu.yaml:22: error: states/consent/options/1: leads to consent; mark the state "
            "with "
            "'reviewed: true', so that it is never shown in a draft language\n"},
        Row{"consent without a screen", "menu.yaml", "states:\n",
            "shortcuts: {\"1\": record}\nstates:\n",
            "m/menu.yaml:9: error: shortcuts/1: leads to consent before any screen has asked for "
            "it\n"},
        Row{"reviewed action", "menu.yaml", "do: record, on", "do: record, reviewed: true, on",
            "m/menu.yaml:23: error: states/record/reviewed: means nothing here; an action shows "
            "nothing\n"}),
    case_name<Row>);

TEST(Draft, that_leads_to_consent_through_actions_is_found_out) {
    const std::string found = proven(
        with(with(draft_files(), "menu.yaml", "      3: job", "      3: before"), "menu.yaml",
             "  bye: {say", "  before: {do: note, on: {done: record}}\n  bye: {say"));
    EXPECT_NE(found.find("m/menu.yaml:15: error: states/main/options/3: leads to consent"),
              std::string::npos)
        << found;
}

/// A borrowed text with the draft's own word: the place is the text's, the language the draft.
TEST(Draft, is_measured_with_its_own_words) {
    const std::string found = proven(
        with(draft_files(), "mak.yaml", "fisher: Pajuku'", "fisher: " + std::string(156, 'x')));
    EXPECT_NE(
        found.find("m/id.yaml:27: error: texts/DONE: mak: 163 of 160 septets with job = 'xxx"),
        std::string::npos)
        << found;
}

/// Where drafts are hidden a choice of nothing but drafts has no options: seen in that form alone.
TEST(Draft, is_proven_as_hidden_too) {
    const Files files = with(
        with(draft_files(), "menu.yaml", "      1: {to: main, set: {language: id}}\n", ""),
        "menu.yaml", "    choose: LANGUAGE\n", "    choose: LANGUAGE\n    after_tries: language\n");
    const std::string found = proven(with(files, "id.yaml", "    1 Bahasa Indonesia\n", ""));
    EXPECT_NE(found.find("states/language: leads to no end"), std::string::npos) << found;
}

}  // namespace
}  // namespace jangkau::menus
