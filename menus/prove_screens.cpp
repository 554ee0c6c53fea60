#include <algorithm>

#include "gateway/core/text.hpp"
#include "menus/prove_parts.hpp"
#include "menus/render.hpp"
#include "menus/worst.hpp"

namespace jangkau::menus {
namespace {

constexpr std::size_t kUssdSeptets = 182;
constexpr std::size_t kUssdUnits = 80;

std::string numbered(char key, const std::string& label) {
    return std::string(1, key) + " " + label;
}

/// A text as it is seen at its worst, and what it was filled with.
struct Worst {
    std::string id;
    int line = 0;              ///< of the text
    const Language* language;  ///< in which it is shown
    const Text* text;
    std::string item{};  ///< of a list, on whose page it stands
};

class ScreenProver : Complaints {
public:
    ScreenProver(const Menu& menu, const std::map<std::string, Vars>& settings,
                 const std::vector<std::string_view>& spoken, const Limits& limits,
                 Problems& problems)
        : Complaints(menu, problems),
          settings_(settings),
          spoken_(spoken),
          limits_(limits),
          worst_menu_(worst_menu(menu)) {
        for (const Language& language : menu_.languages) {
            const auto own = settings_.find(language.code);
            worst_[language.code] =
                worst_vars(menu_, language, own == settings_.end() ? Vars{} : own->second);
        }
    }

    std::vector<ListPages> run() {
        for (const auto& [name, node] : menu_.nodes)
            for (const Language& language : menu_.languages)
                if (node.kind != Node::Kind::act && !(node.reviewed && language.draft))
                    prove_node(node, language);
        for (const std::string_view id : spoken_)
            for (const Language& language : menu_.languages) prove_sms(std::string(id), language);
        for (auto& [key, found] : too_long_) problem(std::move(found.problem));
        return std::move(lists_);
    }

private:
    // --- the worst case ---

    std::string filled(const Language& language, std::string_view text, const Vars& vars) const {
        return fold_to_gsm7(fill(worst_menu_, language.code, text, vars, {}));
    }

    const Text* text_of(const Language& language, const std::string& id) const {
        const auto at_id = language.texts.find(id);
        return at_id == language.texts.end() ? nullptr : &at_id->second;
    }

    // --- screens ---

    void prove_node(const Node& node, const Language& language) {
        for (const std::string& id : texts_of(node)) {
            const Text* text = text_of(language, id);
            if (!text) continue;
            const bool own = id == node.text;
            if (own && node.list)
                prove_list(node, language, *text);
            else
                prove_screen(node, language, id, *text, own);
            if (text->from.empty() && node.kind != Node::Kind::say)
                orphans(node, language, id, *text);
        }
    }

    void prove_screen(const Node& node, const Language& language, const std::string& id,
                      const Text& text, bool own) {
        const Vars& worst = worst_[language.code];
        std::string screen = filled(language, text.prompt, worst);
        if (node.kind == Node::Kind::say) {
            for (const Text::Label& label : text.labels)
                screen += "\n" + numbered(label.key, filled(language, label.label, worst));
        } else {
            // A question's options stand below its errors, too.
            const Text* question = own ? &text : text_of(language, node.text);
            if (question)
                for (const std::string& line : option_lines(node, language, *question, worst))
                    screen += "\n" + line;
            if (const std::string back = back_of(node, language); !back.empty())
                screen += "\n" + back;
            // A draft may go on here, and says so.
            if (own && !node.stage.empty() && !language.resumed_short.empty())
                screen = language.resumed_short + "\n" + screen;
        }
        budget({id, text.line, &language, &text}, screen, limits_.screen_units, worst);
    }

    void prove_sms(const std::string& id, const Language& language) {
        const Text* text = text_of(language, id);
        if (!text) return;
        const Vars& worst = worst_[language.code];
        budget({id, text->line, &language, text},
               render_text(worst_menu_, language.code, id, worst, {}), limits_.sms_units, worst);
    }

    static std::string back_of(const Node& node, const Language& language) {
        const bool own = std::any_of(node.options.begin(), node.options.end(),
                                     [](const Option& o) { return o.key == '0'; });
        return own ? std::string() : language.back;
    }

    std::vector<std::string> option_lines(const Node& node, const Language& language,
                                          const Text& text, const Vars& vars) {
        std::vector<std::string> out;
        for (const Option& option : node.options) {
            const auto label =
                std::find_if(text.labels.begin(), text.labels.end(),
                             [&](const Text::Label& l) { return l.key == option.key; });
            if (label != text.labels.end())
                out.push_back(numbered(option.key, filled(language, label->label, vars)));
            else if (text.from.empty())
                complain(language.file, text.line, "texts/" + node.text,
                         "has no line '" + std::string(1, option.key) +
                             " ...' for the option of state " + node.name);
        }
        return out;
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
                         "shows '" + numbered(label.key, label.label) + "', which state " +
                             node.name + " does not have");
        }
    }

    // --- lists ---

    /// Every page of the list under every parent that it may be shown for.
    void prove_list(const Node& node, const Language& language, const Text& text) {
        const ListChoice& choice = *node.list;
        const auto list = menu_.lists.find(choice.list);
        if (list == menu_.lists.end()) return prove_pages(node, language, text, nullptr, {});
        if (!choice.under.starts_with('$'))
            return prove_pages(node, language, text, &list->second, {choice.under, "", ""});
        std::set<std::string_view> parents;
        for (const List::Item& item : list->second.items) parents.insert(item.parent);
        // In the order of the list, as people see the parents.
        for (const List::Item& item : list->second.items)
            if (parents.contains(item.code)) prove_pages(node, language, text, &list->second, item);
    }

