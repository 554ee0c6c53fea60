#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "menus/flows/places.hpp"

namespace jangkau::flows {

/// What a registration by SMS says, field by field. What it does not say is nullopt.
struct SmsFields {
    std::optional<std::string> nik;    ///< as typed, for Nik::parse
    std::optional<std::string> name;   ///< as typed, for the validator
    std::optional<std::string> place;  ///< as typed
    Place kelurahan;                   ///< what `place` may mean; nothing is certain without it
    std::optional<std::string> job;    ///< a code of the menu's jobs, or a word of its own
};

/// Reads what follows DAFTAR: "NIK#NAME#KELURAHAN#JOB" with # , newline ; * / : or "." between, or
/// only blanks. There the kelurahan is looked for from the right, with the job behind it. NIK may
/// stand anywhere, a kelurahan before the name where that is unambiguous. Of several readings the
/// one that finds most is taken, in the order of the separators above.
///
/// Takes any bytes; text beyond 480 of them is left out.
[[nodiscard]] SmsFields read_sms_fields(const Service& service, std::string_view rest);

}  // namespace jangkau::flows
