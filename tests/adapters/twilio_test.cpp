#include <gtest/gtest.h>

#include "adapters/providers.hpp"
#include "adapters/signature.hpp"
#include "gateway/core/form.hpp"

namespace jangkau::tests {
namespace {

using namespace jangkau::adapters;

// The token, URLs and signatures here were made with the provider's own library.
constexpr const char* kToken = "contoh-token-uji-000000000000000";

class TwilioTest : public testing::Test {
protected:
    static Settings settings() {
        Settings settings;
        settings.channel = "twilio";
        settings.username = "AC00000000000000000000000000000001";
        settings.auth_token = Secret(kToken);
        settings.sender = "+6282100000001";
        settings.public_url = "https://gw.contoh.id";
        return settings;
    }
    static HttpRequest post(std::string query, std::string body, std::string signature) {
        HttpRequest request;
        request.method = "POST";
        request.path = "/sms/twilio";
        request.query = std::move(query);
        request.body = std::move(body);
        request.headers.emplace_back("X-Twilio-Signature", std::move(signature));
        return request;
    }
    std::string why(const Settings& settings, const HttpRequest& request) const {
        return (*make_twilio(settings, plan_))->forged(request, Time{}).value_or("");
    }

    NumberPlan plan_;
    const std::string body_ =
        "MessageSid=SM00000000000000000000000000000001&From=%2B6281200000002&To=%2B6282100000001"
        "&Body=Cek+saldo+%C3%A9+%E2%82%AC&NumMedia=0";
    const HttpRequest form_ = post("kanal=1", body_, "4okPxJpWlWjCSdnFo5A2fJ0rHEY=");
    const HttpRequest repeated_ =
        post("kanal=1", "B=x&B=a&A=1&B=x", "quyquT1Pqjlr8eV1zjCMJOfu2wc=");
    const HttpRequest raw_ =
        post("bodySHA256=7f363ba6d01e208834f40da3b34b53976c7ce6cfdfafa39541a4b8812a0438ed",
             R"({"a":1,"b":"dua"})", "JdRdd/Sb8sclSDnwvbKlCll5tJs=");
};

TEST_F(TwilioTest, TakesWhatTheProvidersOwnLibrarySigned) {
    EXPECT_EQ(why(settings(), form_), "");
    EXPECT_EQ(why(settings(), repeated_), "");
    EXPECT_EQ(why(settings(), raw_), "");
}

TEST_F(TwilioTest, SignsEveryByteOfTheRequest) {
    for (const auto& good : {form_, repeated_, raw_}) {
        for (std::size_t i = 0; i < good.body.size(); ++i) {
            HttpRequest changed = good;
            changed.body[i] = changed.body[i] == '1' ? '2' : '1';
            EXPECT_NE(why(settings(), changed), "") << changed.body;
        }
        for (const auto part : {&HttpRequest::path, &HttpRequest::query}) {
            HttpRequest changed = good;
            changed.*part += '1';
            EXPECT_NE(why(settings(), changed), "") << changed.path << "?" << changed.query;
        }
        HttpRequest changed = good;
        changed.headers.front().second.pop_back();
        EXPECT_EQ(why(settings(), changed), "X-Twilio-Signature is wrong");
        changed.headers.clear();
        EXPECT_EQ(why(settings(), changed), "X-Twilio-Signature is missing");
    }
}

TEST_F(TwilioTest, TheOrderOfParametersDoesNotCount) {
    HttpRequest request = repeated_;
    for (const auto* body : {"A=1&B=a&B=x", "B=a&A=1&B=x&B=a&B=a", "&B=%78&&B=%61&A=1&"}) {
        request.body = body;
        EXPECT_EQ(why(settings(), request), "") << body;
    }
}

TEST_F(TwilioTest, OnePortMoreOrLessIsTheSameAddress) {
    for (const auto* url : {"https://gw.contoh.id", "https://gw.contoh.id/",
                            "https://gw.contoh.id:443", "https://gw.contoh.id:8443/"}) {
        Settings moved = settings();
        moved.public_url = url;
        EXPECT_EQ(why(moved, form_), "") << url;
    }
    for (const auto* url : {"http://gw.contoh.id", "https://gw.contoh.id/x", "https://gw.contoh"}) {
        Settings moved = settings();
        moved.public_url = url;
        EXPECT_EQ(why(moved, form_), "X-Twilio-Signature is wrong") << url;
    }
}

struct Address {
    const char* ours;
    const char* theirs;  ///< that the provider signed
};

TEST_F(TwilioTest, TheProviderMayNameTheStandardPort) {
    const Address rows[] = {
        {"https://gw.contoh.id", "https://gw.contoh.id:443"},
        {"http://gw.contoh.id", "http://gw.contoh.id:80"},
        {"http://gw.contoh.id:80", "http://gw.contoh.id"},
        {"https://gw.contoh.id/a:b", "https://gw.contoh.id:443/a:b"},
        {"https://[2001:db8::1]", "https://[2001:db8::1]:443"},
        {"https://[2001:db8::1]:443/x", "https://[2001:db8::1]/x"},
    };
    for (const auto& [ours, theirs] : rows) {
        Settings moved = settings();
        moved.public_url = ours;
        const std::string text = std::string(theirs) + "/sms/twilio?kanal=1A1";
        const HttpRequest request =
            post("kanal=1", "A=1", base64(hmac(Digest::sha1, Secret(kToken), text)));
        EXPECT_EQ(why(moved, request), "") << ours;
    }
}

TEST_F(TwilioTest, TwoTokensCountWhileTheyChange) {
    Settings next = settings();
    next.auth_token = Secret("token-lama-uji-00000000000000000");
    EXPECT_EQ(why(next, form_), "X-Twilio-Signature is wrong");
    next.more["auth_token_next"] = kToken;
    EXPECT_EQ(why(next, form_), "");
    next.more["signing_key"] = "kunci-lain-uji-00000000000000000";
    EXPECT_EQ(why(next, form_), "X-Twilio-Signature is wrong") << "it replaces both";
    next.more["signing_key"] = kToken;
    EXPECT_EQ(why(next, form_), "");
}

TEST_F(TwilioTest, ProvesTheSenderWithAnAddressAndARealToken) {
    const auto proves = [&](const Settings& settings) {
        return (*make_twilio(settings, plan_))->abilities().proves_sender;
    };
    EXPECT_TRUE(proves(settings()));
    Settings nowhere = settings();
    nowhere.public_url = "";
    EXPECT_FALSE(proves(nowhere));
    EXPECT_EQ(why(nowhere, {}), "");
    Settings placeholder = settings();
    placeholder.auth_token = Secret("none");
    EXPECT_FALSE(proves(placeholder)) << "everybody knows it";
    EXPECT_EQ(why(placeholder, {}), "");
}

TEST_F(TwilioTest, TooManyParametersAreNotSigned) {
    HttpRequest request = form_;
    for (std::size_t i = 0; i <= Form::kFieldsMax; ++i) request.body += "&a=" + std::to_string(i);
    EXPECT_EQ(why(settings(), request), "the form cannot be read");
}

TEST_F(TwilioTest, AnswersCutAnywhereAreNeverTakenForAcceptance) {
    const auto adapter = *make_twilio(settings(), plan_);
    const SmsOut sms{"jk-1", Msisdn::from_digits("6281200000001"), "Halo"};
    const std::string whole = R"({"sid":"SM1","status":"queued","error_code":null})";
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const auto sent = adapter->interpret(sms, {201, {}, whole.substr(0, length)});
        ASSERT_FALSE(sent) << length;
        EXPECT_EQ(sent.error().fault, SendFault::garbled) << length;
    }
    EXPECT_TRUE(adapter->interpret(sms, {201, {}, whole}));
}

}  // namespace
}  // namespace jangkau::tests
