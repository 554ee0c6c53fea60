#include "menus/flows/drafts.hpp"

#include <algorithm>

#include "menus/flows/registration.hpp"

namespace jangkau::flows {
namespace {

constexpr std::string_view kNudge = "nudge";

std::string variable(const menus::State& state, std::string_view name) {
    const auto at = state.vars.find(name);
    return at == state.vars.end() ? std::string() : at->second;
}

/// "ABDUL RAHMAN" -> "A.R."
std::string initials(std::string_view name) {
    std::string out;
    bool begins = true;
    for (const char c : name) {
        if (begins && c >= 'A' && c <= 'Z') out += std::string(1, c) + ".";
        begins = c == ' ';
    }
    return out;
}

}  // namespace

bool says_something(const menus::State& state) {
    return !state.answers.empty() || !state.kept.empty();
}

std::vector<Unfinished> unfinished_of(World& world, const Msisdn& phone) {
    std::vector<Unfinished> out;
    for (const Draft& draft : world.records.drafts_of(phone)) {
        auto state = menus::decode_state(draft.state);
        if (!state) continue;
        state->draft = draft.id;
        state->ended = false;  // a dialogue was, not what it goes on with
        out.push_back({draft.id, std::move(*state)});
    }
    // One that was begun and not answered yet is nobody's among those that are.
    const bool any = std::any_of(out.begin(), out.end(),
                                 [](const Unfinished& one) { return says_something(one.state); });
    if (any) std::erase_if(out, [](const Unfinished& one) { return !says_something(one.state); });
    if (out.size() > 1 && !any) out.resize(1);
    return out;
}

bool prepare_draft(World& world, const Msisdn& phone, menus::State& state, std::size_t stage) {
    if (state.ended || state.journey.empty()) return false;
    // Begun, nothing answered: the next dial opens on the first question, unless somebody else's
    // is further.
    if (!says_something(state) && state.draft == 0 && !world.records.drafts_of(phone).empty())
        return false;
    if (!variable(state, "taken").empty()) {
        auto enrollment = taken_ticket(world, phone, state.vars);
        if (!enrollment) return false;
        const Enrollment before = *enrollment;
        fill_in(world, *enrollment, state.vars);
        if (*enrollment != before) world.records.put(*enrollment);
    }
    if (state.draft != 0 && world.records.has_draft(state.draft)) return true;
    state.draft = 0;
    state.draft = world.records.put(Draft{0, phone, menus::encode(state), stage, world.now});
    // One reminder for each draft, and one timer, which looks when it is due.
    world.records.set_timer({std::string(kNudge), std::to_string(state.draft),
                             world.now + world.settings().nudge_after});
    return true;
}

void keep_draft(World& world, const Msisdn& phone, menus::State& state, std::size_t stage) {
    if (prepare_draft(world, phone, state, stage))
        world.records.put(Draft{state.draft, phone, menus::encode(state), stage, world.now});
}

void drop_draft(World& world, std::int64_t id) {
    world.records.drop_draft(id);
    world.records.cancel_timer(kNudge, std::to_string(id));
}

void drop_drafts_of(World& world, const Msisdn& phone, const Ticket& ticket) {
    for (const Unfinished& draft : unfinished_of(world, phone))
        if (variable(draft.state, "taken") == ticket.text()) drop_draft(world, draft.id);
}

std::string draft_lines(const std::vector<Unfinished>& drafts) {
    std::string lines;
    for (const Unfinished& draft : drafts) {
        std::string label = initials(variable(draft.state, "name"));
        if (const std::string nik4 = variable(draft.state, "nik4"); !nik4.empty())
            label += (label.empty() ? "NIK .." : " ..") + nik4;
        if (label.empty()) label = std::to_string(draft.id);
        lines += std::to_string(draft.id) + "\t" + label + "\n";
    }
    return lines;
}

const menus::Node* question(const menus::Menu& menu, std::string_view variable,
                            menus::Node::Kind kind) {
    for (const auto& [name, node] : menu.nodes)
        if (!node.stage.empty() && node.kind == kind && node.into == variable) return &node;
    return nullptr;
}

}  // namespace jangkau::flows
