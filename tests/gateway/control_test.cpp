#include "gateway/control.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <functional>

#include "gateway/core/form.hpp"
#include "tests/gateway/shipped_config.hpp"
#include "tests/support/case_name.hpp"

namespace jangkau::gateway {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using flows::Agent;
using flows::Eligibility;
using flows::Enrollment;
using flows::Status;
using sessions::Unit;

constexpr const char* kAntang = "7371121004";
constexpr const char* kBarana = "7371031010";

class SetClock final : public Clock {
public:
    [[nodiscard]] Time now() const override { return at; }
    Time at = *parse_iso_time("2026-11-22T02:00:00Z");
};

class Counting final : public Random {
public:
    std::uint64_t next() override { return ++count_; }

private:
    std::uint64_t count_ = 0;
};

Msisdn phone(int number) { return Msisdn::from_digits(std::to_string(6281200000000 + number)); }
Ticket ticket(unsigned number) { return Ticket::from_number(number); }
Nik nik(int serial) { return *Nik::parse(std::to_string(7371014503850000 + serial)); }

class ControlTest : public testing::Test {
protected:
    HttpResponse ask(const std::string& method, const std::string& target,
                     const std::string& query = "", const std::string& body = "") {
        HttpResponse response;
        store_->run([&](Unit& unit) {
            response = control(unit, shipped_service(), random_, clock_.at,
                               {.method = method, .target = target, .query = query, .body = body});
        });
        return response;
    }
    json::value get(const std::string& target, const std::string& query = "") {
        const HttpResponse response = ask("GET", target, query);
        EXPECT_EQ(response.status, 200) << response.body;
        return json::parse(response.body);
    }
    /// "1 new, 2 changed, 3 same, 0 bad, applied", and the complaints.
    std::string import(const std::string& target, const std::string& query,
                       const std::string& body) {
        const HttpResponse response = ask("POST", target, query, body);
        EXPECT_EQ(response.status, 200) << response.body;
        const json::value report = json::parse(response.body);
        const json::array& bad = report.at("bad").as_array();
        std::string told = json::serialize(report.at("new")) + " new, " +
                           json::serialize(report.at("changed")) + " changed, " +
                           json::serialize(report.at("same")) + " same, " +
                           std::to_string(bad.size()) + " bad" +
                           (report.at("applied").as_bool() ? ", applied" : "");
        for (const json::value& row : bad) {
            told += "\n" + json::serialize(row.at("line")) + ": " +
                    std::string(row.at("why").as_string());
        }
        return told;
    }
    void in(const std::function<void(Unit&)>& job) { store_->run(job); }
    template <class T>
    T read(const std::function<T(Unit&)>& what) {
        std::optional<T> value;
        store_->run([&](Unit& unit) { value.emplace(what(unit)); });
        return *std::move(value);
    }

    Enrollment enrollment(unsigned number, Status status) {
        Enrollment one{.ticket = ticket(number), .owner = phone(static_cast<int>(number))};
        one.nik = nik(static_cast<int>(number));
        one.name = "ABDUL RAHMAN";
        one.job = "fisher";
        one.kelurahan = kAntang;
        one.programme = "basic";
        one.payer = "city";
        one.language = "id";
        one.status = status;
        one.created = one.changed = clock_.at - 24h;
        return one;
    }
    void put(const Enrollment& one) {
        in([&](Unit& unit) { unit.put(one); });
    }
    void put_agent(const std::string& id, int number) {
        Agent agent{.id = id, .name = "SITI AMINAH", .msisdn = phone(number)};
        agent.kelurahan = {kAntang};
        in([&](Unit& unit) { unit.put(agent); });
    }
    Enrollment stored(unsigned number) {
        return *read<std::optional<Enrollment>>(
            [&](Unit& unit) { return unit.enrollment(ticket(number)); });
    }
    std::optional<Agent> agent(const std::string& id) {
        return read<std::optional<Agent>>([&](Unit& unit) { return unit.agent(id); });
    }
    /// Ids and texts of SMS to that phone.
    std::vector<flows::SmsDraft> sms_to(int number) {
        return read<std::vector<flows::SmsDraft>>([&](Unit& unit) {
            std::vector<flows::SmsDraft> sent;
            for (const auto& row : unit.sms_to(phone(number), 0, 100)) sent.push_back(row.sms);
            return sent;
        });
    }

