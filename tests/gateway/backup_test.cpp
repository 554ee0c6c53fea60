#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "gateway/app.hpp"
#include "gateway/operator.hpp"
#include "gateway/user_name.hpp"
#include "tests/gateway/shipped_config.hpp"

namespace jangkau::gateway {
namespace {

namespace fs = std::filesystem;
using flows::Enrollment;
using sessions::Unit;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::chrono::hours kKeep{35 * 24};

Msisdn phone(int number) { return Msisdn::from_digits(std::to_string(6281200000000 + number)); }

class Backup : public testing::Test {
protected:
    Backup() {
        std::string name = testing::TempDir() + "jangkau-XXXXXX";
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
        folder_ = name;
        config_.data = folder_ + "/data";
        config_.listen = config_.admin = "127.0.0.1:0";
        open_store(config_)->run([](Unit& unit) {
            for (const int number : {1, 2})
                unit.put(Enrollment{.ticket = Ticket::from_number(static_cast<unsigned>(number)),
                                    .owner = phone(number)});
        });
    }
    ~Backup() override {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }
    OperatorContext context() {
        out_.str("");
        err_.str("");
        return {config_, false, false, out_, err_};
    }
    /// The backups there are, oldest first.
    std::vector<std::string> backups() {
        std::vector<std::string> out;
        for (const auto& entry : fs::directory_iterator(folder_ + "/backups"))
            if (entry.path().extension() == ".db") out.push_back(entry.path().string());
        std::sort(out.begin(), out.end());
        return out;
    }
    int make() { return backup(context(), folder_ + "/backups", kKeep); }
    /// Into a folder that has the key and nothing else.
    int restore_elsewhere(const std::string& file) {
        const std::string key = config_.data + "/key";
        config_.data = folder_ + "/again";
        fs::create_directory(config_.data);
        fs::copy_file(key, config_.data + "/key");
        return restore(context(), file);
    }
    std::size_t tickets() {
        std::size_t count = 0;
        open_store(config_)->run([&](Unit& unit) { count = unit.list({}).size(); });
        return count;
    }

    /// Who did what, as the audit has it.
    std::vector<std::string> told() {
        std::vector<std::string> out;
        open_store(config_)->run([&](Unit& unit) {
            for (const auto& row : unit.audit_rows({}))
                out.push_back(row.actor + ": " + row.action);
        });
        return out;
    }

    const std::string me_ = "operator " + user_name(::getuid());
    Config config_ = shipped_config();
    std::string folder_;
    std::ostringstream out_;
    std::ostringstream err_;
};

TEST_F(Backup, IsVerifiedAndRestored) {
    ASSERT_EQ(make(), 0) << err_.str();
    EXPECT_THAT(out_.str(), HasSubstr("verified, 2 tickets, 1 rows of audit"));
    ASSERT_EQ(backups().size(), 1U);
    ASSERT_EQ(restore_elsewhere(backups()[0]), 0) << err_.str();
    EXPECT_THAT(out_.str(), HasSubstr("2 tickets"));
    EXPECT_EQ(tickets(), 2U);
    EXPECT_THAT(told(), ElementsAre(me_ + ": backup", me_ + ": restore"))
        << "the copy says itself who made it";
    EXPECT_EQ(restore(context(), backups()[0]), 2) << "once is enough";
    EXPECT_THAT(err_.str(), HasSubstr("stands there"));
}

TEST_F(Backup, OfARunningGatewayGoesThroughItsSocket) {
    App app(config_, {.signals = false});
    std::thread thread([&] { EXPECT_TRUE(app.run()); });
    const int code = make();
    app.stop();
    thread.join();
    ASSERT_EQ(code, 0) << err_.str();
    ASSERT_EQ(backups().size(), 1U);
    ASSERT_EQ(restore_elsewhere(backups()[0]), 0) << err_.str();
    EXPECT_EQ(tickets(), 2U);
    EXPECT_THAT(told(), Contains(me_ + ": backup")) << "in the copy, too";
}

TEST_F(Backup, WhoWasErasedSinceIsErasedAgain) {
    ASSERT_EQ(make(), 0) << err_.str();
    const std::string before = backups().at(0);
    const std::string older = folder_ + "/backups/jangkau-29991231T000000Z.db";
    fs::rename(before, older);
    open_store(config_)->run([&](Unit& unit) {
        SystemRandom random;
        const Time now = SystemClock().now();
        flows::World world{*config_.service, unit, random, now};
        flows::timer_due(world, {"erase", phone(1).digits(), now});
    });
    ASSERT_EQ(make(), 0) << err_.str();
    ASSERT_EQ(restore_elsewhere(older), 0) << err_.str();
    EXPECT_THAT(out_.str(), HasSubstr("erased again: 1"));
    EXPECT_EQ(tickets(), 1U);
    open_store(config_)->run(
        [](Unit& unit) { EXPECT_TRUE(unit.enrollments_of(phone(1)).empty()); });
}

TEST_F(Backup, OldOnesGoAndNothingElse) {
    fs::create_directory(folder_ + "/backups");
    for (const char* name : {"jangkau-20200101T000000Z.db", "jangkau-notes.db", "other.db"})
        std::ofstream(folder_ + "/backups/" + name) << "x";
    ASSERT_EQ(make(), 0) << err_.str();
    EXPECT_THAT(out_.str(), HasSubstr("removed jangkau-20200101T000000Z.db: too old\n"));
    EXPECT_EQ(backups().size(), 3U);
}

TEST_F(Backup, ThatDoesNotHoldIsNone) {
    ASSERT_EQ(make(), 0) << err_.str();
    const std::string file = backups()[0];
    fs::resize_file(file, fs::file_size(file) / 2);
    EXPECT_EQ(restore_elsewhere(file), 2);
    EXPECT_FALSE(fs::exists(config_.data + "/jangkau.db"));
}

}  // namespace
}  // namespace jangkau::gateway
