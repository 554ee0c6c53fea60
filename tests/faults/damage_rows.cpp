// Bytes of a database and of its write-ahead log change or go while no gateway runs.

#include <filesystem>
#include <fstream>
#include <random>

#include "tests/faults/row.hpp"
#include "tests/faults/steps.hpp"
#include "tests/faults/world.hpp"
#include "tests/support/fast_folder.hpp"

namespace jangkau::faults {
namespace {

namespace fs = std::filesystem;

std::string content_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}
void put(const std::string& path, const std::string& content) {
    std::ofstream(path, std::ios::binary) << content;
}

/// A database and its log, with all steps in them.
struct Files {
    std::string database, log;
    std::set<unsigned> steps;
};

/// `killed`: with the log that an orderly end would have emptied.
Files filled(bool killed) {
    const FastFolder place;
    Files files;
    const std::string path = place.path() + "/data/jangkau.db";
    {
        const auto store = sessions::open_sqlite_store(options_of(place.path() + "/data"));
        for (unsigned step = 0; step < kSteps; step += 4)
            Together(*store).take(step, 4, files.steps);
        // That this drops SQLite's locks harms nobody: there is no one else.
        if (killed) files.log = content_of(path + "-wal"), files.database = content_of(path);
    }
    if (!killed) files.database = content_of(path);
    EXPECT_EQ(files.steps.size(), kSteps);
    return files;
}

Found look_at(const Files& files) {
    const FastFolder place;
    const std::string path = place.path() + "/jangkau.db";
    put(path, files.database);
    if (!files.log.empty()) put(path + "-wal", files.log);
    Found found = look(place.path(), files.steps);
    if (!found.refused.empty()) {
        EXPECT_NE(found.refused.find("restore a backup"), std::string::npos) << found.refused;
        EXPECT_EQ(content_of(path), files.database) << "what there is to look at was overwritten";
    }
    return found;
}

void flip(std::string& bytes, std::size_t at, std::size_t count, std::mt19937& random) {
    for (std::size_t i = at; i < std::min(bytes.size(), at + count); ++i)
        bytes[i] = static_cast<char>(bytes[i] ^ static_cast<char>(1 + random() % 255));
}

std::string damaged_pages(World&) {
    const Files good = filled(false);
    EXPECT_EQ(look_at(good).lost, 0U);
    const unsigned tries = full_size() ? 2'000 : 100;
    std::mt19937 random(1);
    std::size_t refused = 0, told = 0, verified = 0, harmless = 0;
    for (unsigned i = 0; i < tries; ++i) {
        Files bad = good;
        flip(bad.database, random() % bad.database.size(), 64, random);
        const Found found = look_at(bad);
        EXPECT_EQ(found.wrong, 0U) << "try " << i << ": another answer than was given";
        const bool hurt = found.lost + found.half + found.unread > 0;
        if (!found.refused.empty())
            ++refused;
        else if (found.unread > 0)
            ++told;
        else if (!found.sound)
            ++verified;
        else if (!hurt)
            ++harmless;
        else
            ADD_FAILURE() << "try " << i << ": nobody hears of it";
    }
    EXPECT_GT(refused + told + verified, 0U);
    return std::to_string(tries) + " times 64 bytes: " + std::to_string(refused) +
           " refused at the start, " + std::to_string(told) + " refused when they are read, " +
           std::to_string(verified) + " found by the next backup, " + std::to_string(harmless) +
           " where nothing was; no answer that was not given";
}

/// What a gateway on damaged pages makes of steps that were answered before.
struct Served {
    std::size_t same = 0;
    std::size_t busy = 0;
    bool sound = false;  ///< by its next backup
};

Served serve(World& world, const std::vector<Step>& steps) {
    Served served;
    for (const Step& step : steps) {
        Step again = step;
        world.hop(again);
        if (again.result == "refused") {
            ++served.busy;
        } else {
            EXPECT_EQ(again.body, step.body) << step.session << " " << step.text;
            ++served.same;
        }
    }
    served.sound = world.operate({"backup", world.folder() + "/backups"}).code == 0;
    return served;
}

std::string damaged_and_served(World& world) {
    const unsigned tries = full_size() ? 300 : 30;
    world.begin({"channels.infobip.per_second=1000"});
    world.load().start(world.url_, 4, true);
    EXPECT_TRUE(world.load().wait_for(200));
    world.load().stop();
    EXPECT_TRUE(world.has_sent_all());
    world.end();
    std::vector<Step> steps = Load::steps(world.load().ledger());
    std::erase_if(steps, [](const Step& step) { return step.result != "ok"; });
    const std::string good = world.folder() + "/data";
    const std::string pages = content_of(good + "/jangkau.db");
    std::mt19937 random(2);
    std::size_t refused = 0, told = 0, copied = 0, harmless = 0;
    for (unsigned i = 0; i < tries; ++i) {
        const std::string data = world.folder() + "/damaged";
        fs::create_directory(data);
        fs::copy_file(good + "/key", data + "/key");
        std::string bad = pages;
        flip(bad, random() % bad.size(), 64, random);
        put(data + "/jangkau.db", bad);
        if (!world.begins_in(data, {"routes.default=simulator"})) {
            EXPECT_EQ(content_of(data + "/jangkau.db"), bad) << "it was overwritten";
            ++refused;
        } else {
            const Served served = serve(world, steps);
            EXPECT_GT(served.same, 0U) << "nobody is served";
            ++(served.busy > 0 ? told : served.sound ? harmless : copied);
            world.end();
        }
        fs::remove_all(data);
    }
    world.begin_in(good);
    EXPECT_GT(refused + told + copied, 0U);
    return std::to_string(tries) + " times 64 bytes, " + std::to_string(steps.size()) +
           " answered steps asked again each time: " + std::to_string(refused) +
           " refused at the start with the remedy, " + std::to_string(told) +
           " served with \"busy\" for what cannot be read, " + std::to_string(copied) +
           " found by the next backup, " + std::to_string(harmless) +
           " where nothing was; no answer that was not given";
}

std::string damaged_logs(World&) {
    const Files good = filled(true);
    EXPECT_EQ(look_at(good).lost, 0U);
    EXPECT_GT(good.log.size(), 100'000U);
    const unsigned tries = full_size() ? 2'000 : 100;
    std::mt19937 random(1);
    std::size_t lost = 0;
    for (unsigned i = 0; i < tries; ++i) {
        Files bad = good;
        const std::size_t at = random() % bad.log.size();
        switch (i % 3) {
            case 0: bad.log.resize(at / 512 * 512); break;
            case 1: flip(bad.log, at, 1, random); break;
            default: flip(bad.log, at, 4096, random);
        }
        const Found found = look_at(bad);
        EXPECT_EQ(found.refused, "") << "try " << i;
        EXPECT_TRUE(found.sound) << "try " << i;
        EXPECT_EQ(found.half + found.unread + found.wrong, 0U) << "try " << i;
        EXPECT_TRUE(found.there.empty() || *found.there.rbegin() + 1 == found.there.size())
            << "try " << i << ": a later step without an earlier one";
        lost += found.lost;
    }
    EXPECT_GT(lost, 0U) << "no damage that matters";
    return std::to_string(tries) +
           " logs cut or changed: every store opens with all steps before " +
           "the damage and none after it (" + std::to_string(lost) + " of " +
           std::to_string(tries * kSteps) + " gone)";
}

}  // namespace

std::vector<Row> damage_rows() {
    return {
        {"C-3", "damaged pages",
         "never another answer than was given; refused at the start, when it is read, or by the "
         "next "
         "backup; nothing is overwritten by a refusal",
         "64 bytes of the database change, anywhere", damaged_pages},
        {"C-3b", "damaged pages under a gateway that serves",
         "the same, by the program: exit code 2 and the remedy, \"busy\" to who needs what is "
         "damaged while all others go on, or a backup that is refused",
         "64 bytes of the database change, anywhere; then jangkau serve, all dialogues, jangkau "
         "backup",
         damaged_and_served},
        {"C-4", "damaged write-ahead log",
         "the store as it was before the damage, whole steps only; what the lost part alone held "
         "is "
         "gone",
         "the log of a killed process is cut, or bytes of it change", damaged_logs},
    };
}

}  // namespace jangkau::faults
