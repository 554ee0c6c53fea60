#include <SQLiteCpp/SQLiteCpp.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "sessions/sqlite_reseal.hpp"
#include "tests/sessions/keys.hpp"
#include "tests/sessions/store_contract.hpp"

namespace jangkau::sessions {
namespace {

using flows::Enrollment;
using flows::Lane;

Enrollment enrollment(int number, const std::string& name) {
    return {ticket(static_cast<unsigned>(number)),
            Enrollment::Kind::registration,
            phone(number),
            std::nullopt,
            nik(number),
            name,
            std::nullopt,
            "ojek",
            "7371",
            "",
            "",
            0,
            0,
            false,
            "id",
            flows::Status::waiting,
            "",
            at(number),
            at(number)};
}

/// One of every kind that is sealed, for person number `n`.
void fill(Unit& unit, int n) {
    const std::string text = "text " + std::to_string(n);
    unit.put(Hop{
        {"at", "s" + text, phone(n), text, "1*2", at(n), false}, "turn " + text, {text, false}});
    unit.set_timer({"nudge", text, at(n)});
    unit.put(flows::Draft{0, phone(n), text, 2, at(n)});
    unit.put(SmsPiece{"at", phone(n), "20880", "ref", 1, 2, text, at(n)});
    unit.add(flows::Consent{phone(n), "C1", "v1", "id", "at", text, at(n)});
    unit.add(flows::DeskNote{"call", phone(n), ticket(1).text(), at(n), text});
    unit.put(enrollment(n, text));
    unit.put(flows::Agent{"A" + std::to_string(n), text, phone(n), {}, 1, false, std::nullopt});
    unit.put(flows::Eligibility{nik(n), 1, std::chrono::year(2026) / 1 / 1, text});
    unit.send({phone(n), text, Lane::answer, "", "", std::nullopt});
    OutboxRow row = unit.sms_to(phone(n), 0, 1).at(0);
    row.channel = "at";
    row.reason = text;
    unit.settle(row, at(n));
    unit.report({"at", "early " + text, Delivery::failed, text}, at(n));
}

/// All of that is found and read; but for what ages, where that is gone.
void expect_all(Unit& unit, int n, bool with_ageing = true) {
    const std::string text = "text " + std::to_string(n);
    const auto session = unit.session("at", "s" + text);
    const auto reply = unit.reply("at", "s" + text, "turn " + text);
    ASSERT_EQ(session.has_value(), with_ageing);
    ASSERT_EQ(reply.has_value(), with_ageing);
    if (with_ageing) {
        EXPECT_EQ(session->state, text);
        EXPECT_EQ(reply->text, text);
    }
    ASSERT_EQ(unit.drafts_of(phone(n)).size(), 1U);
    EXPECT_EQ(unit.drafts_of(phone(n))[0].state, text);
    const auto pieces = unit.pieces_with({"at", phone(n), "20880", "ref", 2, 2, "", at(n)});
    ASSERT_EQ(pieces.size(), with_ageing ? 1U : 0U);
    if (with_ageing) {
        EXPECT_EQ(pieces[0].text, text);
    }
    ASSERT_EQ(unit.consents_of(phone(n)).size(), 1U);
    EXPECT_EQ(unit.consents_of(phone(n))[0].session, text);
    const auto notes = unit.desk_notes(99);
    EXPECT_TRUE(std::any_of(notes.begin(), notes.end(),
                            [&](const flows::DeskNote& note) { return note.text == text; }));
    const auto enrollments = unit.enrollments_with(nik(n));
    ASSERT_EQ(enrollments.size(), 1U);
    EXPECT_EQ(enrollments[0].name, text);
    EXPECT_EQ(unit.enrollment(enrollments[0].ticket)->nik, nik(n));
    EXPECT_EQ(unit.agent("A" + std::to_string(n))->name, text);
    ASSERT_TRUE(unit.eligibility(nik(n)));
    EXPECT_EQ(unit.eligibility(nik(n))->source, text);
    const auto sms = unit.sms_to(phone(n), 0, 9);
    ASSERT_EQ(sms.size(), 1U);
    EXPECT_EQ(sms[0].sms.text, text);
    EXPECT_EQ(sms[0].reason, text);
    const auto timers = unit.due_timers(at(n), 99);
    EXPECT_EQ(std::count_if(timers.begin(), timers.end(),
                            [&](const flows::Timer& timer) { return timer.ref == text; }),
              1);
}

class SqliteKeysTest : public testing::Test {
protected:
    SqliteKeysTest() {
        options_.folder = folder_.path() + "/data";
        options_.fast_and_loose = true;
        reopen();
    }

