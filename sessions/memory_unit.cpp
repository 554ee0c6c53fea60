#include "sessions/memory_unit.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>

#include "sessions/delivery.hpp"

namespace jangkau::sessions {
namespace {

MemoryData::Key key(std::string_view first, std::string_view second) {
    return {std::string(first), std::string(second)};
}

template <class Map, class Id>
auto found_in(const Map& map, const Id& id) -> std::optional<typename Map::mapped_type> {
    const auto at = map.find(id);
    if (at == map.end()) return std::nullopt;
    return at->second;
}

template <class T>
void keep_first(std::vector<T>& rows, std::size_t limit) {
    if (rows.size() > limit)
        rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(limit), rows.end());
}

/// No key is held here; reports of another process are not expected.
constexpr std::string_view kTag = "memory";

bool is_of(const Hop& hop, std::string_view channel, std::string_view id) {
    return hop.session.channel == channel && hop.session.id == id;
}

auto group_of(const SmsPiece& piece) {
    return std::tie(piece.channel, piece.from, piece.to, piece.ref, piece.total);
}

void keep_earliest(std::optional<Time>& kept, Time candidate) {
    if (!kept || candidate < *kept) kept = candidate;
}

}  // namespace

std::optional<Session> MemoryUnit::session(std::string_view channel, std::string_view id) {
    const auto newest =
        std::ranges::find_if(data_.hops.rbegin(), data_.hops.rend(),
                             [&](const Hop& hop) { return is_of(hop, channel, id); });
    if (newest == data_.hops.rend()) return std::nullopt;
    return newest->session;
}

std::optional<StoredReply> MemoryUnit::reply(std::string_view channel, std::string_view id,
                                             std::string_view turn_key) {
    const auto same =
        std::ranges::find_if(data_.hops.rbegin(), data_.hops.rend(), [&](const Hop& hop) {
            return is_of(hop, channel, id) && !hop.turn_key.empty() && hop.turn_key == turn_key;
        });
    if (same == data_.hops.rend()) return std::nullopt;
    return same->reply;
}

void MemoryUnit::put(const Hop& hop) {
    data_.hops.push_back(hop);
    data_.hops.back().session.read = nullptr;  // so that what is tested over it reads the text
    const auto draft = data_.drafts.find(hop.draft);
    if (draft == data_.drafts.end()) return;
    draft->second.state = hop.session.state;
    draft->second.changed = hop.session.changed;
}

bool MemoryUnit::seen(std::string_view sms_key) { return data_.seen_sms.contains(sms_key); }

void MemoryUnit::see(std::string_view sms_key, Time now) {
    data_.seen_sms.try_emplace(std::string(sms_key), now);
}

void MemoryUnit::set_timer(const flows::Timer& timer) {
    data_.timers.insert_or_assign(key(timer.kind, timer.ref), timer.due);
}

bool MemoryUnit::cancel_timer(std::string_view kind, std::string_view ref) {
    return data_.timers.erase(key(kind, ref)) > 0;
}

bool MemoryUnit::take_timer(std::string_view kind, std::string_view ref, Time now) {
    const auto at = data_.timers.find(key(kind, ref));
    if (at == data_.timers.end() || at->second > now) return false;
    data_.timers.erase(at);
    return true;
}

std::vector<flows::Timer> MemoryUnit::due_timers(Time now, std::size_t limit) {
    std::vector<flows::Timer> due;
    for (const auto& [id, at] : data_.timers) {
        if (at <= now) due.push_back({id.first, id.second, at});
    }
    std::ranges::stable_sort(due, {}, &flows::Timer::due);
    keep_first(due, limit);
    return due;
}

std::optional<Time> MemoryUnit::next_timer() {
    std::optional<Time> next;
    for (const auto& [id, due] : data_.timers) keep_earliest(next, due);
    return next;
}

