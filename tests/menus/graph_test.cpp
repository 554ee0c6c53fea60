#include <gmock/gmock.h>

#include "tests/menus/menu_files.hpp"
#include "tests/menus/picture_checks.hpp"

namespace jangkau::menus {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

GraphOptions options() {
    GraphOptions out;
    out.settings = {{"service", "Makassar & <Berjasa>"}, {"dial", "*123*4567#"}};
    return out;
}

Graph graph(const Menu& menu, const GraphOptions& with = options()) {
    auto made = graph_of(menu, with);
    EXPECT_TRUE(made) << made.error().what;
    return made ? std::move(*made) : Graph{};
}

const GraphNode& node(const Graph& graph, const std::string& name) {
    const auto at = std::find_if(graph.nodes.begin(), graph.nodes.end(),
                                 [&](const GraphNode& node) { return node.name == name; });
    EXPECT_NE(at, graph.nodes.end()) << name;
    return *at;
}

std::vector<std::string> rows(const Graph& graph, const std::string& name) {
    std::vector<std::string> out;
    for (const ScreenRow& row : node(graph, name).rows) out.push_back(row.text);
    return out;
}

std::string group(const Graph& graph, const std::string& name) {
    return graph.groups[node(graph, name).group].key;
}

std::set<std::string> names(const Graph& graph, bool outside) {
    std::set<std::string> out;
    for (const GraphNode& node : graph.nodes)
        if (node.outside == outside) out.insert(node.name);
    return out;
}

/// So many questions one behind the other, each with a way back and a way out: longer than a sheet.
Files long_files(int questions) {
    Files files{
        {"menu.yaml",
         "menu: long\nlanguages: [en]\nstart: main\nstages: [a, b, c]\n"
         "after_tries: bye\nstates:\n  main: {choose: Q, options: {1: q0, 2: bye}}\n"
         "  bye: {say: B}\n"},
        {"en.yaml",
         "language: en\nname: English\nengine: {back: 0 Back, more: 9 More, no_choice: No., "
         "no_choice_short: No.}\ntexts:\n  B: Bye.\n  Q: |-\n    A question?\n"
         "    1 Yes\n    2 No\n"}};
    for (int i = 0; i < questions; ++i) {
        const std::string next = i + 1 < questions ? "q" + std::to_string(i + 1) : "bye";
        const char stage = "abc"[i * 3 / questions];
        files["menu.yaml"] += "  q" + std::to_string(i) + ": {stage: " + stage +
                              ", choose: Q, options: {1: " + next + ", 2: main}}\n";
    }
    return files;
}

struct Case {
    const char* name;
    Files files;
};
class Pictures : public testing::TestWithParam<Case> {};

TEST_P(Pictures, ShowAllOfTheMenuOnceAndReadably) {
    const Menu menu = menu_of(GetParam().files);
    for (const Language& language : menu.languages) {
        GraphOptions with = options();
        with.language = language.code;
        const Graph whole = graph(menu, with);
        for (const auto& [name, state] : menu.nodes) node(whole, name);
        EXPECT_EQ(ways_of(whole), ways_of(menu));
        check_picture(whole);
    }
}

TEST_P(Pictures, CanBeginAnywhere) {
    const Menu menu = menu_of(GetParam().files);
    for (const auto& [name, state] : menu.nodes) {
        GraphOptions with = options();
        with.from = name;
        check_picture(graph(menu, with));
    }
}

INSTANTIATE_TEST_SUITE_P(Menus, Pictures,
                         testing::Values(Case{"small", small_files()}, Case{"long", long_files(18)},
                                         Case{"one_question", long_files(1)}),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(Graph, fills_screens_with_the_longest_values) {
    const Graph small = graph(menu_of(small_files()));
    EXPECT_THAT(rows(small, "main"),
                ElementsAre("Menu", "1 Daftar", "2 English", "3 Tiket", "4 Info", "0 Keluar"));
    EXPECT_THAT(rows(small, "summary"),
                ElementsAre("ABDUL RAHMAN DAENG, Nelayan, Bara Baraya Selatan", "1 Benar",
                            "2 Ubah nama", "3 Ubah tempat", "0 Kembali"));
    EXPECT_EQ(node(small, "summary").units, 92u);
    EXPECT_EQ(node(small, "summary").budget, 160u);
    EXPECT_THAT(rows(small, "area"),
                ElementsAre("Tinggal di:", "1 Bara Baraya", "2 Bara Baraya Selatan", "3 Karuwisi",
                            "4 Maccini", "5 Pannampu", "6 Rappocini", "7 Tamalanrea", "8 Tallo",
                            "9 Lainnya", "0 Kembali"));
    EXPECT_THAT(rows(small, "pick"), ElementsAre("Tiket:", "1 ...", "0 Kembali"));
    EXPECT_THAT(rows(small, "check_job"), ElementsAre());
    GraphOptions english = options();
    english.language = "en";
    EXPECT_THAT(rows(graph(menu_of(small_files()), english), "name"),
                ElementsAre("Name?", "0 Back"));
}

TEST(Graph, keeps_texts_of_wrong_answers_in_tooltips) {
    const Graph small = graph(menu_of(small_files()));
    EXPECT_THAT(node(small, "name").instead, ElementsAre("name: Nama hanya huruf."));
    EXPECT_THAT(node(small, "area").instead,
                ElementsAre("nothing found: Tidak ketemu. Ketik 3 huruf."));
    EXPECT_THAT(write_svg(small, picture_of(small)),
                HasSubstr("<title>name: NAME, 15 of 160 septets\nname: Nama hanya huruf.</title>"));
}

TEST(Graph, tells_a_flow_for_each_option_of_the_main_menu) {
    const Graph small = graph(menu_of(small_files()));
    EXPECT_EQ(group(small, "main"), "start");
    EXPECT_EQ(group(small, "saved"), "start");
    EXPECT_EQ(group(small, "name"), "name");
    EXPECT_EQ(group(small, "summary"), "name");
    EXPECT_EQ(small.groups[small.journey].title, "Daftar");
    EXPECT_EQ(group(small, "pick"), "tickets");
    EXPECT_EQ(small.groups[node(small, "pick").group].title, "Tiket");
    EXPECT_EQ(group(small, "intro"), "start") << "one state is no flow";
    EXPECT_THAT(small.bands, ElementsAre("", "who", "place", "check"));
    EXPECT_EQ(node(small, "area").band, 2u);
}

TEST(Graph, tells_ways_in) {
    const Graph small = graph(menu_of(small_files()));
    EXPECT_THAT(rows(small, "dial:"), ElementsAre("*123*4567#"));
    EXPECT_THAT(rows(small, "dial:1"), ElementsAre("*123*4567*1#"));
    EXPECT_THAT(rows(small, "sms:bye"), ElementsAre("YA", "TIDAK", "BANTUAN", "?"));
    EXPECT_THAT(rows(small, "agent sms:bye"), ElementsAre("SELESAI", "DONE"));
}

TEST(Graph, shows_texts_that_are_only_sent) {
    GraphOptions with = options();
    with.spoken = {"LOST", "BYE"};
    const Graph small = graph(menu_of(small_files()), with);
    EXPECT_EQ(group(small, "text:LOST"), "sent");
    EXPECT_EQ(names(small, false).count("text:BYE"), 0u) << "a state shows it already";
    check_picture(small);
}

TEST(Graph, of_a_flow_names_what_lies_outside) {
    const Menu menu = menu_of(small_files());
    GraphOptions with = options();
    with.flow = "tickets";
    const Graph tickets = graph(menu, with);
    EXPECT_THAT(names(tickets, false), ElementsAre("alone", "pick", "tickets"));
    EXPECT_THAT(names(tickets, true), ElementsAre("bye", "saved"));
    check_picture(tickets);
    with.flow = "place";
    const Graph place = graph(menu, with);
    EXPECT_THAT(names(place, false), ElementsAre("area"));
    check_picture(place);
}

TEST(Graph, from_a_state_holds_what_it_leads_to) {
    GraphOptions with = options();
    with.from = "tickets";
    EXPECT_THAT(names(graph(menu_of(small_files()), with), false),
                ElementsAre("alone", "bye", "pick", "saved", "tickets"));
}

TEST(Graph, refuses_what_the_menu_does_not_have) {
    const Menu menu = menu_of(small_files());
    struct Row {
        std::string GraphOptions::*key;
        std::string value, says;
    };
    for (const Row& row :
         {Row{&GraphOptions::language, "fr", "no language 'fr'"},
          Row{&GraphOptions::flow, "tikets",
              "no flow 'tikets'; there are who, place, check, start, name"},
          Row{&GraphOptions::from, "nmae", "no state 'nmae'; did you mean 'name'?"}}) {
        GraphOptions with = options();
        with.*row.key = row.value;
        const auto made = graph_of(menu, with);
        ASSERT_FALSE(made) << row.value;
        EXPECT_THAT(made.error().what, HasSubstr(row.says));
    }
}

TEST(Dot, names_every_state_and_way) {
    const Graph small = graph(menu_of(small_files()));
    const std::string dot = write_dot(small);
    std::size_t ways = 0;
    for (std::size_t at = dot.find(" -> "); at != dot.npos; at = dot.find(" -> ", at + 1)) ++ways;
    EXPECT_EQ(ways, small.edges.size());
    EXPECT_THAT(dot, HasSubstr("\"summary\" -> \"name\" [label=\"2, then review\"];"));
    EXPECT_THAT(dot, HasSubstr("\"name\" -> \"saved\" [label=\"3 wrong\", style=dotted"));
    for (const GraphNode& one : small.nodes)
        EXPECT_THAT(dot, HasSubstr("    \"" + one.name + "\" [shape=")) << one.name;
    EXPECT_EQ(std::count(dot.begin(), dot.end(), '{'), std::count(dot.begin(), dot.end(), '}'));
}

TEST(Dot, quotes_what_would_end_a_label) {
    Graph one;
    one.groups = {{"start", "A \"title\""}};
    one.nodes.resize(1);
    one.nodes[0].name = "a";
    one.nodes[0].rows = {{0, R"(say "\n")"}};
    EXPECT_THAT(write_dot(one), HasSubstr(R"(label="A \"title\"")"));
    EXPECT_THAT(write_dot(one), HasSubstr(R"(say \"\\n\"\l)"));
}

TEST(Wrap, breaks_at_blanks_and_long_words) {
    struct Row {
        std::string text;
        std::size_t columns;
        std::vector<std::string> lines;
    };
    for (const Row& row :
         {Row{"", 5, {""}}, Row{"abc de", 6, {"abc de"}}, Row{"abc def", 6, {"abc", "def"}},
          Row{"a bcdefghij k", 4, {"a", "bcde", "fghi", "j k"}}, Row{"éééé é", 4, {"éééé", "é"}},
          Row{"abcd", 4, {"abcd"}}})
        EXPECT_EQ(wrap(row.text, row.columns), row.lines) << row.text;
}

TEST(Layout, stacks_columns_and_packs_without_overlap) {
    const std::vector<Size> sizes{{50, 30}, {20, 80}, {70, 10}, {40, 40}, {100, 5}, {10, 10}};
    const auto clear = [&](const std::vector<Point>& at) {
        for (std::size_t a = 0; a < sizes.size(); ++a)
            for (std::size_t b = a + 1; b < sizes.size(); ++b)
                EXPECT_FALSE(overlap({at[a].x, at[a].y, sizes[a].width, sizes[a].height},
                                     {at[b].x, at[b].y, sizes[b].width, sizes[b].height}))
                    << a << " and " << b;
    };
    for (const double width : {100.0, 110.0, 150.0, 300.0}) clear(pack(sizes, width));
    for (const std::size_t columns : {1u, 2u, 3u, 9u}) clear(stack(sizes, columns));
    EXPECT_EQ(pack(sizes, 100)[1].x, 50);
}

}  // namespace
}  // namespace jangkau::menus
