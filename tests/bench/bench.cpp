// What a turn costs, part by part, and the whole against itself with nothing kept. Read ratios
// within one run; the times are the machine's.

#include <benchmark/benchmark.h>

#include <filesystem>

#include "adapters/registry.hpp"
#include "gateway/core/text.hpp"
#include "gateway/turns.hpp"
#include "menus/step.hpp"
#include "sessions/sqlite_store.hpp"
#include "tests/bench/adapters_bench.hpp"
#include "tests/support/local_line.hpp"

namespace jangkau {
namespace {

const flows::Service& service() {
    static const gateway::Config config = shipped_config();
    return *config.service;
}

void BM_step(benchmark::State& state) {
    const Time now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23);
    const menus::Vars& settings = flows::settings_vars(service(), "id", now);
    const menus::Context context{
        {service().settings.zone.date(now), service().plan}, settings, 160};
    menus::State at;
    at.node = "kelurahan";
    at.language = "id";
    at.vars = {{"kecamatan", "737107"}, {"kecamatan_label", "Tallo"}};
    for (auto _ : state)
        benchmark::DoNotOptimize(menus::step(service().menu, at, menus::Typed{"9"}, context));
}
BENCHMARK(BM_step);

void BM_settings(benchmark::State& state) {
    const Time now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23);
    for (auto _ : state) benchmark::DoNotOptimize(flows::settings_vars(service(), "id", now));
}
BENCHMARK(BM_settings);

void BM_measure(benchmark::State& state) {
    const std::string text =
        "Terkirim. Tiket 4821736. Data diperiksa Pemkot & kelurahan. BELUM AKTIF sampai ada SMS "
        "AKTIF. Cek status: *123*4567#.";
    for (auto _ : state) benchmark::DoNotOptimize(measure(text));
}
BENCHMARK(BM_measure);

void BM_decode(benchmark::State& state) {
    adapters::Settings settings;
    settings.username = "sandbox";
    settings.api_key = Secret("none");
    const auto adapter = adapters::find("africastalking")->make(settings, service().plan);
    HttpRequest request{"POST",
                        "",
                        "",
                        {{"Content-Type", "application/x-www-form-urlencoded"}},
                        "sessionId=ATUid_7c1d0d5a2b9f4e6c8a01&phoneNumber=%2B6281200000001&"
                        "networkCode=99999&serviceCode=*384*7788%23&text=1*2*Budi",
                        ""};
    for (auto _ : state)
        benchmark::DoNotOptimize((*adapter)->decode(adapters::Endpoint::ussd, request));
}
BENCHMARK(BM_decode);

/// Turns of many sessions in flight, `in_flight` at a time, as a loaded gateway hands them to the
/// store.
void turns(benchmark::State& state, sessions::Store& store) {
    const auto in_flight = static_cast<std::size_t>(state.range(0));
    SystemRandom random;
    const Time now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23);
    std::uint64_t session = 0;
    for (auto _ : state) {
        std::atomic<std::size_t> left = in_flight;
        for (std::size_t i = 0; i < in_flight; ++i) {
            const adapters::UssdTurn turn{
                "s" + std::to_string(session),
                Msisdn::from_digits("62812" + std::to_string(1'000'000 + session % 100'000)),
                "*1#",
                "",
                true,
                true,
                "k" + std::to_string(session)};
            ++session;
            store.submit(
                [&, turn](sessions::Unit& unit) {
                    gateway::TurnWorld world{unit, service(), random, now, "bench", 160};
                    benchmark::DoNotOptimize(gateway::take_ussd(world, turn));
                },
                [&](const std::exception_ptr&) {
                    if (--left == 0) left.notify_one();
                });
        }
        for (std::size_t seen = left; seen != 0; seen = left) left.wait(seen);
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(session));
}

void BM_turns(benchmark::State& state, bool synced) {
    char folder[] = "/tmp/jangkau-bench-XXXXXX";
    if (!::mkdtemp(folder)) return state.SkipWithError("no temporary folder");
    {
        sessions::SqliteOptions options;
        options.folder = folder;
        options.fast_and_loose = !synced;
        const auto store = sessions::open_sqlite_store(options);
        turns(state, *store);
    }
    std::filesystem::remove_all(folder);
}
BENCHMARK_CAPTURE(BM_turns, on_disk, true)->Arg(1)->Arg(16)->Arg(64)->Arg(256)->UseRealTime();
BENCHMARK_CAPTURE(BM_turns, not_synced, false)->Arg(1)->Arg(16)->Arg(64)->Arg(256)->UseRealTime();

}  // namespace
}  // namespace jangkau

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    jangkau::bench::compare_adapters();
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}
