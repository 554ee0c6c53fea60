#include <algorithm>

#include "menus/flows/decisions.hpp"
#include "menus/flows/drafts.hpp"
#include "menus/flows/registration.hpp"
#include "menus/flows/speak.hpp"
#include "menus/render.hpp"

namespace jangkau::flows {
namespace {

/// Where the dialogue has no screen to show that it goes on: a question by SMS stands for itself.
constexpr std::string_view kBySms = "sms";
/// The erasure comes so much before its promised time: answers that still have to leave go an hour
/// after it, and what fails is tried again an hour later.
constexpr std::chrono::hours kEraseLead{2};

menus::Answered going_on_with(const Turn& turn, const Unfinished& draft) {
    menus::Answered answered;
    answered.restored = draft.state;
    answered.language = turn.state.language;
    answered.announce = turn.argument != kBySms;
    return answered;
}

menus::Answered choice_of_drafts(std::string name, const std::vector<Unfinished>& drafts) {
    return outcome(std::move(name), {{"drafts", draft_lines(drafts)}});
}

}  // namespace

menus::Answered decide_open(Turn& turn) {
    const auto person = turn.records.person(turn.caller);
    const std::vector<Unfinished> drafts = unfinished_of(turn, turn.caller);
    menus::Answered answered;
    if (drafts.empty())
        answered = outcome(person || !turn.records.enrollments_of(turn.caller).empty() ? "known"
                                                                                       : "first");
    else if (!person || !person->consent_at)
        answered = outcome("no_consent", {{"wanted", "resume"}});
    else if (drafts.size() > 1)
        answered = choice_of_drafts("drafts", drafts);
    else
        answered = going_on_with(turn, drafts.front());
    if (person && !person->language.empty()) answered.language = person->language;
    return answered;
}

menus::Answered decide_save_language(Turn& turn) {
    Person person = person_or_new(turn, turn.caller);
    person.language = turn.state.language;
    turn.records.put(person);
    return outcome("done");
}

menus::Answered decide_need_consent(Turn& turn) {
    const auto person = turn.records.person(turn.caller);
    menus::Answered answered = outcome("missing", {{"wanted", std::string(turn.argument)}});
    if (person && person->consent_at) answered.outcome = "given";
    if (person && !person->language.empty()) answered.language = person->language;
    return answered;
}

menus::Answered decide_record_consent(Turn& turn) {
    record_consent(turn, turn.caller, turn.argument, turn.state.language, turn.channel,
                   turn.session);
    const std::string wanted = turn.var("wanted");
    const bool known = wanted == "register" || wanted == "other" || wanted == "resume";
    return outcome(known ? wanted : "menu");
}

menus::Answered decide_my_drafts(Turn& turn) {
    std::vector<Unfinished> drafts = unfinished_of(turn, turn.caller);
    std::erase_if(drafts, [](const Unfinished& one) { return !says_something(one.state); });
    return drafts.empty() ? outcome("none") : choice_of_drafts("some", drafts);
}

menus::Answered decide_resume_draft(Turn& turn) {
    const std::vector<Unfinished> drafts = unfinished_of(turn, turn.caller);
    const std::string chosen = turn.var("chosen_draft");
    if (chosen.empty() && drafts.size() > 1) return choice_of_drafts("many", drafts);
    for (const Unfinished& draft : drafts)
        if (chosen.empty() || chosen == std::to_string(draft.id)) return going_on_with(turn, draft);
    return outcome("none");
}

menus::Answered decide_resume_ticket(Turn& turn) {
    for (const Unfinished& draft : unfinished_of(turn, turn.caller))
        if (const auto taken = draft.state.vars.find("taken");
            taken != draft.state.vars.end() && taken->second == turn.var("ticket"))
            return going_on_with(turn, draft);
    return outcome("none");
}

menus::Answered decide_begin(Turn& turn) {
    if (day_limit_reached(turn, turn.caller))
        return outcome("limit", {{"count", std::to_string(turn.settings().registrations_per_day)}});
    for (const Unfinished& draft : unfinished_of(turn, turn.caller))
        if (!says_something(draft.state)) drop_draft(turn, draft.id);  // this one takes its place
    menus::Answered answered = outcome("done");
    // Nothing of a ticket looked at before, or of another person, may slip into this registration.
    answered.forget = true;
    return answered;
}

menus::Answered decide_keep_until(Turn& turn) {
    return outcome(
        "done",
        {{"date", written_day(turn, turn.now + std::chrono::days(turn.settings().draft_days))}});
}

menus::Answered decide_note(Turn& turn) {
    turn.records.add(
        DeskNote{std::string(turn.argument), turn.caller, turn.var("ticket"), turn.now});
    return outcome("done");
}

menus::Answered decide_file(Turn& turn) {
    const menus::Menu& menu = turn.service.menu;
    const std::string& language = menu.languages.front().code;  // the desk's, whoever answered
    menus::Vars vars = turn.state.vars;
    const std::string ticket = free_ticket(turn).text();
    vars.insert_or_assign("ticket", ticket);
    turn.records.add(DeskNote{std::string(kFiled), turn.caller, ticket, turn.now,
                              menus::render_text(menu, language, turn.argument, vars,
                                                 settings_vars(turn.service, language, turn.now))});
    if (turn.state.draft != 0) drop_draft(turn, turn.state.draft);
    return outcome("done", {{"ticket", ticket}});
}

menus::Answered decide_erase(Turn& turn) {
    const Time promised = turn.now + std::chrono::days(turn.settings().erase_days);
    const Time due = std::max(turn.now, promised - kEraseLead);
    turn.records.set_timer({"erase", turn.caller.digits(), due});
    turn.records.audit({.actor = "phone",
                        .action = "consent.withdrawn",
                        .reason = "erasure due " + iso(due),
                        .subjects = {{"", turn.caller}},
                        .by = turn.caller});
    if (auto person = turn.records.person(turn.caller)) {
        person->consent_at.reset();
        turn.records.put(*person);
    }
    return outcome("done", {{"date", written_day(turn, promised)}});
}

menus::Answered decide_discount_info(Turn& turn) {
    const auto holds = [&](std::string_view name) {
        return !fact_at(turn.service.facts, name, turn.state.language, month_of(turn.today()))
                    .empty();
    };
    if (!holds("transport_until")) return outcome("none");
    return outcome(holds("other_until") ? "all" : "transport");
}

}  // namespace jangkau::flows
