#include "adapters/registry.hpp"

#include <gtest/gtest.h>

#include <set>

#include "gateway/core/calendar.hpp"
#include "gateway/core/form.hpp"

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

constexpr std::string_view kNow = "2026-11-23T01:00:00Z";

class EveryAdapter : public testing::TestWithParam<std::string> {
protected:
    const Settings settings_ = settings_from(read_file(folder_of(GetParam()) / "settings.txt"));
    std::unique_ptr<Adapter> adapter_ = recorded_adapter(GetParam());
    std::unique_ptr<Aggregator> aggregator_ = find(GetParam())->make_aggregator(settings_);
    const Abilities can_ = adapter_->abilities();
    const Time now_ = *parse_iso_time(kNow);

    /// What arrives when the aggregator sends `request`, signed for its path.
    HttpRequest arrived(Endpoint endpoint, HttpRequest request) const {
        static constexpr std::string_view kPaths[] = {"/ussd/", "/sms/", "/dlr/"};
        std::string url = request.target;
        std::string base(kPaths[static_cast<std::size_t>(endpoint)]);
        base += settings_.channel;
        if (url.starts_with("http")) {
            url = url.substr(std::min(url.find('/', url.find("://") + 3), url.size()));
        } else {
            url = base + url;
        }
        aggregator_->sign(request, url, now_);
        const auto mark = std::min(url.find('?'), url.size());
        request.path = url.substr(0, mark);
        request.query = mark == url.size() ? "" : url.substr(mark + 1);
        EXPECT_TRUE(request.path.starts_with(base)) << request.path;
        request.target = percent_decode(request.path.substr(base.size()), false);
        request.peer = "127.0.0.1";
        return request;
    }
    Result<std::vector<Inbound>, BadRequest> decoded(Endpoint endpoint, HttpRequest request) const {
        const HttpRequest there = arrived(endpoint, std::move(request));
        const auto forged = adapter_->forged(there, now_);
        EXPECT_FALSE(forged) << forged.value_or("");
        return adapter_->decode(endpoint, there);
    }
};

TEST_P(EveryAdapter, HasItsFolderOfRecordedExchanges) {
    EXPECT_FALSE(recordings(GetParam()).empty())
        << "no recorded exchange in " << folder_of(GetParam())
        << ": write what the provider sends, first a good request (tests/adapters/README.md)";
}

TEST_P(EveryAdapter, HasItsPageAndItsReadyChannel) {
    const std::filesystem::path root = JANGKAU_SOURCE_DIR;
    const std::string page = read_file(root / "docs" / "adapters" / (GetParam() + ".md"));
    EXPECT_NE(page.find("## Settings"), std::string::npos) << "docs/adapters: ## Settings";
    if (!find(GetParam())->local) {
        EXPECT_NE(page.find("## How sure this is"), std::string::npos)
            << "docs/adapters: ## How sure this is";
    }
    EXPECT_NE(page.find("channels:"), std::string::npos) << "docs/adapters: an example";
    EXPECT_NE(read_file(root / "config" / "jangkau.yaml").find("\n  " + GetParam() + ":\n"),
              std::string::npos)
        << "config/jangkau.yaml";
}

TEST_P(EveryAdapter, HasAGoodAndABadRecordingOfWhatItCanDo) {
    std::set<std::string> good;
    std::set<std::string> bad;
    for (const auto& file : recordings(GetParam())) {
        const Exchange exchange = parse_exchange(read_file(file));
        for (std::size_t i = 0; i + 1 < exchange.parts.size(); ++i) {
            const Part& part = exchange.parts[i];
            const std::string& meaning = exchange.parts[i + 1].body;
            if (part.title == "they ask") {
                if (meaning.starts_with("forged")) bad.insert("signature");
                auto& heap = meaning.starts_with("bad request") ? bad : good;
                heap.insert(meaning.substr(0, meaning.find('\n')));
                heap.insert("endpoint " + std::to_string(static_cast<int>(endpoint_of(part))));
            }
            if (part.title == "they answer")
                (meaning.starts_with("accepted") ? good : bad).insert("send");
        }
    }
    const auto write = [](const char* file, const char* what) {
        return "write " + (folder_of(GetParam()) / file).string() + ": " + what;
    };
    const auto bad_request_at = [&](Endpoint endpoint) {
        return bad.contains("endpoint " + std::to_string(static_cast<int>(endpoint)));
    };
    if (can_.ussd) {
        EXPECT_TRUE(good.contains("turn"))
            << write("ussd_dialogue.txt", "a POST or GET /ussd that means a turn");
        EXPECT_TRUE(bad_request_at(Endpoint::ussd))
            << write("ussd_bad_fields.txt", "a request to /ussd that means a bad request");
    }
    if (can_.sms) {
        EXPECT_TRUE(good.contains("sms"))
            << write("sms.txt", "a request to /sms that means an SMS");
        EXPECT_TRUE(bad_request_at(Endpoint::sms))
            << write("sms_bad_fields.txt", "a request to /sms that means a bad request");
    }
    if (can_.reports) {
        EXPECT_TRUE(good.contains("report"))
            << write("reports.txt", "a request to /dlr that means a report");
        EXPECT_TRUE(bad_request_at(Endpoint::report))
            << write("reports_bad_fields.txt", "a request to /dlr that means a bad request");
    }
    if (can_.send) {
        EXPECT_TRUE(good.contains("send"))
            << write("send_accepted.txt", "an SMS that we send and they accept");
        EXPECT_TRUE(bad.contains("send"))
            << write("send_refused.txt", "an SMS that we send and they do not accept");
    }
    if (can_.proves_sender) {
        EXPECT_TRUE(bad.contains("signature"))
            << write("forged.txt", "a request that is not theirs, so it means forged");
    }
}

