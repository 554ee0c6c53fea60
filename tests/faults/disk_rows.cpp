// The disk is full, fails, is slow or hangs; somebody else holds the database.

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>

#include "tests/faults/row.hpp"

namespace jangkau::faults {
namespace {

using std::chrono::milliseconds;

std::string ms(milliseconds time) { return std::to_string(time.count()) + " ms"; }

/// Under load, on a disk that can be broken.
void begin(World& world, const std::vector<std::string>& set = {}) {
    world.bad_disk();
    world.begin(set);
    world.load().start(world.url_, 4, true);
    EXPECT_TRUE(world.load().wait_for(40));
}

/// The time until a new caller gets his screen.
milliseconds until_served(World& world) {
    const auto began = Steady::now();
    for (int i = 0; i < 1'000; ++i) {
        if (world.try_hop("again-" + std::to_string(i)) == "ok") return since(began);
        std::this_thread::sleep_for(20ms);
    }
    ADD_FAILURE() << "nobody is served again";
    return since(began);
}

/// For a while; then what was answered meanwhile.
std::string under(World& world, DiskFault fault, int delay_ms, milliseconds time) {
    world.break_disk(fault, delay_ms);
    // Somebody calls when it has begun, and gets an answer whatever it is.
    const auto began = Steady::now();
    const std::string answer = world.try_hop("under");
    const auto answered = since(began);
    EXPECT_NE(answer, "unknown") << "a caller was left without an answer";
    EXPECT_LT(answered, 10s) << "Africa's Talking waits no longer";
    std::this_thread::sleep_for(time - std::min(time, answered));
    EXPECT_GT(world.disk_faults_met(), 0) << "the fault met nobody";
    const int met = world.disk_faults_met();
    world.break_disk(DiskFault::none);
    return std::to_string(met) + " times met; a caller was answered \"" + answer + "\" after " +
           ms(answered);
}

std::string heals(World& world, DiskFault fault, int delay_ms = 0) {
    begin(world);
    const std::string met = under(world, fault, delay_ms, full_size() ? 30s : 3s);
    const auto healed = until_served(world);
    const std::size_t before = world.load().figures().ok;
    EXPECT_TRUE(world.load().wait_for(before + 20));
    world.load().stop();
    const auto figures = world.load().figures();
    return met + "; " + std::to_string(figures.refused) +
           " told that we are busy, 0 lost; served again " + ms(healed) + " after";
}

std::string full(World& world) { return heals(world, DiskFault::full); }

/// Nobody hears of a full disk as long as there is something to give up.
std::string crowded(World& world) {
    const std::string ballast = world.folder() + "/data/ballast";
    begin(world);
    EXPECT_EQ(world.metric("jangkau_store_ballast_bytes"), 64'000'000);
    world.break_disk(DiskFault::crowded);
    const auto began = Steady::now();
    while (std::filesystem::exists(ballast) && since(began) < 30s) std::this_thread::sleep_for(5ms);
    EXPECT_FALSE(std::filesystem::exists(ballast));
    const std::size_t before = world.load().figures().ok;
    EXPECT_TRUE(world.load().wait_for(before + 100));
    world.load().stop();
    EXPECT_GT(world.disk_faults_met(), 0);
    EXPECT_THAT(world.log(), testing::HasSubstr("ballast_given_up"));
    const auto figures = world.load().figures();
    EXPECT_EQ(figures.refused + figures.unknown, 0U);
    return "given up once, " + std::to_string(world.disk_faults_met()) +
           " writes refused before; " + std::to_string(figures.ok) + " answered, nobody refused";
}
std::string write_errors(World& world) { return heals(world, DiskFault::write_error); }
std::string hung(World& world) { return heals(world, DiskFault::hung); }

std::string slow(World& world) {
    begin(world);
    std::string out;
    for (const int delay : {2, 20, 200}) {
        world.load().stop();
        world.break_disk(DiskFault::slow, delay);
        world.load().start(world.url_, 16, true);
        EXPECT_TRUE(world.load().wait_for(100));
        world.load().stop();
        const auto figures = world.load().figures();
        EXPECT_EQ(figures.unknown + figures.refused, 0U) << delay << " ms a sync";
        out += (out.empty() ? "" : "; ") + std::to_string(delay) + " ms a sync: median " +
               ms(std::chrono::duration_cast<milliseconds>(figures.median)) + ", p99 " +
               ms(std::chrono::duration_cast<milliseconds>(figures.p99));
    }
    EXPECT_GT(world.disk_faults_met(), 0);
    world.break_disk(DiskFault::none);
    return out + "; nobody refused";
}

/// After a failed sync nobody knows what is on the disk: this process writes no more, and ends, so
/// that the next one reads what is there.
std::string fails_to_sync(World& world, DiskFault fault) {
    begin(world);
    world.break_disk(fault);
    const int code = world.wait_for_end();
    EXPECT_EQ(code, 1) << "who is to start it anew has to see that it failed";
    EXPECT_GT(world.disk_faults_met(), 0);
    world.break_disk(DiskFault::none);
    world.begin_again();
    const auto healed = until_served(world);
    const std::size_t before = world.load().figures().ok;
    EXPECT_TRUE(world.load().wait_for(before + 20));
    world.load().stop();
    return "the process ended with code " + std::to_string(code) + "; the next one served after " +
           ms(healed) + "; nothing answered after the failed sync";
}

std::string failed_syncs(World& world) { return fails_to_sync(world, DiskFault::sync_error); }
std::string failed_write_back(World& world) { return fails_to_sync(world, DiskFault::write_back); }

std::string held_by_a_stranger(World& world) {
    const auto time = full_size() ? 60s : 5s;
    world.begin();
    world.load().start(world.url_, 4, true);
    EXPECT_TRUE(world.load().wait_for(40));
    auto stranger = std::make_unique<SQLite::Database>(world.folder() + "/data/jangkau.db",
                                                       SQLite::OPEN_READWRITE, 2'000);
    stranger->exec("BEGIN IMMEDIATE");
    const auto began = Steady::now();
    const std::string answer = world.try_hop("held");
    const auto answered = since(began);
    EXPECT_EQ(answer, "refused");
    EXPECT_LT(answered, 10s);
    EXPECT_EQ(world.ready(), 503) << "nobody who watches hears of it";
    std::this_thread::sleep_for(time - std::min<milliseconds>(time, since(began)));
    stranger->exec("ROLLBACK");
    stranger.reset();
    const auto healed = until_served(world);
    const std::size_t before = world.load().figures().ok;
    EXPECT_TRUE(world.load().wait_for(before + 20));
    world.load().stop();
    return "held for " + std::to_string(time.count()) + " s; a caller was told that we are busy " +
           ms(answered) + " after his dial; served again after " + ms(healed);
}

/// Somebody looks into the database and does not stop: what he sees must be kept.
std::string a_reader_stays(World& world) {
    const double most = 64.0 * 1024 * 1024;
    const auto time = full_size() ? 600s : 20s;
    world.begin();
    world.load().start(world.url_, 16, true);
    EXPECT_TRUE(world.load().wait_for(40));
    const auto wal = [&] { return world.metric("jangkau_store_wal_bytes"); };
    double held = 0;
    const auto began = Steady::now();
    std::size_t before = 0, during = 0;
    {
        SQLite::Database reader(world.folder() + "/data/jangkau.db", SQLite::OPEN_READONLY);
        reader.exec("BEGIN; SELECT count(*) FROM outbox");
        before = world.load().figures().ok;
        while (since(began) < time && (full_size() || held < 1.1 * most)) {
            std::this_thread::sleep_for(100ms);
            held = wal();
        }
        during = world.load().figures().ok - before;
        EXPECT_GT(during, 20U) << "turns wait for the reader";
    }
    const auto held_for = since(began);
    const auto left_at = Steady::now();
    while (wal() > most && since(left_at) < (full_size() ? 120s : 10s))
        std::this_thread::sleep_for(100ms);
    const auto given_back = since(left_at);
    const double left = wal();
    EXPECT_LE(left, most) << "nothing is given back";
    world.load().stop();
    EXPECT_EQ(world.load().figures().refused, 0U);
    const auto mb = [](double bytes) { return std::to_string(static_cast<int>(bytes / 1e6)); };
    return "held for " + ms(held_for) + ", " + std::to_string(during) +
           " steps answered meanwhile, nobody refused; the log grew to " + mb(held) +
           " MB, which its gauge tells, and is at " + mb(left) + " MB " + ms(given_back) +
           " after he left";
}

}  // namespace

std::vector<Row> disk_rows() {
    return {
        {"B-1", "disk full", "busy instead of a lie; heals by itself when there is room",
         "files of the database that would grow: ENOSPC", full},
        {"B-2", "disk full, ballast", "nobody hears of it: the room set aside is used",
         "the same, until the ballast is given up", crowded},
        {"B-3", "writes fail", "nothing answered that is not on disk; goes on when they work again",
         "every write to the database: EIO", write_errors},
        {"B-4", "syncs fail", "never tried again by the same process: it ends, and a new one reads",
         "every sync of the database: EIO", failed_syncs},
        {"B-5", "syncs fail where the log is written back",
         "as above: a log is not begun anew before all of it is in the database",
         "every sync of the database's own file, not of its log: EIO", failed_write_back},
        {"B-6", "slow disk", "answers wait for the disk, nobody is refused, nothing piles up",
         "syncs that take 2, 20 and 200 ms longer, 16 workers at once", slow},
        {"B-7", "hung disk", "callers are told in time; goes on when the disk does",
         "writes and syncs that do not return", hung},
        {"C-1", "database held by a stranger", "callers are told in time; watchers hear of it",
         "BEGIN IMMEDIATE of another process", held_by_a_stranger},
        {"C-2", "a reader that stays",
         "turns go on; the write-ahead log grows, watchers see it, and it is given back when he "
         "goes",
         "BEGIN; SELECT of another process", a_reader_stays},
    };
}

}  // namespace jangkau::faults
