#include "menus/menu.hpp"

#include <algorithm>

namespace jangkau::menus {

const List::Item* List::find(std::string_view code) const {
    const auto at = std::find_if(items.begin(), items.end(),
                                 [&](const Item& item) { return item.code == code; });
    return at == items.end() ? nullptr : &*at;
}

const Language& Menu::language(std::string_view code) const {
    const auto at = std::find_if(languages.begin(), languages.end(),
                                 [&](const Language& language) { return language.code == code; });
    return at == languages.end() ? languages.front() : *at;
}

const Node* Menu::node(std::string_view node_name) const {
    const auto at = nodes.find(node_name);
    return at == nodes.end() ? nullptr : &at->second;
}

std::string Menu::word(std::string_view language_code, std::string_view group,
                       std::string_view code) const {
    const auto& words = language(language_code).words;
    const auto in = words.find(group);
    if (in == words.end()) return std::string(code);
    const auto at = in->second.find(code);
    return at == in->second.end() ? std::string(code) : at->second;
}

}  // namespace jangkau::menus
