#include <algorithm>

#include "gateway/core/text.hpp"
#include "menus/prove_parts.hpp"
#include "menus/render.hpp"
#include "menus/worst.hpp"

namespace jangkau::menus {
namespace {

class TextProver : Complaints {
public:
    TextProver(const Menu& menu, const Bound& bound, const std::map<std::string, Vars>& settings,
               const std::vector<std::string_view>& spoken, const Limits& limits,
               Problems& problems)
        : Complaints(menu, problems),
          bound_(bound),
          settings_(settings),
          spoken_(spoken),
          limits_(limits),
          worst_menu_(worst_menu(menu)) {}

    void run() {
        texts();
        words();
        for (const auto& [name, node] : menu_.nodes)
            if (node.kind != Node::Kind::act)
                for (const Language& language : menu_.languages) prove_screen(node, language);
    }

private:
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
                const Vars worst = worst_of(language);
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

    const std::string* setting(const Language& language, const std::string& name) {
        const auto in = settings_.find(language.code);
        if (in == settings_.end()) return nullptr;
        const auto at_name = in->second.find(name);
        return at_name == in->second.end() ? nullptr : &at_name->second;
    }

    Vars worst_of(const Language& language) {
        const auto own = settings_.find(language.code);
        return worst_vars(menu_, language, own == settings_.end() ? Vars{} : own->second);
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
        const Vars worst = worst_of(language);
        for (const std::string& id : texts_of(node)) {
            const auto text = language.texts.find(id);
            if (text == language.texts.end()) continue;
            std::string prompt = fill(worst_menu_, language.code, text->second.prompt, worst, {});
            if (node.list) {
                // Items are paged; what must fit is the prompt with one item of any kind and both
                // engine lines.
                prompt += "\n1 " + longest_item(menu_, node, language) + "\n" + language.more +
                          "\n" + language.back;
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

    const Bound& bound_;
    const std::map<std::string, Vars>& settings_;
    const std::vector<std::string_view>& spoken_;
    const Limits& limits_;
    Menu worst_menu_;
};

}  // namespace

void prove_texts(const Menu& menu, const Bound& bound, const std::map<std::string, Vars>& settings,
                 const std::vector<std::string_view>& spoken, const Limits& limits,
                 Problems& problems) {
    TextProver(menu, bound, settings, spoken, limits, problems).run();
}

}  // namespace jangkau::menus
