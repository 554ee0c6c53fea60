#include "gateway/config.hpp"

#include <gmock/gmock.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "gateway/config_values.hpp"

namespace jangkau::gateway {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::HasSubstr;

/// A copy of the shipped configuration that a test may spoil.
class ConfigTest : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = testing::TempDir() + "jangkau-config-XXXXXX";
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
        fs::copy(JANGKAU_SOURCE_DIR "/config", folder_, fs::copy_options::recursive);
    }
    void TearDown() override { fs::remove_all(folder_); }

    void replace(const std::string& file, const std::string& what, const std::string& with) {
        std::ifstream in(folder_ / file);
        std::string text(std::istreambuf_iterator<char>(in), {});
        const std::size_t at = text.find(what);
        ASSERT_NE(at, std::string::npos) << what << " is not in " << file;
        text.replace(at, what.size(), with);
        std::ofstream(folder_ / file) << text;
    }
    /// Every problem, a line each.
    std::string problems(const std::vector<std::string>& set = {},
                         const std::string& file = "jangkau.yaml") {
        Problems found;
        ConfigOptions options;
        options.file = folder_ / file;
        options.set = set;
        config_ = load_config(options, found);
        std::string all;
        for (const Problem& problem : found) all += written(problem) + "\n";
        const std::string prefix = folder_.string() + "/";
        for (std::size_t at = 0; (at = all.find(prefix)) != std::string::npos;)
            all.erase(at, prefix.size());
        return all;
    }

    fs::path folder_;
    std::optional<Config> config_;
};

TEST_F(ConfigTest, TheShippedOneIsGood) {
    EXPECT_EQ(problems(), "");
    ASSERT_TRUE(config_);
    EXPECT_EQ(config_->listen, "127.0.0.1:8080");
    EXPECT_EQ(config_->routes.otherwise, std::vector<std::string>{"simulator"});
    EXPECT_EQ(config_->service->settings.offer_timeout, 24h);
    EXPECT_EQ(config_->service->plan.country_code, "62");
}

TEST_F(ConfigTest, KeysStandInOnePlace) {
    EXPECT_EQ(problems({"store.key=${HOME}"}), "");
    EXPECT_EQ(config_->store.key, "${HOME}") << "read when the store is opened, not kept";
    EXPECT_THAT(problems({"store.key=${HOME}", "store.key_file=x"}),
                HasSubstr("store/key: and key_file cannot both be set"));
    EXPECT_FALSE(config_);
}

/// A service of another kind, which registers nobody: without Makassar's texts, prices and facts.
TEST_F(ConfigTest, TheClinicIsGood) {
    EXPECT_EQ(problems({}, "clinic.yaml"), "");
    ASSERT_TRUE(config_);
    EXPECT_TRUE(config_->service->prices.programmes.empty());
}

