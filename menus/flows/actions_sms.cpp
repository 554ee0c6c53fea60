#include <algorithm>

#include "gateway/core/text.hpp"
#include "menus/flows/decisions.hpp"
#include "menus/flows/places.hpp"
#include "menus/flows/referral.hpp"
#include "menus/flows/registration.hpp"
#include "menus/flows/sms_fields.hpp"
#include "menus/flows/speak.hpp"

namespace jangkau::flows {
namespace {

constexpr std::size_t kTypedPlaceUnits =
    40;  ///< of a name that is no kelurahan, as it is shown again
constexpr std::chrono::hours kConfusedPause{24};

std::string joined(const std::vector<std::string>& words, std::string_view between) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : std::string(between)) + word;
    return out;
}

/// The registration that waits for SETUJU: a draft that came by SMS.
std::optional<menus::State> waiting_for_consent(Turn& turn) {
    const auto draft = turn.records.draft(turn.caller);
    auto state = draft ? menus::decode_state(draft->state) : std::nullopt;
    if (!state || state->vars["via"] != "sms") return std::nullopt;
    return state;
}

/// The sender's enrollment that he names by ticket, or the newest that `fits`. `unknown` when a
/// ticket was typed that is not his.
struct Named {
    std::optional<Enrollment> enrollment;
    bool unknown = false;
};
template <class Fits>
Named named_enrollment(Turn& turn, Fits fits) {
    const std::string typed = turn.var("ticket");
    Named found;
    for (const Enrollment& enrollment : turn.records.enrollments_of(turn.caller)) {
        if (!typed.empty() ? enrollment.ticket.text() == typed : fits(enrollment)) {
            found.enrollment = enrollment;
            return found;
        }
    }
    found.unknown = !typed.empty();
    return found;
}

bool is_reported(const Enrollment& enrollment) { return enrollment.status == Status::reported; }
bool is_refused(const Enrollment& enrollment) { return enrollment.status == Status::not_sponsored; }
bool any(const Enrollment&) { return true; }

/// Without a ticket the refused one is meant, where there is one, since its SMS asked for this
/// answer.
Named refused_or_newest(Turn& turn) {
    Named found = named_enrollment(turn, is_refused);
    return found.enrollment || found.unknown ? found : named_enrollment(turn, any);
}

menus::Answered agree(Turn& turn, const menus::State& draft) {
    const auto nik = Nik::parse(draft.vars.at("nik"));
    if (!nik) return outcome("nothing");
    if (const auto own = own_registration(turn, turn.caller, *nik))
        return outcome("yours", vars_of(turn, *own));
    record_consent(turn, turn.caller, "M17", turn.state.language, turn.channel, turn.session);
    const bool first = turn.records.enrollments_of(turn.caller).empty();
    Enrollment enrollment = new_enrollment(turn, turn.caller, turn.state.language);
    enrollment.nik = *nik;
    enrollment.name = draft.vars.at("name");
    enrollment.kelurahan = draft.vars.at("kelurahan");
    const auto job = draft.vars.find("job");
    enrollment.job = job == draft.vars.end() ? "other" : job->second;
    enrollment.status = Status::unfinished;
    turn.records.put(enrollment);
    turn.records.drop_draft(turn.caller);
    turn.records.set_timer(
        {"settle", enrollment.ticket.text(), turn.now + turn.settings().settle_timeout});
    menus::Vars vars = vars_of(turn, enrollment);
    vars["date"] = written(turn.today());
    if (first)
        speak(turn, turn.caller, turn.state.language, "M02", vars, Lane::receipt,
              enrollment.ticket.text());
    return outcome("registered", std::move(vars));
}

}  // namespace

bool awaits_consent(Turn& turn) { return waiting_for_consent(turn).has_value(); }

