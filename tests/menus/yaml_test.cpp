#include "menus/yaml.hpp"

#include <gtest/gtest.h>

#include "tests/support/case_name.hpp"

namespace jangkau::menus {
namespace {

std::string repeated(std::string_view text, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += text;
    return out;
}

/// Every alias holds nine of the one before it.
std::string bomb() {
    std::string text = "a0: &a0 x\n";
    for (int i = 1; i <= 9; ++i) {
        const std::string one = "*a" + std::to_string(i - 1);
        text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
        text += repeated(one + ", ", 8) + one + "]\n";
    }
    return text;
}

struct BadYaml {
    const char* name;
    std::string text;
    const char* problem;  ///< the first one begins with it
};
class BrokenYaml : public testing::TestWithParam<BadYaml> {};

TEST_P(BrokenYaml, is_reported_with_its_line) {
    Problems problems;
    EXPECT_FALSE(parse_yaml(GetParam().text, "f.yaml", problems));
    ASSERT_FALSE(problems.empty());
    EXPECT_EQ(written(problems[0]).substr(0, std::string_view(GetParam().problem).size()),
              GetParam().problem);
}

INSTANTIATE_TEST_SUITE_P(
    Yaml, BrokenYaml,
    testing::Values(
        BadYaml{"key twice", "a: 1\nb: 2\na: 3\n",
                "f.yaml:3: error: 'a' stands here twice; first in line 1"},
        BadYaml{"key of a block twice", "a:\n  b: 1\nc: 2\na:\n  d: 3\n",
                "f.yaml:4: error: 'a' stands here twice; first in line 1"},
        BadYaml{"key twice below", "x:\n  a: 1\n  a: 1\n",
                "f.yaml:3: error: 'a' stands here twice; first in line 2"},
        BadYaml{"key twice on one line", "{a: 1, a: 2}",
                "f.yaml:1: error: 'a' stands here twice; first in line 1"},
        BadYaml{"digit key twice", "1: a\n\"1\": b\n",
                "f.yaml:2: error: '1' stands here twice; first in line 1"},
        BadYaml{"list as key", "? [a, b]\n: c\n", "f.yaml:1: error: a key must be a word"},
        BadYaml{"open bracket", "a: 1\nb: [1, 2\n", "f.yaml:3: error: not YAML: "},
        BadYaml{"open quote", "a: \"x\n", "f.yaml:2: error: not YAML: "},
        BadYaml{"tab as indentation", "a:\n\tb: 1\n", "f.yaml:2: error: not YAML: "},
        BadYaml{"two colons", "a: b: c\n", "f.yaml:1: error: not YAML: "},
        BadYaml{"indentation", "a: 1\n  b: 2\n", "f.yaml:2: error: not YAML: "},
        BadYaml{"unknown alias", "a: *b\n", "f.yaml:1: error: not YAML: "},
        BadYaml{"surrogate", "a: \"\\uD800\"\n", "f.yaml:1: error: not YAML: "},
        BadYaml{"too deep", repeated("[", 40) + repeated("]", 40),
                "f.yaml:1: error: nested deeper than 32 levels"},
        BadYaml{"far too deep", repeated("[", 100'000), "f.yaml:2: error: not YAML: "},
        BadYaml{"alias in itself", "a: &a [x, *a, *a]\n", "f.yaml:1: error: nested deeper"},
        BadYaml{"aliases that multiply", bomb(), "f.yaml:"},
        BadYaml{"latin-1", "a: x\nb: caf\xE9\n", "f.yaml:2: error: not UTF-8"},
        BadYaml{"latin-1 at the end", "a: x\nb: caf\xC3", "f.yaml:2: error: not UTF-8"},
        BadYaml{"documents without end", "\n\t,:", "f.yaml:2: error: a second document begins"},
        BadYaml{"second document", "a: 1\n---\nb: 2\n",
                "f.yaml:2: error: a second document begins here"}),
    case_name<BadYaml>);

TEST(Yaml, keeps_lines_order_and_scalars_as_typed) {
    Problems problems;
    const auto tree = parse_yaml(
        "# a comment\n"
        "b: no\n"
        "a: 0812\n"
        "list:\n"
        "  - 1e3\n"
        "  - {deep: |-\n"
        "      two\n"
        "      lines}\n",
        "f.yaml", problems);
    // A block scalar cannot stand inside braces: the fault is the writer's, not ours.
    EXPECT_FALSE(tree);
    ASSERT_EQ(problems.size(), 1u);

    problems.clear();
    const auto good =
        parse_yaml("# a comment\nb: no\na: 0812\nlist:\n  - 1e3\n  - t: |-\n      x\n      y\n",
                   "f.yaml", problems);
    ASSERT_TRUE(good);
    EXPECT_TRUE(problems.empty());
    ASSERT_EQ(good->entries.size(), 3u);
    EXPECT_EQ(good->entries[0].key, "b");
    EXPECT_EQ(good->entries[0].line, 2);
    EXPECT_EQ(good->find("b")->scalar, "no");
    EXPECT_EQ(good->find("a")->scalar, "0812");
    EXPECT_EQ(good->find("list")->items[0].scalar, "1e3");
    EXPECT_EQ(good->find("list")->items[1].find("t")->scalar, "x\ny");
    EXPECT_EQ(good->find("list")->items[1].entries[0].line, 6);
    EXPECT_EQ(good->find("nothing"), nullptr);
}

TEST(Yaml, resolves_aliases_and_takes_a_mark_and_markers) {
    Problems problems;
    const auto tree = parse_yaml("\xEF\xBB\xBF---\na: &x {y: 1}\nb: *x\n...\n", "f.yaml", problems);
    ASSERT_TRUE(tree) << written(problems.at(0));
    EXPECT_EQ(tree->find("b")->find("y")->scalar, "1");
}

TEST(Yaml, of_an_empty_file_is_nothing) {
    for (const char* text : {"", "\n", "# only this\n", "---\n"}) {
        Problems problems;
        const auto tree = parse_yaml(text, "f.yaml", problems);
        ASSERT_TRUE(tree) << text;
        EXPECT_EQ(tree->kind, Yaml::Kind::null);
    }
}

// ---- Fields

struct FieldCase {
    const char* name;
    const char* text;
    void (*read)(Fields&);
    const char* problem;  ///< all of them, one a line; "" = none
};
class FieldsOf : public testing::TestWithParam<FieldCase> {};

TEST_P(FieldsOf, complain_about_what_is_wrong) {
    Problems problems;
    const auto tree = parse_yaml(GetParam().text, "f.yaml", problems);
    ASSERT_TRUE(tree);
    Fields fields(*tree, "f.yaml", "top", problems);
    GetParam().read(fields);
    fields.finish();
    std::string all;
    for (const Problem& problem : problems) all += written(problem) + "\n";
    EXPECT_EQ(all, GetParam().problem);
}

void read_name(Fields& fields) { (void)fields.required("name"); }
void read_number(Fields& fields) { (void)fields.number("n", 7, 1, 20); }
void read_flag(Fields& fields) { (void)fields.flag("f", true); }
void read_texts(Fields& fields) { (void)fields.texts("t"); }
void read_mapping(Fields& fields) { (void)fields.mapping("m"); }
void read_sequence(Fields& fields) { (void)fields.sequence("s"); }

INSTANTIATE_TEST_SUITE_P(
    Yaml, FieldsOf,
    testing::Values(
        FieldCase{"good", "name: x", read_name, ""},
        FieldCase{"empty text is a text", "name: \"\"", read_name, ""},
        FieldCase{"missing", "{}", read_name, "f.yaml:1: error: top/name: is missing\n"},
        FieldCase{"nothing behind the key", "name:", read_name,
                  "f.yaml:1: error: top/name: is missing\n"},
        FieldCase{"list for text", "name:\n  - a", read_name,
                  "f.yaml:2: error: top/name: must be a single value\n"},
        FieldCase{"unknown with hint", "name: x\nnmae: y", read_name,
                  "f.yaml:2: error: top/nmae: unknown key; did you mean 'name'?\n"},
        FieldCase{"unknown without hint", "name: x\ncolour: y", read_name,
                  "f.yaml:2: error: top/colour: unknown key; known here: name\n"},
        FieldCase{"not a mapping", "[a, b]", [](Fields&) {},
                  "f.yaml:1: error: top: must be a mapping of keys to values\n"},
        FieldCase{"word for a mapping", "just words", [](Fields&) {},
                  "f.yaml:1: error: top: must be a mapping of keys to values\n"},
        FieldCase{"number", "n: 20", read_number, ""},
        FieldCase{"number absent", "{}", read_number, ""},
        FieldCase{"number that looks octal", "n: 010", read_number, ""},
        FieldCase{"number too small", "n: 0", read_number,
                  "f.yaml:1: error: top/n: must be a whole number from 1 to 20, not '0'\n"},
        FieldCase{"number too large", "n: 21", read_number,
                  "f.yaml:1: error: top/n: must be a whole number from 1 to 20, not '21'\n"},
        FieldCase{"number beyond all", "n: 99999999999999999999", read_number,
                  "f.yaml:1: error: top/n: must be a whole number from 1 to 20, not "
                  "'99999999999999999999'\n"},
        FieldCase{"number with a fraction", "n: 1.5", read_number,
                  "f.yaml:1: error: top/n: must be a whole number from 1 to 20, not '1.5'\n"},
        FieldCase{"number in hex", "n: 0x10", read_number,
                  "f.yaml:1: error: top/n: must be a whole number from 1 to 20, not '0x10'\n"},
        FieldCase{"number with a unit", "n: 5m", read_number,
                  "f.yaml:1: error: top/n: must be a whole number from 1 to 20, not '5m'\n"},
        FieldCase{"number as words", "n: five", read_number,
                  "f.yaml:1: error: top/n: must be a whole number from 1 to 20, not 'five'\n"},
        FieldCase{"number as list", "n: [5]", read_number,
                  "f.yaml:1: error: top/n: must be a single value\n"},
        FieldCase{"flag yes", "f: yes", read_flag, ""},
        FieldCase{"flag false", "f: false", read_flag, ""},
        FieldCase{"flag otherwise", "f: maybe", read_flag,
                  "f.yaml:1: error: top/f: must be true or false, not 'maybe'\n"},
        FieldCase{"flag as number", "f: 1", read_flag,
                  "f.yaml:1: error: top/f: must be true or false, not '1'\n"},
        FieldCase{"texts of one", "t: a", read_texts, ""},
        FieldCase{"texts of many", "t: [a, b]", read_texts, ""},
        FieldCase{"texts of a mapping", "t: {a: b}", read_texts,
                  "f.yaml:1: error: top/t: must be a value or a list of values\n"},
        FieldCase{"texts of lists", "t:\n  - a\n  - [b]", read_texts,
                  "f.yaml:3: error: top/t: must be a list of single values\n"},
        FieldCase{"text for mapping", "m: a", read_mapping,
                  "f.yaml:1: error: top/m: must be a mapping of keys to values\n"},
        FieldCase{"mapping for sequence", "s: {a: b}", read_sequence,
                  "f.yaml:1: error: top/s: must be a list\n"}),
    case_name<FieldCase>);

TEST(Fields, read_numbers_as_people_write_them) {
    Problems problems;
    const auto tree = parse_yaml("octal: 010\nword: x\nbelow: -3", "f.yaml", problems);
    Fields fields(*tree, "f.yaml", "", problems);
    EXPECT_EQ(fields.number("octal", 0, 0, 100), 10);
    EXPECT_EQ(fields.number("below", 0, -5, 100), -3);
    EXPECT_EQ(fields.number("absent", 42, 0, 100), 42);
    EXPECT_TRUE(problems.empty());
    EXPECT_EQ(fields.number("word", 42, 0, 100), 42);
    ASSERT_EQ(problems.size(), 1u);
    EXPECT_EQ(problems[0].line, 2);
    EXPECT_EQ(problems[0].path, "word");
}

TEST(Fields, warn_without_being_an_error) {
    Problems problems;
    const auto tree = parse_yaml("a: 1", "f.yaml", problems);
    Fields fields(*tree, "f.yaml", "", problems);
    fields.warn(1, "a", "is odd");
    EXPECT_EQ(written(problems.at(0)), "f.yaml:1: warning: a: is odd");
    EXPECT_FALSE(any_error(problems));
}

}  // namespace
}  // namespace jangkau::menus
