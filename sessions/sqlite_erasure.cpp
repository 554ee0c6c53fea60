#include <limits>

#include "menus/flows/records.hpp"
#include "sessions/sqlite_unit.hpp"

namespace jangkau::sessions {
namespace {

/// Of the phone that registered somebody who is erased: the dialogue that it is in goes on.
constexpr std::chrono::hours kStillNeeded{1};

/// Of a large table with each purge: a few milliseconds. Others have an index by time, or are
/// small.
constexpr std::int64_t kRowsAtOnce = 5'000;

/// What a kind's rows older than a time are.
struct Kind {
    const char* name;
    Time Cutoffs::*cutoff;
    const char* sql;            ///< where there is an `end`, of a slice
    const char* end = nullptr;  ///< tells the last key of a slice
};
constexpr Kind kKinds[] = {
    {"agent_codes", &Cutoffs::pieces, "DELETE FROM agent_codes WHERE made < ?"},
    {"pieces", &Cutoffs::pieces, "DELETE FROM sms_pieces WHERE at < ?"},
    {"seen_sms", &Cutoffs::replies, "DELETE FROM seen_sms WHERE at < ?"},
    {"reports", &Cutoffs::replies, "DELETE FROM parked_reports WHERE at < ?"},
    {"settled_sms", &Cutoffs::settled_sms,
     "DELETE FROM outbox WHERE changed < ? AND state NOT IN ('queued', 'sending', 'in_doubt')"
     " AND id > ? AND id <= ?",
     "SELECT id FROM outbox WHERE id > ? ORDER BY id LIMIT 1 OFFSET ?"},
    {"desk_notes", &Cutoffs::desk_notes, "DELETE FROM desk_notes WHERE at < ?"},
    {"consents", &Cutoffs::consents,
     "DELETE FROM consents WHERE at < ?"
     " AND NOT EXISTS (SELECT 1 FROM enrollments WHERE owner = msisdn OR contact = msisdn)"
     " AND id > ? AND id <= ?",
     "SELECT id FROM consents WHERE id > ? ORDER BY id LIMIT 1 OFFSET ?"},
    {"persons", &Cutoffs::consents,
     "DELETE FROM persons WHERE consent_at < ? AND opted_out = 0"
     " AND NOT EXISTS (SELECT 1 FROM enrollments WHERE owner = msisdn OR contact = msisdn)"
     " AND NOT EXISTS (SELECT 1 FROM drafts WHERE drafts.msisdn = persons.msisdn)"
     " AND msisdn > ? AND msisdn <= ?",
     "SELECT msisdn FROM persons WHERE msisdn > ? ORDER BY msisdn LIMIT 1 OFFSET ?"},
};

/// Rows that name a phone and nobody else.
constexpr const char* kOfPhone[] = {
    "DELETE FROM persons WHERE msisdn = ?",    "DELETE FROM drafts WHERE msisdn = ?",
    "DELETE FROM consents WHERE msisdn = ?",   "DELETE FROM desk_notes WHERE msisdn = ?",
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

SqliteUnit::Slice SqliteUnit::next_slice(std::string_view kind, std::string_view end_sql) {
    std::int64_t& swept = swept_[kind];
    Slice slice{swept, std::numeric_limits<std::int64_t>::max()};
    auto end = query(end_sql);
    end.bind(slice.after, kRowsAtOnce - 1);
    if (end.next()) {
        slice.last = swept = end.integer();
        more_to_purge_ = true;
    } else {
        swept = 0;
    }
    return slice;
}

/// A draft that a dialogue holds is as old as its hop.
std::size_t SqliteUnit::purge_drafts(Time before) {
    struct Old {
        std::int64_t id = 0, after_hop = 0;
    };
    std::vector<Old> old;
    {
        const Slice slice =
            next_slice("drafts", "SELECT id FROM drafts WHERE id > ? ORDER BY id LIMIT 1 OFFSET ?");
        auto rows =
            query("SELECT id, after_hop FROM drafts WHERE changed < ? AND id > ? AND id <= ?");
        rows.bind(before, slice.after, slice.last);
        while (rows.next()) {
            const std::int64_t id = rows.integer();
            old.push_back({id, rows.integer()});
        }
    }
    std::size_t gone = 0;
    for (const Old& draft : old) {
        const auto held = hops_.draft(draft.id, draft.after_hop);
        if (held && held->changed >= before) continue;
        drop_draft(draft.id);
        ++gone;
    }
    return gone;
}

Purged SqliteUnit::purge(const Cutoffs& cutoffs) {
    Purged gone;
    more_to_purge_ = false;
    const auto count = [&](const char* kind, std::size_t rows) {
        if (rows > 0) gone[kind] += rows;
    };
    count("drafts", purge_drafts(cutoffs.drafts));
    count("hops", hops_.purge(cutoffs.replies, [this](std::int64_t id, auto& held) {
        const auto kept = draft(id);
        if (kept) put(flows::Draft{id, kept->msisdn, held.state, kept->stage, held.changed});
    }));
    if (gone.contains("hops")) more_to_purge_ = true;
    for (const Kind& kind : kKinds) {
        auto rows = query(kind.sql);
        rows.bind(cutoffs.*kind.cutoff);
        if (kind.end) {
            const Slice slice = next_slice(kind.name, kind.end);
            rows.bind(slice.after, slice.last);
        }
        count(kind.name, rows.exec());
    }
    if (!gone.empty()) must_truncate_ = true;
    return gone;
}

void SqliteUnit::erase_about(const flows::Enrollment& enrollment, const Msisdn& phone) {
    const std::string ticket = enrollment.ticket.text();
    query("DELETE FROM outbox WHERE ticket = ? AND ticket <> '' AND recipient <> ?")
        .bind(ticket, phone)
        .exec();
    for (const char* sql : kAboutTicket) query(sql).bind(ticket).exec();
    drop_timers_of(ticket);
    hops_.erase_ended_of(enrollment.owner, clock_.now() - kStillNeeded);
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
    hops_.erase_of(phone);
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
