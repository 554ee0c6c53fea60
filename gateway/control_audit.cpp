#include "gateway/control_audit.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <map>
#include <set>

#include "gateway/control_view.hpp"
#include "gateway/core/text.hpp"
#include "gateway/import_cells.hpp"
#include "menus/flows/speak.hpp"

namespace jangkau::gateway {
namespace {

namespace json = boost::json;
using flows::Enrollment;
using sessions::AuditFilter;
using sessions::AuditRow;
using sessions::AuditSubject;

constexpr std::size_t kListedMax = 10'000;
constexpr std::size_t kChainRows = 2000;
constexpr std::size_t kReasonBytesMax = 200;
/// Longer than a ticket and a day: a phone number or a NIK. Catches slips, not intent.
constexpr std::size_t kDigitsMax = 8;

json::object view(const AuditRow& row) {
    json::array subjects;
    for (const AuditSubject& one : row.subjects)
        subjects.push_back({{"ticket", one.ticket}, {"phone", one.phone}, {"nik", one.nik}});
    return {{"number", row.number}, {"at", iso(row.at)},    {"actor", row.actor},
            {"by", row.by},         {"action", row.action}, {"reason", row.reason},
            {"fields", row.fields}, {"count", row.count},   {"subjects", std::move(subjects)},
            {"hash", row.hash}};
}

Result<AuditFilter, Refusal> read_filter(const Asked& asked, bool since_needed) {
    AuditFilter filter;
    if (const auto text = asked.query.get("since"); text && !text->empty()) {
        const auto since = read_time(asked.world, "since", *text);
        if (!since) return since.error();
        filter.since = *since;
    } else if (since_needed) {
        return refuse("since when? Give --since DAY or TIME");
    }
    if (const auto text = asked.query.get("until"); text && !text->empty()) {
        const auto until = read_time(asked.world, "until", *text);
        if (!until) return until.error();
        filter.until = *until;
    }
    filter.actor = asked.query.get("actor").value_or("");
    return filter;
}

json::object view(const sessions::AuditLink& link) {
    return {{"number", link.number}, {"hash", link.hash}};
}

/// What became known of one person in the report.
struct Touched {
    AuditSubject subject;
    std::set<std::string> fields;
    std::map<std::string, std::size_t> how;  ///< "operator budi: enrollments.export", how often
    Time first;
    Time last;
};

/// Of two subjects with the same ticket. What one row says of the phone and another of the NIK
/// alone may be of two persons: they are listed both.
bool same_person(const AuditSubject& one, const AuditSubject& other) {
    const bool phone = !one.phone.empty() && one.phone == other.phone;
    const bool nik = !one.nik.empty() && one.nik == other.nik;
    return phone || nik || (one.phone == other.phone && one.nik == other.nik);
}

/// Whose data the rows are about, each person once.
class Breach {
public:
    void add(const AuditRow& row) {
        const std::string how = row.actor + ": " + row.action;
        for (const AuditSubject& one : row.subjects) {
            Touched& person = touched(one, row.at);
            person.last = std::max(person.last, row.at);
            ++person.how[how];
            for (std::size_t from = 0; from < row.fields.size();) {
                const std::size_t end = std::min(row.fields.find(' ', from), row.fields.size());
                person.fields.insert(row.fields.substr(from, end - from));
                from = end + 1;
            }
        }
        ++events_[how];
    }
    /// Under their tickets. One that was given to another after an erasure has two persons.
    [[nodiscard]] const std::map<std::string, std::vector<Touched>>& people() const {
        return people_;
    }
    [[nodiscard]] const std::map<std::string, std::size_t>& events() const { return events_; }

private:
    Touched& touched(const AuditSubject& subject, Time at) {
        const bool has_ticket = !subject.ticket.empty();
        auto& of = people_[has_ticket ? subject.ticket : subject.phone + "|" + subject.nik];
        for (Touched& one : of)
            if (same_person(one.subject, subject)) return one;
        return of.emplace_back(Touched{subject, {}, {}, at, at});
    }

    std::map<std::string, std::vector<Touched>> people_;
    std::map<std::string, std::size_t> events_;
};

/// Finds again who stands behind the indexes, as far as he is still there.
class People {
public:
    explicit People(sessions::Unit& unit) : unit_(unit) {}

