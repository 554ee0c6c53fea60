// What an agent reports counts when he has sent back the code that went to his registered phone:
// forms, limits, PINs, and what nobody gets through.

#include "menus/flows/agent_codes.hpp"

#include <gmock/gmock.h>

#include "gateway/control.hpp"
#include "gateway/turns.hpp"
#include "menus/flows/incidents.hpp"
#include "menus/flows/referral.hpp"
#include "tests/support/local_line.hpp"

namespace jangkau::gateway {
namespace {

using namespace std::chrono_literals;
using flows::Agent;
using flows::Enrollment;
using flows::Referral;
using flows::Status;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const Msisdn kAgent = Msisdn::from_digits("6281234500021");
const Msisdn kSecond = Msisdn::from_digits("6281234500022");
const Msisdn kWorker = Msisdn::from_digits("6281234500001");
constexpr const char* kKpj = "12345678901";
constexpr const char* kWrong = "Kode, tiket atau PIN keliru";

class AgentCodes : public testing::Test {
protected:
    explicit AgentCodes(const std::vector<std::string>& set = {}) : line_("africastalking", set) {
        line_.store().run([](sessions::Unit& unit) {
            unit.put(Agent{"A", "Andi", kAgent, {"7371071014"}, 50, false, std::nullopt});
            unit.put(Agent{"B", "Baso", kSecond, {"7371071014"}, 50, false, std::nullopt});
        });
        for (unsigned number = 1; number <= 3; ++number) task(number, "A");
    }

