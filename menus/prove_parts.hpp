#pragma once

#include <set>
#include <string>
#include <vector>

#include "menus/prove.hpp"

// How a proof is made, for menus/prove*.cpp only.
namespace jangkau::menus {

template <class Map>
[[nodiscard]] std::vector<std::string> keys_of(const Map& map) {
    std::vector<std::string> keys;
    keys.reserve(map.size());
    for (const auto& [key, value] : map) keys.push_back(key);
    return keys;
}

/// What all parts of the proof need.
class Complaints {
protected:
    Complaints(const Menu& menu, Problems& problems) : menu_(menu), problems_(problems) {}

    void problem(Problem found) { problems_.push_back(std::move(found)); }
    void complain(const std::string& file, int line, std::string path, std::string what,
                  Problem::Severity severity = Problem::Severity::error) {
        problem({file, line, std::move(path), std::move(what), severity});
    }
    [[nodiscard]] static std::string path_of(const Node& node, std::string_view part) {
        return "states/" + node.name + (part.empty() ? "" : "/") + std::string(part);
    }
    void at_path(const std::string& path, std::string what,
                 Problem::Severity severity = Problem::Severity::error) {
        complain(menu_.file, line_of(menu_.lines, path), path, std::move(what), severity);
    }
    void at(const Node& node, std::string_view part, std::string what,
            Problem::Severity severity = Problem::Severity::error) {
        at_path(path_of(node, part), std::move(what), severity);
    }
    /// Of a language file, where the key stands or would stand.
    void in(const Language& language, const std::string& path, std::string what) {
        complain(language.file, line_of(language.lines, path), path, std::move(what));
    }

    const Menu& menu_;

private:
    Problems& problems_;
};

/// Every variable that something sets: actions, answers, options, validators.
using Bound = std::set<std::string, std::less<>>;

/// Every text that a state may show.
[[nodiscard]] std::vector<std::string> texts_of(const Node& node);

/// Texts and words of every language are there and go together.
void prove_texts(const Menu& menu, const Bound& bound, const std::map<std::string, Vars>& settings,
                 const std::vector<std::string_view>& spoken, Problems& problems);

/// Every screen, every page of every list and every SMS fits in its worst case.
[[nodiscard]] std::vector<ListPages> prove_screens(const Menu& menu,
                                                   const std::map<std::string, Vars>& settings,
                                                   const std::vector<std::string_view>& spoken,
                                                   const Limits& limits, Problems& problems);

/// What a screen needs is set on every way to it; consent is asked on a reviewed screen.
void prove_ways(const Menu& menu, const std::vector<ActionFacts>& actions,
                const std::map<std::string, Vars>& settings, Problems& problems);

}  // namespace jangkau::menus
