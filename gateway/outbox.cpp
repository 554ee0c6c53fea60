#include "gateway/outbox.hpp"

#include <algorithm>

#include "adapters/registry.hpp"
#include "gateway/core/crash_point.hpp"

namespace jangkau::gateway {
namespace {

using namespace std::chrono_literals;
using adapters::SendFault;
using sessions::Delivery;
using sessions::OutboxRow;

/// The office hears of it when no more than this part of the day's SMS is left: a fifth.
constexpr std::size_t kAlarmShare = 5;
constexpr std::chrono::milliseconds kSettleAgain{500};
/// Of a channel that throttles without saying for how long.
constexpr std::chrono::seconds kThrottlePause{1};

Verdict again(Verdict::Channel channel, unsigned attempts, const OutboxConfig& limits,
              bool next_channel) {
    return {Delivery::queued, channel, retry_pause(attempts, limits), next_channel};
}

/// Our own mistake with an answer leaves the SMS in doubt, as an answer does that says nothing.
Result<adapters::Accepted, adapters::SendError> understood(const adapters::Adapter& adapter,
                                                           const adapters::SmsOut& sms,
                                                           const HttpResponse& response) {
    try {
        return adapter.interpret(sms, response);
    } catch (const std::exception&) {
        log::error("answer_not_interpreted");
        return adapters::SendError{SendFault::garbled, "the answer could not be interpreted"};
    }
}

}  // namespace

std::chrono::seconds retry_pause(unsigned attempts, const OutboxConfig& limits) {
    std::chrono::seconds pause = limits.retry_first;
    for (unsigned i = 1; i < attempts && pause < limits.retry_max; ++i) pause *= 2;
    return std::min(pause, limits.retry_max);
}

std::chrono::seconds jittered(std::chrono::seconds pause, Random& random) {
    const auto half = static_cast<std::uint64_t>(std::max<std::int64_t>(pause.count() / 2, 0));
    return pause - std::chrono::seconds(random.next() % (half + 1));
}

Verdict after_error(const adapters::SendError& error, unsigned attempts,
                    const OutboxConfig& limits) {
    switch (error.fault) {
        case SendFault::unreachable: {
            Verdict verdict = again(Verdict::Channel::fails, attempts, limits, true);
            if (error.retry_after) verdict.asked = std::min(*error.retry_after, limits.retry_max);
            return verdict;
        }
        case SendFault::throttled: {
            Verdict verdict{Delivery::queued, Verdict::Channel::must_pause, limits.retry_first};
            verdict.counts = false;
            verdict.asked = std::clamp(error.retry_after.value_or(kThrottlePause), kThrottlePause,
                                       limits.retry_max);
            return verdict;
        }
        case SendFault::unroutable: return again(Verdict::Channel::works, attempts, limits, true);
        // An operator may mend the key while the row waits, and the next channel may have a good
        // one.
        case SendFault::misconfigured:
            return again(Verdict::Channel::fails, attempts, limits, true);
        case SendFault::rejected: return {Delivery::failed};
        case SendFault::opted_out: {
            Verdict verdict{Delivery::failed};
            verdict.opt_out = true;
            return verdict;
        }
        case SendFault::garbled: return {Delivery::in_doubt, Verdict::Channel::fails};
    }
    return {Delivery::in_doubt, Verdict::Channel::fails};
}

Verdict after_transport(const TransportError& error, unsigned attempts,
                        const OutboxConfig& limits) {
    if (error.fault == TransportFault::in_doubt)
        return {Delivery::in_doubt, Verdict::Channel::fails};
    return again(Verdict::Channel::fails, attempts, limits, true);
}

Outbox::Outbox(Parts parts) : parts_(std::move(parts)) {
    for (const auto& [name, channel] : parts_.config.channels) {
        const adapters::Entry* entry = adapters::find(channel.adapter);
        if (!parts_.adapter(name).abilities().send) continue;
        // What stays in this process needs no sparing.
        SendLimits limits = channel.send;
        if (entry && entry->local) limits = {0, parts_.config.outbox.in_flight_max};
        gates_.emplace(name, Gate(limits, parts_.config.outbox.breaker));
    }
}

void Outbox::recover() {
    parts_.store.run([this](sessions::Unit& unit) {
        unit.recover_outbox(
            [this](std::string_view name) {
                const auto channel = parts_.config.channels.find(std::string(name));
                const adapters::Entry* entry = channel == parts_.config.channels.end()
                                                   ? nullptr
                                                   : adapters::find(channel->second.adapter);
                return entry && entry->local;
            },
            parts_.clock.now());
    });
}

void Outbox::kick() {
    parts_.post([this] { round(); });
}

void Outbox::stop() { stopped_ = true; }

std::vector<std::string> Outbox::down() const {
    std::vector<std::string> names;
    const Gate::Instant now = parts_.instant();
    for (const auto& [name, gate] : gates_)
        if (gate.unproven(now)) names.push_back(name);
    return names;
}

/// The wall clock was put right: what it says of waiting times is not believed for a while.
bool Outbox::clock_stepped(Gate::Instant now) {
    if (const auto step = watch_.step(parts_.clock.now(), now)) {
        log::warning("clock_stepped", {{"seconds", std::to_string(step->count())}});
        believed_from_ = now + parts_.config.outbox.in_doubt_wait;
    }
    return now < believed_from_;
}

Round Outbox::open_round() {
    Round round;
    const Gate::Instant now = parts_.instant();
    round.clock_stepped = clock_stepped(now);
    const std::size_t most = parts_.config.outbox.in_flight_max;
    round.free = most - std::min(in_flight_, most);
    for (const auto& [name, gate] : gates_)
        round.channels[name] = {gate.free(now), gate.down(now), gate.under_way(),
                                std::chrono::ceil<std::chrono::seconds>(gate.next(now) - now)};
    return round;
}

void Outbox::round() {
    if (claiming_) {
        again_ = true;
        return;
    }
    const auto round = std::make_shared<Round>(open_round());
    if (stopped_ || round->free == 0) return;
    claiming_ = true;
    const auto job = [this, round, open = *round](sessions::Unit& unit) {
        *round = open;
        const auto service = parts_.services.current();
        const Time now = parts_.clock.now();
        round->day_left = left_today(unit, service->settings.zone, now);
        take_round(unit, parts_.config, service->settings, now, *round);
    };
    const auto done = [this, round](const std::exception_ptr& fault) {
        if (!fault) count_today(*round);
        parts_.post([this, round, fault] {
            claiming_ = false;
            if (fault) log::error("outbox_claim_failed");
            if (!fault) {
                for (const OutboxRow& row : round->ended) report(row, row.channel);
                for (OutboxRow& row : round->rows) {
                    if (stopped_)
                        give_back(std::move(row));
                    else
                        send(std::move(row));
                }
            }
            const bool more = !fault && round->more;
            if (std::exchange(again_, false) || more) this->round();
            wake_later();
        });
    };
    try {
        parts_.store.submit(job, done);
    } catch (const sessions::StoreBusy&) {
        claiming_ = false;  // the next tick tries again
    }
}

/// Counted in memory, and at a start and a new day in the store: a restart gives nothing back.
std::size_t Outbox::left_today(sessions::Unit& unit, const Zone& zone, Time now) {
    const std::size_t most = parts_.config.outbox.per_day_max;
    const Date today = zone.date(now);
    if (day_ != today) {
        day_ = today;
        sent_today_ = unit.sms_out(zone.instant(today, std::chrono::minutes(0)));
    }
    if (most == 0) return SIZE_MAX;
    return most - std::min<std::size_t>(sent_today_, most);
}

void Outbox::count_today(const Round& round) {
    const std::size_t most = parts_.config.outbox.per_day_max;
    const std::size_t before = sent_today_;
    const std::size_t after = before + round.routed;
    sent_today_ = after;
    const auto passes = [&](std::size_t mark) { return before < mark && after >= mark; };
    const auto count = static_cast<unsigned long>(after);
    if (most > 0 && passes(most))
        log::error("sms_day_full", {{"sent", count}});
    else if (most > 0 && passes(most - most / kAlarmShare))
        log::warning("sms_day_nearly_full", {{"sent", count}});
    if (round.postponed == 0) return;
    log::info("sms_postponed", {{"count", static_cast<unsigned long>(round.postponed)}});
    parts_.metrics
        .counter("jangkau_limited_total", "What was beyond a limit of phones or SMS",
                 {{"limit", "sms_postponed"}})
        .add(round.postponed);
}

/// Nothing else tells when a channel's rate or pause lets the next SMS through.
void Outbox::wake_later() {
    const Gate::Instant now = parts_.instant();
    Gate::Instant soonest = Gate::Instant::max();
    for (const auto& [name, gate] : gates_)
        if (const Gate::Instant next = gate.next(now); next > now)
            soonest = std::min(soonest, next);
    const bool waking = wake_at_ > now && wake_at_ <= soonest;
    if (soonest == Gate::Instant::max() || waking || stopped_) return;
    wake_at_ = soonest;
    parts_.after(std::chrono::ceil<std::chrono::milliseconds>(soonest - now), [this] { round(); });
}

void Outbox::send(OutboxRow row) {
    crash_point("claimed");
    ++in_flight_;
    gates_.at(row.channel).began(parts_.instant());
    HttpRequest request;
    try {
        request = parts_.adapter(row.channel).compose({row.key, row.sms.to, row.sms.text});
    } catch (const std::exception&) {
        // Our own mistake with this one SMS; the others go on.
        log::error("sms_not_composed", {{"sms", std::to_string(row.id)}});
        gates_.at(row.channel).ended();
        row.state = Delivery::failed;
        row.reason = "it could not be put into the provider's words";
        return settle(row);
    }
    const auto done = [this, row](const Result<HttpResponse, TransportError>& response) {
        parts_.post([this, row, response] { answered(row, response); });
    };
    parts_.client.send(std::move(request), parts_.config.outbox.send_ms_max, done);
}

void Outbox::answered(OutboxRow row, const Result<HttpResponse, TransportError>& response) {
    crash_point("sent");
    const OutboxConfig& limits = parts_.config.outbox;
    const adapters::SmsOut sms{row.key, row.sms.to, row.sms.text};
    Verdict verdict{Delivery::accepted};
    if (!response) {
        verdict = after_transport(response.error(), row.attempts, limits);
        row.reason = response.error().detail;
    } else if (const auto accepted = understood(parts_.adapter(row.channel), sms, *response)) {
        row.provider_id = accepted->id;
        row.reason.clear();
        if (accepted->delivered) verdict.state = Delivery::delivered;
    } else {
        verdict = after_error(accepted.error(), row.attempts, limits);
        row.reason = accepted.error().detail;
    }
    row.state = verdict.state;
    if (row.state == Delivery::in_doubt) ++row.doubts;
    if (!verdict.counts) --row.attempts;
    tell_gate(row.channel, verdict, row.reason);
    const std::string tried = row.channel;
    plan_next_attempt(row, verdict);
    report(row, tried);
    settle(row, verdict.opt_out);
}

void Outbox::tell_gate(const std::string& channel, const Verdict& verdict, const std::string& why) {
    Gate& gate = gates_.at(channel);
    const Gate::Instant now = parts_.instant();
    const bool was_down = gate.unproven(now);
    switch (verdict.channel) {
        case Verdict::Channel::works: gate.worked(); break;
        case Verdict::Channel::fails:
            gate.failed(now);
            gate.pause(now + verdict.asked);
            break;
        case Verdict::Channel::must_pause:
            gate.worked();
            gate.pause(now + verdict.asked);
            break;
    }
    const bool is_down = gate.unproven(now);
    if (!was_down && is_down) log::warning("channel_down", {{"channel", channel}, {"why", why}});
    if (was_down && !is_down) log::info("channel_up", {{"channel", channel}});
}

/// The next channel of the route gets it at once, until all have had it.
void Outbox::plan_next_attempt(OutboxRow& row, const Verdict& verdict) {
    const Time now = parts_.clock.now();
    row.due = now;
    if (verdict.state != Delivery::queued) return;
    const auto& route = parts_.config.routes.to(row.sms.to);
    const bool untried = verdict.next_channel && row.attempts < route.size();
    if (verdict.next_channel) row.channel = after(route, row.channel);
    if (!untried) row.due += std::max(jittered(verdict.pause, parts_.random), verdict.asked);
}

void Outbox::report(const OutboxRow& row, const std::string& channel) {
    if (row.state != Delivery::delivered && row.state != Delivery::accepted)
        log::warning("sms_not_sent", {{"channel", channel},
                                      {"to", row.sms.to},
                                      {"sms", std::to_string(row.id)},
                                      {"state", name(row.state)},
                                      {"attempt", row.attempts},
                                      {"why", row.reason}});
    parts_.metrics
        .counter("jangkau_sms_attempts_total",
                 "Attempts to send an SMS, by channel and what became of it",
                 {{"channel", channel}, {"result", std::string(name(row.state))}})
        .add();
}

/// Claimed, but never tried: for the next process.
void Outbox::give_back(OutboxRow row) {
    row.state = Delivery::queued;
    --row.attempts;
    ++in_flight_;
    settle(row);
}

void Outbox::settle(const OutboxRow& row, bool opt_out) {
    const auto again = [this, row, opt_out] {
        parts_.after(kSettleAgain, [this, row, opt_out] { settle(row, opt_out); });
    };
    const auto job = [this, row, opt_out](sessions::Unit& unit) {
        unit.settle(row, parts_.clock.now());
        if (!opt_out) return;
        auto person = unit.person(row.sms.to).value_or(flows::Person{.msisdn = row.sms.to});
        person.opted_out = true;
        unit.put(person);
    };
    const auto done = [this, again](const std::exception_ptr& fault) {
        if (fault) {
            // What was sent must be written down, or it would be sent again after a restart.
            log::error("outbox_settle_failed");
            return again();
        }
        crash_point("settled");
        parts_.post([this] {
            --in_flight_;
            round();
        });
    };
    try {
        parts_.store.submit(job, done);
    } catch (const sessions::StoreBusy&) {
        again();
    }
}

}  // namespace jangkau::gateway
