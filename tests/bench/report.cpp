#include "tests/bench/report.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cstdio>

namespace jangkau::bench {
namespace {

constexpr const char* kOurs = "jangkau";

template <class... Values>
std::string format(const char* form, Values... values) {
    std::array<char, 600> text{};
    std::snprintf(text.data(), text.size(), form, values...);
    return text.data();
}

const std::vector<Figures>* rounds_of(const Table& table, const std::string& name) {
    for (const auto& [contender, rounds] : table.rows)
        if (contender.name == name) return &rounds;
    return nullptr;
}

/// How often ours has answered where it answered once; 0 where ours was not measured.
double times_it(const Table& table, const std::vector<Figures>& rounds) {
    const auto* ours = rounds_of(table, kOurs);
    return ours ? median_ratio(*ours, rounds) : 0;
}

double share_of(const std::vector<double>& sorted, double share) {
    if (sorted.empty()) return 0;
    return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

}  // namespace

std::string as_text(const Table& table) {
    std::string out = table.what + "\n";
    out += format("  %-34s %9s %9s %8s %9s %9s %9s %7s %8s\n", "", "answers/s", "ours is", "us CPU",
                  "p50 us", "p99 us", "max us", "MB", "B disk");
    for (const auto& [contender, rounds] : table.rows) {
        const Figures figures = median(rounds);
        out += format("  %-34s %9.0f %8.2fx %8.1f %9.0f %9.0f %9.0f %7.1f %8.0f%s\n",
                      contender.what.c_str(), figures.per_second, times_it(table, rounds),
                      figures.cpu_us, figures.p50_us, figures.p99_us, figures.max_us,
                      figures.resident_mb, figures.disk_bytes,
                      figures.wrong > 0 ? format("  %zu WRONG", figures.wrong).c_str() : "");
    }
    if (!table.disk_us.empty())
        out += format("  %-34s p50 %.0f, p99 %.0f, p99.9 %.0f, max %.0f us\n",
                      "the disk: 4 KiB written and synced", share_of(table.disk_us, 0.5),
                      share_of(table.disk_us, 0.99), share_of(table.disk_us, 0.999),
                      share_of(table.disk_us, 1));
    return out;
}

std::string as_json(const std::vector<Table>& tables) {
    boost::json::array all;
    for (const Table& table : tables) {
        boost::json::array rows;
        for (const auto& [contender, rounds] : table.rows) {
            boost::json::array each;
            for (const Figures& f : rounds)
                each.push_back({{"per_second", f.per_second},
                                {"cpu_us", f.cpu_us},
                                {"p50_us", f.p50_us},
                                {"p99_us", f.p99_us},
                                {"max_us", f.max_us},
                                {"resident_mb", f.resident_mb},
                                {"disk_bytes", f.disk_bytes},
                                {"wrong", f.wrong}});
            rows.push_back({{"name", contender.name},
                            {"what", contender.what},
                            {"ours_is_times", times_it(table, rounds)},
                            {"rounds", std::move(each)}});
        }
        all.push_back({{"name", table.name},
                       {"what", table.what},
                       {"rows", std::move(rows)},
                       {"disk_us",
                        {{"p50", share_of(table.disk_us, 0.5)},
                         {"p99", share_of(table.disk_us, 0.99)},
                         {"p99_9", share_of(table.disk_us, 0.999)}}}});
    }
    return boost::json::serialize(boost::json::object{{"tables", std::move(all)}}) + "\n";
}

std::string as_svg(const Table& table) {
    constexpr double kLeft = 330, kBar = 22, kStep = 40, kTop = 64, kWidth = 820, kRight = 720;
    double most = 1;
    for (const auto& [contender, rounds] : table.rows)
        most = std::max(most, median(rounds).per_second);
    const double height = kTop + kStep * static_cast<double>(table.rows.size()) + 24;
    std::string out = format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" role=\"img\" "
        "font-family=\"system-ui, sans-serif\" font-size=\"14\">\n"
        "<title>Answers a second</title>\n"
        "<style>svg{background:#fff}text{fill:#222}.ours{fill:#0b6e4f}.other{fill:#9aa5b1}"
        "@media(prefers-color-scheme:dark){svg{background:#16191d}text{fill:#ddd}"
        ".ours{fill:#35b58a}.other{fill:#5c6773}}</style>\n"
        "<text x=\"16\" y=\"28\" font-size=\"17\" font-weight=\"600\">Answers a second, one "
        "processor for the server</text>\n<text x=\"16\" y=\"48\" font-size=\"13\">%s; the median "
        "of %zu rounds</text>\n",
        kWidth, height, table.what.c_str(),
        table.rows.empty() ? std::size_t{0} : table.rows.front().second.size());
    double y = kTop;
    for (const auto& [contender, rounds] : table.rows) {
        const double rate = median(rounds).per_second;
        const double width = std::max(1.0, (kRight - kLeft) * rate / most);
        out += format(
            "<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"end\">%s</text>\n"
            "<rect class=\"%s\" x=\"%.0f\" y=\"%.0f\" width=\"%.1f\" height=\"%.0f\" rx=\"2\"/>\n"
            "<text x=\"%.1f\" y=\"%.0f\">%.0f</text>\n",
            kLeft - 12, y + kBar * 0.72, contender.what.c_str(),
            contender.name.starts_with(kOurs) ? "ours" : "other", kLeft, y, width, kBar,
            kLeft + width + 8, y + kBar * 0.72, rate);
        y += kStep;
    }
    return out + "</svg>\n";
}

}  // namespace jangkau::bench
