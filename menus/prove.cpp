#include "menus/prove.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "gateway/core/text.hpp"
#include "menus/prove_parts.hpp"
#include "menus/validators.hpp"
#include "menus/ways.hpp"

namespace jangkau::menus {
namespace {

/// The menu as a graph: targets, ways through it, and what each state needs.
class Prover : Complaints {
public:
    Prover(const Menu& menu, const std::vector<ActionFacts>& actions, Problems& problems)
        : Complaints(menu, problems), actions_(actions) {}

    void run(bool all_reached) {
        collect_bound();
        for (const Entry& entry : entries_of(menu_)) target(entry.path, entry.to);
        keywords(menu_.worker_words, "sms/worker");
        keywords(menu_.agent_words, "sms/agent");
        after_tries();
        for (const auto& [name, node] : menu_.nodes) prove_node(node);
        if (all_reached) reachable();
        endings();
    }

    [[nodiscard]] const Bound& bound() const { return bound_; }

private:
    // --- targets and reachability ---

    void target(const std::string& path, const std::string& to) {
        if (menu_.node(to)) return;
        at_path(path, "no state '" + to + "'" + did_you_mean(to, keys_of(menu_.nodes)));
    }

    /// Of the menu, said once; a state's own is proven with the state.
    void after_tries() {
        for (const auto& [name, node] : menu_.nodes)
            if (const bool asks = node.kind == Node::Kind::ask || node.kind == Node::Kind::choose;
                asks && !has_own_tries(node))
                return target("after_tries", node.after_tries);
    }
    bool has_own_tries(const Node& node) const {
        return menu_.lines.contains(path_of(node, "after_tries"));
    }

    void keywords(const std::vector<Keyword>& words, const std::string& path) {
        std::map<std::string, std::string> seen;
        for (const Keyword& keyword : words) {
            std::vector<std::string> all = keyword.also;
            all.push_back(keyword.word);
            for (const std::string& word : all) {
                if (const std::string right = letters_of(word);
                    word != "?" && (word != right || right.empty()))
                    at_path(path + "/" + keyword.word,
                            "'" + word + "' must be one word of letters" +
                                (right.empty() ? "" : ", '" + right + "'"));
                const auto [other, fresh] = seen.emplace(word, keyword.word);
                if (!fresh)
                    at_path(path + "/" + keyword.word,
                            "'" + word + "' already belongs to " + other->second);
            }
            for (const std::string& other : keyword.against)
                if (std::none_of(words.begin(), words.end(),
                                 [&](const Keyword& k) { return k.word == other; }))
                    at_path(path + "/" + keyword.word + "/against", "no word '" + other + "' here");
        }
    }

    static std::string letters_of(const std::string& word) {
        return upper_ascii(letters_key(word));
    }

    void reachable() {
        std::set<std::string> seen;
        std::vector<std::string> open;
        for (const Entry& entry : entries_of(menu_)) open.push_back(entry.to);
        while (!open.empty()) {
            const std::string name = std::move(open.back());
            open.pop_back();
            const Node* node = menu_.node(name);
            if (!node || !seen.insert(name).second) continue;
            for (const Way& way : ways_from(*node)) open.push_back(way.to);
        }
        for (const auto& [name, node] : menu_.nodes)
            if (!seen.contains(name)) at(node, "", "nothing leads here");
    }

    /// From every state an end must be possible; a ring of actions alone would never ask anybody
    /// anything.
    void endings() {
        std::set<std::string> good;
        for (bool grew = true; grew;) {
            grew = false;
            for (const auto& [name, node] : menu_.nodes) {
                if (good.contains(name)) continue;
                const std::vector<Way> next = ways_from(node);
                const bool ends = (node.kind == Node::Kind::say && node.to.empty()) ||
                                  std::any_of(next.begin(), next.end(), [&](const Way& way) {
                                      return good.contains(way.to);
                                  });
                if (ends) grew |= good.insert(name).second;
            }
        }
        for (const auto& [name, node] : menu_.nodes) {
            if (!good.contains(name))
                at(node, "", "leads to no end: from here the dialogue can never finish");
            if (node.kind == Node::Kind::act && rings(name))
                at(node, "", "actions follow each other in a ring without asking anybody");
        }
    }

