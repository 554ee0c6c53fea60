#include "gateway/import_apply.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "gateway/imports.hpp"
#include "menus/flows/referral.hpp"
#include "menus/flows/registration.hpp"
#include "menus/flows/speak.hpp"

namespace jangkau::gateway {
namespace {

using flows::Agent;
using flows::Eligibility;
using flows::Enrollment;
using flows::Status;

/// So many tickets are offered within one command; timers look after the others.
constexpr std::size_t kReferredMax = 500;

enum class Difference { fresh, changed, same };

void count(ImportReport& report, Difference difference) {
    switch (difference) {
        case Difference::fresh: ++report.fresh; return;
        case Difference::changed: ++report.changed; return;
        case Difference::same: ++report.same; return;
    }
}

/// Puts the report in order; true when it is to be applied and there is something to change.
bool settled(ImportReport& report, Apply apply) {
    std::ranges::stable_sort(report.bad, {}, &BadRow::line);
    report.applied = apply == Apply::yes && report.bad.empty();
    return report.applied && report.fresh + report.changed > 0;
}

Agent merged(const AgentRow& row, const std::optional<Agent>& known) {
    Agent agent = known ? *known : Agent{.id = row.id, .msisdn = row.msisdn};
    agent.name = row.name;
    agent.msisdn = row.msisdn;
    agent.kelurahan = row.kelurahan;
    if (row.max_open) agent.max_open = *row.max_open;
    return agent;
}

Difference difference(const Agent& agent, const std::optional<Agent>& known) {
    if (!known) return Difference::fresh;
    const bool same = agent.name == known->name && agent.msisdn == known->msisdn &&
                      agent.kelurahan == known->kelurahan && agent.max_open == known->max_open;
    return same ? Difference::same : Difference::changed;
}

Difference difference(const Eligibility& entry, const std::optional<Eligibility>& known) {
    if (!known) return Difference::fresh;
    const bool same = entry.desil == known->desil &&
                      (entry.as_of < known->as_of ||
                       (entry.as_of == known->as_of && entry.source == known->source));
    return same ? Difference::same : Difference::changed;
}

/// Phones of agents whom the file does not name; those of the others may change hands within it.
std::map<Msisdn, std::string> phones_of_others(flows::World& world,
                                               const std::vector<AgentRow>& rows) {
    std::set<std::string_view> named;
    for (const AgentRow& row : rows) named.insert(row.id);
    std::map<Msisdn, std::string> phones;
    for (const Agent& agent : world.records.agents()) {
        if (!named.contains(agent.id)) phones.emplace(agent.msisdn, agent.id);
    }
    return phones;
}

void check_all_verifying(flows::World& world) {
    constexpr std::size_t kAll = std::numeric_limits<int>::max();
    for (Enrollment& enrollment : world.records.enrollments_in(Status::verifying, kAll)) {
        flows::check_eligibility(world, std::move(enrollment));
    }
}

/// Why BPJS-TK's answer cannot be taken for that ticket, or "".
std::string refusal(const ResultRow& row, const std::optional<Enrollment>& enrollment) {
    const std::string ticket = "ticket " + row.ticket.text();
    if (!enrollment) return "there is no " + ticket;
    if (enrollment->kind == Enrollment::Kind::call_request) {
        return ticket + " only asks for a call";
    }
    const Status status = enrollment->status;
    if (status == Status::sponsored || status == Status::reported || status == Status::active) {
        return {};
    }
    return ticket + " is '" + std::string(name(status)) +
           "'; only sponsored, reported and active ones take an answer of BPJS-TK";
}

Difference difference(const ResultRow& row, const Enrollment& enrollment) {
    if (enrollment.status != Status::active) return Difference::fresh;
    return enrollment.kpj == row.kpj ? Difference::same : Difference::changed;
}

void activate(flows::World& world, Enrollment enrollment, const ResultRow& row) {
    enrollment.kpj = row.kpj;
    flows::confirm_active(world, enrollment);
    menus::Vars vars = flows::vars_of(world, enrollment);
    vars["date"] = written(row.active_since);
    flows::speak(world, flows::hears(enrollment), enrollment.language, "M08", vars,
                 flows::Lane::receipt, enrollment.ticket.text());
}

}  // namespace

void refer_waiting(flows::World& world) {
    for (Enrollment& waiting : world.records.enrollments_in(Status::waiting, kReferredMax)) {
        flows::refer(world, std::move(waiting));
    }
}

std::optional<Agent> phone_holder(flows::World& world, const Msisdn& phone,
                                  std::string_view but_for) {
    for (Agent& agent : world.records.agents()) {
        if (agent.msisdn == phone && agent.id != but_for) return std::move(agent);
    }
    return std::nullopt;
}

ImportReport import_agents(flows::World& world, std::string_view file, Apply apply) {
    auto [rows, bad] = parse_agents(file, world.service);
    ImportReport report{.bad = std::move(bad)};
    const auto taken = phones_of_others(world, rows);
    std::vector<Agent> changes;
    for (const AgentRow& row : rows) {
        if (const auto other = taken.find(row.msisdn); other != taken.end()) {
            report.bad.emplace_back(row.line, "the phone number " + row.msisdn.masked() +
                                                  " belongs to agent " + other->second);
            continue;
        }
        const auto known = world.records.agent(row.id);
        Agent agent = merged(row, known);
        const Difference found = difference(agent, known);
        count(report, found);
        if (found != Difference::same) changes.push_back(std::move(agent));
    }
    if (!settled(report, apply)) return report;
    for (const Agent& agent : changes) {
        world.records.put(agent);
        report.touched.push_back({"", agent.msisdn});
    }
    refer_waiting(world);
    return report;
}

ImportReport import_eligibility(flows::World& world, std::string_view file, Apply apply) {
    auto [rows, bad] = parse_eligibility(file, world.today());
    ImportReport report{.bad = std::move(bad)};
    std::vector<const Eligibility*> changes;
    for (const auto& [line, entry] : rows) {
        const auto known = world.records.eligibility(entry.nik);
        if (known && entry.as_of < known->as_of && entry.desil != known->desil) {
            report.bad.emplace_back(
                line, "NIK " + quoted(entry.nik.digits()) + " has another answer already, of " +
                          iso(known->as_of) + "; this one is older: " + iso(entry.as_of));
            continue;
        }
        const Difference found = difference(entry, known);
        count(report, found);
        if (found != Difference::same) changes.push_back(&entry);
    }
    if (!settled(report, apply)) return report;
    for (const Eligibility* entry : changes) {
        world.records.put(*entry);
        std::vector<Enrollment> registered = world.records.enrollments_with(entry->nik);
        if (registered.empty()) report.touched.push_back({"", std::nullopt, entry->nik});
        for (Enrollment& enrollment : registered) {
            report.touched.push_back(flows::subject_of(enrollment));
            // Somebody who was refused may have objected: he is told how it stands now.
            if (enrollment.status == Status::not_sponsored)
                flows::check_eligibility(world, std::move(enrollment));
        }
    }
    check_all_verifying(world);
    return report;
}

ImportReport import_results(flows::World& world, std::string_view file, Apply apply) {
    auto [rows, bad] = parse_results(file, world.today());
    ImportReport report{.bad = std::move(bad)};
    std::vector<std::pair<Enrollment, const ResultRow*>> changes;
    std::map<std::string_view, std::pair<std::optional<Nik>, std::size_t>> cards;
    for (const ResultRow& row : rows) {
        const auto enrollment = world.records.enrollment(row.ticket);
        if (const std::string why = refusal(row, enrollment); !why.empty()) {
            report.bad.emplace_back(row.line, why);
            continue;
        }
        // One person may have registered from two phones; two persons never share a card.
        const auto [first, fresh] = cards.try_emplace(row.kpj, enrollment->nik, row.line);
        if (!fresh && first->second.first != enrollment->nik) {
            report.bad.emplace_back(row.line, "KPJ " + quoted(row.kpj) + " stands in line " +
                                                  std::to_string(first->second.second) +
                                                  " already, for another person");
            continue;
        }
        const Difference found = difference(row, *enrollment);
        count(report, found);
        if (found != Difference::same) changes.emplace_back(*enrollment, &row);
    }
    if (!settled(report, apply)) return report;
    for (auto& [enrollment, row] : changes) {
        report.touched.push_back(flows::subject_of(enrollment));
        activate(world, std::move(enrollment), *row);
    }
    return report;
}

}  // namespace jangkau::gateway
