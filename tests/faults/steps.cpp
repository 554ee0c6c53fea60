#include "tests/faults/steps.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <future>
#include <map>

namespace jangkau::faults {
namespace {

using sessions::Unit;

constexpr unsigned kPhones = 8;

Msisdn phone_of(unsigned number) {
    return Msisdn::from_digits(std::to_string(6281200000000 + number % kPhones));
}

/// As a turn does: the dialogue, the answer, a draft and an SMS, in one transaction.
void take_one(Unit& unit, unsigned step) {
    const Msisdn phone = phone_of(step);
    const Time now{std::chrono::seconds(1'800'000'000 + step)};
    const std::int64_t draft = unit.put(flows::Draft{0, phone, "begun", 1, now});
    unit.put(sessions::Hop{{"at", phone.digits(), phone, name_of(step), name_of(step), now},
                           name_of(step),
                           {name_of(step), false},
                           draft});
    unit.send({phone, name_of(step), flows::Lane::receipt, "", "", std::nullopt});
    // An erasure empties the write-ahead log into the database.
    if (step % 23 == 22) unit.erase_person(Msisdn::from_digits("6281300000000"));
}

/// In a transaction of its own, as a turn: what cannot be read fails alone.
bool reads(sessions::Store& store, const std::function<void(Unit&)>& what) {
    try {
        store.run(what);
        return true;
    } catch (const std::exception&) {
        return false;
    }
}

void look_into(sessions::Store& store, Found& found) {
    std::set<std::string> sent;
    std::map<unsigned, unsigned> last;
    for (unsigned number = 0; number < kPhones; ++number)
        found.unread += !reads(store, [&](Unit& unit) {
            for (const auto& row : unit.sms_to(phone_of(number), 0, kSteps))
                sent.insert(row.sms.text);
        });
    for (unsigned step = 0; step < kSteps; ++step)
        found.unread += !reads(store, [&](Unit& unit) {
            const auto reply = unit.reply("at", phone_of(step).digits(), name_of(step));
            if (!reply) return;
            found.there.insert(step);
            last[step % kPhones] = step;
            found.wrong += reply->text != name_of(step);
        });
    for (unsigned step = 0; step < kSteps; ++step)
        found.half += found.there.contains(step) != sent.contains(name_of(step));
    for (unsigned number = 0; number < kPhones; ++number)
        found.unread += !reads(store, [&](Unit& unit) {
            const auto session = unit.session("at", phone_of(number).digits());
            const auto drafts = unit.drafts_of(phone_of(number));
            const std::string state = last.contains(number) ? name_of(last[number]) : "";
            found.half += (session ? session->state : "") != state;
            found.half += (drafts.empty() ? "" : drafts.front().state) != state;
        });
}

bool every_page_is_good(const std::string& folder) {
    try {
        SQLite::Database database(folder + "/jangkau.db", SQLite::OPEN_READONLY);
        return database.execAndGet("PRAGMA integrity_check").getString() == "ok";
    } catch (const SQLite::Exception&) {
        return false;
    }
}

}  // namespace

sessions::SqliteOptions options_of(const std::string& folder) {
    sessions::SqliteOptions options;
    options.folder = folder;
    options.keys.text = "1:" + std::string(64, 'a');
    options.keys.name = "a key";
    return options;
}

std::string name_of(unsigned step) { return "step " + std::to_string(step); }

Together::Together(sessions::Store& store) : store_(store) {
    // Without power the job does not run.
    store_.submit([this](Unit&) { begun_.release(), go_.acquire(); },
                  [this](const std::exception_ptr&) { begun_.release(); });
    begun_.acquire();
}

void Together::take(unsigned first, unsigned count, std::set<unsigned>& acknowledged) {
    std::promise<void> last;
    for (unsigned step = first; step < first + count; ++step)
        store_.submit([step](Unit& unit) { take_one(unit, step); },
                      [&, step](const std::exception_ptr& failed) {
                          if (!failed) acknowledged.insert(step);
                          if (step + 1 == first + count) last.set_value();
                      });
    go_.release();
    last.get_future().wait();
}

Found look(const std::string& folder, const std::set<unsigned>& acknowledged) {
    Found found;
    try {
        look_into(*sessions::open_sqlite_store(options_of(folder)), found);
    } catch (const std::runtime_error& refused) {
        found.refused = refused.what();
    }
    for (const unsigned step : acknowledged) found.lost += !found.there.contains(step);
    found.sound = every_page_is_good(folder);
    return found;
}

}  // namespace jangkau::faults
