#include <array>
#include <cstdio>

#include "tests/simulation/report.hpp"

namespace jangkau::simulation {
namespace {

constexpr double kWidth = 800, kHeight = 470;
constexpr double kLeft = 70, kRight = 580, kTop = 84, kBottom = 400;
constexpr double kLossMax = 0.3;

template <class... Values>
std::string format(const char* form, Values... values) {
    char text[600];
    std::snprintf(text, sizeof text, form, values...);
    return text;
}

double x_of(double loss) { return kLeft + (kRight - kLeft) * loss / kLossMax; }
double y_of(double share) { return kBottom - (kBottom - kTop) * share; }

struct Curve {
    bool resume;
    std::size_t dials;
    const char* style;
    const char* label;
};
constexpr std::array kCurves{
    Curve{true, 4, "four", "within four dials"},
    Curve{true, 3, "three", "within three dials"},
    Curve{false, 4, "four without", "four, without resume"},
    Curve{false, 3, "three without", "three, without resume"},
};

std::string frame() {
    std::string out;
    for (int share = 0; share <= 100; share += 20) {
        const double y = y_of(share / 100.0);
        out += format("<path class=\"grid\" d=\"M%.0f %.1fH%.0f\"/>\n", kLeft, y, kRight);
        out +=
            format("<text class=\"tick\" x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\">%d %%</text>\n",
                   kLeft - 10, y + 4, share);
    }
    for (int loss = 0; loss <= 30; loss += 5)
        out += format(
            "<text class=\"tick\" x=\"%.1f\" y=\"%.0f\" text-anchor=\"middle\">%d %%</text>\n",
            x_of(loss / 100.0), kBottom + 22, loss);
    out +=
        format("<path class=\"axis\" d=\"M%.0f %.0fV%.0fH%.0f\"/>\n", kLeft, kTop, kBottom, kRight);
    out += format(
        "<text class=\"name\" x=\"%.0f\" y=\"%.0f\" text-anchor=\"middle\">hops lost by the "
        "network</text>\n",
        (kLeft + kRight) / 2, kBottom + 48);
    return out;
}

/// What is promised: 90 % within three dials and 97 % within four, where 10 % are lost.
std::string promises() {
    std::string out;
    for (const auto& [share, style] : {std::pair{0.90, "three"}, std::pair{0.97, "four"}})
        out += format(
            "<path class=\"promise %s\" d=\"M%.1f %.1fh18\"><title>promised: %.0f %%"
            "</title></path>\n",
            style, x_of(0.1) - 9, y_of(share), 100 * share);
    return out;
}

std::string curve(const std::vector<Figures>& all, const Curve& curve) {
    std::string line, points;
    for (const Figures& figures : all) {
        if (figures.resume != curve.resume) continue;
        line += format("%s%.1f %.1f", line.empty() ? "M" : "L", x_of(figures.loss),
                       y_of(figures.within(curve.dials)));
        points += point(figures, curve.dials);
    }
    return format("<g class=\"%s\">\n<path class=\"curve\" d=\"", curve.style) + line + "\"/>\n" +
           points + "</g>\n";
}

std::string legend() {
    constexpr double kStep = 26;
    std::string out;
    double y = kTop + 6;
    const auto entry = [&](const std::string& sample, const char* label) {
        out +=
            sample + format("<text x=\"%.0f\" y=\"%.0f\">%s</text>\n", kRight + 66, y + 4, label);
        y += kStep;
    };
    for (const Curve& curve : kCurves)
        entry(format("<g class=\"%s\"><path class=\"curve\" d=\"M%.0f %.0fh36\"/></g>\n",
                     curve.style, kRight + 22, y),
              curve.label);
    entry(format("<path class=\"promise four\" d=\"M%.0f %.0fh16\"/>"
                 "<path class=\"promise three\" d=\"M%.0f %.0fh16\"/>\n",
                 kRight + 22, y, kRight + 42, y),
          "promised");
    return out;
}

constexpr const char* kStyle =
    "<style>\n"
    "text{font-family:system-ui,'DejaVu Sans',sans-serif;font-size:13px;fill:#30363d}\n"
    ".title{font-size:18px;font-weight:600}.sub,.tick{fill:#59636e}\n"
    ".grid{stroke:#e3e6ea;fill:none}.axis{stroke:#8b949e;fill:none}\n"
    ".curve{fill:none;stroke-width:2.5;stroke-linejoin:round}\n"
    ".four .curve,.promise.four{stroke:#0b5f66}.four circle{fill:#0b5f66}\n"
    ".three .curve,.promise.three{stroke:#c2560c}.three circle{fill:#c2560c}\n"
    ".without .curve{stroke-dasharray:5 5;stroke-width:2;opacity:.75}\n"
    ".promise{stroke-width:5;opacity:.35}\n"
    "</style>\n";

}  // namespace

std::string point(const Figures& f, std::size_t dials) {
    return format(
        "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"><title>%.0f %% lost: %.1f %% of %llu "
        "hold a ticket within %zu dials%s</title></circle>\n",
        x_of(f.loss), y_of(f.within(dials)), 100 * f.loss, 100 * f.within(dials),
        static_cast<unsigned long long>(f.workers), dials, f.resume ? "" : " without resume");
}

std::string chart(const std::vector<Figures>& all) {
    std::string out = format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" role=\"img\" "
        "aria-labelledby=\"t d\">\n"
        "<title id=\"t\">Workers who hold a ticket</title>\n"
        "<desc id=\"d\">Share of workers with a ticket within three and four dials, by the share "
        "of hops lost, with and without resume.</desc>\n",
        kWidth, kHeight);
    out += kStyle;
    out += format("<rect width=\"%.0f\" height=\"%.0f\" fill=\"#fff\"/>\n", kWidth, kHeight);
    out += format("<text class=\"title\" x=\"%.0f\" y=\"32\">Workers who hold a ticket</text>\n",
                  kLeft);
    out += format(
        "<text class=\"sub\" x=\"%.0f\" y=\"54\">The operator ends every dialogue after 120 "
        "seconds.</text>\n",
        kLeft);
    out += frame() + promises();
    for (const Curve& one : kCurves) out += curve(all, one);
    return out + legend() + "</svg>\n";
}

}  // namespace jangkau::simulation