menus::Answered decide_sms_register(Turn& turn) {
    const SmsFields fields = read_sms_fields(turn.service, turn.var("sms_rest"));
    if (!fields.nik && !fields.name && !fields.place) return outcome("usage");
    const menus::Rules rules{turn.today(), turn.service.plan};
    const menus::Validated nik =
        menus::find_validator("nik")->check(fields.nik.value_or(""), rules);
    if (!nik.error.empty()) {
        const auto count = nik.vars.find("count");
        return outcome("nik", {{"count", count == nik.vars.end() ? "0" : count->second}});
    }
    const auto parsed = Nik::parse(*fields.nik);
    if (day_limit_reached(turn, turn.caller))
        return outcome("limit", {{"count", std::to_string(turn.settings().registrations_per_day)}});
    if (const auto own = own_registration(turn, turn.caller, *parsed))
        return outcome("yours", vars_of(turn, *own));
    if (const auto birth = parsed->birth_date(turn.today());
        birth && judge_age(turn, *birth) != AgeVerdict::ok)
        return outcome("age");
    if (!fields.name && !fields.place) return outcome("usage");
    const menus::Validated person =
        menus::find_validator("name")->check(fields.name.value_or(""), rules);
    if (!person.error.empty()) return outcome("name");
    if (!fields.place) return outcome("usage");
    const Place& place = fields.kelurahan;
    if (place.code.empty()) {
        const std::string folded = fold_to_gsm7(*fields.place);
        return outcome("which_place",
                       {{"choices", place.choices.empty()
                                        ? std::string(cut(folded, Encoding::gsm7, kTypedPlaceUnits))
                                        : joined(place.choices, " / ")}});
    }

    menus::State draft;
    draft.node = turn.argument;
    draft.language = turn.state.language;
    draft.vars = nik.vars;
    draft.vars["nik"] = parsed->digits();
    draft.vars.erase("");
    draft.vars["name"] = person.vars.at("");
    draft.vars["kelurahan"] = place.code;
    draft.vars["via"] = "sms";
    if (fields.job) draft.vars["job"] = *fields.job;
    const menus::Node* node = turn.service.menu.node(draft.node);
    const auto& stages = turn.service.menu.stages;
    const auto stage =
        node ? std::find(stages.begin(), stages.end(), node->stage) - stages.begin() + 1 : 1;
    turn.records.put(
        Draft{turn.caller, menus::encode(draft), static_cast<std::size_t>(stage), turn.now});
    menus::Vars vars = draft.vars;
    vars["kelurahan_label"] = area_name(turn.service, place.code);
    vars["full_name"] = draft.vars["name"];
    return outcome("ask", std::move(vars));
}

menus::Answered decide_sms_yes(Turn& turn) {
    if (turn.var("ticket").empty())
        if (const auto draft = waiting_for_consent(turn)) return agree(turn, *draft);
    Named found = named_enrollment(turn, is_reported);
    if (found.unknown) return outcome("unknown_ticket");
    if (!found.enrollment || !is_reported(*found.enrollment)) return outcome("nothing");
    confirm_active(turn, *found.enrollment);
    menus::Vars vars = vars_of(turn, *found.enrollment);
    vars["date"] = written(turn.today());
    return outcome("confirmed", std::move(vars));
}

menus::Answered decide_sms_no(Turn& turn) {
    if (turn.var("ticket").empty() && waiting_for_consent(turn)) {
        turn.records.drop_draft(turn.caller);
        return outcome("corrected");
    }
    Named found = named_enrollment(turn, is_reported);
    if (found.unknown) return outcome("unknown_ticket");
    if (!found.enrollment || !is_reported(*found.enrollment)) return outcome("nothing");
    dispute(turn, *found.enrollment);
    return outcome("disputed", vars_of(turn, *found.enrollment));
}

