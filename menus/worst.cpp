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

}  // namespace jangkau::menus
