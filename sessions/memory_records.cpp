#include <algorithm>
#include <iterator>
#include <tuple>

#include "sessions/memory_unit.hpp"

namespace jangkau::sessions {
namespace {

using flows::Agent;
using flows::Enrollment;
using flows::Referral;

template <class Map, class Wanted>
auto values_of(const Map& map, Wanted wanted) {
    std::vector<typename Map::mapped_type> values;
    for (const auto& [id, value] : map) {
        if (wanted(value)) values.push_back(value);
    }
    return values;
}

template <class Map, class Id>
auto found_in(const Map& map, const Id& id) -> std::optional<typename Map::mapped_type> {
    const auto at = map.find(id);
    if (at == map.end()) return std::nullopt;
    return at->second;
}

template <class T>
std::vector<T> first_of(std::vector<T> rows, std::size_t limit) {
    if (rows.size() > limit)
        rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(limit), rows.end());
    return rows;
}

std::vector<Enrollment> newest_first(std::vector<Enrollment> enrollments) {
    std::ranges::sort(enrollments, std::greater<>(),
                      [](const Enrollment& one) { return std::tie(one.created, one.ticket); });
    return enrollments;
}

bool is_open(const Referral& referral) {
    return referral.state == Referral::State::offered ||
           referral.state == Referral::State::accepted;
}

bool names(const Enrollment& enrollment, const Msisdn& phone) {
    return enrollment.owner == phone || enrollment.contact == phone;
}

}  // namespace

std::optional<flows::Person> MemoryUnit::person(const Msisdn& phone) {
    return found_in(data_.persons, phone);
}

void MemoryUnit::put(const flows::Person& person) {
    data_.persons.insert_or_assign(person.msisdn, person);
}

std::vector<flows::Consent> MemoryUnit::consents_of(const Msisdn& phone) {
    std::vector<flows::Consent> found;
    std::ranges::copy_if(data_.consents, std::back_inserter(found),
                         [&](const flows::Consent& one) { return one.msisdn == phone; });
    std::ranges::stable_sort(found, {}, &flows::Consent::at);
    return found;
}

std::vector<flows::Draft> MemoryUnit::drafts_of(const Msisdn& phone) {
    auto found =
        values_of(data_.drafts, [&](const flows::Draft& one) { return one.msisdn == phone; });
    std::ranges::sort(found, [](const flows::Draft& a, const flows::Draft& b) {
        return std::pair(a.changed, a.id) > std::pair(b.changed, b.id);
    });
    return found;
}

std::optional<flows::Draft> MemoryUnit::draft(std::int64_t id) {
    return found_in(data_.drafts, id);
}

bool MemoryUnit::has_draft(std::int64_t id) { return data_.drafts.contains(id); }

std::int64_t MemoryUnit::put(const flows::Draft& draft) {
    if (draft.id != 0) {
        const auto at = data_.drafts.find(draft.id);
        if (at != data_.drafts.end() && at->second.msisdn == draft.msisdn) at->second = draft;
        return draft.id;
    }
    const std::int64_t id = ++data_.last_draft;
    data_.drafts.emplace(id, draft).first->second.id = id;
    return id;
}

void MemoryUnit::drop_draft(std::int64_t id) { data_.drafts.erase(id); }

std::optional<Enrollment> MemoryUnit::enrollment(const Ticket& ticket) {
    return found_in(data_.enrollments, ticket);
}

std::vector<Enrollment> MemoryUnit::enrollments_of(const Msisdn& phone) {
    return newest_first(
        values_of(data_.enrollments, [&](const Enrollment& one) { return names(one, phone); }));
}

std::vector<Enrollment> MemoryUnit::enrollments_with(const Nik& nik) {
    return newest_first(
        values_of(data_.enrollments, [&](const Enrollment& one) { return one.nik == nik; }));
}

std::vector<Enrollment> MemoryUnit::enrollments_in(flows::Status status, std::size_t limit) {
    auto found =
        values_of(data_.enrollments, [&](const Enrollment& one) { return one.status == status; });
    std::ranges::stable_sort(found, {}, &Enrollment::changed);
    return first_of(std::move(found), limit);
}

