// Who has a backup has everything: none is made that the audit does not tell of.

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>

#include "tests/e2e/gateway_fixture.hpp"

namespace jangkau {
namespace {

using testing::HasSubstr;

class Backups : public GatewayTest {
protected:
    [[nodiscard]] std::size_t made() const {
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::directory_iterator(folder_ + "/backups"))
            count += entry.path().extension() == ".db" ? 1 : 0;
        return count;
    }
    void in_the_database(const std::string& sql) const {
        SQLite::Database(data_ + "/jangkau.db", SQLite::OPEN_READWRITE).exec(sql);
    }
};

TEST_F(Backups, AreNotMadeWhereTheAuditCannotTellOfThem) {
    start();
    ASSERT_EQ(operate({"backup", folder_ + "/backups"}).code, 0);
    ASSERT_EQ(made(), 1U);
    kill_hard();
    in_the_database(
        "CREATE TRIGGER mute BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no room'); END");
    for (const bool running : {true, false}) {
        SCOPED_TRACE(running ? "running" : "stopped");
        if (running) start();
        const Ran refused = operate({"backup", folder_ + "/backups"});
        EXPECT_NE(refused.code, 0);
        EXPECT_THAT(refused.err, HasSubstr("no room"));
        EXPECT_EQ(made(), 1U);
        if (running) kill_hard();
    }
    in_the_database("DROP TRIGGER mute");
    start();
    std::this_thread::sleep_for(1s);  // names have seconds
    EXPECT_EQ(operate({"backup", folder_ + "/backups"}).code, 0);
    EXPECT_EQ(made(), 2U);
    const Ran audit = operate({"audit", "verify"});
    EXPECT_EQ(audit.code, 0) << audit.err;
}

}  // namespace
}  // namespace jangkau
