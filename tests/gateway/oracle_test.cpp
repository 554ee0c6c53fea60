// Another phone finds out nothing about a NIK: for one that somebody registered and one that nobody
// did, whole dialogues show the same, and the store is asked the same statements in the same order.

#include <gmock/gmock.h>
#include <sqlite3.h>

#include <regex>

#include "gateway/control.hpp"
#include "gateway/turns.hpp"
#include "menus/flows/registration.hpp"
#include "tests/support/fast_folder.hpp"
#include "tests/support/local_line.hpp"

namespace jangkau::gateway {
namespace {

using namespace std::chrono_literals;
using flows::Enrollment;
using flows::Status;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const Msisdn kFirst = Msisdn::from_digits("6281234500001");
const Msisdn kStranger = Msisdn::from_digits("6281234500002");
const Msisdn kAgent = Msisdn::from_digits("6281234500021");
constexpr const char* kNik = "7371012204910015";
constexpr const char* kOther = "7371016708880017";

// --- what the store is asked ---

/// Written on the store's thread, read when run() has returned.
std::vector<std::string> statements;

int heard(unsigned, void*, void* statement, void*) {
    statements.emplace_back(sqlite3_sql(static_cast<sqlite3_stmt*>(statement)));
    return 0;
}
int listen(sqlite3* database, const char**, const void*) {
    return sqlite3_trace_v2(database, SQLITE_TRACE_STMT, &heard, nullptr);
}

/// One world: the same steps by the stranger, with or without somebody's registration.
class World {
public:
    World() {
        sqlite3_auto_extension(reinterpret_cast<void (*)()>(&listen));
        line_ = std::make_unique<LocalLine>("africastalking", std::vector<std::string>{},
                                            folder_.path());
        sqlite3_reset_auto_extension();
        in([](sessions::Unit& unit) {
            unit.put(flows::Agent{"A", "Andi", kAgent, {"7371071014"}, 50, false, std::nullopt});
        });
    }

    void in(const std::function<void(sessions::Unit&)>& job) { line_->store().run(job); }
    LocalLine& line() { return *line_; }

    void listed(const std::string& nik, int desil) {
        in([&](sessions::Unit& unit) {
            unit.put(flows::Eligibility{*Nik::parse(nik), desil,
                                        Date(std::chrono::year(2026) / 11 / 1), "DTSEN"});
        });
    }
    /// As the first owner left it.
    void registered(const std::string& nik, Status status) {
        in([&](sessions::Unit& unit) {
            Enrollment enrollment{.ticket = Ticket::from_number(77), .owner = kFirst};
            enrollment.nik = *Nik::parse(nik);
            enrollment.name = "RAHMAN";
            enrollment.job = "ojek";
            enrollment.kelurahan = "7371071014";
            enrollment.programme = "basic";
            enrollment.payer = "city";
            enrollment.status = status;
            enrollment.created = enrollment.changed = line_->clock().now() - 24h;
            unit.put(enrollment);
        });
    }

    /// "dial", "> what is typed" or an SMS; what came back, and what was asked of the store.
    void play(const std::vector<std::string>& steps) {
        statements.clear();
        for (const std::string& step : steps) {
            if (step == "dial") {
                session_ = "s" + std::to_string(++count_);
                hop("", true);
            } else if (step.starts_with("> ")) {
                hop(step.substr(2), false);
            } else {
                sms(step);
            }
        }
        asked_ = statements;
        in([&](sessions::Unit& unit) {
            for (const auto& row : unit.sms_to(kStranger, 0, 1000))
                shown_ += "SMS: " + row.sms.text + "\n";
        });
    }
    /// Tickets are drawn by lot.
    [[nodiscard]] std::string shown() const {
        return std::regex_replace(shown_, std::regex("[0-9]{7}(?![0-9])"), "<ticket>");
    }
    [[nodiscard]] const std::vector<std::string>& asked() const { return asked_; }

private:
    TurnWorld turn_world(sessions::Unit& unit) {
        return {unit, *line_->config().service, line_->random(), line_->clock().now(),
                "africastalking"};
    }
    void hop(const std::string& text, bool first) {
        const adapters::UssdTurn turn{.session = session_,
                                      .from = kStranger,
                                      .code = "*123*4567#",
                                      .text = text,
                                      .first = first,
                                      .turn_key = session_ + std::to_string(++count_)};
        in([&](sessions::Unit& unit) {
            TurnWorld world = turn_world(unit);
            shown_ += take_ussd(world, turn).reply.text + "\n";
        });
    }
    void sms(const std::string& text) {
        in([&](sessions::Unit& unit) {
            TurnWorld world = turn_world(unit);
            (void)take_sms(world,
                           {std::to_string(++count_), kStranger, "20880", text, std::nullopt});
        });
    }

