// The whole program as a user has it: the shipped configuration, a real store, an aggregator's API
// on loopback.

#include <gmock/gmock.h>

#include <regex>

#include "tests/e2e/gateway_fixture.hpp"

namespace jangkau {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const std::string kWorker = "+6281234500001";
const std::string kAgent = "+6281234500002";
constexpr const char* kAgents =
    "agent_id,name,msisdn,kelurahan,max_open\nP01,ANDI BASO,081234500002,Lembo,10\n";

/// Everything that a worker types who pays himself, from the first dial to the ticket.
const std::vector<std::string> kInputs = {
    "1", "7371010503800003", "SITI AMINAH", "Lembo", "2", "2", "1", "1", "1", "1"};

std::string joined(const std::vector<std::string>& inputs, std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += (i ? "*" : "") + inputs[i];
    return text;
}

std::string ticket_in(const std::string& text) {
    std::smatch found;
    return std::regex_search(text, found, std::regex("[0-9]{7}")) ? found[0].str() : "";
}

TEST_F(GatewayTest, WalksFromTheFirstDialToTheActiveMember) {
    StubAggregator aggregator;
    start(
        {"channels.africastalking.api_base=" + aggregator.url(), "routes.default=africastalking"});
    ASSERT_EQ(operate({"agents", "import", file("agents.csv", kAgents), "--apply"}).code, 0);

    std::string screen = hop("ATUid_1", kWorker, "");
    for (std::size_t i = 1; i <= kInputs.size(); ++i) {
        ASSERT_THAT(screen, StartsWith("CON ")) << "before input " << i << ", " << kInputs[i - 1];
        screen = hop("ATUid_1", kWorker, joined(kInputs, i));
    }
    ASSERT_THAT(screen, StartsWith("END Terkirim. Tiket "));
    const std::string ticket = ticket_in(screen);

    auto sent = aggregator.wait_for(3);  // receipt, consent, offer
    EXPECT_THAT(sent[0].text, HasSubstr(ticket));
    EXPECT_EQ(sent[0].to, kWorker);
    const auto offer = sent.back();
    EXPECT_EQ(offer.to, kAgent);
    EXPECT_THAT(offer.text, HasSubstr("Balas YA " + ticket));
    EXPECT_THAT(offer.text, testing::Not(HasSubstr("SITI")));
    EXPECT_THAT(offer.text, testing::Not(HasSubstr("0812")));

    EXPECT_EQ(sms("m1", kAgent, "ya" + ticket), 200);
    sent = aggregator.wait_for(5);
    EXPECT_THAT(sent[3].text + sent[4].text, HasSubstr("SITI AMINAH, HP 081234500001"));
    EXPECT_THAT(sent[3].text + sent[4].text, HasSubstr("agen PERISAI Anda ANDI BASO"));

    EXPECT_EQ(sms("m2", kAgent, "SELESAI " + ticket + " 12345678901"), 200);
    sent = aggregator.wait_for(6);
    EXPECT_EQ(sms("m3", kAgent, "OK " + ticket + " " + code_in(sent[5].text)), 200);
    aggregator.wait_for(8);
    EXPECT_EQ(sms("m4", kWorker, "BETUL " + ticket), 200);
    sent = aggregator.wait_for(9);
    EXPECT_THAT(sent[8].text, HasSubstr("SITI AMINAH AKTIF sejak"));

    screen = hop("ATUid_2", kWorker, "");
    EXPECT_THAT(hop("ATUid_2", kWorker, "2"),
                StartsWith("CON " + ticket + " SITI AMINAH: AKTIF sejak"));
}

TEST_F(GatewayTest, LosesNoAnsweredStepWhenItIsKilledAfterEveryHop) {
    start();
    std::string screen = hop("ATUid_1", kWorker, "");
    for (std::size_t i = 1; i <= kInputs.size(); ++i) {
        kill_hard();
        start();
        EXPECT_EQ(hop("ATUid_1", kWorker, joined(kInputs, i - 1)), screen)
            << "the same hop again, after the restart";
        screen = hop("ATUid_1", kWorker, joined(kInputs, i));
    }
    EXPECT_THAT(screen, StartsWith("END Terkirim. Tiket "));
    kill_hard();
    start();
    EXPECT_EQ(hop("ATUid_1", kWorker, joined(kInputs, kInputs.size())), screen)
        << "no second enrollment";
    const Ran list = operate({"enrollments", "list", "--json"});
    EXPECT_EQ(list.code, 0) << list.err;
    EXPECT_THAT(list.out, HasSubstr(ticket_in(screen)));
    EXPECT_THAT(list.out, testing::Not(HasSubstr("7371010503800003")));
}

TEST_F(GatewayTest, GoesOnWithTheDraftAfterTheSessionWasLost) {
    start();
    for (std::size_t i = 0; i <= 3; ++i) (void)hop("ATUid_1", kWorker, joined(kInputs, i));
    kill_hard();
    start();
    EXPECT_THAT(hop("ATUid_2", kWorker, ""), StartsWith("CON 00 Menu 99 Baru\nKetik kelurahan"));
    EXPECT_THAT(hop("ATUid_2", kWorker, "Lembo"), StartsWith("CON Tiket "));
}

TEST_F(GatewayTest, KeepsItsTimersOverAKill) {
    StubAggregator aggregator;
    const std::vector<std::string> set{"channels.africastalking.api_base=" + aggregator.url(),
                                       "routes.default=africastalking",
                                       "referral.offer_reminder=1s", "referral.offer_timeout=2s"};
    start(set);
    const std::string agents = std::string(kAgents) + "P02,BAHARUDDIN,081234500003,Lembo,10\n";
    ASSERT_EQ(operate({"agents", "import", file("agents.csv", agents), "--apply"}).code, 0);
    for (std::size_t i = 0; i <= kInputs.size(); ++i)
        (void)hop("ATUid_1", kWorker, joined(kInputs, i));
    EXPECT_EQ(aggregator.wait_for(3).back().to, kAgent);
    kill_hard();
    start(set);
    // Nobody answers: the ticket goes to the next agent, and the worker is told.
    bool told = false, offered = false;
    for (int i = 0; i < 1000 && !(told && offered); ++i) {
        for (const auto& sms : aggregator.received()) {
            told = told || (sms.to == kWorker && sms.text.starts_with("Agen ANDI BASO belum"));
            offered = offered || sms.to == "+6281234500003";
        }
        std::this_thread::sleep_for(10ms);
    }
    EXPECT_TRUE(told);
    EXPECT_TRUE(offered);
}

TEST_F(GatewayTest, AnswersBadInputAsDefined) {
    start();
    const auto post = [&](const std::string& path, const std::string& body) {
        return fetch("POST", url_ + path, body);
    };
    EXPECT_EQ(post("/ussd/nobody", "a=b").status, 404);
    EXPECT_EQ(post("/elsewhere", "a=b").status, 404);
    EXPECT_EQ(post("/ussd/africastalking", "sessionId=x").status, 400);
    EXPECT_EQ(post("/ussd/africastalking", std::string(70'000, 'x')).status, 413);
    EXPECT_EQ(fetch("GET", url_ + "/ussd/africastalking").status, 400);
    EXPECT_THAT(hop("ATUid_9", kWorker, "1*1*1"), StartsWith("CON Daftar jaminan sosial"))
        << "a hop of an unknown session starts over";

    (void)hop("ATUid_1", kWorker, "");
    (void)hop("ATUid_1", kWorker, "2");
    EXPECT_THAT(hop("ATUid_1", "+6281234599999", "2*4"), StartsWith("END Terima kasih"))
        << "another phone with that session id";
    EXPECT_THAT(hop("ATUid_1", kWorker, "2*4"), StartsWith("CON Manfaat & iuran"))
        << "and nothing was changed by it";

    (void)hop("ATUid_1", kWorker, "2*4*00");
    EXPECT_THAT(hop("ATUid_1", kWorker, "2*4*00*0"), StartsWith("END Terima kasih"));
    EXPECT_THAT(hop("ATUid_1", kWorker, "2*4*00*0*1"), StartsWith("END Terima kasih"))
        << "a hop of an ended session";
    const std::string broken =
        "sessionId=ATUid_5&phoneNumber=%2B6281234500005&networkCode=1&serviceCode=*1%23&text=%FF%"
        "C0%80";
    EXPECT_THAT(post("/ussd/africastalking", broken).body, StartsWith("CON "));
}

TEST_F(GatewayTest, TellsHowItIs) {
    start();
    EXPECT_EQ(fetch("GET", admin_ + "/livez").status, 200);
    EXPECT_THAT(fetch("GET", admin_ + "/readyz?verbose").body, HasSubstr("[+] store: commits"));
    (void)hop("ATUid_1", kWorker, "");
    EXPECT_THAT(
        fetch("GET", admin_ + "/metrics").body,
        HasSubstr("jangkau_ussd_turns_total{channel=\"africastalking\",result=\"fresh\"} 1"));
    EXPECT_EQ(fetch("GET", url_ + "/metrics").status, 404) << "not for the public listener";
}

TEST_F(GatewayTest, StopsInOrderOnTerm) {
    start();
    (void)hop("ATUid_1", kWorker, "");
    process_->signal(SIGTERM);
    EXPECT_EQ(process_->wait(), 0) << log();
    EXPECT_FALSE(std::filesystem::exists(data_ + "/control.sock"));
}

TEST_F(GatewayTest, RefusesASecondGatewayOnTheSameData) {
    start();
    const Ran second =
        command({"serve", "--config", JANGKAU_SOURCE_DIR "/config/jangkau.yaml", "--data", data_,
                 "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"});
    EXPECT_EQ(second.code, 2);
    EXPECT_THAT(second.err, HasSubstr(data_));
}

TEST_F(GatewayTest, KeepsNumbersAndNiksOutOfItsLog) {
    start({"log.level=debug"});
    for (std::size_t i = 0; i <= kInputs.size(); ++i)
        (void)hop("ATUid_1", kWorker, joined(kInputs, i));
    EXPECT_EQ(sms("m1", kWorker, "DAFTAR#7371010503800003#SITI AMINAH#LEMBO"), 200);
    EXPECT_THAT(log(), HasSubstr("ussd_turn"));
    EXPECT_THAT(log(), testing::Not(HasSubstr("7371010503800003")));
    EXPECT_THAT(log(), testing::Not(HasSubstr("81234500001")));
    EXPECT_THAT(log(), testing::Not(HasSubstr("SITI")));
}

}  // namespace
}  // namespace jangkau
