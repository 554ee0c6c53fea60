#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sessions/recent.hpp"
#include "sessions/sealed_place.hpp"
#include "sessions/sqlite_hops.hpp"
#include "sessions/sqlite_query.hpp"
#include "sessions/store.hpp"
#include "sessions/vault.hpp"

namespace jangkau::sessions {

/// The statements of a SQLite store by subject: the gateway's own in sqlite_unit.cpp and
/// sqlite_timers.cpp, the flows' records in sqlite_enrollments.cpp, sqlite_records.cpp and
/// sqlite_guard.cpp, SMS in sqlite_outbox.cpp, the audit in sqlite_audit.cpp, what goes in
/// sqlite_erasure.cpp. Knows nothing of transactions.
///
/// Threading: the store's thread.
/// Ownership: borrows all four, which must outlive it.
class SqliteUnit final : public Unit {
public:
    using Unit::put;

    SqliteUnit(SQLite::Database& database, const Vault& vault, Keys& keys, const Clock& clock);

    /// Once, after the keys are proven and before anything else. Not in a transaction.
    void open();
    /// What is kept in memory follows the transaction.
    [[nodiscard]] SqliteHops::Mark mark() const { return hops_.mark(); }
    void undo_to(const SqliteHops::Mark& mark) {
        hops_.undo_to(mark);
        recent_enrollments_.forget_all();
    }
    void committed() { hops_.committed(); }

    /// Whether somebody was erased, so that the WAL, which still holds the old pages, must be
    /// emptied.
    [[nodiscard]] bool must_truncate() const { return must_truncate_; }
    void truncated() { must_truncate_ = erased_is_held_ = false; }
    void truncation_failed() { erased_is_held_ = true; }

    std::optional<Session> session(std::string_view channel, std::string_view id) override;
    std::optional<StoredReply> reply(std::string_view channel, std::string_view id,
                                     std::string_view turn_key) override;
    void put(const Hop& hop) override;
    bool seen(std::string_view sms_key) override;
    void see(std::string_view sms_key, Time now) override;
    bool take_timer(std::string_view kind, std::string_view ref, Time now) override;
    std::vector<flows::Timer> due_timers(Time now, std::size_t limit) override;
    std::optional<Time> next_timer() override;
    Counts counts() override;
    Backlog backlog() override;
    Keys& keys() override { return keys_; }
    Purged purge(const Cutoffs& cutoffs) override;
    bool more_to_purge() const override { return more_to_purge_; }
    void set_timer(const flows::Timer& timer) override;
    bool cancel_timer(std::string_view kind, std::string_view ref) override;

    std::vector<OutboxRow> due(std::string_view channel, flows::Lane last, Time now,
                               std::size_t limit) override;
    void claim(OutboxRow& row, Time now) override;
    void settle(const OutboxRow& row, Time now) override;
    bool report(const Report& report, Time now) override;
    std::optional<Time> next_outbox_due() override;
    void recover_outbox(const std::function<bool(std::string_view)>& local, Time now) override;
    std::vector<OutboxRow> in_doubt(Time since, std::size_t limit) override;
    std::size_t sms_out(const Msisdn& to, Time since) override;
    std::size_t sms_out(Time since) override;
    std::vector<OutboxRow> sms_to(const Msisdn& to, std::int64_t after, std::size_t limit) override;
    std::vector<OutboxRow> sms_through(std::string_view channel, std::int64_t after,
                                       std::size_t limit) override;
    void send(const flows::SmsDraft& sms) override;
    void put(const SmsPiece& piece) override;
    std::vector<SmsPiece> pieces_with(const SmsPiece& one) override;
    void drop_pieces(const SmsPiece& one) override;
    std::vector<SmsPiece> stale_pieces(Time since, std::size_t limit) override;

    std::optional<flows::Enrollment> enrollment(const Ticket& ticket) override;
    std::vector<flows::Enrollment> enrollments_of(const Msisdn& phone) override;
    std::vector<flows::Enrollment> enrollments_with(const Nik& nik) override;
    std::vector<flows::Enrollment> enrollments_in(flows::Status status, std::size_t limit) override;
    std::vector<flows::Enrollment> list(const EnrollmentFilter& filter) override;
    std::size_t registrations_since(const Msisdn& owner, Time since) override;
    void put(const flows::Enrollment& enrollment) override;
    void erase_enrollment(const Ticket& ticket) override;
    std::optional<flows::Eligibility> eligibility(const Nik& nik) override;
    bool eligibility_known() override;
    void put(const flows::Eligibility& eligibility) override;

