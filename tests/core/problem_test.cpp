#include "gateway/core/problem.hpp"

#include <gtest/gtest.h>

#include "tests/support/case_name.hpp"

namespace jangkau {
namespace {

using Severity = Problem::Severity;

struct WrittenCase {
    const char* name;
    Problem problem;
    const char* text;
};
class WrittenProblem : public testing::TestWithParam<WrittenCase> {};

TEST_P(WrittenProblem, tells_where_and_what) {
    EXPECT_EQ(written(GetParam().problem), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(
    Problem, WrittenProblem,
    testing::Values(WrittenCase{"whole",
                                {"menu.yaml", 14, "states/nik/to", "no state 'nmae'",
                                 Severity::error},
                                "menu.yaml:14: error: states/nik/to: no state 'nmae'"},
                    WrittenCase{"warning",
                                {"menu.yaml", 14, "states/nik", "never reached", Severity::warning},
                                "menu.yaml:14: warning: states/nik: never reached"},
                    WrittenCase{"whole file",
                                {"menu.yaml", 0, "", "is empty", Severity::error},
                                "menu.yaml: error: is empty"},
                    WrittenCase{"no file",
                                {"", 0, "routes.default", "no such channel", Severity::error},
                                "error: routes.default: no such channel"}),
    case_name<WrittenCase>);

TEST(Problems, are_errors_if_one_is) {
    const Problem warning{"menu.yaml", 1, "", "odd", Severity::warning};
    const Problem error{"menu.yaml", 2, "", "wrong", Severity::error};
    EXPECT_FALSE(any_error({}));
    EXPECT_FALSE(any_error({warning}));
    EXPECT_TRUE(any_error({warning, error}));
}

struct HintCase {
    const char* name;
    const char* typed;
    std::vector<std::string> known;
    const char* hint;
};
class DidYouMean : public testing::TestWithParam<HintCase> {};

TEST_P(DidYouMean, names_the_nearest) {
    EXPECT_EQ(did_you_mean(GetParam().typed, GetParam().known), GetParam().hint);
}

INSTANTIATE_TEST_SUITE_P(
    Problem, DidYouMean,
    testing::Values(
        HintCase{"swapped", "nmae", {"nik", "name"}, "; did you mean 'name'?"},
        HintCase{"two edits", "lisen", {"port", "listens"}, "; did you mean 'listens'?"},
        HintCase{"nearest of several", "rate", {"crates", "rates"}, "; did you mean 'rates'?"},
        HintCase{"first of equals", "bat", {"cat", "rat"}, "; did you mean 'cat'?"},
        HintCase{"three edits", "listener", {"liste"}, ""},
        HintCase{"short words are far apart", "to", {"id", "as"}, ""},
        HintCase{"one letter", "a", {"b"}, ""}, HintCase{"nothing typed", "", {"a"}, ""},
        HintCase{"nothing known", "name", {}, ""}),
    case_name<HintCase>);

}  // namespace
}  // namespace jangkau
