#include "adapters/declared_reader.hpp"

#include <algorithm>
#include <charconv>

namespace jangkau::adapters::declared {

std::string not_among(const std::string& text, const std::vector<std::string>& known) {
    std::string all;
    for (const auto& name : known) all += (all.empty() ? "" : ", ") + name;
    return "'" + text + "' is none of " + all + did_you_mean(text, known);
}

int line_of(YamlFields& own, std::string_view key) {
    const Yaml* value = own.take(key);
    return value != nullptr ? value->line : own.line();
}

std::vector<std::string> PartReader::words(YamlFields& own, std::string_view key,
                                           const std::vector<std::string>& known) {
    auto texts = own.texts(key);
    for (const auto& text : texts)
        if (std::ranges::find(known, text) == known.end())
            own.complain(line_of(own, key), key, not_among(text, known));
    return texts;
}

namespace {

/// Above what any list of a message holds that is read by place.
constexpr std::size_t kIndexMax = 1000;
constexpr int kStatusMin = 100;
constexpr int kStatusMax = 599;

/// "1" in "results.1.id", in "path:1" and in "word:1".
bool has_large_index(std::string_view place) {
    while (!place.empty()) {
        const auto end = std::min(place.find_first_of(".:/"), place.size());
        const std::string_view part = place.substr(0, end);
        std::size_t index = 0;
        const auto [rest, fault] = std::from_chars(part.data(), part.data() + end, index);
        const bool digits = end > 0 && rest == part.data() + end;
        if (digits && (fault != std::errc{} || index > kIndexMax)) return true;
        place.remove_prefix(std::min(end + 1, place.size()));
    }
    return false;
}

bool is_numbered_from_one(const std::string& place) {
    for (const std::string_view prefix : {"path:", "word:"}) {
        if (!place.starts_with(prefix)) continue;
        std::size_t number = 0;
        const char* end = place.data() + place.size();
        return std::from_chars(place.data() + prefix.size(), end, number).ptr == end && number > 0;
    }
    return true;
}

bool fits_a_status(const std::string& pattern) {
    for (int status = kStatusMin; status <= kStatusMax; ++status)
        if (fits(pattern, std::to_string(status))) return true;
    return false;
}

}  // namespace

std::string PartReader::one_place(int line, const std::string& path, const std::string& written) {
    static const std::vector<std::string> kPrefixes{"header", "cookie", "query",
                                                    "path",   "word",   "http"};
    const bool named = written.find_first_not_of("./") != written.npos;
    if (!named || written.find_first_of(" {}\n") != written.npos)
        complain(line, path,
                 "'" + written +
                     "' is no place; write the name of a field, such as msisdn, payload.id, "
                     "dialog/@id or header:X-Id");
    // XML has prefixes of its own, so only what looks mistyped is one.
    const std::string prefix = written.substr(0, written.find(':'));
    const bool has_prefix = prefix.size() < written.size();
    const bool known = std::ranges::find(kPrefixes, prefix) != kPrefixes.end();
    if (has_prefix && !known && !did_you_mean(prefix, kPrefixes).empty())
        complain(line, path, not_among(prefix, kPrefixes));
    if (has_prefix && prefix == "http" && written != "http:status" && written != "http:body")
        complain(line, path, not_among(written, {"http:status", "http:body"}));
    if (!is_numbered_from_one(written))
        complain(line, path, "'" + written + "' must have a number from 1 after the colon");
    if (!written.starts_with("header:") && has_large_index(written))
        complain(line, path, "'" + written + "' counts further than " + std::to_string(kIndexMax));
    places_.push_back({line, path, place_name(written)});
    return places_.back().place;
}

Place PartReader::place(YamlFields& own, std::string_view key, bool required) {
    Place out;
    for (std::string name : own.texts(key)) {
        if (name.ends_with('?')) {
            name.pop_back();
            out.optional = true;
        }
        out.names.push_back(one_place(line_of(own, key), own.path(key), name));
    }
    if (required && out.names.empty() && own.take(key) == nullptr)
        own.complain(own.line(), key, "is missing; say where it stands");
    return out;
}

Match PartReader::match(YamlFields& own, std::string_view key) {
    const Yaml* node = own.mapping(key);
    return node != nullptr ? match(*node, own.path(key)) : Match{};
}

Match PartReader::match(const Yaml& node, const std::string& path) {
    Match out;
    for (const auto& entry : node.entries) {
        const std::string where = path + "/" + entry.key;
        const bool list = entry.value.is_sequence();
        std::vector<Pattern> patterns;
        for (const Yaml& one : list ? entry.value.items : std::vector<Yaml>{entry.value}) {
            if (one.kind == Yaml::Kind::null)
                patterns.emplace_back();
            else if (one.is_scalar())
                patterns.emplace_back(one.scalar);
            else
                complain(one.line, where,
                         "must be a value, a list of values, or ~ for a place that is not there");
        }
        if (entry.key == "http:status")
            for (const Pattern& pattern : patterns)
                if (!pattern || !fits_a_status(*pattern))
                    complain(entry.line, where,
                             "'" + pattern.value_or("~") +
                                 "' is no HTTP status; write 200, \"2*\" or a list of these");
        out.all.push_back({one_place(entry.line, where, entry.key), std::move(patterns)});
    }
    return out;
}

Template PartReader::text(YamlFields& own, std::string_view key, const std::string& fallback,
                          const Vocabulary& known) {
    std::string written = own.text_or(key, fallback);
    if (written.ends_with('\n')) written.pop_back();  // of a block
    return text(line_of(own, key), own.path(key), written, known);
}

Template PartReader::text(int line, const std::string& path, const std::string& written,
                          const Vocabulary& known) {
    auto made = Template::parse(written, known);
    if (made) return *std::move(made);
    complain(line, path, made.error().why);
    return {};
}

std::vector<std::pair<std::string, Template>> PartReader::templates(const Yaml& node,
                                                                    const std::string& path,
                                                                    const Vocabulary& known) {
    std::vector<std::pair<std::string, Template>> out;
    for (const auto& entry : node.entries) {
        const std::string where = path + "/" + entry.key;
        if (!entry.value.is_scalar()) complain(entry.line, where, "must be a single value");
        out.emplace_back(entry.key, text(entry.line, where, entry.value.scalar, known));
    }
    return out;
}

void PartReader::complain(int line, std::string path, std::string what) {
    problems_.push_back({file_, line, std::move(path), std::move(what), Problem::Severity::error});
}

}  // namespace jangkau::adapters::declared
