// A menu that is changed under a running gateway, by people who are in a hurry.

#include <gmock/gmock.h>

#include <atomic>
#include <regex>

#include "tests/e2e/gateway_fixture.hpp"
#include "tests/support/config_copy.hpp"

namespace jangkau {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::StartsWith;

constexpr int kReloads = 100;

std::size_t count_of(const std::string& what, const std::string& text) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; ++at) ++count;
    return count;
}

class ReloadTest : public GatewayTest {
protected:
    void SetUp() override {
        GatewayTest::SetUp();
        config_ = files_.file();
    }
    std::size_t reloads() const { return count_of("\"event\":\"reloaded\"", log()); }
    std::size_t refusals() const { return count_of("\"event\":\"reload_refused\"", log()); }
    /// By a signal, as an operator does; waits until it has been done.
    void hang_up_and_wait() {
        const std::size_t before = reloads();
        process_->signal(SIGHUP);
        for (int i = 0; i < 2000 && reloads() == before; ++i) std::this_thread::sleep_for(5ms);
        ASSERT_GT(reloads(), before) << log();
    }
    /// The number that a screen of ConfigCopy's dialogue shows; 0 where there is none.
    static int number_on(const std::string& screen) {
        std::smatch found;
        return std::regex_search(screen, found, std::regex("Number ([0-9]+), screen"))
                   ? std::stoi(found[1].str())
                   : 0;
    }
    int number_dialled(const std::string& session) {
        return number_on(hop(session, "+6281234599999", "77"));
    }

    ConfigCopy files_;
};

/// What the dialogues of one caller saw.
struct Seen {
    int whole = 0;       ///< dialogues that showed one number from the first screen to the last
    int mixed = 0;       ///< and those that did not
    int unanswered = 0;  ///< hops that did not show one of the dialogue's screens
};

TEST_F(ReloadTest, DialoguesStayWholeOverAHundredReloads) {
    // These callers never pause.
    start({"phones.dials_per_minute=0"});
    std::atomic<int> done{1};  // the number that a new dialogue shows at the least
    std::atomic<bool> over{false};
    // One dialogue after the other; a slow caller lets the menu change between any two screens.
    const auto call = [&](int caller, bool slow, Seen& seen) {
        const std::string phone = "+628123450000" + std::to_string(caller);
        for (int dialogue = 0; !over; ++dialogue) {
            const std::string session =
                "ATUid_" + std::to_string(caller) + "_" + std::to_string(dialogue);
            std::string typed = "77";
            int first = 0;
            bool mixed = false;
            for (int screen = 1; screen <= ConfigCopy::kNumberedScreens; ++screen) {
                const int before = done;
                const std::string shown = hop(session, phone, typed);
                const int number = number_on(shown);
                const bool last = screen == ConfigCopy::kNumberedScreens;
                if (!shown.starts_with(last ? "END " : "CON ") ||
                    shown.find("screen " + std::to_string(screen)) == std::string::npos)
                    ++seen.unanswered;
                if (screen == 1) {
                    first = number;
                    EXPECT_GE(first, before) << "a new dialogue begins with the new menu";
                }
                mixed = mixed || number != first;
                typed += "*1";
                for (int i = 0; slow && !over && i < 1000 && done == before; ++i)
                    std::this_thread::sleep_for(5ms);
            }
            ++(mixed ? seen.mixed : seen.whole);
        }
    };
    (void)number_dialled("before");  // libcurl is initialised by one thread
    std::vector<Seen> seen(4);
    std::vector<std::thread> callers;
    for (int i = 0; i < 4; ++i)
        callers.emplace_back([&, i] { call(i, i == 0, seen[static_cast<std::size_t>(i)]); });

    const auto began = std::chrono::steady_clock::now();
    for (int number = 2; number <= kReloads + 1 && !HasFatalFailure(); ++number) {
        files_.number(number);
        hang_up_and_wait();
        done = number;
    }
    const auto took = std::chrono::steady_clock::now() - began;
    over = true;
    for (std::thread& caller : callers) caller.join();

    for (const Seen& one : seen) {
        EXPECT_EQ(one.mixed, 0);
        EXPECT_EQ(one.unanswered, 0);
    }
    EXPECT_GE(seen[0].whole, kReloads / ConfigCopy::kNumberedScreens - 1) << "across reloads";
    EXPECT_GE(seen[1].whole + seen[2].whole + seen[3].whole, kReloads);
    EXPECT_EQ(reloads(), static_cast<std::size_t>(kReloads));
    EXPECT_LT(took, 120s);
    EXPECT_THAT(fetch("GET", admin_ + "/metrics").body,
                AllOf(HasSubstr("jangkau_service_reloads_total{result=\"reloaded\"} 100\n"),
                      HasSubstr("result=\"busy\"} 0\n"),
                      ContainsRegex("jangkau_service_revisions_kept [1-8]\n")));
    process_->signal(SIGTERM);
    EXPECT_EQ(process_->wait(), 0);
}