Counts MemoryUnit::counts() {
    Counts counts;
    std::set<MemoryData::Key> dialogues;
    for (auto hop = data_.hops.rbegin(); hop != data_.hops.rend(); ++hop) {
        const bool newest = dialogues.insert(key(hop->session.channel, hop->session.id)).second;
        if (newest && !hop->session.ended) ++counts.sessions;
    }
    counts.drafts = data_.drafts.size();
    counts.enrollments = data_.enrollments.size();
    counts.timers = data_.timers.size();
    return counts;
}

Backlog MemoryUnit::backlog() {
    Backlog backlog;
    for (const auto& [id, sms] : data_.outbox) {
        if (sms.row.state == Delivery::in_doubt) ++backlog.in_doubt;
        if (sms.row.state > Delivery::sending) continue;
        ++backlog.waiting;
        keep_earliest(backlog.oldest,
                      std::max(sms.row.created, sms.row.sms.not_before.value_or(Time{})));
    }
    return backlog;
}

void MemoryUnit::send(const flows::SmsDraft& sms) {
    const Time now = clock_.now();
    const std::int64_t id = ++data_.last_sms;
    OutboxRow row{id,  sms_key(id, kTag),
                  sms, Delivery::queued,
                  "",  "",
                  0,   0,
                  now, sms.not_before.value_or(now),
                  ""};
    data_.outbox.emplace(id, MemoryData::Sms{std::move(row), now});
}

std::vector<OutboxRow> MemoryUnit::due(std::string_view channel, flows::Lane last, Time now,
                                       std::size_t limit) {
    std::vector<OutboxRow> due;
    for (const auto& [id, sms] : data_.outbox) {
        const OutboxRow& row = sms.row;
        if (row.state == Delivery::queued && row.channel == channel && row.sms.lane <= last &&
            row.due <= now)
            due.push_back(row);
    }
    std::ranges::stable_sort(due, {},
                             [](const OutboxRow& row) { return std::pair(row.sms.lane, row.due); });
    keep_first(due, limit);
    return due;
}

void MemoryUnit::claim(OutboxRow& row, Time now) {
    row.state = Delivery::sending;
    ++row.attempts;
    data_.outbox.at(row.id) = {row, now};
}

void MemoryUnit::settle(const OutboxRow& row, Time now) {
    const auto at = data_.outbox.find(row.id);
    if (at == data_.outbox.end() || !may_settle(at->second.row.state, row.state)) return;
    OutboxRow settled = row;
    settled.key = at->second.row.key;
    settled.sms = at->second.row.sms;
    settled.created = at->second.row.created;
    const auto parked = data_.parked.find(key(row.channel, row.provider_id));
    if (parked != data_.parked.end()) {
        join(settled, parked->second.report);
        data_.parked.erase(parked);
    }
    at->second = {std::move(settled), now};
}

bool MemoryUnit::report(const Report& report, Time now) {
    if (const auto id = sms_key_id(report.key)) {
        const auto at = data_.outbox.find(*id);
        if (at != data_.outbox.end() && at->second.row.key == report.key) {
            if (join(at->second.row, report)) at->second.changed = now;
            return true;
        }
    }
    if (report.provider_id.empty()) return false;
    for (auto at = data_.outbox.rbegin(); at != data_.outbox.rend(); ++at) {
        OutboxRow& row = at->second.row;
        if (row.channel != report.channel || row.provider_id != report.provider_id) continue;
        if (join(row, report)) at->second.changed = now;
        return true;
    }
    const auto [parked, fresh] = data_.parked.try_emplace(key(report.channel, report.provider_id),
                                                          MemoryData::Parked{report, now});
    if (!fresh && may_report(parked->second.report.state, report.state)) {
        parked->second = {report, now};
    }
    return false;
}

std::optional<Time> MemoryUnit::next_outbox_due() {
    std::optional<Time> next;
    for (const auto& [id, sms] : data_.outbox) {
        if (sms.row.state == Delivery::queued) keep_earliest(next, sms.row.due);
    }
    return next;
}

