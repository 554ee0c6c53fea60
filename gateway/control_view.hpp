#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <vector>

#include "gateway/import_apply.hpp"
#include "menus/flows/service.hpp"

namespace jangkau::gateway {

// The records as commands and the console show them. Lists mask phones; what serves one case (a
// ticket, the desk) has them whole. A NIK shows its last four digits everywhere but in the export.

[[nodiscard]] boost::json::object view(const ImportReport& report);
[[nodiscard]] boost::json::object view(const flows::World& world, const flows::Agent& agent,
                                       unsigned open);
/// One line of a list.
[[nodiscard]] boost::json::object view(const flows::World& world,
                                       const flows::Enrollment& enrollment);
/// Everything, with its referrals.
[[nodiscard]] boost::json::object view_whole(flows::World& world,
                                             const flows::Enrollment& enrollment);
[[nodiscard]] boost::json::object view(const flows::DeskNote& note, const NumberPlan& plan);
/// Registrations that officers have to look into, with a phone to call.
[[nodiscard]] boost::json::object view_to_check(const flows::World& world,
                                                const flows::Enrollment& enrollment);

/// For BPJS-TK: neutral columns, whole NIKs; requests for a call are left out.
[[nodiscard]] std::string export_csv(const flows::World& world,
                                     const std::vector<flows::Enrollment>& enrollments);

}  // namespace jangkau::gateway
