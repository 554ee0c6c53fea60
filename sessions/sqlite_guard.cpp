#include <algorithm>
#include <stdexcept>

#include "sessions/sqlite_unit.hpp"

// What protects agents' reports and tickets: codes, PINs, and what was counted.
namespace jangkau::sessions {

using flows::AgentCode;
using flows::Incident;

Vault::Index SqliteUnit::code_index(KeyId key, const AgentCode& code,
                                    std::string_view digits) const {
    // Each part with its length, so that none can reach into the next.
    std::string bound;
    for (const std::string_view part :
         {std::string_view(code.agent), std::string_view(code.ticket.text()),
          std::string_view(code.said), digits}) {
        bound += std::to_string(part.size()) + ":";
        bound += part;
    }
    return vault_.index(key, "agent code", bound);
}

void SqliteUnit::put(const AgentCode& code, std::string_view digits) {
    const std::string said = seal(columns::kCodeSaid, {code.agent, code.ticket.text()}, code.said);
    query("REPLACE INTO agent_codes (agent, ticket, said, code, made) VALUES (?, ?, ?, ?, ?)")
        .bind(code.agent, code.ticket.text(), Blob{said},
              code_index(vault_.current(), code, digits), code.made)
        .exec();
}

std::vector<AgentCode> SqliteUnit::codes_of(std::string_view agent) {
    auto rows = query("SELECT ticket, said, made FROM agent_codes WHERE agent = ? ORDER BY ticket");
    rows.bind(agent);
    std::vector<AgentCode> found;
    while (rows.next()) {
        const std::string ticket = rows.text();
        std::string said = unseal(columns::kCodeSaid, {agent, ticket}, rows.text());
        const auto parsed = Ticket::parse(ticket);
        if (!parsed) throw std::runtime_error("a stored code's ticket is malformed");
        found.push_back({std::string(agent), *parsed, std::move(said), rows.time()});
    }
    return found;
}

bool SqliteUnit::is_code(const AgentCode& code, std::string_view digits) {
    return std::any_of(vault_.ids().begin(), vault_.ids().end(), [&](KeyId key) {
        auto row = query("SELECT 1 FROM agent_codes WHERE agent = ? AND ticket = ? AND code = ?");
        row.bind(code.agent, code.ticket.text(), code_index(key, code, digits));
        return row.next();
    });
}

void SqliteUnit::drop_code(const AgentCode& code) {
    query("DELETE FROM agent_codes WHERE agent = ? AND ticket = ?")
        .bind(code.agent, code.ticket.text())
        .exec();
}

bool SqliteUnit::has_pin(std::string_view agent) {
    auto row = query("SELECT 1 FROM agent_pins WHERE agent = ?");
    row.bind(agent);
    return row.next();
}

bool SqliteUnit::is_pin(std::string_view agent, std::string_view digits) {
    auto row = query("SELECT pin FROM agent_pins WHERE agent = ?");
    row.bind(agent);
    return row.next() && Vault::is_pin(unseal(columns::kPin, {agent}, row.text()), digits);
}

void SqliteUnit::set_pin(std::string_view agent, std::string_view digits) {
    if (digits.empty()) {
        query("DELETE FROM agent_pins WHERE agent = ?").bind(agent).exec();
        return;
    }
    const std::string pin = seal(columns::kPin, {agent}, Vault::hash_pin(digits));
    query("REPLACE INTO agent_pins (agent, pin) VALUES (?, ?)").bind(agent, Blob{pin}).exec();
}

void SqliteUnit::add(const Incident& incident) {
    query("INSERT INTO incidents (kind, agent, ticket, at) VALUES (?, ?, ?, ?)")
        .bind(incident.kind, incident.agent, incident.ticket, incident.at)
        .exec();
}

std::size_t SqliteUnit::incidents(std::string_view kind, std::string_view agent, Time since) {
    auto row = query("SELECT count(*) FROM incidents WHERE agent = ? AND kind = ? AND at >= ?");
    row.bind(agent, kind, since);
    return row.next() ? row.number<std::size_t>() : 0;
}

std::size_t SqliteUnit::incidents(std::string_view kind, std::string_view agent,
                                  std::string_view ticket, Time since) {
    auto row = query(
        "SELECT count(*) FROM incidents WHERE ticket = ? AND kind = ? AND agent = ? AND at >= ?");
    row.bind(ticket, kind, agent, since);
    return row.next() ? row.number<std::size_t>() : 0;
}

std::vector<Incident> SqliteUnit::incidents_between(Time from, Time to) {
    auto rows = query(
        "SELECT kind, agent, ticket, at FROM incidents WHERE at >= ? AND at < ? ORDER BY at, id");
    rows.bind(from, to);
    std::vector<Incident> found;
    while (rows.next()) found.push_back({rows.text(), rows.text(), rows.text(), rows.time()});
    return found;
}

std::size_t SqliteUnit::forget_incidents(Time before) {
    return query("DELETE FROM incidents WHERE at < ?").bind(before).exec();
}

std::size_t SqliteUnit::sms_out(const Msisdn& to, Time since) {
    auto row =
        query("SELECT count(*) FROM outbox WHERE recipient = ? AND channel <> '' AND due >= ?");
    row.bind(to, since);
    return row.next() ? row.number<std::size_t>() : 0;
}

std::size_t SqliteUnit::sms_out(Time since) {
    auto row = query("SELECT count(*) FROM outbox WHERE channel <> '' AND due >= ?");
    row.bind(since);
    return row.next() ? row.number<std::size_t>() : 0;
}

}  // namespace jangkau::sessions
