#include "menus/step.hpp"

#include <algorithm>

#include "gateway/core/text.hpp"
#include "menus/render.hpp"

namespace jangkau::menus {
namespace {

template <class... Ts>
struct overloaded : Ts... {
    using Ts::operator()...;
};
template <class... Ts>
overloaded(Ts...) -> overloaded<Ts...>;  // clang 14 does not deduce it

/// One line of a choice as it stands on the screen, and what choosing it does.
struct Line {
    char key = 0;
    std::string label;
    std::string code;  ///< of a list's item
    const Option* option = nullptr;
};

/// Walks one step. Everything that it changes is in `out_`.
class Walker {
public:
    Walker(const Menu& menu, State state, const Context& context) : menu_(menu), context_(context) {
        out_.state = std::move(state);
    }

    Step take(const Input& input) {
        std::visit(overloaded{
                       [&](const Entered& entered) { enter(entered); },
                       [&](const Typed& typed) { type(clean_utf8(typed.text)); },
                       [&](const Answered& answered) { answer(answered); },
                   },
                   input);
        return std::move(out_);
    }

private:
    State& state() { return out_.state; }
    const Language& language() { return menu_.shown_in(state().language, here()); }
    const Node* here() { return menu_.node(state().node); }
    std::string filled(std::string_view text) {
        return fold_to_gsm7(fill(menu_, language().code, text, state().vars, context_.settings));
    }
    const Text& text_of(const std::string& id) {
        static const Text kNone;
        const auto at = language().texts.find(id);
        return at == language().texts.end() ? kNone : at->second;
    }

    // --- the three inputs ---

    void enter(const Entered& entered) {
        State fresh;
        fresh.language = entered.language.empty() ? menu_.languages.front().code : entered.language;
        fresh.vars = entered.vars;
        state() = std::move(fresh);
        arrive(menu_.node(entered.state) ? entered.state : menu_.start);
    }

    void type(const std::string& text) {
        const Node* node = here();
        if (!node || state().ended) return start_over();
        switch (node->kind) {
            case Node::Kind::choose: return typed_choice(*node, text);
            case Node::Kind::ask: return typed_answer(*node, text);
            case Node::Kind::say: return node->to.empty() ? start_over() : go(node->to);
            // A turn that stopped before its question was answered asks it again.
            case Node::Kind::act: return arrive(node->name);
        }
    }

    void answer(const Answered& answered) {
        const Node* node = here();
        if (!node || node->kind != Node::Kind::act) return start_over();
        if (answered.restored && menu_.node(answered.restored->node)) {
            state() = *answered.restored;
            state().tries = 0;
            state().ended = false;
            if (!answered.language.empty()) state().language = answered.language;
            return arrive(state().node);
        }
        for (const auto& [name, value] : answered.vars) state().vars.insert_or_assign(name, value);
        if (!answered.language.empty()) state().language = answered.language;
        const auto next = node->on.find(answered.outcome);
        if (next == node->on.end()) return start_over();
        go(next->second);
    }

    /// What the menu no longer has, or what it never foresaw: better the first screen than an
    /// error.
    void start_over() {
        const std::string language = state().language;
        state() = State{};
        state().language = language;
        arrive(menu_.start);
    }

    // --- typed input ---

    void typed_choice(const Node& node, const std::string& typed) {
        const std::string text(trim(typed));
        std::vector<Line> all = lines(node);
        const Page page = page_of(node, all);
        if (const char key = key_in(text)) {
            for (std::size_t i = page.first; i < page.first + page.count; ++i)
                if (all[i].key == key) return chosen(node, all[i]);
            for (const Line& line : all)  // an option of another page is still the person's wish
                if (line.option && line.key == key) return chosen(node, line);
            if (key == '9' && page.more) return turn_page(node, state().page + 1);
            if (key == '0' && go_back(node)) return;
        } else if (node.list && node.list->search_min &&
                   letters_key(text).size() >= node.list->search_min) {
            return search(node, letters_key(text));
        }
        wrong(node, "choice");
    }

