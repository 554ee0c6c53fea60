#include "sessions/folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace jangkau::sessions {

FolderLock::FolderLock(const std::string& folder)
    : fd_(::open((folder + "/jangkau.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    if (fd_ < 0) {
        throw std::runtime_error("the data folder " + folder +
                                 " cannot be written: " + std::strerror(errno));
    }
    if (::flock(fd_, LOCK_EX | LOCK_NB) == 0) return;
    const int error = errno;
    ::close(fd_);
    throw std::runtime_error("the data folder " + folder +
                             (error == EWOULDBLOCK
                                  ? " is in use by another jangkau process"
                                  : std::string(" cannot be locked: ") + std::strerror(error)));
}

FolderLock::~FolderLock() { ::close(fd_); }

}  // namespace jangkau::sessions
