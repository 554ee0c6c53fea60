#pragma once

#include <array>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "menus/flows/records.hpp"
#include "sessions/audit.hpp"
#include "sessions/keys.hpp"

namespace jangkau::menus {
struct State;
}

namespace jangkau::sessions {

/// A dialogue as it is kept between two turns.
struct Session {
    std::string channel;
    std::string id;  ///< the aggregator's; unique within a channel
    Msisdn msisdn;
    std::string state;  ///< menus::encode
    std::string typed;  ///< everything typed so far, as cumulative providers send it
    Time changed;
    bool ended = false;
    unsigned hops = 0;  ///< turns taken so far under this id
    Time began{};       ///< of the present dialogue under this id
    /// What `state` says, where it is at hand: a turn then need not read it. Never stored.
    std::shared_ptr<const menus::State> read = nullptr;
};

/// What a hop was answered: the same hop again gets the same bytes.
struct StoredReply {
    std::string text;
    bool end = false;
};

/// One hop of a dialogue.
struct Hop {
    Session session;       ///< after it
    std::string turn_key;  ///< names it within its dialogue; "" = it was not answered
    StoredReply reply;
    std::int64_t draft = 0;  ///< whose state is the session's from now on; 0 = none's
};

/// Long SMS of one phone that wait for pieces.
inline constexpr std::size_t kPieceGroupsMax = 4;

enum class Delivery { queued, sending, in_doubt, accepted, sent, delivered, failed, expired };
[[nodiscard]] std::string_view name(Delivery state);

/// An SMS that a committed turn promised.
struct OutboxRow {
    std::int64_t id = 0;
    /// "jk-17-9f3a2b1c": what an aggregator gets as our name for this SMS. The store makes it from
    /// its key, so that nobody else's report finds a row.
    std::string key;
    flows::SmsDraft sms;
    Delivery state = Delivery::queued;
    std::string channel;      ///< that it left through, or will be tried through next
    std::string provider_id;  ///< the aggregator's message id
    unsigned attempts = 0;
    unsigned doubts = 0;  ///< attempts whose answer was lost
    Time created;
    Time due;            ///< not before
    std::string reason;  ///< of the last failure, as the provider put it
};

/// A delivery report as an adapter read it.
struct Report {
    std::string channel;
    std::string provider_id;
    Delivery state = Delivery::sent;
    std::string reason;
    std::string key = {};  ///< OutboxRow::key, where the aggregator gives it back
};

/// A piece of a long SMS that waits for the others.
struct SmsPiece {
    std::string channel;
    Msisdn from;
    std::string to;
    std::string ref;  ///< the same for all pieces of one SMS
    unsigned number = 1;
    unsigned total = 1;
    std::string text;
    Time at;  ///< when it came
};

struct EnrollmentFilter {
    std::optional<flows::Status> status;
    std::string kelurahan;
    std::optional<Time> since;
    std::size_t limit = 1000;
};

struct Counts {
    std::uint64_t sessions = 0, drafts = 0, enrollments = 0, timers = 0;
};

/// What waits to leave.
struct Backlog {
    std::uint64_t waiting = 0;   ///< SMS queued and being sent
    std::uint64_t in_doubt = 0;  ///< SMS whose answer was lost
    std::optional<Time> oldest;  ///< since when the one that waits longest could have been sent
    /// Something erased is still in the write-ahead log, because a reader holds it.
    bool erased_is_held = false;
};

/// Hops are many; the rest of them goes with the next calls of purge().
inline constexpr std::size_t kHopsPurgedAtOnce = 2'000;

/// What is older goes; what is exactly as old stays.
struct Cutoffs {
    Time pieces = Time::min();       ///< of SMS; agents' codes
    Time replies = Time::min();      ///< hops, SMS that were seen, parked reports
    Time settled_sms = Time::min();  ///< taken by an aggregator or given up, unchanged since
    Time drafts = Time::min();       ///< untouched since
    Time desk_notes = Time::min();
    /// Given by phones that no ticket names; the phone itself is forgotten with them, unless it
    /// opted out.
    Time consents = Time::min();
};
/// Rows by kind; kinds of which nothing went are left out.
using Purged = std::map<std::string, std::size_t>;

/// All that one transaction can read and write: the records of the flows, and the gateway's own.
///
/// Where an order is left open below: enrollments are ordered by `created` (in a status: by
/// `changed`, the longest wait first), those of one second by ticket; consents, notes and SMS of
/// one second as they were added.
///
/// send() takes the time from the store's clock: an SMS is due at once, or at its `not_before`.
///
/// erase_person() also forgets dialogues of that phone and timers whose ref is its
/// digits (with or without plus) or one of its drafts; of SMS to it only answers that still have to
/// leave stay. Pieces of its SMS go. With each erased enrollment go its timers, the notes and the
/// SMS about it, the ended dialogues of the phone that registered him, and settled
/// SMS to agents who were asked, which may list it among others.
///
/// Threading: valid only inside the job that it was given to.
class Unit : public flows::Records {
public:
    using flows::Records::put;

