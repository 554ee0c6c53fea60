#include "gateway/metrics.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <thread>
#include <vector>

namespace jangkau::gateway {
namespace {

TEST(MetricsTest, WritesFamiliesSortedAndDescribedOnce) {
    Metrics metrics;
    metrics.gauge("jangkau_open", "Open now", [] { return 2.5; });
    metrics.counter("jangkau_turns_total", "Turns", {{"channel", "b"}}).add(3);
    metrics.counter("jangkau_turns_total", "Turns", {{"channel", "a"}, {"kind", "sms"}}).add();
    metrics.counter("jangkau_errors_total", "Errors\nby \\ kind");
    EXPECT_EQ(metrics.text(),
              "# HELP jangkau_errors_total Errors\\nby \\\\ kind\n"
              "# TYPE jangkau_errors_total counter\n"
              "jangkau_errors_total 0\n"
              "# HELP jangkau_open Open now\n"
              "# TYPE jangkau_open gauge\n"
              "jangkau_open 2.5\n"
              "# HELP jangkau_turns_total Turns\n"
              "# TYPE jangkau_turns_total counter\n"
              "jangkau_turns_total{channel=\"a\",kind=\"sms\"} 1\n"
              "jangkau_turns_total{channel=\"b\"} 3\n");
}

TEST(MetricsTest, IsEmptyAtFirst) { EXPECT_EQ(Metrics().text(), ""); }

TEST(MetricsTest, EscapesLabelValues) {
    Metrics metrics;
    metrics.counter("a", "A", {{"l", "say \"hi\" \\ \n"}});
    EXPECT_NE(metrics.text().find("a{l=\"say \\\"hi\\\" \\\\ \\n\"} 0\n"), std::string::npos);
}

TEST(MetricsTest, CumulatesBuckets) {
    Metrics metrics;
    auto& histogram = metrics.seconds("t_seconds", "Time", {{"c", "x"}});
    for (const double value : {0.0001, 0.0005, 0.3, 10.0, 11.0}) histogram.observe(value);
    histogram.observe(std::numeric_limits<double>::quiet_NaN());
    const std::string text = metrics.text();
    for (const char* line :
         {"# TYPE t_seconds histogram\n", "t_seconds_bucket{c=\"x\",le=\"0.0005\"} 2\n",
          "t_seconds_bucket{c=\"x\",le=\"0.001\"} 2\n", "t_seconds_bucket{c=\"x\",le=\"0.25\"} 2\n",
          "t_seconds_bucket{c=\"x\",le=\"0.5\"} 3\n", "t_seconds_bucket{c=\"x\",le=\"1\"} 3\n",
          "t_seconds_bucket{c=\"x\",le=\"10\"} 4\n", "t_seconds_bucket{c=\"x\",le=\"+Inf\"} 5\n",
          "t_seconds_sum{c=\"x\"} 21.3006\n", "t_seconds_count{c=\"x\"} 5\n"}) {
        EXPECT_NE(text.find(line), text.npos) << line << "\n" << text;
    }
}

TEST(MetricsTest, WritesNoFigureWithAsManyDigitsAsANik) {
    Metrics metrics;
    metrics.seconds("s", "S").observe(1.1366165909999995);
    metrics.gauge("g", "G", [] { return 1'795'430'452.25; });
    const std::string text = metrics.text();
    EXPECT_NE(text.find("s_sum 1.136616591\n"), text.npos) << text;
    EXPECT_NE(text.find("g 1795430452.25\n"), text.npos) << text;
}

TEST(MetricsTest, GivesTheSameMetricAgain) {
    Metrics metrics;
    auto& one = metrics.counter("a", "A", {{"l", "1"}});
    for (int i = 0; i < 100; ++i) metrics.counter("a", "A", {{"l", std::to_string(i)}});
    EXPECT_EQ(&one, &metrics.counter("a", "other words", {{"l", "1"}}));
    metrics.gauge("g", "G", [] { return 1; });
    metrics.gauge("g", "G", [] { return -std::numeric_limits<double>::infinity(); });
    EXPECT_NE(metrics.text().find("g -Inf\n"), std::string::npos);
}

TEST(MetricsTest, CountsFromManyThreads) {
    Metrics metrics;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&metrics] {
            auto& counter = metrics.counter("a", "A");
            auto& histogram = metrics.seconds("s", "S");
            for (int j = 0; j < 10'000; ++j) {
                counter.add();
                histogram.observe(1);
            }
        });
    }
    for (auto& thread : threads) thread.join();
    const std::string text = metrics.text();
    EXPECT_NE(text.find("a 40000\n"), text.npos);
    EXPECT_NE(text.find("s_sum 40000\ns_count 40000\n"), text.npos) << text;
}

}  // namespace
}  // namespace jangkau::gateway
