// A described provider means and says the same as the adapter that was written for it: each plays
// the same recorded exchanges.

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "adapters/declared_description.hpp"
#include "adapters/providers.hpp"
#include "gateway/core/form.hpp"
#include "menus/yaml.hpp"

#include "tests/adapters/exchange.hpp"

namespace jangkau::tests {
namespace {

using namespace jangkau::adapters;

struct Provider {
    std::string folder;
    std::string description;
    /// A setting of the written adapter that is another one here.
    std::string setting = "";
    std::string here = "";
};
const std::vector<Provider> kProviders{
    {"africastalking", "declared/africastalking.yaml"},
    {"8x8", "declared/8x8.yaml", "subaccount", "username"},
};

/// What may differ, and why.
struct Difference {
    std::string file;  ///< "africastalking/send_texts"
    std::string recorded;
    std::string here;
    std::string why;
};
constexpr const char* kAlike = "a description reads JSON's numbers and texts alike";
const std::vector<Difference> kDifferences{
    {"africastalking/send_texts", "https://api.sandbox.africastalking.com",
     "https://api.africastalking.com", "the sandbox's address is the channel's api_base here"},
    {"africastalking/send_in_doubt",
     "not accepted\n    fault   garbled\n    again   no\n"
     "    detail  no documented statusCode: Success",
     "accepted\n    id      \"\"\n    delivered no", kAlike},
    {"8x8/send_in_doubt", R"("HTTP 500: {\"code\":\"2000\"}")", "HTTP 500: 2000", kAlike},
    {"8x8/reports", "unknown state", "unknown status", "one wording for all providers"},
};

struct Recording {
    Provider provider;
    std::filesystem::path file;
};
void PrintTo(const Recording& recording, std::ostream* out) { *out << recording.file; }

std::vector<Recording> recordings_of_providers() {
    std::vector<Recording> all;
    for (const auto& provider : kProviders)
        for (const auto& file : recordings(provider.folder))
            if (file.stem() != "settings_bad") all.push_back({provider, file});
    return all;
}

/// With the names that the settings have here.
std::string renamed(std::string text, const Provider& provider) {
    if (provider.setting.empty()) return text;
    for (auto at = text.find(provider.setting); at != text.npos;
         at = text.find(provider.setting, at + 1))
        if (at == 0 || text[at - 1] == '\n')
            text.replace(at, provider.setting.size(), provider.here);
    return text;
}

class DeclaredLikeWritten : public testing::TestWithParam<Recording> {};

TEST_P(DeclaredLikeWritten, MeansWhatIsRecorded) {
    const auto& [provider, file] = GetParam();
    Exchange recorded = parse_exchange(read_file(file));
    for (Part& part : recorded.parts)
        if (part.title == "settings") part.body = renamed(part.body, provider);
    const std::string settings =
        renamed(read_file(folder_of(provider.folder) / "settings.txt"), provider) +
        "\ndescription " + provider.description + "\n";
    const Exchange played = play(recorded, "declared", settings);

    const std::string name = provider.folder + "/" + file.stem().string();
    std::set<const Difference*> met;
    ASSERT_EQ(played.parts.size(), recorded.parts.size());
    for (std::size_t i = 0; i < played.parts.size(); ++i) {
        std::string expected = recorded.parts[i].body;
        for (const Difference& difference : kDifferences) {
            const auto at = difference.file == name && expected != played.parts[i].body
                                ? expected.find(difference.recorded)
                                : expected.npos;
            if (at == expected.npos) continue;
            expected.replace(at, difference.recorded.size(), difference.here);
            met.insert(&difference);
        }
        EXPECT_EQ(played.parts[i].body, expected) << name << ", part " << i + 1;
    }
    for (const Difference& difference : kDifferences)
        EXPECT_EQ(difference.file == name, met.contains(&difference)) << difference.why;
}

INSTANTIATE_TEST_SUITE_P(All, DeclaredLikeWritten, testing::ValuesIn(recordings_of_providers()),
                         [](const testing::TestParamInfo<Recording>& param) {
                             return "of_" + param.param.provider.folder + "_" +
                                    param.param.file.stem().string();
                         });

// --- both sides of every description ---

Settings settings_for(const std::string& description) {
    return settings_from(
        "channel declared\nusername jangkau-demo\npassword pass-invented-0001\n"
        "api_key key-invented-0001\nauth_token token-invented-0001\nsender JANGKAU\n"
        "public_url https://gw.example\ndescription " +
        description + "\n");
}

class EveryDescription : public testing::TestWithParam<std::string> {
protected:
    const Settings settings_ = settings_for(GetParam());
    NumberPlan plan_;
    std::unique_ptr<Adapter> adapter_ = *make_declared(settings_, plan_);
    std::unique_ptr<Aggregator> aggregator_ = make_declared_aggregator(settings_);
    const Abilities can_ = adapter_->abilities();

    /// As it arrives, signed.
    std::vector<Inbound> decoded(Endpoint endpoint, HttpRequest request) const {
        const HttpRequest there = arrived(std::move(request));
        EXPECT_EQ(adapter_->forged(there, {}).value_or(""), "");
        const auto inbound = adapter_->decode(endpoint, there);
        EXPECT_TRUE(inbound) << inbound.error().field << " " << inbound.error().why;
        return inbound ? *inbound : std::vector<Inbound>{};
    }
    HttpRequest arrived(HttpRequest request) const {
        aggregator_->sign(request, "", {});
        std::string& target = request.target;
        if (target.starts_with("http"))
            target = target.substr(std::min(target.find('?'), target.size()));
        if (const auto mark = target.find('?'); mark != target.npos) {
            request.query = target.substr(mark + 1);
            target.erase(mark);
        }
        target = percent_decode(target, false);
        return request;
    }
};

TEST_P(EveryDescription, SpeaksWithItselfOnUssd) {
    if (!can_.ussd) return;
    std::set<std::string> keys;
    for (const std::vector<std::string>& inputs :
         {std::vector<std::string>{}, {"1"}, {"1", "1"}, {"1", "1", "a & \"b\" <c>"}}) {
        const HttpRequest hop = aggregator_->hop({"s-1", "+6281200000001", "*123#", inputs, ""});
        const auto inbound = decoded(Endpoint::ussd, hop);
        ASSERT_EQ(inbound.size(), 1U);
        const auto& turn = std::get<UssdTurn>(inbound.front());
        EXPECT_EQ(turn.session, "s-1");
        EXPECT_EQ(turn.from.e164(), "+6281200000001");
        EXPECT_EQ(turn.first, inputs.empty());
        if (!turn.cumulative) {
            EXPECT_EQ(turn.text, inputs.empty() ? "" : inputs.back());
        }
        EXPECT_EQ(turn.turn_key.empty(), !aggregator_->numbers_hops());
        EXPECT_TRUE(turn.turn_key.empty() || keys.insert(turn.turn_key).second) << turn.turn_key;
        for (const bool end : {false, true}) {
            for (const auto* text : {"Halo", "a\n<b> & \"c\" \\d {text}", " x ", "CON END"}) {
                const auto screen =
                    aggregator_->screen(adapter_->encode({text, end}, arrived(hop)));
                ASSERT_TRUE(screen) << screen.error().why;
                EXPECT_EQ(screen->text, text);
                EXPECT_EQ(screen->end, end);
            }
        }
    }
    const HttpRequest hung_up =
        aggregator_->hang_up({"s-1", "+6281200000001", "*123#", {"1"}, ""}, "Nama?");
    if (hung_up.method.empty()) return;
    const auto ended = decoded(Endpoint::ussd, hung_up);
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_EQ(std::get<UssdEnded>(ended.front()).session, "s-1");
}

TEST_P(EveryDescription, SpeaksWithItselfBySms) {
    if (can_.sms) {
        const auto inbound = decoded(
            Endpoint::sms, aggregator_->sms({"m-1", "+6281200000001", "20880", "A & <b>\n\"c\""}));
        ASSERT_EQ(inbound.size(), 1U);
        EXPECT_EQ(std::get<SmsIn>(inbound.front()).text, "A & <b>\n\"c\"");
        EXPECT_EQ(std::get<SmsIn>(inbound.front()).to, "20880");
    }
    if (!can_.send) return;
    for (const auto* text :
         {"Halo", "100% & = + \"<b>\" \\\n\xE2\x82\xAC", "\xE1\xA8\x80 \xF0\x9F\x98\x80"}) {
        const SmsOut sms{"jk-17", Msisdn::from_digits("6281200000001"), text};
        const auto taken = aggregator_->take(adapter_->compose(sms));
        ASSERT_TRUE(taken) << taken.error().why;
        EXPECT_EQ(taken->to, "+6281200000001");
        EXPECT_EQ(taken->text, text);
        const auto accepted = adapter_->interpret(sms, aggregator_->accept(*taken, "p-1"));
        ASSERT_TRUE(accepted) << accepted.error().detail;
        if (!can_.reports) continue;
        for (const auto state : {ReportState::sent, ReportState::delivered, ReportState::failed,
                                 ReportState::expired}) {
            const auto callback = aggregator_->report(*taken, "p-1", state);
            const auto inbound = decoded(callback.endpoint, callback.request);
            ASSERT_EQ(inbound.size(), 1U);
            const auto& report = std::get<DeliveryReport>(inbound.front());
            EXPECT_EQ(report.state, state);
            EXPECT_TRUE(report.id == accepted->id || report.key == sms.key);
        }
    }
}

TEST_P(EveryDescription, TakesNothingWithoutItsProof) {
    if (!can_.proves_sender) return;
    HttpRequest request = aggregator_->sms({"m-1", "+6281200000001", "20880", "x"});
    request.query.clear();
    request.target.clear();
    EXPECT_TRUE(adapter_->forged(request, {}));
    EXPECT_TRUE(adapter_->forged({}, {}));
}

INSTANTIATE_TEST_SUITE_P(All, EveryDescription,
                         testing::Values("declared/africastalking.yaml", "declared/8x8.yaml",
                                         "../tests/adapters/declared/xml.yaml",
                                         "../tests/adapters/declared/query.yaml",
                                         "../tests/adapters/declared/batch.yaml",
                                         "../tests/adapters/declared/mixed.yaml",
                                         "../tests/adapters/declared/json.yaml"),
                         [](const testing::TestParamInfo<std::string>& param) {
                             return "of_" + std::filesystem::path(param.param).stem().string();
                         });

// --- its parts ---

struct Glob {
    const char* pattern;
    const char* text;
    bool fits;
};

TEST(DeclaredPattern, HasStarsAndQuestionMarks) {
    const Glob rows[] = {
        {"", "", true},           {"", "x", false},          {"*", "", true},
        {"*", "anything", true},  {"?*", "", false},         {"?*", "x", true},
        {"20*", "201", true},     {"20*", "2", false},       {"*b*", "abc", true},
        {"*b*", "acd", false},    {"a*c", "abcbc", true},    {"a*c", "abcb", false},
        {"\\*1\\*", "*1*", true}, {"\\*1\\*", "111", false}, {"101", "101", true},
        {"101", "1011", false},   {"?", "ab", false},        {"**a", "ba", true},
    };
    for (const auto& row : rows)
        EXPECT_EQ(declared::fits(row.pattern, row.text), row.fits)
            << row.pattern << " " << row.text;
}

TEST(DeclaredTemplate, WritesAndReadsBack) {
    using declared::Escape;
    const declared::Vocabulary known{{"text", "end", "sender"}, "request."};
    const auto made = declared::Template::parse(
        R"({"m":"{text}"{?sender},"s":"{sender}"{/sender},"more":{^end}true{/end}{?end}false{/end}})",
        known);
    ASSERT_TRUE(made) << made.error().why;
    const auto rendered = [&](const std::string& sender, const std::string& end) {
        return made->render(
            [&](const std::string& name) {
                return name == "text" ? "a\"b\n" : name == "sender" ? sender : end;
            },
            Escape::json);
    };
    EXPECT_EQ(rendered("", ""), R"({"m":"a\"b\n","more":true})");
    EXPECT_EQ(rendered("X", "yes"), R"({"m":"a\"b\n","s":"X","more":false})");
    const auto captures = made->match(rendered("X", "yes"), Escape::json, {});
    ASSERT_TRUE(captures);
    EXPECT_EQ(captures->at("text"), "a\"b\n");
    EXPECT_EQ(captures->at("sender"), "X");
    EXPECT_EQ(captures->at("?end"), "yes");
    EXPECT_FALSE(made->match("{}", Escape::json, {}));
}

TEST(DeclaredTemplate, TellsWhatIsWrong) {
    const declared::Vocabulary known{{"text", "session"}, "request."};
    const std::pair<const char*, const char*> rows[] = {
        {"{txt}", "no placeholder {txt} here; did you mean 'text'?"},
        {"{request.}", "no placeholder {request.} here; write {{ for a brace itself"},
        {"{?text}a", "the section {?text} is not closed; write {/text} where it ends"},
        {"{/text}", "{/text} closes no open section"},
        {"{?text}{?session}{/text}", "{/text} closes no open section"},
        {"{text", "'{' without '}'; write {{ for a brace itself"},
    };
    for (const auto& [text, why] : rows) {
        const auto made = declared::Template::parse(text, known);
        ASSERT_FALSE(made) << text;
        EXPECT_EQ(made.error().why, why);
    }
    for (const auto* good : {"", "{{text}", "{ \"a\": {} }", "{request.a.b/@c}", "}"})
        EXPECT_TRUE(declared::Template::parse(good, known)) << good;
}

TEST(DeclaredTemplate, WritesUcs2InHexadecimal) {
    EXPECT_EQ(declared::hex_ucs2("A\xE2\x82\xAC\xF0\x9F\x98\x80"), "004120ACD83DDE00");
    EXPECT_EQ(declared::from_hex_ucs2("004120ACD83DDE00"), "A\xE2\x82\xAC\xF0\x9F\x98\x80");
}

// --- the page ---

const std::string& the_page() {
    static const std::string page =
        read_file(std::filesystem::path(JANGKAU_SOURCE_DIR) / "docs" / "adapters" / "declared.md");
    return page;
}

/// What stands between the first `begin` from `from` on and the next `end`.
std::string between(const std::string& begin, const std::string& end, std::size_t from = 0) {
    const auto at = the_page().find(begin, from);
    if (at == std::string::npos) return "";
    const auto inside = at + begin.size();
    return the_page().substr(inside, the_page().find(end, inside) - inside);
}

Yaml yaml_of(const std::string& text) {
    Problems problems;
    auto tree = menus::parse_yaml(text, "declared.md", problems);
    EXPECT_TRUE(tree && problems.empty()) << text;
    return tree ? *std::move(tree) : Yaml{};
}

/// The channel that the page prints, with the description that it prints.
Settings settings_of_the_page() {
    std::string lines;
    const Yaml channels = yaml_of("channels:\n" + between("```yaml\nchannels:\n", "```"));
    const Yaml::Entry& channel = channels.find("channels")->entries.at(0);
    for (const auto& [key, line, value] : channel.value.entries)
        if (key != "adapter" && key != "description")
            lines += key + " " +
                     (value.scalar.starts_with("${") ? key + "-invented" : value.scalar) + "\n";
    Settings settings = settings_from("channel " + channel.key + "\n" + lines);
    settings.description =
        std::make_shared<const Yaml>(yaml_of("name:" + between("```yaml\nname:", "```")));
    return settings;
}

// What the page shows is what is read.
TEST(DeclaredPage, ItsDescriptionIsProven) {
    Problems problems;
    const Settings settings = settings_of_the_page();
    EXPECT_TRUE(declared::described(*settings.description, "declared.md", problems));
    for (const Problem& problem : problems) ADD_FAILURE() << written(problem);
}

// The page's channel has what its description needs, and its curl is what they both expect.
TEST(DeclaredPage, ItsChannelAnswersItsCurl) {
    const Settings settings = settings_of_the_page();
    const NumberPlan plan;
    const auto made = make_declared(settings, plan);
    ASSERT_TRUE(made) << made.error().key << " " << made.error().why;
    const Adapter& adapter = **made;

    const std::string url = between("$ curl http://127.0.0.1:8080", " ");
    ASSERT_FALSE(settings.secret.empty());
    EXPECT_EQ(url, "/ussd/" + settings.channel + "/SECRET");
    const auto curl = the_page().find("$ curl ");
    HttpRequest request{.method = "POST"};
    request.headers.emplace_back("Content-Type", between("-H 'Content-Type: ", "'", curl));
    request.body = between("-d '", "'", curl);
    const auto inbound = adapter.decode(Endpoint::ussd, request);
    ASSERT_TRUE(inbound) << inbound.error().field << " " << inbound.error().why;
    const auto& turn = std::get<UssdTurn>(inbound->front());
    EXPECT_TRUE(turn.first);
    EXPECT_EQ(turn.session, "s-1");
    EXPECT_EQ(turn.code, "*123#");
    EXPECT_EQ(turn.text, "");
    const std::string answer = between("}'\n", "\n", curl);
    const std::string said = adapter.encode({"Selamat datang\n1. Daftar", false}, request).body;
    EXPECT_EQ(said, answer.substr(answer.find('{')));

    const SmsOut sms{"o-17", Msisdn::from_digits("6281200000001"), "Halo"};
    EXPECT_EQ(adapter.compose(sms).target,
              "https://api.telco.example/send?u=jangkau-demo&p=password-invented"
              "&to=6281200000001&text=Halo");
    const auto accepted = adapter.interpret(sms, {200, {}, "OK p-1"});
    ASSERT_TRUE(accepted) << accepted.error().detail;
    EXPECT_EQ(accepted->id, "p-1");
}

// A header cannot be split by what stands in it.
TEST(DeclaredTemplate, KeepsLinesOutOfHeaders) {
    EXPECT_EQ(declared::escaped("a\r\nX: b", declared::Escape::header), "aX: b");
}

// Descriptions are read by people's hands: whatever stands in them gives problems, never a crash.
TEST(DeclaredDescription, EveryLineOfItMayBeMissing) {
    for (const auto* name : {"config/declared/africastalking.yaml", "config/declared/8x8.yaml",
                             "tests/adapters/declared/query.yaml"}) {
        const std::string whole = read_file(std::filesystem::path(JANGKAU_SOURCE_DIR) / name);
        for (std::size_t begin = 0; begin < whole.size();) {
            const auto end = std::min(whole.find('\n', begin), whole.size() - 1) + 1;
            Problems problems;
            const auto tree =
                menus::parse_yaml(whole.substr(0, begin) + whole.substr(end), name, problems);
            if (tree && !declared::described(*tree, name, problems)) {
                EXPECT_FALSE(problems.empty());
            }
            for (const Problem& problem : problems) EXPECT_FALSE(problem.what.empty());
            begin = end;
        }
    }
}

// One request holds up the gateway only for a moment, whatever it says.
TEST(DeclaredBatch, HasAtMost2000Items) {
    const NumberPlan plan;
    const auto decoded = [&](const std::string& description, const std::string& type,
                             std::string begin, const std::string& item, std::size_t items,
                             const std::string& end) {
        for (std::size_t i = 0; i < items; ++i) begin += (i > 0 ? item : item.substr(1));
        HttpRequest request{.method = "POST"};
        request.headers.emplace_back("Content-Type", type);
        request.body = begin + end;
        const auto adapter = *make_declared(settings_for(description), plan);
        return adapter->decode(Endpoint::sms, request);
    };
    for (const std::size_t items : {2000U, 2001U}) {
        const auto json =
            decoded("../tests/adapters/declared/mixed.yaml", "application/json", "{\"results\":[",
                    ",{\"type\":\"x\"}", items, "],\"stopped\":[{\"msisdn\":\"6281200000002\"}]}");
        const auto xml = decoded("../tests/adapters/declared/xml.yaml", "text/xml", "<batch>",
                                 "\n<sms id=\"1\"/>", items, "</batch>");
        EXPECT_EQ(json.has_value(), items == 2000U);
        EXPECT_EQ(xml.has_value(), items == 2000U);
        if (json) {
            EXPECT_EQ(json->size(), 2001U);
        } else {
            EXPECT_EQ(json.error().field + " " + json.error().why, "results has too many items");
            EXPECT_EQ(xml.error().field + " " + xml.error().why, "batch/sms has too many items");
        }
    }
}

TEST(DeclaredBatch, ItsItemsShareTheHeaders) {
    HttpRequest request{.method = "POST"};
    request.headers.emplace_back("Content-Type", "application/json");
    request.headers.emplace_back("X-Id", "h-1");
    request.body = R"({"list":[{"a":"1"},{"a":"2","header:x-id":"forged"}]})";
    const auto messages = declared::read(request, declared::Format::json, "list");
    ASSERT_TRUE(messages);
    ASSERT_EQ(messages->size(), 2U);
    EXPECT_EQ(messages->back().get("a"), "2");
    EXPECT_EQ(messages->back().get("header:x-id"), "h-1");
    EXPECT_EQ(&messages->front().part("header:x-id"), &messages->back().part("header:x-id"));
}

TEST(DeclaredDescription, AHmacNeedsABody) {
    Problems problems;
    const auto tree = menus::parse_yaml(
        "check: {header:X-Sig: \"{hmac_sha256_hex}\"}\n"
        "requests: [{at: /sms, is: sms, format: query, from: f, text: t}]\n",
        "x.yaml", problems);
    EXPECT_FALSE(declared::described(*tree, "x.yaml", problems));
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems.front().line, 1);
}