    bool rings(const std::string& start) {
        std::set<std::string> seen;
        std::vector<std::string> open{start};
        while (!open.empty()) {
            const Node* node = menu_.node(open.back());
            open.pop_back();
            if (!node || node->kind != Node::Kind::act) continue;
            for (const auto& [outcome, to] : node->on) {
                if (to == start) return true;
                if (seen.insert(to).second) open.push_back(to);
            }
        }
        return false;
    }

    // --- one state ---

    void prove_node(const Node& node) {
        for (const Way& way : ways_from(node))
            if (way.kind != Way::Kind::tries || has_own_tries(node))
                target(path_of(node, way.part), way.to);
        if (!node.stage.empty() &&
            std::find(menu_.stages.begin(), menu_.stages.end(), node.stage) == menu_.stages.end())
            at(node, "stage",
               "no stage '" + node.stage + "'" + did_you_mean(node.stage, menu_.stages));
        switch (node.kind) {
            case Node::Kind::choose: prove_choose(node); break;
            case Node::Kind::ask: prove_ask(node); break;
            case Node::Kind::act: prove_act(node); break;
            case Node::Kind::say: break;
        }
    }

    void prove_choose(const Node& node) {
        prove_options(node);
        if (node.list) prove_list(node);
    }

    void prove_options(const Node& node) {
        for (const Option& option : node.options) {
            const std::string path = "options/" + std::string(1, option.key);
            if (const Node* to = menu_.node(option.to);
                !option.edit.empty() && to && to->stage.empty())
                at(node, path + "/edit", "'edit' needs a target that belongs to a stage");
            if (const auto set = option.set.find("language");
                set != option.set.end() && !has_language(set->second))
                at(node, path + "/set/language", "no language '" + set->second + "'");
            if (node.list && option.key != '0')
                at(node, path, "beside a list only 0 is free: 1 to 8 are its items, 9 is for more");
        }
    }

    bool has_language(const std::string& code) const {
        return std::any_of(menu_.languages.begin(), menu_.languages.end(),
                           [&](const Language& l) { return l.code == code; });
    }

    void bound_var(const Node& node, std::string_view part, const std::string& reference) {
        if (!bound_.contains(reference.substr(1)))
            at(node, part, "nothing ever sets the variable '" + reference + "'");
    }

    void prove_list(const Node& node) {
        const ListChoice& choice = *node.list;
        const auto list = menu_.lists.find(choice.list);
        if (choice.list.starts_with('$'))
            bound_var(node, "list/from", choice.list);
        else if (list == menu_.lists.end())
            at(node, "list/from",
               "no list '" + choice.list + "'" + did_you_mean(choice.list, keys_of(menu_.lists)));
        if (choice.under.starts_with('$'))
            bound_var(node, "list/under", choice.under);
        else if (list != menu_.lists.end() &&
                 std::none_of(list->second.items.begin(), list->second.items.end(),
                              [&](const List::Item& item) { return item.parent == choice.under; }))
            at(node, "list/under",
               "list '" + choice.list + "' has nothing under '" + choice.under + "'");
        for (const auto& [code, to] : choice.on) {
            const bool extra =
                std::find(choice.extra.begin(), choice.extra.end(), code) != choice.extra.end();
            if (!extra && (list == menu_.lists.end() || !list->second.find(code)))
                at(node, "list/on/" + code, "no item '" + code + "' to choose");
        }
        if (choice.below && !choice.search_min)
            at(node, "list/below",
               "is only found by a search: say from how many letters ('search')");
        if (node.list->search_min && node.list->not_found.empty())
            at(node, "list/not_found", "a search needs a text for 'nothing found'");
    }

