#include <algorithm>
#include <cmath>
#include <cstdio>

#include "menus/graph_picture.hpp"

namespace jangkau::menus {
namespace {

using Kind = GraphNode::Kind;

/// Of a flow: strong for phones and lines, pale for the ground.
struct Colour {
    const char* strong;
    const char* pale;
};
constexpr Colour kColours[] = {
    {"#3d4a5c", "#eef1f5"}, {"#0f766e", "#e4f2ef"}, {"#2b5ea8", "#e7effa"}, {"#b45f0b", "#fcf0e0"},
    {"#4c7a1e", "#eef5e4"}, {"#ad2f5b", "#fbe9f0"}, {"#6b42a6", "#f1ebfa"}, {"#85592e", "#f5ede2"},
    {"#46707f", "#e8f1f4"}, {"#7a6a12", "#f6f2dc"}};

const Colour& colour_of(std::size_t group) { return kColours[group % std::size(kColours)]; }

constexpr std::string_view kStyle = R"(
text{font-family:"DejaVu Sans","Segoe UI",Roboto,Helvetica,Arial,sans-serif;fill:#27303b}
.m text,text.m{font-family:"DejaVu Sans Mono",Menlo,Consolas,"Liberation Mono",monospace}
.screen text{font-size:10.5px;fill:#18230f;white-space:pre}
.bold{font-weight:bold}
.name{font-size:9.2px;font-weight:bold;fill:#fff}
.id{font-size:8px;fill:#fff;opacity:.75}
.foot{font-size:7.8px;fill:#fff}
.small{font-size:9.2px}
.line{fill:none;stroke-width:1.7;stroke-opacity:.8}
.key{font-size:8.6px;font-weight:bold;text-anchor:middle}
.grid{font-size:15px;fill:#a59a86;text-anchor:middle}
a text{cursor:pointer}
)";

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            default: out += c;
        }
    return out;
}

/// At most one decimal, so that two compilers write the same.
std::string number(double value) {
    const long tenths = std::lround(value * 10);
    std::string out = std::to_string(std::labs(tenths) / 10);
    if (tenths < 0) out.insert(0, "-");
    if (tenths % 10 != 0) out += "." + std::to_string(std::labs(tenths) % 10);
    return out;
}

std::string attribute(std::string_view name, std::string_view value) {
    return " " + std::string(name) + "=\"" + escaped(value) + "\"";
}
std::string attribute(std::string_view name, double value) {
    return attribute(name, std::string_view(number(value)));
}

std::string rect(const Rect& r, double round, std::string_view more) {
    return "<rect" + attribute("x", r.x) + attribute("y", r.y) + attribute("width", r.width) +
           attribute("height", r.height) + (round > 0 ? attribute("rx", round) : "") + " " +
           std::string(more) + "/>";
}

std::string text(double x, double y, std::string_view classes, std::string_view what,
                 std::string_view more = "") {
    return "<text" + attribute("x", x) + attribute("y", y) +
           (classes.empty() ? "" : attribute("class", classes)) +
           (more.empty() ? "" : " " + std::string(more)) + ">" + escaped(what) + "</text>";
}

std::string tooltip(std::string_view what) { return "<title>" + escaped(what) + "</title>"; }

std::string painted(std::string_view fill, std::string_view stroke = "") {
    return "fill=\"" + std::string(fill) + "\"" +
           (stroke.empty() ? "" : " stroke=\"" + std::string(stroke) + "\"");
}

const char* screen_colour(Kind kind) {
    switch (kind) {
        case Kind::ask: return "#f6e7b4";
        case Kind::say: return "#d5e4ec";
        case Kind::sms: return "#ffffff";
        default: return "#d9e6bf";
    }
}

class Svg {
public:
    Svg(const Graph& graph, const Picture& picture) : graph_(graph), picture_(picture) {
        at_.resize(graph.nodes.size());
        for (const PictureBox& box : picture.boxes)
            at_[box.node] = {box.rect.x + box.rect.width / 2, box.rect.y + box.rect.height / 2};
    }

    std::string write() {
        begin();
        for (const PictureRegion& region : picture_.regions) draw(region);
        for (const PictureLink& link : picture_.links) draw(link);
        for (const PictureBox& box : picture_.boxes) draw(box);
        for (const PictureStub& stub : picture_.stubs) draw(stub);
        for (const PictureLink& link : picture_.links) draw_start(link);
        out_ += "</svg>\n";
        return std::move(out_);
    }

private:
    void put(const std::string& element) { out_ += element + "\n"; }
    const GraphNode& node(std::size_t i) const { return graph_.nodes[i]; }
    const Colour& colour(std::size_t node) const { return colour_of(graph_.nodes[node].group); }

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
        draw_grid();
        draw_header();
    }

    std::string subtitle() const {
        char revision[9];
        std::snprintf(revision, sizeof revision, "%08x", graph_.revision);
        return "Menu " + graph_.menu + ", revision " + revision + ", " + graph_.language_name +
               ", " + std::to_string(graph_.states) + " states; every text with its longest values";
    }

    /// Letters and numbers at the border, as on a map: labels name the square that they lead to.
    void draw_grid() {
        const Size& size = picture_.size;
        const double right = size.width - kMargin, bottom = size.height - kMargin;
        put(rect({kMargin / 2, kMargin / 2, size.width - kMargin, size.height - kMargin}, 10,
                 painted("none", "#d9cfbb")));
        for (double x = kMargin; x < right; x += kGridCell) {
            const double middle = std::min(x + kGridCell, right) / 2 + x / 2;
            const std::string column = grid_square({middle, kMargin}).substr(1);
            put(text(middle, kMargin * 0.72 + 4, "grid", column));
            put(text(middle, bottom + kMargin * 0.28 + 4, "grid", column));
            if (x > kMargin)
                tick(x, kMargin / 2, 0, 10), tick(x, size.height - kMargin / 2, 0, -10);
        }
        for (double y = kMargin; y < bottom; y += kGridCell) {
            const double middle = std::min(y + kGridCell, bottom) / 2 + y / 2;
            const std::string row = grid_square({kMargin, middle}).substr(0, 1);
            put(text(kMargin * 0.72, middle + 5, "grid", row));
            put(text(right + kMargin * 0.28, middle + 5, "grid", row));
            if (y > kMargin) tick(kMargin / 2, y, 10, 0), tick(size.width - kMargin / 2, y, -10, 0);
        }
    }

    void tick(double x, double y, double dx, double dy) {
        put("<path d=\"M" + number(x) + " " + number(y) + "l" + number(dx) + " " + number(dy) +
            "\" stroke=\"#d9cfbb\"/>");
    }

    void draw_header() {
        out_ += "<g transform=\"translate(" + number(kMargin) + " " + number(kMargin) + ") scale(" +
                number(picture_.scale) + ")\">\n";
        put(text(0, 34, "bold", graph_.service, "font-size=\"34\""));
        put(text(1, 56, "", subtitle(), "font-size=\"12.5\" fill-opacity=\".8\""));
        draw_legend();
        put("</g>");
    }

    void draw_legend() {
        double x = 0;
        const auto item = [&](const std::string& sign, double width, std::string_view what) {
            out_ += "<g transform=\"translate(" + number(x) + " 76)\">";
            out_ += sign;
            out_ += text(width + 7, 15, "", what, "font-size=\"11\"");
            put("</g>");
            x += width + 7 + static_cast<double>(what.size()) * 6 + 16;
        };
        const auto phone = [](Kind kind) {
            return rect({0, 0, 20, 26}, 4, painted("#5b6675")) +
                   rect({3, 4, 14, 13}, 1.5, painted(screen_colour(kind)));
        };
        item(tag({0, 4, 42, 18}) + text(5, 17, "m bold", "*123#", "font-size=\"9\""), 42,
             "dialled or sent");
        item(phone(Kind::choose), 20, "keys to choose");
        item(phone(Kind::ask), 20, "typed answer");
        item(phone(Kind::say), 20, "last screen");
        item(rect({0, 2, 26, 20}, 4, painted("#fff", "#5b6675")), 26, "SMS");
        item(rect({0, 3, 34, 19}, 5, painted("#fff", "#27303b")) +
                 rect({0, 3, 34, 8}, 4, painted("#27303b")),
             34, "the program decides");
        item(circle({7, 12}, "1", kColours[0]) +
                 "<path d=\"M15 12h18\" class=\"line\" stroke=\"#3d4a5c\"/>" +
                 arrow({38, 12}, "#3d4a5c"),
             38, "key, and what follows");
        item(rect({0, 5, 54, 15}, 7, painted(kColours[2].pale, kColours[2].strong)) +
                 text(6, 16, "m", "main C4", "font-size=\"9\""),
             54, "goes on there, in square C4");
        item(rect({0, 9, 40, 7}, 3.5, painted("#c9ced6")) +
                 rect({0, 9, 30, 7}, 3.5, painted("#5b9a3c")),
             40, "septets of the room for them");
    }

    void draw(const PictureRegion& region) {
        const Colour& own = colour_of(region.group);
        const Rect& r = region.rect;
        put(rect(r, 18, painted(own.pale, own.strong) + " stroke-opacity=\".35\""));
        for (const PictureRegion::Band& band : region.bands) {
            if (band.band % 2 == 1)
                put(rect(band.rect, 12, painted("#ffffff") + " fill-opacity=\".55\""));
            if (band.band > 0)
                put(text(band.rect.x + 14, band.rect.y + 21, "bold",
                         std::to_string(band.band) + "  " + graph_.bands[band.band],
                         "font-size=\"15\" style=\"fill:" + std::string(own.strong) + "\""));
        }
        put(text(r.x + 24, r.y + 36, "bold", graph_.groups[region.group].title,
                 "font-size=\"24\" style=\"fill:" + std::string(own.strong) + "\""));
    }

    // --- edges ---

    std::string ends(const GraphEdge& edge) const {
        return attribute("data-from", node(edge.from).name) +
               attribute("data-to", node(edge.to).name) + attribute("data-label", edge.label) +
               (edge.then.empty() ? "" : attribute("data-then", edge.then));
    }

    std::string told(const GraphEdge& edge) const {
        return node(edge.from).name + (edge.label.empty() ? "" : ", " + edge.label) + ": " +
               node(edge.to).name + (edge.then.empty() ? "" : ", then back to " + edge.then);
    }

    void draw(const PictureLink& link) {
        const GraphEdge& edge = graph_.edges[link.edge];
        std::string d = "M" + number(link.route[0].x) + " " + number(link.route[0].y);
        for (std::size_t i = 1; i < link.route.size(); ++i) {
            const Point& from = link.route[i - 1];
            Point to = link.route[i];
            if (i % 2 == 1) {
                d += "H" + number(to.x);
                continue;
            }
            if (i + 1 == link.route.size()) to.x -= 6;  // the arrow's head
            const double middle = (from.x + to.x) / 2;
            d += "C" + number(middle) + " " + number(from.y) + " " + number(middle) + " " +
                 number(to.y) + " " + number(to.x) + " " + number(to.y);
        }
        const char* own = colour(edge.from).strong;
        put("<g class=\"edge\"" + ends(edge) + ">" + tooltip(told(edge)) + "<path class=\"line\"" +
            attribute("d", d) + attribute("stroke", own) + "/>" + arrow(link.route.back(), own) +
            "</g>");
    }

    static std::string arrow(Point tip, const char* fill) {
        return "<path d=\"M" + number(tip.x) + " " + number(tip.y) + "l-8 -4v8z\" fill=\"" + fill +
               "\"/>";
    }

    static std::string circle(Point at, std::string_view key, const Colour& own) {
        return "<circle" + attribute("cx", at.x) + attribute("cy", at.y) + " r=\"6.5\" " +
               painted("#fff", own.strong) + "/>" + text(at.x, at.y + 3.1, "m key", key);
    }

    /// Key or item at the beginning of a line or label; gives where the label can stand.
    double start(const GraphEdge& edge, Point at, const Colour& own) {
        switch (edge.kind) {
            case GraphEdge::Kind::option:
                put(circle({at.x + 9, at.y}, edge.label, own));
                return at.x + 21;
            case GraphEdge::Kind::item:
                put(text(at.x + 5, at.y - 2.5, "m small", edge.label,
                         "style=\"fill:" + std::string(own.strong) + "\""));
                return at.x + 13 + static_cast<double>(edge.label.size()) * kSmallLetter;
            case GraphEdge::Kind::outcome:
            case GraphEdge::Kind::entry: return at.x + 6;
            default: break;
        }
        return at.x + 12;
    }

    void draw_start(const PictureLink& link) {
        const GraphEdge& edge = graph_.edges[link.edge];
        start(edge, link.route[0], colour(edge.from));
    }

    void draw(const PictureStub& stub) {
        const GraphEdge& edge = graph_.edges[stub.edge];
        const Colour& own = colour(edge.from);
        const Colour& other = colour(edge.to);
        std::string label = node(edge.to).name;
        if (!edge.then.empty()) label += " > " + edge.then;
        std::string square;
        if (!node(edge.to).outside) square = " " + grid_square(at_[edge.to]);
        out_ += "<g class=\"edge stub\"" + ends(edge) + ">" + tooltip(told(edge));
        put("<path class=\"line\" d=\"M" + number(stub.at.x) + " " + number(stub.at.y) + "H" +
            number(stub.at.x + line_start(edge)) + "\"" + attribute("stroke", own.strong) + "/>");
        const double x = start(edge, stub.at, own);
        const double width = static_cast<double>(label.size() + square.size()) * kSmallLetter + 10;
        out_ += "<a" + attribute("href", "#" + id(edge.to)) + ">" +
                rect({x, stub.at.y - 6, width, 12}, 6, painted(other.pale, other.strong)) +
                "<text" + attribute("x", x + 5) + attribute("y", stub.at.y + 3.2) +
                " class=\"m small\" style=\"fill:" + other.strong + "\">" + escaped(label) +
                "<tspan font-weight=\"bold\">" + escaped(square) + "</tspan></text></a>";
        put("</g>");
    }

    static double line_start(const GraphEdge& edge) {
        return edge.kind == GraphEdge::Kind::item
                   ? 13 + static_cast<double>(edge.label.size()) * kSmallLetter
               : edge.kind == GraphEdge::Kind::option  ? 21
               : edge.kind == GraphEdge::Kind::outcome ? 6
                                                       : 12;
    }

    std::string id(std::size_t i) const {
        std::string out = "s-";
        for (const char c : node(i).name)
            out += c == ' ' || c == ':' || c == '?' || c == '*' ? '-' : c;
        return out;
    }

    // --- boxes ---

    std::string told(const GraphNode& node) const {
        std::string out = node.name;
        if (!node.caption.empty() && node.kind != Kind::entry) out += ": " + node.caption;
        if (node.budget > 0)
            out += ", " + std::to_string(node.units) + " of " + std::to_string(node.budget) +
                   " septets";
        return out;
    }

    void draw(const PictureBox& box) {
        const GraphNode& own = node(box.node);
        static constexpr const char* kClasses[] = {"entry", "choose", "ask", "act", "say", "sms"};
        out_ += "<g" + attribute("id", id(box.node)) +
                attribute("class", std::string("box ") + kClasses[static_cast<int>(own.kind)]) +
                attribute("data-state", own.name) + ">" + tooltip(told(own)) + "\n";
        switch (own.kind) {
            case Kind::entry: draw_entry(box); break;
            case Kind::act: draw_action(box); break;
            case Kind::sms: draw_sms(box); break;
            default: draw_phone(box);
        }
        put("</g>");
    }

    void draw_lines(const PictureBox& box, double inset) {
        out_ += "<g class=\"screen m\">";
        double y = box.screen.y + (inset > 0 ? inset : 0) + 10;
        for (const PictureLine& line : box.lines) {
            if (line.input)
                out_ +=
                    rect({box.screen.x + inset - 1, y - 9.5, box.screen.width - 2 * inset + 2, 12},
                         2, painted("#fffdf2", "#18230f") + " stroke-width=\".7\"") +
                    text(box.screen.x + inset + 3, y - 0.5, "", line.text,
                         "font-size=\"9\" fill-opacity=\".65\"");
            else if (!line.bold.empty() || !line.text.empty())
                out_ += "<text" + attribute("x", box.screen.x + inset) + attribute("y", y) + ">" +
                        (line.bold.empty()
                             ? ""
                             : "<tspan class=\"bold\">" + escaped(line.bold) + "</tspan>") +
                        escaped(line.text) + "</text>";
            y += kLineHeight;
        }
        put("</g>");
    }

    void draw_phone(const PictureBox& box) {
        const GraphNode& own = node(box.node);
        const Rect& r = box.rect;
        const Rect& s = box.screen;
        put(rect(r, 15, painted(colour(box.node).strong)));
        put(rect({r.x + 1.5, r.y + 1.5, r.width - 3, r.height - 3}, 13.5,
                 painted("none", "#fff") + " stroke-opacity=\".28\""));
        put(text(s.x + 2, r.y + 14.5, "m name", own.name));
        put(text(s.x + s.width - 2, r.y + 14.5, "m id", own.caption, "text-anchor=\"end\""));
        put(rect(s, 4, painted(screen_colour(own.kind), "#0b1510") + " stroke-opacity=\".45\""));
        draw_lines(box, 5);
        draw_budget({s.x + 2, s.y + s.height + 6, s.width - 52, 5}, own, "#fff");
        draw_keys(box);
    }

    void draw_budget(const Rect& r, const GraphNode& own, const char* ink) {
        if (own.budget == 0) return;
        const double part =
            std::min(1.0, static_cast<double>(own.units) / static_cast<double>(own.budget));
        const char* fill = part > 0.97 ? "#ff8a65" : part > 0.85 ? "#ffd54f" : "#9ccc65";
        put(rect(r, 2.5, painted(ink) + " fill-opacity=\".25\"") +
            rect({r.x, r.y, r.width * part, r.height}, 2.5, painted(fill)) +
            text(r.x + r.width + 48, r.y + 5.6, "m foot",
                 std::to_string(own.units) + "/" + std::to_string(own.budget),
                 "text-anchor=\"end\" style=\"fill:" + std::string(ink) + "\""));
    }

    /// The keys of the phone; between them what is not on the screen: too many wrong answers, the
    /// end.
    void draw_keys(const PictureBox& box) {
        const Rect& s = box.screen;
        const double y = box.rect.y + box.rect.height - 19;
        const std::string dim = painted("#fff") + " fill-opacity=\".3\"";
        put(rect({s.x + 4, y, 18, 9}, 4.5, dim) + rect({s.x + s.width - 22, y, 18, 9}, 4.5, dim));
        const double middle = s.x + s.width / 2;
        bool told_note = false;
        for (const std::size_t e : picture_.notes) {
            const GraphEdge& edge = graph_.edges[e];
            if (edge.from != box.node) continue;
            told_note = true;
            put("<g class=\"edge note\"" + ends(edge) + ">" +
                tooltip(edge.label + " wrong answers lead to " + node(edge.to).name) +
                text(middle, y + 7.4, "m foot", edge.label + "x? " + node(edge.to).name,
                     "text-anchor=\"middle\" fill-opacity=\".8\"") +
                "</g>");
        }
        if (!told_note) put(rect({middle - 9, y - 1, 18, 11}, 4, dim));
    }

    void draw_sms(const PictureBox& box) {
        const GraphNode& own = node(box.node);
        const Rect& r = box.rect;
        const char* strong = colour(box.node).strong;
        const double bottom = r.y + r.height;
        put("<path d=\"M" + number(r.x + 18) + " " + number(bottom - 1) + "v9l12 -9z\" " +
            painted("#fff", strong) + "/>");
        put(rect(r, 10, painted("#fff", strong)));
        put("<path d=\"M" + number(r.x + 18.6) + " " + number(bottom - 1.6) +
            "h11\" stroke=\"#fff\" stroke-width=\"2\"/>");
        put("<path d=\"M" + number(r.x + 10) + " " + number(r.y + 7) +
            "h12v8h-12zl6 4.5l6 -4.5\" " + painted("none", strong) + "/>");
        const std::string style = "style=\"fill:" + std::string(strong) + "\"";
        put(text(r.x + 27, r.y + 14.5, "m name",
                 own.budget > 0 && own.name.starts_with("text:") ? own.caption : own.name, style));
        if (!own.name.starts_with("text:"))
            put(text(r.x + r.width - 10, r.y + 14.5, "m id", own.caption,
                     style + " text-anchor=\"end\""));
        draw_lines(box, 5);
        draw_budget({box.screen.x + 3, bottom - 13, box.screen.width - 52, 5}, own, strong);
    }

    void draw_action(const PictureBox& box) {
        const GraphNode& own = node(box.node);
        const Rect& r = box.rect;
        put(rect(r, 9, painted("#fff", "#27303b")));
        put("<path d=\"M" + number(r.x) + " " + number(r.y + 30) + "v-21a9 9 0 0 1 9 -9h" +
            number(r.width - 18) + "a9 9 0 0 1 9 9v21z\" fill=\"#27303b\"/>");
        put("<path d=\"M" + number(r.x + 12) + " " + number(r.y + 5.5) +
            "l4.5 5l-4.5 5l-4.5 -5z\" fill=\"#ffd54f\"/>");
        put(text(r.x + 20, r.y + 13.5, "m name", own.name));
        put(text(r.x + 20, r.y + 24.5, "m id", own.caption));
        out_ += "<g class=\"m\">";
        double y = box.screen.y + 10;
        for (const PictureLine& line : box.lines) {
            out_ += text(r.x + r.width - 8, y, "small", line.text, "text-anchor=\"end\"") +
                    "<circle" + attribute("cx", r.x + r.width) + attribute("cy", y - 3) +
                    " r=\"2.4\" fill=\"#27303b\"/>";
            y += 14;
        }
        put("</g>");
    }

    static std::string tag(const Rect& r) {
        return "<path d=\"M" + number(r.x + 6) + " " + number(r.y) + "h" + number(r.width - 14) +
               "l8 " + number(r.height / 2) + "l-8 " + number(r.height / 2) + "h-" +
               number(r.width - 14) + "a6 6 0 0 1 -6 -6v-" + number(r.height - 12) +
               "a6 6 0 0 1 6 -6z\" fill=\"#ffd966\" stroke=\"#8a6d12\"/>";
    }

    void draw_entry(const PictureBox& box) {
        put(tag(box.rect));
        draw_lines(box, 0);
    }

    const Graph& graph_;
    const Picture& picture_;
    std::vector<Point> at_;
    std::string out_;
};

}  // namespace

std::string write_svg(const Graph& graph, const Picture& picture) {
    return Svg(graph, picture).write();
}

}  // namespace jangkau::menus
