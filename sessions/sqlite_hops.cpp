#include "sessions/sqlite_hops.hpp"

#include <algorithm>
#include <cstring>
#include <set>
#include <stdexcept>

#include "gateway/core/check.hpp"
#include "sessions/packed.hpp"
#include "sessions/sealed_place.hpp"

namespace jangkau::sessions {
namespace {

/// Of one dialogue the last so many hops are known again; a registration has a dozen.
constexpr std::size_t kPastMax = 64;
/// 256 KiB a run: less than a turn waits for, and a thousandth of what its hops take.
constexpr std::size_t kRunHops = 8'192;
constexpr std::size_t kRunEntryBytes = 4 * sizeof(std::uint64_t);

constexpr const char* kEraseButPhone =
    "UPDATE hops SET hop = x'', session = 0, draft = 0, ended = 1 WHERE id = ?";
constexpr const char* kErase =
    "UPDATE hops SET hop = x'', session = 0, draft = 0, ended = 1, msisdn = 0, previous = 0"
    " WHERE id = ?";

void append(std::string& bytes, std::uint64_t number) {
    bytes.append(reinterpret_cast<const char*>(&number), sizeof(number));
}

std::uint64_t number_at(std::string_view bytes, std::size_t at) {
    std::uint64_t number = 0;
    std::memcpy(&number, bytes.data() + at, sizeof(number));
    return number;
}

std::uint32_t first_half(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32U); }

}  // namespace

void SqliteHops::open(const std::string& secret) {
    key_ = Vault::index_with(secret, "hops", "");
    read_runs();
    index_.settle();
}

// Entries in the order of this machine's bytes: a store does not move between machines but by a
// backup, and all that Debian runs on today order them alike.
void SqliteHops::read_runs() {
    std::int64_t last = 0;
    {
        auto first = query("SELECT coalesce(min(id), 1) FROM hops");
        if (first.next()) last = first.integer() - 1;
    }
    index_.start_after(last);
    auto runs = query("SELECT last, entries FROM hop_runs WHERE last > ? ORDER BY last");
    runs.bind(last);
    while (runs.next()) {
        const std::int64_t run_last = runs.integer();
        const std::string entries = runs.text();
        const auto count = static_cast<std::int64_t>(entries.size() / kRunEntryBytes);
        if (run_last - count > last) break;  // what is not in a run is read from the hops
        for (std::int64_t i = std::max<std::int64_t>(0, last - (run_last - count)); i < count;
             ++i) {
            const std::size_t at = static_cast<std::size_t>(i) * kRunEntryBytes;
            index_.add(++last, {number_at(entries, at), number_at(entries, at + 8),
                                static_cast<std::int64_t>(number_at(entries, at + 16)),
                                number_at(entries, at + 24) != 0});
        }
        index_.settle();
    }
    auto rows = query("SELECT session, msisdn, draft, ended FROM hops WHERE id > ? ORDER BY id");
    rows.bind(last);
    while (rows.next()) {
        const auto session = rows.number<std::uint64_t>();
        const std::int64_t phone = rows.integer();
        const std::int64_t draft = rows.integer();
        tail_.push_back({session, phone == 0 ? 0 : phone_hash(phone), draft, rows.flag()});
        index_.add(++last, tail_.back());
    }
}

void SqliteHops::write_run() {
    std::string entries;
    entries.reserve((tail_.size() - in_runs_) * kRunEntryBytes);
    for (std::size_t i = in_runs_; i < tail_.size(); ++i) {
        const HopEntry& entry = tail_[i];
        append(entries, entry.session);
        append(entries, entry.phone);
        append(entries, static_cast<std::uint64_t>(entry.draft));
        append(entries, entry.ended ? 1U : 0U);
    }
    query("INSERT INTO hop_runs (last, entries) VALUES (?, ?)")
        .bind(index_.last(), Blob{entries})
        .exec();
    in_runs_ = tail_.size();
}

std::uint64_t SqliteHops::hash(char kind, std::string_view first, std::string_view second) const {
    std::string text;
    text.reserve(first.size() + second.size() + 2);
    text += kind;
    text += static_cast<char>(first.size());  // keeps ("ab", "c") apart from ("a", "bc")
    text += first;
    text += second;
    return Vault::short_hash(key_, text);
}

std::uint64_t SqliteHops::phone_hash(std::int64_t phone) const {
    return hash('p', std::to_string(phone), "");
}

