#include "menus/graph_layout.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace jangkau::menus {
namespace {

constexpr double kGapBetween = 26;  ///< of two blocks in a column
constexpr double kGapLine = 10;     ///< of a line that passes through a column
constexpr double kChannel = 46;     ///< between two columns, where lines bend
constexpr double kColumnMax = 900;  // taller ones are split
constexpr std::size_t kSweepsMax = 24;

/// A block, or a line that passes through a column.
struct Item {
    double height = 0;
    double in_y = 0;
    std::size_t block;  ///< npos for a line
    std::size_t column = 0;
    double y = 0;
};
constexpr std::size_t kLine = static_cast<std::size_t>(-1);

/// A piece of a link, from one column to the next.
struct Piece {
    std::size_t from, to;  ///< items
    double exit_y;
};

/// What nothing leads to stands directly before what it leads to.
void pull_sources(const std::vector<Block>& blocks, const std::vector<Link>& links,
                  std::size_t band, std::vector<std::size_t>& column) {
    constexpr std::size_t kFar = std::numeric_limits<std::size_t>::max();
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        std::size_t next = kFar;
        bool source = blocks[i].band == band;
        for (const Link& link : links) {
            if (link.to == i) source = false;
            if (link.from == i && blocks[link.to].band == band)
                next = std::min(next, column[link.to]);
        }
        if (source && next != kFar) column[i] = std::max(column[i], next - 1);
    }
}

/// A column that is too tall gives every second block that leads nowhere to the next column.
void split_tall(const std::vector<Block>& blocks, const std::vector<Link>& links, std::size_t band,
                std::vector<std::size_t>& column) {
    std::vector<bool> leaf(blocks.size(), true);
    for (const Link& link : links) leaf[link.from] = false;
    const std::size_t columns = *std::max_element(column.begin(), column.end()) + 1;
    for (std::size_t c = columns; c-- > 0;) {  // from the right: nothing moves twice
        double height = 0;
        std::vector<std::size_t> leaves;
        for (std::size_t i = 0; i < blocks.size(); ++i)
            if (blocks[i].band == band && column[i] == c) {
                height += blocks[i].height + kGapBetween;
                if (leaf[i]) leaves.push_back(i);
            }
        for (std::size_t start : {std::size_t{1}, std::size_t{0}})
            for (std::size_t k = start; k < leaves.size() && height > kColumnMax; k += 2) {
                column[leaves[k]] = c + 1;
                height -= blocks[leaves[k]].height + kGapBetween;
            }
    }
}

class Layered {
public:
    Layered(std::vector<Block>& blocks, const std::vector<Link>& links)
        : blocks_(blocks), links_(links), column_(columns_of(blocks, links)) {}

    Layout run() {
        make_items();
        order();
        place();
        return result();
    }

private:
    void make_items() {
        columns_.resize(*std::max_element(column_.begin(), column_.end()) + 1);
        for (std::size_t i = 0; i < blocks_.size(); ++i)
            add_item({blocks_[i].height, blocks_[i].entry_y, i, column_[i], 0});
        for (const Link& link : links_) {
            chains_.push_back({link.from});
            for (std::size_t c = column_[link.from] + 1; c < column_[link.to]; ++c) {
                chains_.back().push_back(items_.size());
                add_item({0, 0, kLine, c, 0});
            }
            chains_.back().push_back(link.to);
            const auto& chain = chains_.back();
            for (std::size_t k = 0; k + 1 < chain.size(); ++k)
                pieces_.push_back({chain[k], chain[k + 1], k == 0 ? link.exit_y : 0});
        }
    }

    void add_item(const Item& item) {
        columns_[item.column].push_back(items_.size());
        items_.push_back(item);
    }

    // --- in which order within a column ---

    void order() {
        position_.assign(items_.size(), 0);
        number();
        auto best = columns_;
        std::size_t crossings = count_crossings();
        for (std::size_t sweep = 0; sweep < kSweepsMax && crossings > 0; ++sweep) {
            sort_columns(sweep % 2 == 0);
            if (const std::size_t now = count_crossings(); now < crossings) {
                crossings = now;
                best = columns_;
            }
        }
        columns_ = best;
        number();
    }

    void number() {
        for (const auto& column : columns_)
            for (std::size_t i = 0; i < column.size(); ++i)
                position_[column[i]] = static_cast<double>(i);
    }

