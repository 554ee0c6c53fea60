// One round of the outbox, as both stores see it: which rows get which channel, and which go now.

#include "gateway/outbox_round.hpp"

#include <gmock/gmock.h>

#include "tests/sessions/store_contract.hpp"

namespace jangkau::gateway {
namespace {

using namespace std::chrono_literals;
using namespace std::chrono;
using flows::Lane;
using sessions::Delivery;
using sessions::Kind;
using sessions::OutboxRow;
using sessions::Unit;
using testing::ElementsAre;
using testing::IsEmpty;
using Texts = std::vector<std::string>;

/// 9.00 in Makassar.
constexpr Time kMorning = sys_days(2026y / November / 23) + 1h;
const Msisdn kPhone = Msisdn::from_digits("6281234500001");   // routes: first, second
const Msisdn kSingle = Msisdn::from_digits("6289500000001");  // route: first

class OutboxRound : public sessions::StoreContract {
protected:
    OutboxRound() {
        clock_.at = kMorning;
        config_.routes = {{{"single", {"62895"}, {"first"}}}, {"first", "second"}};
        config_.phones = {0, 0, 0, 0, 0, 0};  // tests/gateway/flood_test.cpp has these limits
        round_.free = 16;
        round_.channels = {{"first", {8, false}}, {"second", {8, false}}};
    }

    void send(const Msisdn& to, Lane lane, const std::string& text) {
        in([&](Unit& unit) { unit.send({to, text, lane, "", "", std::nullopt}); });
    }
    void send(Lane lane, const std::string& text) { send(kPhone, lane, text); }
    /// As if it had been tried through that channel before.
    void send_through(const std::string& channel, const std::string& text,
                      const Msisdn& to = kPhone) {
        send(to, Lane::receipt, text);
        in([&](Unit& unit) {
            OutboxRow row = unit.sms_to(to, 0, 9999).back();
            row.channel = channel;
            unit.settle(row, clock_.at);
        });
    }
    /// A round with what the gates of `round_` allow; the texts that go now.
    Texts take() {
        round_.rows.clear();
        round_.more = false;
        in([&](Unit& unit) { take_round(unit, config_, settings_, clock_.at, round_); });
        Texts texts;
        for (const OutboxRow& row : round_.rows) texts.push_back(row.sms.text);
        return texts;
    }
    OutboxRow row(const std::string& text, const Msisdn& to = kPhone) {
        return get<OutboxRow>([&](Unit& unit) {
            for (OutboxRow& one : unit.sms_to(to, 0, 9999))
                if (one.sms.text == text) return std::move(one);
            throw std::out_of_range(text);
        });
    }
    /// What the provider's answer made of it.
    void settle(const std::string& text, Delivery state) {
        OutboxRow settled = row(text);
        settled.state = state;
        if (state == Delivery::in_doubt) ++settled.doubts;
        in([&](Unit& unit) { unit.settle(settled, clock_.at); });
    }

