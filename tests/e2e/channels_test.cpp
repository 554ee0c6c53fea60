// `jangkau dial --channel X` and `jangkau sms --channel X` against the real program: a whole
// registration, from the first dial to the active member, over every adapter's own wire format.
// What an adapter has not (USSD, or SMS) goes through the simulator.

#include <gmock/gmock.h>

#include <regex>

#include "adapters/registry.hpp"
#include "tests/e2e/gateway_fixture.hpp"

namespace jangkau {
namespace {

using testing::HasSubstr;

constexpr const char* kWorker = "081234500001";
constexpr const char* kAgent = "081234500002";
constexpr const char* kAgents =
    "agent_id,name,msisdn,kelurahan,max_open\nP01,ANDI BASO,081234500002,Lembo,10\n";
/// Consent, NIK, name, kelurahan, who pays, job, how much, yes.
constexpr const char* kTyped = "1\n7371010503800003\nSITI AMINAH\nLembo\n2\n2\n1\n1\n1\n1\n";

std::vector<std::string> registered() {
    std::vector<std::string> names;
    for (const auto& entry : adapters::registry()) names.emplace_back(entry.name);
    return names;
}

class EveryChannel : public GatewayTest, public testing::WithParamInterface<std::string> {
protected:
    /// So that callbacks are signed where the provider signs, and need their secret.
    static std::vector<std::string> settings() {
        const std::string at = "channels." + GetParam() + ".";
        return {at + "public_url=https://gw.example.id",
                at + "auth_token=invented-token-0000000000", at + "secret=s3cret",
                at + "repeat_window=0s"};
    }
    Ran phone(std::vector<std::string> arguments, const std::string& input = {}) {
        arguments.insert(arguments.end(), {"--channel", GetParam(), "--url", url_, "--config",
                                           JANGKAU_SOURCE_DIR "/config/jangkau.yaml"});
        for (const std::string& one : settings()) arguments.insert(arguments.end(), {"--set", one});
        return command(std::move(arguments), input);
    }
    Ran sms(const std::string& from, const std::string& text) {
        return phone({"sms", text, "--from", from});
    }
};

TEST_P(EveryChannel, WalksFromTheFirstDialToTheActiveMember) {
    start(settings());
    ASSERT_EQ(operate({"agents", "import", file("agents.csv", kAgents), "--apply"}).code, 0);

    const Ran dialled = phone({"dial", "*123*4567#", "--from", kWorker}, kTyped);
    ASSERT_EQ(dialled.code, 0) << dialled.out << dialled.err;
    std::smatch found;
    ASSERT_TRUE(std::regex_search(dialled.out, found, std::regex("Tiket ([0-9]{7})")))
        << dialled.out << log();
    const std::string ticket = found[1];

    const Ran taken = sms(kAgent, "YA " + ticket);
    EXPECT_EQ(taken.code, 0) << taken.err << log();
    EXPECT_THAT(taken.out, HasSubstr("SITI AMINAH, HP 081234500001"));
    const Ran asked = sms(kAgent, "SELESAI " + ticket + " 12345678901");
    EXPECT_EQ(asked.code, 0) << asked.err;
    EXPECT_EQ(sms(kAgent, "OK " + ticket + " " + code_in(asked.out)).code, 0);
    const Ran confirmed = sms(kWorker, "BETUL " + ticket);
    EXPECT_EQ(confirmed.code, 0) << confirmed.err;
    EXPECT_THAT(confirmed.out, HasSubstr("SITI AMINAH AKTIF sejak"));

    const Ran status = phone({"dial", "*123*4567#", "--from", kWorker}, "2\n");
    EXPECT_THAT(status.out, HasSubstr(ticket + " SITI AMINAH:")) << status.err;
    EXPECT_THAT(log(), testing::Not(HasSubstr("s3cret")));
    EXPECT_THAT(log(), testing::Not(HasSubstr("7371010503800003")));
}

INSTANTIATE_TEST_SUITE_P(Registered, EveryChannel, testing::ValuesIn(registered()),
                         [](const auto& name) { return "of_" + name.param; });

}  // namespace
}  // namespace jangkau
