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

/// Whether the state is to be kept as the draft that it names then: the same one as before, or a
/// new one. Keeps what it says so far in its unfinished enrollment. Not when the registration was
/// completed meanwhile from elsewhere, nor a mere beginning beside another draft.
///
/// The caller puts a hop that holds the draft.
[[nodiscard]] bool prepare_draft(World& world, const Msisdn& phone, menus::State& state,
                                 std::size_t stage);
/// The same where there is no hop to hold it.
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
