#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/problem.hpp"
#include "menus/menu.hpp"

namespace jangkau::menus {

/// What the menu's checker must know of an action: its name, every outcome, the variables that it
/// may set.
struct ActionFacts {
    std::string_view name;
    std::vector<std::string_view> outcomes;
    std::vector<std::string_view> sets;
};

struct Limits {
    std::size_t screen_units = 160;  ///< septets of one USSD screen
    std::size_t sms_units = 160;     ///< septets of one SMS
};

/// Proves a menu before it goes live: targets exist and are reached, nothing ends nowhere, every
/// outcome is handled, every placeholder is declared and set by something, every language has every
/// text, and each screen fits in its worst case. `settings` are, by language, the longest values of
/// what the service's settings bind; `spoken` the ids of texts that actions send by SMS.
void prove(const Menu& menu, const std::vector<ActionFacts>& actions,
           const std::map<std::string, Vars>& settings, const std::vector<std::string_view>& spoken,
           const Limits& limits, Problems& problems);

}  // namespace jangkau::menus
