#include "gateway/table.hpp"

#include <algorithm>

#include "gateway/core/text.hpp"
#include "gateway/core/utf8.hpp"

namespace jangkau::gateway {
namespace {

std::string one_line(const std::string& cell) {
    std::string clean = clean_utf8(cell);
    std::replace(clean.begin(), clean.end(), '\n', ' ');
    return clean;
}

std::size_t width_of(std::string_view text) {
    std::size_t width = 0;
    for (; !text.empty(); ++width) text.remove_prefix(next_utf8(text).bytes);
    return width;
}

}  // namespace

std::string written_table(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], width_of(one_line(row[i])));
        }
    }
    std::string out;
    for (std::size_t r = 0; r < rows.size(); ++r) {
        std::string line;
        for (std::size_t i = 0; i < rows[r].size(); ++i) {
            const std::string cell = one_line(rows[r][i]);
            line += cell + std::string(widths[i] - width_of(cell) + 2, ' ');
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + '\n';
        if (r > 0) continue;
        std::string rule;
        for (const std::size_t width : widths) rule += std::string(width, '-') + "  ";
        out += std::string(trim(rule)) + '\n';
    }
    return out;
}

}  // namespace jangkau::gateway