    /// One digit, with the signs that people put around it ("1.", " 1 ", "1#").
    static char key_in(std::string_view text) {
        char key = 0;
        for (const char c : text) {
            if (c >= '0' && c <= '9') {
                if (key) return 0;
                key = c;
            } else if (std::string_view(".)#*, ").find(c) == std::string_view::npos) {
                return 0;
            }
        }
        return key;
    }

    void chosen(const Node& node, const Line& line) {
        if (!line.option) {
            state().vars.insert_or_assign(node.into, line.code);
            state().vars.insert_or_assign(node.into + "_label", line.label);
            const auto special = node.list->on.find(line.code);
            return go(special == node.list->on.end() ? node.to : special->second);
        }
        for (const auto& [name, value] : line.option->set) {
            if (name == "language") state().language = value;
            state().vars.insert_or_assign(name, value);
        }
        if (!line.option->edit.empty()) {
            const Node* target = menu_.node(line.option->to);
            state().edit_stage = target ? target->stage : "";
            state().edit_return = line.option->edit;
            // The way back leads here, not through the answers of the first time.
            auto& trail = state().trail;
            if (trail.size() > 1) trail.erase(trail.begin(), trail.end() - 1);
        }
        go(line.option->to);
    }

    void search(const Node& node, const std::string& letters) {
        state().filter = letters;
        const std::vector<Line> found = lines(node);
        const auto items =
            std::count_if(found.begin(), found.end(), [](const Line& l) { return !l.option; });
        if (items == 0) return wrong(node, "not_found");
        if (items == 1) {
            for (const Line& line : found)
                if (!line.option) return chosen(node, line);
        }
        turn_page(node, 0);
    }

    void typed_answer(const Node& node, const std::string& typed) {
        if (trim(typed) == "0" && go_back(node)) return;
        const Validator* validator = find_validator(node.validator);
        if (!validator) return start_over();
        Validated result = validator->check(typed, context_.rules);
        for (auto& [name, value] : result.vars)
            state().vars.insert_or_assign(name.empty() ? node.into : name, std::move(value));
        if (result.error.empty()) return go(node.to);
        const auto text = node.errors.find(result.error);
        wrong(node, result.error, text == node.errors.end() ? "" : text->second);
    }

    void wrong(const Node& node, std::string error, const std::string& text = {}) {
        ++state().tries;
        const bool last = state().tries >= node.tries;
        out_.effects.push_back(Refused{node.name, std::move(error), last});
        if (last) return arrive(node.after_tries);
        show(node, text, text.empty());
    }

    // --- moving ---

    bool go_back(const Node& node) {
        if (node.kind == Node::Kind::choose && !state().filter.empty()) {
            state().filter.clear();
            turn_page(node, 0);
            return true;
        }
        if (state().page > 0) {
            turn_page(node, state().page - 1);
            return true;
        }
        while (!state().trail.empty()) {
            std::string earlier = std::move(state().trail.back());
            state().trail.pop_back();
            const Node* back = menu_.node(earlier);
            if (!back) continue;
            if (back->stage != state().edit_stage) {
                state().edit_stage.clear();
                state().edit_return.clear();
            }
            arrive(earlier);
            return true;
        }
        return false;
    }

    void turn_page(const Node& node, std::size_t page) {
        state().page = page;
        state().tries = 0;
        show(node, "", false);
    }

    /// On to `target`, unless the part of the draft that was to be changed is left by it: then back
    /// to where the change was asked for.
    void go(const std::string& target) {
        const Node* from = here();
        const Node* to = menu_.node(target);
        if (!to) return start_over();
        if (!state().edit_return.empty() && from && from->stage == state().edit_stage &&
            to->stage != state().edit_stage) {
            const Node* asked_at = menu_.node(std::exchange(state().edit_return, {}));
            state().edit_stage.clear();
            // A state of no stage is not the next part but a way out (too young, cancelled): it
            // must be seen.
            if (asked_at && !to->stage.empty()) to = asked_at;
        }
        if (from && (from->kind == Node::Kind::choose || from->kind == Node::Kind::ask))
            remember(from->name);
        arrive(to->name);
    }

