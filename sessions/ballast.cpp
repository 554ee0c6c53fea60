#include "sessions/ballast.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <utility>

namespace jangkau::sessions {
namespace {

constexpr std::uint64_t kBlock = 512;  // of stat(), whatever the disk's are
constexpr std::chrono::minutes kBetweenLooks{1};
/// A disk with so many times the ballast has recovered.
constexpr std::uint64_t kRecovered = 3;

}  // namespace

Ballast::Ballast(Options options) : options_(std::move(options)) {
    if (options_.bytes == 0) {
        ::unlink(options_.file.c_str());  // of a time when it was wanted
        return;
    }
    hold();
}

void Ballast::restore() noexcept {
    if (held_ || options_.bytes == 0) return;
    const auto now = std::chrono::steady_clock::now();
    if (now < look_again_) return;
    look_again_ = now + kBetweenLooks;
    hold();
}

bool Ballast::give_up() noexcept {
    if (!held_) return false;
    held_ = false;
    look_again_ = std::chrono::steady_clock::now() + kBetweenLooks;
    const bool gone = ::unlink(options_.file.c_str()) == 0;
    tell();
    return gone;
}

void Ballast::hold() noexcept {
    struct stat there {};
    held_ = ::stat(options_.file.c_str(), &there) == 0 &&
            static_cast<std::uint64_t>(there.st_blocks) * kBlock >= options_.bytes;
    if (held_ || !roomy()) return;
    const int file = ::open(options_.file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) return;
    held_ = ::posix_fallocate(file, 0, static_cast<off_t>(options_.bytes)) == 0;
    ::close(file);
    held_ ? tell() : void(::unlink(options_.file.c_str()));
}

bool Ballast::roomy() const noexcept {
    const std::string folder = options_.file.substr(0, options_.file.rfind('/'));
    struct statvfs disk {};
    if (::statvfs(folder.c_str(), &disk) != 0) return false;
    return std::uint64_t{disk.f_bavail} * disk.f_frsize / kRecovered >= options_.bytes;
}

void Ballast::tell() const noexcept {
    try {
        if (options_.changed) options_.changed(held_);
    } catch (...) {
        // It holds, or does not, whoever hears of it.
    }
}

}  // namespace jangkau::sessions
