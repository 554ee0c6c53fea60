#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/faults/ledger.hpp"

namespace jangkau::faults {

/// One hop of a worker's registration, and what became of it.
struct Step {
    std::string session, phone, text;
    /// ok: a screen came. refused: another answer came, or "busy, try again". unknown: none did.
    std::string result;
    std::string body;
};

/// Workers who register by USSD, over real connections as Africa's Talking makes them: one hop
/// after the other, a new worker when one has finished. Every request is in the ledger before it
/// leaves, every answer before it counts.
///
/// Threading: start() and stop() on one thread; the rest from any.
class Load {
public:
    struct Figures {
        std::size_t ok = 0, refused = 0, unknown = 0;
        std::chrono::microseconds median{0}, p99{0};  ///< of all but the refused
        std::chrono::microseconds refused_median{0};
    };

    explicit Load(std::string ledger);
    ~Load();

    /// `repeating`: a hop without an answer is sent again until it has one, as aggregators do.
    void start(const std::string& gateway_url, int workers_at_once = 2, bool repeating = false);
    /// After the hops under way; may be started again.
    void stop();
    /// Since the last start.
    [[nodiscard]] Figures figures() const;
    /// Waits until so many hops were answered since the last start, or ten seconds.
    bool wait_for(std::size_t ok) const;
    [[nodiscard]] const std::string& ledger() const { return ledger_.path(); }

    /// What a ledger's requests came to, in their order.
    [[nodiscard]] static std::vector<Step> steps(const std::string& ledger);
    /// One hop; fills in what came of it.
    static void send(const std::string& gateway_url, Step& step);

private:
    void work();
    void hop(Step& step);
    void ask(Step& step);

    Ledger ledger_;
    std::string url_;
    bool repeating_ = false;
    std::vector<std::thread> workers_;
    std::atomic<bool> stopping_{false};
    std::atomic<unsigned> next_worker_{0};
    mutable std::mutex mutex_;  // guards all below
    Figures figures_;
    std::vector<std::chrono::microseconds> times_, refused_times_;
};

}  // namespace jangkau::faults
