// The power goes: what SQLite wrote and did not sync is on the disk whole, in part or not at all.

#include <algorithm>
#include <filesystem>
#include <random>

#include "tests/faults/power.hpp"
#include "tests/faults/row.hpp"
#include "tests/faults/steps.hpp"
#include "tests/support/fast_folder.hpp"

namespace jangkau::faults {
namespace {

constexpr std::size_t kEndless = SIZE_MAX;

/// What is wrong with the disk or the store in a try.
enum class Honesty {
    all,
    disk_lies,   ///< it says that it synced, and did not
    never_syncs  ///< the store does not ask it to
};

/// Turns in batches of any size, now and then a new start; until it is done or the power goes.
std::set<unsigned> live(const std::string& folder, unsigned seed, const PowerDisk& disk,
                        bool syncs) {
    std::mt19937 random(seed);
    const auto up_to = [&](unsigned most) { return 1 + static_cast<unsigned>(random()) % most; };
    std::set<unsigned> acknowledged;
    auto options = options_of(folder);
    options.fast_and_loose = !syncs;
    if (seed % 2) options.checkpoint_pages = 8;  // else the log is never long enough
    try {
        for (unsigned step = 0; step < kSteps && !disk.off();) {
            const auto store = sessions::open_sqlite_store(options);
            const unsigned until = std::min(kSteps, step + 20 + up_to(60));
            while (step < until && !disk.off()) {
                const unsigned count = std::min(until - step, up_to(12));
                Together(*store).take(step, count, acknowledged);
                step += count;
            }
        }
    } catch (const std::runtime_error&) {
        EXPECT_TRUE(disk.off()) << "a store that does not open";
    }
    return acknowledged;
}

struct Cut {
    std::set<unsigned> acknowledged;
    Found found;
};

Cut one_cut(unsigned seed, Honesty honesty) {
    const FastFolder place;
    const std::string before = place.path() + "/before", after = place.path() + "/after";
    std::filesystem::create_directory(after);
    const bool syncs = honesty != Honesty::never_syncs;
    std::size_t operations = 0;
    {
        PowerDisk whole(seed, kEndless, false);
        EXPECT_EQ(live(before, seed, whole, syncs).size(), kSteps);
        operations = whole.operations();
    }
    std::filesystem::remove_all(before);
    Cut cut;
    {
        PowerDisk disk(seed, std::mt19937(seed)() % operations, honesty == Honesty::disk_lies);
        cut.acknowledged = live(before, seed, disk, syncs);
        disk.leave(before, after);
    }
    cut.found = look(after, cut.acknowledged);
    return cut;
}

/// Those who watch can see: with a disk that lies, or a store that does not sync, they find losses.
std::size_t lost_with(Honesty honesty) {
    std::size_t lost = 0;
    for (unsigned seed = 0; seed < 10; ++seed) lost += one_cut(seed, honesty).found.lost;
    EXPECT_GT(lost, 0U) << "nobody would see a loss";
    return lost;
}

std::string power_cut(World&) {
    const unsigned seeds = full_size() ? 1'000 : 40;
    std::size_t acknowledged = 0, extra = 0;
    for (unsigned seed = 0; seed < seeds; ++seed) {
        const Cut cut = one_cut(seed, Honesty::all);
        EXPECT_EQ(cut.found.refused, "") << "seed " << seed;
        EXPECT_TRUE(cut.found.sound) << "seed " << seed;
        EXPECT_EQ(cut.found.lost, 0U) << "seed " << seed;
        EXPECT_EQ(cut.found.half + cut.found.unread + cut.found.wrong, 0U) << "seed " << seed;
        acknowledged += cut.acknowledged.size();
        extra += cut.found.there.size() + cut.found.lost - cut.acknowledged.size();
    }
    EXPECT_GT(acknowledged, seeds) << "the power goes before anything happens";
    return std::to_string(seeds) + " cuts; " + std::to_string(acknowledged) +
           " steps answered, 0 lost, 0 half; " + std::to_string(extra) +
           " on disk and not answered; every store opens. The same check finds " +
           std::to_string(lost_with(Honesty::disk_lies)) +
           " steps lost where the disk lies about syncs, and " +
           std::to_string(lost_with(Honesty::never_syncs)) + " with synchronous=OFF";
}

}  // namespace

std::vector<Row> power_rows() {
    return {{"A-2", "power cut", "nothing that was answered is lost, every step is whole or absent",
             "a disk below SQLite that drops and tears what was not synced, and names too, at any "
             "operation from the first start on, by seed",
             power_cut}};
}

}  // namespace jangkau::faults