struct Spoilt {
    std::string name;
    std::string file;
    std::string what;
    std::string with;
    std::string says;
    std::string config = "jangkau.yaml";
};
class SpoiltConfig : public ConfigTest, public testing::WithParamInterface<Spoilt> {};
TEST_P(SpoiltConfig, IsRefusedWithThePlace) {
    const Spoilt& row = GetParam();
    replace(row.file, row.what, row.with);
    EXPECT_THAT(problems({}, row.config), HasSubstr(row.says));
    EXPECT_FALSE(config_);
}
INSTANTIATE_TEST_SUITE_P(
    Rows, SpoiltConfig,
    testing::Values(
        Spoilt{"clinic_without_busy", "menus/clinic/en.yaml", "  E11: ", "  X11: ",
               "menus/clinic/en.yaml:20: error: texts/E11: is missing: the program itself says it",
               "clinic.yaml"},
        Spoilt{"clinic_without_reminder", "menus/clinic/id.yaml",
               "  M06: ", "  X06: ", "id.yaml:21: error: texts/M06: is missing", "clinic.yaml"},
        Spoilt{"clinic_without_filed_text", "menus/clinic/menu.yaml", "with: FILED", "with: FILE",
               "id.yaml:21: error: texts/FILE: is missing", "clinic.yaml"},
        Spoilt{"clinic_files_what_nobody_asked", "menus/clinic/id.yaml", "FILED: \"{name}",
               "FILED: \"{nmae}", "texts/FILED: unknown placeholder {nmae}; did you mean 'name'?",
               "clinic.yaml"},
        Spoilt{"tickets_longer_than_texts_allow", "jangkau.yaml", "ticket_digits: 6",
               "ticket_digits: 8",
               "service/ticket_digits: the menu's placeholders/ticket must have 9 digits"},
        Spoilt{"clinic_that_registers", "menus/clinic/menu.yaml", "do: note, with: call",
               "do: request_call", "service/areas: the menu has no list 'areas'", "clinic.yaml"},
        Spoilt{"clinic_that_registers_without_prices", "menus/clinic/menu.yaml",
               "do: note, with: call", "do: request_call",
               "service/sponsored_programme: no programme 'basic' in the prices", "clinic.yaml"},
        Spoilt{"clinic_that_registers_without_texts", "menus/clinic/menu.yaml",
               "do: note, with: call", "do: request_call", "texts/M05: is missing", "clinic.yaml"},
        Spoilt{"a_key_in_the_file", "jangkau.yaml", "  key: \"\"         # ${NA",
               "  key: a1b2c3  # ${NA",
               "store/key: must be ${NAME}, a variable of the environment"},
        Spoilt{"a_key_by_default", "jangkau.yaml", "  key: \"\"         # ${NA",
               "  key: \"${HOME:-a1b2}\"  # ${NA",
               "store/key: must be ${NAME}, a variable of the environment"},
        Spoilt{"a_key_that_is_not_set", "jangkau.yaml", "  key: \"\"         # ${NA",
               "  key: \"${NO_SUCH_KEY}\"  # ${NA",
               "store/key: the environment has no variable NO_SUCH_KEY"},
        Spoilt{"no_prices", "jangkau.yaml", "prices: prices.yaml", "prices: \"\"",
               "service/sponsored_programme: no programme 'basic' in the prices"},
        Spoilt{"unknown_key", "jangkau.yaml", "listen:", "lisen:",
               "jangkau.yaml:8: error: lisen: unknown key; did you mean 'listen'?"},
        Spoilt{"unknown_key_below", "jangkau.yaml", "offer_timeout", "ofer_timeout",
               "referral/ofer_timeout: unknown key"},
        Spoilt{"no_such_adapter", "jangkau.yaml", "  africastalking:\n", "  africastalkin:\n",
               "no adapter 'africastalkin'; did you mean 'africastalking'?"},
        Spoilt{"bad_duration", "jangkau.yaml", "turn_max: 8s", "turn_max: eight",
               "must be a time such as 500ms"},
        Spoilt{"bad_number", "jangkau.yaml", "registrations_per_day: 10",
               "registrations_per_day: ten", "must be a whole number from 1 to 10000, not 'ten'"},
        Spoilt{"too_many_revisions", "jangkau.yaml", "revisions_max: 8", "revisions_max: 1001",
               "reload/revisions_max: must be a whole number from 0 to 1000, not '1001'"},
        Spoilt{"no_time_for_dialogues", "jangkau.yaml", "dialogue_idle_max: 10m",
               "dialogue_idle_max: 0s", "reload/dialogue_idle_max: '0s' is too short"},
        Spoilt{"bad_zone", "jangkau.yaml", "zone: WITA", "zone: MARS",
               "must be WIB, WITA, WIT or an offset"},
        Spoilt{"bad_network", "jangkau.yaml", "127.0.0.0/8", "127.0.0.0/99",
               "is no address and no network"},
        Spoilt{"route_to_nowhere", "jangkau.yaml", "default: [simulator]", "default: [simulater]",
               "no channel 'simulater'; did you mean 'simulator'?"},
        Spoilt{"route_to_one_that_cannot_send", "jangkau.yaml", "default: [simulator]",
               "default: [simulator, comviva]",
               "routes/default: the channel 'comviva' cannot send SMS"},
        Spoilt{"no_default_route", "jangkau.yaml", "default: [simulator]", "default: []",
               "routes/default: needs at least one channel to send through"},
        Spoilt{"route_without_channels", "jangkau.yaml", "default: [simulator]",
               "default: [simulator]\n  one: {to: [Telkomsel]}",
               "routes/one: needs at least one channel to send through"},
        Spoilt{"route_of_an_unknown_channel", "jangkau.yaml", "default: [simulator]",
               "default: [simulator]\n  one: {to: [Telkomsel], channels: [simulater]}",
               "routes/one: no channel 'simulater'; did you mean 'simulator'?"},
        Spoilt{"route_without_numbers", "jangkau.yaml", "default: [simulator]",
               "default: [simulator]\n  one: {channels: [simulator]}",
               "routes/one/to: needs an operator or a prefix"},
        Spoilt{"route_with_an_unknown_key", "jangkau.yaml", "default: [simulator]",
               "default: [simulator]\n  one: {to: [Tri], channel: [simulator]}",
               "routes/one/channel: unknown key; did you mean 'channels'?"},
        Spoilt{"no_such_operator", "jangkau.yaml", "default: [simulator]",
               "default: [simulator]\n  one: {to: [Telkomsell], channels: [simulator]}",
               "'Telkomsell' is no operator of the numbers' file and no prefix such as +62811; did "
               "you mean 'Telkomsel'?"},
        Spoilt{"prefix_with_letters", "jangkau.yaml", "default: [simulator]",
               "default: [simulator]\n  one: {to: [08x1], channels: [simulator]}",
               "'08x1' is no operator of the numbers' file and no prefix such as +62811"},
        Spoilt{"prefix_that_may_be_either", "jangkau.yaml", "default: [simulator]",
               "default: [simulator]\n  one: {to: [\"811\"], channels: [simulator]}",
               "'811' is no operator of the numbers' file and no prefix such as +62811"},
        Spoilt{"prefix_without_digits", "jangkau.yaml", "default: [simulator]",
               "default: [simulator]\n  one: {to: [\"+\"], channels: [simulator]}",
               "'+' is no operator of the numbers' file and no prefix such as +62811"},
        Spoilt{"bad_rate", "jangkau.yaml", "    turn_max: 8s",
               "    turn_max: 8s\n    per_second: fast",
               "channels/africastalking/per_second: must be a whole number from 0 to 100000, not "
               "'fast'"},
        Spoilt{"none_in_flight", "jangkau.yaml", "    turn_max: 8s",
               "    turn_max: 8s\n    in_flight_max: 0",
               "channels/africastalking/in_flight_max: must be a whole number from 1 to 1000, not "
               "'0'"},
        Spoilt{"retry_first_longer_than_retry_max", "jangkau.yaml", "  retry_max: 1h",
               "  retry_max: 1s", "outbox/retry_first: is longer than retry_max"},
        Spoilt{"pause_first_longer_than_pause_max", "jangkau.yaml", "    pause_max: 5m",
               "    pause_max: 5s", "outbox/breaker/pause_first: is longer than pause_max"},
        Spoilt{"no_time_to_send", "jangkau.yaml", "  send_max: 15s", "  send_max: 0s",
               "outbox/send_max: '0s' is too short"},
        Spoilt{"age_in_minutes", "jangkau.yaml", "  age_max: 48h", "  age_max: 90m",
               "outbox/age_max: must be in whole hours"},
        Spoilt{"channel_twice_in_a_route", "jangkau.yaml", "  default: [simulator]",
               "  default: [simulator, simulator]",
               "routes/default: has the channel 'simulator' twice"},
        Spoilt{"prefix_of_two_routes", "jangkau.yaml", "  default: [simulator]",
               "  default: [simulator]\n  a: {to: [XL], channels: [simulator]}\n"
               "  b: {to: [\"0817\"], channels: [simulator]}",
               "routes/b: the prefix +62817 is already that of the route 'a'"},
        Spoilt{"bad_repeat_window", "jangkau.yaml", "    turn_max: 8s",
               "    turn_max: 8s\n    repeat_window: 500ms",
               "channels/africastalking/repeat_window: must be in whole seconds"},
        Spoilt{"breaker_that_never_closes", "jangkau.yaml", "    failures: 5", "    failures: 0",
               "outbox/breaker/failures: must be a whole number from 1 to 1000, not '0'"},
        Spoilt{"unknown_key_of_the_breaker", "jangkau.yaml", "    failures: 5", "    failure: 5",
               "outbox/breaker/failure: unknown key; did you mean 'failures'?"},
        Spoilt{"bad_age", "jangkau.yaml", "age_max: 48h", "age_max: old",
               "outbox/age_max: must be a time such as 500ms"},
        Spoilt{"no_service_name", "jangkau.yaml", "  name: Makassar Berjasa",
               "  nam: Makassar Berjasa", "service/name: is missing"},
        Spoilt{"long_service_name", "jangkau.yaml", "name: Makassar Berjasa",
               "name: Makassar Berbagi Jaminan Sosial",
               "septets with service = 'Makassar Berbagi Jaminan Sosial'"},
        Spoilt{"broken_yaml", "jangkau.yaml", "service:", "service: [", "not YAML"},
        Spoilt{"twice", "jangkau.yaml", "admin: 127.0.0.1:8081",
               "admin: 127.0.0.1:8081\nadmin: 127.0.0.1:8082",
               "'admin' stands here twice; first in line"},
        Spoilt{"missing_file", "jangkau.yaml", "prices: prices.yaml", "prices: price.yaml",
               "price.yaml'"},
        Spoilt{"menu_dangling", "menus/makassar/menu.yaml",
               "6: language, 7:", "6: languag, 7:", "no state 'languag'; did you mean 'language'?"},
        Spoilt{"menu_unknown_action", "menus/makassar/menu.yaml", "do: check_nik", "do: chek_nik",
               "no action 'chek_nik'; did you mean 'check_nik'?"},
        Spoilt{"menu_outcome_forgotten", "menus/makassar/menu.yaml", "named: read_back, ", "",
               "the outcome 'named' leads nowhere"},
        Spoilt{"text_missing", "menus/makassar/en.yaml",
               "  U13:", "  U13X:", "language 'en' has no text U13"},
        Spoilt{
            "text_too_long", "menus/makassar/id.yaml", "Ketik nama lengkap persis seperti di KTP.",
            "Ketik nama lengkap persis seperti di KTP, tanpa gelar, tanpa singkatan, dengan huruf "
            "besar atau kecil, boleh dengan tanda petik atau titik, dan periksa sekali lagi.",
            "texts/U13: id: 190 of 160 septets; shorten it by 30"},
        Spoilt{"text_not_gsm", "menus/makassar/id.yaml", "Ketik nama lengkap persis",
               "Ketik nama lengkap p\xC3\xAArsis", "forces UCS-2"},
        Spoilt{"text_unknown_placeholder", "menus/makassar/id.yaml", "Tiket {ticket}. Agen PERISAI",
               "Tiket {tiket}. Agen PERISAI",
               "unknown placeholder {tiket}; did you mean 'ticket'?"},
        Spoilt{"option_without_line", "menus/makassar/id.yaml", "    3 Rincian\n", "",
               "has no line '3 ...'"}),
    [](const auto& row) { return row.param.name; });

