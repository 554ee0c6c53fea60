// The log of the store is written back while turns go on.

#include <SQLiteCpp/SQLiteCpp.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>

#include "tests/sessions/store_contract.hpp"

namespace jangkau::sessions {
namespace {

using std::chrono_literals::operator""s;

class SqliteCheckpoints : public testing::Test {
protected:
    SqliteCheckpoints() {
        options_.folder = folder_.path() + "/data";
        options_.checkpoint_pages = 16;
    }
    std::string database() const { return options_.folder + "/jangkau.db"; }
    /// How often the log was begun anew (https://sqlite.org/fileformat2.html#walformat, offset 12).
    unsigned beginnings() const {
        std::ifstream log(database() + "-wal", std::ios::binary);
        std::array<unsigned char, 4> bytes{};
        log.seekg(12);
        log.read(reinterpret_cast<char*>(bytes.data()), bytes.size());
        unsigned number = 0;
        for (const unsigned char byte : bytes) number = number << 8 | byte;
        return number;
    }
    /// One turn after the other, without a pause, until that holds.
    template <class Condition>
    void turns_until(Store& store, Condition condition) {
        const auto deadline = std::chrono::steady_clock::now() + 60s;
        while (!condition() && std::chrono::steady_clock::now() < deadline)
            store.run([this](Unit& unit) {
                ++number_;
                const std::string dialogue = "dialogue " + std::to_string(number_);
                unit.put(
                    Hop{{"at", dialogue, phone(1), std::string(2000, 'x'), "", at(0)}, "", {}});
            });
        EXPECT_TRUE(condition());
    }
    std::int64_t hops_seen_by(SQLite::Database& reader) {
        return reader.execAndGet("SELECT count(*) FROM hops").getInt64();
    }

    TempFolder folder_;
    SqliteOptions options_;
    int number_ = 0;  ///< of turns so far
};

TEST_F(SqliteCheckpoints, TheLogBeginsAnewUnderTurnsThatDoNotPause) {
    {
        const auto store = open_sqlite_store(options_);
        turns_until(*store, [&] { return beginnings() >= 3; });
    }
    SQLite::Database after(database(), SQLite::OPEN_READONLY);
    EXPECT_EQ(hops_seen_by(after), number_);
    EXPECT_EQ(after.execAndGet("PRAGMA integrity_check").getString(), "ok");
}

TEST_F(SqliteCheckpoints, AReaderThatStaysSeesWhatHeSawAndHoldsNobodyUp) {
    const auto store = open_sqlite_store(options_);
    turns_until(*store, [&] { return number_ >= 100; });
    SQLite::Database reader(database(), SQLite::OPEN_READONLY);
    reader.exec("BEGIN");
    const auto seen = hops_seen_by(reader);
    const unsigned before = beginnings();
    turns_until(*store, [&] { return number_ >= 1'000; });
    EXPECT_EQ(hops_seen_by(reader), seen);
    EXPECT_LE(beginnings(), before + 1) << "begun anew under a reader";
    reader.exec("COMMIT");
    const unsigned held = beginnings();
    turns_until(*store, [&] { return beginnings() > held; });
}

TEST_F(SqliteCheckpoints, WhatWasErasedIsGoneFromTheLogToo) {
    const auto store = open_sqlite_store(options_);
    turns_until(*store, [&] { return beginnings() >= 2; });
    const auto size = [&] { return std::filesystem::file_size(database() + "-wal"); };
    ASSERT_GT(size(), 0U);
    store->run([](Unit& unit) { unit.erase_person(phone(1)); });
    // A pass that was under way lets the next batch empty it.
    turns_until(*store, [&] { return size() <= 4096U * 16; });
}

}  // namespace
}  // namespace jangkau::sessions
