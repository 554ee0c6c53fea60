#pragma once

#include <string>

namespace jangkau::bench {

/// Removes itself with all that is in it. On a real disk: what is measured waits for it.
class TempFolder {
public:
    TempFolder();
    ~TempFolder();
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

/// The servers have the first processor.
void leave_first_processor();

}  // namespace jangkau::bench
