// The process dies, is stopped, or is asked to stop.

#include <sys/wait.h>

#include <algorithm>
#include <random>

#include "gateway/core/crash_point.hpp"
#include "sessions/migrations.hpp"
#include "tests/faults/row.hpp"

namespace jangkau::faults {
namespace {

using std::chrono::milliseconds;

std::string killed_at_random(World& world) {
    const int kills = full_size() ? 1'000 : 30;
    std::mt19937 random(1);  // of the pauses; what the load is doing then is chance
    world.begin();
    world.load().start(world.url_, 4, true);
    std::vector<milliseconds> outages;
    for (int i = 0; i < kills; ++i) {
        std::this_thread::sleep_for(milliseconds(50 + random() % 450));
        world.kill_hard();
        const auto began = Steady::now();
        world.begin_again();
        outages.push_back(since(began));
    }
    const std::size_t before = world.load().figures().ok;
    EXPECT_TRUE(world.load().wait_for(before + 50)) << "nobody is served after the last start";
    world.load().stop();
    std::ranges::sort(outages);
    const auto figures = world.load().figures();
    return std::to_string(kills) + " kills; " + std::to_string(figures.ok) +
           " steps answered, 0 lost; " + std::to_string(figures.unknown) +
           " hops without an answer, sent again; a new process listens after " +
           std::to_string(outages[outages.size() / 2].count()) + " ms (the longest " +
           std::to_string(outages.back().count()) + ")";
}

/// A phone of no worker of the load's, of which there is something to erase.
void erase_somebody(World& world) {
    const std::string phone = "+6281310000000";
    (void)world.try_hop("erased", phone);
    world.send_sms("erase", phone, "HAPUS");
}

std::string killed_at_every_point(World& world) {
    std::size_t covered = 0;
    int deaths = 0;
    world.begin({"service.erase_days=0"});
    world.load().start(world.url_, 4, true);
    for (const std::string_view point : kCrashPoints) {
        if (point.starts_with("migrat")) continue;  // K-5
        for (const int pass : {1, 3}) {             // at once, and in the midst of it
            // One erasure at a time: several at once may pass there together.
            if (point == "erased" && pass > 1) continue;
            world.kill_hard();
            world.set_environment("JANGKAU_CRASH_AT",
                                  std::string(point) + ":" + std::to_string(pass));
            world.begin_to_die();
            if (point == "erased") erase_somebody(world);
            const int code = world.wait_for_end();
            EXPECT_EQ(code, 137) << point;
            covered += pass == 1 && code == 137 ? 1 : 0;
            ++deaths;
            world.set_environment("JANGKAU_CRASH_AT", "");
            world.begin_again();
            const std::size_t before = world.load().figures().ok;
            EXPECT_TRUE(world.load().wait_for(before + 20)) << "after " << point;
        }
    }
    world.load().stop();
    return std::to_string(covered) + " of " + std::to_string(kCrashPoints.size() - 2) +
           " points, " + std::to_string(deaths) + " deaths; " +
           std::to_string(world.load().figures().ok) + " steps answered, 0 lost, 0 SMS twice";
}

std::string killed_while_migrating(World& world) {
    // The last one takes over what had to be unsealed first.
    const int steps = sessions::schema_version() + 1;
    int deaths = 0;
    for (int step = 1; step <= steps; ++step)
        for (const char* point : {"migrating", "migrated"}) {
            world.set_environment("JANGKAU_CRASH_AT", point);
            EXPECT_EQ(world.begin_in_vain(), 137) << point << " of step " << step;
            ++deaths;
        }
    world.set_environment("JANGKAU_CRASH_AT", "");
    world.begin();
    world.load().start(world.url_);
    EXPECT_TRUE(world.load().wait_for(30));
    world.load().stop();
    return std::to_string(deaths) + " deaths in " + std::to_string(steps) +
           " steps, each before and after its commit; every next process went on from there";
}

std::string frozen(World& world) {
    const auto time = full_size() ? 30s : 3s;
    world.begin();
    world.load().start(world.url_, 4, true);
    EXPECT_TRUE(world.load().wait_for(50));
    world.signal(SIGSTOP);
    std::this_thread::sleep_for(time);
    const std::size_t before = world.load().figures().ok;
    const auto thawed = Steady::now();
    world.signal(SIGCONT);
    EXPECT_TRUE(world.load().wait_for(before + 20));
    const auto back = since(thawed);
    world.load().stop();
    return "frozen for " + std::to_string(time.count()) + " s, 20 steps answered " +
           std::to_string(back.count()) + " ms after it thawed; 0 lost, 0 SMS twice";
}

std::string asked_to_stop(World& world) {
    const int times = full_size() ? 50 : 5;
    world.begin();
    world.load().start(world.url_, 4, true);
    std::vector<milliseconds> took;
    std::uintmax_t wal = 0;
    for (int i = 0; i < times; ++i) {
        const std::size_t before = world.load().figures().ok;
        EXPECT_TRUE(world.load().wait_for(before + 20));
        const auto began = Steady::now();
        world.signal(SIGTERM);
        EXPECT_EQ(world.wait_for_end(), 0);
        took.push_back(since(began));
        std::error_code none;
        const auto left = std::filesystem::file_size(world.folder() + "/data/jangkau.db-wal", none);
        wal = std::max(wal, none ? 0 : left);
        world.begin_again();
    }
    world.load().stop();
    std::ranges::sort(took);
    EXPECT_EQ(wal, 0U) << "an orderly end leaves no write-ahead log";
    EXPECT_LT(took.back(), 10s);
    return std::to_string(times) + " stops under load, the longest " +
           std::to_string(took.back().count()) + " ms; no write-ahead log left; 0 lost";
}

std::string two_processes(World& world) {
    world.begin();
    world.load().start(world.url_, 2);
    EXPECT_TRUE(world.load().wait_for(20));
    const int code = world.begin_in_vain();
    EXPECT_GT(code, 0);
    EXPECT_LT(code, 128);
    const std::size_t before = world.load().figures().ok;
    EXPECT_TRUE(world.load().wait_for(before + 20));
    world.load().stop();
    EXPECT_EQ(world.load().figures().unknown, 0U);
    return "the second ends with code " + std::to_string(code) + "; the first goes on";
}

}  // namespace

std::vector<Row> process_rows() {
    return {
        {"A-1", "killed in mid-load", "nothing that was answered is lost, nothing happens twice",
         "SIGKILL at random times, started again at once; hops without an answer are repeated",
         killed_at_random},
        {"A-3", "killed between a promise and its keeping", "each state has its recovery",
         "the process ends at a named point (gateway/core/crash_point.hpp), under load",
         killed_at_every_point},
        {"A-4", "frozen", "no burst of duplicates; goes on at once", "SIGSTOP, SIGCONT", frozen},
        {"A-5", "asked to stop under load", "ends within 10 s, all that was taken is answered",
         "SIGTERM", asked_to_stop},
        {"K-5", "killed in a migration", "the old schema or the new, never between",
         "the process ends before and after the commit of every step", killed_while_migrating},
        {"K-6", "started twice", "the second refuses, the first does not notice",
         "another process on the same folder and port", two_processes},
    };
}

}  // namespace jangkau::faults
