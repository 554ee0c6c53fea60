#pragma once

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace jangkau::sessions {

/// Of one hop, what finds it again. Session and phone are keyed hashes, 0 = nobody's.
struct HopEntry {
    std::uint64_t session = 0;
    std::uint64_t phone = 0;
    std::int64_t draft = 0;  ///< whose state the hop holds; 0 = none's
    bool ended = false;      ///< the dialogue, with this hop
};

/// The newest hop of every dialogue, phone and draft, in memory: about 27 bytes for each of the
/// three. Hops are append-only and numbered from 1 without gaps, so their table needs no index that
/// every turn would change.
///
/// What was added can be taken back until settle().
///
/// Threading: the store's thread.
class HopIndex {
public:
    /// Where there is nothing yet: the next hop is the one after `last`.
    void start_after(std::int64_t last) { last_ = last; }
    /// `id` is the hop after the last one.
    void add(std::int64_t id, const HopEntry& entry);
    /// Those after the last one, for good; several times as fast where they are many.
    void load(std::span<const HopEntry> entries);

    [[nodiscard]] std::optional<std::int64_t> of_session(std::uint64_t session) const;
    [[nodiscard]] std::optional<std::int64_t> of_phone(std::uint64_t phone) const;
    [[nodiscard]] std::optional<std::int64_t> of_draft(std::int64_t draft) const;
    /// Whether the newest hop of that dialogue ended it; also true where there is none.
    [[nodiscard]] bool has_ended(std::uint64_t session) const;
    /// Dialogues that have not ended.
    [[nodiscard]] std::uint64_t open() const { return open_; }
    [[nodiscard]] std::int64_t last() const { return last_; }

    void forget_session(std::uint64_t session);
    void forget_phone(std::uint64_t phone);

    [[nodiscard]] std::size_t mark() const { return undo_.size(); }
    void undo_to(std::size_t mark);
    void settle() { undo_.clear(); }

    /// Hops before `first` are gone. What still names them is forgotten little by little, by
    /// sweep(), which takes about a hundredth of all.
    void begin_with(std::int64_t first);
    void sweep();

private:
    /// By the id of the hop times two; in `sessions_` one more where it ended the dialogue.
    using Map = boost::unordered_flat_map<std::uint64_t, std::int64_t>;
    /// In parts, so that none ever grows for longer than a turn may wait.
    static constexpr std::size_t kParts = 128;
    using Parts = std::array<Map, kParts>;

    struct Undo {
        Map* map;
        std::uint64_t key;
        std::optional<std::int64_t> was;
        std::uint64_t open;
        std::int64_t last;
    };

    [[nodiscard]] static std::optional<std::int64_t> find(const Parts& parts, std::uint64_t key);
    template <class KeyOf, class Put>
    static void load(Parts& parts, std::span<const HopEntry> entries, KeyOf key_of, Put put);
    void set(Parts& parts, std::uint64_t key, std::optional<std::int64_t> value);
    void sweep(Map& map, bool sessions);

    Parts sessions_, phones_, drafts_;
    std::uint64_t open_ = 0;
    std::int64_t last_ = 0;
    std::vector<Undo> undo_;
    std::int64_t first_ = 1;
    std::size_t to_sweep_ = 0;
};

}  // namespace jangkau::sessions
