#include "gateway/housekeeping.hpp"

#include <algorithm>
#include <utility>

#include "gateway/log.hpp"
#include "menus/flows/incidents.hpp"
#include "menus/flows/registration.hpp"

namespace jangkau::gateway {
namespace {

using namespace std::chrono_literals;

constexpr auto kCountEvery = 30s;
constexpr auto kCountCodesEvery = 5min;
constexpr auto kPurgeEvery = std::chrono::hours(1);
/// Long enough for the report on the month before.
constexpr auto kIncidentsKept = std::chrono::days(100);

}  // namespace

Housekeeping::Housekeeping(const Parts& parts) : parts_(parts) {
    const auto value = [](const std::atomic<std::uint64_t>& count) {
        return [&count] { return static_cast<double>(count.load()); };
    };
    parts_.metrics.gauge("jangkau_sms_waiting", "SMS not yet handed over, as of the last count",
                         value(waiting_));
    parts_.metrics.gauge("jangkau_sms_in_doubt", "SMS whose answer was lost, as of the last count",
                         value(in_doubt_));
    for (const auto& [what, count] :
         {std::pair("sent", &codes_sent_), std::pair("used", &codes_used_),
          std::pair("wrong", &codes_wrong_)})
        parts_.metrics.gauge(
            "jangkau_agent_codes_day",
            "Agents' confirmation codes of the last 24 hours, as of the last count", value(*count),
            {{"code", what}});
}

void Housekeeping::look(sessions::Unit& unit, Found& found) const {
    found = {plan_, {}, {}, {}, {}};
    Plan& plan = found.plan;
    const Time now = parts_.clock.now();
    const auto instant = std::chrono::steady_clock::now();
    if (instant >= plan.count) {
        plan.count = instant + kCountEvery;
        found.backlog = unit.backlog();
    }
    if (instant >= plan.codes) {
        plan.codes = instant + kCountCodesEvery;
        found.codes = unit.incidents_between(now - std::chrono::days(1), now + 1s);
    }
    // Nothing is forgotten by a clock that nobody had the time to look at.
    if (plan.watch.step(now, instant)) plan.purge = instant + kPurgeEvery;
    if (instant < plan.purge) return;
    plan.purge = instant + kPurgeEvery;
    found.gone = forget(unit, now);
    if (unit.more_to_purge())
        plan.purge = {};
    else
        found.head = unit.audit_head();
}

sessions::Purged Housekeeping::forget(sessions::Unit& unit, Time now) const {
    const auto service = parts_.services.current();
    flows::World world{*service, unit, parts_.random, now};
    const RetentionConfig& keep = parts_.config.retention;
    auto gone = unit.purge({.pieces = now - keep.pieces,
                            .replies = now - keep.replies,
                            .settled_sms = now - keep.settled_sms,
                            .drafts = now - std::chrono::days(world.settings().draft_days),
                            .desk_notes = now - keep.desk_notes,
                            .consents = now - keep.consents});
    if (const std::size_t ended = flows::forget_unfinished(world)) gone["tickets"] = ended;
    if (const std::size_t rows = unit.forget_incidents(now - kIncidentsKept))
        gone["incidents"] = rows;
    for (const auto& [kind, rows] : gone)
        unit.audit({.actor = "gateway", .action = "purge." + kind, .count = rows});
    if (const std::size_t rows = unit.purge_audit(now - keep.audit)) gone["audit"] = rows;
    return gone;
}

void Housekeeping::done(const Found& found, bool stored) {
    plan_ = found.plan;
    if (!stored) return;
    if (found.backlog) count(*found.backlog);
    if (found.codes) count_codes(*found.codes);
    for (const auto& [kind, rows] : found.gone)
        log::info("purged", {{"kind", kind}, {"rows", static_cast<unsigned long>(rows)}});
    if (found.head) tell(*found.head);
}

void Housekeeping::tell(const sessions::AuditLink& head) {
    log::info("audit_head", {{"row", static_cast<unsigned long>(head.number)},
                             {"hash", sessions::spelled(head.hash)}});
}

void Housekeeping::count(const sessions::Backlog& backlog) {
    waiting_ = backlog.waiting;
    in_doubt_ = backlog.in_doubt;
    if (std::exchange(erased_is_held_, backlog.erased_is_held) != backlog.erased_is_held)
        backlog.erased_is_held ? log::warning("erasure_held") : log::info("erasure_finished");
}

/// Many codes that nobody sends back, or many wrong ones, are somebody's guessing.
void Housekeeping::count_codes(const std::vector<flows::Incident>& day) {
    const auto of = [&](std::string_view kind) {
        return static_cast<std::uint64_t>(std::ranges::count(day, kind, &flows::Incident::kind));
    };
    codes_sent_ = of(flows::incident::kCodeSent);
    codes_used_ = of(flows::incident::kDone);
    codes_wrong_ = of(flows::incident::kCodeWrong);
}

}  // namespace jangkau::gateway
