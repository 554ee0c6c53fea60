#include "gateway/expectation.hpp"

#include <algorithm>

#include "gateway/core/text.hpp"

namespace jangkau::gateway {
namespace {

constexpr std::string_view kAnything = "{...}";
/// A pattern of many {...} could be tried in more ways than there is time for; beyond this it does
/// not match.
constexpr std::size_t kTriesMax = 200'000;
/// Shorter values ("1") stand in too many places by chance.
constexpr std::size_t kReplacedBytesMin = 4;

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

bool is_word_character(char c) { return is_name_character(c) && c != '_' && c != '-'; }

struct Piece {
    enum class Kind { literal, name, anything };
    Kind kind;
    std::string text;
};

/// "{name}" at the beginning of `text`, or "".
std::string_view name_at(std::string_view text) {
    if (!text.starts_with('{')) return "";
    const std::size_t end = text.find('}');
    if (end == text.npos || end == 1) return "";
    const std::string_view name = text.substr(1, end - 1);
    return std::ranges::all_of(name, is_name_character) ? name : "";
}

std::vector<Piece> pieces_of(std::string_view pattern) {
    std::vector<Piece> pieces;
    while (!pattern.empty()) {
        const std::string_view name = name_at(pattern);
        if (pattern.starts_with(kAnything)) {
            pieces.push_back({Piece::Kind::anything, ""});
            pattern.remove_prefix(kAnything.size());
        } else if (!name.empty()) {
            pieces.push_back({Piece::Kind::name, std::string(name)});
            pattern.remove_prefix(name.size() + 2);
        } else {
            const bool extends = !pieces.empty() && pieces.back().kind == Piece::Kind::literal;
            if (!extends) pieces.push_back({Piece::Kind::literal, ""});
            pieces.back().text += pattern.front();
            pattern.remove_prefix(1);
        }
    }
    return pieces;
}

class Matcher {
public:
    Matcher(const std::vector<Piece>& pieces, Names& names) : pieces_(pieces), names_(names) {}

    bool match(std::size_t at, std::string_view rest) {
        if (++tries_ > kTriesMax) return false;
        if (at == pieces_.size()) return rest.empty();
        const Piece& piece = pieces_[at];
        if (piece.kind == Piece::Kind::literal) return known(piece.text, at, rest);
        if (piece.kind == Piece::Kind::anything) return anything(at, rest);
        const auto bound = names_.find(piece.text);
        return bound != names_.end() ? known(bound->second, at, rest) : bind(at, rest);
    }

private:
    bool known(const std::string& text, std::size_t at, std::string_view rest) {
        return rest.starts_with(text) && match(at + 1, rest.substr(text.size()));
    }
    bool anything(std::size_t at, std::string_view rest) {
        if (at + 1 == pieces_.size()) return true;
        for (std::size_t length = 0; length <= rest.size(); ++length) {
            if (match(at + 1, rest.substr(length))) return true;
        }
        return false;
    }
    bool bind(std::size_t at, std::string_view rest) {
        const std::string& name = pieces_[at].text;
        const std::size_t longest = std::min(rest.find('\n'), rest.size());
        for (std::size_t length = 1; length <= longest; ++length) {
            names_[name] = rest.substr(0, length);
            if (match(at + 1, rest.substr(length))) return true;
        }
        names_.erase(name);
        return false;
    }

