#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace jangkau {

/// A program under test. It dies with this object, if it has not ended before.
class Process {
public:
    /// Starts `arguments` (the first is the program) with `environment` over ours; its standard
    /// error goes to `log_file`.
    Process(const std::vector<std::string>& arguments, const std::string& log_file,
            const std::map<std::string, std::string>& environment = {});
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    /// The next line of its standard output; "" when it has ended.
    [[nodiscard]] std::string line();
    void signal(int number) const;
    /// Waits for its end; the exit code, or 128 and the signal's number.
    int wait();
    /// The same, or nothing when it still runs after that time.
    std::optional<int> wait_for(std::chrono::milliseconds time);
    [[nodiscard]] pid_t pid() const { return pid_; }

private:
    pid_t pid_ = -1;
    int out_ = -1;
    bool ended_ = false;
};

/// Runs it to its end.
struct Ran {
    int code = 0;
    std::string out;
    std::string err;
};
[[nodiscard]] Ran run_program(const std::vector<std::string>& arguments,
                              const std::string& input = {});

}  // namespace jangkau
