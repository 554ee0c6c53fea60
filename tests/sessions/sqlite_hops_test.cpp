#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "sessions/sqlite_store.hpp"
#include "tests/sessions/store_contract.hpp"

namespace jangkau::sessions {
namespace {

/// More hops than one run of the index has, so that the next start reads runs and rows.
constexpr int kDialogues = 9'000;

class SqliteHopsTest : public testing::Test {
protected:
    SqliteHopsTest() {
        options_.folder = folder_.path();
        options_.fast_and_loose = true;
        reopen();
    }

    void reopen() {
        store_.reset();
        store_ = open_sqlite_store(options_);
    }
    void in(const Store::Job& job) { store_->run(job); }

    static Hop hop(int dialogue, const std::string& turn) {
        const std::string id = std::to_string(dialogue);
        return {{"at", id, phone(dialogue % 100), "state " + turn, "", at(dialogue), false},
                turn,
                {"screen " + turn + " of " + id, false}};
    }
    static void expect_dialogue(Unit& unit, int dialogue) {
        const std::string id = std::to_string(dialogue);
        ASSERT_TRUE(unit.session("at", id)) << id;
        EXPECT_EQ(unit.session("at", id)->state, "state two");
        EXPECT_EQ(unit.reply("at", id, "one")->text, "screen one of " + id);
        EXPECT_EQ(unit.reply("at", id, "two")->text, "screen two of " + id);
    }
    void fill() {
        for (const std::string turn : {"one", "two"})
            in([&](Unit& unit) {
                for (int i = 1; i <= kDialogues; ++i) unit.put(hop(i, turn));
            });
    }

