#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "tests/sessions/store_contract.hpp"
#include "tests/support/case_name.hpp"

namespace jangkau::sessions {
namespace {

using testing::HasSubstr;

class SqliteAudit : public testing::Test {
protected:
    SqliteAudit() {
        options_.folder = folder_.path() + "/data";
        options_.fast_and_loose = true;
    }

    void put_three_rows() {
        open_sqlite_store(options_)->run([](Unit& unit) {
            for (const char* action : {"one", "two", "three"})
                unit.audit({.actor = "operator budi",
                            .action = action,
                            .reason = "inspection",
                            .fields = "nik name",
                            .subjects = {{ticket(1).text(), phone(1), nik(1)}},
                            .by = phone(1)});
        });
    }
    [[nodiscard]] SQLite::Database raw() const {
        return SQLite::Database(path(), SQLite::OPEN_READWRITE);
    }
    [[nodiscard]] std::string path() const { return options_.folder + "/jangkau.db"; }

    /// What `jangkau audit verify` says.
    std::string fault() {
        std::string found;
        open_sqlite_store(options_)->run([&](Unit& unit) {
            AuditWalk walk(unit.audit_begin(), "");
            for (const AuditRow& row : unit.audit_rows({}))
                if (!walk.follow(row)) break;
            found = walk.fault();
        });
        return found;
    }
    /// In the database, its log and its index.
    [[nodiscard]] bool on_disk(const std::string& wanted) const {
        for (const auto& entry : std::filesystem::directory_iterator(options_.folder)) {
            std::ifstream in(entry.path(), std::ios::binary);
            const std::string bytes{std::istreambuf_iterator<char>(in), {}};
            if (bytes.find(wanted) != std::string::npos) return true;
        }
        return false;
    }

