#include "gateway/terminal.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdlib>
#include <sstream>

#include "tests/gateway/fake_line.hpp"

namespace jangkau::gateway {
namespace {

class DialTest : public testing::Test {
protected:
    DialTest() {
        options_.phone.trunk.channel = "africastalking";
        options_.phone.from = "081234500001";
        options_.code = "*123#";
    }
    int dial(const std::string& typed) {
        std::istringstream in(typed);
        std::ostringstream out;
        const int code = run_dial(options_, line_, in, out);
        out_ = without_times(out.str());
        return code;
    }
    [[nodiscard]] bool shown(std::string_view text) const { return out_.find(text) != out_.npos; }

    FakeLine line_;
    DialOptions options_;
    std::string out_;
};

TEST_F(DialTest, CanBePiped) {
    EXPECT_EQ(dial("1\nBudi\n"), 0);
    EXPECT_EQ(out_, R"(This is +6281234500001.
+----------------------+
| Makassar Berjasa     |
| 1 Daftar             |
| 0 Keluar             |
+----------------------+
  step 1, 34 of 160 septets, GSM-7, N ms
> 1
+----------------------+
| Nama?                |
+----------------------+
  step 2, 5 of 160 septets, GSM-7, N ms
> Budi
+--------------------------+
| Terkirim. Tiket 4821736. |
| Budi, tunggu SMS.        |
+--------------------------+
  step 3, 42 of 160 septets, GSM-7, N ms
SMS to +6281234500001
+-------------------------+
| Tiket 4821736 diterima. |
+-------------------------+
The dialogue has ended. /redial dials *123# again.
> 
)");
}

TEST_F(DialTest, APersonsInputIsNotShownTwice) {
    options_.interactive = true;
    EXPECT_EQ(dial("1\n"), 0);
    EXPECT_TRUE(shown("> +----"));
}

TEST_F(DialTest, ObeysCommands) {
    EXPECT_EQ(dial("/hangup\n/hangup\n/redial\n/redial *9#\n/as 081234500002\n/sms HALO\n/inbox\n"
                   "/help\n/quit\n1\n"),
              0);
    EXPECT_TRUE(shown("You hung up. /redial dials *123# again.\n> /hangup\nNo dialogue is open."));
    EXPECT_TRUE(shown("This is +6281234500002.\n> /sms HALO\nSent to 20880.\nSMS to"));
    EXPECT_TRUE(shown("| Anda menulis: HALO   |"));
    EXPECT_TRUE(shown("No new SMS."));
    EXPECT_TRUE(shown("/as NUMBER"));
    EXPECT_TRUE(out_.ends_with("> /quit\n"));
    const auto events = std::ranges::count(line_.requests, "/events", &HttpRequest::target);
    EXPECT_EQ(events, 3);
    EXPECT_NE(line_.requests[4].body.find("serviceCode=%2A9%23"), std::string::npos);
}

TEST_F(DialTest, DialsACodeThatIsTyped) {
    options_.code.clear();
    EXPECT_EQ(dial("1\n*5#\n"), 0);
    EXPECT_TRUE(shown("Type a code such as *123#, or /help.\n> 1\nNo dialogue is open."));
    EXPECT_TRUE(shown("> *5#\n+---"));
}

TEST_F(DialTest, SaysWhatWentWrongAndGoesOn) {
    EXPECT_EQ(dial("/frob\n"), 1);
    EXPECT_TRUE(shown("there is no command /frob; /help lists them"));
    EXPECT_EQ(dial("/as budi\n1\n"), 0);
    EXPECT_TRUE(shown("'budi' is no phone number"));
    EXPECT_TRUE(shown("| Nama?"));
    line_.down = true;
    EXPECT_EQ(dial(""), 1);
    EXPECT_TRUE(shown("no gateway answers at http://fake"));
}

TEST_F(DialTest, RefusesAPhoneThatCannotBe) {
    options_.phone.from = "1";
    EXPECT_EQ(dial(""), 2);
    options_.phone.trunk.adapter = "twillo";
    EXPECT_EQ(dial(""), 2);
    EXPECT_TRUE(shown("no adapter is called 'twillo'"));
}

TEST_F(DialTest, AnApplicationWithoutInboxCanBeDialled) {
    line_.has_inbox = false;
    EXPECT_EQ(dial("1\n/inbox\n"), 1);
    EXPECT_TRUE(shown("| Nama?"));
    EXPECT_TRUE(shown("the gateway at http://fake has no inbox"));
}

TEST_F(DialTest, ShowsWhatAScreenCosts) {
    line_.welcome = "Caf\xC3\xA9 \xE2\x82\xAC";
    EXPECT_EQ(dial(""), 0);
    EXPECT_TRUE(shown("7 of 160 septets, GSM-7"));
    line_.welcome = "Tanja \xE2\x9C\x93";
    EXPECT_EQ(dial(""), 0);
    EXPECT_TRUE(shown("7 of 80 units, UCS-2 because of '\xE2\x9C\x93'"));
    line_.welcome = std::string(161, 'a');
    EXPECT_EQ(dial(""), 0);
    EXPECT_TRUE(shown("161 of 160 septets, GSM-7: TOO LONG"));
    EXPECT_TRUE(shown("| " + std::string(76, 'a') + " |\n"));
    EXPECT_TRUE(shown("| " + std::string(9, 'a') + std::string(67, ' ') + " |\n"));
}

TEST_F(DialTest, AScreenCannotCommandTheTerminal) {
    line_.welcome = "a\x1b[2Jb";
    options_.colour = false;
    EXPECT_EQ(dial(""), 0);
    EXPECT_FALSE(shown("\x1b"));
    options_.colour = true;
    EXPECT_EQ(dial(""), 0);
    EXPECT_TRUE(shown("\x1b[2m"));
    EXPECT_FALSE(shown("\x1b[2J"));
}

TEST(WantsColour, NotOutsideATerminal) { EXPECT_FALSE(wants_colour(-1)); }

// ---- jangkau sms

class SmsTest : public testing::Test {
protected:
    SmsTest() {
        options_.phone.trunk.channel = "africastalking";
        options_.phone.from = "081234500001";
        options_.text = "STATUS";
    }
    int send() {
        std::ostringstream out;
        std::ostringstream err;
        const int code = run_sms(options_, line_, out, err);
        out_ = out.str();
        err_ = err.str();
        return code;
    }
    FakeLine line_;
    SmsOptions options_;
    std::string out_;
    std::string err_;
};

TEST_F(SmsTest, PrintsTheAnswer) {
    line_.deliver(kWorker, "old");
    EXPECT_EQ(send(), 0);
    EXPECT_EQ(out_, "Anda menulis: STATUS\n");
    EXPECT_EQ(err_, "");
}

TEST_F(SmsTest, PrintsJson) {
    options_.json = true;
    EXPECT_EQ(send(), 0);
    EXPECT_EQ(boost::json::parse(out_),
              boost::json::parse(R"({"from":"+6281234500001","to":"20880","text":"STATUS",
                                     "answers":[{"id":1,"text":"Anda menulis: STATUS"}]})"));
}

TEST_F(SmsTest, SaysThatNoAnswerCame) {
    line_.silent = true;
    EXPECT_EQ(send(), 1);
    EXPECT_EQ(out_, "");
    EXPECT_EQ(
        err_,
        "no answer came to +6281234500001 within 10 s; only what leaves through simulator can be "
        "read here\n");
    options_.json = true;
    EXPECT_EQ(send(), 1);
    EXPECT_TRUE(boost::json::parse(out_).at("answers").as_array().empty());
}

TEST_F(SmsTest, SaysWhyItWasNotTaken) {
    line_.status = 400;
    EXPECT_EQ(send(), 2);
    EXPECT_EQ(err_, "the SMS was not taken: the status is 400. It says: Too bad\n");
    options_.phone.from = "x";
    EXPECT_EQ(send(), 2);
    EXPECT_EQ(out_, "");
}

TEST_F(SmsTest, RefusesAnAddressThatIsNone) {
    std::ostringstream out;
    std::ostringstream err;
    options_.phone.line.url = "ftp://x";
    EXPECT_EQ(run_sms(options_, out, err), 2);
    EXPECT_EQ(err.str(), "the URL must begin with http:// or https://: ftp://x\n");
}

}  // namespace
}  // namespace jangkau::gateway
