#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "gateway/clock_watch.hpp"
#include "gateway/config.hpp"
#include "gateway/metrics.hpp"
#include "gateway/services.hpp"
#include "menus/flows/service.hpp"
#include "sessions/store.hpp"

namespace jangkau::gateway {

/// What the gateway sees to by itself: it counts for its gauges, and forgets what is older than its
/// kind may be; each kind that went is a row of the audit.
///
/// Threading: look() and done() on the store's thread.
/// Ownership: borrows its parts, which must outlive it; it must outlive the metrics' last reading.
class Housekeeping {
public:
    struct Parts {
        const Config& config;
        const Services& services;
        const Clock& clock;
        Random& random;
        Metrics& metrics;
    };
    explicit Housekeeping(const Parts& parts);

    /// When each thing is due.
    struct Plan {
        using Instant = std::chrono::steady_clock::time_point;
        // A wall clock that was put forward and back must not hold up what follows.
        Instant count, codes, purge;
        ClockWatch watch;
    };
    struct Found {
        Plan plan;  ///< from now on
        std::optional<sessions::Backlog> backlog;
        std::optional<std::vector<flows::Incident>> codes;
        sessions::Purged gone;
        std::optional<sessions::AuditLink> head;
    };

    /// Once a second, in a transaction; does nothing where nothing is due. `found` is replaced.
    void look(sessions::Unit& unit, Found& found) const;
    /// `found` is on disk, or its transaction failed.
    void done(const Found& found, bool stored);

    /// So that a chain that lost its end is found out: `jangkau audit verify --head`.
    static void tell(const sessions::AuditLink& head);

private:
    [[nodiscard]] sessions::Purged forget(sessions::Unit& unit, Time now) const;
    void count(const sessions::Backlog& backlog);
    void count_codes(const std::vector<flows::Incident>& day);

    const Parts parts_;
    // Any thread.
    std::atomic<std::uint64_t> waiting_{0}, in_doubt_{0};
    std::atomic<std::uint64_t> codes_sent_{0}, codes_used_{0}, codes_wrong_{0};
    // Store thread.
    Plan plan_;
    bool erased_is_held_ = false;
};

}  // namespace jangkau::gateway
