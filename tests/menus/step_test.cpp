#include "menus/step.hpp"

#include "tests/menus/menu_files.hpp"
#include "tests/menus/talk.hpp"
#include "tests/support/case_name.hpp"

namespace jangkau::menus {
namespace {

const Menu& small() {
    static const Menu menu = menu_of(small_files());
    return menu;
}

constexpr const char* kMain = "Menu\n1 Daftar\n2 English\n3 Tiket\n4 Info\n0 Keluar";
constexpr const char* kAreas =
    "Tinggal di:\n1 Bara Baraya\n2 Bara Baraya Selatan\n3 Karuwisi\n4 Maccini\n5 Pannampu\n"
    "6 Rappocini\n7 Tamalanrea\n8 Tallo\n9 Lainnya\n0 Kembali";
constexpr const char* kAreasRest =
    "Tinggal di:\n1 Ujung Pandang Baru\n2 Wala-Walaya\n3 Luar Makassar\n0 Kembali";

Talk at_areas(std::size_t units = 160) {
    Talk talk(small(), units);
    talk.enter();
    talk.type("1");
    talk.type("budi");
    talk.type("1");
    talk.answer("ok");
    return talk;
}

Talk at_summary() {
    Talk talk = at_areas();
    talk.type("3");
    talk.answer("ready");
    return talk;
}

// ---- Choose

struct ChoiceCase {
    const char* name;
    std::string typed;
    const char* node;  ///< where it leads from "main"
};
class Choice : public testing::TestWithParam<ChoiceCase> {};

TEST_P(Choice, understands_digits_with_signs) {
    Talk talk(small());
    EXPECT_EQ(talk.enter(), kMain);
    talk.type(GetParam().typed);
    EXPECT_EQ(talk.last.state.node, GetParam().node);
    const bool refused = std::string(GetParam().node) == "main";
    EXPECT_EQ(talk.effects(), refused ? "refused main/choice" : talk.effects());
}

INSTANTIATE_TEST_SUITE_P(
    Step, Choice,
    testing::Values(ChoiceCase{"digit", "4", "intro"}, ChoiceCase{"blanks", "  4 ", "intro"},
                    ChoiceCase{"dot", "4.", "intro"}, ChoiceCase{"hash", "4#", "intro"},
                    ChoiceCase{"star", "*4#", "intro"}, ChoiceCase{"bracket", "4)", "intro"},
                    ChoiceCase{"line end", "4\r\n", "intro"}, ChoiceCase{"own zero", "0", "bye"},
                    ChoiceCase{"nothing", "", "main"}, ChoiceCase{"blank", "   ", "main"},
                    ChoiceCase{"no option", "7", "main"},
                    ChoiceCase{"nine without more", "9", "main"},
                    ChoiceCase{"two digits", "44", "main"}, ChoiceCase{"two keys", "4 4", "main"},
                    ChoiceCase{"zero in front", "04", "main"}, ChoiceCase{"negative", "-4", "main"},
                    ChoiceCase{"plus", "+4", "main"}, ChoiceCase{"letters", "Info", "main"},
                    ChoiceCase{"letter behind", "4a", "main"},
                    ChoiceCase{"signs only", "##**", "main"},
                    ChoiceCase{"broken bytes", "\xFF\xFE", "main"},
                    ChoiceCase{"arabic digit", "\xD9\xA4", "main"},
                    ChoiceCase{"long", std::string(10'000, '4'), "main"},
                    ChoiceCase{"zero byte", std::string("4\0", 2), "intro"}),
    case_name<ChoiceCase>);

TEST(Step, ends_after_three_wrong_choices) {
    Talk talk(small());
    talk.enter();
    EXPECT_EQ(talk.type("7"), std::string("Pilihan tidak ada. Ketik angka yg tertera.\n") + kMain);
    EXPECT_EQ(talk.effects(), "refused main/choice");
    talk.type("7");
    EXPECT_EQ(talk.type("7"), "Disimpan. [end]");
    EXPECT_EQ(talk.effects(), "refused main/choice last");
}

TEST(Step, forgets_wrong_choices_when_it_goes_on) {
    Talk talk(small());
    talk.enter();
    talk.type("7");
    talk.type("7");
    talk.type("1");
    EXPECT_EQ(talk.last.state.tries, 0u);
    talk.type("0");
    EXPECT_NE(talk.type("7"), "Disimpan. [end]");
}

TEST(Step, shortens_the_complaint_to_what_fits) {
    const std::string menu = std::string("\n") + kMain;
    const auto complained = [&](std::size_t units) {
        Talk talk(small(), units);
        talk.enter();
        return talk.type("7");
    };
    const std::size_t all = measure("Pilihan tidak ada. Ketik angka yg tertera." + menu).units;
    const std::size_t some = measure("Salah pilih." + menu).units;
    EXPECT_EQ(complained(all), "Pilihan tidak ada. Ketik angka yg tertera." + menu);
    EXPECT_EQ(complained(all - 1), "Salah pilih." + menu);
    EXPECT_EQ(complained(some), "Salah pilih." + menu);
    EXPECT_EQ(complained(some - 1), kMain);
}

TEST(Step, sets_variables_and_the_language) {
    Talk talk(small());
    talk.enter();
    EXPECT_EQ(talk.type("2"), "Menu\n1 Register\n2 English\n3 Tickets\n4 Info\n0 Exit");
    EXPECT_EQ(talk.var("language"), "en");
    EXPECT_EQ(talk.last.state.language, "en");
}

TEST(Step, takes_an_unknown_language_for_the_default) {
    Talk talk(small());
    EXPECT_EQ(talk.enter("main", {}, "xx"), kMain);
}

// ---- Say

TEST(Step, goes_on_after_a_say_at_any_key) {
    for (const char* typed : {"", "0", "5", "abc", "\xFF"}) {
        Talk talk(small());
        talk.settings = {{"service", "Jangkau"}};
        talk.enter();
        EXPECT_EQ(talk.type("4"), "Halo Jangkau");
        EXPECT_EQ(talk.type(typed), kMain) << typed;
    }
}

TEST(Step, starts_over_after_the_end) {
    Talk talk(small());
    talk.enter("main", {{"name", "BUDI"}}, "en");
    EXPECT_EQ(talk.type("0"), "Thank you. [end]");
    EXPECT_EQ(talk.type("1"), "Menu\n1 Register\n2 English\n3 Tickets\n4 Info\n0 Exit");
    EXPECT_EQ(talk.var("name"), "(unset)");
}

TEST(Step, ends_where_there_is_nothing_to_choose_and_no_way_back) {
    Talk talk(small());
    talk.enter("tickets");
    EXPECT_EQ(talk.answer("none"), "Tidak ada tiket. [end]");
    talk.enter();
    talk.type("3");
    EXPECT_EQ(talk.answer("none"), "Tidak ada tiket.\n0 Kembali");
    EXPECT_EQ(talk.type("0"), kMain);
}

// ---- Ask

TEST(Step, asks_until_the_answer_is_right) {
    Talk talk(small());
    talk.enter();
    EXPECT_EQ(talk.type("1"), "Nama?\n0 Kembali");
    EXPECT_EQ(talk.effects(), "keep 1");
    EXPECT_EQ(talk.type("b4"), "Nama hanya huruf.\n0 Kembali");
    EXPECT_EQ(talk.effects(), "refused name/name");
    EXPECT_EQ(talk.type("  budi   santoso "), "BUDI SANTOSO, kerja?\n1 Nelayan\n2 Lain\n0 Kembali");
    EXPECT_EQ(talk.var("name"), "BUDI SANTOSO");
    EXPECT_EQ(talk.effects(), "keep 1");
}

TEST(Step, saves_and_ends_after_three_wrong_answers) {
    Talk talk(small());
    talk.enter();
    talk.type("1");
    for (const char* typed : {"", "1"}) talk.type(typed);
    EXPECT_EQ(talk.type(std::string(300, 'x')), "Disimpan. [end]");
    EXPECT_EQ(talk.effects(), "refused name/name last");
}

TEST(Step, takes_zero_for_back_only_where_there_is_a_back) {
    Talk talk(small());
    EXPECT_EQ(talk.enter("name"), "Nama?");
    EXPECT_EQ(talk.type("0"), "Nama hanya huruf.");
    talk.enter();
    talk.type("1");
    EXPECT_EQ(talk.type("0"), kMain);
}

TEST(Step, shows_what_was_typed_in_broken_bytes_as_refused) {
    Talk talk(small());
    talk.enter("name");
    EXPECT_EQ(talk.type("\xFF\xFE\xFA"), "Nama hanya huruf.");
    EXPECT_EQ(talk.type("caf\xE9"), "Nama hanya huruf.");
}

// ---- Lists

TEST(Step, pages_a_list) {
    Talk talk = at_areas();
    EXPECT_EQ(talk.last.state.node, "area");
    EXPECT_EQ(std::get<Screen>(talk.last.next).text, kAreas);
    EXPECT_EQ(talk.type("9"), kAreasRest);
    EXPECT_EQ(talk.type("9"),
              std::string("Pilihan tidak ada. Ketik angka yg tertera.\n") + kAreasRest);
    EXPECT_EQ(talk.type("0"), kAreas);
    EXPECT_EQ(talk.type("0"), "BUDI, kerja?\n1 Nelayan\n2 Lain\n0 Kembali");
}

TEST(Step, puts_the_chosen_item_and_its_label_into_variables) {
    Talk talk = at_areas();
    talk.type("9");
    EXPECT_EQ(talk.type("2"), "ask: review");
    EXPECT_EQ(talk.var("area"), "20");
    EXPECT_EQ(talk.var("area_label"), "Wala-Walaya");
}

TEST(Step, follows_an_item_that_leads_elsewhere) {
    Talk talk = at_areas();
    talk.type("9");
    EXPECT_EQ(talk.type("3"), "Maaf, BUDI. [end]");
    EXPECT_EQ(talk.var("area"), "outside");
}

TEST(Step, refuses_an_item_of_another_page) {
    Talk talk = at_areas();
    talk.type("9");
    talk.type("4");
    EXPECT_EQ(talk.effects(), "refused area/choice");
    EXPECT_EQ(talk.last.state.page, 1u);
}

TEST(Step, puts_fewer_items_on_a_smaller_screen) {
    Talk talk = at_areas(90);
    EXPECT_EQ(std::get<Screen>(talk.last.next).text,
              "Tinggal di:\n1 Bara Baraya\n2 Bara Baraya Selatan\n3 Karuwisi\n4 Maccini\n9 "
              "Lainnya\n0 Kembali");
    EXPECT_EQ(talk.type("9"),
              "Tinggal di:\n1 Pannampu\n2 Rappocini\n3 Tamalanrea\n4 Tallo\n9 Lainnya\n0 Kembali");
}

struct SearchCase {
    const char* name;
    const char* typed;
    const char* area;  ///< chosen at once, or ""
    const char* screen;
};
class Search : public testing::TestWithParam<SearchCase> {};

TEST_P(Search, finds_places_by_letters) {
    Talk talk = at_areas();
    const std::string seen = talk.type(GetParam().typed);
    if (*GetParam().area) {
        EXPECT_EQ(talk.var("area"), GetParam().area);
        EXPECT_EQ(seen, "ask: review");
    } else {
        EXPECT_EQ(seen.substr(0, std::string_view(GetParam().screen).size()), GetParam().screen);
        EXPECT_EQ(talk.var("area"), "(unset)");
    }
}

INSTANTIATE_TEST_SUITE_P(
    Step, Search,
    testing::Values(SearchCase{"one", "karu", "13", ""},
                    SearchCase{"whole name", "Maccini", "14", ""},
                    SearchCase{"in the middle", "pandang", "19", ""},
                    SearchCase{"without dash", "walawalaya", "20", ""},
                    SearchCase{"with dash", "Wala-Wa", "20", ""},
                    SearchCase{"capitals", "TALLO", "18", ""},
                    SearchCase{"with signs", "tal.lo!", "18", ""},
                    SearchCase{"two", "bara", "",
                               "Tinggal di:\n1 Bara Baraya\n2 Bara Baraya Selatan\n0 Kembali"},
                    SearchCase{"none", "zzz", "", "Tidak ketemu. Ketik 3 huruf.\n0 Kembali"},
                    SearchCase{"too few letters", "ba", "", "Salah pilih.\n"},
                    SearchCase{"no letters", "...", "", "Salah pilih.\n"},
                    SearchCase{"an extra item", "luar", "", "Tidak ketemu."},
                    SearchCase{"broken bytes", "\xFF\xFF\xFF\xFF", "", "Salah pilih.\n"}),
    case_name<SearchCase>);

TEST(Step, leads_back_from_what_was_found_to_the_whole_list) {
    Talk talk = at_areas();
    talk.type("bara");
    EXPECT_EQ(talk.last.state.filter, "bara");
    EXPECT_EQ(talk.type("0"), kAreas);
    EXPECT_EQ(talk.last.state.filter, "");
    talk.type("bara");
    EXPECT_EQ(talk.type("2"), "ask: review");
    EXPECT_EQ(talk.var("area"), "12");
    EXPECT_EQ(talk.last.state.filter, "");
}

TEST(Step, searches_the_whole_list_again_after_a_find) {
    Talk talk = at_areas();
    talk.type("bara");
    EXPECT_EQ(talk.type("tallo"), "ask: review");
    EXPECT_EQ(talk.var("area"), "18");
}

TEST(Step, stands_alone_when_nothing_is_found) {
    Talk talk = at_areas();
    talk.type("bara");
    EXPECT_EQ(talk.type("zzz"), "Tidak ketemu. Ketik 3 huruf.\n0 Kembali");
    EXPECT_EQ(talk.effects(), "refused area/not_found");
    EXPECT_EQ(talk.type("1"), "Tidak ketemu. Ketik 3 huruf.\n0 Kembali") << "nothing is offered";
}

TEST(Step, shows_the_whole_list_again_after_nothing_was_found) {
    Talk talk = at_areas();
    const std::string list = talk.type("x");  // a wrong choice shows it, too
    talk.type("zzz");
    const std::string again = talk.type("0");
    EXPECT_NE(list.find("1 Bara Baraya"), std::string::npos) << list;
    EXPECT_NE(again.find("1 Bara Baraya"), std::string::npos) << again;
    EXPECT_NE(again.find("9 Lainnya"), std::string::npos) << again;
}

TEST(Step, lists_what_an_action_found) {
    Talk talk(small());
    talk.enter();
    EXPECT_EQ(talk.type("3"), "ask: my_tickets");
    EXPECT_EQ(
        talk.answer("some",
                    {{"tickets", "111\tBudi\n222\tAni \xE2\x80\x93 aktif\nbroken\n333\t\xFF\n"}}),
        "Tiket:\n1 Budi\n2 Ani - aktif\n3 ?\n0 Kembali");
    EXPECT_EQ(talk.type("2"), "Terima kasih. [end]");
    EXPECT_EQ(talk.var("ticket"), "222");
    EXPECT_EQ(talk.var("ticket_label"), "Ani - aktif");
}

TEST(Step, searches_what_an_action_found) {
    const auto found = [](const char* typed) {
        Talk talk(small());
        talk.enter();
        talk.type("3");
        talk.answer("some", {{"tickets", "111\tBudi\n222\tAnita\n333\tAnisa"}});
        const std::string seen = talk.type(typed);
        return seen + " " + talk.var("ticket");
    };
    EXPECT_EQ(found("budi"), "Terima kasih. [end] 111");
    EXPECT_EQ(found("ani"), "Tiket:\n1 Anita\n2 Anisa\n0 Kembali (unset)");
    EXPECT_EQ(found("zzz").substr(0, 13), "Tidak ketemu.");
}

TEST(Step, shows_an_empty_list_as_the_way_back) {
    Talk talk(small());
    talk.enter();
    talk.type("3");
    EXPECT_EQ(talk.answer("some"), "Tiket:\n0 Kembali");
    EXPECT_EQ(talk.type("1"), "Pilihan tidak ada. Ketik angka yg tertera.\nTiket:\n0 Kembali");
    EXPECT_EQ(talk.type("0"), kMain);
}

// ---- Back

TEST(Step, goes_back_through_everything_that_was_answered) {
    Talk talk = at_summary();
    const char* kBack[] = {"area", "job", "name", "main"};
    for (const char* node : kBack) {
        talk.type("0");
        EXPECT_EQ(talk.last.state.node, node);
    }
    EXPECT_TRUE(talk.last.state.trail.empty());
    EXPECT_EQ(talk.var("name"), "BUDI") << "going back forgets no answer";
}

TEST(Step, does_not_go_in_circles) {
    Talk talk(small());
    talk.enter();
    for (int i = 0; i < 5; ++i) {
        talk.type("1");
        talk.type("budi");
        talk.type("0");
        talk.type("0");
    }
    EXPECT_EQ(talk.last.state.node, "main");
    EXPECT_TRUE(talk.last.state.trail.empty());
    for (int i = 0; i < 5; ++i) talk.type("2");
    EXPECT_TRUE(talk.last.state.trail.empty());
}

TEST(Step, skips_states_on_the_way_back_that_are_gone) {
    Talk talk = at_areas();
    talk.last.state.trail = {"main", "gone_with_the_old_menu", "also_gone"};
    EXPECT_EQ(talk.type("0"), kMain);
}

// ---- Changing one part

TEST(Step, returns_to_the_summary_when_one_part_was_changed) {
    Talk talk = at_summary();
    EXPECT_EQ(std::get<Screen>(talk.last.next).text,
              "BUDI, Nelayan, Karuwisi\n1 Benar\n2 Ubah nama\n3 Ubah tempat\n0 Kembali");
    EXPECT_EQ(talk.type("2"), "Nama?\n0 Kembali");
    talk.type("ani");
    talk.type("2");
    EXPECT_EQ(talk.answer("ok"), "ask: review") << "not the next part, the place";
    EXPECT_EQ(talk.last.state.edit_return, "");
    EXPECT_EQ(talk.answer("ready"),
              "ANI, Lain, Karuwisi\n1 Benar\n2 Ubah nama\n3 Ubah tempat\n0 Kembali");
}

TEST(Step, shows_a_way_out_of_the_part_that_is_changed) {
    Talk talk = at_summary();
    talk.type("2");
    talk.type("ani");
    talk.type("2");
    EXPECT_EQ(talk.answer("refused"), "Maaf, ANI. [end]") << "not the summary, as if all were well";
    EXPECT_EQ(talk.last.state.edit_return, "");

    Talk place = at_summary();
    place.type("3");
    place.type("9");
    EXPECT_EQ(place.type("3"), "Maaf, BUDI. [end]");
}

TEST(Step, still_changes_one_part_after_a_step_back_within_it) {
    Talk talk = at_summary();
    talk.type("2");
    talk.type("ani");
    EXPECT_EQ(talk.type("0"), "Nama?\n0 Kembali");
    EXPECT_EQ(talk.last.state.edit_return, "review");
    talk.type("siti");
    talk.type("1");
    EXPECT_EQ(talk.answer("ok"), "ask: review");
    EXPECT_EQ(talk.var("name"), "SITI");
}

TEST(Step, forgets_the_change_when_it_goes_back) {
    Talk talk = at_summary();
    talk.type("2");
    EXPECT_EQ(talk.last.state.edit_return, "review");
    talk.type("0");
    EXPECT_EQ(talk.last.state.node, "summary");
    EXPECT_EQ(talk.last.state.edit_return, "");
}

// ---- Questions and drafts

TEST(Step, starts_over_at_an_outcome_that_nobody_foresaw) {
    Talk talk(small());
    talk.enter("main", {}, "en");
    talk.type("3");
    EXPECT_EQ(talk.answer("exploded").substr(0, 15), "Menu\n1 Register");
}

TEST(Step, starts_over_at_an_answer_that_nobody_asked_for) {
    Talk talk(small());
    talk.enter("name");
    EXPECT_EQ(talk.answer("ready"), kMain);
}

TEST(Step, asks_again_what_was_not_answered) {
    Talk talk(small());
    talk.enter();
    EXPECT_EQ(talk.type("3"), "ask: my_tickets");
    EXPECT_EQ(talk.type("1"), "ask: my_tickets");
}

TEST(Step, takes_variables_and_language_of_an_answer) {
    Talk talk(small());
    talk.enter("review", {{"name", "BUDI"}, {"job", "fisher"}});
    EXPECT_EQ(talk.answer("ready", {{"area_label", "Tallo"}}, "en"),
              "BUDI, Fisher, Tallo\n1 Right\n2 Change name\n3 Change place");
}

TEST(Step, restores_a_draft) {
    Talk earlier = at_areas();
    earlier.type("9");
    const State draft = earlier.last.state;

    Talk talk(small());
    talk.enter("review");
    EXPECT_EQ(talk.restore(draft), kAreas) << "from the first page";
    EXPECT_EQ(talk.effects(), "keep 2");
    EXPECT_EQ(talk.var("name"), "BUDI");
    EXPECT_EQ(talk.type("0"), "BUDI, kerja?\n1 Nelayan\n2 Lain\n0 Kembali");
}

TEST(Step, restores_a_draft_that_had_failed_three_times) {
    State draft = at_areas().last.state;
    draft.tries = 3;
    draft.ended = true;
    Talk talk(small());
    talk.enter("review");
    EXPECT_EQ(talk.restore(draft), kAreas);
    EXPECT_FALSE(talk.last.state.ended);
    EXPECT_NE(talk.type("77"), "Disimpan. [end]");
}

TEST(Step, tells_which_menu_the_dialogue_was_entered_with) {
    Menu newer = small();
    newer.revision = 7;
    const State older = at_areas().last.state;
    EXPECT_EQ(older.revision, small().revision);

    Talk draft(newer);
    draft.enter("review");
    EXPECT_EQ(draft.last.state.revision, 7u);
    draft.restore(older);
    EXPECT_EQ(draft.last.state.revision, 7u) << "a draft goes on with the menu that restores it";

    Talk gone(newer);
    gone.last.state.node = "no_such_state";
    gone.last.state.revision = 3;
    gone.type("1");
    EXPECT_EQ(gone.last.state.revision, 7u) << "it started over";
}

TEST(Step, takes_the_outcome_when_the_restored_state_is_gone) {
    State draft = at_areas().last.state;
    draft.node = "of_an_older_menu";
    Talk talk(small());
    talk.enter("tickets");
    EXPECT_EQ(talk.restore(draft), "Tidak ada tiket. [end]");
}

TEST(Step, starts_over_when_its_state_is_gone) {
    Talk talk(small());
    talk.enter("main", {}, "en");
    talk.last.state.node = "of_an_older_menu";
    EXPECT_EQ(talk.type("1").substr(0, 15), "Menu\n1 Register");
    talk.last.state.node = "of_an_older_menu";
    EXPECT_EQ(talk.answer("ready").substr(0, 15), "Menu\n1 Register");
}

TEST(Step, enters_at_the_start_when_the_named_state_is_gone) {
    Talk talk(small());
    EXPECT_EQ(talk.enter("of_an_older_menu"), kMain);
    EXPECT_EQ(talk.enter(""), kMain);
}

TEST(Step, keeps_drafts_only_in_parts_of_the_journey) {
    Talk talk(small());
    talk.enter();
    EXPECT_EQ(talk.effects(), "");
    talk.type("1");
    EXPECT_EQ(talk.effects(), "keep 1");
    talk.type("budi");
    talk.type("1");
    EXPECT_EQ(talk.effects(), "") << "a question to the outside is no place to resume at";
    talk.answer("ok");
    EXPECT_EQ(talk.effects(), "keep 2");
    talk.type("9");
    EXPECT_EQ(talk.effects(), "");
    talk.type("3");
    EXPECT_EQ(talk.effects(), "");
}

TEST(Step, survives_values_that_are_no_text) {
    Talk talk(small());
    EXPECT_EQ(talk.enter("gone", {{"name", "\xFF\xC3"}}), "Maaf, ??. [end]");
}

TEST(Step, cuts_what_outgrew_the_screen) {
    Talk talk(small());
    const std::string seen = talk.enter("job", {{"name", std::string(100'000, 'X')}});
    EXPECT_EQ(seen.substr(0, 5), "XXXXX");
    EXPECT_TRUE(seen.ends_with("X\n1 Nelayan\n9 Lainnya")) << seen;
    EXPECT_EQ(measure(seen).units, 160u);
}

}  // namespace
}  // namespace jangkau::menus
