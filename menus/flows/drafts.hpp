#pragma once

#include <optional>
#include <string>
#include <vector>

#include "menus/flows/service.hpp"

namespace jangkau::flows {

/// A draft that can be gone on with.
struct Unfinished {
    std::int64_t id = 0;
    menus::State state;
};

/// Of that phone, the one changed last first. One without answers only where it is the only one.
[[nodiscard]] std::vector<Unfinished> unfinished_of(World& world, const Msisdn& phone);

/// Whether anything was answered in it; else it is a mere beginning.
[[nodiscard]] bool says_something(const menus::State& state);

/// Keeps where the dialogue stands, in the draft that it names or in a new one (`state.draft` then
/// names it), and what it says so far in its unfinished enrollment. Nothing is kept when the
/// registration was completed meanwhile from elsewhere, nor a mere beginning beside another draft.
void keep_draft(World& world, const Msisdn& phone, menus::State& state, std::size_t stage);

/// With its reminder.
void drop_draft(World& world, std::int64_t id);
/// Drafts of that phone for that ticket: the enrollment is complete.
void drop_drafts_of(World& world, const Msisdn& phone, const Ticket& ticket);

/// Lines "id<TAB>initials" for a choice among several drafts. Whoever holds the phone sees them, so
/// there are no names in it.
[[nodiscard]] std::string draft_lines(const std::vector<Unfinished>& drafts);

/// The first question of a journey whose answer goes into that variable; nullptr for none.
[[nodiscard]] const menus::Node* question(const menus::Menu& menu, std::string_view variable,
                                          menus::Node::Kind kind);

}  // namespace jangkau::flows
