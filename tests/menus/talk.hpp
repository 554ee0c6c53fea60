#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "gateway/core/text.hpp"
#include "menus/render.hpp"
#include "menus/step.hpp"

namespace jangkau::menus {

inline const NumberPlan& indonesia() {
    static const NumberPlan plan;
    return plan;
}

inline Context context_of(const Vars& settings, std::size_t units = 160) {
    using namespace std::chrono_literals;
    return {{2026y / 11 / 22, indonesia()}, settings, units};
}

/// One dialogue. Between any two inputs its state becomes text and back, as it does between two
/// turns.
class Talk {
public:
    explicit Talk(const Menu& menu, std::size_t units = 160) : menu_(menu), units_(units) {}

    /// What is seen: the screen, then " [end]" after the last; of a question "ask: review(with)".
    std::string take(const Input& input) {
        const std::optional<State> read = decode_state(encode(last.state));
        EXPECT_EQ(read, last.state);
        last = step(menu_, read.value_or(State{}), input, context_of(settings, units_));
        if (const auto* ask = std::get_if<Ask>(&last.next))
            return "ask: " + ask->action + (ask->argument.empty() ? "" : "(" + ask->argument + ")");
        const auto& screen = std::get<Screen>(last.next);
        EXPECT_TRUE(fits(screen.text, units_)) << screen.text;
        EXPECT_EQ(screen.end, last.state.ended);
        return screen.text + (screen.end ? " [end]" : "");
    }
    std::string enter(std::string state = "main", Vars vars = {}, std::string language = "") {
        return take(Entered{std::move(state), std::move(vars), std::move(language)});
    }
    std::string type(std::string text) { return take(Typed{std::move(text)}); }
    std::string answer(std::string outcome, Vars vars = {}, std::string language = "") {
        return take(Answered{std::move(outcome), std::move(vars), std::move(language), {}});
    }
    std::string restore(State state) { return take(Answered{"none", {}, "", std::move(state)}); }

    std::string var(const std::string& name) const {
        const auto at = last.state.vars.find(name);
        return at == last.state.vars.end() ? "(unset)" : at->second;
    }
    /// "who" parts kept and errors refused in the last step: "keep 1, refused name/name last".
    std::string effects() const {
        std::string out;
        for (const Effect& effect : last.effects) {
            out += out.empty() ? "" : ", ";
            if (const auto* keep = std::get_if<KeepDraft>(&effect)) {
                out += "keep " + std::to_string(keep->stage);
            } else {
                const auto& refused = std::get<Refused>(effect);
                out += "refused " + refused.node + "/" + refused.error +
                       (refused.last_try ? " last" : "");
            }
        }
        return out;
    }

    Step last;
    Vars settings;

private:
    const Menu& menu_;
    std::size_t units_;
};

}  // namespace jangkau::menus
