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

const Language& Menu::reviewed(std::string_view code) const {
    const Language& own = language(code);
    return own.draft ? language(own.falls_back_to) : own;
}

const Language& Menu::shown_in(std::string_view code, const Node* node) const {
    return node && node->reviewed ? reviewed(code) : language(code);
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

namespace {

/// The question and the labels that a draft's text lacks, in the order of the whole one.
void complete(Text& own, const Text& whole, const std::string& path,
              std::vector<std::string>& borrowed) {
    if (own.prompt.empty() && !whole.prompt.empty()) {
        own.prompt = whole.prompt;
        borrowed.push_back(path + " (question)");
    }
    std::vector<Text::Label> labels;
    for (const Text::Label& label : whole.labels) {
        const auto at = std::find_if(own.labels.begin(), own.labels.end(),
                                     [&](const Text::Label& l) { return l.key == label.key; });
        labels.push_back(at == own.labels.end() ? label : *at);
        if (at == own.labels.end())
            borrowed.push_back(path + "/" + label.key);
        else
            own.labels.erase(at);
    }
    labels.insert(labels.end(), own.labels.begin(), own.labels.end());
    own.labels = std::move(labels);
}

void complete(Language& draft, const Language& whole) {
    for (const auto& [id, text] : whole.texts) {
        const auto [own, missing] = draft.texts.emplace(id, text);
        if (missing) {
            own->second.from = whole.code;
            draft.borrowed.push_back("texts/" + id);
        } else {
            complete(own->second, text, "texts/" + id, draft.borrowed);
        }
    }
    for (const auto& [group, words] : whole.words)
        for (const auto& [code, word] : words)
            if (draft.words[group].emplace(code, word).second)
                draft.borrowed.push_back("words/" + group + "/" + code);
    for (auto [name, line] :
         {std::pair{"back", &Language::back}, std::pair{"more", &Language::more},
          std::pair{"no_choice", &Language::no_choice},
          std::pair{"no_choice_short", &Language::no_choice_short},
          std::pair{"resumed", &Language::resumed},
          std::pair{"resumed_short", &Language::resumed_short}}) {
        if (!(draft.*line).empty() || (whole.*line).empty()) continue;
        draft.*line = whole.*line;
        draft.borrowed.push_back("engine/" + std::string(name));
    }
}

/// Takes out a choice and its line, which would else be read on the screen.
void drop_option(Menu& menu, const Node& node, char key) {
    for (Language& language : menu.languages)
        if (const auto text = language.texts.find(node.text); text != language.texts.end())
            std::erase_if(text->second.labels,
                          [&](const Text::Label& label) { return label.key == key; });
}

}  // namespace

void complete_drafts(Menu& menu) {
    for (Language& draft : menu.languages)
        if (draft.draft) complete(draft, menu.language(draft.falls_back_to));
}

Menu without_drafts(Menu menu) {
    std::erase_if(menu.languages, [](const Language& language) { return language.draft; });
    const auto hidden = [&](const Option& option) {
        const auto to = option.set.find("language");
        return to != option.set.end() && menu.language(to->second).code != to->second;
    };
    for (auto& [name, node] : menu.nodes) {
        for (const Option& option : node.options)
            if (hidden(option)) drop_option(menu, node, option.key);
        std::erase_if(node.options, hidden);
    }
    return menu;
}

int line_of(const Lines& lines, std::string_view path) {
    for (;;) {
        if (const auto at = lines.find(path); at != lines.end()) return at->second;
        const std::size_t cut = path.rfind('/');
        if (cut == std::string_view::npos) return 0;
        path = path.substr(0, cut);
    }
}

}  // namespace jangkau::menus
