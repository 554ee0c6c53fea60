#include <algorithm>

#include "adapters/declared_description.hpp"

namespace jangkau::adapters::declared {

const std::string& Place::in(const Message& message) const {
    for (const auto& name : names)
        if (!message.get(name).value_or("").empty()) return name;
    return names.front();
}

bool fits(std::string_view pattern, std::string_view text) {
    // `star`: where to go on if what follows the last `*` does not fit here.
    std::size_t star = pattern.npos;
    std::size_t mark = 0;
    std::size_t p = 0;
    std::size_t t = 0;
    while (t < text.size()) {
        const bool literal = p < pattern.size() && pattern[p] == '\\' && p + 1 < pattern.size();
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            mark = t;
        } else if (literal ? pattern[p + 1] == text[t]
                           : p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
            p += literal ? 2 : 1;
            ++t;
        } else if (star != pattern.npos) {
            p = star + 1;
            t = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

bool Condition::fits(const Message& message) const {
    const auto value = message.get(place);
    return std::ranges::any_of(patterns, [&](const Pattern& pattern) {
        return pattern ? value && declared::fits(*pattern, *value) : !value;
    });
}

bool Match::fits(const Message& message) const {
    return std::ranges::all_of(all, [&](const Condition& one) { return one.fits(message); });
}

BadRequest Match::misfit(const Message& message) const {
    for (const Condition& one : all) {
        if (one.fits(message)) continue;
        return {.field = one.place,
                .why = message.get(one.place) ? "is none of those described" : "is missing"};
    }
    return {.field = "request", .why = "is none of those described"};
}

void Match::add_to(std::vector<Value>& values) const {
    for (const auto& [place, patterns] : all) {
        const auto given = [&, at = place](const Value& value) { return value.place == at; };
        const bool there = std::ranges::any_of(values, given);
        if (there || patterns.empty() || !patterns.front()) continue;
        std::string text;
        bool literal = false;
        for (const char c : *patterns.front()) {
            if (c == '\\' && !literal) {
                literal = true;
                continue;
            }
            text += literal || (c != '*' && c != '?') ? c : place == "http:status" ? '0' : 'x';
            literal = false;
        }
        if (place == "http:status") text.resize(3, '0');
        values.push_back({place, std::move(text), true});
    }
}

bool Incoming::at(Endpoint endpoint, std::string_view target) const {
    if (std::ranges::find(endpoints, endpoint) == endpoints.end()) return false;
    std::size_t segments = 0;
    while (!target.empty()) {
        if (target.front() != '/' || segments == path.size()) return false;
        const auto end = std::min(target.find('/', 1), target.size());
        const std::string_view segment = target.substr(1, end - 1);
        if (path[segments] != "*" ? segment != path[segments] : segment.empty()) return false;
        target.remove_prefix(end);
        ++segments;
    }
    return segments == path.size();
}

}  // namespace jangkau::adapters::declared
