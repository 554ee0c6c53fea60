#include "sessions/key_source.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <utility>

namespace jangkau::sessions {
namespace {

constexpr std::size_t kHexDigits = 2 * Key::kBytes;
/// Every look-up by a keyed index tries all keys.
constexpr std::size_t kKeysMax = 16;
constexpr std::size_t kFileBytesMax = 4096;
/// "65535:" and the line's end.
constexpr std::size_t kLineBytesMax = kHexDigits + 8;

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

/// One key, "7:a1b2..." or "a1b2..."; nothing where it is something else.
std::optional<Key> parse_key(std::string_view line) {
    Key key{Vault::kFirstKey, make_key_bytes(Key::kBytes)};
    if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
        const auto [end, error] = std::from_chars(line.data(), line.data() + colon, key.id);
        if (error != std::errc{} || end != line.data() + colon || key.id == 0) return std::nullopt;
        line.remove_prefix(colon + 1);
    }
    std::size_t size = 0;
    if (line.size() != kHexDigits ||
        sodium_hex2bin(key.bytes.get(), Key::kBytes, line.data(), line.size(), nullptr, &size,
                       nullptr) != 0 ||
        size != Key::kBytes) {
        return std::nullopt;
    }
    return key;
}

void prove_private(const KeySource& source, const File& file) {
    struct stat status {};
    if (::fstat(file.fd(), &status) != 0) fail_with_errno(source.file, "cannot be read");
    if (!S_ISREG(status.st_mode)) fail(source.file, "is not a file");
    if (status.st_uid != ::geteuid() && status.st_uid != 0) {
        fail(source.file, "belongs to another user, who can read it; run: chown");
    }
    // Where a credential is let through by an access list, its mask shows as the group's bits.
    const mode_t others = source.handed_over ? 037U : 077U;
    if ((status.st_mode & others) != 0) {
        fail(source.file, "can be used by others than its owner; run: chmod 600 " + source.file);
    }
}

std::vector<Key> read_file(const KeySource& source) {
    const File file(::open(source.file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open() && errno == ENOENT) {
        fail(source.file, "is missing; what was sealed with it cannot be read without it");
    }
    if (!file.is_open()) fail_with_errno(source.file, "cannot be opened");
    prove_private(source, file);
    const KeyBytes content = make_key_bytes(kFileBytesMax);
    const auto got = ::read(file.fd(), content.get(), kFileBytesMax);
    if (got < 0) fail_with_errno(source.file, "cannot be read");
    return parse_keys({reinterpret_cast<const char*>(content.get()), static_cast<std::size_t>(got)},
                      "key file " + source.file);
}

/// A new file, on the disk.
void write_whole(const std::string& path, const std::vector<Key>& keys) {
    const KeyBytes content = make_key_bytes(keys.size() * kLineBytesMax);
    auto* const text = reinterpret_cast<char*>(content.get());
    std::size_t size = 0;
    for (const Key& key : keys) {
        const std::string id = std::to_string(key.id) + ":";
        size += id.copy(text + size, id.size());
        sodium_bin2hex(text + size, kHexDigits + 1, key.bytes.get(), Key::kBytes);
        size += kHexDigits;
        text[size++] = '\n';  // over the terminating zero
    }
    const File file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file.is_open()) fail_with_errno(path, "cannot be made");
    errno = ENOSPC;  // what a short write means
    if (::write(file.fd(), text, size) != static_cast<ssize_t>(size) || ::fsync(file.fd()) != 0) {
        fail_with_errno(path, "cannot be written");
    }
}

/// A file's name is on the disk only when its folder is.
void sync_folder_of(const std::string& path) {
    const std::string folder = std::filesystem::path(path).parent_path().string();
    const File parent(
        ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!parent.is_open() || ::fsync(parent.fd()) != 0) {
        fail_with_errno(path, "cannot be written for good");
    }
}

}  // namespace

std::vector<Key> parse_keys(std::string_view text, const std::string& from) {
    std::vector<Key> keys;
    if (text.ends_with('\n')) text.remove_suffix(1);
    while (true) {
        const std::size_t end = std::min(text.find_first_of(",\n"), text.size());
        auto key = parse_key(text.substr(0, end));
        if (!key) {
            throw std::runtime_error(from +
                                     " must hold 64 hexadecimal digits, or lines such as "
                                     "2:(64 hexadecimal digits)");
        }
        for (const Key& other : keys) {
            if (other.id == key->id) {
                throw std::runtime_error(from + " has two keys " + std::to_string(key->id));
            }
        }
        keys.push_back(*std::move(key));
        if (keys.size() > kKeysMax) {
            throw std::runtime_error(from + " has more than " + std::to_string(kKeysMax) +
                                     " keys; drop old ones");
        }
        if (end == text.size()) return keys;
        text.remove_prefix(end + 1);
    }
}

std::vector<Key> read_keys(const KeySource& source) {
    return source.text.empty() ? read_file(source) : parse_keys(source.text, source.name);
}

Key make_key(KeyId id) {
    Key key{id, make_key_bytes(Key::kBytes)};
    randombytes_buf(key.bytes.get(), Key::kBytes);
    return key;
}

Key make_key_file(const std::string& path) {
    std::vector<Key> keys;
    keys.push_back(make_key(Vault::kFirstKey));
    write_whole(path, keys);
    sync_folder_of(path);
    return std::move(keys.front());
}

NewKeyFile::NewKeyFile(const std::string& path, const std::vector<Key>& keys)
    : path_(path), beside_(path + ".new") {
    if (keys.size() > kKeysMax) {
        fail(path, "would hold more than " + std::to_string(kKeysMax) + " keys; drop old ones");
    }
    ::unlink(beside_.c_str());  // of a process that died in between
    try {
        write_whole(beside_, keys);
    } catch (...) {
        ::unlink(beside_.c_str());
        throw;
    }
}

NewKeyFile::~NewKeyFile() {
    if (!placed_) ::unlink(beside_.c_str());
}

void NewKeyFile::put_in_place() {
    if (::rename(beside_.c_str(), path_.c_str()) != 0) fail_with_errno(path_, "cannot be replaced");
    placed_ = true;
    sync_folder_of(path_);
}

}  // namespace jangkau::sessions
