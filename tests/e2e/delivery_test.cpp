// Delivery under a provider that refuses, stalls, cuts and lies, with the real program, a real
// store and real connections: afterwards the provider's ledger and the database must agree.

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <map>

#include "adapters/registry.hpp"
#include "tests/e2e/gateway_fixture.hpp"
#include "tests/support/mock_server.hpp"
#include "tests/support/seeded_random.hpp"

namespace jangkau {
namespace {

using Fate = MockProvider::Fate;

constexpr int kPhones = 300;
constexpr auto kInDoubtWait = 2s;
/// The provider behaves from then on, so that an end can be seen.
constexpr auto kMischiefLasts = 5s;
constexpr auto kPatience = 60s;
/// outbox.in_flight_max as shipped.
constexpr std::size_t kInFlightMax = 16;
/// outbox.send_max here: how long before a kill an answer can have been under way.
constexpr auto kAnswerLost = 1s;

std::string phone(int i) { return "+62812345" + std::to_string(10000 + i); }

/// What became of one SMS, as the database has it.
struct Row {
    std::string state;
    unsigned doubts = 0;
};

class Delivery : public GatewayTest, public testing::WithParamInterface<std::string> {
protected:
    Delivery() : provider_(trunk().aggregator, random_), server_(provider_) {}

    static gateway::Trunk trunk() {
        return gateway::trunks_of({.channel = GetParam(),
                                   .config = JANGKAU_SOURCE_DIR "/config/jangkau.yaml",
                                   .set = settings()})
            .sms;
    }
    static std::vector<std::string> settings() {
        const std::string channel = "channels." + GetParam() + ".";
        return {channel + "auth_token=invented-token-0000000000",
                channel + "public_url=http://127.0.0.1", channel + "per_second=0"};
    }

    void start_gateway() {
        std::vector<std::string> set = settings();
        set.insert(set.end(), {"routes.default=" + GetParam(),
                               "channels." + GetParam() + ".api_base=" + server_.url(),
                               "outbox.retry_first=1s", "outbox.retry_max=2s", "outbox.send_max=1s",
                               "outbox.in_doubt_wait=2s", "outbox.breaker.pause_first=1s",
                               "outbox.breaker.pause_max=1s", "outbox.breaker.failures=20"});
        start(set);
        server_.report_to(url_, trunk());
    }

    /// Every phone writes something that nobody understands, and is to get one answer.
    void write_from_every_phone(int first, int last) {
        for (int i = first; i < last; ++i) {
            Form form;
            form.add("id", "m-" + std::to_string(i));
            form.add("from", phone(i));
            form.add("to", "20880");
            form.add("text", "Halo");
            EXPECT_EQ(fetch("POST", url_ + "/sms/simulator", form.encode()).status, 200);
        }
    }

    /// Until every phone's SMS is settled one way or the other. The store is read beside the
    /// gateway, which may be: only writing may not.
    bool wait_until_settled() {
        const auto until = std::chrono::steady_clock::now() + kPatience;
        while (std::chrono::steady_clock::now() < until) {
            const auto rows = read_rows();
            const bool settled =
                rows.size() == kPhones &&
                std::all_of(rows.begin(), rows.end(), [](const auto& row) {
                    const std::string& state = row.second.state;
                    return state != "queued" && state != "sending" && state != "in_doubt";
                });
            if (settled) return true;
            std::this_thread::sleep_for(200ms);
        }
        return false;
    }

    std::map<std::string, Row> read_rows() const {
        SQLite::Database database(data_ + "/jangkau.db", SQLite::OPEN_READONLY, 5000);
        SQLite::Statement query(database, "SELECT recipient, state, doubts FROM outbox");
        std::map<std::string, Row> rows;
        while (query.executeStep()) {
            const std::string to = "+" + std::to_string(query.getColumn(0).getInt64());
            EXPECT_FALSE(rows.contains(to)) << "two SMS were promised to " << to;
            rows[to] = {query.getColumn(1).getText(),
                        static_cast<unsigned>(query.getColumn(2).getInt())};
        }
        return rows;
    }