std::string SqliteHops::packed(const Row& row) {
    const Session& session = row.session;
    Packer out(128 + session.channel.size() + session.id.size() + session.state.size() +
               session.typed.size() + row.reply.text.size() + row.past.size() * 8);
    out.add(session.channel).add(session.id).add(session.state).add(session.typed);
    out.add(session.hops).add(session.began.time_since_epoch().count());
    out.add(row.turn).add(row.reply.text).add(row.reply.end).add(row.past.size());
    std::int64_t before = 0;
    for (const Past& past : row.past) {
        out.add(past.turn).add(past.id - before);
        before = past.id;
    }
    return out.bytes();
}

SqliteHops::Row SqliteHops::unpacked(std::string_view bytes, const Msisdn& phone) {
    Unpacker in(bytes);
    Row row{{"", "", phone, "", "", {}}, 0, {}, {}};
    row.session.channel = in.text();
    row.session.id = in.text();
    row.session.state = in.text();
    row.session.typed = in.text();
    row.session.hops = in.number<unsigned>();
    row.session.began = Time(Time::duration(in.number<Time::rep>()));
    row.turn = in.number();
    row.reply.text = in.text();
    row.reply.end = in.number() != 0;
    row.past.resize(std::min(in.number<std::size_t>(), kPastMax));
    std::int64_t before = 0;
    for (Past& past : row.past) {
        past.turn = in.number<std::uint32_t>();
        past.id = before + in.number<std::int64_t>();
        before = past.id;
    }
    return row;
}

const SqliteHops::Row* SqliteHops::read(std::int64_t id) {
    if (id == read_id_) return &*read_;
    read_id_ = 0;
    auto row = query("SELECT msisdn, at, ended, hop FROM hops WHERE id = ?");
    row.bind(id);
    if (!row.next()) return nullptr;
    const std::int64_t digits = row.integer();
    const Time at = row.time();
    const bool ended = row.flag();
    const std::string sealed = row.text();
    if (sealed.empty()) return nullptr;
    const auto plain = vault_.open(Place(columns::kHop, {std::to_string(id)}), sealed);
    if (!plain) throw std::runtime_error("a sealed value of hops.hop was changed");
    read_ = unpacked(*plain, Msisdn::from_digits(std::to_string(digits)));
    read_->session.changed = at;
    read_->session.ended = ended;
    read_id_ = id;
    return &*read_;
}

const SqliteHops::Row* SqliteHops::newest(std::string_view channel, std::string_view id) {
    const auto at = index_.of_session(hash('s', channel, id));
    const Row* const row = at ? read(*at) : nullptr;
    // Of two dialogues with one hash the later one is known.
    if (!row || row->session.channel != channel || row->session.id != id) return nullptr;
    return row;
}

std::optional<Session> SqliteHops::session(std::string_view channel, std::string_view id) {
    const Row* const row = newest(channel, id);
    if (!row) return std::nullopt;
    return row->session;
}

std::optional<StoredReply> SqliteHops::reply(std::string_view channel, std::string_view id,
                                             std::string_view turn_key) {
    const Row* const row = newest(channel, id);
    if (!row) return std::nullopt;
    const std::uint64_t turn = hash('t', turn_key, "");
    if (row->turn == turn) return row->reply;
    const std::vector<Past> past = row->past;
    for (auto one = past.rbegin(); one != past.rend(); ++one) {
        if (one->turn != first_half(turn)) continue;
        const Row* const earlier = read(one->id);
        if (earlier && earlier->turn == turn) return earlier->reply;
    }
    return std::nullopt;
}

void SqliteHops::put(const Hop& hop) {
    const Session& session = hop.session;
    const std::int64_t id = index_.last() + 1;
    Row row{session, hop.turn_key.empty() ? 0 : hash('t', hop.turn_key, ""), hop.reply, {}};
    if (const Row* const before = newest(session.channel, session.id)) row.past = before->past;
    if (row.turn != 0) {
        if (row.past.size() == kPastMax) row.past.erase(row.past.begin());
        row.past.push_back({first_half(row.turn), id});
    }
    insert(id,
           {hash('s', session.channel, session.id), phone_hash(stored(session.msisdn)), hop.draft,
            session.ended},
           row);
}

