#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/calendar.hpp"
#include "gateway/core/clock.hpp"
#include "gateway/core/msisdn.hpp"
#include "gateway/core/nik.hpp"
#include "gateway/core/ticket.hpp"

namespace jangkau::flows {

/// What we know of a phone number.
struct Person {
    Msisdn msisdn;
    std::string language;  ///< "" = never chosen
    std::optional<Time> consent_at;
    bool opted_out = false;           ///< gets answers only
    std::optional<Time> confused_at;  ///< when it was last told that its SMS is no command
    unsigned wrong_guesses = 0;       ///< of ticket and NIK digits on `guess_day`
    std::string guess_day;
    /// When the phone last showed that its owner is the one we know: numbers are given to others.
    std::optional<Time> proved_at;
};

struct Consent {
    Msisdn msisdn;
    std::string text;     ///< id
    std::string version;  ///< of the text's bytes as shown
    std::string language;
    std::string channel;
    std::string session;
    Time at;
    std::string shown{};  ///< the text's bytes, kept once for each version; not read back
};

/// An unfinished registration. A phone may have several: people share phones.
struct Draft {
    std::int64_t id = 0;  ///< 0 = not stored yet
    Msisdn msisdn;
    std::string state;  ///< menus::encode
    std::size_t stage = 0;
    Time changed;
};

enum class Status {
    unfinished,     ///< by SMS: has a ticket, has not said who pays
    verifying,      ///< asked the city to pay; the list was not there yet
    sponsored,      ///< the city pays; waits for BPJS-TK
    not_sponsored,  ///< the city does not pay, and no agent was wanted
    waiting,        ///< no agent is free
    offered,        ///< to one agent, not answered
    with_agent,     ///< an agent has taken it
    reported,       ///< the agent says done; the worker is asked
    active,
    needs_check,  ///< by an officer
    ended,        ///< no news, or the agent could not finish it
};
[[nodiscard]] std::string_view name(Status status);
[[nodiscard]] std::optional<Status> status_named(std::string_view name);

struct Enrollment {
    enum class Kind { registration, call_request };

    Ticket ticket;
    Kind kind = Kind::registration;
    Msisdn owner;                   ///< the phone that registered
    std::optional<Msisdn> contact;  ///< the worker's own phone where another one registered him
    std::optional<Nik> nik;         ///< none for a call request
    std::string name;
    std::optional<Date> birth_date;  ///< where the identity card tells another than the NIK
    std::string job;                 ///< code, or as typed
    std::string kelurahan;           ///< area code
    std::string programme;           ///< code of prices.yaml
    std::string payer;               ///< "city", "self", "unsure"
    long long income_base = 0;       ///< rupiah a month
    int months = 0;                  ///< paid for; 0 = to be settled with the agent
    bool agent_if_refused = false;
    std::string language;
    Status status = Status::verifying;
    std::string kpj;
    Time created;
    Time changed;

    bool operator==(const Enrollment&) const = default;
};

/// Whose data it is: the worker's own phone where that is known, else the one that registered.
[[nodiscard]] inline bool is_about(const Enrollment& enrollment, const Msisdn& phone) {
    return (enrollment.contact ? *enrollment.contact : enrollment.owner) == phone;
}

struct Agent {
    std::string id;
    std::string name;
    Msisdn msisdn;
    std::vector<std::string> kelurahan;  ///< area codes
    unsigned max_open = 15;
    bool on_leave = false;
    std::optional<Time> last_offer;
    bool retired = false;            ///< has left; his words are those of any phone
    bool held = false;               ///< guessed too often: reports nothing until he is released
    std::optional<Time> released{};  ///< only wrong guesses after it count
};

/// A code that went to an agent's registered phone, for him to send back: only then what he said
/// counts. The digits are not here: no more than a keyed hash of them is kept.
struct AgentCode {
    std::string agent;
    Ticket ticket;
    std::string said;  ///< the KPJ; "" of a call request
    Time made;
};

/// What limits count, and what the report on agents tells. Holds nobody's data but the agent's id
/// and a ticket.
struct Incident {
    std::string kind;    ///< of menus/flows/incidents.hpp
    std::string agent;   ///< "" = nobody's
    std::string ticket;  ///< as it was typed, of an enrollment or of none; "" = none
    Time at;
};

/// The offer of a ticket to one agent.
struct Referral {
    enum class State { offered, accepted, declined, lapsed, done, failed };

