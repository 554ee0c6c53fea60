#include "gateway/fraud_report.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <map>
#include <set>

#include "menus/flows/incidents.hpp"

namespace jangkau::gateway {
namespace {

namespace json = boost::json;
namespace incident = flows::incident;
using flows::Enrollment;

constexpr unsigned kDaysMax = 31;
constexpr unsigned kLastDays = 3;

// Where a share or a number is marked. Shares of less than ten cases say nothing.
constexpr std::size_t kCasesMin = 10;
/// Every worker who says SALAH is one case; an honest agent has slips, not one in ten.
constexpr std::size_t kFalsePercent = 10;
constexpr std::size_t kFalseMin = 2;
/// Many never answer an SMS, but not most of those whom an agent really met.
constexpr std::size_t kUnansweredPercent = 60;
/// Three days of thirty have a tenth of the work; the bounty's month ends on the last one.
constexpr std::size_t kMonthEndPercent = 40;
/// A family shares a phone; two or three tickets of one phone are usual.
constexpr std::size_t kOnePhoneMin = 4;

struct Sum {
    std::map<std::string, std::size_t, std::less<>> counts;  ///< by kind
    std::array<std::size_t, kDaysMax> done_on{};             ///< by day of the month
    std::set<std::string> tickets;                           ///< reported as done
    std::size_t same_nik = 0;    ///< of these, with a NIK that has another ticket
    std::size_t same_phone = 0;  ///< most of these by one phone

    [[nodiscard]] std::size_t of(std::string_view kind) const {
        const auto at = counts.find(kind);
        return at == counts.end() ? 0 : at->second;
    }
};

std::size_t percent(std::size_t part, std::size_t whole) {
    return whole == 0 ? 0 : (100 * part + whole / 2) / whole;
}

void look_at_tickets(sessions::Unit& unit, Sum& sum) {
    std::map<Msisdn, std::size_t> phones;
    for (const std::string& text : sum.tickets) {
        const auto ticket = Ticket::parse(text);
        const auto enrollment = ticket ? unit.enrollment(*ticket) : std::nullopt;
        if (!enrollment) continue;  // erased since
        sum.same_phone = std::max(sum.same_phone, ++phones[enrollment->owner]);
        if (!enrollment->nik) continue;
        const auto with = unit.enrollments_with(*enrollment->nik);
        if (std::ranges::count_if(
                with, [](const Enrollment& one) { return one.status != flows::Status::ended; }) > 1)
            ++sum.same_nik;
    }
}

std::size_t in_last_days(const Sum& sum, Month month) {
    const auto days = static_cast<unsigned>(
        std::chrono::year_month_day_last(month.year() / month.month() / std::chrono::last).day());
    std::size_t count = 0;
    for (unsigned day = days - kLastDays; day < days; ++day) count += sum.done_on.at(day);
    return count;
}

/// Why somebody should look at this agent, in words.
json::array marks(const Sum& sum, std::size_t last_days) {
    json::array out;
    const std::size_t done = sum.of(incident::kDone);
    const auto mark = [&](bool passed, const std::string& words) {
        if (passed) out.emplace_back(words);
    };
    const auto count = [](std::size_t n) { return std::to_string(n); };
    const std::size_t wrong = sum.of(incident::kFalse);
    mark(wrong >= kFalseMin && 100 * wrong >= kFalsePercent * done,
         count(wrong) + " of " + count(done) + " workers said SALAH");
    const std::size_t silent = sum.of(incident::kUnanswered);
    mark(done >= kCasesMin && 100 * silent >= kUnansweredPercent * done,
         count(silent) + " of " + count(done) + " workers did not answer");
    mark(done >= kCasesMin && 100 * last_days >= kMonthEndPercent * done,
         count(last_days) + " of " + count(done) + " in the last three days of the month");
    mark(sum.same_nik > 0, count(sum.same_nik) + " with a NIK that has another ticket");
    mark(sum.same_phone >= kOnePhoneMin, count(sum.same_phone) + " registered from one phone");
    mark(sum.of(incident::kCapped) > 0, "reached the day's limit of confirmations");
    mark(sum.of(incident::kCodeLocked) > 0,
         count(sum.of(incident::kCodeLocked)) + " tickets locked after wrong codes");
    mark(sum.of(incident::kHeld) > 0, "held after wrong codes");
    mark(sum.of(incident::kPinWrong) >= 3, "wrong PINs");
    return out;
}

json::object view(const flows::World& world, const std::string& id, const Sum& sum, Month month) {
    const auto agent = world.records.agent(id);
    const std::size_t done = sum.of(incident::kDone);
    const std::size_t last_days = in_last_days(sum, month);
    json::array days;
    for (const std::size_t count : sum.done_on) days.emplace_back(count);
    return {{"agent_id", id},
            {"name", agent ? agent->name : ""},
            {"offers", sum.of(incident::kOffered)},
            {"taken", sum.of(incident::kTaken)},
            {"done", done},
            {"said_true", sum.of(incident::kTrue)},
            {"said_false", sum.of(incident::kFalse)},
            {"false_percent", percent(sum.of(incident::kFalse), done)},
            {"unanswered_percent", percent(sum.of(incident::kUnanswered), done)},
            {"done_by_day", std::move(days)},
            {"last_days_percent", percent(last_days, done)},
            {"same_nik", sum.same_nik},
            {"same_phone", sum.same_phone},
            {"caps", sum.of(incident::kCapped)},
            {"wrong_codes", sum.of(incident::kCodeWrong)},
            {"locked_codes", sum.of(incident::kCodeLocked)},
            {"marks", marks(sum, last_days)}};
}

}  // namespace

json::object fraud_report(sessions::Unit& unit, flows::World& world, Month month) {
    const Zone& zone = world.settings().zone;
    const auto first_of = [&](Month m) {
        return zone.instant(Date(m / std::chrono::day(1)), std::chrono::minutes(0));
    };
    std::map<std::string, Sum> sums;
    for (const flows::Incident& one :
         unit.incidents_between(first_of(month), first_of(month + std::chrono::months(1)))) {
        if (one.agent.empty()) continue;
        Sum& sum = sums[one.agent];
        ++sum.counts[one.kind];
        if (one.kind != incident::kDone) continue;
        sum.tickets.insert(one.ticket);
        ++sum.done_on.at(static_cast<unsigned>(zone.date(one.at).day()) - 1);
    }
    json::array agents;
    for (auto& [id, sum] : sums) {
        look_at_tickets(unit, sum);
        agents.push_back(view(world, id, sum, month));
    }
    return {{"month", iso(month)}, {"agents", std::move(agents)}};
}

}  // namespace jangkau::gateway
