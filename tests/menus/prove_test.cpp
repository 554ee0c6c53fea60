#include "menus/prove.hpp"

#include "tests/menus/menu_files.hpp"
#include "tests/support/case_name.hpp"

namespace jangkau::menus {
namespace {

const std::vector<ActionFacts>& actions() {
    static const std::vector<ActionFacts> all{{"check_job", {"ok", "refused"}, {}},
                                              {"my_tickets", {"some", "none"}, {"tickets"}},
                                              {"review", {"ready"}, {}}};
    return all;
}

std::string proven(const Files& files, const std::vector<std::string_view>& spoken = {},
                   const Limits& limits = {}) {
    Problems problems;
    const auto menu = parse_files(files, problems);
    const std::map<std::string, Vars> settings{{"id", {{"service", "Makassar Berjasa"}}},
                                               {"en", {{"service", "Makassar Berjasa"}}}};
    if (menu) prove(*menu, actions(), settings, spoken, limits, problems);
    return all_written(problems);
}

TEST(Prove, finds_nothing_in_a_good_menu) { EXPECT_EQ(proven(small_files()), ""); }

TEST(Prove, needs_no_sms) {
    Files files = small_files();
    std::string& menu = files["menu.yaml"];
    menu.erase(menu.find("sms:\n"), menu.find("states:\n") - menu.find("sms:\n"));
    EXPECT_EQ(proven(files), "");
}

TEST(Prove, lets_an_sms_go_without_answer) {
    EXPECT_EQ(
        proven(with(
            with(small_files(), "menu.yaml", "worker_unknown: bye", "worker_unknown: silence"),
            "menu.yaml", "  saved: {say: SAVED}", "  silence: {say: \"\"}\n  saved: {say: SAVED}")),
        "");
}

struct ProveCase {
    const char* name;
    const char* file;
    std::string part;
    std::string instead;
    const char* problem;
};
class Broken : public testing::TestWithParam<ProveCase> {};

TEST_P(Broken, menu_is_found_out) {
    const ProveCase& tested = GetParam();
    const std::string found = proven(with(small_files(), tested.file, tested.part, tested.instead));
    EXPECT_NE(found.find(tested.problem), std::string::npos) << found;
}

INSTANTIATE_TEST_SUITE_P(
    Targets, Broken,
    testing::Values(
        ProveCase{"start", "menu.yaml", "start: main", "start: mian",
                  "m/menu.yaml:3: error: start: no state 'mian'; did you mean 'main'?"},
        ProveCase{"shortcut", "menu.yaml", "\"1\": name", "\"1\": nmae",
                  "m/menu.yaml:16: error: shortcuts/1: no state 'nmae'; did you mean 'name'?"},
        ProveCase{"option", "menu.yaml", "3: tickets", "3: ticket",
                  "m/menu.yaml:32: error: states/main/options/3: no state 'ticket'; did you mean "
                  "'tickets'?"},
        ProveCase{"ask", "menu.yaml", "to: job}", "to: jobs}",
                  "m/menu.yaml:36: error: states/name/to: no state 'jobs'; did you mean 'job'?"},
        ProveCase{"list", "menu.yaml", "into: job, to: check_job", "into: job, to: chekc_job",
                  "m/menu.yaml:37: error: states/job/to: no state 'chekc_job'; did you mean "
                  "'check_job'?"},
        ProveCase{"item", "menu.yaml", "on: {outside: gone}", "on: {outside: goon}",
                  "m/menu.yaml:49: error: states/area/list/on/outside: no state 'goon'; did you "
                  "mean 'gone'?"},
        ProveCase{"outcome", "menu.yaml", "{ready: summary}", "{ready: summery}",
                  "error: states/review/on/ready: no state 'summery'; did you mean 'summary'?"},
        ProveCase{"say", "menu.yaml", "{say: INTRO, to: main}", "{say: INTRO, to: start}",
                  "m/menu.yaml:35: error: states/intro/to: no state 'start'\n"},
        ProveCase{
            "edit", "menu.yaml", "{to: name, edit: review}", "{to: name, edit: reviews}",
            "error: states/summary/options/2/edit: no state 'reviews'; did you mean 'review'?"},
        ProveCase{"tries", "menu.yaml", "after_tries: saved", "after_tries: save",
                  "m/menu.yaml:6: error: after_tries: no state 'save'; did you mean 'saved'?"},
        ProveCase{"worker's word", "menu.yaml", "TIDAK: bye", "TIDAK: bey",
                  "m/menu.yaml:22: error: sms/worker/TIDAK: no state 'bey'; did you mean 'bye'?"},
        ProveCase{"agent's word", "menu.yaml", "SELESAI: {to: bye", "SELESAI: {to: bey",
                  "m/menu.yaml:25: error: sms/agent/SELESAI: no state 'bey'; did you mean 'bye'?"},
        ProveCase{"unknown sms", "menu.yaml", "agent_unknown: bye", "agent_unknown: bey",
                  "m/menu.yaml:19: error: sms/agent_unknown: no state 'bey'; did you mean 'bye'?"},
        ProveCase{"unreachable", "menu.yaml", "  saved: {say: SAVED}",
                  "  saved: {say: SAVED}\n  lonely: {say: BYE}",
                  "m/menu.yaml:65: error: states/lonely: nothing leads here"},
        ProveCase{"no end", "menu.yaml", "  intro: {say: INTRO, to: main}",
                  "  intro: {say: INTRO, to: other}\n  other: {say: INTRO, to: intro}",
                  "m/menu.yaml:36: error: states/other: leads to no end"},
        ProveCase{
            "ring", "menu.yaml", "on: {ready: summary}", "on: {ready: review}",
            "error: states/review: actions follow each other in a ring without asking anybody"},
        ProveCase{"ring beside a way out", "menu.yaml", "none: alone", "none: tickets",
                  "error: states/tickets: actions follow each other in a ring"}),
    case_name<ProveCase>);

INSTANTIATE_TEST_SUITE_P(
    States, Broken,
    testing::Values(
        ProveCase{"stage", "menu.yaml", "name: {stage: who", "name: {stage: woh",
                  "m/menu.yaml:36: error: states/name/stage: no stage 'woh'; did you mean 'who'?"},
        ProveCase{
            "validator", "menu.yaml", "as: name", "as: nmae",
            "m/menu.yaml:36: error: states/name/as: no validator 'nmae'; did you mean 'name'?"},
        ProveCase{"error without text", "menu.yaml", "errors: {name: BADNAME}", "errors: {}",
                  "m/menu.yaml:36: error: states/name/errors: no text for the error 'name'"},
        ProveCase{
            "error that never is", "menu.yaml", "errors: {name: BADNAME}",
            "errors: {name: BADNAME, length: BADNAME}",
            "m/menu.yaml:36: error: states/name/errors/length: 'name' never gives this error"},
        ProveCase{"action", "menu.yaml", "do: review", "do: reviews",
                  "error: states/review/do: no action 'reviews'; did you mean 'review'?"},
        ProveCase{
            "outcome without state", "menu.yaml", "{ok: area, refused: gone}", "{ok: area}",
            "m/menu.yaml:38: error: states/check_job/on: the outcome 'refused' leads nowhere"},
        ProveCase{"outcome that never is", "menu.yaml", "{ready: summary}",
                  "{ready: summary, redy: summary}",
                  "error: states/review/on/redy: 'review' never has this outcome"},
        ProveCase{
            "edit without stage", "menu.yaml", "3: {to: area, edit: review}",
            "3: {to: main, edit: review}",
            "error: states/summary/options/3/edit: 'edit' needs a target that belongs to a stage"},
        ProveCase{"unknown language", "menu.yaml", "set: {language: en}", "set: {language: eng}",
                  "m/menu.yaml:31: error: states/main/options/2/set/language: no language 'eng'"},
        ProveCase{
            "unknown list", "menu.yaml", "{from: jobs}", "{from: job}",
            "m/menu.yaml:37: error: states/job/list/from: no list 'job'; did you mean 'jobs'?"},
        ProveCase{"list that nothing sets", "menu.yaml", "from: $tickets", "from: $ticket_list",
                  "error: states/pick/list/from: nothing ever sets the variable '$ticket_list'"},
        ProveCase{"parent that nothing sets", "menu.yaml", "under: \"1\"", "under: $kecamatan",
                  "m/menu.yaml:44: error: states/area/list/under: nothing ever sets the variable "
                  "'$kecamatan'"},
        ProveCase{
            "parent without items", "menu.yaml", "under: \"1\"", "under: \"2\"",
            "m/menu.yaml:44: error: states/area/list/under: list 'areas' has nothing under '2'"},
        ProveCase{"item that is not there", "menu.yaml", "on: {outside: gone}",
                  "on: {outsid: gone}",
                  "m/menu.yaml:49: error: states/area/list/on/outsid: no item 'outsid' to choose"},
        ProveCase{"search without text", "menu.yaml", "      not_found: LOST\n", "",
                  "m/menu.yaml:42: error: states/area/list/not_found: a search needs a text"},
        ProveCase{"options beside a list", "menu.yaml", "choose: JOB, ",
                  "choose: JOB, options: {2: gone}, ",
                  "m/menu.yaml:37: error: states/job/options/2: beside a list only 0 is free"}),
    case_name<ProveCase>);

INSTANTIATE_TEST_SUITE_P(
    Keywords, Broken,
    testing::Values(
        ProveCase{"lower case", "menu.yaml", "    TIDAK: bye", "    Tidak: bye",
                  "m/menu.yaml:22: error: sms/worker/Tidak: 'Tidak' must be one word of letters, "
                  "'TIDAK'"},
        ProveCase{"two words", "menu.yaml", "also: [DONE]", "also: [ALL DONE]",
                  "sms/agent/SELESAI: 'ALL DONE' must be one word of letters, 'ALLDONE'"},
        ProveCase{"digits", "menu.yaml", "also: [DONE]", "also: [\"1\"]",
                  "sms/agent/SELESAI: '1' must be one word of letters\n"},
        ProveCase{"alias twice", "menu.yaml", "also: [\"?\"]", "also: [YA]",
                  "m/menu.yaml:23: error: sms/worker/BANTUAN: 'YA' already belongs to YA"},
        ProveCase{"against nobody", "menu.yaml", "against: TIDAK", "against: TIDAKK",
                  "m/menu.yaml:21: error: sms/worker/YA/against: no word 'TIDAKK' here"}),
    case_name<ProveCase>);

INSTANTIATE_TEST_SUITE_P(
    Texts, Broken,
    testing::Values(
        ProveCase{"missing", "en.yaml", "  SAVED: Saved.\n", "",
                  "m/menu.yaml:64: error: states/saved/say: language 'en' has no text SAVED"},
        ProveCase{"empty id of a question", "menu.yaml", "alone: {choose: ALONE}",
                  "alone: {choose: \"\"}",
                  "m/menu.yaml:63: error: states/alone/choose: language 'id' has no text"},
        ProveCase{"unused", "en.yaml", "  SAVED: Saved.", "  SAVED: Saved.\n  EXTRA: More.",
                  "m/en.yaml:34: warning: texts/EXTRA: is used by no state and no SMS"},
        ProveCase{
            "option without line", "en.yaml", "    3 Tickets\n", "",
            "m/en.yaml:12: error: texts/MAIN: has no line '3 ...' for the option of state main"},
        ProveCase{
            "line without option", "en.yaml", "    0 Exit", "    5 Help\n    0 Exit",
            "m/en.yaml:12: error: texts/MAIN: shows '5 Help', which state main does not have"},
        ProveCase{"line twice", "en.yaml", "    3 Tickets\n", "    3 Tickets\n    3 Tickets\n",
                  "m/en.yaml:12: error: texts/MAIN: has two lines '3 ...'"},
        ProveCase{"other options in another language", "en.yaml", "BYE: Thank you.",
                  "BYE: \"Thanks\\n1 More\"",
                  "error: texts/BYE: has the options '1', language 'id' has ''"},
        ProveCase{"question that looks like options", "en.yaml", "NAME: Name?",
                  "NAME: \"Name?\\n2 letters or more\"",
                  "error: texts/NAME: shows '2 letters or more', which state name does not have"},
        ProveCase{
            "error that looks like options", "en.yaml", "BADNAME: Letters only.",
            "BADNAME: \"No.\\n2 letters or more\"",
            "error: texts/BADNAME: shows '2 letters or more', which state name does not have"},
        ProveCase{"unknown placeholder", "en.yaml", "Sorry, {name}", "Sorry, {nmae}",
                  "error: texts/GONE: unknown placeholder {nmae}; did you mean 'name'?"},
        ProveCase{"placeholder in capitals", "en.yaml", "Sorry, {name}", "Sorry, {Name}",
                  "error: texts/GONE: has a brace that belongs to no placeholder"},
        ProveCase{"open brace", "en.yaml", "Sorry, {name}", "Sorry, {name",
                  "error: texts/GONE: has a brace that belongs to no placeholder"},
        ProveCase{"not in GSM-7", "en.yaml", "Sorry,", "S\xC5\x8Drry,",
                  "error: texts/GONE: en: the character '\xC5\x8D' forces UCS-2: 26 of 70 units; "
                  "write it "
                  "otherwise"},
        ProveCase{"too long", "en.yaml", "Sorry,", std::string(142, 'x') + ",",
                  "error: texts/GONE: en: 163 of 160 septets with name = 'ABDUL RAHMAN DAENG'; "
                  "shorten it by 3"},
        ProveCase{"option too long", "en.yaml", "3 Tickets", "3 " + std::string(130, 'x'),
                  "m/en.yaml:12: error: texts/MAIN: en: 172 of 160 septets"},
        ProveCase{"error too long", "en.yaml", "Letters only.", std::string(155, 'x'),
                  "error: texts/BADNAME: en: 162 of 160 septets"},
        ProveCase{"question with a long item", "areas.csv", "Karuwisi", std::string(140, 'K'),
                  "error: texts/AREA: en: 1"},
        ProveCase{"nothing found too long", "en.yaml", "Not found. Type 3 letters.",
                  std::string(155, 'x'), "error: texts/LOST: en: 162 of 160 septets"}),
    case_name<ProveCase>);

INSTANTIATE_TEST_SUITE_P(
    Words, Broken,
    testing::Values(
        ProveCase{"of a list", "en.yaml", "fisher: Fisher, ", "",
                  "m/en.yaml:9: error: words/job: no word for 'fisher' of list jobs"},
        ProveCase{"of an extra item", "en.yaml", "  place: {outside: Outside Makassar}\n", "",
                  "m/en.yaml:8: error: words/place: no word for 'outside' of state area"},
        ProveCase{"in one language only", "id.yaml", "other: Lain}", "other: Lain, pilot: Pilot}",
                  "m/en.yaml:9: error: words/job: no word for 'pilot', which language 'id' has"},
        ProveCase{"group of a placeholder", "menu.yaml", "job: {word: job}", "job: {word: jbo}",
                  "m/en.yaml:8: error: words/jbo: is missing: {job} needs it"}),
    case_name<ProveCase>);

TEST(Prove, tells_what_nothing_sets) {
    const Files files = with(small_files(), "en.yaml", "Sorry, {name}", "Sorry, {count} {name}");
    EXPECT_EQ(proven(files), "m/en.yaml:25: error: texts/GONE: nothing ever sets {count}\n");
}

TEST(Prove, takes_curly_quotes_for_straight_ones) {
    EXPECT_EQ(proven(with(small_files(), "en.yaml", "Saved.", "You\xE2\x80\x99re saved.")), "");
}

TEST(Prove, measures_a_say_with_its_filled_lines) {
    const Files both = with(with(small_files(), "en.yaml", "BYE: Thank you.",
                                 "BYE: \"Bye\\n1 " + std::string(140, 'x') + " {name}\""),
                            "id.yaml", "BYE: Terima kasih.", "BYE: \"Bye\\n1 x\"");
    EXPECT_NE(proven(both).find("texts/BYE: en: 165 of 160 septets"), std::string::npos)
        << proven(both);
}

TEST(Prove, knows_what_is_sent_by_sms) {
    const Files files =
        with(with(small_files(), "id.yaml", "  SAVED:", "  SENT: Terkirim {name}.\n  SAVED:"),
             "en.yaml", "  SAVED:", "  SENT: Sent {name}.\n  SAVED:");
    EXPECT_NE(proven(files).find("warning: texts/SENT: is used by no state"), std::string::npos);
    EXPECT_EQ(proven(files, {"SENT"}), "");
    EXPECT_EQ(proven(files, {"SENT", "LOST_SMS"}),
              "m/id.yaml:11: error: texts/LOST_SMS: is missing: the program itself says it\n"
              "m/en.yaml:11: error: texts/LOST_SMS: is missing: the program itself says it\n");
    Limits tight;
    tight.sms_units = 20;
    EXPECT_NE(proven(files, {"SENT"}, tight)
                  .find("m/en.yaml:33: error: texts/SENT: en: 24 of 20 septets"),
              std::string::npos)
        << proven(files, {"SENT"}, tight);
}

TEST(Prove, needs_no_declaration_of_what_the_service_sets) {
    EXPECT_EQ(proven(with(with(small_files(), "menu.yaml", "  count: \"16\"",
                               "  office: {var: service, worst: Makassar}\n  count: \"16\""),
                          "en.yaml", "Saved.", "Saved by {office}.")),
              "");
}

// --- the worst case, seen ---

Problems problems_of(const Files& files, Proof* proof = nullptr) {
    Problems problems;
    const auto menu = parse_files(files, problems);
    if (!menu) return problems;
    const std::map<std::string, Vars> settings{{"id", {{"service", "Makassar Berjasa"}}},
                                               {"en", {{"service", "Makassar Berjasa"}}}};
    Proof found = prove(*menu, actions(), settings, {}, {}, problems);
    if (proof) *proof = std::move(found);
    return problems;
}

TEST(ProveWorst, shows_the_screen) {
    const Problems problems = problems_of(with(small_files(), "en.yaml", "\"{name}, job?\"",
                                               "\"{name}" + std::string(140, 'x') + "\""));
    ASSERT_EQ(problems.size(), 1u) << all_written(problems);
    EXPECT_EQ(problems[0].line, 22);
    EXPECT_EQ(problems[0].screen,
              "ABDUL RAHMAN DAENG" + std::string(140, 'x') + "\n1 Fisher\n9 More\n0 Back");
    EXPECT_EQ(written(problems[0]),
              "m/en.yaml:22: error: texts/JOB: en: 181 of 160 septets with name = 'ABDUL RAHMAN "
              "DAENG', on the page of 'Fisher'; shorten it by 21\n    | ABDUL RAHMAN DAENG" +
                  std::string(140, 'x') + "\n    | 1 Fisher\n    | 9 More\n    | 0 Back");
}

TEST(ProveWorst, tells_whose_character_forces_ucs2) {
    const std::string of_a_value = all_written(problems_of(
        with(small_files(), "menu.yaml", "name: ABDUL RAHMAN DAENG", "name: ABDUL \xC5\x8D")));
    EXPECT_NE(of_a_value.find("texts/GONE: en: the character '\xC5\x8D' of name = 'ABDUL "
                              "\xC5\x8D' forces UCS-2: 15 of 70 units"),
              std::string::npos)
        << of_a_value;
    const std::string of_an_item =
        all_written(problems_of(with(small_files(), "areas.csv", "Karuwisi", "Kar\xC5\xABwisi")));
    EXPECT_NE(of_an_item.find("texts/AREA: en: the character '\xC5\xAB' on the page of 'Bara "
                              "Baraya' forces UCS-2: "),
              std::string::npos)
        << of_an_item;
}

TEST(ProveWorst, tries_every_page_of_every_list) {
    // Alone on the last page, under a parent that is not the first.
    const Files files = with(
        with(small_files(), "menu.yaml", "      under: \"1\"", "      under: $job"), "areas.csv",
        "11,1,Bara Baraya\n",
        "2,,Sangkarrang\n21,2,A\n22,2,B\n23,2,C\n24,2,D\n25,2,E\n26,2,F\n27,2,G\n28,2,H\n29,2," +
            std::string(150, 'K') + "\n11,1,Bara Baraya\n");
    const std::string found = all_written(problems_of(files));
    EXPECT_NE(found.find("texts/AREA: en: 176 of 160 septets, on the page of 'KKKK"),
              std::string::npos)
        << found;
}

TEST(ProveWorst, counts_the_pages_of_lists) {
    Proof proof;
    EXPECT_EQ(
        all_written(problems_of(
            with(small_files(), "menu.yaml", "      under: \"1\"", "      under: $job"), &proof)),
        "");
    std::string told;
    for (const ListPages& list : proof.lists) {
        told += list.state + " " + list.list + " under '" + list.under + "' in " + list.language +
                ": " + std::to_string(list.items) + " on";
        for (const std::size_t items : list.pages) told += " " + std::to_string(items);
        told += "\n";
    }
    EXPECT_EQ(told,
              "area areas under 'Makassar' in id: 11 on 8 3\n"
              "area areas under 'Makassar' in en: 11 on 8 3\n"
              "job jobs under '' in id: 2 on 2\n"
              "job jobs under '' in en: 2 on 2\n");
}

// --- on the way ---

TEST(ProveWays, warns_of_a_placeholder_that_a_way_leaves_empty) {
    const Files files =
        with(small_files(), "menu.yaml", "      0: bye", "      5: gone\n      0: bye");
    const std::string found = all_written(
        problems_of(with(with(files, "id.yaml", "    0 Keluar", "    5 Lain\n    0 Keluar"),
                         "en.yaml", "    0 Exit", "    5 Other\n    0 Exit")));
    EXPECT_EQ(
        found,
        "m/menu.yaml:53: warning: states/gone/say: {name} of GONE: nothing sets this on the way "
        "main, gone\n");
}

TEST(ProveWays, knows_what_is_set_on_every_way) {
    // By an option, by an action, by an answer; what the service binds; what a validator finds out.
    EXPECT_EQ(proven(with(with(small_files(), "menu.yaml",
                               "1: name\n      2:", "1: {to: gone, set: {name: Ali}}\n      2:"),
                          "en.yaml", "Letters only.", "Letters only, {service}.")),
              "");
}

TEST(ProveWays, warns_of_a_list_that_a_way_leaves_empty) {
    const std::string found =
        all_written(problems_of(with(small_files(), "menu.yaml", "  intro: {say: INTRO, to: main}",
                                     "  intro: {say: INTRO, to: pick}")));
    EXPECT_EQ(found,
              "m/menu.yaml:62: warning: states/pick/list/from: $tickets of the list: nothing sets "
              "this on "
              "the way main, intro, pick\n");
}

}  // namespace
}  // namespace jangkau::menus
