#pragma once

#include <string>

namespace jangkau::sessions {

/// Held as long as the process uses the folder. Throws std::runtime_error where another one does.
class FolderLock {
public:
    explicit FolderLock(const std::string& folder);
    ~FolderLock();
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

private:
    int fd_;
};

}  // namespace jangkau::sessions
