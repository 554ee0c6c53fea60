#include "sessions/sqlite_unit.hpp"

#include <charconv>
#include <stdexcept>

namespace jangkau::sessions {
namespace {

std::string place(std::string_view table, std::initializer_list<std::string_view> key) {
    std::string name(table);
    for (const std::string_view part : key) {
        name += '/';
        name += std::to_string(part.size());
        name += ':';
        name += part;
    }
    return name;
}

std::string_view bytes(const Vault::Index& index) {
    return {reinterpret_cast<const char*>(index.data()), index.size()};
}

// State and typed text in one sealed value: "<bytes of the state>,<hops>,<began>:<state>
// <typed>" without a break. Older ones have no hops, or do not tell when they began.
std::string written(const Session& session) {
    return std::to_string(session.state.size()) + "," + std::to_string(session.hops) + "," +
           std::to_string(session.began.time_since_epoch().count()) + ":" + session.state +
           session.typed;
}

void read_into(Session& session, std::string_view written) {
    std::size_t length = 0;
    const char* const last = written.data() + written.size();
    auto [end, error] = std::from_chars(written.data(), last, length);
    if (end != last && *end == ',') end = std::from_chars(end + 1, last, session.hops).ptr;
    Time::rep began = 0;
    if (end != last && *end == ',') end = std::from_chars(end + 1, last, began).ptr;
    session.began = Time(Time::duration(began));
    const auto head = static_cast<std::size_t>(end - written.data()) + 1;
    if (error != std::errc{} || head > written.size() || length > written.size() - head) {
        throw std::runtime_error("a stored session is malformed");
    }
    session.state = written.substr(head, length);
    session.typed = written.substr(head + length);
}

}  // namespace

SqliteUnit::SqliteUnit(SQLite::Database& database, const Vault& vault, const Clock& clock)
    : vault_(vault), clock_(clock), statements_(database), database_(database) {
    auto row = query("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'outbox'");
    if (row.next()) last_sms_ = row.integer();
}

std::string SqliteUnit::seal(std::string_view table, std::initializer_list<std::string_view> key,
                             std::string_view plain) const {
    return vault_.seal(place(table, key), plain);
}

std::string SqliteUnit::unseal(std::string_view table, std::initializer_list<std::string_view> key,
                               std::string_view sealed) const {
    auto plain = vault_.open(place(table, key), sealed);
    // The key may be a phone number, so only the table is named.
    if (!plain)
        throw std::runtime_error("a sealed value of " + std::string(table) + " was changed");
    return *std::move(plain);
}

std::uint64_t SqliteUnit::count(std::string_view sql) {
    auto row = query(sql);
    return row.next() ? row.number<std::uint64_t>() : 0;
}

std::optional<Session> SqliteUnit::session(std::string_view channel, std::string_view id) {
    const Vault::Index key = vault_.index("session", id);
    auto row =
        query("SELECT msisdn, dialogue, changed, ended FROM sessions WHERE channel = ? AND id = ?");
    row.bind(channel, key);
    if (!row.next()) return std::nullopt;
    Session session{std::string(channel), std::string(id), row.msisdn(), "", "", {}, false};
    read_into(session, unseal("sessions", {channel, id}, row.text()));
    session.changed = row.time();
    session.ended = row.flag();
    return session;
}

void SqliteUnit::put(const Session& session) {
    const std::string dialogue = seal("sessions", {session.channel, session.id}, written(session));
    query(
        "INSERT INTO sessions (channel, id, msisdn, dialogue, changed, ended)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (channel, id) DO UPDATE SET"
        " msisdn = excluded.msisdn, dialogue = excluded.dialogue, changed = excluded.changed,"
        " ended = excluded.ended")
        .bind(session.channel, vault_.index("session", session.id), session.msisdn, Blob{dialogue},
              session.changed, session.ended)
        .exec();
}

std::optional<StoredReply> SqliteUnit::reply(std::string_view turn_key) {
    const Vault::Index turn = vault_.index("turn", turn_key);
    auto row = query("SELECT text, ends FROM replies WHERE turn = ?");
    row.bind(turn);
    if (!row.next()) return std::nullopt;
    return StoredReply{unseal("replies", {bytes(turn)}, row.text()), row.flag()};
}

void SqliteUnit::put_reply(std::string_view turn_key, const StoredReply& reply, Time now) {
    const Vault::Index turn = vault_.index("turn", turn_key);
    const std::string text = seal("replies", {bytes(turn)}, reply.text);
    query(
        "INSERT INTO replies (turn, text, ends, at, msisdn) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (turn) DO NOTHING")
        .bind(turn, Blob{text}, reply.end, now, reply.phone)
        .exec();
}

void SqliteUnit::set_timer(const flows::Timer& timer) {
    const Vault::Index index = vault_.index("timer", timer.ref);
    const std::string ref = seal("timers", {timer.kind, bytes(index)}, timer.ref);
    query(
        "INSERT INTO timers (kind, ref_index, ref, due) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (kind, ref_index) DO UPDATE SET due = excluded.due")
        .bind(timer.kind, index, Blob{ref}, timer.due)
        .exec();
}

bool SqliteUnit::cancel_timer(std::string_view kind, std::string_view ref) {
    return query("DELETE FROM timers WHERE kind = ? AND ref_index = ?")
               .bind(kind, vault_.index("timer", ref))
               .exec() > 0;
}

bool SqliteUnit::take_timer(std::string_view kind, std::string_view ref, Time now) {
    return query("DELETE FROM timers WHERE kind = ? AND ref_index = ? AND due <= ?")
               .bind(kind, vault_.index("timer", ref), now)
               .exec() > 0;
}

std::vector<flows::Timer> SqliteUnit::due_timers(Time now, std::size_t limit) {
    std::vector<flows::Timer> due;
    {
        auto rows = query(
            "SELECT kind, ref_index, ref, due FROM timers WHERE due <= ? ORDER BY due LIMIT ?");
        rows.bind(now, limit);
        while (rows.next()) {
            std::string kind = rows.text();
            const std::string index = rows.text();
            std::string ref = unseal("timers", {kind, index}, rows.text());
            due.push_back({std::move(kind), std::move(ref), rows.time()});
        }
    }
    return due;
}

std::optional<Time> SqliteUnit::next_timer() {
    auto row = query("SELECT min(due) FROM timers");
    return row.next() ? row.maybe_time() : std::nullopt;
}

Counts SqliteUnit::counts() {
    Counts counts;
    counts.sessions = count("SELECT count(*) FROM sessions WHERE ended = 0");
    counts.drafts = count("SELECT count(*) FROM drafts");
    counts.enrollments = count("SELECT count(*) FROM enrollments");
    counts.outbox_waiting = count("SELECT count(*) FROM outbox WHERE state = 'queued'") +
                            count("SELECT count(*) FROM outbox WHERE state = 'sending'");
    counts.outbox_in_doubt = count("SELECT count(*) FROM outbox WHERE state = 'in_doubt'");
    counts.timers = count("SELECT count(*) FROM timers");
    counts.erased_is_held = erased_is_held_;
    auto oldest = query(
        "SELECT min(max(created, coalesce(not_before, created))) FROM ("
        "SELECT created, not_before FROM outbox WHERE state = 'queued'"
        " UNION ALL SELECT created, not_before FROM outbox WHERE state = 'sending')");
    if (oldest.next()) counts.outbox_oldest = oldest.maybe_time();
    return counts;
}

}  // namespace jangkau::sessions