    const std::vector<Piece>& pieces_;
    Names& names_;
    std::size_t tries_ = 0;
};

bool matches_pieces(const std::vector<Piece>& pieces, std::string_view text, Names& names) {
    Names bound = names;
    if (!Matcher(pieces, bound).match(0, text)) return false;
    names = std::move(bound);
    return true;
}

/// Binds the new names of a line that is gone, where the word before and the character behind still
/// stand around one.
void bind_by_neighbours(const std::string& gone, const std::string& line, Names& names) {
    const auto pieces = pieces_of(gone);
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        if (pieces[i].kind != Piece::Kind::name || names.contains(pieces[i].text)) continue;
        std::string before;
        if (i > 0 && pieces[i - 1].kind == Piece::Kind::literal) {
            before = pieces[i - 1].text;
            const std::size_t word = before.find_last_of(' ', before.find_last_not_of(' '));
            if (word != before.npos) before.erase(0, word + 1);
        }
        std::string after;
        if (i + 1 < pieces.size() && pieces[i + 1].kind == Piece::Kind::literal) {
            after = pieces[i + 1].text.substr(0, 1);
        }
        if (before.empty() && after.empty()) continue;
        std::vector<Piece> around{{Piece::Kind::anything, ""},
                                  {Piece::Kind::literal, before},
                                  pieces[i],
                                  {Piece::Kind::literal, after},
                                  {Piece::Kind::anything, ""}};
        if (after.empty()) around.pop_back();
        (void)matches_pieces(around, line, names);
    }
}

/// Whole words of `line` that a name stands for become that name; the longest value first.
std::string with_names(std::string line, const Names& names) {
    std::vector<std::pair<std::string, std::string>> values(names.begin(), names.end());
    std::ranges::stable_sort(values, std::ranges::greater{},
                             [](const auto& entry) { return entry.second.size(); });
    for (const auto& [name, value] : values) {
        if (value.size() < kReplacedBytesMin) continue;
        for (std::size_t at = 0; (at = line.find(value, at)) != line.npos;) {
            const std::size_t end = at + value.size();
            const bool whole = (at == 0 || !is_word_character(line[at - 1])) &&
                               (end == line.size() || !is_word_character(line[end]));
            if (whole) line.replace(at, value.size(), "{" + name + "}");
            at += whole ? name.size() + 2 : 1;
        }
    }
    return line;
}

/// Least number of lines to change for the ends of both from (i, j) on.
using Costs = std::vector<std::vector<std::size_t>>;

class Alignment {
public:
    Alignment(const std::vector<std::string>& expected, const std::vector<std::string>& actual,
              const Names& names)
        : expected_(expected),
          actual_(actual),
          names_(names),
          costs_(expected.size() + 1, std::vector<std::size_t>(actual.size() + 1)) {
        for (std::size_t i = expected.size() + 1; i-- > 0;) {
            for (std::size_t j = actual.size() + 1; j-- > 0;) costs_[i][j] = cost(i, j);
        }
    }

    [[nodiscard]] std::vector<DiffLine> lines() const {
        std::vector<DiffLine> lines;
        std::size_t i = 0;
        std::size_t j = 0;
        const auto missing = [&] {
            lines.push_back({DiffLine::Kind::missing, expected_[i], i});
            ++i;
        };
        const auto unexpected = [&] {
            const std::size_t at = expected_.empty() ? 0 : std::min(i, expected_.size() - 1);
            lines.push_back({DiffLine::Kind::unexpected, actual_[j], at});
            ++j;
        };
        while (i < expected_.size() || j < actual_.size()) {
            const std::size_t least = costs_[i][j];
            if (const std::size_t taken = taken_at(i, j, least)) {
                lines.push_back({DiffLine::Kind::same, expected_[i], i});
                ++i;
                j += taken;
            } else if (i < expected_.size() && j < actual_.size() &&
                       costs_[i + 1][j + 1] + 1 == least) {
                missing();
                unexpected();
            } else if (i < expected_.size() && costs_[i + 1][j] + 1 == least) {
                missing();
            } else {
                unexpected();
            }
        }
        return lines;
    }

private:
    [[nodiscard]] bool fits(std::size_t i, std::size_t j) const {
        Names names = names_;
        return matches(expected_[i], actual_[j], names);
    }
    /// How many actual lines the expected line stands for on a way of that cost, 0 for none.
    [[nodiscard]] std::size_t taken_at(std::size_t i, std::size_t j, std::size_t cost) const {
        if (i == expected_.size() || j == actual_.size() || !fits(i, j)) return 0;
        const std::size_t most = expected_[i] == kAnything ? actual_.size() - j : 1;
        for (std::size_t taken = 1; taken <= most; ++taken) {
            if (costs_[i + 1][j + taken] == cost) return taken;
        }
        return 0;
    }
    [[nodiscard]] std::size_t cost(std::size_t i, std::size_t j) const {
        const std::size_t expected_left = expected_.size() - i;
        const std::size_t actual_left = actual_.size() - j;
        if (expected_left == 0 || actual_left == 0) return expected_left + actual_left;
        std::size_t least =
            std::min({costs_[i + 1][j + 1], costs_[i + 1][j], costs_[i][j + 1]}) + 1;
        if (!fits(i, j)) return least;
        const std::size_t most = expected_[i] == kAnything ? actual_left : 1;
        for (std::size_t taken = 1; taken <= most; ++taken) {
            least = std::min(least, costs_[i + 1][j + taken]);
        }
        return least;
    }