    TempFolder folder_;
    SqliteOptions options_;
    std::unique_ptr<Store> store_;
};

TEST_F(SqliteHopsTest, FindsEveryDialogueAgainAfterAStart) {
    fill();
    in([](Unit& unit) { unit.put(Session{"at", "1", phone(1), "over", "", at(1), true}); });
    for (int start = 0; start < 2; ++start) {
        in([](Unit& unit) {
            for (int i = 2; i <= kDialogues; i += 97) expect_dialogue(unit, i);
            EXPECT_TRUE(unit.session("at", "1")->ended);
            EXPECT_EQ(unit.counts().sessions, static_cast<std::uint64_t>(kDialogues - 1));
        });
        reopen();
    }
}

TEST_F(SqliteHopsTest, AJobThatFailsTakesItsRunsWithIt) {
    const auto broken = [](Unit& unit) {
        for (int i = 1; i <= kDialogues; ++i) unit.put(hop(i, "never"));
        throw std::runtime_error("after two runs");
    };
    EXPECT_THROW(in(broken), std::runtime_error);
    in([](Unit& unit) {
        EXPECT_EQ(unit.counts().sessions, 0U);
        EXPECT_FALSE(unit.session("at", "1"));
    });
    fill();
    EXPECT_THROW(in(broken), std::runtime_error);
    for (int start = 0; start < 2; ++start) {
        in([](Unit& unit) {
            for (int i = 1; i <= kDialogues; i += 97) expect_dialogue(unit, i);
        });
        reopen();
    }
}

// Of what was read or written last some is in memory: it follows what the database has.
TEST_F(SqliteHopsTest, WhatIsAtHandIsWhatIsStored) {
    const auto enrollment = [](const std::string& name) {
        flows::Enrollment one{.ticket = ticket(1), .owner = phone(1)};
        one.name = name;
        return one;
    };
    in([&](Unit& unit) {
        unit.put(hop(1, "one"));
        unit.put(enrollment("AMINAH"));
    });
    EXPECT_THROW(in([&](Unit& unit) {
                     unit.put(hop(1, "two"));
                     unit.put(enrollment("BURHAN"));
                     EXPECT_EQ(unit.session("at", "1")->state, "state two");
                     EXPECT_EQ(unit.enrollment(ticket(1))->name, "BURHAN");
                     throw std::runtime_error("taken back");
                 }),
                 std::runtime_error);
    in([](Unit& unit) {
        EXPECT_EQ(unit.session("at", "1")->state, "state one");
        EXPECT_FALSE(unit.reply("at", "1", "two"));
        EXPECT_EQ(unit.enrollment(ticket(1))->name, "AMINAH");
    });
    in([](Unit& unit) { unit.erase_enrollment(ticket(1)); });
    in([](Unit& unit) { unit.erase_person(phone(1)); });
    in([](Unit& unit) {
        EXPECT_FALSE(unit.session("at", "1"));
        EXPECT_FALSE(unit.enrollment(ticket(1)));
    });
}

// An hour's purge never holds up a turn for a whole table.
TEST_F(SqliteHopsTest, LooksThroughLargeTablesInPieces) {
    constexpr int kOld = 7'000, kPhones = 12'000;
    in([](Unit& unit) {
        for (int i = 1; i <= kPhones; ++i) {
            flows::Consent consent{phone(i), "U10", "1", "id", "at", "s", at(i <= kOld ? 1 : 9)};
            unit.add(consent);
            flows::Person person{.msisdn = phone(i)};
            person.consent_at = consent.at;
            unit.put(person);
        }
    });
    const auto forget = [&] {
        Purged gone;
        std::size_t calls = 0;
        for (bool more = true; more && ++calls < 50;)
            in([&](Unit& unit) {
                for (const auto& [kind, rows] : unit.purge({.consents = at(2)})) gone[kind] += rows;
                more = unit.more_to_purge();
            });
        return std::pair(gone, calls);
    };
    const auto [gone, calls] = forget();
    EXPECT_EQ(gone, (Purged{{"consents", kOld}, {"persons", kOld}}));
    EXPECT_EQ(calls, 3U);
    EXPECT_EQ(forget().first, Purged{}) << "begins anew";
}

TEST_F(SqliteHopsTest, ForgetsInPiecesAndKeepsTheNumbers) {
    fill();
    const Cutoffs all{.replies = at(kDialogues + 1)};
    std::size_t gone = 0, calls = 0;
    while (gone < 2 * kDialogues && ++calls < 50)
        in([&](Unit& unit) { gone += unit.purge(all)["hops"]; });
    EXPECT_EQ(calls, 2U * kDialogues / kHopsPurgedAtOnce);
    for (int start = 0; start < 2; ++start) {
        in([](Unit& unit) { EXPECT_FALSE(unit.session("at", "7")); });
        reopen();
    }
    // A number that was given to a hop is never given to another: drafts tell by it what is newer.
    std::int64_t draft = 0;
    in([&](Unit& unit) {
        draft = unit.put(flows::Draft{0, phone(1), "cold", 0, at(1)});
        Hop next = hop(7, "two");
        next.draft = draft;
        unit.put(next);
    });
    reopen();
    in([&](Unit& unit) { EXPECT_EQ(unit.draft(draft)->state, "state two"); });
}

TEST_F(SqliteHopsTest, WhoIsErasedStaysSoAfterAStart) {
    fill();
    in([](Unit& unit) { unit.erase_person(phone(7)); });
    for (int start = 0; start < 2; ++start) {
        in([](Unit& unit) {
            EXPECT_FALSE(unit.session("at", "7"));
            EXPECT_FALSE(unit.reply("at", "107", "one"));
            expect_dialogue(unit, 8);
        });
        reopen();
    }
}

/// What a stranger or a bad disk changes beside the sealed values.
class DamagedHop : public SqliteHopsTest, public testing::WithParamInterface<const char*> {
protected:
    void damage(const std::string& sql) {
        store_.reset();
        SQLite::Database database(options_.folder + "/jangkau.db", SQLite::OPEN_READWRITE);
        ASSERT_GE(database.exec(sql), 1);
    }
    std::string refusal() {
        try {
            reopen();
        } catch (const std::runtime_error& refused) {
            return refused.what();
        }
        return "opened";
    }
};

INSTANTIATE_TEST_SUITE_P(SqliteHops, DamagedHop,
                         testing::Values("session = session + 1", "msisdn = msisdn + 1",
                                         "previous = previous + 1", "draft = draft + 1",
                                         "at = at + 1", "ended = 1 - ended", "hop = x''"));

TEST_P(DamagedHop, IsHeardOfAtTheStart) {
    in([](Unit& unit) {
        for (int i = 1; i <= 3; ++i) unit.put(hop(i, "one"));
    });
    damage("UPDATE hops SET " + std::string(GetParam()) + " WHERE id = 2");
    EXPECT_NE(refusal().find("hops.hop was changed; restore a backup"), std::string::npos)
        << refusal();
}

TEST_P(DamagedHop, IsHeardOfAtTheReadWhereARunCoversIt) {
    fill();
    damage("UPDATE hops SET " + std::string(GetParam()) +
           " WHERE id = " + std::to_string(kDialogues + 2));
    reopen();
    EXPECT_THROW(in([](Unit& unit) { (void)unit.session("at", "2"); }), std::runtime_error);
    in([](Unit& unit) { expect_dialogue(unit, 3); });
}

TEST_F(DamagedHop, OneThatIsMissingIsHeardOf) {
    in([](Unit& unit) {
        for (int i = 1; i <= 3; ++i) unit.put(hop(i, "one"));
    });
    damage("DELETE FROM hops WHERE id = 2");
    EXPECT_NE(refusal().find("hops are missing"), std::string::npos) << refusal();
}

TEST_F(DamagedHop, ARunThatIsMissingIsReadFromItsHops) {
    fill();
    damage("DELETE FROM hop_runs WHERE last = (SELECT min(last) FROM hop_runs)");
    reopen();
    in([](Unit& unit) {
        for (int i = 1; i <= kDialogues; i += 97) expect_dialogue(unit, i);
    });
}

TEST_F(DamagedHop, AnotherRunInItsPlaceIsRefused) {
    fill();
    damage("UPDATE hop_runs SET entries = (SELECT entries FROM hop_runs ORDER BY last LIMIT 1)");
    EXPECT_NE(refusal().find("hop_runs.entries was changed; restore a backup"), std::string::npos)
        << refusal();
}

}  // namespace
}  // namespace jangkau::sessions
