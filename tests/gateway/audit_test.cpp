#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <filesystem>
#include <sstream>

#include "gateway/app.hpp"
#include "gateway/control.hpp"
#include "gateway/operator.hpp"
#include "gateway/turns.hpp"
#include "gateway/user_name.hpp"
#include "menus/flows/registration.hpp"
#include "tests/gateway/shipped_config.hpp"
#include "tests/support/case_name.hpp"
#include "tests/support/local_line.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/seeded_random.hpp"

namespace jangkau::gateway {
namespace {

namespace json = boost::json;
using flows::Enrollment;
using flows::Status;
using sessions::AuditRow;
using sessions::Unit;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Msisdn phone(int number) { return Msisdn::from_digits(std::to_string(6281200000000 + number)); }
Ticket ticket(unsigned number) { return Ticket::from_number(number); }
Nik nik(int serial) { return *Nik::parse(std::to_string(7371014503850000 + serial)); }

Enrollment enrollment(unsigned number, Status status = Status::sponsored) {
    Enrollment one{.ticket = ticket(number), .owner = phone(static_cast<int>(number))};
    one.nik = nik(static_cast<int>(number));
    one.name = "ABDUL RAHMAN";
    one.kelurahan = "7371121004";
    one.programme = "basic";
    one.payer = "city";
    one.language = "id";
    one.status = status;
    return one;
}

// --- what operators ask, and what the audit then holds ---

class ControlAudit : public testing::Test {
protected:
    ControlAudit() {
        store_->run([&](Unit& unit) {
            for (const unsigned number : {1U, 2U}) unit.put(enrollment(number));
            unit.put(enrollment(3, Status::needs_check));
            flows::Agent agent{.id = "A01", .name = "SITI", .msisdn = phone(901)};
            unit.put(agent);
            unit.add(flows::DeskNote{"call", phone(4), "", clock_.now()});
        });
    }
    HttpResponse ask(const std::string& method, const std::string& target,
                     const std::string& query = "", const std::string& body = "") {
        HttpResponse response;
        store_->run([&](Unit& unit) {
            HttpRequest request{.method = method, .target = target, .query = query, .body = body};
            request.peer = "unix:budi";
            response = control(unit, shipped_service(), random_, clock_.now(), request);
        });
        return response;
    }
    std::vector<AuditRow> rows() {
        std::vector<AuditRow> found;
        store_->run([&](Unit& unit) { found = unit.audit_rows({}); });
        return found;
    }
    json::value report(const std::string& query) {
        const HttpResponse response = ask("GET", "/breach-report", query);
        EXPECT_EQ(response.status, 200) << response.body;
        return json::parse(response.body);
    }
    std::string index(const Msisdn& of) {
        std::string found;
        store_->run([&](Unit& unit) { found = unit.audit_index(of); });
        return found;
    }

