// The JSON schemas that editors complete and check menus with. Here they are held to the parser: a
// key that one of them knows the other knows too. tests/menus/schema asks a validator of another
// origin whether the shipped files keep to them.

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "menus/journeys.hpp"
#include "menus/validators.hpp"
#include "menus/yaml.hpp"
#include "tests/menus/menu_files.hpp"
#include "tests/support/case_name.hpp"

namespace jangkau::menus {
namespace {

namespace fs = std::filesystem;
using Names = std::set<std::string>;

const fs::path kMenus = JANGKAU_SOURCE_DIR "/config/menus";

Yaml schema(const std::string& name) {
    std::ifstream in(kMenus / name, std::ios::binary);
    Problems problems;
    // JSON is YAML.
    auto tree = parse_yaml(std::string(std::istreambuf_iterator<char>(in), {}), name, problems);
    EXPECT_EQ(all_written(problems), "");
    return tree ? std::move(*tree) : Yaml{};
}

/// The part of a schema at "definitions/choose", whose properties are keys of a menu.
const Yaml* part_of(const Yaml& whole, const std::string& path) {
    const Yaml* at = &whole;
    std::istringstream keys(path);
    for (std::string key; at && std::getline(keys, key, '/');) at = at->find(key);
    return at;
}

Names keys_of_schema(const Yaml& whole, const std::string& path) {
    Names out;
    const Yaml* part = part_of(whole, path);
    const Yaml* properties = part ? part->find("properties") : nullptr;
    if (properties)
        for (const auto& entry : properties->entries) out.insert(entry.key);
    return out;
}

/// The keys that the parser knows where it met the unknown one.
Names keys_of_parser(const Files& files) {
    Problems problems;
    (void)parse_files(files, problems);
    constexpr std::string_view kBegin = "unknown key; known here: ";
    Names out;
    for (const Problem& problem : problems) {
        if (!problem.what.starts_with(kBegin)) continue;
        std::istringstream keys(problem.what.substr(kBegin.size()));
        for (std::string key; std::getline(keys, key, ',');)
            out.insert(key.substr(key.find_first_not_of(' ')));
    }
    return out;
}

struct Place {
    const char* name;
    const char* schema;
    const char* path;  ///< in the schema
    const char* file;
    std::string part;     ///< of the small menu ...
    std::string instead;  ///< ... where an unknown key is written
    Names elsewhere{};    ///< what the parser asks for here only to say that it means nothing
};
class SamePlace : public testing::TestWithParam<Place> {};

TEST_P(SamePlace, has_the_same_keys) {
    const Place& place = GetParam();
    Names parser = keys_of_parser(with(small_files(), place.file, place.part, place.instead));
    for (const std::string& key : place.elsewhere) EXPECT_EQ(parser.erase(key), 1u) << key;
    const Names editor = keys_of_schema(schema(place.schema), place.path);
    EXPECT_FALSE(parser.empty());
    EXPECT_EQ(parser, editor);
}

constexpr const char* kMenuSchema = "menu.schema.json";
constexpr const char* kLanguageSchema = "language.schema.json";

INSTANTIATE_TEST_SUITE_P(
    Menu, SamePlace,
    testing::Values(Place{"menu", kMenuSchema, "", "menu.yaml", "menu: small",
                          "menu: small\nzzzzzz: 1"},
                    Place{"list of a file", kMenuSchema, "definitions/fileList", "menu.yaml",
                          "{file: areas.csv}", "{file: areas.csv, zzzzzz: 1}"},
                    Place{"list of words",
                          kMenuSchema,
                          "definitions/wordList",
                          "menu.yaml",
                          "{words: job,",
                          "{zzzzzz: 1, words: job,",
                          {"file"}},
                    Place{"placeholder", kMenuSchema, "definitions/placeholder", "menu.yaml",
                          "job: {word: job}", "job: {word: job, zzzzzz: 1}"},
                    Place{"sms", kMenuSchema, "definitions/sms", "menu.yaml",
                          "  agent_unknown: bye", "  agent_unknown: bye\n  zzzzzz: 1"},
                    Place{"keyword", kMenuSchema, "definitions/keyword", "menu.yaml",
                          "{to: bye, also: [DONE]}", "{to: bye, also: [DONE], zzzzzz: 1}"},
                    Place{"journey", kMenuSchema, "definitions/journey", "menu.yaml", "states:\n",
                          "journeys:\n  a: {to: bye, zzzzzz: 1}\nstates:\n"},
                    Place{"choose",
                          kMenuSchema,
                          "definitions/choose",
                          "menu.yaml",
                          "{choose: ALONE}",
                          "{choose: ALONE, zzzzzz: 1}",
                          {"ask", "do", "say"}},
                    Place{"ask",
                          kMenuSchema,
                          "definitions/ask",
                          "menu.yaml",
                          "{stage: who, ask: NAME",
                          "{zzzzzz: 1, stage: who, ask: NAME",
                          {"choose", "do", "say"}},
                    Place{"do",
                          kMenuSchema,
                          "definitions/do",
                          "menu.yaml",
                          "do: review,",
                          "do: review, zzzzzz: 1,",
                          {"choose", "ask", "say", "to", "reviewed"}},
                    Place{"say",
                          kMenuSchema,
                          "definitions/say",
                          "menu.yaml",
                          "{say: SAVED}",
                          "{say: SAVED, zzzzzz: 1}",
                          {"choose", "ask", "do"}},
                    Place{"option", kMenuSchema, "definitions/option", "menu.yaml",
                          "{to: name, edit: review}", "{to: name, edit: review, zzzzzz: 1}"},
                    Place{"choice from a list", kMenuSchema, "definitions/listChoice", "menu.yaml",
                          "{from: jobs}", "{from: jobs, zzzzzz: 1}"}),
    case_name<Place>);

INSTANTIATE_TEST_SUITE_P(Language, SamePlace,
                         testing::Values(Place{"language", kLanguageSchema, "", "en.yaml",
                                               "language: en", "language: en\nzzzzzz: 1"},
                                         Place{"engine", kLanguageSchema, "properties/engine",
                                               "en.yaml", "  back: 0 Back",
                                               "  back: 0 Back\n  zzzzzz: 1"}),
                         case_name<Place>);

TEST(Schema, has_every_validator) {
    const Yaml whole = schema(kMenuSchema);
    const Yaml* known = part_of(whole, "definitions/ask/properties/as/enum");
    ASSERT_TRUE(known);
    Names in_schema, in_program;
    for (const Yaml& item : known->items) in_schema.insert(item.scalar);
    for (const Validator& validator : validators()) in_program.emplace(validator.name);
    EXPECT_EQ(in_schema, in_program);
}

TEST(Schema, has_every_input_that_takes_seconds) {
    const std::vector<std::string> timed = timed_inputs();
    EXPECT_EQ(keys_of_schema(schema(kMenuSchema), "definitions/seconds"),
              Names(timed.begin(), timed.end()));
}

/// Every property, however deep, with its path.
void describe(const Yaml& part, const std::string& path, std::size_t& count) {
    if (const Yaml* properties = part.find("properties"); properties && !path.ends_with("/else"))
        for (const auto& entry : properties->entries) {
            if (path.ends_with("/if")) continue;
            const Yaml* text = entry.value.find("description");
            EXPECT_TRUE(text && !text->scalar.empty()) << path << "/" << entry.key;
            ++count;
        }
    for (const auto& entry : part.entries) describe(entry.value, path + "/" + entry.key, count);
}

TEST(Schema, describes_every_key) {
    std::size_t count = 0;
    for (const char* name : {kMenuSchema, kLanguageSchema}) describe(schema(name), name, count);
    EXPECT_GT(count, 60u);
}

// --- a validator of another origin ---

std::string validated(const std::string& schema_name, const std::vector<fs::path>& files) {
    EXPECT_TRUE(fs::exists(JANGKAU_SOURCE_DIR "/tests/menus/schema/node_modules/ajv"))
        << "run ./dev setup";
    std::string command = "node '" JANGKAU_SOURCE_DIR "/tests/menus/schema/validate.mjs' '" +
                          (kMenus / schema_name).string() + "'";
    for (const fs::path& file : files) command += " '" + file.string() + "'";
    std::string output;
    if (FILE* const pipe = popen(command.c_str(), "r")) {
        std::array<char, 4096> chunk{};
        for (std::size_t read = 1; read > 0;) {
            read = std::fread(chunk.data(), 1, chunk.size(), pipe);
            output.append(chunk.data(), read);
        }
        EXPECT_EQ(pclose(pipe), 0);
    }
    return output;
}

TEST(Schema, shipped_files_keep_to_it) {
    std::vector<fs::path> menus, languages;
    for (const auto& entry : fs::recursive_directory_iterator(kMenus)) {
        if (entry.path().extension() != ".yaml") continue;
        const bool menu = entry.path().filename() == "menu.yaml";
        (menu ? menus : languages).push_back(entry.path());
        std::ifstream in(entry.path());
        std::string first;
        std::getline(in, first);
        EXPECT_EQ(first, std::string("# yaml-language-server: $schema=../") +
                             (menu ? kMenuSchema : kLanguageSchema))
            << entry.path();
    }
    ASSERT_FALSE(menus.empty());
    ASSERT_GE(languages.size(), 4u);
    std::string good_menus, good_languages;
    for (const fs::path& file : menus) good_menus += "good " + file.string() + "\n";
    for (const fs::path& file : languages) good_languages += "good " + file.string() + "\n";
    EXPECT_EQ(validated(kMenuSchema, menus), good_menus);
    EXPECT_EQ(validated(kLanguageSchema, languages), good_languages);
}

/// The small menu, written out so that the validator can read it.
class SchemaFiles : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = testing::TempDir() + "jangkau-schema-XXXXXX";
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
    }
    void TearDown() override { fs::remove_all(folder_); }