    [[nodiscard]] virtual std::optional<Session> session(std::string_view channel,
                                                         std::string_view id) = 0;
    /// What a hop of that dialogue was answered, of its last 64. `turn_key` may hold what was
    /// typed: only a keyed hash of it is kept.
    [[nodiscard]] virtual std::optional<StoredReply> reply(std::string_view channel,
                                                           std::string_view id,
                                                           std::string_view turn_key) = 0;
    virtual void put(const Hop&) = 0;
    /// Where nobody is answered.
    void put(const Session& session) { put(Hop{session, "", {}}); }

    /// Whether see() was called for that SMS; only a keyed hash of the key is kept.
    [[nodiscard]] virtual bool seen(std::string_view sms_key) = 0;
    virtual void see(std::string_view sms_key, Time now) = 0;

    /// Due at `now`, earliest first. They stay set: whoever handles one cancels it in the same
    /// transaction.
    [[nodiscard]] virtual std::vector<flows::Timer> due_timers(Time now, std::size_t limit) = 0;
    /// Cancels the timer if it is due at `now`; false when it is gone or was moved meanwhile.
    [[nodiscard]] virtual bool take_timer(std::string_view kind, std::string_view ref,
                                          Time now) = 0;
    [[nodiscard]] virtual std::optional<Time> next_timer() = 0;

    /// Up to `limit` queued rows of that channel ("" = not routed yet) that are due: answers, then
    /// receipts, then reminders, up to lane `last`, each by due time, then id.
    [[nodiscard]] virtual std::vector<OutboxRow> due(std::string_view channel, flows::Lane last,
                                                     Time now, std::size_t limit) = 0;
    /// Marks a row that due() gave as being sent through its channel, and counts the attempt, in
    /// the row, too.
    virtual void claim(OutboxRow& row, Time now) = 0;
    /// The row as it now is (all but the SMS and `created`); a state never moves backwards (queued
    /// < sending < in_doubt < accepted < sent < final), except from sending or in_doubt back to
    /// queued, which is a retry. A row that would move backwards, or is gone, is left as it is.
    virtual void settle(const OutboxRow&, Time now) = 0;
    /// Finds the row by our key, else by channel and provider id; false when there is none (yet): a
    /// report with provider id is then parked and joined when the row is settled with that id.
    /// Moves the state forward only. Bad news counts for a row that is (or may be) with that
    /// channel: not for one that waits, or was tried elsewhere since.
    virtual bool report(const Report&, Time now) = 0;
    [[nodiscard]] virtual std::optional<Time> next_outbox_due() = 0;
    /// Rows that were being sent when an earlier process died: now in doubt, or queued again if
    /// `local(channel)`. Waiting rows have no channel any more: routes may have changed.
    virtual void recover_outbox(const std::function<bool(std::string_view)>& local, Time now) = 0;
    /// Rows in doubt since before `since`, longest first, for the in-doubt rule.
    [[nodiscard]] virtual std::vector<OutboxRow> in_doubt(Time since, std::size_t limit) = 0;
    /// SMS to that phone that were given a channel, and were last due at or after `since`.
    [[nodiscard]] virtual std::size_t sms_out(const Msisdn&, Time since) = 0;
    /// The same to all phones. Reads the whole outbox.
    [[nodiscard]] virtual std::size_t sms_out(Time since) = 0;
    /// SMS to that phone with an id above `after`, oldest first.
    [[nodiscard]] virtual std::vector<OutboxRow> sms_to(const Msisdn&, std::int64_t after,
                                                        std::size_t limit) = 0;
    /// The same for all phones, for the local inbox: rows of that channel, in whatever state.
    [[nodiscard]] virtual std::vector<OutboxRow> sms_through(std::string_view channel,
                                                             std::int64_t after,
                                                             std::size_t limit) = 0;

    /// The first piece of that number stands. Of one phone only the `kPieceGroupsMax` SMS that got
    /// a piece last are kept.
    virtual void put(const SmsPiece&) = 0;
    /// All pieces so far of the SMS that `one` belongs to, by number.
    [[nodiscard]] virtual std::vector<SmsPiece> pieces_with(const SmsPiece& one) = 0;
    virtual void drop_pieces(const SmsPiece& one) = 0;
    /// One piece of each SMS whose first piece came before `since`, oldest first.
    [[nodiscard]] virtual std::vector<SmsPiece> stale_pieces(Time since, std::size_t limit) = 0;

