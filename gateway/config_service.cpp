#include "gateway/config_service.hpp"

#include <chrono>
#include <string_view>

namespace jangkau::gateway {

void read_settings(menus::Fields own, flows::Settings& s) {
    s.name = own.required("name");
    s.dial_code = own.required("dial_code");
    s.short_code = own.required("short_code");
    s.hotline = own.required("hotline");
    const std::string zone = own.text_or("zone", "WITA");
    if (const auto parsed = Zone::parse(zone))
        s.zone = *parsed;
    else
        own.complain(own.line(), "zone",
                     "must be WIB, WITA, WIT or an offset such as +08:00, not '" + zone + "'");
    s.areas = own.text_or("areas", s.areas);
    s.sponsored_programme = own.text_or("sponsored_programme", s.sponsored_programme);
    s.ticket_digits =
        read_size(own, "ticket_digits", s.ticket_digits, Ticket::kDigitsMin, Ticket::kDigitsMax);
    s.registrations_per_day = static_cast<unsigned>(
        read_size(own, "registrations_per_day", s.registrations_per_day, 1, 10'000));
    s.guesses_per_day =
        static_cast<unsigned>(read_size(own, "guesses_per_day", s.guesses_per_day, 1, 100));
    s.guesses_per_ticket = static_cast<unsigned>(
        read_size(own, "guesses_per_ticket", s.guesses_per_ticket, 1, 10'000));
    s.check_days = static_cast<int>(read_size(own, "check_days", 14, 1, 365));
    s.draft_days = static_cast<int>(read_size(own, "draft_days", 14, 1, 365));
    s.erase_days = static_cast<int>(read_size(own, "erase_days", 1, 0, 1));
    s.retention_months = static_cast<int>(read_size(own, "retention_months", 12, 1, 120));
    s.draft_languages = own.flag("draft_languages", s.draft_languages);
    s.nudge_after = read_duration<std::chrono::seconds>(own, "nudge_after", s.nudge_after);
    s.settle_timeout = read_duration<std::chrono::seconds>(own, "settle_timeout", s.settle_timeout);
    s.sms_dialogue = read_duration<std::chrono::seconds>(own, "sms_dialogue", s.sms_dialogue);
    s.recycled_after = read_duration<std::chrono::seconds>(own, "recycled_after", s.recycled_after);
    s.waking_from = read_clock(own, "waking_from", s.waking_from);
    s.waking_to = read_clock(own, "waking_to", s.waking_to);
    own.finish();
}

void read_referral(menus::Fields own, flows::Settings& s) {
    s.offer_reminder = read_duration<std::chrono::seconds>(own, "offer_reminder", s.offer_reminder);
    s.offer_timeout = read_duration<std::chrono::seconds>(own, "offer_timeout", s.offer_timeout);
    s.contact_reminder =
        read_duration<std::chrono::seconds>(own, "contact_reminder", s.contact_reminder);
    s.contact_timeout =
        read_duration<std::chrono::seconds>(own, "contact_timeout", s.contact_timeout);
    s.postponement = read_duration<std::chrono::seconds>(own, "postponement", s.postponement);
    s.postponements_max =
        static_cast<unsigned>(read_size(own, "postponements_max", s.postponements_max, 0, 100));
    s.correction = read_duration<std::chrono::seconds>(own, "correction", s.correction);
    s.agent_search = read_duration<std::chrono::seconds>(own, "agent_search", s.agent_search);
    s.agent_code = own.flag("agent_code", s.agent_code);
    s.code_valid = read_duration<std::chrono::seconds>(own, "code_valid", s.code_valid);
    const auto limit = [&](std::string_view key, unsigned& value) {
        value = static_cast<unsigned>(read_size(own, key, value, 1, 10'000));
    };
    limit("codes_per_hour", s.codes_per_hour);
    limit("wrong_per_ticket", s.wrong_per_ticket);
    limit("wrong_per_day", s.wrong_per_day);
    limit("confirmations_per_day", s.confirmations_per_day);
    limit("pin_after", s.pin_after);
    limit("pin_tries", s.pin_tries);
    own.finish();
}

}  // namespace jangkau::gateway
