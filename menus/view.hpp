#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "menus/step.hpp"

namespace jangkau::menus {

/// One line of a choice as it stands on the screen, and what choosing it does.
struct Line {
    char key = 0;
    std::string label;
    std::string code;                   ///< of a list's item
    const List::Item* above = nullptr;  ///< the item that it lies below, where a search found it
    const Option* option = nullptr;
};

/// Which lines stand on one page of a choice.
struct Page {
    std::size_t number = 0;
    std::size_t first = 0;
    std::size_t count = 0;
    bool more = false;
};

/// What a state shows to this dialogue: texts filled, options and list items as lines, cut into
/// pages that fit.
///
/// Lifetime: borrows all of them; made anew for every look, since the dialogue moves.
class View {
public:
    /// `language`: in which the state is shown (Menu::shown_in).
    View(const Menu& menu, const Language& language, const State& state, const Context& context)
        : menu_(menu), language_(language), state_(state), context_(context) {}

    [[nodiscard]] std::string filled(std::string_view text) const;
    /// An empty text for an unknown id.
    [[nodiscard]] const Text& text_of(const std::string& id) const;
    /// List items, then options. Items are numbered by page_of(). With `all` those below, too, that
    /// only a search shows.
    [[nodiscard]] std::vector<Line> lines(const Node& node, bool all = false) const;
    [[nodiscard]] std::string prompt_of(const Node& node) const;
    /// The page where the dialogue stands, or the last one; numbers its list items from 1.
    /// `prompt`: prompt_of(node).
    [[nodiscard]] Page page_of(const Node& node, std::vector<Line>& all, std::string prompt) const;
    /// The engine's own way back, where there is one and the menu does not use 0 for something
    /// else.
    [[nodiscard]] std::string back_line(const Node& node, bool later_page) const;
    /// The screen, with the first of `heads` above the prompt that leaves it within its budget.
    [[nodiscard]] std::string screen(const std::string& prompt,
                                     const std::vector<std::string>& shown,
                                     const std::vector<std::string>& heads) const;

private:
    void add_items(const ListChoice& choice, bool all, std::vector<Line>& out) const;
    void add_below(const List& list, std::string_view under, std::vector<Line>& out) const;
    void add_dynamic(std::string_view var, std::vector<Line>& out) const;
    [[nodiscard]] std::string label_of(const List& list, const List::Item& item) const;
    [[nodiscard]] bool is_found(std::string_view letters) const;
    [[nodiscard]] bool is_found(const List& list, const List::Item& item) const;

    const Menu& menu_;
    const Language& language_;
    const State& state_;
    const Context& context_;
};

}  // namespace jangkau::menus
