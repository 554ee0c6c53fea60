#include "sessions/sqlite_hops.hpp"

#include <algorithm>
#include <cstring>
#include <set>
#include <stdexcept>

#include "gateway/core/check.hpp"
#include "sessions/packed.hpp"

namespace jangkau::sessions {
namespace {

/// Of one dialogue the last so many hops are known again; a registration has a dozen.
constexpr std::size_t kPastMax = 64;
/// 256 KiB a run: less than a turn waits for, and a thousandth of what its hops take.
constexpr std::size_t kRunHops = 8'192;
constexpr std::size_t kRunEntryBytes = 4 * sizeof(std::uint64_t);
/// At the start: 8 MB for a moment.
constexpr std::size_t kLoadedAtOnce = 262'144;

/// What opened() reads.
constexpr std::string_view kNewer =
    "SELECT id, session, msisdn, previous, draft, at, ended, hop FROM hops WHERE id > ? ORDER BY "
    "id";
constexpr std::string_view kOne =
    "SELECT id, session, msisdn, previous, draft, at, ended, hop FROM hops WHERE id = ?";

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
    std::int64_t last = 0;
    {
        auto first = query("SELECT coalesce(min(id), 1) FROM hops");
        if (first.next()) last = first.integer() - 1;
    }
    index_.start_after(last);
    read_tail(read_runs(last));
    index_.settle();
}

// Entries in the order of this machine's bytes: a store does not move between machines but by a
// backup, and all that Debian runs on today order them alike.
std::int64_t SqliteHops::read_runs(std::int64_t last) {
    auto runs = query("SELECT last, entries FROM hop_runs WHERE last > ? ORDER BY last");
    runs.bind(last);
    std::vector<HopEntry> some;
    while (runs.next()) {
        const std::int64_t run_last = runs.integer();
        const auto entries =
            vault_.open(Place(columns::kHopRun, {std::to_string(run_last)}), runs.text());
        if (!entries) throw std::runtime_error("a sealed value of hop_runs.entries was changed");
        const auto count = static_cast<std::int64_t>(entries->size() / kRunEntryBytes);
        if (run_last - count > last) break;  // what is not in a run is read from the hops
        for (std::int64_t i = std::max<std::int64_t>(0, last - (run_last - count)); i < count;
             ++i) {
            const std::size_t at = static_cast<std::size_t>(i) * kRunEntryBytes;
            some.push_back({number_at(*entries, at), number_at(*entries, at + 8),
                            static_cast<std::int64_t>(number_at(*entries, at + 16)),
                            number_at(*entries, at + 24) != 0});
            ++last;
        }
        if (some.size() < kLoadedAtOnce) continue;
        index_.load(some);
        some.clear();
    }
    index_.load(some);
    return last;
}

void SqliteHops::read_tail(std::int64_t last) {
    auto rows = query(kNewer);
    rows.bind(last);
    while (rows.next()) {
        const Head head = opened(rows).head;
        if (head.id != ++last) throw std::runtime_error("hops are missing");
        tail_.push_back(entry_of(head));
        index_.add(head.id, tail_.back());
    }
}

HopEntry SqliteHops::entry_of(const Head& head) const {
    return {head.session, head.phone == 0 ? 0 : phone_hash(head.phone), head.draft, head.ended};
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
        .bind(index_.last(),
              Blob{vault_.seal(Place(columns::kHopRun, {std::to_string(index_.last())}), entries)})
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

SqliteHops::Row SqliteHops::unpacked(const Stored& stored) {
    const Head& head = stored.head;
    Unpacker in(stored.plain);
    const Msisdn phone = Msisdn::from_digits(std::to_string(head.phone));
    Row row{{"", "", phone, "", "", head.at, head.ended}, 0, {}, {}};
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

Place SqliteHops::place_of(const Head& head) {
    Packer row(64);
    row.add(head.id).add(head.session).add(head.phone).add(head.previous).add(head.draft);
    row.add(head.at.time_since_epoch().count()).add(head.ended);
    return {columns::kHop, {row.bytes()}};
}

std::string SqliteHops::sealed(const Head& head, std::string_view plain) const {
    return vault_.seal(place_of(head), plain);
}

SqliteHops::Stored SqliteHops::opened(Query& row) const {
    Head head;
    head.id = row.integer();
    head.session = row.number<std::uint64_t>();
    head.phone = row.integer();
    head.previous = row.integer();
    head.draft = row.integer();
    head.at = row.time();
    head.ended = row.flag();
    auto plain = vault_.open(place_of(head), row.text());
    if (!plain) throw std::runtime_error("a sealed value of hops.hop was changed");
    return {head, *std::move(plain)};
}

const SqliteHops::Row* SqliteHops::read(std::int64_t id) {
    const auto number = static_cast<std::uint64_t>(id);
    if (const Row* const recent = recent_.find(number)) return recent;
    auto row = query(kOne);
    row.bind(id);
    if (!row.next()) return nullptr;
    const Stored stored = opened(row);
    if (stored.plain.empty()) return nullptr;
    return &recent_.keep(number, unpacked(stored));
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
    const std::uint64_t name = hash('s', session.channel, session.id);
    if (const Row* const before = newest(session.channel, session.id)) {
        row.past = before->past;
        // From now on only who repeats that hop asks for it.
        recent_.forget(static_cast<std::uint64_t>(index_.of_session(name).value()));
    }
    if (row.turn != 0) {
        if (row.past.size() == kPastMax) row.past.erase(row.past.begin());
        row.past.push_back({first_half(row.turn), id});
    }
    const std::int64_t phone = stored(session.msisdn);
    insert({id, name, phone, index_.of_phone(phone_hash(phone)).value_or(0), hop.draft,
            session.changed, session.ended},
           std::move(row));
}

void SqliteHops::insert(const Head& head, Row row) {
    query(
        "INSERT INTO hops (id, session, msisdn, previous, draft, at, ended, hop)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(head.id, head.session, head.phone, head.previous, head.draft, head.at, head.ended,
              Blob{sealed(head, packed(row))})
        .exec();
    tail_.push_back(entry_of(head));
    index_.add(head.id, tail_.back());
    recent_.keep(static_cast<std::uint64_t>(head.id), std::move(row));
    if (tail_.size() - in_runs_ >= kRunHops) write_run();
}

std::optional<SqliteHops::DraftState> SqliteHops::draft(std::int64_t id, std::int64_t after) {
    const auto at = index_.of_draft(id);
    if (!at || *at <= after) return std::nullopt;
    const Row* const row = read(*at);
    if (!row) return std::nullopt;
    return DraftState{row->session.state, row->session.changed};
}

SqliteHops::Head SqliteHops::head_of(std::int64_t id) {
    auto row = query(kOne);
    row.bind(id);
    return row.next() ? opened(row).head : Head{};
}

std::vector<SqliteHops::Head> SqliteHops::left_by(const Msisdn& phone) {
    std::vector<Head> hops;
    Head hop = head_of(index_.of_phone(phone_hash(stored(phone))).value_or(0));
    // Another phone's where two have one hash; nobody's where it is gone.
    for (; hop.phone == stored(phone); hop = head_of(hop.previous)) hops.push_back(hop);
    return hops;
}

void SqliteHops::erase(Head hop, Phone phone) {
    if (index_.of_session(hop.session) == hop.id) index_.forget_session(hop.session);
    hop.session = 0;
    hop.draft = 0;
    hop.ended = true;
    if (phone == Phone::goes) hop.phone = hop.previous = 0;
    query(
        "UPDATE hops SET session = 0, msisdn = ?, previous = ?, draft = 0, ended = 1, hop = ?"
        " WHERE id = ?")
        .bind(hop.phone, hop.previous, Blob{sealed(hop, "")}, hop.id)
        .exec();
    recent_.forget_all();
}

void SqliteHops::erase_of(const Msisdn& phone) {
    for (const Head& hop : left_by(phone)) erase(hop, Phone::goes);
    index_.forget_phone(phone_hash(stored(phone)));
}

void SqliteHops::erase_ended_of(const Msisdn& phone, Time before) {
    const std::vector<Head> hops = left_by(phone);
    std::set<std::uint64_t> ended;
    for (const Head& hop : hops)
        if (index_.of_session(hop.session) == hop.id &&
            (index_.has_ended(hop.session) || hop.at < before))
            ended.insert(hop.session);
    for (const Head& hop : hops)
        if (ended.contains(hop.session)) erase(hop, Phone::stays);
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
    if (last == index_.last()) erase(head_of(last), Phone::goes);
    query("DELETE FROM hops WHERE id <= ? AND id < ?").bind(last, index_.last()).exec();
    query("DELETE FROM hop_runs WHERE last <= ?").bind(last).exec();
    recent_.forget_all();
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
    recent_.forget_all();
}

}  // namespace jangkau::sessions
