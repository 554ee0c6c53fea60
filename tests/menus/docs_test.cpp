// Runs the examples of docs/MENUS.md. Every fenced block has an info string that says what is done
// with it; a block of another kind fails, so none is forgotten:
//   yaml menu.yaml, yaml en.yaml, csv villages.csv   files of the example service, which must be
//   proven without a word yaml excerpt FILE   stands so in that file of this repository dialogue is
//   played against the example: dial, type, sms; "> " a screen, "= " the last one, "keeps N" a
//   draft problems            a file, "- " what stands there, "+ " what stands there instead, "! "
//   every problem that is found then sh                  its jangkau commands exist
// It also holds the other documents to the code where a word of theirs can be checked.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "menus/flows/service.hpp"
#include "menus/prove.hpp"
#include "menus/sms_grammar.hpp"
#include "menus/validators.hpp"
#include "tests/menus/menu_files.hpp"
#include "tests/menus/talk.hpp"

namespace jangkau::menus {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = JANGKAU_SOURCE_DIR;

std::string read(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    EXPECT_TRUE(in) << path;
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

std::string joined(const std::vector<std::string>& lines) {
    std::string out;
    for (const std::string& line : lines) out += (&line == &lines.front() ? "" : "\n") + line;
    return out;
}

/// One fenced block.
struct Block {
    std::string info;
    std::vector<std::string> lines;
    std::size_t at = 0;  ///< line of the fence
};

std::vector<Block> blocks_of(const fs::path& path) {
    constexpr std::string_view kFence = "```";
    std::vector<Block> blocks;
    bool open = false;
    std::size_t at = 0;
    for (const std::string& line : lines_of(read(path))) {
        ++at;
        const bool fence = line.starts_with(kFence);
        EXPECT_TRUE(fence || line.find(kFence) == line.npos)
            << path << ":" << at << ": half a fence";
        if (!fence) {
            if (open) blocks.back().lines.push_back(line);
            continue;
        }
        if (open) {
            EXPECT_EQ(line, kFence) << path << ":" << at;
        } else {
            blocks.push_back({line.substr(kFence.size()), {}, at});
        }
        open = !open;
    }
    EXPECT_FALSE(open) << path << ": the last block is not closed";
    return blocks;
}

const std::vector<Block>& blocks() {
    static const std::vector<Block> all = blocks_of(kRoot / "docs/MENUS.md");
    return all;
}

std::string trace(const Block& block) { return "docs/MENUS.md:" + std::to_string(block.at); }

/// "excerpt" of "yaml excerpt FILE" and so on: what is done with a block, and with which file.
struct Use {
    std::string what;
    std::string file;
};
Use use_of(const Block& block) {
    std::istringstream in(block.info);
    const std::vector<std::string> words{std::istream_iterator<std::string>(in), {}};
    if (words.size() == 1) return {words[0], ""};
    if (words.size() == 2 && (words[0] == "yaml" || words[0] == "csv")) return {"file", words[1]};
    if (words.size() == 3 && words[1] == "excerpt") return {"excerpt", words[2]};
    return {"", ""};
}

Files example() {
    Files files;
    for (const Block& block : blocks())
        if (const Use use = use_of(block); use.what == "file") {
            const bool fresh = files.emplace(use.file, joined(block.lines) + "\n").second;
            EXPECT_TRUE(fresh) << trace(block) << ": " << use.file << " stands here twice";
        }
    return files;
}

const std::map<std::string, Vars>& settings() {
    static const std::map<std::string, Vars> all{{"en", {{"service", "Clinic Bara Baraya"}}}};
    return all;
}

std::optional<Menu> parsed(const Files& files, Problems& problems) {
    const auto file = [&](const std::string& name) {
        const auto at = files.find(name);
        return at == files.end() ? std::nullopt : std::optional(at->second);
    };
    return parse_menu(file, "clinic", problems);
}

/// Every problem, as `jangkau check` writes it.
std::vector<std::string> found(const Files& files) {
    Problems problems;
    const auto menu = parsed(files, problems);
    if (menu) prove(*menu, flows::action_facts(), settings(), {}, {}, problems);
    std::vector<std::string> out;
    for (const Problem& problem : problems) out.push_back(written(problem));
    return out;
}

// --- the blocks ---

TEST(Docs, has_blocks_of_every_kind_and_of_no_other) {
    std::set<std::string> seen;
    for (const Block& block : blocks()) {
        SCOPED_TRACE(trace(block));
        const Use use = use_of(block);
        EXPECT_TRUE(use.what == "file" || use.what == "excerpt" || use.what == "dialogue" ||
                    use.what == "problems" || use.what == "sh")
            << "nobody would run a block of the kind '" << block.info << "'";
        EXPECT_FALSE(block.lines.empty());
        seen.insert(use.what);
    }
    EXPECT_EQ(seen.size(), 5u);
}

TEST(Docs, example_is_proven) {
    const Files files = example();
    EXPECT_EQ(files.size(), 3u);
    EXPECT_EQ(joined(found(files)), "");
}

TEST(Docs, excerpts_stand_in_their_files) {
    for (const Block& block : blocks()) {
        const Use use = use_of(block);
        if (use.what != "excerpt") continue;
        SCOPED_TRACE(trace(block));
        EXPECT_NE(("\n" + read(kRoot / use.file)).find("\n" + joined(block.lines) + "\n"),
                  std::string::npos)
            << use.file << " has no such lines:\n"
            << joined(block.lines);
    }
}

/// Plays one block.
class Player {
public:
    explicit Player(const Menu& menu) : menu_(menu), talk_(menu) {
        talk_.settings = settings().at("en");
    }

    void play(const Block& block) {
        for (const std::string& line : block.lines) {
            if (line.starts_with("> ") || line.starts_with("= ")) {
                ends_ = line[0] == '=';
                expected_.push_back(line.substr(2));
            } else if (line.starts_with("keeps ")) {
                EXPECT_EQ(talk_.effects(), "keep " + line.substr(6));
            } else {
                compare();
                begin(line);
            }
        }
        compare();
        EXPECT_GT(screens_, 0);
    }

private:
    void begin(const std::string& line) {
        const std::string verb = line.substr(0, line.find(' '));
        const std::string rest = line.size() > verb.size() ? line.substr(verb.size() + 1) : "";
        step_ = line;
        if (verb == "dial") {
            ASSERT_TRUE(rest.empty() || menu_.shortcuts.contains(rest)) << line;
            shown_ = talk_.enter(rest.empty() ? menu_.start : menu_.shortcuts.at(rest).to);
        } else if (verb == "type") {
            ASSERT_FALSE(shown_.empty()) << "'" << line << "' before dial";
            shown_ = talk_.type(rest);
        } else if (verb == "sms") {
            const auto command = parse_command(rest, menu_.worker_words);
            shown_ = talk_.enter(command ? command->keyword->to : menu_.worker_unknown);
        } else {
            ADD_FAILURE() << "'" << line << "' is neither dial, type, sms, keeps, nor a screen";
        }
    }
    void compare() {
        if (step_.empty()) {
            EXPECT_TRUE(expected_.empty()) << "a screen before anything happened";
            return;
        }
        EXPECT_FALSE(expected_.empty()) << "'" << step_ << "' shows nothing; it shows\n" << shown_;
        EXPECT_EQ(joined(expected_) + (ends_ ? " [end]" : ""), shown_) << "after '" << step_ << "'";
        expected_.clear();
        ends_ = false;
        ++screens_;
    }

    const Menu& menu_;
    Talk talk_;
    std::string step_;
    std::string shown_;
    std::vector<std::string> expected_;
    bool ends_ = false;
    int screens_ = 0;
};

TEST(Docs, dialogues_go_as_written) {
    Problems problems;
    const auto menu = parsed(example(), problems);
    ASSERT_TRUE(menu) << all_written(problems);
    for (const Block& block : blocks()) {
        if (use_of(block).what != "dialogue") continue;
        SCOPED_TRACE(trace(block));
        Player(*menu).play(block);
    }
}

/// A change of the example, and what is found then.
struct Change {
    std::string file;
    std::vector<std::string> before, after, problems;
};

std::vector<Change> changes_of(const Block& block) {
    std::vector<Change> changes;
    for (const std::string& line : block.lines) {
        const std::string rest = line.size() > 2 ? line.substr(2) : "";
        if (line.empty()) continue;
        if (line.find(' ') == line.npos) {
            changes.push_back({line, {}, {}, {}});
        } else if (changes.empty()) {
            ADD_FAILURE() << "'" << line << "' before the name of a file";
        } else if (line.starts_with("- ")) {
            changes.back().before.push_back(rest);
        } else if (line.starts_with("+ ")) {
            changes.back().after.push_back(rest);
        } else if (line.starts_with("! ")) {
            changes.back().problems.push_back(rest);
        } else {
            ADD_FAILURE() << "'" << line << "' is none of -, +, !";
        }
    }
    return changes;
}

TEST(Docs, problems_are_found_as_written) {
    const Files files = example();
    for (const Block& block : blocks()) {
        if (use_of(block).what != "problems") continue;
        SCOPED_TRACE(trace(block));
        const std::vector<Change> changes = changes_of(block);
        EXPECT_FALSE(changes.empty());
        for (const Change& change : changes) {
            SCOPED_TRACE(change.file + ": " + joined(change.after));
            ASSERT_FALSE(change.before.empty());
            EXPECT_FALSE(change.problems.empty());
            const Files broken =
                with(files, change.file, joined(change.before), joined(change.after));
            EXPECT_EQ(joined(found(broken)), joined(change.problems));
        }
    }
}

// --- what the words say ---

/// The row of a table that begins with `name`.
std::string row_of(const std::vector<std::string>& lines, std::string_view name) {
    const std::string begin = "| `" + std::string(name) + "` |";
    const auto at = std::find_if(lines.begin(), lines.end(),
                                 [&](const std::string& l) { return l.starts_with(begin); });
    return at == lines.end() ? "" : *at;
}

TEST(Docs, tell_every_action_with_its_outcomes) {
    const auto lines = lines_of(read(kRoot / "docs/MENUS.md"));
    for (const ActionFacts& action : flows::action_facts()) {
        const std::string row = row_of(lines, action.name);
        EXPECT_FALSE(row.empty()) << "docs/MENUS.md does not tell the action " << action.name;
        for (const std::string_view outcome : action.outcomes)
            EXPECT_NE(row.find("`" + std::string(outcome) + "`"), row.npos)
                << action.name << ": " << outcome;
    }
}

TEST(Docs, tell_every_validator_with_its_errors_and_variables) {
    const auto lines = lines_of(read(kRoot / "docs/MENUS.md"));
    for (const Validator& validator : validators()) {
        const std::string row = row_of(lines, validator.name);
        EXPECT_FALSE(row.empty()) << "docs/MENUS.md does not tell the validator " << validator.name;
        for (const auto names : {validator.errors, validator.sets})
            for (const std::string_view name : names)
                EXPECT_NE(row.find("`" + std::string(name) + "`"), row.npos)
                    << validator.name << ": " << name;
    }
}

std::vector<fs::path> documents() {
    std::vector<fs::path> paths{kRoot / "README.md", kRoot / "CONTRIBUTING.md",
                                kRoot / "CHANGELOG.md"};
    for (const auto& entry : fs::recursive_directory_iterator(kRoot / "docs"))
        if (entry.path().extension() == ".md") paths.push_back(entry.path());
    return paths;
}

TEST(Docs, have_only_commands_that_exist) {
    const std::string cli = read(kRoot / "gateway/cli.cpp");
    std::size_t checked = 0;
    const auto exists = [&](const std::string& word, const std::string& line) {
        EXPECT_NE(cli.find("\"" + word + "\""), cli.npos)
            << line << ": there is no command " << word;
        ++checked;
    };
    for (const fs::path& path : documents())
        for (const std::string& line : lines_of(read(path)))
            for (const std::string before :
                 {"build/release/jangkau ", "`jangkau ", "$ jangkau ", "\njangkau "}) {
                const std::string text = "\n" + line;
                for (std::size_t at = text.find(before); at != text.npos;
                     at = text.find(before, at + 1)) {
                    std::istringstream words(text.substr(at + before.size()));
                    std::string word, next;
                    words >> word >> next;
                    const auto bare = [](std::string& w) {
                        w.erase(w.find_last_not_of("`.,;:)|") + 1);
                    };
                    bare(word);
                    bare(next);
                    if (word.starts_with("-")) continue;  // an option of the program itself
                    exists(word, line);
                    if (word == "agents" || word == "eligibility" || word == "enrollments")
                        exists(next, line);
                }
            }
    EXPECT_GT(checked, 10u);
}

TEST(Docs, link_to_files_that_are_there) {
    for (const fs::path& path : documents()) {
        const std::string text = read(path);
        for (std::size_t at = text.find("]("); at != text.npos; at = text.find("](", at + 1)) {
            std::string target = text.substr(at + 2, text.find(')', at) - at - 2);
            target = target.substr(0, target.find('#'));
            if (target.empty() || target.find("://") != target.npos) continue;
            EXPECT_TRUE(fs::exists(path.parent_path() / target)) << path << " links to " << target;
        }
    }
}

}  // namespace
}  // namespace jangkau::menus
