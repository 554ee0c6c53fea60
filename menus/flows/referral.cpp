#include "menus/flows/referral.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "menus/flows/agent_codes.hpp"
#include "menus/flows/incidents.hpp"
#include "menus/flows/speak.hpp"

namespace jangkau::flows {
namespace {

constexpr std::chrono::hours kWaitingMax{7 * 24};  ///< for an agent; then an officer hears of it

std::string_view parent_of(const Service& service, std::string_view area) {
    const auto list = service.menu.lists.find(service.settings.areas);
    const menus::List::Item* item =
        list == service.menu.lists.end() ? nullptr : list->second.find(area);
    return item ? std::string_view(item->parent) : std::string_view();
}

enum class Nearness { kelurahan, kecamatan, city };

Nearness nearness(const Service& service, const Agent& agent, std::string_view kelurahan) {
    const std::string_view kecamatan = parent_of(service, kelurahan);
    Nearness best = Nearness::city;
    for (const std::string& own : agent.kelurahan) {
        if (own == kelurahan) return Nearness::kelurahan;
        if (!kecamatan.empty() && parent_of(service, own) == kecamatan) best = Nearness::kecamatan;
    }
    return best;
}

/// Who may be asked: agents who have not had the ticket, or also those who only let it lapse.
enum class Among { fresh, lapsed_too };

/// Agents who may be offered this ticket, best first.
std::vector<Agent> candidates(World& world, const Enrollment& enrollment, Among among) {
    std::map<std::string, unsigned> loads;
    for (const auto& [id, open] : world.records.open_loads()) loads[id] = open;
    std::vector<std::string> had;
    for (const Referral& earlier : world.records.referrals_for(enrollment.ticket))
        if (among == Among::fresh || earlier.state != Referral::State::lapsed)
            had.push_back(earlier.agent);

    std::vector<Agent> out;
    for (Agent& agent : world.records.agents()) {
        if (agent.on_leave || agent.retired || agent.held || loads[agent.id] >= agent.max_open)
            continue;
        if (belongs_to(enrollment, agent.msisdn)) continue;
        if (std::find(had.begin(), had.end(), agent.id) != had.end()) continue;
        // He would not get the SMS.
        if (const auto person = world.records.person(agent.msisdn); person && person->opted_out)
            continue;
        out.push_back(std::move(agent));
    }
    const auto rank = [&](const Agent& agent) {
        return std::make_tuple(nearness(world.service, agent, enrollment.kelurahan),
                               loads[agent.id], agent.last_offer.value_or(Time{}),
                               std::string_view(agent.id));
    };
    std::sort(out.begin(), out.end(),
              [&](const Agent& a, const Agent& b) { return rank(a) < rank(b); });
    return out;
}

void offer(World& world, Enrollment& enrollment, Agent agent) {
    const std::string ticket = enrollment.ticket.text();
    Referral referral{.ticket = enrollment.ticket, .agent = agent.id};
    referral.offered = referral.changed = world.now;
    referral.due = world.now + world.settings().offer_timeout;
    world.records.put(referral);
    agent.last_offer = world.now;
    world.records.put(agent);
    note(world, incident::kOffered, agent, ticket);
    enrollment.status = Status::offered;
    enrollment.changed = world.now;
    world.records.put(enrollment);
    world.records.set_timer({"offer_remind", ticket, world.now + world.settings().offer_reminder});
    world.records.set_timer({"offer_lapse", ticket, referral.due});
    menus::Vars vars = vars_of(world, enrollment);
    vars["date"] = written_day(world, referral.due);
    vars["time"] = written_time(world, referral.due);
    speak(world, agent.msisdn, world.service.menu.languages.front().code, "A01", vars,
          Lane::receipt, ticket);
}

void cancel_timers(World& world, const Ticket& ticket) {
    for (const char* kind :
         {"offer_remind", "offer_lapse", "contact_remind", "contact_lapse", "find_agent"})
        world.records.cancel_timer(kind, ticket.text());
}

void refer_among(World& world, Enrollment enrollment, Among among) {
    cancel_timers(world, enrollment.ticket);
    std::vector<Agent> free = candidates(world, enrollment, among);
    if (!free.empty()) return offer(world, enrollment, std::move(free.front()));
    enrollment.status = Status::waiting;
    enrollment.changed = world.now;
    world.records.put(enrollment);
    world.records.set_timer(
        {"find_agent", enrollment.ticket.text(), world.now + world.settings().agent_search});
}

}  // namespace

void refer(World& world, Enrollment enrollment) {
    refer_among(world, std::move(enrollment), Among::fresh);
}

void refer_again(World& world, Enrollment enrollment) {
    if (world.now - enrollment.created > kWaitingMax)
        world.records.add(
            DeskNote{"no_agent", enrollment.owner, enrollment.ticket.text(), world.now});
    refer_among(world, std::move(enrollment), Among::lapsed_too);
}

void pass_on(World& world, const Enrollment& enrollment, Referral::State left_as) {
    if (auto referral = open_referral(world, enrollment.ticket)) {
        referral->state = left_as;
        referral->changed = world.now;
        world.records.put(*referral);
        const auto agent = world.records.agent(referral->agent);
        menus::Vars vars = vars_of(world, enrollment);
        if (agent) vars.merge(vars_of(world, *agent));
        speak(world, hears(enrollment), enrollment.language, "M22", vars, Lane::receipt,
              enrollment.ticket.text());
    }
    refer(world, enrollment);
}

std::optional<Referral> open_referral(World& world, const Ticket& ticket) {
    for (const Referral& referral : world.records.referrals_for(ticket))
        if (referral.state == Referral::State::offered ||
            referral.state == Referral::State::accepted)
            return referral;
    return std::nullopt;
}

void note_of_report(World& world, std::string_view kind, const Enrollment& enrollment) {
    for (const Referral& referral : world.records.referrals_for(enrollment.ticket))
        if (referral.state == Referral::State::done)
            world.records.add(
                Incident{std::string(kind), referral.agent, enrollment.ticket.text(), world.now});
}

void confirm_active(World& world, Enrollment& enrollment) {
    if (enrollment.status == Status::reported) note_of_report(world, incident::kTrue, enrollment);
    enrollment.status = Status::active;
    enrollment.changed = world.now;
    world.records.put(enrollment);
}

void dispute(World& world, Enrollment& enrollment) {
    note_of_report(world, incident::kFalse, enrollment);
    enrollment.status = Status::needs_check;
    enrollment.changed = world.now;
    world.records.put(enrollment);
    world.records.add(DeskNote{"disputed", enrollment.owner, enrollment.ticket.text(), world.now});
}

std::vector<Agent> agents_near(World& world, std::string_view kelurahan) {
    std::vector<Agent> out;
    for (Agent& agent : world.records.agents())
        if (!agent.on_leave && !agent.retired) out.push_back(std::move(agent));
    std::stable_sort(out.begin(), out.end(), [&](const Agent& a, const Agent& b) {
        return nearness(world.service, a, kelurahan) < nearness(world.service, b, kelurahan);
    });
    std::erase_if(out, [&](const Agent& agent) {
        return nearness(world.service, agent, kelurahan) == Nearness::city;
    });
    return out;
}

}  // namespace jangkau::flows
