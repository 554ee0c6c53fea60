// Reads the #include lines of every source file: who may see whom, and which library lives in which
// room.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace jangkau {
namespace {

namespace fs = std::filesystem;
const fs::path kRoot = JANGKAU_SOURCE_DIR;

struct Include {
    std::string file;  ///< "menus/step.cpp"
    int line;
    std::string what;  ///< "sessions/store.hpp"
};

std::vector<Include> all_includes() {
    std::vector<Include> out;
    for (const char* folder : {"gateway", "menus", "sessions", "adapters"})
        for (const auto& entry : fs::recursive_directory_iterator(kRoot / folder)) {
            const std::string extension = entry.path().extension();
            if (extension != ".cpp" && extension != ".hpp") continue;
            std::ifstream in(entry.path());
            int number = 0;
            for (std::string line; std::getline(in, line);) {
                ++number;
                if (!line.starts_with("#include ")) continue;
                const std::size_t end = line.find_first_of("\">", 10);
                out.push_back(
                    {fs::relative(entry.path(), kRoot), number, line.substr(10, end - 10)});
            }
        }
    return out;
}

std::string layer_of(const std::string& path) {
    for (const char* layer : {"gateway/core/", "gateway/", "menus/", "sessions/", "adapters/"})
        if (path.starts_with(layer)) return layer;
    return "";
}

struct Rule {
    std::string layer;
    std::vector<std::string> may;  ///< include, beside itself and the core
};
const std::vector<Rule> kRules{
    {"gateway/core/", {}},
    {"menus/", {}},
    {"adapters/", {}},
    {"sessions/", {"menus/"}},
    {"gateway/", {"menus/", "sessions/", "adapters/"}},
};

TEST(Layering, EachLayerSeesOnlyWhatItMay) {
    for (const Include& include : all_includes()) {
        const std::string from = layer_of(include.file), to = layer_of(include.what);
        if (to.empty() || to == from || to == "gateway/core/") continue;
        for (const Rule& rule : kRules) {
            if (rule.layer != from) continue;
            EXPECT_NE(std::find(rule.may.begin(), rule.may.end(), to), rule.may.end())
                << include.file << ":" << include.line << ": " << from << " must not include "
                << include.what;
        }
    }
}

struct Room {
    std::string library;             ///< how its headers begin
    std::vector<std::string> files;  ///< that may include it
};
const std::vector<Room> kRooms{
    {"boost/beast", {"gateway/connection.hpp", "gateway/connection.cpp"}},
    {"boost/asio",
     {"gateway/connection.hpp", "gateway/connection.cpp", "gateway/listener.hpp",
      "gateway/listener.cpp", "gateway/server.cpp", "gateway/tls.cpp"}},
    {"curl/",
     {"gateway/curl_client.cpp", "gateway/curl_exchange.hpp", "gateway/curl_exchange.cpp"}},
    {"spdlog/", {"gateway/log.cpp"}},
    {"yaml-cpp/", {"menus/yaml.cpp"}},
    {"CLI/", {"gateway/cli.cpp"}},
    {"sodium",
     {"gateway/core/secret.cpp", "sessions/audit.cpp", "sessions/key_source.cpp",
      "sessions/vault.cpp"}},
    {"openssl/", {"adapters/signature.cpp", "gateway/tls.cpp"}},
    {"pugixml", {"adapters/xml.cpp"}},
    {"SQLiteCpp/", {"sessions/migrations.hpp",         "sessions/migrations.cpp",
                    "sessions/sqlite_query.hpp",       "sessions/sqlite_query.cpp",
                    "sessions/sqlite_unit.hpp",        "sessions/sqlite_unit.cpp",
                    "sessions/sqlite_records.cpp",     "sessions/sqlite_enrollments.cpp",
                    "sessions/sqlite_outbox.cpp",      "sessions/sqlite_pieces.cpp",
                    "sessions/sqlite_store.cpp",       "sessions/sqlite_checkpoints.hpp",
                    "sessions/sqlite_checkpoints.cpp", "sessions/sqlite_copy.hpp",
                    "sessions/sqlite_copy.cpp",        "sessions/sqlite_keys.hpp",
                    "sessions/sqlite_keys.cpp",        "sessions/sqlite_open.hpp",
                    "sessions/sqlite_open.cpp",        "sessions/sqlite_reseal.hpp",
                    "sessions/sqlite_reseal.cpp"}},
};

TEST(Layering, EachLibraryStaysInItsRoom) {
    for (const Include& include : all_includes())
        for (const Room& room : kRooms) {
            if (!include.what.starts_with(room.library)) continue;
            EXPECT_NE(std::find(room.files.begin(), room.files.end(), include.file),
                      room.files.end())
                << include.file << ":" << include.line << " must not include " << include.what;
        }
}

TEST(Layering, TheEngineKnowsNoClockAndNoLog) {
    for (const Include& include : all_includes()) {
        if (!include.file.starts_with("menus/") && !include.file.starts_with("adapters/")) continue;
        for (const char* world :
             {"iostream", "fstream", "thread", "mutex", "random", "ctime", "unistd.h"})
            EXPECT_NE(include.what, world) << include.file << ":" << include.line;
    }
}

TEST(Size, AFileIsReadAtOneSitting) {
    constexpr int kLinesMax = 480;
    for (const char* folder : {"gateway", "menus", "sessions", "adapters"})
        for (const auto& entry : fs::recursive_directory_iterator(kRoot / folder)) {
            if (!entry.is_regular_file()) continue;
            std::ifstream in(entry.path());
            int lines = 0;
            for (std::string line; std::getline(in, line);) ++lines;
            EXPECT_LE(lines, kLinesMax) << fs::relative(entry.path(), kRoot);
        }
}

}  // namespace
}  // namespace jangkau
