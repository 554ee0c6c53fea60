// The power goes: what SQLite wrote and did not sync is on the disk whole, in part or not at all.

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <future>
#include <map>
#include <semaphore>
#include <set>

#include "sessions/sqlite_store.hpp"
#include "tests/faults/power.hpp"
#include "tests/faults/row.hpp"
#include "tests/support/fast_folder.hpp"

namespace jangkau::faults {
namespace {

using sessions::Unit;

constexpr unsigned kPhones = 8;
constexpr unsigned kSteps = 160;
constexpr std::size_t kEndless = SIZE_MAX;

/// What is wrong with the disk or the store in a try.
enum class Honesty {
    all,
    disk_lies,   ///< it says that it synced, and did not
    never_syncs  ///< the store does not ask it to
};

sessions::SqliteOptions options_of(const std::string& folder) {
    sessions::SqliteOptions options;
    options.folder = folder;
    // Beside the database no file has to last.
    options.keys.text = "1:" + std::string(64, 'a');
    options.keys.name = "a key";
    return options;
}

Msisdn phone_of(unsigned number) {
    return Msisdn::from_digits(std::to_string(6281200000000 + number % kPhones));
}
std::string name_of(unsigned step) { return "step " + std::to_string(step); }

/// As a turn does: the dialogue, the answer, a draft and an SMS, in one transaction.
void take(Unit& unit, unsigned step) {
    const Msisdn phone = phone_of(step);
    const Time now{std::chrono::seconds(1'800'000'000 + step)};
    unit.put(sessions::Session{"at", phone.digits(), phone, name_of(step), name_of(step), now});
    unit.put(flows::Draft{0, phone, name_of(step), 1, now});
    unit.put_reply(name_of(step), {name_of(step), false, phone}, now);
    unit.send({phone, name_of(step), flows::Lane::receipt, "", "", std::nullopt});
    // An erasure empties the write-ahead log into the database.
    if (step % 23 == 22) unit.erase_person(Msisdn::from_digits("6281300000000"));
}

/// Jobs that wait until all are there, so that a seed always gives the same batches.
class Together {
public:
    explicit Together(sessions::Store& store) : store_(store) {
        // Without power the job does not run.
        store_.submit([this](Unit&) { begun_.release(), go_.acquire(); },
                      [this](const std::exception_ptr&) { begun_.release(); });
        begun_.acquire();
    }
    void run(unsigned first, unsigned count, std::set<unsigned>& acknowledged) {
        std::promise<void> last;
        for (unsigned step = first; step < first + count; ++step)
            store_.submit([step](Unit& unit) { take(unit, step); },
                          [&, step](const std::exception_ptr& failed) {
                              if (!failed) acknowledged.insert(step);
                              if (step + 1 == first + count) last.set_value();
                          });
        go_.release();
        last.get_future().wait();
    }

private:
    sessions::Store& store_;
    std::counting_semaphore<2> begun_{0}, go_{0};
};

/// Turns in batches of any size, now and then a new start; until it is done or the power goes.
std::set<unsigned> live(const std::string& folder, unsigned seed, const PowerDisk& disk,
                        bool syncs) {
    std::mt19937 random(seed);
    const auto up_to = [&](unsigned most) { return 1 + static_cast<unsigned>(random()) % most; };
    std::set<unsigned> acknowledged;
    auto options = options_of(folder);
    options.fast_and_loose = !syncs;
    try {
        for (unsigned step = 0; step < kSteps && !disk.off();) {
            const auto store = sessions::open_sqlite_store(options);
            const unsigned until = std::min(kSteps, step + 20 + up_to(60));
            while (step < until && !disk.off()) {
                const unsigned count = std::min(until - step, up_to(12));
                Together(*store).run(step, count, acknowledged);
                step += count;
            }
        }
    } catch (const std::runtime_error&) {
        EXPECT_TRUE(disk.off()) << "a store that does not open";
    }
    return acknowledged;
}

struct Found {
    std::size_t acknowledged = 0;
    std::size_t lost = 0;
    std::size_t half = 0;   ///< steps of which a part is there
    std::size_t extra = 0;  ///< whole, and never acknowledged
    bool sound = false;     ///< opens, and every page is good
};

Found look(const std::string& folder, const std::set<unsigned>& acknowledged) {
    Found found{.acknowledged = acknowledged.size()};
    try {
        sessions::open_sqlite_store(options_of(folder))->run([&](Unit& unit) {
            std::set<std::string> sent;
            std::map<unsigned, unsigned> last;
            for (unsigned number = 0; number < kPhones; ++number)
                for (const auto& row : unit.sms_to(phone_of(number), 0, kSteps))
                    sent.insert(row.sms.text);
            for (unsigned step = 0; step < kSteps; ++step) {
                const bool replied = unit.reply(name_of(step)).has_value();
                if (replied) last[step % kPhones] = step;
                found.half += replied != sent.contains(name_of(step));
                found.lost += !replied && acknowledged.contains(step);
                found.extra += replied && !acknowledged.contains(step);
            }
            for (unsigned number = 0; number < kPhones; ++number) {
                const auto session = unit.session("at", phone_of(number).digits());
                const auto drafts = unit.drafts_of(phone_of(number));
                const std::string state = last.contains(number) ? name_of(last[number]) : "";
                found.half += (session ? session->state : "") != state;
                found.half += (drafts.empty() ? "" : drafts.front().state) != state;
            }
        });
        SQLite::Database database(folder + "/jangkau.db", SQLite::OPEN_READONLY);
        found.sound = database.execAndGet("PRAGMA integrity_check").getString() == "ok";
    } catch (const std::exception&) {
        found.lost = acknowledged.size();
    }
    return found;
}

Found one_cut(unsigned seed, Honesty honesty) {
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
    std::set<unsigned> acknowledged;
    {
        PowerDisk disk(seed, std::mt19937(seed)() % operations, honesty == Honesty::disk_lies);
        acknowledged = live(before, seed, disk, syncs);
        disk.leave(before, after);
    }
    return look(after, acknowledged);
}

/// Those who watch can see: with a disk that lies, or a store that does not sync, they find losses.
std::size_t lost_with(Honesty honesty) {
    std::size_t lost = 0;
    for (unsigned seed = 0; seed < 10; ++seed) lost += one_cut(seed, honesty).lost;
    EXPECT_GT(lost, 0U) << "nobody would see a loss";
    return lost;
}

std::string power_cut(World&) {
    const unsigned seeds = full_size() ? 1'000 : 40;
    Found all;
    for (unsigned seed = 0; seed < seeds; ++seed) {
        const Found found = one_cut(seed, Honesty::all);
        EXPECT_TRUE(found.sound) << "seed " << seed;
        EXPECT_EQ(found.lost, 0U) << "seed " << seed;
        EXPECT_EQ(found.half, 0U) << "seed " << seed;
        all.acknowledged += found.acknowledged;
        all.extra += found.extra;
    }
    EXPECT_GT(all.acknowledged, seeds) << "the power goes before anything happens";
    return std::to_string(seeds) + " cuts; " + std::to_string(all.acknowledged) +
           " steps answered, 0 lost, 0 half; " + std::to_string(all.extra) +
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
