#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sessions/hop_index.hpp"
#include "sessions/recent.hpp"
#include "sessions/sealed_place.hpp"
#include "sessions/sqlite_query.hpp"
#include "sessions/store.hpp"
#include "sessions/vault.hpp"

namespace jangkau::sessions {

/// Dialogues as a table of their hops, which only grows: one row a hop, with the dialogue after it
/// and the reply, sealed together. A draft that a dialogue goes on with is not written beside it;
/// the hop holds it. What finds the rows is in memory (HopIndex), and is read again at the start
/// from `hop_runs`, which has the entries of a few thousand hops a row.
///
/// A hop that is erased leaves an empty row, so that ids have no gaps. All that a row has beside
/// its sealed value is bound to it, and runs are sealed: damage is heard of, at the start or at the
/// read.
///
/// Threading: the store's thread.
class SqliteHops {
public:
    struct DraftState {
        std::string state;
        Time changed;
    };

    SqliteHops(Statements& statements, const Vault& vault)
        : statements_(statements), vault_(vault) {}

    /// Once, before anything else. `secret` keys the index (Vault::make_secret).
    /// Throws std::runtime_error where hops or runs are damaged.
    void open(const std::string& secret);

    [[nodiscard]] std::optional<Session> session(std::string_view channel, std::string_view id);
    [[nodiscard]] std::optional<StoredReply> reply(std::string_view channel, std::string_view id,
                                                   std::string_view turn_key);
    void put(const Hop& hop);

    /// The draft as the newest hop has it; nothing where no hop after `after` does.
    [[nodiscard]] std::optional<DraftState> draft(std::int64_t id, std::int64_t after);
    [[nodiscard]] std::int64_t last() const { return index_.last(); }

    /// All hops of that phone, and the phone itself.
    void erase_of(const Msisdn& phone);
    /// Of that phone, those of dialogues that ended, or rest since `before`.
    void erase_ended_of(const Msisdn& phone, Time before);

    /// Drops the oldest hops, `kHopsPurgedAtOnce` at most, all of them before `before`. `keep` is
    /// called for each of them that still holds a draft. Returns how many went.
    std::size_t purge(Time before,
                      const std::function<void(std::int64_t draft, const DraftState&)>& keep);

    /// Dialogues that have not ended.
    [[nodiscard]] std::uint64_t open_dialogues() const { return index_.open(); }

    /// Where what was put can be taken back to, until it is committed.
    struct Mark {
        std::size_t index = 0, tail = 0, in_runs = 0;
    };
    [[nodiscard]] Mark mark() const { return {index_.mark(), tail_.size(), in_runs_}; }
    void undo_to(const Mark& mark);
    void committed();

private:
    /// A row without its sealed value. An empty one has no session.
    struct Head {
        std::int64_t id = 0;
        std::uint64_t session = 0;
        std::int64_t phone = 0;
        std::int64_t previous = 0;  ///< hop of the same phone; 0 = none
        std::int64_t draft = 0;
        Time at;
        bool ended = false;
    };
    struct Stored {
        Head head;
        std::string plain;  ///< "" = erased
    };
    /// An earlier hop of the same dialogue, by the first half of its turn's hash.
    struct Past {
        std::uint32_t turn = 0;
        std::int64_t id = 0;
    };
    struct Row {
        Session session;
        std::uint64_t turn = 0;  ///< 0 = no reply
        StoredReply reply;
        std::vector<Past> past;  ///< with itself, oldest first
    };

    [[nodiscard]] Query query(std::string_view sql) { return Query(statements_.get(sql)); }
    [[nodiscard]] std::uint64_t hash(char kind, std::string_view first,
                                     std::string_view second) const;
    [[nodiscard]] std::uint64_t phone_hash(std::int64_t phone) const;
    /// All of the row but its sealed value, which is bound to it.
    [[nodiscard]] static Place place_of(const Head& head);
    /// The row that the query, which selects all of it, is at.
    [[nodiscard]] Stored opened(Query& row) const;
    [[nodiscard]] std::string sealed(const Head& head, std::string_view plain) const;
    /// Nothing where it is gone. Valid until the next call.
    [[nodiscard]] const Row* read(std::int64_t id);
    [[nodiscard]] const Row* newest(std::string_view channel, std::string_view id);
    [[nodiscard]] static std::string packed(const Row& row);
    [[nodiscard]] static Row unpacked(const Stored& stored);
    void insert(const Head& head, Row row);
    [[nodiscard]] HopEntry entry_of(const Head& head) const;
    void write_run();
    [[nodiscard]] std::int64_t read_runs(std::int64_t last);
    void read_tail(std::int64_t last);
    /// Without an id where it is gone.
    [[nodiscard]] Head head_of(std::int64_t id);
    /// Hops of that phone that are there, newest first.
    [[nodiscard]] std::vector<Head> left_by(const Msisdn& phone);
    enum class Phone { stays, goes };
    void erase(Head hop, Phone phone);

    Statements& statements_;
    const Vault& vault_;
    Vault::Index key_{};
    HopIndex index_;
    std::vector<HopEntry> tail_;  ///< of the hops since the last run that was committed
    std::size_t in_runs_ = 0;     ///< of `tail_`, those in runs of this transaction
    /// Some 2 MB. A dialogue's last hop is among them unless so many others came since.
    Recent<Row> recent_{1'024};
};

}  // namespace jangkau::sessions
