#include "menus/graph_picture.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "menus/graph_boxes.hpp"

namespace jangkau::menus {
namespace {

constexpr double kPadding = 26;  // of a region
constexpr double kRegionTitle = 52;
constexpr double kBandTitle = 30;
constexpr double kGap = 34;  // between parts of a region
constexpr double kRegionGap = 30;
constexpr double kPaper = 1.414;      // of the A formats
constexpr double kWidthPlain = 2000;  // title and legend grow with a wider picture
constexpr double kScaleMax = 2.2;
constexpr double kWidthMin = 1240;  // of the legend
constexpr double kShapes[] = {0.3, 0.45, 0.65, 0.9, 1.2, 1.6, 2.2, 3, 4.5};

/// Nodes of one group that lines hold together.
struct Part {
    std::vector<std::size_t> nodes;
    std::vector<Block> blocks;  ///< one for each node
    std::vector<std::size_t> edges;
    Layout layout;
};

/// One way to arrange the parts of a region.
struct Shape {
    Size size;
    std::vector<Point> at;
};

struct RegionDraft {
    std::vector<Part> parts;
    std::vector<Shape> shapes;
    std::size_t chosen = 0;
};

class Composer {
public:
    explicit Composer(const Graph& graph) : graph_(graph), line_(plan_lines(graph)) {}

    Picture compose() {
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i)
            drafts_.push_back(draft_box(graph_, i));
        make_parts();
        for (RegionDraft& region : regions_) make_shapes(region);
        choose_shapes();
        return finish();
    }

private:
    // --- parts ---

    std::size_t root(std::size_t node) {
        while (parent_[node] != node) node = parent_[node] = parent_[parent_[node]];
        return node;
    }

    void make_parts() {
        parent_.resize(graph_.nodes.size());
        std::iota(parent_.begin(), parent_.end(), 0);
        for (std::size_t e = 0; e < line_.size(); ++e)
            if (line_[e]) {
                const std::size_t a = root(graph_.edges[e].from), b = root(graph_.edges[e].to);
                parent_[std::max(a, b)] = std::min(a, b);
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
            for (const DraftBox::Exit& exit : draft.exits)
                block.apron = std::max(
                    block.apron, line_[exit.edge] ? line_apron(graph_.edges[exit.edge])
                                                  : stub_width(graph_, graph_.edges[exit.edge]));
            part.blocks.push_back(block);
        }
        std::vector<Link> links;
        for (const std::size_t node : part.nodes)
            for (const DraftBox::Exit& exit : drafts_[node].exits)
                if (line_[exit.edge]) {
                    links.push_back({place[node], place[graph_.edges[exit.edge].to], exit.y});
                    part.edges.push_back(exit.edge);
                }
        part.layout = lay_out(part.blocks, links);
    }

    // --- regions ---

    double head_of(const RegionDraft& region) const {
        const bool journey = static_cast<std::size_t>(&region - regions_.data()) == graph_.journey;
        return kRegionTitle + (journey ? kBandTitle : 0);
    }

    void make_shapes(RegionDraft& region) {
        std::vector<Size> sizes;
        double area = 0, widest = 0;
        for (const Part& part : region.parts) {
            sizes.push_back({part.layout.size.width + kGap, part.layout.size.height + kGap});
            area += sizes.back().width * sizes.back().height;
            widest = std::max(widest, sizes.back().width);
        }
        for (const double shape : kShapes) {
            Shape one;
            one.at = pack(sizes, std::max(widest, std::sqrt(area * shape)));
            for (std::size_t i = 0; i < sizes.size(); ++i) {
                one.size.width = std::max(one.size.width, one.at[i].x + sizes[i].width);
                one.size.height = std::max(one.size.height, one.at[i].y + sizes[i].height);
            }
            one.size.width = std::ceil(one.size.width + 2 * kPadding - kGap);
            one.size.height = std::ceil(one.size.height + head_of(region) + kPadding - kGap);
            region.shapes.push_back(std::move(one));
        }
    }

    // --- the sheet ---

    struct Sheet {
        std::vector<Point> at;  ///< of each region
        Size size;
        double cost = std::numeric_limits<double>::max();
    };

    /// The best sheet that the chosen shapes allow: of its format, with little left empty.
    Sheet arrange() const {
        std::vector<Size> sizes;
        double area = 0, widest = 0;
        for (const RegionDraft& region : regions_) {
            const Size& own = region.shapes[region.chosen].size;
            if (region.parts.empty())
                sizes.push_back({0, 0});
            else
                sizes.push_back({own.width + kRegionGap, own.height + kRegionGap});
            area += sizes.back().width * sizes.back().height;
            widest = std::max(widest, sizes.back().width);
        }
        Sheet best;
        for (int step = 0; step < 14; ++step) {
            const double width = std::max(widest, std::sqrt(area * kPaper) * (0.8 + 0.05 * step));
            Sheet sheet;
            sheet.at = pack(sizes, width);
            for (std::size_t i = 0; i < sizes.size(); ++i) {
                sheet.size.width = std::max(sheet.size.width, sheet.at[i].x + sizes[i].width);
                sheet.size.height = std::max(sheet.size.height, sheet.at[i].y + sizes[i].height);
            }
            sheet.cost = std::max(sheet.size.width, (sheet.size.height + kHeader) * kPaper);
            // The smaller side counts a little: of two sheets that fit the same paper the one with
            // less empty room is better.
            sheet.cost += 0.1 * (sheet.size.width + sheet.size.height);
            if (sheet.cost < best.cost) best = std::move(sheet);
        }
        return best;
    }

