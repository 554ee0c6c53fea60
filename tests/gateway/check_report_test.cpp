#include "gateway/check_report.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <sstream>

namespace jangkau::gateway {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::Not;

struct Ran {
    int code;
    std::string out, err;
};

Ran checked(const CheckOptions& options, const std::vector<std::string>& set = {}) {
    ConfigOptions config;
    config.file = JANGKAU_SOURCE_DIR "/config/jangkau.yaml";
    config.set = set;
    std::ostringstream out, err;
    const int code = run_check(config, options, out, err);
    return {code, out.str(), err.str()};
}

/// So long that many screens that begin with it do not fit.
const std::vector<std::string> kTooLong{"service.name=Makassar Berbagi Jaminan Sosial"};

TEST(CheckReport, TellsWhatIsGood) {
    const Ran ran = checked({.strict = true});
    EXPECT_EQ(ran.code, 0);
    EXPECT_EQ(ran.err, "");
    EXPECT_THAT(ran.out, HasSubstr("journey"));
    EXPECT_THAT(ran.out, HasSubstr("kelurahan       areas  15     153    2 ("));
    EXPECT_THAT(ran.out, HasSubstr("draft language mak (hidden): 6 of "));
    EXPECT_THAT(ran.out, Not(HasSubstr("texts/U01")));
    EXPECT_THAT(ran.out, HasSubstr("texts in 2 languages\n"));
}

TEST(CheckReport, TellsMoreWhenAsked) {
    const Ran ran = checked({.strict = true, .verbose = true}, {"service.draft_languages=true"});
    EXPECT_EQ(ran.code, 0);
    EXPECT_THAT(ran.out, HasSubstr("draft language bug (offered): 6 of "));
    EXPECT_THAT(ran.out, HasSubstr("\n  texts/U01\n"));
    EXPECT_THAT(ran.out, HasSubstr("\nkelurahan       areas  Tallo             en"));
    EXPECT_THAT(ran.out, HasSubstr("find_agent find_kelurahan agent_found"));
    EXPECT_THAT(ran.out, HasSubstr("texts in 4 languages\n"));
}

TEST(CheckReport, ShowsTheScreenThatIsTooLong) {
    const Ran ran = checked({}, kTooLong);
    EXPECT_EQ(ran.code, 2);
    EXPECT_THAT(ran.err, HasSubstr(" septets with service = 'Makassar Berbagi Jaminan Sosial'"));
    EXPECT_THAT(ran.err, HasSubstr("\n    | Makassar Berbagi Jaminan Sosial"));
    EXPECT_THAT(ran.err, HasSubstr("the gateway would not start\n"));
    // What was found out is told all the same.
    EXPECT_THAT(ran.out, HasSubstr("journey"));
}

TEST(CheckReport, IsJsonForPrograms) {
    const Ran good = checked({.json = true});
    EXPECT_EQ(good.code, 0);
    EXPECT_EQ(good.err, "");
    const json::value told = json::parse(good.out);
    EXPECT_TRUE(told.at("good").as_bool());
    EXPECT_TRUE(told.at("problems").as_array().empty());
    EXPECT_GE(told.at("journeys").as_array().size(), 4u);
    const json::value& journey = told.at("journeys").at(0);
    EXPECT_FALSE(journey.at("longest").at("screens").as_array().empty());
    EXPECT_GT(journey.at("longest").at("seconds").as_int64(), 0);
    EXPECT_GT(told.at("lists").as_array().size(), 100u);
    EXPECT_EQ(told.at("drafts").at(0).at("language"), "mak");

    const Ran bad = checked({.json = true}, kTooLong);
    EXPECT_EQ(bad.code, 2);
    EXPECT_EQ(bad.err, "");
    const json::value problems = json::parse(bad.out);
    EXPECT_FALSE(problems.at("good").as_bool());
    const json::value& first = problems.at("problems").at(0);
    EXPECT_EQ(first.at("severity"), "error");
    EXPECT_GT(first.at("line").as_int64(), 0);
    EXPECT_FALSE(first.at("screen").as_string().empty());
}

TEST(CheckReport, TellsThatThereIsNoConfiguration) {
    ConfigOptions config;
    config.file = "/nowhere.yaml";
    std::ostringstream out, err;
    EXPECT_EQ(run_check(config, {}, out, err), 2);
    EXPECT_EQ(out.str(), "");
    EXPECT_EQ(err.str(),
              "/nowhere.yaml: error: cannot read the configuration; name it with --config\n"
              "1 problem; the gateway would not start\n");
}

TEST(CheckReport, HasATableOfJourneys) {
    menus::Proof proof;
    proof.journeys.push_back(
        {"book", {{"main", "booked"}, 1, 0, 9}, {{"main", "name", "booked"}, 4, 2, 57}});
    EXPECT_EQ(written_journeys(proof, true),
              "journey  path      screens  pages turned  inputs  seconds  20 s steps  way\n"
              "-------  --------  -------  ------------  ------  -------  ----------  "
              "----------------\n"
              "book     shortest  2        0             1       9        1           main booked\n"
              "         longest   3        2             4       57       3           main name "
              "booked\n");
    EXPECT_EQ(written_journeys({}, false), "");
}

}  // namespace
}  // namespace jangkau::gateway
