#pragma once

#include <string>
#include <vector>

#include "menus/graph_picture.hpp"

// How a picture is made, for graph_*.cpp only.
namespace jangkau::menus {

/// A box before it has its place, and where each of its node's edges leaves it.
struct DraftBox {
    PictureBox box;  ///< at 0, 0
    double entry_y = 0;
    struct Exit {
        std::size_t edge;
        double y;
    };
    std::vector<Exit> exits;
};

[[nodiscard]] DraftBox draft_box(const Graph& graph, std::size_t node);

/// Room that an edge needs on the right of its source when it is a label, or a line.
[[nodiscard]] double stub_width(const Graph& graph, const GraphEdge& edge);
[[nodiscard]] double line_apron(const GraphEdge& edge);

/// `text` in lines of at most `columns` characters, broken at blanks where possible.
[[nodiscard]] std::vector<std::string> wrap(const std::string& text, std::size_t columns);
/// In characters.
[[nodiscard]] std::size_t length(std::string_view text);

/// Which edges are drawn as lines: those that lead on, not too far, to what few others lead to. The
/// rest become labels. One entry for each edge. `rows` are of the journey's bands: no line leads
/// from one row to another.
[[nodiscard]] std::vector<bool> plan_lines(const Graph& graph,
                                           const std::vector<std::size_t>& rows);

}  // namespace jangkau::menus