    SetClock clock_;
    Counting random_;
    std::unique_ptr<sessions::Store> store_ = sessions::make_memory_store(&clock_);
};

// --- what cannot be asked ---

struct RefusedCase {
    const char* name;
    const char* method;
    const char* target;
    std::string query;
    int status;
    std::string sentence;  ///< part of it
};

class ControlRefuses : public ControlTest, public testing::WithParamInterface<RefusedCase> {};

TEST_P(ControlRefuses, WithASentence) {
    put_agent("A01", 901);
    put_agent("A02", 902);
    const RefusedCase& asked = GetParam();
    const HttpResponse response = ask(asked.method, asked.target, asked.query);
    EXPECT_EQ(response.status, asked.status) << response.body;
    const std::string error(json::parse(response.body).at("error").as_string());
    EXPECT_NE(error.find(asked.sentence), std::string::npos) << error;
}

INSTANTIATE_TEST_SUITE_P(
    Control, ControlRefuses,
    testing::Values(
        RefusedCase{"an unknown path", "GET", "/workers", "", 404, "there is no GET /workers"},
        RefusedCase{"a wrong method", "GET", "/agents/import", "", 404, "GET /agents/import"},
        RefusedCase{"an unclear apply", "POST", "/agents/import", "apply=maybe", 400, "apply must"},
        RefusedCase{"a misspelt apply", "POST", "/agents/import", "aply=1", 400,
                    "did you mean 'apply'?"},
        RefusedCase{"no agent named", "POST", "/agents/set", "name=X", 400, "Give its id"},
        RefusedCase{"an unknown agent", "POST", "/agents/set", "id=A09&name=X", 404,
                    "there is no agent 'A09'"},
        RefusedCase{"nothing to set", "POST", "/agents/set", "id=A01", 400, "nothing to set"},
        RefusedCase{"an unknown field", "POST", "/agents/set", "id=A01&max_opn=3", 400,
                    "did you mean 'max_open'?"},
        RefusedCase{"an unclear leave", "POST", "/agents/set", "id=A01&on_leave=perhaps", 400,
                    "on_leave must be 1 or 0"},
        RefusedCase{"no tasks", "POST", "/agents/set", "id=A01&max_open=0", 400, "max_open"},
        RefusedCase{"an unknown place", "POST", "/agents/set", "id=A01&kelurahan=Atlantis", 400,
                    "'Atlantis'"},
        RefusedCase{"another agent's phone", "POST", "/agents/set",
                    "id=A01&msisdn=%2B6281200000902", 400, "belongs to agent A02"},
        RefusedCase{"an unknown status", "GET", "/enrollments", "status=waitin", 400,
                    "did you mean 'waiting'?"},
        RefusedCase{"an ambiguous place", "GET", "/enrollments", "kelurahan=Barama", 400, "Barana"},
        RefusedCase{"an impossible day", "GET", "/enrollments", "since=2026-02-30", 400, "since"},
        RefusedCase{"limit 0", "GET", "/enrollments", "limit=0", 400, "limit must be"},
        RefusedCase{"limit in words", "GET", "/enrollments", "limit=all", 400, "limit must be"},
        RefusedCase{"an unknown filter", "GET", "/enrollments", "agent=A01", 400, "'agent'"},
        RefusedCase{"an unknown filter of the export", "GET", "/enrollments/export",
                    "state=active&reason=x", 400, "did you mean 'status'?"},
        RefusedCase{"an export without a reason", "GET", "/enrollments/export", "reason=+", 400,
                    "say what for with --reason"},
        RefusedCase{"a reason with a NIK", "GET", "/enrollments",
                    "reason=about+7371-0145-0385-0003", 400, "write no phone number and no NIK"},
        RefusedCase{"a long reason", "GET", "/enrollments", "reason=" + std::string(201, 'x'), 400,
                    "longer than 200 bytes"},
        RefusedCase{"a report since nobody knows when", "GET", "/breach-report", "", 400,
                    "since when?"},
        RefusedCase{"consents of nobody", "GET", "/consents", "", 400, "7 to 9 digits"},
        RefusedCase{"no ticket", "GET", "/enrollments/show", "", 400, "7 to 9 digits"},
        RefusedCase{"a slipped ticket", "GET", "/enrollments/show", "ticket=1234567", 400,
                    "check digit"},
        RefusedCase{"an unknown ticket", "GET", "/enrollments/show",
                    "ticket=" + Ticket::from_number(99).text(), 404, "there is no ticket"}),
    case_name<RefusedCase>);

// --- agents ---

const std::string kAgents = "agent_id,name,msisdn,kelurahan,max_open\n";
const std::string kTwoAgents = kAgents +
                               "A01,SITI AMINAH,081200000901,Antang,20\n"
                               "A02,BUDI,081200000902,Barana|Antang,\n";

TEST_F(ControlTest, ATrialOfAgentsChangesNothing) {
    EXPECT_EQ(import("/agents/import", "", kTwoAgents), "2 new, 0 changed, 0 same, 0 bad");
    EXPECT_FALSE(agent("A01"));
}

TEST_F(ControlTest, AgentsAreAppliedOnce) {
    EXPECT_EQ(import("/agents/import", "apply=1", kTwoAgents),
              "2 new, 0 changed, 0 same, 0 bad, applied");
    EXPECT_EQ(agent("A01")->max_open, 20u);
    EXPECT_EQ(agent("A02")->max_open, 15u);
    EXPECT_EQ(agent("A02")->kelurahan, (std::vector<std::string>{kBarana, kAntang}));
    EXPECT_EQ(import("/agents/import", "apply=1", kTwoAgents),
              "0 new, 0 changed, 2 same, 0 bad, applied");
}

TEST_F(ControlTest, OneBadAgentKeepsAllOut) {
    const std::string told =
        import("/agents/import", "apply=1", kTwoAgents + "A03,NUR,0812,Antang,\n");
    EXPECT_TRUE(told.starts_with("2 new, 0 changed, 0 same, 1 bad\n4: ")) << told;
    EXPECT_FALSE(agent("A01"));
}

TEST_F(ControlTest, AnImportKeepsWhatTheFileDoesNotTell) {
    (void)import("/agents/import", "apply=1", kTwoAgents);
    (void)ask("POST", "/agents/set", "id=A02&on_leave=1&max_open=3");
    EXPECT_EQ(import("/agents/import", "apply=1",
                     kAgents + "A02,BUDI SANTOSO,081200000902,Antang|Barana,\n"),
              "0 new, 1 changed, 0 same, 0 bad, applied");
    EXPECT_EQ(agent("A02")->name, "BUDI SANTOSO");
    EXPECT_TRUE(agent("A02")->on_leave);
    EXPECT_EQ(agent("A02")->max_open, 3u);
}

TEST_F(ControlTest, AnotherAgentsPhoneIsBad) {
    put_agent("A09", 909);
    EXPECT_EQ(import("/agents/import", "apply=1", kAgents + "A01,SITI,081200000909,Antang,\n"),
              "0 new, 0 changed, 0 same, 1 bad\n"
              "2: the phone number +62812****909 belongs to agent A09");
}

TEST_F(ControlTest, AgentsMaySwapPhonesWithinAFile) {
    (void)import("/agents/import", "apply=1", kTwoAgents);
    EXPECT_EQ(import("/agents/import", "apply=1",
                     kAgents + "A01,SITI AMINAH,081200000902,Antang,20\n"
                               "A02,BUDI,081200000901,Barana|Antang,\n"),
              "0 new, 2 changed, 0 same, 0 bad, applied");
    EXPECT_EQ(agent("A02")->msisdn, phone(901));
}

TEST_F(ControlTest, NewAgentsAreOfferedTicketsThatWait) {
    put(enrollment(1, Status::waiting));
    (void)import("/agents/import", "", kTwoAgents);
    EXPECT_EQ(stored(1).status, Status::waiting);
    (void)import("/agents/import", "apply=1", kTwoAgents);
    EXPECT_EQ(stored(1).status, Status::offered);
    const auto sms = sms_to(901);
    ASSERT_EQ(sms.size(), 1u);
    EXPECT_EQ(sms[0].text_id, "A01");
}

TEST_F(ControlTest, TheSameAgentsAgainTouchNoTicket) {
    (void)import("/agents/import", "apply=1", kTwoAgents);
    put(enrollment(1, Status::waiting));
    (void)import("/agents/import", "apply=1", kTwoAgents);
    EXPECT_EQ(stored(1).status, Status::waiting);
}

TEST_F(ControlTest, AnAgentIsSetFieldByField) {
    put_agent("A01", 901);
    const HttpResponse response =
        ask("POST", "/agents/set",
            "id=A01&name=Nur%20Aini&msisdn=0812-0000-0903&kelurahan=Barana&max_open=2&on_leave=ya");
    ASSERT_EQ(response.status, 200) << response.body;
    const Agent changed = *agent("A01");
    EXPECT_EQ(changed.name, "Nur Aini");
    EXPECT_EQ(changed.msisdn, phone(903));
    EXPECT_EQ(changed.kelurahan, std::vector<std::string>{kBarana});
    EXPECT_EQ(changed.max_open, 2u);
    EXPECT_TRUE(changed.on_leave);
}

TEST_F(ControlTest, AWrongFieldLeavesTheOthersUnset) {
    put_agent("A01", 901);
    EXPECT_EQ(ask("POST", "/agents/set", "id=A01&name=Nur&max_open=none").status, 400);
    EXPECT_EQ(agent("A01")->name, "SITI AMINAH");
}

TEST_F(ControlTest, AnAgentWhoIsBackIsOfferedTickets) {
    put_agent("A01", 901);
    (void)ask("POST", "/agents/set", "id=A01&on_leave=1");
    put(enrollment(1, Status::waiting));
    const HttpResponse response = ask("POST", "/agents/set", "id=A01&on_leave=0");
    EXPECT_EQ(stored(1).status, Status::offered);
    EXPECT_EQ(json::parse(response.body).at("open"), 1);
}

TEST_F(ControlTest, TheListOfAgentsMasksPhones) {
    put_agent("A01", 901);
    const json::value list = get("/agents");
    ASSERT_EQ(list.as_array().size(), 1u);
    EXPECT_EQ(list.at(0).at("phone").as_string(), "+62812****901");
    EXPECT_EQ(list.at(0).at("open"), 0);
    EXPECT_EQ(list.at(0).at("kelurahan_names").at(0).as_string(), "Antang");
}

// --- eligibility ---

const std::string kList = "nik,desil,as_of,source\n";

std::string listed(int serial, int desil, const std::string& as_of) {
    return nik(serial).digits() + "," + std::to_string(desil) + "," + as_of + ",DTSEN\n";
}

TEST_F(ControlTest, AListDecidesAboutTicketsThatWaitForIt) {
    put(enrollment(1, Status::verifying));
    put(enrollment(2, Status::verifying));
    put(enrollment(3, Status::waiting));
    const std::string file = kList + listed(1, 2, "2026-09-30") + listed(2, 9, "2026-09-30");
    EXPECT_EQ(import("/eligibility/import", "", file), "2 new, 0 changed, 0 same, 0 bad");
    EXPECT_EQ(stored(1).status, Status::verifying);
    EXPECT_EQ(import("/eligibility/import", "apply=1", file),
              "2 new, 0 changed, 0 same, 0 bad, applied");
    EXPECT_EQ(stored(1).status, Status::sponsored);
    EXPECT_EQ(stored(2).status, Status::not_sponsored);
    EXPECT_EQ(stored(3).status, Status::waiting);
    ASSERT_EQ(sms_to(1).size(), 1u);
    EXPECT_EQ(sms_to(1)[0].text_id, "M03");
    EXPECT_EQ(import("/eligibility/import", "apply=1", file),
              "0 new, 0 changed, 2 same, 0 bad, applied");
    EXPECT_EQ(sms_to(1).size(), 1u);
}

struct AnswerCase {
    const char* name;
    int desil;
    const char* as_of;
    const char* told;  ///< beginning, after desil 3 of 2026-06-30
};

class LaterAnswer : public ControlTest, public testing::WithParamInterface<AnswerCase> {};

TEST_P(LaterAnswer, IsComparedWithTheRecords) {
    (void)import("/eligibility/import", "apply=1", kList + listed(1, 3, "2026-06-30"));
    const std::string told = import("/eligibility/import", "apply=1",
                                    kList + listed(1, GetParam().desil, GetParam().as_of));
    EXPECT_TRUE(told.starts_with(GetParam().told)) << told;
    EXPECT_EQ(told.find(nik(1).digits()), std::string::npos) << told;
}

INSTANTIATE_TEST_SUITE_P(
    Control, LaterAnswer,
    testing::Values(
        AnswerCase{"newer and other", 6, "2026-09-30", "0 new, 1 changed, 0 same, 0 bad, applied"},
        AnswerCase{"newer and equal", 3, "2026-09-30", "0 new, 1 changed, 0 same, 0 bad, applied"},
        AnswerCase{"of that day and other", 4, "2026-06-30", "0 new, 1 changed, 0 same, 0 bad"},
        AnswerCase{"older and equal", 3, "2026-03-31", "0 new, 0 changed, 1 same, 0 bad"},
        AnswerCase{"older and other", 6, "2026-03-31",
                   "0 new, 0 changed, 0 same, 1 bad\n2: NIK '............0001' has another answer "
                   "already, of 2026-06-30"}),
    case_name<AnswerCase>);

// --- results ---

const std::string kResults = "ticket,kpj,active_since\n";

std::string result_of(unsigned number, const std::string& kpj) {
    return ticket(number).text() + "," + kpj + ",2026-11-01\n";
}

TEST_F(ControlTest, ResultsActivateAndTellTheWorker) {
    put(enrollment(1, Status::sponsored));
    Enrollment by_another = enrollment(2, Status::reported);
    by_another.contact = phone(22);
    put(by_another);
    const std::string file = kResults + result_of(1, "12345678901") + result_of(2, "12345678902");
    EXPECT_EQ(import("/enrollments/import-results", "", file), "2 new, 0 changed, 0 same, 0 bad");
    EXPECT_EQ(import("/enrollments/import-results", "apply=1", file),
              "2 new, 0 changed, 0 same, 0 bad, applied");
    EXPECT_EQ(stored(1).status, Status::active);
    EXPECT_EQ(stored(1).kpj, "12345678901");
    EXPECT_TRUE(sms_to(2).empty());
    const auto sms = sms_to(22);
    ASSERT_EQ(sms.size(), 1u);
    EXPECT_EQ(sms[0].text_id, "M08");
    EXPECT_NE(sms[0].text.find("AKTIF sejak 01-11-2026, JKK+JKM, KPJ berakhir 8902"),
              std::string::npos)
        << sms[0].text;
    EXPECT_EQ(import("/enrollments/import-results", "apply=1", file),
              "0 new, 0 changed, 2 same, 0 bad, applied");
    EXPECT_EQ(sms_to(22).size(), 1u);
}

TEST_F(ControlTest, AnotherKpjOfAnActiveMemberIsACorrection) {
    Enrollment active = enrollment(1, Status::active);
    active.kpj = "12345678901";
    put(active);
    EXPECT_EQ(
        import("/enrollments/import-results", "apply=1", kResults + result_of(1, "12345678999")),
        "0 new, 1 changed, 0 same, 0 bad, applied");
    EXPECT_EQ(stored(1).kpj, "12345678999");
    EXPECT_EQ(sms_to(1).size(), 1u);
}

class NoResultFor : public ControlTest, public testing::WithParamInterface<Status> {};

TEST_P(NoResultFor, ThatStatus) {
    put(enrollment(1, GetParam()));
    put(enrollment(2, Status::sponsored));
    const std::string told =
        import("/enrollments/import-results", "apply=1",
               kResults + result_of(2, "12345678902") + result_of(1, "12345678901"));
    EXPECT_TRUE(told.starts_with("1 new, 0 changed, 0 same, 1 bad\n3: ticket " + ticket(1).text() +
                                 " is '" + std::string(name(GetParam()))))
        << told;
    EXPECT_EQ(stored(2).status, Status::sponsored);
    EXPECT_TRUE(sms_to(2).empty());
}

INSTANTIATE_TEST_SUITE_P(Control, NoResultFor,
                         testing::Values(Status::unfinished, Status::verifying,
                                         Status::not_sponsored, Status::waiting, Status::offered,
                                         Status::with_agent, Status::needs_check, Status::ended),
                         [](const auto& tested) { return std::string(name(tested.param)); });

TEST_F(ControlTest, NoResultForAnUnknownTicketOrACall) {
    Enrollment call = enrollment(1, Status::reported);
    call.kind = Enrollment::Kind::call_request;
    call.nik.reset();
    put(call);
    EXPECT_EQ(import("/enrollments/import-results", "apply=1",
                     kResults + result_of(1, "12345678901") + result_of(2, "12345678902")),
              "0 new, 0 changed, 0 same, 2 bad\n2: ticket " + ticket(1).text() +
                  " only asks for a call\n3: there is no ticket " + ticket(2).text());
}

TEST_F(ControlTest, TwoPersonsNeverShareACard) {
    put(enrollment(1, Status::sponsored));
    put(enrollment(2, Status::sponsored));
    EXPECT_EQ(import("/enrollments/import-results", "apply=1",
                     kResults + result_of(1, "12345678901") + result_of(2, "12345678901")),
              "1 new, 0 changed, 0 same, 1 bad\n"
              "3: KPJ '.......8901' stands in line 2 already, for another person");
}

TEST_F(ControlTest, OnePersonWithTwoTicketsHasOneCard) {
    Enrollment again = enrollment(2, Status::reported);
    again.nik = nik(1);
    put(enrollment(1, Status::sponsored));
    put(again);
    EXPECT_EQ(import("/enrollments/import-results", "apply=1",
                     kResults + result_of(1, "12345678901") + result_of(2, "12345678901")),
              "2 new, 0 changed, 0 same, 0 bad, applied");
}

// --- enrollments ---

std::string tickets(const json::value& list) {
    std::string all;
    for (const json::value& one : list.as_array()) {
        all += std::string(one.at("ticket").as_string()) + " ";
    }
    return all;
}

struct FilterCase {
    const char* name;
    std::string query;
    std::vector<unsigned> expected;
};

class FilteredList : public ControlTest, public testing::WithParamInterface<FilterCase> {};

TEST_P(FilteredList, HoldsOnlyThese) {
    Enrollment old = enrollment(1, Status::active);
    old.created = clock_.at - 24h * 40;
    Enrollment elsewhere = enrollment(2, Status::waiting);
    elsewhere.kelurahan = kBarana;
    elsewhere.created = clock_.at - 2h;
    put(old);
    put(elsewhere);
    put(enrollment(3, Status::waiting));
    std::string expected;
    for (const unsigned number : GetParam().expected) expected += ticket(number).text() + " ";
    EXPECT_EQ(tickets(get("/enrollments", GetParam().query)), expected);
}

INSTANTIATE_TEST_SUITE_P(
    Control, FilteredList,
    testing::Values(FilterCase{"all, newest first", "", {2, 3, 1}},
                    FilterCase{"by status", "status=waiting", {2, 3}},
                    FilterCase{"by place", "kelurahan=barana", {2}},
                    FilterCase{"by code", std::string("kelurahan=") + kAntang, {3, 1}},
                    FilterCase{"since today in the zone", "since=22-11-2026", {2}},
                    FilterCase{"since an instant", "since=2026-11-21T00:00:00Z", {2, 3}},
                    FilterCase{"limited", "limit=1", {2}},
                    FilterCase{"empty filters filter nothing", "status=&since=&limit=", {2, 3, 1}},
                    FilterCase{"none", "status=ended", {}}),
    case_name<FilterCase>);

TEST_F(ControlTest, ListsMaskNikAndPhone) {
    put(enrollment(3, Status::waiting));
    const json::value one = get("/enrollments").at(0);
    EXPECT_EQ(one.at("nik").as_string(), "............0003");
    EXPECT_EQ(one.at("phone").as_string(), "+62812****003");
    EXPECT_EQ(json::serialize(one).find(nik(3).digits()), std::string::npos);
}

TEST_F(ControlTest, ShowTellsAllButTheNik) {
    put_agent("A01", 901);
    put(enrollment(3, Status::waiting));
    (void)ask("POST", "/agents/set", "id=A01&on_leave=0");
    const json::value shown = get("/enrollments/show", "ticket=" + ticket(3).text());
    EXPECT_EQ(shown.at("nik").as_string(), "............0003");
    EXPECT_EQ(shown.at("phone").as_string(), "+6281200000003");
    EXPECT_EQ(shown.at("status").as_string(), "offered");
    ASSERT_EQ(shown.at("referrals").as_array().size(), 1u);
    EXPECT_EQ(shown.at("referrals").at(0).at("agent_phone").as_string(), "+6281200000901");
    EXPECT_EQ(json::serialize(shown).find(nik(3).digits()), std::string::npos);
}

TEST_F(ControlTest, AnOfficerSettlesATicketThatWaitsForHim) {
    put_agent("A01", 901);
    put(enrollment(3, Status::needs_check));
    put(enrollment(4, Status::needs_check));
    put(enrollment(5, Status::with_agent));
    const auto set = [&](unsigned number, const std::string& status) {
        return ask("POST", "/enrollments/set",
                   "ticket=" + ticket(number).text() + "&status=" + status);
    };
    EXPECT_EQ(json::parse(set(3, "waiting").body).at("status").as_string(), "offered")
        << "to the free agent";
    EXPECT_EQ(json::parse(set(4, "ended").body).at("status").as_string(), "ended");
    EXPECT_EQ(set(4, "active").status, 400) << "only BPJS-TK's answer makes a member";
    EXPECT_EQ(set(5, "ended").status, 400) << "an agent has it";
    EXPECT_EQ(set(6, "ended").status, 404);
}

TEST_F(ControlTest, TheExportIsForBpjs) {
    Enrollment one = enrollment(3, Status::sponsored);
    one.name = "=cmd|' /C calc'!A0";
    one.contact = phone(33);
    put(one);
    Enrollment call = enrollment(4, Status::waiting);
    call.kind = Enrollment::Kind::call_request;
    put(call);
    const HttpResponse response = ask("GET", "/enrollments/export", "reason=sent+to+BPJS-TK");
    EXPECT_EQ(header(response.headers, "content-type"), "text/csv; charset=utf-8");
    EXPECT_EQ(response.body,
              "NIK,NAMA_LENGKAP,TEMPAT_LAHIR,TGL_LAHIR,JENIS_KELAMIN,ALAMAT,KELURAHAN,KECAMATAN,"
              "NO_HP,PEKERJAAN,PENGHASILAN,PROGRAM,PERIODE_BULAN,TIKET,STATUS\n"
              "7371014503850003,'=cmd|' /C calc'!A0,,05-03-1985,P,,Antang,Manggala,"
              "6281200000033,Nelayan/petani,,JKK+JKM,," +
                  ticket(3).text() + ",sponsored\n");
}

TEST_F(ControlTest, TheExportOfNobodyHasAHeader) {
    const std::string csv = ask("GET", "/enrollments/export", "status=active&reason=x").body;
    EXPECT_TRUE(csv.starts_with("NIK,"));
    EXPECT_EQ(csv.find('\n'), csv.size() - 1);
}

TEST_F(ControlTest, TheDeskShowsNotesAndDoubts) {
    put(enrollment(3, Status::needs_check));
    in([&](Unit& unit) {
        unit.add(flows::DeskNote{"fraud", phone(5), "", clock_.at, "Monday 08.30"});
    });
    const json::value desk = get("/desk");
    EXPECT_EQ(desk.at("notes").at(0).at("kind").as_string(), "fraud");
    EXPECT_EQ(desk.at("notes").at(0).at("phone").as_string(), "081200000005");
    EXPECT_EQ(desk.at("notes").at(0).at("text").as_string(), "Monday 08.30");
    EXPECT_EQ(tickets(desk.at("needs_check")), ticket(3).text() + " ");
    EXPECT_EQ(desk.at("needs_check").at(0).at("phone").as_string(), "081200000003");
}

}  // namespace
}  // namespace jangkau::gateway
