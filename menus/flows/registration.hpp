#pragma once

#include <optional>

#include "menus/flows/service.hpp"

namespace jangkau::flows {

/// Gives the enrollment its ticket and stores it, not yet settled.
[[nodiscard]] Enrollment new_enrollment(World& world, const Msisdn& owner,
                                        std::string_view language);

/// Who pays is known: asks the city's list or an agent. Stores the enrollment and tells the worker.
void settle(World& world, Enrollment enrollment);

/// Looks the NIK up in the city's list; stays `verifying` while no list was imported. Tells the
/// worker, and refers him where he agreed to that.
void check_eligibility(World& world, Enrollment enrollment);

/// An open or active registration with that NIK by this phone.
[[nodiscard]] std::optional<Enrollment> own_registration(World& world, const Msisdn& owner,
                                                         const Nik& nik);

/// A registration that came by SMS waits for the sender's SETUJU.
[[nodiscard]] bool awaits_consent(Turn& turn);

/// Erases what came to nothing: enrollments that ended or were refused longer ago than the
/// consent's details promise. Returns how many; a bounded number at a time.
std::size_t forget_unfinished(World& world);

enum class AgeVerdict { ok, too_young, too_old };
[[nodiscard]] AgeVerdict judge_age(const World& world, Date birth);
[[nodiscard]] bool day_limit_reached(World& world, const Msisdn& owner);
[[nodiscard]] Person person_or_new(World& world, const Msisdn& msisdn);
void record_consent(World& world, const Msisdn& msisdn, std::string_view text_id,
                    std::string_view language, std::string_view channel, std::string_view session);

}  // namespace jangkau::flows