// Who named a file that cannot be read is not told that he named none.
TEST(DeclaredDescription, AFileThatCannotBeReadIsNotMissing) {
    const NumberPlan plan;
    Settings settings;
    EXPECT_EQ(make_declared(settings, plan).error().why, "is missing");
    settings.description_file = "config/telco.yaml";
    const auto made = make_declared(settings, plan);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().key, "description");
    EXPECT_EQ(made.error().why, "cannot be read: config/telco.yaml");
    EXPECT_TRUE(made.error().in_description.empty());
}

// A name that everybody knows opens no listener, nor does a default such as "none".
TEST(DeclaredDescription, OnlyALongSecretProvesTheSender) {
    const auto proves = [](const std::string& check) {
        Problems problems;
        Settings settings;
        settings.username = "jangkau-demo-of-many-letters";
        settings.password = Secret("pass-of-16-chars");
        settings.api_key = Secret("key-of-15-chars");
        settings.description = std::make_shared<const Yaml>(
            *menus::parse_yaml("check: {header:X: \"" + check +
                                   "\"}\nrequests: [{at: /sms, is: sms, from: f, text: t}]\n",
                               "x.yaml", problems));
        const NumberPlan plan;
        return (*make_declared(settings, plan))->abilities().proves_sender;
    };
    EXPECT_TRUE(proves("{password}"));
    EXPECT_TRUE(proves("{basic}"));
    EXPECT_TRUE(proves("{api_key}:{password}"));
    EXPECT_FALSE(proves("{api_key}")) << "too short";
    EXPECT_FALSE(proves("{?password}fixed{/password}")) << "compares no secret";
    EXPECT_FALSE(proves("{username}"));
    EXPECT_FALSE(proves("fixed"));
    EXPECT_FALSE(proves("{auth_token}")) << "the channel has none";
    EXPECT_FALSE(proves("{hmac_sha256_hex}")) << "the channel has no auth_token";
}