    /// The answer may not have reached a gateway that was killed then.
    [[nodiscard]] bool was_lost(const MockProvider::Entry& entry) const {
        return entry.fate == Fate::in_doubt ||
               (entry.at > killed_ - kAnswerLost && entry.at <= killed_);
    }

    /// What must hold for one phone, whatever the provider did.
    void agree(const std::string& to, const Row& row,
               const std::vector<MockProvider::Entry>& asked) {
        SCOPED_TRACE(to + " is " + row.state);
        std::size_t sent = 0;
        std::size_t doubts = 0;
        const MockProvider::Entry* before = nullptr;
        for (const auto& entry : asked) {
            sent += entry.sent ? 1 : 0;
            doubts += was_lost(entry) && entry.fate != Fate::refused ? 1 : 0;
            if (before && before->fate == Fate::accepted && !was_lost(*before))
                ADD_FAILURE() << "sent again although it was accepted";
            if (before && before->fate == Fate::accepted) ++lost_by_the_kill_;
            if (before && before->fate == Fate::in_doubt) {
                EXPECT_GE(entry.at - before->at, kInDoubtWait) << "sent again too soon";
            }
            before = &entry;
        }
        EXPECT_LE(doubts, 2U) << "a third attempt after two lost answers";
        EXPECT_LE(sent, 1 + (doubts > 0 ? 1U : 0U)) << "sent twice outside the documented doubt";
        const bool taken =
            row.state == "accepted" || row.state == "sent" || row.state == "delivered";
        if (taken) {
            EXPECT_GE(sent, 1U) << "counted as sent, and was not";
        } else {
            EXPECT_EQ(row.state, "failed");
            EXPECT_EQ(row.doubts, 2U) << "given up although it was not twice in doubt";
        }
    }

    [[nodiscard]] std::size_t count(Fate fate) const {
        const auto ledger = provider_.ledger();
        return static_cast<std::size_t>(
            std::count_if(ledger.begin(), ledger.end(),
                          [&](const MockProvider::Entry& entry) { return entry.fate == fate; }));
    }

    std::chrono::steady_clock::time_point killed_;
    std::size_t lost_by_the_kill_ = 0;
    SeededRandom random_{7};
    MockProvider provider_;
    MockServer server_;
};

TEST_P(Delivery, LosesNothingAndRepeatsNothing) {
    provider_.behave({.refuse = 15,
                      .throttle = 5,
                      .lie = 8,
                      .garble = 8,
                      .cut = 8,
                      .stall = 5,
                      .twice = 30,
                      .before = 30,
                      .stall_ms = 1'500ms});
    start_gateway();
    const auto began = std::chrono::steady_clock::now();
    write_from_every_phone(0, kPhones / 2);
    kill_hard();  // what was under way is in doubt
    killed_ = std::chrono::steady_clock::now();
    start_gateway();
    write_from_every_phone(kPhones / 2, kPhones);
    std::this_thread::sleep_until(began + kMischiefLasts);
    provider_.behave({});
    EXPECT_TRUE(wait_until_settled());

    std::map<std::string, std::vector<MockProvider::Entry>> asked;
    for (const auto& entry : provider_.ledger()) asked[entry.sms.to].push_back(entry);
    const auto rows = read_rows();
    EXPECT_EQ(rows.size(), std::size_t{kPhones});
    std::map<std::string, int> states;
    for (const auto& [to, row] : rows) {
        agree(to, row, asked[to]);
        ++states[row.state];
    }
    EXPECT_LE(lost_by_the_kill_, kInFlightMax) << "more in doubt than were under way";
    EXPECT_TRUE(provider_.unreadable().empty());
    EXPECT_EQ(server_.reports_lost(), 0U);
    EXPECT_GT(count(Fate::refused), kPhones / 20U) << "the provider was too kind";
    EXPECT_GT(count(Fate::in_doubt), kPhones / 20U) << "the provider was too kind";
    EXPECT_GT(states["delivered"], kPhones / 2);
}

/// One that answers with ids of its own and gives our key back, one that has only its own, one that
/// has none, one that always says 200.
INSTANTIATE_TEST_SUITE_P(Providers, Delivery,
                         testing::Values("africastalking", "infobip", "twilio", "vonage"));

}  // namespace
}  // namespace jangkau