    void remember(const std::string& name) {
        if (state().trail.empty() || state().trail.back() != name) state().trail.push_back(name);
    }

    void arrive(const std::string& name) {
        const Node* node = menu_.node(name);
        if (!node) node = menu_.node(menu_.start);
        state().node = node->name;
        state().page = 0;
        state().tries = 0;
        state().filter.clear();
        state().ended = false;
        // Somewhere he has been: the way back does not lead in circles.
        auto& trail = state().trail;
        trail.erase(std::find(trail.begin(), trail.end(), node->name), trail.end());
        if (node->kind == Node::Kind::act) {
            out_.next = Ask{node->action, node->argument};
            return;
        }
        if (!node->stage.empty() && node->kind != Node::Kind::say) {
            const auto stage = std::find(menu_.stages.begin(), menu_.stages.end(), node->stage);
            out_.effects.push_back(
                KeepDraft{static_cast<std::size_t>(stage - menu_.stages.begin()) + 1});
        }
        show(*node, "", false);
    }

    // --- showing ---

    struct Page {
        std::size_t first = 0;
        std::size_t count = 0;
        bool more = false;
    };

    std::vector<Line> lines(const Node& node) {
        std::vector<Line> out;
        if (node.list) add_items(*node.list, out);
        const Text& text = text_of(node.text);
        for (const Option& option : node.options) {
            const auto label =
                std::find_if(text.labels.begin(), text.labels.end(),
                             [&](const Text::Label& l) { return l.key == option.key; });
            out.push_back(
                {option.key, label == text.labels.end() ? "" : filled(label->label), "", &option});
        }
        return out;
    }

    void add_items(const ListChoice& choice, std::vector<Line>& out) {
        const auto matches = [&](const std::string& label) {
            return state().filter.empty() ||
                   letters_key(label).find(state().filter) != std::string::npos;
        };
        if (choice.list.starts_with('$')) {
            add_dynamic(choice.list.substr(1), matches, out);
        } else if (const auto list = menu_.lists.find(choice.list); list != menu_.lists.end()) {
            std::string under = choice.under;
            if (under.starts_with('$')) {
                const auto var = state().vars.find(under.substr(1));
                under = var == state().vars.end() ? "" : var->second;
            }
            for (const List::Item& item : list->second.items) {
                if (item.parent != under) continue;
                std::string label =
                    list->second.word_group.empty()
                        ? item.label
                        : menu_.word(language().code, list->second.word_group, item.code);
                if (matches(label)) out.push_back({0, fold_to_gsm7(label), item.code, nullptr});
            }
        }
        if (!state().filter.empty()) return;
        for (const std::string& code : choice.extra)
            out.push_back(
                {0, menu_.word(language().code, choice.extra_words, code), code, nullptr});
    }

    template <class Matches>
    void add_dynamic(std::string_view var, Matches matches, std::vector<Line>& out) {
        const auto at = state().vars.find(var);
        std::string_view rest =
            at == state().vars.end() ? std::string_view() : std::string_view(at->second);
        while (!rest.empty()) {
            const std::string_view line = rest.substr(0, rest.find('\n'));
            rest.remove_prefix(std::min(rest.size(), line.size() + 1));
            const std::size_t tab = line.find('\t');
            if (tab == std::string_view::npos) continue;
            std::string label = fold_to_gsm7(clean_utf8(line.substr(tab + 1)));
            if (matches(label))
                out.push_back({0, std::move(label), std::string(line.substr(0, tab)), nullptr});
        }
    }

