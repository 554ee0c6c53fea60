// Walks whole registrations through every adapter's own format, in and out: the phone dials and
// texts as its provider would, every SMS leaves through that provider's API and its reports come
// back. What an adapter cannot do goes through the simulator.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "adapters/registry.hpp"
#include "gateway/script.hpp"
#include "tests/support/local_line.hpp"

namespace jangkau::gateway {
namespace {

const std::filesystem::path kFolder = JANGKAU_SOURCE_DIR "/tests/dialogs";

/// A worker who pays himself, one whom the city pays for, one who registers by SMS, a call that
/// drops, hops that come twice, and everything that agents can say.
constexpr const char* kJourneys[] = {"self_paid",   "city_pays", "sms_registration", "dropped_call",
                                     "agent_words", "status",    "repeated_hops",    "english"};

std::string read(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// So that callbacks are signed where the provider signs.
std::vector<std::string> settings_for(const std::string& channel) {
    const std::string at = "channels." + channel + ".";
    return {at + "public_url=https://gw.example.id", at + "auth_token=invented-token-0000000000",
            at + "secret=s3cret"};
}

struct Journey {
    std::string channel;
    std::string dialogue;
};

std::vector<Journey> all_journeys() {
    std::vector<Journey> all;
    for (const auto& entry : adapters::registry())
        for (const char* dialogue : kJourneys) all.push_back({std::string(entry.name), dialogue});
    return all;
}

class Journeys : public testing::TestWithParam<Journey> {
protected:
    std::vector<std::string> set_ = settings_for(GetParam().channel);
    SeededRandom random_{3};
    std::unique_ptr<MockProvider> provider_;

    std::unique_ptr<Line> connect() {
        const std::string& channel = GetParam().channel;
        const adapters::Entry* entry = adapters::find(channel);
        const Config config = shipped_config(set_);
        const auto& settings = config.channels.at(channel).settings;
        const bool sends =
            !entry->local && (*entry->make(settings, config.service->plan))->abilities().send;
        std::vector<std::string> set = set_;
        // The clock stands still while dozens of SMS leave.
        if (sends)
            set.insert(set.end(),
                       {"routes.default=" + channel, "channels." + channel + ".per_second=0"});
        auto line = std::make_unique<LocalLine>(channel, set);
        if (sends) {
            provider_ = std::make_unique<MockProvider>(entry->make_aggregator(settings), random_);
            line->connect(channel, *provider_);
        }
        line->import("agents", read(kFolder / "agents.csv"));
        line->import("eligibility", read(kFolder / "eligibility.csv"));
        return line;
    }
};

TEST_P(Journeys, GoAsWritten) {
    ScriptOptions options;
    options.files = {kFolder / (GetParam().dialogue + ".dialog")};
    options.trunk.channel = GetParam().channel;
    options.trunk.config = JANGKAU_SOURCE_DIR "/config/jangkau.yaml";
    options.trunk.set = set_;
    options.connect = [this](const LineOptions&) { return connect(); };
    std::ostringstream out, err;
    EXPECT_EQ(run_script(options, out, err), 0) << out.str() << err.str();
    if (!provider_) return;
    EXPECT_TRUE(provider_->unreadable().empty()) << provider_->unreadable().front();
    EXPECT_FALSE(provider_->ledger().empty()) << "no SMS left through " << GetParam().channel;
}

INSTANTIATE_TEST_SUITE_P(EveryAdapter, Journeys, testing::ValuesIn(all_journeys()),
                         [](const auto& journey) {
                             return "of_" + journey.param.channel + "_" + journey.param.dialogue;
                         });

}  // namespace
}  // namespace jangkau::gateway
