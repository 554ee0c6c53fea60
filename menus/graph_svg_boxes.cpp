#include <algorithm>

#include "menus/graph_boxes.hpp"
#include "menus/graph_svg_parts.hpp"

namespace jangkau::menus::svg {
namespace {

using Kind = GraphNode::Kind;

constexpr double kInset = 5;  // of a screen's text

/// What a head has room for.
std::string shortened(const std::string& name, std::size_t letters) {
    return length(name) <= letters ? name : wrap(name, letters - 2).front() + "..";
}

/// The picture of one box.
class BoxWriter {
public:
    BoxWriter(const Graph& graph, const Picture& picture, const PictureBox& box)
        : graph_(graph),
          picture_(picture),
          box_(box),
          node_(graph.nodes[box.node]),
          colour_(colour_of(node_.group)) {}

    std::string write() {
        static constexpr const char* kClasses[] = {"entry", "choose", "ask", "act", "say", "sms"};
        put("<g" + attribute("id", id_of(node_)) +
            attribute("class", std::string("box ") + kClasses[static_cast<int>(node_.kind)]) +
            attribute("data-state", node_.name) + ">" + tooltip(summary()));
        switch (node_.kind) {
            case Kind::entry:
                put(tag(box_.rect));
                draw_lines(0);
                break;
            case Kind::act: draw_action(); break;
            case Kind::sms: draw_sms(); break;
            case Kind::choose:
            case Kind::ask:
            case Kind::say: draw_phone(); break;
        }
        put("</g>");
        return std::move(out_);
    }

private:
    void put(const std::string& element) { out_ += element + "\n"; }

    std::string summary() const {
        std::string out = node_.name;
        if (!node_.caption.empty() && node_.kind != Kind::entry) out += ": " + node_.caption;
        if (node_.budget > 0)
            out += ", " + std::to_string(node_.units) + " of " + std::to_string(node_.budget) +
                   " septets";
        for (const std::string& text : node_.instead) out += "\n" + text;
        return out;
    }

    void draw_lines(double inset) {
        out_ += "<g class=\"screen m\">";
        const double x = box_.screen.x + inset;
        double y = box_.screen.y + inset + 10;
        for (const PictureLine& line : box_.lines) {
            if (line.input) {
                out_ += rect({x - 1, y - 9.5, box_.screen.width - 2 * inset + 2, 12}, 2,
                             painted("#fffdf2", "#18230f") + " stroke-width=\".7\"");
                out_ += text(x + 3, y - 0.5, "", line.text, "fill-opacity=\".6\"");
            } else if (!line.bold.empty() || !line.text.empty()) {
                out_ += "<text" + attribute("x", x) + attribute("y", y) + ">";
                if (!line.bold.empty())
                    out_ += "<tspan class=\"bold\">" + escaped(line.bold) + "</tspan>";
                out_ += escaped(line.text) + "</text>";
            }
            y += kLineHeight;
        }
        put("</g>");
    }

    void draw_phone() {
        const Rect& r = box_.rect;
        const Rect& s = box_.screen;
        put(rect(r, 15, painted(colour_.strong)));
        put(rect({r.x + 1.5, r.y + 1.5, r.width - 3, r.height - 3}, 13.5,
                 painted("none", "#fff") + " stroke-opacity=\".28\""));
        draw_head(s.x + 2, s.x + s.width - 2, "#fff");
        put(rect(s, 4, painted(screen_colour(node_.kind), "#0b1510") + " stroke-opacity=\".45\""));
        draw_lines(kInset);
        draw_budget({s.x + 2, s.y + s.height + 6, s.width - 52, 5}, "#fff");
        draw_keys();
    }

    /// The state's name and the id of its text.
    void draw_head(double left, double right, const char* ink) {
        const double y = box_.rect.y + 14.5;
        const auto letters = static_cast<std::size_t>((right - left) / kSmallLetter);
        const std::size_t taken = std::min(length(node_.caption) + 1, letters / 2);
        // A text that no state shows has no other name than its id.
        const bool spoken = node_.name.starts_with(kSpoken);
        const std::string name = spoken ? node_.name.substr(kSpoken.size()) : node_.name;
        put(text(left, y, "m name", shortened(name, letters - taken), inked(ink)));
        put(text(right, y, "m id", shortened(node_.caption, letters / 2),
                 inked(ink) + " text-anchor=\"end\""));
    }

