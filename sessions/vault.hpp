#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sessions/sealed_place.hpp"

namespace jangkau::sessions {

using KeyId = std::uint16_t;

struct WipeAndFree {
    void operator()(unsigned char* bytes) const noexcept;
};
/// Memory on pages of its own: not swapped out where RLIMIT_MEMLOCK allows (where it does not, it
/// is used as it is), not part of a core dump, wiped when it is given back.
using KeyBytes = std::unique_ptr<unsigned char[], WipeAndFree>;
[[nodiscard]] KeyBytes make_key_bytes(std::size_t size);

/// What an operator keeps: kKeyBytes of chance, and the number by which sealed values name it.
struct Key {
    static constexpr std::size_t kBytes = 32;

    KeyId id = 1;
    KeyBytes bytes;
};

/// Seals what identifies a person before it reaches the database, and makes keyed look-up keys for
/// it. libsodium: XChaCha20-Poly1305 with a random nonce, bound to the place where it is kept;
/// BLAKE2b with a key. Holds several keys while one takes over from another: the one with the
/// highest id seals, all open.
///
/// Threading: one at a time.
class Vault {
public:
    using Index = std::array<std::uint8_t, 16>;

    /// At least one key.
    explicit Vault(const std::vector<Key>& keys);

    void add(const Key& key);
    void drop(KeyId id);
    /// The newest first: the current one. Never empty.
    [[nodiscard]] const std::vector<KeyId>& ids() const { return ids_; }
    [[nodiscard]] KeyId current() const { return ids_.front(); }
    [[nodiscard]] bool has(KeyId id) const;

    [[nodiscard]] std::string seal(Place place, std::string_view plain) const {
        return seal_with(current(), std::move(place), plain);
    }
    [[nodiscard]] std::string seal_with(KeyId id, Place place, std::string_view plain) const;
    /// Nothing when its key is not here, when it was sealed for another place, or was changed.
    [[nodiscard]] std::optional<std::string> open(Place place, std::string_view sealed) const;
    /// The same value gives the same index under one key within one `purpose` ("nik", "turn").
    [[nodiscard]] Index index(KeyId id, std::string_view purpose, std::string_view value) const;
    [[nodiscard]] Index index(std::string_view purpose, std::string_view value) const {
        return index(current(), purpose, value);
    }

    /// For an index that must outlive the keys: a secret that is kept sealed, and what it gives.
    [[nodiscard]] static std::string make_secret();
    [[nodiscard]] static Index index_with(const std::string& secret, std::string_view purpose,
                                          std::string_view value);

    /// For a table in memory: never 0, and not to be foreseen without the key.
    [[nodiscard]] static std::uint64_t short_hash(const Index& key, std::string_view value);

    /// The key that a value was sealed with; nothing where it is no sealed value.
    [[nodiscard]] static std::optional<KeyId> key_of(std::string_view sealed);
    /// How a value of that key begins, for the database to compare.
    [[nodiscard]] static std::string head_of(KeyId id);

    // The first format had no id, and was always key 1's. Its places were written otherwise.
    static constexpr KeyId kFirstKey = 1;
    [[nodiscard]] static bool of_first_format(std::string_view sealed);
    [[nodiscard]] std::optional<std::string> open_first(std::string_view place,
                                                        std::string_view sealed) const;

    /// Argon2id, with a salt of its own. Ten thousand PINs are soon tried, so the hash is sealed
    /// too. Throws std::runtime_error where there is no memory for it (8 MiB).
    [[nodiscard]] static std::string hash_pin(std::string_view pin);
    [[nodiscard]] static bool is_pin(const std::string& hash, std::string_view pin);

private:
    /// Both are derived from what the operator keeps, which is not needed after that.
    struct Derived {
        KeyId id = 0;
        KeyBytes bytes;
        [[nodiscard]] const unsigned char* seal_key() const { return bytes.get(); }
        [[nodiscard]] const unsigned char* index_key() const { return bytes.get() + Key::kBytes; }
    };

    using Nonce = std::array<unsigned char, 24>;

    [[nodiscard]] const Derived* find(KeyId id) const;
    [[nodiscard]] const Nonce& next_nonce() const;
    [[nodiscard]] static Index keyed_hash(const unsigned char* key, std::string_view purpose,
                                          std::string_view value);

    std::vector<Derived> keys_;  ///< as ids_
    std::vector<KeyId> ids_;
    /// Asked of the kernel for many at a time: one call for each costs as much as sealing a hop.
    mutable std::array<Nonce, 64> nonces_{};
    mutable std::size_t drawn_ = 64;  ///< of them, those that were used
};

[[nodiscard]] inline std::string_view bytes(const Vault::Index& index) {
    return {reinterpret_cast<const char*>(index.data()), index.size()};
}

}  // namespace jangkau::sessions
