#pragma once

#include <string>
#include <string_view>

#include "menus/flows/service.hpp"

// The sender of an SMS can be forged, its receiver cannot: what an agent reports counts when he has
// sent back a code that went to his registered phone. Limits count what was tried, in the store, so
// that neither a new code nor a restart gives new guesses.
namespace jangkau::flows {

/// A code is as long as NIST SP 800-63B asks for: with five guesses a ticket, one in 200,000 is
/// right.
inline constexpr std::size_t kCodeDigits = 6;
inline constexpr std::size_t kPinDigitsMin = 4;
inline constexpr std::size_t kPinDigitsMax = 6;

/// Why this agent may report nothing about that ticket now: "held", "locked", "cap"; "" = he may.
[[nodiscard]] std::string report_refused(World& world, const Agent& agent, std::string_view ticket);

/// Whether the agent's next report needs his PIN: the first of a day, and all when there were many.
[[nodiscard]] bool needs_pin(World& world, const Agent& agent);

/// A new code for what he said, in place of the one before. "" when too many were asked for.
[[nodiscard]] std::string new_code(World& world, const Agent& agent, const Ticket& ticket,
                                   std::string_view said);

/// What an agent sent back, judged: "right" with the code that is then used up; "wrong" for a wrong
/// code, PIN, or ticket, or one that is not his or is too old; "pin" where that is missing.
struct Judged {
    std::string verdict;
    std::optional<AgentCode> code;
};
[[nodiscard]] Judged judge_code(World& world, Agent agent, const std::string& ticket,
                                std::string_view digits, std::string_view pin);

/// The agent's codes that are still good.
[[nodiscard]] std::vector<AgentCode> live_codes(World& world, const Agent& agent);

/// Counts what an agent did; the report on agents reads it.
void note(World& world, std::string_view kind, const Agent& agent, std::string_view ticket);

}  // namespace jangkau::flows