    std::optional<flows::Person> person(const Msisdn& phone) override;
    void put(const flows::Person& person) override;
    void add(const flows::Consent& consent) override;
    std::vector<flows::Consent> consents_of(const Msisdn& phone) override;
    std::vector<flows::Draft> drafts_of(const Msisdn& phone) override;
    std::optional<flows::Draft> draft(std::int64_t id) override;
    bool has_draft(std::int64_t id) override;
    std::int64_t put(const flows::Draft& draft) override;
    void drop_draft(std::int64_t id) override;
    std::optional<flows::Agent> agent(std::string_view id) override;
    std::optional<flows::Agent> agent_with(const Msisdn& phone) override;
    std::vector<flows::Agent> agents() override;
    void put(const flows::Agent& agent) override;
    void remove_agent(std::string_view id) override;
    bool has_pin(std::string_view agent) override;
    bool is_pin(std::string_view agent, std::string_view digits) override;
    void set_pin(std::string_view agent, std::string_view digits) override;
    void put(const flows::AgentCode& code, std::string_view digits) override;
    std::vector<flows::AgentCode> codes_of(std::string_view agent) override;
    bool is_code(const flows::AgentCode& code, std::string_view digits) override;
    void drop_code(const flows::AgentCode& code) override;
    void add(const flows::Incident& incident) override;
    std::size_t incidents(std::string_view kind, std::string_view agent, Time since) override;
    std::size_t incidents(std::string_view kind, std::string_view agent, std::string_view ticket,
                          Time since) override;
    std::vector<flows::Incident> incidents_between(Time from, Time to) override;
    std::size_t forget_incidents(Time before) override;
    void put(flows::Referral& referral) override;
    std::vector<flows::Referral> referrals_for(const Ticket& ticket) override;
    std::vector<flows::Referral> open_referrals_of(std::string_view agent) override;
    std::vector<std::pair<std::string, unsigned>> open_loads() override;
    void add(const flows::DeskNote& note) override;
    std::vector<flows::DeskNote> desk_notes(std::size_t limit) override;
    void erase_person(const Msisdn& phone) override;
    void erase_sms(const Msisdn& phone, Time before) override;

    void audit(const flows::AuditEvent& event) override;
    std::string audit_index(const Msisdn& phone) const override;
    std::string audit_index(const Nik& nik) const override;
    std::vector<Msisdn> known_phones() override;
    std::vector<AuditRow> audit_rows(const AuditFilter& filter) override;
    AuditLink audit_begin() override;
    AuditLink audit_head() override;
    std::size_t purge_audit(Time before) override;
    std::optional<std::string> consent_text(const flows::Consent& consent) override;

private:
    [[nodiscard]] Query query(std::string_view sql) { return Query(statements_.get(sql)); }
    [[nodiscard]] std::uint64_t count(std::string_view sql);

    [[nodiscard]] std::string seal(const Column& column,
                                   std::initializer_list<std::string_view> row,
                                   std::string_view plain) const;
    [[nodiscard]] std::string unseal(const Column& column,
                                     std::initializer_list<std::string_view> row,
                                     std::string_view sealed) const;
    /// The keys that were the current one before: rows may still lie under an index of theirs.
    [[nodiscard]] std::span<const KeyId> old_keys() const;
    /// The id of the next row of a table whose ids may be given again.
    [[nodiscard]] std::int64_t next_id(std::string_view max_of_table);

    [[nodiscard]] std::vector<flows::Enrollment> read_enrollments(Query& rows) const;
    [[nodiscard]] std::vector<flows::Agent> read_agents(Query& rows) const;
    [[nodiscard]] std::vector<OutboxRow> read_outbox(Query& rows) const;
    [[nodiscard]] std::optional<OutboxRow> outbox_row(std::int64_t id);
    [[nodiscard]] std::string key_of(KeyId key, std::int64_t sms) const;
    [[nodiscard]] bool is_key_of(std::string_view name, std::int64_t sms) const;
    [[nodiscard]] std::optional<flows::Lane> next_lane(std::string_view channel, flows::Lane from);
    [[nodiscard]] std::vector<SmsPiece> read_pieces(Query& rows) const;
    [[nodiscard]] Vault::Index code_index(KeyId key, const flows::AgentCode& code,
                                          std::string_view digits) const;
    [[nodiscard]] Vault::Index sms_index(KeyId key, const SmsPiece& piece) const;
    void save(const OutboxRow& row, Time now);
    void park(const Report& report, Time now);
    void join_parked(OutboxRow row, Time now);
    void erase_sms_to(const Msisdn& phone);
    void drop_timers_of(std::string_view ref);
    void take_over_sealed_timers();
    void erase_about(const flows::Enrollment& enrollment, const Msisdn& phone);
    void keep_text(const flows::Consent& consent);
    void read_audit_secret();
    [[nodiscard]] flows::Draft read_draft(std::int64_t id, const Msisdn& phone, Query& row);
    /// Rows of a large table that come next: those with a key above `after`, to `last`.
    struct Slice {
        std::int64_t after, last;
    };
    [[nodiscard]] Slice next_slice(std::string_view kind, std::string_view end_sql);
    std::size_t purge_drafts(Time before);
    [[nodiscard]] std::vector<AuditSubject> subjects_of(std::int64_t number);

    // Fixed at construction.
    std::string audit_secret_;
    const Vault& vault_;
    Keys& keys_;
    const Clock& clock_;
    // Store thread only.
    Statements statements_;
    SqliteHops hops_;
    /// By their tickets. What is not finished is read and written at each hop.
    Recent<flows::Enrollment> recent_enrollments_{1'024};
    SQLite::Database& database_;
    /// Counted here because a row's id is sealed with its text; an id is never given twice.
    std::int64_t last_sms_ = 0;
    /// To which key purge() has looked through the rows of a kind. A job that is undone leaves it
    /// ahead: that slice waits for the next sweep.
    std::map<std::string_view, std::int64_t> swept_;
    bool more_to_purge_ = false;
    bool must_truncate_ = false;
    bool erased_is_held_ = false;
};

}  // namespace jangkau::sessions