    FastFolder folder_;
    std::unique_ptr<LocalLine> line_;
    std::string session_;
    std::string shown_;
    std::vector<std::string> asked_;
    unsigned count_ = 0;
};

struct Dialogue {
    std::string name;
    std::vector<std::string> steps;
};
const std::vector<Dialogue> kDialogues = {
    {"city_by_ussd",
     {"dial", "> 1", "> 7371012204910015", "> Rahman", "> Lembo", "> 1", "> 1", "> 2", "> 1",
      "dial", "> 2", "STATUS"}},
    {"city_by_ussd_or_nothing",
     {"dial", "> 1", "> 7371012204910015", "> Rahman", "> Lembo", "> 1", "> 2", "> 2", "> 1",
      "STATUS"}},
    {"by_himself",
     {"dial", "> 1", "> 7371012204910015", "> Rahman", "> Lembo", "> 2", "> 2", "> 1", "> 1", "> 1",
      "> 1", "dial", "> 2", "STATUS"}},
    {"unsure",
     {"dial", "> 1", "> 7371012204910015", "> Rahman", "> Lembo", "> 3", "> 2", "> 1", "STATUS"}},
    {"broken_off", {"dial", "> 1", "> 7371012204910015", "dial", "> Rahman", "dial", "> Lembo"}},
    {"for_another_phone",
     {"dial", "> 2", "> 7", "> 1", "> 081234500009", "> 7371012204910015", "> Rahman", "> Lembo",
      "> 1", "> 1", "> 2", "> 1"}},
    {"by_sms",
     {"DAFTAR#7371012204910015#RAHMAN#LEMBO", "SETUJU", "PEMKOT", "STATUS", "dial", "> 2"}},
    {"by_sms_himself", {"DAFTAR#7371012204910015#RAHMAN#LEMBO", "SETUJU", "SENDIRI", "STATUS"}},
    {"by_sms_in_parts", {"DAFTAR 7371012204910015", "RAHMAN", "LEMBO", "SETUJU", "TANYA"}},
    {"by_sms_and_dial", {"DAFTAR#7371012204910015#RAHMAN", "dial", "> 1", "> 1"}},
    {"twice",
     {"DAFTAR#7371012204910015#RAHMAN#LEMBO", "SETUJU", "DAFTAR#7371012204910015#RAHMAN#LEMBO",
      "dial", "> 1"}},
};

struct Case {
    Dialogue dialogue;
    Status status;
    int desil;  ///< of that NIK in the city's list; -1 = there is no list
};
std::vector<Case> cases() {
    std::vector<Case> all;
    for (const Dialogue& dialogue : kDialogues)
        for (const Status status : {Status::unfinished, Status::sponsored, Status::with_agent,
                                    Status::active, Status::ended})
            for (const int desil : {-1, 2, 8}) all.push_back({dialogue, status, desil});
    return all;
}

class Oracle : public testing::TestWithParam<Case> {};

TEST_P(Oracle, ShowsAndDoesTheSameForAKnownAndAnUnknownNik) {
    World known, unknown;
    for (World* world : {&known, &unknown}) {
        if (GetParam().desil >= 0) world->listed(kNik, GetParam().desil);
    }
    known.registered(kNik, GetParam().status);
    unknown.registered(kOther, GetParam().status);
    known.play(GetParam().dialogue.steps);
    unknown.play(GetParam().dialogue.steps);
    EXPECT_EQ(known.shown(), unknown.shown());
    EXPECT_EQ(known.asked(), unknown.asked());
    EXPECT_THAT(known.asked(), Not(IsEmpty()));
    EXPECT_THAT(known.shown(), HasSubstr("0015")) << "the dialogue went as far as the NIK";
}

INSTANTIATE_TEST_SUITE_P(Pairs, Oracle, testing::ValuesIn(cases()), [](const auto& row) {
    const int desil = row.param.desil;
    return row.param.dialogue.name + "_" + std::string(name(row.param.status)) +
           (desil < 0 ? "_no_list" : "_desil_" + std::to_string(desil));
});

// --- tickets ---

TEST(TicketOracle, ShowsAndDoesTheSameForWrongDigitsAndATicketThatNobodyHas) {
    for (const bool dialled : {false, true}) {
        World known, unknown;
        for (World* world : {&known, &unknown}) {
            world->registered(kNik, Status::with_agent);
            const std::string ticket = Ticket::from_number(world == &known ? 77 : 78).text();
            if (dialled) {
                world->play({"dial", "> 2", "> 2", "> " + ticket + "*1234", "> 1",
                             "> " + ticket + "*1235", "STATUS " + ticket});
            } else {
                world->play({"STATUS " + ticket, "BETUL " + ticket, "SALAH " + ticket,
                             "GANTI " + ticket, "SANGGAH " + ticket});
            }
        }
        EXPECT_EQ(known.shown(), unknown.shown());
        EXPECT_EQ(known.asked(), unknown.asked());
    }
}

TEST(TicketOracle, ManyPhonesTogetherHaveTenGuessesADay) {
    LocalLine line;
    int hops = 0;
    const auto ask = [&](int phone, const std::string& digits) {
        std::string outcome;
        line.store().run([&](sessions::Unit& unit) {
            const Msisdn caller = Msisdn::from_digits(std::to_string(6281234600000 + phone));
            TurnWorld world{unit, *line.config().service, line.random(), line.clock().now(),
                            "africastalking"};
            const std::string session = "s" + std::to_string(phone) + digits;
            const auto hop = [&](const std::string& text) {
                return take_ussd(world, {.session = session,
                                         .from = caller,
                                         .code = "*123*4567#",
                                         .text = text,
                                         .first = text.empty(),
                                         .turn_key = std::to_string(++hops)})
                    .reply.text;
            };
            for (const char* text : {"", "2", "2", "2"}) (void)hop(text);
            outcome = hop(Ticket::from_number(77).text() + "*" + digits);
        });
        return outcome;
    };
    line.store().run([&](sessions::Unit& unit) {
        Enrollment enrollment{.ticket = Ticket::from_number(77), .owner = kFirst};
        enrollment.nik = *Nik::parse(kNik);
        enrollment.name = "RAHMAN";
        enrollment.status = Status::with_agent;
        unit.put(enrollment);
    });
    EXPECT_THAT(ask(1, "0015"), HasSubstr("RAHMAN"));
    for (int phone = 2; phone < 12; ++phone)
        EXPECT_THAT(ask(phone, "1111"), Not(HasSubstr("RAHMAN"))) << phone;
    const std::string locked = ask(12, "0015");
    EXPECT_THAT(locked, Not(HasSubstr("RAHMAN"))) << "the right digits, after ten wrong ones";
    line.clock().set(line.clock().now() + 24h);
    EXPECT_THAT(ask(13, "0015"), HasSubstr("RAHMAN"));
}

// --- who is told ---

TEST(Duplicates, TheFirstOwnerAndAnOfficerAreToldLaterAndTheSecondPhoneNothing) {
    World world;
    world.listed(kNik, 2);
    world.registered(kNik, Status::sponsored);
    world.play({"DAFTAR#7371012204910015#RAHMAN#LEMBO", "SETUJU", "PEMKOT"});
    const auto told = [&](const Msisdn& phone) {
        std::vector<std::string> ids;
        world.in([&](sessions::Unit& unit) {
            for (const auto& row : unit.sms_to(phone, 0, 1000)) ids.push_back(row.sms.text_id);
        });
        return ids;
    };
    const auto notes = [&] {
        std::vector<std::string> kinds;
        world.in([&](sessions::Unit& unit) {
            for (const auto& note : unit.desk_notes(100)) kinds.push_back(note.kind);
        });
        return kinds;
    };
    EXPECT_THAT(told(kFirst), Not(Contains("M50")));
    EXPECT_THAT(notes(), Not(Contains("duplicate")));
    world.line().advance(31min);
    EXPECT_THAT(told(kFirst), Contains("M50"));
    EXPECT_THAT(notes(), Contains("duplicate"));
    EXPECT_THAT(told(kStranger), Not(Contains("M50")));
    EXPECT_THAT(told(kStranger), Contains("M03")) << "as for a NIK that nobody had registered";
}

TEST(Duplicates, TheCityPaysForAPersonOnce) {
    World world;
    world.listed(kNik, 2);
    world.registered(kNik, Status::sponsored);
    world.play({"DAFTAR#7371012204910015#RAHMAN#LEMBO", "SETUJU", "PEMKOT"});
    world.in([&](sessions::Unit& unit) {
        const auto& service = *world.line().config().service;
        flows::World flow{service, unit, world.line().random(), world.line().clock().now()};
        std::string second;
        for (const Enrollment& one : unit.enrollments_with(*Nik::parse(kNik))) {
            EXPECT_EQ(one.status, Status::sponsored);
            EXPECT_EQ(flows::paid_twice(flow, one), one.owner == kStranger);
            if (one.owner == kStranger) second = one.ticket.text();
        }
        const auto ask = [&](const std::string& method, const std::string& target,
                             const std::string& query) {
            return control(unit, service, world.line().random(), world.line().clock().now(),
                           {.method = method, .target = target, .query = query});
        };
        const std::string csv = ask("GET", "/enrollments/export", "reason=a+test").body;
        EXPECT_THAT(csv, HasSubstr(Ticket::from_number(77).text()));
        EXPECT_THAT(csv, Not(HasSubstr(second)));
        EXPECT_EQ(
            ask("POST", "/enrollments/set", "status=ended&ticket=" + Ticket::from_number(77).text())
                .status,
            400);
        EXPECT_EQ(ask("POST", "/enrollments/set", "status=ended&ticket=" + second).status, 200);
    });
}

}  // namespace
}  // namespace jangkau::gateway
