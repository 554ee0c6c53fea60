#include <algorithm>
#include <deque>
#include <map>
#include <tuple>

#include "menus/prove_parts.hpp"
#include "menus/render.hpp"
#include "menus/validators.hpp"
#include "menus/ways.hpp"

namespace jangkau::menus {
namespace {

/// What is proven about the ways to a state, not about the state alone.
class WayProver : Complaints {
public:
    WayProver(const Menu& menu, const std::vector<ActionFacts>& actions,
              const std::map<std::string, Vars>& settings, Problems& problems)
        : Complaints(menu, problems), actions_(actions), settings_(settings) {}

    void run() {
        for (const auto& [name, node] : menu_.nodes)
            for (const Need& need : needs_of(node)) needs_[need.var].push_back({&node, need});
        for (const auto& [var, needers] : needs_) prove_var(var, needers);
        for (const auto& [place, names] : empty_)
            at(*place.node, place.part,
               names + " of " + place.text + ": nothing sets this on the way " + place.way,
               Problem::Severity::warning);
        consent();
    }

private:
    struct Need {
        std::string var;
        std::string part;  ///< of the state
        std::string what;  ///< "{name}"
        std::string of;    ///< "U13", "the list"
    };
    /// Where placeholders stay empty that came the same way.
    struct Place {
        const Node* node;
        std::string part, text, way;
        [[nodiscard]] auto key() const { return std::tie(node->line, part, text, way); }
        bool operator<(const Place& other) const { return key() < other.key(); }
    };
    struct Needer {
        const Node* node;
        Need need;
    };

    // --- what a screen says must be known by then ---

    const ActionFacts* facts_of(const Node& node) const {
        const auto found =
            std::find_if(actions_.begin(), actions_.end(),
                         [&](const ActionFacts& a) { return a.name == node.action; });
        return node.kind != Node::Kind::act || found == actions_.end() ? nullptr : &*found;
    }

    std::vector<Need> needs_of(const Node& node) const {
        std::vector<Need> out;
        if (node.kind == Node::Kind::act) return out;
        const char* part = node.kind == Node::Kind::choose ? "choose"
                           : node.kind == Node::Kind::ask  ? "ask"
                                                           : "say";
        add_text(node.text, part, out);
        // What a validator found out about a wrong answer is known to its own texts only.
        const auto own = [&](const Need& need) { return sets_of_answer(node, need.var); };
        std::vector<Need> of_errors;
        for (const auto& [error, text] : node.errors) add_text(text, "errors/" + error, of_errors);
        std::erase_if(of_errors, own);
        out.insert(out.end(), of_errors.begin(), of_errors.end());
        if (node.list) {
            add_variable(node.list->list, "list/from", out);
            add_variable(node.list->under, "list/under", out);
            add_text(node.list->not_found, "list/not_found", out);
        }
        return out;
    }

    void add_text(const std::string& id, const std::string& part, std::vector<Need>& out) const {
        std::set<std::string> names;
        for (const Language& language : menu_.languages)
            if (const auto text = language.texts.find(id); text != language.texts.end())
                for (std::string& name : placeholders_in(whole_of(text->second)))
                    names.insert(std::move(name));
        const auto own = settings_.find(menu_.languages.front().code);
        for (const std::string& name : names) {
            const auto holder = menu_.placeholders.find(name);
            if (holder == menu_.placeholders.end()) continue;
            const std::string& var = holder->second.var;
            // Prices are declared with their longest value, but the service binds them.
            if (own != settings_.end() && own->second.contains(var)) continue;
            out.push_back({var, part, "{" + name + "}", id});
        }
    }

    static std::string whole_of(const Text& text) {
        std::string whole = text.prompt;
        for (const Text::Label& label : text.labels) whole += "\n" + label.label;
        return whole;
    }

    static void add_variable(const std::string& name, const std::string& part,
                             std::vector<Need>& out) {
        if (name.starts_with('$')) out.push_back({name.substr(1), part, name, "the list"});
    }

    static bool sets_of_answer(const Node& node, const std::string& var) {
        const Validator* validator = find_validator(node.validator);
        return validator && std::find(validator->sets.begin(), validator->sets.end(), var) !=
                                validator->sets.end();
    }

    /// Whether going that way sets the variable. An action sets what it may set: what it really
    /// does only its code knows, and an alarm that is false teaches people to ignore alarms.
    bool sets(const Node& node, const Way& way, const std::string& var) const {
        if (way.option && way.option->set.contains(var)) return true;
        if (const ActionFacts* facts = facts_of(node))
            return std::find(facts->sets.begin(), facts->sets.end(), var) != facts->sets.end();
        if (way.kind == Way::Kind::tries || way.option) return false;
        if (node.list && node.list->below && way.part == "list/below/to" &&
            (var == node.list->below->into || var == node.list->below->into + "_label"))
            return true;
        return var == node.into || (node.list && var == node.into + "_label") ||
               sets_of_answer(node, var);
    }