    std::string verdict(const Files& files, const std::string& name) {
        std::ofstream(folder_ / name) << files.at(name);
        return validated(name == "menu.yaml" ? kMenuSchema : kLanguageSchema, {folder_ / name});
    }

    fs::path folder_;
};

TEST_F(SchemaFiles, take_what_the_parser_takes) {
    for (const auto& [name, text] : small_files())
        if (name.ends_with(".yaml")) {
            EXPECT_EQ(verdict(small_files(), name), "good " + (folder_ / name).string() + "\n");
        }
}

TEST_F(SchemaFiles, refuse_what_the_parser_refuses) {
    struct Row {
        const char* file;
        const char* part;
        const char* instead;
    };
    for (const Row& row :
         {Row{"menu.yaml", "start: main", "strat: main"},
          Row{"menu.yaml", "{say: SAVED}", "{say: SAVED, choose: SAVED}"},
          Row{"menu.yaml", "{say: SAVED}", "{}"},
          Row{"menu.yaml", "      1: name", "      11: name"},
          Row{"menu.yaml", "search: 3", "search: many"},
          Row{"menu.yaml", "into: name, errors", "errors"}, Row{"en.yaml", "0 Back", "8 Back"},
          Row{"en.yaml", "name: English", "draft: true"},
          Row{"en.yaml", "name: English", "name: English\nfalls_back_to: id"},
          Row{"en.yaml", "  more: 9 More\n", ""}}) {
        SCOPED_TRACE(row.instead);
        const Files files = with(small_files(), row.file, row.part, row.instead);
        Problems problems;
        EXPECT_FALSE(parse_files(files, problems));
        EXPECT_TRUE(verdict(files, row.file).starts_with("bad "));
    }
}

}  // namespace
}  // namespace jangkau::menus