    void prove_ask(const Node& node) {
        prove_options(node);
        const Validator* validator = find_validator(node.validator);
        if (!validator) {
            std::vector<std::string> known;
            for (const Validator& v : validators()) known.emplace_back(v.name);
            return at(
                node, "as",
                "no validator '" + node.validator + "'" + did_you_mean(node.validator, known));
        }
        for (const std::string_view error : validator->errors)
            if (!node.errors.contains(error))
                at(node, "errors", "no text for the error '" + std::string(error) + "'");
        for (const auto& [error, text] : node.errors)
            if (std::find(validator->errors.begin(), validator->errors.end(), error) ==
                validator->errors.end())
                at(node, "errors/" + error, "'" + node.validator + "' never gives this error");
    }

    void prove_act(const Node& node) {
        const auto action =
            std::find_if(actions_.begin(), actions_.end(),
                         [&](const ActionFacts& a) { return a.name == node.action; });
        if (action == actions_.end()) {
            std::vector<std::string> known;
            for (const ActionFacts& a : actions_) known.emplace_back(a.name);
            return at(node, "do",
                      "no action '" + node.action + "'" + did_you_mean(node.action, known));
        }
        for (const std::string_view outcome : action->outcomes)
            if (!node.on.contains(std::string(outcome)))
                at(node, "on", "the outcome '" + std::string(outcome) + "' leads nowhere");
        for (const auto& [outcome, to] : node.on)
            if (std::find(action->outcomes.begin(), action->outcomes.end(), outcome) ==
                action->outcomes.end())
                at(node, "on/" + outcome, "'" + node.action + "' never has this outcome");
    }

    void collect_bound() {
        for (const ActionFacts& action : actions_)
            bound_.insert(action.sets.begin(), action.sets.end());
        for (const auto& [dialled, shortcut] : menu_.shortcuts) bound_.insert(shortcut.into);
        for (const auto& [name, node] : menu_.nodes) {
            bound_.insert(node.into);
            if (node.list) bound_.insert(node.into + "_label");
            if (node.list && node.list->below) {
                bound_.insert(node.list->below->into);
                bound_.insert(node.list->below->into + "_label");
            }
            for (const Option& option : node.options)
                for (const auto& [var, value] : option.set) bound_.insert(var);
            if (const Validator* validator = find_validator(node.validator))
                bound_.insert(validator->sets.begin(), validator->sets.end());
        }
    }

    const std::vector<ActionFacts>& actions_;
    Bound bound_;
};

/// The same text is shown by many states, and the same fault found in a menu with its drafts and
/// without.
void add_once(Problems found, Problems& problems) {
    const auto same = [](const Problem& a, const Problem& b) {
        return a.file == b.file && a.line == b.line && a.path == b.path && a.what == b.what;
    };
    for (Problem& problem : found)
        if (std::none_of(problems.begin(), problems.end(),
                         [&](const Problem& other) { return same(problem, other); }))
            problems.push_back(std::move(problem));
}

DraftLanguage told(const Language& language) {
    DraftLanguage out{language.code, language.falls_back_to, language.texts.size(), 0,
                      language.borrowed};
    for (const auto& [id, text] : language.texts) out.own += text.from.empty() ? 1 : 0;
    return out;
}

}  // namespace

Proof prove(const Menu& menu, const std::vector<ActionFacts>& actions,
            const std::map<std::string, Vars>& settings,
            const std::vector<std::string_view>& spoken, const Limits& limits, Problems& problems) {
    Proof proof;
    const auto prove_form = [&](const Menu& form, bool whole) {
        Problems found;
        Prover prover(form, actions, found);
        prover.run(whole);
        prove_ways(form, actions, settings, found);
        prove_texts(form, prover.bound(), settings, spoken, found);
        std::vector<ListPages> lists = prove_screens(form, settings, spoken, limits, found);
        if (whole) proof.lists = std::move(lists);
        add_once(std::move(found), problems);
    };
    prove_form(menu, true);
    for (const Language& language : menu.languages)
        if (language.draft) proof.drafts.push_back(told(language));
    // What only a draft language leads to is no fault where drafts are hidden.
    if (!proof.drafts.empty()) prove_form(without_drafts(menu), false);

    PagesOf pages;
    for (const ListPages& list : proof.lists)
        pages[list.state] = std::max(pages[list.state], list.pages.size());
    proof.journeys = price_journeys(menu, pages, problems);
    return proof;
}

}  // namespace jangkau::menus
