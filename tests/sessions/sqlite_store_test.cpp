#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <stdexcept>

#include "sessions/vault.hpp"
#include "tests/sessions/store_contract.hpp"

namespace jangkau::sessions {
namespace {

class SqliteStoreTest : public testing::Test {
protected:
    SqliteStoreTest() { options_.folder = folder_.path() + "/data"; }

    [[nodiscard]] std::unique_ptr<Store> open() const { return open_sqlite_store(options_); }
    [[nodiscard]] std::string file(const std::string& name) const {
        return options_.folder + "/" + name;
    }

    /// What the operator reads when it does not open.
    std::string refusal() const {
        try {
            static_cast<void>(open());
        } catch (const std::runtime_error& refused) {
            return refused.what();
        }
        return "";
    }

    /// As schemas up to 7 kept one: to erase that phone.
    void add_sealed_timer() const;

    TempFolder folder_;
    SqliteOptions options_;
};

TEST_F(SqliteStoreTest, SurvivesReopening) {
    open()->run([](Unit& unit) {
        unit.put(Session{"at", "1", phone(1), "state", "1*2", at(1), false});
        unit.put(flows::Draft{0, phone(1), "draft", 2, at(1)});
        unit.put(flows::Person{phone(1), "id", at(1), false, std::nullopt, 0, ""});
        unit.send({phone(1), "text", flows::Lane::answer, "", "", std::nullopt});
        unit.set_timer({"draft", "a", at(3)});
    });
    open()->run([](Unit& unit) {
        ASSERT_TRUE(unit.session("at", "1"));
        EXPECT_EQ(unit.session("at", "1")->typed, "1*2");
        EXPECT_EQ(unit.sms_to(phone(1), 0, 9).at(0).sms.text, "text");
        EXPECT_EQ(unit.next_timer(), at(3));
    });
}

TEST_F(SqliteStoreTest, NeverGivesAnSmsIdTwice) {
    std::int64_t first = 0;
    const auto send = [](Unit& unit) {
        unit.send({phone(1), "text", flows::Lane::receipt, "", "", std::nullopt});
        return unit.sms_to(phone(1), 0, 9).at(0).id;
    };
    open()->run([&](Unit& unit) {
        first = send(unit);
        unit.erase_person(phone(1));
    });
    open()->run([&](Unit& unit) { EXPECT_GT(send(unit), first); });
}

TEST_F(SqliteStoreTest, KeepsItsFilesToItself) {
    const auto store = open();
    for (const char* name : {"", "jangkau.db", "jangkau.db-wal", "jangkau.lock", "key"}) {
        struct stat status {};
        ASSERT_EQ(::stat(file(name).c_str(), &status), 0) << name;
        EXPECT_EQ(status.st_mode & 077U, 0U) << name;
    }
}

TEST_F(SqliteStoreTest, RefusesAFolderInUse) {
    const auto store = open();
    const std::string said = refusal();
    EXPECT_NE(said.find(options_.folder), std::string::npos) << said;
    EXPECT_NE(said.find("in use by another"), std::string::npos) << said;
}

TEST_F(SqliteStoreTest, RefusesAnotherKey) {
    open().reset();
    std::ofstream(file("key")) << std::string(64, 'a');
    EXPECT_NE(refusal().find("is not the one"), std::string::npos) << refusal();
}

TEST_F(SqliteStoreTest, RefusesToMakeANewKeyForAnOldDatabase) {
    open().reset();
    std::filesystem::remove(file("key"));
    EXPECT_NE(refusal().find("is missing"), std::string::npos) << refusal();
}

/// Turns a file of the newest schema into one that version 1 left behind.
constexpr const char* kBackToVersion1 = R"sql(
DROP TABLE audit_subjects;
DROP TABLE audit;
DROP TABLE audit_begin;
DROP TABLE audit_secret;
DROP TABLE consent_texts;
DROP TABLE hops;
DROP TABLE hop_runs;
DROP TABLE seen_sms;
CREATE TABLE sessions (
    channel TEXT NOT NULL,
    id BLOB NOT NULL,
    msisdn INTEGER NOT NULL,
    dialogue BLOB NOT NULL,
    changed INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    PRIMARY KEY (channel, id)
) STRICT;
CREATE TABLE replies (
    turn BLOB PRIMARY KEY,
    text BLOB NOT NULL,
    ends INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT;
DROP TABLE timers;
CREATE TABLE timers (
    kind TEXT NOT NULL,
    ref_index BLOB NOT NULL,
    ref BLOB NOT NULL,
    due INTEGER NOT NULL,
    PRIMARY KEY (kind, ref_index)
) STRICT, WITHOUT ROWID;
CREATE INDEX timers_due ON timers (due);
CREATE INDEX timers_ref ON timers (ref_index);
DROP INDEX outbox_queued;
CREATE INDEX outbox_queued ON outbox (lane, due) WHERE state = 'queued';
DROP TABLE sms_pieces;
ALTER TABLE outbox DROP COLUMN doubts;
ALTER TABLE persons DROP COLUMN proved_at;
ALTER TABLE desk_notes DROP COLUMN text;
ALTER TABLE agents DROP COLUMN retired;
ALTER TABLE agents DROP COLUMN held;
ALTER TABLE agents DROP COLUMN released;
DROP TABLE agent_codes;
DROP TABLE agent_pins;
DROP TABLE incidents;
CREATE TABLE old_drafts (
    msisdn INTEGER PRIMARY KEY,
    state BLOB NOT NULL,
    stage INTEGER NOT NULL,
    changed INTEGER NOT NULL
) STRICT;
INSERT INTO old_drafts SELECT msisdn, state, stage, changed FROM drafts;
DROP TABLE drafts;
ALTER TABLE old_drafts RENAME TO drafts;
PRAGMA user_version = 1;
)sql";

void SqliteStoreTest::add_sealed_timer() const {
    const Vault vault(read_keys({.file = file("key")}));
    const Vault::Index index = vault.index("timer", phone(1).digits());
    const std::string ref =
        vault.seal(Place(columns::kTimerRef, {"erase", bytes(index)}), phone(1).digits());
    SQLite::Database database(file("jangkau.db"), SQLite::OPEN_READWRITE);
    SQLite::Statement insert(database, "INSERT INTO timers VALUES ('erase', ?, ?, ?)");
    insert.bind(1, index.data(), static_cast<int>(index.size()));
    insert.bind(2, ref.data(), static_cast<int>(ref.size()));
    insert.bind(3, std::int64_t{at(7).time_since_epoch().count()});
    ASSERT_EQ(insert.exec(), 1);
}

TEST_F(SqliteStoreTest, BringsAFileOfTheFirstVersionUpToDate) {
    const Time now = SystemClock().now();
    open()->run([&](Unit& unit) {
        unit.put(Session{"at", "1", phone(1), "state", "1*2", at(1), false});
        unit.put(flows::Person{phone(1), "id"});
        unit.put(flows::Draft{0, phone(1), "draft", 2, at(1)});
        unit.add(flows::DeskNote{"call", phone(1), "1234567", at(1), "lost on the way back"});
        unit.send({phone(1), "text", flows::Lane::answer, "", "", std::nullopt});
        unit.send({phone(1), "tried", flows::Lane::answer, "", "", std::nullopt});
        OutboxRow row = unit.sms_to(phone(1), 0, 9).at(1);
        row.channel = "at";
        row.reason = "HTTP 503";
        row.attempts = 3;
        unit.settle(row, now);
    });
    SQLite::Database(file("jangkau.db"), SQLite::OPEN_READWRITE).exec(kBackToVersion1);
    {
        // As that version kept an SMS that came.
        const Vault vault(read_keys({.file = file("key")}));
        SQLite::Database database(file("jangkau.db"), SQLite::OPEN_READWRITE);
        SQLite::Statement insert(database, "INSERT INTO replies VALUES (?, x'01', 1, 0)");
        const Vault::Index index = vault.index("turn", "an SMS");
        insert.bind(1, index.data(), static_cast<int>(index.size()));
        ASSERT_EQ(insert.exec(), 1);
    }
    add_sealed_timer();
    open()->run([&](Unit& unit) {
        const auto timers = unit.due_timers(at(9), 9);
        ASSERT_EQ(timers.size(), 1U);
        EXPECT_EQ(timers[0].kind, "erase");
        EXPECT_EQ(timers[0].ref, phone(1).digits());
        EXPECT_EQ(timers[0].due, at(7));
        EXPECT_FALSE(unit.session("at", "1")) << "begins again from its draft";
        EXPECT_TRUE(unit.seen("an SMS"));
        EXPECT_FALSE(unit.seen("another"));
        EXPECT_EQ(unit.drafts_of(phone(1)).at(0).state, "draft");
        EXPECT_EQ(unit.person(phone(1))->language, "id");
        EXPECT_FALSE(unit.person(phone(1))->proved_at);
        EXPECT_EQ(unit.desk_notes(9).at(0).ticket, "1234567");
        EXPECT_EQ(unit.desk_notes(9).at(0).text, "");
        ASSERT_EQ(unit.due("", flows::Lane::reminder, now + std::chrono::hours(1), 9).size(), 1U);
        const auto tried =
            claimed(unit, "at", flows::Lane::reminder, now + std::chrono::hours(1), 9);
        ASSERT_EQ(tried.size(), 1U);
        EXPECT_EQ(tried[0].sms.text, "tried");
        EXPECT_EQ(tried[0].reason, "HTTP 503");
        EXPECT_EQ(tried[0].attempts, 4U);
        EXPECT_EQ(tried[0].doubts, 0U);
        unit.put(SmsPiece{"at", phone(1), "20880", "a", 1, 2, "piece", at(1)});
        EXPECT_EQ(unit.stale_pieces(at(2), 9).size(), 1U);
    });
}

TEST_F(SqliteStoreTest, RefusesTimersThatItCannotTakeOver) {
    open().reset();
    SQLite::Database(file("jangkau.db"), SQLite::OPEN_READWRITE).exec(kBackToVersion1);
    add_sealed_timer();
    SQLite::Database(file("jangkau.db"), SQLite::OPEN_READWRITE)
        .exec("UPDATE timers SET due = due + 1, ref = substr(ref, 1, length(ref) - 1)");
    EXPECT_NE(refusal().find("timers.ref was changed; restore a backup"), std::string::npos)
        << refusal();
    EXPECT_NE(refusal(), "") << "as long as they are not taken over";
}

TEST_F(SqliteStoreTest, SearchesTheOutboxByItsIndex) {
    open().reset();
    SQLite::Database database(file("jangkau.db"), SQLite::OPEN_READWRITE);
    SQLite::Statement plan(database,
                           "EXPLAIN QUERY PLAN SELECT id FROM outbox WHERE state = 'queued'"
                           " AND channel = ? AND lane = ? AND due <= ? ORDER BY due, id LIMIT ?");
    std::string all;
    while (plan.executeStep()) all += plan.getColumn(3).getString() + "\n";
    EXPECT_NE(all.find("outbox_queued (channel=? AND lane=? AND due<?)"), std::string::npos) << all;
    EXPECT_EQ(all.find("TEMP B-TREE"), std::string::npos) << all;
}

TEST_F(SqliteStoreTest, GivesAnSmsTheSameKeyAfterReopening) {
    std::string key;
    open()->run([&](Unit& unit) {
        unit.send({phone(1), "text", flows::Lane::answer, "", "", std::nullopt});
        key = unit.sms_to(phone(1), 0, 9).at(0).key;
    });
    open()->run([&](Unit& unit) {
        EXPECT_EQ(unit.sms_to(phone(1), 0, 9).at(0).key, key);
        EXPECT_TRUE(unit.report({"at", "", Delivery::delivered, "", key}, at(1)));
        EXPECT_EQ(unit.sms_to(phone(1), 0, 9).at(0).state, Delivery::delivered);
    });
}

TEST_F(SqliteStoreTest, AKeyOfAnotherInstallationFindsNothing) {
    const auto key_of_the_first = [](Unit& unit) {
        unit.send({phone(1), "text", flows::Lane::answer, "", "", std::nullopt});
        return unit.sms_to(phone(1), 0, 9).at(0).key;
    };
    std::string foreign;
    SqliteOptions other = options_;
    other.folder = folder_.path() + "/other";
    open_sqlite_store(other)->run([&](Unit& unit) { foreign = key_of_the_first(unit); });
    open()->run([&](Unit& unit) {
        ASSERT_NE(key_of_the_first(unit), foreign);
        EXPECT_FALSE(unit.report({"at", "", Delivery::delivered, "", foreign}, at(1)));
        EXPECT_EQ(unit.sms_to(phone(1), 0, 9).at(0).state, Delivery::queued);
    });
}

TEST_F(SqliteStoreTest, APieceThatIsMovedToAnotherPhoneIsNotRead) {
    open()->run([](Unit& unit) {
        for (const int number : {1, 2})
            unit.put(SmsPiece{"at", phone(number), "20880", "a", 1, 2, "piece", at(1)});
    });
    SQLite::Database(file("jangkau.db"), SQLite::OPEN_READWRITE)
        .exec(
            "UPDATE sms_pieces SET piece = (SELECT piece FROM sms_pieces WHERE id = 1)"
            " WHERE id = 2");
    open()->run(
        [](Unit& unit) { EXPECT_THROW((void)unit.stale_pieces(at(2), 9), std::runtime_error); });
}

TEST_F(SqliteStoreTest, RefusesANewerSchema) {
    open().reset();
    SQLite::Database(file("jangkau.db"), SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 99");
    EXPECT_NE(refusal().find("schema 99"), std::string::npos) << refusal();
}

TEST_F(SqliteStoreTest, RefusesWhatIsNoDatabase) {
    open().reset();
    std::ofstream(file("jangkau.db")) << std::string(8192, 'x');
    EXPECT_NE(refusal().find("jangkau.db cannot be opened"), std::string::npos) << refusal();
}

TEST_F(SqliteStoreTest, HoldsNothingThatNamesAPerson) {
    const std::string name = "DAENG CANARY";
    const auto store = open();
    const auto found = [&](const std::string& wanted) {
        for (const char* suffix : {"", "-wal"}) {
            std::ifstream in(file("jangkau.db") + suffix, std::ios::binary);
            const std::string bytes{std::istreambuf_iterator<char>(in), {}};
            if (bytes.find(wanted) != std::string::npos) return true;
        }
        return false;
    };
    const auto expect_silent = [&] {
        for (const std::string& wanted :
             {name, nik(1).digits(), phone(1).digits(), phone(1).digits().substr(2)}) {
            EXPECT_FALSE(found(wanted)) << wanted;
        }
    };
    store->run([&](Unit& unit) {
        const std::string all = name + nik(1).digits() + phone(1).digits();
        unit.put(Session{"at", phone(1).digits(), phone(1), all, all, at(1), false});
        unit.see(all, at(1));
        unit.set_timer({"draft", phone(1).digits(), at(1)});
        unit.put(flows::Draft{0, phone(1), all, 1, at(1)});
        unit.put(SmsPiece{"at", phone(1), all, all, 1, 2, all, at(1)});
        unit.add(flows::Consent{phone(1), "C1", "canary-v1", "id", "at", all, at(1)});
        unit.put(flows::Enrollment{ticket(1), flows::Enrollment::Kind::registration, phone(1),
                                   phone(1), nik(1), name, std::nullopt, all, "7371", "", "", 0, 0,
                                   false, "id", flows::Status::waiting, all, at(1), at(1)});
        unit.put(flows::Agent{"A", name, phone(1), {}, 1, false, std::nullopt});
        unit.put(flows::Eligibility{nik(1), 1, std::chrono::year(2026) / 1 / 1, all});
        unit.send({phone(1), all, flows::Lane::receipt, "", "", std::nullopt});
        auto row = claimed(unit, "", flows::Lane::reminder, SystemClock().now(), 1).at(0);
        row.reason = all;
        unit.settle(row, at(1));
        unit.report({"at", "early", Delivery::failed, all}, at(1));
    });
    EXPECT_TRUE(found("canary-v1"));
    expect_silent();

    store->run([](Unit& unit) { unit.erase_person(phone(1)); });
    // The WAL is emptied after the batch that erased, hence before the next one.
    store->run([](Unit&) {});
    expect_silent();
    EXPECT_FALSE(found("canary-v1"));
}

}  // namespace
}  // namespace jangkau::sessions
