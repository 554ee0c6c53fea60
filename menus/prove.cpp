#include "menus/prove.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "gateway/core/text.hpp"
#include "menus/render.hpp"
#include "menus/validators.hpp"

namespace jangkau::menus {
namespace {

template <class Map>
std::vector<std::string> keys_of(const Map& map) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : map) keys.push_back(key);
    return keys;
}

class Prover {
public:
    Prover(const Menu& menu, const std::vector<ActionFacts>& actions,
           const std::map<std::string, Vars>& settings, const std::vector<std::string_view>& spoken,
           const Limits& limits, Problems& problems)
        : menu_(menu),
          actions_(actions),
          settings_(settings),
          spoken_(spoken),
          limits_(limits),
          problems_(problems),
          worst_menu_(menu) {
        // In the worst case a placeholder is its longest value, whatever variable and words it
        // comes from.
        for (auto& [name, holder] : worst_menu_.placeholders) holder = {name, "", holder.worst};
    }

    void run() {
        collect_bound();
        target(0, "start", menu_.start);
        for (const auto& [dialled, to] : menu_.shortcuts) target(0, "shortcuts/" + dialled, to);
        keywords(menu_.worker_words, "sms/worker");
        keywords(menu_.agent_words, "sms/agent");
        // A menu without 'sms' is for USSD only.
        if (!menu_.worker_unknown.empty()) target(0, "sms/worker_unknown", menu_.worker_unknown);
        if (!menu_.agent_unknown.empty()) target(0, "sms/agent_unknown", menu_.agent_unknown);
        for (const auto& [name, node] : menu_.nodes) prove_node(node);
        reachable();
        endings();
        texts();
        words();
    }

private:
    void complain(const std::string& file, int line, std::string path, std::string what,
                  Problem::Severity severity = Problem::Severity::error) {
        problems_.push_back({file, line, std::move(path), std::move(what), severity});
    }
    static std::string path_of(const Node& node, std::string_view part) {
        return "states/" + node.name + (part.empty() ? "" : "/") + std::string(part);
    }
    void at(const Node& node, std::string_view part, std::string what) {
        complain(menu_.file, node.line, path_of(node, part), std::move(what));
    }

    // --- targets and reachability ---

    void target(int line, const std::string& path, const std::string& to) {
        if (menu_.node(to)) return;
        complain(menu_.file, line, path,
                 "no state '" + to + "'" + did_you_mean(to, keys_of(menu_.nodes)));
    }

    void keywords(const std::vector<Keyword>& words, const std::string& path) {
        std::map<std::string, std::string> seen;
        for (const Keyword& keyword : words) {
            target(keyword.line, path + "/" + keyword.word, keyword.to);
            std::vector<std::string> all = keyword.also;
            all.push_back(keyword.word);
            for (const std::string& word : all) {
                if (const std::string right = letters_of(word);
                    word != "?" && (word != right || right.empty()))
                    complain(menu_.file, keyword.line, path + "/" + keyword.word,
                             "'" + word + "' must be one word of letters" +
                                 (right.empty() ? "" : ", '" + right + "'"));
                const auto [other, fresh] = seen.emplace(word, keyword.word);
                if (!fresh)
                    complain(menu_.file, keyword.line, path + "/" + keyword.word,
                             "'" + word + "' already belongs to " + other->second);
            }
            if (!keyword.against.empty() &&
                std::none_of(words.begin(), words.end(),
                             [&](const Keyword& k) { return k.word == keyword.against; }))
                complain(menu_.file, keyword.line, path + "/" + keyword.word + "/against",
                         "no word '" + keyword.against + "' here");
        }
    }

    static std::string letters_of(const std::string& word) {
        return upper_ascii(letters_key(word));
    }

    static std::vector<std::string> exits(const Node& node) {
        std::vector<std::string> out;
        if (!node.to.empty()) out.push_back(node.to);
        for (const Option& option : node.options) {
            out.push_back(option.to);
            if (!option.edit.empty()) out.push_back(option.edit);
        }
        if (node.list)
            for (const auto& [code, to] : node.list->on) out.push_back(to);
        for (const auto& [outcome, to] : node.on) out.push_back(to);
        if (node.kind == Node::Kind::ask || node.kind == Node::Kind::choose)
            out.push_back(node.after_tries);
        return out;
    }

