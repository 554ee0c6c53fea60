// CSV: what is written is read again cell by cell, and no cell of it would run in a spreadsheet.

#include "gateway/core/csv.hpp"

#include "gateway/core/text.hpp"
#include "gateway/core/utf8.hpp"
#include "gateway/import_cells.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace jangkau;
using fuzz::expect;

namespace {

/// OWASP, "CSV Injection".
bool runs(const std::string& cell) {
    using namespace std::string_view_literals;
    if (cell.empty()) return false;
    if ("=+-@\t\r\n\0"sv.find(cell.front()) != std::string_view::npos) return true;
    const Utf8Char first = next_utf8(cell);
    return first.valid && (first.code == 0xFF1D || first.code == 0xFF0B || first.code == 0xFF0D ||
                           first.code == 0xFF20);
}

/// As a spreadsheet shows it: an apostrophe in front says that text follows.
std::string shown(const std::string& cell) {
    return cell.starts_with('\'') ? cell.substr(1) : cell;
}

void writes_what_it_reads(std::string_view input) {
    fuzz::Choices choices(input);
    const std::size_t columns = 1 + choices.below(4);
    std::vector<std::string> header;
    for (std::size_t i = 0; i < columns; ++i) header.push_back("c" + std::to_string(i));
    std::string file = csv_line(header);
    std::vector<std::vector<std::string>> rows;
    while (choices.any()) {
        std::vector<std::string> row;
        for (std::size_t i = 0; i < columns; ++i) {
            std::string cell(choices.text(40));
            if (!valid_utf8(cell)) cell = clean_utf8(cell);
            row.push_back(std::move(cell));
        }
        row.back() += "x";  // a row of blanks would be left out
        file += csv_line(row);
        rows.push_back(std::move(row));
    }
    const auto csv = parse_csv(file);
    expect(csv.has_value(), "what we write can be read");
    expect(csv->rows.size() == rows.size(), "every row is read again");
    for (std::size_t r = 0; r < rows.size(); ++r) {
        for (std::size_t c = 0; c < columns; ++c) {
            const std::string& cell = csv->rows[r].cells[c];
            const std::string& meant = rows[r][c];
            expect(!runs(cell), "no cell that a spreadsheet would run");
            expect(cell == meant || shown(cell) == meant, "every cell is read again");
        }
    }
}

void reads_anything(std::string_view input) {
    const auto csv = parse_csv(input);
    if (!csv) {
        expect(csv.error().line >= 1 && !csv.error().what.empty(), "a refusal says where and why");
        return;
    }
    std::size_t line = 0;
    for (const CsvRow& row : csv->rows) {
        expect(row.cells.size() == csv->header.size(), "every row has all columns");
        expect(row.line > line, "lines go on");
        line = row.line;
    }
}

}  // namespace

FUZZ_TARGET(csv) {
    reads_anything(input);
    writes_what_it_reads(input);
}
