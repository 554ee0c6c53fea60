#pragma once

#include <string>

#include "menus/menu.hpp"
#include "menus/yaml.hpp"

// How a menu is read, for parse.cpp and parse_language.cpp only.
namespace jangkau::menus {

/// Reads a language file that should be called as `code`.
[[nodiscard]] Language read_language(const Yaml& tree, const std::string& code, std::string file,
                                     Problems& problems);

/// A draft must fall back to a language that is there and is no draft; then it is completed.
void read_fallbacks(Menu& menu, Problems& problems);

/// Notes the line of every key.
void note_lines(const Yaml& tree, const std::string& path, Lines& lines);

}  // namespace jangkau::menus
