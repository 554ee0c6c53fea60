#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/clock.hpp"

namespace jangkau::sessions {

/// Keyed indexes in hexadecimal; what is not known is "".
struct AuditSubject {
    std::string ticket;
    std::string phone;
    std::string nik;
};

/// A link of the audit chain: flows::AuditEvent as it is kept.
struct AuditRow {
    std::int64_t number = 0;  ///< 1, 2, 3, ... without a gap
    Time at;
    std::string actor;
    std::string by;  ///< keyed index of the phone that acted, or ""
    std::string action;
    std::string reason;
    std::string fields;
    std::uint64_t count = 0;
    std::vector<AuditSubject> subjects;
    std::string hash;  ///< of the hash before and all of the above, in hexadecimal
};

struct AuditLink {
    std::int64_t number = 0;
    std::string hash;
};

struct AuditFilter {
    Time since = Time::min();
    Time until = Time::max();  ///< exclusive
    std::int64_t after = 0;    ///< only with a larger number
    std::string actor;         ///< or all
    std::string by;            ///< or all
    std::size_t limit = 1000;
};

/// The hash before the first link.
[[nodiscard]] std::string audit_origin();
/// BLAKE2b of the hash before and the row, but for its own: 64 hexadecimal digits.
[[nodiscard]] std::string audit_hash(std::string_view before, const AuditRow& row);
/// BLAKE2b of a text, 64 hexadecimal digits.
[[nodiscard]] std::string audit_digest(std::string_view text);
/// A hash in groups, "1a2b3c4d:...": the log would take a long run of digits in it for a NIK.
[[nodiscard]] std::string spelled(const std::string& hash);
/// Of either form.
[[nodiscard]] std::string unspelled(std::string hash);

/// What a purge of old links says of itself, and how a walk finds that the chain's beginning was
/// cut by nobody else.
inline constexpr std::string_view kAuditPurged = "purge.audit";
[[nodiscard]] std::string purged_through(const AuditLink& last);

/// Follows the chain: each row in turn, from audit_begin() on.
class AuditWalk {
public:
    /// `wanted`: a head that was written down earlier, or "".
    AuditWalk(AuditLink begin, std::string wanted);

    /// False when the row does not follow from the one before.
    [[nodiscard]] bool follow(const AuditRow& row);
    /// Why the chain is not whole, or "". After the last row.
    [[nodiscard]] std::string fault() const;
    [[nodiscard]] const AuditLink& last() const { return last_; }

private:
    AuditLink begin_;
    std::string wanted_;
    AuditLink last_;
    std::string broken_;
    bool found_ = false;
    bool begin_told_ = false;
};

}  // namespace jangkau::sessions
