#include <gtest/gtest.h>

#include "adapters/providers.hpp"

namespace jangkau::tests {
namespace {

using namespace jangkau::adapters;

class SimulatorTest : public testing::Test {
protected:
    NumberPlan plan_;
    std::unique_ptr<Adapter> adapter_ = *make_simulator({}, plan_);
    std::unique_ptr<Aggregator> aggregator_ = make_simulator_aggregator({});
};

TEST_F(SimulatorTest, TheScreenIsTheWholeBody) {
    const HttpResponse goes_on = adapter_->encode({"1. Daftar\n", false}, {});
    EXPECT_EQ(goes_on.status, 200);
    EXPECT_EQ(goes_on.body, "1. Daftar\n");
    EXPECT_EQ(header(goes_on.headers, "session"), "continue");
    EXPECT_EQ(header(adapter_->encode({"", true}, {}).headers, "session"), "end");
}

TEST_F(SimulatorTest, ThePhoneSendsTheLastInputOnly) {
    EXPECT_EQ(aggregator_->hop({"s", "+6281200000001", "*1#", {"1", "2"}}).body,
              "session=s&from=%2B6281200000001&code=%2A1%23&hop=2&text=2");
}

TEST_F(SimulatorTest, ThePhoneRefusesWhatIsNoScreen) {
    EXPECT_EQ(aggregator_->screen({500, {{"Session", "end"}}, ""}).error().why,
              "The status is 500 instead of 200.");
    for (const auto* session : {"", "END", "over"}) {
        EXPECT_EQ(aggregator_->screen({200, {{"Session", session}}, "x"}).error().why,
                  "The header Session is neither \"continue\" nor \"end\".");
    }
    EXPECT_FALSE(aggregator_->screen({200, {}, "x"}));
}

TEST_F(SimulatorTest, ThePhoneHangsUpInSilence) {
    EXPECT_TRUE(aggregator_->hang_up({"s", "+6281200000001", "*1#", {}}, "Nama?").method.empty());
}

}  // namespace
}  // namespace jangkau::tests
