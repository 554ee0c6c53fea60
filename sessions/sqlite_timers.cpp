#include "gateway/core/crash_point.hpp"
#include "sessions/sqlite_unit.hpp"

namespace jangkau::sessions {

void SqliteUnit::set_timer(const flows::Timer& timer) {
    query(
        "INSERT INTO timers (ref, kind, due) VALUES (?, ?, ?)"
        " ON CONFLICT (ref, kind) DO UPDATE SET due = excluded.due")
        .bind(NumberOrText{timer.ref}, timer.kind, timer.due)
        .exec();
}

bool SqliteUnit::cancel_timer(std::string_view kind, std::string_view ref) {
    return query("DELETE FROM timers WHERE ref = ? AND kind = ?")
               .bind(NumberOrText{ref}, kind)
               .exec() > 0;
}

bool SqliteUnit::take_timer(std::string_view kind, std::string_view ref, Time now) {
    return query("DELETE FROM timers WHERE ref = ? AND kind = ? AND due <= ?")
               .bind(NumberOrText{ref}, kind, now)
               .exec() > 0;
}

void SqliteUnit::drop_timers_of(std::string_view ref) {
    query("DELETE FROM timers WHERE ref = ?").bind(NumberOrText{ref}).exec();
}

std::vector<flows::Timer> SqliteUnit::due_timers(Time now, std::size_t limit) {
    auto rows = query("SELECT kind, ref, due FROM timers WHERE due <= ? ORDER BY due LIMIT ?");
    rows.bind(now, limit);
    std::vector<flows::Timer> due;
    while (rows.next()) {
        std::string kind = rows.text();
        std::string ref = rows.text();
        due.push_back({std::move(kind), std::move(ref), rows.time()});
    }
    return due;
}

std::optional<Time> SqliteUnit::next_timer() {
    auto row = query("SELECT min(due) FROM timers");
    return row.next() ? row.maybe_time() : std::nullopt;
}

void SqliteUnit::take_over_sealed_timers() {
    if (!database_.tableExists("sealed_timers")) return;
    SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
    {
        SQLite::Statement rows(database_, "SELECT kind, ref_index, ref, due FROM sealed_timers");
        while (rows.executeStep()) {
            const std::string kind = rows.getColumn(0).getString();
            const std::string ref =
                unseal(columns::kTimerRef, {kind, rows.getColumn(1).getString()},
                       rows.getColumn(2).getString());
            set_timer({kind, ref, Time(std::chrono::seconds(rows.getColumn(3).getInt64()))});
        }
    }
    database_.exec("DROP TABLE sealed_timers");
    crash_point("migrating");
    transaction.commit();
    crash_point("migrated");
}

}  // namespace jangkau::sessions
