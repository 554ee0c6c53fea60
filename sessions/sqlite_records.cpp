#include <algorithm>
#include <functional>
#include <stdexcept>
#include <utility>

#include "sessions/sqlite_unit.hpp"

namespace jangkau::sessions {
namespace {

using flows::Agent;
using flows::Referral;

const std::string kAgents =
    "SELECT id, name, msisdn, kelurahan, max_open, on_leave, last_offer, retired, held,"
    " released FROM agents ";
const std::string kAgent = kAgents + "WHERE id = ?";
const std::string kAgentWith = kAgents + "WHERE msisdn = ? ORDER BY retired, id LIMIT 1";
const std::string kAllAgents = kAgents + "ORDER BY id";

const std::string kReferrals =
    "SELECT id, ticket, agent, state, offered, due, reminded, postponed, reason, changed"
    " FROM referrals ";
const std::string kReferralsFor = kReferrals + "WHERE ticket = ? ORDER BY id";
const std::string kOpenReferrals =
    kReferrals + "WHERE agent = ? AND state IN ('offered', 'accepted') ORDER BY due, id";

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) {
        text += line;
        text += '\n';
    }
    return text;
}

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto end = text.find('\n');
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

std::vector<Referral> read_referrals(Query& rows) {
    std::vector<Referral> found;
    while (rows.next()) {
        const auto id = rows.integer();
        auto ticket = Ticket::parse(rows.text());
        if (!ticket) throw std::runtime_error("a stored referral's ticket is malformed");
        std::string agent = rows.text();
        const auto state = flows::referral_state_named(rows.text());
        if (!state) throw std::runtime_error("a stored referral has an unknown state");
        found.push_back({id, *ticket, std::move(agent), *state, rows.time(), rows.time(),
                         rows.flag(), rows.number<unsigned>(), rows.number<int>(), rows.time()});
    }
    return found;
}

}  // namespace

std::optional<flows::Person> SqliteUnit::person(const Msisdn& phone) {
    auto row = query(
        "SELECT language, consent_at, opted_out, confused_at, wrong_guesses, guess_day, proved_at"
        " FROM persons WHERE msisdn = ?");
    row.bind(phone);
    if (!row.next()) return std::nullopt;
    return flows::Person{phone,      row.text(),       row.maybe_time(),
                         row.flag(), row.maybe_time(), row.number<unsigned>(),
                         row.text(), row.maybe_time()};
}

void SqliteUnit::put(const flows::Person& person) {
    query(
        "REPLACE INTO persons (msisdn, language, consent_at, opted_out, confused_at, wrong_guesses,"
        " guess_day, proved_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(person.msisdn, person.language, person.consent_at, person.opted_out,
              person.confused_at, person.wrong_guesses, person.guess_day, person.proved_at)
        .exec();
}

void SqliteUnit::add(const flows::Consent& consent) {
    keep_text(consent);
    const std::int64_t id = next_id("SELECT coalesce(max(id), 0) FROM consents");
    const std::string session = seal(
        columns::kConsentSession, {std::to_string(id), consent.msisdn.digits()}, consent.session);
    query(
        "INSERT INTO consents (id, msisdn, text, version, language, channel, session, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(id, consent.msisdn, consent.text, consent.version, consent.language, consent.channel,
              Blob{session}, consent.at)
        .exec();
}

std::vector<flows::Consent> SqliteUnit::consents_of(const Msisdn& phone) {
    auto rows = query(
        "SELECT id, text, version, language, channel, session, at FROM consents WHERE msisdn = ?"
        " ORDER BY at, id");
    rows.bind(phone);
    std::vector<flows::Consent> found;
    while (rows.next()) {
        const std::string id = rows.text();
        found.push_back({phone, rows.text(), rows.text(), rows.text(), rows.text(),
                         unseal(columns::kConsentSession, {id, phone.digits()}, rows.text()),
                         rows.time()});
    }
    return found;
}

// A dialogue that goes on with a draft holds it; its own row has it as it was before that, and is
// opened all the same: damage to what tells which of the two is newer does not pass unheard.
flows::Draft SqliteUnit::read_draft(std::int64_t id, const Msisdn& phone, Query& row) {
    const std::string state = row.text();
    const auto stage = row.number<std::size_t>();
    const Time changed = row.time();
    std::string own = unseal(columns::kDraft, {std::to_string(id), phone.digits()}, state);
    if (auto held = hops_.draft(id, row.integer()))
        return {id, phone, std::move(held->state), stage, held->changed};
    return {id, phone, std::move(own), stage, changed};
}

std::vector<flows::Draft> SqliteUnit::drafts_of(const Msisdn& phone) {
    auto rows = query("SELECT id, state, stage, changed, after_hop FROM drafts WHERE msisdn = ?");
    rows.bind(phone);
    std::vector<flows::Draft> found;
    while (rows.next()) {
        const std::int64_t id = rows.integer();
        found.push_back(read_draft(id, phone, rows));
    }
    std::ranges::sort(found, std::greater{},
                      [](const flows::Draft& draft) { return std::pair(draft.changed, draft.id); });
    return found;
}

std::optional<flows::Draft> SqliteUnit::draft(std::int64_t id) {
    auto row = query("SELECT msisdn, state, stage, changed, after_hop FROM drafts WHERE id = ?");
    row.bind(id);
    if (!row.next()) return std::nullopt;
    const Msisdn phone = row.msisdn();
    return read_draft(id, phone, row);
}

bool SqliteUnit::has_draft(std::int64_t id) {
    auto row = query("SELECT 1 FROM drafts WHERE id = ?");
    row.bind(id);
    return row.next();
}

