#pragma once

#include <cstddef>
#include <vector>

namespace jangkau::menus {

/// What is to be placed: a rectangle, with free room on its right for what hangs there.
struct Block {
    double width = 0;
    double height = 0;
    double entry_y = 0;    ///< where lines come in at its left side, below its top
    double apron = 0;      ///< free room on its right
    std::size_t band = 0;  ///< stands right of all blocks of smaller bands
    double x = 0, y = 0;   ///< filled in
};

/// A line from the right side of one block to the left side of another.
struct Link {
    std::size_t from = 0;
    std::size_t to = 0;
    double exit_y = 0;  ///< below the top of `from`
};

struct Point {
    double x = 0, y = 0;
};

struct Size {
    double width = 0, height = 0;
};

/// Where a link runs: pairs of points. From the first to the second of a pair it is straight, to
/// the next pair it bends, with nothing in its way.
using Route = std::vector<Point>;

struct Layout {
    Size size;
    std::vector<Route> routes;  ///< one for each link
    struct Band {
        std::size_t band;
        double left, right;
    };
    std::vector<Band> bands;
};

/// The column of each block, from 0: by the longest way that leads to it, bands one behind the
/// other.
[[nodiscard]] std::vector<std::size_t> columns_of(const std::vector<Block>& blocks,
                                                  const std::vector<Link>& links);

/// Places blocks in columns from left to right, so that every link leads to a later column, few
/// links cross, and links are nearly straight. Links must not go round in circles nor to an earlier
/// band. Equal input gives equal output.
[[nodiscard]] Layout lay_out(std::vector<Block>& blocks, const std::vector<Link>& links);

/// Places rectangles below each other in so many columns, each in the column that ends highest.
/// Gives their upper left corners.
[[nodiscard]] std::vector<Point> stack(const std::vector<Size>& sizes, std::size_t columns);

/// Places rectangles side by side within `width`, each as high up as it can be, then as far left;
/// none overlap. Gives their upper left corners.
[[nodiscard]] std::vector<Point> pack(const std::vector<Size>& sizes, double width);

/// Rectangles on a sheet of paper.
struct Sheet {
    std::vector<std::size_t> chosen;  ///< which shape of each
    std::vector<Point> at;            ///< upper left corner of each
    Size size;
    double cost = 0;  ///< less is better
};

/// Chooses one shape for each rectangle, and packs them so that together, below a head of that
/// height, they need the smallest sheet of the A format. The same number of shapes for each.
[[nodiscard]] Sheet best_sheet(const std::vector<std::vector<Size>>& shapes, double head);

}  // namespace jangkau::menus