    std::int64_t id = 0;
    Ticket ticket;
    std::string agent;
    State state = State::offered;
    Time offered;
    Time due;  ///< of the answer, then of the contact
    bool reminded = false;
    unsigned postponed = 0;
    int reason = 0;  ///< of a failure, 1 to 5
    Time changed;
};
[[nodiscard]] std::string_view name(Referral::State state);
[[nodiscard]] std::optional<Referral::State> referral_state_named(std::string_view name);

struct Eligibility {
    Nik nik;
    int desil = 0;
    Date as_of;
    std::string source;
};

/// How soon an SMS must go: answers before receipts before reminders. Reminders wait for waking
/// hours and are not sent to people who opted out.
enum class Lane { answer, receipt, reminder };

struct SmsDraft {
    Msisdn to;
    std::string text;
    Lane lane = Lane::receipt;
    std::string text_id;  ///< for reports and tests: "M05"
    std::string ticket;   ///< or ""
    std::optional<Time> not_before;
};

/// Something that happens by itself at a time. One timer for each kind and ref: setting it again
/// moves it.
struct Timer {
    std::string kind;
    std::string ref;
    Time due;
};

/// A line on the officers' desk.
struct DeskNote {
    std::string kind;  ///< "call", "fraud", "objection", "disputed", "code_locked", kFiled ...
    Msisdn msisdn;
    std::string ticket;
    Time at;
    std::string text{};  ///< what was answered, as it was filed; "" = nothing
};
/// The note is what a dialogue came to.
inline constexpr std::string_view kFiled = "filed";

/// Whose data somebody saw or changed; what is not known is empty.
struct Subject {
    std::string ticket;
    std::optional<Msisdn> phone{};
    std::optional<Nik> nik{};
};
[[nodiscard]] Subject subject_of(const Enrollment& enrollment);

/// What has to be answered for later. Of phones and NIKs only keyed indexes are kept; `actor`,
/// `action`, `reason` and `fields` are kept as they stand, and must name nobody but the actor.
struct AuditEvent {
    std::string actor;     ///< "operator NAME", "agent ID", "phone", "gateway"
    std::string action;    ///< "enrollments.export"
    std::string reason{};  ///< the operator's words, or what else there is to tell
    std::string fields{};  ///< whose values were seen or changed: "nik name phone"
    std::vector<Subject> subjects{};
    std::optional<Msisdn> by{};  ///< the phone that acted
    std::uint64_t count = 0;     ///< of records; 0 = as many as there are subjects
};

/// The records that decisions read and write, all within one turn's transaction: what is read was
/// committed or written in this turn, and what is written is committed with the answer, or not at
/// all.
///
/// Threading: valid only during the transaction, on its thread.
class Records {
public:
    virtual ~Records() = default;

    [[nodiscard]] virtual std::optional<Person> person(const Msisdn&) = 0;
    virtual void put(const Person&) = 0;
    virtual void add(const Consent&) = 0;

    /// Of that phone, the one changed last first.
    [[nodiscard]] virtual std::vector<Draft> drafts_of(const Msisdn&) = 0;
    [[nodiscard]] virtual std::optional<Draft> draft(std::int64_t id) = 0;
    [[nodiscard]] virtual bool has_draft(std::int64_t id) = 0;
    /// Its id, a new one where it was 0. A draft that was dropped stays so.
    virtual std::int64_t put(const Draft&) = 0;
    virtual void drop_draft(std::int64_t id) = 0;

