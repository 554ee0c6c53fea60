#include "menus/graph_picture.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>

#include "menus/graph_boxes.hpp"

namespace jangkau::menus {
namespace {

constexpr double kPadding = 26;  // of a region
constexpr double kRegionTitle = 52;
constexpr double kTitleLetter = 17;  // at most, at 24 px
constexpr double kRegionGap = 30;
constexpr double kBandTitle = 34;
constexpr double kBandSide = 14;
constexpr double kPartGap = 30;  // between parts of a region
constexpr std::size_t kColumnsMax = 9;
constexpr double kWidthPlain = 2000;  // title and legend grow with a wider picture
constexpr double kScaleMax = 2.2;
constexpr double kWidthMin = 1440;  // of the legend
constexpr std::size_t kNone = static_cast<std::size_t>(-1);

/// Nodes of one group that lines hold together.
struct Part {
    std::vector<std::size_t> nodes;
    std::vector<Block> blocks;       ///< one for each node
    std::vector<std::size_t> edges;  ///< that are lines, one for each route
    Layout layout;

    /// Whether it shows the stages of the journey.
    [[nodiscard]] bool banded() const {
        return !layout.bands.empty() && layout.bands.back().band > 0;
    }
    [[nodiscard]] double head() const { return banded() ? kBandTitle : 0; }
};

struct RegionDraft {
    std::vector<Part> parts;
    /// Where the parts stand when they are stacked in 1, 2, ... columns.
    std::vector<std::vector<Point>> at;
};

class Composer {
public:
    /// `rows` of the journey's bands.
    Composer(const Graph& graph, const std::vector<std::size_t>& rows)
        : graph_(graph), line_(plan_lines(graph, rows)) {
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i)
            drafts_.push_back(draft_box(graph_, i));
        make_parts();
        std::vector<std::vector<Size>> shapes;
        for (RegionDraft& region : regions_) shapes.push_back(shapes_of(region));
        sheet_ = best_sheet(shapes, kHeader);
        for (std::size_t g = 0; g < shapes.size(); ++g)
            sizes_.push_back(shapes[g][sheet_.chosen[g]]);
    }

    [[nodiscard]] double cost() const { return sheet_.cost; }

    /// The journey's bands in `count` rows of about the same width.
    [[nodiscard]] std::vector<std::size_t> rows(std::size_t count) const {
        std::vector<std::size_t> out(std::max<std::size_t>(graph_.bands.size(), 1), 0);
        if (graph_.journey >= regions_.size()) return out;
        for (const Part& part : regions_[graph_.journey].parts) {
            if (!part.banded()) continue;
            for (const Layout::Band& band : part.layout.bands) {
                const double middle = (band.left + band.right) / 2 / part.layout.size.width;
                out[band.band] = std::min(
                    count - 1, static_cast<std::size_t>(middle * static_cast<double>(count)));
            }
        }
        for (std::size_t b = 1; b < out.size(); ++b) out[b] = std::max(out[b], out[b - 1]);
        return out;
    }

    [[nodiscard]] Picture picture() const {
        Picture out;
        const double width = std::max(sheet_.size.width - kRegionGap, kWidthMin);
        out.scale = std::clamp(width / kWidthPlain, 1.0, kScaleMax);
        const double head = std::round(kHeader * out.scale);
        out.size = {std::ceil(width + 2 * kMargin),
                    std::ceil(sheet_.size.height - kRegionGap + head + 2 * kMargin)};
        for (std::size_t g = 0; g < regions_.size(); ++g) {
            if (regions_[g].parts.empty()) continue;
            const Point at{std::round(kMargin + sheet_.at[g].x),
                           std::round(kMargin + head + sheet_.at[g].y)};
            out.regions.push_back(
                {g, {at.x, at.y, sizes_[g].width - kRegionGap, sizes_[g].height - kRegionGap}, {}});
            add_parts(g, at, out);
        }
        fill_gaps(out);
        for (std::size_t e = 0; e < graph_.edges.size(); ++e)
            if (graph_.edges[e].kind == GraphEdge::Kind::tries) out.notes.push_back(e);
        return out;
    }

private:
    // --- parts ---

