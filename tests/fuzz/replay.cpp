// fuzz_replay_test [FILE...]: every file of the corpus through its target, as a plain test. A file
// belongs to the target that its folder is named after.

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "tests/fuzz/fuzz.hpp"

namespace jangkau::fuzz {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_in(const fs::path& folder) {
    std::vector<fs::path> files;
    if (!fs::is_directory(folder)) return files;
    for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

const Target* target_named(const std::string& name) {
    const auto at = std::ranges::find(targets(), name, &Target::name);
    return at == targets().end() ? nullptr : &*at;
}

/// What went wrong with that file.
std::optional<std::string> failure(const fs::path& file) {
    const Target* target = target_named(file.parent_path().filename().string());
    if (!target) return "its folder is named after no target";
    std::ifstream in(file, std::ios::binary);
    if (!in) return "cannot be read";
    const std::string bytes(std::istreambuf_iterator<char>(in), {});
    try {
        target->run(bytes);
    } catch (const std::exception& e) {
        return e.what();
    }
    return std::nullopt;
}

int replay(std::vector<fs::path> files) {
    int failures = 0;
    const auto complain = [&](const std::string& what, const std::string& why) {
        ++failures;
        std::printf("not ok  %s: %s\n", what.c_str(), why.c_str());
    };
    if (files.empty()) {
        const fs::path corpus = JANGKAU_SOURCE_DIR "/tests/fuzz/corpus";
        // A folder that no target is named after is found by its files.
        for (const fs::path& folder : files_in(corpus))
            std::ranges::copy(files_in(folder), std::back_inserter(files));
        for (const Target& target : targets())
            if (files_in(corpus / target.name).empty())
                complain(std::string(target.name), "has no corpus");
    }
    for (const fs::path& file : files) {
        // Told first: whatever kills the process is this file's doing.
        std::printf("%s\n", file.c_str());
        std::fflush(stdout);
        if (const auto why = failure(file)) complain(file.string(), *why);
    }
    std::printf("%zu targets, %zu files, %d failures\n", targets().size(), files.size(), failures);
    return failures == 0 && !targets().empty() && !files.empty() ? 0 : 1;
}

}  // namespace
}  // namespace jangkau::fuzz

int main(int argc, char** argv) { return jangkau::fuzz::replay({argv + 1, argv + argc}); }
