#pragma once

#include <string>
#include <string_view>

#include "menus/graph_picture.hpp"

// How an SVG is written, for graph_svg*.cpp only.
namespace jangkau::menus::svg {

/// Of a flow: strong for phones and lines, pale for the ground.
struct Colour {
    const char* strong;
    const char* pale;
};
[[nodiscard]] const Colour& colour_of(std::size_t group);
[[nodiscard]] const char* screen_colour(GraphNode::Kind kind);
inline constexpr const char* kInk = "#27303b";

[[nodiscard]] std::string escaped(std::string_view text);
/// At most one decimal, so that two compilers write the same.
[[nodiscard]] std::string number(double value);
[[nodiscard]] std::string attribute(std::string_view name, std::string_view value);
[[nodiscard]] std::string attribute(std::string_view name, double value);
/// "fill" and "stroke"; a class of the style sheet would win over them, `inked` wins over a class.
[[nodiscard]] std::string painted(std::string_view fill, std::string_view stroke = "");
[[nodiscard]] std::string inked(std::string_view fill);

[[nodiscard]] std::string rect(const Rect& r, double round, std::string_view more);
[[nodiscard]] std::string text(double x, double y, std::string_view classes, std::string_view what,
                               std::string_view more = "");
[[nodiscard]] std::string path(const std::string& d, std::string_view more);
[[nodiscard]] std::string tooltip(std::string_view what);
/// The head of a line that ends at `tip`.
[[nodiscard]] std::string arrow(Point tip, std::string_view fill);
/// A key in its circle.
[[nodiscard]] std::string key(Point at, std::string_view what, const Colour& own);
/// The outline of an entry, which points to the right.
[[nodiscard]] std::string tag(const Rect& r);

/// Names an edge by its states, for people and programs that read the file.
[[nodiscard]] std::string ends(const Graph& graph, const GraphEdge& edge);
[[nodiscard]] std::string told(const Graph& graph, const GraphEdge& edge);
[[nodiscard]] std::string id_of(const GraphNode& node);

/// A phone, an SMS, an action or an entry, with its text.
[[nodiscard]] std::string box(const Graph& graph, const Picture& picture, const PictureBox& box);

}  // namespace jangkau::menus::svg
