// The bill of materials that the build writes beside the program.

#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

#include "tests/support/process.hpp"

namespace jangkau {
namespace {

namespace json = boost::json;

const std::string kFile =
    std::filesystem::path(JANGKAU_BINARY).parent_path().string() + "/jangkau.cdx.json";

std::string content() {
    std::ifstream in(kFile);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string sha256(const std::string& file) {
    return run_program({"/usr/bin/sha256sum", file}).out.substr(0, 64);
}

/// Library files by name, with their path, as the loader finds them.
std::map<std::string, std::string> loaded() {
    std::map<std::string, std::string> files;
    std::istringstream lines(run_program({"/usr/bin/ldd", JANGKAU_BINARY}).out);
    for (std::string line; std::getline(lines, line);) {
        const auto path = line.find('/');
        if (path == std::string::npos) continue;
        const std::string real =
            std::filesystem::canonical(line.substr(path, line.find(" (") - path)).string();
        files[std::filesystem::path(real).filename().string()] = real;
    }
    return files;
}

TEST(Sbom, IsValidCycloneDx) {
    const Ran valid = run_program(
        {"/usr/bin/env", "node", JANGKAU_SOURCE_DIR "/tests/packaging/validate.mjs"}, content());
    EXPECT_EQ(valid.code, 0) << valid.out << valid.err;
}

TEST(Sbom, NamesEveryLibraryThatTheProgramLoadsWithItsHash) {
    auto files = loaded();
    EXPECT_GT(files.size(), 10U);
    const json::value bom = json::parse(content());
    EXPECT_EQ(bom.at_pointer("/metadata/component/hashes/0/content").as_string(),
              sha256(JANGKAU_BINARY));
    for (const json::value& component : bom.at("components").as_array()) {
        const auto& properties = component.at("properties").as_array();
        EXPECT_TRUE(component.at("purl").as_string().starts_with("pkg:deb/debian/"));
        EXPECT_FALSE(component.at("version").as_string().empty());
        if (properties.size() < 2) continue;
        const std::string name(properties[1].at("value").as_string().c_str());
        ASSERT_TRUE(files.contains(name)) << name << " is listed and not loaded";
        EXPECT_EQ(component.at("hashes").at(0).at("content").as_string(), sha256(files[name]));
        files.erase(name);
    }
    for (const auto& [name, path] : files) ADD_FAILURE() << path << " is loaded and not listed";
}

TEST(Sbom, NamesWhatIsCompiledIn) {
    std::vector<std::string> names;
    const json::value bom = json::parse(content());
    for (const json::value& component : bom.at("components").as_array())
        names.emplace_back(component.at("name").as_string().c_str());
    EXPECT_THAT(names, testing::IsSupersetOf({"libboost1.81-dev", "libcli11-dev",
                                              "libsqlitecpp-dev", "libstdc++-12-dev"}));
    EXPECT_THAT(names, testing::Not(testing::Contains("libgtest-dev"))) << "only tests have that";
}

}  // namespace
}  // namespace jangkau
