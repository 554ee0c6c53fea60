// More workers dial than can be served.

#include "tests/faults/row.hpp"

namespace jangkau::faults {
namespace {

using std::chrono::milliseconds;

struct Rates {
    double ok = 0, all = 0;  ///< a second
    Load::Figures figures;
};

Rates under(World& world, int workers, std::chrono::seconds time) {
    world.load().start(world.url_, workers, false);
    std::this_thread::sleep_for(time);
    const auto figures = world.load().figures();
    world.load().stop();
    const double seconds = static_cast<double>(time.count());
    return {static_cast<double>(figures.ok) / seconds,
            static_cast<double>(figures.ok + figures.refused + figures.unknown) / seconds, figures};
}

std::string rounded(double value) { return std::to_string(static_cast<long>(value)); }

std::string overload(World& world) {
    world.bad_disk();
    // So small a capacity that neither this program nor the processor is what limits it.
    world.begin({"store.batch_jobs_max=8", "limits.connections_per_peer_max=2000"});
    world.break_disk(DiskFault::slow, 200);
    const Rates peak = under(world, 16, full_size() ? 60s : 5s);
    const auto resident = world.usage().resident_kib;
    const Rates over = under(world, 480, full_size() ? 300s : 10s);
    const auto grown = static_cast<long>(world.usage().resident_kib - resident) / 1024;
    world.break_disk(DiskFault::none);
    EXPECT_EQ(over.figures.unknown, 0U) << "somebody got no answer";
    EXPECT_GE(over.all, 10 * peak.ok) << "that is no overload";
    EXPECT_GE(over.ok, 0.8 * peak.ok) << "who is served becomes fewer";
    EXPECT_LT(over.figures.p99, 6s) << "who is served waits longer than is worth it";
    EXPECT_LT(over.figures.refused_median, 1s) << "who is not served waits to hear it";
    EXPECT_LT(grown, 64) << "MB";
    const auto ms = [](std::chrono::microseconds time) {
        return rounded(static_cast<double>(time.count()) / 1000);
    };
    return "capacity " + rounded(peak.ok) + " hops/s; offered " + rounded(over.all) +
           "/s, served " + rounded(over.ok) + "/s (" + rounded(100 * over.ok / peak.ok) +
           " %) with p99 " + ms(over.figures.p99) + " ms; who was not heard \"busy\" after " +
           ms(over.figures.refused_median) + " ms (median); memory grew by " +
           std::to_string(grown) + " MB";
}

}  // namespace

std::vector<Row> overload_rows() {
    return {
        {"H-11", "overload",
         "at ten times the capacity at least 80 % of it is served; others are told at once that "
         "we are busy",
         "480 workers dial a gateway whose disk takes 200 ms a sync, 8 turns each", overload}};
}

}  // namespace jangkau::faults
