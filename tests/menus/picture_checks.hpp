#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <pugixml.hpp>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "menus/graph_boxes.hpp"
#include "menus/graph_picture.hpp"

namespace jangkau::menus {

/// From, label, to.
using Ways = std::multiset<std::tuple<std::string, std::string, std::string>>;

/// Every way of a menu, read from the menu itself. The words of an SMS and the codes are ways in,
/// which are counted apart.
inline Ways ways_of(const Menu& menu) {
    Ways ways;
    for (const auto& [name, node] : menu.nodes) {
        for (const Option& option : node.options)
            ways.emplace(name, std::string(1, option.key), option.to);
        if (node.list || node.kind == Node::Kind::ask) ways.emplace(name, "answer", node.to);
        if (node.list)
            for (const auto& [code, to] : node.list->on) ways.emplace(name, "item", to);
        if (node.list && node.list->below) ways.emplace(name, "item", node.list->below->to);
        if (node.kind == Node::Kind::say && !node.to.empty()) ways.emplace(name, "next", node.to);
        for (const auto& [outcome, to] : node.on) ways.emplace(name, outcome, to);
        if (node.kind == Node::Kind::ask || node.kind == Node::Kind::choose)
            ways.emplace(name, "tries", node.after_tries);
    }
    return ways;
}

inline Ways ways_of(const Graph& graph) {
    Ways ways;
    for (const GraphEdge& edge : graph.edges) {
        std::string label = edge.label;
        switch (edge.kind) {
            case GraphEdge::Kind::entry: continue;
            case GraphEdge::Kind::answer: label = "answer"; break;
            case GraphEdge::Kind::item: label = "item"; break;
            case GraphEdge::Kind::next: label = "next"; break;
            case GraphEdge::Kind::tries: label = "tries"; break;
            case GraphEdge::Kind::option:
            case GraphEdge::Kind::outcome: break;
        }
        ways.emplace(graph.nodes[edge.from].name, label, graph.nodes[edge.to].name);
    }
    return ways;
}

inline bool overlap(const Rect& a, const Rect& b) {
    return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height &&
           b.y < a.y + a.height;
}
inline bool within(const Rect& a, const Rect& b) {
    return a.x >= b.x && a.y >= b.y && a.x + a.width <= b.x + b.width &&
           a.y + a.height <= b.y + b.height;
}

/// What anybody may expect of a picture: all is there, once, readable, and nothing covers another.
class PictureChecks {
public:
    PictureChecks(const Graph& graph, const Picture& picture) : graph_(graph), picture_(picture) {}

    void run() const {
        each_node_has_one_box();
        each_edge_is_drawn_once();
        texts_lie_in_their_screens();
        nothing_overlaps();
        lines_pass_between_boxes();
        file_is_well_formed();
    }

private:
    const std::string& name(const PictureBox& box) const { return graph_.nodes[box.node].name; }

    void each_node_has_one_box() const {
        std::multiset<std::size_t> drawn, expected;
        for (const PictureBox& box : picture_.boxes) drawn.insert(box.node);
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i)
            if (!graph_.nodes[i].outside) expected.insert(i);
        EXPECT_EQ(drawn, expected);
    }

    void each_edge_is_drawn_once() const {
        std::multiset<std::size_t> drawn(picture_.notes.begin(), picture_.notes.end()), expected;
        for (const PictureLink& link : picture_.links) drawn.insert(link.edge);
        for (const PictureStub& stub : picture_.stubs) drawn.insert(stub.edge);
        for (std::size_t e = 0; e < graph_.edges.size(); ++e) expected.insert(e);
        EXPECT_EQ(drawn, expected);
    }

    void texts_lie_in_their_screens() const {
        for (const PictureBox& box : picture_.boxes) {
            EXPECT_TRUE(within(box.screen, box.rect)) << name(box);
            const GraphNode::Kind kind = graph_.nodes[box.node].kind;
            const double line = kind == GraphNode::Kind::act ? kActionRow : kLineHeight;
            const double letter = kind == GraphNode::Kind::act ? kSmallLetter : kLetter;
            EXPECT_LE(static_cast<double>(box.lines.size()) * line, box.screen.height) << name(box);
            for (const PictureLine& text : box.lines)
                EXPECT_LE(static_cast<double>(length(text.bold + text.text)) * letter,
                          box.screen.width)
                    << name(box) << ": " << text.bold << text.text;
        }
    }