void SqliteHops::insert(std::int64_t id, const HopEntry& entry, const Row& row) {
    const std::string sealed = vault_.seal(Place(columns::kHop, {std::to_string(id)}), packed(row));
    query(
        "INSERT INTO hops (id, session, msisdn, previous, draft, at, ended, hop)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(id, entry.session, row.session.msisdn, index_.of_phone(entry.phone).value_or(0),
              entry.draft, row.session.changed, entry.ended, Blob{sealed})
        .exec();
    index_.add(id, entry);
    tail_.push_back(entry);
    if (tail_.size() - in_runs_ >= kRunHops) write_run();
}

std::optional<SqliteHops::DraftState> SqliteHops::draft(std::int64_t id, std::int64_t after) {
    const auto at = index_.of_draft(id);
    if (!at || *at <= after) return std::nullopt;
    const Row* const row = read(*at);
    if (!row) return std::nullopt;
    return DraftState{row->session.state, row->session.changed};
}

std::vector<SqliteHops::Left> SqliteHops::left_by(const Msisdn& phone) {
    std::vector<Left> hops;
    std::int64_t id = index_.of_phone(phone_hash(stored(phone))).value_or(0);
    while (id != 0) {
        auto row = query("SELECT session, previous, at FROM hops WHERE id = ? AND msisdn = ?");
        row.bind(id, phone);
        if (!row.next()) break;
        const auto session = row.number<std::uint64_t>();
        const std::int64_t previous = row.integer();
        hops.push_back({id, session, row.time()});
        id = previous;
    }
    return hops;
}

void SqliteHops::erase(const Left& hop, const char* sql) {
    query(sql).bind(hop.id).exec();
    if (index_.of_session(hop.session) == hop.id) index_.forget_session(hop.session);
    read_id_ = 0;
}

void SqliteHops::erase_of(const Msisdn& phone) {
    for (const Left& hop : left_by(phone)) erase(hop, kErase);
    index_.forget_phone(phone_hash(stored(phone)));
}

void SqliteHops::erase_ended_of(const Msisdn& phone, Time before) {
    const std::vector<Left> hops = left_by(phone);
    std::set<std::uint64_t> ended;
    for (const Left& hop : hops)
        if (index_.of_session(hop.session) == hop.id &&
            (index_.has_ended(hop.session) || hop.at < before))
            ended.insert(hop.session);
    for (const Left& hop : hops)
        if (ended.contains(hop.session)) erase(hop, kEraseButPhone);
}

std::size_t SqliteHops::purge(
    Time before, const std::function<void(std::int64_t draft, const DraftState&)>& keep) {
    std::int64_t last = 0;
    std::size_t gone = 0;
    std::vector<std::pair<std::int64_t, std::int64_t>> drafts;
    {
        auto rows = query("SELECT id, session, draft, at FROM hops ORDER BY id LIMIT ?");
        rows.bind(kHopsPurgedAtOnce);
        while (rows.next()) {
            const std::int64_t id = rows.integer();
            const auto session = rows.number<std::uint64_t>();
            const bool is_empty = session == 0;
            const std::int64_t draft = rows.integer();
            // Those behind one that stays wait for it: a clock may have stood wrong meanwhile.
            if (!is_empty && rows.time() >= before) break;
            last = id;
            if (!is_empty) ++gone;
            if (index_.of_session(session) == id) index_.forget_session(session);
            if (draft != 0 && index_.of_draft(draft) == id) drafts.emplace_back(draft, id);
        }
    }
    if (last == 0) return 0;
    for (const auto& [draft, id] : drafts)
        if (const Row* const row = read(id))
            keep(draft, {row->session.state, row->session.changed});
    // Ids are never given again: the newest row stays, empty.
    if (last == index_.last()) query(kErase).bind(last).exec();
    query("DELETE FROM hops WHERE id <= ? AND id < ?").bind(last, index_.last()).exec();
    query("DELETE FROM hop_runs WHERE last <= ?").bind(last).exec();
    read_id_ = 0;
    index_.begin_with(last + 1);
    return gone;
}

void SqliteHops::committed() {
    index_.settle();
    index_.sweep();
    tail_.erase(tail_.begin(), tail_.begin() + static_cast<std::ptrdiff_t>(in_runs_));
    in_runs_ = 0;
}

void SqliteHops::undo_to(const Mark& mark) {
    index_.undo_to(mark.index);
    tail_.resize(mark.tail);
    in_runs_ = mark.in_runs;
    read_id_ = 0;
}

}  // namespace jangkau::sessions
