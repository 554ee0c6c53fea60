#pragma once

#include <string>
#include <vector>

#include "menus/menu.hpp"

namespace jangkau::menus {

/// One way on from a state.
struct Way {
    enum class Kind {
        forward,
        edit,   ///< goes back to change an answer, or returns from that
        tries,  ///< after too many wrong answers
    };
    Kind kind = Kind::forward;
    std::string part;                ///< of the state: "options/1", "on/ok", "to"
    std::string to;                  ///< state, which may be missing in a menu that is not proven
    const Option* option = nullptr;  ///< that is chosen
};

/// In the order of the file. Lifetime: the node's.
[[nodiscard]] std::vector<Way> ways_from(const Node& node);

/// Where a dialogue or an SMS begins.
struct Entry {
    std::string path;  ///< of menu.yaml: "shortcuts/1"
    std::string to;
    bool sms = false;
    std::string sets{};  ///< variable that it brings along
};
[[nodiscard]] std::vector<Entry> entries_of(const Menu& menu);

}  // namespace jangkau::menus
