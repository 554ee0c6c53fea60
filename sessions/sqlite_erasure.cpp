#include "menus/flows/records.hpp"
#include "sessions/sqlite_unit.hpp"

namespace jangkau::sessions {
namespace {

/// Of the phone that registered somebody who is erased: the dialogue that it is in goes on.
constexpr std::chrono::hours kStillNeeded{1};

/// What a kind's rows older than a time are.
struct Kind {
    const char* name;
    Time Cutoffs::*cutoff;
    const char* sql;
};
constexpr Kind kKinds[] = {
    {"sessions", &Cutoffs::sessions, "DELETE FROM sessions WHERE changed < ?"},
    {"agent_codes", &Cutoffs::sessions, "DELETE FROM agent_codes WHERE made < ?"},
    {"pieces", &Cutoffs::sessions, "DELETE FROM sms_pieces WHERE at < ?"},
    {"replies", &Cutoffs::replies, "DELETE FROM replies WHERE at < ?"},
    {"reports", &Cutoffs::replies, "DELETE FROM parked_reports WHERE at < ?"},
    {"settled_sms", &Cutoffs::settled_sms,
     "DELETE FROM outbox WHERE changed < ? AND state NOT IN ('queued', 'sending', 'in_doubt')"},
    {"drafts", &Cutoffs::drafts, "DELETE FROM drafts WHERE changed < ?"},
    {"desk_notes", &Cutoffs::desk_notes, "DELETE FROM desk_notes WHERE at < ?"},
    {"consents", &Cutoffs::consents,
     "DELETE FROM consents WHERE at < ?"
     " AND NOT EXISTS (SELECT 1 FROM enrollments WHERE owner = msisdn OR contact = msisdn)"},
    {"persons", &Cutoffs::consents,
     "DELETE FROM persons WHERE consent_at < ? AND opted_out = 0"
     " AND NOT EXISTS (SELECT 1 FROM enrollments WHERE owner = msisdn OR contact = msisdn)"
     " AND NOT EXISTS (SELECT 1 FROM drafts WHERE drafts.msisdn = persons.msisdn)"},
};

/// Rows that name a phone and nobody else.
constexpr const char* kOfPhone[] = {
    "DELETE FROM persons WHERE msisdn = ?",    "DELETE FROM drafts WHERE msisdn = ?",
    "DELETE FROM consents WHERE msisdn = ?",   "DELETE FROM desk_notes WHERE msisdn = ?",
    "DELETE FROM sessions WHERE msisdn = ?",   "DELETE FROM replies WHERE msisdn = ?",
    "DELETE FROM sms_pieces WHERE msisdn = ?",
};
/// ... and a ticket.
constexpr const char* kAboutTicket[] = {
    "DELETE FROM desk_notes WHERE ticket = ? AND ticket <> ''",
    // An agent's list of tasks names several workers and belongs to no ticket.
    "DELETE FROM outbox WHERE state NOT IN ('queued', 'sending', 'in_doubt') AND recipient IN"
    " (SELECT msisdn FROM agents JOIN referrals ON agents.id = referrals.agent"
    " WHERE referrals.ticket = ?)",
};

}  // namespace

Purged SqliteUnit::purge(const Cutoffs& cutoffs) {
    Purged gone;
    for (const Kind& kind : kKinds) {
        const std::size_t rows = query(kind.sql).bind(cutoffs.*kind.cutoff).exec();
        if (rows > 0) gone[kind.name] += rows;
    }
    if (!gone.empty()) must_truncate_ = true;
    return gone;
}

void SqliteUnit::drop_timers_of(std::string_view ref) {
    for (const KeyId key : vault_.ids())
        query("DELETE FROM timers WHERE ref_index = ?")
            .bind(vault_.index(key, "timer", ref))
            .exec();
}

void SqliteUnit::erase_about(const flows::Enrollment& enrollment, const Msisdn& phone) {
    const std::string ticket = enrollment.ticket.text();
    query("DELETE FROM outbox WHERE ticket = ? AND ticket <> '' AND recipient <> ?")
        .bind(ticket, phone)
        .exec();
    for (const char* sql : kAboutTicket) query(sql).bind(ticket).exec();
    drop_timers_of(ticket);
    query("DELETE FROM replies WHERE msisdn = ? AND at < ?")
        .bind(enrollment.owner, clock_.now() - kStillNeeded)
        .exec();
    query("DELETE FROM sessions WHERE msisdn = ? AND ended = 1").bind(enrollment.owner).exec();
    erase_enrollment(enrollment.ticket);
}

void SqliteUnit::erase_person(const Msisdn& phone) {
    for (const flows::Enrollment& enrollment : enrollments_of(phone)) {
        if (enrollment.status != flows::Status::active && flows::is_about(enrollment, phone))
            erase_about(enrollment, phone);
    }
    erase_sms_to(phone);
    std::vector<std::string> refs{phone.digits(), phone.e164()};
    for (const flows::Draft& draft : drafts_of(phone)) refs.push_back(std::to_string(draft.id));
    for (const std::string& ref : refs) drop_timers_of(ref);
    for (const char* sql : kOfPhone) query(sql).bind(phone).exec();
    must_truncate_ = true;
}

std::vector<Msisdn> SqliteUnit::known_phones() {
    auto rows = query(
        "SELECT msisdn FROM persons UNION SELECT owner FROM enrollments"
        " UNION SELECT contact FROM enrollments WHERE contact IS NOT NULL"
        " UNION SELECT msisdn FROM agents UNION SELECT msisdn FROM drafts"
        " UNION SELECT msisdn FROM consents UNION SELECT msisdn FROM desk_notes");
    std::vector<Msisdn> found;
    while (rows.next()) found.push_back(rows.msisdn());
    return found;
}

}  // namespace jangkau::sessions