TEST_F(ConfigTest, RefusesAnOpenListenerWithAnUnprotectedChannel) {
    replace("jangkau.yaml", "    allow: [127.0.0.0/8, \"::1\"]\n    screen_units",
            "    screen_units");
    EXPECT_EQ(problems(), "") << "on loopback nobody else can call";
    EXPECT_THAT(problems({"listen=0.0.0.0:8080"}),
                HasSubstr("channels/africastalking: is reachable from outside"));
    EXPECT_EQ(problems({"listen=0.0.0.0:8080", "channels.africastalking.secret=unguessable"}), "");
}

struct Change {
    std::string name;
    std::string file;
    std::string what;
    std::string with;
    bool of_the_service;
};
class ChangedConfig : public ConfigTest, public testing::WithParamInterface<Change> {};
TEST_P(ChangedConfig, HasItsOwnRevisionWhereTheServiceChanges) {
    const Change& row = GetParam();
    ASSERT_EQ(problems(), "");
    const std::uint32_t before = config_->service->menu.revision;
    const auto fixed = config_->fixed;
    EXPECT_NE(before, 0u);
    ASSERT_EQ(problems(), "");
    EXPECT_EQ(config_->service->menu.revision, before) << "the same files";
    replace(row.file, row.what, row.with);
    ASSERT_EQ(problems(), "");
    EXPECT_EQ(config_->service->menu.revision != before, row.of_the_service);
    if (row.of_the_service && row.file != "numbers.yaml") {
        EXPECT_EQ(config_->fixed, fixed);
    }
}
INSTANTIATE_TEST_SUITE_P(
    Rows, ChangedConfig,
    testing::Values(
        Change{"menu", "menus/makassar/menu.yaml", "menu: makassar", "menu: gowa", true},
        Change{"text", "menus/makassar/en.yaml", "texts:\n", "texts:\n  # a note\n", true},
        Change{"list", "data/makassar-areas.csv", "Lembo", "Lembu", true},
        Change{"prices", "prices.yaml", "\n", "\n# a note\n", true},
        Change{"facts", "facts.yaml", "\n", "\n# a note\n", true},
        Change{"numbers", "numbers.yaml", "\n", "\n# a note\n", true},
        Change{"setting", "jangkau.yaml", "draft_days: 14", "draft_days: 13", true},
        Change{"patience", "jangkau.yaml", "offer_reminder: 12h", "offer_reminder: 11h", true},
        Change{"comment", "jangkau.yaml", "# by one phone", "# by a phone", false},
        Change{"channel", "jangkau.yaml", "turn_max: 8s", "turn_max: 7s", false},
        Change{"address", "jangkau.yaml", "listen: 127.0.0.1:8080", "listen: 127.0.0.1:8090",
               false}),
    [](const auto& row) { return row.param.name; });

