#include "tests/sessions/store_contract.hpp"

#include <stdexcept>

namespace jangkau::sessions {
namespace {

INSTANTIATE_TEST_SUITE_P(Stores, StoreContract, testing::Values(Kind::memory, Kind::sqlite),
                         kind_name);

TEST_P(StoreContract, KeepsEveryFieldOfASession) {
    const Session put{"at", awkward(), phone(1), awkward(), awkward() + "*1", at(5), true, 12};
    in([&](Unit& unit) { unit.put(put); });
    in([&](Unit& unit) {
        const auto got = unit.session("at", awkward());
        ASSERT_TRUE(got);
        EXPECT_EQ(got->channel, "at");
        EXPECT_EQ(got->id, awkward());
        EXPECT_EQ(got->msisdn, phone(1));
        EXPECT_EQ(got->state, awkward());
        EXPECT_EQ(got->typed, awkward() + "*1");
        EXPECT_EQ(got->changed, at(5));
        EXPECT_TRUE(got->ended);
        EXPECT_EQ(got->hops, 12U);
        EXPECT_FALSE(unit.session("infobip", awkward()));
        EXPECT_FALSE(unit.session("at", "other"));
    });
}

TEST_P(StoreContract, ReplacesASession) {
    in([&](Unit& unit) { unit.put(Session{"at", "1", phone(1), "nik", "1", at(1), false}); });
    in([&](Unit& unit) {
        unit.put(Session{"at", "1", phone(2), "", "", at(2), false});
        const auto got = unit.session("at", "1");
        ASSERT_TRUE(got);
        EXPECT_EQ(got->msisdn, phone(2));
        EXPECT_EQ(got->state + got->typed, "");
        EXPECT_EQ(unit.counts().sessions, 1U);
    });
}

TEST_P(StoreContract, KeepsApartTheHopsAndAStateThatBeginsLikeThem) {
    for (const std::string state : {"", "7", ":", ",3:", "1,2:x"}) {
        in([&](Unit& unit) {
            unit.put(Session{"at", "1", phone(1), state, state, at(1), false, 4'000'000'000U});
        });
        in([&](Unit& unit) {
            EXPECT_EQ(unit.session("at", "1")->state, state);
            EXPECT_EQ(unit.session("at", "1")->typed, state);
            EXPECT_EQ(unit.session("at", "1")->hops, 4'000'000'000U);
        });
    }
}

Hop hop(const std::string& id, const std::string& turn, const std::string& screen) {
    return {{"at", id, phone(1), "state of " + screen, "", at(1), false}, turn, {screen, false}};
}

TEST_P(StoreContract, AnswersARepeatedHopAlike) {
    const std::string turn = awkward() + "1*2";
    in([&](Unit& unit) {
        EXPECT_FALSE(unit.reply("at", "1", turn));
        Hop first = hop("1", turn, awkward());
        first.reply.end = true;
        unit.put(first);
        EXPECT_EQ(unit.reply("at", "1", turn)->text, awkward());
        unit.put(hop("1", "second", "two"));
        unit.put(hop("2", "second", "of another dialogue"));
    });
    in([&](Unit& unit) {
        const auto got = unit.reply("at", "1", turn);
        ASSERT_TRUE(got);
        EXPECT_EQ(got->text, awkward());
        EXPECT_TRUE(got->end);
        EXPECT_EQ(unit.reply("at", "1", "second")->text, "two");
        EXPECT_FALSE(unit.reply("at", "1", turn + "*"));
        EXPECT_FALSE(unit.reply("at", "1", ""));
        EXPECT_FALSE(unit.reply("at", "2", turn));
        EXPECT_FALSE(unit.reply("infobip", "1", turn));
        EXPECT_EQ(unit.session("at", "1")->state, "state of two");
    });
}

TEST_P(StoreContract, KnowsTheLastHopsOfALongDialogue) {
    for (int i = 0; i < 70; ++i)
        in([&](Unit& unit) { unit.put(hop("1", "turn " + std::to_string(i), std::to_string(i))); });
    in([&](Unit& unit) {
        for (int i = 70 - 64; i < 70; ++i)
            EXPECT_EQ(unit.reply("at", "1", "turn " + std::to_string(i))->text, std::to_string(i));
        // What a hop without an answer changes keeps the answers before it.
        unit.put(*unit.session("at", "1"));
        EXPECT_EQ(unit.reply("at", "1", "turn 69")->text, "69");
    });
}

TEST_P(StoreContract, SeesAnSmsOnce) {
    in([&](Unit& unit) {
        EXPECT_FALSE(unit.seen(awkward()));
        unit.see(awkward(), at(1));
        unit.see(awkward(), at(2));
        unit.see("", at(1));
    });
    in([&](Unit& unit) {
        EXPECT_TRUE(unit.seen(awkward()));
        EXPECT_TRUE(unit.seen(""));
        EXPECT_FALSE(unit.seen(awkward() + "*"));
    });
}

TEST_P(StoreContract, AHopHoldsADraft) {
    std::int64_t draft = 0;
    in([&](Unit& unit) {
        draft = unit.put(flows::Draft{0, phone(1), "begun", 2, at(1)});
        EXPECT_TRUE(unit.has_draft(draft));
        EXPECT_FALSE(unit.has_draft(draft + 1));
        Hop one = hop("1", "one", "one");
        one.draft = draft;
        one.session.changed = at(5);
        unit.put(one);
        EXPECT_EQ(unit.draft(draft)->state, "state of one");
    });
    in([&](Unit& unit) {
        // The dialogue goes on to something that is not kept.
        unit.put(hop("1", "two", "two"));
        const auto drafts = unit.drafts_of(phone(1));
        ASSERT_EQ(drafts.size(), 1U);
        EXPECT_EQ(drafts[0].state, "state of one");
        EXPECT_EQ(drafts[0].changed, at(5));
    });
    in([&](Unit& unit) {
        EXPECT_EQ(unit.purge({.replies = at(9), .drafts = at(5)}), (Purged{{"hops", 2}}))
            << "as old as its hop";
        EXPECT_EQ(unit.draft(draft)->state, "state of one") << "outlives the hop";
        EXPECT_EQ(unit.draft(draft)->changed, at(5));
        unit.put(flows::Draft{draft, phone(1), "by SMS", 2, at(5)});
        EXPECT_EQ(unit.draft(draft)->state, "by SMS");
        Hop next = hop("2", "one", "next");
        next.draft = draft;
        unit.put(next);
        EXPECT_EQ(unit.draft(draft)->state, "state of next");
        unit.put(flows::Draft{draft, phone(1), "by SMS again", 2, at(1)});
        EXPECT_EQ(unit.draft(draft)->state, "by SMS again") << "the later one counts";
        EXPECT_EQ(unit.purge({.drafts = at(2)}), (Purged{{"drafts", 1}}));
        EXPECT_FALSE(unit.has_draft(draft));
    });
}

TEST_P(StoreContract, TellsWhichTimersAreDueInOrder) {
    in([&](Unit& unit) {
        EXPECT_FALSE(unit.next_timer());
        unit.set_timer({"draft", awkward(), at(30)});
        unit.set_timer({"draft", "b", at(10)});
        unit.set_timer({"offer", "b", at(20)});
        unit.set_timer({"offer", "later", at(41)});
    });
    in([&](Unit& unit) {
        EXPECT_EQ(unit.next_timer(), at(10));
        EXPECT_TRUE(unit.due_timers(at(9), 10).empty());
        const auto two = unit.due_timers(at(40), 2);
        ASSERT_EQ(two.size(), 2U);
        EXPECT_EQ(two[0].kind + two[0].ref, "draftb");
        EXPECT_EQ(two[1].kind + two[1].ref, "offerb");
        const auto all = unit.due_timers(at(40), 10);
        ASSERT_EQ(all.size(), 3U) << "asking does not take them";
        EXPECT_EQ(all[2].ref, awkward());
        EXPECT_EQ(all[2].due, at(30));
        EXPECT_EQ(unit.due_timers(at(41), 10).size(), 4U);
    });
}

TEST_P(StoreContract, TakesATimerOnlyWhileItIsDue) {
    in([&](Unit& unit) {
        unit.set_timer({"offer", awkward(), at(10)});
        EXPECT_FALSE(unit.take_timer("offer", awkward(), at(9)));
        EXPECT_FALSE(unit.take_timer("offer", "another", at(10)));
        EXPECT_FALSE(unit.take_timer("draft", awkward(), at(10)));
        EXPECT_TRUE(unit.take_timer("offer", awkward(), at(10)));
        EXPECT_FALSE(unit.take_timer("offer", awkward(), at(10))) << "once";
        unit.set_timer({"offer", "moved", at(10)});
        unit.set_timer({"offer", "moved", at(50)});
        EXPECT_FALSE(unit.take_timer("offer", "moved", at(10)));
        EXPECT_EQ(unit.next_timer(), at(50));
    });
}

TEST_P(StoreContract, KeepsWhatATimerIsAboutAsItIs) {
    // Numbers or not, and numbers that read otherwise when they are written again.
    const std::set<std::string> refs{"",
                                     "0",
                                     "1",
                                     "01",
                                     "4821730",
                                     "0482173",
                                     "62811",
                                     "+6281",
                                     "-1",
                                     " 1",
                                     "1 ",
                                     "1.0",
                                     "1e3",
                                     "0x10",
                                     "12a",
                                     "628110",
                                     "draft",
                                     "NULL",
                                     "9223372036854775807",
                                     "9223372036854775808"};
    in([&](Unit& unit) {
        for (const std::string& ref : refs)
            for (const char* kind : {"nudge", "settle"}) unit.set_timer({kind, ref, at(10)});
    });
    in([&](Unit& unit) {
        std::set<std::string> found;
        for (const flows::Timer& timer : unit.due_timers(at(10), 99))
            if (timer.kind == "nudge") found.insert(timer.ref);
        EXPECT_EQ(found, refs);
        for (const std::string& ref : refs) {
            EXPECT_TRUE(unit.cancel_timer("nudge", ref)) << ref;
            EXPECT_TRUE(unit.take_timer("settle", ref, at(10))) << ref;
        }
        EXPECT_EQ(unit.counts().timers, 0U);
    });
}

TEST_P(StoreContract, MovesAndCancelsTimers) {
    in([&](Unit& unit) {
        unit.set_timer({"draft", "a", at(10)});
        unit.set_timer({"draft", "a", at(50)});
        unit.set_timer({"draft", "b", at(10)});
        EXPECT_TRUE(unit.cancel_timer("draft", "b"));
        EXPECT_FALSE(unit.cancel_timer("draft", "b"));
        EXPECT_FALSE(unit.cancel_timer("offer", "a"));
    });
    in([&](Unit& unit) {
        EXPECT_EQ(unit.counts().timers, 1U);
        EXPECT_TRUE(unit.due_timers(at(49), 10).empty());
        EXPECT_EQ(unit.due_timers(at(50), 10).size(), 1U);
    });
}

TEST_P(StoreContract, AJobThatThrowsLeavesNothing) {
    in([](Unit& unit) { unit.put(Session{"at", "kept", phone(1), "before", "", at(0), false}); });
    const auto broken = [&](Unit& unit) {
        unit.put(Hop{{"at", "kept", phone(1), "after", "", at(1), false}, "turn", {"text", false}});
        unit.put(Session{"at", "new", phone(1), "after", "", at(1), false});
        unit.see("sms", at(1));
        unit.send(sms(1, flows::Lane::answer, "never"));
        unit.set_timer({"draft", "a", at(1)});
        unit.put(flows::Draft{0, phone(1), "draft", 1, at(1)});
        unit.erase_person(phone(1));
        throw std::runtime_error("the flow failed");
    };
    EXPECT_THROW(store_->run(broken), std::runtime_error);
    in([](Unit& unit) {
        ASSERT_TRUE(unit.session("at", "kept"));
        EXPECT_EQ(unit.session("at", "kept")->state, "before");
        EXPECT_FALSE(unit.reply("at", "kept", "turn"));
        EXPECT_FALSE(unit.session("at", "new"));
        EXPECT_FALSE(unit.seen("sms"));
        EXPECT_EQ(unit.counts().sessions, 1U);
        EXPECT_EQ(unit.backlog().waiting, 0U);
        EXPECT_EQ(unit.counts().timers, 0U);
        EXPECT_TRUE(unit.drafts_of(phone(1)).empty());
    });
}

TEST_P(StoreContract, TellsTheCallerWhatTheJobThrew) {
    try {
        store_->run([](Unit&) { throw std::runtime_error("exactly this"); });
        FAIL() << "nothing was thrown";
    } catch (const std::runtime_error& thrown) {
        EXPECT_STREQ(thrown.what(), "exactly this");
    }
}

TEST_P(StoreContract, ADoneThatThrowsHarmsNobody) {
    store_->submit([](Unit& unit) { unit.see("sms", at(0)); },
                   [](const std::exception_ptr&) { throw std::runtime_error("careless"); });
    in([](Unit& unit) { EXPECT_TRUE(unit.seen("sms")); });
}

TEST_P(StoreContract, CountsWhatWaits) {
    in([&](Unit& unit) {
        unit.put(Session{"at", "1", phone(1), "", "", at(0), false});
        unit.put(Session{"at", "2", phone(1), "", "", at(0), true});
        unit.put(flows::Draft{0, phone(1), "", 0, at(0)});
        EXPECT_FALSE(unit.backlog().oldest);
    });
    for (int i = 0; i < 3; ++i) {
        clock_.at = at(i);
        in([&](Unit& unit) { unit.send(sms(i, flows::Lane::answer, "text")); });
    }
    in([&](Unit& unit) {
        OutboxRow first = claimed(unit, "", flows::Lane::reminder, at(9), 2).at(0);
        first.state = Delivery::in_doubt;
        unit.settle(first, at(9));
    });
    in([](Unit& unit) {
        const Counts counts = unit.counts();
        EXPECT_EQ(counts.sessions, 1U);
        EXPECT_EQ(counts.drafts, 1U);
        EXPECT_EQ(counts.enrollments, 0U);
        const Backlog backlog = unit.backlog();
        EXPECT_EQ(backlog.waiting, 2U);
        EXPECT_EQ(backlog.in_doubt, 1U);
        EXPECT_EQ(backlog.oldest, at(1));
    });
}

Cutoffs all(Time before) { return {before, before, before, before, before, before}; }

TEST_P(StoreContract, PurgesWhatIsOlderThanAsked) {
    for (const int age : {1, 10}) {
        clock_.at = at(age);
        in([&](Unit& unit) {
            const std::string name = std::to_string(age);
            unit.put(Session{"at", name, phone(1), "", "", at(age), false});
            unit.see(name, at(age));
            unit.put(flows::Draft{0, phone(age), "", 0, at(age)});
            unit.report({"at", "early" + name, Delivery::sent, ""}, at(age));
            for (const Delivery end : {Delivery::accepted, Delivery::failed, Delivery::in_doubt}) {
                unit.send(sms(age, flows::Lane::answer, "text"));
                auto row = claimed(unit, "", flows::Lane::reminder, at(age), 1).at(0);
                row.state = end;
                unit.settle(row, at(age));
            }
        });
    }
    in([](Unit& unit) {
        EXPECT_EQ(unit.purge(all(at(1))), Purged{});
        EXPECT_EQ(unit.purge({.replies = at(10)}),
                  (Purged{{"hops", 1}, {"seen_sms", 1}, {"reports", 1}}));
        EXPECT_FALSE(unit.session("at", "1"));
        EXPECT_EQ(unit.counts().sessions, 1U);
        EXPECT_EQ(unit.purge(all(at(10))), (Purged{{"settled_sms", 2}, {"drafts", 1}}));
    });
    in([](Unit& unit) {
        EXPECT_TRUE(unit.session("at", "10"));
        EXPECT_TRUE(unit.seen("10"));
        EXPECT_FALSE(unit.seen("1"));
        EXPECT_FALSE(unit.drafts_of(phone(10)).empty());
        EXPECT_TRUE(unit.drafts_of(phone(1)).empty());
        EXPECT_EQ(unit.sms_to(phone(1), 0, 9).size(), 1U);
        EXPECT_EQ(unit.sms_to(phone(10), 0, 9).size(), 3U);
    });
}

}  // namespace
}  // namespace jangkau::sessions
