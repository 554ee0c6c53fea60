#include "menus/worst.hpp"

#include "gateway/core/text.hpp"

namespace jangkau::menus {

Menu worst_menu(Menu menu) {
    for (auto& [name, holder] : menu.placeholders) holder = {name, "", holder.worst};
    return menu;
}

Vars worst_vars(const Menu& menu, const Language& language, Vars settings) {
    for (const auto& [name, holder] : menu.placeholders) {
        std::string worst = holder.worst;
        if (const auto group = language.words.find(holder.word_group);
            group != language.words.end())
            for (const auto& [code, word] : group->second)
                if (measure(word).units > measure(worst).units) worst = word;
        std::string& value = settings[name];
        if (measure(worst).units > measure(value).units) value = worst;
    }
    return settings;
}

std::string longest_item(const Menu& menu, const Node& node, const Language& language) {
    std::string longest;
    const auto consider = [&](const std::string& label) {
        if (measure(label).units > measure(longest).units) longest = label;
    };
    if (const auto list = menu.lists.find(node.list->list); list != menu.lists.end())
        for (const List::Item& item : list->second.items)
            consider(list->second.word_group.empty()
                         ? item.label
                         : menu.word(language.code, list->second.word_group, item.code));
    for (const std::string& code : node.list->extra)
        consider(menu.word(language.code, node.list->extra_words, code));
    return longest;
}

}  // namespace jangkau::menus