    void nothing_overlaps() const {
        std::vector<std::pair<std::string, Rect>> all;
        for (const PictureBox& box : picture_.boxes) all.emplace_back(name(box), box.rect);
        for (const PictureStub& stub : picture_.stubs) {
            const GraphEdge& edge = graph_.edges[stub.edge];
            // Labels stand line by line: one of 12 px where a line has 13.
            all.emplace_back(graph_.nodes[edge.from].name + " -> " + graph_.nodes[edge.to].name,
                             Rect{stub.at.x, stub.at.y - 6, stub.width, 12});
        }
        for (std::size_t a = 0; a < all.size(); ++a)
            for (std::size_t b = a + 1; b < all.size(); ++b)
                EXPECT_FALSE(overlap(all[a].second, all[b].second))
                    << all[a].first << " and " << all[b].first;
        const Rect sheet{0, 0, picture_.size.width, picture_.size.height};
        for (const PictureRegion& a : picture_.regions) {
            EXPECT_TRUE(within(a.rect, sheet)) << graph_.groups[a.group].key;
            for (const PictureRegion& b : picture_.regions)
                EXPECT_TRUE(&a == &b || !overlap(a.rect, b.rect))
                    << graph_.groups[a.group].key << " and " << graph_.groups[b.group].key;
            for (const PictureBox& box : picture_.boxes)
                EXPECT_TRUE(graph_.nodes[box.node].group != a.group || within(box.rect, a.rect))
                    << name(box);
        }
    }

    /// The straight pieces; where a line bends there are no boxes.
    void lines_pass_between_boxes() const {
        for (const PictureLink& link : picture_.links) {
            const GraphEdge& edge = graph_.edges[link.edge];
            ASSERT_EQ(link.route.size() % 2, 1u);
            for (std::size_t i = 0; i + 1 < link.route.size(); ++i) {
                const Point a = link.route[i], b = link.route[i + 1];
                EXPECT_LE(a.x, b.x) << graph_.nodes[edge.from].name << " goes back";
                const Rect piece{a.x + 0.5, std::min(a.y, b.y), std::max(0.0, b.x - a.x - 1),
                                 std::abs(a.y - b.y)};
                for (const PictureBox& box : picture_.boxes)
                    EXPECT_FALSE(overlap(piece, box.rect))
                        << graph_.nodes[edge.from].name << " -> " << graph_.nodes[edge.to].name
                        << " passes through " << name(box);
            }
        }
    }

    void file_is_well_formed() const {
        const std::string svg = write_svg(graph_, picture_);
        pugi::xml_document file;
        const auto read = file.load_buffer(svg.data(), svg.size(), pugi::parse_full);
        ASSERT_TRUE(read) << read.description() << " at " << read.offset;
        const pugi::xml_node root = file.child("svg");
        EXPECT_STREQ(root.attribute("role").value(), "img");
        EXPECT_STRNE(root.child("title").child_value(), "");
        EXPECT_STRNE(root.child("desc").child_value(), "");
        EXPECT_EQ(file.select_nodes("//script").size(), 0u);
        EXPECT_EQ(file.select_nodes("//image").size(), 0u);
        std::multiset<std::string> states, ids;
        for (const auto& box : file.select_nodes("//g[@data-state]"))
            states.insert(box.node().attribute("data-state").value());
        EXPECT_EQ(states.size(), picture_.boxes.size());
        for (const PictureBox& box : picture_.boxes) EXPECT_EQ(states.count(name(box)), 1u);
        for (const auto& one : file.select_nodes("//*[@id]")) {
            const std::string id = one.node().attribute("id").value();
            EXPECT_EQ(ids.count(id), 0u) << id;
            ids.insert(id);
        }
        for (const auto& link : file.select_nodes("//a"))
            EXPECT_EQ(ids.count(std::string(link.node().attribute("href").value()).substr(1)), 1u)
                << link.node().attribute("href").value();
        Ways drawn, expected;
        for (const auto& edge : file.select_nodes("//g[@data-from]"))
            drawn.emplace(edge.node().attribute("data-from").value(),
                          edge.node().attribute("data-label").value(),
                          edge.node().attribute("data-to").value());
        for (const GraphEdge& edge : graph_.edges)
            expected.emplace(graph_.nodes[edge.from].name, edge.label, graph_.nodes[edge.to].name);
        EXPECT_EQ(drawn, expected);
    }

    const Graph& graph_;
    const Picture& picture_;
};

inline void check_picture(const Graph& graph) {
    const Picture picture = picture_of(graph);
    PictureChecks(graph, picture).run();
    EXPECT_EQ(write_svg(graph, picture), write_svg(graph, picture_of(graph)));
}

}  // namespace jangkau::menus
