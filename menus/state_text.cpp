#include <algorithm>
#include <array>
#include <charconv>

#include "gateway/core/form.hpp"
#include "menus/step.hpp"

namespace jangkau::menus {
namespace {

constexpr std::string_view kVersion = "1";

/// The fields in the order in which they are written; those that end with a dot are followed by a
/// name.
enum Field {
    version,
    node,
    language,
    page,
    filter,
    tries,
    trail,
    edit_stage,
    edit_return,
    ended,
    revision,
    draft,
    journey,
    resumed,
    answers,
    kept,
    vars
};
constexpr std::array<std::string_view, 17> kKeys = {"v", "n", "l", "p", "f", "t",  "b",  "es", "er",
                                                    "e", "r", "d", "j", "c", "a.", "k.", "x."};

class Writer {
public:
    void text(Field field, std::string_view value) {
        begin(field);
        append_percent_encoded(out_, value);
    }
    void text_if_any(Field field, std::string_view value) {
        if (!value.empty()) text(field, value);
    }
    template <class Number>
    void number_if_any(Field field, Number value) {
        if (value) text(field, std::to_string(value));
    }
    void named(Field field, const Vars& values) {
        for (const auto& [name, value] : values) {
            if (!out_.empty()) out_ += '&';
            out_ += kKeys[field];
            append_percent_encoded(out_, name);
            out_ += '=';
            append_percent_encoded(out_, value);
        }
    }
    [[nodiscard]] std::string take() { return std::move(out_); }

private:
    void begin(Field field) {
        if (!out_.empty()) out_ += '&';
        out_ += kKeys[field];
        out_ += '=';
    }

    std::string out_;
};

/// What percent_encode() gives for the value, and nothing else.
std::optional<std::string> decoded(std::string_view text) {
    if (is_unreserved(text)) return std::string(text);
    std::string value = percent_decode(text, false);
    if (percent_encode(value) != text) return std::nullopt;
    return value;
}

/// As std::to_string writes it, and not zero.
template <class Number>
bool read_number(std::string_view text, Number& number) {
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    return fault == std::errc{} && end == text.data() + text.size() && number != 0 &&
           std::to_string(number) == text;
}

bool read_text(std::string value, std::string& text) {
    text = std::move(value);
    return !text.empty();
}

bool read_flag(std::string_view value, bool& flag) {
    flag = true;
    return value == "1";
}

/// Sorted by name, each once.
bool read_named(std::string_view encoded_name, std::string value, Vars& values) {
    auto name = decoded(encoded_name);
    if (!name || (!values.empty() && *name <= values.rbegin()->first)) return false;
    values.emplace_hint(values.end(), *std::move(name), std::move(value));
    return true;
}

bool read_field(State& state, Field field, std::string_view name, std::string value) {
    switch (field) {
        case version: return value == kVersion;
        case node: state.node = std::move(value); return true;
        case language: state.language = std::move(value); return true;
        case page: return read_number(value, state.page);
        case filter: return read_text(std::move(value), state.filter);
        case tries: return read_number(value, state.tries);
        case trail: state.trail.push_back(std::move(value)); return true;
        case edit_stage: return read_text(std::move(value), state.edit_stage);
        case edit_return: return read_text(std::move(value), state.edit_return);
        case ended: return read_flag(value, state.ended);
        case revision: return read_number(value, state.revision);
        case draft: return read_number(value, state.draft);
        case journey: return read_text(std::move(value), state.journey);
        case resumed: return read_flag(value, state.resumed);
        case answers: return read_named(name, std::move(value), state.answers);
        case kept: return read_named(name, std::move(value), state.kept);
        case vars: return read_named(name, std::move(value), state.vars);
    }
    return false;
}

/// None of them comes before `last`, the one that was read before.
std::optional<Field> field_of(std::string_view key, int last) {
    const std::size_t dot = key.find('.');
    const auto at = std::find(kKeys.begin() + std::max(last, 0), kKeys.end(),
                              dot == key.npos ? key : key.substr(0, dot + 1));
    if (at == kKeys.end()) return std::nullopt;
    return static_cast<Field>(at - kKeys.begin());
}

}  // namespace

std::string encode(const State& state) {
    Writer out;
    out.text(version, kVersion);
    out.text(node, state.node);
    out.text(language, state.language);
    out.number_if_any(page, state.page);
    out.text_if_any(filter, state.filter);
    out.number_if_any(tries, state.tries);
    for (const std::string& place : state.trail) out.text(trail, place);
    out.text_if_any(edit_stage, state.edit_stage);
    out.text_if_any(edit_return, state.edit_return);
    out.number_if_any(ended, int{state.ended});
    out.number_if_any(revision, state.revision);
    out.number_if_any(draft, state.draft);
    out.text_if_any(journey, state.journey);
    out.number_if_any(resumed, int{state.resumed});
    out.named(answers, state.answers);
    out.named(kept, state.kept);
    out.named(vars, state.vars);
    return out.take();
}

std::optional<State> decode_state(std::string_view text) {
    // Exactly what encode() writes: whatever is read otherwise was written by somebody else.
    if (text.empty() || text.ends_with('&')) return std::nullopt;
    State state;
    int last = -1;
    while (!text.empty()) {
        const std::string_view part = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(text.size(), part.size() + 1));
        const std::size_t equals = part.find('=');
        if (equals == part.npos) return std::nullopt;
        const std::string_view key = part.substr(0, equals);
        const auto field = field_of(key, last);
        auto value = decoded(part.substr(equals + 1));
        if (!field || !value) return std::nullopt;
        // The first three are always there, and only these four may come again.
        const bool again = *field == trail || *field >= answers;
        const bool in_order = *field <= language || last < language ? *field == last + 1
                              : again                               ? *field >= last
                                                                    : *field > last;
        if (!in_order) return std::nullopt;
        last = *field;
        const std::string_view name =
            *field >= answers ? key.substr(kKeys[*field].size()) : std::string_view();
        if (!read_field(state, *field, name, *std::move(value))) return std::nullopt;
    }
    if (last < language) return std::nullopt;
    return state;
}

}  // namespace jangkau::menus
