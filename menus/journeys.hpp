#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/problem.hpp"
#include "menus/menu.hpp"

namespace jangkau::menus {

/// One way from the beginning of a journey to its end, and what it takes.
struct Path {
    std::vector<std::string> screens;  ///< states that are shown, the last one included
    unsigned inputs = 0;               ///< with the pages of lists that are turned
    unsigned pages = 0;                ///< turned
    unsigned seconds = 0;              ///< until the last screen is shown; networks bill up to that
};

struct JourneyPrice {
    std::string name;
    Path shortest;  ///< every item stands on the first page of its list
    Path longest;   ///< every item stands on the last page of its longest list; no state twice
};

/// Networks bill sessions in steps of so many seconds.
inline constexpr unsigned kBillingSeconds = 20;
[[nodiscard]] unsigned billing_steps(const Path& path);

/// How many pages the longest list of a state may have; a state that is not there has one.
using PagesOf = std::map<std::string, std::size_t, std::less<>>;

/// Prices the menu's journeys. A path goes from state to state as people do who answer each
/// question once and rightly: it does not change answers (`edit`), does not go back and passes no
/// state twice. Problems: states that do not exist, an end that is not reached, a limit that the
/// longest path breaks.
[[nodiscard]] std::vector<JourneyPrice> price_journeys(const Menu& menu, const PagesOf& pages,
                                                       Problems& problems);

/// Seconds of one input: the menu's own, or those of people on a phone with 12 keys.
[[nodiscard]] unsigned seconds_for(const Menu& menu, std::string_view what);
/// What `seconds` may be given for: kinds of states, "more", and every validator.
[[nodiscard]] std::vector<std::string> timed_inputs();

}  // namespace jangkau::menus