    ManualClock clock_{*parse_iso_time("2026-11-23T01:00:00Z")};
    SeededRandom random_{1};
    std::unique_ptr<sessions::Store> store_ = sessions::make_memory_store(&clock_);
};

struct Request {
    const char* name;
    const char* method;
    const char* target;
    std::string query;
    std::string body;
    const char* action;
    const char* fields;
    std::size_t subjects;
};

class ControlAudits : public ControlAudit, public testing::WithParamInterface<Request> {};

TEST_P(ControlAudits, WhatItShowsAndChanges) {
    const Request& asked = GetParam();
    const std::string reason = asked.query.empty() ? "reason=why" : "&reason=why";
    const HttpResponse response = ask(asked.method, asked.target, asked.query + reason, asked.body);
    ASSERT_EQ(response.status, 200) << response.body;
    const auto kept = rows();
    ASSERT_EQ(kept.size(), 1U);
    EXPECT_EQ(kept[0].actor, "operator budi");
    EXPECT_EQ(kept[0].action, asked.action);
    EXPECT_EQ(kept[0].fields, asked.fields);
    EXPECT_EQ(kept[0].reason, "why");
    EXPECT_EQ(kept[0].subjects.size(), asked.subjects);
    EXPECT_EQ(kept[0].at, clock_.now());
}

const std::string kAgents =
    "agent_id,name,msisdn,kelurahan,max_open\nA02,BUDI,081200000902,Antang,\n";

INSTANTIATE_TEST_SUITE_P(
    Control, ControlAudits,
    testing::Values(
        Request{"agents", "GET", "/agents", "", "", "agents.list", "name", 1},
        Request{"a trial", "POST", "/agents/import", "apply=0", kAgents, "agents.import trial",
                "name phone", 0},
        Request{"an import", "POST", "/agents/import", "apply=1", kAgents, "agents.import",
                "name phone", 1},
        Request{"an agent set", "POST", "/agents/set", "id=A01&on_leave=1&max_open=3", "",
                "agents.set", "on_leave max_open", 1},
        Request{"the city's list", "POST", "/eligibility/import", "apply=1",
                "nik,desil,as_of,source\n7371014503850001,2,2026-09-30,DTSEN\n",
                "eligibility.import", "nik desil", 1},
        Request{"a list", "GET", "/enrollments", "", "", "enrollments.list", "name nik4", 3},
        Request{"a list of few", "GET", "/enrollments", "status=needs_check", "",
                "enrollments.list", "name nik4", 1},
        Request{"one", "GET", "/enrollments/show", "ticket=" + ticket(1).text(), "",
                "enrollments.show", "name nik4 phone birth_date job income kpj agent", 1},
        Request{"one set", "POST", "/enrollments/set", "status=ended&ticket=" + ticket(3).text(),
                "", "enrollments.set", "name nik4 phone birth_date job income kpj agent status", 1},
        Request{"an export", "GET", "/enrollments/export", "", "", "enrollments.export",
                "nik name phone birth_date job income", 3},
        Request{"results", "POST", "/enrollments/import-results", "apply=1",
                "ticket,kpj,active_since\n" + ticket(1).text() + ",12345678901,2026-11-01\n",
                "results.import", "kpj status", 1},
        Request{"the desk", "GET", "/desk", "", "", "desk", "name nik4 phone text", 2},
        Request{"consents", "GET", "/consents", "msisdn=081200000001", "", "consents.show",
                "consents", 1},
        Request{"a report on agents", "GET", "/agents/report", "", "", "agents.report", "", 0},
        Request{"the report itself", "GET", "/breach-report", "since=2026-01-01", "",
                "breach-report", "phone nik4", 0}),
    case_name<Request>);

TEST_F(ControlAudit, WhatIsRefusedHandsOutNothingAndIsNoRow) {
    EXPECT_EQ(ask("GET", "/enrollments/export").status, 400);
    EXPECT_EQ(ask("GET", "/enrollments/show", "ticket=" + ticket(9).text()).status, 404);
    EXPECT_TRUE(rows().empty());
}

TEST_F(ControlAudit, AnExportNamesEveryoneWhoseNikWasRead) {
    ASSERT_EQ(ask("GET", "/enrollments/export", "status=sponsored&reason=x").status, 200);
    const auto kept = rows();
    ASSERT_EQ(kept.size(), 1U);
    EXPECT_EQ(kept[0].count, 2U);
    store_->run([&](Unit& unit) {
        for (std::size_t i = 0; i < 2; ++i) {
            const auto& subject = kept[0].subjects[i];
            const auto one = unit.enrollment(*Ticket::parse(subject.ticket));
            ASSERT_TRUE(one);
            EXPECT_EQ(subject.nik, unit.audit_index(*one->nik));
            EXPECT_EQ(subject.phone, unit.audit_index(one->owner));
        }
    });
}

TEST_F(ControlAudit, TheReportNamesWhoIsThereAndWhoIsErased) {
    ASSERT_EQ(ask("GET", "/enrollments/export", "status=sponsored&reason=x").status, 200);
    clock_.set(clock_.now() + std::chrono::hours(1));
    ASSERT_EQ(ask("GET", "/enrollments/show", "ticket=" + ticket(1).text()).status, 200);
    const std::string erased = index(phone(2));
    store_->run([&](Unit& unit) { unit.erase_person(phone(2)); });

    const json::value told = report("since=2026-01-01");
    const json::array& people = told.at("people").as_array();
    ASSERT_EQ(people.size(), 2U);
    const auto text = [](const json::value& of, const char* name) {
        return json::value_to<std::string>(of.at(name));
    };
    EXPECT_EQ(text(people[0], "ticket"), ticket(1).text());
    EXPECT_EQ(text(people[0], "state"), "registered");
    EXPECT_EQ(text(people[0], "phone"), phone(1).e164());
    EXPECT_EQ(text(people[0], "nik"), "............0001");
    EXPECT_EQ(json::serialize(people[0].at("by")),
              R"({"operator budi: enrollments.export":1,"operator budi: enrollments.show":1})");
    EXPECT_THAT(json::serialize(people[0].at("fields")), HasSubstr("\"nik\""));
    EXPECT_EQ(text(people[0], "last"), iso(clock_.now()));
    EXPECT_EQ(text(people[1], "ticket"), ticket(2).text());
    EXPECT_EQ(text(people[1], "state"), "erased");
    EXPECT_EQ(text(people[1], "phone"), "");
    EXPECT_EQ(text(people[1], "phone_index"), erased);
    EXPECT_EQ(json::serialize(told.at("events")),
              R"({"operator budi: enrollments.export":1,"operator budi: enrollments.show":1})");

    EXPECT_EQ(report("since=" + iso(clock_.now())).at("people").as_array().size(), 1U);
    EXPECT_EQ(report("since=2026-01-01&actor=operator+ani").at("people").as_array().size(), 0U);
    EXPECT_EQ(rows().back().action, "breach-report");
    EXPECT_EQ(rows()[2].subjects.size(), 1U) << "it told a phone itself";
}

TEST_F(ControlAudit, ATicketThatWasGivenToAnotherIsNotTakenForHim) {
    ASSERT_EQ(ask("GET", "/enrollments/show", "ticket=" + ticket(1).text()).status, 200);
    store_->run([&](Unit& unit) {
        unit.erase_person(phone(1));
        Enrollment other = enrollment(1);
        other.owner = phone(77);
        other.nik = nik(77);
        unit.put(other);
    });
    json::value told = report("since=2026-01-01");
    EXPECT_EQ(told.at("people").at(0).at("state").as_string(), "erased");
    EXPECT_THAT(json::serialize(told), Not(HasSubstr(phone(77).e164())));

    ASSERT_EQ(ask("GET", "/enrollments/show", "ticket=" + ticket(1).text()).status, 200);
    told = report("since=2026-01-01");
    ASSERT_EQ(told.at("people").as_array().size(), 2U) << "both, since now both were seen";
    EXPECT_EQ(told.at("people").at(0).at("state").as_string(), "erased");
    EXPECT_EQ(told.at("people").at(1).at("state").as_string(), "registered");
    EXPECT_EQ(told.at("people").at(1).at("phone").as_string(), phone(77).e164());
}

// --- what phones and agents do ---

class FlowsAudit : public testing::Test {
protected:
    void sms(int from, const std::string& text) {
        line_.store().run([&](Unit& unit) {
            const auto service = line_.services().current();
            TurnWorld world{unit, *service, line_.random(), line_.clock().now(), "kannel"};
            (void)take_sms(world,
                           {std::to_string(++messages_), phone(from), "20880", text, std::nullopt});
        });
    }
    /// One hop of a dialogue; `typed` is all of it so far.
    std::string dial(int from, const std::string& typed) {
        TurnResult result;
        line_.store().run([&](Unit& unit) {
            const auto service = line_.services().current();
            TurnWorld world{unit, *service, line_.random(), line_.clock().now(), "kannel"};
            result = take_ussd(world, {.session = "s" + std::to_string(from),
                                       .from = phone(from),
                                       .code = "*123*4567#",
                                       .text = typed,
                                       .cumulative = true,
                                       .first = typed.empty(),
                                       .turn_key = typed + "."});
        });
        return result.reply.text;
    }
    std::vector<std::string> told() {
        std::vector<std::string> out;
        line_.store().run([&](Unit& unit) {
            for (const AuditRow& row : unit.audit_rows({}))
                out.push_back(row.actor + ": " + row.action);
        });
        return out;
    }