std::vector<Enrollment> MemoryUnit::list(const EnrollmentFilter& filter) {
    auto found = values_of(data_.enrollments, [&](const Enrollment& one) {
        return (!filter.status || one.status == *filter.status) &&
               (filter.kelurahan.empty() || one.kelurahan == filter.kelurahan) &&
               (!filter.since || one.created >= *filter.since);
    });
    return first_of(newest_first(std::move(found)), filter.limit);
}

std::size_t MemoryUnit::registrations_since(const Msisdn& owner, Time since) {
    const auto filed = std::ranges::count_if(data_.notes, [&](const flows::DeskNote& note) {
        return note.kind == flows::kFiled && note.msisdn == owner && note.at >= since;
    });
    return values_of(data_.enrollments,
                     [&](const Enrollment& one) {
                         return one.kind == Enrollment::Kind::registration && one.owner == owner &&
                                one.created >= since;
                     })
               .size() +
           static_cast<std::size_t>(filed);
}

void MemoryUnit::put(const Enrollment& enrollment) {
    data_.enrollments.insert_or_assign(enrollment.ticket, enrollment);
}

void MemoryUnit::erase_enrollment(const Ticket& ticket) {
    std::erase_if(data_.referrals,
                  [&](const auto& entry) { return entry.second.ticket == ticket; });
    std::erase_if(data_.codes,
                  [&](const auto& entry) { return entry.second.first.ticket == ticket; });
    data_.enrollments.erase(ticket);
}

std::optional<Agent> MemoryUnit::agent(std::string_view id) { return found_in(data_.agents, id); }

std::optional<Agent> MemoryUnit::agent_with(const Msisdn& phone) {
    auto found = values_of(data_.agents, [&](const Agent& one) { return one.msisdn == phone; });
    if (found.empty()) return std::nullopt;
    std::ranges::stable_sort(found, {}, &Agent::retired);
    return std::move(found.front());
}

std::vector<Agent> MemoryUnit::agents() {
    return values_of(data_.agents, [](const Agent&) { return true; });
}

void MemoryUnit::put(const Agent& agent) { data_.agents.insert_or_assign(agent.id, agent); }

void MemoryUnit::remove_agent(std::string_view id) {
    if (const auto at = data_.agents.find(id); at != data_.agents.end()) data_.agents.erase(at);
    set_pin(id, "");
    std::erase_if(data_.codes, [&](const auto& entry) { return entry.first.first == id; });
}

void MemoryUnit::put(Referral& referral) {
    if (referral.id == 0) referral.id = data_.last_referral + 1;
    data_.last_referral = std::max(data_.last_referral, referral.id);
    data_.referrals.insert_or_assign(referral.id, referral);
}

std::vector<Referral> MemoryUnit::referrals_for(const Ticket& ticket) {
    return values_of(data_.referrals, [&](const Referral& one) { return one.ticket == ticket; });
}

std::vector<Referral> MemoryUnit::open_referrals_of(std::string_view agent) {
    auto found = values_of(data_.referrals,
                           [&](const Referral& one) { return one.agent == agent && is_open(one); });
    std::ranges::stable_sort(found, {}, &Referral::due);
    return found;
}

std::vector<std::pair<std::string, unsigned>> MemoryUnit::open_loads() {
    std::map<std::string, unsigned> loads;
    for (const auto& [id, referral] : data_.referrals) {
        if (is_open(referral)) ++loads[referral.agent];
    }
    return {loads.begin(), loads.end()};
}

std::optional<flows::Eligibility> MemoryUnit::eligibility(const Nik& nik) {
    return found_in(data_.eligibility, nik);
}

bool MemoryUnit::eligibility_known() { return !data_.eligibility.empty(); }

void MemoryUnit::put(const flows::Eligibility& eligibility) {
    data_.eligibility.insert_or_assign(eligibility.nik, eligibility);
}

void MemoryUnit::add(const flows::DeskNote& note) { data_.notes.push_back(note); }

std::vector<flows::DeskNote> MemoryUnit::desk_notes(std::size_t limit) {
    std::vector<flows::DeskNote> newest(data_.notes.rbegin(), data_.notes.rend());
    std::ranges::stable_sort(newest, std::greater<>(), &flows::DeskNote::at);
    return first_of(std::move(newest), limit);
}

}  // namespace jangkau::sessions
