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
    std::string code;  ///< of a list's item
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
/// Lifetime: borrows all three; made anew for every look, since the dialogue moves.
class View {
public:
    View(const Menu& menu, const State& state, const Context& context)
        : menu_(menu), state_(state), context_(context) {}

    [[nodiscard]] std::string filled(std::string_view text) const;
    /// An empty text for an unknown id.
    [[nodiscard]] const Text& text_of(const std::string& id) const;
    /// List items, then options. Items are numbered by page_of().
    [[nodiscard]] std::vector<Line> lines(const Node& node) const;
    /// The page where the dialogue stands, or the last one; numbers its list items from 1.
    [[nodiscard]] Page page_of(const Node& node, std::vector<Line>& all) const;
    /// The engine's own way back, where there is one and the menu does not use 0 for something
    /// else.
    [[nodiscard]] std::string back_line(const Node& node, bool later_page) const;
    /// The screen, with the first of `heads` above the prompt that leaves it within its budget.
    [[nodiscard]] std::string screen(const std::string& prompt,
                                     const std::vector<std::string>& shown,
                                     const std::vector<std::string>& heads) const;
    [[nodiscard]] const Language& language() const { return menu_.language(state_.language); }

private:
    void add_items(const ListChoice& choice, std::vector<Line>& out) const;
    void add_dynamic(std::string_view var, std::vector<Line>& out) const;
    [[nodiscard]] bool matches(const std::string& label) const;

    const Menu& menu_;
    const State& state_;
    const Context& context_;
};

}  // namespace jangkau::menus
