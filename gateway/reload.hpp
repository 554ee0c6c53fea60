#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "gateway/config.hpp"
#include "gateway/core/http.hpp"
#include "gateway/metrics.hpp"
#include "gateway/services.hpp"

namespace jangkau::gateway {

/// What became of a reload.
struct ReloadReport {
    bool done = false;  ///< false: refused, and the gateway goes on as it was
    Problems problems;  ///< errors where it was refused, else warnings
    /// Parts of the configuration that a reload leaves as they were, and that are different now.
    std::vector<std::string> at_next_start;
    std::uint32_t revision = 0;  ///< that dialogues begin with from now on
    std::uint32_t was = 0;
    std::string menu;
    std::size_t states = 0;
    std::size_t texts = 0;  ///< of one language
    std::size_t languages = 0;
    std::size_t older_revisions = 0;
    std::size_t older_dialogues = 0;  ///< that go on with them
};

/// The report as `POST /reload` answers it: 200, or 422 where it, or a part of it, was refused.
[[nodiscard]] HttpResponse answer_of(const ReloadReport& report);

/// Reads and proves the service anew and puts it in the place of the running one, whole or not at
/// all. One reload at a time; whoever asks while one runs gets the next one, which sees what he
/// changed.
///
/// Threading: request() from any thread. Loading and proving take time, so they have a thread of
/// their own; `done` runs on it.
/// Ownership: borrows what it is given. When it is destroyed, the reload under way is finished and
/// those that wait are forgotten.
class Reloader {
public:
    struct Parts {
        /// Loads the configuration again, as load_config does.
        std::function<std::optional<Config>(Problems&)> load;
        const Config& running;
        Services& services;
        const Clock& clock;
        Metrics& metrics;
    };
    using Done = std::function<void(const ReloadReport&)>;

    explicit Reloader(Parts parts);
    ~Reloader();
    /// Waits for the reload that runs; others are forgotten. From one thread.
    void stop();
    Reloader(const Reloader&) = delete;
    Reloader& operator=(const Reloader&) = delete;

    void request(Done done);

private:
    void work();
    ReloadReport reload();
    std::optional<Config> load(Problems& problems);
    void tell(const ReloadReport& report);

    Parts parts_;
    Metrics::Counter& reloaded_;
    Metrics::Counter& refused_;
    std::mutex mutex_;  // guards what follows
    std::condition_variable changed_;
    std::vector<Done> waiting_;
    bool stopping_ = false;
    std::thread thread_;  // last: it uses the others
};

/// What the running configuration needs of a service that is loaded for it: the options that it was
/// loaded with, and room on its channels' screens.
[[nodiscard]] ConfigOptions options_for_reload(const Config& running);

}  // namespace jangkau::gateway
