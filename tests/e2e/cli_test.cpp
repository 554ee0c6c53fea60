// The commands as a person types them, against the real program.

#include <gmock/gmock.h>

#include <regex>

#include "tests/e2e/gateway_fixture.hpp"

namespace jangkau {
namespace {

using testing::HasSubstr;

const char* const kConfig = "--config=" JANGKAU_SOURCE_DIR "/config/jangkau.yaml";

struct Usage {
    std::string name;
    std::vector<std::string> arguments;
    int code;
    std::string says;
};
class Command : public GatewayTest, public testing::WithParamInterface<Usage> {};
TEST_P(Command, AnswersWithoutAGateway) {
    const Ran ran = command(GetParam().arguments);
    EXPECT_EQ(ran.code, GetParam().code) << ran.out << ran.err;
    EXPECT_THAT(ran.out + ran.err, HasSubstr(GetParam().says));
}
INSTANTIATE_TEST_SUITE_P(
    Rows, Command,
    testing::Values(
        Usage{"version", {"--version"}, 0, "jangkau "}, Usage{"help", {"--help"}, 0, "serve"},
        Usage{"help_of_a_command", {"dial", "--help"}, 0, "--from"},
        Usage{"nothing", {}, 2, "subcommand is required"},
        Usage{"no_such_command", {"dail"}, 2, "no command 'dail'; did you mean 'dial'?"},
        Usage{"check_of_nothing",
              {"check", "--config", "/nowhere.yaml"},
              2,
              "cannot read the configuration"},
        Usage{
            "graph_of_a_flow", {"graph", kConfig, "--flow", "info"}, 0, "data-state=\"info_jkk\""},
        Usage{"graph_for_graphviz",
              {"graph", kConfig, "--format", "dot", "--language", "en", "--from", "help"},
              0,
              "digraph \"makassar\""},
        Usage{"graph_of_no_flow", {"graph", kConfig, "--flow", "infos"}, 2, "no flow 'infos'"},
        Usage{"graph_in_no_format", {"graph", kConfig, "--format", "png"}, 2, "svg"},
        Usage{"dial_without_gateway",
              {"dial", "*1#", "--url", "http://127.0.0.1:9"},
              1,
              "no gateway answers"},
        Usage{"sms_without_gateway",
              {"sms", "BANTUAN", "--from", "081234500001", "--url", "http://127.0.0.1:9"},
              2,
              "no gateway answers"},
        Usage{"sms_from_no_number", {"sms", "BANTUAN", "--from", "12"}, 2, "12"},
        Usage{"dial_over_no_channel", {"dial", "*1#", "--channel", "nobody"}, 2, "nobody"},
        Usage{"script_of_nothing", {"script", "/nowhere.dialog"}, 2, "/nowhere.dialog"}),
    [](const auto& row) { return row.param.name; });

TEST_F(GatewayTest, ChecksTheShippedConfiguration) {
    const Ran ran =
        command({"check", "--strict", "--config", JANGKAU_SOURCE_DIR "/config/jangkau.yaml"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(ran.err, "");
    EXPECT_THAT(ran.out, HasSubstr("good."));
}

TEST_F(GatewayTest, DialsFromATerminalToTheTicketAndOnBySms) {
    start();
    ASSERT_EQ(operate({"agents", "import",
                       file("agents.csv",
                            "agent_id,name,msisdn,kelurahan\nP01,ANDI BASO,081234500021,Lembo\n"),
                       "--apply"})
                  .code,
              0);
    const Ran dial = command({"dial", "*123*4567#", "--from", "081234500001", "--url", url_},
                             "1\n7371010503800003\nSITI AMINAH\nLembo\n3\n2\n1\n");
    EXPECT_EQ(dial.code, 0) << dial.out << dial.err;
    std::smatch ticket;
    ASSERT_TRUE(std::regex_search(dial.out, ticket, std::regex("Terkirim. Tiket ([0-9]{7})")))
        << dial.out;

    const Ran yes =
        command({"sms", "YA " + ticket[1].str(), "--from", "081234500021", "--url", url_});
    EXPECT_EQ(yes.code, 0) << yes.err;
    EXPECT_THAT(yes.out, HasSubstr("milik Anda: SITI AMINAH, HP 081234500001"));
    const Ran status =
        command({"sms", "STATUS", "--from", "081234500001", "--url", url_, "--json"});
    EXPECT_THAT(status.out, HasSubstr("Diurus agen"));

    const Ran show = operate({"enrollments", "show", ticket[1].str()});
    EXPECT_EQ(show.code, 0) << show.err;
    EXPECT_THAT(show.out, HasSubstr("with_agent"));
    EXPECT_THAT(show.out, testing::Not(HasSubstr("7371010503800003")));
}

TEST_F(GatewayTest, OperatorsCommandsWorkWhileNoGatewayRuns) {
    const std::string agents =
        file("agents.csv", "agent_id,name,msisdn,kelurahan\nP01,ANDI BASO,081234500021,Lembo\n");
    const Ran trial = operate({"agents", "import", agents});
    EXPECT_EQ(trial.code, 0) << trial.err;
    EXPECT_THAT(trial.out, HasSubstr("1 new"));
    EXPECT_THAT(operate({"agents", "list"}).out, testing::Not(HasSubstr("P01")))
        << "a trial changes nothing";
    EXPECT_EQ(operate({"agents", "import", agents, "--apply"}).code, 0);
    EXPECT_THAT(operate({"agents", "list"}).out, HasSubstr("P01"));
    EXPECT_THAT(operate({"agents", "import", agents, "--apply"}).out,
                HasSubstr("0 new, 0 changed, 1 same"));
    const Ran bad =
        operate({"agents", "import",
                 file("bad.csv", "agent_id,name,msisdn,kelurahan\nP02,X,12,Lembo\n"), "--apply"});
    EXPECT_EQ(bad.code, 1);
    EXPECT_THAT(bad.out + bad.err, HasSubstr("bad.csv:2"));
}

TEST_F(GatewayTest, PlaysADialogueFileOverHttp) {
    start();
    const std::string dialogue =
        file("help.dialog",
             "phone worker new\n\nworker dials *123*4567#\n> Daftar jaminan sosial: {...}\n"
             "> 1 Setuju & daftar\n> 2 Menu lain\n> 3 Rincian\n> 0 Keluar\nworker types 0\n= "
             "Terima kasih. Hubungi *123*4567# kapan "
             "saja.\nworker sends BANTUAN\nworker gets\n> Perintah: {...}\n");
    const Ran good = command({"script", dialogue, "--url", url_, "--tap"});
    EXPECT_EQ(good.code, 0) << good.out << good.err;
    EXPECT_THAT(good.out, HasSubstr("ok 1"));
    EXPECT_EQ(command({"script", dialogue, "--url", url_, "--channel", "africastalking"}).code, 0);
    const Ran wrong = command(
        {"script",
         file("wrong.dialog", "phone worker new\nworker dials *123*4567#\n> Something else\n"),
         "--url", url_});
    EXPECT_EQ(wrong.code, 1);
    EXPECT_THAT(wrong.out, HasSubstr("wrong.dialog:3"));
}

}  // namespace
}  // namespace jangkau
