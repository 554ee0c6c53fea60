// What identifies a person goes through every door of the program, also where nobody expects it,
// and is then hunted in all that it has answered, sent, logged and left on the disk (the fixture
// does that after every test here).

#include <gmock/gmock.h>

#include "tests/e2e/gateway_fixture.hpp"

namespace jangkau {
namespace {

using testing::HasSubstr;

const std::string kWorker = "+6281234500001";
const std::string kAgent = "+6281234500002";
const std::string kNik = "7371010503800003";
const std::string kName = "SITI AMINAH";

const std::vector<std::string> kPathsOfChannels = {
    "africastalking", "infobip", "twilio",  "vonage", "8x8",      "hubtel",   "arkesel",  "nalo",
    "beem",           "kannel",  "comviva", "jasmin", "declared", "restcomm", "simulator"};

TEST(Canaries, AreFoundHoweverTheyAreWritten) {
    const Hunt hunt({{"the name", kName}, {"the number", "81234500001"}});
    const struct {
        const char* what;
        std::string text;
    } rows[] = {
        {"plain", "x" + kName + "x"},
        {"hexadecimal",
         "0153495449 20 53495449"
         "20414d494e4148"},
        {"percent-encoded", "%53%49%54%49%20%41%4D%49%4E%41%48"},
        {"Base64", "U0lUSSBBTUlOQUg="},
        {"Base64, one byte later", "IFNJVEkgQU1JTkFI"},
        {"Base64, two bytes later", "ICBTSVRJIEFNSU5BSA=="},
        {"UTF-16", std::string("S\0I\0T\0I\0 \0A\0M\0I\0N\0A\0H\0", 22)},
        {"the number as SQLite would store it", std::string("\0\0\0\x12\xe9\xf4\x19\xa1", 8)},
        {"somebody's NIK", "nik=3173050101900007&"},
        {"a NIK behind a digest", std::string(63, 'a') + "b3173050101900007"},
        {"a NIK before a digest", "3173050101900007" + std::string(64, 'a')},
        {"a NIK between letters", "abcdef3173050101900007abcdef"},
    };
    for (const auto& row : rows) EXPECT_FALSE(hunt.in("", row.text).empty()) << row.what;
    EXPECT_EQ(written(hunt.in("", "1234567 99 ABCDEF 12345678901234567 0000000000000000")), "");
    EXPECT_EQ(written(hunt.in("", "c1" + std::string(40, 'a') + "3173050101900007ffff01")), "")
        << "a digest";
}

class Privacy : public GatewayTest {
protected:
    /// As a form, with the canaries in every field that some provider has.
    static std::string everything() {
        Form form;
        for (const char* field :
             {"sessionId", "phoneNumber",  "serviceCode", "text",     "from",      "to",
              "id",        "date",         "msisdn",      "input",    "SessionId", "CallSid",
              "From",      "Body",         "MessageSid",  "keyword",  "linkId",    "networkCode",
              "MSISDN",    "USERDATA",     "USERID",      "MSGTYPE",  "SESSIONID", "userid",
              "password",  "request-type", "response",    "sequence", "coding",    "binary"})
            form.add(field, kNik + " " + kName);
        return form.encode();
    }
    static std::vector<std::string> bodies() {
        const std::string both = kNik + " " + kName;
        return {
            everything(),
            both,
            "{\"text\":\"" + both + "\",\"from\":\"" + both + "\",\"results\":[\"" + both + "\"]}",
            "{\"" + both + "\": \"" + both + "\"",
            "<?xml version=\"1.0\"?><" + kNik + "/>",
            "<dialog><" + kName + " string=\"" + both + "\"/></dialog>"};
    }
};

TEST_F(Privacy, BrokenRequestsAreNeitherEchoedNorLogged) {
    start({"log.level=debug"});
    for (const std::string& channel : kPathsOfChannels)
        for (const char* kind : {"/ussd/", "/sms/", "/dlr/"})
            for (const std::string& body : bodies()) {
                const std::string path = url_ + kind + channel;
                for (const char* type :
                     {"application/x-www-form-urlencoded", "application/json", "text/xml"}) {
                    const HttpRequest request{"POST", path, "", {{"Content-Type", type}}, body, ""};
                    const auto answer = gateway::fetch(request, 10s);
                    ASSERT_TRUE(answer.has_value());
                    EXPECT_EQ(written(Hunt({{"the name", kName}}).in(path, answer->body)), "");
                }
                (void)fetch("GET", path + "/" + kNik + "?" + everything());
            }
    EXPECT_EQ(fetch("POST", url_ + "/" + kNik + "/x", everything()).status, 404);
    EXPECT_EQ(fetch("GET", admin_ + "/" + kNik).status, 404);
    EXPECT_THAT(log(), HasSubstr("request_refused"));
}

TEST_F(Privacy, WholeLivesLeaveNothingBehind) {
    StubAggregator aggregator;
    start({"channels.africastalking.api_base=" + aggregator.url(), "routes.default=africastalking",
           "log.level=debug"});
    const std::string agents =
        "agent_id,name,msisdn,kelurahan,max_open\nP01,ANDI BASO,081234500002,Lembo,10\n";
    ASSERT_EQ(operate({"agents", "import", file("agents.csv", agents), "--apply"}).code, 0);
    const std::string list = "nik,desil,as_of,source\n" + kNik + ",1,2026-10-01,DTSEN\n";
    ASSERT_EQ(operate({"eligibility", "import", file("list.csv", list), "--apply"}).code, 0);

    // By USSD, with slips: a NIK where a menu is, a name where a NIK is.
    std::string typed;
    for (const std::string& input :
         {std::string("1"), kName, kNik, kNik, kName, std::string("Lembo")})
        (void)hop("ATUid_1", kWorker, typed += (typed.empty() ? "" : "*") + input);
    // By SMS: with gaps, with too much, from somebody else, to nobody.
    int id = 0;
    for (const std::string& text :
         {"DAFTAR#" + kNik + "#" + kName + "#LEMBO", "DAFTAR " + kNik, kNik, kName + " " + kNik,
          "STATUS " + kNik, "YA " + kNik, "nama saya " + kName + " nik " + kNik})
        for (const std::string& from : {kWorker, kAgent, std::string("+6281234500003")})
            EXPECT_EQ(sms("m" + std::to_string(++id), from, text), 200);
    EXPECT_EQ(operate({"enrollments", "list"}).code, 0);
    EXPECT_EQ(operate({"desk"}).code, 0);
    EXPECT_EQ(sms("m-last", kWorker, "HAPUS"), 200);
    EXPECT_FALSE(aggregator.wait_for(3).empty());
}

}  // namespace
}  // namespace jangkau
