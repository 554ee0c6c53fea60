#include <array>

#include "sessions/delivery.hpp"
#include "tests/sessions/store_contract.hpp"

namespace jangkau::sessions {
namespace {

using flows::Lane;

class OutboxContract : public StoreContract {
protected:
    void send(Lane lane, const std::string& text, std::optional<Time> not_before = {}) {
        in([&](Unit& unit) {
            auto draft = sms(1, lane, text);
            draft.not_before = not_before;
            unit.send(draft);
        });
    }

    std::vector<std::string> claim(Time now, std::size_t limit) {
        std::vector<std::string> texts;
        in([&](Unit& unit) {
            for (const OutboxRow& row : claimed(unit, "", flows::Lane::reminder, now, limit)) {
                EXPECT_EQ(row.state, Delivery::sending);
                texts.push_back(row.sms.text);
            }
        });
        return texts;
    }

    OutboxRow only() {
        return get<OutboxRow>([](Unit& unit) { return unit.sms_to(phone(1), 0, 9).at(0); });
    }

    /// Through the states that the gateway goes through; a retry for `queued`.
    void settle(Delivery state, const std::string& provider_id = "") {
        OutboxRow row = only();
        row.state = state;
        row.channel = "at";
        row.provider_id = provider_id;
        in([&](Unit& unit) { unit.settle(row, at(7)); });
    }

