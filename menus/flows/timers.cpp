#include <array>
#include <charconv>

#include "menus/flows/drafts.hpp"
#include "menus/flows/incidents.hpp"
#include "menus/flows/referral.hpp"
#include "menus/flows/registration.hpp"
#include "menus/flows/speak.hpp"

namespace jangkau::flows {
namespace {

constexpr std::string_view kErased = "erased";
constexpr std::chrono::hours kAnswersLeave{1};

std::optional<Enrollment> enrollment_of(World& world, const Timer& timer) {
    const auto ticket = Ticket::parse(timer.ref);
    return ticket ? world.records.enrollment(*ticket) : std::nullopt;
}

/// Reminds the agent, by text `id`, of a ticket that still is in `state`.
void remind(World& world, const Timer& timer, Referral::State state, std::string_view id) {
    const auto enrollment = enrollment_of(world, timer);
    auto referral = enrollment ? open_referral(world, enrollment->ticket) : std::nullopt;
    if (!referral || referral->state != state) return;
    const auto agent = world.records.agent(referral->agent);
    if (!agent) return;
    referral->reminded = true;
    world.records.put(*referral);
    menus::Vars vars = vars_of(world, *enrollment);
    vars["date"] = written_day(world, referral->due);
    vars["time"] = written_time(world, referral->due);
    speak(world, agent->msisdn, world.service.menu.languages.front().code, id, vars, Lane::reminder,
          timer.ref);
}

void lapse(World& world, const Timer& timer, Referral::State state) {
    const auto enrollment = enrollment_of(world, timer);
    const auto referral = enrollment ? open_referral(world, enrollment->ticket) : std::nullopt;
    if (referral && referral->state == state) pass_on(world, *enrollment, Referral::State::lapsed);
}

void find_agent(World& world, const Timer& timer) {
    const auto enrollment = enrollment_of(world, timer);
    if (enrollment && enrollment->status == Status::waiting) refer_again(world, *enrollment);
}

/// Nobody completed the ticket: what is open an agent finds out.
void settle_unasked(World& world, const Timer& timer) {
    auto enrollment = enrollment_of(world, timer);
    if (!enrollment || enrollment->status != Status::unfinished) return;
    if (enrollment->payer.empty()) enrollment->payer = "unsure";
    settle(world, std::move(*enrollment));
}

/// The one reminder of a draft: nothing in it tells who the person is. Its timer was set when it
/// was begun, and does not move with every answer; whoever answered since gets his full time.
void nudge(World& world, const Timer& timer) {
    std::int64_t id = 0;
    std::from_chars(timer.ref.data(), timer.ref.data() + timer.ref.size(), id);
    const auto draft = world.records.draft(id);
    const auto state = draft ? menus::decode_state(draft->state) : std::nullopt;
    if (!state) return;
    const Time due = draft->changed + world.settings().nudge_after;
    if (due > world.now) return world.records.set_timer({timer.kind, timer.ref, due});
    menus::Vars vars{
        {"date",
         written_day(world, draft->changed + std::chrono::days(world.settings().draft_days))}};
    const auto taken = taken_ticket(world, draft->msisdn, state->vars);
    if (taken) vars["ticket"] = taken->ticket.text();
    const std::string_view text = !taken ? "M06" : taken->payer.empty() ? "M18" : "M46";
    speak(world, draft->msisdn, person_or_new(world, draft->msisdn).language, text, vars,
          Lane::reminder, taken ? taken->ticket.text() : "");
}

/// The worker has not said whether the agent's report is true.
void unconfirmed(World& world, const Timer& timer) {
    const auto enrollment = enrollment_of(world, timer);
    if (!enrollment || enrollment->status != Status::reported) return;
    world.records.add(DeskNote{"unconfirmed", enrollment->owner, timer.ref, world.now});
    note_of_report(world, incident::kUnanswered, *enrollment);
}

/// The same person from two phones: an officer looks, and the one who was first is told. Done some
/// time after the second registration, whose phone must not find out by what its turn took.
void look_for_duplicates(World& world, const Timer& timer) {
    const auto enrollment = enrollment_of(world, timer);
    if (enrollment) note_duplicate(world, *enrollment);
}

/// Answers that were still to leave go an hour later: kErased.
void erase(World& world, const Timer& timer) {
    const Msisdn phone = Msisdn::from_digits(timer.ref);
    AuditEvent done{.actor = "gateway", .action = "erasure.done", .fields = "all", .by = phone};
    for (const Enrollment& enrollment : world.records.enrollments_of(phone)) {
        if (enrollment.status == Status::active || !is_about(enrollment, phone)) continue;
        drop_drafts_of(world, enrollment.owner, enrollment.ticket);
        done.subjects.push_back(subject_of(enrollment));
    }
    if (done.subjects.empty()) done.subjects.push_back({"", phone});
    world.records.erase_person(phone);
    world.records.audit(done);
    world.records.set_timer({std::string(kErased), timer.ref, world.now + kAnswersLeave});
}

void erase_last_answers(World& world, const Timer& timer) {
    world.records.erase_sms(Msisdn::from_digits(timer.ref), world.now - kAnswersLeave);
}

struct Handler {
    std::string_view kind;
    void (*run)(World&, const Timer&);
    bool reminds = false;  ///< waits for waking hours, and then decides whether it still holds
};
constexpr std::array kHandlers{
    Handler{"offer_remind",
            [](World& w, const Timer& t) { remind(w, t, Referral::State::offered, "A01"); }, true},
    Handler{"offer_lapse", [](World& w, const Timer& t) { lapse(w, t, Referral::State::offered); }},
    Handler{"contact_remind",
            [](World& w, const Timer& t) { remind(w, t, Referral::State::accepted, "A12"); }, true},
    Handler{"contact_lapse",
            [](World& w, const Timer& t) { lapse(w, t, Referral::State::accepted); }},
    Handler{"confirm", &unconfirmed},
    Handler{"find_agent", &find_agent},
    Handler{"settle", &settle_unasked},
    Handler{"nudge", &nudge, true},
    Handler{"duplicate", &look_for_duplicates},
    Handler{"erase", &erase},
    Handler{kErased, &erase_last_answers},
};

}  // namespace

void timer_due(World& world, const Timer& timer) {
    for (const Handler& handler : kHandlers) {
        if (handler.kind != timer.kind) continue;
        const Time waking = next_waking(world);
        if (handler.reminds && waking > world.now)
            return world.records.set_timer({timer.kind, timer.ref, waking});
        return handler.run(world, timer);
    }
}

}  // namespace jangkau::flows
