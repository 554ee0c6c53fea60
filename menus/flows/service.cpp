#include "menus/flows/service.hpp"

#include <algorithm>
#include <utility>

#include "gateway/core/text.hpp"

namespace jangkau::flows {
namespace {

menus::Vars own_vars(const Service& service) {
    const Settings& settings = service.settings;
    return {
        {"service", settings.name},
        {"dial", settings.dial_code},
        {"shortcode", settings.short_code},
        {"hotline", settings.hotline},
        {"steps", std::to_string(service.menu.stages.size())},
        {"retention", std::to_string(settings.retention_months)},
        {"code_minutes", std::to_string(settings.code_valid / std::chrono::minutes(1))},
        {"correction_hours", std::to_string(settings.correction / std::chrono::hours(1))},
    };
}

/// A price for every programme: price_basic is the list price, discount_basic what somebody pays
/// now who pays himself.
void add_prices(menus::Vars& vars, const Service& service, Month month) {
    for (const Prices::Programme& programme : service.prices.programmes) {
        const PriceQuery query{programme.code, "other", "self", service.prices.lowest_base(),
                               month};
        vars["price_" + programme.code] =
            written_rupiah(list_price(service.prices, query).value_or(0));
        vars["discount_" + programme.code] =
            written_rupiah(monthly_price(service.prices, query).value_or(0));
    }
}

}  // namespace

KnownVars::~KnownVars() {
    for (const Known* one = newest_; one != nullptr;) delete std::exchange(one, one->next);
}

const menus::Vars& KnownVars::add(Known* one) {
    const Known* before = newest_;
    do one->next = before;
    while (!newest_.compare_exchange_weak(before, one));
    return one->vars;
}

const menus::Vars& settings_vars(const Service& service, std::string_view language, Time now) {
    const Month month = month_of(service.settings.zone.date(now));
    // What a dialogue says that it speaks may be no language of ours.
    const std::string& known = service.menu.language(language).code;
    return service.known_vars.get(known, month, [&] {
        menus::Vars vars = facts_at(service.facts, known, month);
        for (auto& [name, value] : own_vars(service)) vars.insert_or_assign(name, value);
        add_prices(vars, service, month);
        return vars;
    });
}

menus::Vars longest_settings_vars(const Service& service, std::string_view language) {
    menus::Vars vars = worst_facts(service.facts, language);
    for (auto& [name, value] : own_vars(service)) vars.insert_or_assign(name, value);
    // Prices are always known, but how long they may get the menu has to declare.
    for (const Prices::Programme& programme : service.prices.programmes) {
        vars["price_" + programme.code] = "";
        vars["discount_" + programme.code] = "";
    }
    return vars;
}

std::string Turn::var(std::string_view name) const {
    const auto at = state.vars.find(name);
    return at == state.vars.end() ? std::string() : at->second;
}

void prove_service(const Service& service, const std::string& file, Problems& problems) {
    const auto complain = [&](std::string path, std::string what) {
        problems.push_back({file, 0, std::move(path), std::move(what), Problem::Severity::error});
    };
    const auto& programmes = service.prices.programmes;
    const auto known = [&](const std::string& code) {
        return std::any_of(programmes.begin(), programmes.end(),
                           [&](const auto& p) { return p.code == code; });
    };
    const bool registering = registers(service.menu);
    if (registering && !known(service.settings.sponsored_programme))
        complain("service/sponsored_programme",
                 "no programme '" + service.settings.sponsored_programme + "' in the prices");
    if (registering && !service.menu.lists.contains(service.settings.areas))
        complain("service/areas", "the menu has no list '" + service.settings.areas + "'");
    const auto ticket = service.menu.placeholders.find("ticket");
    const std::size_t length = service.settings.ticket_digits + 1;
    if (registering && ticket != service.menu.placeholders.end() &&
        ticket->second.worst.size() < length)
        complain("service/ticket_digits", "the menu's placeholders/ticket must have " +
                                              std::to_string(length) +
                                              " digits, and so must tickets in other placeholders");
    if (service.settings.waking_from >= service.settings.waking_to)
        complain("service/waking_from", "must be before waking_to");
    if (service.settings.offer_reminder >= service.settings.offer_timeout)
        complain("service/offer_reminder", "must be shorter than offer_timeout");
    if (service.settings.contact_reminder >= service.settings.contact_timeout)
        complain("service/contact_reminder", "must be shorter than contact_timeout");
}

}  // namespace jangkau::flows
