// A job runs again where another one of its commit throws. Whatever the gateway counts beside the
// store, it counts once.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "adapters/registry.hpp"
#include "tests/support/fast_folder.hpp"
#include "tests/support/local_line.hpp"

namespace jangkau::gateway {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

constexpr const char* kPhone = "+6281200000001";

class JobsThatRunAgain : public testing::TestWithParam<bool> {
protected:
    JobsThatRunAgain() { line_.rehearse_jobs(); }

    /// The screen, as Africa's Talking is answered.
    std::string hop(const std::string& session, const std::vector<std::string>& inputs) {
        return line_
            .exchange(adapters::Endpoint::ussd,
                      telco_->hop({session, kPhone, "*123*4567#", inputs, ""}))
            .body;
    }
    void sms(const std::string& text) {
        const auto answer =
            line_.exchange(adapters::Endpoint::sms,
                           telco_->sms({std::to_string(++count_), kPhone, "20880", text}));
        ASSERT_EQ(answer.status, 200) << answer.body;
    }
    /// What was beyond a limit, as /metrics shows it.
    [[nodiscard]] std::string limited() const {
        std::istringstream lines(line_.metrics());
        std::string found;
        for (std::string line; std::getline(lines, line);)
            if (line.starts_with("jangkau_limited_total")) found += line + "\n";
        return found;
    }
    std::vector<std::string> inbox() {
        std::vector<std::string> texts;
        for (const InboxSms& sms : line_.inbox(kPhone, 0, 0ms)) texts.push_back(sms.text);
        return texts;
    }

    FastFolder folder_;
    LocalLine line_{"africastalking",
                    {"phones.dials_per_minute=3", "phones.same_answers=2", "outbox.per_day_max=3"},
                    GetParam() ? folder_.path() + "/data" : ""};
    std::unique_ptr<adapters::Aggregator> telco_ =
        adapters::find("africastalking")
            ->make_aggregator(line_.config().channels.at("africastalking").settings);
    unsigned count_ = 0;
};

TEST_P(JobsThatRunAgain, CountADialOnce) {
    for (const char* session : {"one", "two", "three"})
        EXPECT_THAT(hop(session, {}), HasSubstr("CON ")) << session;
    EXPECT_THAT(hop("four", {}), HasSubstr("Terlalu banyak"));
    EXPECT_EQ(limited(), "jangkau_limited_total{limit=\"dials\"} 1\n");
}

TEST_P(JobsThatRunAgain, CountAnSmsAndItsAnswerOnce) {
    for (int i = 0; i < 3; ++i) sms("STATUS");
    const auto texts = inbox();
    ASSERT_EQ(texts.size(), 3U);
    EXPECT_EQ(texts[0], texts[1]);
    EXPECT_THAT(texts[2], HasSubstr("Terlalu banyak"));
    EXPECT_EQ(limited(), "jangkau_limited_total{limit=\"same_answers\"} 1\n");
}

TEST_P(JobsThatRunAgain, SendEachSmsOnceAndCountItOnce) {
    std::vector<std::string> typed;
    std::string screen = hop("one", typed);
    for (const char* input :
         {"1", "7371011505900001", "Abdul Rahman", "Lembo", "2", "2", "2", "1", "4", "1"}) {
        ASSERT_THAT(screen, HasSubstr("CON ")) << input;
        typed.emplace_back(input);
        screen = hop("one", typed);
    }
    EXPECT_THAT(screen, HasSubstr("END Terkirim"));
    EXPECT_EQ(inbox().size(), 2U) << "the ticket and the consent";
    sms("STATUS");
    EXPECT_EQ(inbox().size(), 3U) << "the day's limit is not reached before";
    EXPECT_EQ(limited(), "");
}

INSTANTIATE_TEST_SUITE_P(Stores, JobsThatRunAgain, testing::Bool(),
                         [](const auto& store) { return store.param ? "sqlite" : "memory"; });

}  // namespace
}  // namespace jangkau::gateway