    Config config_;
    flows::Settings settings_;
    Round round_;
};

INSTANTIATE_TEST_SUITE_P(Stores, OutboxRound, testing::Values(Kind::memory, Kind::sqlite),
                         sessions::kind_name);

// --- channels ---

TEST_P(OutboxRound, WhatIsNewGetsTheFirstChannelOfItsRoute) {
    send(Lane::answer, "hello");
    EXPECT_THAT(take(), ElementsAre("hello"));
    EXPECT_EQ(round_.rows[0].channel, "first");
    EXPECT_EQ(round_.rows[0].attempts, 1U);
    EXPECT_EQ(row("hello").state, Delivery::sending);
    EXPECT_EQ(row("hello").channel, "first");
    EXPECT_EQ(row("hello").attempts, 1U) << "written before it is sent";
    EXPECT_THAT(take(), IsEmpty());
}

TEST_P(OutboxRound, WhatIsNewPassesAChannelThatIsDown) {
    round_.channels["first"] = {0, true};
    send(Lane::answer, "hello");
    EXPECT_THAT(take(), ElementsAre("hello"));
    EXPECT_EQ(row("hello").channel, "second");
}

TEST_P(OutboxRound, WhereAllAreDownItWaitsForTheFirst) {
    round_.channels = {{"first", {0, true}}, {"second", {0, true}}};
    send(Lane::answer, "hello");
    EXPECT_THAT(take(), IsEmpty());
    EXPECT_EQ(row("hello").channel, "first");
    EXPECT_EQ(row("hello").state, Delivery::queued);
    EXPECT_EQ(row("hello").attempts, 0U);
}

TEST_P(OutboxRound, WhatWaitsForAChannelThatIsDownMovesToItsStandIn) {
    send_through("first", "waiting");
    send_through("first", "without another way", kSingle);
    round_.channels["first"] = {0, true};
    EXPECT_THAT(take(), ElementsAre("waiting"));
    EXPECT_EQ(row("waiting").channel, "second");
    EXPECT_EQ(row("without another way", kSingle).channel, "first");
    EXPECT_EQ(row("without another way", kSingle).state, Delivery::queued);
    EXPECT_EQ(row("without another way", kSingle).attempts, 0U);

    round_.channels["first"] = {8, false};
    clock_.at += 10s;
    EXPECT_THAT(take(), ElementsAre("without another way")) << "when it is back";
}

TEST_P(OutboxRound, WhatHasNoOtherWayDoesNotStandBeforeWhatHas) {
    for (int i = 0; i < 300; ++i) send_through("first", "stuck " + std::to_string(i), kSingle);
    send_through("first", "movable");
    round_.channels["first"] = {0, true};
    Texts taken;
    int rounds = 0;
    do {
        ASSERT_LT(++rounds, 20) << "one round asks for the next without an end";
        for (std::string& text : take()) taken.push_back(std::move(text));
    } while (round_.more);
    EXPECT_THAT(taken, ElementsAre("movable"));
}

TEST_P(OutboxRound, WhatIsNewAndFindsNoPlaceWaitsForItsChannel) {
    for (const char* text : {"1", "2", "3", "4", "5"}) send(Lane::receipt, text);
    round_.channels = {{"first", {2, false}}, {"second", {8, false}}};
    EXPECT_THAT(take(), ElementsAre("1", "2"));
    for (const char* text : {"3", "4", "5"}) {
        EXPECT_EQ(row(text).channel, "first");
        EXPECT_EQ(row(text).state, Delivery::queued);
        EXPECT_EQ(row(text).attempts, 0U);
    }
    EXPECT_THAT(take(), ElementsAre("3", "4"));
    send(Lane::receipt, "6");
    EXPECT_THAT(take(), ElementsAre("5", "6")) << "who waited goes first";
}

TEST_P(OutboxRound, AnAnswerGoesBeforeWhatWaitedForItsChannel) {
    for (const char* text : {"1", "2", "3"}) send_through("first", text);
    send(Lane::answer, "answer");
    round_.channels = {{"first", {2, false}}, {"second", {8, false}}};
    EXPECT_THAT(take(), ElementsAre("answer", "1"));
    EXPECT_THAT(take(), ElementsAre("2", "3"));
}

TEST_P(OutboxRound, WhatWaitsForABusyChannelStays) {
    send_through("first", "waiting");
    round_.channels["first"] = {0, false};
    EXPECT_THAT(take(), IsEmpty());
    EXPECT_EQ(row("waiting").channel, "first");
}

TEST_P(OutboxRound, AFullChannelHoldsUpNoOther) {
    for (int i = 0; i < 20; ++i) send_through("first", "first " + std::to_string(i));
    send_through("second", "second");
    round_.channels["first"].free = 0;
    EXPECT_THAT(take(), ElementsAre("second"));
}

TEST_P(OutboxRound, ABusyChannelDoesNotTakeEveryPlace) {
    for (int i = 0; i < 20; ++i) send_through("first", "first " + std::to_string(i));
    for (int i = 0; i < 20; ++i) send_through("second", "second " + std::to_string(i));
    round_.channels = {{"first", {20, false, 0}}, {"second", {20, false, 0}}};
    round_.free = 6;
    (void)take();
    const auto through_second =
        std::ranges::count(round_.rows, std::string("second"), &OutboxRow::channel);
    EXPECT_EQ(through_second, 3);

    round_.channels = {{"first", {1, false, 5}}, {"second", {1, false, 1}}};
    round_.free = 1;
    (void)take();
    EXPECT_EQ(round_.rows.at(0).channel, "second") << "the place goes to who has the fewest";
}

TEST_P(OutboxRound, KeepsToTheLimitOfEachAndOfAll) {
    for (int i = 0; i < 20; ++i) send_through("first", "first " + std::to_string(i));
    for (int i = 0; i < 20; ++i) send_through("second", "second " + std::to_string(i));
    round_.channels = {{"first", {2, false}}, {"second", {9, false}}};
    round_.free = 5;
    EXPECT_EQ(take().size(), 5U);
    EXPECT_LE(std::ranges::count(round_.rows, std::string("first"), &OutboxRow::channel), 2);
    round_.free = 16;
    EXPECT_EQ(take().size(), 11U);
    round_.free = 0;
    EXPECT_THAT(take(), IsEmpty());
}

TEST_P(OutboxRound, SaysWhenThereIsMoreToRoute) {
    in([](Unit& unit) {
        for (int i = 0; i < 300; ++i)
            unit.send({kPhone, std::to_string(i), Lane::receipt, "", "", std::nullopt});
    });
    round_.free = 0;
    (void)take();
    EXPECT_TRUE(round_.more);
    (void)take();
    EXPECT_FALSE(round_.more);
    EXPECT_TRUE(
        get<bool>([&](Unit& unit) { return unit.due("", Lane::reminder, clock_.at, 1).empty(); }));
}

// --- order ---

TEST_P(OutboxRound, AnswersGoFirstHoweverManyWait) {
    in([](Unit& unit) {
        for (int i = 0; i < 2000; ++i)
            unit.send({kPhone, "reminder", Lane::reminder, "", "", std::nullopt});
    });
    round_.free = 0;
    do {
        (void)take();
    } while (round_.more);
    send(Lane::receipt, "receipt");
    send(Lane::answer, "answer");
    round_.free = 3;
    EXPECT_THAT(take(), ElementsAre("answer", "receipt", "reminder"));
}

// --- what waits ---

struct Hour {
    const char* name;
    minutes time_of_day;
    bool reminders;
};
constexpr Hour kHours[] = {{"midnight", 0min, false},       {"before", 7h + 59min, false},
                           {"the first minute", 8h, true},  {"noon", 12h, true},
                           {"the last", 19h + 59min, true}, {"the end", 20h, false},
                           {"night", 23h + 59min, false}};

TEST_P(OutboxRound, RemindersWaitThroughTheQuietHours) {
    for (const Hour& hour : kHours) {
        SCOPED_TRACE(hour.name);
        const std::string name = hour.name;
        clock_.at = settings_.zone.instant(2026y / November / 23, hour.time_of_day);
        for (const Lane lane : {Lane::answer, Lane::receipt, Lane::reminder})
            send(lane, name + " " + std::to_string(static_cast<int>(lane)));
        Texts expected{name + " 0", name + " 1"};
        if (hour.reminders) expected.push_back(name + " 2");
        EXPECT_EQ(take(), expected);
        EXPECT_EQ(row(name + " 2").channel, "first");
        in([](Unit& unit) { unit.erase_person(kPhone); });
    }
}

TEST_P(OutboxRound, TheQuietHoursAreTheServices) {
    settings_.zone = *Zone::parse("WIT");
    settings_.waking_from = 10h;
    settings_.waking_to = 10h + 30min;
    send(Lane::reminder, "reminder");
    clock_.at = kMorning - 1s;  // 9.59.59 there
    EXPECT_THAT(take(), IsEmpty());
    clock_.at = kMorning;
    EXPECT_THAT(take(), ElementsAre("reminder"));
}

TEST_P(OutboxRound, WhoOptedOutGetsAnswersOnly) {
    in([](Unit& unit) {
        flows::Person person{.msisdn = kPhone};
        person.opted_out = true;
        unit.put(person);
    });
    send(Lane::answer, "answer");
    send(Lane::receipt, "receipt");
    send(Lane::reminder, "reminder");
    send(kSingle, Lane::receipt, "to another");
    EXPECT_THAT(take(), ElementsAre("answer", "to another"));
    for (const char* text : {"receipt", "reminder"}) {
        EXPECT_EQ(row(text).state, Delivery::failed);
        EXPECT_EQ(row(text).reason, "the recipient wants no SMS but answers");
        EXPECT_EQ(row(text).attempts, 0U);
    }
}

TEST_P(OutboxRound, WhatIsTooOldIsGivenUp) {
    send(Lane::answer, "old");
    clock_.at = kMorning + config_.outbox.age_max;
    send(Lane::answer, "new");
    EXPECT_THAT(take(), ElementsAre("old", "new")) << "exactly as old still goes";
    settle("old", Delivery::queued);
    clock_.at += 1s;
    EXPECT_THAT(take(), IsEmpty());
    EXPECT_EQ(row("old").state, Delivery::expired);
    EXPECT_EQ(row("old").reason, "too old to be of use");
}

TEST_P(OutboxRound, TheAgeCountsFromTheTimeItWasMeantFor) {
    in([](Unit& unit) { unit.send({kPhone, "later", Lane::receipt, "", "", kMorning + 200h}); });
    clock_.at = kMorning + 200h;
    EXPECT_THAT(take(), ElementsAre("later"));
}

TEST_P(OutboxRound, TooOldKeepsTheReasonOfItsLastAttempt) {
    send(Lane::answer, "old");
    (void)take();
    OutboxRow tried = row("old");
    tried.state = Delivery::queued;
    tried.reason = "HTTP 503";
    in([&](Unit& unit) { unit.settle(tried, clock_.at); });
    clock_.at += config_.outbox.age_max + 1s;
    EXPECT_THAT(take(), IsEmpty());
    EXPECT_EQ(row("old").state, Delivery::expired);
    EXPECT_EQ(row("old").reason, "HTTP 503");
}

TEST_P(OutboxRound, WhatEndsLeavesItsPlaceToOthers) {
    for (int i = 0; i < 300; ++i) send(Lane::answer, "old " + std::to_string(i));
    clock_.at += config_.outbox.age_max + 1s;
    send(Lane::answer, "new");
    round_.free = 1;
    Texts taken;
    int rounds = 0;
    do {
        ASSERT_LT(++rounds, 20);
        for (std::string& text : take()) taken.push_back(std::move(text));
    } while (round_.more);
    EXPECT_THAT(taken, ElementsAre("new"));
    EXPECT_EQ(row("old 299").state, Delivery::expired);
}

// --- in doubt ---

TEST_P(OutboxRound, WhatIsInDoubtIsSentOnceMoreAfterItsWait) {
    send(Lane::answer, "hello");
    (void)take();
    settle("hello", Delivery::in_doubt);
    clock_.at += config_.outbox.in_doubt_wait;
    EXPECT_THAT(take(), IsEmpty()) << "a report may still come";
    clock_.at += 1s;
    EXPECT_THAT(take(), ElementsAre("hello"));
    EXPECT_EQ(row("hello").attempts, 2U);
    settle("hello", Delivery::in_doubt);
    clock_.at += config_.outbox.in_doubt_wait + 1s;
    EXPECT_THAT(take(), IsEmpty()) << "it may have arrived twice";
    EXPECT_EQ(row("hello").state, Delivery::failed);
}

TEST_P(OutboxRound, KnownFailuresAreNoDoubts) {
    send(Lane::answer, "hello");
    for (int failures = 0; failures < 3; ++failures) {
        (void)take();
        settle("hello", Delivery::queued);
    }
    EXPECT_THAT(take(), ElementsAre("hello"));
    settle("hello", Delivery::in_doubt);
    clock_.at += config_.outbox.in_doubt_wait + 1s;
    EXPECT_THAT(take(), ElementsAre("hello")) << "its answer was lost once only";
}

TEST_P(OutboxRound, WhatIsInDoubtOnAChannelThatLeftGetsAnother) {
    send_through("gone", "hello");
    settle("hello", Delivery::in_doubt);
    clock_.at += config_.outbox.in_doubt_wait + 1s;
    EXPECT_THAT(take(), ElementsAre("hello"));
    EXPECT_EQ(row("hello").channel, "first");
}

}  // namespace
}  // namespace jangkau::gateway
