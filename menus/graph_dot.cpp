#include "menus/graph_picture.hpp"

namespace jangkau::menus {
namespace {

using Kind = GraphNode::Kind;

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"";
}

const char* shape_of(Kind kind) {
    switch (kind) {
        case Kind::entry: return "shape=cds, style=filled, fillcolor=\"#ffd966\"";
        case Kind::choose: return "shape=box, style=\"rounded,filled\", fillcolor=\"#d9e6bf\"";
        case Kind::ask: return "shape=box, style=\"rounded,filled\", fillcolor=\"#f6e7b4\"";
        case Kind::act: return "shape=diamond";
        case Kind::say: return "shape=box, style=\"rounded,filled\", fillcolor=\"#d5e4ec\"";
        case Kind::sms: return "shape=note";
    }
    return "shape=box";
}

/// Left-aligned lines: "\l" ends each.
std::string label_of(const GraphNode& node) {
    std::string out = "\"";
    const auto add = [&](std::string_view line) {
        const std::string safe = quoted(line);
        out += safe.substr(1, safe.size() - 2) + "\\l";
    };
    if (node.kind != Kind::entry)
        add(node.name + (node.caption.empty() ? "" : " (" + node.caption + ")"));
    for (const ScreenRow& row : node.rows) add(row.text);
    if (node.budget > 0)
        add(std::to_string(node.units) + " of " + std::to_string(node.budget) + " septets");
    return out + "\"";
}

}  // namespace

std::string write_dot(const Graph& graph) {
    std::string out = "digraph " + quoted(graph.menu) +
                      " {\n  rankdir=LR;\n  label=" + quoted(graph.service) +
                      ";\n  node [fontname=monospace, fontsize=10];\n  edge [fontsize=9];\n";
    for (std::size_t g = 0; g < graph.groups.size(); ++g) {
        out += "  subgraph " + quoted("cluster_" + graph.groups[g].key) +
               " {\n    label=" + quoted(graph.groups[g].title) + ";\n";
        for (const GraphNode& node : graph.nodes)
            if (node.group == g && !node.outside)
                out += "    " + quoted(node.name) + " [" + shape_of(node.kind) +
                       ", label=" + label_of(node) + "];\n";
        out += "  }\n";
    }
    for (const GraphNode& node : graph.nodes)
        if (node.outside) out += "  " + quoted(node.name) + " [style=dashed];\n";
    for (const GraphEdge& edge : graph.edges) {
        std::string label = edge.label;
        if (edge.kind == GraphEdge::Kind::tries) label += " wrong";
        if (!edge.then.empty()) label += ", then " + edge.then;
        out += "  " + quoted(graph.nodes[edge.from].name) + " -> " +
               quoted(graph.nodes[edge.to].name) + " [label=" + quoted(label) +
               (edge.kind == GraphEdge::Kind::tries ? ", style=dotted, constraint=false" : "") +
               "];\n";
    }
    return out + "}\n";
}

}  // namespace jangkau::menus
