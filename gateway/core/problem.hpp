#pragma once

#include <string>
#include <vector>

namespace jangkau {

/// Something wrong in a file that a person wrote: where, what, and what would be right.
struct Problem {
    enum class Severity { error, warning };

    std::string file;
    int line = 0;      ///< from 1; 0 when the whole file is meant
    std::string path;  ///< "states/nik/to", "channels.africastalking.api_key"
    std::string what;  ///< a sentence without full stop; ends with the remedy where there is one
    Severity severity = Severity::error;
    std::string screen{};  ///< what people would see at its worst, where that is the problem
};

using Problems = std::vector<Problem>;

[[nodiscard]] bool any_error(const Problems& problems);
/// "menu.yaml:14: error: states/nik/to: no state 'nmae'; did you mean 'name'?", and below it the
/// screen's lines, set in.
[[nodiscard]] std::string written(const Problem& problem);
/// "; did you mean 'name'?" for the nearest of `known` within two edits, or "".
[[nodiscard]] std::string did_you_mean(const std::string& typed,
                                       const std::vector<std::string>& known);

}  // namespace jangkau
