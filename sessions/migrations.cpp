#include "sessions/migrations.hpp"

#include <array>
#include <stdexcept>
#include <string>

#include "gateway/core/crash_point.hpp"

namespace jangkau::sessions {
namespace {

// Times are seconds since 1970, phone numbers the digits as a number. What is declared BLOB is
// sealed or a keyed index (sessions/vault.hpp).
//
constexpr const char* kFirst = R"sql(
CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    channel TEXT NOT NULL,
    id BLOB NOT NULL,
    msisdn INTEGER NOT NULL,
    dialogue BLOB NOT NULL,
    changed INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    PRIMARY KEY (channel, id)
) STRICT;

CREATE TABLE replies (
    turn BLOB PRIMARY KEY,
    text BLOB NOT NULL,
    ends INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX replies_at ON replies (at);

CREATE TABLE timers (
    kind TEXT NOT NULL,
    ref_index BLOB NOT NULL,
    ref BLOB NOT NULL,
    due INTEGER NOT NULL,
    PRIMARY KEY (kind, ref_index)
) STRICT, WITHOUT ROWID;
CREATE INDEX timers_due ON timers (due);
CREATE INDEX timers_ref ON timers (ref_index);

CREATE TABLE persons (
    msisdn INTEGER PRIMARY KEY,
    language TEXT NOT NULL,
    consent_at INTEGER,
    opted_out INTEGER NOT NULL,
    confused_at INTEGER,
    wrong_guesses INTEGER NOT NULL,
    guess_day TEXT NOT NULL
) STRICT;

CREATE TABLE consents (
    id INTEGER PRIMARY KEY,
    msisdn INTEGER NOT NULL,
    text TEXT NOT NULL,
    version TEXT NOT NULL,
    language TEXT NOT NULL,
    channel TEXT NOT NULL,
    session BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX consents_msisdn ON consents (msisdn);

CREATE TABLE drafts (
    msisdn INTEGER PRIMARY KEY,
    state BLOB NOT NULL,
    stage INTEGER NOT NULL,
    changed INTEGER NOT NULL
) STRICT;

CREATE TABLE enrollments (
    ticket TEXT PRIMARY KEY,
    kind INTEGER NOT NULL,
    owner INTEGER NOT NULL,
    contact INTEGER,
    nik_index BLOB,
    person BLOB NOT NULL,
    kelurahan TEXT NOT NULL,
    programme TEXT NOT NULL,
    payer TEXT NOT NULL,
    income_base INTEGER NOT NULL,
    months INTEGER NOT NULL,
    agent_if_refused INTEGER NOT NULL,
    language TEXT NOT NULL,
    status TEXT NOT NULL,
    created INTEGER NOT NULL,
    changed INTEGER NOT NULL
) STRICT;
CREATE INDEX enrollments_owner ON enrollments (owner, created);
CREATE INDEX enrollments_contact ON enrollments (contact) WHERE contact IS NOT NULL;
CREATE INDEX enrollments_nik ON enrollments (nik_index) WHERE nik_index IS NOT NULL;
CREATE INDEX enrollments_status ON enrollments (status, changed);
CREATE INDEX enrollments_created ON enrollments (created);

CREATE TABLE agents (
    id TEXT PRIMARY KEY,
    name BLOB NOT NULL,
    msisdn INTEGER NOT NULL,
    kelurahan TEXT NOT NULL,
    max_open INTEGER NOT NULL,
    on_leave INTEGER NOT NULL,
    last_offer INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX agents_msisdn ON agents (msisdn);

CREATE TABLE referrals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket TEXT NOT NULL,
    agent TEXT NOT NULL,
    state TEXT NOT NULL,
    offered INTEGER NOT NULL,
    due INTEGER NOT NULL,
    reminded INTEGER NOT NULL,
    postponed INTEGER NOT NULL,
    reason INTEGER NOT NULL,
    changed INTEGER NOT NULL
) STRICT;
CREATE INDEX referrals_ticket ON referrals (ticket);
CREATE INDEX referrals_open ON referrals (agent, due) WHERE state IN ('offered', 'accepted');

CREATE TABLE eligibility (
    nik_index BLOB PRIMARY KEY,
    finding BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE desk_notes (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    msisdn INTEGER NOT NULL,
    ticket TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX desk_notes_at ON desk_notes (at);
CREATE INDEX desk_notes_msisdn ON desk_notes (msisdn);

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    recipient INTEGER NOT NULL,
    text BLOB NOT NULL,
    lane INTEGER NOT NULL,
    text_id TEXT NOT NULL,
    ticket TEXT NOT NULL,
    not_before INTEGER,
    state TEXT NOT NULL,
    channel TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    created INTEGER NOT NULL,
    due INTEGER NOT NULL,
    reason BLOB NOT NULL,
    changed INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_queued ON outbox (lane, due) WHERE state = 'queued';
CREATE INDEX outbox_sending ON outbox (id) WHERE state = 'sending';
CREATE INDEX outbox_in_doubt ON outbox (changed) WHERE state = 'in_doubt';
CREATE INDEX outbox_provider_id ON outbox (provider_id) WHERE provider_id <> '';
CREATE INDEX outbox_recipient ON outbox (recipient);
CREATE INDEX outbox_channel ON outbox (channel) WHERE channel <> '';
CREATE INDEX outbox_ticket ON outbox (ticket) WHERE ticket <> '';

CREATE TABLE parked_reports (
    channel TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    state TEXT NOT NULL,
    reason BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (channel, provider_id)
) STRICT, WITHOUT ROWID;
)sql";

// Rows wait for one channel each, so that a slow one holds up nobody else's. Pieces of long SMS.
constexpr const char* kChannels = R"sql(
DROP INDEX outbox_queued;
CREATE INDEX outbox_queued ON outbox (channel, lane, due) WHERE state = 'queued';
ALTER TABLE outbox ADD COLUMN doubts INTEGER NOT NULL DEFAULT 0;

CREATE TABLE sms_pieces (
    id INTEGER PRIMARY KEY,
    msisdn INTEGER NOT NULL,
    sms BLOB NOT NULL,
    number INTEGER NOT NULL,
    piece BLOB NOT NULL,
    at INTEGER NOT NULL,
    UNIQUE (msisdn, sms, number)
) STRICT;
CREATE INDEX sms_pieces_at ON sms_pieces (at);
)sql";

// Several drafts of one phone; when a phone last showed whose it is; notes that say what was
// answered. Ids of drafts are never used again: a dialogue may still name one that is gone.
constexpr const char* kDrafts = R"sql(
ALTER TABLE drafts RENAME TO drafts_of_one;
CREATE TABLE drafts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    msisdn INTEGER NOT NULL,
    state BLOB NOT NULL,
    stage INTEGER NOT NULL,
    changed INTEGER NOT NULL
) STRICT;
INSERT INTO drafts (msisdn, state, stage, changed)
    SELECT msisdn, state, stage, changed FROM drafts_of_one ORDER BY changed;
DROP TABLE drafts_of_one;
CREATE INDEX drafts_msisdn ON drafts (msisdn);
ALTER TABLE persons ADD COLUMN proved_at INTEGER;
ALTER TABLE desk_notes ADD COLUMN text BLOB;
)sql";

// What protects agents' reports: codes and PINs, agents who left or are held, and what was counted.
constexpr const char* kFraud = R"sql(
ALTER TABLE agents ADD COLUMN retired INTEGER NOT NULL DEFAULT 0;
ALTER TABLE agents ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
ALTER TABLE agents ADD COLUMN released INTEGER;

CREATE TABLE agent_codes (
    agent TEXT NOT NULL,
    ticket TEXT NOT NULL,
    said BLOB NOT NULL,
    code BLOB NOT NULL,
    made INTEGER NOT NULL,
    PRIMARY KEY (agent, ticket)
) STRICT, WITHOUT ROWID;

CREATE TABLE agent_pins (
    agent TEXT PRIMARY KEY,
    pin BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE incidents (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    agent TEXT NOT NULL,
    ticket TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX incidents_agent ON incidents (agent, kind, at);
CREATE INDEX incidents_ticket ON incidents (ticket, kind, at) WHERE ticket <> '';
CREATE INDEX incidents_at ON incidents (at);
)sql";

// Sealed values carry the id of their key (sessions/vault.hpp); sessions/sqlite_keys.cpp seals the
// old ones anew. This version only keeps programs out that do not know it.
constexpr const char* kKeys = "-- no table changes";

// Who saw or changed whose data, as a chain of hashes (sessions/audit.hpp). Triggers keep the rows
// as they are, but for the oldest, which go together once `audit_begin` stands behind them. What
// keys their indexes: it outlives the keys that seal it. The texts that people agreed to. Whose a
// stored reply is: it goes with him.
constexpr const char* kAudit = R"sql(
CREATE TABLE audit (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    by_phone TEXT NOT NULL,
    action TEXT NOT NULL,
    reason TEXT NOT NULL,
    fields TEXT NOT NULL,
    count INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT;
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_by ON audit (by_phone) WHERE by_phone <> '';

CREATE TABLE audit_subjects (
    number INTEGER NOT NULL,
    place INTEGER NOT NULL,
    ticket TEXT NOT NULL,
    phone TEXT NOT NULL,
    nik TEXT NOT NULL,
    PRIMARY KEY (number, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_secret (
    id INTEGER PRIMARY KEY,
    secret BLOB NOT NULL
) STRICT;

CREATE TABLE audit_begin (
    only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
    number INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT;
INSERT INTO audit_begin VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

CREATE TRIGGER audit_stays_behind BEFORE INSERT ON audit
    WHEN new.number <= (SELECT coalesce(max(number), 0) FROM audit)
    BEGIN SELECT raise(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit
    BEGIN SELECT raise(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_kept BEFORE DELETE ON audit
    WHEN old.number > (SELECT number FROM audit_begin)
    BEGIN SELECT raise(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_subjects_stay_behind BEFORE INSERT ON audit_subjects
    WHEN new.number < (SELECT coalesce(max(number), 0) FROM audit)
    BEGIN SELECT raise(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_subjects_unchanged BEFORE UPDATE ON audit_subjects
    BEGIN SELECT raise(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_subjects_kept BEFORE DELETE ON audit_subjects
    WHEN old.number > (SELECT number FROM audit_begin)
    BEGIN SELECT raise(ABORT, 'the audit is append-only'); END;

CREATE TABLE consent_texts (
    text TEXT NOT NULL,
    version TEXT NOT NULL,
    language TEXT NOT NULL,
    shown TEXT NOT NULL,
    PRIMARY KEY (text, version, language)
) STRICT, WITHOUT ROWID;

ALTER TABLE replies ADD COLUMN msisdn INTEGER;
CREATE INDEX replies_msisdn ON replies (msisdn) WHERE msisdn IS NOT NULL;
)sql";

// Dialogues as their hops (sessions/sqlite_hops.hpp): a table that only grows at its end, so that a
// turn writes one row beside its neighbours' and no index. A draft is written when it begins and
// when its hop goes; between, the hop holds it (newer than `after_hop`). Dialogues of schema 6
// cannot be taken over: their rows are sealed under names that only their callers know. They begin
// again, from their drafts. Of `replies` those of SMS stay.
constexpr const char* kHops = R"sql(
CREATE TABLE hops (
    id INTEGER PRIMARY KEY,
    session INTEGER NOT NULL,
    msisdn INTEGER NOT NULL,
    previous INTEGER NOT NULL,
    draft INTEGER NOT NULL,
    at INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    hop BLOB NOT NULL
) STRICT;
CREATE TABLE hop_runs (
    last INTEGER PRIMARY KEY,
    entries BLOB NOT NULL
) STRICT;
DROP TABLE sessions;
ALTER TABLE drafts ADD COLUMN after_hop INTEGER NOT NULL DEFAULT 0;

CREATE TABLE seen_sms (
    sms BLOB PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX seen_sms_at ON seen_sms (at);
INSERT INTO seen_sms SELECT turn, at FROM replies WHERE msisdn IS NULL;
DROP TABLE replies;
)sql";

// A timer by what it is about, and then by its kind: all of one ticket lie together, one search
// finds them, and no key is needed. The old ones are taken over by SqliteUnit::open(), which can
// open them.
constexpr const char* kTimers = R"sql(
ALTER TABLE timers RENAME TO sealed_timers;
DROP INDEX timers_due;
DROP INDEX timers_ref;
CREATE TABLE timers (
    ref ANY NOT NULL,
    kind TEXT NOT NULL,
    due INTEGER NOT NULL,
    PRIMARY KEY (ref, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX timers_due ON timers (due);
)sql";

// The n-th brings the file from version n to n + 1. Never changed once released.
constexpr std::array kMigrations = {kFirst, kChannels, kDrafts, kFraud,
                                    kKeys,  kAudit,    kHops,   kTimers};

}  // namespace

int schema_version() { return static_cast<int>(kMigrations.size()); }

void migrate(SQLite::Database& database) {
    const int found = database.execAndGet("PRAGMA user_version").getInt();
    if (found > schema_version()) {
        throw std::runtime_error(database.getFilename() + " has schema " + std::to_string(found) +
                                 ", but this program knows schemas up to " +
                                 std::to_string(schema_version()) +
                                 "; run the newer program, or restore an older backup");
    }
    for (int version = found; version < schema_version(); ++version) {
        SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
        database.exec(kMigrations.at(static_cast<std::size_t>(version)));
        database.exec("PRAGMA user_version = " + std::to_string(version + 1));
        crash_point("migrating");
        transaction.commit();
        crash_point("migrated");
    }
}

}  // namespace jangkau::sessions
