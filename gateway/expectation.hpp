#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jangkau::gateway {

/// What {names} stand for.
using Names = std::map<std::string, std::string, std::less<>>;

/// `pattern` has {name} for what a name stands for, or, on its first use, for the shortest piece of
/// one line that fits; and
/// {...} for anything, also nothing, also several lines. Binds names only when it matches.
[[nodiscard]] bool matches(std::string_view pattern, std::string_view text, Names& names);

/// The names in `pattern`, in order.
[[nodiscard]] std::vector<std::string> names_in(std::string_view pattern);

/// `pattern` with its names replaced; nothing if one stands for nothing yet.
[[nodiscard]] std::optional<std::string> filled(std::string_view pattern, const Names& names);

struct DiffLine {
    enum class Kind { same, missing, unexpected };
    Kind kind = Kind::same;
    std::string text;  ///< same and missing: the expected line; unexpected: the actual one
    std::size_t expected_at = 0;  ///< index of the expected line that it stands at
};
/// The fewest lines that differ; a line {...} stands for one or more lines.
[[nodiscard]] std::vector<DiffLine> diff(const std::vector<std::string>& expected,
                                         const std::vector<std::string>& actual,
                                         const Names& names);

/// `expected` made to match `actual`: lines that still match stay as they are, new lines get
/// {names} where a name's value stands or where the same words stand around it. Nothing if a new
/// name finds no place.
[[nodiscard]] std::optional<std::vector<std::string>> rewritten(
    const std::vector<std::string>& expected, const std::vector<std::string>& actual, Names& names);

/// Lines without blanks at their ends; what a terminal could take for a command becomes a blank.
[[nodiscard]] std::vector<std::string> shown_lines(std::string_view text);
[[nodiscard]] std::string joined(const std::vector<std::string>& lines);

}  // namespace jangkau::gateway
