#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/result.hpp"

namespace jangkau {

struct CsvRow {
    std::size_t line = 0;  ///< in the file, from 1, where the row begins
    std::vector<std::string> cells;
};

struct BadCsv {
    std::size_t line;
    std::string what;
};

struct Csv {
    std::vector<std::string> header;  ///< trimmed, lower case
    std::vector<CsvRow> rows;         ///< blank lines left out

    /// Column of the first of `names` that the header has, or npos.
    static constexpr std::size_t npos = static_cast<std::size_t>(-1);
    [[nodiscard]] std::size_t column(const std::vector<std::string_view>& names) const;
};

/// RFC 4180 with a header row; separator `,` or `;` or TAB by what the header uses (Excel in
/// Indonesia writes `;`), CRLF or LF, with or without a byte order mark. Must be UTF-8. A row with
/// another number of cells is an error.
[[nodiscard]] Result<Csv, BadCsv> parse_csv(std::string_view text);

/// One line with LF. Cells that a spreadsheet would run (leading = + - @, also wide ones, TAB CR LF
/// NUL) get a leading apostrophe.
[[nodiscard]] std::string csv_line(const std::vector<std::string>& cells);

}  // namespace jangkau