TEST_P(EveryAdapter, ReadsWhatItsAggregatorSays) {
    if (!can_.ussd) return;
    const std::vector<std::vector<std::string>> dialogue = {
        {}, {"1"}, {"1", "Daeng Sitti"}, {"1", "Daeng Sitti", "100% & = + #\n\xC3\xA9"}};
    std::set<std::string> keys;
    std::string token;
    for (const auto& inputs : dialogue) {
        Hop hop{"s-1", "+6281200000001", "*384*7788#", inputs, token};
        const auto inbound = decoded(Endpoint::ussd, aggregator_->hop(hop));
        ASSERT_TRUE(inbound) << inbound.error().field << " " << inbound.error().why;
        ASSERT_EQ(inbound->size(), 1U);
        const auto& turn = std::get<UssdTurn>(inbound->front());
        EXPECT_FALSE(turn.session.empty());
        EXPECT_EQ(turn.from.e164(), hop.from);
        if (inputs.empty()) {
            EXPECT_EQ(turn.code, hop.code);
        }
        std::string text;
        for (const auto& input : inputs) {
            text = turn.cumulative && &input != &inputs.front() ? text + "*" + input : input;
        }
        EXPECT_EQ(turn.text, text);
        EXPECT_EQ(turn.first, inputs.empty());
        EXPECT_EQ(turn.turn_key.empty(), !aggregator_->numbers_hops());
        if (!turn.turn_key.empty()) {
            EXPECT_TRUE(keys.insert(turn.turn_key).second) << turn.turn_key;
        }
        const auto again = decoded(Endpoint::ussd, aggregator_->hop(hop));
        ASSERT_TRUE(again);
        EXPECT_EQ(std::get<UssdTurn>(again->front()).turn_key, turn.turn_key);
        EXPECT_EQ(std::get<UssdTurn>(again->front()).session, turn.session);
        const auto screen = aggregator_->screen(
            adapter_->encode({"Lanjut", false}, arrived(Endpoint::ussd, aggregator_->hop(hop))));
        ASSERT_TRUE(screen) << screen.error().why;
        token = screen->token;
    }
}

TEST_P(EveryAdapter, KeepsTwoPhonesApart) {
    if (!can_.ussd) return;
    const auto session = [&](const std::string& id, const std::string& from) {
        return std::get<UssdTurn>(
                   decoded(Endpoint::ussd, aggregator_->hop({id, from, "*384*7788#", {}, ""}))
                       ->front())
            .session;
    };
    EXPECT_NE(session("s-1", "+6281200000001"), session("s-2", "+6281200000002"));
}

TEST_P(EveryAdapter, ShowsItsAggregatorTheSameScreen) {
    if (!can_.ussd) return;
    const HttpRequest asked =
        arrived(Endpoint::ussd, aggregator_->hop({"s-1", "+6281200000001", "*384*7788#", {}, ""}));
    for (const auto* text :
         {"Halo", "Selamat datang\n1. Daftar\n\n0. Kembali", "CON END", " x ", "<&>\"'\\"}) {
        for (const bool end : {false, true}) {
            const auto screen = aggregator_->screen(adapter_->encode({text, end}, asked));
            ASSERT_TRUE(screen) << screen.error().why;
            EXPECT_EQ(screen->text, text);
            EXPECT_EQ(screen->end, end);
        }
    }
}

TEST_P(EveryAdapter, RefusesInAWayThatItsAggregatorNotices) {
    const HttpRequest asked =
        can_.ussd
            ? arrived(Endpoint::ussd,
                      aggregator_->hop({"s-1", "+6281200000001", "*384*7788#", {}, ""}))
            : arrived(Endpoint::sms, aggregator_->sms({"m-1", "+6281200000001", "20880", "A"}));
    const HttpResponse refused = adapter_->refuse({"field", "is missing"}, asked);
    EXPECT_NE(refused.body.find("field is missing"), std::string::npos);
    EXPECT_FALSE(aggregator_->screen(refused));
    EXPECT_GE(adapter_->acknowledge().status, 200);
    EXPECT_LT(adapter_->acknowledge().status, 300);
}

