#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "menus/flows/service.hpp"

namespace jangkau {

/// What a person understands of a screen or an SMS: which text of the menu it is, whatever was
/// filled in, whatever line stands above it, in whatever language.
struct Seen {
    struct Option {
        std::string key;
        std::string label;
    };
    std::string text_id;  ///< "" = none of the menu's
    std::string language;
    const menus::Node* node = nullptr;  ///< one that shows this text or asks again with it
    std::vector<Option> options;        ///< lines "1 Label"
    bool end = false;

    [[nodiscard]] bool asks(std::string_view validator) const {
        return node && node->kind == menus::Node::Kind::ask && node->validator == validator;
    }
    [[nodiscard]] bool lists(std::string_view list) const {
        return node && node->list && node->list->list == list;
    }
    /// Key of the option with that label, or of the first that begins so; "" = none.
    [[nodiscard]] std::string key_of(std::string_view label) const;
};

/// Finds texts by what stands between their placeholders.
///
/// Lifetime: borrows the service.
class MenuReader {
public:
    MenuReader(const flows::Service& service, Time now);

    [[nodiscard]] Seen read(std::string_view screen, bool end = false) const;
    /// The state that shows this text, or asks again with it; null = none, or said by SMS only.
    [[nodiscard]] const menus::Node* node_of(std::string_view text_id) const;
    /// Whether that text shows this placeholder in the default language.
    [[nodiscard]] bool shows(std::string_view text_id, std::string_view placeholder) const;
    /// The text's prompt in the default language, as it stands in the file.
    [[nodiscard]] std::string_view prompt(std::string_view text_id) const;
    /// Key of the option that has (or begins with) this label in the default language, if it stands
    /// on the screen; "" = none.
    [[nodiscard]] std::string key_for(const Seen& seen, std::string_view default_label) const;

private:
    struct Pattern {
        std::string text_id;
        std::string language;
        std::vector<std::string> pieces;  ///< literal texts between placeholders, first to last
        std::size_t letters = 0;          ///< of all pieces
    };
    void learn(const menus::Language& language, const menus::Vars& settings);

    const flows::Service& service_;
    std::vector<Pattern> patterns_;  ///< the one that says most first
    std::map<std::string, const menus::Node*, std::less<>> nodes_;
};

/// The first word of seven digits in it, or "".
[[nodiscard]] std::string ticket_in(std::string_view text);

}  // namespace jangkau
