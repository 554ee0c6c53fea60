#pragma once

#include <string>

#include "menus/menu.hpp"

namespace jangkau::menus {

/// The menu with every placeholder bound to its own name: in the worst case it is its longest
/// value, whatever variable and words it comes from. To be rendered with `worst_vars`.
[[nodiscard]] Menu worst_menu(Menu menu);

/// Every placeholder of `menu` at its longest in `language`, over `settings`: the longest values of
/// what the service binds.
[[nodiscard]] Vars worst_vars(const Menu& menu, const Language& language, Vars settings);

}  // namespace jangkau::menus
