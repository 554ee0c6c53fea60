#include "gateway/control.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <limits>
#include <map>
#include <utility>

#include "gateway/control_audit.hpp"
#include "gateway/control_keys.hpp"
#include "gateway/control_parts.hpp"
#include "gateway/control_view.hpp"
#include "gateway/core/form.hpp"
#include "gateway/core/problem.hpp"
#include "gateway/core/text.hpp"
#include "gateway/fraud_report.hpp"
#include "gateway/import_apply.hpp"
#include "menus/flows/agent_codes.hpp"
#include "menus/flows/referral.hpp"
#include "menus/flows/registration.hpp"

namespace jangkau::gateway {
namespace {

namespace json = boost::json;
using flows::Agent;
using flows::Enrollment;
using flows::Status;
using flows::World;
using sessions::EnrollmentFilter;
using sessions::Unit;

constexpr std::size_t kListedMax = 100'000;
constexpr std::size_t kDeskMax = 500;
constexpr std::array kStatuses = {Status::unfinished,    Status::verifying, Status::sponsored,
                                  Status::not_sponsored, Status::waiting,   Status::offered,
                                  Status::with_agent,    Status::reported,  Status::active,
                                  Status::needs_check,   Status::ended};

// --- what stands in a query ---

std::optional<bool> read_flag(std::string_view text) {
    const std::string word = lower_ascii(text);
    for (const char* yes : {"1", "true", "yes", "ya"}) {
        if (word == yes) return true;
    }
    for (const char* no : {"0", "false", "no", "tidak"}) {
        if (word == no) return false;
    }
    return std::nullopt;
}

Result<Apply, Refusal> read_apply(const Form& query) {
    if (auto unknown = unknown_field(query, {"apply"})) return *unknown;
    const auto text = query.get("apply");
    if (!text) return Apply::trial;
    const auto flag = read_flag(*text);
    if (!flag) return refuse("apply must be 1 or 0");
    return *flag ? Apply::yes : Apply::trial;
}

Result<Status, Refusal> read_status(std::string_view text) {
    if (const auto status = flows::status_named(text)) return *status;
    std::vector<std::string> names;
    std::string all;
    for (const Status status : kStatuses) {
        names.emplace_back(name(status));
        all += (all.empty() ? "" : ", ") + names.back();
    }
    const std::string typed = clean_utf8(text);
    return refuse("there is no status '" + typed + "'" + did_you_mean(typed, names) +
                  "; there are " + all);
}

Result<EnrollmentFilter, Refusal> read_filter(const World& world, const Form& query,
                                              std::size_t limit) {
    EnrollmentFilter filter{.limit = limit};
    if (auto unknown = unknown_field(query, {"status", "kelurahan", "since", "limit"})) {
        return *unknown;
    }
    if (const auto text = query.get("status"); text && !text->empty()) {
        const auto status = read_status(*text);
        if (!status) return status.error();
        filter.status = *status;
    }
    if (const auto text = query.get("kelurahan"); text && !text->empty()) {
        const auto place = read_place(*text, world.service);
        if (!place) return refuse(place.error().why);
        filter.kelurahan = *place;
    }
    if (const auto text = query.get("since"); text && !text->empty()) {
        const auto since = read_time(world, "since", *text);
        if (!since) return since.error();
        filter.since = *since;
    }
    if (const auto text = query.get("limit"); text && !text->empty()) {
        const auto [end, error] =
            std::from_chars(text->data(), text->data() + text->size(), filter.limit);
        const bool whole = error == std::errc() && end == text->data() + text->size();
        if (!whole || filter.limit < 1 || filter.limit > kListedMax) {
            return refuse("limit must be a number from 1 to " + std::to_string(kListedMax));
        }
    }
    return filter;
}

// --- agents ---

Answer list_agents(const Asked& asked) {
    if (auto unknown = unknown_field(asked.query, {})) return *unknown;
    std::map<std::string, unsigned> open;
    for (const auto& [id, count] : asked.unit.open_loads()) open[id] = count;
    json::array list;
    for (const Agent& agent : asked.unit.agents()) {
        list.push_back(view(asked.world, agent, open[agent.id]));
        asked.event.subjects.push_back({"", agent.msisdn});
    }
    asked.event.fields = "name";
    return answer(200, list);
}

/// One field of an agent; nothing, or why not.
std::optional<Refusal> set_field(World& world, Agent& agent, const std::string& field,
                                 const std::string& value) {
    // Copies what was read, or says why nothing was.
    const auto take = [](const auto& read, auto& to) -> std::optional<Refusal> {
        if (!read) return refuse(read.error().why);
        to = *read;
        return std::nullopt;
    };
    if (field == "name") return take(read_agent_name(value), agent.name);
    if (field == "max_open") return take(read_max_open(value), agent.max_open);
    if (field == "kelurahan") return take(read_places(value, world.service), agent.kelurahan);
    if (field == "msisdn") {
        if (auto wrong = take(read_msisdn(value, world.service.plan), agent.msisdn)) return wrong;
        const auto other = phone_holder(world, agent.msisdn, agent.id);
        if (!other) return std::nullopt;
        return refuse("the phone number " + agent.msisdn.masked() + " belongs to agent " +
                      other->id);
    }
    const auto flag = read_flag(value);
    if (!flag) return refuse(field + " must be 1 or 0");
    if (field == "on_leave") agent.on_leave = *flag;
    if (field == "retired") agent.retired = *flag;
    if (field == "held") {
        agent.held = *flag;
        // What he guessed wrong before is forgiven, for every ticket, and of the PIN too.
        if (!*flag) agent.released = world.now;
    }
    return std::nullopt;
}

/// Not in the query, so that it stands in no log: the body is the PIN, or "none".
std::optional<Refusal> set_pin(const Asked& asked, Agent& agent) {
    const std::string pin = asked.body == "none" ? "" : asked.body;
    const bool digits = std::ranges::all_of(pin, [](char c) { return c >= '0' && c <= '9'; });
    const bool fits =
        pin.size() >= flows::kPinDigitsMin && pin.size() <= flows::kPinDigitsMax && digits;
    if (!pin.empty() && !fits) return refuse("a PIN has 4 to 6 digits; 'none' takes it away");
    asked.unit.set_pin(agent.id, pin);
    agent.released = asked.world.now;
    return std::nullopt;
}

/// Who has left finishes nothing: his tickets go to others.
void pass_on_all(const Asked& asked, const Agent& agent) {
    for (const flows::Referral& referral : asked.unit.open_referrals_of(agent.id))
        if (const auto enrollment = asked.unit.enrollment(referral.ticket))
            flows::pass_on(asked.world, *enrollment, flows::Referral::State::lapsed);
}

Answer set_agent(const Asked& asked) {
    const auto id = asked.query.get("id");
    if (auto unknown = unknown_field(asked.query, {"id", "on_leave", "retired", "held", "max_open",
                                                   "name", "msisdn", "kelurahan"})) {
        return *unknown;
    }
    if (!id) return refuse("which agent? Give its id");
    auto agent = asked.unit.agent(*id);
    if (!agent) return Refusal{404, "there is no agent " + quoted(*id)};
    if (asked.query.fields().size() == 1 && asked.body.empty())
        return refuse("nothing to set was given");
    if (!asked.body.empty())
        if (auto wrong = set_pin(asked, *agent)) return *wrong;
    for (const auto& [field, value] : asked.query.fields()) {
        if (field == "id") continue;
        if (auto wrong = set_field(asked.world, *agent, field, value)) return *wrong;
    }
    asked.event.subjects.push_back({"", agent->msisdn});
    for (const auto& [field, value] : asked.query.fields())
        if (field != "id") asked.event.fields += (asked.event.fields.empty() ? "" : " ") + field;
    asked.unit.put(*agent);
    if (agent->retired) pass_on_all(asked, *agent);
    if (!agent->on_leave) refer_waiting(asked.world);
    const std::size_t open = asked.unit.open_referrals_of(agent->id).size();
    return answer(200,
                  view(asked.world, *asked.unit.agent(agent->id), static_cast<unsigned>(open)));
}

// --- enrollments ---

Answer list_enrollments(const Asked& asked) {
    const auto filter = read_filter(asked.world, asked.query, EnrollmentFilter().limit);
    if (!filter) return filter.error();
    json::array list;
    for (const Enrollment& enrollment : asked.unit.list(*filter)) {
        list.push_back(view(asked.world, enrollment));
        asked.event.subjects.push_back(flows::subject_of(enrollment));
    }
    asked.event.fields = "name nik4";
    return answer(200, list);
}

/// For the audit: everything but the first digits of the NIK was shown.
void tell_whole(const Asked& asked, const Enrollment& enrollment) {
    asked.event.fields = "name nik4 phone birth_date job income kpj agent";
    asked.event.subjects.push_back(flows::subject_of(enrollment));
}

Answer show_enrollment(const Asked& asked) {
    if (auto unknown = unknown_field(asked.query, {"ticket"})) return *unknown;
    const auto ticket = asked_ticket(asked.query);
    if (!ticket) return ticket.error();
    const auto enrollment = asked.unit.enrollment(*ticket);
    if (!enrollment) return Refusal{404, "there is no ticket " + ticket->text()};
    tell_whole(asked, *enrollment);
    return answer(200, view_whole(asked.world, *enrollment));
}

/// What an officer has found out about a ticket that waits for him, or that nobody finished.
Answer set_enrollment(const Asked& asked) {
    if (auto unknown = unknown_field(asked.query, {"ticket", "status"})) return *unknown;
    const auto ticket = asked_ticket(asked.query);
    if (!ticket) return ticket.error();
    auto enrollment = asked.unit.enrollment(*ticket);
    if (!enrollment) return Refusal{404, "there is no ticket " + ticket->text()};
    const auto wanted = asked.query.get("status").value_or("");
    switch (enrollment->status) {
        case Status::needs_check:
        case Status::not_sponsored:
        case Status::verifying:
        case Status::ended: break;
        case Status::sponsored:
            if (wanted == "ended" && flows::paid_twice(asked.world, *enrollment)) break;
            [[fallthrough]];
        default:
            return refuse(
                "ticket " + ticket->text() + " is " + std::string(name(enrollment->status)) +
                "; only needs_check, verifying, not_sponsored and ended can be set otherwise, and "
                "a sponsored one that another ticket of the same NIK precedes");
    }
    enrollment->changed = asked.world.now;
    if (wanted == "waiting") {
        flows::refer(asked.world, *enrollment);
    } else if (wanted == "verifying") {
        enrollment->payer = "city";
        enrollment->status = Status::verifying;
        asked.unit.put(*enrollment);
        flows::check_eligibility(asked.world, *enrollment);
    } else if (wanted == "ended") {
        enrollment->status = Status::ended;
        asked.unit.put(*enrollment);
    } else {
        return refuse(
            "status must be waiting (an agent is asked), verifying (the city's list is asked) or "
            "ended");
    }
    tell_whole(asked, *enrollment);
    asked.event.fields += " status";
    return answer(200, view_whole(asked.world, *asked.unit.enrollment(*ticket)));
}

/// Without a limit of its own: whoever is left out of the file is not registered.
Answer export_enrollments(const Asked& asked) {
    const auto filter =
        read_filter(asked.world, asked.query, std::numeric_limits<std::int32_t>::max());
    if (!filter) return filter.error();
    std::vector<Enrollment> exported = asked.unit.list(*filter);
    // The city pays for a person once, from however many phones he was registered.
    std::erase_if(exported,
                  [&](const Enrollment& one) { return flows::paid_twice(asked.world, one); });
    asked.event.fields = "nik name phone birth_date job income";
    for (const Enrollment& enrollment : exported)
        if (enrollment.kind == Enrollment::Kind::registration)
            asked.event.subjects.push_back(flows::subject_of(enrollment));
    return HttpResponse{
        200, {{"Content-Type", "text/csv; charset=utf-8"}}, export_csv(asked.world, exported)};
}

Answer show_desk(const Asked& asked) {
    if (auto unknown = unknown_field(asked.query, {})) return *unknown;
    json::array notes;
    for (const auto& note : asked.unit.desk_notes(kDeskMax)) {
        notes.push_back(view(note, asked.world.service.plan));
        asked.event.subjects.push_back({note.ticket, note.msisdn});
    }
    json::array to_check;
    for (const auto& enrollment : asked.unit.enrollments_in(Status::needs_check, kDeskMax)) {
        to_check.push_back(view_to_check(asked.world, enrollment));
        asked.event.subjects.push_back(flows::subject_of(enrollment));
    }
    asked.event.fields = "name nik4 phone text";
    return answer(200,
                  json::object{{"notes", std::move(notes)}, {"needs_check", std::move(to_check)}});
}

/// Of one month, this one where none is named.
Answer report_agents(const Asked& asked) {
    if (auto unknown = unknown_field(asked.query, {"month"})) return *unknown;
    const std::string text(asked.query.get("month").value_or(""));
    const auto month =
        text.empty() ? std::optional(month_of(asked.world.today())) : parse_iso_month(text);
    if (!month) return refuse("month must be written YYYY-MM");
    return answer(200, fraud_report(asked.unit, asked.world, *month));
}

struct Import {
    ImportReport (*run)(World&, std::string_view file, Apply);
    const char* fields;
};
constexpr Import kAgentsFile{&import_agents, "name phone"};
constexpr Import kEligibilityFile{&import_eligibility, "nik desil"};
constexpr Import kResultsFile{&import_results, "kpj status"};

template <const Import& import>
Answer run_import(const Asked& asked) {
    const auto apply = read_apply(asked.query);
    if (!apply) return apply.error();
    ImportReport report = import.run(asked.world, asked.body, *apply);
    asked.event.action += report.applied ? "" : " trial";
    asked.event.fields = import.fields;
    asked.event.count = report.fresh + report.changed + report.same + report.bad.size();
    asked.event.subjects = std::move(report.touched);
    return answer(200, view(report));
}

/// What an operator must say besides what he asks for.
enum class Reason { may, must };

struct Route {
    std::string_view method;
    std::string_view path;
    Answer (*run)(const Asked&);
    std::string_view audited;  ///< the action in the audit; "" = nothing of a person is shown
    Reason reason = Reason::may;
};
constexpr std::array kRoutes = {
    Route{"GET", "/agents", &list_agents, "agents.list"},
    Route{"POST", "/agents/import", &run_import<kAgentsFile>, "agents.import"},
    Route{"GET", "/agents/report", &report_agents, "agents.report"},
    Route{"POST", "/agents/set", &set_agent, "agents.set"},
    Route{"POST", "/eligibility/import", &run_import<kEligibilityFile>, "eligibility.import"},
    Route{"GET", "/enrollments", &list_enrollments, "enrollments.list"},
    Route{"GET", "/enrollments/show", &show_enrollment, "enrollments.show"},
    Route{"POST", "/enrollments/set", &set_enrollment, "enrollments.set"},
    Route{"GET", "/enrollments/export", &export_enrollments, "enrollments.export", Reason::must},
    Route{"POST", "/enrollments/import-results", &run_import<kResultsFile>, "results.import"},
    Route{"GET", "/desk", &show_desk, "desk"},
    Route{"GET", "/consents", &show_consents, "consents.show"},
    Route{"GET", "/breach-report", &report_breach, "breach-report"},
    Route{"GET", "/audit", &list_audit, ""},
    Route{"GET", "/audit/chain", &show_chain, ""},
};

/// Takes the reason out of the query: it belongs to the audit, not to what is asked.
Result<std::string, Refusal> take_reason(Form& query, const Route& route) {
    Form rest;
    std::string said;
    for (const auto& [name, value] : query.fields()) {
        if (name == "reason") {
            said = value;
        } else {
            rest.add(name, value);
        }
    }
    query = std::move(rest);
    auto reason = read_reason(said);
    if (reason && reason->empty() && route.reason == Reason::must) {
        return refuse(
            "whole NIKs and numbers leave the gateway here: say what for with --reason TEXT; it "
            "is kept in the audit with your name");
    }
    return reason;
}

/// What is handed out and what is told of it are committed together, or neither.
Answer audited(const Route& route, Unit& unit, World& world, Form query,
               const HttpRequest& request) {
    auto reason = take_reason(query, route);
    if (!reason) return reason.error();
    flows::AuditEvent event{.actor = operator_of(request),
                            .action = std::string(route.audited),
                            .reason = *std::move(reason)};
    Answer given = route.run({unit, world, query, request.body, event});
    if (given && !route.audited.empty()) unit.audit(event);
    return given;
}

Answer routed(Unit& unit, World& world, const Form& query, const HttpRequest& request) {
    for (const Route& route : kRoutes) {
        if (route.method == request.method && route.path == request.target)
            return audited(route, unit, world, query, request);
    }
    return Refusal{404, "there is no " + clean_utf8(request.method + " " + request.target)};
}

}  // namespace

HttpResponse control(sessions::Unit& unit, const flows::Service& service, Random& random, Time now,
                     const HttpRequest& request) {
    if (request.target.starts_with("/keys")) {
        HttpResponse given = control_keys(unit, request);
        if (request.method == "POST" && given.status == 200)
            unit.audit({.actor = operator_of(request),
                        .action = "keys." + request.target.substr(request.target.rfind('/') + 1),
                        .reason = request.query});
        return given;
    }
    World world{service, unit, random, now};
    const auto query = Form::parse(request.query);
    const Answer given =
        query ? routed(unit, world, *query, request) : refuse("the query is too long");
    if (given) return *given;
    return answer(given.error().status, json::object{{"error", given.error().sentence}});
}

}  // namespace jangkau::gateway
