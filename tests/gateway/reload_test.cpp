// A service that is changed while people use it.

#include "gateway/reload.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <future>

#include "adapters/registry.hpp"
#include "gateway/core/form.hpp"
#include "tests/support/config_copy.hpp"
#include "tests/support/local_line.hpp"

namespace jangkau::gateway {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const std::string kWorker = "+6281234500001";

Config loaded(const ConfigCopy& files, const std::vector<std::string>& set = {}) {
    ConfigOptions options;
    options.file = files.file();
    options.set = set;
    Problems problems;
    auto config = load_config(options, problems);
    for (const Problem& problem : problems) ADD_FAILURE() << written(problem);
    return config ? std::move(*config) : Config{};
}

/// Waits for what becomes of it.
ReloadReport reload(Reloader& reloader) {
    std::promise<ReloadReport> report;
    reloader.request([&](const ReloadReport& given) { report.set_value(given); });
    return report.get_future().get();
}

// --- dialogues ---

class Reloaded : public testing::Test {
protected:
    Reloaded()
        : line_("africastalking", {"menu=" + files_.path("menus/makassar")}),
          reloader_({[this](Problems& problems) { return load(problems); }, line_.config(),
                     line_.services(), line_.clock(), metrics_}) {}

    std::optional<Config> load(Problems& problems) {
        ConfigOptions options = options_for_reload(line_.config());
        return load_config(options, problems);
    }
    /// What Africa's Talking shows after it has sent `text`: all that was typed.
    /// Only its first line: the engine adds others.
    std::string hop(const std::string& session, const std::string& text) {
        Form form;
        for (const auto& [key, value] : {std::pair<std::string, std::string>{"sessionId", session},
                                         {"phoneNumber", kWorker},
                                         {"networkCode", "99999"},
                                         {"serviceCode", "*123*4567#"},
                                         {"text", text}})
            form.add(key, value);
        const std::string screen = post(adapters::Endpoint::ussd, form);
        return screen.substr(0, screen.find('\n'));
    }
    std::string answer_to_sms(const std::string& text) {
        Form form;
        for (const auto& [key, value] : {std::pair<std::string, std::string>{"id", text},
                                         {"from", kWorker},
                                         {"to", "20880"},
                                         {"text", text},
                                         {"date", "2026-11-23T01:00:00Z"}})
            form.add(key, value);
        (void)post(adapters::Endpoint::sms, form);
        const auto inbox = line_.inbox(kWorker, 0, 0ms);
        return inbox.empty() ? "" : inbox.back().text;
    }
    std::string post(adapters::Endpoint endpoint, const Form& form) {
        return line_
            .exchange(endpoint, {.method = "POST",
                                 .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                                 .body = form.encode()})
            .body;
    }