TEST_F(ConfigTest, ASettingOfTheCommandLineIsPartOfTheRevision) {
    ASSERT_EQ(problems(), "");
    const std::uint32_t before = config_->service->menu.revision;
    ASSERT_EQ(problems({"service.draft_days=13"}), "");
    EXPECT_NE(config_->service->menu.revision, before);
}

TEST_F(ConfigTest, FindsTheDataFolderWhereNothingElseIsRight) {
    Problems found;
    ConfigOptions options;
    options.file = folder_ / "jangkau.yaml";
    replace("jangkau.yaml", "data: data", "data: elsewhere");
    replace("jangkau.yaml", "service:\n", "servic:\n");
    EXPECT_EQ(find_data_folder(options, found), "elsewhere");
    replace("jangkau.yaml", "data: elsewhere", "");
    EXPECT_EQ(find_data_folder(options, found), "data") << "the default";
    options.set = {"data=set"};
    EXPECT_EQ(find_data_folder(options, found), "set");
    options.data = "given";
    EXPECT_EQ(find_data_folder(options, found), "given");
    EXPECT_TRUE(found.empty());
    options = {};
    options.file = folder_ / "none.yaml";
    EXPECT_FALSE(find_data_folder(options, found));
    EXPECT_EQ(found.size(), 1u);
}

