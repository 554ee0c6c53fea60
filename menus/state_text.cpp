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

/// Of most states; more is made room for.
constexpr std::size_t kUsualBytes = 1024;
constexpr std::size_t kUsualVars = 32;

class Writer {
public:
    Writer() { out_.reserve(kUsualBytes); }

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

/// As std::to_string writes it, and not zero.
template <class Number>
bool read_number(std::string_view text, Number& number) {
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    return fault == std::errc{} && end == text.data() + text.size() && number != 0 &&
           text.front() != '0' && !text.starts_with("-0");
}

bool read_text(std::string_view encoded, std::string& text) {
    return !encoded.empty() && percent_decode_strictly(encoded, text);
}

bool read_flag(std::string_view encoded, bool& flag) {
    flag = true;
    return encoded == "1";
}

/// What is read, until it is whole: named values in the order in which they come.
struct Reading {
    using Values = Vars::sequence_type;

    State state;
    Values answers, kept, vars;

    Reading() {
        for (Values* values : {&answers, &vars}) values->reserve(kUsualVars);
    }

    [[nodiscard]] State take() {
        constexpr auto kSorted = boost::container::ordered_unique_range;
        state.answers.adopt_sequence(kSorted, std::move(answers));
        state.kept.adopt_sequence(kSorted, std::move(kept));
        state.vars.adopt_sequence(kSorted, std::move(vars));
        return std::move(state);
    }
};

/// Sorted by name, each once.
bool read_named(std::string_view encoded_name, std::string_view encoded, Reading::Values& values) {
    auto& [name, value] = values.emplace_back();
    return percent_decode_strictly(encoded_name, name) && percent_decode_strictly(encoded, value) &&
           (values.size() == 1 || values[values.size() - 2].first < name);
}

bool read_field(Reading& in, Field field, std::string_view name, std::string_view encoded) {
    State& state = in.state;
    switch (field) {
        case version: return encoded == kVersion;
        case node: return percent_decode_strictly(encoded, state.node);
        case language: return percent_decode_strictly(encoded, state.language);
        case page: return read_number(encoded, state.page);
        case filter: return read_text(encoded, state.filter);
        case tries: return read_number(encoded, state.tries);
        case trail: return percent_decode_strictly(encoded, state.trail.emplace_back());
        case edit_stage: return read_text(encoded, state.edit_stage);
        case edit_return: return read_text(encoded, state.edit_return);
        case ended: return read_flag(encoded, state.ended);
        case revision: return read_number(encoded, state.revision);
        case draft: return read_number(encoded, state.draft);
        case journey: return read_text(encoded, state.journey);
        case resumed: return read_flag(encoded, state.resumed);
        case answers: return read_named(name, encoded, in.answers);
        case kept: return read_named(name, encoded, in.kept);
        case vars: return read_named(name, encoded, in.vars);
    }
    return false;
}

/// None of them comes before `last`, the one that was read before.
std::optional<Field> field_of(std::string_view key, int last) {
    // Those of names are two characters long.
    if (key.size() > 1 && key[1] == '.') key = key.substr(0, 2);
    const auto* const at = std::find(kKeys.begin() + std::max(last, 0), kKeys.end(), key);
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
    Reading in;
    int last = -1;
    while (!text.empty()) {
        const std::string_view part = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(text.size(), part.size() + 1));
        const std::size_t equals = part.find('=');
        if (equals == part.npos) return std::nullopt;
        const std::string_view key = part.substr(0, equals);
        const auto field = field_of(key, last);
        if (!field) return std::nullopt;
        // The first three are always there, and only these four may come again.
        const bool again = *field == trail || *field >= answers;
        const bool in_order = *field <= language || last < language ? *field == last + 1
                              : again                               ? *field >= last
                                                                    : *field > last;
        if (!in_order) return std::nullopt;
        last = *field;
        const std::string_view name =
            *field >= answers ? key.substr(kKeys[*field].size()) : std::string_view();
        if (!read_field(in, *field, name, part.substr(equals + 1))) return std::nullopt;
    }
    if (last < language) return std::nullopt;
    return in.take();
}

}  // namespace jangkau::menus
