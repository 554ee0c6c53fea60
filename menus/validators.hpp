#pragma once

#include <span>
#include <string>
#include <string_view>

#include "gateway/core/calendar.hpp"
#include "gateway/core/msisdn.hpp"
#include "gateway/core/ticket.hpp"
#include "menus/menu.hpp"

namespace jangkau::menus {

/// What a typed answer means: variables to set, or which error it is and what the error's text may
/// say.
struct Validated {
    std::string error;  ///< "" = good
    Vars vars;          ///< the answer itself under the name ""
};

/// What a validator may know of the world.
struct Rules {
    Date today;
    const NumberPlan& plan;
    std::size_t ticket_length_max = Ticket::kDigitsMin + 1;  ///< with the check digit
};

struct Validator {
    std::string_view name;
    std::span<const std::string_view> errors;  ///< every error that it can give
    std::span<const std::string_view> sets;    ///< variables that it sets beside the answer itself
    Validated (*check)(std::string_view typed, const Rules& rules);
};

/// One of validators(); nullptr for another name.
[[nodiscard]] const Validator* find_validator(std::string_view name);
[[nodiscard]] std::span<const Validator> validators();

}  // namespace jangkau::menus