    LocalLine line_;
    int messages_ = 0;
};

TEST_F(FlowsAudit, AnAgentWhoIsToldAPhoneIsARow) {
    line_.import("agents",
                 "agent_id,name,msisdn,kelurahan,max_open\nA01,SITI,081200000901,Antang,20\n");
    line_.store().run([&](Unit& unit) {
        unit.put(enrollment(1, Status::offered));
        flows::Referral referral{.ticket = ticket(1), .agent = "A01"};
        referral.due = line_.clock().now() + std::chrono::hours(9);
        unit.put(referral);
    });
    sms(901, "TUGAS " + ticket(1).text());
    EXPECT_THAT(told(), ElementsAre("operator unknown: agents.import"))
        << "an offer tells neither name nor phone";
    sms(901, "YA " + ticket(1).text());
    EXPECT_THAT(told(), ElementsAre("operator unknown: agents.import", "agent A01: agent.told"));
}

TEST_F(FlowsAudit, AStatusShownToAnotherPhoneIsARowAndToHisOwnIsNone) {
    line_.store().run([&](Unit& unit) { unit.put(enrollment(1, Status::waiting)); });
    for (const char* typed : {"", "2", "2*2", "2*2*2"}) (void)dial(5, typed);
    EXPECT_TRUE(told().empty());
    EXPECT_THAT(dial(5, "2*2*2*" + ticket(1).text() + " 0001"), HasSubstr("ABDUL RAHMAN"));
    EXPECT_THAT(told(), ElementsAre("phone: status.shown"));
    for (const char* typed : {"", "2"}) (void)dial(1, typed);
    EXPECT_THAT(dial(1, "2*0001"), HasSubstr("ABDUL RAHMAN"));
    EXPECT_EQ(told().size(), 1U);
}

TEST_F(FlowsAudit, ConsentItsWithdrawalAndTheErasureStayWithoutTheNumber) {
    line_.store().run([&](Unit& unit) {
        const auto service = line_.services().current();
        flows::World world{*service, unit, line_.random(), line_.clock().now()};
        flows::record_consent(world, phone(1), "U04", "id", "africastalking", "session-1");
        unit.put(enrollment(1));
    });
    sms(1, "HAPUS");
    sms(1, "BATAL");
    sms(1, "HAPUS");
    line_.go_to(line_.clock().now() + std::chrono::hours(22) - std::chrono::seconds(1));
    line_.store().run([](Unit& unit) { EXPECT_TRUE(unit.enrollment(ticket(1))); });
    line_.go_to(line_.clock().now() + std::chrono::seconds(1));
    line_.store().run([&](Unit& unit) {
        EXPECT_FALSE(unit.enrollment(ticket(1)));
        EXPECT_TRUE(unit.consents_of(phone(1)).empty());
        HttpRequest request{.method = "GET", .target = "/consents", .query = "msisdn=081200000001"};
        const json::value answer = json::parse(
            control(unit, *line_.services().current(), line_.random(), line_.clock().now(), request)
                .body);
        EXPECT_EQ(answer.at("consents").as_array().size(), 0U);
        std::string actions;
        for (const json::value& row : answer.at("audit").as_array())
            actions += std::string(row.at("action").as_string()) + " ";
        EXPECT_EQ(actions,
                  "consent.given consent.withdrawn erasure.stopped consent.withdrawn "
                  "erasure.done ");
        EXPECT_THAT(json::serialize(answer.at("audit").at(0).at("reason")), HasSubstr("U04 "));
    });
    // Within the day that was promised the last answers are gone, too.
    line_.go_to(line_.clock().now() + std::chrono::hours(1));
    line_.store().run([](Unit& unit) { EXPECT_TRUE(unit.sms_to(phone(1), 0, 9).empty()); });
}

TEST_F(FlowsAudit, WhatWasShownIsFoundAgainFromItsVersion) {
    line_.store().run([&](Unit& unit) {
        const auto service = line_.services().current();
        flows::World world{*service, unit, line_.random(), line_.clock().now()};
        flows::record_consent(world, phone(1), "U04", "id", "africastalking", "session-1");
        const auto given = unit.consents_of(phone(1));
        ASSERT_EQ(given.size(), 1U);
        const auto shown = unit.consent_text(given[0]);
        ASSERT_TRUE(shown);
        const menus::Text& text = service->menu.languages.front().texts.at("U04");
        EXPECT_TRUE(shown->starts_with(text.prompt));
        for (const auto& label : text.labels) EXPECT_THAT(*shown, HasSubstr(label.label));
    });
}

// --- the commands ---

class AuditCommands : public testing::Test {
protected:
    AuditCommands() {
        std::string name = testing::TempDir() + "jangkau-XXXXXX";
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
        folder_ = name;
        config_.data = folder_ + "/data";
        open_store(config_)->run([](Unit& unit) { unit.put(enrollment(1)); });
    }
    ~AuditCommands() override {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    OperatorContext context() {
        out_.str("");
        err_.str("");
        return {config_, false, false, out_, err_};
    }

    Config config_ = shipped_config();
    std::string folder_;
    std::ostringstream out_;
    std::ostringstream err_;
};

TEST_F(AuditCommands, TellWhoReadWhatByHisNameOnTheMachine) {
    ASSERT_EQ(enrollments_show(context(), ticket(1).text(), "he called"), 0) << err_.str();
    ASSERT_EQ(audit_list(context(), {}), 0) << err_.str();
    EXPECT_THAT(out_.str(), HasSubstr("operator " + user_name(::getuid()) + "  enrollments.show"));
    EXPECT_THAT(out_.str(), HasSubstr("he called"));
    ASSERT_EQ(breach_report(context(), {{"since", "2026-01-01"}}), 0) << err_.str();
    EXPECT_THAT(out_.str(), HasSubstr("1 people whose data was seen or changed"));
    EXPECT_THAT(out_.str(), HasSubstr(ticket(1).text() + "  " + phone(1).e164() +
                                      "  ............0001  registered"));
}

TEST_F(AuditCommands, VerifyFindsAChangeAndACut) {
    // More than one stretch of the chain.
    open_store(config_)->run([](Unit& unit) {
        for (int i = 0; i < 5000; ++i) unit.audit({.actor = "gateway", .action = "test"});
    });
    ASSERT_EQ(audit_verify(context(), ""), 0) << err_.str();
    ASSERT_THAT(out_.str(), testing::StartsWith("whole: 5000 rows, head "));
    const std::string head = out_.str().substr(out_.str().find("head ") + 5, 64);
    EXPECT_EQ(audit_verify(context(), head), 0);
    EXPECT_EQ(sessions::spelled("0123456789abcdef"), "01234567:89abcdef");
    EXPECT_EQ(audit_verify(context(), sessions::spelled(head)), 0) << "as the log spells it";
    SQLite::Database(config_.data + "/jangkau.db", SQLite::OPEN_READWRITE)
        .exec(
            "DROP TRIGGER audit_kept; DROP TRIGGER audit_unchanged;"
            "DELETE FROM audit WHERE number = 5000");
    EXPECT_EQ(audit_verify(context(), ""), 0) << "nothing in the file tells";
    EXPECT_EQ(audit_verify(context(), head), 1);
    EXPECT_THAT(err_.str(), HasSubstr("the chain was cut short"));
    SQLite::Database(config_.data + "/jangkau.db", SQLite::OPEN_READWRITE)
        .exec("UPDATE audit SET actor = 'operator ani' WHERE number = 4321");
    EXPECT_EQ(audit_verify(context(), ""), 1);
    EXPECT_EQ(err_.str(), "the audit is not whole: row 4321 was changed, or one before it\n");
}

}  // namespace
}  // namespace jangkau::gateway