void MemoryUnit::recover_outbox(const std::function<bool(std::string_view)>& local, Time now) {
    for (auto& [id, sms] : data_.outbox) {
        if (sms.row.state == Delivery::queued) sms.row.channel.clear();
        if (sms.row.state != Delivery::sending) continue;
        const bool known_unsent = local(sms.row.channel);
        sms.row.state = known_unsent ? Delivery::queued : Delivery::in_doubt;
        if (!known_unsent) ++sms.row.doubts;
        sms.changed = now;
    }
}

std::vector<OutboxRow> MemoryUnit::in_doubt(Time since, std::size_t limit) {
    std::vector<MemoryData::Sms> doubtful;
    for (const auto& [id, sms] : data_.outbox) {
        if (sms.row.state == Delivery::in_doubt && sms.changed < since) doubtful.push_back(sms);
    }
    std::ranges::stable_sort(doubtful, {}, &MemoryData::Sms::changed);
    keep_first(doubtful, limit);
    std::vector<OutboxRow> rows;
    std::ranges::transform(doubtful, std::back_inserter(rows), &MemoryData::Sms::row);
    return rows;
}

std::vector<OutboxRow> MemoryUnit::sms_to(const Msisdn& to, std::int64_t after, std::size_t limit) {
    std::vector<OutboxRow> rows;
    for (const auto& [id, sms] : data_.outbox) {
        if (id > after && sms.row.sms.to == to) rows.push_back(sms.row);
    }
    keep_first(rows, limit);
    return rows;
}

std::vector<OutboxRow> MemoryUnit::sms_through(std::string_view channel, std::int64_t after,
                                               std::size_t limit) {
    std::vector<OutboxRow> rows;
    for (const auto& [id, sms] : data_.outbox) {
        if (id > after && !channel.empty() && sms.row.channel == channel) rows.push_back(sms.row);
    }
    keep_first(rows, limit);
    return rows;
}

void MemoryUnit::put(const SmsPiece& piece) {
    std::size_t others = 0;
    for (const SmsPiece& kept : data_.pieces) {
        if (group_of(kept) == group_of(piece) && kept.number == piece.number) return;
    }
    data_.pieces.push_back(piece);
    std::vector<SmsPiece> groups;  // of this phone, the newest first
    for (auto kept = data_.pieces.rbegin(); kept != data_.pieces.rend(); ++kept) {
        const bool known = std::ranges::any_of(
            groups, [&](const SmsPiece& one) { return group_of(one) == group_of(*kept); });
        if (kept->from != piece.from || known) continue;
        groups.push_back(*kept);
        if (++others > kPieceGroupsMax) break;
    }
    if (others > kPieceGroupsMax) drop_pieces(groups.back());
}

std::vector<SmsPiece> MemoryUnit::pieces_with(const SmsPiece& one) {
    std::vector<SmsPiece> found;
    std::ranges::copy_if(data_.pieces, std::back_inserter(found),
                         [&](const SmsPiece& piece) { return group_of(piece) == group_of(one); });
    std::ranges::sort(found, {}, &SmsPiece::number);
    return found;
}

void MemoryUnit::drop_pieces(const SmsPiece& one) {
    const SmsPiece group = one;  // may be one of those that go
    std::erase_if(data_.pieces,
                  [&](const SmsPiece& piece) { return group_of(piece) == group_of(group); });
}

std::vector<SmsPiece> MemoryUnit::stale_pieces(Time since, std::size_t limit) {
    std::vector<SmsPiece> first;
    for (const SmsPiece& piece : data_.pieces) {
        const bool known = std::ranges::any_of(
            first, [&](const SmsPiece& one) { return group_of(one) == group_of(piece); });
        if (!known) first.push_back(piece);
    }
    std::erase_if(first, [&](const SmsPiece& piece) { return piece.at >= since; });
    keep_first(first, limit);
    return first;
}

}  // namespace jangkau::sessions
