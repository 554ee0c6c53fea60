#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/result.hpp"
#include "menus/menu.hpp"
#include "menus/prove.hpp"

namespace jangkau::menus {

/// One line of a screen before it is wrapped, with the key that chooses it.
struct ScreenRow {
    char key = 0;
    std::string text;
};

/// Names of nodes for texts that no state shows begin so.
inline constexpr std::string_view kSpoken = "text:";

/// A state, or something outside that leads into the menu.
struct GraphNode {
    enum class Kind {
        entry,   ///< a code that is dialled, or words of an SMS
        choose,  ///< a screen with keys
        ask,     ///< a screen that takes free input
        act,     ///< an action of the program; shows nothing
        say,     ///< a screen that ends the dialogue, or goes on at any key
        sms,     ///< an SMS
    };
    std::string name;  ///< the state's; of an entry an id that no state can have
    Kind kind = Kind::say;
    std::string caption;          ///< the text's id, the action, or the kind of entry
    std::vector<ScreenRow> rows;  ///< what is shown, in the worst case; an entry's codes or words
    std::vector<std::string> instead;  ///< texts shown in place of it: wrong answers, nothing found
    std::size_t units = 0;             ///< septets of the rows
    std::size_t budget = 0;            ///< septets that there are; 0 = shows nothing
    std::size_t group = 0;
    bool outside = false;  ///< not drawn: only edges name it
    std::size_t band = 0;  ///< part of the journey: 0 before its first stage, then 1 and on
};

struct GraphEdge {
    enum class Kind {
        entry,    ///< dialled or sent
        option,   ///< a key
        answer,   ///< what was typed or chosen from a list
        item,     ///< one item of a list that leads elsewhere
        next,     ///< any key
        outcome,  ///< of an action
        tries,    ///< too many wrong answers
    };
    std::size_t from = 0;
    std::size_t to = 0;
    Kind kind = Kind::next;
    std::string label;    ///< key, item, outcome or number of tries
    std::size_t row = 0;  ///< of the screen's rows that it leaves from
    std::string then;     ///< state that follows once the target's stage is walked through
};

/// What is drawn as one region of the picture.
struct GraphGroup {
    std::string key;    ///< for `GraphOptions::flow`
    std::string title;  ///< in the picture's language
};

/// A menu as nodes and edges, in the order of its file.
struct Graph {
    std::string service;
    std::string menu;
    std::uint32_t revision = 0;
    std::string language;       ///< code
    std::string language_name;  ///< in the language itself
    std::size_t states = 0;     ///< of the whole menu
    std::vector<GraphNode> nodes;
    std::vector<GraphEdge> edges;
    std::vector<GraphGroup> groups;
    std::vector<std::string> bands;  ///< titles of the bands of the group `journey`
    std::size_t journey = 0;         ///< the group that has bands; groups.size() = none
};

struct GraphOptions {
    std::string language;                  ///< "" = the menu's default
    std::string flow;                      ///< only this group or stage; "" = all
    std::string from;                      ///< only what this state leads to; "" = all
    Vars settings;                         ///< the longest values of what the service binds
    std::vector<std::string_view> spoken;  ///< ids of texts that actions send by SMS
    Limits limits;
};

/// What was asked for and is not there.
struct GraphFault {
    std::string what;
};

/// `menu` must have been proven. With `flow` or `from` only those nodes are there, and behind
/// them what their edges lead to, marked as `outside`.
[[nodiscard]] Result<Graph, GraphFault> graph_of(const Menu& menu, const GraphOptions& options);

}  // namespace jangkau::menus
