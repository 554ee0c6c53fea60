#include "sessions/sqlite_unit.hpp"

#include <charconv>
#include <stdexcept>

namespace jangkau::sessions {
namespace {

/// The first format named only the table.
std::string_view table_of(const Column& column) {
    return column.name.substr(0, column.name.find('.'));
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

SqliteUnit::SqliteUnit(SQLite::Database& database, const Vault& vault, Keys& keys,
                       const Clock& clock)
    : vault_(vault), keys_(keys), clock_(clock), statements_(database), database_(database) {
    auto row = query("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'outbox'");
    if (row.next()) last_sms_ = row.integer();
}

std::string SqliteUnit::seal(const Column& column, std::initializer_list<std::string_view> row,
                             std::string_view plain) const {
    return vault_.seal(Place(column, row), plain);
}

std::string SqliteUnit::unseal(const Column& column, std::initializer_list<std::string_view> row,
                               std::string_view sealed) const {
    auto plain = Vault::of_first_format(sealed)
                     ? vault_.open_first(first_place(table_of(column), row), sealed)
                     : vault_.open(Place(column, row), sealed);
    // The row's name may be a phone number, so only the column is told.
    if (!plain)
        throw std::runtime_error("a sealed value of " + std::string(column.name) + " was changed");
    return *std::move(plain);
}

std::span<const KeyId> SqliteUnit::old_keys() const { return std::span(vault_.ids()).subspan(1); }

std::int64_t SqliteUnit::next_id(std::string_view max_of_table) {
    auto row = query(max_of_table);
    return row.next() ? row.integer() + 1 : 1;
}

std::uint64_t SqliteUnit::count(std::string_view sql) {
    auto row = query(sql);
    return row.next() ? row.number<std::uint64_t>() : 0;
}

std::optional<Session> SqliteUnit::session(std::string_view channel, std::string_view id) {
    for (const KeyId key : vault_.ids()) {
        auto row = query(
            "SELECT msisdn, dialogue, changed, ended FROM sessions WHERE channel = ? AND id = ?");
        row.bind(channel, vault_.index(key, "session", id));
        if (!row.next()) continue;
        Session session{std::string(channel), std::string(id), row.msisdn(), "", "", {}, false};
        read_into(session, unseal(columns::kDialogue, {channel, id}, row.text()));
        session.changed = row.time();
        session.ended = row.flag();
        return session;
    }
    return std::nullopt;
}

void SqliteUnit::put(const Session& session) {
    for (const KeyId key : old_keys()) {
        query("DELETE FROM sessions WHERE channel = ? AND id = ?")
            .bind(session.channel, vault_.index(key, "session", session.id))
            .exec();
    }
    const std::string dialogue =
        seal(columns::kDialogue, {session.channel, session.id}, written(session));
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
    for (const KeyId key : vault_.ids()) {
        const Vault::Index turn = vault_.index(key, "turn", turn_key);
        auto row = query("SELECT text, ends FROM replies WHERE turn = ?");
        row.bind(turn);
        if (row.next())
            return StoredReply{unseal(columns::kReply, {bytes(turn)}, row.text()), row.flag()};
    }
    return std::nullopt;
}

void SqliteUnit::put_reply(std::string_view turn_key, const StoredReply& reply, Time now) {
    // The first one stands, also under another key's index.
    if (!old_keys().empty() && this->reply(turn_key)) return;
    const Vault::Index turn = vault_.index("turn", turn_key);
    const std::string text = seal(columns::kReply, {bytes(turn)}, reply.text);
    query(
        "INSERT INTO replies (turn, text, ends, at, msisdn) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (turn) DO NOTHING")
        .bind(turn, Blob{text}, reply.end, now, reply.phone)
        .exec();
}

void SqliteUnit::set_timer(const flows::Timer& timer) {
    for (const KeyId key : old_keys()) {
        query("DELETE FROM timers WHERE kind = ? AND ref_index = ?")
            .bind(timer.kind, vault_.index(key, "timer", timer.ref))
            .exec();
    }
    const Vault::Index index = vault_.index("timer", timer.ref);
    const std::string ref = seal(columns::kTimerRef, {timer.kind, bytes(index)}, timer.ref);
    query(
        "INSERT INTO timers (kind, ref_index, ref, due) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (kind, ref_index) DO UPDATE SET due = excluded.due")
        .bind(timer.kind, index, Blob{ref}, timer.due)
        .exec();
}

bool SqliteUnit::cancel_timer(std::string_view kind, std::string_view ref) {
    std::size_t gone = 0;
    for (const KeyId key : vault_.ids()) {
        gone += query("DELETE FROM timers WHERE kind = ? AND ref_index = ?")
                    .bind(kind, vault_.index(key, "timer", ref))
                    .exec();
    }
    return gone > 0;
}

bool SqliteUnit::take_timer(std::string_view kind, std::string_view ref, Time now) {
    std::size_t gone = 0;
    for (const KeyId key : vault_.ids()) {
        gone += query("DELETE FROM timers WHERE kind = ? AND ref_index = ? AND due <= ?")
                    .bind(kind, vault_.index(key, "timer", ref), now)
                    .exec();
    }
    return gone > 0;
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
            std::string ref = unseal(columns::kTimerRef, {kind, index}, rows.text());
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
