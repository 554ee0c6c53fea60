// Floods: SMS from one number and to one number, dials, and the day's limit of the whole gateway.

#include <gmock/gmock.h>

#include <set>

#include "gateway/outbox_round.hpp"
#include "gateway/phone_guard.hpp"
#include "gateway/turns.hpp"
#include "tests/sessions/store_contract.hpp"
#include "tests/support/case_name.hpp"
#include "tests/support/fast_folder.hpp"
#include "tests/support/local_line.hpp"

namespace jangkau::gateway {
namespace {

using namespace std::chrono_literals;
using namespace std::chrono;
using flows::Lane;
using sessions::Delivery;
using sessions::OutboxRow;
using sessions::Unit;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr Time kMorning = sys_days(2026y / November / 23) + 1h;

Msisdn phone(int number) { return Msisdn::from_digits(std::to_string(6281200000000 + number)); }

// --- from one number ---

class Flood : public testing::Test {
protected:
    Flood() : guard_(line_.config().phones) {}

    TurnKind sms(const Msisdn& from, const std::string& text) { return sms(from, text, guard_); }
    TurnKind sms(const Msisdn& from, const std::string& text, PhoneGuard& guard) {
        TurnKind kind{};
        line_.store().run([&](Unit& unit) {
            JobGuard for_this(guard);
            TurnWorld world = turn_world(unit, for_this);
            kind = take_sms(world, {std::to_string(++count_), from, "20880", text, std::nullopt});
        });
        return kind;
    }
    TurnResult dial(const Msisdn& from) {
        TurnResult result;
        line_.store().run([&](Unit& unit) {
            JobGuard for_this(guard_);
            TurnWorld world = turn_world(unit, for_this);
            const std::string session = "s" + std::to_string(++count_);
            result = take_ussd(world, {.session = session,
                                       .from = from,
                                       .code = "*123*4567#",
                                       .text = "",
                                       .first = true,
                                       .turn_key = session});
        });
        return result;
    }
    TurnWorld turn_world(Unit& unit, JobGuard& guard) {
        TurnWorld world{unit, *line_.config().service, line_.random(), line_.clock().now(),
                        "africastalking"};
        world.guard = &guard;
        return world;
    }
    std::vector<std::string> sent_to(const Msisdn& to) {
        std::vector<std::string> texts;
        line_.store().run([&](Unit& unit) {
            for (const auto& row : unit.sms_to(to, 0, 10'000)) texts.push_back(row.sms.text);
        });
        return texts;
    }
    void pass(seconds time) { line_.clock().set(line_.clock().now() + time); }

    LocalLine line_;
    PhoneGuard guard_;
    unsigned count_ = 0;
};

/// A thousand SMS in a minute from one number, and what they cause.
struct FloodOf {
    const char* name;
    std::function<std::string(int)> text;
    std::size_t most;  ///< SMS
};
class FloodOfSms : public Flood, public testing::WithParamInterface<FloodOf> {
protected:
    void send(int first, int count, seconds length) {
        const Time begin = line_.clock().now();
        for (int i = 0; i < count; ++i) {
            line_.clock().set(begin + i * length / count);
            (void)sms(phone(1), GetParam().text(first + i));
        }
        line_.clock().set(begin + length);
    }
    std::size_t notices() {
        return static_cast<std::size_t>(std::ranges::count_if(
            sent_to(phone(1)),
            [](const std::string& text) { return text.starts_with("Terlalu banyak SMS"); }));
    }
};

TEST_P(FloodOfSms, IsAnsweredAndToldOnceAndThenThereIsSilence) {
    send(0, 1000, 60s);
    EXPECT_GE(sent_to(phone(1)).size(), 1U);
    EXPECT_LE(sent_to(phone(1)).size(), GetParam().most);
    EXPECT_LE(notices(), 1U);
    EXPECT_EQ(sms(phone(2), "STATUS"), TurnKind::fresh) << "others are answered";
    if (GetParam().most <= 3) {  // and it goes on
        send(1000, 60, 600s);    // one in ten seconds
        EXPECT_LE(sent_to(phone(1)).size(), 3U);
        EXPECT_LE(notices(), 1U);
    }
    pass(60s);
    EXPECT_EQ(sms(phone(1), "BANTUAN"), TurnKind::fresh) << "a minute later he is heard again";
}

TEST_F(Flood, AClockThatWasPutBackSilencesNobody) {
    const auto flood = [&] {
        for (int i = 0; i < 5; ++i) (void)sms(phone(1), "STATUS");
        return sms(phone(1), "STATUS");
    };
    pass(24h);
    EXPECT_EQ(flood(), TurnKind::unanswered);
    pass(-24h);
    EXPECT_EQ(sms(phone(1), "STATUS"), TurnKind::fresh);
}

std::string one_of(const std::vector<std::string>& words, int i) {
    return words[static_cast<std::size_t>(i) % words.size()];
}

INSTANTIATE_TEST_SUITE_P(
    Texts, FloodOfSms,
    testing::Values(
        FloodOf{"a word", [](int) { return "STATUS"; }, 3},
        FloodOf{"another word", [](int) { return "BANTUAN"; }, 3},
        FloodOf{"a question", [](int) { return "DAFTAR#7371012204910015"; }, 3},
        FloodOf{"a whole registration", [](int) { return "DAFTAR#7371012204910015#RAHMAN#LEMBO"; },
                3},
        FloodOf{"erasures", [](int) { return "HAPUS"; }, 3},
        FloodOf{"a code", [](int i) { return "OK 4821730 " + std::to_string(100'000 + i); }, 3},
        FloodOf{"tickets", [](int i) { return "STATUS " + std::to_string(1'000'000 + i); }, 3},
        FloodOf{"noise", [](int i) { return "zq" + std::to_string(i) + " xv"; }, 3},
        FloodOf{"numbers", [](int i) { return std::to_string(i); }, 3},
        FloodOf{"nothing", [](int) { return ""; }, 3},
        FloodOf{"two words in turn",
                [](int i) {
                    return one_of({"BANTUAN", "AGEN"}, i);
                },
                5},
        FloodOf{"every word in turn",
                [](int i) {
                    return one_of({"DAFTAR", "SETUJU", "YA", "PEMKOT", "LANJUT", "STATUS", "AGEN",
                                   "BANTUAN", "HAPUS", "BATAL", "SANGGAH", "GANTI", "TELEPON",
                                   "SELESAI", "MULAI", "TIDAK"},
                                  i);
                },
                21},
        FloodOf{"registrations",
                [](int i) {
                    return "DAFTAR#7371012204910015#" +
                           std::string(1, static_cast<char>('A' + i % 26)) +
                           std::string(1, static_cast<char>('A' + i / 26 % 26)) + "#LEMBO";
                },
                21}),
    case_name<FloodOf>);

/// A step every ten seconds, with slips: nobody who waits for each answer is told to wait longer.
TEST_F(Flood, WhoAnswersQuestionsIsAnsweredEachTime) {
    const std::vector<std::string> steps{"DAFTAR",
                                         "DAFTAR",
                                         "DAFTAR#73710122049100#RAHMAN#LEMBO",
                                         "7371",
                                         "7371012204910015",
                                         "SALAH",
                                         "DAFTAR#7371012204910015#R2D2#BARAYAN",
                                         "Rahman",
                                         "JAKARTA",
                                         "Baraya",
                                         "SETUJU",
                                         "STATUS",
                                         "SENDIRI",
                                         "STATUS"};
    for (const std::string& step : steps) {
        const std::size_t before = sent_to(phone(1)).size();
        EXPECT_EQ(sms(phone(1), step), TurnKind::fresh) << step;
        EXPECT_GT(sent_to(phone(1)).size(), before) << step;
        pass(10s);
    }
}

/// The limit of everything, whatever the answers say.
TEST_F(Flood, ThereIsALimitForAllSms) {
    PhoneLimits limits = line_.config().phones;
    limits.same_answers = 0;
    PhoneGuard other(limits);
    for (int minute = 0; minute < 60; ++minute, pass(60s)) {
        for (int i = 0; i < 30; ++i) (void)sms(phone(1), "STATUS", other);
        if (minute > 0) continue;
        ASSERT_EQ(sent_to(phone(1)).size(), limits.sms_in_per_minute + 1);
    }
    const auto sent = sent_to(phone(1));
    EXPECT_EQ(sent.size(), limits.sms_in_per_hour + 1);
    EXPECT_EQ(std::ranges::count(sent, sent[limits.sms_in_per_minute]), 1) << "told once";
    EXPECT_THAT(sent[limits.sms_in_per_minute], HasSubstr("Terlalu banyak SMS"));
}

TEST_F(Flood, NothingOfAnSmsBeyondTheLimitIsKept) {
    for (int i = 0; i < 30; ++i) (void)sms(phone(1), "STATUS");
    EXPECT_EQ(sms(phone(1), "DAFTAR#7371012204910015#RAHMAN#LEMBO"), TurnKind::limited);
    line_.store().run([](Unit& unit) { EXPECT_THAT(unit.drafts_of(phone(1)), IsEmpty()); });
}

TEST_F(Flood, ARepeatCountsForNothing) {
    for (int i = 0; i < 100; ++i) {
        count_ = 0;  // the same id
        (void)sms(phone(1), "STATUS");
    }
    count_ = 500;
    EXPECT_EQ(sms(phone(1), "STATUS"), TurnKind::fresh);
}

TEST_F(Flood, ThirtyDialsAMinuteAreServed) {
    for (int i = 0; i < 30; ++i) EXPECT_EQ(dial(phone(1)).kind, TurnKind::fresh);
    const TurnResult more = dial(phone(1));
    EXPECT_EQ(more.kind, TurnKind::limited);
    EXPECT_TRUE(more.reply.end);
    EXPECT_THAT(more.reply.text, HasSubstr("Terlalu banyak"));
    EXPECT_EQ(dial(phone(2)).kind, TurnKind::fresh) << "others are served";
    pass(60s);
    EXPECT_EQ(dial(phone(1)).kind, TurnKind::fresh);
}

TEST(PhoneGuardTest, RemembersSoManyPhonesAndTheLatestOnes) {
    const PhoneLimits limits{.sms_in_per_minute = 1, .sms_in_per_hour = 0};
    PhoneGuard guard(limits);
    EXPECT_EQ(guard.sms(phone(0), kMorning), PhoneGuard::Verdict::ok);
    for (int number = 1; number < 250'000; ++number) {
        (void)guard.sms(phone(number), kMorning);
        ASSERT_LE(guard.phones(), PhoneGuard::kPhonesMax);
        if (number % 10'000 == 0) {
            ASSERT_NE(guard.sms(phone(0), kMorning), PhoneGuard::Verdict::ok)
                << "who goes on is not forgotten";
        }
    }
}

TEST(PhoneGuardTest, TheSameAnswerIsGivenTwiceBeforeAPause) {
    const PhoneLimits limits{.same_answers = 2};
    PhoneGuard guard(limits);
    using enum PhoneGuard::Verdict;
    struct Row {
        seconds after;
        const char* answer;
        PhoneGuard::Verdict verdict;
    };
    Time now = kMorning;
    const Row rows[] = {{0s, "a", ok},      {1s, "a", ok},     {1s, "a", told}, {1s, "a", silent},
                        {19s, "a", silent}, {20s, "a", ok},    {1s, "b", ok},   {1s, "a", ok},
                        {1s, "b", ok},      {1s, "b", silent}, {1s, "c", ok},   {1s, "a", silent},
                        {3600s, "a", ok},   {1s, "a", ok},     {1s, "a", told}};
    for (const Row& row : rows) {
        now += row.after;
        EXPECT_EQ(guard.answer(phone(1), row.answer, now), row.verdict)
            << row.answer << " at " << (now - kMorning).count() << " s";
        EXPECT_EQ(guard.answer(phone(2), std::to_string(now.time_since_epoch().count()), now), ok);
    }
}

TEST(PhoneGuardTest, ZeroIsNoLimit) {
    const PhoneLimits limits{0, 0, 0, 0, 0, 0};
    PhoneGuard guard(limits);
    for (int i = 0; i < 10'000; ++i) {
        ASSERT_EQ(guard.answer(phone(0), "x", kMorning), PhoneGuard::Verdict::ok);
        ASSERT_EQ(guard.sms(phone(0), kMorning), PhoneGuard::Verdict::ok);
        ASSERT_EQ(guard.dial(phone(0), kMorning), PhoneGuard::Verdict::ok);
    }
}

// --- to one number, and all together ---

class WayOut : public sessions::StoreContract {
protected:
    WayOut() {
        clock_.at = kMorning;
        config_.phones = {.sms_out_per_hour = 3, .sms_out_per_day = 5};
        config_.routes.otherwise = {"first"};
    }
    void send(const Msisdn& to, Lane lane, int count = 1) {
        in([&](Unit& unit) {
            for (int i = 0; i < count; ++i) unit.send({to, "x", lane, "", "", std::nullopt});
        });
    }
    /// How many go now; what they become is accepted.
    std::size_t take() {
        Round round;
        round.free = 1000;
        round.channels = {{"first", {1000, false}}};
        round.day_left = day_left_;
        in([&](Unit& unit) { take_round(unit, config_, settings_, clock_.at, round); });
        in([&](Unit& unit) {
            for (OutboxRow row : round.rows) {
                row.state = Delivery::accepted;
                unit.settle(row, clock_.at);
            }
        });
        ended_ = round.ended;
        postponed_ = round.postponed;
        return round.rows.size();
    }

    Config config_;
    flows::Settings settings_;
    std::vector<OutboxRow> ended_;
    std::size_t postponed_ = 0;
    std::size_t day_left_ = SIZE_MAX;
};

INSTANTIATE_TEST_SUITE_P(Stores, WayOut,
                         testing::Values(sessions::Kind::memory, sessions::Kind::sqlite),
                         sessions::kind_name);

TEST_P(WayOut, ReceiptsToOneNumberWaitAndAreNotLost) {
    send(phone(1), Lane::receipt, 7);
    send(phone(2), Lane::receipt);
    EXPECT_EQ(take(), 4u) << "three to the one and one to the other";
    EXPECT_EQ(postponed_, 4u);
    EXPECT_EQ(take(), 0u);
    clock_.at += 61min;
    EXPECT_EQ(take(), 2u) << "five a day";
    clock_.at += 61min;
    EXPECT_EQ(take(), 0u);
    clock_.at += 24h;
    EXPECT_EQ(take(), 2u);
    EXPECT_THAT(ended_, IsEmpty());
}

TEST_P(WayOut, AnswersToOneNumberEnd) {
    send(phone(1), Lane::answer, 5);
    EXPECT_EQ(take(), 3u);
    ASSERT_EQ(ended_.size(), 2u);
    EXPECT_EQ(ended_[0].state, Delivery::failed);
    EXPECT_EQ(ended_[0].reason, "too many SMS to this number");
    clock_.at += 25h;
    EXPECT_EQ(take(), 0u);
}

TEST_P(WayOut, TheDaysLimitHoldsAllBack) {
    day_left_ = 2;
    for (int number = 1; number <= 5; ++number) send(phone(number), Lane::answer);
    EXPECT_EQ(take(), 2u);
    EXPECT_EQ(postponed_, 3u);
    EXPECT_THAT(ended_, IsEmpty());
    day_left_ = 100;
    clock_.at += 10min;
    EXPECT_EQ(take(), 3u);
}

TEST_P(WayOut, NothingIsSentToNumbersThatNoRouteCovers) {
    config_.routes.home = "628";
    config_.routes.routes = {{"timor", {"670"}, {"first"}}};
    const Msisdn abroad = Msisdn::from_digits("88216123456");
    send(abroad, Lane::receipt);
    send(Msisdn::from_digits("67077123456"), Lane::receipt);
    send(phone(1), Lane::receipt);
    EXPECT_EQ(take(), 2u);
    ASSERT_EQ(ended_.size(), 1u);
    EXPECT_EQ(ended_[0].sms.to, abroad);
    EXPECT_EQ(ended_[0].reason, "no route sends to this number");
}

TEST_P(WayOut, WhatWasSentIsKnownAfterARestart) {
    if (GetParam() == sessions::Kind::memory) return;
    send(phone(1), Lane::receipt, 3);
    EXPECT_EQ(take(), 3u);
    store_.reset();
    sessions::SqliteOptions options;
    options.folder = folder_.path() + "/data";
    options.clock = &clock_;
    store_ = sessions::open_sqlite_store(options);
    send(phone(1), Lane::receipt);
    EXPECT_EQ(take(), 0u);
}

class FewADay : public testing::Test {
protected:
    /// SMS to different phones.
    std::size_t sent_of(LocalLine& line, int count) {
        line.store().run([&](Unit& unit) {
            for (int i = 0; i < count; ++i)
                unit.send({phone(++number_), "x", Lane::receipt, "", "", std::nullopt});
        });
        line.advance(1s);
        std::size_t sent = 0;
        line.store().run([&](Unit& unit) { sent = unit.sms_out(kMorning); });
        return sent;
    }
    int number_ = 0;
};

TEST_F(FewADay, TheWholeGatewayStopsAlsoAfterARestartAndGoesOnTheNextDay) {
    const FastFolder folder;
    LocalLine line("africastalking", {"outbox.per_day_max=10"}, folder.path());
    EXPECT_EQ(sent_of(line, 8), 8u);
    EXPECT_EQ(sent_of(line, 8), 10u);
    line.restart();
    EXPECT_EQ(sent_of(line, 1), 10u);
    line.advance(16h);  // 1.00 of the next day
    EXPECT_EQ(sent_of(line, 0), 17u) << "what was promised was not lost";
}

}  // namespace
}  // namespace jangkau::gateway