/// The codes of the languages, and how many one may choose from.
std::string languages_of(const Config& config) {
    const menus::Menu& menu = config.service->menu;
    std::string out;
    for (const menus::Language& language : menu.languages) out += language.code + " ";
    std::size_t offered = 0;
    for (const auto& [name, node] : menu.nodes)
        for (const menus::Option& option : node.options) offered += option.set.contains("language");
    return out + std::to_string(offered);
}

TEST_F(ConfigTest, HidesDraftLanguagesUntilTheyAreWanted) {
    EXPECT_EQ(problems(), "");
    ASSERT_TRUE(config_);
    EXPECT_EQ(languages_of(*config_), "id en 2");
    EXPECT_EQ(problems({"service.draft_languages=true"}), "");
    ASSERT_TRUE(config_);
    EXPECT_EQ(languages_of(*config_), "id en mak bug 4");
    // Facts have no words of a draft: it has those of the language that it falls back to.
    EXPECT_EQ(flows::longest_settings_vars(*config_->service, "mak"),
              flows::longest_settings_vars(*config_->service, "id"));
}

TEST_F(ConfigTest, TakesValuesFromTheCommandLine) {
    EXPECT_EQ(problems({"channels.africastalking.api_base=http://127.0.0.1:9",
                        "routes.default=[africastalking,simulator]", "service.nudge_after=20m"}),
              "");
    ASSERT_TRUE(config_);
    EXPECT_EQ(config_->channels.at("africastalking").settings.api_base, "http://127.0.0.1:9");
    EXPECT_EQ(config_->routes.otherwise, (std::vector<std::string>{"africastalking", "simulator"}));
    EXPECT_EQ(config_->service->settings.nudge_after, 20min);
    EXPECT_THAT(problems({"nothing"}), HasSubstr("must have the form key.path=value"));
    EXPECT_THAT(problems({"listen.port=1"}), HasSubstr("lies below a value"));
    EXPECT_THAT(problems({"servic.name=x"}), HasSubstr("unknown key; did you mean 'service'?"));
}

