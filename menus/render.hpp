#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "menus/menu.hpp"

namespace jangkau::menus {

/// Fills placeholders from `vars`, then from `settings`; one that neither has becomes "".
[[nodiscard]] std::string fill(const Menu& menu, std::string_view language, std::string_view text,
                               const Vars& vars, const Vars& settings);

/// A whole text with all its option lines, filled: for SMS and for screens without options of their
/// own.
[[nodiscard]] std::string render_text(const Menu& menu, std::string_view language,
                                      std::string_view text_id, const Vars& vars,
                                      const Vars& settings);

/// Whether `text` fits so many septets; a text that is not GSM-7 has 80 units where there are 182
/// septets.
[[nodiscard]] bool fits(std::string_view text, std::size_t units);

/// How many of `lines` go on each page, so that every page fits with its prompt, the line for more
/// (unless it is the last) and the line for back. An option is never split over pages. At least one
/// line a page, at most `per_page`.
[[nodiscard]] std::vector<std::size_t> page_sizes(const std::string& prompt,
                                                  const std::vector<std::string>& lines,
                                                  const std::string& more, const std::string& back,
                                                  std::size_t per_page, std::size_t units);

/// Prompt and lines joined; where that does not fit, the prompt is shortened first, then the whole.
[[nodiscard]] std::string compose_screen(const std::string& prompt,
                                         const std::vector<std::string>& lines, std::size_t units);

/// Names of the placeholders in a text, in order, each once. Broken braces are literal text.
[[nodiscard]] std::vector<std::string> placeholders_in(std::string_view text);

}  // namespace jangkau::menus