    void make_parts() {
        std::vector<std::size_t> parent(graph_.nodes.size());
        std::iota(parent.begin(), parent.end(), 0);
        const auto root = [&](std::size_t node) {
            while (parent[node] != node) node = parent[node] = parent[parent[node]];
            return node;
        };
        for (std::size_t e = 0; e < line_.size(); ++e)
            if (line_[e]) {
                const std::size_t a = root(graph_.edges[e].from), b = root(graph_.edges[e].to);
                parent[std::max(a, b)] = std::min(a, b);
            }
        regions_.resize(graph_.groups.size());
        std::vector<std::size_t> part_of(graph_.nodes.size(), kNone);
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
            if (graph_.nodes[i].outside) continue;
            auto& parts = regions_[graph_.nodes[i].group].parts;
            std::size_t& part = part_of[root(i)];
            if (part == kNone) {
                part = parts.size();
                parts.emplace_back();
            }
            parts[part].nodes.push_back(i);
        }
        for (RegionDraft& region : regions_)
            for (Part& part : region.parts) lay_out_part(part);
    }

    void lay_out_part(Part& part) {
        std::vector<std::size_t> place(graph_.nodes.size(), kNone);
        for (const std::size_t node : part.nodes) {
            place[node] = part.blocks.size();
            const DraftBox& draft = drafts_[node];
            Block block{draft.box.rect.width, draft.box.rect.height, draft.entry_y, 0,
                        graph_.nodes[node].band};
            for (const DraftBox::Exit& exit : draft.exits) {
                const GraphEdge& edge = graph_.edges[exit.edge];
                block.apron = std::max(
                    block.apron, line_[exit.edge] ? line_apron(edge) : stub_width(graph_, edge));
            }
            part.blocks.push_back(block);
        }
        place_part(part, place);
        for (const std::size_t node : part.nodes)
            if (graph_.nodes[node].kind == GraphNode::Kind::act) sort_outcomes(part, place, node);
        place_part(part, place);
    }

    void place_part(Part& part, const std::vector<std::size_t>& place) const {
        std::vector<Link> links;
        part.edges.clear();
        for (const std::size_t node : part.nodes)
            for (const DraftBox::Exit& exit : drafts_[node].exits)
                if (line_[exit.edge]) {
                    links.push_back({place[node], place[graph_.edges[exit.edge].to], exit.y});
                    part.edges.push_back(exit.edge);
                }
        part.layout = lay_out(part.blocks, links);
    }

    /// An action's outcomes have no order of their own: they stand like what they lead to, so that
    /// lines do not cross, and those without a line come last.
    void sort_outcomes(const Part& part, const std::vector<std::size_t>& place, std::size_t node) {
        DraftBox& draft = drafts_[node];
        std::vector<double> rows;
        for (const DraftBox::Exit& exit : draft.exits) rows.push_back(exit.y);
        const auto height = [&](const DraftBox::Exit& exit) {
            if (!line_[exit.edge]) return std::numeric_limits<double>::max();
            return part.blocks[place[graph_.edges[exit.edge].to]].y;
        };
        std::stable_sort(draft.exits.begin(), draft.exits.end(),
                         [&](const DraftBox::Exit& a, const DraftBox::Exit& b) {
                             return height(a) < height(b);
                         });
        for (std::size_t i = 0; i < rows.size(); ++i) {
            draft.exits[i].y = rows[i];
            draft.box.lines[i].text = graph_.edges[draft.exits[i].edge].label;
        }
    }

    // --- regions ---

    /// How large a region is for each number of columns, with the gap behind it.
    std::vector<Size> shapes_of(RegionDraft& region) const {
        if (region.parts.empty()) return std::vector<Size>(kColumnsMax);
        const auto group = static_cast<std::size_t>(&region - regions_.data());
        const double title = kTitleLetter * static_cast<double>(length(graph_.groups[group].title));
        std::vector<Size> sizes, shapes;
        for (const Part& part : region.parts)
            sizes.push_back({part.layout.size.width + kPartGap,
                             part.layout.size.height + part.head() + kPartGap});
        for (std::size_t columns = 1; columns <= kColumnsMax; ++columns) {
            region.at.push_back(stack(sizes, columns));
            Size size{title, 0};
            for (std::size_t i = 0; i < sizes.size(); ++i) {
                size.width = std::max(size.width, region.at.back()[i].x + sizes[i].width);
                size.height = std::max(size.height, region.at.back()[i].y + sizes[i].height);
            }
            shapes.push_back(
                {std::ceil(size.width - kPartGap + 2 * kPadding + kRegionGap),
                 std::ceil(size.height - kPartGap + kRegionTitle + kPadding + kRegionGap)});
        }
        return shapes;
    }