    /// A ticket's number may have been given to another since: the indexes tell.
    [[nodiscard]] std::optional<Enrollment> registered(const AuditSubject& subject) const {
        const auto ticket = Ticket::parse(subject.ticket);
        auto found = ticket ? unit_.enrollment(*ticket) : std::nullopt;
        if (!found) return std::nullopt;
        const bool same_nik =
            !subject.nik.empty() && found->nik && unit_.audit_index(*found->nik) == subject.nik;
        const bool same_phone =
            !subject.phone.empty() &&
            (unit_.audit_index(found->owner) == subject.phone ||
             (found->contact && unit_.audit_index(*found->contact) == subject.phone));
        return same_nik || same_phone ? found : std::nullopt;
    }
    [[nodiscard]] std::optional<Msisdn> phone(const std::string& index) {
        if (index.empty()) return std::nullopt;
        if (!read_) {
            for (const Msisdn& one : unit_.known_phones())
                phones_.emplace(unit_.audit_index(one), one);
            read_ = true;
        }
        const auto at = phones_.find(index);
        if (at == phones_.end()) return std::nullopt;
        return at->second;
    }

private:
    sessions::Unit& unit_;
    std::map<std::string, Msisdn> phones_;
    bool read_ = false;
};

template <class Names>
json::array names(const Names& from) {
    json::array out;
    for (const auto& one : from) out.emplace_back(one);
    return out;
}

json::object counted(const std::map<std::string, std::size_t>& from) {
    json::object out;
    for (const auto& [name, count] : from) out[name] = count;
    return out;
}

json::object view(const Touched& person, People& people, flows::AuditEvent& told) {
    json::object out{{"ticket", person.subject.ticket}};
    const auto enrollment = people.registered(person.subject);
    const auto phone =
        enrollment ? std::optional(flows::hears(*enrollment)) : people.phone(person.subject.phone);
    out["state"] = enrollment ? "registered" : phone ? "known phone" : "erased";
    out["phone"] = phone ? phone->e164() : "";
    out["nik"] = enrollment && enrollment->nik
                     ? "............" + std::string(enrollment->nik->last4())
                     : std::string();
    out["phone_index"] = person.subject.phone;
    out["nik_index"] = person.subject.nik;
    out["fields"] = names(person.fields);
    out["by"] = counted(person.how);
    out["first"] = iso(person.first);
    out["last"] = iso(person.last);
    if (enrollment) {
        told.subjects.push_back(flows::subject_of(*enrollment));
    } else if (phone) {
        told.subjects.push_back({person.subject.ticket, *phone});
    }
    return out;
}

/// What the report does not list: events that hand out nobody's data, and the reports themselves.
bool hands_out(const AuditRow& row) {
    return !row.subjects.empty() && !row.fields.empty() && row.action != "breach-report" &&
           !row.action.starts_with("erasure.");
}

json::object view(const flows::Consent& consent, sessions::Unit& unit) {
    const auto shown = unit.consent_text(consent);
    return {{"at", iso(consent.at)},       {"text", consent.text},
            {"version", consent.version},  {"language", consent.language},
            {"channel", consent.channel},  {"session", consent.session},
            {"shown", shown.value_or("")}, {"digest", shown ? sessions::audit_digest(*shown) : ""}};
}

Result<Msisdn, Refusal> asked_phone(const Asked& asked, flows::AuditEvent& event) {
    if (const auto number = asked.query.get("msisdn"); number && !number->empty()) {
        const auto phone = read_msisdn(*number, asked.world.service.plan);
        if (!phone) return refuse(phone.error().why);
        event.subjects.push_back({"", *phone});
        return *phone;
    }
    const auto ticket = asked_ticket(asked.query);
    if (!ticket) return ticket.error();
    const auto enrollment = asked.unit.enrollment(*ticket);
    if (!enrollment) return Refusal{404, "there is no ticket " + ticket->text()};
    event.subjects.push_back(flows::subject_of(*enrollment));
    // He who registered agreed: by his own phone, or by the other one's.
    return enrollment->owner;
}

}  // namespace

Answer list_audit(const Asked& asked) {
    if (auto unknown = unknown_field(asked.query, {"since", "until", "actor", "limit"}))
        return *unknown;
    auto filter = read_filter(asked, false);
    if (!filter) return filter.error();
    if (const auto text = asked.query.get("limit"); text && !text->empty()) {
        const auto [end, error] =
            std::from_chars(text->data(), text->data() + text->size(), filter->limit);
        const bool whole = error == std::errc() && end == text->data() + text->size();
        if (!whole || filter->limit < 1 || filter->limit > kListedMax)
            return refuse("limit must be a number from 1 to " + std::to_string(kListedMax));
    }
    json::array list;
    for (const AuditRow& row : asked.unit.audit_rows(*filter)) list.push_back(view(row));
    return answer(200, list);
}

Answer show_chain(const Asked& asked) {
    if (auto unknown = unknown_field(asked.query, {"after"})) return *unknown;
    AuditFilter filter{.limit = kChainRows};
    const auto begin = asked.unit.audit_begin();
    filter.after = begin.number;
    if (const auto text = asked.query.get("after"); text && !text->empty()) {
        const auto [end, error] =
            std::from_chars(text->data(), text->data() + text->size(), filter.after);
        if (error != std::errc() || end != text->data() + text->size())
            return refuse("after must be a number");
    }
    json::array rows;
    for (const AuditRow& row : asked.unit.audit_rows(filter)) rows.push_back(view(row));
    return answer(200, json::object{{"begin", view(begin)},
                                    {"head", view(asked.unit.audit_head())},
                                    {"rows", std::move(rows)}});
}

Answer report_breach(const Asked& asked) {
    if (auto unknown = unknown_field(asked.query, {"since", "until", "actor"})) return *unknown;
    auto filter = read_filter(asked, true);
    if (!filter) return filter.error();
    Breach breach;
    filter->limit = kChainRows;
    for (auto rows = asked.unit.audit_rows(*filter); !rows.empty();
         rows = asked.unit.audit_rows(*filter)) {
        for (const AuditRow& row : rows)
            if (hands_out(row)) breach.add(row);
        filter->after = rows.back().number;
    }
    People people(asked.unit);
    json::array list;
    for (const auto& [key, of] : breach.people())
        for (const Touched& person : of) list.push_back(view(person, people, asked.event));
    asked.event.fields = "phone nik4";
    asked.event.count = list.size();
    const bool ends = filter->until != Time::max();
    return answer(200, json::object{{"since", iso(filter->since)},
                                    {"until", iso(ends ? filter->until : asked.world.now)},
                                    {"actor", filter->actor},
                                    {"events", counted(breach.events())},
                                    {"people", std::move(list)},
                                    {"head", view(asked.unit.audit_head())}});
}

Answer show_consents(const Asked& asked) {
    if (auto unknown = unknown_field(asked.query, {"msisdn", "ticket"})) return *unknown;
    const auto phone = asked_phone(asked, asked.event);
    if (!phone) return phone.error();
    json::array given;
    for (const flows::Consent& one : asked.unit.consents_of(*phone))
        given.push_back(view(one, asked.unit));
    json::array told;
    for (const AuditRow& row : asked.unit.audit_rows({.by = asked.unit.audit_index(*phone)}))
        if (row.action.starts_with("consent.") || row.action.starts_with("erasure."))
            told.push_back({{"at", iso(row.at)},
                            {"action", row.action},
                            {"reason", row.reason},
                            {"number", row.number}});
    asked.event.fields = "consents";
    return answer(200, json::object{{"phone", phone->masked()},
                                    {"consents", std::move(given)},
                                    {"audit", std::move(told)}});
}

std::string operator_of(const HttpRequest& request) {
    constexpr std::string_view kSocket = "unix:";
    const std::string_view peer = request.peer;
    return "operator " + (peer.starts_with(kSocket) ? std::string(peer.substr(kSocket.size()))
                                                    : std::string("unknown"));
}

void audit_copy(sessions::Unit& unit, const std::string& actor, const std::string& file) {
    unit.audit({.actor = actor, .action = "backup", .reason = file, .fields = ""});
}

Result<std::string, Refusal> read_reason(std::string_view text) {
    const std::string reason = clean_utf8(trim(text));
    if (reason.size() > kReasonBytesMax)
        return refuse("the reason is longer than " + std::to_string(kReasonBytesMax) + " bytes");
    std::size_t digits = 0;
    for (const char c : reason) {
        if (c >= '0' && c <= '9')
            ++digits;
        else if (c != '-' && c != '.')
            digits = 0;
        if (digits > kDigitsMax)
            return refuse(
                "the reason stays in the audit for years: write no phone number and no NIK into "
                "it; a ticket is enough");
    }
    return reason;
}

}  // namespace jangkau::gateway
