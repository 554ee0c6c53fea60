// Who gets in: secrets, allow-lists, signatures, two keys while one is changed, proxies, limits;
// and that nothing of a request is read before that.

#include <gmock/gmock.h>

#include <fstream>

#include "adapters/aggregator.hpp"
#include "adapters/decode.hpp"
#include "adapters/registry.hpp"
#include "gateway/core/form.hpp"
#include "gateway/core/text.hpp"
#include "gateway/inbound.hpp"
#include "tests/support/local_line.hpp"

namespace jangkau::gateway {
namespace {

using adapters::Endpoint;
using adapters::Settings;

constexpr const char* kOld = "invented-old-key-000000";
constexpr const char* kNew = "invented-new-key-111111";
constexpr const char* kProvider = "203.0.113.7";

/// The shipped configuration with other channels: only they are read anew.
Config config_with(const std::vector<std::string>& set) {
    static const Config shipped = shipped_config();
    Config config = shipped;
    ConfigOptions options = shipped.loaded_with;
    options.set = set;
    Problems problems;
    auto channels = load_channels(options, problems);
    EXPECT_TRUE(channels) << (problems.empty() ? "" : written(problems.front()));
    if (channels) config.channels = std::move(*channels);
    return config;
}

/// The public listener without its sockets.
class Gate {
public:
    explicit Gate(Config config)
        : config_(std::move(config)), services_(config_.service, clock_.now()) {}

    HttpResponse ask(HttpRequest request) {
        HttpResponse answer;
        (void)inbound_.handle(std::move(request),
                              [&](HttpResponse response) { answer = std::move(response); });
        return answer;
    }
    double metric(const std::string& line) const {
        const std::string all = metrics_.text();
        const std::size_t at = all.find(line + " ");
        return at == all.npos ? 0 : std::stod(all.substr(at + line.size()));
    }

