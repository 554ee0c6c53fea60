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

/// The words that an SMS may say. A word of two lists is the first one's.
///
/// Lifetime: the lists outlive it.
struct Vocabulary {
    // Most texts have one list.
    Vocabulary(const std::vector<Keyword>& only) : lists{&only} {}
    Vocabulary(const std::vector<Keyword>& first, const std::vector<Keyword>& then)
        : lists{&first, &then} {}

    std::vector<const std::vector<Keyword>*> lists;
};

/// Finds the command of an SMS: at the front, behind its ticket ("4821730 ya", "tiket 4821730 ya")
/// or at the back of a text with numbers ("BUDI 7371... LEMBO DAFTAR"), glued to digits
/// ("YA4821730"), with any separators, a trailing `#` or quotes.
///
/// One slip is forgiven in words of five letters or more where no other command is as near. A text
/// that also has a word of a keyword's `against` is no command. Nothing if it is none.
///
/// Lifetime: `keyword` points into the vocabulary.
[[nodiscard]] std::optional<Command> parse_command(std::string_view typed,
                                                   const Vocabulary& vocabulary);

/// A text of nothing but numbers, as a command without a keyword.
[[nodiscard]] std::optional<Command> parse_numbers(std::string_view typed);

/// The first word that has the form of a ticket, or "". `length_max`: with the check digit.
[[nodiscard]] std::string ticket_in(const Command& command, std::size_t length_max);

}  // namespace jangkau::menus
