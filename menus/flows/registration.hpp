#pragma once

#include <optional>

#include "menus/flows/service.hpp"

namespace jangkau::flows {

/// A ticket that no enrollment has.
[[nodiscard]] Ticket free_ticket(World& world);

/// Gives the enrollment its ticket and stores it, not yet settled.
[[nodiscard]] Enrollment new_enrollment(World& world, const Msisdn& owner,
                                        std::string_view language);

/// The provisional ticket of this dialogue (variable `taken`), while it is that phone's and nobody
/// has completed it from elsewhere.
[[nodiscard]] std::optional<Enrollment> taken_ticket(World& world, const Msisdn& phone,
                                                     const menus::Vars& vars);

/// Copies what the dialogue's variables say into the enrollment; what they do not say stays.
void fill_in(const World& world, Enrollment& enrollment, const menus::Vars& vars);

/// Gives a ticket while it is still open who pays: stores the enrollment as unfinished, sends the
/// receipt if `receipt` (the screen may never be seen) and with a phone's first ticket the proof of
/// consent, and asks an agent when nobody has completed it in time.
[[nodiscard]] Enrollment give_ticket(World& world, const Msisdn& owner, std::string_view language,
                                     const menus::Vars& vars, bool receipt);

/// Who pays is known: asks the city's list or an agent. Stores the enrollment and tells the worker.
void settle(World& world, Enrollment enrollment);

/// Looks the NIK up in the city's list; stays `verifying` while no list was imported. Tells the
/// worker, and refers him where he agreed to that.
void check_eligibility(World& world, Enrollment enrollment);

/// Where another phone has a registration with the same NIK: leaves a note for an officer, and
/// tells the phone that was first. The phone that was second never hears of it.
void note_duplicate(World& world, const Enrollment& enrollment);

/// The city pays for a person once: whether an earlier ticket with that NIK is the one it pays for.
/// That phone is answered all the same as one whose NIK nobody had registered.
[[nodiscard]] bool paid_twice(World& world, const Enrollment& enrollment);

/// An open or active registration with that NIK by this phone.
[[nodiscard]] std::optional<Enrollment> own_registration(World& world, const Msisdn& owner,
                                                         const Nik& nik);

/// Whether the phone's owner may have changed since we last knew him: numbers are given to others.
[[nodiscard]] bool must_prove(World& world, const Msisdn& phone,
                              const std::vector<Enrollment>& own);

/// Counts a guess of this phone's against the day's limit. False when there is none left.
[[nodiscard]] bool may_guess(World& world, Person& person);

/// A registration that came by SMS waits for the sender's SETUJU.
[[nodiscard]] bool awaits_consent(Turn& turn);

/// Erases what came to nothing: enrollments that ended or were refused longer ago than the
/// consent's details promise. Returns how many; a bounded number at a time.
std::size_t forget_unfinished(World& world);

/// The number that a variable begins with, or `fallback`.
[[nodiscard]] long long number_or(std::string_view text, long long fallback);

enum class AgeVerdict { ok, too_young, too_old };
[[nodiscard]] AgeVerdict judge_age(const World& world, Date birth);
[[nodiscard]] bool day_limit_reached(World& world, const Msisdn& owner);
[[nodiscard]] Person person_or_new(World& world, const Msisdn& msisdn);
void record_consent(World& world, const Msisdn& msisdn, std::string_view text_id,
                    std::string_view language, std::string_view channel, std::string_view session);
/// Whether one was under way.
[[nodiscard]] bool stop_erasure(World& world, const Msisdn& msisdn);

}  // namespace jangkau::flows
