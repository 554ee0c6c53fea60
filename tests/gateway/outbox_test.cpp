#include "gateway/outbox.hpp"

#include <gmock/gmock.h>

#include <deque>
#include <set>

#include "adapters/registry.hpp"

#include "tests/support/local_line.hpp"

namespace jangkau::gateway {
namespace {

using sessions::Delivery;
using namespace std::chrono_literals;

// --- the decision ---

struct Case {
    std::string name;
    adapters::SendFault fault;
    unsigned attempts;
    Delivery state;
    std::chrono::seconds pause;
    bool next_channel;
};
class AfterError : public testing::TestWithParam<Case> {};
TEST_P(AfterError, DecidesWhatBecomesOfTheRow) {
    const Verdict verdict =
        after_error({GetParam().fault, ""}, GetParam().attempts, OutboxConfig{});
    EXPECT_EQ(verdict.state, GetParam().state);
    EXPECT_EQ(verdict.pause, GetParam().pause);
    EXPECT_EQ(verdict.next_channel, GetParam().next_channel);
}
using adapters::SendFault;
INSTANTIATE_TEST_SUITE_P(
    Faults, AfterError,
    testing::Values(
        Case{"unreachable_first", SendFault::unreachable, 1, Delivery::queued, 5s, true},
        Case{"unreachable_again", SendFault::unreachable, 3, Delivery::queued, 20s, true},
        Case{"unreachable_for_long", SendFault::unreachable, 80, Delivery::queued, 3600s, true},
        Case{"throttled_stays_on_its_channel", SendFault::throttled, 1, Delivery::queued, 5s,
             false},
        Case{"misconfigured_waits_for_an_operator", SendFault::misconfigured, 1, Delivery::queued,
             5s, true},
        Case{"rejected_never_goes", SendFault::rejected, 1, Delivery::failed, 0s, false},
        Case{"opted_out_never_goes", SendFault::opted_out, 1, Delivery::failed, 0s, false},
        Case{"garbled_is_in_doubt", SendFault::garbled, 1, Delivery::in_doubt, 0s, false},
        Case{"garbled_is_in_doubt_also_at_last", SendFault::garbled, 8, Delivery::in_doubt, 0s,
             false}),
    [](const auto& row) { return row.param.name; });

TEST(AfterTransport, RetriesOnlyWhatIsKnownNotToHaveLeft) {
    EXPECT_EQ(after_transport({TransportFault::not_sent, ""}, 1, OutboxConfig{}).state,
              Delivery::queued);
    EXPECT_EQ(after_transport({TransportFault::in_doubt, ""}, 1, OutboxConfig{}).state,
              Delivery::in_doubt);
}

TEST(RetryPause, DoublesUpToItsLimit) {
    OutboxConfig limits;
    EXPECT_EQ(retry_pause(1, limits), 5s);
    EXPECT_EQ(retry_pause(2, limits), 10s);
    EXPECT_EQ(retry_pause(5, limits), 80s);
    EXPECT_EQ(retry_pause(50, limits), 3600s);
}

TEST(RetryPause, ComesApartByHalf) {
    SeededRandom random(1);
    std::set<std::chrono::seconds> pauses;
    for (int i = 0; i < 500; ++i) pauses.insert(jittered(10s, random));
    EXPECT_EQ(pauses, (std::set<std::chrono::seconds>{5s, 6s, 7s, 8s, 9s, 10s}));
    EXPECT_EQ(jittered(0s, random), 0s);
    EXPECT_EQ(jittered(1s, random), 1s);
}

TEST(AfterError, TakesOverWhatTheProviderAsks) {
    const OutboxConfig limits;
    const auto after = [&](SendFault fault, std::chrono::seconds asked) {
        return after_error({fault, "", asked}, 1, limits);
    };
    EXPECT_EQ(after(SendFault::unreachable, 120s).asked, 120s);
    EXPECT_EQ(after(SendFault::unreachable, 30h).asked, limits.retry_max);
    EXPECT_EQ(after(SendFault::throttled, 120s).asked, 120s);
    EXPECT_EQ(after(SendFault::throttled, 0s).asked, 1s);
    EXPECT_EQ(after(SendFault::throttled, 30h).asked, limits.retry_max);
}

// --- the worker, on a store that forgets and a client that answers as told ---

class ScriptedClient final : public HttpClient {
public:
    void send(HttpRequest request, std::chrono::milliseconds, Done done) override {
        sent.push_back(request.body);
        if (answers.empty()) {
            waiting.push_back(std::move(done));
            return;
        }
        auto answer = std::move(answers.front());
        answers.pop_front();
        done(std::move(answer));
    }
    std::vector<std::string> sent;
    std::deque<Result<HttpResponse, TransportError>> answers;
    std::vector<Done> waiting;
};

HttpResponse accepted() {
    return {
        201,
        {},
        R"({"SMSMessageData":{"Message":"m","Recipients":[{"statusCode":101,"number":"+6281234500001","status":"Success","cost":"0","messageId":"AT1"}]}})"};
}

class OutboxWorker : public testing::Test {
protected:
    OutboxWorker() : config_(shipped_config({"routes.default=africastalking"})) {
        adapter_ = *adapters::find("africastalking")
                        ->make(config_.channels.at("africastalking").settings, plan_);
        outbox_ = std::make_unique<Outbox>(Outbox::Parts{
            config_, services_, *store_, clock_, client_, metrics_, random_,
            [this](const std::string&) -> const adapters::Adapter& { return *adapter_; },
            [this](std::function<void()> what) { posted_.push_back(std::move(what)); },
            [](std::chrono::milliseconds, const std::function<void()>&) {},
            [this] { return Gate::Instant(clock_.now().time_since_epoch()); }});
    }
    void queue(const std::string& text) {
        store_->run([&](sessions::Unit& unit) {
            unit.send({Msisdn::from_digits("6281234500001"), text, flows::Lane::receipt, "", "",
                       std::nullopt});
        });
    }
    void kick() {
        outbox_->kick();
        while (!posted_.empty()) {
            const auto next = std::move(posted_.front());
            posted_.pop_front();
            next();
        }
    }
    sessions::OutboxRow row() {
        std::vector<sessions::OutboxRow> rows;
        store_->run([&](sessions::Unit& unit) {
            rows = unit.sms_to(Msisdn::from_digits("6281234500001"), 0, 10);
        });
        return rows.at(0);
    }

