#include <charconv>

#include "gateway/core/check.hpp"
#include "gateway/core/text.hpp"
#include "menus/flows/decisions.hpp"
#include "menus/flows/registration.hpp"
#include "menus/flows/speak.hpp"

namespace jangkau::flows {
namespace {

long long number_or(std::string_view text, long long fallback) {
    long long value = fallback;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

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
    if (day_limit_reached(turn, turn.caller)) {
        return outcome("limit", {{"count", std::to_string(turn.settings().registrations_per_day)}});
    }
    if (const auto own = own_registration(turn, turn.caller, *nik)) {
        menus::Vars vars = vars_of(turn, *own);
        // He may go on to register somebody else: nothing of the other enrollment may stay in that
        // dialogue.
        return outcome("yours", {{"ticket", vars["ticket"]}, {"status", vars["status"]}});
    }
    const auto birth = nik->birth_date(turn.today());
    if (!birth) return outcome("birth_unknown");
    return judged(turn, *birth, {});
}

menus::Answered decide_check_birth(Turn& turn) {
    const auto birth = parse_iso_date(turn.var("card_birth"));
    check(birth.has_value(), "the validator lets only a date pass");
    return judged(turn, *birth, {});
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

menus::Answered decide_review(Turn& turn) {
    menus::Vars vars;
    if (turn.var("programme").empty() || turn.var("payer") == "city")
        vars["programme"] = turn.settings().sponsored_programme;
    vars["kelurahan_label"] = area_name(turn.service, turn.var("kelurahan"));
    return outcome("ready", std::move(vars));
}

menus::Answered decide_submit(Turn& turn) {
    const auto nik = Nik::parse(turn.var("nik"));
    if (!nik || turn.var("name").empty() || turn.var("kelurahan").empty())
        return outcome("incomplete");
    if (day_limit_reached(turn, turn.caller))
        return outcome("limit", {{"count", std::to_string(turn.settings().registrations_per_day)}});
    if (const auto own = own_registration(turn, turn.caller, *nik))
        return outcome(
            "yours", {{"ticket", own->ticket.text()}, {"status", std::string(name(own->status))}});

    Enrollment enrollment = new_enrollment(turn, turn.caller, turn.state.language);
    if (const std::string contact = turn.var("contact"); !contact.empty())
        enrollment.contact = Msisdn::from_digits(contact);
    enrollment.nik = *nik;
    enrollment.name = turn.var("name");
    enrollment.birth_date = parse_iso_date(turn.var("card_birth"));
    enrollment.job = turn.var("job");
    enrollment.kelurahan = turn.var("kelurahan");
    enrollment.programme = turn.var("programme");
    enrollment.payer = turn.var("payer");
    // "" = the lowest was agreed to, "0" = more than that, for the agent to find out.
    enrollment.income_base = number_or(turn.var("base"), turn.service.prices.lowest_base());
    enrollment.months = static_cast<int>(number_or(turn.var("months"), 0));
    enrollment.agent_if_refused = turn.var("refer") == "yes";
    turn.records.drop_draft(turn.caller);
    turn.records.cancel_timer("nudge", turn.caller.digits());

    menus::Vars vars = vars_of(turn, enrollment);
    vars["date"] = written(turn.today());
    speak(turn, turn.caller, turn.state.language, "M01", vars, Lane::receipt,
          enrollment.ticket.text());
    if (turn.records.enrollments_of(turn.caller).empty())  // the proof of consent is sent once
        speak(turn, turn.caller, turn.state.language, "M02", vars, Lane::receipt,
              enrollment.ticket.text());
    const bool city = enrollment.payer == "city";
    settle(turn, enrollment);
    return outcome(city ? "city" : "agent", {{"ticket", enrollment.ticket.text()}});
}

}  // namespace jangkau::flows