    [[nodiscard]] virtual std::optional<Enrollment> enrollment(const Ticket&) = 0;
    /// Of that phone, as owner or contact; newest first.
    [[nodiscard]] virtual std::vector<Enrollment> enrollments_of(const Msisdn&) = 0;
    /// Newest first.
    [[nodiscard]] virtual std::vector<Enrollment> enrollments_with(const Nik&) = 0;
    /// The one that has not changed for longest first.
    [[nodiscard]] virtual std::vector<Enrollment> enrollments_in(Status, std::size_t limit) = 0;
    /// Registrations (not call requests) by that owner at or after `since`, and what was filed.
    [[nodiscard]] virtual std::size_t registrations_since(const Msisdn& owner, Time since) = 0;
    /// Replaces the one with the same ticket.
    virtual void put(const Enrollment&) = 0;
    /// With its referrals and codes.
    virtual void erase_enrollment(const Ticket&) = 0;

    [[nodiscard]] virtual std::optional<Agent> agent(std::string_view id) = 0;
    /// The first by id where two share a phone; who has left comes last.
    [[nodiscard]] virtual std::optional<Agent> agent_with(const Msisdn&) = 0;
    /// All, by id.
    [[nodiscard]] virtual std::vector<Agent> agents() = 0;
    virtual void put(const Agent&) = 0;
    [[nodiscard]] virtual bool has_pin(std::string_view agent) = 0;
    [[nodiscard]] virtual bool is_pin(std::string_view agent, std::string_view digits) = 0;
    /// "" takes it away.
    virtual void set_pin(std::string_view agent, std::string_view digits) = 0;

    /// Replaces the code that the agent had for that ticket.
    virtual void put(const AgentCode&, std::string_view digits) = 0;
    /// All of that agent, by ticket; old ones too.
    [[nodiscard]] virtual std::vector<AgentCode> codes_of(std::string_view agent) = 0;
    /// Whether these are the digits of that code, for what was said then.
    [[nodiscard]] virtual bool is_code(const AgentCode&, std::string_view digits) = 0;
    virtual void drop_code(const AgentCode&) = 0;

    virtual void add(const Incident&) = 0;
    /// How many of that kind and agent at or after `since`.
    [[nodiscard]] virtual std::size_t incidents(std::string_view kind, std::string_view agent,
                                                Time since) = 0;
    /// ... about that ticket.
    [[nodiscard]] virtual std::size_t incidents(std::string_view kind, std::string_view agent,
                                                std::string_view ticket, Time since) = 0;

    /// Gives it its id when that is 0.
    virtual void put(Referral&) = 0;
    /// Oldest first.
    [[nodiscard]] virtual std::vector<Referral> referrals_for(const Ticket&) = 0;
    /// In state offered or accepted, by due time.
    [[nodiscard]] virtual std::vector<Referral> open_referrals_of(std::string_view agent) = 0;
    /// Open referrals of every agent that has any: id and count, by id.
    [[nodiscard]] virtual std::vector<std::pair<std::string, unsigned>> open_loads() = 0;

    [[nodiscard]] virtual std::optional<Eligibility> eligibility(const Nik&) = 0;
    [[nodiscard]] virtual bool eligibility_known() = 0;  ///< whether any list was ever imported
    virtual void put(const Eligibility&) = 0;

    virtual void send(const SmsDraft&) = 0;
    virtual void set_timer(const Timer&) = 0;
    /// Whether there was one.
    virtual bool cancel_timer(std::string_view kind, std::string_view ref) = 0;
    virtual void add(const DeskNote&) = 0;
    /// What we know about the person with this phone, but for active memberships: person, draft,
    /// consents, notes, enrollments that are about him (not those of others whom he registered).
    virtual void erase_person(const Msisdn&) = 0;
    /// SMS to that phone that were promised before `before`, whatever has become of them.
    virtual void erase_sms(const Msisdn&, Time before) = 0;

    /// Adds a link to the audit chain. Takes the time from the store's clock.
    virtual void audit(const AuditEvent&) = 0;
};

}  // namespace jangkau::flows
