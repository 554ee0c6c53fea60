#include "gateway/core/check.hpp"
#include "gateway/core/text.hpp"
#include "menus/flows/decisions.hpp"
#include "menus/flows/drafts.hpp"
#include "menus/flows/registration.hpp"
#include "menus/flows/speak.hpp"

namespace jangkau::flows {
namespace {

std::string rupiah(std::optional<long long> amount) { return written_rupiah(amount.value_or(0)); }

/// What the dialogue has chosen so far, as a question about prices.
struct Choice {
    std::string programme, payer, sector;
    long long base;
    Month month;

    [[nodiscard]] PriceQuery query() const { return {programme, sector, payer, base, month}; }
};

Choice choice_of(Turn& turn, std::string programme) {
    const Prices& prices = turn.service.prices;
    // No bracket for his income: the lowest price, as "from".
    const long long known = number_or(turn.var("base"), 0);
    const long long base = known > 0 ? known : prices.lowest_base();
    return {std::move(programme), "self", std::string(prices.sector_of(turn.var("job"))), base,
            month_of(turn.today())};
}

/// The same person typed again: what an earlier attempt knew of him is in this one.
void drop_other_drafts_with(Turn& turn, const Nik& nik) {
    for (const Unfinished& draft : unfinished_of(turn, turn.caller)) {
        const auto typed = draft.state.vars.find("nik");
        if (draft.id != turn.state.draft && typed != draft.state.vars.end() &&
            typed->second == nik.digits())
            drop_draft(turn, draft.id);
    }
}

menus::Answered judged(Turn& turn, Date birth, menus::Vars vars) {
    switch (judge_age(turn, birth)) {
        case AgeVerdict::too_young: return outcome("too_young", std::move(vars));
        case AgeVerdict::too_old: return outcome("too_old", std::move(vars));
        case AgeVerdict::ok: break;
    }
    return outcome("ok", std::move(vars));
}

}  // namespace

menus::Answered decide_check_nik(Turn& turn) {
    const auto nik = Nik::parse(turn.var("nik"));
    check(nik.has_value(), "the validator lets only a NIK pass");
    menus::Vars vars;
    if (const auto own = own_registration(turn, turn.caller, *nik)) {
        // He may go on to register somebody else: nothing of the other enrollment may stay in that
        // dialogue.
        if (own->status != Status::unfinished || own->owner != turn.caller)
            return outcome("yours", {{"ticket", own->ticket.text()},
                                     {"status", std::string(name(own->status))}});
        vars = {{"taken", own->ticket.text()}, {"ticket", own->ticket.text()}};
    }
    drop_other_drafts_with(turn, *nik);
    const auto birth = nik->birth_date(turn.today());
    if (!birth) return outcome("birth_unknown", std::move(vars));
    menus::Answered answered = judged(turn, *birth, std::move(vars));
    // Who has given his name before is not asked for it together with the read-back.
    if (answered.outcome == "ok" && !turn.var("name").empty()) answered.outcome = "named";
    return answered;
}

menus::Answered decide_check_birth(Turn& turn) {
    const auto birth = parse_iso_date(turn.var("card_birth"));
    check(birth.has_value(), "the validator lets only a date pass");
    return judged(turn, *birth, {});
}

menus::Answered decide_needs_programme(Turn& turn) {
    return outcome(turn.var("payer") == "self" ? "yes" : "no");
}

menus::Answered decide_quote(Turn& turn) {
    menus::Vars vars;
    std::optional<Month> until;
    for (const auto& programme : turn.service.prices.programmes) {
        const Choice choice = choice_of(turn, programme.code);
        vars["price_" + programme.code] = rupiah(list_price(turn.service.prices, choice.query()));
        vars["discount_" + programme.code] =
            rupiah(monthly_price(turn.service.prices, choice.query()));
        if (const auto end = discount_until(turn.service.prices, choice.query())) until = end;
    }
    if (!until) return outcome("plain", std::move(vars));
    const std::string month = iso(*until);  // "2026-12"
    vars["month"] = turn.service.menu.word(turn.state.language, "month", month.substr(5)) + " " +
                    month.substr(0, 4);
    return outcome("discount", std::move(vars));
}

menus::Answered decide_set_base(Turn& turn) {
    const auto base = turn.service.prices.base_for(number_or(turn.var("income"), 0));
    // A bracket that the table does not have is the agent's to tell: better no price than a wrong
    // one.
    return base ? outcome("known", {{"base", std::to_string(*base)}})
                : outcome("unknown", {{"base", "0"}, {"months", "0"}});
}

menus::Answered decide_quote_months(Turn& turn) {
    menus::Vars vars;
    const Choice choice = choice_of(turn, turn.var("programme"));
    for (const int months : turn.service.prices.periods)
        vars["total_" + std::to_string(months)] =
            rupiah(total_price(turn.service.prices, choice.query(), months));
    return outcome("done", std::move(vars));
}

menus::Answered decide_take_ticket(Turn& turn) {
    const auto nik = Nik::parse(turn.var("nik"));
    if (!nik || turn.var("name").empty() || turn.var("kelurahan").empty())
        return outcome("incomplete");
    const std::string payer = turn.var("payer");
    const auto given = [&](const Ticket& ticket) {
        return outcome(payer.empty() ? "given" : "payer_known",
                       {{"taken", ticket.text()}, {"ticket", ticket.text()}});
    };
    if (const auto taken = taken_ticket(turn, turn.caller, turn.state.vars))
        return given(taken->ticket);
    if (day_limit_reached(turn, turn.caller))
        return outcome("limit", {{"count", std::to_string(turn.settings().registrations_per_day)}});
    if (const auto own = own_registration(turn, turn.caller, *nik))
        return outcome(
            "yours", {{"ticket", own->ticket.text()}, {"status", std::string(name(own->status))}});
    return given(give_ticket(turn, turn.caller, turn.state.language, turn.state.vars, true).ticket);
}

menus::Answered decide_review(Turn& turn) {
    if (turn.var("payer") == "self" && turn.var("programme").empty()) return outcome("programme");
    menus::Vars vars;
    if (turn.var("programme").empty()) vars["programme"] = turn.settings().sponsored_programme;
    vars["kelurahan_label"] = area_name(turn.service, turn.var("kelurahan"));
    return outcome("ready", std::move(vars));
}

menus::Answered decide_submit(Turn& turn) {
    auto enrollment = taken_ticket(turn, turn.caller, turn.state.vars);
    // Completed meanwhile by SMS, or by an agent.
    if (!enrollment) return outcome("gone", {{"ticket", turn.var("taken")}});
    fill_in(turn, *enrollment, turn.state.vars);
    const bool city = enrollment->payer == "city";
    settle(turn, std::move(*enrollment));
    return outcome(city ? "city" : "agent", {{"ticket", turn.var("taken")}});
}

}  // namespace jangkau::flows
