#include <algorithm>

#include "gateway/core/text.hpp"
#include "menus/graph_parts.hpp"
#include "menus/render.hpp"
#include "menus/worst.hpp"

namespace jangkau::menus {
namespace {

void add_lines(const std::string& text, std::vector<ScreenRow>& out) {
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        out.push_back({0, text.substr(at, end - at)});
        at = end + 1;
    }
}

}  // namespace

Screens::Screens(const Menu& menu, const GraphOptions& options)
    : menu_(menu),
      language_(menu.language(options.language)),
      options_(options),
      worst_menu_(worst_menu(menu)),
      worst_(worst_vars(menu, language_, options.settings)) {}

std::string Screens::filled(const std::string& text) const {
    return fold_to_gsm7(fill(worst_menu_, language_.code, text, worst_, {}));
}

std::string Screens::setting(std::string_view name) const {
    const auto at = options_.settings.find(name);
    return at == options_.settings.end() ? std::string() : at->second;
}

std::vector<ScreenRow> Screens::rows(const std::string& text) const {
    std::vector<ScreenRow> out;
    add_lines(render_text(worst_menu_, language_.code, text, worst_, {}), out);
    return out;
}

std::vector<ScreenRow> Screens::rows(const Node& node) const {
    const auto text = language_.texts.find(node.text);
    if (node.kind == Node::Kind::act || text == language_.texts.end()) return {};
    if (node.kind == Node::Kind::say) return rows(node.text);
    std::vector<ScreenRow> out;
    if (!text->second.prompt.empty()) add_lines(filled(text->second.prompt), out);
    bool own_back = false;
    for (const Option& option : node.options) {
        own_back |= option.key == '0';
        for (const Text::Label& label : text->second.labels)
            if (label.key == option.key)
                out.push_back({option.key, std::string(1, option.key) + " " + filled(label.label)});
    }
    if (node.list) add_items(node, out);
    // The first question has nothing to go back to, but most have.
    if (!own_back && node.name != menu_.start) out.push_back({'0', language_.back});
    return out;
}

void Screens::add_items(const Node& node, std::vector<ScreenRow>& out) const {
    std::string prompt;
    for (const ScreenRow& row : out) prompt += (prompt.empty() ? "" : "\n") + row.text;
    const std::vector<std::string> all = labels(node);
    std::vector<std::string> numbered;
    numbered.reserve(all.size());
    for (const std::string& label : all) numbered.push_back("1 " + label);
    const std::size_t shown = page_sizes(prompt, numbered, language_.more, language_.back,
                                         node.list->per_page, options_.limits.screen_units)
                                  .front();
    for (std::size_t i = 0; i < shown; ++i) {
        const char key = static_cast<char>('1' + i);
        out.push_back({key, std::string(1, key) + " " + all[i]});
    }
    if (shown < all.size()) out.push_back({'9', language_.more});
}

std::vector<std::string> Screens::labels(const Node& node) const {
    std::vector<std::string> out;
    if (const auto list = menu_.lists.find(node.list->list); list != menu_.lists.end()) {
        const std::string parent = parent_of(node);
        for (const List::Item& item : list->second.items)
            if (item.parent == parent)
                out.push_back(fold_to_gsm7(
                    list->second.word_group.empty()
                        ? item.label
                        : menu_.word(language_.code, list->second.word_group, item.code)));
    } else {
        out.emplace_back("...");  // made by an action: nobody knows it here
    }
    for (const std::string& code : node.list->extra)
        out.push_back(menu_.word(language_.code, node.list->extra_words, code));
    return out;
}

/// The parent that the list stands under. Where that is chosen at another state, its first item
/// serves as an example.
std::string Screens::parent_of(const Node& node) const {
    const ListChoice& choice = *node.list;
    if (!choice.under.starts_with('$')) return choice.under;
    const auto list = menu_.lists.find(choice.list);
    for (const auto& [name, other] : menu_.nodes) {
        if (!other.list || other.into != choice.under.substr(1) ||
            other.list->list != choice.list || other.list->under.starts_with('$'))
            continue;
        for (const List::Item& item : list->second.items)
            if (item.parent == other.list->under) return item.code;
    }
    return {};
}

std::size_t units_of(const std::vector<ScreenRow>& rows) {
    std::string text;
    for (const ScreenRow& row : rows) text += (&row == &rows.front() ? "" : "\n") + row.text;
    return measure(text).units;
}

}  // namespace jangkau::menus
