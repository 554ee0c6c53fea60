#include <gtest/gtest.h>

#include "adapters/decode.hpp"
#include "adapters/registry.hpp"
#include "tests/support/case_name.hpp"

namespace jangkau::tests {
namespace {

using namespace jangkau::adapters;

TEST(Proves, NeedsSixteenCharacters) {
    EXPECT_FALSE(proves(""));
    EXPECT_FALSE(proves("none"));
    EXPECT_FALSE(proves(std::string(15, 'x')));
    EXPECT_TRUE(proves(std::string(16, 'x')));
}

struct ProofCase {
    const char* name;
    const char* adapter;
    const char* password;
    const char* auth_token;
    std::map<std::string, std::string> more;
    bool proves;
};
constexpr const char* kLong = "invented-long-word";
const std::map<std::string, std::string> kBasic = {{"webhook_security", "basic"}};
const std::map<std::string, std::string> kHmac = {{"webhook_security", "hmac"},
                                                  {"hmac_header", "X-Sign"}};

class ProofOfTheSender : public testing::TestWithParam<ProofCase> {};
TEST_P(ProofOfTheSender, IsALongSecretOnly) {
    Settings settings;
    settings.channel = "proof";
    settings.api_base = "https://provider.example";
    settings.public_url = "https://gw.example";
    settings.username = "user";
    settings.password = Secret(GetParam().password);
    settings.api_key = Secret("key");
    settings.auth_token = Secret(GetParam().auth_token);
    settings.sender = "JANGKAU";
    settings.more = GetParam().more;
    const NumberPlan plan;
    const auto adapter = find(GetParam().adapter)->make(settings, plan);
    ASSERT_TRUE(adapter) << adapter.error().key << " " << adapter.error().why;
    EXPECT_EQ((*adapter)->abilities().proves_sender, GetParam().proves);
}
INSTANTIATE_TEST_SUITE_P(
    Settings, ProofOfTheSender,
    testing::Values(
        ProofCase{"vonage", "vonage", "p", kLong, {}, true},
        ProofCase{"vonage short", "vonage", kLong, "none", {}, false},
        ProofCase{"8x8", "8x8", "", "Bearer invented-long-word", {{"subaccount", "hq"}}, true},
        ProofCase{"8x8 short behind a scheme",
                  "8x8",
                  "",
                  "Bearer short-word",
                  {{"subaccount", "hq"}},
                  false},
        ProofCase{"comviva", "comviva", kLong, "", {}, true},
        ProofCase{"comviva short", "comviva", "none", kLong, {}, false},
        ProofCase{"infobip basic", "infobip", kLong, "", kBasic, true},
        ProofCase{"infobip basic short", "infobip", "none", kLong, kBasic, false},
        ProofCase{"infobip hmac", "infobip", "", kLong, kHmac, true},
        ProofCase{"infobip hmac short", "infobip", kLong, "none", kHmac, false},
        ProofCase{"infobip hmac and short for USSD", "infobip", "none", kLong, kHmac, false},
        ProofCase{"infobip without", "infobip", kLong, kLong, {}, false}),
    case_name<ProofCase>);

}  // namespace
}  // namespace jangkau::tests
