#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gateway/core/calendar.hpp"
#include "menus/menu.hpp"
#include "menus/validators.hpp"

namespace jangkau::menus {

/// Where one dialogue is. A small value: compares, and becomes text and back.
struct State {
    std::string node;
    std::string language;
    Vars vars;
    std::vector<std::string> trail;  ///< states to go back to, oldest first
    std::size_t page = 0;            ///< of a list
    std::string filter;              ///< letters that narrow a list
    unsigned tries = 0;              ///< wrong answers at this state
    std::string edit_stage;          ///< while one part of a finished draft is being changed
    std::string edit_return;
    bool ended = false;
    std::uint32_t revision = 0;  ///< of the menu that it was made with; 0 = not known
    std::int64_t draft = 0;      ///< that it is kept as; 0 = none yet
    std::string journey;         ///< the first state of a stage: where its draft begins
    /// What was answered in states of a stage: as typed, as the item's code, or as what the option
    /// does.
    Vars answers;
    Vars kept;             ///< the same, given before: not asked again
    bool resumed = false;  ///< the screen goes on with a draft and says so

    bool operator==(const State&) const = default;
};

/// Text form, versioned; nothing for text that `encode` cannot have written.
[[nodiscard]] std::string encode(const State& state);
[[nodiscard]] std::optional<State> decode_state(std::string_view text);

/// The dialogue begins, at the menu's start or at a named state, with variables already known.
struct Entered {
    std::string state;
    Vars vars;
    std::string language;  ///< "" = the menu's default
};
/// The person typed something.
struct Typed {
    std::string text;
};
/// What an Ask found out.
struct Answered {
    std::string outcome;
    Vars vars;
    std::string language;           ///< "" = unchanged
    std::optional<State> restored;  ///< a draft to go on with, in place of the outcome
    bool announce = true;           ///< the screen says that it goes on with a draft
    bool forget = false;            ///< what this dialogue knew until now: something new begins
};
using Input = std::variant<Entered, Typed, Answered>;

/// All that the engine may know of the world.
struct Context {
    Rules rules;
    const Vars& settings;            ///< values for placeholders that no state sets
    std::size_t screen_units = 160;  ///< septets of one screen; UCS-2 screens get 80/182 of it
};

/// What the person sees; after an `end` nothing more is expected.
struct Screen {
    std::string text;
    bool end = false;
};
/// Something that only the outside can answer: hand `Answered` to step().
struct Ask {
    std::string action;
    std::string argument;
};

/// Something the step wants kept or counted.
struct KeepDraft {
    std::size_t stage;  ///< from 1, of the menu's stages
};
struct Refused {
    std::string node;
    std::string error;
    bool last_try;
};
using Effect = std::variant<KeepDraft, Refused>;

struct Step {
    State state;
    std::variant<Screen, Ask> next;
    std::vector<Effect> effects;
};

/// Total: any State and any Input of any length give a Step. Wrong input is a screen.
///
/// A state of another revision goes on at the first question of its journey whose answer this menu
/// cannot use; outside of a journey the same screen is shown again, or, where the menu no longer
/// has it, the menu's start.
[[nodiscard]] Step step(const Menu& menu, State state, const Input& input, const Context& context);

}  // namespace jangkau::menus
