#include <algorithm>
#include <stdexcept>

#include "sessions/delivery.hpp"
#include "sessions/sqlite_unit.hpp"

namespace jangkau::sessions {
namespace {

const std::string kRows =
    "SELECT id, recipient, text, lane, text_id, ticket, not_before, state, channel, provider_id,"
    " attempts, doubts, created, due, reason FROM outbox ";
const std::string kRow = kRows + "WHERE id = ?";
const std::string kQueued =
    kRows +
    "WHERE state = 'queued' AND channel = ? AND lane = ? AND due <= ? ORDER BY due, id LIMIT ?";
const std::string kInDoubt =
    kRows + "WHERE state = 'in_doubt' AND changed < ? ORDER BY changed, id LIMIT ?";
const std::string kTo = kRows + "WHERE recipient = ? AND id > ? ORDER BY id LIMIT ?";
const std::string kThrough =
    kRows + "WHERE channel = ? AND channel <> '' AND id > ? ORDER BY id LIMIT ?";
const std::string kReported =
    kRows + "WHERE provider_id = ? AND provider_id <> '' AND channel = ? ORDER BY id DESC LIMIT 1";
const std::string kSending = kRows + "WHERE state = 'sending' ORDER BY id";

/// Of an SMS's key: enough that nobody guesses one.
constexpr std::size_t kTagBytes = 4;

Delivery delivery(const std::string& name) {
    const auto state = delivery_named(name);
    if (!state) throw std::runtime_error("the outbox holds an unknown state");
    return *state;
}

}  // namespace

std::vector<OutboxRow> SqliteUnit::read_outbox(Query& rows) const {
    std::vector<OutboxRow> found;
    while (rows.next()) {
        const auto id = rows.integer();
        const std::string key = std::to_string(id);
        const Msisdn to = rows.msisdn();
        std::string text = unseal(columns::kSmsText, {key}, rows.text());
        const auto lane = rows.number<int>();
        std::string text_id = rows.text();
        std::string ticket = rows.text();
        const auto not_before = rows.maybe_time();
        OutboxRow row{id,
                      key_of(vault_.current(), id),
                      {to, std::move(text), static_cast<flows::Lane>(lane), std::move(text_id),
                       std::move(ticket), not_before},
                      delivery(rows.text()),
                      rows.text(),
                      rows.text(),
                      rows.number<unsigned>(),
                      rows.number<unsigned>(),
                      rows.time(),
                      rows.time(),
                      ""};
        if (const std::string reason = rows.text(); !reason.empty()) {
            row.reason = unseal(columns::kSmsReason, {key}, reason);
        }
        found.push_back(std::move(row));
    }
    return found;
}

std::string SqliteUnit::key_of(KeyId key, std::int64_t sms) const {
    const Vault::Index index = vault_.index(key, "sms key", std::to_string(sms));
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string tag;
    for (std::size_t i = 0; i < kTagBytes; ++i) {
        tag += kDigits[index.at(i) >> 4U];
        tag += kDigits[index.at(i) & 15U];
    }
    return sms_key(sms, tag);
}

/// An aggregator may give back a name that an older key made.
bool SqliteUnit::is_key_of(std::string_view name, std::int64_t sms) const {
    return std::any_of(vault_.ids().begin(), vault_.ids().end(),
                       [&](KeyId key) { return key_of(key, sms) == name; });
}

std::optional<OutboxRow> SqliteUnit::outbox_row(std::int64_t id) {
    auto rows = query(kRow);
    auto found = read_outbox(rows.bind(id));
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

void SqliteUnit::send(const flows::SmsDraft& sms) {
    const std::int64_t id = ++last_sms_;
    const Time now = clock_.now();
    const std::string text = seal(columns::kSmsText, {std::to_string(id)}, sms.text);
    query(
        "INSERT INTO outbox (id, recipient, text, lane, text_id, ticket, not_before, state, "
        "channel,"
        " provider_id, attempts, created, due, reason, changed)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 'queued', '', '', 0, ?, ?, x'', ?)")
        .bind(id, sms.to, Blob{text}, static_cast<int>(sms.lane), sms.text_id, sms.ticket,
              sms.not_before, now, sms.not_before.value_or(now), now)
        .exec();
}

std::vector<OutboxRow> SqliteUnit::due(std::string_view channel, flows::Lane last, Time now,
                                       std::size_t limit) {
    std::vector<OutboxRow> due;
    auto lane = next_lane(channel, flows::Lane::answer);
    while (lane && *lane <= last && due.size() < limit) {
        auto rows = query(kQueued);
        rows.bind(channel, static_cast<int>(*lane), now, limit - due.size());
        auto found = read_outbox(rows);
        std::move(found.begin(), found.end(), std::back_inserter(due));
        if (*lane == flows::Lane::reminder) break;
        lane = next_lane(channel, static_cast<flows::Lane>(static_cast<int>(*lane) + 1));
    }
    return due;
}

/// The first lane from `from` on in which a row of that channel waits, due or not.
std::optional<flows::Lane> SqliteUnit::next_lane(std::string_view channel, flows::Lane from) {
    auto row = query(
        "SELECT lane FROM outbox WHERE state = 'queued' AND channel = ? AND lane >= ?"
        " ORDER BY lane LIMIT 1");
    row.bind(channel, static_cast<int>(from));
    if (!row.next()) return std::nullopt;
    return static_cast<flows::Lane>(row.number<int>());
}

void SqliteUnit::claim(OutboxRow& row, Time now) {
    row.state = Delivery::sending;
    ++row.attempts;
    query("UPDATE outbox SET state = ?, channel = ?, attempts = ?, changed = ? WHERE id = ?")
        .bind(name(row.state), row.channel, row.attempts, now, row.id)
        .exec();
}

void SqliteUnit::save(const OutboxRow& row, Time now) {
    std::string reason;
    if (!row.reason.empty()) {
        reason = seal(columns::kSmsReason, {std::to_string(row.id)}, row.reason);
    }
    query(
        "UPDATE outbox SET state = ?, channel = ?, provider_id = ?, attempts = ?, doubts = ?, due "
        "= ?,"
        " reason = ?, changed = ? WHERE id = ?")
        .bind(name(row.state), row.channel, row.provider_id, row.attempts, row.doubts, row.due,
              Blob{reason}, now, row.id)
        .exec();
}

void SqliteUnit::settle(const OutboxRow& row, Time now) {
    {
        auto kept = query("SELECT state FROM outbox WHERE id = ?");
        kept.bind(row.id);
        if (!kept.next() || !may_settle(delivery(kept.text()), row.state)) return;
    }
    save(row, now);
    if (!row.provider_id.empty()) join_parked(row, now);
}

bool SqliteUnit::report(const Report& report, Time now) {
    const auto id = sms_key_id(report.key);
    if (id && is_key_of(report.key, *id)) {
        if (auto row = outbox_row(*id)) {
            if (join(*row, report)) save(*row, now);
            return true;
        }
    }
    if (report.provider_id.empty()) return false;
    std::vector<OutboxRow> found;
    {
        auto rows = query(kReported);
        found = read_outbox(rows.bind(report.provider_id, report.channel));
    }
    if (found.empty()) {
        park(report, now);
        return false;
    }
    if (join(found.front(), report)) save(found.front(), now);
    return true;
}

void SqliteUnit::park(const Report& report, Time now) {
    {
        auto row = query("SELECT state FROM parked_reports WHERE channel = ? AND provider_id = ?");
        row.bind(report.channel, report.provider_id);
        if (row.next() && !may_report(delivery(row.text()), report.state)) return;
    }
    const std::string reason =
        seal(columns::kReportReason, {report.channel, report.provider_id}, report.reason);
    query(
        "REPLACE INTO parked_reports (channel, provider_id, state, reason, at)"
        " VALUES (?, ?, ?, ?, ?)")
        .bind(report.channel, report.provider_id, name(report.state), Blob{reason}, now)
        .exec();
}

void SqliteUnit::join_parked(OutboxRow row, Time now) {
    {
        auto parked =
            query("SELECT state, reason FROM parked_reports WHERE channel = ? AND provider_id = ?");
        parked.bind(row.channel, row.provider_id);
        if (!parked.next()) return;
        const Delivery state = delivery(parked.text());
        const Report report{
            row.channel, row.provider_id, state,
            unseal(columns::kReportReason, {row.channel, row.provider_id}, parked.text())};
        if (join(row, report)) save(row, now);
    }
    query("DELETE FROM parked_reports WHERE channel = ? AND provider_id = ?")
        .bind(row.channel, row.provider_id)
        .exec();
}

std::optional<Time> SqliteUnit::next_outbox_due() {
    auto row = query("SELECT min(due) FROM outbox WHERE state = 'queued'");
    return row.next() ? row.maybe_time() : std::nullopt;
}

void SqliteUnit::recover_outbox(const std::function<bool(std::string_view)>& local, Time now) {
    query("UPDATE outbox SET channel = '' WHERE state = 'queued' AND channel <> ''").exec();
    std::vector<OutboxRow> sending;
    {
        auto rows = query(kSending);
        sending = read_outbox(rows);
    }
    for (OutboxRow& row : sending) {
        const bool known_unsent = local(row.channel);
        row.state = known_unsent ? Delivery::queued : Delivery::in_doubt;
        if (!known_unsent) ++row.doubts;
        save(row, now);
    }
}

std::vector<OutboxRow> SqliteUnit::in_doubt(Time since, std::size_t limit) {
    auto rows = query(kInDoubt);
    return read_outbox(rows.bind(since, limit));
}

std::vector<OutboxRow> SqliteUnit::sms_to(const Msisdn& to, std::int64_t after, std::size_t limit) {
    auto rows = query(kTo);
    return read_outbox(rows.bind(to, after, limit));
}

std::vector<OutboxRow> SqliteUnit::sms_through(std::string_view channel, std::int64_t after,
                                               std::size_t limit) {
    auto rows = query(kThrough);
    return read_outbox(rows.bind(channel, after, limit));
}

void SqliteUnit::erase_sms_to(const Msisdn& phone) {
    query(
        "DELETE FROM outbox WHERE recipient = ?"
        " AND NOT (lane = ? AND state IN ('queued', 'sending', 'in_doubt'))")
        .bind(phone, static_cast<int>(flows::Lane::answer))
        .exec();
}

void SqliteUnit::erase_sms(const Msisdn& phone, Time before) {
    query("DELETE FROM outbox WHERE recipient = ? AND created < ?").bind(phone, before).exec();
    must_truncate_ = true;
}

}  // namespace jangkau::sessions