    void draw_budget(const Rect& r, const char* ink) {
        if (node_.budget == 0) return;
        constexpr double kTight = 0.97, kFull = 0.85;
        const double part =
            std::min(1.0, static_cast<double>(node_.units) / static_cast<double>(node_.budget));
        const char* fill = part > kTight ? "#ff8a65" : part > kFull ? "#ffd54f" : "#9ccc65";
        put(rect(r, 2.5, painted(ink) + " fill-opacity=\".25\"") +
            rect({r.x, r.y, r.width * part, r.height}, 2.5, painted(fill)) +
            text(r.x + r.width + 48, r.y + 5.6, "m foot",
                 std::to_string(node_.units) + "/" + std::to_string(node_.budget),
                 inked(ink) + " text-anchor=\"end\""));
    }

    /// The keys of the phone. Between them stands where too many wrong answers lead: drawn as lines
    /// from nearly every screen, these would cover everything else.
    void draw_keys() {
        const Rect& s = box_.screen;
        const double y = box_.rect.y + box_.rect.height - 19;
        const double middle = s.x + s.width / 2;
        const std::string dim = painted("#fff") + " fill-opacity=\".3\"";
        put(rect({s.x + 4, y, 18, 9}, 4.5, dim) + rect({s.x + s.width - 22, y, 18, 9}, 4.5, dim));
        bool noted = false;
        for (const std::size_t e : picture_.notes) {
            const GraphEdge& edge = graph_.edges[e];
            if (edge.from != box_.node) continue;
            noted = true;
            const std::string note = edge.label + "x? " + shortened(graph_.nodes[edge.to].name, 20);
            put("<g class=\"edge note\"" + ends(graph_, edge) + ">" + tooltip(told(graph_, edge)) +
                text(middle, y + 7.4, "m foot", note,
                     "text-anchor=\"middle\" fill-opacity=\".8\"") +
                "</g>");
        }
        if (!noted) put(rect({middle - 9, y - 1, 18, 11}, 4, dim));
    }

    void draw_sms() {
        const Rect& r = box_.rect;
        const std::string outline = painted("#fff", colour_.strong);
        const double bottom = r.y + r.height;
        put(path("M" + number(r.x + 18) + " " + number(bottom - 1) + "v9l12 -9z", outline));
        put(rect(r, 10, outline));
        put(path("M" + number(r.x + 18.6) + " " + number(bottom - 1.6) + "h11",
                 "stroke=\"#fff\" stroke-width=\"2\""));
        put(path("M" + number(r.x + 10) + " " + number(r.y + 7) + "h12v8h-12zl6 4.5l6 -4.5",
                 painted("none", colour_.strong)));
        draw_head(r.x + 27, r.x + r.width - 10, colour_.strong);
        draw_lines(kInset);
        draw_budget({box_.screen.x + 3, bottom - 13, box_.screen.width - 52, 5}, colour_.strong);
    }

    void draw_action() {
        const Rect& r = box_.rect;
        put(rect(r, 9, painted("#fff", kInk)));
        put(path("M" + number(r.x) + " " + number(box_.screen.y) + "V" + number(r.y + 9) +
                     "a9 9 0 0 1 9 -9h" + number(r.width - 18) + "a9 9 0 0 1 9 9V" +
                     number(box_.screen.y) + "z",
                 painted(kInk)));
        put(path("M" + number(r.x + 12) + " " + number(r.y + 6) + "l4.5 5l-4.5 5l-4.5 -5z",
                 painted("#ffd54f")));
        put(text(r.x + 20, r.y + 14, "m name", node_.name));
        if (node_.caption != node_.name)
            put(text(r.x + 20, r.y + 26, "m id", node_.caption, inked("#fff")));
        out_ += "<g class=\"m\">";
        double y = box_.screen.y + 10;
        for (const PictureLine& line : box_.lines) {
            out_ += text(r.x + r.width - 8, y, "small", line.text, "text-anchor=\"end\"") +
                    "<circle" + attribute("cx", r.x + r.width) + attribute("cy", y - 3) +
                    " r=\"2.4\" " + painted(kInk) + "/>";
            y += kActionRow;
        }
        put("</g>");
    }

    const Graph& graph_;
    const Picture& picture_;
    const PictureBox& box_;
    const GraphNode& node_;
    const Colour& colour_;
    std::string out_;
};

}  // namespace

std::string box(const Graph& graph, const Picture& picture, const PictureBox& box) {
    return BoxWriter(graph, picture, box).write();
}

}  // namespace jangkau::menus::svg
