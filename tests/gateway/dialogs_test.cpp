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

std::vector<std::string> dialogues(const std::string& service) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(kFolder / service))
        if (entry.path().extension() == ".dialog") names.push_back(entry.path().stem());
    std::sort(names.begin(), names.end());
    return names;
}

/// Plays one file against the gateway that `connect` makes.
template <class Connect>
void goes_as_written(const std::filesystem::path& file, Connect connect) {
    ScriptOptions options;
    options.files = {file};
    options.trunk.channel = "africastalking";
    options.play.update = std::getenv("JANGKAU_UPDATE") != nullptr;
    options.connect = [&](const LineOptions&) { return connect(); };
    std::ostringstream out, err;
    EXPECT_EQ(run_script(options, out, err), 0) << out.str() << err.str();
    EXPECT_NE(read(file).find("\n> "), std::string::npos)
        << "expects nothing; run with JANGKAU_UPDATE=1";
}

class Dialogs : public testing::TestWithParam<std::string> {};

TEST_P(Dialogs, GoAsWritten) {
    goes_as_written(kFolder / (GetParam() + ".dialog"), [] {
        auto line = std::make_unique<LocalLine>("africastalking");
        line->import("agents", read(kFolder / "agents.csv"));
        line->import("eligibility", read(kFolder / "eligibility.csv"));
        return line;
    });
}

/// The second service, which is configuration alone.
class ClinicDialogs : public testing::TestWithParam<std::string> {};

TEST_P(ClinicDialogs, GoAsWritten) {
    goes_as_written(kFolder / "clinic" / (GetParam() + ".dialog"), [] {
        return std::make_unique<LocalLine>("africastalking", std::vector<std::string>{}, "",
                                           "clinic.yaml");
    });
}

INSTANTIATE_TEST_SUITE_P(Files, Dialogs, testing::ValuesIn(dialogues("")),
                         [](const auto& name) { return name.param; });
INSTANTIATE_TEST_SUITE_P(Files, ClinicDialogs, testing::ValuesIn(dialogues("clinic")),
                         [](const auto& name) { return name.param; });

}  // namespace
}  // namespace jangkau::gateway
