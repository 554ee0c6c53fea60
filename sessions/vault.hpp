#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace jangkau::sessions {

/// Seals what identifies a person before it reaches the database, and makes keyed look-up keys for
/// it. libsodium: XChaCha20-Poly1305 with a random nonce, bound to the place where it is kept;
/// BLAKE2b with a key.
///
/// Threading: const after construction; callable from any thread.
class Vault {
public:
    using Index = std::array<std::uint8_t, 16>;
    static constexpr std::size_t kKeyBytes = 32;

    /// `key` is kKeyBytes long; throws std::invalid_argument otherwise.
    explicit Vault(std::string_view key);
    ~Vault();
    Vault(const Vault&) = delete;
    Vault& operator=(const Vault&) = delete;

    /// `place` ("enrollments/4821730") is authenticated, so that a sealed value cannot be moved to
    /// another row.
    [[nodiscard]] std::string seal(std::string_view place, std::string_view plain) const;
    /// Nothing when it was sealed with another key, for another place, or was changed.
    [[nodiscard]] std::optional<std::string> open(std::string_view place,
                                                  std::string_view sealed) const;
    /// The same value gives the same index within one `purpose` ("nik", "turn").
    [[nodiscard]] Index index(std::string_view purpose, std::string_view value) const;

    /// Argon2id, with a salt of its own. Ten thousand PINs are soon tried, so the hash is sealed
    /// too. Throws std::runtime_error where there is no memory for it (8 MiB).
    [[nodiscard]] static std::string hash_pin(std::string_view pin);
    [[nodiscard]] static bool is_pin(const std::string& hash, std::string_view pin);

    /// Reads the key file (64 hex digits), making it with mode 0600 when it does not exist and
    /// `may_create`. Throws std::runtime_error with a sentence for the operator when it is missing,
    /// too open or malformed.
    [[nodiscard]] static std::string load_key(const std::string& path, bool may_create);

private:
    std::array<std::uint8_t, kKeyBytes> seal_key_{};
    std::array<std::uint8_t, kKeyBytes> index_key_{};
};

}  // namespace jangkau::sessions
