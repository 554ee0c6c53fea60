#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/problem.hpp"
#include "menus/journeys.hpp"
#include "menus/menu.hpp"

namespace jangkau::menus {

/// What the menu's checker must know of an action: its name, every outcome, the variables that it
/// may set.
struct ActionFacts {
    std::string_view name;
    std::vector<std::string_view> outcomes;
    std::vector<std::string_view> sets;
    /// It keeps what the person has agreed to, so he must have understood the screen before it.
    bool consent = false;
};

struct Limits {
    std::size_t screen_units = 160;  ///< septets of one USSD screen
    std::size_t sms_units = 160;     ///< septets of one SMS
};

/// How a list falls into pages, with the longest values above it.
struct ListPages {
    std::string state;
    std::string list;
    std::string under;  ///< label of the items' parent; "" = no parent
    std::string language;
    std::size_t items = 0;
    std::vector<std::size_t> pages;  ///< items on each
};

/// A language that awaits its reviewer.
struct DraftLanguage {
    std::string code;
    std::string falls_back_to;
    std::size_t texts = 0;              ///< of the menu
    std::size_t own = 0;                ///< of them its own
    std::vector<std::string> borrowed;  ///< "texts/U01", "words/job/fisher"
};

/// What a proof found out, beside problems.
struct Proof {
    std::vector<ListPages> lists;
    std::vector<JourneyPrice> journeys;
    std::vector<DraftLanguage> drafts;
};

/// Proves a menu before it goes live: targets exist and are reached, nothing ends nowhere, every
/// outcome is handled, every placeholder is declared and set on the way to its screen, every
/// language has every text, each screen and each page of a list fits in its worst case, and no
/// journey is longer than its limits. `settings` are, by language, the longest values of what the
/// service's settings bind; `spoken` the ids of texts that actions send by SMS.
///
/// A menu with draft languages is proven twice: as it is offered with them and without them.
Proof prove(const Menu& menu, const std::vector<ActionFacts>& actions,
            const std::map<std::string, Vars>& settings,
            const std::vector<std::string_view>& spoken, const Limits& limits, Problems& problems);

}  // namespace jangkau::menus
