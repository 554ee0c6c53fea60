#include <gmock/gmock.h>

#include "tests/sessions/store_contract.hpp"

namespace jangkau::sessions {
namespace {

using flows::AuditEvent;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class AuditContract : public StoreContract {
protected:
    void audit(const AuditEvent& event) {
        in([&](Unit& unit) { unit.audit(event); });
    }
    std::vector<AuditRow> rows(const AuditFilter& filter = {}) {
        return get<std::vector<AuditRow>>([&](Unit& unit) { return unit.audit_rows(filter); });
    }
    /// What `jangkau audit verify` says of rows that may have been changed.
    std::string fault(const std::vector<AuditRow>& rows, const std::string& head = "") {
        AuditWalk walk(get<AuditLink>([](Unit& unit) { return unit.audit_begin(); }), head);
        for (const AuditRow& row : rows)
            if (!walk.follow(row)) break;
        return walk.fault();
    }
    std::vector<std::string> actions(const AuditFilter& filter = {}) {
        std::vector<std::string> out;
        for (const AuditRow& row : rows(filter)) out.push_back(row.action);
        return out;
    }
};

TEST_P(AuditContract, KeepsWhatItIsToldInAChain) {
    clock_.at = at(7);
    audit({.actor = "operator budi",
           .action = "enrollments.export",
           .reason = awkward(),
           .fields = "nik name",
           .subjects = {{ticket(1).text(), phone(1), nik(1)}, {"", phone(2)}}});
    audit({.actor = "agent A", .action = "agent.told", .by = phone(3), .count = 4});
    const auto kept = rows();
    ASSERT_EQ(kept.size(), 2U);
    EXPECT_EQ(kept[0].number, 1);
    EXPECT_EQ(kept[0].at, at(7));
    EXPECT_EQ(kept[0].actor, "operator budi");
    EXPECT_EQ(kept[0].reason, awkward());
    EXPECT_EQ(kept[0].count, 2U);
    ASSERT_EQ(kept[0].subjects.size(), 2U);
    in([&](Unit& unit) {
        EXPECT_EQ(kept[0].subjects[0].ticket, ticket(1).text());
        EXPECT_EQ(kept[0].subjects[0].phone, unit.audit_index(phone(1)));
        EXPECT_EQ(kept[0].subjects[0].nik, unit.audit_index(nik(1)));
        EXPECT_EQ(kept[0].subjects[1].phone, unit.audit_index(phone(2)));
        EXPECT_EQ(kept[0].subjects[1].nik, "");
        EXPECT_EQ(kept[1].by, unit.audit_index(phone(3)));
        EXPECT_NE(unit.audit_index(phone(1)), unit.audit_index(phone(2)));
        EXPECT_EQ(unit.audit_head().hash, kept[1].hash);
    });
    EXPECT_EQ(kept[1].count, 4U);
    EXPECT_EQ(fault(kept), "");
    EXPECT_EQ(fault(kept, kept[0].hash), "") << "a head of before is still there";
}

TEST_P(AuditContract, AChangeOfAnyPartBreaksTheChain) {
    for (const char* action : {"one", "two", "three"})
        audit({.actor = "a",
               .action = action,
               .reason = "r",
               .fields = "f",
               .subjects = {{"1", phone(1), nik(1)}, {"2"}},
               .by = phone(1)});
    const auto whole = rows();
    const std::vector<std::function<void(AuditRow&)>> changes{
        [](AuditRow& row) { row.at += std::chrono::seconds(1); },
        [](AuditRow& row) { row.actor = "b"; },
        [](AuditRow& row) { row.by.back() ^= 1; },
        [](AuditRow& row) { row.action = "other"; },
        [](AuditRow& row) { row.reason = ""; },
        [](AuditRow& row) { row.fields = "g"; },
        [](AuditRow& row) { ++row.count; },
        [](AuditRow& row) { row.subjects[1].ticket = "3"; },
        [](AuditRow& row) { row.subjects[0].nik.back() ^= 1; },
        [](AuditRow& row) { row.subjects.pop_back(); },
        [](AuditRow& row) { std::swap(row.subjects[0], row.subjects[1]); },
        [](AuditRow& row) { row.hash.back() ^= 1; },
    };
    for (std::size_t i = 0; i < changes.size(); ++i) {
        auto changed = whole;
        changes[i](changed[1]);
        EXPECT_THAT(fault(changed), HasSubstr("row 2 was changed")) << i;
    }
    auto missing = whole;
    missing.erase(missing.begin() + 1);
    EXPECT_EQ(fault(missing), "row 2 is missing");
    auto cut = whole;
    cut.pop_back();
    EXPECT_EQ(fault(cut), "") << "which only a head that was written down shows";
    EXPECT_THAT(fault(cut, whole.back().hash), HasSubstr("cut short"));
}

TEST_P(AuditContract, IsCommittedWithWhatItTellsAbout) {
    EXPECT_THROW(in([](Unit& unit) {
                     unit.audit({.actor = "a", .action = "lost"});
                     throw std::runtime_error("no");
                 }),
                 std::runtime_error);
    audit({.actor = "a", .action = "kept"});
    EXPECT_THAT(actions(), ElementsAre("kept"));
    EXPECT_EQ(rows().at(0).number, 1);
}

TEST_P(AuditContract, IsFilteredByTimeActorAndPhone) {
    for (const int second : {1, 2, 3}) {
        clock_.at = at(second);
        audit({.actor = second == 2 ? "b" : "a",
               .action = std::to_string(second),
               .by = phone(second)});
    }
    EXPECT_THAT(actions({.since = at(2)}), ElementsAre("2", "3"));
    EXPECT_THAT(actions({.until = at(2)}), ElementsAre("1"));
    EXPECT_THAT(actions({.actor = "a"}), ElementsAre("1", "3"));
    EXPECT_THAT(actions({.after = 1, .limit = 1}), ElementsAre("2"));
    const auto by = get<std::string>([](Unit& unit) { return unit.audit_index(phone(3)); });
    EXPECT_THAT(actions({.by = by}), ElementsAre("3"));
}

TEST_P(AuditContract, ForgetsTheOldestTogetherAndSaysSo) {
    const auto purge = [&](Time before) {
        return get<std::size_t>([&](Unit& unit) { return unit.purge_audit(before); });
    };
    EXPECT_EQ(purge(at(9)), 0U);
    for (const int second : {1, 2, 3}) {
        clock_.at = at(second);
        audit({.actor = "a", .action = std::to_string(second), .subjects = {{"1"}}});
    }
    const auto before = rows();
    EXPECT_EQ(purge(at(1)), 0U);
    EXPECT_EQ(purge(at(3)), 2U);
    EXPECT_THAT(actions(), ElementsAre("3", kAuditPurged));
    EXPECT_EQ(fault(rows()), "");
    EXPECT_EQ(fault(rows(), before[1].hash), "") << "the last one that went";
    auto untold = rows();
    untold.pop_back();
    EXPECT_THAT(fault(untold), HasSubstr("no purge of them is told"));

    clock_.at = at(50);
    EXPECT_EQ(purge(at(40)), 1U) << "the newest stays";
    EXPECT_THAT(actions(), ElementsAre(kAuditPurged, kAuditPurged));
    EXPECT_EQ(fault(rows()), "");
}

TEST_P(AuditContract, ATextThatWasAgreedToIsKeptOnce) {
    const flows::Consent consent{phone(1), "U04", "v1", "id", "at", "s", at(1), "Setuju?\n1 Ya"};
    in([&](Unit& unit) {
        unit.add(consent);
        unit.add(consent);
        EXPECT_EQ(unit.consents_of(phone(1)).size(), 2U);
        EXPECT_EQ(unit.consent_text(consent), "Setuju?\n1 Ya");
        unit.erase_person(phone(1));
        EXPECT_EQ(unit.consent_text(consent), "Setuju?\n1 Ya") << "it names nobody";
    });
    const auto kept = rows();
    ASSERT_EQ(kept.size(), 1U);
    EXPECT_EQ(kept[0].action, "consent.text");
    EXPECT_EQ(kept[0].reason, "U04 v1 id " + audit_digest("Setuju?\n1 Ya"));
    flows::Consent other = consent;
    other.version = "v2";
    EXPECT_FALSE(
        get<std::optional<std::string>>([&](Unit& unit) { return unit.consent_text(other); }));
}

TEST_P(AuditContract, ErasesWhatOthersHoldOfAPerson) {
    using flows::Enrollment;
    clock_.at = at(10'000);
    const Time now = clock_.at;
    in([&](Unit& unit) {
        // Phone 2 registered the worker with phone 1; agent 3 was asked.
        Enrollment one{.ticket = ticket(1), .owner = phone(2)};
        one.contact = phone(1);
        one.nik = nik(1);
        one.status = flows::Status::with_agent;
        unit.put(one);
        flows::Agent agent{.id = "A", .name = "SITI", .msisdn = phone(3)};
        unit.put(agent);
        flows::Referral referral{.ticket = ticket(1), .agent = "A"};
        unit.put(referral);
        unit.send({phone(3), "a list of tasks", flows::Lane::answer, "", "", {}});
        for (OutboxRow row : claimed(unit, "", flows::Lane::reminder, now, 9)) {
            row.state = Delivery::accepted;
            unit.settle(row, now);
        }
        unit.send({phone(3), "to the agent", flows::Lane::answer, "", ticket(1).text(), {}});
        unit.send({phone(1), "to himself", flows::Lane::answer, "", ticket(1).text(), {}});
        unit.send({phone(3), "of another", flows::Lane::answer, "", ticket(2).text(), {}});
        unit.put(Hop{{"at", "his", phone(1), "", "", now, false}, "turn", {"text", false}});
        const Time before = now - std::chrono::hours(2);
        unit.put(Hop{{"at", "hers, before", phone(2), "", "", before, false}, "turn", {"", false}});
        unit.put(Hop{{"at", "hers", phone(2), "", "", before, false}, "first", {"", false}});
        unit.put(Hop{{"at", "hers, ended", phone(2), "", "", now, false}, "first", {"", false}});
        unit.put(Session{"at", "hers, ended", phone(2), "", "", now, true});
        unit.put(Hop{{"at", "hers", phone(2), "", "", now, false}, "second", {"", false}});
        unit.see("sms", at(0));
        unit.add(flows::DeskNote{"data", phone(2), ticket(1).text(), now});
        unit.add(flows::DeskNote{"call", phone(2), "", now});
        const auto draft = unit.put(flows::Draft{0, phone(1), "", 0, now});
        unit.set_timer({"nudge", std::to_string(draft), now});
        unit.set_timer({"contact_lapse", ticket(1).text(), now});
        unit.erase_person(phone(1));
    });
    in([&](Unit& unit) {
        EXPECT_FALSE(unit.enrollment(ticket(1)));
        EXPECT_FALSE(unit.session("at", "his"));
        EXPECT_FALSE(unit.session("at", "hers, before"));
        EXPECT_FALSE(unit.session("at", "hers, ended"));
        EXPECT_TRUE(unit.session("at", "hers")) << "her dialogue goes on";
        EXPECT_TRUE(unit.reply("at", "hers", "first"));
        EXPECT_TRUE(unit.reply("at", "hers", "second"));
        EXPECT_EQ(unit.counts().sessions, 1U);
        EXPECT_TRUE(unit.seen("sms")) << "or it would count again when it comes again";
        EXPECT_EQ(unit.desk_notes(9).size(), 1U);
        EXPECT_EQ(unit.counts().timers, 0U);
        const auto to_agent = unit.sms_to(phone(3), 0, 9);
        ASSERT_EQ(to_agent.size(), 1U);
        EXPECT_EQ(to_agent[0].sms.text, "of another");
        EXPECT_EQ(unit.sms_to(phone(1), 0, 9).size(), 1U) << "still has to leave";
        unit.erase_sms(phone(1), now);
        EXPECT_EQ(unit.sms_to(phone(1), 0, 9).size(), 1U) << "not older";
        unit.erase_sms(phone(1), now + std::chrono::seconds(1));
        EXPECT_THAT(unit.sms_to(phone(1), 0, 9), IsEmpty());
    });
}

TEST_P(AuditContract, PurgesNotesAndConsentsOfWhomNoTicketNames) {
    in([&](Unit& unit) {
        for (const int number : {1, 2, 3}) {
            unit.add(flows::Consent{phone(number), "U04", "v", "id", "at", "s", at(1)});
            flows::Person person{phone(number), "id", at(1)};
            person.opted_out = number == 3;
            unit.put(person);
        }
        unit.put(flows::Enrollment{.ticket = ticket(2), .owner = phone(2)});
        unit.add(flows::DeskNote{"call", phone(1), "", at(1)});
        EXPECT_EQ(unit.purge({.desk_notes = at(1), .consents = at(1)}), Purged{});
        EXPECT_EQ(unit.purge({.desk_notes = at(2), .consents = at(2)}),
                  (Purged{{"desk_notes", 1}, {"consents", 2}, {"persons", 1}}));
        EXPECT_EQ(unit.consents_of(phone(2)).size(), 1U);
        EXPECT_TRUE(unit.person(phone(2)));
        EXPECT_TRUE(unit.person(phone(3))) << "that he wants no SMS is still so";
        EXPECT_THAT(unit.known_phones(), ElementsAre(phone(2), phone(3)));
    });
}

INSTANTIATE_TEST_SUITE_P(Stores, AuditContract, testing::Values(Kind::memory, Kind::sqlite),
                         kind_name);

}  // namespace
}  // namespace jangkau::sessions
