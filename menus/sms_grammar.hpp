#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "menus/menu.hpp"

namespace jangkau::menus {

/// An SMS as a command: which keyword, and what came with it.
struct Command {
    const Keyword* keyword = nullptr;
    std::vector<std::string> words;  ///< the rest, upper case, split at every separator
    std::string rest;                ///< the rest as typed, separators kept (for DAFTAR#...#...)
};

/// Finds the command of an SMS: at the front or the back, glued to digits ("YA4821730"), with any
/// separators, a trailing `#`, quotes, and one slip in words of five letters or more when it leads
/// to one keyword only. A text with both a yes and a no word at its front is no command. Nothing if
/// it is none.
///
/// Lifetime: `keyword` points into `words`.
[[nodiscard]] std::optional<Command> parse_command(std::string_view typed,
                                                   const std::vector<Keyword>& words);

/// The first word that has the form of a ticket (so many digits), or "".
[[nodiscard]] std::string ticket_in(const Command& command, std::size_t digits);

/// Fields of "NIK#NAME#PLACE": split at the first kind of separator of # , newline ; that gives
/// `count` or more fields, else at blanks: the first word, then everything. Trimmed; empty trailing
/// fields dropped.
[[nodiscard]] std::vector<std::string> split_fields(std::string_view rest, std::size_t count);

}  // namespace jangkau::menus
