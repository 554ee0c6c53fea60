#pragma once

#include "gateway/control_parts.hpp"

namespace jangkau::gateway {

// What operators ask of the audit chain (control.hpp has the paths).

[[nodiscard]] Answer list_audit(const Asked& asked);
/// A stretch of the chain after `after`, as it is kept: the command follows it. What began with the
/// whole chain in one transaction would keep turns waiting.
[[nodiscard]] Answer show_chain(const Asked& asked);
/// Whom a breach touched, which fields, by whom, when.
[[nodiscard]] Answer report_breach(const Asked& asked);
/// What a phone has agreed to and withdrawn, also after it was erased.
[[nodiscard]] Answer show_consents(const Asked& asked);

/// "operator NAME" of a request through the control socket (its peer is "unix:NAME").
[[nodiscard]] std::string operator_of(const HttpRequest& request);
/// All data is about to be copied into that file. In the copy, too.
void audit_copy(sessions::Unit& unit, const std::string& actor, const std::string& file);
/// The operator's reason as it may be kept, or why it may not.
[[nodiscard]] Result<std::string, Refusal> read_reason(std::string_view text);

}  // namespace jangkau::gateway