    /// Which lines stand on the present page; numbers a list's items from 1.
    Page page_of(const Node& node, std::vector<Line>& all) {
        Page page;
        page.count = all.size();
        if (!all.empty()) {
            const std::vector<std::size_t> sizes =
                page_sizes(filled(text_of(node.text).prompt), counted(all), language().more,
                           back_line(node, true), node.list ? node.list->per_page : all.size(),
                           context_.screen_units);
            state().page = std::min(state().page, sizes.size() - 1);
            for (std::size_t i = 0; i < state().page; ++i) page.first += sizes[i];
            page.count = sizes[state().page];
            page.more = state().page + 1 < sizes.size();
        }
        for (std::size_t i = 0; i < page.count; ++i)
            if (Line& line = all[page.first + i]; !line.option)
                line.key = static_cast<char>('1' + i);
        return page;
    }

    /// The lines as long as they will be; which digit stands before each does not matter.
    static std::vector<std::string> counted(const std::vector<Line>& all) {
        std::vector<std::string> out;
        out.reserve(all.size());
        for (const Line& line : all) out.push_back("1 " + line.label);
        return out;
    }

    /// The engine's own way back, where there is one and the menu does not use 0 for something
    /// else.
    std::string back_line(const Node& node, bool later_page) {
        const bool own = std::any_of(node.options.begin(), node.options.end(),
                                     [](const Option& o) { return o.key == '0'; });
        if (own) return {};
        const bool somewhere =
            !state().trail.empty() || later_page || state().page > 0 || !state().filter.empty();
        return somewhere ? language().back : std::string();
    }

    void show(const Node& node, const std::string& instead, bool refused) {
        const Text& text = text_of(instead.empty() ? node.text : instead);
        if (node.kind == Node::Kind::say) {
            state().ended = node.to.empty();
            std::vector<std::string> labels;
            for (const Text::Label& label : text.labels)
                labels.push_back(std::string(1, label.key) + " " + filled(label.label));
            out_.next = Screen{compose_screen(filled(text.prompt), labels, context_.screen_units),
                               state().ended};
            return;
        }
        std::vector<Line> all = lines(node);
        const Page page = page_of(node, all);
        const bool nothing_found = node.list && !state().filter.empty() && all.empty();
        if (nothing_found) return show_alone(node.list->not_found);
        std::vector<std::string> shown;
        for (std::size_t i = page.first; i < page.first + page.count; ++i)
            shown.push_back(std::string(1, all[i].key) + " " + all[i].label);
        if (page.more) shown.push_back(language().more);
        if (const std::string back = back_line(node, false); !back.empty()) shown.push_back(back);
        // With nothing to choose and nowhere to go back to, waiting would be a dead end.
        state().ended = node.kind == Node::Kind::choose && shown.empty();
        out_.next = Screen{with_complaint(filled(text.prompt), shown, refused && !state().ended),
                           state().ended};
    }

    /// A search that found nothing: other letters may be typed, and 0 shows the list again.
    void show_alone(const std::string& text) {
        out_.next = Screen{
            compose_screen(filled(text_of(text).prompt), {language().back}, context_.screen_units),
            false};
    }

    std::string with_complaint(const std::string& prompt, const std::vector<std::string>& shown,
                               bool refused) {
        if (refused) {
            for (const std::string& complaint :
                 {language().no_choice, language().no_choice_short}) {
                std::string whole = complaint + "\n" + prompt;
                for (const std::string& line : shown) whole += "\n" + line;
                if (fits(whole, context_.screen_units)) return whole;
            }
        }
        return compose_screen(prompt, shown, context_.screen_units);
    }

    const Menu& menu_;
    const Context& context_;
    Step out_;
};

}  // namespace

Step step(const Menu& menu, State state, const Input& input, const Context& context) {
    return Walker(menu, std::move(state), context).take(input);
}

}  // namespace jangkau::menus
