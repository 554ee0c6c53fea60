#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "gateway/core/result.hpp"

namespace jangkau::sessions {

struct KeyUse {
    unsigned id = 0;
    bool current = false;
    std::uint64_t left = 0;    ///< values that have to be sealed anew with the current key
    std::uint64_t ageing = 0;  ///< dialogues and replies, which cannot be: retention forgets them
};

/// Why the keys stay as they are: a sentence for the operator.
struct KeyRefusal {
    std::string why;
};

struct ResealStep {
    std::size_t sealed = 0;
    std::size_t unreadable = 0;  ///< changed by somebody: they stay as they are
    bool done = true;            ///< nothing is left to do
};

/// The keys of a store that seals. Values are sealed and found with the current key; while others
/// are there too, what those sealed is still read and found, and reseal() takes it over bit by bit.
///
/// Threading and transactions as Unit.
class Keys {
public:
    virtual ~Keys() = default;

    /// Oldest first; counts what each old one is still needed for, which reads whole tables.
    [[nodiscard]] virtual std::vector<KeyUse> list() = 0;
    /// "data/key", "the environment variable JANGKAU_KEY": for messages.
    [[nodiscard]] virtual std::string kept_in() const = 0;
    /// Whether the store may write there.
    [[nodiscard]] virtual bool kept_by_us() const = 0;
    /// A new key is the current one from now on, and is on the disk before anything is sealed with
    /// it. Its id.
    [[nodiscard]] virtual Result<unsigned, KeyRefusal> rotate() = 0;
    /// Forgets an old key that nothing needs; it is gone from its file once this transaction is
    /// committed.
    [[nodiscard]] virtual Result<unsigned, KeyRefusal> drop(unsigned id) = 0;
    /// Looks at about `limit` rows and seals those of old keys anew. Goes on where it was; begins
    /// at the beginning after a restart, and ends when it came round without finding any.
    [[nodiscard]] virtual ResealStep reseal(std::size_t limit) = 0;
};

}  // namespace jangkau::sessions
