#pragma once

#include <string_view>

// Kinds of incidents. Stored: a name may be added, never changed.
namespace jangkau::flows::incident {

inline constexpr std::string_view kOffered = "offered";
inline constexpr std::string_view kTaken = "taken";
inline constexpr std::string_view kCodeSent = "code_sent";
inline constexpr std::string_view kCodeWrong = "code_wrong";    ///< by day, and by ticket
inline constexpr std::string_view kCodeLocked = "code_locked";  ///< for that ticket
inline constexpr std::string_view kPinWrong = "pin_wrong";
inline constexpr std::string_view kHeld = "held";
inline constexpr std::string_view kCapped = "capped";
inline constexpr std::string_view kDone = "done";              ///< confirmed by the agent
inline constexpr std::string_view kTrue = "true";              ///< the worker says so too
inline constexpr std::string_view kFalse = "false";            ///< ... or SALAH
inline constexpr std::string_view kUnanswered = "unanswered";  ///< ... or nothing
inline constexpr std::string_view kGuessed = "guessed";        ///< a ticket's NIK digits, wrongly

}  // namespace jangkau::flows::incident
