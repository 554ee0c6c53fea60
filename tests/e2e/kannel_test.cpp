// The whole program behind a real Kannel, configured as docs/adapters/kannel.md says. SMS come from
// Kannel's fake SMSC, USSD from an SMSC of the test that speaks SMPP.

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>

#include <regex>

#include <functional>
#include <iostream>

#include "adapters/registry.hpp"
#include "tests/e2e/gateway_fixture.hpp"
#include "tests/support/smsc.hpp"

namespace jangkau {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kBearerbox = "/usr/sbin/bearerbox";
constexpr const char* kSmsbox = "/usr/sbin/smsbox";
const std::string kPage = JANGKAU_SOURCE_DIR "/docs/adapters/kannel.md";
const std::string kPhone = "+6281234500001";
const std::string kShortCode = "20880";

constexpr unsigned kDialled = 1;
constexpr unsigned kShown = 2;
constexpr unsigned kShownLast = 17;
constexpr unsigned kAnswered = 18;
constexpr unsigned kHungUp = 129;

class KannelTest : public GatewayTest {
protected:
    void SetUp() override {
        GatewayTest::SetUp();
        ASSERT_TRUE(std::filesystem::exists(kBearerbox)) << "./dev setup installs kannel";
        listen_ = "127.0.0.1:" + std::to_string(free_port());
        start_gateway();
        start_kannel();
    }
    void TearDown() override {
        if (HasFailure())
            for (const char* log : {"/bearerbox.log", "/smsbox.log", "/log"})
                std::cerr << log << "\n" << read(folder_ + log) << "\n";
        smsbox_.reset();
        bearerbox_.reset();
        GatewayTest::TearDown();
    }

    void start_gateway() {
        start({"routes.default=kannel", "channels.kannel.password=CHANGE-ME",
               "channels.kannel.api_base=http://127.0.0.1:" + std::to_string(sendsms_port_),
               "channels.kannel.public_url=http://" + listen_});
    }

    void start_kannel() {
        const std::string conf = file("kannel.conf", configuration());
        bearerbox_ = std::make_unique<Process>(
            std::vector<std::string>{kBearerbox, "-v", "4", conf}, folder_ + "/kannel.log");
        ASSERT_TRUE(Wire::to(smsbox_port_).open()) << read(folder_ + "/kannel.log");
        phones_ = std::make_unique<FakeSmsc>(fake_port_);
        smsbox_ = std::make_unique<Process>(std::vector<std::string>{kSmsbox, "-v", "4", conf},
                                            folder_ + "/kannel.log");
        ASSERT_TRUE(Wire::to(sendsms_port_).open()) << read(folder_ + "/kannel.log");
        ASSERT_TRUE(smsc_.bound());
    }

    /// The page's example, with ports and files of this test and Kannel's fake SMSC for the SMS.
    std::string configuration() const {
        const auto port = [](int number) { return std::to_string(number); };
        const std::string page = read(kPage);
        const std::size_t chapter = page.find("## In Kannel's configuration");
        const std::size_t begin = page.find("```\n", chapter) + 4;
        std::string conf = page.substr(begin, page.find("```", begin) - begin);
        for (const auto& [what, by] : {
                 std::pair<std::string, std::string>{
                     "smsc = smpp\nsmsc-id = sms\nhost = smsc.operator.example\nport = 2775",
                     "smsc = fake\nsmsc-id = sms\nconnect-allow-ip = 127.0.0.1\nport = " +
                         port(fake_port_)},
                 {"host = ussd.operator.example\nport = 2775",
                  "host = 127.0.0.1\nport = " + port(smsc_.port())},
                 {"smsc-password = \"CHANGE-ME\"", "smsc-password = \"secret\""},
                 {"= 13000", "= " + port(free_port())},
                 {"= 13001", "= " + port(smsbox_port_)},
                 {"= 13013", "= " + port(sendsms_port_)},
                 {"127.0.0.1:8080", listen_},
                 {"/var/log/kannel", folder_},
                 {"http-queue-delay = 10", "http-queue-delay = 1"},
             }) {
            EXPECT_NE(conf.find(what), std::string::npos) << kPage << ": " << what;
            for (std::size_t at = 0; (at = conf.find(what, at)) != std::string::npos;
                 at += by.size())
                conf.replace(at, what.size(), by);
        }
        return conf;
    }

