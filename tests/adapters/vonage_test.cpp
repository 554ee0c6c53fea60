#include <gtest/gtest.h>

#include "adapters/providers.hpp"
#include "adapters/signature.hpp"
#include "gateway/core/form.hpp"
#include "gateway/core/hex.hpp"

namespace jangkau::tests {
namespace {

using namespace jangkau::adapters;

constexpr const char* kSecret = "rahasiaUji123";

struct Vector {
    const char* method;
    const char* sig;
};
// Agree with two libraries of the provider.
constexpr Vector kVectors[] = {
    {"", "babaa72debc20ee5d4ecea2c39447d1e"},
    {"md5hash", "babaa72debc20ee5d4ecea2c39447d1e"},
    {"md5", "30306501a8848e2920acd609c3e7d66b"},
    {"sha1", "2be43de645f7967b0fc5739d0d528fec25605175"},
    {"sha256", "0be5a3f1e1d706e123cb30569b058ef0d588666e8fe0e1f97f911051c28bca3a"},
    {"sha512",
     "1fe407c9b7c6adabe3e90a38bebbb2683f95bb97cee6fe8ec24876fae7ebabf84ba622a087f7c16b9c17ebd9da326"
     "e627c0915314f52bdbef177b927f0218b60"},
};

class VonageTest : public testing::Test {
protected:
    static Settings settings(const std::string& method = "md5hash") {
        Settings settings;
        settings.channel = "vonage";
        settings.api_key = Secret("abcd1234");
        settings.password = Secret("invented0000");
        settings.auth_token = Secret(kSecret);
        settings.sender = "JANGKAU";
        if (!method.empty()) settings.more["signature_method"] = method;
        return settings;
    }
    static Form form(const std::string& sig) {
        Form form;
        form.add("msisdn", "6281200000002");
        form.add("to", "6282100000001");
        form.add("messageId", "0A0000000123ABCD1");
        form.add("text", "a=b&c d");
        form.add("type", "text");
        form.add("keyword", "A=B&C");
        form.add("api-key", "abcd1234");
        form.add("message-timestamp", "2025-01-02 03:04:05");
        form.add("timestamp", "1735787045");
        form.add("nonce", "aaaaaaaa-bbbb-cccc-dddd-0123456789ab");
        form.add("sig", sig);
        return form;
    }
    static HttpRequest get(const Form& form) {
        HttpRequest request;
        request.method = "GET";
        request.query = form.encode();
        return request;
    }
    static HttpRequest post(const Form& form) {
        HttpRequest request;
        request.method = "POST";
        request.body = form.encode();
        return request;
    }
    std::string why(const Settings& settings, const HttpRequest& request, Time now = {}) const {
        return (*make_vonage(settings, plan_))->forged(request, now).value_or("");
    }

    NumberPlan plan_;
    const HttpRequest good_ = post(form(kVectors[0].sig));
};

TEST_F(VonageTest, TakesWhatWasSignedByEachOfTheFiveMethods) {
    for (const auto& [method, sig] : kVectors) {
        EXPECT_EQ(why(settings(method), post(form(sig))), "") << method;
        EXPECT_EQ(why(settings(method), get(form(sig))), "") << method;
        std::string upper(sig);
        for (char& c : upper) c = c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
        EXPECT_EQ(why(settings(method), post(form(upper))), "") << method;
        for (const auto& other : kVectors) {
            if (std::string_view(other.sig) != sig) {
                EXPECT_EQ(why(settings(other.method), post(form(sig))), "sig is wrong");
            }
        }
    }
}

TEST_F(VonageTest, TakesSignedJson) {
    HttpRequest request;
    request.method = "POST";
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = R"({"sig":"0be5a3f1e1d706e123cb30569b058ef0d588666e8fe0e1f97f911051c28bca3a",
        "msisdn":"6281200000002","to":"6282100000001","messageId":"0A0000000123ABCD1",
        "text":"a=b&c d","type":"text","keyword":"A=B&C","api-key":"abcd1234",
        "message-timestamp":"2025-01-02 03:04:05","timestamp":1735787045,
        "nonce":"aaaaaaaa-bbbb-cccc-dddd-0123456789ab"})";
    EXPECT_EQ(why(settings("sha256"), request), "");
    request.headers.clear();
    EXPECT_EQ(why(settings("sha256"), request), "");
    request.body.replace(request.body.find("a=b"), 3, "a=c");
    EXPECT_EQ(why(settings("sha256"), request), "sig is wrong");
}

TEST_F(VonageTest, EveryParameterIsSigned) {
    for (std::size_t i = 0; i < good_.body.size(); ++i) {
        HttpRequest changed = good_;
        changed.body[i] = changed.body[i] == '1' ? '2' : '1';
        EXPECT_NE(why(settings(), changed), "") << changed.body;
    }
    HttpRequest more = good_;
    more.body += "&concat=true";
    EXPECT_EQ(why(settings(), more), "sig is wrong");
}

TEST_F(VonageTest, TheQueryOfAPostCountsForNothing) {
    HttpRequest moved = good_;
    std::swap(moved.query, moved.body);
    EXPECT_EQ(why(settings(), moved), "sig is missing");
    HttpRequest both = good_;
    both.query = "text=lain";
    EXPECT_EQ(why(settings(), both), "");
    const auto inbound = (*make_vonage(settings(), plan_))->decode(Endpoint::sms, both);
    ASSERT_TRUE(inbound);
    EXPECT_EQ(std::get<SmsIn>(inbound->front()).text, "a=b&c d");
}