    bool report(const Report& report) {
        return get<bool>([&](Unit& unit) { return unit.report(report, at(8)); });
    }
};

INSTANTIATE_TEST_SUITE_P(Stores, OutboxContract, testing::Values(Kind::memory, Kind::sqlite),
                         kind_name);

TEST_P(OutboxContract, KeepsEveryFieldOfAnSms) {
    in([](Unit& unit) {
        unit.send({phone(1), awkward(), Lane::reminder, "M05", "1234567", at(3)});
    });
    const OutboxRow sent = only();
    EXPECT_GT(sent.id, 0);
    EXPECT_EQ(sent.sms.to, phone(1));
    EXPECT_EQ(sent.sms.text, awkward());
    EXPECT_EQ(sent.sms.lane, Lane::reminder);
    EXPECT_EQ(sent.sms.text_id, "M05");
    EXPECT_EQ(sent.sms.ticket, "1234567");
    EXPECT_EQ(sent.sms.not_before, at(3));
    EXPECT_EQ(sent.state, Delivery::queued);
    EXPECT_EQ(sent.channel + sent.provider_id + sent.reason, "");
    EXPECT_EQ(sent.attempts, 0U);
    EXPECT_EQ(sent.created, at(0));
    EXPECT_EQ(sent.due, at(3));
}

TEST_P(OutboxContract, KeepsWhatTheSenderSettles) {
    send(Lane::answer, "text");
    OutboxRow row = get<OutboxRow>(
        [](Unit& unit) { return claimed(unit, "", flows::Lane::reminder, at(0), 1).at(0); });
    row.state = Delivery::accepted;
    row.channel = "at";
    row.provider_id = "ATXid_1";
    row.attempts = 3;
    row.due = at(60);
    row.reason = awkward();
    row.doubts = 2;
    row.key = "not this";
    row.sms.text = "not this";
    row.created = at(-9);
    in([&](Unit& unit) { unit.settle(row, at(2)); });
    const OutboxRow kept = only();
    EXPECT_EQ(kept.state, Delivery::accepted);
    EXPECT_EQ(kept.channel, "at");
    EXPECT_EQ(kept.provider_id, "ATXid_1");
    EXPECT_EQ(kept.attempts, 3U);
    EXPECT_EQ(kept.due, at(60));
    EXPECT_EQ(kept.reason, awkward());
    EXPECT_EQ(kept.doubts, 2U);
    EXPECT_NE(kept.key, "not this");
    EXPECT_EQ(kept.sms.text, "text");
    EXPECT_EQ(kept.created, at(0));
    row.id = 99;
    in([&](Unit& unit) { unit.settle(row, at(2)); });
    EXPECT_EQ(get<std::size_t>([](Unit& unit) { return unit.sms_to(phone(1), 0, 9).size(); }), 1U);
}

TEST_P(OutboxContract, ClaimsAnswersFirstThenByDueTime) {
    send(Lane::reminder, "reminder");
    send(Lane::receipt, "late receipt", at(5));
    send(Lane::receipt, "receipt");
    send(Lane::answer, "answer 1");
    send(Lane::answer, "answer 2");
    send(Lane::answer, "not yet", at(100));
    EXPECT_EQ(claim(at(-1), 9), std::vector<std::string>{});
    EXPECT_EQ(claim(at(5), 0), std::vector<std::string>{});
    EXPECT_EQ(claim(at(5), 3), (std::vector<std::string>{"answer 1", "answer 2", "receipt"}));
    EXPECT_EQ(claim(at(5), 9), (std::vector<std::string>{"late receipt", "reminder"}));
    EXPECT_EQ(claim(at(99), 9), std::vector<std::string>{});
    EXPECT_EQ(get<std::optional<Time>>([](Unit& unit) { return unit.next_outbox_due(); }), at(100));
    EXPECT_EQ(claim(at(100), 9), std::vector<std::string>{"not yet"});
    EXPECT_FALSE(get<std::optional<Time>>([](Unit& unit) { return unit.next_outbox_due(); }));
}

TEST_P(OutboxContract, ClaimsARetryWhenItIsDue) {
    send(Lane::answer, "text");
    claim(at(0), 1);
    OutboxRow row = only();
    EXPECT_EQ(row.attempts, 1U);
    row.state = Delivery::queued;
    row.due = at(30);
    in([&](Unit& unit) { unit.settle(row, at(1)); });
    EXPECT_TRUE(claim(at(29), 1).empty());
    EXPECT_EQ(claim(at(30), 1).size(), 1U);
    EXPECT_EQ(only().attempts, 2U);
}

constexpr std::array kAll = {Delivery::queued,   Delivery::sending, Delivery::in_doubt,
                             Delivery::accepted, Delivery::sent,    Delivery::delivered,
                             Delivery::failed,   Delivery::expired};

// Row: from, column: to, in the order of kAll. s = the sender may, b = a report may too.
constexpr std::array<std::string_view, 8> kMoves = {
    "bbbbbbbb",  // queued
    "sbbbbbbb",  // sending
    "s-bbbbbb",  // in doubt
    "---bbbbb",  // accepted
    "----bbbb",  // sent
    "-----b--",  // delivered
    "------b-",  // failed
    "-------b",  // expired
};

TEST(Delivery, MovesForwardOnly) {
    for (std::size_t from = 0; from < kAll.size(); ++from) {
        for (std::size_t to = 0; to < kAll.size(); ++to) {
            const char allowed = kMoves[from][to];
            SCOPED_TRACE(std::string(name(kAll[from])) + " to " + std::string(name(kAll[to])));
            EXPECT_EQ(may_report(kAll[from], kAll[to]), allowed == 'b');
            EXPECT_EQ(may_settle(kAll[from], kAll[to]), allowed != '-');
        }
    }
}

TEST(Delivery, NamesComeBack) {
    for (const Delivery state : kAll) EXPECT_EQ(delivery_named(name(state)), state);
    EXPECT_FALSE(delivery_named("lost"));
}

TEST_P(OutboxContract, NeverMovesAStateBackwards) {
    for (std::size_t from = 0; from < kAll.size(); ++from) {
        for (std::size_t to = 0; to < kAll.size(); ++to) {
            SCOPED_TRACE(std::string(name(kAll[from])) + " to " + std::string(name(kAll[to])));
            send(Lane::answer, "text");
            in([&](Unit& unit) {
                OutboxRow row = unit.sms_to(phone(1), 0, 999).back();
                row.channel = "at";
                row.provider_id = "first";
                row.state = kAll[from];
                unit.settle(row, at(1));
                row.state = kAll[to];
                row.provider_id = "second";
                unit.settle(row, at(2));
                row = unit.sms_to(phone(1), 0, 999).back();
                const bool moved = kMoves[from][to] != '-';
                EXPECT_EQ(row.state, moved ? kAll[to] : kAll[from]);
                EXPECT_EQ(row.provider_id, moved ? "second" : "first");
            });
        }
    }
}

TEST_P(OutboxContract, AReportFindsItsSms) {
    send(Lane::answer, "text");
    settle(Delivery::accepted, "id'1");
    EXPECT_FALSE(report({"other", "id'1", Delivery::delivered, ""}));
    EXPECT_TRUE(report({"at", "id'1", Delivery::sent, "on its way"}));
    EXPECT_EQ(only().reason, "on its way");
    EXPECT_TRUE(report({"at", "id'1", Delivery::delivered, ""}));
    EXPECT_TRUE(report({"at", "id'1", Delivery::failed, "too late"}));
    EXPECT_TRUE(report({"at", "id'1", Delivery::sent, ""}));
    EXPECT_EQ(only().state, Delivery::delivered);
    EXPECT_EQ(only().reason, "on its way");
}

TEST_P(OutboxContract, AnEarlyReportIsJoinedWhenTheIdIsKnown) {
    send(Lane::answer, "text");
    claim(at(0), 1);
    EXPECT_FALSE(report({"at", "id", Delivery::failed, awkward()}));
    EXPECT_FALSE(report({"at", "id", Delivery::sent, "older"}));
    EXPECT_FALSE(report({"at", "", Delivery::delivered, ""}));
    settle(Delivery::accepted, "id");
    EXPECT_EQ(only().state, Delivery::failed);
    EXPECT_EQ(only().reason, awkward());
    EXPECT_TRUE(report({"at", "id", Delivery::delivered, ""}));

    send(Lane::answer, "another without id");
    in([](Unit& unit) {
        OutboxRow row = unit.sms_to(phone(1), 0, 9).back();
        row.state = Delivery::accepted;
        row.channel = "at";
        unit.settle(row, at(1));
        EXPECT_EQ(unit.sms_to(phone(1), 0, 9).back().state, Delivery::accepted);
    });
}

// --- reports that name our own key ---

TEST_P(OutboxContract, EachSmsHasAKeyOfItsOwn) {
    send(Lane::answer, "one");
    send(Lane::answer, "two");
    in([](Unit& unit) {
        const auto rows = unit.sms_to(phone(1), 0, 9);
        EXPECT_NE(rows[0].key, rows[1].key);
        for (const OutboxRow& row : rows) {
            EXPECT_EQ(sms_key_id(row.key), row.id);
            EXPECT_LE(row.key.size(), 40U);
            EXPECT_EQ(row.key.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"),
                      std::string::npos)
                << row.key;
        }
    });
}

TEST_P(OutboxContract, AReportFindsItsSmsByOurKey) {
    send(Lane::answer, "text");
    settle(Delivery::in_doubt);
    EXPECT_TRUE(report({"at", "id", Delivery::sent, "on its way", only().key}));
    EXPECT_EQ(only().state, Delivery::sent);
    EXPECT_EQ(only().provider_id, "id") << "which was lost with the answer";
    EXPECT_EQ(only().reason, "on its way");
    EXPECT_TRUE(report({"at", "id", Delivery::delivered, ""}));
    EXPECT_EQ(only().state, Delivery::delivered);
}

TEST_P(OutboxContract, AReportByKeyNeedsNoProvidersId) {
    send(Lane::answer, "text");
    settle(Delivery::accepted, "id");
    EXPECT_TRUE(report({"at", "", Delivery::delivered, "", only().key}));
    EXPECT_EQ(only().state, Delivery::delivered);
    EXPECT_EQ(only().provider_id, "id");
}

TEST_P(OutboxContract, AKeyThatIsNotOursFindsNothing) {
    send(Lane::answer, "text");
    settle(Delivery::accepted, "id");
    const std::string id = std::to_string(only().id);
    const std::string own = only().key;
    const std::vector<std::string> keys{"jk-" + id + "-00000000",
                                        "jk-" + id + "-",
                                        "jk-" + id,
                                        "jk-0" + own.substr(3),
                                        own + "0",
                                        own.substr(0, own.size() - 1),
                                        "JK-" + own.substr(3),
                                        "jk-99-00000000",
                                        "jk--1-x",
                                        "jk-99999999999999999999-x",
                                        "jk-",
                                        "x"};
    for (const std::string& key : keys) {
        EXPECT_FALSE(report({"at", "", Delivery::delivered, "", key})) << key;
        EXPECT_EQ(only().state, Delivery::accepted) << key;
    }
    EXPECT_TRUE(report({"at", "id", Delivery::delivered, "", "jk-" + id + "-00000000"}))
        << "the provider's own id still counts";
    EXPECT_EQ(only().state, Delivery::delivered);
}

TEST_P(OutboxContract, GoodNewsCountsFromWhereverItCame) {
    send(Lane::answer, "text");
    settle(Delivery::sending);
    EXPECT_TRUE(report({"earlier", "of the earlier", Delivery::delivered, "", only().key}));
    EXPECT_EQ(only().state, Delivery::delivered);
    EXPECT_EQ(only().channel, "at");
    EXPECT_EQ(only().provider_id, "") << "an id means something to its own channel only";
}

TEST_P(OutboxContract, GoodNewsCountsForWhatWaitsToBeSentAgain) {
    send(Lane::answer, "text");
    settle(Delivery::sending);
    settle(Delivery::queued);
    EXPECT_TRUE(report({"at", "", Delivery::delivered, "", only().key}));
    EXPECT_EQ(only().state, Delivery::delivered);
    in([](Unit& unit) { EXPECT_TRUE(claimed(unit, "at", Lane::reminder, at(99), 9).empty()); });
}

TEST_P(OutboxContract, BadNewsOfAnEarlierChannelDoesNotCount) {
    send(Lane::answer, "text");
    settle(Delivery::sending);
    for (const Delivery bad : {Delivery::failed, Delivery::expired}) {
        EXPECT_TRUE(report({"earlier", "", bad, "no", only().key}));
        EXPECT_EQ(only().state, Delivery::sending);
        EXPECT_EQ(only().reason, "");
    }
    EXPECT_TRUE(report({"at", "", Delivery::failed, "no", only().key}));
    EXPECT_EQ(only().state, Delivery::failed);
}

TEST_P(OutboxContract, BadNewsDoesNotCountForWhatWaitsToBeSentAgain) {
    send(Lane::answer, "text");
    settle(Delivery::sending, "id");
    settle(Delivery::queued, "id");
    EXPECT_TRUE(report({"at", "", Delivery::failed, "no", only().key}));
    EXPECT_TRUE(report({"at", "id", Delivery::expired, "no"}));
    EXPECT_EQ(only().state, Delivery::queued);
}

// --- channels ---

TEST_P(OutboxContract, ClaimsByChannelAndLane) {
    for (const std::string channel : {"at", "vonage"}) {
        for (const Lane lane : {Lane::reminder, Lane::receipt, Lane::answer}) {
            send(lane, channel + " " + std::to_string(static_cast<int>(lane)));
            in([&](Unit& unit) {
                OutboxRow row = unit.sms_to(phone(1), 0, 99).back();
                row.channel = channel;
                unit.settle(row, at(0));
            });
        }
    }
    send(Lane::answer, "new");
    const auto claim_for = [&](const std::string& channel, Lane last, std::size_t limit) {
        return get<std::vector<std::string>>([&](Unit& unit) {
            std::vector<std::string> texts;
            for (const OutboxRow& row : claimed(unit, channel, last, at(0), limit))
                texts.push_back(row.sms.text);
            return texts;
        });
    };
    EXPECT_TRUE(claim_for("none", Lane::reminder, 9).empty());
    EXPECT_EQ(claim_for("at", Lane::receipt, 9), (std::vector<std::string>{"at 0", "at 1"}));
    EXPECT_EQ(claim_for("at", Lane::receipt, 9), std::vector<std::string>{});
    EXPECT_EQ(claim_for("at", Lane::reminder, 9), std::vector<std::string>{"at 2"});
    EXPECT_EQ(claim_for("vonage", Lane::answer, 9), std::vector<std::string>{"vonage 0"});
    EXPECT_EQ(claim_for("vonage", Lane::reminder, 1), std::vector<std::string>{"vonage 1"});
}

TEST_P(OutboxContract, TellsWhatIsDueWithoutClaimingIt) {
    send(Lane::reminder, "reminder");
    send(Lane::answer, "answer");
    send(Lane::answer, "later", at(9));
    in([](Unit& unit) {
        for (int twice = 0; twice < 2; ++twice) {
            const auto rows = unit.due("", flows::Lane::reminder, at(0), 9);
            ASSERT_EQ(rows.size(), 2U);
            EXPECT_EQ(rows[0].sms.text, "answer");
            EXPECT_EQ(rows[0].state, Delivery::queued);
            EXPECT_EQ(rows[1].sms.text, "reminder");
        }
        EXPECT_EQ(unit.due("", flows::Lane::reminder, at(9), 1).size(), 1U);
        OutboxRow routed = unit.due("", flows::Lane::reminder, at(0), 1).at(0);
        routed.channel = "at";
        unit.settle(routed, at(0));
        ASSERT_EQ(unit.due("", flows::Lane::reminder, at(0), 9).size(), 1U);
        EXPECT_EQ(unit.due("", flows::Lane::reminder, at(0), 9)[0].sms.text, "reminder");
    });
}

TEST_P(OutboxContract, AfterARestartWhatWaitsIsRoutedAnew) {
    for (const Delivery state : {Delivery::queued, Delivery::sending, Delivery::accepted}) {
        for (const std::string channel : {"gone", "at"}) {
            send(Lane::answer, channel + " " + std::string(name(state)));
            in([&](Unit& unit) {
                OutboxRow row = unit.sms_to(phone(1), 0, 99).back();
                row.channel = channel;
                row.state = state;
                unit.settle(row, at(0));
            });
        }
    }
    in([](Unit& unit) {
        unit.recover_outbox([](std::string_view) { return false; }, at(1));
        std::string all;
        for (const OutboxRow& row : unit.sms_to(phone(1), 0, 99))
            all += row.sms.text + ": " + row.channel + " " + std::string(name(row.state)) + "\n";
        EXPECT_EQ(all,
                  "gone queued:  queued\n"
                  "at queued:  queued\n"
                  "gone sending: gone in_doubt\n"
                  "at sending: at in_doubt\n"
                  "gone accepted: gone accepted\n"
                  "at accepted: at accepted\n");
    });
}

TEST_P(OutboxContract, AfterACrashWhatWasBeingSentIsInDoubtOrQueued) {
    for (const std::string channel : {"simulator", "at"}) {
        send(Lane::answer, channel);
        in([&](Unit& unit) {
            OutboxRow row = claimed(unit, "", flows::Lane::reminder, at(0), 1).at(0);
            row.channel = channel;
            unit.settle(row, at(0));
        });
    }
    send(Lane::answer, "untouched");
    in([](Unit& unit) {
        unit.recover_outbox([](std::string_view channel) { return channel == "simulator"; },
                            at(50));
    });
    in([](Unit& unit) {
        const auto rows = unit.sms_to(phone(1), 0, 9);
        EXPECT_EQ(rows[0].state, Delivery::queued);
        EXPECT_EQ(rows[1].state, Delivery::in_doubt);
        EXPECT_EQ(rows[2].state, Delivery::queued);
        EXPECT_EQ(rows[0].doubts, 0U);
        EXPECT_EQ(rows[1].doubts, 1U);
        EXPECT_TRUE(unit.in_doubt(at(50), 9).empty());
        const auto doubtful = unit.in_doubt(at(51), 9);
        ASSERT_EQ(doubtful.size(), 1U);
        EXPECT_EQ(doubtful[0].sms.text, "at");
        EXPECT_TRUE(unit.in_doubt(at(51), 0).empty());
    });
}

TEST_P(OutboxContract, ReadsOnFromAnId) {
    in([&](Unit& unit) {
        for (int i = 0; i < 6; ++i) {
            unit.send(sms(i % 2, Lane::answer, std::to_string(i)));
        }
        for (OutboxRow row : claimed(unit, "", flows::Lane::reminder, at(0), 4)) {
            row.channel = "simulator";
            row.state = Delivery::delivered;
            unit.settle(row, at(0));
        }
    });
    in([](Unit& unit) {
        const auto to = unit.sms_to(phone(1), 0, 2);
        ASSERT_EQ(to.size(), 2U);
        EXPECT_EQ(to[0].sms.text + to[1].sms.text, "13");
        const auto on = unit.sms_to(phone(1), to[1].id, 9);
        ASSERT_EQ(on.size(), 1U);
        EXPECT_EQ(on[0].sms.text, "5");
        const auto through = unit.sms_through("simulator", to[0].id, 9);
        ASSERT_EQ(through.size(), 2U);
        EXPECT_EQ(through[0].sms.text + through[1].sms.text, "23");
        EXPECT_EQ(unit.sms_through("simulator", 0, 1).size(), 1U);
        EXPECT_TRUE(unit.sms_through("", 0, 9).empty());
    });
}

}  // namespace
}  // namespace jangkau::sessions
