#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sessions/key_source.hpp"
#include "sessions/keys.hpp"
#include "sessions/sqlite_reseal.hpp"
#include "sessions/vault.hpp"

namespace jangkau::sessions {

/// Throws std::runtime_error with a sentence for the operator when a key that the database needs is
/// not in the vault, or is another one. Whether the current one has sealed something there. `keys`:
/// where they come from, in words.
bool prove_canaries(SQLite::Database& database, const Vault& vault, const std::string& keys);

/// The keys of a SQLite store. For each one that seals there is a row in `meta` with a word that is
/// sealed with it, which tells a wrong or missing key before anything is read.
///
/// Threading: the store's thread.
/// Ownership: borrows the database and the vault, which must outlive it.
class SqliteKeys final : public Keys {
public:
    /// `source`: without its text, which is read already.
    SqliteKeys(SQLite::Database& database, Vault& vault, KeySource source);

    /// Before anything is read: throws std::runtime_error with a sentence for the operator when a
    /// key that the database needs is missing or another one. Brings what the first format sealed
    /// up to date.
    void prove();
    /// After each commit and each transaction that was rolled back.
    void settle() noexcept;

    std::vector<KeyUse> list() override;
    std::string kept_in() const override { return source_.words(); }
    bool kept_by_us() const override { return source_.ours(); }
    Result<unsigned, KeyRefusal> rotate() override;
    Result<unsigned, KeyRefusal> drop(unsigned id) override;
    ResealStep reseal(std::size_t limit) override;

private:
    struct Dropped {
        KeyId id;
        std::unique_ptr<NewKeyFile> file;  ///< without it; null where the file is not ours
    };

    void prove_first_canary();
    void put_canary(KeyId id);
    [[nodiscard]] bool has_canary(KeyId id);
    [[nodiscard]] std::vector<Key> keys_on_disk() const;

    SQLite::Database& database_;
    Vault& vault_;
    const KeySource source_;
    Reseal reseal_;
    std::optional<Dropped> dropped_;
};

}  // namespace jangkau::sessions