    ConfigCopy files_;
    LocalLine line_;
    Metrics metrics_;
    Reloader reloader_;
};

TEST_F(Reloaded, ADialogueEndsAsItBegan) {
    EXPECT_EQ(hop("old", "77"), "CON Number 1, screen 1");
    files_.number(2);
    // The third screen is gone, too.
    files_.replace(ConfigCopy::kMenu, "{choose: NUM2, options: {1: numbered_3}}",
                   "{choose: NUM2, options: {1: numbered_4}}");
    files_.replace(ConfigCopy::kMenu, "  numbered_3: {choose: NUM3, options: {1: numbered_4}}\n",
                   "");
    for (const char* language : {"menus/makassar/id.yaml", "menus/makassar/en.yaml"})
        files_.replace(language, "  NUM3: \"Number 2, screen 3\\n1 On\"\n", "");
    const ReloadReport report = reload(reloader_);
    ASSERT_TRUE(report.done) << written(report.problems.at(0));
    EXPECT_NE(report.revision, report.was);
    EXPECT_EQ(report.older_revisions, 1u);
    EXPECT_EQ(report.older_dialogues, 1u);
    EXPECT_THAT(report.at_next_start, IsEmpty());

    EXPECT_EQ(hop("new", "77"), "CON Number 2, screen 1");
    EXPECT_EQ(hop("old", "77*1"), "CON Number 1, screen 2");
    EXPECT_EQ(hop("new", "77*1"), "CON Number 2, screen 2");
    EXPECT_EQ(hop("old", "77*1*1"), "CON Number 1, screen 3");
    EXPECT_EQ(hop("new", "77*1*1"), "CON Number 2, screen 4");
    EXPECT_EQ(hop("old", "77*1*1*1"), "CON Number 1, screen 4");
    EXPECT_EQ(hop("old", "77*1*1*1*1"), "END Number 1, screen 5");
    EXPECT_EQ(line_.services().dialogues().with_other_than(report.revision, line_.clock().now()),
              0u);
    EXPECT_EQ(hop("next", "77"), "CON Number 2, screen 1");
}

TEST_F(Reloaded, EachOfManyRevisionsIsKept) {
    for (int i = 1; i <= 5; ++i) {
        files_.number(i);
        ASSERT_TRUE(reload(reloader_).done);
        EXPECT_THAT(hop(std::to_string(i), "77"), StartsWith("CON Number " + std::to_string(i)));
    }
    for (int i = 1; i <= 5; ++i)
        EXPECT_EQ(hop(std::to_string(i), "77*1"), "CON Number " + std::to_string(i) + ", screen 2");
}

TEST_F(Reloaded, ADialogueWhoseRevisionIsGoneGoesOnWithTheCurrentOne) {
    (void)hop("old", "77");
    files_.number(2);
    ASSERT_TRUE(reload(reloader_).done);
    line_.services().drop_idle(line_.clock().now() + 1h);
    EXPECT_EQ(hop("old", "77*1"), "CON Number 2, screen 1") << "what 1 means now, he has not seen";
    EXPECT_EQ(hop("old", "77*1*1"), "CON Number 2, screen 2");
}

TEST_F(Reloaded, ADialAnewBeginsWithTheCurrentOneWhateverItsId) {
    const auto nalo = [&](bool first, const std::string& typed) {
        const std::string body = R"({"USERID":"u","MSISDN":"6281234500001","NETWORK":"n",)"
                                 R"("USERDATA":")" +
                                 typed + R"(","MSGTYPE":)" + (first ? "true" : "false") + "}";
        return line_
            .exchange(
                {adapters::Settings{.channel = "nalo"},
                 adapters::find("nalo")->make_aggregator({})},
                adapters::Endpoint::ussd,
                {.method = "POST", .headers = {{"Content-Type", "application/json"}}, .body = body})
            .body;
    };
    EXPECT_THAT(nalo(true, "*123*4567*77#"), HasSubstr("Number 1, screen 1"));
    files_.number(2);
    ASSERT_TRUE(reload(reloader_).done);
    EXPECT_THAT(nalo(false, "1"), HasSubstr("Number 1, screen 2"));
    EXPECT_THAT(nalo(true, "*123*4567*77#"), HasSubstr("Number 2, screen 1"));
    EXPECT_THAT(nalo(false, "1"), HasSubstr("Number 2, screen 2"));
}

TEST_F(Reloaded, CountsNoDialogueThatTheProviderHasEnded) {
    (void)hop("1", "77");
    (void)hop("2", "77");
    Form form;
    form.add("sessionId", "1");
    form.add("status", "Incomplete");
    (void)line_.exchange(adapters::Endpoint::ussd,
                         {.method = "POST",
                          .target = "/events",
                          .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                          .body = form.encode()});
    files_.number(2);
    EXPECT_EQ(reload(reloader_).older_dialogues, 1u);
}

TEST_F(Reloaded, SmsAreAnsweredByTheCurrentOne) {
    EXPECT_EQ(answer_to_sms("NOMOR"), "Number 1 by SMS");
    (void)hop("old", "77");
    files_.number(2);
    ASSERT_TRUE(reload(reloader_).done);
    EXPECT_EQ(answer_to_sms("nomor"), "Number 2 by SMS");
}

