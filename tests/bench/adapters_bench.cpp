// Every adapter reads the same hop as its provider sends it, and answers it. They take turns, so
// that the ratios hold whatever else the machine does.

#include "tests/bench/adapters_bench.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <vector>

#include "adapters/registry.hpp"
#include "tests/adapters/exchange.hpp"

namespace jangkau::bench {
namespace {

using namespace adapters;

constexpr int kRounds = 15;
constexpr int kTimes = 1'000;

struct Measured {
    std::string name;
    std::unique_ptr<Adapter> adapter;
    HttpRequest request;
    std::vector<double> microseconds = {};  ///< of a round, each

    [[nodiscard]] double median() const {
        std::vector<double> sorted = microseconds;
        std::sort(sorted.begin(), sorted.end());
        return sorted[sorted.size() / 2];
    }
};

/// False where the request is not one hop.
bool answers(const Adapter& adapter, const HttpRequest& request) {
    const auto items = adapter.decode(Endpoint::ussd, request);
    if (!items || items->size() != 1 || !std::holds_alternative<UssdTurn>(items->front()))
        return false;
    return adapter
               .encode({"Ketik NIK: 16 angka di KTP atau KK, tanpa spasi\n0 Kembali", false},
                       request)
               .status == 200;
}

std::vector<Measured> ussd_adapters() {
    std::vector<Measured> all;
    for (const Entry& entry : registry()) {
        auto adapter = tests::recorded_adapter(entry.name);
        if (!adapter->abilities().ussd) continue;
        const auto settings =
            tests::settings_from(tests::read_file(tests::folder_of(entry.name) / "settings.txt"));
        const HttpRequest request = entry.make_aggregator(settings)->hop(
            {"session-7c1d0d5a2b9f4e6c", "+6281200000001", "*123*4567#", {"1"}, ""});
        // Where only a screen of ours before it makes a hop, there is nothing to read.
        if (answers(*adapter, request))
            all.push_back({std::string(entry.name), std::move(adapter), request});
    }
    return all;
}

}  // namespace

void compare_adapters() {
    std::vector<Measured> all = ussd_adapters();
    for (int round = 0; round < kRounds; ++round)
        for (Measured& one : all) {
            const auto began = std::chrono::steady_clock::now();
            for (int i = 0; i < kTimes; ++i) (void)answers(*one.adapter, one.request);
            const std::chrono::duration<double, std::micro> took =
                std::chrono::steady_clock::now() - began;
            one.microseconds.push_back(took.count() / kTimes);
        }
    std::ranges::sort(all, {}, &Measured::median);
    std::printf("%-20s %10s %8s %12s\n", "a hop, answered", "us", "times", "body, bytes");
    for (const Measured& one : all)
        std::printf("%-20s %10.2f %8.2f %12zu\n", one.name.c_str(), one.median(),
                    one.median() / all.front().median(), one.request.body.size());
    std::printf("\n");
}

}  // namespace jangkau::bench
