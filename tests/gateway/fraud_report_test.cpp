// The report on agents: what it counts, and what it marks.

#include "gateway/fraud_report.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "gateway/control.hpp"
#include "menus/flows/incidents.hpp"
#include "tests/support/local_line.hpp"

namespace jangkau::gateway {
namespace {

namespace json = boost::json;
namespace incident = flows::incident;
using testing::ElementsAre;
using testing::IsEmpty;

class FraudReport : public testing::Test {
protected:
    /// Something that agent "A" did on a day of November.
    void did(std::string_view kind, int day, unsigned ticket, int count = 1,
             const std::string& agent = "A") {
        line_.store().run([&](sessions::Unit& unit) {
            const Date date(std::chrono::year(2026) / 11 / day);
            for (int i = 0; i < count; ++i)
                unit.add(flows::Incident{
                    std::string(kind), agent,
                    Ticket::from_number(ticket + static_cast<unsigned>(i)).text(),
                    line_.config().service->settings.zone.instant(date, std::chrono::hours(10))});
        });
    }
    void enrolled(unsigned ticket, int phone, const char* nik) {
        line_.store().run([&](sessions::Unit& unit) {
            flows::Enrollment enrollment{
                .ticket = Ticket::from_number(ticket),
                .owner = Msisdn::from_digits(std::to_string(6281200000000 + phone))};
            enrollment.nik = *Nik::parse(nik);
            enrollment.name = "RAHMAN";
            enrollment.status = flows::Status::reported;
            unit.put(enrollment);
        });
    }
    json::value report(const std::string& query = "month=2026-11") {
        HttpResponse response;
        line_.store().run([&](sessions::Unit& unit) {
            response = control(unit, *line_.config().service, line_.random(), line_.clock().now(),
                               {.method = "GET", .target = "/agents/report", .query = query});
        });
        EXPECT_EQ(response.status, 200) << response.body;
        EXPECT_EQ(response.body.find("RAHMAN"), std::string::npos) << "names no worker";
        return json::parse(response.body);
    }
    std::vector<std::string> marks() {
        std::vector<std::string> out;
        const json::value whole = report();
        for (const json::value& agent : whole.at("agents").as_array())
            for (const json::value& mark : agent.at("marks").as_array())
                out.emplace_back(mark.as_string());
        return out;
    }

    LocalLine line_;
};

TEST_F(FraudReport, CountsWhatEachAgentDidInTheMonth) {
    did(incident::kOffered, 3, 1, 9);
    did(incident::kTaken, 3, 1, 8);
    did(incident::kDone, 4, 1, 4);
    did(incident::kTrue, 5, 1, 2);
    did(incident::kFalse, 5, 3);
    did(incident::kOffered, 4, 20, 1, "B");
    did(incident::kGuessed, 4, 20, 1, "");
    const json::value whole = report();
    ASSERT_EQ(whole.at("agents").as_array().size(), 2u);
    const json::value& a = whole.at("agents").at(0);
    EXPECT_EQ(a.at("agent_id").as_string(), "A");
    EXPECT_EQ(a.at("offers").to_number<int>(), 9);
    EXPECT_EQ(a.at("taken").to_number<int>(), 8);
    EXPECT_EQ(a.at("done").to_number<int>(), 4);
    EXPECT_EQ(a.at("said_true").to_number<int>(), 2);
    EXPECT_EQ(a.at("false_percent").to_number<int>(), 25);
    EXPECT_EQ(a.at("done_by_day").at(3).to_number<int>(), 4);
    EXPECT_THAT(report("month=2026-10").at("agents").as_array(), IsEmpty());
    EXPECT_EQ(report("").at("month").as_string(), "2026-11") << "this month where none is named";
}

TEST_F(FraudReport, MarksNobodyWhoWorksEvenly) {
    for (int day = 1; day <= 30; ++day) did(incident::kDone, day, static_cast<unsigned>(day));
    did(incident::kFalse, 9, 9);
    did(incident::kUnanswered, 9, 1, 12);
    for (unsigned ticket = 1; ticket <= 30; ++ticket)
        enrolled(ticket, static_cast<int>(ticket / 3),
                 std::to_string(7371012204910000 + ticket).c_str());
    EXPECT_THAT(marks(), IsEmpty());
}

TEST_F(FraudReport, MarksWorkersWhoSaySalah) {
    did(incident::kDone, 4, 1, 20);
    did(incident::kFalse, 5, 1, 2);
    EXPECT_THAT(marks(), ElementsAre("2 of 20 workers said SALAH"));
}

TEST_F(FraudReport, MarksWorkersWhoDoNotAnswer) {
    did(incident::kDone, 4, 1, 10);
    did(incident::kUnanswered, 11, 1, 6);
    EXPECT_THAT(marks(), ElementsAre("6 of 10 workers did not answer"));
}

TEST_F(FraudReport, MarksTheEndOfTheMonth) {
    did(incident::kDone, 4, 1, 6);
    did(incident::kDone, 28, 10, 2);
    did(incident::kDone, 30, 12, 2);
    EXPECT_THAT(marks(), ElementsAre("4 of 10 in the last three days of the month"));
}

TEST_F(FraudReport, MarksOneNikOrOnePhoneUnderSeveralTickets) {
    did(incident::kDone, 4, 1, 4);
    enrolled(1, 1, "7371012204910015");
    enrolled(9, 2, "7371012204910015");
    for (unsigned ticket = 2; ticket <= 4; ++ticket)
        enrolled(ticket, 1, std::to_string(7371012204910020 + ticket).c_str());
    EXPECT_THAT(marks(),
                ElementsAre("1 with a NIK that has another ticket", "4 registered from one phone"));
}

TEST_F(FraudReport, MarksLimitsThatWereReached) {
    did(incident::kCapped, 4, 1);
    did(incident::kCodeLocked, 4, 1, 2);
    did(incident::kHeld, 4, 1);
    did(incident::kPinWrong, 4, 1, 3);
    EXPECT_THAT(marks(), ElementsAre("reached the day's limit of confirmations",
                                     "2 tickets locked after wrong codes", "held after wrong codes",
                                     "wrong PINs"));
}

TEST_F(FraudReport, RefusesWhatIsNoMonth) {
    for (const char* query : {"month=november", "month=2026-13", "since=2026-11"}) {
        HttpResponse response;
        line_.store().run([&](sessions::Unit& unit) {
            response = control(unit, *line_.config().service, line_.random(), line_.clock().now(),
                               {.method = "GET", .target = "/agents/report", .query = query});
        });
        EXPECT_EQ(response.status, 400) << query;
    }
}

}  // namespace
}  // namespace jangkau::gateway
