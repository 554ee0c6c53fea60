#include "gateway/script.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <ostream>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "gateway/terminal.hpp"

namespace jangkau::gateway {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kExtension = ".dialog";

Problem problem(std::string file, std::string what) {
    return {.file = std::move(file), .line = 0, .path = "", .what = std::move(what)};
}

/// Folders become the dialogue files in them, by name.
std::vector<std::string> files_of(const std::vector<std::string>& given, Problems& problems) {
    std::vector<std::string> files;
    for (const auto& name : given) {
        if (!fs::is_directory(name)) {
            files.push_back(name);
            continue;
        }
        const std::size_t before = files.size();
        for (const auto& entry : fs::recursive_directory_iterator(name)) {
            if (entry.path().extension() == kExtension) files.push_back(entry.path().string());
        }
        std::sort(files.begin() + static_cast<std::ptrdiff_t>(before), files.end());
        if (files.size() == before) problems.push_back(problem(name, "no *.dialog file is in it"));
    }
    return files;
}

std::optional<std::string> read_file(const std::string& name) {
    std::ifstream in(name, std::ios::binary);
    if (!in) return std::nullopt;
    std::ostringstream text;
    text << in.rdbuf();
    return in.bad() ? std::nullopt : std::optional(text.str());
}

/// Whole or not at all.
bool write_file(const std::string& name, const std::string& text) {
    const std::string fresh = name + ".new";
    {
        std::ofstream out(fresh, std::ios::binary);
        if (!(out << text << std::flush)) return false;
    }
    std::error_code error;
    fs::rename(fresh, name, error);
    return !error;
}

/// Plays files, one after the other, and keeps one line for each channel.
class Stage {
public:
    Stage(const ScriptOptions& options, std::ostream& err) : options_(options), err_(err) {}

    FileResult play(const std::string& file) {
        FileResult result{.file = file, .problems = {}, .played = {}};
        const auto text = read_file(file);
        if (!text) {
            result.problems.push_back(problem(file, "the file cannot be read"));
            return result;
        }
        const auto dialogue = parse_dialogue(*text, file, result.problems);
        if (!dialogue) return result;
        try {
            const Link& link = link_of(*dialogue);
            result.played = gateway::play(*dialogue, *link.line, link.trunks, ids_, options_.play);
        } catch (const std::runtime_error& e) {
            result.problems.push_back(problem(file, e.what()));
            return result;
        }
        keep_changes(*dialogue, result);
        return result;
    }

private:
    struct Link {
        std::unique_ptr<Line> line;
        Trunks trunks;
    };

    const Link& link_of(const Dialogue& dialogue) {
        TrunkOptions trunk = options_.trunk;
        if (!dialogue.channel.empty() && dialogue.channel != trunk.channel) {
            trunk.channel = dialogue.channel;
            trunk.adapter.clear();
            trunk.secret.clear();
        }
        Link& link = links_[trunk.channel];
        if (link.line) return link;
        link.trunks = trunks_of(trunk);
        for (const std::string& note : link.trunks.notes) err_ << note << "\n";
        LineOptions line = options_.line;
        line.inbox_secret = link.trunks.inbox_secret;
        link.line = options_.connect(line);
        return link;
    }

    void keep_changes(const Dialogue& dialogue, FileResult& result) const {
        const auto& played = result.played;
        if (played.state != Played::State::passed || played.changes.empty()) return;
        result.rewritten = write_file(result.file, rewritten(dialogue, played.changes));
        if (!result.rewritten) {
            result.problems.push_back(problem(result.file, "the file cannot be written"));
        }
    }

    const ScriptOptions& options_;
    std::ostream& err_;
    Ids ids_;
    std::map<std::string, Link> links_;
};

}  // namespace

bool failed(const FileResult& result) {
    return !result.problems.empty() || result.played.state == Played::State::failed;
}

int run_script(const ScriptOptions& options, std::ostream& out, std::ostream& err) {
    Problems problems;
    const auto files = files_of(options.files, problems);
    if (files.empty() && problems.empty()) {
        problems.push_back(problem("jangkau script", "no file was given"));
    }
    if (options.tap) out << "TAP version 13\n1.." << files.size() << "\n";

    Stage stage(options, err);
    std::vector<FileResult> results;
    for (const auto& file : files) {
        const auto& result = results.emplace_back(stage.play(file));
        out << (options.tap ? as_tap(result, results.size()) : as_words(result, options.colour))
            << std::flush;
        problems.insert(problems.end(), result.problems.begin(), result.problems.end());
    }
    if (!options.tap) out << summary(results);
    if (!options.junit.empty() && !write_file(options.junit, as_junit(results))) {
        problems.push_back(problem(options.junit, "the file cannot be written"));
    }
    for (const auto& found : problems) err << written(found) << "\n";
    if (!problems.empty()) return 2;
    return std::ranges::any_of(results, failed) ? 1 : 0;
}

}  // namespace jangkau::gateway
