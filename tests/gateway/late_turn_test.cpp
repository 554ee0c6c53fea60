// A turn whose answer comes too late to be shown: its ending follows by SMS.

#include <gtest/gtest.h>

#include "gateway/core/form.hpp"
#include "gateway/inbound.hpp"
#include "tests/support/local_line.hpp"

namespace jangkau::gateway {
namespace {

class LateTurn : public testing::Test {
protected:
    /// Every answer that takes longer than `turn_max` is late.
    explicit LateTurn(std::chrono::milliseconds turn_max = std::chrono::milliseconds(0)) {
        config_.channels.at("africastalking").turn_ms_max = turn_max;
    }

    void types(const std::string& text) {
        Form form;
        form.add("sessionId", "s");
        form.add("phoneNumber", "+6281234500001");
        form.add("serviceCode", "*123*4567#");
        form.add("text", text);
        HttpRequest request{.method = "POST", .target = "/ussd/africastalking"};
        request.path = request.target;
        request.peer = "127.0.0.1";
        request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
        request.body = form.encode();
        Inbound inbound({config_, services_, *store_, clock_, random_, metrics_, [] {},
                         [](std::chrono::milliseconds, const std::function<void()>&) {}});
        (void)inbound.handle(std::move(request),
                             [this](HttpResponse response) { shown_ = std::move(response.body); });
    }
    std::vector<std::string> sms() {
        std::vector<std::string> texts;
        store_->run([&](sessions::Unit& unit) {
            for (const auto& row : unit.sms_to(Msisdn::from_digits("6281234500001"), 0, 10))
                texts.push_back(row.sms.text);
        });
        return texts;
    }

    Config config_ = shipped_config();
    ManualClock clock_{Time(std::chrono::seconds(1'795'395'600))};
    SeededRandom random_{1};
    Metrics metrics_;
    Services services_{config_.service, clock_.now()};
    std::unique_ptr<sessions::Store> store_ = sessions::make_memory_store(&clock_);
    std::string shown_;
};
class TurnInTime : public LateTurn {
protected:
    TurnInTime() : LateTurn(std::chrono::minutes(1)) {}
};

TEST_F(LateTurn, FollowsBySmsWhereTheDialogueEnded) {
    types("");
    types("0");
    ASSERT_EQ(shown_.substr(0, 4), "END ");
    EXPECT_EQ(sms(), std::vector{shown_.substr(4)});
}

TEST_F(LateTurn, IsNotSentTwiceForARepeatedHop) {
    types("");
    types("0");
    types("0");
    EXPECT_EQ(sms().size(), 1u);
}

TEST_F(LateTurn, NeedsNoSmsWhereTheNextDialGoesOn) {
    types("");
    types("1");
    EXPECT_EQ(sms().size(), 0u);
}

TEST_F(TurnInTime, IsOnTheScreenOnly) {
    types("");
    types("0");
    EXPECT_EQ(sms().size(), 0u);
}

}  // namespace
}  // namespace jangkau::gateway
