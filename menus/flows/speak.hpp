#pragma once

#include <string>
#include <string_view>

#include "menus/flows/service.hpp"

namespace jangkau::flows {

/// Sends text `id` in that language. People who opted out get answers only; reminders wait for
/// waking hours.
void speak(World& world, const Msisdn& to, std::string_view language, std::string_view id,
           const menus::Vars& vars, Lane lane, std::string_view ticket = {});

/// `now`, or when the waking hours begin in which people may be reminded of something.
[[nodiscard]] Time next_waking(const World& world);

/// Settings::name fits the screens' worst case of a short name.
inline constexpr std::size_t kShortNameUnits = 15;

/// What most texts say of an enrollment: ticket, short_name, name, nik4, job, kelurahan, programme,
/// payer, status.
[[nodiscard]] menus::Vars vars_of(const World& world, const Enrollment& enrollment);
/// agent (short name) and phone.
[[nodiscard]] menus::Vars vars_of(const World& world, const Agent& agent);
/// The phone that hears about an enrollment: the worker's own where it is known.
[[nodiscard]] const Msisdn& hears(const Enrollment& enrollment);
/// The phone that registered, or the worker's own.
[[nodiscard]] bool belongs_to(const Enrollment& enrollment, const Msisdn& phone);
/// Name of an area, or the code.
[[nodiscard]] std::string area_name(const Service& service, std::string_view code);
/// As people write it in the service's zone: "31-12-2026", "23.59".
[[nodiscard]] std::string written_day(const World& world, Time at);
[[nodiscard]] std::string written_time(const World& world, Time at);

}  // namespace jangkau::flows
