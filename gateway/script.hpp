#pragma once

#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "gateway/core/problem.hpp"
#include "gateway/line.hpp"
#include "gateway/player.hpp"

namespace jangkau::gateway {

struct ScriptOptions {
    std::vector<std::string> files;  ///< dialogue files; of a folder all *.dialog in it
    LineOptions line;
    TrunkOptions trunk;  ///< its channel is for files that name none
    PlayOptions play;
    bool tap = false;   ///< TAP 13 instead of words
    std::string junit;  ///< JUnit XML goes to this file; "" = nowhere
    bool colour = false;
    /// Where the phones are connected: a gateway over HTTP, or one in this process.
    std::function<std::unique_ptr<Line>(const LineOptions&)> connect = make_http_line;
};

/// `jangkau script`: 0 = nothing failed, 1 = a dialogue failed, 2 = a file cannot be read or
/// written.
int run_script(const ScriptOptions& options, std::ostream& out, std::ostream& err);

/// One file, played or not.
struct FileResult {
    std::string file;
    Problems problems;  ///< why it could not be played
    Played played;
    bool rewritten = false;
};

[[nodiscard]] bool failed(const FileResult& result);

// Reports.
[[nodiscard]] std::string as_words(const FileResult& result, bool colour);
[[nodiscard]] std::string summary(const std::vector<FileResult>& results);
[[nodiscard]] std::string as_tap(const FileResult& result, std::size_t number);
[[nodiscard]] std::string as_junit(const std::vector<FileResult>& results);

}  // namespace jangkau::gateway
