#include "menus/render.hpp"

#include <algorithm>

#include "gateway/core/text.hpp"

namespace jangkau::menus {
namespace {

constexpr std::size_t kUssdSeptets = 182;
constexpr std::size_t kUssdUnits = 80;

bool is_name_char(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

/// Calls `literal` for text and `name` for each placeholder, in order.
template <class Literal, class Name>
void walk(std::string_view text, Literal literal, Name name) {
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t open = text.find('{', at);
        if (open == std::string_view::npos) break;
        std::size_t close = open + 1;
        while (close < text.size() && is_name_char(text[close])) ++close;
        if (close == open + 1 || close == text.size() || text[close] != '}') {
            literal(text.substr(at, open + 1 - at));
            at = open + 1;
            continue;
        }
        literal(text.substr(at, open - at));
        name(text.substr(open + 1, close - open - 1));
        at = close + 1;
    }
    literal(text.substr(at));
}

bool fits(const Cost& cost, std::size_t units) {
    return cost.gsm7 ? cost.septets <= units : cost.units <= units * kUssdUnits / kUssdSeptets;
}

constexpr Cost kLineEnd{1, 1, true};

Cost line_cost(std::string_view line) {
    Cost cost = cost_of(line);
    cost += kLineEnd;
    return cost;
}

Cost less_a_line_end(Cost cost) {
    cost.septets -= kLineEnd.septets;
    cost.units -= kLineEnd.units;
    return cost;
}

std::string joined(const std::string& prompt, const std::vector<std::string>& lines) {
    std::string out = prompt;
    for (const std::string& line : lines) {
        if (!out.empty()) out += '\n';
        out += line;
    }
    return out;
}

}  // namespace

std::string fill(const Menu& menu, std::string_view language, std::string_view text,
                 const Vars& vars, const Vars& settings) {
    std::string out;
    walk(
        text, [&](std::string_view literal) { out += literal; },
        [&](std::string_view name) {
            const auto declared = menu.placeholders.find(name);
            const std::string_view var =
                declared == menu.placeholders.end() ? name : std::string_view(declared->second.var);
            const auto own = vars.find(var);
            const auto set = own == vars.end() ? settings.find(var) : own;
            if (own == vars.end() && set == settings.end()) return;
            const bool coded =
                declared != menu.placeholders.end() && !declared->second.word_group.empty();
            const std::string value =
                coded ? menu.word(language, declared->second.word_group, set->second) : set->second;
            out += valid_utf8(value) ? value : clean_utf8(value);
        });
    return out;
}

std::string render_text(const Menu& menu, std::string_view language, std::string_view text_id,
                        const Vars& vars, const Vars& settings) {
    const auto& texts = menu.language(language).texts;
    const auto at = texts.find(text_id);
    if (at == texts.end()) return {};
    std::vector<std::string> lines;
    for (const Text::Label& label : at->second.labels)
        lines.push_back(std::string(1, label.key) + " " +
                        fill(menu, language, label.label, vars, settings));
    return fold_to_gsm7(joined(fill(menu, language, at->second.prompt, vars, settings), lines));
}

bool fits(std::string_view text, std::size_t units) { return fits(cost_of(text), units); }

std::vector<std::size_t> page_sizes(const std::string& prompt,
                                    const std::vector<std::string>& lines, const std::string& more,
                                    const std::string& back, std::size_t per_page,
                                    std::size_t units) {
    per_page = std::max<std::size_t>(per_page, 1);
    std::vector<Cost> costs;
    costs.reserve(lines.size());
    for (const std::string& line : lines) costs.push_back(line_cost(line));
    Cost around = cost_of(prompt);
    if (!back.empty()) around += line_cost(back);
    const Cost more_cost = line_cost(more);

    std::vector<std::size_t> sizes;
    std::size_t first = 0;
    do {
        const std::size_t most = std::min(per_page, lines.size() - first);
        std::size_t count = 0;
        Cost page = around;
        for (std::size_t size = 1; size <= most; ++size) {
            page += costs[first + size - 1];
            Cost whole = page;
            if (first + size < lines.size()) whole += more_cost;
            // No line end stands before the first thing on a screen.
            if (prompt.empty()) whole = less_a_line_end(whole);
            if (fits(whole, units)) count = size;
        }
        // One line a page, even where it does not fit.
        sizes.push_back(std::max(count, std::min<std::size_t>(most, 1)));
        first += sizes.back();
    } while (first < lines.size());
    return sizes;
}

std::string compose_screen(const std::string& prompt, const std::vector<std::string>& lines,
                           std::size_t units) {
    std::string whole = joined(prompt, lines);
    if (fits(whole, units)) return whole;
    // A value grew beyond what was proven: the options are what people need to go on, so the prompt
    // gives way.
    constexpr std::size_t kBytesOfCharMax = 4;
    for (std::size_t keep = std::min(prompt.size(), kBytesOfCharMax * (units + 1)); keep > 0;) {
        do --keep;
        while (keep > 0 && (static_cast<unsigned char>(prompt[keep]) & 0xC0) == 0x80);
        std::string shorter = joined(prompt.substr(0, keep), lines);
        if (fits(shorter, units)) return shorter;
    }
    const Encoding encoding = measure(whole).encoding;
    return std::string(cut(whole, encoding,
                           encoding == Encoding::gsm7 ? units : units * kUssdUnits / kUssdSeptets));
}

std::vector<std::string> placeholders_in(std::string_view text) {
    std::vector<std::string> names;
    walk(
        text, [](std::string_view) {},
        [&](std::string_view name) {
            if (std::find(names.begin(), names.end(), name) == names.end())
                names.emplace_back(name);
        });
    return names;
}

}  // namespace jangkau::menus
