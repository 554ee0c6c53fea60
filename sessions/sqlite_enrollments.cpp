#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <tuple>

#include "gateway/core/form.hpp"
#include "sessions/sqlite_unit.hpp"

namespace jangkau::sessions {
namespace {

using flows::Enrollment;

const std::string kRows =
    "SELECT ticket, kind, owner, contact, kelurahan, programme, payer, income_base, months,"
    " agent_if_refused, language, status, created, changed, person FROM enrollments ";
const std::string kNewestFirst = " ORDER BY created DESC, ticket DESC";
const std::string kByTicket = kRows + "WHERE ticket = ?";
const std::string kOfPhone = kRows + "WHERE owner = ?1 OR contact = ?1" + kNewestFirst;
const std::string kWithNik = kRows + "WHERE nik_index = ?" + kNewestFirst;
const std::string kInStatus = kRows + "WHERE status = ? ORDER BY changed, ticket LIMIT ?";
const std::string kListed = kRows +
                            "WHERE (?1 IS NULL OR status = ?1) AND (?2 = '' OR kelurahan = ?2)"
                            " AND created >= ?3" +
                            kNewestFirst + " LIMIT ?4";

Ticket ticket_of(const std::string& text) {
    auto ticket = Ticket::parse(text);
    if (!ticket) throw std::runtime_error("a stored ticket is malformed");
    return *ticket;
}

Nik nik_of(std::string_view digits) {
    auto nik = Nik::parse(digits);
    if (!nik) throw std::runtime_error("a stored NIK is malformed");
    return *nik;
}

// What identifies the worker, in one sealed value.
std::string person_part(const Enrollment& enrollment) {
    Form form;
    if (enrollment.nik) form.add("nik", enrollment.nik->digits());
    form.add("name", enrollment.name);
    if (enrollment.birth_date) form.add("birth", iso(*enrollment.birth_date));
    form.add("job", enrollment.job);
    form.add("kpj", enrollment.kpj);
    return form.encode();
}

Form parsed(const std::string& encoded) {
    auto form = Form::parse(encoded, encoded.size());
    if (!form) throw std::runtime_error("a stored form is malformed");
    return *std::move(form);
}

void read_person_part(Enrollment& enrollment, const std::string& encoded) {
    const Form form = parsed(encoded);
    if (const auto nik = form.get("nik")) enrollment.nik = nik_of(*nik);
    enrollment.name = form.get("name").value_or("");
    if (const auto birth = form.get("birth")) enrollment.birth_date = parse_iso_date(*birth);
    enrollment.job = form.get("job").value_or("");
    enrollment.kpj = form.get("kpj").value_or("");
}

// With the NIK, so that another key can index it.
std::string finding_part(const flows::Eligibility& eligibility) {
    Form form;
    form.add("nik", eligibility.nik.digits());
    form.add("desil", std::to_string(eligibility.desil));
    form.add("as_of", iso(eligibility.as_of));
    form.add("source", eligibility.source);
    return form.encode();
}

flows::Eligibility read_finding(const Nik& nik, const Form& form) {
    const auto as_of = parse_iso_date(form.get("as_of").value_or(""));
    if (!as_of) throw std::runtime_error("a stored eligibility is malformed");
    return {nik, std::stoi(std::string(form.get("desil").value_or("0"))), *as_of,
            std::string(form.get("source").value_or(""))};
}

/// Longer tickets do not begin with 0, so none has the number of another.
std::uint64_t number_of(const Ticket& ticket) { return std::stoull(ticket.text()); }

flows::Status status_of(const std::string& name) {
    const auto status = flows::status_named(name);
    if (!status) throw std::runtime_error("a stored enrollment has an unknown status");
    return *status;
}

}  // namespace

std::vector<Enrollment> SqliteUnit::read_enrollments(Query& rows) const {
    std::vector<Enrollment> found;
    while (rows.next()) {
        const Ticket ticket = ticket_of(rows.text());
        const auto kind = static_cast<Enrollment::Kind>(rows.number<int>());
        Enrollment one{ticket,
                       kind,
                       rows.msisdn(),
                       rows.maybe_msisdn(),
                       {},
                       {},
                       {},
                       {},
                       rows.text(),
                       rows.text(),
                       rows.text(),
                       rows.integer(),
                       rows.number<int>(),
                       rows.flag(),
                       rows.text(),
                       status_of(rows.text()),
                       {},
                       rows.time(),
                       rows.time()};
        read_person_part(one, unseal(columns::kPerson, {ticket.text()}, rows.text()));
        found.push_back(std::move(one));
    }
    return found;
}

std::optional<Enrollment> SqliteUnit::enrollment(const Ticket& ticket) {
    const std::uint64_t number = number_of(ticket);
    if (const Enrollment* const recent = recent_enrollments_.find(number)) return *recent;
    auto rows = query(kByTicket);
    auto found = read_enrollments(rows.bind(ticket.text()));
    if (found.empty()) return std::nullopt;
    return recent_enrollments_.keep(number, std::move(found.front()));
}

std::vector<Enrollment> SqliteUnit::enrollments_of(const Msisdn& phone) {
    auto rows = query(kOfPhone);
    return read_enrollments(rows.bind(phone));
}

std::vector<Enrollment> SqliteUnit::enrollments_with(const Nik& nik) {
    std::vector<Enrollment> all;
    for (const KeyId key : vault_.ids()) {
        auto rows = query(kWithNik);
        auto found = read_enrollments(rows.bind(vault_.index(key, "nik", nik.digits())));
        std::move(found.begin(), found.end(), std::back_inserter(all));
    }
    if (!old_keys().empty()) {
        std::sort(all.begin(), all.end(), [](const Enrollment& a, const Enrollment& b) {
            return std::tie(a.created, a.ticket) > std::tie(b.created, b.ticket);
        });
    }
    return all;
}

std::vector<Enrollment> SqliteUnit::enrollments_in(flows::Status status, std::size_t limit) {
    auto rows = query(kInStatus);
    return read_enrollments(rows.bind(name(status), limit));
}

std::vector<Enrollment> SqliteUnit::list(const EnrollmentFilter& filter) {
    std::optional<std::string_view> status;
    if (filter.status) status = name(*filter.status);
    auto rows = query(kListed);
    return read_enrollments(
        rows.bind(status, filter.kelurahan, filter.since.value_or(Time::min()), filter.limit));
}

std::size_t SqliteUnit::registrations_since(const Msisdn& owner, Time since) {
    auto row = query(
        "SELECT (SELECT count(*) FROM enrollments WHERE owner = ? AND created >= ? AND kind = ?)"
        " + (SELECT count(*) FROM desk_notes WHERE msisdn = ? AND at >= ? AND kind = ?)");
    row.bind(owner, since, static_cast<int>(Enrollment::Kind::registration), owner, since,
             flows::kFiled);
    return row.next() ? row.number<std::size_t>() : 0;
}

void SqliteUnit::put(const Enrollment& enrollment) {
    recent_enrollments_.keep(number_of(enrollment.ticket), enrollment);
    std::optional<Vault::Index> nik;
    if (enrollment.nik) nik = vault_.index("nik", enrollment.nik->digits());
    const std::string person =
        seal(columns::kPerson, {enrollment.ticket.text()}, person_part(enrollment));
    // An unfinished one is written at each hop: its five indexes are not touched where they would
    // come to hold the same.
    const std::size_t updated =
        query(
            "UPDATE enrollments SET person = ?, kelurahan = ?, programme = ?, payer = ?,"
            " income_base = ?, months = ?, agent_if_refused = ?, language = ? WHERE ticket = ?"
            " AND kind = ? AND owner = ? AND contact IS ? AND nik_index IS ? AND status = ?"
            " AND created = ? AND changed = ?")
            .bind(Blob{person}, enrollment.kelurahan, enrollment.programme, enrollment.payer,
                  enrollment.income_base, enrollment.months, enrollment.agent_if_refused,
                  enrollment.language, enrollment.ticket.text(), static_cast<int>(enrollment.kind),
                  enrollment.owner, enrollment.contact, nik, name(enrollment.status),
                  enrollment.created, enrollment.changed)
            .exec();
    if (updated > 0) return;
    query(
        "REPLACE INTO enrollments (ticket, kind, owner, contact, nik_index, person, kelurahan,"
        " programme, payer, income_base, months, agent_if_refused, language, status, created,"
        " changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(enrollment.ticket.text(), static_cast<int>(enrollment.kind), enrollment.owner,
              enrollment.contact, nik, Blob{person}, enrollment.kelurahan, enrollment.programme,
              enrollment.payer, enrollment.income_base, enrollment.months,
              enrollment.agent_if_refused, enrollment.language, name(enrollment.status),
              enrollment.created, enrollment.changed)
        .exec();
}

void SqliteUnit::erase_enrollment(const Ticket& ticket) {
    query("DELETE FROM referrals WHERE ticket = ?").bind(ticket.text()).exec();
    query("DELETE FROM agent_codes WHERE ticket = ?").bind(ticket.text()).exec();
    query("DELETE FROM enrollments WHERE ticket = ?").bind(ticket.text()).exec();
    recent_enrollments_.forget(number_of(ticket));
}

std::optional<flows::Eligibility> SqliteUnit::eligibility(const Nik& nik) {
    for (const KeyId key : vault_.ids()) {
        const Vault::Index index = vault_.index(key, "nik", nik.digits());
        std::string sealed;
        {
            auto row = query("SELECT finding FROM eligibility WHERE nik_index = ?");
            row.bind(index);
            if (!row.next()) continue;
            sealed = row.text();
        }
        const bool first = Vault::of_first_format(sealed);
        const std::string plain = first ? unseal(columns::kFinding, {nik.digits()}, sealed)
                                        : unseal(columns::kFinding, {bytes(index)}, sealed);
        const flows::Eligibility found = read_finding(nik, parsed(plain));
        // Only who knows its NIK can take over what the first format sealed.
        if (first) put(found);
        return found;
    }
    return std::nullopt;
}

bool SqliteUnit::eligibility_known() { return query("SELECT 1 FROM eligibility LIMIT 1").next(); }

void SqliteUnit::put(const flows::Eligibility& eligibility) {
    const std::string& nik = eligibility.nik.digits();
    for (const KeyId key : old_keys()) {
        query("DELETE FROM eligibility WHERE nik_index = ?")
            .bind(vault_.index(key, "nik", nik))
            .exec();
    }
    const Vault::Index index = vault_.index("nik", nik);
    const std::string finding = seal(columns::kFinding, {bytes(index)}, finding_part(eligibility));
    query("REPLACE INTO eligibility (nik_index, finding) VALUES (?, ?)")
        .bind(index, Blob{finding})
        .exec();
}

}  // namespace jangkau::sessions