    TempFolder folder_;
    SqliteOptions options_;
};

struct Tampering {
    const char* name;
    const char* sql;
    const char* fault;  ///< once the triggers are gone
};

class SqliteAuditRefuses : public SqliteAudit, public testing::WithParamInterface<Tampering> {};

TEST_P(SqliteAuditRefuses, AndFindsItWhereTheTriggersAreGone) {
    put_three_rows();
    EXPECT_EQ(fault(), "");
    auto database = raw();
    try {
        database.exec(GetParam().sql);
        FAIL() << "was done";
    } catch (const SQLite::Exception& refused) {
        EXPECT_THAT(refused.what(), HasSubstr("append-only"));
    }
    for (const char* trigger :
         {"audit_stays_behind", "audit_unchanged", "audit_kept", "audit_subjects_stay_behind",
          "audit_subjects_unchanged", "audit_subjects_kept"})
        database.exec(std::string("DROP TRIGGER ") + trigger);
    database.exec(GetParam().sql);
    EXPECT_THAT(fault(), HasSubstr(GetParam().fault));
}

INSTANTIATE_TEST_SUITE_P(
    Audit, SqliteAuditRefuses,
    testing::Values(
        Tampering{"a changed row", "UPDATE audit SET actor = 'operator ani' WHERE number = 2",
                  "row 2 was changed"},
        Tampering{"a deleted row", "DELETE FROM audit WHERE number = 2", "row 2 is missing"},
        Tampering{"a replaced row",
                  "REPLACE INTO audit SELECT number, at, 'operator ani', by_phone, action, reason,"
                  " fields, count, hash FROM audit WHERE number = 2",
                  "row 2 was changed"},
        Tampering{"another subject",
                  "UPDATE audit_subjects SET ticket = '0000017' WHERE number = 2",
                  "row 2 was changed"},
        Tampering{"a subject less", "DELETE FROM audit_subjects WHERE number = 2",
                  "row 2 was changed"},
        Tampering{"a subject more", "INSERT INTO audit_subjects VALUES (2, 9, '0000017', '', '')",
                  "row 2 was changed"}),
    case_name<Tampering>);

TEST_F(SqliteAudit, ABeginningThatWasMovedIsFound) {
    put_three_rows();
    raw().exec(
        "UPDATE audit_begin SET number = 2, hash = (SELECT hash FROM audit WHERE number = 2);"
        "DELETE FROM audit WHERE number <= 2");
    EXPECT_THAT(fault(), HasSubstr("no purge of them is told"));
}

TEST_F(SqliteAudit, HoldsNoNumberAndNoNik) {
    put_three_rows();
    for (const std::string& wanted :
         {nik(1).digits(), phone(1).digits(), phone(1).digits().substr(2)})
        EXPECT_FALSE(on_disk(wanted)) << wanted;
    EXPECT_TRUE(on_disk("inspection"));
}

std::size_t rows_in(SQLite::Database& database, const std::string& table) {
    return static_cast<std::size_t>(database.execAndGet("SELECT count(*) FROM " + table).getInt());
}

TEST_F(SqliteAudit, AnErasureIsFinishedOnceTheReaderIsGone) {
    const auto store = open_sqlite_store(options_);
    const std::string canary = "canary-of-the-erased";
    store->run([&](Unit& unit) {
        // Two columns that are no secret, so that it can be found.
        unit.add(flows::Consent{phone(1), "U04", canary, "id", canary, "s", at(1)});
    });
    ASSERT_TRUE(on_disk(canary));
    {
        SQLite::Database reader(path(), SQLite::OPEN_READONLY);
        SQLite::Statement read(reader, "SELECT version FROM consents");
        ASSERT_TRUE(read.executeStep());
        store->run([](Unit& unit) { unit.erase_person(phone(1)); });
        store->run([](Unit& unit) { EXPECT_TRUE(unit.consents_of(phone(1)).empty()); });
        // After the batch that saw that it could not be done.
        store->run([](Unit& unit) { EXPECT_TRUE(unit.backlog().erased_is_held); });
        EXPECT_TRUE(on_disk(canary)) << "the reader still may see it";
        read.reset();
    }
    store->run([](Unit&) {});
    store->run([](Unit& unit) { EXPECT_FALSE(unit.backlog().erased_is_held); });
    EXPECT_FALSE(on_disk(canary));
}

TEST_F(SqliteAudit, AnErasureThatAKillCutShortIsFinishedAtTheNextStart) {
    const std::string canary = "canary-of-the-erased";
    const std::string copy = folder_.path() + "/copy";
    {
        const auto store = open_sqlite_store(options_);
        store->run([&](Unit& unit) {
            unit.add(flows::Consent{phone(1), "U04", canary, "id", "at", "s", at(1)});
        });
        // As a process leaves its files that dies before it empties the log.
        SQLite::Database reader(path(), SQLite::OPEN_READONLY);
        SQLite::Statement read(reader, "SELECT version FROM consents");
        ASSERT_TRUE(read.executeStep());
        store->run([](Unit& unit) { unit.erase_person(phone(1)); });
        store->run([](Unit&) {});
        std::filesystem::copy(options_.folder, copy);
    }
    options_.folder = copy;
    ASSERT_TRUE(on_disk(canary));
    const auto store = open_sqlite_store(options_);
    store->run([](Unit&) {});
    EXPECT_FALSE(on_disk(canary));
}

TEST_F(SqliteAudit, LeavesNoRowOfAnErasedPhone) {
    const auto store = open_sqlite_store(options_);
    store->run([](Unit& unit) {
        unit.put(Session{"at", "1", phone(1), "state", "1*2", at(1), false});
        unit.put(flows::Person{phone(1), "id", at(1)});
        unit.put(flows::Draft{0, phone(1), "draft", 2, at(1)});
        unit.put(SmsPiece{"at", phone(1), "20880", "a", 1, 2, "piece", at(1)});
        unit.add(flows::Consent{phone(1), "U04", "v", "id", "at", "s", at(1)});
        unit.add(flows::DeskNote{"call", phone(1), "", at(1), "text"});
        unit.put(flows::Enrollment{.ticket = ticket(1), .owner = phone(1), .nik = nik(1)});
        flows::Referral referral{.ticket = ticket(1), .agent = "A"};
        unit.put(referral);
        unit.send({phone(1), "receipt", flows::Lane::receipt, "", "", {}});
        unit.set_timer({"erase", phone(1).digits(), at(1)});
    });
    store->run([](Unit& unit) { unit.erase_person(phone(1)); });
    store->run([](Unit&) {});
    auto database = raw();
    for (const char* table : {"persons", "drafts", "sms_pieces", "consents", "desk_notes",
                              "enrollments", "referrals", "outbox", "timers"})
        EXPECT_EQ(rows_in(database, table), 0U) << table;
    EXPECT_EQ(rows_in(database, "hops WHERE length(hop) > 43 OR msisdn <> 0 OR session <> 0"), 0U);
}

}  // namespace
}  // namespace jangkau::sessions