    Config config_;
    ManualClock clock_{Time(std::chrono::seconds(1'795'395'600))};
    SeededRandom random_{1};
    Metrics metrics_;
    Services services_;
    std::unique_ptr<sessions::Store> store_ = sessions::make_memory_store(&clock_);
    Inbound inbound_{{config_, services_, *store_, clock_, random_, metrics_, [] {},
                      [](std::chrono::milliseconds, const std::function<void()>&) {}}};
};

/// What of a request the proof is about. The path is always: it names channel and endpoint, and may
/// hold the secret.
struct Bound {
    enum class Reach { none, whole };
    Reach body = Reach::none;
    Reach query = Reach::none;
    std::string header = {};               ///< that holds the proof; "" = none
    std::vector<std::string> fields = {};  ///< of a form that is otherwise not bound
    bool any_case = false;                 ///< hexadecimal digits of the proof
};

/// How one provider proves that a request is his.
struct Proof {
    std::string channel;
    std::string key;  ///< the setting that is proved: "secret", "auth_token", "password"
    std::vector<std::string> more = {};
    Bound bound = {};

    friend void PrintTo(const Proof& proof, std::ostream* out) {
        *out << proof.channel << " by " << proof.key;
    }
    [[nodiscard]] std::vector<std::string> set(const std::string& value,
                                               const std::string& next = "") const {
        const std::string at = "channels." + channel + ".";
        std::vector<std::string> all{at + "allow=[" + kProvider + "]",
                                     at + "public_url=https://gw.example.id",
                                     at + key + "=" + value};
        if (!next.empty()) all.push_back(at + key + "_next=" + next);
        for (const std::string& one : more) all.push_back(at + one);
        return all;
    }
};

/// A request as the channel's provider makes it with that key: an SMS, or a hop where there are
/// none.
HttpRequest request_of(const Proof& proof, const std::string& key, Time now,
                       const std::string& id = "1") {
    const Config config = config_with(proof.set(key));
    const Settings& settings = config.channels.at(proof.channel).settings;
    const auto aggregator =
        adapters::find(config.channels.at(proof.channel).adapter)->make_aggregator(settings);
    HttpRequest request = aggregator->sms({id, "+6281234500001", "20880", "STATUS"});
    Endpoint endpoint = Endpoint::sms;
    if (request.method.empty()) {
        request = aggregator->hop({"session-" + id, "+6281234500001", "*123*4567#", {}, ""});
        endpoint = Endpoint::ussd;
    }
    const std::string path = adapters::callback_path(settings, endpoint) + request.target;
    aggregator->sign(request, path, now);
    const std::size_t mark = std::min(path.find('?'), path.size());
    request.path = path.substr(0, mark);
    request.query = mark == path.size() ? "" : path.substr(mark + 1);
    request.target = percent_decode(request.path, false);
    request.peer = kProvider;
    return request;
}

class EveryProof : public testing::TestWithParam<Proof> {
protected:
    /// Whether it got past the gate, whatever became of it then.
    static bool in(Gate& gate, const HttpRequest& request) {
        const int status = gate.ask(request).status;
        return status != 401 && status != 403 && status != 404;
    }
    Time now_{std::chrono::seconds(1'795'395'600)};
};

TEST_P(EveryProof, OnlyTheOwnersOfTheKeyGetIn) {
    Gate gate(config_with(GetParam().set(kOld)));
    EXPECT_TRUE(in(gate, request_of(GetParam(), kOld, now_)));
    EXPECT_FALSE(in(gate, request_of(GetParam(), kNew, now_)));
    HttpRequest elsewhere = request_of(GetParam(), kOld, now_);
    elsewhere.peer = "203.0.113.8";
    EXPECT_EQ(gate.ask(elsewhere).status, 403);
}

TEST_P(EveryProof, TwoKeysCountWhileOneIsChanged) {
    const Proof& proof = GetParam();
    Gate window(config_with(proof.set(kOld, kNew)));
    EXPECT_TRUE(in(window, request_of(proof, kOld, now_)));
    EXPECT_TRUE(in(window, request_of(proof, kNew, now_, "2")));
    EXPECT_FALSE(in(window, request_of(proof, "invented-third-key-2222", now_)));
    Gate after(config_with(proof.set(kNew)));
    EXPECT_FALSE(in(after, request_of(proof, kOld, now_))) << "the old one is over";
    EXPECT_TRUE(in(after, request_of(proof, kNew, now_)));
}

TEST_P(EveryProof, NothingIsReadOfAForgedRequest) {
    Gate gate(config_with(GetParam().set(kOld)));
    HttpRequest forged = request_of(GetParam(), kNew, now_);
    const int status = gate.ask(forged).status;
    forged.body = "{\"no\": json";
    forged.method = "DELETE";
    EXPECT_EQ(gate.ask(forged).status, status)
        << "a request that cannot be read is told from one that can";
    for (const char* result : {"fresh", "repeated", "busy"})
        EXPECT_EQ(gate.metric("jangkau_ussd_turns_total{channel=\"" + GetParam().channel +
                              "\",result=\"" + result + "\"}"),
                  0);
    EXPECT_EQ(gate.metric("jangkau_notices_total{channel=\"" + GetParam().channel + "\"}"), 0);
}

/// A form's bytes that stand in one of these fields, with their names.
std::vector<bool> bytes_of(const std::string& form, const std::vector<std::string>& fields) {
    std::vector<bool> in(form.size(), false);
    for (std::size_t begin = 0; begin < form.size();) {
        const std::size_t end = std::min(form.find('&', begin), form.size());
        const std::string name = form.substr(begin, std::min(form.find('=', begin), end) - begin);
        if (std::ranges::find(fields, name) != fields.end())
            std::fill(in.begin() + static_cast<std::ptrdiff_t>(begin),
                      in.begin() + static_cast<std::ptrdiff_t>(end), true);
        begin = end + 1;
    }
    return in;
}

/// Flips every bit of one part of the request in turn. What is bound is refused then, unless it is
/// the same, spelled otherwise; of the rest some flip is let in, or the table would say too little.
class Flips {
public:
    Flips(Gate& gate, const Proof& proof, HttpRequest request)
        : gate_(gate), proof_(proof), request_(std::move(request)) {}

    void whole(std::string HttpRequest::*part) {
        each(request_.*part, std::vector<bool>((request_.*part).size(), true));
    }
    void part(std::string HttpRequest::*part, Bound::Reach reach) {
        if (reach == Bound::Reach::whole) return whole(part);
        each(request_.*part, bytes_of(request_.*part, proof_.bound.fields));
    }
    void header(const std::string& name) {
        for (auto& [one, value] : request_.headers)
            if (one == name) return each(value, std::vector<bool>(value.size(), true));
        ADD_FAILURE() << "no header " << name;
    }
    [[nodiscard]] std::size_t refused() const { return refused_; }

private:
    bool let_in() {
        const int status = gate_.ask(request_).status;
        return status != 401 && status != 403 && status != 404;
    }
    /// "%2B" and "%2b".
    std::string meant(const std::string& text) const {
        const std::string plain = percent_decode(text, true);
        return proof_.bound.any_case ? lower_ascii(plain) : plain;
    }
    void each(std::string& text, const std::vector<bool>& bound) {
        const std::string sent = text;
        bool free = false, some_let_in = false;
        for (std::size_t i = 0; i < sent.size(); ++i) {
            free = free || !bound[i];
            for (int bit = 0; bit < 8 && (bound[i] || !some_let_in); ++bit) {
                text[i] = static_cast<char>(static_cast<unsigned char>(sent[i]) ^ (1U << bit));
                const bool in = let_in();
                if (!bound[i]) {
                    some_let_in = some_let_in || in;
                } else if (in) {
                    EXPECT_EQ(meant(text), meant(sent)) << "bit " << bit << " of byte " << i;
                } else {
                    ++refused_;
                }
            }
            text[i] = sent[i];
        }
        EXPECT_EQ(free, some_let_in) << "what is bound? " << sent;
    }

    Gate& gate_;
    const Proof& proof_;
    HttpRequest request_;
    std::size_t refused_ = 0;
};

TEST_P(EveryProof, ABitThatChangesOnTheWayIsNoticed) {
    const Proof& proof = GetParam();
    Config config = config_with(proof.set(kOld));
    config.addresses.requests_per_second = 0;
    Gate gate(std::move(config));
    const HttpRequest request = request_of(proof, kOld, now_);
    ASSERT_TRUE(in(gate, request));
    Flips flips(gate, proof, request);
    flips.whole(&HttpRequest::path);
    flips.whole(&HttpRequest::peer);
    flips.part(&HttpRequest::query, proof.bound.query);
    flips.part(&HttpRequest::body, proof.bound.body);
    if (!proof.bound.header.empty()) flips.header(proof.bound.header);
    EXPECT_GT(flips.refused(), 100U);
    RecordProperty("flips_refused", std::to_string(flips.refused()));
}

/// What providers sign is dated or named; either way a recording has no second effect.
TEST_P(EveryProof, ARecordingHasOneEffect) {
    Gate gate(config_with(GetParam().set(kOld)));
    const HttpRequest request = request_of(GetParam(), kOld, now_);
    const auto effects = [&] {
        std::size_t sms = 0;
        gate.store_->run([&](sessions::Unit& unit) {
            sms = unit.sms_to(Msisdn::from_digits("6281234500001"), 0, 100).size();
        });
        return static_cast<double>(sms) + gate.metric("jangkau_ussd_turns_total{channel=\"" +
                                                      GetParam().channel + "\",result=\"fresh\"}");
    };
    (void)gate.ask(request);
    const double once = effects();
    EXPECT_EQ(once, 1);
    for (int i = 0; i < 3; ++i) (void)gate.ask(request);
    EXPECT_EQ(effects(), once);
}

/// A described provider whose key stands in the query.
std::string description_by_api_key() {
    const std::string file = testing::TempDir() + "jangkau-by-api-key.yaml";
    std::ofstream(file) << R"(name: invented
check: {query:key: "{api_key}"}
requests:
  - at: /sms
    is: sms
    format: form
    id: id
    from: from
    to: to
    text: text
)";
    return file;
}

const std::vector<Proof>& proofs() {
    constexpr auto kWhole = Bound::Reach::whole;
    const Bound twilio{.body = kWhole, .query = kWhole, .header = "X-Twilio-Signature"};
    const Bound comviva{.fields = {"userid", "password"}};
    const Bound authorization{.header = "Authorization"};
    const std::string password = "password=invented-password-00";
    static const std::vector<Proof> all{
        {"africastalking", "secret"},
        {"hubtel", "secret"},
        {"arkesel", "secret"},
        {"nalo", "secret"},
        {"beem", "secret"},
        {"comviva", "secret"},
        {"infobip", "secret"},
        {"8x8", "secret"},
        {"twilio", "secret"},
        {"vonage", "secret"},
        {"kannel", "secret"},
        {"jasmin", "secret"},
        {"declared", "secret"},
        {"restcomm", "secret"},
        {"comviva", "password", {"username=user"}, comviva},
        {"comviva", "username", {password}, comviva},
        {"infobip", "password", {"username=user", "webhook_security=basic"}, authorization},
        {"infobip", "username", {password, "webhook_security=basic"}, authorization},
        {"infobip",
         "auth_token",
         {"webhook_security=hmac", "hmac_header=X-Sign"},
         {.body = kWhole, .header = "X-Sign", .any_case = true}},
        {"8x8", "auth_token", {}, authorization},
        {"declared", "auth_token", {"description=declared/8x8.yaml"}, authorization},
        {"declared", "api_key", {"description=" + description_by_api_key()}, {.fields = {"key"}}},
        {"twilio", "auth_token", {}, twilio},
        {"twilio", "signing_key", {}, twilio},
        {"vonage", "auth_token", {}, {.body = kWhole, .query = kWhole, .any_case = true}},
    };
    return all;
}

INSTANTIATE_TEST_SUITE_P(Providers, EveryProof, testing::ValuesIn(proofs()), [](const auto& row) {
    return "of_" + row.param.channel + "_" + row.param.key;
});

// Proxies and limits.

HttpRequest hop(const std::string& peer, const std::string& session = "s",
                const std::string& forwarded = "") {
    HttpRequest request{.method = "POST", .target = "/ussd/africastalking"};
    request.path = request.target;
    request.peer = peer;
    request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    if (!forwarded.empty()) request.headers.emplace_back("X-Forwarded-For", forwarded);
    request.body =
        "sessionId=" + session + "&phoneNumber=%2B6281234500001&serviceCode=%2A123%2A4567%23&text=";
    return request;
}

const std::vector<std::string> kBehindProxy{"channels.africastalking.allow=[203.0.113.0/24]",
                                            "channels.simulator.allow=[203.0.113.0/24]",
                                            "trusted_proxies=[127.0.0.1]"};

TEST(Proxies, TheAllowListSeesWhoTheyNameAndNobodyElse) {
    Gate gate(shipped_config(kBehindProxy));
    EXPECT_EQ(gate.ask(hop("127.0.0.1", "s", kProvider)).status, 200);
    EXPECT_EQ(gate.ask(hop("127.0.0.1", "s", "198.51.100.1")).status, 403);
    EXPECT_EQ(gate.ask(hop("127.0.0.1", "s", std::string(kProvider) + ", 198.51.100.1")).status,
              403)
        << "what the caller wrote himself";
    EXPECT_EQ(gate.ask(hop("198.51.100.1", "s", kProvider)).status, 403) << "no proxy of ours";
    EXPECT_EQ(gate.ask(hop("127.0.0.1")).status, 400) << "the proxy names nobody";
    EXPECT_EQ(gate.ask(hop("127.0.0.1", "s", "nobody")).status, 400);
}

std::string problems_of(const std::vector<std::string>& set) {
    try {
        (void)shipped_config(set);
        return "";
    } catch (const std::runtime_error& e) {
        return e.what();
    }
}

TEST(Settings, AreProvedBeforeAnybodyIsLetIn) {
    using testing::HasSubstr;
    EXPECT_THAT(problems_of({"trusted_proxies=[127.0.0.1]", "channels.hubtel.allow=[]"}),
                HasSubstr("channels/hubtel: is reachable from outside (trusted_proxies)"));
    EXPECT_THAT(problems_of({"trusted_proxies=[proxy]"}), HasSubstr("'proxy' is no address"));
    EXPECT_THAT(problems_of({"forwarded_header=Via"}), HasSubstr("must be X-Forwarded-For"));
    EXPECT_THAT(problems_of({"tls.certificate=c.pem"}), HasSubstr("tls/key: is missing"));
    EXPECT_THAT(problems_of({"tls.client_ca=c.pem"}), HasSubstr("needs a certificate"));
    EXPECT_THAT(problems_of({"channels.8x8.auth_token=invented-old-key-000000",
                             "channels.8x8.auth_token_next=short"}),
                HasSubstr("_next is too short"));
}

TEST(Limits, AnAddressHasToWait) {
    auto set = kBehindProxy;
    set.push_back("limits.address_per_second=2");
    Gate gate(shipped_config(set));
    const auto from = [&](const std::string& address) {
        return gate.ask(hop("127.0.0.1", "s", address)).status;
    };
    EXPECT_EQ(from("198.51.100.1"), 403);
    EXPECT_EQ(from("198.51.100.1"), 403);
    const HttpResponse wait = gate.ask(hop("127.0.0.1", "s", "198.51.100.1"));
    EXPECT_EQ(wait.status, 429);
    EXPECT_EQ(header(wait.headers, "Retry-After"), "1");
    EXPECT_EQ(from(kProvider), 200) << "another one's requests";
}

TEST(Limits, ThisMachineHasNot) {
    Gate gate(shipped_config({"limits.address_per_second=1"}));
    for (int i = 0; i < 20; ++i) EXPECT_EQ(gate.ask(hop("127.0.0.1")).status, 200);
}

TEST(Limits, AChannelHasToWaitButNotForStrangers) {
    Gate gate(config_with({"channels.africastalking.requests_per_second=2",
                           "channels.africastalking.secret=" + std::string(kOld)}));
    HttpRequest stranger = hop("127.0.0.1");
    for (int i = 0; i < 20; ++i) EXPECT_EQ(gate.ask(stranger).status, 404);
    HttpRequest provider = stranger;
    provider.path += std::string("/") + kOld;
    EXPECT_EQ(gate.ask(provider).status, 200);
    EXPECT_EQ(gate.ask(provider).status, 200);
    EXPECT_EQ(gate.ask(provider).status, 429);
}

}  // namespace
}  // namespace jangkau::gateway
