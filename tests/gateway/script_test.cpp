#include "gateway/script.hpp"

#include <gtest/gtest.h>

#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "tests/gateway/fake_line.hpp"
#include "tests/support/case_name.hpp"

namespace jangkau::gateway {
namespace {

using namespace std::chrono_literals;

/// Passes everything on to a line that the test keeps.
class Borrowed final : public Line {
public:
    explicit Borrowed(Line& line) : line_(line) {}
    HttpResponse exchange(const Trunk& trunk, adapters::Endpoint endpoint,
                          HttpRequest request) override {
        return line_.exchange(trunk, endpoint, std::move(request));
    }
    std::vector<InboxSms> inbox(const std::string& to, std::int64_t after,
                                std::chrono::milliseconds wait) override {
        return line_.inbox(to, after, wait);
    }
    bool advance(std::chrono::seconds time) override { return line_.advance(time); }

private:
    Line& line_;
};

const std::string kPhones = "phone worker 081234500001\nphone agent 081234500002\n";
const std::string kRegistration = kPhones +
                                  "worker dials *123#\n"
                                  "> Makassar Berjasa\n"
                                  "> {...}\n"
                                  "worker types 1\n"
                                  "worker repeats\n"
                                  "worker types Budi\n"
                                  "= Terkirim. Tiket {ticket}.\n"
                                  "= {name}, tunggu SMS.\n"
                                  "worker gets\n"
                                  "> Tiket {ticket} diterima.\n"
                                  "agent gets\n"
                                  "> Tiket {ticket}: {name}, {worker}. {...}\n"
                                  "agent sends YA {ticket}\n"
                                  "agent gets\n"
                                  "> Anda menulis: YA {ticket}\n"
                                  "wait 25 hours\n"
                                  "worker redials\n"
                                  "worker hangs up\n"
                                  "worker gets nothing\n";

class ScriptTest : public testing::Test {
protected:
    ScriptTest()
        : folder_(std::filesystem::path(testing::TempDir()) /
                  ("script_" +
                   std::string(testing::UnitTest::GetInstance()->current_test_info()->name()))) {
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
        options_.trunk.channel = "africastalking";
        options_.connect = [this](const LineOptions& options) {
            connected_ = options;
            return std::make_unique<Borrowed>(line_);
        };
    }
    ~ScriptTest() override { std::filesystem::remove_all(folder_); }