TEST_F(ReloadTest, ABurstOfSignalsEndsWithTheLastMenu) {
    start();
    // The first comes as soon as it says that it listens.
    for (int number = 2; number <= 40; ++number) {
        files_.number(number);
        process_->signal(SIGHUP);
    }
    // The command comes after what the signals asked for, or is joined with it.
    EXPECT_EQ(operate({"reload"}).code, 0);
    EXPECT_EQ(number_dialled("after"), 40);
}

TEST_F(ReloadTest, ABrokenMenuIsRefusedWithItsPlace) {
    start();
    const std::string menu = files_.path(ConfigCopy::kMenu);
    const std::string wrong = "menu\\.yaml:[0-9]+: error: states/numbered_2.*numbered_33";
    files_.number(2);
    files_.replace(ConfigCopy::kMenu, "options: {1: numbered_3}", "options: {1: numbered_33}");
    process_->signal(SIGHUP);
    for (int i = 0; i < 2000 && refusals() == 0; ++i) std::this_thread::sleep_for(5ms);
    EXPECT_EQ(refusals(), 1u);
    EXPECT_THAT(log(), ContainsRegex("\"event\":\"reload_problem\".*" + wrong));

    Ran ran = operate({"reload"});
    EXPECT_EQ(ran.code, 1);
    EXPECT_EQ(ran.out, "");
    EXPECT_THAT(ran.err, AllOf(HasSubstr(menu), ContainsRegex(wrong),
                               HasSubstr("nothing was reloaded, the gateway goes on with")));
    EXPECT_EQ(number_dialled("refused"), 1) << "of the texts nothing was taken, either";
    EXPECT_EQ(reloads(), 0u);

    files_.replace(ConfigCopy::kMenu, "numbered_33", "numbered_3");
    files_.replace("jangkau.yaml", "listen: 127.0.0.1:8080", "listen: 127.0.0.1:8090");
    files_.replace("jangkau.yaml", "turn_max: 8s", "turn_max: 7s");
    ran = operate({"reload"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(ran.err, "");
    EXPECT_THAT(ran.out, ContainsRegex("^Reloaded: revision [0-9a-f]{8}, before [0-9a-f]{8}; menu "
                                       "makassar with [0-9]+ states and [0-9]+ texts in [0-9]+ "
                                       "languages\n"
                                       "1 dialogue on older revisions; each ends as it began\n"
                                       "Takes effect at the next start: channels\n$"))
        << "the listener's address is the command line's";
    EXPECT_EQ(number_dialled("good"), 2);
    EXPECT_THAT(log(), HasSubstr("\"at_next_start\":\"channels\""));
    const std::string ready = fetch("GET", admin_ + "/readyz?verbose").body;
    EXPECT_THAT(ready, ContainsRegex("\\[\\+\\] service: revision [0-9a-f]{8} since 20[-0-9T:]+Z; "
                                     "1 older kept\n"));

    ran = operate({"reload", "--json"});
    EXPECT_EQ(ran.code, 0);
    EXPECT_THAT(ran.out, AllOf(StartsWith("{\"reloaded\":true,\"revision\":\""),
                               HasSubstr("\"at_next_start\":[\"channels\"]")));
    EXPECT_THAT(operate({"reload"}).out, StartsWith("Nothing has changed: revision "));
}

TEST_F(ReloadTest, IsAskedForEvenWhenTheConfigurationCannotBeRead) {
    start();
    files_.append("jangkau.yaml", "\nservice: [\n");
    Ran ran = operate({"reload"});  // with --data
    EXPECT_EQ(ran.code, 1);
    EXPECT_THAT(ran.err, ContainsRegex("jangkau\\.yaml:[0-9]+: error: "));
    ran = command({"reload", "--config", config_});
    EXPECT_EQ(ran.code, 2);
    EXPECT_THAT(ran.err, HasSubstr("name its folder with --data"));
}

TEST_F(ReloadTest, SaysThatNoGatewayRuns) {
    Ran ran = operate({"reload"});
    EXPECT_EQ(ran.code, 2);
    EXPECT_THAT(ran.err, HasSubstr("no gateway runs on " + data_));
    start();
    kill_hard();  // its socket stays
    ran = operate({"reload", "--json"});
    EXPECT_EQ(ran.code, 2);
    EXPECT_EQ(ran.out, "");
    EXPECT_THAT(ran.err, HasSubstr("no gateway runs on " + data_));
}

}  // namespace
}  // namespace jangkau