TEST_P(EveryAdapter, HearsItsAggregatorHangUp) {
    if (!can_.ussd) return;
    Hop hop{"s-1", "+6281200000001", "*384*7788#", {}, ""};
    const auto first = decoded(Endpoint::ussd, aggregator_->hop(hop));
    const auto screen = aggregator_->screen(
        adapter_->encode({"Nama?", false}, arrived(Endpoint::ussd, aggregator_->hop(hop))));
    ASSERT_TRUE(first && screen);
    hop.token = screen->token;
    const HttpRequest request = aggregator_->hang_up(hop, "Nama?");
    if (request.method.empty()) return;  // this provider does not tell
    const auto inbound = decoded(Endpoint::ussd, request);
    ASSERT_TRUE(inbound) << inbound.error().field << " " << inbound.error().why;
    EXPECT_EQ(std::get<UssdEnded>(inbound->front()).session,
              std::get<UssdTurn>(first->front()).session);
}

TEST_P(EveryAdapter, ReadsTheSmsOfItsAggregator) {
    if (!can_.sms) return;
    const PhoneSms sent{"m-1", "+6281200000001", "20880", "DAFTAR a+b & \xE2\x82\xAC\n2"};
    const auto inbound = decoded(Endpoint::sms, aggregator_->sms(sent));
    ASSERT_TRUE(inbound) << inbound.error().field << " " << inbound.error().why;
    const auto& sms = std::get<SmsIn>(inbound->front());
    EXPECT_EQ(sms.id, sent.id);
    EXPECT_EQ(sms.from.e164(), sent.from);
    EXPECT_EQ(sms.to, sent.to);
    EXPECT_EQ(sms.text, sent.text);
}

// What is sent is taken by the provider's API, its answer is understood, and its report finds the
// SMS again.
TEST_P(EveryAdapter, SendsWhatItsAggregatorTakesAndReports) {
    if (!can_.send) return;
    for (const auto* text : {"Halo", "a+b & = % <\"'>\n\xE2\x82\xAC \xC3\xA9", "\xE1\xA8\x80"}) {
        const SmsOut sms{"jk-17-9f3a2b1c", Msisdn::from_digits("6281200000001"), text};
        const HttpRequest first = adapter_->compose(sms);
        const HttpRequest second = adapter_->compose(sms);
        EXPECT_EQ(first.target, second.target);
        EXPECT_EQ(first.headers, second.headers);
        EXPECT_EQ(first.body, second.body);
        EXPECT_FALSE(first.method.empty());
        if (find(GetParam())->local) continue;
        const auto taken = aggregator_->take(first);
        ASSERT_TRUE(taken) << taken.error().why;
        EXPECT_EQ(taken->to, sms.to.e164());
        EXPECT_EQ(taken->text, sms.text);
        const auto accepted = adapter_->interpret(sms, aggregator_->accept(*taken, "p-1"));
        ASSERT_TRUE(accepted) << accepted.error().detail;
        if (!can_.reports) continue;
        for (const auto state : {ReportState::sent, ReportState::delivered, ReportState::failed,
                                 ReportState::expired}) {
            auto callback = aggregator_->report(*taken, "p-1", state);
            if (callback.request.method.empty()) continue;  // it has no such state
            const auto inbound = decoded(callback.endpoint, callback.request);
            ASSERT_TRUE(inbound) << inbound.error().field << " " << inbound.error().why;
            const auto& report = std::get<DeliveryReport>(inbound->front());
            EXPECT_EQ(report.state, state);
            EXPECT_TRUE((!accepted->id.empty() && report.id == accepted->id) ||
                        report.key == sms.key)
                << report.id << " " << report.key;
        }
    }
}

// No answer of a provider that was cut or changed is taken for acceptance unless all that makes it
// one is still there.
TEST_P(EveryAdapter, TakesNoOtherProvidersPageForAcceptance) {
    if (!can_.send) return;
    const SmsOut sms{"jk-17-9f3a2b1c", Msisdn::from_digits("6281200000001"), "Halo"};
    for (const auto* body : {"", "{}", "[]", "<html>OK</html>", "{\"messages\":[]}", "null"}) {
        for (const int status : {200, 201, 202, 302, 400, 401, 404, 429, 500, 502, 503}) {
            if (find(GetParam())->local && status < 300) continue;
            const auto sent = adapter_->interpret(sms, {status, {}, body});
            EXPECT_FALSE(sent) << status << " " << body;
        }
    }
}

// Every way of cutting a good request short gives a value or a refusal that names a field.
TEST_P(EveryAdapter, SurvivesRequestsCutAnywhere) {
    const Hop hop{"s-1", "+6281200000001", "*384*7788#", {}, ""};
    for (const HttpRequest& whole :
         {aggregator_->hop(hop),
          aggregator_->sms({"m-1", "+6281200000001", "20880", "\xC3\xA9"})}) {
        for (std::size_t length = 0; length <= whole.body.size(); ++length) {
            HttpRequest request = whole;
            request.body.resize(length);
            for (const auto endpoint : {Endpoint::ussd, Endpoint::sms, Endpoint::report}) {
                const auto inbound = adapter_->decode(endpoint, request);
                EXPECT_TRUE(inbound || !inbound.error().field.empty());
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Registered, EveryAdapter, testing::ValuesIn(names()),
                         [](const testing::TestParamInfo<std::string>& param) {
                             std::string name = param.param;  // "8x8" is no name of C++
                             return "of_" + name;
                         });

}  // namespace
}  // namespace jangkau::tests
