#include "menus/step.hpp"

#include <algorithm>

#include "gateway/core/text.hpp"
#include "menus/render.hpp"
#include "menus/view.hpp"

namespace jangkau::menus {
namespace {

template <class... Ts>
struct overloaded : Ts... {
    using Ts::operator()...;
};
template <class... Ts>
overloaded(Ts...) -> overloaded<Ts...>;  // clang 14 does not deduce it

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
    const Node* here() {
        if (!here_ || here_->name != state().node) here_ = menu_.node(state().node);
        return here_;
    }
    [[nodiscard]] View view() { return {menu_, language(), out_.state, context_}; }

    // --- the three inputs ---

    void enter(const Entered& entered) {
        begin(entered.language.empty() ? menu_.languages.front().code : entered.language);
        state().vars = entered.vars;
        arrive(menu_.node(entered.state) ? entered.state : menu_.start);
    }

    void type(const std::string& text) {
        if (way_out(trim(text))) return;
        if (state().revision != 0 && state().revision != menu_.revision) return catch_up(text);
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
        if (answered.restored && go_on_with(answered)) return;
        if (answered.forget) {
            auto trail = std::move(state().trail);  // the way back to where it was begun
            begin(state().language);
            state().trail = std::move(trail);
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
        begin(state().language);
        arrive(menu_.start);
    }

    void begin(std::string language) {
        state() = State{};
        state().revision = menu_.revision;
        state().language = std::move(language);
    }

    // --- going on with what was typed before ---

    /// With a draft: at its question, or, where the menu has changed, at the first question whose
    /// answer it cannot use.
    bool go_on_with(const Answered& answered) {
        const State& draft = *answered.restored;
        const std::string language = answered.language.empty() ? draft.language : answered.language;
        if (draft.revision != 0 && draft.revision != menu_.revision) {
            if (!menu_.node(draft.journey)) return false;
            replay(draft, language);
        } else {
            if (!menu_.node(draft.node)) return false;
            state() = draft;
            state().language = language;
            state().revision = menu_.revision;
        }
        state().resumed = answered.announce;
        const std::string at = state().node;
        arrive(at);
        return true;
    }

    /// The journey from its beginning: questions whose answers hold are passed by.
    void replay(const State& old, const std::string& language) {
        State fresh;
        fresh.node = old.journey;
        fresh.language = language;
        fresh.vars = old.vars;
        fresh.revision = menu_.revision;
        fresh.draft = old.draft;
        fresh.kept = old.answers;
        fresh.kept.insert(old.kept.begin(), old.kept.end());
        state() = std::move(fresh);
    }

    /// The menu was changed between a screen and its answer. What a digit meant there nobody knows,
    /// so a choice is shown again; what was typed freely is an answer as good as before.
    void catch_up(const std::string& text) {
        const Node* node = here();
        if (!menu_.node(state().journey)) {
            if (!node || state().ended) return start_over();
            state().revision = menu_.revision;
            return arrive(node->name);
        }
        State old = state();
        if (node && node->kind == Node::Kind::ask && trim(text) != "0")
            old.answers.insert_or_assign(node->name, text);
        replay(old, old.language);
        const std::string at = state().node;
        arrive(at);
    }

    /// Passes a question by whose answer was given before. Answers of one stage hang together:
    /// where one does not hold, those that follow it are asked again.
    bool answered_before(const Node& node) {
        const auto at = state().kept.find(node.name);
        if (at == state().kept.end()) return false;
        const std::string answer = std::move(at->second);
        state().kept.erase(at);
        for (const Line& line : view().lines(node, true))
            if ((line.option ? meaning(*line.option) : line.code) == answer) {
                chosen(node, line);
                return true;
            }
        if (node.kind == Node::Kind::ask && accepts(node, answer).empty()) {
            go(node.to);
            return true;
        }
        for (auto kept = state().kept.begin(); kept != state().kept.end();) {
            const Node* other = menu_.node(kept->first);
            kept = !other || other->stage == node.stage ? state().kept.erase(kept) : kept + 1;
        }
        return false;
    }

    /// What an option does: it stays the same when options are put into another order.
    static std::string meaning(const Option& option) {
        std::string out = option.to;
        for (const auto& [name, value] : option.set) out += " " + name + "=" + value;
        return out;
    }

    void note_answer(const Node& node, std::string answer) {
        if (!node.stage.empty()) state().answers.insert_or_assign(node.name, std::move(answer));
    }

    /// 00 leads to the menu's home from every question; 99 on a screen that goes on with a draft
    /// begins anew.
    bool way_out(std::string_view text) {
        const std::string* to = text == "00"                      ? &menu_.home
                                : text == "99" && state().resumed ? &menu_.restart
                                                                  : nullptr;
        const Node* node = here();
        if (!to || !menu_.node(*to) || !node || state().ended || node->kind == Node::Kind::say)
            return false;
        begin(state().language);
        arrive(*to);
        return true;
    }

    // --- typed input ---

    void typed_choice(const Node& node, const std::string& typed) {
        const std::string text(trim(typed));
        if (const char key = key_in(text)) {
            if (typed_key(node, key)) return;
        } else if (node.list && node.list->search_min &&
                   letters_key(text).size() >= node.list->search_min) {
            return search(node, letters_key(text));
        }
        wrong(node, "choice");
    }

    bool typed_key(const Node& node, char key) {
        // Of another page it is still the person's wish.
        const Option* const option = option_with(node, key);
        // Which items there are, and whether more follow, is the page's to tell.
        if (node.list || (!option && key == '9')) {
            std::vector<Line> all = view().lines(node);
            const Page page = view().page_of(node, all, view().prompt_of(node));
            for (std::size_t i = page.first; i < page.first + page.count; ++i)
                if (!all[i].option && all[i].key == key) return picked(node, all[i]), true;
            if (!option && key == '9' && page.more) return turn_page(node, page.number + 1), true;
        }
        if (option) return picked(node, *option), true;
        return key == '0' && go_back(node);
    }

    static const Option* option_with(const Node& node, char key) {
        const auto at = std::find_if(node.options.begin(), node.options.end(),
                                     [&](const Option& option) { return option.key == key; });
        return at == node.options.end() ? nullptr : &*at;
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

    /// By the person, not by what is known of him.
    template <class Choice>
    void picked(const Node& node, const Choice& choice) {
        state().resumed = false;
        chosen(node, choice);
    }

    void chosen(const Node& node, const Line& line) {
        if (line.option) return chosen(node, *line.option);
        note_answer(node, line.code);
        if (line.above) {  // found below: what it lies in is chosen with it
            set_item(node.into, line.above->code, line.above->label);
            set_item(node.list->below->into, line.code, line.label);
            return go(node.list->below->to);
        }
        set_item(node.into, line.code, line.label);
        const auto special = node.list->on.find(line.code);
        go(special == node.list->on.end() ? node.to : special->second);
    }

    void chosen(const Node& node, const Option& option) {
        note_answer(node, meaning(option));
        for (const auto& [name, value] : option.set) {
            if (name == "language") state().language = value;
            state().vars.insert_or_assign(name, value);
        }
        if (!option.edit.empty()) {
            const Node* target = menu_.node(option.to);
            state().edit_stage = target ? target->stage : "";
            state().edit_return = option.edit;
            // The way back leads here, not through the answers of the first time.
            auto& trail = state().trail;
            if (trail.size() > 1) trail.erase(trail.begin(), trail.end() - 1);
        }
        go(option.to);
    }

    void set_item(const std::string& variable, const std::string& code, const std::string& label) {
        state().vars.insert_or_assign(variable, code);
        state().vars.insert_or_assign(variable + "_label", label);
    }

    void search(const Node& node, const std::string& letters) {
        state().filter = letters;
        const std::vector<Line> found = view().lines(node);
        const auto items =
            std::count_if(found.begin(), found.end(), [](const Line& l) { return !l.option; });
        if (items == 0) return wrong(node, "not_found");
        for (const Line& line : found)  // the only one, or the one that is called exactly so
            if (!line.option && (items == 1 || letters_key(line.label) == letters))
                return picked(node, line);
        turn_page(node, 0);
    }

    void typed_answer(const Node& node, const std::string& typed) {
        if (const char key = key_in(trim(typed)))
            if (const Option* option = option_with(node, key)) return picked(node, *option);
        if (trim(typed) == "0" && go_back(node)) return;
        if (!find_validator(node.validator)) return start_over();
        const std::string error = accepts(node, typed);
        if (error.empty()) {
            state().resumed = false;
            return go(node.to);
        }
        const auto text = node.errors.find(error);
        wrong(node, error, text == node.errors.end() ? "" : text->second);
    }

    /// Takes the answer in; the error, or "".
    std::string accepts(const Node& node, const std::string& typed) {
        const Validator* validator = find_validator(node.validator);
        if (!validator) return "unknown";
        Validated result = validator->check(typed, context_.rules);
        for (auto& [name, value] : result.vars)
            state().vars.insert_or_assign(name.empty() ? node.into : name, std::move(value));
        if (result.error.empty()) note_answer(node, typed);
        return result.error;
    }

    void wrong(const Node& node, std::string error, const std::string& text = {}) {
        ++state().tries;
        const bool last = state().tries >= node.tries;
        out_.effects.emplace_back(Refused{node.name, std::move(error), last});
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
        state().resumed = false;
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
        if (state().journey.empty() && !node->stage.empty()) state().journey = node->name;
        // Somewhere he has been: the way back does not lead in circles.
        auto& trail = state().trail;
        trail.erase(std::find(trail.begin(), trail.end(), node->name), trail.end());
        if (node->kind == Node::Kind::act) {
            out_.next = Ask{node->action, node->argument};
            return;
        }
        if (node->kind != Node::Kind::say && answered_before(*node)) return;
        if (!node->stage.empty() && node->kind != Node::Kind::say) {
            const auto stage = std::find(menu_.stages.begin(), menu_.stages.end(), node->stage);
            out_.effects.push_back(
                KeepDraft{static_cast<std::size_t>(stage - menu_.stages.begin()) + 1});
        }
        show(*node, "", false);
    }

    // --- showing ---

    void show(const Node& node, const std::string& instead, bool refused) {
        const View view = this->view();
        const Text& text = view.text_of(instead.empty() ? node.text : instead);
        if (node.kind == Node::Kind::say) {
            state().ended = node.to.empty();
            std::vector<std::string> labels;
            for (const Text::Label& label : text.labels)
                labels.push_back(std::string(1, label.key) + " " + view.filled(label.label));
            out_.next =
                Screen{compose_screen(view.filled(text.prompt), labels, context_.screen_units),
                       state().ended};
            return;
        }
        std::vector<Line> all = view.lines(node);
        const std::string own = view.prompt_of(node);
        const Page page = view.page_of(node, all, own);
        state().page = page.number;
        const bool nothing_found = node.list && !state().filter.empty() && all.empty();
        if (nothing_found) return show_alone(node.list->not_found);
        std::vector<std::string> shown;
        for (std::size_t i = page.first; i < page.first + page.count; ++i)
            shown.push_back(std::string(1, all[i].key) + " " + all[i].label);
        if (page.more) shown.push_back(language().more);
        if (const std::string back = view.back_line(node, false); !back.empty())
            shown.push_back(back);
        // With nothing to choose and nowhere to go back to, waiting would be a dead end.
        state().ended = node.kind == Node::Kind::choose && shown.empty();
        std::vector<std::string> heads;
        if (refused && !state().ended)
            heads = {language().no_choice, language().no_choice_short};
        else if (state().resumed && instead.empty())
            heads = {language().resumed, language().resumed_short};
        out_.next =
            Screen{view.screen(instead.empty() ? own : view.filled(text.prompt), shown, heads),
                   state().ended};
    }

    /// A search that found nothing: other letters may be typed, and 0 shows the list again.
    void show_alone(const std::string& text) {
        out_.next = Screen{compose_screen(view().filled(view().text_of(text).prompt),
                                          {language().back}, context_.screen_units),
                           false};
    }

    const Menu& menu_;
    const Context& context_;
    Step out_;
    const Node* here_ = nullptr;  ///< of the state, when it was looked for last
};

}  // namespace

Step step(const Menu& menu, State state, const Input& input, const Context& context) {
    return Walker(menu, std::move(state), context).take(input);
}

}  // namespace jangkau::menus
