#include "sessions/store.hpp"

#include <charconv>
#include <future>
#include <stdexcept>
#include <utility>

#include "gateway/core/check.hpp"
#include "sessions/delivery.hpp"

namespace jangkau::sessions {
namespace {

// In the order of the enum. Stored: a name may be added, never changed.
constexpr std::array<std::string_view, 8> kDeliveryNames = {
    "queued", "sending", "in_doubt", "accepted", "sent", "delivered", "failed", "expired"};

constexpr std::string_view kKeyBegin = "jk-";

int rank(Delivery state) {
    return is_final(state) ? static_cast<int>(Delivery::delivered) : static_cast<int>(state);
}

}  // namespace

std::string_view name(Delivery state) {
    const auto index = static_cast<std::size_t>(state);
    check(index < kDeliveryNames.size(), "a value outside its enum");
    return kDeliveryNames[index];
}

std::optional<Delivery> delivery_named(std::string_view name) {
    for (std::size_t i = 0; i < kDeliveryNames.size(); ++i) {
        if (kDeliveryNames[i] == name) return static_cast<Delivery>(i);
    }
    return std::nullopt;
}

bool is_final(Delivery state) { return state >= Delivery::delivered; }

bool is_settled(Delivery state) { return state >= Delivery::accepted; }

bool may_report(Delivery from, Delivery to) { return from == to || rank(from) < rank(to); }

bool may_settle(Delivery from, Delivery to) {
    const bool retry =
        to == Delivery::queued && (from == Delivery::sending || from == Delivery::in_doubt);
    return retry || may_report(from, to);
}

AuditRow next_audit_row(Unit& unit, const flows::AuditEvent& event, Time now) {
    const auto index = [&unit](const auto& whose) {
        return whose ? unit.audit_index(*whose) : std::string();
    };
    const AuditLink before = unit.audit_head();
    AuditRow row{before.number + 1,
                 now,
                 event.actor,
                 index(event.by),
                 event.action,
                 event.reason,
                 event.fields,
                 event.count == 0 ? event.subjects.size() : event.count,
                 {},
                 {}};
    for (const flows::Subject& one : event.subjects)
        row.subjects.push_back({one.ticket, index(one.phone), index(one.nik)});
    row.hash = audit_hash(before.hash, row);
    return row;
}

std::string sms_key(std::int64_t id, std::string_view tag) {
    return std::string(kKeyBegin) + std::to_string(id) + "-" + std::string(tag);
}

std::optional<std::int64_t> sms_key_id(std::string_view key) {
    if (!key.starts_with(kKeyBegin)) return std::nullopt;
    key.remove_prefix(kKeyBegin.size());
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), id);
    if (error != std::errc{} || end == key.data() + key.size() || *end != '-') return std::nullopt;
    return id;
}

bool join(OutboxRow& row, const Report& report) {
    if (!may_report(row.state, report.state)) return false;
    const bool bad_news = report.state == Delivery::failed || report.state == Delivery::expired;
    if (bad_news && (row.state == Delivery::queued || row.channel != report.channel)) return false;
    if (row.provider_id.empty() && row.channel == report.channel)
        row.provider_id = report.provider_id;
    row.state = report.state;
    if (!report.reason.empty()) row.reason = report.reason;
    return true;
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): what overrides it keeps `done`.
void Store::copy_to(const std::string& /*file*/, Done done) {
    done(std::make_exception_ptr(std::runtime_error("a store in memory has no file to copy")));
}

void Store::run(const Job& job) {
    // Shared, because set_value() may still be at work in it when get() has returned.
    const auto committed = std::make_shared<std::promise<void>>();
    auto outcome = committed->get_future();
    submit(job, [committed](std::exception_ptr failed) {
        if (failed) {
            committed->set_exception(std::move(failed));
        } else {
            committed->set_value();
        }
    });
    outcome.get();
}

}  // namespace jangkau::sessions
