#include "sessions/sqlite_unit.hpp"

#include <algorithm>
#include <stdexcept>

namespace jangkau::sessions {
namespace {

/// The first format named only the table.
std::string_view table_of(const Column& column) {
    return column.name.substr(0, column.name.find('.'));
}

}  // namespace

SqliteUnit::SqliteUnit(SQLite::Database& database, const Vault& vault, Keys& keys,
                       const Clock& clock)
    : vault_(vault),
      keys_(keys),
      clock_(clock),
      statements_(database),
      hops_(statements_, vault),
      database_(database) {}

void SqliteUnit::open() {
    take_over_sealed_timers();
    read_audit_secret();
    hops_.open(audit_secret_);
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
    return hops_.session(channel, id);
}

std::optional<StoredReply> SqliteUnit::reply(std::string_view channel, std::string_view id,
                                             std::string_view turn_key) {
    return hops_.reply(channel, id, turn_key);
}

void SqliteUnit::put(const Hop& hop) { hops_.put(hop); }

bool SqliteUnit::seen(std::string_view sms_key) {
    const auto stands = [&](const Vault::Index& index) {
        auto row = query("SELECT 1 FROM seen_sms WHERE sms = ?");
        row.bind(index);
        return row.next();
    };
    if (stands(Vault::index_with(audit_secret_, "sms", sms_key))) return true;
    // As schema 6 named them; they are gone a week after the step to 7.
    return std::ranges::any_of(
        vault_.ids(), [&](KeyId key) { return stands(vault_.index(key, "turn", sms_key)); });
}

void SqliteUnit::see(std::string_view sms_key, Time now) {
    query("INSERT INTO seen_sms (sms, at) VALUES (?, ?) ON CONFLICT (sms) DO NOTHING")
        .bind(Vault::index_with(audit_secret_, "sms", sms_key), now)
        .exec();
}

Counts SqliteUnit::counts() {
    return {hops_.open_dialogues(), count("SELECT count(*) FROM drafts"),
            count("SELECT count(*) FROM enrollments"), count("SELECT count(*) FROM timers")};
}

Backlog SqliteUnit::backlog() {
    Backlog backlog;
    backlog.waiting = count("SELECT count(*) FROM outbox WHERE state = 'queued'") +
                      count("SELECT count(*) FROM outbox WHERE state = 'sending'");
    backlog.in_doubt = count("SELECT count(*) FROM outbox WHERE state = 'in_doubt'");
    backlog.erased_is_held = erased_is_held_;
    auto oldest = query(
        "SELECT min(max(created, coalesce(not_before, created))) FROM ("
        "SELECT created, not_before FROM outbox WHERE state = 'queued'"
        " UNION ALL SELECT created, not_before FROM outbox WHERE state = 'sending')");
    if (oldest.next()) backlog.oldest = oldest.maybe_time();
    return backlog;
}

}  // namespace jangkau::sessions
