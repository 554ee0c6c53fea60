#include "gateway/operator.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

#include "gateway/app.hpp"
#include "gateway/control.hpp"
#include "gateway/progress.hpp"
#include "gateway/table.hpp"
#include "tests/gateway/live_server.hpp"
#include "tests/gateway/shipped_config.hpp"
#include "tests/support/case_name.hpp"

namespace jangkau::gateway {
namespace {

using namespace std::chrono_literals;
using flows::Enrollment;

constexpr int kDone = 0;
constexpr int kRefused = 1;
constexpr int kNotAsked = 2;

const std::string kAgents =
    "agent_id,name,msisdn,kelurahan,max_open\n"
    "A01,SITI AMINAH,081200000901,Antang,20\n"
    "A02,BUDI,081200000902,Barana|Antang,\n";

class OperatorTest : public testing::Test {
protected:
    OperatorTest() {
        std::string name = testing::TempDir() + "jangkau-XXXXXX";
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
        folder_ = name;
        config_.data = folder_ + "/data";
    }
    ~OperatorTest() override {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    std::string file(const std::string& name, const std::string& text) {
        std::ofstream(folder_ + "/" + name, std::ios::binary) << text;
        return folder_ + "/" + name;
    }
    [[nodiscard]] OperatorContext context() {
        out_.str("");
        err_.str("");
        return {config_, json_, terminal_, out_, err_};
    }
    /// What was printed, with the test's folder cut away.
    [[nodiscard]] std::string out() const { return without_folder(out_.str()); }
    [[nodiscard]] std::string err() const { return without_folder(err_.str()); }

    void import_agents() {
        ASSERT_EQ(agents_import(context(), file("agents.csv", kAgents), true), kDone) << err();
    }
    /// One worker whose ticket waits for BPJS-TK.
    void put_worker() {
        Enrollment one{.ticket = Ticket::from_number(7),
                       .owner = Msisdn::from_digits("6281200000007")};
        one.nik = *Nik::parse("7371014503850003");
        one.name = "ABDUL\x1b[2J RAHMAN";
        one.kelurahan = "7371121004";
        one.programme = "basic";
        one.language = "id";
        one.status = flows::Status::sponsored;
        one.created = one.changed = *parse_iso_time("2026-11-21T16:30:00Z");
        open_store(config_)->run([&](sessions::Unit& unit) { unit.put(one); });
    }

    Config config_ = shipped_config();
    bool json_ = false;
    bool terminal_ = false;
    std::string folder_;

private:
    [[nodiscard]] std::string without_folder(std::string text) const {
        for (std::size_t at = text.find(folder_); at != text.npos; at = text.find(folder_)) {
            text.erase(at, folder_.size() + 1);
        }
        return text;
    }

    std::ostringstream out_;
    std::ostringstream err_;
};

TEST_F(OperatorTest, ATrialSaysSoAndLeavesNothingBehind) {
    EXPECT_EQ(agents_import(context(), file("agents.csv", kAgents), false), kDone);
    EXPECT_EQ(out(),
              "2 new, 0 changed, 0 same, 0 bad\n"
              "Nothing was changed: this was a trial. Add --apply to do it.\n");
    EXPECT_FALSE(std::filesystem::exists(config_.data));
}

TEST_F(OperatorTest, AnImportIsAppliedAndFoundAgain) {
    EXPECT_EQ(agents_import(context(), file("agents.csv", kAgents), true), kDone);
    EXPECT_EQ(out(), "2 new, 0 changed, 0 same, 0 bad\nApplied.\n");
    EXPECT_EQ(err(), "note: data had no store; there is a new one now\n");
    EXPECT_EQ(agents_import(context(), file("agents.csv", kAgents), true), kDone);
    EXPECT_EQ(out(), "0 new, 0 changed, 2 same, 0 bad\nApplied.\n");
    EXPECT_EQ(err(), "");
}

TEST_F(OperatorTest, BadRowsAreNamedByFileAndLine) {
    const std::string path =
        file("agents.csv", kAgents + "A03,NUR,0812,Antang,\nA01,NUR,081200000903,Antang,\n");
    EXPECT_EQ(agents_import(context(), path, true), kRefused);
    EXPECT_EQ(out(),
              "2 new, 0 changed, 0 same, 2 bad\n"
              "agents.csv:4: phone number '0812' has too few or too many digits\n"
              "agents.csv:5: agent_id 'A01' stands in line 2 already\n"
              "Nothing was changed: a file is taken whole or not at all. Correct the bad rows "
              "first.\n");
    EXPECT_EQ(agents_list(context()), kDone);
    EXPECT_EQ(out().find("A01"), std::string::npos);
}

TEST_F(OperatorTest, ManyBadRowsAreCutShort) {
    std::string text = "nik,desil,as_of\n";
    for (int i = 0; i < 140; ++i) text += "123,4,2026-09-30\n";
    EXPECT_EQ(eligibility_import(context(), file("list.csv", text), false), kRefused);
    EXPECT_NE(out().find("list.csv:101: "), std::string::npos);
    EXPECT_EQ(out().find("list.csv:102: "), std::string::npos);
    EXPECT_NE(out().find("\nand 40 more\n"), std::string::npos);
}

TEST_F(OperatorTest, JsonIsTheAnswerItself) {
    json_ = true;
    EXPECT_EQ(agents_import(context(), file("agents.csv", kAgents + "A03,,,,\n"), true), kRefused);
    EXPECT_EQ(out(), R"({"new":2,"changed":0,"same":0,"bad":[{"line":4,"why":"name is empty"}],)"
                     R"("applied":false})"
                     "\n");
}

TEST_F(OperatorTest, AgentsAreListedAndSet) {
    import_agents();
    EXPECT_EQ(agents_set(context(), "A02", {{"on_leave", "1"}, {"max_open", "3"}}), kDone) << err();
    EXPECT_EQ(agents_list(context()), kDone);
    EXPECT_EQ(
        out(),
        "agent  name         phone          open  of  on leave  left  held  last offer  kelurahan\n"
        "-----  -----------  -------------  ----  --  --------  ----  ----  ----------  "
        "--------------\n"
        "A01    SITI AMINAH  +62812****901  0     20  no        no    no                Antang\n"
        "A02    BUDI         +62812****902  0     3   yes       no    no                Barana, "
        "Antang\n");
}

TEST_F(OperatorTest, APinIsSetAndNotShown) {
    import_agents();
    EXPECT_EQ(agents_set(context(), "A02", {{"pin", "4711"}}), kDone) << err();
    EXPECT_EQ(out().find("4711"), std::string::npos);
    EXPECT_EQ(agents_set(context(), "A02", {{"pin", "47"}}), kRefused);
    EXPECT_NE(err().find("a PIN has 4 to 6 digits"), std::string::npos) << err();
}

TEST_F(OperatorTest, TheReportOnAgentsSaysWhatToLookAt) {
    import_agents();
    open_store(config_)->run([](sessions::Unit& unit) {
        for (unsigned number = 1; number <= 20; ++number)
            unit.add(flows::Incident{"done", "A02", Ticket::from_number(number).text(),
                                     *parse_iso_time("2026-11-03T02:00:00Z")});
        for (unsigned number = 1; number <= 2; ++number)
            unit.add(flows::Incident{"false", "A02", Ticket::from_number(number).text(),
                                     *parse_iso_time("2026-11-04T02:00:00Z")});
    });
    EXPECT_EQ(agents_report(context(), {{"month", "2026-11"}}), kDone) << err();
    EXPECT_NE(out().find("A02    BUDI  0       0      20    10"), std::string::npos) << out();
    EXPECT_NE(out().find("! A02: 2 of 20 workers said SALAH\n"), std::string::npos) << out();
    EXPECT_EQ(agents_report(context(), {{"month", "november"}}), kRefused);
}

TEST_F(OperatorTest, RegistrationsAreListedInTheZoneWithoutControlCharacters) {
    put_worker();
    EXPECT_EQ(enrollments_list(context(), {{"kelurahan", "Antang"}}), kDone) << err();
    EXPECT_NE(out().find(Ticket::from_number(7).text() + "  sponsored"), std::string::npos)
        << out();
    EXPECT_NE(out().find("ABDUL [2J RAHMAN  ............0003  +62812****007  Antang     "
                         "22-11-2026 00.30\n"),
              std::string::npos)
        << out();
}

TEST_F(OperatorTest, TheDeskListsWhatWasFiledAndWhatIsInDoubt) {
    put_worker();
    const Time at = *parse_iso_time("2026-11-21T16:30:00Z");
    open_store(config_)->run([&](sessions::Unit& unit) {
        unit.add(flows::DeskNote{std::string(flows::kFiled), Msisdn::from_digits("6281200000007"),
                                 "1234567", at, "SITI: Bidan, Senin\x1b[2J 08.00"});
        auto doubtful = *unit.enrollment(Ticket::from_number(7));
        doubtful.status = flows::Status::needs_check;
        unit.put(doubtful);
    });
    EXPECT_EQ(desk_list(context()), kDone) << err();
    EXPECT_EQ(out(),
              "since             kind   ticket   phone         text\n"
              "----------------  -----  -------  ------------  ----------------------------\n"
              "22-11-2026 00.30  filed  1234567  081200000007  SITI: Bidan, Senin [2J 08.00\n"
              "\n"
              "To check:\n"
              "since             ticket   name              phone         kelurahan\n"
              "----------------  -------  ----------------  ------------  ---------\n"
              "22-11-2026 00.30  0000076  ABDUL [2J RAHMAN  081200000007  Antang\n");
    json_ = true;
    EXPECT_EQ(desk_list(context()), kDone) << err();
    EXPECT_NE(out().find("\"text\":\"SITI: Bidan"), std::string::npos) << out();
}

TEST_F(OperatorTest, ShowTellsOneRegistration) {
    put_worker();
    const std::string ticket = Ticket::from_number(7).text();
    EXPECT_EQ(enrollments_show(context(), ticket), kDone) << err();
    EXPECT_NE(out().find("nik               ............0003\n"), std::string::npos) << out();
    EXPECT_NE(out().find("phone             +6281200000007\n"), std::string::npos) << out();
    EXPECT_EQ(out().find("7371014503850003"), std::string::npos);
}

TEST_F(OperatorTest, ResultsComeBackAndTheExportHasWholeNiks) {
    put_worker();
    const std::string results =
        file("results.csv", "tiket;kpj;aktif_sejak\n" + Ticket::from_number(7).text() +
                                ";12345678901;01-11-2026\n");
    EXPECT_EQ(enrollments_import_results(context(), results, true), kDone);
    EXPECT_EQ(out(), "1 new, 0 changed, 0 same, 0 bad\nApplied.\n");
    EXPECT_EQ(enrollments_export(context(), {{"status", "active"}, {"reason", "BPJS-TK"}}), kDone);
    EXPECT_TRUE(out().starts_with("NIK,")) << out();
    EXPECT_NE(out().find("\n7371014503850003,"), std::string::npos) << out();
}

// --- what cannot be asked, or is refused ---

struct FailingCase {
    const char* name;
    std::function<int(const OperatorContext&)> command;
    int code;
    std::string err;  ///< part of it
};

class OperatorFails : public OperatorTest, public testing::WithParamInterface<FailingCase> {};

TEST_P(OperatorFails, WithASentence) {
    import_agents();
    EXPECT_EQ(GetParam().command(context()), GetParam().code) << out();
    EXPECT_NE(err().find(GetParam().err), std::string::npos) << err();
    EXPECT_TRUE(err().ends_with('\n'));
}

INSTANTIATE_TEST_SUITE_P(
    Operator, OperatorFails,
    testing::Values(
        FailingCase{"no such file",
                    [](const auto& c) { return agents_import(c, "/nowhere/agents.csv", false); },
                    kNotAsked, "cannot read /nowhere/agents.csv: No such file or directory"},
        FailingCase{"a folder as file",
                    [](const auto& c) { return eligibility_import(c, "/tmp", true); }, kNotAsked,
                    "cannot read /tmp: no file"},
        FailingCase{"an unknown agent", [](const auto& c) { return agents_set(c, "A09", {}); },
                    kRefused, "there is no agent 'A09'"},
        FailingCase{"nothing to set", [](const auto& c) { return agents_set(c, "A01", {}); },
                    kRefused, "nothing to set was given"},
        FailingCase{"a phone that is taken",
                    [](const auto& c) {
                        return agents_set(c, "A01", {{"msisdn", "+6281200000902"}});
                    },
                    kRefused, "belongs to agent A02"},
        FailingCase{"an unknown status",
                    [](const auto& c) {
                        return enrollments_list(c, {{"status", "aktif"}});
                    },
                    kRefused, "there is no status 'aktif'"},
        FailingCase{"an unknown place in the export",
                    [](const auto& c) {
                        return enrollments_export(c, {{"kelurahan", "Atlantis"}, {"reason", "x"}});
                    },
                    kRefused, "no kelurahan is called 'Atlantis'"},
        FailingCase{"a ticket that is none",
                    [](const auto& c) { return enrollments_show(c, "12"); }, kRefused, "7 to 9 digits"},
        FailingCase{
            "an unknown ticket",
            [](const auto& c) { return enrollments_show(c, Ticket::from_number(5).text()); },
            kRefused, "there is no ticket"}),
    case_name<FailingCase>);

TEST_F(OperatorTest, AFolderWithoutStoreIsNoEmptyStore) {
    EXPECT_EQ(agents_list(context()), kNotAsked);
    EXPECT_EQ(err(),
              "there is no store in data yet; name the right folder with --data, or start the "
              "gateway\n");
    EXPECT_FALSE(std::filesystem::exists(config_.data));
}

TEST_F(OperatorTest, AStoreInMemoryIsNobodyElses) {
    config_.store.kind = "memory";
    EXPECT_EQ(agents_list(context()), kNotAsked);
    EXPECT_NE(err().find("store.kind is memory"), std::string::npos);
}

TEST_F(OperatorTest, AStoreOfAnotherProcessWithoutSocketIsSaidSo) {
    import_agents();
    const auto owner = open_store(config_);
    EXPECT_EQ(agents_list(context()), kNotAsked);
    EXPECT_TRUE(
        err().starts_with("another jangkau process owns data, but its socket "
                          "data/control.sock does not answer (it is not there); "))
        << err();
}

TEST_F(OperatorTest, ASocketThatADeadGatewayLeftIsPassedBy) {
    import_agents();
    std::ofstream(control_socket(config_)) << "";
    EXPECT_EQ(agents_list(context()), kDone) << err();
}

TEST_F(OperatorTest, ALostKeyIsSaidSo) {
    import_agents();
    std::filesystem::remove(config_.data + "/key");
    EXPECT_EQ(agents_list(context()), kNotAsked);
    EXPECT_NE(err().find("data/key is missing"), std::string::npos) << err();
}

// --- through the socket ---

class RunningGateway : public OperatorTest {
protected:
    RunningGateway() { ::mkdir(config_.data.c_str(), 0700); }