    void reachable() {
        std::set<std::string> seen;
        std::vector<std::string> open{menu_.start, menu_.worker_unknown, menu_.agent_unknown};
        for (const auto& [dialled, to] : menu_.shortcuts) open.push_back(to);
        for (const Keyword& keyword : menu_.worker_words) open.push_back(keyword.to);
        for (const Keyword& keyword : menu_.agent_words) open.push_back(keyword.to);
        while (!open.empty()) {
            const std::string name = std::move(open.back());
            open.pop_back();
            const Node* node = menu_.node(name);
            if (!node || !seen.insert(name).second) continue;
            for (std::string& to : exits(*node)) open.push_back(std::move(to));
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
                const std::vector<std::string> next = exits(node);
                const bool ends = (node.kind == Node::Kind::say && node.to.empty()) ||
                                  std::any_of(next.begin(), next.end(), [&](const std::string& to) {
                                      return good.contains(to);
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
        for (const std::string& to : exits(node)) target(node.line, path_of(node, "to"), to);
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
        if (node.kind != Node::Kind::act)
            for (const Language& language : menu_.languages) prove_screen(node, language);
    }

    void prove_choose(const Node& node) {
        for (const Option& option : node.options) {
            const std::string path = "options/" + std::string(1, option.key);
            if (const Node* to = menu_.node(option.to);
                !option.edit.empty() && to && to->stage.empty())
                at(node, path, "'edit' needs a target that belongs to a stage");
            if (const auto set = option.set.find("language");
                set != option.set.end() && !has_language(set->second))
                at(node, path + "/set", "no language '" + set->second + "'");
            if (node.list && option.key != '0')
                at(node, path, "beside a list only 0 is free: 1 to 8 are its items, 9 is for more");
        }
        if (node.list) prove_list(node);
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
        if (node.list->search_min && node.list->not_found.empty())
            at(node, "list/not_found", "a search needs a text for 'nothing found'");
    }

    void prove_ask(const Node& node) {
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

    // --- texts ---

    std::vector<std::string> texts_of(const Node& node) {
        std::vector<std::string> out;
        if (node.kind != Node::Kind::act) out.push_back(node.text);
        for (const auto& [error, text] : node.errors) out.push_back(text);
        if (node.list && !node.list->not_found.empty()) out.push_back(node.list->not_found);
        return out;
    }

    void texts() {
        std::set<std::string, std::less<>> used;
        for (const auto& [name, node] : menu_.nodes)
            for (const std::string& id : texts_of(node)) {
                if (id.empty() && node.kind == Node::Kind::say && node.to.empty())
                    continue;  // an SMS that gets no answer
                used.insert(id);
                for (const Language& language : menu_.languages)
                    if (!language.texts.contains(id))
                        at(node, "", "language '" + language.code + "' has no text " + id);
            }
        for (const std::string_view id : spoken_) {
            used.emplace(id);
            for (const Language& language : menu_.languages) {
                const auto text = language.texts.find(id);
                if (text == language.texts.end()) {
                    complain(language.file, 0, "texts/" + std::string(id),
                             "is missing: it is sent by SMS");
                    continue;
                }
                const Vars worst = worst_vars(language);
                budget(language, std::string(id),
                       render_text(worst_menu_, language.code, id, worst, {}), limits_.sms_units,
                       text->second.line);
            }
        }
        for (const Language& language : menu_.languages)
            for (const auto& [id, text] : language.texts) {
                prove_text(language, id, text);
                if (!used.contains(id))
                    complain(language.file, text.line, "texts/" + id,
                             "is used by no state and no SMS", Problem::Severity::warning);
            }
    }

    void prove_text(const Language& language, const std::string& id, const Text& text) {
        std::string whole = text.prompt;
        for (const Text::Label& label : text.labels) whole += "\n" + label.label;
        if (has_brace(whole))
            complain(language.file, text.line, "texts/" + id,
                     "has a brace that belongs to no placeholder; a placeholder is "
                     "{small_letters_and_2_digits}");
        for (const std::string& name : placeholders_in(whole)) {
            const auto holder = menu_.placeholders.find(name);
            if (setting(language, holder == menu_.placeholders.end() ? name : holder->second.var))
                continue;
            if (holder == menu_.placeholders.end()) {
                complain(language.file, text.line, "texts/" + id,
                         "unknown placeholder {" + name + "}" +
                             did_you_mean(name, keys_of(menu_.placeholders)));
            } else if (!bound_.contains(holder->second.var)) {
                complain(language.file, text.line, "texts/" + id,
                         "nothing ever sets {" + name + "}");
            }
        }
        for (const Language& other : menu_.languages) {
            const auto same = other.texts.find(id);
            if (&other == &language || same == other.texts.end()) continue;
            if (keys(text) != keys(same->second))
                complain(language.file, text.line, "texts/" + id,
                         "has the options '" + keys(text) + "', language '" + other.code +
                             "' has '" + keys(same->second) + "'");
        }
    }

    /// Whether a brace is left when the placeholders are taken out.
    static bool has_brace(std::string text) {
        for (const std::string& name : placeholders_in(text)) {
            const std::string holder = "{" + name + "}";
            for (std::size_t from = text.find(holder); from != std::string::npos;
                 from = text.find(holder, from))
                text.erase(from, holder.size());
        }
        return text.find_first_of("{}") != std::string::npos;
    }

    static std::string keys(const Text& text) {
        std::string out;
        for (const Text::Label& label : text.labels) out += label.key;
        return out;
    }

    void words() {
        for (const auto& [name, list] : menu_.lists) {
            if (list.word_group.empty()) continue;
            for (const Language& language : menu_.languages) {
                const auto group = language.words.find(list.word_group);
                for (const List::Item& item : list.items)
                    if (group == language.words.end() || !group->second.contains(item.code))
                        complain(language.file, 0, "words/" + list.word_group,
                                 "no word for '" + item.code + "' of list " + name);
            }
        }
        for (const auto& [name, node] : menu_.nodes)
            if (node.list)
                for (const std::string& code : node.list->extra)
                    for (const Language& language : menu_.languages)
                        if (!has_word(language, node.list->extra_words, code))
                            complain(language.file, 0, "words/" + node.list->extra_words,
                                     "no word for '" + code + "' of state " + name);
        for (const Language& language : menu_.languages)
            for (const Language& other : menu_.languages)
                for (const auto& [group, codes] : other.words)
                    for (const auto& [code, word] : codes)
                        if (&other != &language && !has_word(language, group, code) &&
                            !of_list(group, code))
                            complain(language.file, 0, "words/" + group,
                                     "no word for '" + code + "', which language '" + other.code +
                                         "' has");
        for (const auto& [name, holder] : menu_.placeholders)
            for (const Language& language : menu_.languages)
                if (!holder.word_group.empty() && !language.words.contains(holder.word_group))
                    complain(language.file, 0, "words/" + holder.word_group,
                             "is missing: {" + name + "} needs it");
    }

    static bool has_word(const Language& language, const std::string& group,
                         const std::string& code) {
        const auto in = language.words.find(group);
        return in != language.words.end() && in->second.contains(code);
    }

    /// Words that a list needs are asked for with the list's name.
    bool of_list(const std::string& group, const std::string& code) const {
        return std::any_of(menu_.lists.begin(), menu_.lists.end(), [&](const auto& list) {
            return list.second.word_group == group && list.second.find(code);
        });
    }

    // --- the worst case of each screen ---

    void collect_bound() {
        for (const ActionFacts& action : actions_)
            bound_.insert(action.sets.begin(), action.sets.end());
        for (const auto& [name, node] : menu_.nodes) {
            bound_.insert(node.into);
            if (node.list) bound_.insert(node.into + "_label");
            for (const Option& option : node.options)
                for (const auto& [var, value] : option.set) bound_.insert(var);
            if (const Validator* validator = find_validator(node.validator))
                bound_.insert(validator->sets.begin(), validator->sets.end());
        }
    }

    const std::string* setting(const Language& language, const std::string& name) {
        const auto in = settings_.find(language.code);
        if (in == settings_.end()) return nullptr;
        const auto at_name = in->second.find(name);
        return at_name == in->second.end() ? nullptr : &at_name->second;
    }

    /// Every placeholder at its longest.
    Vars worst_vars(const Language& language) {
        Vars out;
        if (const auto own = settings_.find(language.code); own != settings_.end())
            out = own->second;
        for (const auto& [name, holder] : menu_.placeholders) {
            std::string worst = holder.worst;
            if (const auto group = language.words.find(holder.word_group);
                group != language.words.end())
                for (const auto& [code, word] : group->second)
                    if (measure(word).units > measure(worst).units) worst = word;
            std::string& value = out[name];
            if (measure(worst).units > measure(value).units) value = worst;
        }
        return out;
    }

    void budget(const Language& language, const std::string& id, const std::string& text,
                std::size_t units, int line) {
        const Measure size = measure(fold_to_gsm7(text));
        if (size.encoding == Encoding::ucs2) {
            complain(language.file, line, "texts/" + id,
                     "the character '" + size.forcing +
                         "' is not in GSM-7 and halves the room; write it otherwise");
        } else if (size.units > units) {
            complain(language.file, line, "texts/" + id,
                     std::to_string(size.units) + " of " + std::to_string(units) +
                         " septets in the worst case; shorten it by " +
                         std::to_string(size.units - units));
        }
    }

    void prove_screen(const Node& node, const Language& language) {
        const Vars worst = worst_vars(language);
        for (const std::string& id : texts_of(node)) {
            const auto text = language.texts.find(id);
            if (text == language.texts.end()) continue;
            std::string prompt = fill(worst_menu_, language.code, text->second.prompt, worst, {});
            if (node.list) {
                // Items are paged; what must fit is the prompt with one item of any kind and both
                // engine lines.
                prompt += "\n1 " + longest_item(node, language) + "\n" + language.more + "\n" +
                          language.back;
            } else {
                for (const Option& option : node.options)
                    prompt += "\n" + option_line(node, language, text->second, option, worst, id);
                if (node.kind == Node::Kind::say)
                    for (const Text::Label& label : text->second.labels)
                        prompt += "\n" + std::string(1, label.key) + " " +
                                  fill(worst_menu_, language.code, label.label, worst, {});
                const bool own_back = std::any_of(node.options.begin(), node.options.end(),
                                                  [](const Option& o) { return o.key == '0'; });
                if (node.kind != Node::Kind::say && !own_back) prompt += "\n" + language.back;
            }
            budget(language, id, prompt, limits_.screen_units, text->second.line);
            if (node.kind != Node::Kind::say) orphans(node, language, id, text->second);
        }
    }

    std::string option_line(const Node& node, const Language& language, const Text& text,
                            const Option& option, const Vars& worst, const std::string& id) {
        for (const Text::Label& label : text.labels)
            if (label.key == option.key)
                return std::string(1, option.key) + " " +
                       fill(worst_menu_, language.code, label.label, worst, {});
        if (id == node.text)
            complain(language.file, text.line, "texts/" + id,
                     "has no line '" + std::string(1, option.key) +
                         " ...' for the option of state " + node.name);
        return {};
    }

    /// Lines that look like options are never shown where there is no such option.
    void orphans(const Node& node, const Language& language, const std::string& id,
                 const Text& text) {
        std::string seen;
        for (const Text::Label& label : text.labels) {
            if (seen.find(label.key) != std::string::npos)
                complain(language.file, text.line, "texts/" + id,
                         "has two lines '" + std::string(1, label.key) + " ...'");
            seen += label.key;
            if (std::none_of(node.options.begin(), node.options.end(),
                             [&](const Option& o) { return o.key == label.key; }))
                complain(language.file, text.line, "texts/" + id,
                         "shows '" + std::string(1, label.key) + " " + label.label +
                             "', which state " + node.name + " does not have");
        }
    }

    std::string longest_item(const Node& node, const Language& language) {
        std::string longest;
        const auto consider = [&](const std::string& label) {
            if (measure(label).units > measure(longest).units) longest = label;
        };
        if (const auto list = menu_.lists.find(node.list->list); list != menu_.lists.end())
            for (const List::Item& item : list->second.items)
                consider(list->second.word_group.empty()
                             ? item.label
                             : menu_.word(language.code, list->second.word_group, item.code));
        for (const std::string& code : node.list->extra)
            consider(menu_.word(language.code, node.list->extra_words, code));
        return longest;
    }

    const Menu& menu_;
    const std::vector<ActionFacts>& actions_;
    const std::map<std::string, Vars>& settings_;
    const std::vector<std::string_view>& spoken_;
    const Limits& limits_;
    Problems& problems_;
    Menu worst_menu_;
    std::set<std::string, std::less<>> bound_;
};

}  // namespace

void prove(const Menu& menu, const std::vector<ActionFacts>& actions,
           const std::map<std::string, Vars>& settings, const std::vector<std::string_view>& spoken,
           const Limits& limits, Problems& problems) {
    Prover(menu, actions, settings, spoken, limits, problems).run();
}

}  // namespace jangkau::menus
