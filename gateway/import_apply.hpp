#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "gateway/import_cells.hpp"
#include "menus/flows/service.hpp"

namespace jangkau::gateway {

/// What a file would change, or has changed.
struct ImportReport {
    std::size_t fresh = 0;
    std::size_t changed = 0;
    std::size_t same = 0;
    std::vector<BadRow> bad;  ///< by line
    bool applied = false;
    std::vector<flows::Subject> touched{};  ///< whose data was changed
};

/// A trial only counts; Apply::yes writes everything, or nothing where a row is bad.
enum class Apply { trial, yes };

/// Then offers tickets that wait for an agent.
[[nodiscard]] ImportReport import_agents(flows::World& world, std::string_view file, Apply apply);
/// Then decides about tickets that wait for the list. An older answer that differs from the one in
/// the records is bad.
[[nodiscard]] ImportReport import_eligibility(flows::World& world, std::string_view file,
                                              Apply apply);
/// BPJS-TK's answers: these registrations are active, and the workers are told.
[[nodiscard]] ImportReport import_results(flows::World& world, std::string_view file, Apply apply);

/// Offers tickets that wait for an agent to those who are free now.
void refer_waiting(flows::World& world);
/// Another agent with that phone, or nothing.
[[nodiscard]] std::optional<flows::Agent> phone_holder(flows::World& world, const Msisdn& phone,
                                                       std::string_view but_for);

}  // namespace jangkau::gateway
