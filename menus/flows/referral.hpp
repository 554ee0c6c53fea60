#pragma once

#include <optional>
#include <vector>

#include "menus/flows/service.hpp"

namespace jangkau::flows {

/// Offers the ticket to the next agent: of the same kelurahan, then kecamatan, then city; among
/// those the one with the least open tickets, then the one who waited longest. Nobody gets a ticket
/// twice, nor one of his own phone. When nobody is free the ticket waits and is tried again later.
void refer(World& world, Enrollment enrollment);

/// The same for a ticket that has waited: agents who let it lapse may be asked once more, and after
/// a week the officers' desk hears of it at every try.
void refer_again(World& world, Enrollment enrollment);

/// Takes the ticket from the agent who has it, if any, and offers it to the next; the worker is
/// told.
void pass_on(World& world, const Enrollment& enrollment, Referral::State left_as);

/// The offer or task that is open for that ticket.
[[nodiscard]] std::optional<Referral> open_referral(World& world, const Ticket& ticket);

/// Counts, for the agent who reported it, what became of his report.
void note_of_report(World& world, std::string_view kind, const Enrollment& enrollment);
/// After SELESAI: the worker says that it is true.
void confirm_active(World& world, Enrollment& enrollment);
/// ... or that it is not.
void dispute(World& world, Enrollment& enrollment);

/// Agents who serve that area, best first, without regard to load.
[[nodiscard]] std::vector<Agent> agents_near(World& world, std::string_view kelurahan);

}  // namespace jangkau::flows
