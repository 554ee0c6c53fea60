#include "gateway/core/csv.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "gateway/core/text.hpp"
#include "gateway/core/utf8.hpp"

namespace jangkau {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::optional<BadCsv> encoding_problem(std::string_view text) {
    std::size_t line = 1;
    while (!text.empty()) {
        const Utf8Char next = next_utf8(text);
        if (!next.valid) return BadCsv{line, "not UTF-8; save the file as \"CSV UTF-8\""};
        if (next.code == '\n') ++line;
        text.remove_prefix(next.bytes);
    }
    return std::nullopt;
}

/// The separator that the first line has most of outside quotes; a comma if it has none.
char separator_of(std::string_view text) {
    constexpr std::string_view kSeparators = ",;\t";
    std::size_t counts[kSeparators.size()] = {};
    bool quoted = false;
    for (const char c : text) {
        if (c == '\n' && !quoted) break;
        if (c == '"') quoted = !quoted;
        const std::size_t which = kSeparators.find(c);
        if (!quoted && which != std::string_view::npos) ++counts[which];
    }
    return kSeparators[static_cast<std::size_t>(
        std::max_element(std::begin(counts), std::end(counts)) - std::begin(counts))];
}

class Reader {
public:
    Reader(std::string_view text, char separator) : text_(text), separator_(separator) {}

    [[nodiscard]] bool at_end() const { return at_ == text_.size(); }

    Result<CsvRow, BadCsv> row() {
        CsvRow row{line_, {}};
        for (;;) {
            auto cell = at('"') ? quoted_cell() : plain_cell();
            if (!cell) return cell.error();
            row.cells.push_back(std::move(*cell));
            if (!at(separator_)) break;
            ++at_;
        }
        end_line();
        return row;
    }

private:
    [[nodiscard]] bool at(char c) const { return at_ < text_.size() && text_[at_] == c; }
    [[nodiscard]] bool at_line_end() const {
        return at_end() || at('\n') || text_.substr(at_, 2) == "\r\n";
    }

    void end_line() {
        if (at('\r')) ++at_;
        if (at('\n')) ++at_;
        ++line_;
    }

    Result<std::string, BadCsv> plain_cell() {
        const std::size_t begin = at_;
        while (!at_line_end() && !at(separator_)) ++at_;
        return std::string(text_.substr(begin, at_ - begin));
    }

    Result<std::string, BadCsv> quoted_cell() {
        const std::size_t opened = line_;
        std::string cell;
        ++at_;
        for (;;) {
            if (at_end()) return BadCsv{opened, "a quote is never closed"};
            const char c = text_[at_++];
            if (c == '"') {
                if (!at('"')) break;
                ++at_;
            }
            if (c == '\n') ++line_;
            cell += c;
        }
        if (at_line_end() || at(separator_)) return cell;
        return BadCsv{line_, "text after a closing quote; write a quote inside a cell twice"};
    }

    std::string_view text_;
    char separator_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
};

/// What makes a spreadsheet take a cell for a formula (OWASP, "CSV Injection"): also the wide signs
/// of East Asian keyboards, and blanks that some programs skip.
bool would_run(std::string_view cell) {
    using namespace std::string_view_literals;
    static constexpr std::array kSigns = {"="sv,  "+"sv,  "-"sv,  "@"sv,  "\t"sv, "\r"sv,
                                          "\n"sv, "\0"sv, "＝"sv, "＋"sv, "－"sv, "＠"sv};
    return std::ranges::any_of(kSigns,
                               [&](std::string_view sign) { return cell.starts_with(sign); });
}

bool blank(const CsvRow& row) {
    return std::all_of(row.cells.begin(), row.cells.end(),
                       [](const std::string& cell) { return trim(cell).empty(); });
}

}  // namespace

std::size_t Csv::column(const std::vector<std::string_view>& names) const {
    for (const auto name : names) {
        const auto found = std::find(header.begin(), header.end(), name);
        if (found != header.end()) return static_cast<std::size_t>(found - header.begin());
    }
    return npos;
}

Result<Csv, BadCsv> parse_csv(std::string_view text) {
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    if (auto problem = encoding_problem(text)) return std::move(*problem);

    Csv csv;
    Reader reader(text,
                  separator_of(text.substr(std::min(text.size(), text.find_first_not_of("\r\n")))));
    while (!reader.at_end()) {
        auto row = reader.row();
        if (!row) return row.error();
        // Spreadsheets leave rows of nothing but separators below a table.
        if (blank(*row)) continue;
        if (csv.header.empty()) {
            for (const auto& cell : row->cells) csv.header.push_back(lower_ascii(trim(cell)));
        } else if (row->cells.size() != csv.header.size()) {
            return BadCsv{row->line, std::to_string(row->cells.size()) +
                                         " cells where the header has " +
                                         std::to_string(csv.header.size())};
        } else {
            csv.rows.push_back(std::move(*row));
        }
    }
    if (csv.header.empty()) return BadCsv{1, "no header row"};
    return csv;
}

std::string csv_line(const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) line += ',';
        const std::string cell = would_run(cells[i]) ? "'" + cells[i] : cells[i];
        // A semicolon too: the spreadsheet that opens the file may split there.
        if (cell.find_first_of(",;\t\"\r\n") == std::string::npos) {
            line += cell;
            continue;
        }
        line += '"';
        for (const char c : cell) {
            if (c == '"') line += '"';
            line += c;
        }
        line += '"';
    }
    return line + '\n';
}

}  // namespace jangkau
