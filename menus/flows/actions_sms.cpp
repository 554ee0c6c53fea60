#include <algorithm>

#include "gateway/core/text.hpp"
#include "menus/flows/decisions.hpp"
#include "menus/flows/drafts.hpp"
#include "menus/flows/places.hpp"
#include "menus/flows/referral.hpp"
#include "menus/flows/registration.hpp"
#include "menus/flows/sms_fields.hpp"
#include "menus/flows/speak.hpp"

namespace jangkau::flows {
namespace {

constexpr std::chrono::hours kConfusedPause{24};

std::string joined(const std::vector<std::string>& words, std::string_view between) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : std::string(between)) + word;
    return out;
}

std::string said(const menus::Vars& vars, std::string_view name) {
    const auto at = vars.find(name);
    return at == vars.end() ? std::string() : at->second;
}

/// The registration that waits for SETUJU: a whole one that came by SMS.
std::optional<Unfinished> waiting_for_consent(Turn& turn) {
    for (Unfinished& draft : unfinished_of(turn, turn.caller)) {
        const menus::Vars& vars = draft.state.vars;
        if (said(vars, "via") == "sms" && !said(vars, "name").empty() &&
            !said(vars, "kelurahan").empty())
            return std::move(draft);
    }
    return std::nullopt;
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

/// A registration as far as its sender has written it.
struct Written {
    std::string nik;
    std::string name;
    Place place;
    std::string job;
};

/// What is good of it as variables, and under "" how many digits a bad NIK had.
menus::Vars good_parts(Turn& turn, const Written& written) {
    const menus::Rules rules{turn.today(), turn.service.plan};
    menus::Validated nik = menus::find_validator("nik")->check(written.nik, rules);
    menus::Vars vars = std::move(nik.vars);
    if (nik.error.empty()) {
        vars["nik"] = std::string(vars.at(""));
        vars.erase("count");
    } else {
        vars.try_emplace("count", "0");
    }
    vars.erase("");
    const menus::Validated name = menus::find_validator("name")->check(written.name, rules);
    if (name.error.empty()) vars["name"] = name.vars.at("");
    if (!written.place.code.empty()) {
        vars["kelurahan"] = written.place.code;
        vars["kelurahan_label"] = area_name(turn.service, written.place.code);
    }
    if (!written.job.empty()) vars["job"] = written.job;
    return vars;
}

/// The answers that a dial need not ask again, each at the question of the menu that asks for it.
menus::Vars as_answers(Turn& turn, const menus::Vars& vars) {
    const menus::Menu& menu = turn.service.menu;
    menus::Vars out;
    const auto answer = [&](std::string_view variable, menus::Node::Kind kind,
                            const std::string& value) {
        const menus::Node* node = question(menu, variable, kind);
        if (node && !value.empty()) out[node->name] = value;
    };
    answer("nik", menus::Node::Kind::ask, said(vars, "nik"));
    answer("name", menus::Node::Kind::ask, said(vars, "name"));
    const auto areas = menu.lists.find(turn.service.settings.areas);
    const menus::List::Item* area =
        areas == menu.lists.end() ? nullptr : areas->second.find(said(vars, "kelurahan"));
    if (const std::string job = said(vars, "job"); !job.empty()) {
        const menus::Node* choice = question(menu, "job", menus::Node::Kind::choose);
        const auto jobs = choice ? menu.lists.find(choice->list->list) : menu.lists.end();
        const bool listed = jobs != menu.lists.end() && jobs->second.find(job);
        answer("job", menus::Node::Kind::choose, listed ? job : "other");
        if (!listed) answer("job", menus::Node::Kind::ask, job);
    }
    if (area) {
        answer("kecamatan", menus::Node::Kind::choose, area->parent);
        answer("kelurahan", menus::Node::Kind::choose, area->code);
    }
    return out;
}

/// Keeps what was written, together with what an earlier draft knows of the same person, so that a
/// dial goes on with it.
void keep_written(Turn& turn, const menus::Vars& vars) {
    const menus::Node* first = question(turn.service.menu, "nik", menus::Node::Kind::ask);
    if (!first) return;
    menus::State state;
    state.node = state.journey = first->name;
    state.language = turn.state.language;
    state.revision = turn.service.menu.revision;
    state.vars = vars;
    state.vars["via"] = "sms";
    state.kept = as_answers(turn, vars);
    for (const Unfinished& draft : unfinished_of(turn, turn.caller)) {
        if (said(draft.state.vars, "nik") != said(vars, "nik")) continue;
        state.draft = draft.id;
        state.vars.insert(draft.state.vars.begin(), draft.state.vars.end());
        state.kept.insert(draft.state.answers.begin(), draft.state.answers.end());
        state.kept.insert(draft.state.kept.begin(), draft.state.kept.end());
        break;
    }
    turn.records.put(Draft{state.draft, turn.caller, menus::encode(state), 1, turn.now});
}

menus::Answered take_in(Turn& turn, const Written& written) {
    menus::Vars vars = good_parts(turn, written);
    const auto nik = Nik::parse(said(vars, "nik"));
    if (!nik) return outcome("nik", std::move(vars));
    if (day_limit_reached(turn, turn.caller))
        return outcome("limit", {{"count", std::to_string(turn.settings().registrations_per_day)}});
    if (const auto own = own_registration(turn, turn.caller, *nik))
        return outcome("yours", vars_of(turn, *own));
    if (const auto birth = nik->birth_date(turn.today());
        birth && judge_age(turn, *birth) != AgeVerdict::ok)
        return outcome("age");
    keep_written(turn, vars);
    if (said(vars, "name").empty()) return outcome("name", std::move(vars));
    const Place& place = written.place;
    if (!place.code.empty()) return outcome("complete", std::move(vars));
    vars["choices"] = joined(place.choices, " / ");
    return outcome(place.choices.empty() ? "place" : "which_place", std::move(vars));
}

/// With SETUJU a registration by SMS gets its ticket. A dial, or LANJUT, goes on at `node`.
menus::Answered agree(Turn& turn, Unfinished draft, std::string_view node) {
    menus::State& state = draft.state;
    const auto nik = Nik::parse(said(state.vars, "nik"));
    if (!nik) return outcome("nothing");
    if (const auto own = own_registration(turn, turn.caller, *nik))
        return outcome("yours", vars_of(turn, *own));
    record_consent(turn, turn.caller, "M17", turn.state.language, turn.channel, turn.session);
    const Enrollment enrollment =
        give_ticket(turn, turn.caller, turn.state.language, state.vars, false);
    for (const char* name : {"taken", "ticket"}) state.vars[name] = enrollment.ticket.text();
    state.vars.erase("via");
    state.answers.merge(state.kept);
    state.kept.clear();
    state.node = node;
    keep_draft(turn, turn.caller, state, 1);
    return outcome("registered", vars_of(turn, enrollment));
}

}  // namespace

