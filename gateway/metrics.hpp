#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace jangkau::gateway {

/// Counters, gauges and histograms, and their Prometheus text form (exposition format 0.0.4).
///
/// Threading: all from any thread; adding to a metric is one atomic operation without a lock,
/// finding it takes one, so keep the reference. References live as long as the registry.
class Metrics {
public:
    class Counter {
    public:
        void add(std::uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
        [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

    private:
        std::atomic<std::uint64_t> value_{0};
    };
    class Histogram {
    public:
        explicit Histogram(std::vector<double> bounds);
        void observe(double value);

    private:
        friend class Metrics;
        std::vector<double> bounds_;
        std::vector<std::atomic<std::uint64_t>> buckets_;
        std::atomic<double> sum_{0};
    };
    /// Label values come from the configuration or a fixed set, never from callers.
    using Labels = std::vector<std::pair<std::string, std::string>>;

    Counter& counter(const std::string& name, const std::string& help, const Labels& labels = {});
    /// Bounds in seconds, from 0.5 ms to 10 s.
    Histogram& seconds(const std::string& name, const std::string& help, const Labels& labels = {});
    /// `read` is called when the text is made, under the lock: it must not use this registry. A
    /// second one with the same labels replaces the first.
    void gauge(const std::string& name, const std::string& help, std::function<double()> read,
               const Labels& labels = {});

    [[nodiscard]] std::string text() const;

private:
    struct Family;
    struct Series;
    mutable std::mutex mutex_;  // guards families_; not the values
    std::map<std::string, std::shared_ptr<Family>> families_;
    Family& family(const std::string& name, const std::string& help, const char* type);
};

}  // namespace jangkau::gateway