// "&text=..&type=text" as one parameter named "text=..&type" would be signed alike.
TEST_F(VonageTest, ANameCannotSwallowItsNeighbours) {
    HttpRequest request = good_;
    const auto drop = [&](const std::string& text) {
        request.body.erase(request.body.find(text), text.size());
    };
    drop("text=a%3Db%26c%20d&");
    drop("timestamp=1735787045&");
    request.body += "&text%3Da_b_c%20d%26timestamp=1735787045";
    EXPECT_EQ(why(settings(), request), "a parameter's name has & or =");
}

TEST_F(VonageTest, TheWindowCountsBothWays) {
    const Time signed_at{std::chrono::seconds(1735787045)};
    Settings strict = settings();
    strict.more["signature_window"] = "300";
    EXPECT_EQ(why(strict, good_, signed_at), "");
    EXPECT_EQ(why(strict, good_, signed_at + std::chrono::seconds(300)), "");
    EXPECT_EQ(why(strict, good_, signed_at - std::chrono::seconds(300)), "");
    for (const int late : {301, -301, 100'000'000}) {
        EXPECT_EQ(why(strict, good_, signed_at + std::chrono::seconds(late)),
                  "timestamp is outside signature_window");
        EXPECT_EQ(why(settings(), good_, signed_at + std::chrono::seconds(late)), "");
    }
}

TEST_F(VonageTest, TheWindowNeedsATimestamp) {
    Settings strict = settings();
    strict.more["signature_window"] = "300";
    for (const std::string timestamp : {"", "kemarin", "99999999999999999999", "1735787045x"}) {
        Form form;
        form.add("timestamp", timestamp);
        form.add("sig", hex(digest(Digest::md5, "&timestamp=" + timestamp + kSecret)));
        EXPECT_EQ(why(strict, post(form)), "timestamp is missing or no number") << timestamp;
    }
    Form huge;
    huge.add("timestamp", "-9223372036854775808");
    huge.add("sig",
             hex(digest(Digest::md5, std::string("&timestamp=-9223372036854775808") + kSecret)));
    EXPECT_EQ(why(strict, post(huge)), "timestamp is outside signature_window");
}

TEST_F(VonageTest, WithoutASecretNothingIsProven) {
    Settings open = settings();
    open.auth_token = Secret();
    EXPECT_FALSE((*make_vonage(open, plan_))->abilities().proves_sender);
    EXPECT_EQ(why(open, post(form("x"))), "");
    Settings proven = settings();
    proven.auth_token = Secret("invented-long-word");
    EXPECT_TRUE((*make_vonage(proven, plan_))->abilities().proves_sender);
}

TEST_F(VonageTest, AnswersCutAnywhereAreNeverTakenForAcceptance) {
    const auto adapter = *make_vonage(settings(), plan_);
    const SmsOut sms{"jk-1", Msisdn::from_digits("6281200000001"), "Halo"};
    const std::string whole =
        R"({"message-count":"1","messages":[{"status":"0","message-id":"0C01"}]})";
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const auto sent = adapter->interpret(sms, {200, {}, whole.substr(0, length)});
        ASSERT_FALSE(sent) << length;
        EXPECT_EQ(sent.error().fault, SendFault::garbled) << length;
    }
    EXPECT_TRUE(adapter->interpret(sms, {200, {}, whole}));
}

TEST_F(VonageTest, TheAggregatorSignsByEachOfTheFiveMethods) {
    const Time now{std::chrono::seconds(1735787045)};
    for (const auto& row : kVectors) {
        Settings strict = settings(row.method);
        strict.more["signature_window"] = "1";
        const auto aggregator = make_vonage_aggregator(strict);
        HttpRequest request =
            aggregator->sms({"m-1", "+6281200000001", "20880", "a=b&c \xE2\x82\xAC"});
        EXPECT_EQ(why(strict, request, now), "sig is missing");
        aggregator->sign(request, "/sms/vonage", now);
        EXPECT_EQ(why(strict, request, now), "") << row.method;
    }
}

TEST_F(VonageTest, TheAggregatorRefusesATextThatItWouldMangle) {
    const auto aggregator = make_vonage_aggregator({});
    Form form;
    for (const auto* name : {"api_key", "api_secret", "from", "to"}) form.add(name, "1");
    form.add("text", "\xE1\xA8\x80");
    HttpRequest request = post(form);
    EXPECT_FALSE(aggregator->take(request));
    request.body += "&type=unicode";
    EXPECT_TRUE(aggregator->take(request));
}

TEST_F(VonageTest, TheAggregatorAnswersEachPart) {
    const auto adapter = *make_vonage(settings(), plan_);
    const auto aggregator = make_vonage_aggregator({});
    const SmsOut sms{"jk-1", Msisdn::from_digits("6281200000001"), std::string(161, 'a')};
    const auto taken = aggregator->take(adapter->compose(sms));
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->key, "jk-1");
    const HttpResponse answer = aggregator->accept(*taken, "0C01");
    EXPECT_NE(answer.body.find("0C01-2"), std::string::npos);
    const auto sent = adapter->interpret(sms, answer);
    ASSERT_TRUE(sent);
    EXPECT_EQ(sent->id, "0C01");
}

}  // namespace
}  // namespace jangkau::tests