    Config config_;
    Services services_{config_.service, Time{}};
    NumberPlan plan_;
    ManualClock clock_{Time{1'800'000'000s}};
    std::unique_ptr<sessions::Store> store_ = sessions::make_memory_store(&clock_);
    ScriptedClient client_;
    SeededRandom random_{1};
    Metrics metrics_;
    std::unique_ptr<adapters::Adapter> adapter_;
    std::deque<std::function<void()>> posted_;
    std::unique_ptr<Outbox> outbox_;
};

TEST_F(OutboxWorker, SettlesWhatWasAccepted) {
    queue("hello");
    client_.answers.push_back(accepted());
    kick();
    EXPECT_EQ(row().state, Delivery::accepted);
    EXPECT_EQ(row().provider_id, "AT1");
    kick();
    EXPECT_EQ(client_.sent.size(), 1u);
}

TEST_F(OutboxWorker, RetriesAKnownFailureAfterItsPause) {
    queue("hello");
    client_.answers.push_back(TransportError{TransportFault::not_sent, "refused"});
    client_.answers.push_back(accepted());
    kick();
    EXPECT_EQ(row().state, Delivery::queued);
    EXPECT_EQ(row().reason, "refused");
    kick();
    EXPECT_EQ(client_.sent.size(), 1u) << "not before the pause is over";
    clock_.set(clock_.now() + 5s);
    kick();
    EXPECT_EQ(client_.sent.size(), 2u);
    EXPECT_EQ(row().state, Delivery::accepted);
    EXPECT_EQ(row().attempts, 2u);
}

TEST_F(OutboxWorker, LeavesALostAnswerInDoubt) {
    queue("hello");
    client_.answers.push_back(TransportError{TransportFault::in_doubt, "closed"});
    kick();
    EXPECT_EQ(row().state, Delivery::in_doubt);
    clock_.set(clock_.now() + 599s);
    kick();
    EXPECT_EQ(client_.sent.size(), 1u);
    client_.answers.push_back(accepted());
    clock_.set(clock_.now() + 2s);
    kick();
    EXPECT_EQ(client_.sent.size(), 2u) << "after in_doubt_wait it is sent again";
    EXPECT_EQ(row().state, Delivery::accepted);
}

TEST_F(OutboxWorker, DoesNotSendAgainWhatAReportHasSettled) {
    queue("hello");
    client_.answers.push_back(accepted());
    kick();
    store_->run([&](sessions::Unit& unit) {
        EXPECT_TRUE(unit.report({"africastalking", "AT1", Delivery::delivered, ""}, clock_.now()));
    });
    EXPECT_EQ(row().state, Delivery::delivered);
    clock_.set(clock_.now() + 3600s);
    kick();
    EXPECT_EQ(client_.sent.size(), 1u);
}

TEST_F(OutboxWorker, KnowsAfterACrashWhatItWasSending) {
    queue("hello");
    kick();  // no answer: the process dies here
    EXPECT_EQ(row().state, Delivery::sending);
    outbox_->recover();
    EXPECT_EQ(row().state, Delivery::in_doubt);
}

TEST_F(OutboxWorker, KeepsToItsLimitInFlight) {
    for (int i = 0; i < 40; ++i) queue("hello " + std::to_string(i));
    kick();
    EXPECT_EQ(client_.sent.size(), 8u);
    EXPECT_EQ(outbox_->in_flight(), 8u);
    client_.waiting.front()(accepted());
    kick();
    EXPECT_EQ(client_.sent.size(), 9u);
}

}  // namespace
}  // namespace jangkau::gateway
