#pragma once

#include <set>
#include <string>
#include <vector>

#include "menus/prove.hpp"

// How a proof is made, for prove.cpp and prove_texts.cpp only.
namespace jangkau::menus {

template <class Map>
[[nodiscard]] std::vector<std::string> keys_of(const Map& map) {
    std::vector<std::string> keys;
    keys.reserve(map.size());
    for (const auto& [key, value] : map) keys.push_back(key);
    return keys;
}

/// What both halves of the proof need.
class Complaints {
protected:
    Complaints(const Menu& menu, Problems& problems) : menu_(menu), problems_(problems) {}

    void complain(const std::string& file, int line, std::string path, std::string what,
                  Problem::Severity severity = Problem::Severity::error) {
        problems_.push_back({file, line, std::move(path), std::move(what), severity});
    }
    [[nodiscard]] static std::string path_of(const Node& node, std::string_view part) {
        return "states/" + node.name + (part.empty() ? "" : "/") + std::string(part);
    }
    void at(const Node& node, std::string_view part, std::string what) {
        complain(menu_.file, node.line, path_of(node, part), std::move(what));
    }

    const Menu& menu_;

private:
    Problems& problems_;
};

/// Every variable that something sets: actions, answers, options, validators.
using Bound = std::set<std::string, std::less<>>;

/// Texts, words and budgets of every language.
void prove_texts(const Menu& menu, const Bound& bound, const std::map<std::string, Vars>& settings,
                 const std::vector<std::string_view>& spoken, const Limits& limits,
                 Problems& problems);

}  // namespace jangkau::menus
