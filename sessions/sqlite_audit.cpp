#include "gateway/core/hex.hpp"
#include "menus/flows/records.hpp"
#include "sessions/sqlite_unit.hpp"

namespace jangkau::sessions {
namespace {

const std::string kRows =
    "SELECT number, at, actor, by_phone, action, reason, fields, count, hash FROM audit ";
const std::string kListed = kRows +
                            "WHERE number > ?1 AND at >= ?2 AND at < ?3 AND (?4 = '' OR actor = ?4)"
                            " ORDER BY number LIMIT ?5";
const std::string kOfPhone =
    kRows +
    "WHERE number > ?1 AND at >= ?2 AND at < ?3 AND (?4 = '' OR actor = ?4)"
    " AND by_phone = ?6 AND by_phone <> '' ORDER BY number LIMIT ?5";

constexpr std::int64_t kOnlySecret = 1;

}  // namespace

void SqliteUnit::read_audit_secret() {
    const std::string id = std::to_string(kOnlySecret);
    {
        auto row = query("SELECT secret FROM audit_secret");
        if (row.next()) {
            audit_secret_ = unseal(columns::kAuditSecret, {id}, row.text());
            return;
        }
    }
    audit_secret_ = Vault::make_secret();
    const std::string sealed = seal(columns::kAuditSecret, {id}, audit_secret_);
    query("INSERT INTO audit_secret (id, secret) VALUES (?, ?)")
        .bind(kOnlySecret, Blob{sealed})
        .exec();
}

std::string SqliteUnit::audit_index(const Msisdn& phone) const {
    return hex(bytes(Vault::index_with(audit_secret_, "phone", phone.digits())));
}

std::string SqliteUnit::audit_index(const Nik& nik) const {
    return hex(bytes(Vault::index_with(audit_secret_, "nik", nik.digits())));
}

AuditLink SqliteUnit::audit_begin() {
    auto row = query("SELECT number, hash FROM audit_begin");
    if (!row.next()) return {0, audit_origin()};
    const auto number = row.integer();
    return {number, row.text()};
}

AuditLink SqliteUnit::audit_head() {
    {
        auto row = query("SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1");
        if (row.next()) {
            const auto number = row.integer();
            return {number, row.text()};
        }
    }
    return audit_begin();
}

void SqliteUnit::audit(const flows::AuditEvent& event) {
    const AuditRow row = next_audit_row(*this, event, clock_.now());
    query(
        "INSERT INTO audit (number, at, actor, by_phone, action, reason, fields, count, hash)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(row.number, row.at, row.actor, row.by, row.action, row.reason, row.fields, row.count,
              row.hash)
        .exec();
    std::int64_t place = 0;
    for (const AuditSubject& one : row.subjects)
        query(
            "INSERT INTO audit_subjects (number, place, ticket, phone, nik) VALUES (?, ?, ?, ?, ?)")
            .bind(row.number, ++place, one.ticket, one.phone, one.nik)
            .exec();
}

std::vector<AuditSubject> SqliteUnit::subjects_of(std::int64_t number) {
    auto rows =
        query("SELECT ticket, phone, nik FROM audit_subjects WHERE number = ? ORDER BY place");
    rows.bind(number);
    std::vector<AuditSubject> found;
    while (rows.next()) {
        AuditSubject one{rows.text(), rows.text(), rows.text()};
        found.push_back(std::move(one));
    }
    return found;
}

std::vector<AuditRow> SqliteUnit::audit_rows(const AuditFilter& filter) {
    std::vector<AuditRow> found;
    {
        auto rows = query(filter.by.empty() ? kListed : kOfPhone);
        rows.bind(filter.after, filter.since, filter.until, filter.actor, filter.limit);
        if (!filter.by.empty()) rows.bind(filter.by);
        while (rows.next()) {
            AuditRow row{rows.integer(),
                         rows.time(),
                         rows.text(),
                         rows.text(),
                         rows.text(),
                         rows.text(),
                         rows.text(),
                         rows.number<std::uint64_t>(),
                         {},
                         rows.text()};
            found.push_back(std::move(row));
        }
    }
    for (AuditRow& row : found) row.subjects = subjects_of(row.number);
    return found;
}

std::size_t SqliteUnit::purge_audit(Time before) {
    const AuditLink begin = audit_begin();
    const AuditLink head = audit_head();
    AuditLink last{head.number - 1, ""};
    {
        // In the order of the numbers: what is old comes first, and the search ends with it.
        auto kept =
            query("SELECT number FROM audit NOT INDEXED WHERE at >= ? ORDER BY number LIMIT 1");
        kept.bind(before);
        if (kept.next()) last.number = std::min(last.number, kept.integer() - 1);
    }
    if (last.number <= begin.number) return 0;
    {
        auto row = query("SELECT hash FROM audit WHERE number = ?");
        row.bind(last.number);
        if (!row.next()) return 0;  // the chain is broken there: nothing of it may go
        last.hash = row.text();
    }
    query("UPDATE audit_begin SET number = ?, hash = ?").bind(last.number, last.hash).exec();
    query("DELETE FROM audit_subjects WHERE number <= ?").bind(last.number).exec();
    const std::size_t gone = query("DELETE FROM audit WHERE number <= ?").bind(last.number).exec();
    audit({.actor = "gateway",
           .action = std::string(kAuditPurged),
           .reason = purged_through(last),
           .count = gone});
    return gone;
}

void SqliteUnit::keep_text(const flows::Consent& consent) {
    if (consent.shown.empty() || consent_text(consent)) return;
    query("INSERT INTO consent_texts (text, version, language, shown) VALUES (?, ?, ?, ?)")
        .bind(consent.text, consent.version, consent.language, consent.shown)
        .exec();
    audit({.actor = "gateway",
           .action = "consent.text",
           .reason = consent.text + " " + consent.version + " " + consent.language + " " +
                     audit_digest(consent.shown)});
}

std::optional<std::string> SqliteUnit::consent_text(const flows::Consent& consent) {
    auto row =
        query("SELECT shown FROM consent_texts WHERE text = ? AND version = ? AND language = ?");
    row.bind(consent.text, consent.version, consent.language);
    if (!row.next()) return std::nullopt;
    return row.text();
}

}  // namespace jangkau::sessions
