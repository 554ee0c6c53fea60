#include <charconv>

#include "gateway/core/form.hpp"
#include "menus/step.hpp"

namespace jangkau::menus {
namespace {

constexpr std::string_view kVersion = "1";

void add(std::string& out, std::string_view key, std::string_view value) {
    if (!out.empty()) out += '&';
    out += key;
    out += '=';
    out += percent_encode(value);
}

template <class Number>
bool read_number(const std::string& text, Number& number) {
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    return fault == std::errc{} && end == text.data() + text.size();
}

bool read_field(State& state, std::string_view key, std::string value) {
    if (key == "n")
        state.node = std::move(value);
    else if (key == "l")
        state.language = std::move(value);
    else if (key == "p")
        return read_number(value, state.page);
    else if (key == "f")
        state.filter = std::move(value);
    else if (key == "t")
        return read_number(value, state.tries);
    else if (key == "b")
        state.trail.push_back(std::move(value));
    else if (key == "es")
        state.edit_stage = std::move(value);
    else if (key == "er")
        state.edit_return = std::move(value);
    else if (key == "e")
        state.ended = value == "1";
    else if (key == "r")
        return read_number(value, state.revision);
    else if (key == "d")
        return read_number(value, state.draft);
    else if (key == "j")
        state.journey = std::move(value);
    else if (key == "c")
        state.resumed = value == "1";
    else if (key.substr(0, 2) == "a.")
        state.answers.insert_or_assign(percent_decode(key.substr(2), false), std::move(value));
    else if (key.substr(0, 2) == "k.")
        state.kept.insert_or_assign(percent_decode(key.substr(2), false), std::move(value));
    else if (key.substr(0, 2) == "x.")
        state.vars.insert_or_assign(percent_decode(key.substr(2), false), std::move(value));
    else
        return false;
    return true;
}

}  // namespace

std::string encode(const State& state) {
    std::string out;
    add(out, "v", kVersion);
    add(out, "n", state.node);
    add(out, "l", state.language);
    if (state.page) add(out, "p", std::to_string(state.page));
    if (!state.filter.empty()) add(out, "f", state.filter);
    if (state.tries) add(out, "t", std::to_string(state.tries));
    for (const std::string& node : state.trail) add(out, "b", node);
    if (!state.edit_stage.empty()) add(out, "es", state.edit_stage);
    if (!state.edit_return.empty()) add(out, "er", state.edit_return);
    if (state.ended) add(out, "e", "1");
    if (state.revision) add(out, "r", std::to_string(state.revision));
    if (state.draft) add(out, "d", std::to_string(state.draft));
    if (!state.journey.empty()) add(out, "j", state.journey);
    if (state.resumed) add(out, "c", "1");
    for (const auto& [node, answer] : state.answers) add(out, "a." + percent_encode(node), answer);
    for (const auto& [node, answer] : state.kept) add(out, "k." + percent_encode(node), answer);
    for (const auto& [name, value] : state.vars) add(out, "x." + percent_encode(name), value);
    return out;
}

std::optional<State> decode_state(std::string_view text) {
    State state;
    const std::string_view whole = text;
    bool version_seen = false;
    while (!text.empty()) {
        const std::size_t end = text.find('&');
        const std::string_view field = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        const std::size_t equals = field.find('=');
        if (equals == std::string_view::npos) return std::nullopt;
        const std::string_view key = field.substr(0, equals);
        std::string value = percent_decode(field.substr(equals + 1), false);
        if (key == "v") {
            if (value != kVersion) return std::nullopt;
            version_seen = true;
        } else if (!read_field(state, key, std::move(value))) {
            return std::nullopt;
        }
    }
    // Whatever else decodes by leniency (a repeated field, a raw blank, "e=0") was written by
    // somebody else.
    if (!version_seen || encode(state) != whole) return std::nullopt;
    return state;
}

}  // namespace jangkau::menus
