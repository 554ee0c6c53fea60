#include "menus/flows/speak.hpp"

#include "gateway/core/text.hpp"
#include "menus/render.hpp"

namespace jangkau::flows {
Time next_waking(const World& world) {
    const Settings& settings = world.settings();
    const auto time = settings.zone.time_of_day(world.now);
    if (time >= settings.waking_from && time < settings.waking_to) return world.now;
    const Date day = time < settings.waking_from ? world.today() : plus_days(world.today(), 1);
    return settings.zone.instant(day, settings.waking_from);
}

void speak(World& world, const Msisdn& to, std::string_view language, std::string_view id,
           const menus::Vars& vars, Lane lane, std::string_view ticket) {
    if (lane != Lane::answer) {
        const auto person = world.records.person(to);
        if (person && person->opted_out) return;
    }
    SmsDraft sms{to, "", lane, std::string(id), std::string(ticket), std::nullopt};
    sms.text = menus::render_text(world.service.menu, language, id, vars,
                                  settings_vars(world.service, language, world.now));
    if (sms.text.empty()) return;
    if (lane == Lane::reminder) sms.not_before = next_waking(world);
    world.records.send(sms);
}

menus::Vars vars_of(const World& world, const Enrollment& enrollment) {
    const menus::Menu& menu = world.service.menu;
    const bool call = enrollment.kind == Enrollment::Kind::call_request;
    menus::Vars vars{
        {"ticket", enrollment.ticket.text()},
        {"name", enrollment.name},
        {"short_name",
         short_name(call ? menu.word(enrollment.language, "programme", "call") : enrollment.name,
                    kShortNameUnits)},
        {"job", call ? "call" : enrollment.job},
        {"kelurahan_label", area_name(world.service, enrollment.kelurahan)},
        {"programme", call ? "call" : enrollment.programme},
        {"payer", enrollment.payer},
        {"status", std::string(name(enrollment.status))},
    };
    if (enrollment.nik) vars["nik4"] = enrollment.nik->last4();
    if (enrollment.kpj.size() >= 4) vars["kpj4"] = enrollment.kpj.substr(enrollment.kpj.size() - 4);
    return vars;
}

menus::Vars vars_of(const World& world, const Agent& agent) {
    return {{"agent", short_name(agent.name, kShortNameUnits)},
            {"phone", agent.msisdn.local(world.service.plan)}};
}

const Msisdn& hears(const Enrollment& enrollment) {
    return enrollment.contact ? *enrollment.contact : enrollment.owner;
}

bool belongs_to(const Enrollment& enrollment, const Msisdn& phone) {
    return enrollment.owner == phone || (enrollment.contact && *enrollment.contact == phone);
}

std::string area_name(const Service& service, std::string_view code) {
    const auto list = service.menu.lists.find(service.settings.areas);
    const menus::List::Item* item =
        list == service.menu.lists.end() ? nullptr : list->second.find(code);
    return item ? item->label : service.menu.word("", "place", code);
}

std::string written_day(const World& world, Time at) {
    return written(world.settings().zone.date(at));
}
std::string written_time(const World& world, Time at) {
    return written_clock(world.settings().zone.time_of_day(at));
}

}  // namespace jangkau::flows
