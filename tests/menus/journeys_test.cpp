#include "menus/journeys.hpp"

#include "menus/prove.hpp"
#include "tests/menus/menu_files.hpp"
#include "tests/support/case_name.hpp"

namespace jangkau::menus {
namespace {

/// States as `name: where it leads`, all of them choices but those without an exit.
struct States {
    std::string text = "menu: m\nlanguages: [id]\nstart: a\nafter_tries: end\n";
    std::string texts;
    explicit States(const std::string& top,
                    const std::vector<std::pair<std::string, std::string>>& states) {
        text += top + "states:\n  end: {say: E}\n";
        for (const auto& [name, body] : states) text += "  " + name + ": " + body + "\n";
    }
    [[nodiscard]] Menu menu() const {
        return menu_of({{"menu.yaml", text},
                        {"id.yaml",
                         "language: id\nname: I\nengine: {back: 0 B, more: 9 M, no_choice: N, "
                         "no_choice_short: N}\ntexts: {E: e}\n"}});
    }
};

std::string told(const Path& path) {
    std::string out;
    for (const std::string& state : path.screens) out += (out.empty() ? "" : " ") + state;
    return out + ": " + std::to_string(path.inputs) + " inputs, " + std::to_string(path.seconds) +
           " s, " + std::to_string(path.pages) + " pages";
}

std::string priced(const Menu& menu, const PagesOf& pages = {}) {
    Problems problems;
    std::string out;
    for (const JourneyPrice& price : price_journeys(menu, pages, problems))
        out += price.name + "\n shortest " + told(price.shortest) + "\n longest " +
               told(price.longest) + "\n";
    return out + all_written(problems);
}

struct Row {
    const char* name;
    std::string top;
    std::vector<std::pair<std::string, std::string>> states;
    PagesOf pages;
    const char* priced;
};
class Priced : public testing::TestWithParam<Row> {};

TEST_P(Priced, as_it_should_be) {
    EXPECT_EQ(priced(States(GetParam().top, GetParam().states).menu(), GetParam().pages),
              GetParam().priced);
}

constexpr const char* kList = "list: {from: jobs}, into: job";
const std::string kJobs = "lists: {jobs: {words: w, items: [x]}}\n";

INSTANTIATE_TEST_SUITE_P(
    Paths, Priced,
    testing::Values(
        Row{"one choice after another",
            "journeys: {j: {to: end}}\n",
            {{"a", "{choose: E, options: {1: b}}"}, {"b", "{choose: E, options: {1: end}}"}},
            {},
            "j\n shortest a b end: 2 inputs, 18 s, 0 pages\n longest a b end: 2 inputs, 18 s, 0 "
            "pages\n"},
        Row{"a side way",
            "journeys: {j: {to: end}}\n",
            {{"a", "{choose: E, options: {1: end, 2: b}}"},
             {"b", "{choose: E, options: {1: end}}"}},
            {},
            "j\n shortest a end: 1 inputs, 9 s, 0 pages\n longest a b end: 2 inputs, 18 s, 0 "
            "pages\n"},
        Row{"a side way that is not passed",
            "journeys: {j: {to: end, without: b}}\n",
            {{"a", "{choose: E, options: {1: end, 2: b}}"},
             {"b", "{choose: E, options: {1: end}}"}},
            {},
            "j\n shortest a end: 1 inputs, 9 s, 0 pages\n longest a end: 1 inputs, 9 s, 0 pages\n"},
        Row{"nothing typed twice",
            "journeys: {j: {to: end}}\n",
            {{"a", "{choose: E, options: {1: b, 2: c}}"},
             {"b", "{choose: E, options: {1: c, 2: a}}"},
             {"c", "{choose: E, options: {1: end, 2: b, 3: a}}"}},
            {},
            "j\n shortest a c end: 2 inputs, 18 s, 0 pages\n longest a b c end: 3 inputs, 27 s, 0 "
            "pages\n"},
        Row{"changes and wrong answers",
            "stages: [s]\njourneys: {j: {to: end}}\n",
            {{"a", "{stage: s, choose: E, options: {1: end, 2: {to: b, edit: a}}}"},
             {"b", "{stage: s, choose: E, after_tries: c, options: {1: a}}"},
             {"c", "{choose: E, options: {1: end}}"}},
            {},
            "j\n shortest a end: 1 inputs, 9 s, 0 pages\n longest a end: 1 inputs, 9 s, 0 pages\n"},
        Row{"actions show nothing",
            "journeys: {j: {to: [end, c], from: a}}\n",
            {{"a", "{do: x, on: {p: b, q: end}}"},
             {"b", "{say: E, to: c}"},
             {"c", "{choose: E, options: {1: end}}"}},
            {},
            "j\n shortest end: 0 inputs, 0 s, 0 pages\n longest b c: 1 inputs, 9 s, 0 pages\n"},
        Row{"what is typed",
            "journeys: {j: {to: end}}\nseconds: {ask: 21, name: 31}\n",
            {{"a", "{ask: E, as: nik, into: n, to: b}"},
             {"b", "{ask: E, as: name, into: n, to: c}"},
             {"c", "{ask: E, as: thousands, into: n, to: end}"}},
            {},
            "j\n shortest a b c end: 3 inputs, 70 s, 0 pages\n longest a b c end: 3 inputs, 70 s, "
            "0 "
            "pages\n"},
        Row{"pages of a list",
            kJobs + "journeys: {j: {to: end}}\nseconds: {more: 7}\n",
            {{"a", std::string("{choose: E, to: end, ") + kList + "}"}},
            {{"a", 3}},
            "j\n shortest a end: 1 inputs, 9 s, 0 pages\n longest a end: 3 inputs, 23 s, 2 "
            "pages\n"}),
    case_name<Row>);

INSTANTIATE_TEST_SUITE_P(
    Problems, Priced,
    testing::Values(
        Row{"too many screens",
            "journeys: {j: {to: end, screens_max: 2}}\n",
            {{"a", "{choose: E, options: {1: end, 2: b}}"},
             {"b", "{choose: E, options: {1: end}}"}},
            {},
            "j\n shortest a end: 1 inputs, 9 s, 0 pages\n longest a b end: 2 inputs, 18 s, 0 "
            "pages\n"
            "m/menu.yaml:5: error: journeys/j/screens_max: the longest path has 3 of 2 screens: a, "
            "b, end; shorten it, name side ways in 'without', or raise the limit\n"},
        Row{"just enough screens",
            "journeys: {j: {to: end, screens_max: 2, session_max: 9}}\n",
            {{"a", "{choose: E, options: {1: end}}"}},
            {},
            "j\n shortest a end: 1 inputs, 9 s, 0 pages\n longest a end: 1 inputs, 9 s, 0 pages\n"},
        Row{"too long",
            "journeys:\n  j:\n    to: end\n    session_max: 8\n",
            {{"a", "{choose: E, options: {1: end}}"}},
            {},
            "j\n shortest a end: 1 inputs, 9 s, 0 pages\n longest a end: 1 inputs, 9 s, 0 pages\n"
            "m/menu.yaml:8: error: journeys/j/session_max: the longest path has 9 of 8 seconds: a, "
            "end; shorten it, name side ways in 'without', or raise the limit\n"},
        Row{"no such states",
            "journeys: {j: {to: ends, from: aa, without: c}}\n",
            {{"a", "{choose: E, options: {1: end}}"}},
            {},
            "m/menu.yaml:5: error: journeys/j/from: no state 'aa'; did you mean 'a'?\n"
            "m/menu.yaml:5: error: journeys/j/to: no state 'ends'; did you mean 'end'?\n"
            "m/menu.yaml:5: error: journeys/j/without: no state 'c'\n"},
        Row{"no way",
            "journeys: {j: {to: b}}\n",
            {{"a", "{choose: E, options: {1: end}}"}, {"b", "{choose: E, options: {1: a}}"}},
            {},
            "m/menu.yaml:5: error: journeys/j: no way leads from a to b\n"},
        Row{"seconds of nothing",
            "seconds: {nam: 3}\n",
            {{"a", "{choose: E, options: {1: end}}"}},
            {},
            "m/menu.yaml:5: error: seconds/nam: neither a kind of state nor a validator; did you "
            "mean 'name'?\n"}),
    case_name<Row>);

/// A hundred choices between two states each: more ways than can be tried, but never two states of
/// a ring.
TEST(Journeys, are_priced_however_many_ways_there_are) {
    std::vector<std::pair<std::string, std::string>> states;
    const auto name = [](int i) { return i == 100 ? std::string("end") : "s" + std::to_string(i); };
    for (int i = 0; i < 100; ++i) {
        states.push_back({name(i), "{choose: E, options: {1: x" + std::to_string(i) +
                                       ", 2: " + name(i + 1) + "}}"});
        states.push_back(
            {"x" + std::to_string(i), "{choose: E, options: {1: " + name(i + 1) + "}}"});
    }
    Problems problems;
    const auto priced =
        price_journeys(States("journeys: {j: {from: s0, to: end}}\n", states).menu(), {}, problems);
    EXPECT_EQ(all_written(problems), "");
    ASSERT_EQ(priced.size(), 1u);
    EXPECT_EQ(priced[0].shortest.screens.size(), 101u);
    EXPECT_EQ(priced[0].longest.screens.size(), 201u);
}

/// All lead to all: nobody can say which way is the longest, and so it is said.
TEST(Journeys, that_are_too_tangled_are_refused) {
    std::vector<std::pair<std::string, std::string>> states;
    for (int i = 0; i < 10; ++i) {
        std::string options;
        for (int j = 0; j < 10; ++j)
            if (j != i) options += std::to_string(j) + ": s" + std::to_string(j) + ", ";
        states.push_back({"s" + std::to_string(i),
                          "{choose: E, options: {" + options + std::to_string(i) + ": end}}"});
    }
    const std::string found = priced(States("journeys: {j: {from: s0, to: end}}\n", states).menu());
    EXPECT_NE(found.find("error: journeys/j: has too many ways to try them all"), std::string::npos)
        << found;
}

TEST(Journeys, are_billed_in_steps_that_were_begun) {
    Path path;
    for (const auto& [seconds, steps] : {std::pair{0u, 0u}, {1u, 1u}, {20u, 1u}, {21u, 2u}}) {
        path.seconds = seconds;
        EXPECT_EQ(billing_steps(path), steps) << seconds;
    }
}

TEST(Journeys, are_priced_with_the_pages_that_the_proof_found) {
    Problems problems;
    const auto menu = parse_files(with(small_files(), "menu.yaml", "states:\n",
                                       "journeys: {place: {from: area, to: summary}}\nstates:\n"),
                                  problems);
    ASSERT_TRUE(menu) << all_written(problems);
    const std::vector<ActionFacts> actions{{"check_job", {"ok", "refused"}, {}},
                                           {"my_tickets", {"some", "none"}, {"tickets"}},
                                           {"review", {"ready"}, {}}};
    const std::map<std::string, Vars> settings{{"id", {{"service", "S"}}},
                                               {"en", {{"service", "S"}}}};
    const Proof proof = prove(*menu, actions, settings, {}, {}, problems);
    EXPECT_EQ(all_written(problems), "");
    ASSERT_EQ(proof.journeys.size(), 1u);
    EXPECT_EQ(told(proof.journeys[0].longest), "area summary: 2 inputs, 18 s, 1 pages");
}

}  // namespace
}  // namespace jangkau::menus
