// Plays every recorded exchange of every adapter. With JANGKAU_UPDATE=1 the files are rewritten.

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "adapters/registry.hpp"
#include "tests/adapters/exchange.hpp"

namespace jangkau::tests {
namespace {

struct Recording {
    std::string adapter;
    std::filesystem::path file;
};

void PrintTo(const Recording& recording, std::ostream* out) { *out << recording.file; }

std::vector<Recording> all_recordings() {
    std::vector<Recording> all;
    for (const auto& entry : adapters::registry()) {
        for (const auto& file : recordings(entry.name))
            all.push_back({std::string(entry.name), file});
    }
    return all;
}

class Exchanges : public testing::TestWithParam<Recording> {};

TEST_P(Exchanges, MeanWhatIsRecorded) {
    const auto& [adapter, file] = GetParam();
    const std::string text = read_file(file);
    const Exchange recorded = parse_exchange(text);
    ASSERT_FALSE(recorded.parts.empty());
    EXPECT_FALSE(recorded.preamble.empty()) << "say in the first lines what the file shows";

    const std::string settings = read_file(folder_of(adapter) / "settings.txt");
    const std::string played = print(play(recorded, adapter, settings));
    if (std::getenv("JANGKAU_UPDATE") != nullptr) {
        if (played != text) std::ofstream(file, std::ios::binary) << played;
        return;
    }
    EXPECT_EQ(played, print(recorded));
}

INSTANTIATE_TEST_SUITE_P(All, Exchanges, testing::ValuesIn(all_recordings()),
                         [](const testing::TestParamInfo<Recording>& param) {
                             return param.param.adapter + "_" + param.param.file.stem().string();
                         });

}  // namespace
}  // namespace jangkau::tests