std::int64_t SqliteUnit::put(const flows::Draft& draft) {
    // Never given twice: a dialogue may still name one that is gone.
    const std::int64_t id =
        draft.id != 0
            ? draft.id
            : next_id("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'drafts'");
    const std::string state =
        seal(columns::kDraft, {std::to_string(id), draft.msisdn.digits()}, draft.state);
    if (draft.id != 0) {
        query(
            "UPDATE drafts SET state = ?, stage = ?, changed = ?, after_hop = ?"
            " WHERE id = ? AND msisdn = ?")
            .bind(Blob{state}, draft.stage, draft.changed, hops_.last(), id, draft.msisdn)
            .exec();
        return id;
    }
    query(
        "INSERT INTO drafts (id, msisdn, state, stage, changed, after_hop)"
        " VALUES (?, ?, ?, ?, ?, ?)")
        .bind(id, draft.msisdn, Blob{state}, draft.stage, draft.changed, hops_.last())
        .exec();
    return id;
}

void SqliteUnit::drop_draft(std::int64_t id) {
    query("DELETE FROM drafts WHERE id = ?").bind(id).exec();
}

std::vector<Agent> SqliteUnit::read_agents(Query& rows) const {
    std::vector<Agent> found;
    while (rows.next()) {
        std::string id = rows.text();
        std::string name = unseal(columns::kAgentName, {id}, rows.text());
        found.push_back({std::move(id), std::move(name), rows.msisdn(), split(rows.text()),
                         rows.number<unsigned>(), rows.flag(), rows.maybe_time(), rows.flag(),
                         rows.flag(), rows.maybe_time()});
    }
    return found;
}

std::optional<Agent> SqliteUnit::agent(std::string_view id) {
    auto rows = query(kAgent);
    auto found = read_agents(rows.bind(id));
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

std::optional<Agent> SqliteUnit::agent_with(const Msisdn& phone) {
    auto rows = query(kAgentWith);
    auto found = read_agents(rows.bind(phone));
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

std::vector<Agent> SqliteUnit::agents() {
    auto rows = query(kAllAgents);
    return read_agents(rows);
}

void SqliteUnit::put(const Agent& agent) {
    const std::string sealed_name = seal(columns::kAgentName, {agent.id}, agent.name);
    query(
        "REPLACE INTO agents (id, name, msisdn, kelurahan, max_open, on_leave, last_offer,"
        " retired, held, released) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(agent.id, Blob{sealed_name}, agent.msisdn, joined(agent.kelurahan), agent.max_open,
              agent.on_leave, agent.last_offer, agent.retired, agent.held, agent.released)
        .exec();
}

void SqliteUnit::remove_agent(std::string_view id) {
    for (const char* sql :
         {"DELETE FROM agents WHERE id = ?", "DELETE FROM agent_pins WHERE agent = ?",
          "DELETE FROM agent_codes WHERE agent = ?"})
        query(sql).bind(id).exec();
}

void SqliteUnit::put(Referral& referral) {
    std::optional<std::int64_t> id;
    if (referral.id != 0) id = referral.id;
    query(
        "REPLACE INTO referrals (id, ticket, agent, state, offered, due, reminded, postponed,"
        " reason, changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(id, referral.ticket.text(), referral.agent, name(referral.state), referral.offered,
              referral.due, referral.reminded, referral.postponed, referral.reason,
              referral.changed)
        .exec();
    referral.id = database_.getLastInsertRowid();
}

std::vector<Referral> SqliteUnit::referrals_for(const Ticket& ticket) {
    auto rows = query(kReferralsFor);
    return read_referrals(rows.bind(ticket.text()));
}

std::vector<Referral> SqliteUnit::open_referrals_of(std::string_view agent) {
    auto rows = query(kOpenReferrals);
    return read_referrals(rows.bind(agent));
}

std::vector<std::pair<std::string, unsigned>> SqliteUnit::open_loads() {
    auto rows = query(
        "SELECT agent, count(*) FROM referrals WHERE state IN ('offered', 'accepted')"
        " GROUP BY agent ORDER BY agent");
    std::vector<std::pair<std::string, unsigned>> loads;
    while (rows.next()) {
        std::string agent = rows.text();
        loads.emplace_back(std::move(agent), rows.number<unsigned>());
    }
    return loads;
}

void SqliteUnit::add(const flows::DeskNote& note) {
    const std::int64_t id = next_id("SELECT coalesce(max(id), 0) FROM desk_notes");
    const std::string text =
        seal(columns::kNote, {std::to_string(id), note.msisdn.digits()}, note.text);
    query("INSERT INTO desk_notes (id, kind, msisdn, ticket, at, text) VALUES (?, ?, ?, ?, ?, ?)")
        .bind(id, note.kind, note.msisdn, note.ticket, note.at, Blob{text})
        .exec();
}

std::vector<flows::DeskNote> SqliteUnit::desk_notes(std::size_t limit) {
    auto rows = query(
        "SELECT id, kind, msisdn, ticket, at, text FROM desk_notes ORDER BY at DESC, id DESC LIMIT "
        "?");
    rows.bind(limit);
    std::vector<flows::DeskNote> found;
    while (rows.next()) {
        const std::string id = rows.text();
        flows::DeskNote note{rows.text(), rows.msisdn(), rows.text(), rows.time()};
        // Notes of a version before had none.
        if (const std::string text = rows.text(); !text.empty())
            note.text = unseal(columns::kNote, {id, note.msisdn.digits()}, text);
        found.push_back(std::move(note));
    }
    return found;
}

}  // namespace jangkau::sessions
