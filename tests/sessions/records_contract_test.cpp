#include "tests/sessions/store_contract.hpp"

namespace jangkau::sessions {
namespace {

using flows::Agent;
using flows::Enrollment;
using flows::Lane;
using flows::Referral;
using flows::Status;

class RecordsContract : public StoreContract {
protected:
    static Enrollment enrollment(unsigned number, int owner, Time created) {
        return {ticket(number),
                Enrollment::Kind::registration,
                phone(owner),
                std::nullopt,
                std::nullopt,
                "",
                std::nullopt,
                "",
                "",
                "",
                "",
                0,
                0,
                false,
                "",
                Status::verifying,
                "",
                created,
                created};
    }

    static Referral referral(unsigned number, const std::string& agent, Referral::State state,
                             Time due) {
        return {0, ticket(number), agent, state, at(0), due, false, 0, 0, at(0)};
    }

    void put(const Enrollment& enrollment) {
        in([&](Unit& unit) { unit.put(enrollment); });
    }

    static std::string tickets(const std::vector<Enrollment>& enrollments) {
        std::string text;
        for (const Enrollment& one : enrollments) text += one.ticket.text() + " ";
        return text;
    }

    static std::string text(std::initializer_list<unsigned> numbers) {
        std::string text;
        for (const unsigned number : numbers) text += ticket(number).text() + " ";
        return text;
    }
};

INSTANTIATE_TEST_SUITE_P(Stores, RecordsContract, testing::Values(Kind::memory, Kind::sqlite),
                         kind_name);

TEST_P(RecordsContract, KeepsAndReplacesAPerson) {
    in([](Unit& unit) {
        EXPECT_FALSE(unit.person(phone(1)));
        unit.put(flows::Person{phone(1), "id", at(1), true, at(2), 3, "2026-11-22", at(3)});
    });
    in([](Unit& unit) {
        const auto got = unit.person(phone(1));
        ASSERT_TRUE(got);
        EXPECT_EQ(got->msisdn, phone(1));
        EXPECT_EQ(got->language, "id");
        EXPECT_EQ(got->consent_at, at(1));
        EXPECT_TRUE(got->opted_out);
        EXPECT_EQ(got->confused_at, at(2));
        EXPECT_EQ(got->wrong_guesses, 3U);
        EXPECT_EQ(got->guess_day, "2026-11-22");
        EXPECT_EQ(got->proved_at, at(3));
        unit.put(flows::Person{phone(1), "", std::nullopt, false, std::nullopt, 0, ""});
    });
    in([](Unit& unit) {
        EXPECT_FALSE(unit.person(phone(1))->consent_at);
        EXPECT_FALSE(unit.person(phone(1))->confused_at);
        EXPECT_FALSE(unit.person(phone(2)));
    });
}

TEST_P(RecordsContract, KeepsConsentsOldestFirst) {
    in([](Unit& unit) {
        unit.add(flows::Consent{phone(1), "C2", "v2", "en", "sms", "s2", at(2)});
        unit.add(flows::Consent{phone(1), "C1", awkward(), "id", "at", awkward(), at(1)});
        unit.add(flows::Consent{phone(2), "C1", "v1", "id", "at", "s1", at(1)});
    });
    in([](Unit& unit) {
        const auto got = unit.consents_of(phone(1));
        ASSERT_EQ(got.size(), 2U);
        EXPECT_EQ(got[0].msisdn, phone(1));
        EXPECT_EQ(got[0].text, "C1");
        EXPECT_EQ(got[0].version, awkward());
        EXPECT_EQ(got[0].language, "id");
        EXPECT_EQ(got[0].channel, "at");
        EXPECT_EQ(got[0].session, awkward());
        EXPECT_EQ(got[0].at, at(1));
        EXPECT_EQ(got[1].text, "C2");
    });
}

TEST_P(RecordsContract, KeepsReplacesAndDropsADraft) {
    in([](Unit& unit) {
        EXPECT_TRUE(unit.drafts_of(phone(1)).empty());
        const auto id = unit.put(flows::Draft{0, phone(1), "first", 1, at(1)});
        EXPECT_EQ(unit.put(flows::Draft{id, phone(1), awkward(), 7, at(2)}), id);
        unit.put(flows::Draft{0, phone(2), "other", 1, at(1)});
        // Nobody writes another phone's draft by its id.
        unit.put(flows::Draft{id, phone(2), "stolen", 1, at(1)});
    });
    in([](Unit& unit) {
        const auto got = unit.drafts_of(phone(1));
        ASSERT_EQ(got.size(), 1U);
        EXPECT_EQ(got[0].state, awkward());
        EXPECT_EQ(got[0].stage, 7U);
        EXPECT_EQ(got[0].changed, at(2));
        EXPECT_EQ(unit.draft(got[0].id)->state, awkward());
        unit.drop_draft(got[0].id);
        EXPECT_FALSE(unit.draft(got[0].id));
        unit.put(got[0]);  // a dialogue that does not know of it
        EXPECT_TRUE(unit.drafts_of(phone(1)).empty());
        EXPECT_EQ(unit.drafts_of(phone(2)).at(0).state, "other");
    });
}

TEST_P(RecordsContract, KeepsSeveralDraftsOfAPhoneTheLastChangedFirst) {
    std::int64_t dropped = 0;
    in([&](Unit& unit) {
        const auto first = unit.put(flows::Draft{0, phone(1), "first", 1, at(1)});
        unit.put(flows::Draft{0, phone(1), "second", 2, at(2)});
        dropped = unit.put(flows::Draft{0, phone(1), "third", 3, at(3)});
        unit.put(flows::Draft{first, phone(1), "first", 4, at(4)});
        unit.drop_draft(dropped);
    });
    in([&](Unit& unit) {
        const auto got = unit.drafts_of(phone(1));
        ASSERT_EQ(got.size(), 2U);
        EXPECT_EQ(got[0].state, "first");
        EXPECT_EQ(got[1].state, "second");
        // An id is never used again.
        EXPECT_GT(unit.put(flows::Draft{0, phone(1), "new", 1, at(5)}), dropped);
    });
}

TEST_P(RecordsContract, KeepsEveryFieldOfAnEnrollment) {
    const Date birth{std::chrono::year(1985), std::chrono::month(3), std::chrono::day(5)};
    put({ticket(7), Enrollment::Kind::call_request, phone(1), phone(2), nik(3), awkward(), birth,
         awkward(), "7371", awkward(), "city", 1'000'000'000'000, 3, true, "id", Status::with_agent,
         awkward(), at(1), at(2)});
    in([&](Unit& unit) {
        const auto got = unit.enrollment(ticket(7));
        ASSERT_TRUE(got);
        EXPECT_EQ(got->ticket, ticket(7));
        EXPECT_EQ(got->kind, Enrollment::Kind::call_request);
        EXPECT_EQ(got->owner, phone(1));
        EXPECT_EQ(got->contact, phone(2));
        EXPECT_EQ(got->nik, nik(3));
        EXPECT_EQ(got->name, awkward());
        EXPECT_EQ(got->birth_date, birth);
        EXPECT_EQ(got->job, awkward());
        EXPECT_EQ(got->kelurahan, "7371");
        EXPECT_EQ(got->programme, awkward());
        EXPECT_EQ(got->payer, "city");
        EXPECT_EQ(got->income_base, 1'000'000'000'000);
        EXPECT_EQ(got->months, 3);
        EXPECT_TRUE(got->agent_if_refused);
        EXPECT_EQ(got->language, "id");
        EXPECT_EQ(got->status, Status::with_agent);
        EXPECT_EQ(got->kpj, awkward());
        EXPECT_EQ(got->created, at(1));
        EXPECT_EQ(got->changed, at(2));
        EXPECT_FALSE(unit.enrollment(ticket(8)));
    });
}

TEST_P(RecordsContract, ReplacesTheEnrollmentWithTheSameTicket) {
    Enrollment one = enrollment(1, 1, at(1));
    one.nik = nik(1);
    one.contact = phone(5);
    put(one);
    put(enrollment(1, 2, at(3)));
    in([](Unit& unit) {
        EXPECT_FALSE(unit.enrollment(ticket(1))->nik);
        EXPECT_FALSE(unit.enrollment(ticket(1))->contact);
        EXPECT_TRUE(unit.enrollments_of(phone(1)).empty());
        EXPECT_TRUE(unit.enrollments_of(phone(5)).empty());
        EXPECT_TRUE(unit.enrollments_with(nik(1)).empty());
        EXPECT_EQ(unit.enrollments_of(phone(2)).size(), 1U);
        EXPECT_EQ(unit.counts().enrollments, 1U);
    });
}

TEST_P(RecordsContract, KeepsEveryStatus) {
    for (int status = 0; status <= static_cast<int>(Status::ended); ++status) {
        Enrollment one = enrollment(static_cast<unsigned>(status), 1, at(1));
        one.status = static_cast<Status>(status);
        put(one);
        EXPECT_EQ(flows::status_named(name(one.status)), one.status);
        in([&](Unit& unit) {
            EXPECT_EQ(unit.enrollment(one.ticket)->status, one.status);
            EXPECT_EQ(tickets(unit.enrollments_in(one.status, 9)), one.ticket.text() + " ");
        });
    }
    EXPECT_FALSE(flows::status_named("lost"));
}

TEST_P(RecordsContract, FindsEnrollmentsNewestFirst) {
    Enrollment first = enrollment(1, 1, at(1));
    first.nik = nik(1);
    Enrollment second = enrollment(2, 2, at(2));
    second.contact = phone(1);
    second.nik = nik(1);
    Enrollment third = enrollment(3, 1, at(3));
    third.contact = phone(1);
    third.nik = nik(2);
    for (const auto& one : {second, third, first}) put(one);
    in([](Unit& unit) {
        EXPECT_EQ(tickets(unit.enrollments_of(phone(1))), text({3, 2, 1}));
        EXPECT_EQ(tickets(unit.enrollments_of(phone(2))), text({2}));
        EXPECT_EQ(tickets(unit.enrollments_with(nik(1))), text({2, 1}));
        EXPECT_EQ(tickets(unit.enrollments_with(nik(3))), "");
    });
}

TEST_P(RecordsContract, CountsRegistrationsOfAnOwner) {
    put(enrollment(1, 1, at(1)));
    put(enrollment(2, 1, at(2)));
    Enrollment call = enrollment(3, 1, at(2));
    call.kind = Enrollment::Kind::call_request;
    put(call);
    Enrollment contact = enrollment(4, 2, at(2));
    contact.contact = phone(1);
    put(contact);
    in([](Unit& unit) {
        EXPECT_EQ(unit.registrations_since(phone(1), at(1)), 2U);
        EXPECT_EQ(unit.registrations_since(phone(1), at(2)), 1U);
        EXPECT_EQ(unit.registrations_since(phone(1), at(3)), 0U);
    });
}

TEST_P(RecordsContract, FiltersTheListAndHandsOutTheLongestWaitFirst) {
    for (unsigned i = 1; i <= 4; ++i) {
        Enrollment one = enrollment(i, 1, at(static_cast<int>(i)));
        one.changed = at(10 - static_cast<int>(i));
        one.kelurahan = i % 2 == 0 ? "even" : "odd";
        one.status = i == 4 ? Status::active : Status::waiting;
        put(one);
    }
    in([](Unit& unit) {
        EXPECT_EQ(tickets(unit.enrollments_in(Status::waiting, 2)), text({3, 2}));
        EXPECT_EQ(tickets(unit.list({})), text({4, 3, 2, 1}));
        EXPECT_EQ(tickets(unit.list({std::nullopt, "", std::nullopt, 2})), text({4, 3}));
        EXPECT_EQ(tickets(unit.list({Status::waiting, "", std::nullopt, 9})), text({3, 2, 1}));
        EXPECT_EQ(tickets(unit.list({std::nullopt, "even", std::nullopt, 9})), text({4, 2}));
        EXPECT_EQ(tickets(unit.list({std::nullopt, "", at(3), 9})), text({4, 3}));
        EXPECT_EQ(tickets(unit.list({Status::waiting, "even", at(2), 9})), text({2}));
    });
}

TEST_P(RecordsContract, ErasesAnEnrollmentWithItsReferrals) {
    put(enrollment(1, 1, at(1)));
    put(enrollment(2, 1, at(1)));
    in([](Unit& unit) {
        for (const unsigned number : {1U, 2U}) {
            Referral one = referral(number, "A1", Referral::State::offered, at(1));
            unit.put(one);
        }
        unit.erase_enrollment(ticket(1));
    });
    in([](Unit& unit) {
        EXPECT_FALSE(unit.enrollment(ticket(1)));
        EXPECT_TRUE(unit.referrals_for(ticket(1)).empty());
        EXPECT_EQ(unit.referrals_for(ticket(2)).size(), 1U);
    });
}

TEST_P(RecordsContract, KeepsAgentsById) {
    in([](Unit& unit) {
        unit.put(Agent{"B", "", phone(1), {}, 15, false, std::nullopt});
        unit.put(Agent{"A", awkward(), phone(1), {"7371", "7372"}, 3, true, at(4)});
    });
    in([](Unit& unit) {
        const auto got = unit.agent("A");
        ASSERT_TRUE(got);
        EXPECT_EQ(got->id, "A");
        EXPECT_EQ(got->name, awkward());
        EXPECT_EQ(got->msisdn, phone(1));
        EXPECT_EQ(got->kelurahan, (std::vector<std::string>{"7371", "7372"}));
        EXPECT_EQ(got->max_open, 3U);
        EXPECT_TRUE(got->on_leave);
        EXPECT_EQ(got->last_offer, at(4));
        EXPECT_TRUE(unit.agent("B")->kelurahan.empty());
        EXPECT_FALSE(unit.agent("C"));
        EXPECT_EQ(unit.agent_with(phone(1))->id, "A");
        EXPECT_FALSE(unit.agent_with(phone(2)));
        const auto all = unit.agents();
        ASSERT_EQ(all.size(), 2U);
        EXPECT_EQ(all[0].id + all[1].id, "AB");
        unit.put(Agent{"A", "", phone(2), {}, 15, false, std::nullopt});
        unit.remove_agent("B");
        unit.remove_agent("C");
    });
    in([](Unit& unit) {
        EXPECT_EQ(unit.agent_with(phone(2))->id, "A");
        EXPECT_FALSE(unit.agent_with(phone(1)));
        EXPECT_EQ(unit.agents().size(), 1U);
    });
}

TEST_P(RecordsContract, KeepsReferrals) {
    Referral one{0, ticket(1), awkward(), Referral::State::failed, at(1), at(2), true, 2, 5, at(3)};
    Referral two = referral(1, "A", Referral::State::offered, at(9));
    in([&](Unit& unit) {
        unit.put(one);
        unit.put(two);
        EXPECT_NE(one.id, 0);
        EXPECT_LT(one.id, two.id);
    });
    two.state = Referral::State::accepted;
    const auto id = two.id;
    in([&](Unit& unit) {
        unit.put(two);
        EXPECT_EQ(two.id, id);
        const auto got = unit.referrals_for(ticket(1));
        ASSERT_EQ(got.size(), 2U);
        EXPECT_EQ(got[0].id, one.id);
        EXPECT_EQ(got[0].ticket, ticket(1));
        EXPECT_EQ(got[0].agent, awkward());
        EXPECT_EQ(got[0].state, Referral::State::failed);
        EXPECT_EQ(got[0].offered, at(1));
        EXPECT_EQ(got[0].due, at(2));
        EXPECT_TRUE(got[0].reminded);
        EXPECT_EQ(got[0].postponed, 2U);
        EXPECT_EQ(got[0].reason, 5);
        EXPECT_EQ(got[0].changed, at(3));
        EXPECT_EQ(got[1].state, Referral::State::accepted);
        EXPECT_TRUE(unit.referrals_for(ticket(2)).empty());
    });
}

TEST_P(RecordsContract, KnowsWhatIsOpen) {
    in([](Unit& unit) {
        for (int state = 0; state <= static_cast<int>(Referral::State::failed); ++state) {
            Referral one = referral(1, "A", static_cast<Referral::State>(state), at(9 - state));
            unit.put(one);
            EXPECT_EQ(flows::referral_state_named(name(one.state)), one.state);
        }
        Referral other = referral(2, "B", Referral::State::offered, at(1));
        unit.put(other);
    });
    in([](Unit& unit) {
        const auto open = unit.open_referrals_of("A");
        ASSERT_EQ(open.size(), 2U);
        EXPECT_EQ(open[0].state, Referral::State::accepted);
        EXPECT_EQ(open[1].state, Referral::State::offered);
        EXPECT_EQ(unit.open_loads(),
                  (std::vector<std::pair<std::string, unsigned>>{{"A", 2}, {"B", 1}}));
        unit.remove_agent("A");
        EXPECT_EQ(unit.open_loads().size(), 2U);
    });
}

TEST_P(RecordsContract, KeepsEligibility) {
    const Date day{std::chrono::year(2026), std::chrono::month(11), std::chrono::day(1)};
    in([&](Unit& unit) {
        EXPECT_FALSE(unit.eligibility_known());
        unit.put(flows::Eligibility{nik(1), 9, day, "old"});
        unit.put(flows::Eligibility{nik(1), 2, day, awkward()});
    });
    in([&](Unit& unit) {
        EXPECT_TRUE(unit.eligibility_known());
        EXPECT_FALSE(unit.eligibility(nik(2)));
        const auto got = unit.eligibility(nik(1));
        ASSERT_TRUE(got);
        EXPECT_EQ(got->nik, nik(1));
        EXPECT_EQ(got->desil, 2);
        EXPECT_EQ(got->as_of, day);
        EXPECT_EQ(got->source, awkward());
    });
}

TEST_P(RecordsContract, KeepsDeskNotesNewestFirst) {
    in([](Unit& unit) {
        unit.add(flows::DeskNote{"call", phone(1), "1234567", at(2)});
        unit.add(flows::DeskNote{"fraud", phone(2), "", at(1)});
        unit.add(flows::DeskNote{"data", phone(3), "", at(2), awkward()});
    });
    in([](Unit& unit) {
        const auto notes = unit.desk_notes(9);
        ASSERT_EQ(notes.size(), 3U);
        EXPECT_EQ(notes[0].kind, "data");
        EXPECT_EQ(notes[1].kind, "call");
        EXPECT_EQ(notes[1].msisdn, phone(1));
        EXPECT_EQ(notes[1].ticket, "1234567");
        EXPECT_EQ(notes[1].at, at(2));
        EXPECT_EQ(notes[0].text, awkward());
        EXPECT_EQ(notes[1].text, "");
        EXPECT_EQ(unit.desk_notes(1).size(), 1U);
    });
}

TEST_P(RecordsContract, ErasesAPersonButNoActiveMembership) {
    for (const int who : {1, 2}) {
        in([&](Unit& unit) {
            unit.put(flows::Person{phone(who), "id", at(1), false, std::nullopt, 0, ""});
            unit.put(flows::Draft{0, phone(who), "state", 1, at(1)});
            unit.add(flows::Consent{phone(who), "C1", "v1", "id", "at", "s", at(1)});
            unit.add(flows::DeskNote{"call", phone(who), "", at(1)});
            unit.put(Session{"at", std::to_string(who), phone(who), "", "", at(1), false});
            unit.set_timer({"draft", phone(who).digits(), at(1)});
            unit.set_timer({"sms", phone(who).e164(), at(1)});
        });
    }
    Enrollment active = enrollment(1, 1, at(1));
    active.status = Status::active;
    active.nik = nik(1);
    put(active);
    put(enrollment(2, 1, at(2)));
    Enrollment helped = enrollment(3, 2, at(3));
    helped.contact = phone(1);
    put(helped);
    put(enrollment(4, 2, at(4)));
    in([](Unit& unit) {
        for (const unsigned number : {1U, 2U, 3U, 4U}) {
            Referral one = referral(number, "A", Referral::State::offered, at(1));
            unit.put(one);
        }
        unit.erase_person(phone(1));
    });
    in([](Unit& unit) {
        EXPECT_FALSE(unit.person(phone(1)));
        EXPECT_TRUE(unit.drafts_of(phone(1)).empty());
        EXPECT_TRUE(unit.consents_of(phone(1)).empty());
        EXPECT_FALSE(unit.session("at", "1"));
        EXPECT_EQ(tickets(unit.list({})), text({4, 1}));
        EXPECT_EQ(unit.enrollment(ticket(1))->nik, nik(1));
        EXPECT_EQ(unit.open_loads().at(0).second, 2U);
        EXPECT_EQ(unit.counts().timers, 2U);

        EXPECT_TRUE(unit.person(phone(2)));
        EXPECT_FALSE(unit.drafts_of(phone(2)).empty());
        EXPECT_EQ(unit.consents_of(phone(2)).size(), 1U);
        EXPECT_EQ(unit.desk_notes(9).size(), 1U);
        EXPECT_TRUE(unit.session("at", "2"));
    });
}

TEST_P(RecordsContract, ErasesSmsOfAPersonThatNeedNotLeave) {
    put(enrollment(1, 1, at(1)));
    in([&](Unit& unit) {
        unit.send(sms(1, Lane::answer, "settled answer"));
        unit.send({phone(8), "settled, about it", Lane::answer, "", ticket(1).text(), {}});
        for (OutboxRow row : claimed(unit, "", flows::Lane::reminder, at(0), 9)) {
            row.state = Delivery::accepted;
            unit.settle(row, at(0));
        }
        unit.send(sms(1, Lane::answer, "answer"));
        unit.send(sms(1, Lane::receipt, "receipt"));
        unit.send(sms(1, Lane::reminder, "reminder"));
        unit.send(sms(2, Lane::receipt, "of another"));
        unit.send({phone(8), "about it", Lane::receipt, "", ticket(1).text(), {}});
        unit.erase_person(phone(1));
    });
    in([](Unit& unit) {
        const auto left = unit.sms_to(phone(1), 0, 9);
        ASSERT_EQ(left.size(), 1U);
        EXPECT_EQ(left[0].sms.text, "answer");
        EXPECT_EQ(unit.sms_to(phone(2), 0, 9).size(), 1U);
        EXPECT_TRUE(unit.sms_to(phone(8), 0, 9).empty());
    });
}

}  // namespace
}  // namespace jangkau::sessions
