#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <future>

#include "sessions/copies.hpp"
#include "tests/sessions/store_contract.hpp"

namespace jangkau::sessions {
namespace {

using testing::HasSubstr;

class SqliteCopy : public testing::Test {
protected:
    SqliteCopy() {
        options_.folder = folder_.path() + "/data";
        options_.fast_and_loose = true;
    }
    std::string copy(Store& store, const std::string& name) {
        const std::string file = folder_.path() + "/" + name;
        std::promise<void> copied;
        store.copy_to(file, [&](const std::exception_ptr& failed) {
            failed ? copied.set_exception(failed) : copied.set_value();
        });
        copied.get_future().get();
        return file;
    }
    std::string key() const { return options_.folder + "/key"; }
    /// What the operator reads.
    static std::string refusal(const std::function<void()>& what) {
        try {
            what();
        } catch (const std::runtime_error& refused) {
            return refused.what();
        }
        return "";
    }

    TempFolder folder_;
    SqliteOptions options_;
};

void remember(Unit& unit, int number) {
    unit.put(
        Hop{{"at", std::to_string(number), phone(1), std::string(2000, 'x'), "", at(0)}, "", {}});
}

TEST_F(SqliteCopy, HoldsWhatWasAcknowledgedAndLetsTurnsGoOn) {
    const auto store = open_sqlite_store(options_);
    // So many pages that the copy takes several pieces.
    store->run([](Unit& unit) {
        for (int i = 0; i < 3000; ++i) remember(unit, i);
        unit.audit({.actor = "gateway", .action = "erasure.done", .by = phone(1)});
    });
    std::promise<void> copied;
    std::atomic<bool> whole = false;
    const std::string file = folder_.path() + "/copy.db";
    store->copy_to(file, [&](const std::exception_ptr& failed) {
        EXPECT_FALSE(failed);
        whole = true;
        copied.set_value();
    });
    int turns = 0;
    for (; !whole; ++turns) store->run([&](Unit& unit) { remember(unit, 10'000 + turns); });
    copied.get_future().get();
    EXPECT_GT(turns, 1) << "between two pieces each";

    struct stat status {};
    ASSERT_EQ(::stat(file.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
    EXPECT_FALSE(std::filesystem::exists(file + "-wal"));
    const CopyFacts facts = verify_copy(file, {.file = key()});
    EXPECT_EQ(facts.audit_rows, 1U);
    EXPECT_EQ(facts.erasures.size(), 1U);
    SqliteOptions other = options_;
    other.folder = folder_.path() + "/other";
    other.keys.file = key();
    place_copy(file, other.folder);
    open_sqlite_store(other)->run([](Unit& unit) {
        for (int i = 0; i < 3000; ++i) ASSERT_TRUE(unit.session("at", std::to_string(i))) << i;
    });
}

TEST_F(SqliteCopy, IsRefusedWhereItDoesNotHold) {
    const auto store = open_sqlite_store(options_);
    store->run([](Unit& unit) {
        for (int i = 0; i < 100; ++i) remember(unit, i);
    });
    const std::string file = copy(*store, "copy.db");
    EXPECT_EQ(refusal([&] { (void)verify_copy(file, {.file = key()}); }), "");
    EXPECT_THAT(refusal([&] { (void)copy(*store, "copy.db"); }), HasSubstr("cannot be made"))
        << "nothing is overwritten";

    std::ofstream(folder_.path() + "/key2") << std::string(64, 'a');
    ::chmod((folder_.path() + "/key2").c_str(), 0600);
    EXPECT_THAT(refusal([&] { (void)verify_copy(file, {.file = folder_.path() + "/key2"}); }),
                HasSubstr("is not the one"));

    std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
    EXPECT_THAT(refusal([&] { (void)verify_copy(file, {.file = key()}); }),
                testing::AnyOf(HasSubstr("is damaged"), HasSubstr("cannot be read as a backup")));
}

TEST_F(SqliteCopy, ReplacesNothing) {
    const std::string file = [&] {
        const auto store = open_sqlite_store(options_);
        const std::string made = copy(*store, "copy.db");
        EXPECT_THAT(refusal([&] { place_copy(made, options_.folder); }),
                    HasSubstr("in use by another"));
        return made;
    }();
    EXPECT_THAT(refusal([&] { place_copy(file, options_.folder); }),
                HasSubstr("jangkau.db stands there"));
    for (const char* left : {"jangkau.db-wal", "jangkau.db-shm"}) {
        const std::string folder = folder_.path() + "/" + left;
        std::filesystem::create_directory(folder);
        std::ofstream(folder + "/" + left) << "of another database";
        EXPECT_THAT(refusal([&] { place_copy(file, folder); }), HasSubstr("stands there"));
        EXPECT_FALSE(std::filesystem::exists(folder + "/jangkau.db"));
    }
}

}  // namespace
}  // namespace jangkau::sessions
