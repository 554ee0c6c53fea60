#include "menus/flows/agent_codes.hpp"

#include <algorithm>

#include "menus/flows/incidents.hpp"

namespace jangkau::flows {
namespace {

constexpr std::chrono::hours kCodesCounted{1};

Time midnight(const World& world) {
    return world.settings().zone.instant(world.today(), std::chrono::minutes(0));
}

/// Wrong guesses count from here: those before an officer released the agent are forgiven.
Time counted_from(const Agent& agent, Time from) {
    return agent.released ? std::max(from, *agent.released + std::chrono::seconds(1)) : from;
}

std::size_t wrong_for(World& world, const Agent& agent, std::string_view ticket) {
    return world.records.incidents(incident::kCodeWrong, agent.id, ticket,
                                   counted_from(agent, Time{}));
}

std::size_t wrong_pins(World& world, const Agent& agent) {
    return world.records.incidents(incident::kPinWrong, agent.id, counted_from(agent, Time{}));
}

void tell_desk(World& world, std::string_view kind, const Agent& agent, std::string_view ticket) {
    world.records.add(
        DeskNote{std::string(kind), agent.msisdn, std::string(ticket), world.now, agent.id});
}

void count_wrong_code(World& world, Agent& agent, const std::string& ticket) {
    note(world, incident::kCodeWrong, agent, ticket);
    const std::size_t today = world.records.incidents(incident::kCodeWrong, agent.id,
                                                      counted_from(agent, midnight(world)));
    if (wrong_for(world, agent, ticket) == world.settings().wrong_per_ticket) {
        note(world, incident::kCodeLocked, agent, ticket);
        tell_desk(world, incident::kCodeLocked, agent, ticket);
    }
    if (today < world.settings().wrong_per_day || agent.held) return;
    agent.held = true;
    world.records.put(agent);
    note(world, incident::kHeld, agent, ticket);
    tell_desk(world, "agent_held", agent, ticket);
}

void count_wrong_pin(World& world, const Agent& agent, const std::string& ticket) {
    note(world, incident::kPinWrong, agent, ticket);
    if (wrong_pins(world, agent) == world.settings().pin_tries)
        tell_desk(world, "pin_locked", agent, ticket);
}

}  // namespace

void note(World& world, std::string_view kind, const Agent& agent, std::string_view ticket) {
    world.records.add(Incident{std::string(kind), agent.id, std::string(ticket), world.now});
}

std::string report_refused(World& world, const Agent& agent, std::string_view ticket) {
    const Settings& settings = world.settings();
    if (agent.held || wrong_pins(world, agent) >= settings.pin_tries) return "held";
    if (wrong_for(world, agent, ticket) >= settings.wrong_per_ticket) return "locked";
    const Time today = midnight(world);
    if (world.records.incidents(incident::kDone, agent.id, today) < settings.confirmations_per_day)
        return "";
    if (world.records.incidents(incident::kCapped, agent.id, today) == 0)
        tell_desk(world, "agent_capped", agent, "");
    note(world, incident::kCapped, agent, ticket);
    return "cap";
}

bool needs_pin(World& world, const Agent& agent) {
    if (!world.records.has_pin(agent.id)) return false;
    const std::size_t today = world.records.incidents(incident::kDone, agent.id, midnight(world));
    return today == 0 || today >= world.settings().pin_after;
}

std::string new_code(World& world, const Agent& agent, const Ticket& ticket,
                     std::string_view said) {
    const std::size_t asked = world.records.incidents(incident::kCodeSent, agent.id, ticket.text(),
                                                      world.now - kCodesCounted);
    if (asked >= world.settings().codes_per_hour) return "";
    // 2^64 is so much more than 10^6 that no code is likelier than another.
    std::string digits = std::to_string(world.random.next() % 1'000'000);
    digits.insert(0, kCodeDigits - digits.size(), '0');
    world.records.put(AgentCode{agent.id, ticket, std::string(said), world.now}, digits);
    note(world, incident::kCodeSent, agent, ticket.text());
    return digits;
}

std::vector<AgentCode> live_codes(World& world, const Agent& agent) {
    std::vector<AgentCode> codes = world.records.codes_of(agent.id);
    std::erase_if(codes, [&](const AgentCode& code) {
        return world.now - code.made >= world.settings().code_valid;
    });
    return codes;
}

Judged judge_code(World& world, Agent agent, const std::string& ticket, std::string_view digits,
                  std::string_view pin) {
    const std::vector<AgentCode> codes = world.records.codes_of(agent.id);
    const auto code = std::find_if(codes.begin(), codes.end(), [&](const AgentCode& one) {
        return one.ticket.text() == ticket;
    });
    if (code == codes.end() || !world.records.is_code(*code, digits)) {
        count_wrong_code(world, agent, ticket);
        return {"wrong", std::nullopt};
    }
    // The SMS came late: no guess.
    if (world.now - code->made >= world.settings().code_valid) return {"wrong", std::nullopt};
    if (needs_pin(world, agent)) {
        if (pin.empty()) return {"pin", std::nullopt};
        if (!world.records.is_pin(agent.id, pin)) {
            count_wrong_pin(world, agent, ticket);
            return {"wrong", std::nullopt};
        }
    }
    world.records.drop_code(*code);
    return {"right", *code};
}

}  // namespace jangkau::flows
