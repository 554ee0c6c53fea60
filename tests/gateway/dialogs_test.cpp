// Plays every dialogue file of tests/dialogs against the whole gateway in this process.
// JANGKAU_UPDATE=1 rewrites what they expect; then read the difference.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "gateway/script.hpp"
#include "tests/support/local_line.hpp"

namespace jangkau::gateway {
namespace {

const std::filesystem::path kFolder = JANGKAU_SOURCE_DIR "/tests/dialogs";

std::string read(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> dialogues() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(kFolder))
        if (entry.path().extension() == ".dialog") names.push_back(entry.path().stem());
    std::sort(names.begin(), names.end());
    return names;
}

class Dialogs : public testing::TestWithParam<std::string> {};

TEST_P(Dialogs, GoAsWritten) {
    ScriptOptions options;
    options.files = {kFolder / (GetParam() + ".dialog")};
    options.trunk.channel = "africastalking";
    options.play.update = std::getenv("JANGKAU_UPDATE") != nullptr;
    options.connect = [](const LineOptions&) {
        auto line = std::make_unique<LocalLine>("africastalking");
        line->import("agents", read(kFolder / "agents.csv"));
        line->import("eligibility", read(kFolder / "eligibility.csv"));
        return line;
    };
    std::ostringstream out, err;
    EXPECT_EQ(run_script(options, out, err), 0) << out.str() << err.str();
    EXPECT_NE(read(options.files[0]).find("\n> "), std::string::npos)
        << "expects nothing; run with JANGKAU_UPDATE=1";
}

INSTANTIATE_TEST_SUITE_P(Files, Dialogs, testing::ValuesIn(dialogues()),
                         [](const auto& name) { return name.param; });

}  // namespace
}  // namespace jangkau::gateway
