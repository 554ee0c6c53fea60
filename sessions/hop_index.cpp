#include "sessions/hop_index.hpp"

#include "gateway/core/check.hpp"

namespace jangkau::sessions {
namespace {

/// Ids of drafts count up from one, and would all fall into neighbouring parts.
std::uint64_t spread(std::int64_t draft) {
    return static_cast<std::uint64_t>(draft) * 0x9E3779B97F4A7C15U;
}

std::optional<std::int64_t> id_of(std::optional<std::int64_t> value) {
    if (!value) return std::nullopt;
    return *value >> 1U;
}

}  // namespace

void HopIndex::add(std::int64_t id, const HopEntry& entry) {
    check(id == last_ + 1, "hops are numbered without gaps");
    // The first of its changes remembers what was before all of them.
    set(phones_, entry.phone, id << 1U);
    last_ = id;
    if (entry.session != 0) {
        if (!has_ended(entry.session)) --open_;
        if (!entry.ended) ++open_;
        set(sessions_, entry.session, id << 1U | (entry.ended ? 1 : 0));
    }
    if (entry.draft != 0) set(drafts_, spread(entry.draft), id << 1U);
}

/// Part by part, each of which stays near the processor meanwhile: entries go to places at random.
template <class KeyOf, class Put>
void HopIndex::load(Parts& parts, std::span<const HopEntry> entries, KeyOf key_of, Put put) {
    std::array<std::vector<std::uint32_t>, kParts> of_part;
    for (std::uint32_t i = 0; i < entries.size(); ++i)
        if (const std::uint64_t key = key_of(entries[i])) of_part[key % kParts].push_back(i);
    for (std::size_t part = 0; part < kParts; ++part)
        for (const std::uint32_t i : of_part[part])
            put(parts[part], key_of(entries[i]), entries[i], i);
}

void HopIndex::load(std::span<const HopEntry> entries) {
    check(undo_.empty(), "nothing is to be taken back");
    const std::int64_t first = last_ + 1;
    const auto newest = [first](Map& map, std::uint64_t key, const HopEntry&, std::uint32_t i) {
        map[key] = (first + i) << 1U;
    };
    load(
        phones_, entries, [](const HopEntry& entry) { return entry.phone; }, newest);
    load(
        drafts_, entries, [](const HopEntry& entry) { return spread(entry.draft); }, newest);
    load(
        sessions_, entries, [](const HopEntry& entry) { return entry.session; },
        [&](Map& map, std::uint64_t key, const HopEntry& entry, std::uint32_t i) {
            std::int64_t& value = map.try_emplace(key, 1).first->second;
            if ((value & 1) == 0) --open_;
            if (!entry.ended) ++open_;
            value = (first + i) << 1U | (entry.ended ? 1 : 0);
        });
    last_ += static_cast<std::int64_t>(entries.size());
}

std::optional<std::int64_t> HopIndex::find(const Parts& parts, std::uint64_t key) {
    const Map& map = parts[key % kParts];
    const auto at = map.find(key);
    if (at == map.end()) return std::nullopt;
    return at->second;
}

std::optional<std::int64_t> HopIndex::of_session(std::uint64_t session) const {
    return id_of(find(sessions_, session));
}

std::optional<std::int64_t> HopIndex::of_phone(std::uint64_t phone) const {
    return id_of(find(phones_, phone));
}

std::optional<std::int64_t> HopIndex::of_draft(std::int64_t draft) const {
    return id_of(find(drafts_, spread(draft)));
}

bool HopIndex::has_ended(std::uint64_t session) const {
    return (find(sessions_, session).value_or(1) & 1) != 0;
}

void HopIndex::set(Parts& parts, std::uint64_t key, std::optional<std::int64_t> value) {
    Map& map = parts[key % kParts];
    undo_.push_back({&map, key, find(parts, key), open_, last_});
    if (value) {
        map[key] = *value;
    } else {
        map.erase(key);
    }
}

void HopIndex::forget_session(std::uint64_t session) {
    const bool was_open = !has_ended(session);
    set(sessions_, session, std::nullopt);
    if (was_open) --open_;
}

void HopIndex::forget_phone(std::uint64_t phone) { set(phones_, phone, std::nullopt); }

void HopIndex::undo_to(std::size_t mark) {
    for (; undo_.size() > mark; undo_.pop_back()) {
        const Undo& one = undo_.back();
        if (one.was) {
            (*one.map)[one.key] = *one.was;
        } else {
            one.map->erase(one.key);
        }
        open_ = one.open;
        last_ = one.last;
    }
}

void HopIndex::begin_with(std::int64_t first) {
    first_ = first;
    to_sweep_ = kParts;
}

void HopIndex::sweep() {
    if (to_sweep_ == 0 || !undo_.empty()) return;
    --to_sweep_;
    sweep(sessions_[to_sweep_], true);
    sweep(phones_[to_sweep_], false);
    sweep(drafts_[to_sweep_], false);
}

void HopIndex::sweep(Map& map, bool sessions) {
    for (auto at = map.begin(); at != map.end();) {
        if ((at->second >> 1U) >= first_) {
            ++at;
            continue;
        }
        if (sessions && (at->second & 1) == 0) --open_;
        map.erase(at++);
    }
}

}  // namespace jangkau::sessions