TEST_F(ConfigTest, ReadsRoutesByOperatorAndPrefix) {
    replace(
        "jangkau.yaml", "default: [simulator]",
        "default: [simulator]\n"
        "  red: {to: [Tri, \"0811\", \"+62812\", +255], channels: [africastalking, simulator]}\n"
        "  rest: {to: [\"+62\"], channels: [simulator]}");
    ASSERT_EQ(problems(), "");
    const Routes& routes = config_->routes;
    EXPECT_EQ(routes.otherwise, std::vector<std::string>{"simulator"});
    ASSERT_EQ(routes.routes.size(), 2U);
    EXPECT_EQ(routes.routes[0].name, "red");
    EXPECT_EQ(routes.routes[0].prefixes,
              (std::vector<std::string>{"62895", "62896", "62897", "62898", "62899", "62811",
                                        "62812", "255"}));
    EXPECT_EQ(routes.routes[0].channels, (std::vector<std::string>{"africastalking", "simulator"}));
    EXPECT_EQ(routes.routes[1].prefixes, std::vector<std::string>{"62"});
}

TEST_F(ConfigTest, ReadsHowFastAChannelSends) {
    ASSERT_EQ(problems(), "");
    const ChannelConfig shipped = config_->channels.at("africastalking");
    EXPECT_EQ(shipped.send.per_second, 20);
    EXPECT_EQ(shipped.send.in_flight_max, 8U);
    EXPECT_EQ(shipped.repeat_window, 2s);
    ASSERT_EQ(
        problems({"channels.africastalking.per_second=0", "channels.africastalking.in_flight_max=3",
                  "channels.africastalking.repeat_window=4s"}),
        "");
    const ChannelConfig set = config_->channels.at("africastalking");
    EXPECT_EQ(set.send.per_second, 0);
    EXPECT_EQ(set.send.in_flight_max, 3U);
    EXPECT_EQ(set.repeat_window, 4s);
}

