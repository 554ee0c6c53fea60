#include "sessions/vault.hpp"

#include <sodium.h>

#include <algorithm>
#include <new>
#include <stdexcept>
#include <utility>

#include "gateway/core/check.hpp"

namespace jangkau::sessions {
namespace {

// What is sealed: version, key id (high byte first), nonce, ciphertext with tag. Authenticated
// beside it: version, key id, place.
constexpr unsigned char kVersion = 2;
// The first format: version, nonce, ciphertext with tag; beside it version and place.
constexpr unsigned char kFirstVersion = 1;
constexpr std::size_t kFirstHeadBytes = 1;
constexpr std::size_t kKeyHeadBytes = 3;
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr char kKdfContext[crypto_kdf_CONTEXTBYTES + 1] = "jangkau1";

static_assert(Key::kBytes == crypto_kdf_KEYBYTES);
static_assert(Key::kBytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
static_assert(sizeof(Vault::Index) >= crypto_generichash_BYTES_MIN);

void start_sodium() {
    static const int started = sodium_init();  // 1 when someone else did
    if (started < 0) throw std::runtime_error("libsodium cannot be started");
}

const unsigned char* bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

void write_head(char* to, KeyId id) {
    to[0] = static_cast<char>(kVersion);
    to[1] = static_cast<char>(id >> 8U);
    to[2] = static_cast<char>(id & 0xFFU);
}

/// `sealed` from the nonce on.
std::optional<std::string> opened(std::string_view sealed, std::string_view beside,
                                  const unsigned char* key) {
    if (sealed.size() < kNonceBytes + kTagBytes) return std::nullopt;
    std::string plain(sealed.size() - kNonceBytes - kTagBytes, '\0');
    const int refused = crypto_aead_xchacha20poly1305_ietf_decrypt(
        bytes(plain), nullptr, nullptr, bytes(sealed) + kNonceBytes, sealed.size() - kNonceBytes,
        bytes(beside), beside.size(), bytes(sealed), key);
    if (refused != 0) return std::nullopt;
    return plain;
}

}  // namespace

void WipeAndFree::operator()(unsigned char* bytes) const noexcept { sodium_free(bytes); }

KeyBytes make_key_bytes(std::size_t size) {
    start_sodium();
    // Locks it, and goes on where that is not allowed.
    auto* const memory = static_cast<unsigned char*>(sodium_malloc(size));
    if (memory == nullptr) throw std::bad_alloc();
    return KeyBytes(memory);
}

Vault::Vault(const std::vector<Key>& keys) {
    check(!keys.empty(), "a vault needs a key");
    for (const Key& key : keys) add(key);
}

void Vault::add(const Key& key) {
    check(!has(key.id), "a key is added once");
    KeyBytes derived = make_key_bytes(2 * Key::kBytes);
    for (const std::uint64_t part : {1U, 2U}) {
        crypto_kdf_derive_from_key(derived.get() + (part - 1) * Key::kBytes, Key::kBytes, part,
                                   kKdfContext, key.bytes.get());
    }
    const auto at = std::find_if(ids_.begin(), ids_.end(), [&](KeyId id) { return id < key.id; });
    keys_.insert(keys_.begin() + (at - ids_.begin()), Derived{key.id, std::move(derived)});
    ids_.insert(at, key.id);
}

void Vault::drop(KeyId id) {
    check(has(id) && id != current(), "only an old key is dropped");
    std::erase_if(keys_, [&](const Derived& key) { return key.id == id; });
    std::erase(ids_, id);
}

bool Vault::has(KeyId id) const { return find(id) != nullptr; }

const Vault::Derived* Vault::find(KeyId id) const {
    for (const Derived& key : keys_) {
        if (key.id == id) return &key;
    }
    return nullptr;
}

const Vault::Nonce& Vault::next_nonce() const {
    if (drawn_ == nonces_.size()) {
        randombytes_buf(nonces_.data(), sizeof nonces_);
        drawn_ = 0;
    }
    return nonces_.at(drawn_++);
}

std::string Vault::seal_with(KeyId id, Place place, std::string_view plain) const {
    const Derived* const key = find(id);
    check(key != nullptr, "a value is sealed with a key that is here");
    const std::size_t padding =
        place.padded() ? kPaddingBytes - plain.size() % kPaddingBytes : std::size_t{0};
    const std::size_t size = plain.size() + padding;
    write_head(place.beside_.data(), id);
    std::string sealed(kKeyHeadBytes + kNonceBytes + size + kTagBytes, '\0');
    write_head(sealed.data(), id);
    unsigned char* const nonce = bytes(sealed) + kKeyHeadBytes;
    static_assert(sizeof(Nonce) == kNonceBytes);
    std::ranges::copy(next_nonce(), nonce);
    // Padded and sealed where it will lie; libsodium may do it in place.
    unsigned char* const to = nonce + kNonceBytes;
    plain.copy(reinterpret_cast<char*>(to), plain.size());
    if (place.padded()) {
        check(sodium_pad(nullptr, to, plain.size(), kPaddingBytes, size) == 0, "padding fits");
    }
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        to, nullptr, to, size, bytes(std::string_view(place.beside_)), place.beside_.size(),
        nullptr, nonce, key->seal_key());
    return sealed;
}

std::optional<std::string> Vault::open(Place place, std::string_view sealed) const {
    if (of_first_format(sealed)) return std::nullopt;
    const auto id = key_of(sealed);
    const Derived* const key = id ? find(*id) : nullptr;
    if (key == nullptr) return std::nullopt;
    write_head(place.beside_.data(), *id);
    auto plain = opened(sealed.substr(kKeyHeadBytes), place.beside_, key->seal_key());
    if (!plain || !place.padded()) return plain;
    std::size_t size = 0;
    if (sodium_unpad(&size, bytes(std::string_view(*plain)), plain->size(), kPaddingBytes) != 0) {
        return std::nullopt;
    }
    plain->resize(size);
    return plain;
}

Vault::Index Vault::index(KeyId id, std::string_view purpose, std::string_view value) const {
    const Derived* const key = find(id);
    check(key != nullptr, "an index is made with a key that is here");
    return keyed_hash(key->index_key(), purpose, value);
}

std::string Vault::make_secret() {
    start_sodium();
    std::string secret(Key::kBytes, '\0');
    randombytes_buf(secret.data(), secret.size());
    return secret;
}

Vault::Index Vault::index_with(const std::string& secret, std::string_view purpose,
                               std::string_view value) {
    check(secret.size() == Key::kBytes, "a secret is as long as it was made");
    return keyed_hash(bytes(std::string_view(secret)), purpose, value);
}

std::uint64_t Vault::short_hash(const Index& key, std::string_view value) {
    static_assert(sizeof(Index) == crypto_shorthash_KEYBYTES);
    static_assert(sizeof(std::uint64_t) == crypto_shorthash_BYTES);
    std::uint64_t hash = 0;
    crypto_shorthash(reinterpret_cast<unsigned char*>(&hash), bytes(value), value.size(),
                     key.data());
    return std::max<std::uint64_t>(hash, 1);
}

Vault::Index Vault::keyed_hash(const unsigned char* key, std::string_view purpose,
                               std::string_view value) {
    // The length keeps ("ab", "c") apart from ("a", "bc").
    const std::string head = std::to_string(purpose.size()) + ":";
    Index index{};
    crypto_generichash_state state;
    crypto_generichash_init(&state, key, Key::kBytes, index.size());
    crypto_generichash_update(&state, bytes(std::string_view(head)), head.size());
    crypto_generichash_update(&state, bytes(purpose), purpose.size());
    crypto_generichash_update(&state, bytes(value), value.size());
    crypto_generichash_final(&state, index.data(), index.size());
    return index;
}

std::string Vault::hash_pin(std::string_view pin) {
    // About 15 ms of the store's thread: an agent's PIN is asked for a few times a day.
    constexpr unsigned long long kPasses = 3;
    constexpr std::size_t kMemoryBytes = 8u << 20;
    start_sodium();
    std::array<char, crypto_pwhash_STRBYTES> hash{};
    if (crypto_pwhash_str(hash.data(), pin.data(), pin.size(), kPasses, kMemoryBytes) != 0)
        throw std::runtime_error("no memory to hash a PIN");
    return hash.data();
}

bool Vault::is_pin(const std::string& hash, std::string_view pin) {
    return crypto_pwhash_str_verify(hash.c_str(), pin.data(), pin.size()) == 0;
}

std::optional<KeyId> Vault::key_of(std::string_view sealed) {
    if (of_first_format(sealed)) return kFirstKey;
    if (sealed.size() < kKeyHeadBytes || bytes(sealed)[0] != kVersion) return std::nullopt;
    return static_cast<KeyId>(bytes(sealed)[1] << 8U | bytes(sealed)[2]);
}

std::string Vault::head_of(KeyId id) {
    std::string head(kKeyHeadBytes, '\0');
    write_head(head.data(), id);
    return head;
}

bool Vault::of_first_format(std::string_view sealed) {
    return !sealed.empty() && bytes(sealed)[0] == kFirstVersion;
}

std::optional<std::string> Vault::open_first(std::string_view place,
                                             std::string_view sealed) const {
    const Derived* const key = find(kFirstKey);
    if (key == nullptr || !of_first_format(sealed)) return std::nullopt;
    std::string beside(1, static_cast<char>(kFirstVersion));
    beside += place;
    return opened(sealed.substr(kFirstHeadBytes), beside, key->seal_key());
}

}  // namespace jangkau::sessions