    /// Tries other shapes for one region after the other for as long as the sheet gets better.
    void choose_shapes() {
        for (RegionDraft& region : regions_) region.chosen = std::size(kShapes) / 2;
        sheet_ = arrange();
        for (bool better = true; better;) {
            better = false;
            for (RegionDraft& region : regions_) {
                std::size_t best = region.chosen;
                for (std::size_t s = 0; s < region.shapes.size(); ++s) {
                    region.chosen = s;
                    if (Sheet sheet = arrange(); sheet.cost < sheet_.cost - 1) {
                        sheet_ = std::move(sheet);
                        best = s;
                        better = true;
                    }
                }
                region.chosen = best;
            }
        }
    }

    Picture finish() {
        const double width = std::max(sheet_.size.width - kRegionGap, kWidthMin);
        picture_.scale = std::clamp(width / kWidthPlain, 1.0, kScaleMax);
        const double header = std::round(kHeader * picture_.scale);
        picture_.size = {std::ceil(width + 2 * kMargin),
                         std::ceil(sheet_.size.height - kRegionGap + header + 2 * kMargin)};
        for (std::size_t g = 0; g < regions_.size(); ++g) {
            if (regions_[g].parts.empty()) continue;
            const Shape& shape = regions_[g].shapes[regions_[g].chosen];
            const Point at{std::round(kMargin + sheet_.at[g].x),
                           std::round(kMargin + header + sheet_.at[g].y)};
            picture_.regions.push_back({g, {at.x, at.y, shape.size.width, shape.size.height}, {}});
            for (std::size_t p = 0; p < regions_[g].parts.size(); ++p)
                add_part(regions_[g].parts[p],
                         {at.x + kPadding + std::round(shape.at[p].x),
                          at.y + head_of(regions_[g]) + std::round(shape.at[p].y)});
        }
        fill_gaps();
        for (std::size_t e = 0; e < graph_.edges.size(); ++e)
            if (graph_.edges[e].kind == GraphEdge::Kind::tries) picture_.notes.push_back(e);
        return std::move(picture_);
    }

    void add_part(const Part& part, Point at) {
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
                    picture_.stubs.push_back({exit.edge,
                                              {corner.x + box.rect.width, corner.y + exit.y},
                                              stub_width(graph_, graph_.edges[exit.edge])});
            picture_.boxes.push_back(std::move(box));
        }
        for (std::size_t l = 0; l < part.edges.size(); ++l) {
            Route route = part.layout.routes[l];
            for (Point& point : route) {
                point.x += at.x;
                point.y += at.y;
            }
            picture_.links.push_back({part.edges[l], std::move(route)});
        }
        if (part.layout.bands.size() > 1)
            for (const Layout::Band& band : part.layout.bands)
                picture_.regions.back().bands.push_back(
                    {band.band, at.x + band.left, at.x + band.right});
    }

    /// Regions grow into the empty room beside and below them.
    void fill_gaps() {
        const double right = picture_.size.width - kMargin;
        const double bottom = picture_.size.height - kMargin;
        for (PictureRegion& region : picture_.regions) {
            Rect& own = region.rect;
            double x = right, y = bottom;
            for (const PictureRegion& other : picture_.regions)
                if (other.rect.x >= own.x + own.width && other.rect.y < own.y + own.height &&
                    own.y < other.rect.y + other.rect.height)
                    x = std::min(x, other.rect.x - kRegionGap);
            own.width = x - own.x;
            for (const PictureRegion& other : picture_.regions)
                if (other.rect.y >= own.y + own.height && other.rect.x < own.x + own.width &&
                    own.x < other.rect.x + other.rect.width)
                    y = std::min(y, other.rect.y - kRegionGap);
            own.height = y - own.y;
        }
    }

    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
    const Graph& graph_;
    std::vector<bool> line_;
    std::vector<DraftBox> drafts_;
    std::vector<std::size_t> parent_;
    std::vector<RegionDraft> regions_;
    Sheet sheet_;
    Picture picture_;
};

}  // namespace

std::string grid_square(Point at) {
    const auto column = static_cast<int>((at.x - kMargin) / kGridCell) + 1;
    const auto row = static_cast<int>((at.y - kMargin) / kGridCell);
    return static_cast<char>('A' + std::clamp(row, 0, 25)) + std::to_string(std::max(column, 1));
}

Picture picture_of(const Graph& graph) { return Composer(graph).compose(); }

}  // namespace jangkau::menus
