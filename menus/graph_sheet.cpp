#include "menus/graph_layout.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace jangkau::menus {
namespace {

constexpr double kPaper = 1.414;  // of the A formats: width by height
constexpr std::size_t kWidths = 14;

double cost_of(const Size& size, double head) {
    const double sheet = std::max(size.width, (size.height + head) * kPaper);
    // Of two that need the same sheet the one with less empty room is better.
    return sheet + 0.1 * (size.width + size.height);
}

}  // namespace

std::vector<Point> stack(const std::vector<Size>& sizes, std::size_t columns) {
    std::vector<double> end(columns, 0), width(columns, 0);
    std::vector<std::size_t> in;
    std::vector<Point> out;
    for (const Size& size : sizes) {
        const auto column =
            static_cast<std::size_t>(std::min_element(end.begin(), end.end()) - end.begin());
        in.push_back(column);
        out.push_back({0, end[column]});
        end[column] += size.height;
        width[column] = std::max(width[column], size.width);
    }
    for (std::size_t i = 0; i < out.size(); ++i)
        for (std::size_t c = 0; c < in[i]; ++c) out[i].x += width[c];
    return out;
}

std::vector<Point> pack(const std::vector<Size>& sizes, double width) {
    struct Step {
        double x, width, y;  ///< the skyline: what is free begins at y
    };
    std::vector<Step> steps{{0, width, 0}};
    std::vector<Point> out;
    for (const Size& size : sizes) {
        std::size_t best = 0;
        double best_y = std::numeric_limits<double>::max();
        for (std::size_t i = 0; i < steps.size(); ++i) {
            double y = 0, room = 0;
            for (std::size_t k = i; k < steps.size() && room < size.width; ++k) {
                y = std::max(y, steps[k].y);
                room += steps[k].width;
            }
            const bool fits = room >= size.width || i == 0;  // too wide: at the left, alone
            if (fits && y < best_y) {
                best_y = y;
                best = i;
            }
        }
        out.push_back({steps[best].x, best_y});
        double left = size.width;
        std::vector<Step> after(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(best));
        after.push_back({steps[best].x, size.width, best_y + size.height});
        for (std::size_t k = best; k < steps.size(); ++k) {
            const double taken = std::min(left, steps[k].width);
            left -= taken;
            if (steps[k].width > taken)
                after.push_back({steps[k].x + taken, steps[k].width - taken, steps[k].y});
        }
        steps = std::move(after);
    }
    return out;
}

namespace {

using Order = std::vector<std::size_t>;

/// In the order given, and with the large ones first; the first stays the first, where one begins
/// to read.
std::vector<Order> orders_of(const std::vector<Size>& sizes) {
    Order given(sizes.size());
    std::iota(given.begin(), given.end(), 0);
    std::vector<Order> out{given};
    const auto add = [&](auto key) {
        Order order = given;
        std::stable_sort(order.begin() + 1, order.end(), [&](std::size_t a, std::size_t b) {
            return key(sizes[a]) > key(sizes[b]);
        });
        out.push_back(std::move(order));
    };
    add([](const Size& size) { return size.height; });
    add([](const Size& size) { return size.width; });
    add([](const Size& size) { return size.width * size.height; });
    return out;
}

void try_order(const std::vector<Size>& sizes, const Order& order, double width, double head,
               Sheet& best) {
    std::vector<Size> ordered;
    for (const std::size_t i : order) ordered.push_back(sizes[i]);
    const std::vector<Point> at = pack(ordered, width);
    Size size;
    for (std::size_t k = 0; k < at.size(); ++k) {
        size.width = std::max(size.width, at[k].x + ordered[k].width);
        size.height = std::max(size.height, at[k].y + ordered[k].height);
    }
    const double cost = cost_of(size, head);
    if (cost >= best.cost) return;
    best.cost = cost;
    best.size = size;
    best.at.resize(at.size());
    for (std::size_t k = 0; k < at.size(); ++k) best.at[order[k]] = at[k];
}

/// The best sheet with these shapes.
Sheet arrange(const std::vector<std::vector<Size>>& shapes, const std::vector<std::size_t>& chosen,
              double head) {
    std::vector<Size> sizes;
    double area = 0, widest = 0;
    for (std::size_t i = 0; i < shapes.size(); ++i) {
        sizes.push_back(shapes[i][chosen[i]]);
        area += sizes.back().width * sizes.back().height;
        widest = std::max(widest, sizes.back().width);
    }
    Sheet best;
    best.chosen = chosen;
    best.cost = std::numeric_limits<double>::max();
    for (const Order& order : orders_of(sizes))
        for (std::size_t step = 0; step < kWidths; ++step) {
            const double part = 0.8 + 0.05 * static_cast<double>(step);
            try_order(sizes, order, std::max(widest, std::sqrt(area * kPaper) * part), head, best);
        }
    return best;
}

}  // namespace

Sheet best_sheet(const std::vector<std::vector<Size>>& shapes, double head) {
    Sheet best;
    best.cost = std::numeric_limits<double>::max();
    for (std::size_t first = 0; first < shapes.front().size(); ++first) {
        Sheet sheet = arrange(shapes, std::vector<std::size_t>(shapes.size(), first), head);
        for (bool better = true; better;) {
            better = false;
            for (std::size_t i = 0; i < shapes.size(); ++i)
                for (std::size_t s = 0; s < shapes[i].size(); ++s) {
                    std::vector<std::size_t> chosen = sheet.chosen;
                    chosen[i] = s;
                    if (Sheet other = arrange(shapes, chosen, head); other.cost < sheet.cost - 1) {
                        sheet = std::move(other);
                        better = true;
                    }
                }
        }
        if (sheet.cost < best.cost) best = std::move(sheet);
    }
    return best;
}

}  // namespace jangkau::menus
