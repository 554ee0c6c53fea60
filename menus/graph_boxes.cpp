#include "menus/graph_boxes.hpp"

#include <algorithm>
#include <set>

#include "gateway/core/utf8.hpp"

namespace jangkau::menus {
namespace {

constexpr double kPhoneHead = 22;
constexpr double kPhoneSide = 9;
constexpr double kPhoneFoot = 36;  // the budget, and the keys
constexpr double kSmsHead = 20;
constexpr double kSmsFoot = 19;
constexpr double kScreenPad = 5;
constexpr double kActHead = 22;
constexpr double kActCaption = 11;  // where the action is not called as the state
constexpr double kEntryPad = 9;
constexpr std::size_t kEntryColumns = 18;

using Kind = GraphNode::Kind;

/// The lines of each row: a row's first line is where its edge leaves.
std::vector<std::size_t> add_rows(const GraphNode& node, std::size_t columns,
                                  std::vector<PictureLine>& lines) {
    std::vector<std::size_t> first;
    for (const ScreenRow& row : node.rows) {
        first.push_back(lines.size());
        for (std::string& text : wrap(row.text, columns))
            lines.push_back({"", std::move(text), false});
        if (PictureLine& line = lines[first.back()]; row.key != 0 && !line.text.empty()) {
            line.bold = line.text.substr(0, 1);
            line.text.erase(0, 1);
        }
    }
    return first;
}

/// Edges from the same line would hide each other.
double free_line(std::set<std::size_t>& taken, std::size_t line) {
    while (!taken.insert(line).second) ++line;
    return (static_cast<double>(line) + 0.5) * kLineHeight;
}

DraftBox phone(const Graph& graph, std::size_t index) {
    const GraphNode& node = graph.nodes[index];
    const bool sms = node.kind == Kind::sms;
    const std::size_t columns = sms ? kSmsColumns : kScreenColumns;
    const double width = static_cast<double>(columns) * kLetter + 2 * kScreenPad;
    DraftBox out;
    out.box.node = index;
    auto& lines = out.box.lines;
    const std::vector<std::size_t> first = add_rows(node, columns, lines);
    const double head = sms ? kSmsHead : kPhoneHead;
    const bool asks = node.kind == Kind::ask;
    std::size_t input = lines.empty() ? 0 : lines.size() - 1;
    while (!sms && lines.size() + asks < kScreenLinesMin) lines.push_back({"", "", false});
    if (asks) {
        input = lines.size();
        for (const GraphEdge& edge : graph.edges)
            if (edge.from == index && edge.kind == GraphEdge::Kind::answer)
                lines.push_back({"", edge.label, true});
    }
    if (lines.empty()) lines.push_back({"", "(no answer is sent)", false});
    const double height = static_cast<double>(lines.size()) * kLineHeight + 2 * kScreenPad;
    out.box.screen = {kPhoneSide, head, width, height};
    out.box.rect = {0, 0, width + 2 * kPhoneSide, head + height + (sms ? kSmsFoot : kPhoneFoot)};
    out.entry_y = head / 2;
    std::set<std::size_t> taken;
    for (std::size_t e = 0; e < graph.edges.size(); ++e) {
        const GraphEdge& edge = graph.edges[e];
        if (edge.from != index || edge.kind == GraphEdge::Kind::tries) continue;
        std::size_t line = edge.row < first.size() ? first[edge.row] : 0;
        if (node.kind == Kind::ask || edge.kind == GraphEdge::Kind::next) line = input;
        out.exits.push_back({e, head + kScreenPad + free_line(taken, line)});
    }
    return out;
}

DraftBox action(const Graph& graph, std::size_t index) {
    const GraphNode& node = graph.nodes[index];
    DraftBox out;
    out.box.node = index;
    std::size_t columns = std::max(length(node.name), length(node.caption)) + 2;
    const double head = kActHead + (node.caption == node.name ? 0 : kActCaption);
    double y = head + kActionRow / 2;
    for (std::size_t e = 0; e < graph.edges.size(); ++e)
        if (graph.edges[e].from == index) {
            columns = std::max(columns, length(graph.edges[e].label) + 1);
            out.box.lines.push_back({"", graph.edges[e].label, false});
            out.exits.push_back({e, y});
            y += kActionRow;
        }
    const double height = static_cast<double>(out.box.lines.size()) * kActionRow;
    out.box.rect = {0, 0, static_cast<double>(columns) * kSmallLetter + 16, head + height + 6};
    out.box.screen = {8, head, out.box.rect.width - 16, height};
    out.entry_y = kActHead / 2;
    return out;
}

DraftBox entry(const Graph& graph, std::size_t index) {
    const GraphNode& node = graph.nodes[index];
    DraftBox out;
    out.box.node = index;
    std::size_t columns = 0;
    for (std::size_t i = 0; i < node.rows.size(); ++i) {
        const bool word = node.rows[i].key == '*';
        auto& lines = out.box.lines;
        const std::string& text = node.rows[i].text;
        if (word || lines.empty())
            lines.push_back({text, "", false});
        else if (length(lines.back().bold + lines.back().text + text) + 1 > kEntryColumns)
            lines.push_back({"", text, false});
        else
            lines.back().text +=
                (lines.back().bold + lines.back().text).empty() ? text : " " + text;
    }
    for (const PictureLine& line : out.box.lines)
        columns = std::max(columns, length(line.bold + line.text));
    const double height = static_cast<double>(out.box.lines.size()) * kLineHeight;
    out.box.screen = {kEntryPad, kEntryPad - 2, static_cast<double>(columns) * kLetter, height};
    out.box.rect = {0, 0, out.box.screen.width + 2 * kEntryPad + 6, height + 2 * kEntryPad - 4};
    out.entry_y = out.box.rect.height / 2;
    for (std::size_t e = 0; e < graph.edges.size(); ++e)
        if (graph.edges[e].from == index) out.exits.push_back({e, out.entry_y});
    return out;
}

}  // namespace

std::size_t length(std::string_view text) {
    std::size_t count = 0;
    while (!text.empty()) {
        text.remove_prefix(next_utf8(text).bytes);
        ++count;
    }
    return count;
}

std::vector<std::string> wrap(const std::string& text, std::size_t columns) {
    std::vector<std::string> lines{""};
    std::size_t used = 0;
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::size_t blank = std::min(rest.find(' '), rest.size());
        std::string_view word = rest.substr(0, blank);
        rest.remove_prefix(std::min(blank + 1, rest.size()));
        std::size_t wide = length(word);
        if (used > 0 && used + 1 + wide > columns) {
            lines.emplace_back();
            used = 0;
        }
        if (used > 0) {
            lines.back() += ' ';
            ++used;
        }
        for (; wide > columns; wide -= columns) {  // longer than a line
            for (std::size_t k = 0; k < columns; ++k) {
                const std::size_t bytes = next_utf8(word).bytes;
                lines.back() += word.substr(0, bytes);
                word.remove_prefix(bytes);
            }
            lines.emplace_back();
        }
        lines.back() += word;
        used += wide;
    }
    return lines;
}

double stub_width(const Graph& graph, const GraphEdge& edge) {
    constexpr std::size_t kSquare = 4;  // " C12"
    std::size_t letters = length(graph.nodes[edge.to].name) + kSquare;
    if (!edge.then.empty()) letters += length(edge.then) + 3;
    return static_cast<double>(letters) * kSmallLetter + 12 + line_apron(edge);
}

double line_apron(const GraphEdge& edge) {
    switch (edge.kind) {
        case GraphEdge::Kind::option: return 22;
        case GraphEdge::Kind::item:
            return 14 + static_cast<double>(length(edge.label)) * kSmallLetter;
        case GraphEdge::Kind::outcome:
        case GraphEdge::Kind::entry: return 6;
        case GraphEdge::Kind::answer:
        case GraphEdge::Kind::next:
        case GraphEdge::Kind::tries: break;
    }
    return 12;
}

DraftBox draft_box(const Graph& graph, std::size_t node) {
    switch (graph.nodes[node].kind) {
        case Kind::entry: return entry(graph, node);
        case Kind::act: return action(graph, node);
        case Kind::choose:
        case Kind::ask:
        case Kind::say:
        case Kind::sms: break;
    }
    return phone(graph, node);
}

}  // namespace jangkau::menus
