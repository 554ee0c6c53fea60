#include "gateway/gate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <vector>

namespace jangkau::gateway {
namespace {

using namespace std::chrono_literals;
using Instant = Gate::Instant;

Instant at(std::chrono::milliseconds since) { return Instant(1h + since); }

constexpr BreakerConfig kBreaker{3, 10s, 60s};

/// As fast as it goes, with that many at once.
Gate unmetered(std::size_t in_flight_max) { return {{0, in_flight_max}, kBreaker}; }

void begin(Gate& gate, std::size_t count, Instant now) {
    for (std::size_t i = 0; i < count; ++i) gate.began(now);
}
/// One after the other.
void fail(Gate& gate, unsigned count, Instant now) {
    for (unsigned i = 0; i < count; ++i) {
        gate.began(now);
        gate.failed(now);
    }
}

// --- in flight ---

TEST(Gate, HasAsManyFreeAsAreNotUnderWay) {
    Gate gate = unmetered(3);
    EXPECT_EQ(gate.free(at(0s)), 3U);
    begin(gate, 2, at(0s));
    EXPECT_EQ(gate.free(at(0s)), 1U);
    begin(gate, 2, at(0s));
    EXPECT_EQ(gate.free(at(0s)), 0U) << "one more than may is none free, not a great many";
    EXPECT_FALSE(gate.down(at(0s))) << "busy is not down";
}

TEST(Gate, EveryEndFreesAPlace) {
    Gate gate = unmetered(3);
    begin(gate, 3, at(0s));
    gate.worked();
    EXPECT_EQ(gate.free(at(0s)), 1U);
    gate.failed(at(0s));
    EXPECT_EQ(gate.free(at(0s)), 2U);
    gate.ended();
    EXPECT_EQ(gate.free(at(0s)), 3U);
    gate.ended();
    EXPECT_EQ(gate.free(at(0s)), 3U) << "not more than there are";
}

TEST(Gate, KnowsNoTimeAtWhichARequestWillEnd) {
    Gate gate = unmetered(1);
    gate.began(at(0s));
    EXPECT_LE(gate.next(at(5s)), at(5s));
}

// --- rate ---

TEST(Gate, LetsThroughSoManyEachSecond) {
    Gate gate({4, 100}, kBreaker);
    EXPECT_EQ(gate.free(at(0s)), 4U);
    begin(gate, 4, at(0s));
    EXPECT_EQ(gate.free(at(0s)), 0U);
    EXPECT_EQ(gate.free(at(249ms)), 0U);
    EXPECT_EQ(gate.free(at(250ms)), 1U);
    EXPECT_EQ(gate.free(at(500ms)), 2U);
    EXPECT_FALSE(gate.down(at(0s))) << "slow is not down";
}

TEST(Gate, DoesNotMakeUpForAQuietHour) {
    Gate gate({4, 100}, kBreaker);
    begin(gate, 4, at(0s));
    EXPECT_EQ(gate.free(at(1h)), 4U);
}

TEST(Gate, LetsOneThroughWhereTheRateIsBelowOneASecond) {
    Gate gate({0.5, 100}, kBreaker);
    EXPECT_EQ(gate.free(at(0s)), 1U);
    gate.began(at(0s));
    EXPECT_EQ(gate.free(at(1999ms)), 0U);
    EXPECT_EQ(gate.free(at(2s)), 1U);
}

TEST(Gate, TellsWhenTheRateLetsTheNextThrough) {
    Gate gate({4, 100}, kBreaker);
    EXPECT_LE(gate.next(at(0s)), at(0s)) << "there is nothing to wait for";
    begin(gate, 4, at(0s));
    EXPECT_EQ(gate.next(at(0s)), at(250ms));
    EXPECT_EQ(gate.next(at(100ms)), at(250ms));
    EXPECT_EQ(gate.free(gate.next(at(0s))), 1U);
}

TEST(Gate, AnOddRateComesToAnEndToo) {
    Gate gate({3, 100}, kBreaker);
    Instant now = at(0s);
    begin(gate, 3, now);
    for (int waits = 0; gate.free(now) == 0; ++waits) {
        ASSERT_LT(waits, 3) << "next() leads to a time at which one is free";
        ASSERT_GT(gate.next(now), now);
        now = gate.next(now);
    }
    EXPECT_GE(now, at(333ms));
    EXPECT_LE(now, at(335ms));
}

TEST(Gate, AClockThatStandsGivesNothing) {
    Gate gate({4, 100}, kBreaker);
    begin(gate, 4, at(1s));
    EXPECT_EQ(gate.free(at(1s)), 0U);
    EXPECT_EQ(gate.free(at(0s)), 0U) << "nor does one that went back";
}

// --- breaker ---

TEST(Gate, OpensAfterFailuresInARow) {
    Gate gate = unmetered(8);
    fail(gate, 2, at(0s));
    EXPECT_FALSE(gate.down(at(0s)));
    EXPECT_EQ(gate.free(at(0s)), 8U);
    fail(gate, 1, at(0s));
    EXPECT_TRUE(gate.down(at(0s)));
    EXPECT_EQ(gate.free(at(0s)), 0U);
    EXPECT_EQ(gate.next(at(0s)), at(10s));
}

TEST(Gate, ASuccessBetweenCountsFromTheBeginning) {
    Gate gate = unmetered(8);
    fail(gate, 2, at(0s));
    gate.began(at(0s));
    gate.worked();
    fail(gate, 2, at(0s));
    EXPECT_FALSE(gate.down(at(0s)));
    fail(gate, 1, at(0s));
    EXPECT_TRUE(gate.down(at(0s)));
}

TEST(Gate, AnEndWithoutAWordIsNeither) {
    Gate gate = unmetered(8);
    fail(gate, 2, at(0s));
    gate.began(at(0s));
    gate.ended();
    EXPECT_FALSE(gate.down(at(0s)));
    fail(gate, 1, at(0s));
    EXPECT_TRUE(gate.down(at(0s)));
}

TEST(Gate, TriesWithOneRequestWhenThePauseIsOver) {
    Gate gate = unmetered(8);
    fail(gate, 3, at(0s));
    EXPECT_TRUE(gate.down(at(9999ms)));
    EXPECT_FALSE(gate.down(at(10s))) << "the trial needs an SMS";
    EXPECT_EQ(gate.free(at(10s)), 1U);
    gate.began(at(10s));
    EXPECT_TRUE(gate.down(at(10s)));
    EXPECT_EQ(gate.free(at(1h)), 0U) << "only one, as long as it takes";
}

TEST(Gate, ATrialWithoutAWordIsMadeAgain) {
    Gate gate = unmetered(8);
    fail(gate, 3, at(0s));
    gate.began(at(10s));
    gate.ended();
    EXPECT_EQ(gate.free(at(10s)), 1U);
}

TEST(Gate, TrialsKeepToTheRateToo) {
    Gate gate({0.5, 8}, {1, 1s, 1s});
    fail(gate, 1, at(0s));
    EXPECT_EQ(gate.free(at(1s)), 0U);
    EXPECT_EQ(gate.next(at(1s)), at(2s));
    EXPECT_EQ(gate.free(at(2s)), 1U);
}

TEST(Gate, DoublesItsPauseUpToTheLongest) {
    Gate gate = unmetered(8);
    fail(gate, 3, at(0s));
    Instant now = at(0s);
    for (const auto pause : {10s, 20s, 40s, 60s, 60s}) {
        EXPECT_EQ(gate.next(now), now + pause);
        EXPECT_EQ(gate.free(now + pause - 1ms), 0U);
        now += pause;
        fail(gate, 1, now);
    }
}

TEST(Gate, ClosesWhenTheTrialWorks) {
    Gate gate = unmetered(8);
    fail(gate, 3, at(0s));
    fail(gate, 1, at(10s));
    gate.began(at(30s));
    gate.worked();
    EXPECT_FALSE(gate.down(at(30s)));
    EXPECT_EQ(gate.free(at(30s)), 8U);
    fail(gate, 2, at(31s));
    EXPECT_FALSE(gate.down(at(31s))) << "what failed before is forgotten";
    fail(gate, 1, at(31s));
    EXPECT_EQ(gate.next(at(31s)), at(41s)) << "and so is the doubled pause";
}

TEST(Gate, ClosesWhenAnEarlierRequestWorks) {
    Gate gate = unmetered(8);
    gate.began(at(0s));
    fail(gate, 3, at(0s));
    gate.worked();
    EXPECT_FALSE(gate.down(at(1s)));
    EXPECT_EQ(gate.free(at(1s)), 8U);
}

TEST(Gate, RequestsUnderWayWhenItOpenedAreNoTrials) {
    Gate gate = unmetered(8);
    begin(gate, 8, at(0s));
    for (int i = 0; i < 7; ++i) gate.failed(at(5s));
    EXPECT_EQ(gate.next(at(5s)), at(15s)) << "opened by the third, not put off by the others";
    EXPECT_EQ(gate.free(at(15s)), 0U) << "one is still out";
    gate.failed(at(16s));
    EXPECT_EQ(gate.free(at(16s)), 1U) << "a failure after the pause is no trial either";
}

TEST(Gate, WhatWasClaimedBeforeItOpenedIsNoTrial) {
    Gate gate = unmetered(8);
    fail(gate, 3, at(0s));
    gate.began(at(1s));
    gate.failed(at(2s));
    EXPECT_EQ(gate.next(at(2s)), at(10s));
    gate.began(at(3s));
    gate.failed(at(12s));
    EXPECT_EQ(gate.free(at(12s)), 1U);
}

// --- pause ---

TEST(Gate, PausesAsLongAsTheProviderAsks) {
    Gate gate = unmetered(8);
    gate.pause(at(30s));
    EXPECT_TRUE(gate.down(at(0s)));
    EXPECT_EQ(gate.free(at(29'999ms)), 0U);
    EXPECT_EQ(gate.next(at(0s)), at(30s));
    EXPECT_FALSE(gate.down(at(30s)));
    EXPECT_EQ(gate.free(at(30s)), 8U);
}

TEST(Gate, AShorterPauseDoesNotEndALongerOne) {
    Gate gate = unmetered(8);
    gate.pause(at(30s));
    gate.pause(at(10s));
    EXPECT_EQ(gate.next(at(0s)), at(30s));
    gate.began(at(0s));
    gate.worked();
    EXPECT_EQ(gate.free(at(29s)), 0U) << "nor does a success";
}

TEST(Gate, WaitsForThePauseAndForTheTrial) {
    Gate gate = unmetered(8);
    fail(gate, 3, at(0s));
    gate.pause(at(30s));
    EXPECT_EQ(gate.next(at(0s)), at(30s));
    EXPECT_EQ(gate.free(at(10s)), 0U);
    EXPECT_EQ(gate.free(at(30s)), 1U) << "the first after the pause is the trial";
}

TEST(Gate, WaitsForThePauseAndForTheRate) {
    Gate gate({1, 8}, kBreaker);
    gate.began(at(0s));
    gate.pause(at(500ms));
    EXPECT_EQ(gate.next(at(0s)), at(1s));
    gate.pause(at(5s));
    EXPECT_EQ(gate.next(at(0s)), at(5s));
}

// --- whatever happens ---

/// Plays a provider that fails for a while and works for a while, and a sender that uses all that
/// is free; counts what the gate promises.
class Play {
public:
    explicit Play(std::uint64_t seed)
        : random_(seed),
          limits_{static_cast<double>(pick(0, 5)), pick(1, 6)},
          gate_(limits_, breaker_) {}

    void run() {
        for (int i = 0; i < 3000; ++i) {
            now_ += std::chrono::milliseconds(pick(0, 400));
            if (pick(0, 99) < 2) broken_ = !broken_;
            if (pick(0, 199) == 0) pause();
            if (pick(0, 1) == 0) begin_some();
            if (!under_way_.empty() && pick(0, 1) == 0) end_one();
        }
    }

private:
    std::size_t pick(std::size_t from, std::size_t to) {
        return from + static_cast<std::size_t>(random_()) % (to - from + 1);
    }

    void pause() {
        paused_until_ = std::max(paused_until_, now_ + std::chrono::seconds(pick(0, 20)));
        gate_.pause(paused_until_);
    }

    void begin_some() {
        for (std::size_t free = gate_.free(now_); free > 0; --free) {
            ASSERT_LE(free, gate_.free(now_)) << "what is free stays free at one instant";
            ASSERT_GE(now_, paused_until_);
            if (open_) {
                ASSERT_GE(now_, trial_at_);
                ASSERT_TRUE(under_way_.empty()) << "more than one trial";
            }
            gate_.began(now_);
            under_way_.push_back(open_);
            ASSERT_LE(under_way_.size(), limits_.in_flight_max);
            count_begun();
        }
    }

    /// In every window that ends now.
    void count_begun() {
        begun_.push_back(now_);
        if (limits_.per_second == 0) return;
        for (std::size_t i = begun_.size(); i-- > 0;) {
            const double window = std::chrono::duration<double>(now_ - begun_[i]).count();
            if (window > 60) break;
            const double most = (window + 1) * limits_.per_second + 1e-6;
            ASSERT_LE(static_cast<double>(begun_.size() - i), most) << window;
        }
    }

    void end_one() {
        const auto which = static_cast<std::ptrdiff_t>(pick(0, under_way_.size() - 1));
        const bool trial = under_way_.at(static_cast<std::size_t>(which));
        under_way_.erase(under_way_.begin() + which);
        if (pick(0, 9) == 0) return gate_.ended();
        if (!broken_) {
            failures_ = 0;
            open_ = false;
            pause_ = 0s;
            gate_.worked();
            return;
        }
        ++failures_;
        const bool opens = open_ ? trial : failures_ >= breaker_.failures;
        if (opens) {
            open_ = true;
            pause_ = std::clamp(pause_ * 2, breaker_.pause_first, breaker_.pause_max);
            trial_at_ = now_ + pause_;
        }
        gate_.failed(now_);
        if (open_) {
            ASSERT_GE(gate_.next(now_), trial_at_);
        }
        const bool no_trial = open_ && (now_ < trial_at_ || !under_way_.empty());
        const bool long_pause = paused_until_ - now_ > breaker_.pause_first;
        if (long_pause || no_trial) {
            ASSERT_TRUE(gate_.down(now_));
        } else if (!open_) {
            ASSERT_FALSE(gate_.down(now_));
        }
    }

    std::mt19937_64 random_;
    BreakerConfig breaker_{3, 2s, 16s};
    SendLimits limits_;
    Gate gate_;
    Instant now_ = at(0s);
    bool broken_ = false;
    std::deque<bool> under_way_;  ///< whether each is a trial
    std::vector<Instant> begun_;
    unsigned failures_ = 0;
    bool open_ = false;
    std::chrono::seconds pause_{0};
    Instant trial_at_{};
    Instant paused_until_{};
};

TEST(Gate, KeepsItsLimitsWhateverHappens) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        SCOPED_TRACE(seed);
        Play(seed).run();
        if (testing::Test::HasFatalFailure()) return;
    }
}

}  // namespace
}  // namespace jangkau::gateway
