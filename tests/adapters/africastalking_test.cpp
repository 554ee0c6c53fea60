#include <gtest/gtest.h>

#include "adapters/decode.hpp"
#include "adapters/providers.hpp"
#include "gateway/core/calendar.hpp"

namespace jangkau::tests {
namespace {

using namespace jangkau::adapters;

const SmsOut kSms{"jk-1", Msisdn::from_digits("6281200000001"), "Halo"};

class AfricasTalkingTest : public testing::Test {
protected:
    static std::unique_ptr<Adapter> make(const NumberPlan& plan) {
        Settings settings;
        settings.username = "jangkau-demo";
        settings.api_key = Secret("atsk_invented_0000");
        return *make_africastalking(settings, plan);
    }

    NumberPlan plan_;
    std::unique_ptr<Adapter> adapter_ = make(plan_);
    std::unique_ptr<Aggregator> aggregator_ = make_africastalking_aggregator({});
};

TEST_F(AfricasTalkingTest, AnswersBeginWithTheWordAtTheFirstByte) {
    EXPECT_EQ(adapter_->encode({"1. Daftar\n2. Cek", false}, {}).body, "CON 1. Daftar\n2. Cek");
    EXPECT_EQ(adapter_->encode({"Terima kasih", true}, {}).body, "END Terima kasih");
    EXPECT_EQ(adapter_->encode({"", true}, {}).body, "END ");
    EXPECT_TRUE(header(adapter_->encode({"x", true}, {}).headers, "content-type")
                    .starts_with("text/plain"));
}

TEST_F(AfricasTalkingTest, TakesAsMuchAsAPersonTypes) {
    const auto decoded = [&](std::string text) {
        return adapter_->decode(
            Endpoint::ussd, aggregator_->hop({"s", "+6281200000001", "*1#", {std::move(text)}}));
    };
    EXPECT_TRUE(decoded(std::string(1000, '1')));
    EXPECT_FALSE(decoded(std::string(1001, '1')));
    std::string accents;
    for (int i = 0; i < 1000; ++i) accents += "\xC3\xA9";
    EXPECT_TRUE(decoded(accents)) << "characters, not bytes";
    EXPECT_EQ(decoded(std::string(70'000, '1')).error().field, "body");
}

TEST_F(AfricasTalkingTest, ThePhonePostsWhatTheProviderPosts) {
    const HttpRequest request =
        aggregator_->hop({"ATUid_1", "+6281200000001", "*384*7788#", {"1", "2", "Daeng Sitti"}});
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "");
    EXPECT_EQ(header(request.headers, "Content-Type"), "application/x-www-form-urlencoded");
    const auto form = Form::parse(request.body);
    ASSERT_TRUE(form);
    EXPECT_EQ(form->get("text"), "1*2*Daeng Sitti");
    EXPECT_EQ(form->get("networkCode"), "99999");
    EXPECT_EQ(form->get("phoneNumber"), "+6281200000001");
}

TEST_F(AfricasTalkingTest, ThePhoneTellsThatItHungUp) {
    const HttpRequest request =
        aggregator_->hang_up({"ATUid_1", "+6281200000001", "*384*7788#", {"1"}}, "Nama?");
    EXPECT_EQ(request.target, "/events");
    const auto form = Form::parse(request.body);
    ASSERT_TRUE(form);
    EXPECT_EQ(form->get("status"), "Incomplete");
    EXPECT_EQ(form->get("input"), "1");
    EXPECT_EQ(form->get("lastAppResponse"), "CON Nama?");
    EXPECT_EQ(form->get("hopsCount"), "2");
}

struct NoScreen {
    const char* name;
    HttpResponse response;
    const char* why;
};

TEST_F(AfricasTalkingTest, ThePhoneRefusesWhatTheProviderWouldRefuse) {
    const NoScreen rows[] = {
        {"status", {500, {}, "CON x"}, "The status is 500 instead of 200."},
        {"created", {201, {}, "CON x"}, "The status is 201 instead of 200."},
        {"empty", {200, {}, ""}, "The body is empty."},
        {"mark",
         {200,
          {},
          "\xEF\xBB\xBF"
          "CON x"},
         "The body begins with a byte order mark."},
        {"blank first", {200, {}, " CON x"}, "The body does not begin with \"CON \" or \"END \"."},
        {"line first", {200, {}, "\nEND x"}, "The body does not begin with \"CON \" or \"END \"."},
        {"lower case", {200, {}, "con x"}, "The body does not begin with \"CON \" or \"END \"."},
        {"no blank", {200, {}, "CON"}, "The body does not begin with \"CON \" or \"END \"."},
        {"page", {200, {}, "<html>"}, "The body does not begin with \"CON \" or \"END \"."},
    };
    for (const auto& row : rows) {
        const auto screen = aggregator_->screen(row.response);
        ASSERT_FALSE(screen) << row.name;
        EXPECT_EQ(screen.error().why, row.why) << row.name;
    }
}

TEST_F(AfricasTalkingTest, AnswersCutAnywhereAreNeverTakenForAcceptance) {
    const std::string whole =
        R"({"SMSMessageData":{"Recipients":[{"statusCode":101,"messageId":"ATXid_1"}]}})";
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const auto sent = adapter_->interpret(kSms, {201, {}, whole.substr(0, length)});
        ASSERT_FALSE(sent) << length;
        EXPECT_EQ(sent.error().fault, SendFault::garbled) << length;
    }
    EXPECT_TRUE(adapter_->interpret(kSms, {201, {}, whole}));
}

struct TimeRow {
    const char* text;
    const char* utc;  ///< "" where it cannot be read
};

TEST(ProviderTime, ReadsTheShapesThatProvidersSend) {
    const TimeRow rows[] = {
        {"2025-03-01T04:05:06Z", "2025-03-01T04:05:06Z"},
        {"2025-03-01 04:05:06", "2025-03-01T04:05:06Z"},
        {"2025-03-01T04:05:06", "2025-03-01T04:05:06Z"},
        {"2025-03-01T04:05:06.123Z", "2025-03-01T04:05:06Z"},
        {"2025-03-01T04:05:06.5", "2025-03-01T04:05:06Z"},
        {"2025-03-01T12:05:06+08:00", "2025-03-01T04:05:06Z"},
        {"2025-03-01T12:05:06.000+0800", "2025-03-01T04:05:06Z"},
        {"2025-03-01T12:05:06 08:00", "2025-03-01T04:05:06Z"},
        {"2025-02-28T23:05:06-05:00", "2025-03-01T04:05:06Z"},
        {"", ""},
        {"yesterday", ""},
        {"2025-03-01", ""},
        {"2025-03-01T04:05", ""},
        {"2025-02-30T04:05:06Z", ""},
        {"2025-03-01T24:05:06Z", ""},
        {"2025-03-01T04:05:06.Z", ""},
        {"2025-03-01T04:05:06Zulu", ""},
        {"2025-03-01T04:05:06+8", ""},
        {"2025-03-01T04:05:06+15:00", ""},
        {"2025-03-01T04:05:06+08:60", ""},
        {"2025-03-01T04:05:06+:0800", ""},
        {"2025-03-01X04:05:06Z", ""},
    };
    for (const auto& row : rows) {
        const auto time = provider_time(row.text);
        EXPECT_EQ(time ? iso(*time) : "", row.utc) << row.text;
    }
}

TEST(ProviderWords, AreShortAndNameNobody) {
    EXPECT_EQ(provider_words("  Invalid key\n"), "Invalid key");
    EXPECT_EQ(provider_words("no +6281200000001, code 12345"), "no +*************, code 12345");
    EXPECT_EQ(provider_words("one\ntwo"), "one two");
    EXPECT_EQ(provider_words("<html>x"), "");
    EXPECT_EQ(provider_words(std::string(500, 'a')), std::string(120, 'a') + "...");
    const std::string accents = provider_words(std::string(119, 'a') + "\xC3\xA9\xC3\xA9");
    EXPECT_EQ(accents, std::string(119, 'a') + "...");
}

}  // namespace
}  // namespace jangkau::tests
