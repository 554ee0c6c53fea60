#include "gateway/outbox.hpp"

#include <algorithm>

#include "adapters/registry.hpp"

namespace jangkau::gateway {
namespace {

using sessions::Delivery;

constexpr std::chrono::milliseconds kSettleAgain{500};
/// An SMS whose answer was lost twice may have arrived twice: it is not sent a third time.
constexpr unsigned kDoubtfulAttemptsMax = 2;

Verdict again_or_never(unsigned attempts, const OutboxConfig& limits, bool next_channel) {
    if (attempts >= limits.attempts_max) return {Delivery::failed};
    return {Delivery::queued, retry_pause(attempts, limits), next_channel};
}

}  // namespace

std::chrono::seconds retry_pause(unsigned attempts, const OutboxConfig& limits) {
    std::chrono::seconds pause = limits.retry_first;
    for (unsigned i = 1; i < attempts && pause < limits.retry_max; ++i) pause *= 2;
    return std::min(pause, limits.retry_max);
}

Verdict after_error(const adapters::SendError& error, unsigned attempts,
                    const OutboxConfig& limits) {
    switch (error.fault) {
        case adapters::SendFault::unreachable: return again_or_never(attempts, limits, true);
        case adapters::SendFault::throttled: return again_or_never(attempts, limits, false);
        // An operator may mend the key while the row waits, and the next channel may have a good
        // one.
        case adapters::SendFault::misconfigured: return again_or_never(attempts, limits, true);
        case adapters::SendFault::rejected:
        case adapters::SendFault::opted_out: return {Delivery::failed};
        case adapters::SendFault::garbled: return {Delivery::in_doubt};
    }
    return {Delivery::in_doubt};
}

Verdict after_transport(const TransportError& error, unsigned attempts,
                        const OutboxConfig& limits) {
    if (error.fault == TransportFault::in_doubt) return {Delivery::in_doubt};
    return again_or_never(attempts, limits, true);
}

Outbox::Outbox(Parts parts) : parts_(std::move(parts)) {}

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

void Outbox::round() {
    if (claiming_) {
        again_ = true;
        return;
    }
    const std::size_t free = parts_.config.outbox.in_flight_max -
                             std::min(in_flight_, parts_.config.outbox.in_flight_max);
    if (stopped_ || free == 0) return;
    claiming_ = true;
    const auto rows = std::make_shared<std::vector<sessions::OutboxRow>>();
    const auto job = [this, rows, free](sessions::Unit& unit) {
        const Time now = parts_.clock.now();
        for (sessions::OutboxRow& row :
             unit.in_doubt(now - parts_.config.outbox.in_doubt_wait, free)) {
            row.state = row.attempts >= kDoubtfulAttemptsMax ? Delivery::failed : Delivery::queued;
            row.due = now;
            unit.settle(row, now);
        }
        *rows = unit.claim(now, free);
        // The channel is written before the attempt, so that a restart knows where the row was
        // going.
        for (sessions::OutboxRow& row : *rows) {
            row.channel = channel_for(row);
            ++row.attempts;
            unit.settle(row, now);
        }
    };
    const auto done = [this, rows](const std::exception_ptr& fault) {
        parts_.post([this, rows, fault] {
            claiming_ = false;
            if (fault) log::error("outbox_claim_failed");
            if (!fault)
                for (sessions::OutboxRow& row : *rows)
                    stopped_ ? give_back(std::move(row)) : send(std::move(row));
            if (std::exchange(again_, false)) round();
        });
    };
    try {
        parts_.store.submit(job, done);
    } catch (const sessions::StoreBusy&) {
        claiming_ = false;  // the next tick tries again
    }
}

const std::string& Outbox::channel_for(const sessions::OutboxRow& row) const {
    const auto& route = parts_.config.default_route;
    return std::find(route.begin(), route.end(), row.channel) == route.end() ? route.front()
                                                                             : row.channel;
}

const std::string& Outbox::next_channel(const std::string& channel) const {
    const auto& route = parts_.config.default_route;
    const auto at = std::find(route.begin(), route.end(), channel);
    return at == route.end() || at + 1 == route.end() ? route.front() : *(at + 1);
}

void Outbox::send(sessions::OutboxRow row) {
    ++in_flight_;
    const adapters::Adapter& adapter = parts_.adapter(row.channel);
    HttpRequest request =
        adapter.compose({"jangkau-" + std::to_string(row.id), row.sms.to, row.sms.text});
    const auto done = [this, &adapter,
                       row](const Result<HttpResponse, TransportError>& response) mutable {
        const OutboxConfig& limits = parts_.config.outbox;
        Verdict verdict{Delivery::accepted};
        if (!response) {
            verdict = after_transport(response.error(), row.attempts, limits);
            row.reason = response.error().detail;
        } else if (const auto accepted = adapter.interpret(*response)) {
            row.provider_id = accepted->id;
            row.reason.clear();
            if (accepted->delivered) verdict.state = Delivery::delivered;
        } else {
            verdict = after_error(accepted.error(), row.attempts, limits);
            row.reason = accepted.error().detail;
        }
        row.state = verdict.state;
        row.due = parts_.clock.now() + verdict.pause;
        if (verdict.state != Delivery::delivered && verdict.state != Delivery::accepted)
            log::warning("sms_not_sent", {{"channel", row.channel},
                                          {"to", row.sms.to},
                                          {"sms", std::to_string(row.id)},
                                          {"state", name(verdict.state)},
                                          {"attempt", row.attempts},
                                          {"why", row.reason}});
        parts_.metrics
            .counter("jangkau_sms_attempts_total",
                     "Attempts to send an SMS, by channel and what became of it",
                     {{"channel", row.channel}, {"result", std::string(name(verdict.state))}})
            .add();
        if (verdict.next_channel) row.channel = next_channel(row.channel);
        parts_.post([this, row] { settle(row); });
    };
    parts_.client.send(std::move(request), parts_.config.outbox.send_ms_max, done);
}

/// Claimed, but never tried: for the next process.
void Outbox::give_back(sessions::OutboxRow row) {
    row.state = Delivery::queued;
    --row.attempts;
    ++in_flight_;
    settle(std::move(row));
}

void Outbox::settle(sessions::OutboxRow row) {
    const auto again = [this, row] { parts_.after(kSettleAgain, [this, row] { settle(row); }); };
    const auto job = [this, row](sessions::Unit& unit) { unit.settle(row, parts_.clock.now()); };
    const auto done = [this, again](const std::exception_ptr& fault) {
        if (fault) {
            // What was sent must be written down, or it would be sent again after a restart.
            log::error("outbox_settle_failed");
            return again();
        }
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
