#pragma once

#include <optional>
#include <string_view>

#include "sessions/store.hpp"

namespace jangkau::sessions {

[[nodiscard]] std::optional<Delivery> delivery_named(std::string_view name);

/// Delivered, failed or expired: nothing more can happen.
[[nodiscard]] bool is_final(Delivery state);
/// Accepted or further, or given up: no process of ours will send it (again).
[[nodiscard]] bool is_settled(Delivery state);

/// Whether a report may move a row: forward, or not at all. The first final state stands.
[[nodiscard]] bool may_report(Delivery from, Delivery to);
/// Whether the sender may: as a report, or back to queued from sending and in_doubt.
[[nodiscard]] bool may_settle(Delivery from, Delivery to);

/// "jk-17-TAG" and back.
[[nodiscard]] std::string sms_key(std::int64_t id, std::string_view tag);
/// The id in a key of that form, whatever its tag.
[[nodiscard]] std::optional<std::int64_t> sms_key_id(std::string_view key);

/// Applies a report that is about `row`; false when it would move it backwards and changed nothing.
bool join(OutboxRow& row, const Report& report);

}  // namespace jangkau::sessions
