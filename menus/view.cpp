#include "menus/view.hpp"

#include <algorithm>

#include "gateway/core/text.hpp"
#include "menus/render.hpp"

namespace jangkau::menus {
namespace {

/// The lines as long as they will be; which digit stands before each does not matter.
std::vector<std::string> counted(const std::vector<Line>& all) {
    std::vector<std::string> out;
    out.reserve(all.size());
    for (const Line& line : all) out.push_back("1 " + line.label);
    return out;
}

}  // namespace

std::string View::filled(std::string_view text) const {
    return fold_to_gsm7(fill(menu_, language_.code, text, state_.vars, context_.settings));
}

const Text& View::text_of(const std::string& id) const {
    static const Text kNone;
    const auto at = language_.texts.find(id);
    return at == language_.texts.end() ? kNone : at->second;
}

std::vector<Line> View::lines(const Node& node, bool all) const {
    std::vector<Line> out;
    if (node.list) add_items(*node.list, all, out);
    const Text& text = text_of(node.text);
    for (const Option& option : node.options) {
        const auto label = std::find_if(text.labels.begin(), text.labels.end(),
                                        [&](const Text::Label& l) { return l.key == option.key; });
        out.push_back({option.key, label == text.labels.end() ? "" : filled(label->label), "",
                       nullptr, &option});
    }
    return out;
}

bool View::is_found(std::string_view letters) const {
    return letters.find(state_.filter) != letters.npos;
}

bool View::is_found(const List& list, const List::Item& item) const {
    if (state_.filter.empty()) return true;
    return is_found(item.letters.empty() ? letters_key(label_of(list, item)) : item.letters);
}

void View::add_items(const ListChoice& choice, bool all, std::vector<Line>& out) const {
    if (choice.list.starts_with('$')) {
        add_dynamic(choice.list.substr(1), out);
    } else if (const auto list = menu_.lists.find(choice.list); list != menu_.lists.end()) {
        std::string under = choice.under;
        if (under.starts_with('$')) {
            const auto var = state_.vars.find(under.substr(1));
            under = var == state_.vars.end() ? "" : var->second;
        }
        const bool searched = choice.below && !state_.filter.empty();
        for (const List::Item& item : list->second.items) {
            if (item.parent != under || searched || !is_found(list->second, item)) continue;
            out.push_back({0, label_of(list->second, item), item.code, nullptr, nullptr});
        }
        if (searched || (all && choice.below)) add_below(list->second, under, out);
    }
    if (!state_.filter.empty()) return;
    for (const std::string& code : choice.extra)
        out.push_back(
            {0, menu_.word(language_.code, choice.extra_words, code), code, nullptr, nullptr});
}

void View::add_below(const List& list, std::string_view under, std::vector<Line>& out) const {
    const List::Item* above = nullptr;
    for (const List::Item& item : list.items) {
        // Those that lie below the same one mostly stand together.
        if (!above || above->code != item.parent) above = list.find(item.parent);
        if (!above || above->parent != under || !is_found(list, item)) continue;
        out.push_back({0, label_of(list, item), item.code, above, nullptr});
    }
}

std::string View::label_of(const List& list, const List::Item& item) const {
    return fold_to_gsm7(list.word_group.empty()
                            ? item.label
                            : menu_.word(language_.code, list.word_group, item.code));
}

void View::add_dynamic(std::string_view var, std::vector<Line>& out) const {
    const auto at = state_.vars.find(var);
    std::string_view rest =
        at == state_.vars.end() ? std::string_view() : std::string_view(at->second);
    while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        const std::size_t tab = line.find('\t');
        if (tab == std::string_view::npos) continue;
        std::string label = fold_to_gsm7(clean_utf8(line.substr(tab + 1)));
        if (state_.filter.empty() || is_found(letters_key(label)))
            out.push_back(
                {0, std::move(label), std::string(line.substr(0, tab)), nullptr, nullptr});
    }
}

std::string View::prompt_of(const Node& node) const { return filled(text_of(node.text).prompt); }

Page View::page_of(const Node& node, std::vector<Line>& all, std::string prompt) const {
    Page page;
    page.count = all.size();
    if (!all.empty()) {
        if (node.list && state_.resumed) prompt = language_.resumed_short + "\n" + prompt;
        const std::vector<std::size_t> sizes =
            page_sizes(prompt, counted(all), language_.more, back_line(node, true),
                       node.list ? node.list->per_page : all.size(), context_.screen_units);
        page.number = std::min(state_.page, sizes.size() - 1);
        for (std::size_t i = 0; i < page.number; ++i) page.first += sizes[i];
        page.count = sizes[page.number];
        page.more = page.number + 1 < sizes.size();
    }
    for (std::size_t i = 0; i < page.count; ++i)
        if (Line& line = all[page.first + i]; !line.option) line.key = static_cast<char>('1' + i);
    return page;
}

std::string View::back_line(const Node& node, bool later_page) const {
    const bool own = std::any_of(node.options.begin(), node.options.end(),
                                 [](const Option& o) { return o.key == '0'; });
    if (own) return {};
    const bool somewhere =
        !state_.trail.empty() || later_page || state_.page > 0 || !state_.filter.empty();
    return somewhere ? language_.back : std::string();
}

std::string View::screen(const std::string& prompt, const std::vector<std::string>& shown,
                         const std::vector<std::string>& heads) const {
    for (const std::string& head : heads) {
        if (head.empty()) continue;
        std::string whole = head + "\n" + prompt;
        for (const std::string& line : shown) whole += "\n" + line;
        if (fits(whole, context_.screen_units)) return whole;
    }
    return compose_screen(prompt, shown, context_.screen_units);
}

}  // namespace jangkau::menus