    /// Created at or after `since`, newest first.
    [[nodiscard]] virtual std::vector<flows::Enrollment> list(const EnrollmentFilter&) = 0;
    /// Newest first.
    [[nodiscard]] virtual std::vector<flows::DeskNote> desk_notes(std::size_t limit) = 0;
    /// Oldest first.
    [[nodiscard]] virtual std::vector<flows::Consent> consents_of(const Msisdn&) = 0;
    /// Reads whole tables. Of sessions those that have not ended.
    [[nodiscard]] virtual Counts counts() = 0;
    [[nodiscard]] virtual Backlog backlog() = 0;
    /// At or after `from` and before `to`, oldest first.
    [[nodiscard]] virtual std::vector<flows::Incident> incidents_between(Time from, Time to) = 0;
    /// Forgets incidents before that time. Returns how many.
    virtual std::size_t forget_incidents(Time before) = 0;
    /// Its referrals and incidents stay.
    virtual void remove_agent(std::string_view id) = 0;

    /// What the store seals with. A store that seals nothing has none, and refuses to make one.
    [[nodiscard]] virtual Keys& keys() = 0;

    /// Looks at so many rows of each kind as one turn can wait for.
    [[nodiscard]] virtual Purged purge(const Cutoffs&) = 0;
    /// Whether the next purge() goes on where the last one ended, and not at the beginning.
    [[nodiscard]] virtual bool more_to_purge() const = 0;

    /// Of the phones and NIKs of audited subjects, in hexadecimal.
    [[nodiscard]] virtual std::string audit_index(const Msisdn&) const = 0;
    [[nodiscard]] virtual std::string audit_index(const Nik&) const = 0;
    /// Every phone that a record names.
    [[nodiscard]] virtual std::vector<Msisdn> known_phones() = 0;
    /// Oldest first.
    [[nodiscard]] virtual std::vector<AuditRow> audit_rows(const AuditFilter&) = 0;
    /// Where the chain begins (after what was purged), and where it ends.
    [[nodiscard]] virtual AuditLink audit_begin() = 0;
    [[nodiscard]] virtual AuditLink audit_head() = 0;
    /// Forgets the links older than `before`, but never the newest; says so in a new one. Returns
    /// how many.
    virtual std::size_t purge_audit(Time before) = 0;
    /// The text of a consent by its id, version and language, as it was shown.
    [[nodiscard]] virtual std::optional<std::string> consent_text(const flows::Consent&) = 0;
};

/// The link of the audit chain that comes after its head.
[[nodiscard]] AuditRow next_audit_row(Unit& unit, const flows::AuditEvent& event, Time now);

/// What must survive a restart. One process owns a store.
///
/// A job runs in a transaction of its own: it is committed whole or, when the job throws, not at
/// all. Several jobs may share one commit to the disk; `done` is called only after that commit, so
/// whatever it answers is on disk. Where one of them throws, the others run again: what a job does
/// to anything but its unit, it does as if for the first time.
///
/// Threading: submit() and run() from any thread; jobs run one at a time, in the order submitted.
class Store {
public:
    using Job = std::function<void(Unit&)>;
    /// Null on success, else what the job threw or why the commit failed.
    using Done = std::function<void(std::exception_ptr)>;

    virtual ~Store() = default;

    /// Returns at once. `done` runs on the store's thread and must not block; what it throws is
    /// lost. Throws StoreBusy when `queue_jobs_max` are waiting.
    virtual void submit(Job job, Done done) = 0;
    /// Copies everything that is committed into a new file, a piece between two batches each, so
    /// that turns go on meanwhile. Fails with std::runtime_error where the store has no file.
    virtual void copy_to(const std::string& file, Done done);
    /// Waits for the commit; throws what the job threw.
    void run(const Job& job);
};

/// More jobs are waiting than may; the caller answers "busy".
struct StoreBusy : std::exception {
    [[nodiscard]] const char* what() const noexcept override {
        return "too many turns are waiting for the store";
    }
};

/// The store that forgets: for tests and demonstrations. Passes the same contract tests as the one
/// that remembers. Jobs run inside submit(), under a lock.
///
/// `clock` as in SqliteOptions.
[[nodiscard]] std::unique_ptr<Store> make_memory_store(const Clock* clock = nullptr);

}  // namespace jangkau::sessions
