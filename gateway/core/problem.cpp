#include "gateway/core/problem.hpp"

#include <algorithm>

#include "gateway/core/text.hpp"

namespace jangkau {

bool any_error(const Problems& problems) {
    return std::any_of(problems.begin(), problems.end(), [](const Problem& problem) {
        return problem.severity == Problem::Severity::error;
    });
}

std::string written(const Problem& problem) {
    std::string text = problem.file;
    if (problem.line > 0) text += ":" + std::to_string(problem.line);
    if (!text.empty()) text += ": ";
    text += problem.severity == Problem::Severity::error ? "error: " : "warning: ";
    if (!problem.path.empty()) text += problem.path + ": ";
    text += problem.what;
    for (std::string_view rest = problem.screen; !rest.empty();) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        text += "\n    | ";
        text += line;
    }
    return text;
}

std::string did_you_mean(const std::string& typed, const std::vector<std::string>& known) {
    constexpr std::size_t kEditsMax = 2;
    const std::string* nearest = nullptr;
    // Two edits make any two letters out of any other two, so short words need a closer match.
    std::size_t limit = std::min(kEditsMax + 1, typed.size());
    for (const auto& candidate : known) {
        const std::size_t edits = edit_distance(typed, candidate, kEditsMax);
        if (edits < limit) {
            nearest = &candidate;
            limit = edits;
        }
    }
    return nearest == nullptr ? "" : "; did you mean '" + *nearest + "'?";
}

}  // namespace jangkau