bool awaits_consent(Turn& turn) { return waiting_for_consent(turn).has_value(); }

menus::Answered decide_sms_register(Turn& turn) {
    const SmsFields fields = read_sms_fields(turn.service, turn.var("sms_rest"));
    if (!fields.nik && !fields.name && !fields.place) return outcome("usage");
    return take_in(turn, {fields.nik.value_or(""), fields.name.value_or(""), fields.kelurahan,
                          fields.job.value_or("")});
}

menus::Answered decide_sms_fill_in(Turn& turn) {
    Place place;
    place.code = turn.var("kelurahan");
    if (place.code.empty()) place = find_place(turn.service, turn.var("typed_place"));
    return take_in(turn, {turn.var("nik"), turn.var("name"), std::move(place), turn.var("job")});
}

menus::Answered decide_sms_yes(Turn& turn) {
    if (turn.var("ticket").empty())
        if (auto draft = waiting_for_consent(turn))
            return agree(turn, std::move(*draft), turn.argument);
    Named found = named_enrollment(turn, is_reported);
    if (found.unknown) return outcome("unknown_ticket");
    if (!found.enrollment || !is_reported(*found.enrollment)) return outcome("nothing");
    confirm_active(turn, *found.enrollment);
    menus::Vars vars = vars_of(turn, *found.enrollment);
    vars["date"] = written(turn.today());
    return outcome("confirmed", std::move(vars));
}

menus::Answered decide_sms_no(Turn& turn) {
    if (turn.var("ticket").empty())
        if (const auto draft = waiting_for_consent(turn)) {
            drop_draft(turn, draft->id);
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
    if (must_prove(turn, turn.caller, {*found.enrollment})) return outcome("prove");
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
    return outcome(stop_erasure(turn, turn.caller) ? "done" : "nothing");
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