    /// Where a piece leaves: options further down the screen count as further down.
    double exit_position(const Piece& piece) const {
        const Item& from = items_[piece.from];
        return position_[piece.from] + (from.height > 0 ? 0.9 * piece.exit_y / from.height : 0.45);
    }

    void sort_columns(bool forward) {
        for (std::size_t step = 0; step < columns_.size(); ++step) {
            auto& column = columns_[forward ? step : columns_.size() - 1 - step];
            std::vector<double> sum(items_.size(), 0), count(items_.size(), 0);
            for (const Piece& piece : pieces_) {
                const std::size_t mine = forward ? piece.to : piece.from;
                if (items_[mine].column != (forward ? step : columns_.size() - 1 - step)) continue;
                sum[mine] += forward ? exit_position(piece) : position_[piece.to];
                count[mine] += 1;
            }
            const auto centre = [&](std::size_t item) {
                return count[item] > 0 ? sum[item] / count[item] : position_[item];
            };
            std::stable_sort(column.begin(), column.end(),
                             [&](std::size_t a, std::size_t b) { return centre(a) < centre(b); });
            for (std::size_t i = 0; i < column.size(); ++i)
                position_[column[i]] = static_cast<double>(i);
        }
    }

    std::size_t count_crossings() const {
        std::size_t crossings = 0;
        for (std::size_t a = 0; a < pieces_.size(); ++a)
            for (std::size_t b = a + 1; b < pieces_.size(); ++b) {
                if (items_[pieces_[a].from].column != items_[pieces_[b].from].column) continue;
                const double left = exit_position(pieces_[a]) - exit_position(pieces_[b]);
                const double right = position_[pieces_[a].to] - position_[pieces_[b].to];
                if (left * right < 0) ++crossings;
            }
        return crossings;
    }

    // --- how far down ---

    double gap(std::size_t a, std::size_t b) const {
        return items_[a].block == kLine || items_[b].block == kLine ? kGapLine : kGapBetween;
    }

    void place() {
        for (const auto& column : columns_) {
            double y = 0;
            for (std::size_t i = 0; i < column.size(); ++i) {
                if (i > 0) y += gap(column[i - 1], column[i]);
                items_[column[i]].y = y;
                y += items_[column[i]].height;
            }
        }
        for (std::size_t sweep = 0; sweep < kSweepsMax; ++sweep)
            for (std::size_t step = 0; step < columns_.size(); ++step)
                settle(columns_[sweep % 2 == 0 ? step : columns_.size() - 1 - step]);
    }

    /// Moves the items of a column as near as possible to where their links want them, in their
    /// order and without overlap: the nearest rising sequence, found by pooling neighbours that
    /// want to pass each other.
    void settle(const std::vector<std::size_t>& column) {
        struct Pool {
            double wanted, weight;
            std::size_t size;
        };
        std::vector<Pool> pools;
        std::vector<double> offsets;
        double offset = 0;
        for (std::size_t i = 0; i < column.size(); ++i) {
            if (i > 0) offset += items_[column[i - 1]].height + gap(column[i - 1], column[i]);
            offsets.push_back(offset);
            const auto [wanted, weight] = wish(column[i]);
            pools.push_back({wanted - offset, weight, 1});
            while (pools.size() > 1 && pools[pools.size() - 2].wanted > pools.back().wanted) {
                const Pool last = pools.back();
                pools.pop_back();
                Pool& pool = pools.back();
                pool.wanted = (pool.wanted * pool.weight + last.wanted * last.weight) /
                              (pool.weight + last.weight);
                pool.weight += last.weight;
                pool.size += last.size;
            }
        }
        std::size_t at = 0;
        for (const Pool& pool : pools)
            for (std::size_t k = 0; k < pool.size; ++k, ++at)
                items_[column[at]].y = pool.wanted + offsets[at];
    }

    /// Where its links want an item, and how much.
    std::pair<double, double> wish(std::size_t item) const {
        double sum = 0, weight = 0;
        for (const Piece& piece : pieces_) {
            const Item& from = items_[piece.from];
            const Item& to = items_[piece.to];
            // Long lines are to be straight before anything else.
            const double w = (from.block == kLine ? 2 : 1) * (to.block == kLine ? 2 : 1);
            if (piece.to == item) {
                sum += w * (from.y + piece.exit_y - to.in_y);
                weight += w;
            } else if (piece.from == item) {
                sum += w * (to.y + to.in_y - piece.exit_y);
                weight += w;
            }
        }
        constexpr double kWeak = 0.01;  // nothing pulls: stay, but give way
        return weight > 0 ? std::pair(sum / weight, weight) : std::pair(items_[item].y, kWeak);
    }

