#include "adapters/registry.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/adapters/exchange.hpp"

namespace jangkau::tests {
namespace {

using namespace jangkau::adapters;

std::vector<std::string> names() {
    std::vector<std::string> all;
    for (const auto& entry : registry()) all.emplace_back(entry.name);
    return all;
}

TEST(Registry, FindsWhatItHasAndNothingElse) {
    for (const auto& entry : registry()) EXPECT_EQ(find(entry.name), &entry);
    for (const auto* name : {"", "africa", "africastalking2", "zzz", "Simulator"}) {
        EXPECT_EQ(find(name), nullptr) << name;
    }
}

TEST(Registry, OnlyTheSimulatorIsLocal) {
    for (const auto& entry : registry()) EXPECT_EQ(entry.local, entry.name == "simulator");
}

class EveryAdapter : public testing::TestWithParam<std::string> {
protected:
    std::unique_ptr<Adapter> adapter_ = recorded_adapter(GetParam());
    std::unique_ptr<Handset> handset_ = find(GetParam())->make_handset();
};

/// An endpoint that a provider does not have refuses every path.
std::set<Endpoint> endpoints(const Adapter& adapter) {
    std::set<Endpoint> known;
    for (const auto endpoint : {Endpoint::ussd, Endpoint::sms, Endpoint::report}) {
        HttpRequest empty;
        empty.method = "POST";
        const auto inbound = adapter.decode(endpoint, empty);
        if (inbound || inbound.error().field != "path") known.insert(endpoint);
    }
    return known;
}

TEST_P(EveryAdapter, HasAGoodAndABadRecordingOfEachEndpoint) {
    std::set<Endpoint> good;
    std::set<Endpoint> bad;
    bool accepted = false;
    bool refused = false;
    for (const auto& file : recordings(GetParam())) {
        const Exchange exchange = parse_exchange(read_file(file));
        for (std::size_t i = 0; i + 1 < exchange.parts.size(); ++i) {
            const Part& part = exchange.parts[i];
            const std::string& meaning = exchange.parts[i + 1].body;
            if (part.title == "they ask") {
                (meaning.starts_with("bad request") ? bad : good).insert(endpoint_of(part));
            }
            if (part.title == "they answer") {
                (meaning.starts_with("accepted") ? accepted : refused) = true;
            }
        }
    }
    for (const auto endpoint : endpoints(*adapter_)) {
        EXPECT_TRUE(good.contains(endpoint))
            << "no good one for endpoint " << static_cast<int>(endpoint);
        EXPECT_TRUE(bad.contains(endpoint))
            << "no bad one for endpoint " << static_cast<int>(endpoint);
    }
    EXPECT_TRUE(accepted);
    EXPECT_TRUE(refused);
}

TEST_P(EveryAdapter, ReadsWhatItsHandsetTypes) {
    const std::vector<std::vector<std::string>> dialogue = {
        {}, {"1"}, {"1", "Daeng Sitti"}, {"1", "Daeng Sitti", "100% & = + #\n\xC3\xA9"}};
    std::set<std::string> keys;
    for (const auto& inputs : dialogue) {
        const Hop hop{"s-1", "+6281200000001", "*384*7788#", inputs};
        const auto inbound = adapter_->decode(Endpoint::ussd, handset_->hop(hop));
        ASSERT_TRUE(inbound) << inbound.error().field << " " << inbound.error().why;
        ASSERT_EQ(inbound->size(), 1U);
        const auto& turn = std::get<UssdTurn>(inbound->front());
        EXPECT_EQ(turn.session, hop.session);
        EXPECT_EQ(turn.from.e164(), hop.from);
        EXPECT_EQ(turn.code, hop.code);
        std::string text;
        for (const auto& input : inputs) {
            text = turn.cumulative && &input != &inputs.front() ? text + "*" + input : input;
        }
        EXPECT_EQ(turn.text, text);
        EXPECT_EQ(turn.first, inputs.empty());
        EXPECT_TRUE(keys.insert(turn.turn_key).second) << turn.turn_key;
        const auto again = adapter_->decode(Endpoint::ussd, handset_->hop(hop));
        ASSERT_TRUE(again);
        EXPECT_EQ(std::get<UssdTurn>(again->front()).turn_key, turn.turn_key);
    }
}

TEST_P(EveryAdapter, KeepsTwoSessionsApart) {
    const auto key = [&](const std::string& session) {
        const Hop hop{session, "+6281200000001", "*384*7788#", {"1"}};
        return std::get<UssdTurn>(adapter_->decode(Endpoint::ussd, handset_->hop(hop))->front())
            .turn_key;
    };
    EXPECT_NE(key("s-1"), key("s-2"));
}

TEST_P(EveryAdapter, ShowsItsHandsetTheSameScreen) {
    for (const auto* text :
         {"Halo", "", "Selamat datang\n1. Daftar\n\n0. Kembali", "CON END", " x "}) {
        for (const bool end : {false, true}) {
            const auto screen = handset_->screen(adapter_->encode({text, end}));
            ASSERT_TRUE(screen) << screen.error().why;
            EXPECT_EQ(screen->text, text);
            EXPECT_EQ(screen->end, end);
        }
    }
}

TEST_P(EveryAdapter, RefusesInAWayThatItsHandsetNotices) {
    const HttpResponse refused = adapter_->refuse({"field", "is missing"});
    EXPECT_EQ(refused.status, 400);
    EXPECT_NE(refused.body.find("field is missing"), std::string::npos);
    EXPECT_FALSE(handset_->screen(refused));
    EXPECT_EQ(adapter_->acknowledge().status, 200);
}

TEST_P(EveryAdapter, HearsItsHandsetHangUp) {
    const Hop hop{"s-1", "+6281200000001", "*384*7788#", {"1"}};
    const HttpRequest request = handset_->hang_up(hop, "Nama?");
    if (request.method.empty()) return;  // this provider does not tell
    const auto inbound = adapter_->decode(Endpoint::ussd, request);
    ASSERT_TRUE(inbound) << inbound.error().field << " " << inbound.error().why;
    EXPECT_EQ(std::get<UssdEnded>(inbound->front()).session, hop.session);
}

TEST_P(EveryAdapter, ReadsTheSmsOfItsHandset) {
    const PhoneSms sent{"m-1", "+6281200000001", "20880", "DAFTAR a+b & \xE2\x82\xAC\n2"};
    const auto inbound = adapter_->decode(Endpoint::sms, handset_->sms(sent));
    ASSERT_TRUE(inbound) << inbound.error().field << " " << inbound.error().why;
    const auto& sms = std::get<SmsIn>(inbound->front());
    EXPECT_EQ(sms.id, sent.id);
    EXPECT_EQ(sms.from.e164(), sent.from);
    EXPECT_EQ(sms.to, sent.to);
    EXPECT_EQ(sms.text, sent.text);
}

TEST_P(EveryAdapter, ComposesTheSameRequestEachTime) {
    const SmsOut sms{"o-1", Msisdn::from_digits("6281200000001"), "Halo"};
    const HttpRequest first = adapter_->compose(sms);
    const HttpRequest second = adapter_->compose(sms);
    EXPECT_EQ(first.target, second.target);
    EXPECT_EQ(first.headers, second.headers);
    EXPECT_EQ(first.body, second.body);
    EXPECT_FALSE(first.method.empty());
}

// Every way of cutting a good request short gives a value or a refusal that names a field.
TEST_P(EveryAdapter, SurvivesRequestsCutAnywhere) {
    const Hop hop{"s-1", "+6281200000001", "*384*7788#", {"1", "\xC3\xA9"}};
    const HttpRequest whole = handset_->hop(hop);
    for (std::size_t length = 0; length <= whole.body.size(); ++length) {
        HttpRequest request = whole;
        request.body.resize(length);
        for (const auto endpoint : {Endpoint::ussd, Endpoint::sms, Endpoint::report}) {
            const auto inbound = adapter_->decode(endpoint, request);
            EXPECT_TRUE(inbound || !inbound.error().field.empty());
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Registered, EveryAdapter, testing::ValuesIn(names()),
                         [](const testing::TestParamInfo<std::string>& param) {
                             return param.param;
                         });

}  // namespace
}  // namespace jangkau::tests