    void reopen() {
        store_.reset();
        store_ = open_sqlite_store(options_);
    }
    std::string refusal() {
        store_.reset();
        try {
            reopen();
        } catch (const std::runtime_error& refused) {
            return refused.what();
        }
        return "";
    }
    void in(const Store::Job& job) { store_->run(job); }
    [[nodiscard]] std::string file(const std::string& name) const {
        return options_.folder + "/" + name;
    }
    [[nodiscard]] std::string key_file() const {
        std::ifstream in(file("key"));
        return {std::istreambuf_iterator<char>(in), {}};
    }
    void write_key_file(const std::string& content) {
        std::filesystem::remove(file("key"));
        std::ofstream(file("key")) << content;
        ::chmod(file("key").c_str(), 0600);
    }
    /// "1: 26+4, 2 current": each key with what is left and what ages.
    std::string listed() {
        std::string text;
        in([&](Unit& unit) {
            for (const KeyUse& use : unit.keys().list()) {
                text += (text.empty() ? "" : ", ") + std::to_string(use.id);
                text += use.current
                            ? " current"
                            : ": " + std::to_string(use.left) + "+" + std::to_string(use.ageing);
            }
        });
        return text;
    }
    void rotate() {
        in([](Unit& unit) { ASSERT_TRUE(unit.keys().rotate()); });
    }
    std::string drop(unsigned id) {
        std::string why;
        in([&](Unit& unit) {
            const auto dropped = unit.keys().drop(id);
            if (!dropped) why = dropped.error().why;
        });
        return why;
    }
    ResealStep reseal(std::size_t limit) {
        ResealStep step;
        in([&](Unit& unit) { step = unit.keys().reseal(limit); });
        return step;
    }
    void reseal_all() {
        while (!reseal(100).done) {
        }
    }
    /// Straight in the file.
    void sql(const std::string& text) {
        SQLite::Database(file("jangkau.db"), SQLite::OPEN_READWRITE, 2000).exec(text);
    }
    std::int64_t number(const std::string& query) {
        return SQLite::Database(file("jangkau.db"), SQLite::OPEN_READONLY, 2000)
            .execAndGet(query)
            .getInt64();
    }

