// Backups under load, and what they are worth.

#include <filesystem>

#include "tests/faults/row.hpp"

namespace jangkau::faults {
namespace {

namespace fs = std::filesystem;

struct Backup {
    std::string file;
    std::vector<Step> before;  ///< steps whose fate was known when it was begun
};

Backup make_backup(World& world) {
    Backup made{.before = Load::steps(world.load().ledger())};
    const Ran ran = world.operate({"backup", world.folder() + "/backups"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    const std::size_t end = ran.out.find(": verified, ");
    EXPECT_NE(end, ran.out.npos) << ran.out;
    made.file = ran.out.substr(0, end);
    return made;
}

/// Into a folder that has the key and nothing else; where it is.
std::string restored(World& world, const Backup& backup, std::size_t number) {
    const std::string data = world.folder() + "/restored" + std::to_string(number);
    fs::create_directory(data);
    fs::copy_file(world.folder() + "/data/key", data + "/key");
    const Ran ran = world.operate_in(data, {"restore", backup.file});
    EXPECT_EQ(ran.code, 0) << ran.err;
    const Ran audit = world.operate_in(data, {"audit", "verify"});
    EXPECT_EQ(audit.code, 0) << audit.out << audit.err;
    return data;
}

/// How many steps that were answered before it began are in it.
std::size_t prove(World& world, const Backup& backup) {
    std::size_t found = 0;
    for (const Step& step : backup.before) {
        if (step.result != "ok") continue;
        Step again = step;
        world.hop(again);
        EXPECT_EQ(again.body, step.body) << step.session << " " << step.text;
        ++found;
    }
    return found;
}

std::string backups(World& world) {
    const std::size_t wanted = full_size() ? 60 : 3;
    std::vector<Backup> made;
    world.begin({"channels.infobip.per_second=1000"});
    world.load().start(world.url_, 4, true);
    EXPECT_TRUE(world.load().wait_for(100));
    std::chrono::milliseconds longest{0};
    for (std::size_t i = 0; i < wanted; ++i) {
        const auto began = Steady::now();
        made.push_back(make_backup(world));
        longest = std::max(longest, since(began));
        const std::size_t before = world.load().figures().ok;
        EXPECT_TRUE(world.load().wait_for(before + 40));
        std::this_thread::sleep_for(1s);  // they are named by the second
    }
    world.load().stop();
    const auto figures = world.load().figures();
    EXPECT_EQ(figures.refused + figures.unknown, 0U);
    // What still waits would leave once more from the restored one: an SMS has one gateway.
    EXPECT_TRUE(world.has_sent_all());
    made.push_back(make_backup(world));
    world.end();

    std::size_t proven = 0;
    std::chrono::milliseconds back{0};
    for (std::size_t i = 0; i < made.size(); ++i) {
        const auto began = Steady::now();
        const std::string data = restored(world, made[i], i);
        const bool last = i + 1 == made.size();
        // Only the last one is to send.
        world.begin_in(data, last ? std::vector<std::string>{}
                                  : std::vector<std::string>{"routes.default=simulator"});
        back = std::max(back, since(began));
        proven += prove(world, made[i]);
        if (!last) world.end();
    }
    world.load().start(world.url_, 4, true);
    EXPECT_TRUE(world.load().wait_for(50)) << "workers do not go on";
    world.load().stop();
    return std::to_string(made.size()) + " backups under load, the longest " +
           std::to_string(longest.count()) + " ms, nobody refused meanwhile; " +
           std::to_string(made.size()) +
           " restored, their audits verified, and served from, at most " +
           std::to_string(back.count()) + " ms after the command; " + std::to_string(proven) +
           " steps answered before they began, 0 missing";
}

}  // namespace

std::vector<Row> copy_rows() {
    return {
        {"C-7", "backup under load, and a restore",
         "each is verified, and holds all that was answered before it began; workers go on from "
         "it",
         "jangkau backup while workers register; jangkau restore into a new folder, each",
         backups}};
}

}  // namespace jangkau::faults
