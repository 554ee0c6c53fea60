#include "gateway/line.hpp"

#include <gtest/gtest.h>

#include <mutex>

#include "tests/gateway/live_server.hpp"
#include "tests/support/case_name.hpp"

namespace jangkau::gateway {
namespace {

using adapters::Endpoint;
using namespace std::chrono_literals;

struct Where {
    LineOptions line;
    Trunk trunk;
};

Where at(std::string url, std::string channel = "simulator", std::string secret = "") {
    Trunk trunk = trunks_of({.adapter = "simulator"}).ussd;
    trunk.channel.channel = std::move(channel);
    trunk.channel.secret = Secret(std::move(secret));
    return {{.url = std::move(url)}, std::move(trunk)};
}

/// A gateway that says what it was asked, and whose inbox answers with `inbox`.
class LineTest : public testing::Test {
protected:
    Pending answer(const HttpRequest& request, const Respond& respond) {
        const std::lock_guard lock(mutex_);
        const bool asks_inbox = request.target.ends_with("/inbox");
        asked_.push_back(told(request));
        respond(asks_inbox ? inbox_ : plain_text(200, told(request)));
        return {};
    }
    [[nodiscard]] std::string url() const { return "http://" + server_.address(); }
    [[nodiscard]] std::string posted(const Where& where, Endpoint endpoint,
                                     const std::string& target = "") const {
        HttpRequest request;
        request.method = "POST";
        request.target = target;
        request.body = "a=1";
        return make_http_line(where.line)->exchange(where.trunk, endpoint, request).body;
    }

    std::mutex mutex_;
    std::vector<std::string> asked_;
    HttpResponse inbox_ = plain_text(200, R"({"messages":[]})");
    LiveServer server_{
        [this](HttpRequest request, Respond respond) { return answer(request, respond); }};
};

std::string thrown_by(const std::function<void()>& act) {
    try {
        act();
    } catch (const std::runtime_error& e) {
        return e.what();
    }
    return "nothing";
}

TEST_F(LineTest, ABaseGetsTheChannelsPath) {
    EXPECT_EQ(posted(at(url()), Endpoint::ussd), "POST /ussd/simulator?|a=1");
    EXPECT_EQ(posted(at(url() + "/", "at"), Endpoint::ussd, "/events"),
              "POST /ussd/at/events?|a=1");
    EXPECT_EQ(posted(at(server_.address(), "at", "s/1"), Endpoint::sms), "POST /sms/at/s/1?|a=1");
}

TEST_F(LineTest, APathIsTheCallbackItself) {
    EXPECT_EQ(posted(at(url() + "/app.php?x=1"), Endpoint::ussd), "POST /app.php?x=1|a=1");
    EXPECT_EQ(thrown_by([&] { (void)posted(at(url() + "/app.php"), Endpoint::sms); }),
              "an SMS needs a gateway's base URL such as " + url() + "; " + url() +
                  "/app.php is the USSD callback of one application");
    const auto line = make_http_line(at(url() + "/app.php").line);
    EXPECT_NE(thrown_by([&] { (void)line->inbox("", 0, 0ms); }).find("the inbox needs a gateway's"),
              std::string::npos);
}

TEST_F(LineTest, ReadsTheInbox) {
    inbox_.body =
        R"({"messages":[{"id":7,"to":"+62","text":"a\nb","ticket":"x","text_id":"M01"}]})";
    const auto messages = make_http_line({.url = url()})->inbox("+628", 5, 0ms);
    ASSERT_EQ(messages.size(), 1U);
    EXPECT_EQ(messages[0].id, 7);
    EXPECT_EQ(messages[0].to, "+62");
    EXPECT_EQ(messages[0].text, "a\nb");
    EXPECT_EQ(asked_.back(), "GET /sms/simulator/inbox?to=%2B628&after=5&wait=0|");
}

TEST_F(LineTest, AsksAgainUntilTheWaitIsOver) {
    EXPECT_TRUE(make_http_line(at(url()).line)->inbox("", 0, 250ms).empty());
    EXPECT_GE(asked_.size(), 2U);
}

struct InboxCase {
    const char* name;
    int status;
    const char* body;
    const char* told;  ///< with @ for the base URL
};

class BadInbox : public LineTest, public testing::WithParamInterface<InboxCase> {};

TEST_P(BadInbox, IsTold) {
    inbox_ = plain_text(GetParam().status, GetParam().body);
    std::string expected = GetParam().told;
    if (const auto at = expected.find('@'); at != expected.npos) expected.replace(at, 1, url());
    EXPECT_EQ(thrown_by([&] { (void)make_http_line(at(url()).line)->inbox("", 0, 0ms); }),
              expected);
}

INSTANTIATE_TEST_SUITE_P(
    Answers, BadInbox,
    testing::Values(InboxCase{"none", 404, "",
                              "the gateway at @ has no inbox; its configuration needs a "
                              "channel 'simulator'"},
                    InboxCase{"refused", 403, "Not from there",
                              "the gateway at @ does not show its inbox "
                              "(status 403): Not from there"},
                    InboxCase{"html", 200, "<html>",
                              "the inbox's answer is no list of messages: <html>"},
                    InboxCase{"no_list", 200, R"({"messages":1})",
                              R"(the inbox's answer is no list of messages: {"messages":1})"},
                    InboxCase{"no_id", 200, R"({"messages":[{"to":"a","text":"b"}]})",
                              "a message of the inbox has no id, to or text"}),
    case_name<InboxCase>);

TEST(HttpLine, SaysThatNobodyAnswers) {
    const auto line = make_http_line(at("http://127.0.0.1:1").line);
    EXPECT_EQ(thrown_by([&] { (void)line->inbox("", 0, 0ms); })
                  .find("no gateway answers at http://127.0.0.1:1; is `jangkau serve` (or ./dev "
                        "run) running? ("),
              0U);
    const auto callback = make_http_line(at("http://127.0.0.1:1/ussd.php").line);
    HttpRequest request;
    request.method = "POST";
    EXPECT_EQ(thrown_by([&] {
                  (void)callback->exchange(at("").trunk, Endpoint::ussd, request);
              }).find("no application answers at http://127.0.0.1:1/ussd.php; is it running? ("),
              0U);
}

TEST(HttpLine, RefusesAddressesThatAreNone) {
    EXPECT_EQ(thrown_by([] { (void)make_http_line(at("ftp://x").line); }),
              "the URL must begin with http:// or https://: ftp://x");
    EXPECT_EQ(thrown_by([] { (void)make_http_line(at("http:///x").line); }),
              "the URL has no host: http:///x");
}

}  // namespace
}  // namespace jangkau::gateway