    void add_parts(std::size_t group, Point at, Picture& out) const {
        const RegionDraft& region = regions_[group];
        const auto& places = region.at[sheet_.chosen[group]];
        for (std::size_t p = 0; p < region.parts.size(); ++p) {
            const Part& part = region.parts[p];
            const Point corner{at.x + kPadding + std::round(places[p].x),
                               at.y + kRegionTitle + part.head() + std::round(places[p].y)};
            add_boxes(part, corner, out);
            add_links(part, corner, out);
            if (!part.banded()) continue;
            for (const Layout::Band& band : part.layout.bands)
                out.regions.back().bands.push_back(
                    {band.band,
                     {corner.x + band.left - kBandSide, corner.y - kBandTitle,
                      band.right - band.left + 2 * kBandSide,
                      part.layout.size.height + kBandTitle + kBandSide}});
        }
    }

    void add_boxes(const Part& part, Point at, Picture& out) const {
        for (std::size_t i = 0; i < part.nodes.size(); ++i) {
            const DraftBox& draft = drafts_[part.nodes[i]];
            PictureBox box = draft.box;
            const Point corner{at.x + part.blocks[i].x, at.y + part.blocks[i].y};
            for (Rect* rect : {&box.rect, &box.screen}) {
                rect->x += corner.x;
                rect->y += corner.y;
            }
            for (const DraftBox::Exit& exit : draft.exits)
                if (!line_[exit.edge])
                    out.stubs.push_back({exit.edge,
                                         {corner.x + box.rect.width, corner.y + exit.y},
                                         stub_width(graph_, graph_.edges[exit.edge])});
            out.boxes.push_back(std::move(box));
        }
    }

    static void add_links(const Part& part, Point at, Picture& out) {
        for (std::size_t l = 0; l < part.edges.size(); ++l) {
            Route route = part.layout.routes[l];
            for (Point& point : route) {
                point.x += at.x;
                point.y += at.y;
            }
            out.links.push_back({part.edges[l], std::move(route)});
        }
    }

    /// Regions grow into the empty room beside and below them.
    static void fill_gaps(Picture& out) {
        for (PictureRegion& region : out.regions) {
            Rect& own = region.rect;
            double right = out.size.width - kMargin, bottom = out.size.height - kMargin;
            for (const PictureRegion& other : out.regions)
                if (other.rect.x >= own.x + own.width && other.rect.y < own.y + own.height &&
                    own.y < other.rect.y + other.rect.height)
                    right = std::min(right, other.rect.x - kRegionGap);
            own.width = right - own.x;
            for (const PictureRegion& other : out.regions)
                if (other.rect.y >= own.y + own.height && other.rect.x < own.x + own.width &&
                    own.x < other.rect.x + other.rect.width)
                    bottom = std::min(bottom, other.rect.y - kRegionGap);
            own.height = bottom - own.y;
        }
    }

    const Graph& graph_;
    std::vector<bool> line_;
    std::vector<DraftBox> drafts_;
    std::vector<RegionDraft> regions_;
    Sheet sheet_;
    std::vector<Size> sizes_;  // of the regions
};

}  // namespace

std::string grid_square(Point at) {
    const auto column = static_cast<int>((at.x - kMargin) / kGridCell) + 1;
    const auto row = static_cast<int>((at.y - kMargin) / kGridCell);
    return static_cast<char>('A' + std::clamp(row, 0, 25)) + std::to_string(std::max(column, 1));
}

Picture picture_of(const Graph& graph) {
    constexpr std::size_t kRowsMax = 4;
    constexpr double kBreak = 1.04;  // a line that is broken must save this much of the sheet
    const std::vector<std::size_t> one_row(std::max<std::size_t>(graph.bands.size(), 1), 0);
    const Composer first(graph, one_row);
    auto best = std::make_unique<Composer>(first);
    for (std::size_t count = 2; count <= kRowsMax; ++count) {
        auto next = std::make_unique<Composer>(graph, first.rows(count));
        if (next->cost() * kBreak < best->cost()) best = std::move(next);
    }
    return best->picture();
}

}  // namespace jangkau::menus
