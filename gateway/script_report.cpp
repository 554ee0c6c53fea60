#include <algorithm>
#include <cstdio>

#include "gateway/core/text.hpp"
#include "gateway/script.hpp"

namespace jangkau::gateway {
namespace {

using State = Played::State;

std::string place(const FileResult& result) {
    return result.file + ":" + std::to_string(result.played.line);
}

/// "worker types 1: the screen is not the expected one"
std::string reason(const FileResult& result) {
    if (!result.problems.empty()) return "the file cannot be played";
    return result.played.written + ": " + result.played.what;
}

/// What is wrong, in lines.
std::vector<std::string> details(const FileResult& result) {
    std::vector<std::string> lines;
    for (const auto& problem : result.problems) lines.push_back(written(problem));
    for (const auto& line : result.played.differences) lines.push_back(line);
    return lines;
}

std::string styled(bool colour, std::string_view code, const std::string& text) {
    return colour ? "\x1b[" + std::string(code) + "m" + text + "\x1b[0m" : text;
}

std::string seconds(std::chrono::milliseconds time) {
    char written[32];
    std::snprintf(written, sizeof written, "%.3f", static_cast<double>(time.count()) / 1000);
    return written;
}

std::string counted(std::size_t number, const std::string& what) {
    return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

/// A TAP description: '#' would begin a directive.
std::string tap_text(std::string text) {
    for (std::size_t at = 0; (at = text.find_first_of("#\\", at)) != text.npos; at += 2) {
        text.insert(at, "\\");
    }
    return text;
}

/// As a double-quoted YAML value.
std::string yaml_text(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : clean_utf8(text)) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c == '\n' ? ' ' : c;
    }
    return quoted + "\"";
}

std::string xml_text(std::string_view text) {
    std::string escaped;
    for (const char c : clean_utf8(text)) {
        switch (c) {
            case '&': escaped += "&amp;"; break;
            case '<': escaped += "&lt;"; break;
            case '>': escaped += "&gt;"; break;
            case '"': escaped += "&quot;"; break;
            default: escaped += c;
        }
    }
    return escaped;
}

std::string junit_case(const FileResult& result) {
    std::string xml = "    <testcase classname=\"dialogue\" name=\"" + xml_text(result.file) +
                      "\" file=\"" + xml_text(result.file) + "\" time=\"" +
                      seconds(result.played.took) + "\"";
    if (failed(result)) {
        const bool played = result.problems.empty();
        const std::string kind = played ? "failure" : "error";
        std::string text = played ? place(result) + "\n" : "";
        for (const auto& line : details(result)) text += line + "\n";
        xml += ">\n      <" + kind + " message=\"" + xml_text(reason(result)) + "\">" +
               xml_text(text) + "</" + kind + ">\n    </testcase>\n";
    } else if (result.played.state == State::skipped) {
        xml += ">\n      <skipped message=\"" + xml_text(result.played.what) +
               "\"/>\n    </testcase>\n";
    } else {
        xml += "/>\n";
    }
    return xml;
}

struct Counts {
    std::size_t passed = 0;
    std::size_t failed = 0;
    std::size_t unplayed = 0;
    std::size_t skipped = 0;
    std::size_t rewritten = 0;
    std::chrono::milliseconds took{0};
};

Counts count(const std::vector<FileResult>& results) {
    Counts counts;
    for (const auto& result : results) {
        const State state = result.played.state;
        counts.took += result.played.took;
        if (result.rewritten) ++counts.rewritten;
        if (!result.problems.empty()) {
            ++counts.unplayed;
        } else {
            ++(state == State::passed    ? counts.passed
               : state == State::skipped ? counts.skipped
                                         : counts.failed);
        }
    }
    return counts;
}

}  // namespace

std::string as_words(const FileResult& result, bool colour) {
    const auto& played = result.played;
    if (!result.problems.empty()) {
        // The problems themselves go to the error output.
        return styled(colour, "31", "BAD ") + " " + result.file + "\n";
    }
    if (played.state == State::skipped) {
        return styled(colour, "33", "SKIP") + " " + result.file + ": " + played.what + "\n";
    }
    if (played.state == State::passed) {
        const std::size_t changes = played.changes.size();
        return styled(colour, "32", "PASS") + " " + result.file + " (" +
               counted(played.steps, "step") + ", " + std::to_string(played.took.count()) + " ms" +
               (result.rewritten ? ", " + counted(changes, "expectation") + " rewritten" : "") +
               ")\n";
    }
    std::string text = styled(colour, "31", "FAIL") + " " +
                       clean_utf8(place(result) + ": " + reason(result)) + "\n";
    for (const auto& line : played.differences) {
        const std::string_view code = line.starts_with('-')   ? "31"
                                      : line.starts_with('+') ? "32"
                                                              : "0";
        text += "    " + styled(colour, code, clean_utf8(line)) + "\n";
    }
    return text;
}

std::string summary(const std::vector<FileResult>& results) {
    const Counts counts = count(results);
    std::string text = std::to_string(counts.passed) + " passed, " + std::to_string(counts.failed) +
                       " failed, " + std::to_string(counts.skipped) + " skipped";
    if (counts.unplayed > 0) text += ", " + std::to_string(counts.unplayed) + " not played";
    if (counts.rewritten > 0) text += ", " + std::to_string(counts.rewritten) + " rewritten";
    return text + "\n";
}

std::string as_tap(const FileResult& result, std::size_t number) {
    std::string text = (failed(result) ? "not ok " : "ok ") + std::to_string(number) + " - " +
                       tap_text(result.file);
    if (!failed(result)) {
        const bool skipped = result.played.state == State::skipped;
        return text + (skipped ? " # SKIP " + tap_text(result.played.what) : "") + "\n";
    }
    text += "\n  ---\n  message: " + yaml_text(reason(result)) + "\n";
    if (result.problems.empty()) text += "  at: " + yaml_text(place(result)) + "\n";
    const auto lines = details(result);
    if (!lines.empty()) text += "  details:\n";
    for (const auto& line : lines) text += "    - " + yaml_text(line) + "\n";
    return text + "  ...\n";
}

std::string as_junit(const std::vector<FileResult>& results) {
    const Counts counts = count(results);
    const std::string numbers = " tests=\"" + std::to_string(results.size()) + "\" failures=\"" +
                                std::to_string(counts.failed) + "\" errors=\"" +
                                std::to_string(counts.unplayed) + "\" skipped=\"" +
                                std::to_string(counts.skipped) + "\" time=\"" +
                                seconds(counts.took) + "\"";
    std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + numbers +
                      ">\n  <testsuite name=\"jangkau script\"" + numbers + ">\n";
    for (const auto& result : results) xml += junit_case(result);
    return xml + "  </testsuite>\n</testsuites>\n";
}

}  // namespace jangkau::gateway
