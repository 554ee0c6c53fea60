#pragma once

#include <boost/container/flat_map.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jangkau::menus {

/// Sorted, in one piece of memory: what refers into it does not outlive an insertion.
using Vars = boost::container::flat_map<std::string, std::string, std::less<>>;
/// Where each key of a file stands: "states/main/options/1" -> 31.
using Lines = std::map<std::string, int, std::less<>>;

/// One text of one language: what stands above the options, and the options' labels by key.
struct Text {
    struct Label {
        char key;
        std::string label;
    };
    std::string prompt;
    std::vector<Label> labels;  ///< lines of the form "1 Label", in the order of the file
    int line = 0;
    std::string from;  ///< language that it was borrowed from; "" = its own
};

/// A language file: texts, words for coded values, and the engine's own lines.
struct Language {
    std::string code;
    std::string name;
    std::string file;
    std::map<std::string, Text, std::less<>> texts;
    /// Group -> code -> word: words["sex"]["female"] = "perempuan".
    std::map<std::string, Vars, std::less<>> words;
    std::string back = "0";       ///< "0 Kembali"
    std::string more = "9";       ///< "9 Lainnya"
    std::string no_choice;        ///< shown above the repeated menu
    std::string no_choice_short;  ///< when the longer one does not fit
    std::string resumed;          ///< shown above the question where a draft goes on
    std::string resumed_short;    ///< when the longer one does not fit
    /// Awaits a native reviewer: offered only where the service says so, never for consent.
    bool draft = false;
    std::string falls_back_to;          ///< a draft: the language of what it lacks
    std::vector<std::string> borrowed;  ///< what it lacks: "texts/U01", "words/job/fisher"
    Lines lines;
};

/// What a placeholder stands for, and the longest that it can become.
struct Placeholder {
    std::string var;  ///< variable that holds the value; the placeholder's own name by default
    std::string word_group;  ///< the value is a code: look it up in the language's words
    std::string worst;       ///< the longest value possible; for words the longest word
};

/// An ordered tree of items to choose from: areas, jobs.
struct List {
    struct Item {
        std::string code;
        std::string parent;
        std::string label;
        std::string letters;  ///< of the label, as a search compares them; "" = not known yet
    };
    std::vector<Item> items;
    std::string word_group;  ///< labels come from the language's words instead

    [[nodiscard]] const Item* find(std::string_view code) const;
};

/// One key of a static choice.
struct Option {
    char key = 0;
    std::string to;
    Vars set;          ///< variables that choosing it sets
    std::string edit;  ///< state to return to once the target's stage has been walked through
    int line = 0;
};

/// A choice from a list.
struct ListChoice {
    std::string list;   ///< name, or "$variable" that holds lines of "code<TAB>label"
    std::string under;  ///< parent's code, or "$variable"; "" = items without parent
    std::vector<std::string>
        extra;  ///< codes put behind the items; their labels are words of `extra_words`
    std::string extra_words;
    std::size_t per_page = 8;
    std::size_t search_min = 0;  ///< so many typed letters search the labels; 0 = no search
    std::string not_found;       ///< text when a search finds nothing
    std::map<std::string, std::string> on;  ///< code -> state, where another than `to` follows
    /// A search looks among the items below those shown, and what it finds goes here.
    struct Below {
        std::string into;
        std::string to;
    };
    std::optional<Below> below;
};

/// One state of the menu.
struct Node {
    enum class Kind { choose, ask, act, say };

    std::string name;
    Kind kind = Kind::say;
    int line = 0;
    std::string text;  ///< id of the text shown (choose, ask, say)
    std::string
        stage;  ///< part of the journey that it belongs to; answers within one are kept as a draft
    std::string to;         ///< next state (ask, list, and say, which then goes on at any key)
    bool reviewed = false;  ///< never shown in a draft language: consent

    std::vector<Option> options;            ///< choose
    std::optional<ListChoice> list;         ///< choose
    std::string into;                       ///< variable that takes the answer (ask, list)
    std::string validator;                  ///< ask
    Vars errors;                            ///< ask: error -> text
    unsigned tries = 3;                     ///< choose, ask: wrong answers before `after_tries`
    std::string after_tries;                ///< choose, ask
    std::string action;                     ///< act
    std::string argument;                   ///< act
    std::map<std::string, std::string> on;  ///< act: outcome -> state
};

/// A word of an SMS and where it leads.
struct Keyword {
    std::string word;
    std::vector<std::string> also;  ///< aliases
    std::vector<std::string>
        against;         ///< keywords that must not stand in the same text: YA and TIDAK
    bool exact = false;  ///< no slip is forgiven: what it does is hard to undo
    std::string to;
    int line = 0;
};

/// Where dialling *code*KEY# leads.
struct Shortcut {
    std::string to;
    std::string into;  ///< variable for what is dialled behind the key; "" = nothing may follow
};

/// A way through the menu that its author wants priced, and may limit.
struct Journey {
    std::string name;
    std::string from;                  ///< state; "" = the menu's start
    std::vector<std::string> to;       ///< states, any of which is its end
    std::vector<std::string> without;  ///< states that it does not pass: explanations, side ways
    unsigned screens_max = 0;          ///< of its longest path; 0 = no limit
    unsigned session_max = 0;          ///< seconds of its longest path; 0 = no limit
};

/// A service's menu as it was loaded: immutable, shared by all turns.
struct Menu {
    std::string name;
    std::uint32_t revision = 0;  ///< of all its files; load_config makes it the whole service's
    std::string file;
    std::vector<Language> languages;  ///< the first is the default
    std::vector<std::string> stages;  ///< in the order of the journey
    std::string start;
    std::string home;     ///< state that 00 leads to; "" = none
    std::string restart;  ///< state that 99 leads to where a draft goes on; "" = none
    std::map<std::string, Node, std::less<>> nodes;
    std::map<std::string, List, std::less<>> lists;
    std::map<std::string, Placeholder, std::less<>> placeholders;
    std::map<std::string, Shortcut, std::less<>>
        shortcuts;  ///< by what is dialled: "1" of *code*1#
    std::vector<Keyword> worker_words;
    std::vector<Keyword> agent_words;
    std::string worker_unknown;  ///< state for an SMS that nobody understands
    std::string agent_unknown;
    std::vector<Journey> journeys;
    /// How long people take: "choose", "say", "more", "ask", or a validator's name -> seconds.
    std::map<std::string, unsigned, std::less<>> seconds;
    Lines lines;

    [[nodiscard]] const Language& language(
        std::string_view code) const;  ///< the default for an unknown code
    /// That language, or the one that stands in for it while it is a draft.
    [[nodiscard]] const Language& reviewed(std::string_view code) const;
    /// The language in which a state is shown to somebody who speaks `code`.
    [[nodiscard]] const Language& shown_in(std::string_view code, const Node* node) const;
    [[nodiscard]] const Node* node(std::string_view name) const;
    /// The word for a coded value, or the code itself.
    [[nodiscard]] std::string word(std::string_view language, std::string_view group,
                                   std::string_view code) const;
};

/// Gives every draft language what it lacks, from its fallback: texts, the question or labels of a
/// text, words, lines of the engine.
void complete_drafts(Menu& menu);
/// The menu without its draft languages and without the options that lead to them.
[[nodiscard]] Menu without_drafts(Menu menu);
/// The line of `path`, or of the nearest part of the file that it lies in; 0 = not known.
[[nodiscard]] int line_of(const Lines& lines, std::string_view path);

}  // namespace jangkau::menus
