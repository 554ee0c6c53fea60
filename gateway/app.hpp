#pragma once

#include <memory>
#include <string>

#include "gateway/config.hpp"
#include "gateway/open_store.hpp"

namespace jangkau::gateway {

/// What a test may put in place of the world.
struct AppParts {
    const Clock* clock = nullptr;  ///< null = the system's
    Random* random = nullptr;      ///< null = the system's
    bool signals = true;  ///< SIGTERM and SIGINT stop it, SIGHUP reloads; false = another's affair
};

/// The running gateway: owns the store, the listeners, the outbox worker and the timers, in the
/// order in which they depend on each other.
///
/// Threading: the constructor and run() on one thread, which becomes the io thread; stop() from
/// any.
class App {
public:
    /// Opens the store and binds the listeners; throws std::runtime_error with a sentence for the
    /// operator.
    explicit App(Config config, const AppParts& parts = {});
    ~App();
    App(const App&) = delete;
    App& operator=(const App&) = delete;

    /// "127.0.0.1:41234": where callbacks and where operators are served.
    [[nodiscard]] const std::string& public_address() const;
    [[nodiscard]] const std::string& admin_address() const;

    /// Until stop(), SIGTERM or SIGINT; then requests under way are answered and SMS under way
    /// settled. False where the store broke down, which ends it too: only a new process can tell
    /// what is on the disk.
    [[nodiscard]] bool run();
    void stop();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace jangkau::gateway
