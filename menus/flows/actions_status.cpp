#include <algorithm>

#include "gateway/core/text.hpp"
#include "menus/flows/decisions.hpp"
#include "menus/flows/incidents.hpp"
#include "menus/flows/referral.hpp"
#include "menus/flows/registration.hpp"
#include "menus/flows/speak.hpp"

namespace jangkau::flows {
namespace {

constexpr std::size_t kTicketsShown = 5;

std::optional<Enrollment> named_ticket(Turn& turn) {
    const auto ticket = Ticket::parse(turn.var("ticket"));
    return ticket ? turn.records.enrollment(*ticket) : std::nullopt;
}

/// The ticket that the dialogue is about, where this caller may change it: his own. Whoever only
/// knows its NIK's digits may look: an agent knows them, and must not confirm his own report.
std::optional<Enrollment> own_ticket(Turn& turn) {
    auto enrollment = named_ticket(turn);
    return enrollment && belongs_to(*enrollment, turn.caller) ? enrollment : std::nullopt;
}

/// ... where this caller may see it: his own, or one whose last NIK digits he has typed
/// (check_ticket then set `opened`).
std::optional<Enrollment> visible_ticket(Turn& turn) {
    auto enrollment = named_ticket(turn);
    if (!enrollment) return std::nullopt;
    const bool may =
        belongs_to(*enrollment, turn.caller) || turn.var("opened") == enrollment->ticket.text();
    return may ? enrollment : std::nullopt;
}

menus::Answered guessed_wrong(Turn& turn, Person person) {
    ++person.wrong_guesses;
    turn.records.put(person);
    const unsigned limit = turn.settings().guesses_per_day;
    return outcome(person.wrong_guesses >= limit ? "locked" : "wrong",
                   {{"count", std::to_string(limit - person.wrong_guesses)}, {"typed_nik4", ""}});
}

/// Many phones together may not guess one ticket either. Counted for what was typed, whether there
/// is such a ticket or not.
bool ticket_guessed_out(Turn& turn) {
    const Time today = turn.settings().zone.instant(turn.today(), std::chrono::minutes(0));
    return turn.records.incidents(incident::kGuessed, "", turn.var("ticket"), today) >=
           turn.settings().guesses_per_ticket;
}

menus::Vars agent_vars(Turn& turn, const Ticket& ticket) {
    // Set in any case: the variables of a dialogue may still hold another ticket's agent.
    menus::Vars vars{{"agent", ""}, {"phone", ""}};
    for (const Referral& referral : turn.records.referrals_for(ticket)) {
        if (referral.state != Referral::State::accepted && referral.state != Referral::State::done)
            continue;
        if (const auto agent = turn.records.agent(referral.agent)) vars = vars_of(turn, *agent);
    }
    return vars;
}

}  // namespace

menus::Answered decide_my_tickets(Turn& turn) {
    std::vector<Enrollment> own = turn.records.enrollments_of(turn.caller);
    if (own.empty()) return outcome("none");
    if (must_prove(turn, turn.caller, own)) return outcome("prove");
    if (own.size() == 1) return outcome("one", {{"ticket", own.front().ticket.text()}});
    std::string lines;
    for (std::size_t i = 0; i < std::min(own.size(), kTicketsShown); ++i) {
        const menus::Vars vars = vars_of(turn, own[i]);
        lines += vars.at("ticket") + "\t" + vars.at("ticket") + " " + vars.at("short_name") + "\n";
    }
    return outcome("many", {{"tickets", lines}});
}

menus::Answered decide_find_ticket(Turn& turn) {
    if (turn.var("ticket").empty()) return outcome("none");
    const auto enrollment = own_ticket(turn);
    const bool known = enrollment && !must_prove(turn, turn.caller, {*enrollment});
    // A ticket that does not exist is asked about as another's is: nobody finds out which do.
    return outcome(known ? "own" : "ask");
}

menus::Answered decide_check_ticket(Turn& turn) {
    Person person = person_or_new(turn, turn.caller);
    const auto enrollment = named_ticket(turn);
    // Whose ticket it is cannot be locked out by others.
    const bool own = enrollment && belongs_to(*enrollment, turn.caller);
    if (!may_guess(turn, person) || (!own && ticket_guessed_out(turn))) return outcome("locked");
    if (enrollment && enrollment->nik && enrollment->nik->last4() == turn.var("typed_nik4")) {
        if (own) {
            person.proved_at = turn.now;
            turn.records.put(person);
        }
        return outcome("ok", {{"opened", enrollment->ticket.text()}, {"typed_nik4", ""}});
    }
    turn.records.add(Incident{std::string(incident::kGuessed), "", turn.var("ticket"), turn.now});
    return guessed_wrong(turn, std::move(person));
}

menus::Answered decide_check_owner(Turn& turn) {
    Person person = person_or_new(turn, turn.caller);
    if (!may_guess(turn, person)) return outcome("locked");
    for (const Enrollment& own : turn.records.enrollments_of(turn.caller)) {
        if (!own.nik || own.nik->last4() != turn.var("typed_nik4")) continue;
        person.proved_at = turn.now;
        turn.records.put(person);
        return outcome("ok", {{"typed_nik4", ""}});
    }
    return guessed_wrong(turn, std::move(person));
}

menus::Answered decide_show_status(Turn& turn) {
    const auto enrollment = visible_ticket(turn);
    if (!enrollment) return outcome("gone");
    if (!belongs_to(*enrollment, turn.caller))
        turn.records.audit({.actor = "phone",
                            .action = "status.shown",
                            .fields = "name status agent",
                            .subjects = {subject_of(*enrollment)},
                            .by = turn.caller});
    menus::Vars vars = vars_of(turn, *enrollment);
    vars["date"] = written_day(turn, enrollment->changed);
    vars["count"] = std::to_string(turn.settings().check_days);
    vars.merge(agent_vars(turn, enrollment->ticket));
    return outcome(std::string(name(enrollment->status)), std::move(vars));
}

menus::Answered decide_settle(Turn& turn) {
    auto enrollment = own_ticket(turn);
    if (!enrollment || enrollment->status != Status::unfinished) return outcome("gone");
    enrollment->payer = turn.var("payer");
    const bool city = enrollment->payer == "city";
    settle(turn, std::move(*enrollment));
    return outcome(city ? "city" : "agent");
}

menus::Answered decide_change_agent(Turn& turn) {
    const auto enrollment = own_ticket(turn);
    if (!enrollment || enrollment->status != Status::with_agent) return outcome("gone");
    turn.records.add(DeskNote{"change_agent", turn.caller, enrollment->ticket.text(), turn.now});
    pass_on(turn, *enrollment, Referral::State::lapsed);
    return outcome("done");
}

menus::Answered decide_refer_now(Turn& turn) {
    auto enrollment = own_ticket(turn);
    if (!enrollment ||
        (enrollment->status != Status::not_sponsored && enrollment->status != Status::ended))
        return outcome("gone");
    if (enrollment->payer == "city") enrollment->payer = "self";
    refer(turn, std::move(*enrollment));
    return outcome("done");
}

menus::Answered decide_object(Turn& turn) {
    const auto enrollment = own_ticket(turn);
    if (!enrollment) return outcome("gone");
    turn.records.add(DeskNote{"objection", turn.caller, enrollment->ticket.text(), turn.now});
    return outcome("done");
}

menus::Answered decide_confirm(Turn& turn) {
    auto enrollment = own_ticket(turn);
    if (!enrollment || enrollment->status != Status::reported) return outcome("gone");
    confirm_active(turn, *enrollment);
    menus::Vars vars = vars_of(turn, *enrollment);
    vars["date"] = written(turn.today());
    speak(turn, hears(*enrollment), enrollment->language, "M08", vars, Lane::receipt,
          enrollment->ticket.text());
    return outcome("done");
}

menus::Answered decide_dispute(Turn& turn) {
    auto enrollment = own_ticket(turn);
    if (!enrollment || enrollment->status != Status::reported) return outcome("gone");
    dispute(turn, *enrollment);
    return outcome("done");
}

menus::Answered decide_find_agent(Turn& turn) {
    const std::vector<Agent> near = agents_near(turn, turn.var("kelurahan"));
    if (near.empty()) return outcome("none");
    return outcome("found", vars_of(turn, near.front()));
}

menus::Answered decide_send_agent(Turn& turn) {
    menus::Vars vars = turn.state.vars;
    speak(turn, turn.caller, turn.state.language, "M23", vars, Lane::answer);
    return outcome("done");
}

menus::Answered decide_request_call(Turn& turn) {
    for (const Enrollment& earlier : turn.records.enrollments_of(turn.caller)) {
        const bool open = earlier.status == Status::offered || earlier.status == Status::waiting ||
                          earlier.status == Status::with_agent;
        if (earlier.kind == Enrollment::Kind::call_request && open)
            return outcome(
                "done", {{"date", written_day(turn, turn.now + turn.settings().contact_timeout)}});
    }
    Enrollment request = new_enrollment(turn, turn.caller, turn.state.language);
    request.kind = Enrollment::Kind::call_request;
    request.kelurahan = turn.var("kelurahan");
    refer(turn, std::move(request));
    return outcome("done",
                   {{"date", written_day(turn, turn.now + turn.settings().contact_timeout)}});
}

}  // namespace jangkau::flows
