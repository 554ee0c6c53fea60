#include "menus/flows/facts.hpp"

#include <algorithm>

#include "gateway/core/text.hpp"
#include "menus/flows/dated.hpp"
#include "menus/yaml.hpp"

namespace jangkau::flows {
namespace {

using menus::Fields;
using menus::Yaml;

constexpr std::string_view kEveryLanguage = "value";

Span span_of(const Facts::Value& value) { return {value.from, value.to}; }

std::string_view word_of(const Facts::Value& value, std::string_view language) {
    const auto at = value.words.find(language);
    return at == value.words.end() ? std::string_view() : std::string_view(at->second);
}

std::string_view word_in(const std::vector<Facts::Value>& values, std::string_view language,
                         Month month) {
    const auto at = std::find_if(values.begin(), values.end(),
                                 [&](const auto& value) { return holds(span_of(value), month); });
    return at == values.end() ? std::string_view() : word_of(*at, language);
}

/// What a placeholder may be called.
bool citable(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

class Reader {
public:
    Reader(std::string file, const std::vector<std::string>& languages, Problems& problems)
        : file_(std::move(file)), languages_(languages), problems_(problems) {}

    Facts read(const Yaml& tree) {
        Facts facts;
        Fields names(tree, file_, "", problems_);
        for (const auto& [name, line, rows] : tree.entries) {
            if (!citable(name)) {
                names.complain(line, name,
                               "a name is made of a-z, 0-9 and _, as in {death_benefit}");
            }
            if (!rows.is_sequence() || rows.items.empty()) {
                names.complain(line, name, "must be a list of values with from and source");
                continue;
            }
            facts.values[name] = read_rows(name, rows);
        }
        return facts;
    }

private:
    std::vector<Facts::Value> read_rows(const std::string& name, const Yaml& rows) {
        std::vector<Facts::Value> values;
        for (const Yaml& row : rows.items) {
            Fields fields(row, file_, name, problems_);
            if (!row.is_mapping()) {
                if (row.kind == Yaml::Kind::null) fields.complain(row.line, "", "is empty");
                continue;
            }
            if (auto value = read_value(fields)) {
                complain_of_overlap(fields, values, *value);
                values.push_back(std::move(*value));
            }
        }
        return values;
    }

    std::optional<Facts::Value> read_value(Fields& fields) {
        Facts::Value value;
        value.line = fields.line();
        value.words = read_words(fields);
        const auto span = read_span(fields);
        value.source = read_word(fields, "source");
        fields.finish();
        if (!span) return std::nullopt;
        value.from = span->from;
        value.to = span->to;
        return value;
    }

    menus::Vars read_words(Fields& fields) {
        menus::Vars words;
        const auto shared = fields.text(kEveryLanguage);
        if (shared) complain_of_word(fields, kEveryLanguage, *shared);
        for (const auto& language : languages_) {
            const auto own = fields.text(language);
            if (own) complain_of_word(fields, language, *own);
            if (own && shared) {
                fields.complain(fields.line(), language, "stands beside 'value'; keep one of them");
            }
            if (!own && !shared) {
                fields.complain(fields.line(), language,
                                "is missing; give one value for each language, or 'value' for all");
            }
            words[language] = own ? *own : shared.value_or("");
        }
        return words;
    }

    static void complain_of_word(Fields& fields, std::string_view key, const std::string& word) {
        if (trim(word).empty()) {
            fields.complain(fields.line(), key, "is empty");
        } else if (!valid_utf8(word)) {
            fields.complain(fields.line(), key, "is not UTF-8");
        } else if (word.find_first_of("\r\n{}") != std::string::npos) {
            fields.complain(fields.line(), key, "must be one line without braces");
        } else if (const auto cost = measure(word); cost.encoding != Encoding::gsm7) {
            fields.complain(fields.line(), key,
                            "contains '" + cost.forcing +
                                "', which the GSM alphabet lacks: every text that cites it would "
                                "hold 70 characters instead of 160");
        }
    }

    static void complain_of_overlap(Fields& fields, const std::vector<Facts::Value>& earlier,
                                    const Facts::Value& value) {
        for (const auto& other : earlier) {
            if (!overlap(span_of(other), span_of(value))) continue;
            fields.complain(value.line, "",
                            "holds in months in which the value of line " +
                                std::to_string(other.line) + " does; end that one with 'to'");
        }
    }

    std::string file_;
    const std::vector<std::string>& languages_;
    Problems& problems_;
};

}  // namespace

menus::Vars facts_at(const Facts& facts, std::string_view language, Month month) {
    menus::Vars vars;
    for (const auto& [name, values] : facts.values) vars[name] = word_in(values, language, month);
    return vars;
}

std::string_view fact_at(const Facts& facts, std::string_view name, std::string_view language,
                         Month month) {
    const auto at = facts.values.find(name);
    return at == facts.values.end() ? std::string_view() : word_in(at->second, language, month);
}

void add_draft_languages(Facts& facts, const menus::Menu& menu) {
    for (const menus::Language& language : menu.languages)
        if (language.draft)
            for (auto& [name, values] : facts.values)
                for (Facts::Value& value : values)
                    value.words[language.code] =
                        std::string(word_of(value, language.falls_back_to));
}

menus::Vars worst_facts(const Facts& facts, std::string_view language) {
    menus::Vars vars;
    for (const auto& [name, values] : facts.values) {
        std::string& worst = vars[name];
        for (const auto& value : values) {
            const auto word = word_of(value, language);
            if (measure(word).units > measure(worst).units) worst = word;
        }
    }
    return vars;
}

std::optional<Facts> parse_facts(std::string_view text, const std::string& file,
                                 const std::vector<std::string>& languages, Problems& problems) {
    Problems found;
    std::optional<Facts> facts;
    if (const auto tree = menus::parse_yaml(text, file, found)) {
        facts = Reader(file, languages, found).read(*tree);
    }
    const bool broken = any_error(found);
    problems.insert(problems.end(), found.begin(), found.end());
    if (broken) facts.reset();
    return facts;
}

}  // namespace jangkau::flows
