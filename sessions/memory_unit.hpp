#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sessions/keys.hpp"
#include "sessions/store.hpp"

namespace jangkau::sessions {

/// All that a memory store holds.
struct MemoryData {
    using Key = std::pair<std::string, std::string>;  ///< channel and id, or kind and ref

    struct Sms {
        OutboxRow row;
        Time changed;
    };
    struct Parked {
        Report report;
        Time at;
    };

    std::vector<Hop> hops;  ///< as they came
    std::map<std::string, Time, std::less<>> seen_sms;
    std::map<Key, Time> timers;
    std::map<Msisdn, flows::Person> persons;
    std::vector<flows::Consent> consents;
    std::map<std::int64_t, flows::Draft> drafts;
    std::map<Ticket, flows::Enrollment> enrollments;
    std::map<std::string, flows::Agent, std::less<>> agents;
    std::map<std::string, std::string, std::less<>> pins;           ///< by agent
    std::map<Key, std::pair<flows::AgentCode, std::string>> codes;  ///< by agent and ticket
    std::vector<flows::Incident> incidents;
    std::map<std::int64_t, flows::Referral> referrals;
    std::map<Nik, flows::Eligibility> eligibility;
    std::vector<flows::DeskNote> notes;
    std::map<std::int64_t, Sms> outbox;
    std::map<Key, Parked> parked;
    std::map<std::string, std::string> consent_texts;
    std::vector<std::shared_ptr<const AuditRow>> audit;  ///< shared: every job copies all of this
    AuditLink audit_begin{0, audit_origin()};
    std::vector<SmsPiece> pieces;  ///< in the order in which they came
    std::int64_t last_draft = 0;
    std::int64_t last_referral = 0;
    std::int64_t last_sms = 0;
};

/// A store in memory seals nothing.
class NoKeys final : public Keys {
public:
    std::vector<KeyUse> list() override { return {}; }
    std::string kept_in() const override { return "nowhere"; }
    bool kept_by_us() const override { return false; }
    Result<unsigned, KeyRefusal> rotate() override { return none(); }
    Result<unsigned, KeyRefusal> drop(unsigned) override { return none(); }
    ResealStep reseal(std::size_t) override { return {}; }

private:
    static KeyRefusal none() { return {"this store keeps nothing on a disk and has no keys"}; }
};

/// Ownership: borrows both for one job.
class MemoryUnit final : public Unit {
public:
    using Unit::put;

    MemoryUnit(MemoryData& data, const Clock& clock) : data_(data), clock_(clock) {}

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
    bool more_to_purge() const override { return false; }
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
    void erase_about(const flows::Enrollment& enrollment, const Msisdn& phone);

    MemoryData& data_;
    const Clock& clock_;
    NoKeys keys_;
};

}  // namespace jangkau::sessions