    std::string file(const std::string& name, const std::string& text) {
        const std::string path = (folder_ / name).string();
        std::ofstream(path) << text;
        options_.files.push_back(path);
        return path;
    }
    /// Paths and times as they would stand in a recorded report.
    [[nodiscard]] std::string plain(std::string text) const {
        const std::string folder = folder_.string() + "/";
        for (std::size_t at = 0; (at = text.find(folder)) != text.npos;) {
            text.erase(at, folder.size());
        }
        return without_times(std::move(text));
    }
    int run() {
        std::ostringstream out;
        std::ostringstream err;
        const int code = run_script(options_, out, err);
        out_ = plain(out.str());
        err_ = plain(err.str());
        return code;
    }
    static std::string content(const std::string& path) {
        std::ifstream in(path);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    std::filesystem::path folder_;
    FakeLine line_;
    LineOptions connected_;
    ScriptOptions options_;
    std::string out_;
    std::string err_;
};

TEST_F(ScriptTest, PlaysAWholeDialogue) {
    file("a.dialog", kRegistration);
    EXPECT_EQ(run(), 0);
    EXPECT_EQ(out_,
              "PASS a.dialog (12 steps, N ms)\n"
              "1 passed, 0 failed, 0 skipped\n");
    EXPECT_EQ(err_, "");
    EXPECT_EQ(line_.moved, 25h);
}

TEST_F(ScriptTest, ShowsWhereAScreenDiffers) {
    file("a.dialog", kPhones +
                         "worker dials *123#\n"
                         "> Makassar Berjasa\n"
                         "> 1 Cek\n"
                         "> 0 Keluar\n"
                         "worker types 1\n");
    EXPECT_EQ(run(), 1);
    EXPECT_EQ(out_,
              "FAIL a.dialog:5: worker dials *123#: the screen is not the expected one\n"
              "      > Makassar Berjasa\n"
              "    - > 1 Cek\n"
              "    + > 1 Daftar\n"
              "      > 0 Keluar\n"
              "0 passed, 1 failed, 0 skipped\n");
}

TEST_F(ScriptTest, ReadsAFolderByName) {
    file("b.dialog", kPhones + "worker dials *1#\n");
    file("a.dialog", kPhones + "worker dials *1#\n");
    file("readme.txt", "no dialogue");
    options_.files = {folder_.string()};
    EXPECT_EQ(run(), 0);
    EXPECT_EQ(out_.find("PASS a.dialog"), 0U);
    EXPECT_NE(out_.find("PASS b.dialog (1 step, N ms)\n2 passed"), out_.npos);
}

TEST_F(ScriptTest, AFilesOwnChannelWins) {
    options_.trunk.channel = "simulator";
    options_.line.url = "http://there";
    file("a.dialog", "channel africastalking\n" + kPhones + "worker dials *1#\n");
    EXPECT_EQ(run(), 0);
    EXPECT_EQ(line_.channel, "africastalking");
    EXPECT_EQ(connected_.url, "http://there");
}

TEST_F(ScriptTest, AnApplicationWithoutInboxCanBeDialled) {
    line_.has_inbox = false;
    file("a.dialog", kPhones + "worker dials *1#\nworker types 0\n= Terima kasih.\n");
    EXPECT_EQ(run(), 0);
    file("b.dialog", kPhones + "worker dials *1#\nworker gets nothing\n");
    EXPECT_EQ(run(), 1);
    EXPECT_NE(out_.find("the gateway at http://fake has no inbox"), out_.npos);
}

TEST_F(ScriptTest, OldSmsAreNotNew) {
    line_.deliver(kWorker, "old");
    file("a.dialog", kPhones + "worker dials *1#\n");
    EXPECT_EQ(run(), 0);
}

TEST_F(ScriptTest, NewNumbersAreNewInEveryRun) {
    file("a.dialog", "phone a new\nphone b new\na dials *1#\nb dials *1#\n");
    EXPECT_EQ(run(), 0);
    EXPECT_EQ(run(), 0);
    std::set<std::string> numbers;
    for (const auto& request : line_.requests) {
        numbers.insert(std::string(*Form::parse(request.body)->get("phoneNumber")));
    }
    EXPECT_EQ(numbers.size(), 4U);
}

TEST_F(ScriptTest, ProblemsOfFilesGoToTheErrorOutput) {
    file("bad.dialog", "phone anna new\nana dials *1#\n");
    options_.files.push_back("/nowhere/at/all.dialog");
    EXPECT_EQ(run(), 2);
    EXPECT_EQ(out_,
              "BAD  bad.dialog\n"
              "BAD  /nowhere/at/all.dialog\n"
              "0 passed, 0 failed, 0 skipped, 2 not played\n");
    EXPECT_EQ(err_,
              "bad.dialog:2: error: no phone is called 'ana'; did you mean 'anna'?\n"
              "/nowhere/at/all.dialog: error: the file cannot be read\n");
}

TEST_F(ScriptTest, UnknownChannelsAreNamed) {
    options_.trunk.config = JANGKAU_SOURCE_DIR "/config/jangkau.yaml";
    file("a.dialog", "channel africastalkin\n" + kPhones + "worker dials *1#\n");
    EXPECT_EQ(run(), 2);
    EXPECT_NE(err_.find("the configuration has no channel 'africastalkin'; did you mean "
                        "'africastalking'?"),
              err_.npos);
}

// ---- Failures

struct FailCase {
    const char* name;
    const char* steps;
    const char* told;
    void (*prepare)(FakeLine&) = nullptr;
};

class Failure : public ScriptTest, public testing::WithParamInterface<FailCase> {};

TEST_P(Failure, IsTold) {
    if (GetParam().prepare != nullptr) GetParam().prepare(line_);
    options_.files = {(folder_ / "x.dialog").string()};
    std::ofstream(options_.files[0]) << kPhones << GetParam().steps;
    EXPECT_EQ(run(), 1);
    EXPECT_EQ(out_.substr(0, out_.rfind("0 passed")), std::string("FAIL ") + GetParam().told);
}

INSTANTIATE_TEST_SUITE_P(
    Steps, Failure,
    testing::Values(
        FailCase{"ends", "worker dials *1#\nworker types 0\n> Terima kasih.\n",
                 "x.dialog:4: worker types 0: the dialogue ends here, and was expected to go on\n"
                 "      = Terima kasih.\n"},
        FailCase{"goes_on", "worker dials *1#\nworker types 1\n= {...}\n",
                 "x.dialog:4: worker types 1: the dialogue goes on, and was expected to end here\n"
                 "      > {...}\n"},
        FailCase{"other_ticket",
                 "worker dials *1#\nworker types 1\nworker types Budi\n= {a} {b} {t}.\n= {...}\n"
                 "worker gets\n> Tiket {t} diterima!\n",
                 "x.dialog:9: worker gets: the SMS is not the expected one\n"
                 "    - > Tiket {t} diterima!\n"
                 "    + > Tiket 4821736 diterima.\n"
                 "      {t} stands for: 4821736\n"},
        FailCase{"no_sms", "worker dials *1#\nworker gets\n",
                 "x.dialog:4: worker gets: no SMS has come\n"},
        FailCase{"unwanted_sms", "worker sends A\nworker gets nothing\n",
                 "x.dialog:4: worker gets nothing: an SMS has come\n"
                 "    + > Anda menulis: A\n"},
        FailCase{"unread_sms", "worker sends A\n",
                 "x.dialog:3: the end: at the end worker has unread SMS; write 'worker gets', or "
                 "'ignore sms' at the top\n"
                 "    + > Anda menulis: A\n"},
        FailCase{"typing_without_dialogue", "worker types 1\n",
                 "x.dialog:3: worker types 1: no dialogue is open; dial first\n"},
        FailCase{"redial_of_nothing", "worker redials\n",
                 "x.dialog:3: worker redials: worker has dialled nothing yet\n"},
        FailCase{"repeat_differs", "worker dials *1#\nworker repeats\n",
                 "x.dialog:4: worker repeats: the repeated request got another answer\n"
                 "    + > Screen 2\n",
                 [](FakeLine& line) { line.forgetful = true; }},
        FailCase{"no_screen", "worker dials *1#\n",
                 "x.dialog:3: worker dials *1#: the answer is no screen. The status is 502 instead "
                 "of 200. It says: Too bad\n",
                 [](FakeLine& line) { line.status = 502; }},
        FailCase{"no_gateway", "worker dials *1#\n",
                 "x.dialog:3: worker dials *1#: no gateway answers at http://fake\n",
                 [](FakeLine& line) { line.down = true; }}),
    case_name<FailCase>);

TEST_F(ScriptTest, UnreadSmsCanBeIgnored) {
    file("a.dialog", "ignore sms\n" + kPhones + "worker sends A\n");
    EXPECT_EQ(run(), 0);
}

TEST_F(ScriptTest, SkipsWhatNeedsAMovableClock) {
    line_.movable = false;
    file("a.dialog", kPhones + "worker dials *1#\nwait 1 day\n");
    EXPECT_EQ(run(), 0);
    EXPECT_EQ(out_,
              "SKIP a.dialog: it waits, which needs a gateway with a movable clock\n"
              "0 passed, 0 failed, 1 skipped\n");
    EXPECT_TRUE(line_.requests.empty());
}

// ---- Reports

class ReportTest : public ScriptTest {
protected:
    ReportTest() {
        line_.movable = false;
        file("1 # good.dialog", kPhones + "worker dials *1#\n");
        file("2.dialog", kPhones + "worker dials *1#\n> \"A\" & <B>\n");
        file("3.dialog", kPhones + "wait 1 day\n");
        file("4.dialog", "a\n");
    }
};

TEST_F(ReportTest, Tap) {
    options_.tap = true;
    EXPECT_EQ(run(), 2);
    EXPECT_EQ(out_, R"(TAP version 13
1..4
ok 1 - 1 \# good.dialog
not ok 2 - 2.dialog
  ---
  message: "worker dials *1#: the screen is not the expected one"
  at: "2.dialog:4"
  details:
    - "- > \"A\" & <B>"
    - "+ > Makassar Berjasa"
    - "+ > 1 Daftar"
    - "+ > 0 Keluar"
  ...
ok 3 - 3.dialog # SKIP it waits, which needs a gateway with a movable clock
not ok 4 - 4.dialog
  ---
  message: "the file cannot be played"
  details:
    - "4.dialog:1: error: 'a' is no step; screens begin with > or ="
  ...
)");
}

TEST_F(ReportTest, JunitXml) {
    options_.junit = (folder_ / "report.xml").string();
    EXPECT_EQ(run(), 2);
    boost::property_tree::ptree tree;
    std::istringstream xml(plain(content(options_.junit)));
    boost::property_tree::read_xml(xml, tree);
    const auto& suite = tree.get_child("testsuites.testsuite");
    EXPECT_EQ(suite.get("<xmlattr>.tests", ""), "4");
    EXPECT_EQ(suite.get("<xmlattr>.failures", ""), "1");
    EXPECT_EQ(suite.get("<xmlattr>.errors", ""), "1");
    EXPECT_EQ(suite.get("<xmlattr>.skipped", ""), "1");
    std::vector<std::string> told;
    for (const auto& [tag, entry] : suite) {
        if (tag != "testcase") continue;
        told.push_back(entry.get("<xmlattr>.name", "") + "|" + entry.get("failure", "") +
                       entry.get("error", "") + entry.get("skipped.<xmlattr>.message", ""));
    }
    ASSERT_EQ(told.size(), 4U);
    EXPECT_EQ(told[0], "1 # good.dialog|");
    EXPECT_EQ(told[1],
              "2.dialog|2.dialog:4\n- > \"A\" & <B>\n+ > Makassar Berjasa\n+ > 1 Daftar\n"
              "+ > 0 Keluar\n");
    EXPECT_EQ(told[2], "3.dialog|it waits, which needs a gateway with a movable clock");
    EXPECT_EQ(told[3], "4.dialog|4.dialog:1: error: 'a' is no step; screens begin with > or =\n");
}

TEST_F(ReportTest, AReportThatCannotBeWrittenIsAnError) {
    options_.files.resize(1);
    options_.junit = "/nowhere/report.xml";
    EXPECT_EQ(run(), 2);
    EXPECT_EQ(err_, "/nowhere/report.xml: error: the file cannot be written\n");
}

// ---- Update

TEST_F(ScriptTest, UpdateKeepsWhatMatches) {
    options_.play.update = true;
    const auto path = file("a.dialog", kRegistration);
    EXPECT_EQ(run(), 0);
    std::string filled = kRegistration;
    filled.replace(filled.find("worker types 1\n"), 15, "worker types 1\n> Nama?\n");
    filled.replace(filled.find("worker redials\n"), 15,
                   "worker redials\n> Makassar Berjasa\n> 1 Daftar\n> 0 Keluar\n");
    EXPECT_EQ(content(path), filled);
    EXPECT_EQ(out_,
              "PASS a.dialog (12 steps, N ms, 2 expectations rewritten)\n"
              "1 passed, 0 failed, 0 skipped, 1 rewritten\n");
}

TEST_F(ScriptTest, UpdateWritesADialogueOfInputsOnly) {
    options_.play.update = true;
    const auto path = file("a.dialog", kPhones +
                                           "worker dials *123#\n> Selamat\n> {...}\n"
                                           "worker types 0\n> Terima\n"
                                           "worker sends HALO\n");
    EXPECT_EQ(run(), 0);
    EXPECT_EQ(content(path), kPhones +
                                 "worker dials *123#\n> Makassar Berjasa\n> {...}\n"
                                 "worker types 0\n= Terima kasih.\n"
                                 "worker sends HALO\n"
                                 "worker gets\n> Anda menulis: HALO\n");
    options_.play.update = false;
    EXPECT_EQ(run(), 0) << out_;
}

TEST_F(ScriptTest, UpdateAsksForANameThatHasNoPlace) {
    options_.play.update = true;
    const std::string text = kPhones + "worker dials *123#\n> Tiket {ticket}\n";
    const auto path = file("a.dialog", text);
    EXPECT_EQ(run(), 1);
    EXPECT_NE(out_.find("put its {names} into the new lines by hand"), out_.npos);
    EXPECT_EQ(content(path), text);
}

}  // namespace
}  // namespace jangkau::gateway