    // --- coordinates ---

    Layout result() {
        Layout layout;
        double top = std::numeric_limits<double>::max();
        for (const Item& item : items_) top = std::min(top, item.y);
        for (Item& item : items_) {
            item.y = std::round(item.y - top);
            layout.size.height = std::max(layout.size.height, item.y + item.height);
        }
        std::vector<double> left, bend;  // of each column: where it begins, where lines bend
        double x = 0;
        for (const auto& column : columns_) {
            left.push_back(x);
            double width = 0, reach = 0;
            for (const std::size_t item : column)
                if (items_[item].block != kLine) {
                    const Block& block = blocks_[items_[item].block];
                    width = std::max(width, block.width);
                    reach = std::max(reach, block.width + block.apron);
                }
            layout.size.width = std::max(layout.size.width, x + reach);
            bend.push_back(x + reach);
            x += reach + kChannel;
        }
        for (const Item& item : items_)
            if (item.block != kLine) {
                blocks_[item.block].x = left[item.column];
                blocks_[item.block].y = item.y;
            }
        for (std::size_t l = 0; l < links_.size(); ++l)
            layout.routes.push_back(route(l, left, bend));
        add_bands(layout, left, bend);
        return layout;
    }

    Route route(std::size_t link, const std::vector<double>& left,
                const std::vector<double>& bend) const {
        Route out;
        const auto& chain = chains_[link];
        for (std::size_t k = 0; k + 1 < chain.size(); ++k) {
            const Item& item = items_[chain[k]];
            const bool first = k == 0;
            const double y = item.y + (first ? links_[link].exit_y : 0);
            out.push_back(
                {first ? left[item.column] + blocks_[item.block].width : left[item.column], y});
            out.push_back({bend[item.column], y});
        }
        const Item& last = items_[chain.back()];
        out.push_back({left[last.column], last.y + last.in_y});
        return out;
    }

    void add_bands(Layout& layout, const std::vector<double>& left,
                   const std::vector<double>& bend) const {
        for (std::size_t c = 0; c < columns_.size(); ++c)
            for (const std::size_t item : columns_[c]) {
                if (items_[item].block == kLine) continue;
                const std::size_t band = blocks_[items_[item].block].band;
                if (!layout.bands.empty() && layout.bands.back().band == band)
                    layout.bands.back().right = bend[c];
                else
                    layout.bands.push_back({band, left[c], bend[c]});
                break;
            }
    }

    std::vector<Block>& blocks_;
    const std::vector<Link>& links_;
    std::vector<std::size_t> column_;                // of each block
    std::vector<Item> items_;                        // blocks first, in their order
    std::vector<std::vector<std::size_t>> columns_;  // items from top to bottom
    std::vector<std::vector<std::size_t>> chains_;   // items of each link
    std::vector<Piece> pieces_;
    std::vector<double> position_;
};

}  // namespace

std::vector<std::size_t> columns_of(const std::vector<Block>& blocks,
                                    const std::vector<Link>& links) {
    std::vector<std::size_t> column(blocks.size(), 0);
    std::size_t bands = 0, first = 0;
    for (const Block& block : blocks) bands = std::max(bands, block.band + 1);
    for (std::size_t band = 0; band < bands; ++band) {
        for (std::size_t i = 0; i < blocks.size(); ++i)
            if (blocks[i].band == band) column[i] = first;
        for (bool moved = true; moved;) {
            moved = false;
            for (const Link& link : links)
                if (blocks[link.to].band == band && column[link.to] <= column[link.from]) {
                    column[link.to] = column[link.from] + 1;
                    moved = true;
                }
        }
        pull_sources(blocks, links, band, column);
        split_tall(blocks, links, band, column);
        for (std::size_t i = 0; i < blocks.size(); ++i)
            if (blocks[i].band == band) first = std::max(first, column[i] + 1);
    }
    return column;
}

Layout lay_out(std::vector<Block>& blocks, const std::vector<Link>& links) {
    return Layered(blocks, links).run();
}

}  // namespace jangkau::menus
