#include <algorithm>
#include <set>

#include "menus/graph_boxes.hpp"

namespace jangkau::menus {
namespace {

/// Where more lead to the same place only the first is a line: more would be a tangle.
constexpr std::size_t kSourcesMax = 4;
constexpr std::size_t kSmsSourcesMax = 1;  // answers by SMS are short: each word its own picture
/// Columns that a line may cross.
constexpr std::size_t kSpanMax = 3;

class Plan {
public:
    Plan(const Graph& graph, const std::vector<std::size_t>& rows)
        : graph_(graph), rows_(rows), line_(graph.edges.size(), false) {}

    std::vector<bool> run() {
        for (std::size_t e = 0; e < line_.size(); ++e) line_[e] = leads_on(graph_.edges[e]);
        break_rings();
        thin_out();
        shorten();
        return line_;
    }

private:
    bool leads_on(const GraphEdge& edge) const {
        const GraphNode& from = graph_.nodes[edge.from];
        const GraphNode& to = graph_.nodes[edge.to];
        // What changes a part of a finished draft goes back by its meaning.
        return edge.kind != GraphEdge::Kind::tries && edge.then.empty() && from.group == to.group &&
               from.band <= to.band && rows_[from.band] == rows_[to.band] && !to.outside;
    }

    // --- no rings: what leads back to where one comes from is no line ---

    void break_rings() {
        mark_.assign(graph_.nodes.size(), 0);
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i)
            if (graph_.nodes[i].kind == GraphNode::Kind::entry) walk(i);
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i) walk(i);
    }

    void walk(std::size_t node) {
        constexpr char kOnTheWay = 1, kDone = 2;
        if (mark_[node] != 0) return;
        mark_[node] = kOnTheWay;
        for (std::size_t e = 0; e < line_.size(); ++e) {
            if (!line_[e] || graph_.edges[e].from != node) continue;
            if (mark_[graph_.edges[e].to] == kOnTheWay)
                line_[e] = false;
            else
                walk(graph_.edges[e].to);
        }
        mark_[node] = kDone;
    }

    void thin_out() {
        for (std::size_t node = 0; node < graph_.nodes.size(); ++node) {
            std::set<std::size_t> sources;
            std::size_t first = line_.size();
            for (std::size_t e = 0; e < line_.size(); ++e)
                if (line_[e] && graph_.edges[e].to == node && !is_entry(e)) {
                    sources.insert(graph_.edges[e].from);
                    first = std::min(first, e);
                }
            const bool sms = graph_.nodes[node].kind == GraphNode::Kind::sms;
            if (sources.size() <= (sms ? kSmsSourcesMax : kSourcesMax)) continue;
            for (std::size_t e = 0; e < line_.size(); ++e)
                if (graph_.edges[e].to == node && !is_entry(e) &&
                    graph_.edges[e].from != graph_.edges[first].from)
                    line_[e] = false;
        }
    }

    bool is_entry(std::size_t e) const { return graph_.edges[e].kind == GraphEdge::Kind::entry; }

    /// The longest lines go, but not the last one that leads to a node.
    void shorten() {
        std::vector<Block> blocks(graph_.nodes.size());
        for (std::size_t i = 0; i < blocks.size(); ++i) blocks[i].band = graph_.nodes[i].band;
        std::vector<Link> links;
        for (std::size_t e = 0; e < line_.size(); ++e)
            if (line_[e]) links.push_back({graph_.edges[e].from, graph_.edges[e].to, 0});
        const std::vector<std::size_t> column = columns_of(blocks, links);
        for (std::size_t e = 0; e < line_.size(); ++e) {
            const GraphEdge& edge = graph_.edges[e];
            if (!line_[e] || column[edge.to] - column[edge.from] <= kSpanMax) continue;
            std::size_t others = 0;
            for (std::size_t o = 0; o < line_.size(); ++o)
                if (o != e && line_[o] && graph_.edges[o].to == edge.to && !is_entry(o)) ++others;
            if (others > 0) line_[e] = false;
        }
    }

    const Graph& graph_;
    const std::vector<std::size_t>& rows_;
    std::vector<bool> line_;
    std::vector<char> mark_;
};

}  // namespace

std::vector<bool> plan_lines(const Graph& graph, const std::vector<std::size_t>& rows) {
    return Plan(graph, rows).run();
}

}  // namespace jangkau::menus