menus::Answered decide_sms_payer(Turn& turn) {
    const bool city = turn.argument == "city";
    Named found = named_enrollment(turn, [&](const Enrollment& e) {
        return e.status == Status::unfinished || (!city && e.status == Status::not_sponsored);
    });
    if (found.unknown) return outcome("unknown_ticket");
    if (!found.enrollment) return outcome("nothing");
    const Status status = found.enrollment->status;
    if (status != Status::unfinished && (city || status != Status::not_sponsored))
        return outcome("nothing");
    found.enrollment->payer = turn.argument;
    menus::Vars vars = vars_of(turn, *found.enrollment);
    settle(turn, std::move(*found.enrollment));
    return outcome(city ? "city" : "agent", std::move(vars));
}

menus::Answered decide_sms_status(Turn& turn) {
    const Named found = named_enrollment(turn, any);
    if (found.unknown) return outcome("unknown_ticket");
    if (!found.enrollment) return outcome("none");
    return outcome("one", vars_of(turn, *found.enrollment));
}

menus::Answered decide_sms_agent(Turn& turn) {
    std::string kelurahan;
    if (const std::string typed = turn.var("sms_rest");
        !trim(typed).empty() && turn.var("ticket").empty()) {
        const Place place = find_place(turn.service, typed);
        if (place.code.empty())
            return outcome(place.choices.empty() ? "unknown" : "which_place",
                           {{"choices", joined(place.choices, " / ")}});
        kelurahan = place.code;
    } else {
        Named found = refused_or_newest(turn);
        if (found.unknown) return outcome("unknown_ticket");
        if (!found.enrollment) return outcome("unknown");
        if (found.enrollment->status == Status::not_sponsored) {
            found.enrollment->payer = "self";
            menus::Vars vars = vars_of(turn, *found.enrollment);
            refer(turn, std::move(*found.enrollment));
            return outcome("referred", std::move(vars));
        }
        kelurahan = found.enrollment->kelurahan;
    }
    menus::Vars vars{{"kelurahan_label", area_name(turn.service, kelurahan)}};
    const std::vector<Agent> near = agents_near(turn, kelurahan);
    if (near.empty()) return outcome("none", std::move(vars));
    vars.merge(vars_of(turn, near.front()));
    return outcome("found", std::move(vars));
}

menus::Answered decide_sms_stop(Turn& turn) {
    Person person = person_or_new(turn, turn.caller);
    person.opted_out = true;
    turn.records.put(person);
    return outcome("done");
}

menus::Answered decide_sms_start(Turn& turn) {
    Person person = person_or_new(turn, turn.caller);
    person.opted_out = false;
    turn.records.put(person);
    return outcome("done");
}

menus::Answered decide_sms_cancel(Turn& turn) {
    return outcome(turn.records.cancel_timer("erase", turn.caller.digits()) ? "done" : "nothing");
}

menus::Answered decide_sms_object(Turn& turn) {
    const Named found = refused_or_newest(turn);
    if (found.unknown) return outcome("unknown_ticket");
    if (!found.enrollment) return outcome("none");
    turn.records.add(DeskNote{"objection", turn.caller, found.enrollment->ticket.text(), turn.now});
    return outcome("done", vars_of(turn, *found.enrollment));
}

menus::Answered decide_sms_change(Turn& turn) {
    const Named found =
        named_enrollment(turn, [](const Enrollment& e) { return e.status == Status::with_agent; });
    if (found.unknown) return outcome("unknown_ticket");
    if (!found.enrollment || found.enrollment->status != Status::with_agent) return outcome("none");
    turn.records.add(
        DeskNote{"change_agent", turn.caller, found.enrollment->ticket.text(), turn.now});
    pass_on(turn, *found.enrollment, Referral::State::lapsed);
    return outcome("done", vars_of(turn, *found.enrollment));
}

menus::Answered decide_sms_confused(Turn& turn) {
    Person person = person_or_new(turn, turn.caller);
    // Two machines that do not understand each other would write for ever.
    if (person.confused_at && turn.now - *person.confused_at < kConfusedPause)
        return outcome("silent");
    person.confused_at = turn.now;
    turn.records.put(person);
    return outcome("tell");
}

}  // namespace jangkau::flows