    static std::string ticket(unsigned number) { return Ticket::from_number(number).text(); }
    /// A ticket that the agent has taken.
    void task(unsigned number, const std::string& agent, const Msisdn& owner = kWorker) {
        line_.store().run([&](sessions::Unit& unit) {
            const Time now = line_.clock().now();
            Enrollment enrollment{.ticket = Ticket::from_number(number), .owner = owner};
            enrollment.name = "RAHMAN";
            enrollment.job = "ojek";
            enrollment.programme = "basic";
            enrollment.payer = "self";
            enrollment.kelurahan = "7371071014";
            enrollment.status = Status::with_agent;
            enrollment.created = enrollment.changed = now;
            unit.put(enrollment);
            Referral referral{.ticket = enrollment.ticket, .agent = agent};
            referral.state = Referral::State::accepted;
            referral.offered = referral.changed = now;
            referral.due = now + 72h;
            unit.put(referral);
        });
    }
    /// What that phone gets for the SMS it sends; "" = nothing.
    std::string send(const Msisdn& from, const std::string& text) {
        std::string answer;
        line_.store().run([&](sessions::Unit& unit) {
            TurnWorld world{unit, *line_.config().service, line_.random(), line_.clock().now(),
                            "africastalking"};
            const auto before = unit.sms_to(from, 0, 10'000).size();
            (void)take_sms(world, {std::to_string(++sms_), from, "20880", text, std::nullopt});
            const auto after = unit.sms_to(from, 0, 10'000);
            if (after.size() > before) answer = after.back().sms.text;
        });
        return answer;
    }
    /// The code that SELESAI is answered with, or all of the answer.
    std::string ask(unsigned number, const std::string& kpj = kKpj, const Msisdn& from = kAgent) {
        const std::string answer = send(from, "SELESAI " + ticket(number) + " " + kpj);
        const std::size_t at = answer.find(": ");
        return answer.starts_with("Kode " + ticket(number)) ? answer.substr(at + 2, 6) : answer;
    }
    static std::string other_than(const std::string& code) {
        return code == "111111" ? "222222" : "111111";
    }
    std::string confirm(unsigned number, const std::string& code, const Msisdn& from = kAgent) {
        return send(from, "OK " + ticket(number) + " " + code);
    }
    Enrollment stored(unsigned number) {
        std::optional<Enrollment> found;
        line_.store().run(
            [&](sessions::Unit& unit) { found = unit.enrollment(Ticket::from_number(number)); });
        return *found;
    }
    std::vector<std::string> desk() {
        std::vector<std::string> kinds;
        line_.store().run([&](sessions::Unit& unit) {
            for (const auto& note : unit.desk_notes(100)) kinds.push_back(note.kind);
        });
        return kinds;
    }
    HttpResponse set(const std::string& query, const std::string& body = "") {
        HttpResponse response;
        line_.store().run([&](sessions::Unit& unit) {
            response =
                control(unit, *line_.config().service, line_.random(), line_.clock().now(),
                        {.method = "POST", .target = "/agents/set", .query = query, .body = body});
        });
        return response;
    }
    void pass(std::chrono::seconds time) { line_.clock().set(line_.clock().now() + time); }

    LocalLine line_;
    unsigned sms_ = 0;
};

// --- what counts ---

TEST_F(AgentCodes, NothingIsReportedBeforeTheCodeComesBack) {
    const std::string code = ask(1);
    ASSERT_EQ(code.size(), 6u);
    EXPECT_EQ(stored(1).status, Status::with_agent);
    EXPECT_THAT(stored(1).kpj, IsEmpty());
    line_.store().run(
        [](sessions::Unit& unit) { EXPECT_THAT(unit.sms_to(kWorker, 0, 100), IsEmpty()); });
    EXPECT_THAT(confirm(1, code), StartsWith(ticket(1) + " dicatat SELESAI, KPJ ..8901"));
    EXPECT_EQ(stored(1).status, Status::reported);
    EXPECT_EQ(stored(1).kpj, kKpj);
    line_.store().run([](sessions::Unit& unit) {
        EXPECT_EQ(unit.sms_to(kWorker, 0, 100).size(), 1u) << "the worker is asked";
    });
}

TEST_F(AgentCodes, AnyFormOfTheAnswerIsUnderstood) {
    unsigned number = 10;
    for (const char* form : {"OK <t> <c>", "ok <t> <c>", "oke#<t>#<c>", "YA <t> <c>", "<t> ok <c>",
                             "KODE <t> <c>", "KONFIRMASI <t> <c>", "konfirmsi <t> <c>", "OK <c>",
                             "kode <c>", "<c>", "<c> <t>", " <c>. "}) {
        task(++number, "A");
        const std::string code = ask(number);
        std::string text = form;
        const auto put = [&](const std::string& place, const std::string& value) {
            if (const auto at = text.find(place); at != text.npos)
                text.replace(at, place.size(), value);
        };
        put("<t>", ticket(number));
        put("<c>", code);
        EXPECT_THAT(send(kAgent, text), HasSubstr("dicatat SELESAI")) << form;
        EXPECT_EQ(stored(number).status, Status::reported) << form;
    }
}

TEST_F(AgentCodes, ABareCodeNeedsTheOnlyOne) {
    const std::string first = ask(1);
    (void)ask(2);
    EXPECT_THAT(send(kAgent, first), HasSubstr("tiket mana"));
    EXPECT_EQ(stored(1).status, Status::with_agent);
    EXPECT_THAT(confirm(1, first), HasSubstr("dicatat SELESAI"));
}

TEST_F(AgentCodes, ABareNumberWithoutACodeIsNotUnderstood) {
    EXPECT_THAT(send(kAgent, "493027"), StartsWith("Agen: "));
    EXPECT_THAT(send(kAgent, "YA 482173"), HasSubstr("482173 keliru")) << "a slip in a ticket";
}

TEST_F(AgentCodes, CountOnceOnlyForWhatWasSaidToWhomWithinTheirTime) {
    const std::string first = ask(1);
    EXPECT_THAT(confirm(2, first), StartsWith(kWrong)) << "another ticket's";
    EXPECT_THAT(confirm(1, first, kSecond), StartsWith(kWrong)) << "another agent's";
    const std::string second = ask(1, "99999999999");
    EXPECT_THAT(confirm(1, first), StartsWith(kWrong)) << "for another KPJ";
    EXPECT_EQ(stored(1).status, Status::with_agent);
    EXPECT_THAT(confirm(1, second), HasSubstr("dicatat SELESAI"));
    EXPECT_EQ(stored(1).kpj, "99999999999");
    EXPECT_THAT(confirm(1, second), HasSubstr("sudah dicatat")) << "sent twice";
    EXPECT_THAT(send(kAgent, "RALAT " + ticket(1)), HasSubstr("diralat"));
    EXPECT_THAT(confirm(1, second), StartsWith(kWrong)) << "used up";

    const std::string late = ask(2);
    pass(10min);
    EXPECT_THAT(confirm(2, late), StartsWith(kWrong));
    EXPECT_EQ(stored(2).status, Status::with_agent);
    pass(-1s);
    EXPECT_THAT(confirm(2, late), HasSubstr("dicatat SELESAI")) << "too late was no guess";
}

TEST_F(AgentCodes, WhoseTicketItIsNobodyLearns) {
    task(5, "B");
    const std::string code = ask(1);
    const std::string answer = confirm(1, other_than(code));
    EXPECT_THAT(answer, StartsWith(kWrong));
    EXPECT_EQ(confirm(5, code), answer) << "another agent's ticket";
    EXPECT_EQ(confirm(999, code), answer) << "a ticket that nobody has";
    EXPECT_EQ(send(kAgent, "OK 4821736 " + code), answer) << "no ticket at all";
    EXPECT_EQ(confirm(2, code), answer) << "his own, without a code";
}

TEST_F(AgentCodes, ACallRequestIsConfirmedToo) {
    task(7, "A");
    line_.store().run([](sessions::Unit& unit) {
        Enrollment enrollment = *unit.enrollment(Ticket::from_number(7));
        enrollment.kind = Enrollment::Kind::call_request;
        unit.put(enrollment);
    });
    const std::string answer = send(kAgent, "SELESAI " + ticket(7));
    EXPECT_EQ(stored(7).status, Status::with_agent);
    EXPECT_THAT(confirm(7, answer.substr(answer.find(": ") + 2, 6)), HasSubstr("dicatat SELESAI"));
    EXPECT_EQ(stored(7).status, Status::ended);
}

// --- guessing ---

TEST_F(AgentCodes, FiveGuessesAreAllForATicketAlsoAfterNewCodes) {
    std::string code = ask(1);
    for (int guess = 0; guess < 3; ++guess)
        EXPECT_THAT(confirm(1, other_than(code)), StartsWith(kWrong));
    code = ask(1);
    for (int guess = 0; guess < 2; ++guess)
        EXPECT_THAT(confirm(1, other_than(code)), StartsWith(kWrong));
    EXPECT_THAT(confirm(1, code), HasSubstr("dikunci")) << "the right one, too late";
    pass(24h);
    EXPECT_THAT(ask(1), HasSubstr("dikunci")) << "no new day opens it";
    EXPECT_EQ(stored(1).status, Status::with_agent);
    EXPECT_THAT(desk(), testing::Contains("code_locked"));
    EXPECT_EQ(ask(2).size(), 6u) << "his other tickets go on";

    EXPECT_EQ(set("id=A&held=no").status, 200);
    EXPECT_THAT(confirm(1, ask(1)), HasSubstr("dicatat SELESAI"));
}

TEST_F(AgentCodes, AnUnknownTicketLocksAsAKnownOneDoes) {
    for (int guess = 0; guess < 5; ++guess) EXPECT_THAT(confirm(999, "111111"), StartsWith(kWrong));
    EXPECT_THAT(confirm(999, "111111"), HasSubstr("dikunci"));
}

TEST_F(AgentCodes, TenGuessesADayHoldTheAgent) {
    for (unsigned number = 1; number <= 3; ++number) {
        const std::string code = ask(number);
        for (int guess = 0; guess < (number == 3 ? 2 : 4); ++guess)
            EXPECT_THAT(confirm(number, other_than(code)), StartsWith(kWrong));
    }
    EXPECT_THAT(ask(3), HasSubstr("ditahan"));
    EXPECT_THAT(desk(), testing::Contains("agent_held"));
    pass(24h);
    EXPECT_THAT(ask(3), HasSubstr("ditahan")) << "until an officer releases him";
    EXPECT_EQ(set("id=A&held=no").status, 200);
    pass(2s);
    EXPECT_EQ(ask(3).size(), 6u);
}

TEST_F(AgentCodes, GuessingForDaysGetsNowhere) {
    std::size_t judged = 0;
    for (int day = 0; day < 5; ++day, pass(24h))
        for (unsigned number = 1; number <= 3; ++number) {
            const std::string code = ask(number);
            for (int guess = 0; guess < 20; ++guess)
                judged += confirm(number, other_than(code)).starts_with(kWrong) ? 1 : 0;
        }
    EXPECT_EQ(judged, 10u);
}

TEST_F(AgentCodes, ThreeCodesAnHourAreSentForATicket) {
    for (int i = 0; i < 3; ++i) EXPECT_EQ(ask(1).size(), 6u);
    EXPECT_THAT(ask(1), HasSubstr("terlalu sering"));
    EXPECT_EQ(ask(2).size(), 6u);
    pass(61min);
    EXPECT_EQ(ask(1).size(), 6u);
}

class FewConfirmations : public AgentCodes {
protected:
    FewConfirmations() : AgentCodes({"referral.confirmations_per_day=2"}) {}
};
TEST_F(FewConfirmations, EndADaysReports) {
    EXPECT_THAT(confirm(1, ask(1)), HasSubstr("dicatat SELESAI"));
    const std::string third = ask(3);
    EXPECT_THAT(confirm(2, ask(2)), HasSubstr("dicatat SELESAI"));
    EXPECT_THAT(confirm(3, third), HasSubstr("mencapai batas"));
    EXPECT_EQ(stored(3).status, Status::with_agent);
    EXPECT_THAT(desk(), testing::Contains("agent_capped"));
    pass(24h);
    EXPECT_THAT(confirm(3, ask(3)), HasSubstr("dicatat SELESAI"));
}

// --- PINs ---

TEST_F(AgentCodes, APinIsAskedForTheFirstOfADay) {
    EXPECT_EQ(set("id=A", "4711").status, 200);
    const std::string answer = send(kAgent, "SELESAI " + ticket(1) + " " + kKpj);
    EXPECT_THAT(answer, HasSubstr("PIN Anda"));
    const std::string code = answer.substr(answer.find(": ") + 2, 6);
    EXPECT_THAT(confirm(1, code), HasSubstr("perlu PIN"));
    EXPECT_THAT(confirm(1, code + " 4712"), StartsWith(kWrong));
    EXPECT_EQ(stored(1).status, Status::with_agent);
    EXPECT_THAT(confirm(1, code + " 4711"), HasSubstr("dicatat SELESAI"));
    EXPECT_THAT(confirm(2, ask(2)), HasSubstr("dicatat SELESAI")) << "the second one without";
    pass(24h);
    EXPECT_THAT(confirm(3, ask(3)), HasSubstr("perlu PIN"));
}

TEST_F(AgentCodes, FiveWrongPinsHoldUntilItIsReset) {
    EXPECT_EQ(set("id=A", "4711").status, 200);
    pass(2s);
    const std::string code = ask(1);
    for (int guess = 0; guess < 5; ++guess)
        EXPECT_THAT(confirm(1, code + " 0000"), StartsWith(kWrong));
    EXPECT_THAT(confirm(1, code + " 4711"), HasSubstr("ditahan"));
    EXPECT_THAT(desk(), testing::Contains("pin_locked"));
    EXPECT_EQ(set("id=A", "081234").status, 200);
    pass(2s);
    EXPECT_THAT(confirm(1, code + " 4711"), StartsWith(kWrong)) << "the old one";
    EXPECT_THAT(confirm(1, code + " 081234"), HasSubstr("dicatat SELESAI"));
}

TEST_F(AgentCodes, APinIsDigitsAndNeverShown) {
    for (const char* bad : {"471", "4711471", "47a1", " 4711", "-"})
        EXPECT_EQ(set("id=A", bad).status, 400) << bad;
    const HttpResponse set_one = set("id=A", "4711");
    EXPECT_EQ(set_one.status, 200);
    EXPECT_THAT(set_one.body, testing::Not(HasSubstr("4711")));
    EXPECT_EQ(set("id=A", "none").status, 200);
    EXPECT_THAT(confirm(1, ask(1)), HasSubstr("dicatat SELESAI"));
}

// --- who may not ---

TEST_F(AgentCodes, NobodyReportsATicketOfHisOwnPhone) {
    task(8, "A", kAgent);  // offered before his number was what it is now
    EXPECT_THAT(ask(8), HasSubstr("bukan tugas Anda"));
    EXPECT_THAT(send(kAgent, "GAGAL " + ticket(8) + " 1"), HasSubstr("bukan tugas Anda"));
    EXPECT_EQ(stored(8).status, Status::with_agent);
}

TEST_F(AgentCodes, WhoHasLeftIsNoAgentWhateverHeSends) {
    EXPECT_EQ(set("id=A&retired=yes").status, 200);
    const auto referral = [&](unsigned number) {
        std::string agent;
        line_.store().run([&](sessions::Unit& unit) {
            flows::World world{*line_.config().service, unit, line_.random(), line_.clock().now()};
            const auto open = flows::open_referral(world, Ticket::from_number(number));
            agent = open ? open->agent : "";
        });
        return agent;
    };
    for (const unsigned number : {1u, 2u, 3u}) EXPECT_EQ(referral(number), "B");
    const std::string none = "Nomor ini tidak terdaftar sebagai agen";
    for (const std::string& text : {std::string("KERJA"), "YA " + ticket(1),
                                    "SELESAI " + ticket(1) + " " + kKpj, std::string("LIST")})
        EXPECT_THAT(send(kAgent, text), StartsWith(none)) << text;
    line_.store().run([](sessions::Unit& unit) {
        EXPECT_TRUE(unit.agent("A")->retired) << "his KERJA changes nothing";
    });
    EXPECT_EQ(set("id=B&on_leave=yes").status, 200);
    task(9, "B");
    line_.store().run([&](sessions::Unit& unit) {
        flows::World world{*line_.config().service, unit, line_.random(), line_.clock().now()};
        flows::pass_on(world, *unit.enrollment(Ticket::from_number(9)), Referral::State::lapsed);
    });
    EXPECT_EQ(referral(9), "") << "nothing is offered to him";
}

// --- the worker's word ---

TEST_F(AgentCodes, SalahFreezesWhatWasReported) {
    (void)confirm(1, ask(1));
    EXPECT_THAT(send(kWorker, "SALAH " + ticket(1)), HasSubstr("dicatat SALAH"));
    EXPECT_EQ(stored(1).status, Status::needs_check);
    EXPECT_THAT(desk(), testing::Contains("disputed"));
    for (const std::string& text :
         {"SELESAI " + ticket(1) + " " + kKpj, "RALAT " + ticket(1), "GAGAL " + ticket(1) + " 2",
          "TUNDA " + ticket(1), "YA " + ticket(1), "TIDAK " + ticket(1)})
        (void)send(kAgent, text);
    EXPECT_EQ(stored(1).status, Status::needs_check);
    EXPECT_THAT(send(kWorker, "BETUL " + ticket(1)), testing::Not(HasSubstr("AKTIF")));
    EXPECT_EQ(stored(1).status, Status::needs_check);
}

class NoCodes : public AgentCodes {
protected:
    NoCodes() : AgentCodes({"referral.agent_code=false"}) {}
};
TEST_F(NoCodes, ReportsCountAtOnce) {
    EXPECT_THAT(ask(1), HasSubstr("dicatat SELESAI"));
    EXPECT_EQ(stored(1).status, Status::reported);
}

}  // namespace
}  // namespace jangkau::gateway
