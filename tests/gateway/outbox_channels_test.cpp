#include "gateway/outbox.hpp"

#include <gmock/gmock.h>

#include <deque>
#include <set>

#include "adapters/decode.hpp"

#include "tests/support/local_line.hpp"

namespace jangkau::gateway {
namespace {

using adapters::SendFault;
using sessions::Delivery;
using namespace std::chrono_literals;
/// The target says which channel it left through, the body is the text.
class PlainAdapter final : public adapters::Adapter {
public:
    explicit PlainAdapter(std::string channel) : channel_(std::move(channel)) {}
    [[nodiscard]] adapters::Abilities abilities() const override { return {.send = true}; }
    [[nodiscard]] Result<std::vector<adapters::Inbound>, adapters::BadRequest> decode(
        adapters::Endpoint, const HttpRequest&) const override {
        return adapters::no_such_path();
    }
    [[nodiscard]] HttpRequest compose(const adapters::SmsOut& sms) const override {
        if (sms.text == "poison") throw std::runtime_error("it cannot be written");
        return {"POST", channel_, "", {}, sms.text, "", ""};
    }
    [[nodiscard]] Result<adapters::Accepted, adapters::SendError> interpret(
        const adapters::SmsOut&, const HttpResponse& response) const override {
        if (response.status == 403) return adapters::SendError{SendFault::opted_out, "STOP"};
        if (const auto fault = adapters::http_fault(response)) return *fault;
        return adapters::Accepted{response.body};
    }

private:
    std::string channel_;
};

using Answer = Result<HttpResponse, TransportError>;
const TransportError kRefused{TransportFault::not_sent, "refused"};
const TransportError kLost{TransportFault::in_doubt, "closed"};
const HttpResponse kAccepted{200, {}, "id"};
HttpResponse unavailable(const std::string& retry_after) {
    return {503, {{"Retry-After", retry_after}}, ""};
}

/// Answers at once as `provider` does; what it says nothing about waits.
class ProviderClient final : public HttpClient {
public:
    void send(HttpRequest request, std::chrono::milliseconds, Done done) override {
        sent.push_back(request.target + ": " + request.body);
        if (auto answer = provider(request))
            done(std::move(*answer));
        else
            waiting.push_back(std::move(done));
    }
    std::function<std::optional<Answer>(const HttpRequest&)> provider = [](const HttpRequest&) {
        return kAccepted;
    };
    std::vector<std::string> sent;
    std::vector<Done> waiting;
};

class OutboxChannels : public testing::Test {
protected:
    OutboxChannels() : config_(shipped_config()) {
        const ChannelConfig channel = config_.channels.at("africastalking");
        config_.channels = {{"first", channel}, {"second", channel}};
        config_.routes = {{}, {"first", "second"}};
        config_.phones.sms_out_per_hour = 0;  // one phone stands for many
    }
    /// With what the test has made of the configuration.
    Outbox& outbox() {
        if (!outbox_)
            outbox_ = std::make_unique<Outbox>(Outbox::Parts{
                config_, services_, *store_, clock_, client_, metrics_, random_,
                [this](const std::string& name) -> const adapters::Adapter& {
                    return name == "first" ? first_ : second_;
                },
                [this](std::function<void()> what) { posted_.push_back(std::move(what)); },
                [this](std::chrono::milliseconds delay, std::function<void()> what) {
                    later_.emplace(instant_ + delay, std::move(what));
                },
                [this] { return instant_; }});
        return *outbox_;
    }
    void queue(const std::string& text, flows::Lane lane = flows::Lane::receipt) {
        store_->run([&](sessions::Unit& unit) {
            unit.send({phone_, text, lane, "", "", std::nullopt});
        });
    }
    void drain() {
        while (!posted_.empty()) {
            const auto next = std::move(posted_.front());
            posted_.pop_front();
            next();
        }
    }
    void kick() {
        outbox().kick();
        drain();
    }
    void move_to(Gate::Instant instant) {
        instant_ = instant;
        clock_.set(kStart + std::chrono::floor<std::chrono::seconds>(instant - kBegin));
    }
    /// Only what the outbox asked to be woken for happens.
    void pass(std::chrono::milliseconds time) {
        const Gate::Instant end = instant_ + time;
        while (!later_.empty() && later_.begin()->first <= end) {
            const auto next = later_.extract(later_.begin());
            move_to(next.key());
            next.mapped()();
            drain();
        }
        move_to(end);
    }
    /// As the process does: looks again every second.
    void tick(std::chrono::seconds time) {
        for (; time > 0s; time -= 1s) {
            pass(1s);
            kick();
        }
    }
    sessions::OutboxRow row(const std::string& text) {
        std::optional<sessions::OutboxRow> found;
        store_->run([&](sessions::Unit& unit) {
            for (auto& one : unit.sms_to(phone_, 0, 1000))
                if (one.sms.text == text) found = std::move(one);
        });
        return found.value();
    }
    std::size_t count(Delivery state) {
        std::size_t rows = 0;
        store_->run([&](sessions::Unit& unit) {
            for (const auto& one : unit.sms_to(phone_, 0, 1000)) rows += one.state == state;
        });
        return rows;
    }
    bool report(const sessions::Report& report) {
        bool found = false;
        store_->run([&](sessions::Unit& unit) { found = unit.report(report, clock_.now()); });
        return found;
    }

