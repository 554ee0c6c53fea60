// Jobs of the store on SQLite: what shares a commit, who waits, what is there after a kill.

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <future>
#include <latch>
#include <semaphore>
#include <stdexcept>
#include <thread>

#include "tests/sessions/store_contract.hpp"

namespace jangkau::sessions {
namespace {

class SqliteJobs : public testing::Test {
protected:
    SqliteJobs() { options_.folder = folder_.path() + "/data"; }

    [[nodiscard]] std::unique_ptr<Store> open() const { return open_sqlite_store(options_); }

    TempFolder folder_;
    SqliteOptions options_;
};

/// A job that holds the store's thread until it is let go.
class Stopper {
public:
    explicit Stopper(Store& store) {
        store.submit([this](Unit&) { started_.count_down(), go_.wait(); }, nullptr);
        started_.wait();
    }
    void let_go() { go_.count_down(); }

private:
    std::latch started_{1};
    std::latch go_{1};
};

void remember(Unit& unit, int number) { unit.see(std::to_string(number), at(0)); }

TEST_F(SqliteJobs, FinishesWhatIsQueuedBeforeItCloses) {
    std::atomic<int> answered = 0;
    {
        const auto store = open();
        for (int i = 0; i < 500; ++i) {
            store->submit([i](Unit& unit) { remember(unit, i); },
                          [&](const std::exception_ptr& failed) { answered += failed ? 0 : 1; });
        }
    }
    EXPECT_EQ(answered, 500);
    EXPECT_FALSE(std::filesystem::exists(options_.folder + "/jangkau.db-wal"));
    open()->run([](Unit& unit) { EXPECT_TRUE(unit.seen("499")); });
}

TEST_F(SqliteJobs, JobsThatWaitTogetherShareACommit) {
    const auto store = open();
    Stopper stopper(*store);
    std::atomic<int> run = 0;
    std::atomic<int> run_at_first_answer = 0;
    std::promise<void> last;
    for (int i = 0; i < 10; ++i) {
        store->submit([&, i](Unit& unit) { remember(unit, i), ++run; },
                      [&, i](const std::exception_ptr& failed) {
                          EXPECT_FALSE(failed);
                          if (i == 0) run_at_first_answer = run.load();
                          if (i == 9) last.set_value();
                      });
    }
    stopper.let_go();
    last.get_future().wait();
    EXPECT_EQ(run_at_first_answer, 10);
}

TEST_F(SqliteJobs, AJobThatThrowsHarmsNoNeighbour) {
    const auto store = open();
    Stopper stopper(*store);
    std::promise<void> last;
    std::atomic<int> failures = 0;
    for (int i = 0; i < 5; ++i) {
        store->submit(
            [i](Unit& unit) {
                remember(unit, i);
                if (i == 0 || i == 2 || i == 4) throw std::runtime_error("no");
            },
            [&, i](const std::exception_ptr& failed) {
                failures += failed ? 1 : 0;
                if (i == 4) last.set_value();
            });
    }
    stopper.let_go();
    last.get_future().wait();
    EXPECT_EQ(failures, 3);
    store->run([](Unit& unit) {
        for (int i = 0; i < 5; ++i) EXPECT_EQ(unit.seen(std::to_string(i)), i % 2 == 1);
    });
}

TEST_F(SqliteJobs, JobsRunAgainWhereANeighbourThrows) {
    const auto store = open();
    Stopper stopper(*store);
    std::promise<void> last;
    std::string seen;
    for (int i = 0; i < 3; ++i) {
        store->submit(
            [&seen, i](Unit& unit) {
                auto person = unit.person(phone(1)).value_or(flows::Person{.msisdn = phone(1)});
                person.wrong_guesses += 1U << i;
                unit.put(person);
                seen += std::to_string(person.wrong_guesses);
                if (i == 1) throw std::runtime_error("no");
            },
            [&, i](const std::exception_ptr&) {
                if (i == 2) last.set_value();
            });
    }
    stopper.let_go();
    last.get_future().wait();
    EXPECT_EQ(seen, "13135") << "first together, then each for itself on what the others left";
    store->run([](Unit& unit) { EXPECT_EQ(unit.person(phone(1))->wrong_guesses, 5U); });
}

TEST_F(SqliteJobs, ManyThreadsLoseNothing) {
    constexpr int kThreads = 8;
    constexpr int kJobs = 200;
    const auto store = open();
    const auto increment = [](Unit& unit) {
        auto person = unit.person(phone(1));
        if (!person) person = flows::Person{phone(1), "", std::nullopt, false, std::nullopt, 0, ""};
        ++person->wrong_guesses;
        unit.put(*person);
    };
    std::latch all(kThreads * kJobs);
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([&] {
            for (int k = 0; k < kJobs; ++k) {
                store->submit(increment, [&](const std::exception_ptr& failed) {
                    EXPECT_FALSE(failed);
                    all.count_down();
                });
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    all.wait();
    store->run([](Unit& unit) {
        EXPECT_EQ(unit.person(phone(1))->wrong_guesses, unsigned{kThreads * kJobs});
    });
}

TEST_F(SqliteJobs, SaysBusyAtItsLimit) {
    options_.queue_jobs_max = 3;
    const auto store = open();
    Stopper stopper(*store);
    for (int i = 0; i < 3; ++i) store->submit([i](Unit& unit) { remember(unit, i); }, nullptr);
    EXPECT_THROW(store->submit([](Unit&) { FAIL(); }, nullptr), StoreBusy);
    stopper.let_go();
    while (true) {
        try {
            store->run([](Unit& unit) { EXPECT_TRUE(unit.seen("2")); });
            break;
        } catch (const StoreBusy&) {
            std::this_thread::yield();
        }
    }
}

TEST_F(SqliteJobs, SaysBusyWhenSomebodyWaitsTooLong) {
    options_.queue_wait_max = std::chrono::milliseconds(20);
    const auto store = open();
    Stopper stopper(*store);
    store->submit([](Unit& unit) { remember(unit, 1); }, nullptr);
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    EXPECT_THROW(store->submit([](Unit&) { FAIL(); }, nullptr), StoreBusy);
    stopper.let_go();
    for (bool served = false; !served;) {
        try {
            store->run([](Unit& unit) { EXPECT_TRUE(unit.seen("1")); });
            served = true;
        } catch (const StoreBusy&) {
            std::this_thread::yield();
        }
    }
}

/// In the child: writes numbers as fast as it can and tells each one that was acknowledged, until
/// it is killed.
[[noreturn]] void write_until_killed(const SqliteOptions& options, int pipe) {
    const auto store = open_sqlite_store(options);
    std::counting_semaphore<> in_flight(32);
    for (int i = 0;; ++i) {
        in_flight.acquire();
        store->submit([i](Unit& unit) { remember(unit, i); },
                      [&, i](const std::exception_ptr& failed) {
                          if (failed || ::write(pipe, &i, sizeof i) != sizeof i) ::_exit(1);
                          in_flight.release();
                      });
    }
}

TEST_F(SqliteJobs, KeepsWhatItAcknowledgedWhenKilled) {
    constexpr std::size_t kAcknowledged = 300;
    for (int round = 0; round < 3; ++round) {
        options_.folder = folder_.path() + "/round" + std::to_string(round);
        std::array<int, 2> pipe{};
        ASSERT_EQ(::pipe(pipe.data()), 0);
        // No thread lives here now, so the child may do what it likes.
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            ::close(pipe[0]);
            write_until_killed(options_, pipe[1]);
        }
        ::close(pipe[1]);
        std::vector<int> acknowledged;
        int number = 0;
        while (::read(pipe[0], &number, sizeof number) == sizeof number) {
            acknowledged.push_back(number);
            if (acknowledged.size() == kAcknowledged) ::kill(child, SIGKILL);
        }
        ::close(pipe[0]);
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFSIGNALED(status)) << status;
        ASSERT_GE(acknowledged.size(), kAcknowledged);
        open()->run([&](Unit& unit) {
            for (const int one : acknowledged) EXPECT_TRUE(unit.seen(std::to_string(one))) << one;
        });
    }
}

}  // namespace
}  // namespace jangkau::sessions
