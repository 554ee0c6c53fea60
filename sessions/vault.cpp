#include "sessions/vault.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <utility>

namespace jangkau::sessions {
namespace {

// What is sealed: version, nonce, ciphertext with tag. Authenticated beside it: version, place.
constexpr unsigned char kVersion = 1;
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kHeadBytes = 1 + kNonceBytes;
constexpr std::size_t kHexDigits = 2 * Vault::kKeyBytes;
constexpr char kKdfContext[crypto_kdf_CONTEXTBYTES + 1] = "jangkau1";

static_assert(Vault::kKeyBytes == crypto_kdf_KEYBYTES);
static_assert(Vault::kKeyBytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
static_assert(sizeof(Vault::Index) >= crypto_generichash_BYTES_MIN);

void start_sodium() {
    static const int started = sodium_init();  // 1 when someone else did
    if (started < 0) throw std::runtime_error("libsodium cannot be started");
}

const unsigned char* bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::string authenticated(std::string_view place) {
    std::string data(1, static_cast<char>(kVersion));
    data += place;
    return data;
}

class File {
public:
    explicit File(int fd) : fd_(fd) {}
    ~File() {
        if (fd_ >= 0) ::close(fd_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    [[nodiscard]] int fd() const { return fd_; }
    [[nodiscard]] bool is_open() const { return fd_ >= 0; }

private:
    int fd_;
};

[[noreturn]] void fail(const std::string& path, const std::string& what) {
    throw std::runtime_error("key file " + path + " " + what);
}

[[noreturn]] void fail_with_errno(const std::string& path, const std::string& what) {
    const int error = errno;
    fail(path, what + ": " + std::strerror(error));
}

std::string make_key(const std::string& path) {
    const File file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file.is_open()) fail_with_errno(path, "cannot be made");

    std::string key(Vault::kKeyBytes, '\0');
    randombytes_buf(key.data(), key.size());
    std::string hex(kHexDigits + 1, '\0');
    sodium_bin2hex(hex.data(), hex.size(), bytes(std::string_view(key)), key.size());
    hex.back() = '\n';
    const auto written = ::write(file.fd(), hex.data(), hex.size());
    sodium_memzero(hex.data(), hex.size());
    if (written != static_cast<ssize_t>(kHexDigits + 1) || ::fsync(file.fd()) != 0) {
        fail_with_errno(path, "cannot be written");
    }
    // The name of a new file is on disk only when its folder is.
    const std::string folder = std::filesystem::path(path).parent_path().string();
    const File parent(
        ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!parent.is_open() || ::fsync(parent.fd()) != 0) {
        fail_with_errno(path, "cannot be written for good");
    }
    return key;
}

std::string read_key(const std::string& path, const File& file) {
    struct stat status {};
    if (::fstat(file.fd(), &status) != 0) fail_with_errno(path, "cannot be read");
    if (!S_ISREG(status.st_mode)) fail(path, "is not a file");
    if ((status.st_mode & 077U) != 0) {
        fail(path, "can be used by others than its owner; run: chmod 600 " + path);
    }
    std::array<char, kHexDigits + 2> hex{};
    const auto got = ::read(file.fd(), hex.data(), hex.size());
    if (got < 0) fail_with_errno(path, "cannot be read");

    std::string_view digits(hex.data(), static_cast<std::size_t>(got));
    if (digits.ends_with('\n')) digits.remove_suffix(1);
    std::string key(Vault::kKeyBytes, '\0');
    std::size_t length = 0;
    const bool parsed = digits.size() == kHexDigits &&
                        sodium_hex2bin(bytes(key), key.size(), digits.data(), digits.size(),
                                       nullptr, &length, nullptr) == 0;
    sodium_memzero(hex.data(), hex.size());
    if (!parsed || length != Vault::kKeyBytes) fail(path, "must hold 64 hexadecimal digits");
    return key;
}

}  // namespace

Vault::Vault(std::string_view key) {
    if (key.size() != kKeyBytes) throw std::invalid_argument("a vault's key has 32 bytes");
    start_sodium();
    crypto_kdf_derive_from_key(seal_key_.data(), seal_key_.size(), 1, kKdfContext, bytes(key));
    crypto_kdf_derive_from_key(index_key_.data(), index_key_.size(), 2, kKdfContext, bytes(key));
}

Vault::~Vault() {
    sodium_memzero(seal_key_.data(), seal_key_.size());
    sodium_memzero(index_key_.data(), index_key_.size());
}

std::string Vault::seal(std::string_view place, std::string_view plain) const {
    const std::string beside = authenticated(place);
    std::string sealed(kHeadBytes + plain.size() + kTagBytes, '\0');
    sealed[0] = static_cast<char>(kVersion);
    randombytes_buf(sealed.data() + 1, kNonceBytes);
    crypto_aead_xchacha20poly1305_ietf_encrypt(bytes(sealed) + kHeadBytes, nullptr, bytes(plain),
                                               plain.size(), bytes(std::string_view(beside)),
                                               beside.size(), nullptr, bytes(sealed) + 1,
                                               seal_key_.data());
    return sealed;
}

std::optional<std::string> Vault::open(std::string_view place, std::string_view sealed) const {
    if (sealed.size() < kHeadBytes + kTagBytes) return std::nullopt;
    if (static_cast<unsigned char>(sealed[0]) != kVersion) return std::nullopt;
    const std::string beside = authenticated(place);
    std::string plain(sealed.size() - kHeadBytes - kTagBytes, '\0');
    const int refused = crypto_aead_xchacha20poly1305_ietf_decrypt(
        bytes(plain), nullptr, nullptr, bytes(sealed) + kHeadBytes, sealed.size() - kHeadBytes,
        bytes(std::string_view(beside)), beside.size(), bytes(sealed) + 1, seal_key_.data());
    if (refused != 0) return std::nullopt;
    return plain;
}

Vault::Index Vault::index(std::string_view purpose, std::string_view value) const {
    // The length keeps ("ab", "c") apart from ("a", "bc").
    const std::string head = std::to_string(purpose.size()) + ":";
    Index index{};
    crypto_generichash_state state;
    crypto_generichash_init(&state, index_key_.data(), index_key_.size(), index.size());
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

std::string Vault::load_key(const std::string& path, bool may_create) {
    start_sodium();
    const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.is_open()) return read_key(path, file);
    if (errno != ENOENT) fail_with_errno(path, "cannot be opened");
    if (!may_create) fail(path, "is missing; what was sealed with it cannot be read without it");
    return make_key(path);
}

}  // namespace jangkau::sessions