    /// 9.00 in Makassar.
    static constexpr Time kStart = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) + 1h;
    static constexpr Gate::Instant kBegin{1h};
    const Msisdn phone_ = Msisdn::from_digits("6281234500001");
    Config config_;
    Services services_{config_.service, Time{}};
    ManualClock clock_{kStart};
    Gate::Instant instant_ = kBegin;
    std::unique_ptr<sessions::Store> store_ = sessions::make_memory_store(&clock_);
    ProviderClient client_;
    SeededRandom random_{1};
    Metrics metrics_;
    const PlainAdapter first_{"first"};
    const PlainAdapter second_{"second"};
    std::deque<std::function<void()>> posted_;
    std::multimap<Gate::Instant, std::function<void()>> later_;
    std::unique_ptr<Outbox> outbox_;
};

using testing::AllOf;
using testing::ElementsAre;
using testing::Ge;
using testing::IsEmpty;
using testing::Le;
using testing::SizeIs;

TEST_F(OutboxChannels, AKnownFailureGoesToTheNextChannelAtOnce) {
    client_.provider = [](const HttpRequest& request) -> Answer {
        if (request.target == "first") return kRefused;
        return kAccepted;
    };
    queue("hello");
    kick();
    EXPECT_THAT(client_.sent, ElementsAre("first: hello", "second: hello"));
    EXPECT_EQ(row("hello").state, Delivery::accepted);
    EXPECT_EQ(row("hello").channel, "second");
    EXPECT_EQ(row("hello").attempts, 2U);
}

TEST_F(OutboxChannels, WhenAllHaveHadItItWaits) {
    client_.provider = [](const HttpRequest&) { return kRefused; };
    queue("hello");
    kick();
    EXPECT_THAT(client_.sent, ElementsAre("first: hello", "second: hello"));
    EXPECT_EQ(row("hello").state, Delivery::queued);
    EXPECT_EQ(row("hello").channel, "first") << "and begins again";
    EXPECT_THAT(row("hello").due, AllOf(Ge(kStart + 5s), Le(kStart + 10s)));
}

TEST_F(OutboxChannels, RowsThatFailedTogetherComeApart) {
    config_.routes.otherwise = {"first"};
    config_.outbox.breaker.failures = 1000;
    client_.provider = [](const HttpRequest&) { return kRefused; };
    for (int i = 0; i < 20; ++i) queue(std::to_string(i));
    kick();
    std::set<Time> due;
    for (int i = 0; i < 20; ++i) {
        due.insert(row(std::to_string(i)).due);
        EXPECT_EQ(row(std::to_string(i)).attempts, 1U);
    }
    EXPECT_GE(due.size(), 3U);
    EXPECT_GE(*due.begin(), kStart + 3s);
}

TEST_F(OutboxChannels, ALostAnswerGoesToNoOtherChannel) {
    client_.provider = [](const HttpRequest&) { return kLost; };
    queue("hello");
    kick();
    tick(60s);
    EXPECT_THAT(client_.sent, ElementsAre("first: hello"));
    EXPECT_EQ(row("hello").state, Delivery::in_doubt);
}

TEST_F(OutboxChannels, ALostAnswerAfterAFailOverIsOneDoubt) {
    client_.provider = [](const HttpRequest& request) -> Answer {
        if (request.target == "first") return kRefused;
        return kLost;
    };
    queue("hello");
    kick();
    EXPECT_EQ(row("hello").state, Delivery::in_doubt);
    tick(602s);
    EXPECT_THAT(client_.sent, ElementsAre("first: hello", "second: hello", "second: hello"));
    tick(1300s);
    EXPECT_THAT(client_.sent, SizeIs(3)) << "now it may have arrived twice";
    EXPECT_EQ(row("hello").state, Delivery::failed);
}

TEST_F(OutboxChannels, AProviderThatIsDownGetsThePauseThatItAsksFor) {
    config_.routes.otherwise = {"first"};
    client_.provider = [](const HttpRequest&) { return unavailable("120"); };
    queue("hello");
    kick();
    EXPECT_THAT(outbox().down(), ElementsAre("first"));
    EXPECT_GE(row("hello").due, kStart + 120s);
    queue("another");
    tick(119s);
    EXPECT_THAT(client_.sent, SizeIs(1));
    client_.provider = [](const HttpRequest&) { return kAccepted; };
    tick(2s);
    EXPECT_EQ(count(Delivery::accepted), 2U);
    EXPECT_THAT(outbox().down(), IsEmpty());
}

TEST_F(OutboxChannels, NoProviderCanAskForDays) {
    config_.routes.otherwise = {"first"};
    client_.provider = [](const HttpRequest&) { return unavailable("999999"); };
    queue("hello");
    kick();
    EXPECT_LE(row("hello").due, kStart + config_.outbox.retry_max);
}

TEST_F(OutboxChannels, AProviderThatThrottlesGetsItsPauseAndItsSms) {
    client_.provider = [](const HttpRequest& request) -> Answer {
        if (request.target == "first") return HttpResponse{429, {{"Retry-After", "30"}}, ""};
        return kAccepted;
    };
    queue("hello");
    kick();
    EXPECT_EQ(row("hello").due, kStart + 30s);
    EXPECT_EQ(row("hello").channel, "first");
    queue("another");
    tick(29s);
    EXPECT_THAT(client_.sent, ElementsAre("first: hello", "second: another"))
        << "meanwhile the others take the next channel";
    client_.provider = [](const HttpRequest&) { return kAccepted; };
    tick(1s);
    EXPECT_THAT(client_.sent, SizeIs(3));
    EXPECT_EQ(row("hello").channel, "first");
    EXPECT_EQ(row("hello").state, Delivery::accepted);
}

TEST_F(OutboxChannels, ADeadProviderIsAskedSeldomAndDrainsWhenItIsBack) {
    config_.routes.otherwise = {"first"};
    client_.provider = [](const HttpRequest&) { return kRefused; };
    for (int i = 0; i < 60; ++i) queue(std::to_string(i));
    kick();
    const std::size_t at_once = client_.sent.size();
    EXPECT_LE(at_once, 8U) << "as many as may be under way";
    std::size_t most_in_a_second = 0;
    for (int second = 0; second < 3600; ++second) {
        const std::size_t before = client_.sent.size();
        tick(1s);
        most_in_a_second = std::max(most_in_a_second, client_.sent.size() - before);
    }
    EXPECT_EQ(most_in_a_second, 1U);
    // After 10, 20, 40, 80, 160 seconds, then every 300.
    EXPECT_THAT(client_.sent.size() - at_once, AllOf(Ge(14U), Le(16U)));
    EXPECT_EQ(count(Delivery::queued), 60U) << "nothing is lost";

    client_.provider = [](const HttpRequest&) { return kAccepted; };
    tick(310s);
    EXPECT_EQ(count(Delivery::accepted), 60U);
}

TEST_F(OutboxChannels, AStandInTakesOverFromADeadProvider) {
    client_.provider = [](const HttpRequest& request) -> Answer {
        if (request.target == "first") return kRefused;
        return kAccepted;
    };
    for (int i = 0; i < 100; ++i) queue(std::to_string(i));
    kick();
    tick(8s);
    EXPECT_EQ(count(Delivery::accepted), 100U);
    EXPECT_THAT(outbox().down(), ElementsAre("first"));
}

TEST_F(OutboxChannels, AnSmsThatCannotBeWrittenHoldsUpNoOther) {
    for (const char* text : {"before", "poison", "after"}) queue(text);
    kick();
    EXPECT_EQ(row("poison").state, Delivery::failed);
    EXPECT_EQ(row("poison").reason, "it could not be put into the provider's words");
    EXPECT_EQ(count(Delivery::accepted), 2U);
    EXPECT_EQ(outbox().in_flight(), 0U);
}

TEST_F(OutboxChannels, AnSmsThatAlwaysFailsHoldsUpNoOther) {
    config_.routes.otherwise = {"first"};
    client_.provider = [](const HttpRequest& request) -> Answer {
        if (request.body == "cursed") return HttpResponse{503, {}, ""};
        return kAccepted;
    };
    queue("cursed", flows::Lane::answer);
    for (int minute = 0; minute < 30; ++minute) {
        queue(std::to_string(minute));
        tick(60s);
    }
    EXPECT_EQ(count(Delivery::accepted), 30U);
    EXPECT_EQ(row("cursed").state, Delivery::queued);
    EXPECT_THAT(row("cursed").attempts, AllOf(Ge(4U), Le(15U))) << "less and less often";
    EXPECT_THAT(outbox().down(), IsEmpty());
}

TEST_F(OutboxChannels, KeepsToTheRateWithoutBeingKicked) {
    config_.channels.at("first").send.per_second = 2;
    config_.routes.otherwise = {"first"};
    for (int i = 0; i < 10; ++i) queue(std::to_string(i));
    kick();
    EXPECT_THAT(client_.sent, SizeIs(2));
    for (std::size_t seconds = 1; seconds <= 4; ++seconds) {
        pass(1s);
        EXPECT_THAT(client_.sent, SizeIs(2 + 2 * seconds));
    }
}

TEST_F(OutboxChannels, WhoWantsNoSmsIsRemembered) {
    client_.provider = [](const HttpRequest&) { return HttpResponse{403, {}, ""}; };
    store_->run([&](sessions::Unit& unit) {
        flows::Person person{.msisdn = phone_};
        person.language = "en";
        unit.put(person);
    });
    queue("hello");
    kick();
    EXPECT_EQ(row("hello").state, Delivery::failed);
    store_->run([&](sessions::Unit& unit) {
        EXPECT_TRUE(unit.person(phone_)->opted_out);
        EXPECT_EQ(unit.person(phone_)->language, "en") << "what else is known stays";
    });
    client_.provider = [](const HttpRequest&) { return kAccepted; };
    queue("another");
    queue("answer", flows::Lane::answer);
    kick();
    EXPECT_EQ(row("another").state, Delivery::failed);
    EXPECT_EQ(row("answer").state, Delivery::accepted);
}

TEST_F(OutboxChannels, WhoWasNotKnownIsRememberedToo) {
    client_.provider = [](const HttpRequest&) { return HttpResponse{403, {}, ""}; };
    queue("hello");
    kick();
    store_->run([&](sessions::Unit& unit) { EXPECT_TRUE(unit.person(phone_)->opted_out); });
}

TEST_F(OutboxChannels, AReportByOurKeySettlesWhatIsInDoubt) {
    client_.provider = [](const HttpRequest&) { return kLost; };
    queue("hello");
    kick();
    EXPECT_EQ(row("hello").state, Delivery::in_doubt);
    EXPECT_TRUE(report({"first", "late id", Delivery::sent, "", row("hello").key}));
    tick(1200s);
    EXPECT_THAT(client_.sent, SizeIs(1));
    EXPECT_EQ(row("hello").state, Delivery::sent);
    EXPECT_TRUE(report({"first", "late id", Delivery::delivered, ""}));
    EXPECT_EQ(row("hello").state, Delivery::delivered);
}

struct Late {
    std::string name;
    Answer answer;
};
class OutboxLateAnswer : public OutboxChannels, public testing::WithParamInterface<Late> {};
TEST_P(OutboxLateAnswer, DoesNotUndoADeliveryReport) {
    client_.provider = [](const HttpRequest&) { return std::nullopt; };
    queue("hello");
    kick();
    EXPECT_EQ(row("hello").state, Delivery::sending);
    EXPECT_TRUE(report({"first", "id", Delivery::delivered, "", row("hello").key}));
    client_.waiting.at(0)(GetParam().answer);
    drain();
    EXPECT_EQ(row("hello").state, Delivery::delivered);
    tick(1200s);
    EXPECT_THAT(client_.sent, SizeIs(1));
    EXPECT_EQ(row("hello").state, Delivery::delivered);
    EXPECT_EQ(outbox().in_flight(), 0U);
}
INSTANTIATE_TEST_SUITE_P(Answers, OutboxLateAnswer,
                         testing::Values(Late{"accepted", kAccepted},
                                         Late{"unavailable", HttpResponse{503, {}, ""}},
                                         Late{"refused", HttpResponse{400, {}, ""}},
                                         Late{"lost", kLost}, Late{"never_left", kRefused}),
                         [](const auto& late) { return late.param.name; });

TEST_F(OutboxChannels, WhatWasClaimedWhenItStopsIsGivenBack) {
    queue("hello");
    outbox().kick();
    const auto round = std::move(posted_.front());
    posted_.pop_front();
    round();
    EXPECT_EQ(row("hello").state, Delivery::sending);
    outbox().stop();
    drain();
    EXPECT_THAT(client_.sent, IsEmpty());
    EXPECT_EQ(row("hello").state, Delivery::queued);
    EXPECT_EQ(row("hello").attempts, 0U);
    EXPECT_EQ(outbox().in_flight(), 0U);
}

}  // namespace
}  // namespace jangkau::gateway