    void serve(FunctionHandler::Function function) {
        server_.emplace(std::move(function), ServerLimits{}, "unix:" + control_socket(config_));
    }

    std::optional<LiveServer> server_;
};

TEST_F(RunningGateway, IsAskedAndNotPassedBy) {
    const auto store = sessions::make_memory_store();
    SystemRandom random;
    serve([&](HttpRequest request, Respond respond) {
        HttpResponse response;
        store->run([&](sessions::Unit& unit) {
            response = control(unit, *config_.service, random, SystemClock().now(), request);
        });
        respond(std::move(response));
        return Pending{};
    });
    EXPECT_EQ(agents_import(context(), file("agents.csv", kAgents), true), kDone) << err();
    EXPECT_EQ(out(), "2 new, 0 changed, 0 same, 0 bad\nApplied.\n");
    EXPECT_EQ(agents_set(context(), "A01", {{"name", "Nur & Aini+1"}}), kDone) << err();
    EXPECT_NE(out().find("Nur & Aini+1"), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(config_.data + "/jangkau.db"));
}

TEST_F(RunningGateway, ThatFailsIsNotPassedByEither) {
    serve([](HttpRequest, Respond respond) {
        respond({503, {}, R"({"error": "the store does not answer"})"});
        return Pending{};
    });
    EXPECT_EQ(agents_import(context(), file("agents.csv", kAgents), true), kNotAsked);
    EXPECT_EQ(err(), "the store does not answer\n");
    EXPECT_FALSE(std::filesystem::exists(config_.data + "/jangkau.db"));
}

TEST_F(RunningGateway, ThatAnswersNonsenseIsSaidSo) {
    serve([](HttpRequest, Respond respond) {
        respond(plain_text(200, "<html>"));
        return Pending{};
    });
    EXPECT_EQ(agents_list(context()), kNotAsked);
    EXPECT_NE(err().find("no JSON"), std::string::npos);
}

TEST_F(RunningGateway, ProgressIsDrawnOnATerminalOnly) {
    serve([](HttpRequest, Respond respond) {
        respond({200, {}, R"({"new":0,"changed":0,"same":0,"bad":[],"applied":false})"});
        return Pending{};
    });
    const std::string path = file("agents.csv", kAgents);
    EXPECT_EQ(agents_import(context(), path, false), kDone);
    EXPECT_EQ(err(), "");
    terminal_ = true;
    EXPECT_EQ(agents_import(context(), path, false), kDone);
    EXPECT_NE(err().find("\rsending [####################] 100 %  116 B of 116 B"),
              std::string::npos)
        << err();
    EXPECT_TRUE(err().ends_with('\n'));
}

// --- the bar and the table ---

struct BytesCase {
    const char* name;
    double bytes;
    const char* written;
};

class WrittenBytes : public testing::TestWithParam<BytesCase> {};

TEST_P(WrittenBytes, AsPeopleReadThem) {
    EXPECT_EQ(written_bytes(GetParam().bytes), GetParam().written);
}

INSTANTIATE_TEST_SUITE_P(Progress, WrittenBytes,
                         testing::Values(BytesCase{"none", 0, "0 B"},
                                         BytesCase{"just bytes", 999, "999 B"},
                                         BytesCase{"kilobytes", 1500, "1.5 kB"},
                                         BytesCase{"megabytes", 12'000'000, "12.0 MB"}),
                         case_name<BytesCase>);

TEST(Progress, IsDrawnOverItselfTenTimesASecond) {
    std::ostringstream out;
    Progress::SteadyTime now;
    {
        Progress progress(out, Progress::Where::terminal, "sending", 2'000'000,
                          [&] { return now; });
        progress.update(0);
        now += 50ms;
        progress.update(0.1);
        now += 950ms;
        progress.update(0.5);
        progress.update(1);
        progress.update(1);
    }
    EXPECT_EQ(out.str(),
              "\rsending [--------------------]   0 %  0 B of 2.0 MB"
              "\rsending [##########----------]  50 %  1.0 MB of 2.0 MB  1.0 MB/s"
              "\rsending [####################] 100 %  2.0 MB of 2.0 MB  2.0 MB/s\n");
}

TEST(Table, AlignsLettersOfSeveralBytesAndTakesShortRows) {
    EXPECT_EQ(written_table({{"é", "b"}, {"aaa", "x\ny"}, {"c"}}),
              "é    b\n---  ---\naaa  x y\nc\n");
}

}  // namespace
}  // namespace jangkau::gateway
