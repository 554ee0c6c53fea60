#include <gmock/gmock.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <sstream>

#include "gateway/app.hpp"
#include "gateway/control_keys.hpp"
#include "gateway/key_setting.hpp"
#include "gateway/operator.hpp"
#include "gateway/resealing.hpp"
#include "gateway/user_name.hpp"
#include "tests/gateway/shipped_config.hpp"

namespace jangkau::gateway {
namespace {

using testing::HasSubstr;

constexpr int kDone = 0;
constexpr int kRefused = 1;
constexpr int kNotAsked = 2;

const std::string kHex(64, 'a');

/// A variable of the environment as long as the test runs.
class Variable {
public:
    Variable(std::string name, const std::string& value) : name_(std::move(name)) {
        ::setenv(name_.c_str(), value.c_str(), 1);
    }
    ~Variable() { ::unsetenv(name_.c_str()); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

private:
    std::string name_;
};

class KeysTest : public testing::Test {
protected:
    KeysTest() {
        std::string name = testing::TempDir() + "jangkau-XXXXXX";
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
        folder_ = name;
        config_.data = folder_ + "/data";
    }
    ~KeysTest() override {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    std::string file(const std::string& name, const std::string& text) {
        std::ofstream(folder_ + "/" + name) << text;
        ::chmod((folder_ + "/" + name).c_str(), 0600);
        return folder_ + "/" + name;
    }
    OperatorContext context() {
        out_.str("");
        err_.str("");
        return {config_, json_, false, out_, err_};
    }
    void put_agent(const std::string& id) {
        const auto store = open_store(config_);
        store->run([&](sessions::Unit& unit) {
            unit.put(flows::Agent{
                id, "SITI", Msisdn::from_digits("6281200000901"), {}, 1, false, std::nullopt});
        });
    }

    std::string folder_;
    Config config_ = shipped_config();
    bool json_ = false;
    std::ostringstream out_;
    std::ostringstream err_;
};

TEST_F(KeysTest, AreListedRotatedAndDroppedWhileNoGatewayRuns) {
    put_agent("A1");
    EXPECT_EQ(keys_list(context()), kDone) << err_.str();
    EXPECT_THAT(out_.str(), HasSubstr("kept in " + config_.data + "/key"));
    EXPECT_EQ(keys_drop(context(), "1"), kRefused);
    EXPECT_EQ(err_.str(), "key 1 is the current one\n");
    EXPECT_EQ(keys_rotate(context()), kDone) << err_.str();
    EXPECT_THAT(out_.str(), HasSubstr("keep a copy"));
    json_ = true;
    EXPECT_EQ(keys_list(context()), kDone);
    const auto listed = boost::json::parse(out_.str());
    // Nobody waited, so it was sealed anew at once.
    EXPECT_EQ(boost::json::serialize(listed.at("keys")),
              R"([{"id":1,"current":false,"left":0,"ageing":0},)"
              R"({"id":2,"current":true,"left":0,"ageing":0}])");
    json_ = false;
    EXPECT_EQ(keys_drop(context(), "one"), kRefused);
    EXPECT_EQ(err_.str(), "which key? Give its id\n");
    EXPECT_EQ(keys_drop(context(), "1"), kDone) << err_.str();
    EXPECT_THAT(out_.str(), HasSubstr("Key 1 is dropped"));
    open_store(config_)->run([](sessions::Unit& unit) {
        EXPECT_EQ(unit.agent("A1")->name, "SITI");
        std::vector<std::string> told;
        for (const auto& row : unit.audit_rows({})) told.push_back(row.actor + ": " + row.action);
        const std::string me = "operator " + user_name(::getuid());
        EXPECT_THAT(told, testing::ElementsAre(me + ": keys.rotate", me + ": keys.drop"));
    });
}

TEST_F(KeysTest, WhereThereIsNoStoreThereAreNone) {
    EXPECT_EQ(keys_rotate(context()), kNotAsked);
    EXPECT_THAT(err_.str(), HasSubstr("there is no store in"));
    EXPECT_FALSE(std::filesystem::exists(config_.data));
    sessions::make_memory_store()->run([](sessions::Unit& unit) {
        EXPECT_EQ(control_keys(unit, {.method = "POST", .target = "/keys/rotate"}).status, 400);
        EXPECT_EQ(
            control_keys(unit, {.method = "POST", .target = "/keys/drop", .query = "id=1"}).status,
            400);
        EXPECT_EQ(control_keys(unit, {.method = "GET", .target = "/keys"}).status, 200);
        EXPECT_EQ(control_keys(unit, {.method = "GET", .target = "/keys", .query = "x=1"}).status,
                  400);
        EXPECT_EQ(control_keys(unit, {.method = "GET", .target = "/keys/rotate"}).status, 404);
    });
}

TEST_F(KeysTest, ComeFromTheEnvironment) {
    config_.store.key = "${JANGKAU_TEST_KEY}";
    EXPECT_THROW(put_agent("A1"), std::runtime_error);
    EXPECT_FALSE(std::filesystem::exists(config_.data + "/key"));
    EXPECT_EQ(keys_list(context()), kNotAsked);
    const Variable variable("JANGKAU_TEST_KEY", kHex);
    put_agent("A1");
    EXPECT_FALSE(std::filesystem::exists(config_.data + "/key"));
    EXPECT_EQ(keys_rotate(context()), kRefused);
    EXPECT_THAT(err_.str(), HasSubstr("the environment variable JANGKAU_TEST_KEY, where the gateway"
                                      " does not write; add the line 2:$(openssl rand -hex 32)"));
    const Variable both("JANGKAU_TEST_KEY", "1:" + kHex + ",2:" + std::string(64, 'b'));
    put_agent("A1");
    open_store(config_)->run([](sessions::Unit& unit) {
        while (!unit.keys().reseal(100).done) {
        }
    });
    EXPECT_EQ(keys_drop(context(), "1"), kDone) << err_.str();
    EXPECT_THAT(out_.str(), HasSubstr("Take it out of the environment variable JANGKAU_TEST_KEY"));
    const Variable wrong("JANGKAU_TEST_KEY", kHex);
    EXPECT_EQ(keys_list(context()), kNotAsked);
    EXPECT_THAT(err_.str(), HasSubstr("is sealed with key 2, which the environment variable"));
}

TEST_F(KeysTest, ComeFromACredential) {
    const Variable variable("CREDENTIALS_DIRECTORY", folder_);
    EXPECT_EQ(key_source(config_.store).file, "") << "there is none, so the store has its own";
    const std::string credential = file("jangkau-key", kHex + "\n");
    ::chmod(credential.c_str(), 0440);  // as systemd's access list shows
    put_agent("A1");
    EXPECT_FALSE(std::filesystem::exists(config_.data + "/key"));
    EXPECT_EQ(keys_rotate(context()), kRefused);
    EXPECT_THAT(err_.str(), HasSubstr(credential + ", where the gateway does not write"));
    ::chmod(credential.c_str(), 0444);
    EXPECT_EQ(keys_list(context()), kNotAsked);
    EXPECT_THAT(err_.str(), HasSubstr("can be used by others"));

    config_.store.key_file = file("elsewhere", kHex);
    EXPECT_TRUE(key_source(config_.store).handed_over) << "it lies among the credentials";
    const Variable other("CREDENTIALS_DIRECTORY", folder_ + "/other");
    EXPECT_FALSE(key_source(config_.store).handed_over);
    EXPECT_EQ(key_source(config_.store).file, folder_ + "/elsewhere");
}

/// In a process of its own: exits with 7 where both hold.
[[noreturn]] void forbid_and_look() {
    forbid_core_dumps();
    rlimit cores{1, 1};
    ::getrlimit(RLIMIT_CORE, &cores);
    ::_exit(::prctl(PR_GET_DUMPABLE) == 0 && cores.rlim_max == 0 ? 7 : 1);
}

TEST(CoreDumps, AreForbidden) { EXPECT_EXIT(forbid_and_look(), testing::ExitedWithCode(7), ""); }

/// What is to run later runs at once.
TEST_F(KeysTest, ResealingGoesOnUntilNothingIsLeft) {
    put_agent("A1");
    const auto store = open_store(config_);
    store->run([](sessions::Unit& unit) { ASSERT_TRUE(unit.keys().rotate()); });
    std::vector<std::function<void()>> waiting;
    std::mutex mutex;
    Resealing resealing(*store, [&](std::chrono::milliseconds, std::function<void()> what) {
        const std::lock_guard lock(mutex);
        waiting.push_back(std::move(what));
    });
    resealing.kick();
    resealing.kick();
    for (bool done = false; !done;) {
        store->run([&](sessions::Unit& unit) { done = unit.keys().list().at(0).left == 0; });
        std::vector<std::function<void()>> now;
        {
            const std::lock_guard lock(mutex);
            now.swap(waiting);
        }
        for (const auto& what : now) what();
    }
    store->run([](sessions::Unit&) {});
    EXPECT_EQ(resealing.left(), 0U);
}

}  // namespace
}  // namespace jangkau::gateway
