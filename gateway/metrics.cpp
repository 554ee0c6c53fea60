#include "gateway/metrics.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "gateway/core/check.hpp"

namespace jangkau::gateway {
namespace {

constexpr double kSecondsBounds[] = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                     0.1,    0.25,  0.5,    1,     2.5,  5,     10};

bool valid_name(std::string_view name) {
    const auto letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    return !name.empty() && letter(name.front()) &&
           std::all_of(name.begin(), name.end(),
                       [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

/// Finer than anything here is measured, and short of the sixteen digits that a NIK has: who hunts
/// for one in what a scraper keeps finds none.
constexpr int kDigits = 12;

std::string number(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
    char text[40];
    const auto end =
        std::to_chars(text, text + sizeof(text), value, std::chars_format::general, kDigits);
    return std::string(text, end.ptr);
}

enum class Quotes { escaped, as_they_are };

std::string escaped(std::string_view text, Quotes quotes) {
    std::string out;
    for (const char c : text) {
        if (c == '\\') {
            out += "\\\\";
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '"' && quotes == Quotes::escaped) {
            out += "\\\"";
        } else {
            out += c;
        }
    }
    return out;
}

/// `channel="at",le="0.5"`
std::string written(const Metrics::Labels& labels) {
    std::string out;
    for (const auto& [name, value] : labels) {
        check(valid_name(name), "a metric's label has a valid name");
        if (!out.empty()) out += ",";
        out += name + "=\"" + escaped(value, Quotes::escaped) + "\"";
    }
    return out;
}

std::string sample(const std::string& name, const std::string& labels, const std::string& value) {
    return name + (labels.empty() ? "" : "{" + labels + "}") + " " + value + "\n";
}

}  // namespace

struct Metrics::Series {
    std::optional<Counter> counter;
    std::unique_ptr<Histogram> histogram;
    std::function<double()> gauge;
};

struct Metrics::Family {
    std::string help;
    std::string type;
    std::map<std::string, Series> series;  // by labels as written; nodes never move
};

Metrics::Histogram::Histogram(std::vector<double> bounds)
    : bounds_(std::move(bounds)), buckets_(bounds_.size() + 1) {
    check(std::is_sorted(bounds_.begin(), bounds_.end()), "bounds of a histogram ascend");
}

void Metrics::Histogram::observe(double value) {
    if (std::isnan(value)) return;
    const auto bound = std::lower_bound(bounds_.begin(), bounds_.end(), value);
    const auto bucket = static_cast<std::size_t>(bound - bounds_.begin());
    buckets_[bucket].fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(value, std::memory_order_relaxed);
}

Metrics::Family& Metrics::family(const std::string& name, const std::string& help,
                                 const char* type) {
    check(valid_name(name), "a metric has a valid name");
    auto& found = families_[name];
    if (!found) found = std::make_shared<Family>(Family{help, type, {}});
    check(found->type == type, "a metric keeps its type");
    return *found;
}

Metrics::Counter& Metrics::counter(const std::string& name, const std::string& help,
                                   const Labels& labels) {
    const std::lock_guard lock(mutex_);
    Series& series = family(name, help, "counter").series[written(labels)];
    if (!series.counter) series.counter.emplace();
    return *series.counter;
}

Metrics::Histogram& Metrics::seconds(const std::string& name, const std::string& help,
                                     const Labels& labels) {
    const std::lock_guard lock(mutex_);
    Series& series = family(name, help, "histogram").series[written(labels)];
    if (!series.histogram) {
        series.histogram = std::make_unique<Histogram>(
            std::vector<double>(std::begin(kSecondsBounds), std::end(kSecondsBounds)));
    }
    return *series.histogram;
}

void Metrics::gauge(const std::string& name, const std::string& help, std::function<double()> read,
                    const Labels& labels) {
    const std::lock_guard lock(mutex_);
    family(name, help, "gauge").series[written(labels)].gauge = std::move(read);
}

std::string Metrics::text() const {
    const auto histogram_text = [](const std::string& name, const std::string& labels,
                                   const Histogram& histogram) {
        std::string out;
        std::uint64_t total = 0;
        for (std::size_t i = 0; i < histogram.buckets_.size(); ++i) {
            // The count is the last bucket's, so that both agree while others are observing.
            total += histogram.buckets_[i].load(std::memory_order_relaxed);
            const bool last = i == histogram.bounds_.size();
            const std::string le = "le=\"" + (last ? "+Inf" : number(histogram.bounds_[i])) + "\"";
            const std::string all = labels.empty() ? le : labels + "," + le;
            out += sample(name + "_bucket", all, std::to_string(total));
        }
        out += sample(name + "_sum", labels, number(histogram.sum_.load()));
        return out + sample(name + "_count", labels, std::to_string(total));
    };
    const std::lock_guard lock(mutex_);
    std::string out;
    for (const auto& [name, family] : families_) {
        out += "# HELP " + name + " " + escaped(family->help, Quotes::as_they_are) + "\n";
        out += "# TYPE " + name + " " + family->type + "\n";
        for (const auto& [labels, series] : family->series) {
            if (series.counter) {
                out += sample(name, labels, std::to_string(series.counter->value()));
            } else if (series.histogram) {
                out += histogram_text(name, labels, *series.histogram);
            } else if (series.gauge) {
                out += sample(name, labels, number(series.gauge()));
            }
        }
    }
    return out;
}

}  // namespace jangkau::gateway
