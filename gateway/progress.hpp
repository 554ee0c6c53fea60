#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <iosfwd>
#include <string>

namespace jangkau::gateway {

/// How far an upload is, drawn over itself on a terminal: bytes sent and how fast. Draws nothing
/// elsewhere.
///
/// Ownership: borrows `out`. Ends its line when destroyed.
class Progress {
public:
    using SteadyTime = std::chrono::steady_clock::time_point;
    enum class Where { terminal, elsewhere };

    Progress(std::ostream& out, Where where, std::string what, std::size_t bytes,
             std::function<SteadyTime()> now = &std::chrono::steady_clock::now);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// `fraction` from 0 to 1. Draws at most ten times a second, and the end.
    void update(double fraction);

private:
    [[nodiscard]] std::string line(double fraction, double seconds) const;

    std::ostream& out_;
    const Where where_;
    const std::string what_;
    const double bytes_;
    const std::function<SteadyTime()> now_;
    const SteadyTime began_;
    SteadyTime drawn_;
    std::size_t width_ = 0;  ///< of the line that stands there
    bool ended_ = false;
};

/// "640 B", "1.5 kB", "12.0 MB"
[[nodiscard]] std::string written_bytes(double bytes);

}  // namespace jangkau::gateway