    TempFolder folder_;
    SqliteOptions options_;
    std::unique_ptr<Store> store_;
};

TEST_F(SqliteKeysTest, EverySealedColumnAndEveryKeyedIndexIsCovered) {
    SQLite::Database database(file("jangkau.db"), SQLite::OPEN_READONLY, 2000);
    SQLite::Statement blobs(database,
                            "SELECT m.name || '.' || c.name FROM sqlite_schema m"
                            " JOIN pragma_table_info(m.name) c WHERE m.type = 'table'"
                            " AND m.name <> 'meta' AND c.type = 'BLOB' ORDER BY 1");
    std::vector<std::string> found;
    while (blobs.executeStep()) found.push_back(blobs.getColumn(0).getString());
    std::vector<std::string> covered = Reseal::covered();
    std::sort(covered.begin(), covered.end());
    EXPECT_EQ(covered, found) << "sessions/sqlite_reseal.cpp has to know each";
}

TEST_F(SqliteKeysTest, RotatesUnderTurnsAndAcrossRestarts) {
    for (const int n : {1, 2, 3}) in([&](Unit& unit) { fill(unit, n); });
    EXPECT_EQ(listed(), "1 current");
    const std::string first = key_file();
    rotate();
    EXPECT_EQ(listed(), "1: 31+3, 2 current");
    EXPECT_TRUE(key_file().starts_with(first));
    in([](Unit& unit) {
        for (const int n : {1, 2, 3}) expect_all(unit, n);
    });
    EXPECT_NE(drop(1).find("31 values"), std::string::npos) << drop(1);
    EXPECT_NE(drop(2).find("current"), std::string::npos);
    EXPECT_NE(drop(3).find("no key 3"), std::string::npos);

    std::size_t sealed = 0;
    for (int step = 0;; ++step) {
        const ResealStep taken = reseal(5);
        sealed += taken.sealed;
        EXPECT_EQ(taken.unreadable, 0U);
        if (taken.done) break;
        in([](Unit& unit) {
            for (const int n : {1, 2, 3}) expect_all(unit, n);
        });
        // Killed or restarted in between: it begins at the beginning, and nothing is sealed twice.
        if (step % 3 == 2 && step < 30) reopen();
    }
    EXPECT_EQ(sealed, 31U);
    EXPECT_EQ(listed(), "1: 0+3, 2 current");
    EXPECT_NE(drop(1).find("3 hops of dialogues"), std::string::npos) << drop(1);
    // A dialogue that goes on is one of the new key.
    in([](Unit& unit) { unit.put(*unit.session("at", "stext 1")); });
    EXPECT_EQ(number("SELECT count(*) FROM hops WHERE substr(hop, 1, 3) = x'020002'"), 1);

    in([](Unit& unit) { (void)unit.purge({.pieces = at(99), .replies = at(99)}); });
    EXPECT_EQ(drop(1), "");
    EXPECT_EQ(listed(), "2 current");
    EXPECT_TRUE(key_file().starts_with("2:")) << "the file still has the old one";
    reopen();
    EXPECT_EQ(listed(), "2 current");
    in([](Unit& unit) {
        for (const int n : {1, 2, 3}) expect_all(unit, n, false);
    });
}

TEST_F(SqliteKeysTest, WhatIsWrittenMeanwhileHasOneRow) {
    in([](Unit& unit) { fill(unit, 1); });
    rotate();
    in([](Unit& unit) {
        unit.put(*unit.session("at", "stext 1"));
        unit.set_timer({"nudge", "text 1", at(1)});
        unit.put(flows::Eligibility{nik(1), 1, std::chrono::year(2026) / 1 / 1, "text 1"});
        unit.put(SmsPiece{"at", phone(1), "20880", "ref", 1, 2, "another first", at(1)});
        Enrollment earlier = enrollment(3, "earlier");
        earlier.nik = nik(1);
        earlier.created = at(0);
        unit.put(earlier);
    });
    in([](Unit& unit) {
        const auto with_nik = unit.enrollments_with(nik(1));
        ASSERT_EQ(with_nik.size(), 2U);
        EXPECT_EQ(with_nik[1].name, "earlier") << "newest first, whatever the key";
        unit.erase_enrollment(ticket(3));
        expect_all(unit, 1);
        unit.put(SmsPiece{"at", phone(1), "20880", "ref", 2, 2, "second", at(1)});
        EXPECT_EQ(unit.pieces_with({"at", phone(1), "20880", "ref", 1, 2, "", at(1)}).size(), 2U);
        unit.drop_pieces({"at", phone(1), "20880", "ref", 1, 2, "", at(1)});
    });
    for (const char* table : {"timers", "eligibility"})
        EXPECT_EQ(number("SELECT count(*) FROM " + std::string(table)), 1) << table;
    EXPECT_EQ(number("SELECT count(*) FROM sms_pieces"), 0);
    in([](Unit& unit) {
        EXPECT_TRUE(unit.cancel_timer("nudge", "text 1"));
        EXPECT_FALSE(unit.cancel_timer("nudge", "text 1"));
    });
}

TEST_F(SqliteKeysTest, AReportFindsItsSmsByANameOfAnOldKey) {
    std::string name;
    in([&](Unit& unit) {
        unit.send({phone(1), "text", Lane::answer, "", "", std::nullopt});
        name = unit.sms_to(phone(1), 0, 1).at(0).key;
    });
    rotate();
    in([&](Unit& unit) {
        EXPECT_NE(unit.sms_to(phone(1), 0, 1).at(0).key, name);
        EXPECT_TRUE(unit.report({"at", "", Delivery::delivered, "", name}, at(1)));
    });
}

TEST_F(SqliteKeysTest, AStepThatIsRolledBackLeavesNothingBehind) {
    in([](Unit& unit) { fill(unit, 1); });
    rotate();
    EXPECT_THROW(in([](Unit& unit) {
                     (void)unit.keys().reseal(5);
                     throw std::runtime_error("no");
                 }),
                 std::runtime_error);
    EXPECT_EQ(listed(), "1: 11+1, 2 current");
    reseal_all();
    EXPECT_EQ(listed(), "1: 0+1, 2 current");
    in([](Unit& unit) { expect_all(unit, 1); });
}

TEST_F(SqliteKeysTest, AKeyIsDroppedOnlyOnceThatIsCommitted) {
    in([](Unit& unit) { unit.put(enrollment(1, "name")); });
    rotate();
    reseal_all();
    const std::string both = key_file();
    EXPECT_THROW(in([](Unit& unit) {
                     ASSERT_TRUE(unit.keys().drop(1));
                     throw std::runtime_error("no");
                 }),
                 std::runtime_error);
    EXPECT_EQ(key_file(), both);
    EXPECT_EQ(listed(), "1: 0+0, 2 current");
    reopen();
    EXPECT_EQ(drop(1), "");
    EXPECT_TRUE(key_file().starts_with("2:"));
    EXPECT_FALSE(std::filesystem::exists(file("key.new")));
}

TEST_F(SqliteKeysTest, ARotationThatIsRolledBackHarmsNothing) {
    const std::string one = key_file();
    in([](Unit& unit) { fill(unit, 1); });
    EXPECT_THROW(in([](Unit& unit) {
                     ASSERT_TRUE(unit.keys().rotate());
                     throw std::runtime_error("no");
                 }),
                 std::runtime_error);
    in([](Unit& unit) { fill(unit, 2); });
    reseal_all();
    EXPECT_EQ(number("SELECT count(*) FROM meta WHERE name = 'canary/2'"), 1);
    reopen();
    in([](Unit& unit) { expect_all(unit, 1), expect_all(unit, 2); });
    write_key_file(one);
    EXPECT_NE(refusal().find("is sealed with key 2"), std::string::npos) << refusal();
}

TEST_F(SqliteKeysTest, AValueThatSomebodyChangedStopsNoRotation) {
    in([](Unit& unit) {
        for (const int n : {1, 2}) unit.put(enrollment(n, "name"));
    });
    sql("UPDATE enrollments SET person = (SELECT person FROM enrollments WHERE owner = " +
        phone(1).digits() + ") WHERE owner = " + phone(2).digits());
    rotate();
    const ResealStep step = reseal(100);
    EXPECT_EQ(step.sealed, 2U);  // and the audit's secret
    EXPECT_EQ(step.unreadable, 1U);
    EXPECT_TRUE(reseal(100).done);
    EXPECT_NE(drop(1).find("1 values"), std::string::npos) << drop(1);
}

// --- what is moved is not read ---

struct Swap {
    const char* name;
    const char* sql;
    void (*read)(Unit&);
};

class MovedValue : public SqliteKeysTest, public testing::WithParamInterface<Swap> {};

INSTANTIATE_TEST_SUITE_P(
    SqliteKeys, MovedValue,
    testing::Values(
        Swap{"hop", "UPDATE hops SET hop = (SELECT hop FROM hops WHERE id = 1)",
             [](Unit& unit) { (void)unit.session("at", "stext 2"); }},
        Swap{"draft", "UPDATE drafts SET state = (SELECT state FROM drafts WHERE id = 1)",
             [](Unit& unit) { (void)unit.draft(2); }},
        Swap{"draft_given_to_another_phone",
             "UPDATE drafts SET msisdn = (SELECT msisdn FROM drafts WHERE id = 1)",
             [](Unit& unit) { (void)unit.draft(2); }},
        Swap{"piece", "UPDATE sms_pieces SET piece = (SELECT piece FROM sms_pieces WHERE id = 1)",
             [](Unit& unit) { (void)unit.stale_pieces(at(9), 9); }},
        Swap{"consent", "UPDATE consents SET session = (SELECT session FROM consents WHERE id = 1)",
             [](Unit& unit) { (void)unit.consents_of(phone(2)); }},
        Swap{"note", "UPDATE desk_notes SET text = (SELECT text FROM desk_notes WHERE id = 1)",
             [](Unit& unit) { (void)unit.desk_notes(9); }},
        Swap{"enrollment",
             "UPDATE enrollments SET person = (SELECT person FROM enrollments WHERE rowid = 1)",
             [](Unit& unit) { (void)unit.enrollment(ticket(2)); }},
        Swap{"agent", "UPDATE agents SET name = (SELECT name FROM agents WHERE id = 'A1')",
             [](Unit& unit) { (void)unit.agent("A2"); }},
        Swap{"eligibility",
             "UPDATE eligibility SET finding = (SELECT finding FROM eligibility LIMIT 1)",
             [](Unit& unit) { (void)unit.eligibility(nik(1)), (void)unit.eligibility(nik(2)); }},
        Swap{"sms", "UPDATE outbox SET text = (SELECT text FROM outbox WHERE id = 1)",
             [](Unit& unit) { (void)unit.sms_to(phone(2), 0, 9); }},
        Swap{"reason_of_another_sms",
             "UPDATE outbox SET reason = (SELECT reason FROM outbox WHERE id = 1)",
             [](Unit& unit) { (void)unit.sms_to(phone(2), 0, 9); }},
        Swap{"text_as_reason", "UPDATE outbox SET reason = text",
             [](Unit& unit) { (void)unit.sms_to(phone(2), 0, 9); }},
        Swap{"name_of_an_agent_as_a_worker",
             "UPDATE enrollments SET person = (SELECT name FROM agents WHERE id = 'A2')",
             [](Unit& unit) { (void)unit.enrollment(ticket(2)); }},
        Swap{"reason_of_a_report",
             "UPDATE parked_reports SET reason = (SELECT reason FROM parked_reports LIMIT 1)",
             [](Unit& unit) {
                 for (const int n : {1, 2}) {
                     OutboxRow row = unit.sms_to(phone(n), 0, 1).at(0);
                     row.state = Delivery::accepted;
                     row.provider_id = "early text " + std::to_string(n);
                     unit.settle(row, at(9));
                 }
             }}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST_P(MovedValue, IsNotRead) {
    for (const int n : {1, 2}) in([&](Unit& unit) { fill(unit, n); });
    sql(GetParam().sql);
    // After a job that failed nothing is at hand, and all is read from the file.
    EXPECT_THROW(in([](Unit&) { throw std::logic_error("undone"); }), std::logic_error);
    EXPECT_THROW(in(GetParam().read), std::runtime_error);
}

// --- which keys it starts with ---

TEST_F(SqliteKeysTest, AWrongOrMissingKeyIsSaidAtTheStart) {
    in([](Unit& unit) { unit.put(enrollment(1, "name")); });
    const std::string one = key_file();
    rotate();
    const std::string both = key_file();
    const std::string two = both.substr(one.size());
    for (const auto& [keys, said] :
         {std::pair<std::string, std::string>{key_line(1, 'a') + two, "key 1 in "},
          {one + key_line(2, 'a'), "key 2 in "},
          {one, "is sealed with key 2, which "},
          {two, "is sealed with key 1, which "},
          {key_line(3, 'a'), "is sealed with key 1, which "},
          {"1:" + two.substr(2) + "2:" + one.substr(2), "is not the one"}}) {
        write_key_file(keys);
        EXPECT_NE(refusal().find(said), std::string::npos) << refusal();
        EXPECT_EQ(refusal().find('\n'), std::string::npos);
        EXPECT_NE(refusal().find(file("jangkau.db")), std::string::npos) << refusal();
    }
    std::filesystem::remove(file("key"));
    EXPECT_NE(refusal().find("is missing"), std::string::npos) << refusal();
    EXPECT_FALSE(std::filesystem::exists(file("key"))) << "a new key beside an old database";
    write_key_file(both);
    EXPECT_EQ(refusal(), "");
}

TEST_F(SqliteKeysTest, AKeyThatIsAddedElsewhereTakesOverAtTheNextStart) {
    in([](Unit& unit) { fill(unit, 1); });
    store_.reset();
    options_.keys.text = key_file() + key_line(2, 'b');
    options_.keys.name = "the environment variable KEYS";
    std::filesystem::remove(file("key"));
    reopen();
    EXPECT_EQ(listed(), "1: 11+1, 2 current");
    in([](Unit& unit) {
        const auto refused = unit.keys().rotate();
        ASSERT_FALSE(refused);
        EXPECT_NE(refused.error().why.find("KEYS"), std::string::npos);
        EXPECT_NE(refused.error().why.find("3:$(openssl rand -hex 32)"), std::string::npos);
        EXPECT_EQ(unit.keys().kept_in(), "the environment variable KEYS");
    });
    reseal_all();
    in([](Unit& unit) {
        expect_all(unit, 1);
        (void)unit.purge({.pieces = at(99), .replies = at(99)});
    });
    EXPECT_EQ(drop(1), "");
    options_.keys.text = key_line(2, 'b');
    reopen();
    in([](Unit& unit) { expect_all(unit, 1, false); });
    EXPECT_FALSE(std::filesystem::exists(file("key")));
}

TEST_F(SqliteKeysTest, AFileThatSomebodyChangedMeanwhileIsNotWrittenOver) {
    const std::string changed = key_file() + key_line(9, 'c');
    write_key_file(changed);
    in([](Unit& unit) {
        const auto refused = unit.keys().rotate();
        ASSERT_FALSE(refused);
        EXPECT_NE(refused.error().why.find("was changed since the start"), std::string::npos);
    });
    EXPECT_EQ(key_file(), changed);
    EXPECT_EQ(listed(), "1 current");
}

TEST_F(SqliteKeysTest, SaysOnceThatItMadeAKey) {
    std::vector<std::string> made;
    options_.key_made = [&](const std::string& path) { made.push_back(path); };
    reopen();
    EXPECT_TRUE(made.empty());
    options_.folder = folder_.path() + "/new";
    reopen();
    EXPECT_EQ(made, (std::vector<std::string>{file("key")}));
}

TEST_F(SqliteKeysTest, MakesNoKeyWhereItMayNot) {
    options_.folder = folder_.path() + "/new";
    options_.keys.make = false;
    EXPECT_NE(refusal().find("is missing"), std::string::npos);
    options_.keys = {.file = folder_.path() + "/credential", .handed_over = true};
    EXPECT_NE(refusal().find("is missing"), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(file("jangkau.db")));
}

/// A rotation in a child, a row at a time, that tells each step and is killed.
TEST_F(SqliteKeysTest, GoesOnAfterItWasKilled) {
    constexpr int kPeople = 10;
    for (int n = 1; n <= kPeople; ++n) in([&](Unit& unit) { fill(unit, n); });
    store_.reset();
    for (const int kill_after : {1, 20, 55}) {
        std::array<int, 2> pipe{};
        ASSERT_EQ(::pipe(pipe.data()), 0);
        // No thread lives here now, so the child may do what it likes.
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            const auto store = open_sqlite_store(options_);
            if (kill_after == 1) store->run([](Unit& unit) { (void)unit.keys().rotate(); });
            while (true) {
                store->run([](Unit& unit) { (void)unit.keys().reseal(1); });
                if (::write(pipe[1], "x", 1) != 1) ::_exit(1);
            }
        }
        ::close(pipe[1]);
        char step = 0;
        for (int i = 0; i < kill_after; ++i) ASSERT_EQ(::read(pipe[0], &step, 1), 1);
        ::kill(child, SIGKILL);
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFSIGNALED(status));
        ::close(pipe[0]);
    }
    reopen();
    const std::string between = listed();
    EXPECT_NE(between, "1: 100+10, 2 current");
    EXPECT_NE(between, "1: 0+10, 2 current");
    EXPECT_TRUE(between.ends_with("+10, 2 current")) << between;
    for (int n = 1; n <= kPeople; ++n) in([&](Unit& unit) { expect_all(unit, n); });
    reseal_all();
    EXPECT_EQ(listed(), "1: 0+10, 2 current");
    for (int n = 1; n <= kPeople; ++n) in([&](Unit& unit) { expect_all(unit, n); });
}

// --- the first format ---

/// A database as the program left it behind that knew one key and no ids: its own, dumped.
class FirstFormat : public SqliteKeysTest {
protected:
    FirstFormat() {
        store_.reset();
        options_.folder = folder_.path() + "/first";
        std::filesystem::create_directory(options_.folder);
        write_key_file(std::string(64, 'a') + "\n");
        std::ifstream in(JANGKAU_SOURCE_DIR "/tests/sessions/first_format.sql");
        const std::string dump{std::istreambuf_iterator<char>(in), {}};
        SQLite::Database(file("jangkau.db"), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
            .exec(dump);
    }

    static void expect_old(Unit& unit) {
        EXPECT_FALSE(unit.session("at", "1")) << "begins again from its draft";
        EXPECT_TRUE(unit.seen("turn 1"));
        EXPECT_EQ(unit.due_timers(at(9), 9).at(0).ref, "1");
        EXPECT_EQ(unit.drafts_of(phone(1)).at(0).state, "draft two");
        EXPECT_EQ(unit.drafts_of(phone(1)).at(1).state, "draft one");
        EXPECT_EQ(unit.pieces_with({"at", phone(1), "20880", "a", 2, 2, "", at(1)}).at(0).text,
                  "DAFTAR ");
        EXPECT_EQ(unit.consents_of(phone(1)).at(0).session, "session 1");
        EXPECT_EQ(unit.desk_notes(9).at(0).text, "note");
        EXPECT_EQ(unit.enrollments_with(nik(1)).at(0).name, "DAENG FIRST");
        EXPECT_FALSE(unit.enrollment(ticket(2))->nik);
        EXPECT_EQ(unit.agent("A01")->name, "SITI FIRST");
        EXPECT_EQ(unit.eligibility(nik(1))->source, "DTSEN");
        EXPECT_EQ(unit.sms_to(phone(1), 0, 9).at(0).sms.text, "waiting");
        EXPECT_EQ(unit.sms_to(phone(1), 0, 9).at(1).reason, "HTTP 503");
        EXPECT_TRUE(unit.report({"at", "x", Delivery::sent, "", "jk-2-9abfe669"}, at(2)));
    }
};

TEST_F(FirstFormat, IsReadAndBroughtUpToDate) {
    reopen();
    in(expect_old);
    reopen();
    in(expect_old);
    // What a row alone does not tell the name of ages, or is taken over when it is asked for.
    for (const char* of : {"drafts WHERE substr(state", "enrollments WHERE substr(person",
                           "eligibility WHERE substr(finding", "outbox WHERE substr(text",
                           "meta WHERE substr(value"}) {
        EXPECT_EQ(number("SELECT count(*) FROM " + std::string(of) + ", 1, 1) = x'01'"), 0) << of;
    }
}

TEST_F(FirstFormat, CanRotateAtOnce) {
    write_key_file(std::string(64, 'a') + "\n" + key_line(2, 'b'));
    reopen();
    EXPECT_EQ(listed(), "1: 1+0, 2 current") << "the city's list";
    reseal_all();
    in(expect_old);
    EXPECT_EQ(listed(), "1: 0+0, 2 current");
    in([](Unit& unit) { (void)unit.purge({.pieces = at(99), .replies = at(99)}); });
    EXPECT_EQ(drop(1), "");
    reopen();
    in([](Unit& unit) {
        EXPECT_EQ(unit.enrollments_with(nik(1)).at(0).name, "DAENG FIRST");
        EXPECT_EQ(unit.eligibility(nik(1))->source, "DTSEN");
    });
}

TEST_F(FirstFormat, RefusesAnotherKey) {
    write_key_file(std::string(64, 'b') + "\n");
    EXPECT_NE(refusal().find("is not the one"), std::string::npos) << refusal();
    write_key_file(key_line(2, 'a'));
    EXPECT_NE(refusal().find("is not the one"), std::string::npos) << refusal();
}

}  // namespace
}  // namespace jangkau::sessions
