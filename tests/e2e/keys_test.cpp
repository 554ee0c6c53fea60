#include <gmock/gmock.h>

#include <filesystem>

#include "tests/e2e/gateway_fixture.hpp"

namespace jangkau {
namespace {

using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

class GatewayKeys : public GatewayTest {
protected:
    /// A start that is refused: its exit code and what it says.
    Ran refused_start() {
        return command({"serve", "--config", config_, "--data", data_, "--listen", "127.0.0.1:0",
                        "--admin", "127.0.0.1:0"});
    }
    /// "0 0": the soft and the hard limit of the running program's core dumps.
    std::string core_limits() const {
        std::ifstream in("/proc/" + std::to_string(process_->pid()) + "/limits");
        for (std::string line; std::getline(in, line);) {
            std::istringstream words(line);
            std::string max, core, soft, hard;
            if (words >> max >> core && core == "core" && words >> max >> core >> soft >> hard)
                return soft + " " + hard;
        }
        return "";
    }
};

TEST_F(GatewayKeys, TheFirstStartMakesAKeyAndSaysSo) {
    start();
    EXPECT_EQ(core_limits(), "0 0");
    process_->signal(SIGTERM);
    EXPECT_EQ(process_->wait(), 0);
    EXPECT_THAT(log(), HasSubstr("\"event\":\"key_made\",\"file\":\"" + data_ + "/key\""));
    EXPECT_THAT(log(), HasSubstr("keep a copy, apart from the backups"));
    fs::remove(folder_ + "/log");
    start();
    process_->signal(SIGTERM);
    EXPECT_EQ(process_->wait(), 0);
    EXPECT_THAT(log(), Not(HasSubstr("key_made")));
}

TEST_F(GatewayKeys, ADatabaseWithoutItsKeyStartsNothing) {
    start();
    process_->signal(SIGTERM);
    EXPECT_EQ(process_->wait(), 0);
    fs::rename(data_ + "/key", data_ + "/key.away");
    Ran refused = refused_start();
    EXPECT_EQ(refused.code, 2);
    EXPECT_EQ(refused.out, "");
    EXPECT_EQ(refused.err, "jangkau: key file " + data_ +
                               "/key is missing; what was sealed with it cannot be read without "
                               "it\n");
    EXPECT_FALSE(fs::exists(data_ + "/key"));
    std::ofstream(data_ + "/key") << "1:" << std::string(64, 'a') << "\n";
    EXPECT_THAT(refused_start().err, HasSubstr("chmod 600"));
    fs::permissions(data_ + "/key", fs::perms::owner_read | fs::perms::owner_write);
    refused = refused_start();
    EXPECT_EQ(refused.code, 2);
    EXPECT_EQ(refused.err, "jangkau: key 1 in " + data_ + "/key is not the one that " + data_ +
                               "/jangkau.db was sealed with\n");
}

TEST_F(GatewayKeys, AreRotatedUnderARunningGateway) {
    const std::string phone = "+6281234500077";
    start();
    const std::string first = hop("s1", phone, "");
    EXPECT_THAT(first, HasSubstr("CON"));
    const Ran rotated = operate({"keys", "rotate"});
    EXPECT_EQ(rotated.code, 0) << rotated.err;
    EXPECT_EQ(hop("s1", phone, ""), first) << "the same turn again gets the same bytes";
    EXPECT_THAT(hop("s1", phone, "1"), HasSubstr("CON"));
    for (int i = 0;
         i < 500 && operate({"keys", "list", "--json"}).out.find("\"left\":0") == std::string::npos;
         ++i)
        std::this_thread::sleep_for(10ms);
    EXPECT_THAT(operate({"keys", "list", "--json"}).out,
                HasSubstr(R"({"id":1,"current":false,"left":0,"ageing":1})"));
    EXPECT_THAT(fetch("GET", admin_ + "/metrics").body, HasSubstr("jangkau_reseal_values_left 0"));
    const Ran dropped = operate({"keys", "drop", "1"});
    EXPECT_EQ(dropped.code, 1);
    EXPECT_THAT(dropped.err, HasSubstr("hops of dialogues until they are forgotten"));
    kill_hard();
    start();
    EXPECT_EQ(hop("s1", phone, ""), first);
    EXPECT_THAT(hop("s1", phone, "1*0"), HasSubstr("CON"));
}

}  // namespace
}  // namespace jangkau