    void prove_pages(const Node& node, const Language& language, const Text& text, const List* list,
                     const List::Item& parent) {
        const ListChoice& choice = *node.list;
        Vars vars = worst_[language.code];
        // The label of what was chosen before is known: it is this parent.
        if (choice.under.starts_with('$'))
            for (const auto& [name, holder] : menu_.placeholders)
                if (holder.var == choice.under.substr(1) + "_label") vars[name] = parent.label;
        const std::string prompt = filled(language, text.prompt, vars);
        std::vector<std::string> labels;
        if (list)
            for (const List::Item& item : list->items)
                if (item.parent == parent.code) labels.push_back(label_of(*list, item, language));
        for (const std::string& code : choice.extra)
            labels.push_back(menu_.word(language.code, choice.extra_words, code));
        std::vector<std::string> lines;
        lines.reserve(labels.size());
        for (const std::string& label : labels) lines.push_back(numbered('1', label));
        for (std::string& line : option_lines(node, language, text, vars))
            lines.push_back(std::move(line));

        const std::string back = back_of(node, language);
        const std::vector<std::size_t> sizes =
            page_sizes(prompt, lines, language.more, back, choice.per_page, limits_.screen_units);
        std::size_t first = 0;
        for (const std::size_t size : sizes) {
            std::string page = prompt;
            for (std::size_t i = first; i < first + size; ++i)
                page += "\n" + (i < labels.size() ? renumbered(lines[i], i - first) : lines[i]);
            // What an action puts into the list is not known here: there may always be more.
            if (first + size < lines.size() || !list) page += "\n" + language.more;
            if (!back.empty()) page += "\n" + back;
            Worst worst{node.text, text.line, &language, &text};
            if (first < labels.size()) worst.item = labels[first];
            budget(worst, page, limits_.screen_units, vars);
            first += size;
        }
        if (list)
            lists_.push_back(
                {node.name, choice.list, parent.label, language.code, labels.size(), sizes});
    }

    static std::string renumbered(std::string line, std::size_t index) {
        line[0] = static_cast<char>('1' + index);
        return line;
    }

    std::string label_of(const List& list, const List::Item& item, const Language& language) const {
        return fold_to_gsm7(list.word_group.empty()
                                ? item.label
                                : menu_.word(language.code, list.word_group, item.code));
    }

    // --- how much is how much ---

    void budget(const Worst& worst, const std::string& screen, std::size_t units,
                const Vars& vars) {
        const Measure size = measure(screen);
        const bool gsm7 = size.encoding == Encoding::gsm7;
        if (gsm7 && size.units <= units) return;
        const Language& language = *worst.language;
        const std::size_t room = gsm7 ? units : units * kUssdUnits / kUssdSeptets;
        std::string what = language.code + ": ";
        if (!gsm7)
            what += "the character '" + size.forcing + "'" + origin(worst, size.forcing, vars) +
                    " forces UCS-2: ";
        what += std::to_string(size.units) + " of " + std::to_string(room) +
                (gsm7 ? " septets" : " units");
        if (gsm7) what += values(worst, vars);
        if (gsm7) what += "; shorten it by " + std::to_string(size.units - room);
        if (!gsm7) what += "; write it otherwise";
        const bool borrowed = !worst.text->from.empty();
        TooLong& found = too_long_[{worst.id, language.code}];
        if (found.units >= size.units) return;
        found.units = size.units;
        found.problem = {borrowed ? menu_.language(worst.text->from).file : language.file,
                         worst.line,
                         "texts/" + worst.id,
                         std::move(what),
                         Problem::Severity::error,
                         screen};
    }

    static std::string whole(const Text& text) {
        std::string out = text.prompt;
        for (const Text::Label& label : text.labels) out += "\n" + label.label;
        return out;
    }

    /// " with kelurahan = 'Bara Baraya Selatan', on the page of 'Barombong'".
    static std::string values(const Worst& worst, const Vars& vars) {
        std::string out;
        for (const std::string& name : placeholders_in(whole(*worst.text)))
            if (const auto value = vars.find(name); value != vars.end() && !value->second.empty())
                out += (out.empty() ? " with " : ", ") + name + " = '" + value->second + "'";
        if (!worst.item.empty()) out += ", on the page of '" + worst.item + "'";
        return out;
    }

    /// " of kelurahan = 'Baraya`'" where the text itself is innocent.
    static std::string origin(const Worst& worst, const std::string& character, const Vars& vars) {
        const std::string text = fold_to_gsm7(whole(*worst.text));
        if (text.find(character) != std::string::npos) return {};
        for (const std::string& name : placeholders_in(text))
            if (const auto value = vars.find(name);
                value != vars.end() && value->second.find(character) != std::string::npos)
                return " of " + name + " = '" + value->second + "'";
        return worst.item.empty() ? "" : " on the page of '" + worst.item + "'";
    }

    const std::map<std::string, Vars>& settings_;
    const std::vector<std::string_view>& spoken_;
    const Limits& limits_;
    Menu worst_menu_;
    std::map<std::string, Vars> worst_;
    std::vector<ListPages> lists_;
    /// By text and language: many states and pages show the same, and the longest is told.
    struct TooLong {
        std::size_t units = 0;
        Problem problem;
    };
    std::map<std::pair<std::string, std::string>, TooLong> too_long_;
};

}  // namespace

std::vector<ListPages> prove_screens(const Menu& menu, const std::map<std::string, Vars>& settings,
                                     const std::vector<std::string_view>& spoken,
                                     const Limits& limits, Problems& problems) {
    return ScreenProver(menu, settings, spoken, limits, problems).run();
}

}  // namespace jangkau::menus
