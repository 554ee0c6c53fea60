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
               const std::vector<std::string_view>& spoken, Problems& problems)
        : Complaints(menu, problems), bound_(bound), settings_(settings), spoken_(spoken) {}

    void run() {
        texts();
        words();
    }

private:
    /// Where a state names a text.
    static std::string part_of(const Node& node, const std::string& id) {
        for (const auto& [error, text] : node.errors)
            if (text == id) return "errors/" + error;
        if (node.list && node.list->not_found == id) return "list/not_found";
        return node.kind == Node::Kind::choose ? "choose"
               : node.kind == Node::Kind::ask  ? "ask"
                                               : "say";
    }

    void texts() {
        std::set<std::string, std::less<>> used;
        for (const auto& [name, node] : menu_.nodes)
            for (const std::string& id : texts_of(node)) {
                if (id.empty() && node.kind == Node::Kind::say && node.to.empty())
                    continue;  // an SMS that gets no answer
                used.insert(id);
                for (const Language& language : menu_.languages)
                    if (!language.draft && !language.texts.contains(id))
                        at(node, part_of(node, id),
                           "language '" + language.code + "' has no text " + id);
            }
        for (const std::string_view id : spoken_) {
            used.emplace(id);
            for (const Language& language : menu_.languages)
                if (!language.texts.contains(id) && !language.draft)
                    in(language, "texts/" + std::string(id),
                       "is missing: the program itself says it");
        }
        for (const Language& language : menu_.languages)
            for (const auto& [id, text] : language.texts) {
                if (!text.from.empty()) continue;  // said of the language that it is borrowed from
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
            if (&other == &language || other.draft || same == other.texts.end()) continue;
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
                        in(language, "words/" + list.word_group,
                           "no word for '" + item.code + "' of list " + name);
            }
        }
        for (const auto& [name, node] : menu_.nodes)
            if (node.list)
                for (const std::string& code : node.list->extra)
                    for (const Language& language : menu_.languages)
                        if (!has_word(language, node.list->extra_words, code))
                            in(language, "words/" + node.list->extra_words,
                               "no word for '" + code + "' of state " + name);
        for (const Language& language : menu_.languages)
            for (const Language& other : menu_.languages)
                for (const auto& [group, codes] : other.words)
                    for (const auto& [code, word] : codes)
                        if (&other != &language && !has_word(language, group, code) &&
                            !of_list(group, code))
                            in(language, "words/" + group,
                               "no word for '" + code + "', which language '" + other.code +
                                   "' has");
        for (const auto& [name, holder] : menu_.placeholders)
            for (const Language& language : menu_.languages)
                if (!holder.word_group.empty() && !language.words.contains(holder.word_group))
                    in(language, "words/" + holder.word_group,
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

    /// Whether the service binds that variable and tells how long it may get.
    bool setting(const Language& language, const std::string& name) const {
        const auto in = settings_.find(language.code);
        if (in == settings_.end()) return false;
        const auto at_name = in->second.find(name);
        return at_name != in->second.end() && !at_name->second.empty();
    }

    const Bound& bound_;
    const std::map<std::string, Vars>& settings_;
    const std::vector<std::string_view>& spoken_;
};

}  // namespace

std::vector<std::string> texts_of(const Node& node) {
    std::vector<std::string> out;
    if (node.kind != Node::Kind::act) out.push_back(node.text);
    for (const auto& [error, text] : node.errors) out.push_back(text);
    if (node.list && !node.list->not_found.empty()) out.push_back(node.list->not_found);
    return out;
}

void prove_texts(const Menu& menu, const Bound& bound, const std::map<std::string, Vars>& settings,
                 const std::vector<std::string_view>& spoken, Problems& problems) {
    TextProver(menu, bound, settings, spoken, problems).run();
}

}  // namespace jangkau::menus
