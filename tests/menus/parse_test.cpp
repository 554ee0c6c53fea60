#include "menus/parse.hpp"

#include "tests/menus/menu_files.hpp"
#include "tests/support/case_name.hpp"

namespace jangkau::menus {
namespace {

TEST(Parse, reads_every_construct) {
    const Menu menu = menu_of(small_files());
    EXPECT_EQ(menu.name, "small");
    EXPECT_EQ(menu.file, "m/menu.yaml");
    EXPECT_EQ(menu.start, "main");
    EXPECT_EQ(menu.stages, (std::vector<std::string>{"who", "place", "check"}));
    ASSERT_EQ(menu.languages.size(), 2u);
    EXPECT_EQ(menu.languages[0].code, "id");
    EXPECT_EQ(menu.languages[0].file, "m/id.yaml");
    EXPECT_EQ(menu.languages[0].back, "0 Kembali");
    EXPECT_EQ(menu.language("en").name, "English");
    EXPECT_EQ(menu.language("fr").code, "id") << "an unknown language is the default";
    EXPECT_EQ(menu.shortcuts.at("1").to, "name");
    EXPECT_EQ(menu.placeholders.find("area")->second.var, "area_label");
    EXPECT_EQ(menu.placeholders.find("job")->second.word_group, "job");
    EXPECT_EQ(menu.placeholders.find("count")->second.worst, "16");
    EXPECT_EQ(menu.word("en", "job", "fisher"), "Fisher");
    EXPECT_EQ(menu.word("en", "job", "pilot"), "pilot") << "an unknown code is its own word";
    EXPECT_EQ(menu.word("en", "jbo", "fisher"), "fisher");
    EXPECT_EQ(menu.worker_words.size(), 3u);
    EXPECT_EQ(menu.worker_words[0].against, std::vector<std::string>{"TIDAK"});
    EXPECT_EQ(menu.agent_words[0].also, std::vector<std::string>{"DONE"});
    EXPECT_EQ(menu.agent_unknown, "bye");
    EXPECT_EQ(menu.node("nobody"), nullptr);
}

TEST(Parse, reads_every_kind_of_state) {
    const Menu menu = menu_of(small_files());
    const Node& main = *menu.node("main");
    EXPECT_EQ(main.kind, Node::Kind::choose);
    EXPECT_EQ(main.line, 27);
    ASSERT_EQ(main.options.size(), 5u);
    EXPECT_EQ(main.options[1].set.at("language"), "en");
    EXPECT_EQ(main.options[1].line, 31);
    EXPECT_EQ(main.tries, 3u);
    EXPECT_EQ(main.after_tries, "saved");

    const Node& name = *menu.node("name");
    EXPECT_EQ(name.kind, Node::Kind::ask);
    EXPECT_EQ(name.validator, "name");
    EXPECT_EQ(name.into, "name");
    EXPECT_EQ(name.errors.at("name"), "BADNAME");
    EXPECT_EQ(name.stage, "who");

    const ListChoice& area = *menu.node("area")->list;
    EXPECT_EQ(area.list, "areas");
    EXPECT_EQ(area.under, "1");
    EXPECT_EQ(area.extra, std::vector<std::string>{"outside"});
    EXPECT_EQ(area.per_page, 8u);
    EXPECT_EQ(area.search_min, 3u);
    EXPECT_EQ(area.on.at("outside"), "gone");

    const Node& review = *menu.node("review");
    EXPECT_EQ(review.kind, Node::Kind::act);
    EXPECT_EQ(review.on.at("ready"), "summary");
    EXPECT_EQ(menu.node("summary")->options[1].edit, "review");
    EXPECT_EQ(menu.node("intro")->kind, Node::Kind::say);
    EXPECT_EQ(menu.node("intro")->to, "main");
}

TEST(Parse, reads_lists_from_files_and_from_words) {
    const Menu menu = menu_of(small_files());
    const List& areas = menu.lists.find("areas")->second;
    EXPECT_EQ(areas.items.size(), 11u);
    EXPECT_EQ(areas.find("13")->label, "Karuwisi");
    EXPECT_EQ(areas.find("13")->parent, "1");
    EXPECT_EQ(areas.find("99"), nullptr);
    EXPECT_EQ(menu.lists.find("jobs")->second.word_group, "job");
}

TEST(Parse, lets_a_state_have_its_own_patience) {
    const Menu menu = menu_of(with(small_files(), "menu.yaml", "into: name, ",
                                   "into: name, tries: 5, after_tries: bye, "));
    EXPECT_EQ(menu.node("name")->tries, 5u);
    EXPECT_EQ(menu.node("name")->after_tries, "bye");
}

TEST(Parse, gives_each_content_its_own_revision) {
    const auto revision = [](const Files& files) { return menu_of(files).revision; };
    const auto first = revision(small_files());
    EXPECT_EQ(first, revision(small_files()));
    EXPECT_NE(first, revision(with(small_files(), "menu.yaml", "menu: small", "menu: smell")));
    EXPECT_NE(first, revision(with(small_files(), "en.yaml", "Thank you", "Thank them")));
    EXPECT_NE(first, revision(with(small_files(), "areas.csv", "Tallo", "Talle")));
}

TEST(Parse, is_not_hindered_by_the_problems_of_others) {
    Problems problems{{"other.yaml", 1, "", "is wrong", Problem::Severity::error}};
    EXPECT_TRUE(parse_files(small_files(), problems));
    EXPECT_EQ(problems.size(), 1u);
}

TEST(Parse, tells_prompt_from_options) {
    const auto text = [](const std::string& yaml) {
        return menu_of(with(small_files(), "id.yaml", "  BYE: Terima kasih.", "  BYE: " + yaml))
            .language("id")
            .texts.find("BYE")
            ->second;
    };
    EXPECT_EQ(text("\"A\\nB\"").prompt, "A\nB");
    EXPECT_EQ(text("\"A\\n1 B\\n2 C\"").labels.size(), 2u);
    EXPECT_EQ(text("\"1 A\\nB\\n2 C\"").prompt, "1 A\nB")
        << "only the lines at the end are options";
    EXPECT_EQ(text("\"A\\n10 B\"").labels.size(), 0u);
    EXPECT_EQ(text("\"A\\n1\"").labels.size(), 0u);
    EXPECT_EQ(text("\"A\\n1 B\\n\\n\"").labels.size(), 1u);
    EXPECT_EQ(text("\"\"").prompt, "");
    EXPECT_EQ(text("\"1 A\"").prompt, "");
}

struct BadMenu {
    const char* name;
    const char* file;
    const char* part;
    const char* instead;
    const char* problem;
};
class BrokenMenu : public testing::TestWithParam<BadMenu> {};

TEST_P(BrokenMenu, is_reported_with_its_line) {
    const BadMenu& bad = GetParam();
    Problems problems;
    const auto menu = parse_files(with(small_files(), bad.file, bad.part, bad.instead), problems);
    EXPECT_FALSE(menu);
    EXPECT_NE(all_written(problems).find(bad.problem), std::string::npos) << all_written(problems);
}

INSTANTIATE_TEST_SUITE_P(
    TopLevel, BrokenMenu,
    testing::Values(
        BadMenu{"no name", "menu.yaml", "menu: small\n", "\n",
                "m/menu.yaml:2: error: menu: is missing"},
        BadMenu{"no start", "menu.yaml", "start: main", "",
                "m/menu.yaml:1: error: start: is missing"},
        BadMenu{"empty start", "menu.yaml", "start: main",
                "start:", "m/menu.yaml:3: error: start: is missing"},
        BadMenu{"no exit after tries", "menu.yaml", "after_tries: saved\n", "",
                "m/menu.yaml:1: error: after_tries: is missing"},
        BadMenu{"misspelt", "menu.yaml", "placeholders:", "placeholder:",
                "m/menu.yaml:10: error: placeholder: unknown key; did you mean 'placeholders'?"},
        BadMenu{"no languages", "menu.yaml", "languages: [id, en]", "languages: []",
                "m/menu.yaml:2: error: languages: needs at least one language"},
        BadMenu{"language twice", "menu.yaml", "[id, en]", "[id, en, id]",
                "m/menu.yaml:2: error: languages: 'id' stands here twice"},
        BadMenu{"language without file", "menu.yaml", "[id, en]", "[id, en, fr]",
                "m/menu.yaml:2: error: languages: cannot read the file 'm/fr.yaml'"},
        BadMenu{"tries zero", "menu.yaml", "tries: 3", "tries: 0",
                "m/menu.yaml:5: error: tries: must be a whole number from 1 to 20, not '0'"},
        BadMenu{"states as list", "menu.yaml", "states:\n", "states: []\nstaets:\n",
                "m/menu.yaml:26: error: states: must be a mapping"},
        BadMenu{"broken syntax", "menu.yaml", "stages: [", "stages: [[", "error: not YAML"},
        BadMenu{"shortcut to a list", "menu.yaml", "\"1\": name", "\"1\": [name]",
                "m/menu.yaml:16: error: shortcuts/1: must be a mapping of keys to values"}),
    case_name<BadMenu>);

INSTANTIATE_TEST_SUITE_P(
    Lists, BrokenMenu,
    testing::Values(
        BadMenu{"no such file", "menu.yaml", "file: areas.csv", "file: area.csv",
                "m/menu.yaml:8: error: lists/areas/file: cannot read the file 'm/area.csv'"},
        BadMenu{"neither file nor words", "menu.yaml", "{file: areas.csv}", "{}",
                "m/menu.yaml:8: error: lists/areas/words: is missing"},
        BadMenu{"no codes", "menu.yaml", "items: [fisher, other]", "items: []",
                "m/menu.yaml:9: error: lists/jobs/items: needs at least one code"},
        BadMenu{"misspelt", "menu.yaml", "{words: job, items", "{words: job, itms",
                "lists/jobs/itms: unknown key; did you mean 'items'?"},
        BadMenu{"column missing", "areas.csv", "code,parent,name", "code,parents,name",
                "m/areas.csv:1: error: needs the columns code, parent, name"},
        BadMenu{"cell missing", "areas.csv", "13,1,Karuwisi", "13,Karuwisi",
                "m/areas.csv:5: error: "},
        BadMenu{"code twice", "areas.csv", "13,1,Karuwisi", "12,1,Karuwisi",
                "m/areas.csv:5: error: code 12 stands here twice"},
        BadMenu{"code empty", "areas.csv", "13,1,Karuwisi", ",1,Karuwisi",
                "m/areas.csv:5: error: a row needs a code and a name"},
        BadMenu{"name empty", "areas.csv", "13,1,Karuwisi", "13,1,",
                "m/areas.csv:5: error: a row needs a code and a name"},
        BadMenu{"latin-1", "areas.csv", "Karuwisi", "Karuw\xEDsi",
                "m/areas.csv:5: error: not UTF-8"}),
    case_name<BadMenu>);

INSTANTIATE_TEST_SUITE_P(
    Placeholders, BrokenMenu,
    testing::Values(
        BadMenu{"without worst", "menu.yaml", "job: {word: job}", "job: {var: job}",
                "m/menu.yaml:12: error: placeholders/job/worst: give the longest value"},
        BadMenu{"empty", "menu.yaml", "count: \"16\"", "count:",
                "m/menu.yaml:14: error: placeholders/count/worst: give the longest value"},
        BadMenu{"as list", "menu.yaml", "count: \"16\"", "count: [16]",
                "m/menu.yaml:14: error: placeholders/count: must be a mapping"},
        BadMenu{"misspelt", "menu.yaml", "{word: job}", "{wrod: job}",
                "placeholders/job/wrod: unknown key; did you mean 'word'?"}),
    case_name<BadMenu>);

INSTANTIATE_TEST_SUITE_P(
    Sms, BrokenMenu,
    testing::Values(BadMenu{"no unknown", "menu.yaml", "  worker_unknown: bye\n", "",
                            "m/menu.yaml:18: error: sms/worker_unknown: is missing"},
                    BadMenu{"no target", "menu.yaml", "{to: bye, against: TIDAK}",
                            "{against: TIDAK}",
                            "m/menu.yaml:21: error: sms/worker/YA/to: is missing"},
                    BadMenu{"misspelt", "menu.yaml", "also: [DONE]", "alos: [DONE]",
                            "sms/agent/SELESAI/alos: unknown key; did you mean 'also'?"},
                    BadMenu{"word twice", "menu.yaml", "TIDAK: bye", "YA: bye",
                            "m/menu.yaml:22: error: 'YA' stands here twice; first in line 21"},
                    BadMenu{"unknown role", "menu.yaml", "  agent:\n", "  agents:\n",
                            "sms/agents: unknown key; did you mean 'agent'?"}),
    case_name<BadMenu>);

INSTANTIATE_TEST_SUITE_P(
    States, BrokenMenu,
    testing::Values(
        BadMenu{"of no kind", "menu.yaml", "saved: {say: SAVED}", "saved: {stage: who}",
                "m/menu.yaml:64: error: states/saved: must be one of choose, ask, do, say"},
        BadMenu{"of two kinds", "menu.yaml", "saved: {say: SAVED}", "saved: {say: SAVED, do: x}",
                "m/menu.yaml:64: error: states/saved: must be one of choose, ask, do, say"},
        BadMenu{"empty", "menu.yaml", "saved: {say: SAVED}", "saved:",
                "m/menu.yaml:64: error: states/saved: must be one of choose, ask, do, say"},
        BadMenu{"as text", "menu.yaml", "saved: {say: SAVED}", "saved: SAVED",
                "m/menu.yaml:64: error: states/saved: must be a mapping"},
        BadMenu{"misspelt", "menu.yaml", "{stage: who, ask", "{stgae: who, ask",
                "m/menu.yaml:36: error: states/name/stgae: unknown key; did you mean 'stage'?"},
        BadMenu{
            "option of two digits", "menu.yaml", "      3: tickets", "      13: tickets",
            "m/menu.yaml:32: error: states/main/options: an option's key is one digit, not '13'"},
        BadMenu{
            "option of a letter", "menu.yaml", "      3: tickets", "      a: tickets",
            "m/menu.yaml:32: error: states/main/options: an option's key is one digit, not 'a'"},
        BadMenu{"option twice", "menu.yaml", "      3: tickets", "      1: tickets",
                "m/menu.yaml:32: error: '1' stands here twice; first in line 30"},
        BadMenu{"option without target", "menu.yaml", "{to: main, set: {language: en}}",
                "{set: {language: en}}",
                "m/menu.yaml:31: error: states/main/options/2/to: is missing"},
        BadMenu{
            "option sets a list", "menu.yaml", "{language: en}", "{language: [en]}",
            "m/menu.yaml:31: error: states/main/options/2/set/language: must be a single value"},
        BadMenu{"options as list", "menu.yaml", "choose: SUMMARY\n    options:\n",
                "choose: SUMMARY\n    options: [1]\n    sets:\n",
                "states/summary/options: must be a mapping"},
        BadMenu{"ask without validator", "menu.yaml", "as: name, ", "",
                "m/menu.yaml:36: error: states/name/as: is missing"},
        BadMenu{"ask without variable", "menu.yaml", "into: name, ", "",
                "m/menu.yaml:36: error: states/name/into: is missing"},
        BadMenu{"ask without target", "menu.yaml", ", to: job}", "}",
                "m/menu.yaml:36: error: states/name/to: is missing"},
        BadMenu{"too many tries", "menu.yaml", "into: name, ", "into: name, tries: 21, ",
                "states/name/tries: must be a whole number from 1 to 20, not '21'"},
        BadMenu{"list without variable", "menu.yaml", "into: job, ", "",
                "m/menu.yaml:37: error: states/job/into: a choice from a list needs a variable"},
        BadMenu{"list without target", "menu.yaml", ", to: check_job", "",
                "m/menu.yaml:37: error: states/job/to: is missing"},
        BadMenu{"list from nowhere", "menu.yaml", "list: {from: jobs}", "list: {}",
                "m/menu.yaml:37: error: states/job/list/from: is missing"},
        BadMenu{"nine on a page", "menu.yaml", "{from: jobs}", "{from: jobs, per_page: 9}",
                "states/job/list/per_page: must be a whole number from 1 to 8, not '9'"},
        BadMenu{"list misspelt", "menu.yaml", "{from: jobs}", "{from: jobs, extras: [a]}",
                "states/job/list/extras: unknown key; did you mean 'extra'?"},
        BadMenu{"act without outcomes", "menu.yaml", "do: review, on: {ready: summary}",
                "do: review",
                "states/review/on: is missing: name the state that follows each outcome"},
        BadMenu{"act that goes on", "menu.yaml", "do: review, ", "do: review, to: bye, ",
                "states/review/to: means nothing here"},
        BadMenu{"choice that goes on", "menu.yaml", "alone: {choose: ALONE}",
                "alone: {choose: ALONE, to: bye}",
                "m/menu.yaml:63: error: states/alone/to: means nothing"},
        BadMenu{"choice with a variable", "menu.yaml", "alone: {choose: ALONE}",
                "alone: {choose: ALONE, into: x}", "states/alone/into: means nothing here"},
        BadMenu{"say with tries", "menu.yaml", "saved: {say: SAVED}",
                "saved: {say: SAVED, tries: 3}", "states/saved/tries: unknown key"}),
    case_name<BadMenu>);

INSTANTIATE_TEST_SUITE_P(
    Languages, BrokenMenu,
    testing::Values(BadMenu{"of another code", "en.yaml", "language: en", "language: de",
                            "m/en.yaml:1: error: language: must be 'en', as the file is called"},
                    BadMenu{"without name", "en.yaml", "name: English\n", "",
                            "m/en.yaml:1: error: name: is missing"},
                    BadMenu{"without engine", "en.yaml",
                            "engine:", "engin:", "m/en.yaml:1: error: engine: is missing"},
                    BadMenu{"without back", "en.yaml", "  back: 0 Back\n", "",
                            "m/en.yaml:4: error: engine/back: is missing"},
                    BadMenu{"back by another key", "en.yaml", "0 Back", "8 Back",
                            "m/en.yaml:4: error: engine/back: must begin with '0 '"},
                    BadMenu{"more by another key", "en.yaml", "9 More", "9. More",
                            "m/en.yaml:4: error: engine/more: must begin with '9 '"},
                    BadMenu{"unknown engine line", "en.yaml", "  no_choice:", "  nochoice:",
                            "engine/nochoice: unknown key; did you mean 'no_choice'?"},
                    BadMenu{"words as text", "en.yaml", "job: {fisher: Fisher, other: Other}",
                            "job: Fisher", "m/en.yaml:9: error: words/job: must be a mapping"},
                    BadMenu{"word as list", "en.yaml", "fisher: Fisher", "fisher: [Fisher]",
                            "m/en.yaml:9: error: words/job/fisher: must be a single value"},
                    BadMenu{"text as list", "en.yaml", "NAME: Name?", "NAME: [Name]",
                            "m/en.yaml:20: error: texts/NAME: must be a single value"},
                    BadMenu{"text twice", "en.yaml", "  NAME: Name?", "  BYE: Name?",
                            "'BYE' stands here twice"},
                    BadMenu{"without texts", "en.yaml",
                            "texts:", "text:", "m/en.yaml:1: error: texts: is missing"},
                    BadMenu{"latin-1", "en.yaml", "Sorry", "S\xF6rry",
                            "m/en.yaml:25: error: not UTF-8"}),
    case_name<BadMenu>);

TEST(Parse, tells_when_the_menu_itself_is_missing) {
    Problems problems;
    EXPECT_FALSE(parse_files({}, problems));
    EXPECT_EQ(all_written(problems), "m/menu.yaml: error: cannot read the file 'm/menu.yaml'\n");
}

TEST(Parse, reports_every_problem_at_once) {
    Files files = with(small_files(), "menu.yaml", "start: main", "strat: main");
    files = with(files, "en.yaml", "0 Back", "1 Back");
    files = with(files, "areas.csv", "13,1", "12,1");
    Problems problems;
    EXPECT_FALSE(parse_files(files, problems));
    EXPECT_EQ(problems.size(), 4u) << all_written(problems);
}

}  // namespace
}  // namespace jangkau::menus