TEST_F(Reloaded, IsRefusedWhole) {
    (void)hop("old", "77");
    const Services::Handle before = line_.services().current();
    files_.number(2);
    files_.replace(ConfigCopy::kMenu, "{choose: NUM2, options: {1: numbered_3}}",
                   "{choose: NUM2, options: {1: numbered_33}}");
    const ReloadReport report = reload(reloader_);
    EXPECT_FALSE(report.done);
    ASSERT_FALSE(report.problems.empty());
    EXPECT_THAT(
        written(report.problems[0]),
        testing::ContainsRegex("menu\\.yaml:[0-9]+: error: states/numbered_2.*numbered_33"));
    EXPECT_EQ(report.revision, before->menu.revision);
    EXPECT_EQ(report.was, before->menu.revision);
    EXPECT_EQ(line_.services().current(), before);
    EXPECT_FALSE(line_.services().older());
    EXPECT_EQ(hop("old", "77*1"), "CON Number 1, screen 2");
    EXPECT_EQ(hop("new", "77"), "CON Number 1, screen 1");
    EXPECT_THAT(metrics_.text(), testing::AllOf(HasSubstr("reloads_total{result=\"refused\"} 1"),
                                                HasSubstr("reloads_total{result=\"reloaded\"} 0")));

    files_.replace(ConfigCopy::kMenu, "numbered_33", "numbered_3");
    EXPECT_TRUE(reload(reloader_).done);
    EXPECT_THAT(hop("newer", "77"), HasSubstr("Number 2"));
}

TEST_F(Reloaded, OfTheSameFilesChangesNothing) {
    (void)hop("old", "77");
    const ReloadReport report = reload(reloader_);
    EXPECT_TRUE(report.done);
    EXPECT_EQ(report.revision, report.was);
    EXPECT_EQ(report.older_revisions, 0u);
    EXPECT_EQ(report.older_dialogues, 0u);
    EXPECT_EQ(hop("old", "77*1"), "CON Number 1, screen 2");
}

// --- what a reload leaves as it was ---

class ReloadOf : public testing::Test {
protected:
    /// What a reload says after `change` was made to a running gateway's files.
    ReloadReport after(const std::function<void()>& change, const ConfigOptions& given = {}) {
        ConfigOptions options = given;
        options.file = files_.file();
        Problems problems;
        const auto running = load_config(options, problems);
        if (!running) throw std::runtime_error(written(problems.at(0)));
        Services services(running->service, clock_.now());
        change();
        Reloader reloader(
            {[&](Problems& found) { return load_config(options_for_reload(*running), found); },
             *running, services, clock_, metrics_});
        return reload(reloader);
    }

    ConfigCopy files_;
    SystemClock clock_;
    Metrics metrics_;
};

TEST_F(ReloadOf, TellsWhatTakesEffectAtTheNextStart) {
    const ReloadReport report = after([&] {
        files_.replace("jangkau.yaml", "listen: 127.0.0.1:8080", "listen: 127.0.0.1:8090");
        files_.replace("jangkau.yaml", "turn_max: 8s", "turn_max: 7s");
        files_.replace("jangkau.yaml", "  name: Makassar Berjasa", "  name: Makassar Bekerja");
        files_.append("numbers.yaml", "# changed\n");
    });
    EXPECT_TRUE(report.done);
    EXPECT_NE(report.revision, report.was);
    EXPECT_THAT(report.at_next_start,
                ElementsAre("channels", "listen", "numbers (in channels and routes)"));
}

TEST_F(ReloadOf, CountsADescribedFormatToItsChannel) {
    const ReloadReport report = after([&] {
        files_.replace("declared/africastalking.yaml", "why: premium subscription", "why: premium");
    });
    EXPECT_EQ(report.revision, report.was);
    EXPECT_THAT(report.at_next_start, ElementsAre("channels"));
}

TEST_F(ReloadOf, TakesNoCommentForAChange) {
    const ReloadReport report =
        after([&] { files_.append("jangkau.yaml", "\n# nothing but words\n"); });
    EXPECT_EQ(report.revision, report.was);
    EXPECT_THAT(report.at_next_start, IsEmpty());
}

TEST_F(ReloadOf, KeepsWhatTheCommandLineSays) {
    ConfigOptions options;
    options.listen = "127.0.0.1:0";
    options.set = {"service.name=Uji"};
    const ReloadReport report = after(
        [&] {
            files_.replace("jangkau.yaml", "listen: 127.0.0.1:8080", "listen: 127.0.0.1:8090");
            files_.replace("jangkau.yaml", "  name: Makassar Berjasa", "  name: Other");
        },
        options);
    EXPECT_TRUE(report.done);
    EXPECT_EQ(report.revision, report.was);
    EXPECT_THAT(report.at_next_start, IsEmpty());
}