    const std::vector<std::string>& expected_;
    const std::vector<std::string>& actual_;
    const Names& names_;
    Costs costs_;
};

}  // namespace

bool matches(std::string_view pattern, std::string_view text, Names& names) {
    return matches_pieces(pieces_of(pattern), text, names);
}

std::vector<std::string> names_in(std::string_view pattern) {
    std::vector<std::string> names;
    for (const auto& piece : pieces_of(pattern)) {
        if (piece.kind == Piece::Kind::name) names.push_back(piece.text);
    }
    return names;
}

std::optional<std::string> filled(std::string_view pattern, const Names& names) {
    std::string text;
    for (const auto& piece : pieces_of(pattern)) {
        if (piece.kind == Piece::Kind::anything) return std::nullopt;
        const auto bound = names.find(piece.text);
        if (piece.kind == Piece::Kind::name && bound == names.end()) return std::nullopt;
        text += piece.kind == Piece::Kind::name ? bound->second : piece.text;
    }
    return text;
}

std::vector<DiffLine> diff(const std::vector<std::string>& expected,
                           const std::vector<std::string>& actual, const Names& names) {
    return Alignment(expected, actual, names).lines();
}

std::optional<std::vector<std::string>> rewritten(const std::vector<std::string>& expected,
                                                  const std::vector<std::string>& actual,
                                                  Names& names) {
    if (matches(joined(expected), joined(actual), names)) return expected;
    const Names before = names;
    const auto rows = diff(expected, actual, names);
    for (const auto& gone : rows) {
        if (gone.kind != DiffLine::Kind::missing) continue;
        for (const auto& row : rows) {
            if (row.kind == DiffLine::Kind::unexpected) {
                bind_by_neighbours(gone.text, row.text, names);
            }
        }
    }
    std::vector<std::string> lines;
    for (const auto& row : rows) {
        if (row.kind == DiffLine::Kind::same) lines.push_back(row.text);
        if (row.kind == DiffLine::Kind::unexpected) lines.push_back(with_names(row.text, names));
    }
    if (!matches(joined(lines), joined(actual), names)) lines = actual;
    const auto kept = names_in(joined(lines));
    for (const auto& name : names_in(joined(expected))) {
        if (!before.contains(name) && !std::ranges::count(kept, name)) return std::nullopt;
    }
    return lines;
}

std::vector<std::string> shown_lines(std::string_view text) {
    const std::string clean = clean_utf8(text);
    std::vector<std::string> lines;
    std::string_view rest = clean;
    for (;;) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        const std::string_view line = rest.substr(0, end);
        const std::size_t last = line.find_last_not_of(' ');
        lines.emplace_back(line.substr(0, last == line.npos ? 0 : last + 1));
        if (end == rest.size()) return lines;
        rest.remove_prefix(end + 1);
    }
}

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const auto& line : lines) text += (&line == &lines.front() ? "" : "\n") + line;
    return text;
}

}  // namespace jangkau::gateway
