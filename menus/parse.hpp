#pragma once

#include <functional>
#include <optional>
#include <string>

#include "gateway/core/problem.hpp"
#include "menus/menu.hpp"

namespace jangkau::menus {

/// Gives the bytes of a file whose name is relative to the menu's folder, or nothing.
using ReadFile = std::function<std::optional<std::string>(const std::string& name)>;

/// Reads `menu.yaml` and the files that it names. Every problem of form is reported (wrong kind,
/// unknown key, duplicate, missing field); what the parts mean together is `prove`'s to say. No
/// menu where there was an error.
[[nodiscard]] std::optional<Menu> parse_menu(const ReadFile& read, const std::string& folder,
                                             Problems& problems);

}  // namespace jangkau::menus
