#include <cmath>

#include "menus/graph_svg_parts.hpp"

namespace jangkau::menus::svg {
namespace {

constexpr Colour kColours[] = {
    {"#3d4a5c", "#eef1f5"}, {"#0f766e", "#e4f2ef"}, {"#2b5ea8", "#e7effa"}, {"#b45f0b", "#fcf0e0"},
    {"#4c7a1e", "#eef5e4"}, {"#ad2f5b", "#fbe9f0"}, {"#6b42a6", "#f1ebfa"}, {"#85592e", "#f5ede2"},
    {"#46707f", "#e8f1f4"}, {"#7a6a12", "#f6f2dc"}};

}  // namespace

const Colour& colour_of(std::size_t group) { return kColours[group % std::size(kColours)]; }

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            // Other control characters cannot stand in XML.
            default: out += static_cast<unsigned char>(c) < ' ' && c != '\n' ? ' ' : c;
        }
    return out;
}

std::string number(double value) {
    const long tenths = std::lround(value * 10);
    std::string out = std::to_string(std::labs(tenths) / 10);
    if (tenths < 0) out.insert(0, "-");
    if (tenths % 10 != 0) out += "." + std::to_string(std::labs(tenths) % 10);
    return out;
}

std::string attribute(std::string_view name, std::string_view value) {
    return " " + std::string(name) + "=\"" + escaped(value) + "\"";
}
std::string attribute(std::string_view name, double value) {
    return attribute(name, std::string_view(number(value)));
}

std::string rect(const Rect& r, double round, std::string_view more) {
    return "<rect" + attribute("x", r.x) + attribute("y", r.y) + attribute("width", r.width) +
           attribute("height", r.height) + (round > 0 ? attribute("rx", round) : "") + " " +
           std::string(more) + "/>";
}

std::string text(double x, double y, std::string_view classes, std::string_view what,
                 std::string_view more) {
    return "<text" + attribute("x", x) + attribute("y", y) +
           (classes.empty() ? "" : attribute("class", classes)) +
           (more.empty() ? "" : " " + std::string(more)) + ">" + escaped(what) + "</text>";
}

std::string tooltip(std::string_view what) { return "<title>" + escaped(what) + "</title>"; }

std::string painted(std::string_view fill, std::string_view stroke) {
    return "fill=\"" + std::string(fill) + "\"" +
           (stroke.empty() ? "" : " stroke=\"" + std::string(stroke) + "\"");
}

const char* screen_colour(GraphNode::Kind kind) {
    switch (kind) {
        case GraphNode::Kind::ask: return "#f6e7b4";
        case GraphNode::Kind::say: return "#d5e4ec";
        case GraphNode::Kind::sms: return "#ffffff";
        default: return "#d9e6bf";
    }
}

std::string inked(std::string_view fill) { return "style=\"fill:" + std::string(fill) + "\""; }

std::string path(const std::string& d, std::string_view more) {
    return "<path d=\"" + d + "\" " + std::string(more) + "/>";
}

std::string arrow(Point tip, std::string_view fill) {
    return path("M" + number(tip.x) + " " + number(tip.y) + "l-8 -4v8z", painted(fill));
}

std::string key(Point at, std::string_view what, const Colour& own) {
    return "<circle" + attribute("cx", at.x) + attribute("cy", at.y) + " r=\"6.5\" " +
           painted("#fff", own.strong) + "/>" + text(at.x, at.y + 3.1, "m key", what);
}

std::string tag(const Rect& r) {
    const std::string half = number(r.height / 2), length = number(r.width - 14);
    return path("M" + number(r.x + 6) + " " + number(r.y) + "h" + length + "l8 " + half + "l-8 " +
                    half + "h-" + length + "a6 6 0 0 1 -6 -6v-" + number(r.height - 12) +
                    "a6 6 0 0 1 6 -6z",
                painted("#ffd966", "#8a6d12"));
}

std::string ends(const Graph& graph, const GraphEdge& edge) {
    return attribute("data-from", graph.nodes[edge.from].name) +
           attribute("data-to", graph.nodes[edge.to].name) + attribute("data-label", edge.label) +
           (edge.then.empty() ? "" : attribute("data-then", edge.then));
}

std::string told(const Graph& graph, const GraphEdge& edge) {
    std::string out = graph.nodes[edge.from].name;
    if (edge.kind == GraphEdge::Kind::tries)
        out += ", after " + edge.label + " wrong answers";
    else if (!edge.label.empty())
        out += ", " + edge.label;
    out += ": " + graph.nodes[edge.to].name;
    return edge.then.empty() ? out : out + ", then back to " + edge.then;
}

std::string id_of(const GraphNode& node) {
    std::string out = node.kind == GraphNode::Kind::entry ? "e-" : "s-";
    for (const char c : node.name) out += c == ' ' || c == ':' || c == '?' || c == '*' ? '-' : c;
    return out;
}

}  // namespace jangkau::menus::svg
