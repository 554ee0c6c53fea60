#include <algorithm>
#include <cstdio>

#include "menus/graph_boxes.hpp"
#include "menus/graph_svg_parts.hpp"

namespace jangkau::menus {
namespace svg {
namespace {

using Kind = GraphNode::Kind;

// No fonts of our own: what the reader's machine has of these. All are at most as wide as DejaVu.
constexpr std::string_view kStyle = R"(
text{font-family:"DejaVu Sans","Segoe UI",Roboto,Helvetica,Arial,sans-serif;fill:#27303b}
.m text,text.m{font-family:"DejaVu Sans Mono",Menlo,Consolas,"Liberation Mono",monospace}
.screen text{font-size:10.5px;fill:#18230f;white-space:pre}
.bold{font-weight:bold}
.name{font-size:9.2px;font-weight:bold;fill:#fff}
.id{font-size:8px;opacity:.75}
.foot{font-size:7.8px;fill:#fff}
.small{font-size:9.2px}
.line{fill:none;stroke-width:1.7;stroke-opacity:.8}
.key{font-size:8.6px;font-weight:bold;text-anchor:middle}
.grid{font-size:15px;fill:#a59a86;text-anchor:middle}
)";
constexpr const char* kFrame = "#d9cfbb";

class Svg {
public:
    Svg(const Graph& graph, const Picture& picture) : graph_(graph), picture_(picture) {
        at_.resize(graph.nodes.size());
        for (const PictureBox& box : picture.boxes)
            at_[box.node] = {box.rect.x + box.rect.width / 2, box.rect.y + box.rect.height / 2};
    }

    std::string write() {
        begin();
        draw_grid();
        draw_header();
        for (const PictureRegion& region : picture_.regions) draw(region);
        for (const PictureLink& link : picture_.links) draw(link);
        for (const PictureBox& box : picture_.boxes) out_ += svg::box(graph_, picture_, box);
        for (const PictureStub& stub : picture_.stubs) draw(stub);
        for (const PictureLink& link : picture_.links)
            put(start(graph_.edges[link.edge], link.route.front()));
        put("</svg>");
        return std::move(out_);
    }

private:
    void put(const std::string& element) {
        if (!element.empty()) out_ += element + "\n";
    }
    const GraphNode& node(std::size_t i) const { return graph_.nodes[i]; }
    const Colour& colour(std::size_t i) const { return colour_of(node(i).group); }

    // --- sheet ---

    void begin() {
        const Size& size = picture_.size;
        put("<svg xmlns=\"http://www.w3.org/2000/svg\"" + attribute("lang", graph_.language) +
            attribute("width", size.width) + attribute("height", size.height) +
            attribute("viewBox", "0 0 " + number(size.width) + " " + number(size.height)) +
            " role=\"img\" aria-labelledby=\"title desc\">");
        put("<title id=\"title\">" + escaped(graph_.service + ": the menu") + "</title>");
        put("<desc id=\"desc\">" + escaped(subtitle()) +
            ". Screens are drawn as phones with their text; arrows lead from each choice to what "
            "follows.</desc>");
        put("<style>" + std::string(kStyle) + "</style>");
        put(rect({0, 0, size.width, size.height}, 0, painted("#fbf8f1")));
    }

    std::string subtitle() const {
        char revision[9];
        std::snprintf(revision, sizeof revision, "%08x", graph_.revision);
        return "Menu " + graph_.menu + ", revision " + revision + ", " + graph_.language_name +
               ", " + std::to_string(graph_.states) + " states; texts at their longest";
    }

    /// Letters and numbers at the border, as on a map: labels name the square that they lead to.
    void draw_grid() {
        const Size& size = picture_.size;
        const double right = size.width - kMargin, bottom = size.height - kMargin;
        put(rect({kMargin / 2, kMargin / 2, size.width - kMargin, size.height - kMargin}, 10,
                 painted("none", kFrame)));
        for (int i = 0; kMargin + i * kGridCell < right; ++i) {
            const double x = kMargin + i * kGridCell;
            const double middle = (x + std::min(x + kGridCell, right)) / 2;
            const std::string column = grid_square({middle, kMargin}).substr(1);
            put(text(middle, kMargin * 0.72 + 4, "grid", column));
            put(text(middle, bottom + kMargin * 0.28 + 4, "grid", column));
            if (i > 0) tick(x, kMargin / 2, "v10");
            if (i > 0) tick(x, size.height - kMargin / 2, "v-10");
        }
        for (int i = 0; kMargin + i * kGridCell < bottom; ++i) {
            const double y = kMargin + i * kGridCell;
            const double middle = (y + std::min(y + kGridCell, bottom)) / 2;
            const std::string row = grid_square({kMargin, middle}).substr(0, 1);
            put(text(kMargin * 0.72, middle + 5, "grid", row));
            put(text(right + kMargin * 0.28, middle + 5, "grid", row));
            if (i > 0) tick(kMargin / 2, y, "h10");
            if (i > 0) tick(size.width - kMargin / 2, y, "h-10");
        }
    }

    void tick(double x, double y, const std::string& way) {
        put(path("M" + number(x) + " " + number(y) + way, painted("none", kFrame)));
    }

    void draw_header() {
        put("<g transform=\"translate(" + number(kMargin) + " " + number(kMargin) + ") scale(" +
            number(picture_.scale) + ")\">");
        put(text(0, 34, "bold", graph_.service, "font-size=\"34\""));
        put(text(1, 56, "", subtitle(), "font-size=\"12.5\" fill-opacity=\".8\""));
        draw_legend();
        put("</g>");
    }

    void draw_legend() {
        double x = 0;
        const auto item = [&](const std::string& sign, double width, std::string_view what) {
            put("<g transform=\"translate(" + number(x) + " 76)\">" + sign +
                text(width + 7, 15, "", what, "font-size=\"11\"") + "</g>");
            x += width + 7 + static_cast<double>(what.size()) * 6 + 14;
        };
        const auto phone = [](Kind kind) {
            return rect({0, 0, 20, 26}, 4, painted("#5b6675")) +
                   rect({3, 4, 14, 13}, 1.5, painted(screen_colour(kind)));
        };
        const Colour& grey = colour_of(0);
        item(tag({0, 4, 42, 18}) + text(5, 16.5, "m bold", "*123#", "font-size=\"9\""), 42,
             "dialled or sent");
        item(phone(Kind::choose), 20, "keys to press");
        item(phone(Kind::ask), 20, "answer to type");
        item(phone(Kind::say), 20, "no question");
        item(rect({0, 2, 28, 20}, 4, painted("#fff", "#5b6675")), 28, "SMS");
        item(rect({0, 3, 34, 19}, 5, painted("#fff", kInk)) + rect({0, 3, 34, 9}, 4, painted(kInk)),
             34, "the program decides");
        item(key({7, 12}, "1", grey) +
                 path("M15 12h18", "class=\"line\"" + attribute("stroke", grey.strong)) +
                 arrow({38, 12}, grey.strong),
             38, "key, and what follows");
        item(rect({0, 5, 54, 15}, 7, painted(colour_of(2).pale, colour_of(2).strong)) +
                 text(6, 16, "m", "main C4", "font-size=\"9\""),
             54, "goes on in square C4");
        item(text(0, 15, "m", "3x?", "font-size=\"9\""), 18, "after 3 wrong answers");
        item(rect({0, 9, 40, 7}, 3.5, painted("#c9ced6")) +
                 rect({0, 9, 30, 7}, 3.5, painted("#5b9a3c")),
             40, "septets used");
    }

    void draw(const PictureRegion& region) {
        const Colour& own = colour_of(region.group);
        const Rect& r = region.rect;
        put(rect(r, 18, painted(own.pale, own.strong) + " stroke-opacity=\".35\""));
        for (const PictureRegion::Band& band : region.bands) {
            if (band.band % 2 == 1)
                put(rect(band.rect, 12, painted("#fff") + " fill-opacity=\".55\""));
            if (band.band > 0)
                put(text(band.rect.x + 14, band.rect.y + 21, "bold",
                         std::to_string(band.band) + "  " + graph_.bands[band.band],
                         inked(own.strong) + " font-size=\"15\""));
        }
        put(text(r.x + 24, r.y + 36, "bold", graph_.groups[region.group].title,
                 inked(own.strong) + " font-size=\"24\""));
    }

    // --- edges ---

    void draw(const PictureLink& link) {
        const GraphEdge& edge = graph_.edges[link.edge];
        constexpr double kArrow = 6;
        std::string d = "M" + number(link.route[0].x) + " " + number(link.route[0].y);
        for (std::size_t i = 1; i < link.route.size(); ++i) {
            const Point& from = link.route[i - 1];
            Point to = link.route[i];
            if (i % 2 == 1) {
                d += "H" + number(to.x);
                continue;
            }
            if (i + 1 == link.route.size()) to.x -= kArrow;
            const double middle = (from.x + to.x) / 2;
            d += "C" + number(middle) + " " + number(from.y) + " " + number(middle) + " " +
                 number(to.y) + " " + number(to.x) + " " + number(to.y);
        }
        const char* own = colour(edge.from).strong;
        put("<g class=\"edge\"" + ends(graph_, edge) + ">" + tooltip(told(graph_, edge)) +
            path(d, "class=\"line\"" + attribute("stroke", own)) + arrow(link.route.back(), own) +
            "</g>");
    }

    /// The key or item at the beginning of a line or label.
    std::string start(const GraphEdge& edge, Point at) const {
        const Colour& own = colour(edge.from);
        if (edge.kind == GraphEdge::Kind::option) return key({at.x + 9, at.y}, edge.label, own);
        if (edge.kind == GraphEdge::Kind::item)
            return text(at.x + 5, at.y - 2.5, "m small", edge.label, inked(own.strong));
        return {};
    }

    void draw(const PictureStub& stub) {
        const GraphEdge& edge = graph_.edges[stub.edge];
        const GraphNode& target = node(edge.to);
        const Colour& other = colour(edge.to);
        const std::string label = target.name + (edge.then.empty() ? "" : " > " + edge.then);
        const std::string square = target.outside ? "" : " " + grid_square(at_[edge.to]);
        const double x = stub.at.x + line_apron(edge) - 1;
        const double width = static_cast<double>(length(label + square)) * kSmallLetter + 10;
        const std::string chip =
            rect({x, stub.at.y - 6, width, 12}, 6, painted(other.pale, other.strong)) + "<text" +
            attribute("x", x + 5) + attribute("y", stub.at.y + 3.2) + " class=\"m small\" " +
            inked(other.strong) + ">" + escaped(label) + "<tspan class=\"bold\">" + square +
            "</tspan></text>";
        put("<g class=\"edge stub\"" + ends(graph_, edge) + ">" + tooltip(told(graph_, edge)) +
            path("M" + number(stub.at.x) + " " + number(stub.at.y) + "H" + number(x),
                 "class=\"line\"" + attribute("stroke", colour(edge.from).strong)) +
            start(edge, stub.at) +
            (target.outside ? chip
                            : "<a" + attribute("href", "#" + id_of(target)) + ">" + chip + "</a>") +
            "</g>");
    }

    const Graph& graph_;
    const Picture& picture_;
    std::vector<Point> at_;  // middle of each node
    std::string out_;
};

}  // namespace
}  // namespace svg

std::string write_svg(const Graph& graph, const Picture& picture) {
    return svg::Svg(graph, picture).write();
}

}  // namespace jangkau::menus