TEST(DeclaredDescription, AShortSecretIsStillChecked) {
    Problems problems;
    Settings settings;
    settings.auth_token = Secret("none");
    settings.description = std::make_shared<const Yaml>(
        *menus::parse_yaml("check: {header:X: \"{auth_token}\"}\n"
                           "requests: [{at: /sms, is: sms, from: f, text: t}]\n",
                           "x.yaml", problems));
    const NumberPlan plan;
    const auto adapter = *make_declared(settings, plan);
    EXPECT_FALSE(adapter->abilities().proves_sender);
    HttpRequest request;
    EXPECT_TRUE(adapter->forged(request, {}));
    request.headers.emplace_back("X", "none");
    EXPECT_FALSE(adapter->forged(request, {}));
}

TEST(DeclaredDescription, ContinueAndEndMustBeToldApart) {
    Problems problems;
    const auto tree = menus::parse_yaml(
        "requests: [{at: /ussd, is: turn, session: s, from: f}]\n"
        "reply: {continue: \"{text}\", end: \"{text}\"}\n",
        "x.yaml", problems);
    EXPECT_FALSE(declared::described(*tree, "x.yaml", problems));
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(written(problems.front()),
              "x.yaml:2: error: reply: continue and end look alike; the provider could not tell "
              "whether the dialogue goes on");
}

}  // namespace
}  // namespace jangkau::tests
