#include "menus/flows/decisions.hpp"
#include "menus/flows/registration.hpp"
#include "menus/flows/speak.hpp"

namespace jangkau::flows {

menus::Answered decide_open(Turn& turn) {
    const auto person = turn.records.person(turn.caller);
    menus::Answered answered;
    if (!person || person->language.empty()) {
        answered.outcome = "first";
        return answered;
    }
    answered.language = person->language;
    const auto draft = turn.records.draft(turn.caller);
    answered.outcome = draft ? "draft" : "known";
    if (draft) answered.vars["count"] = std::to_string(draft->stage);
    return answered;
}

menus::Answered decide_save_language(Turn& turn) {
    Person person = person_or_new(turn, turn.caller);
    person.language = turn.state.language;
    turn.records.put(person);
    return outcome(person.consent_at ? "known" : "new");
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
    return outcome(wanted == "register" || wanted == "resume" ? wanted : "menu");
}

menus::Answered decide_resume_draft(Turn& turn) {
    menus::Answered answered = outcome("none");
    const auto draft = turn.records.draft(turn.caller);
    auto state = draft ? menus::decode_state(draft->state) : std::nullopt;
    if (!state) return answered;
    state->language = turn.state.language;
    answered.restored = std::move(state);
    return answered;
}

menus::Answered decide_drop_draft(Turn& turn) {
    turn.records.drop_draft(turn.caller);
    turn.records.cancel_timer("nudge", turn.caller.digits());
    return outcome("done");
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

menus::Answered decide_erase(Turn& turn) {
    const Time due = turn.now + std::chrono::days(turn.settings().erase_days);
    turn.records.set_timer({"erase", turn.caller.digits(), due});
    if (auto person = turn.records.person(turn.caller)) {
        person->consent_at.reset();
        turn.records.put(*person);
    }
    return outcome("done", {{"date", written_day(turn, due)}});
}

menus::Answered decide_discount_info(Turn& turn) {
    const menus::Vars facts =
        facts_at(turn.service.facts, turn.state.language, month_of(turn.today()));
    const auto holds = [&](std::string_view name) {
        const auto at = facts.find(name);
        return at != facts.end() && !at->second.empty();
    };
    if (!holds("transport_until")) return outcome("none");
    return outcome(holds("other_until") ? "all" : "transport");
}

}  // namespace jangkau::flows