TEST_F(ConfigTest, ReadsTheOutboxAndItsBreaker) {
    ASSERT_EQ(problems(), "");
    EXPECT_EQ(config_->outbox.age_max, 48h);
    EXPECT_EQ(config_->outbox.breaker.failures, 5U);
    ASSERT_EQ(
        problems({"outbox.breaker.failures=9", "outbox.breaker.pause_first=3s",
                  "outbox.breaker.pause_max=10m", "outbox.age_max=3d", "outbox.in_flight_max=40"}),
        "");
    EXPECT_EQ(config_->outbox.breaker.failures, 9U);
    EXPECT_EQ(config_->outbox.breaker.pause_first, 3s);
    EXPECT_EQ(config_->outbox.breaker.pause_max, 10min);
    EXPECT_EQ(config_->outbox.age_max, 72h);
    EXPECT_EQ(config_->outbox.in_flight_max, 40U);
}

TEST_F(ConfigTest, TakesSecretsFromTheEnvironmentAndFiles) {
    std::ofstream(folder_ / "key") << "from-the-file\n";
    ::setenv("JANGKAU_TEST_KEY", "from-the-environment", 1);
    EXPECT_EQ(problems({"channels.africastalking.api_key=${JANGKAU_TEST_KEY}"}), "");
    EXPECT_EQ(config_->channels.at("africastalking").settings.api_key.reveal(),
              "from-the-environment");
    EXPECT_EQ(problems({"channels.africastalking.api_key=file:key"}), "");
    EXPECT_EQ(config_->channels.at("africastalking").settings.api_key.reveal(), "from-the-file");
    EXPECT_EQ(problems({"channels.africastalking.api_key=${JANGKAU_TEST_NONE:-fallback}"}), "");
    EXPECT_EQ(config_->channels.at("africastalking").settings.api_key.reveal(), "fallback");
    EXPECT_THAT(problems({"channels.africastalking.api_key=${JANGKAU_TEST_NONE}"}),
                HasSubstr("the environment has no variable JANGKAU_TEST_NONE"));
    EXPECT_THAT(problems({"channels.africastalking.api_key=file:nowhere"}),
                HasSubstr("cannot read the file"));
}

struct Allowed {
    std::string name;
    std::string address;
    Networks allow;
    bool may;
};
class Allow : public testing::TestWithParam<Allowed> {};
TEST_P(Allow, ComparesNetworks) {
    EXPECT_EQ(address_allowed(GetParam().address, GetParam().allow), GetParam().may);
}
INSTANTIATE_TEST_SUITE_P(
    Addresses, Allow,
    testing::Values(Allowed{"no_list", "8.8.8.8", {}, true},
                    Allowed{"the_same", "10.0.0.1", {"10.0.0.1"}, true},
                    Allowed{"another", "10.0.0.2", {"10.0.0.1"}, false},
                    Allowed{"in_the_network", "10.1.2.3", {"10.0.0.0/8"}, true},
                    Allowed{"beside_the_network", "11.1.2.3", {"10.0.0.0/8"}, false},
                    Allowed{"odd_bits", "192.168.3.200", {"192.168.2.0/23"}, true},
                    Allowed{"odd_bits_beside", "192.168.4.1", {"192.168.2.0/23"}, false},
                    Allowed{"second_of_list", "::1", {"127.0.0.0/8", "::1"}, true},
                    Allowed{"v6_network", "2001:db8::5", {"2001:db8::/32"}, true},
                    Allowed{"v4_is_not_v6", "127.0.0.1", {"::1"}, false},
                    Allowed{"unix_socket", "unix:budi", {"127.0.0.0/8"}, true},
                    Allowed{"no_address", "somewhere", {"127.0.0.0/8"}, false}),
    [](const auto& row) { return row.param.name; });

TEST(Duration, HasAUnit) {
    EXPECT_EQ(parse_duration("500ms"), 500ms);
    EXPECT_EQ(parse_duration("7d"), 7 * 24h);
    for (const char* bad : {"", "5", "s", "-1s", "1.5h", "5 m", "5w", "99999999999s"})
        EXPECT_FALSE(parse_duration(bad)) << bad;
}

}  // namespace
}  // namespace jangkau::gateway