TEST_F(ReloadOf, ProvesForTheScreensOfTheRunningChannels) {
    const std::string long_text = "\"Number 1, screen 5" + std::string(150, '.') + '"';
    const ReloadReport report = after([&] {
        files_.replace("menus/makassar/id.yaml", "\"Number 1, screen 5\"", long_text);
        files_.replace("menus/makassar/en.yaml", "\"Number 1, screen 5\"", long_text);
    });
    EXPECT_FALSE(report.done);
    Config running = loaded(ConfigCopy());
    EXPECT_EQ(options_for_reload(running).screen_units, 160u);
    running.channels.begin()->second.screen_units = 100;
    EXPECT_EQ(options_for_reload(running).screen_units, 100u);
    Problems problems;
    EXPECT_FALSE(load_config(options_for_reload(running), problems));
}

// --- one at a time ---

class Asked : public testing::Test {
protected:
    Asked() : running_(shipped_config()), services_(running_.service, clock_.now()) {}

    Reloader::Parts parts(std::function<std::optional<Config>(Problems&)> load) {
        return {std::move(load), running_, services_, clock_, metrics_};
    }

    SystemClock clock_;
    Metrics metrics_;
    Config running_;
    Services services_;
};

TEST_F(Asked, WhoComesWhileOneRunsGetsTheNextOne) {
    std::atomic<int> loads{0};
    std::promise<void> began, go_on;
    Reloader reloader(parts([&](Problems&) -> std::optional<Config> {
        if (++loads == 1) {
            began.set_value();
            go_on.get_future().wait();
        }
        return running_;
    }));
    std::vector<std::promise<int>> at(4);
    const auto ask = [&](std::size_t i) {
        reloader.request([&, i](const ReloadReport&) { at[i].set_value(loads); });
    };
    ask(0);
    began.get_future().wait();
    ask(1);
    reloader.request({});  // a signal waits for no answer
    ask(2);
    go_on.set_value();
    EXPECT_EQ(at[0].get_future().get(), 1);
    EXPECT_EQ(at[1].get_future().get(), 2);
    EXPECT_EQ(at[2].get_future().get(), 2) << "both share one";
    ask(3);
    EXPECT_EQ(at[3].get_future().get(), 3);
}

TEST_F(Asked, EndsInTheMiddle) {
    std::promise<void> began;
    std::promise<void> go_on;
    std::atomic<int> loads{0};
    {
        Reloader reloader(parts([&](Problems&) -> std::optional<Config> {
            if (++loads == 1) {
                began.set_value();
                go_on.get_future().wait();
            }
            return std::nullopt;
        }));
        reloader.request({});
        began.get_future().wait();
        for (int i = 0; i < 10; ++i) reloader.request({});
        go_on.set_value();
    }
    EXPECT_LE(loads, 2) << "those who waited share one, if there is time for it";
    EXPECT_EQ(services_.current(), running_.service);
}

TEST_F(Asked, AFaultOfTheMachineIsARefusal) {
    Reloader reloader(parts([](Problems&) -> std::optional<Config> { throw std::bad_alloc(); }));
    const ReloadReport report = reload(reloader);
    EXPECT_FALSE(report.done);
    ASSERT_EQ(report.problems.size(), 1u);
    EXPECT_THAT(report.problems[0].what, HasSubstr("could not be loaded: "));
    EXPECT_EQ(services_.current(), running_.service);
}

TEST(ReloadReport, IsAnsweredInJson) {
    ReloadReport report;
    report.done = true;
    report.revision = 0xAB;
    report.was = 0xCD;
    report.menu = "clinic";
    report.states = 3;
    report.texts = 4;
    report.languages = 1;
    report.older_revisions = 2;
    report.older_dialogues = 5;
    report.at_next_start = {"listen"};
    EXPECT_EQ(answer_of(report).status, 200);
    EXPECT_EQ(answer_of(report).body,
              R"({"reloaded":true,"revision":"000000ab","was":"000000cd","menu":"clinic",)"
              R"("states":3,"texts":4,"languages":1,"older_revisions":2,"older_dialogues":5,)"
              R"("at_next_start":["listen"],"problems":[]})"
              "\n");
    report.done = false;
    report.problems = {{"menu.yaml", 7, "states/a", "wrong", Problem::Severity::error}};
    EXPECT_EQ(answer_of(report).status, 422);
    EXPECT_THAT(answer_of(report).body,
                HasSubstr(R"("problems":[{"severity":"error","file":"menu.yaml","line":7,)"
                          R"("path":"states/a","what":"wrong"}]})"));
}

}  // namespace
}  // namespace jangkau::gateway
