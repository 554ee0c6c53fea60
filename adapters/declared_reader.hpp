#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/declared_description.hpp"
#include "gateway/core/problem.hpp"
#include "gateway/core/yaml.hpp"

namespace jangkau::adapters::declared {

/// Words that stand for values, as a description writes them.
template <class T>
using Words = std::vector<std::pair<std::string_view, T>>;

template <class T>
std::vector<std::string> names_of(const Words<T>& known) {
    std::vector<std::string> names;
    for (const auto& [name, value] : known) names.emplace_back(name);
    return names;
}

/// "'josn' is none of form, json; did you mean 'json'?"
[[nodiscard]] std::string not_among(const std::string& text, const std::vector<std::string>& known);
[[nodiscard]] int line_of(YamlFields& own, std::string_view key);

/// Reads what descriptions are made of: words, places, matches and templates.
class PartReader {
public:
    PartReader(std::string file, Problems& problems)
        : file_(std::move(file)), problems_(problems) {}

protected:
    template <class T>
    T word(YamlFields& own, std::string_view key, const Words<T>& known, T fallback) {
        const auto text = own.text(key);
        if (!text) return fallback;
        for (const auto& [name, value] : known)
            if (name == *text) return value;
        own.complain(line_of(own, key), key, not_among(*text, names_of(known)));
        return fallback;
    }
    std::vector<std::string> words(YamlFields& own, std::string_view key,
                                   const std::vector<std::string>& known);

    /// "msisdn", "cookie:SID", "linkId?" or a list of them.
    Place place(YamlFields& own, std::string_view key, bool required = false);
    std::string one_place(int line, const std::string& path, const std::string& written);

    Match match(YamlFields& own, std::string_view key);
    Match match(const Yaml& node, const std::string& path);

    Template text(YamlFields& own, std::string_view key, const std::string& fallback,
                  const Vocabulary& known);
    Template text(int line, const std::string& path, const std::string& written,
                  const Vocabulary& known);
    std::vector<std::pair<std::string, Template>> templates(const Yaml& node,
                                                            const std::string& path,
                                                            const Vocabulary& known);

    void complain(int line, std::string path, std::string what);

    const std::string file_;
    Problems& problems_;

    struct Written {
        int line;
        std::string path;  ///< in the description
        std::string place;
    };
    std::vector<Written> places_;  ///< all that were read
};

}  // namespace jangkau::adapters::declared