    static std::string read(const std::string& name) {
        std::ifstream in(name, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    int rows(const std::string& where) const {
        SQLite::Database database(data_ + "/jangkau.db", SQLite::OPEN_READONLY, 1000);
        return database.execAndGet("SELECT count(*) FROM outbox WHERE " + where).getInt();
    }
    bool soon(const std::function<bool()>& holds) const {
        for (int i = 0; i < 2000; ++i) {
            if (holds()) return true;
            std::this_thread::sleep_for(10ms);
        }
        return false;
    }

    Smsc::Ussd said(unsigned operation, const std::string& text) const {
        return {kPhone.substr(1), "*123*4567#", text, operation, session_};
    }
    /// The screen that comes for it.
    Smsc::Ussd turn(unsigned operation, const std::string& text) {
        smsc_.deliver(said(operation, text));
        const auto screen = smsc_.submitted();
        EXPECT_TRUE(screen) << "no screen for " << text;
        return screen.value_or(Smsc::Ussd{});
    }

    const int sendsms_port_ = free_port();
    const int smsbox_port_ = free_port();
    const int fake_port_ = free_port();
    const std::string session_{"\x2A\x00", 2};
    Smsc smsc_;
    std::unique_ptr<Process> bearerbox_, smsbox_;
    std::unique_ptr<FakeSmsc> phones_;
};

TEST_F(KannelTest, AnswersAnSmsOnceAndHearsThatItArrived) {
    phones_->say(kPhone, kShortCode, "BANTUAN");
    EXPECT_THAT(phones_->heard(), StartsWith(kShortCode + " " + kPhone + " text Perintah:"));
    EXPECT_TRUE(soon([&] { return rows("channel = 'kannel' AND state = 'delivered'") == 1; }));

    // Had Kannel sent words of its own for the first, they would come before this.
    phones_->say("+6281234500002", kShortCode, "XYZ");
    EXPECT_THAT(phones_->heard(), StartsWith(kShortCode + " +6281234500002 text Perintah tidak"));
    EXPECT_TRUE(soon([&] { return rows("state = 'delivered'") == 2; }));
    EXPECT_EQ(rows("state <> 'delivered'"), 0);
}

// No text of the menu is that long (`jangkau check` refuses it), so the adapter is asked itself.
TEST_F(KannelTest, CutsALongSmsIntoPiecesThatThePhoneJoins) {
    adapters::Settings settings;
    settings.channel = "kannel";
    settings.username = "jangkau";
    settings.password = Secret("CHANGE-ME");
    settings.api_base = "http://127.0.0.1:" + std::to_string(sendsms_port_);
    settings.sender = kShortCode;
    const NumberPlan plan;
    const auto made = adapters::find("kannel")->make(settings, plan);
    ASSERT_TRUE(made) << made.error().key << " " << made.error().why;
    // 152 letters and one of two septets: it must not be torn at the 153rd.
    const std::string text = std::string(152, 'a') + "[" + std::string(150, 'b');
    const adapters::SmsOut sms{"jk-1-0", Msisdn::from_digits(kPhone.substr(1)), text};
    const auto response = gateway::fetch((*made)->compose(sms), 10s);
    ASSERT_TRUE(response) << response.error().detail;
    EXPECT_TRUE((*made)->interpret(sms, *response));
    // User data header: pieces of one reference, "%05%00%03 REF TOTAL NUMBER".
    const std::string first = phones_->heard();
    const std::string second = phones_->heard();
    const std::string begin = kShortCode + " " + kPhone + " udh %05%00%03";
    EXPECT_THAT(first, AllOf(StartsWith(begin), EndsWith("%02%01 data " + std::string(152, 'a'))));
    EXPECT_THAT(second,
                AllOf(StartsWith(begin), EndsWith("%02%02 data %5B" + std::string(150, 'b'))));
    EXPECT_EQ(first.substr(0, first.find("%02%01")), second.substr(0, second.find("%02%02")));
}

TEST_F(KannelTest, KeepsWhatIsSaidWhileTheGatewayIsAway) {
    kill_hard();
    phones_->say(kPhone, kShortCode, "BANTUAN");
    ASSERT_TRUE(soon([&] {
        return read(folder_ + "/smsbox.log").find("Couldn't fetch") != std::string::npos;
    })) << "Kannel did not try";
    start_gateway();
    EXPECT_THAT(phones_->heard(), StartsWith(kShortCode + " " + kPhone + " text Perintah:"));
}

/// Every registration has a ticket of its own.
std::string without_ticket(const std::string& screen) {
    return std::regex_replace(screen, std::regex("Tiket [0-9]{7}"), "Tiket");
}

TEST_F(KannelTest, ShowsTheDialogueOfUssdOverSmpp) {
    const std::vector<std::string> inputs = {
        "1", "7371010503800003", "SITI AMINAH", "Lembo", "2", "2", "1", "1", "1", "1"};
    // Another phone, through a channel of its own, sees the same.
    std::string typed;
    std::string expected = hop("ATUid_1", "+6281234500009", "");
    Smsc::Ussd screen = turn(kDialled, "*123*4567#");
    for (const std::string& input : inputs) {
        EXPECT_EQ("CON " + without_ticket(screen.text), without_ticket(expected));
        EXPECT_EQ(screen.operation, kShown);
        EXPECT_EQ(screen.session, session_);
        EXPECT_EQ(screen.phone, kPhone.substr(1));
        EXPECT_EQ(screen.code, "*123*4567#");
        typed += (typed.empty() ? "" : "*") + input;
        expected = hop("ATUid_1", "+6281234500009", typed);
        screen = turn(kAnswered, input);
    }
    EXPECT_THAT(screen.text, StartsWith("Terkirim. Tiket "));
    EXPECT_EQ(screen.operation, kShownLast);
    EXPECT_EQ(screen.session, session_);
    const std::string receipt = phones_->heard();
    EXPECT_THAT(receipt, HasSubstr("pendaftaran"));
}

TEST_F(KannelTest, BeginsAnewAfterSomebodyHungUp) {
    (void)turn(kDialled, "*123*4567#");
    EXPECT_THAT(turn(kAnswered, "1").text, testing::Not(StartsWith("Makassar Berjasa")));
    smsc_.deliver(said(kHungUp, ""));  // nothing comes for it: the next screen is the dial's
    // Two octets come again soon, here at once.
    const Smsc::Ussd again = turn(kDialled, "*123*4567#");
    EXPECT_EQ(again.session, session_);
    EXPECT_EQ(again.operation, kShown);
    EXPECT_THAT(again.text, StartsWith("Lanjutan. 00 Menu, 99 Baru\nKetik NIK"));
}

}  // namespace
}  // namespace jangkau