    /// Every way that an SMS begins on knows these.
    static bool set_by_sms(const std::string& var) {
        return var == "sms_rest" || var == "sms_words" || var == "ticket";
    }

    bool ever_set(const std::string& var) const {
        return std::any_of(menu_.nodes.begin(), menu_.nodes.end(), [&](const auto& entry) {
            const std::vector<Way> ways = ways_from(entry.second);
            return std::any_of(ways.begin(), ways.end(),
                               [&](const Way& way) { return sets(entry.second, way, var); });
        });
    }

    /// Walks every way on which nothing sets `var`, and warns of the first of them to each screen.
    void prove_var(const std::string& var, const std::vector<Needer>& needers) {
        if (!ever_set(var)) return;  // said with the text: nothing sets it at all
        std::map<const Node*, const Node*> before;
        std::deque<const Node*> open;
        for (const Entry& entry : entries_of(menu_)) {
            const Node* node = menu_.node(entry.to);
            const bool set = (entry.sms && set_by_sms(var)) || entry.sets == var;
            if (node && !set && before.emplace(node, nullptr).second) open.push_back(node);
        }
        while (!open.empty()) {
            const Node* node = open.front();
            open.pop_front();
            for (const Way& way : ways_from(*node)) {
                const Node* next = menu_.node(way.to);
                if (next && !sets(*node, way, var) && before.emplace(next, node).second)
                    open.push_back(next);
            }
        }
        const auto needed_at = [&](const Node* node) {
            return std::any_of(needers.begin(), needers.end(),
                               [&](const Needer& needer) { return needer.node == node; });
        };
        for (const Needer& needer : needers) {
            if (!before.contains(needer.node)) continue;
            const Node* earlier = before.at(needer.node);
            while (earlier && !needed_at(earlier)) earlier = before.at(earlier);
            if (earlier) continue;  // what is empty there is empty here
            std::string& names = empty_[{needer.node, needer.need.part, needer.need.of,
                                         written(needer.node, before)}];
            names += (names.empty() ? "" : ", ") + needer.need.what;
        }
    }

    static std::string written(const Node* node, const std::map<const Node*, const Node*>& before) {
        std::string out = node->name;
        for (node = before.at(node); node; node = before.at(node)) out = node->name + ", " + out;
        return out;
    }

    // --- consent ---

    /// Nobody can agree to what he does not understand, so consent is not asked in a language that
    /// awaits its reviewer.
    void consent() {
        for (const auto& [name, node] : menu_.nodes)
            for (const Way& way : ways_from(node))
                if (node.kind != Node::Kind::act && !node.reviewed && leads_to_consent(way.to))
                    at(node, way.part,
                       "leads to consent; mark the state with 'reviewed: true', so that it is "
                       "never shown in a draft language");
        for (const Entry& entry : entries_of(menu_))
            if (leads_to_consent(entry.to))
                at_path(entry.path, "leads to consent before any screen has asked for it");
        for (const auto& [name, node] : menu_.nodes)
            if (node.reviewed)
                for (const std::string& id : texts_of(node)) not_in_drafts(id);
    }

    /// At once, or after other actions.
    bool leads_to_consent(const std::string& to) const {
        std::set<std::string> seen;
        std::vector<std::string> open{to};
        while (!open.empty()) {
            const Node* node = menu_.node(open.back());
            open.pop_back();
            if (!node || node->kind != Node::Kind::act || !seen.insert(node->name).second) continue;
            const ActionFacts* facts = facts_of(*node);
            if (facts && facts->consent) return true;
            for (const Way& way : ways_from(*node)) open.push_back(way.to);
        }
        return false;
    }

    void not_in_drafts(const std::string& id) {
        for (const Language& language : menu_.languages) {
            const auto text = language.texts.find(id);
            if (language.draft && text != language.texts.end() && text->second.from.empty())
                complain(language.file, text->second.line, "texts/" + id,
                         "is shown in a reviewed language only; take it out until this one is");
        }
    }

    const std::vector<ActionFacts>& actions_;
    const std::map<std::string, Vars>& settings_;
    std::map<std::string, std::vector<Needer>> needs_;
    std::map<Place, std::string> empty_;
};

}  // namespace

void prove_ways(const Menu& menu, const std::vector<ActionFacts>& actions,
                const std::map<std::string, Vars>& settings, Problems& problems) {
    WayProver(menu, actions, settings, problems).run();
}

}  // namespace jangkau::menus
