#pragma once

#include <string>
#include <vector>

#include "menus/graph.hpp"
#include "menus/graph_layout.hpp"

namespace jangkau::menus {

// Units are pixels of the SVG; on paper they become whatever the sheet allows.
inline constexpr std::size_t kScreenColumns = 24;  ///< characters in a line of a phone's screen
inline constexpr std::size_t kSmsColumns = 26;     ///< and of an SMS: a command is not broken
inline constexpr std::size_t kScreenLinesMin = 4;
inline constexpr double kLetter = 6.4;       ///< width of a screen's letter, at 10.5 px
inline constexpr double kLineHeight = 13;    ///< of a screen's line
inline constexpr double kSmallLetter = 5.6;  ///< at 9.2 px: names and labels

inline constexpr double kActionRow = 14;  ///< an outcome of an action

struct Rect {
    double x = 0, y = 0, width = 0, height = 0;
};

/// One line of text as it is drawn.
struct PictureLine {
    std::string bold;  ///< its beginning: a key, a keyword
    std::string text;
    bool input = false;  ///< the field that one types into
};

/// A phone, an SMS, an action or an entry.
struct PictureBox {
    std::size_t node = 0;
    Rect rect;
    Rect screen;  ///< where its lines stand
    std::vector<PictureLine> lines;
};

/// An edge that is drawn as a line.
struct PictureLink {
    std::size_t edge = 0;
    Route route;
};

/// An edge that only says where it leads, with a label that stands beside its source. A line would
/// go back, or cross the whole picture.
struct PictureStub {
    std::size_t edge = 0;
    Point at;  ///< where it leaves its source
    double width = 0;
};

struct PictureRegion {
    std::size_t group = 0;
    Rect rect;
    struct Band {
        std::size_t band;
        Rect rect;
    };
    std::vector<Band> bands;  ///< parts of the journey, from left to right
};

struct Picture {
    Size size;
    double scale = 1;  ///< of title and legend, which must be readable from afar
    std::vector<PictureRegion> regions;
    std::vector<PictureBox> boxes;
    std::vector<PictureLink> links;
    std::vector<PictureStub> stubs;
    std::vector<std::size_t> notes;  ///< edges that are told within their source: too many tries
};

inline constexpr double kMargin = 56;
inline constexpr double kHeader = 128;  ///< title and legend, at scale 1
inline constexpr double kGridCell = 400;

/// The square of the map that a point lies in: "C4".
[[nodiscard]] std::string grid_square(Point at);

/// Places everything; deterministic.
[[nodiscard]] Picture picture_of(const Graph& graph);

/// The pictures as files.
[[nodiscard]] std::string write_svg(const Graph& graph, const Picture& picture);
[[nodiscard]] std::string write_dot(const Graph& graph);

}  // namespace jangkau::menus
