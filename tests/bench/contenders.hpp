#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/bench/dialogue.hpp"
#include "tests/support/process.hpp"

namespace jangkau::bench {

/// What the processes of a contender have used.
struct Used {
    std::chrono::microseconds cpu{0};
    std::size_t resident_kib = 0;
    std::uint64_t written_bytes = 0;  ///< to the disk, as the system counts them
};

/// A server that runs until this object goes.
class Running {
public:
    Running(std::vector<std::unique_ptr<Process>> processes, std::uint16_t port, std::string path)
        : processes_(std::move(processes)), port_(port), path_(std::move(path)) {}
    ~Running();
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    /// A folder that is removed with this object.
    void leave_nothing_in(std::string folder) { leavings_ = std::move(folder); }

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] Used used() const;

private:
    std::vector<std::unique_ptr<Process>> processes_;
    std::uint16_t port_;
    std::string path_;
    std::string leavings_;
};

struct Contender {
    std::string name;
    std::string what;      ///< for people
    bool dialogue = true;  ///< or a constant answer
    /// With files in `folder`, which is its own and empty, on processor 0.
    std::function<std::unique_ptr<Running>(const std::string& folder)> start;
};

/// `jangkau serve` on processor 0 with the shipped configuration and `set` ("key=value") over it;
/// goes on with what is in `data`. Returns when it listens.
[[nodiscard]] std::unique_ptr<Running> start_jangkau(const std::string& folder,
                                                     const std::string& data,
                                                     const std::vector<std::string>& set = {});

/// In the order of the table; those that this machine lacks something for are left out. jangkau
/// begins with `live` dialogues under way in its store (fill(), run `kFilledRun`), the others with
/// none.
[[nodiscard]] std::vector<Contender> contenders(std::uint64_t live = 0);

/// No load uses these workers.
inline constexpr unsigned kFilledRun = 9;

}  // namespace jangkau::bench
