#include "menus/flows/registration.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>

#include "menus/flows/drafts.hpp"
#include "menus/flows/referral.hpp"
#include "menus/flows/speak.hpp"

namespace jangkau::flows {
namespace {

constexpr std::size_t kForgottenAtOnce = 500;
/// Between the two: nobody waits for it, and no answer to the registration is under way any more.
constexpr std::chrono::minutes kDuplicatesAfter{30};
constexpr int kTicketTries = 100;  ///< at random among a million; only a full store needs more

/// The number at the end of a fact ("65", "1-5"), or `fallback` where the fact is not valid now.
int fact_number(const World& world, std::string_view name, int fallback) {
    const std::string_view text =
        fact_at(world.service.facts, name, world.service.menu.languages.front().code,
                month_of(world.today()));
    const std::size_t begin = text.find_last_not_of("0123456789") + 1;
    int number = fallback;
    std::from_chars(text.data() + begin, text.data() + text.size(), number);
    return number;
}

/// What was asked, with the answers that could be chosen.
std::string as_shown(const menus::Text& text) {
    std::string out = text.prompt;
    for (const menus::Text::Label& label : text.labels)
        out += std::string("\n") + label.key + " " + label.label;
    return out;
}

std::string version_of(std::string_view text) {
    std::uint64_t hash = 14695981039346656037ull;  // FNV-1a: tells texts apart, proves nothing
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ull;
    static constexpr char kHex[] = "0123456789abcdef";
    std::string out;
    for (int shift = 60; shift >= 0; shift -= 4) out += kHex[(hash >> shift) & 15];
    return out;
}

}  // namespace

long long number_or(std::string_view text, long long fallback) {
    long long value = fallback;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

Ticket free_ticket(World& world) {
    for (int i = 0; i < kTicketTries; ++i) {
        Ticket ticket = Ticket::from_number(world.random.next(), world.settings().ticket_digits);
        if (!world.records.enrollment(ticket)) return ticket;
    }
    throw std::runtime_error("no free ticket was found in " + std::to_string(kTicketTries) +
                             " tries");
}

Enrollment new_enrollment(World& world, const Msisdn& owner, std::string_view language) {
    Enrollment enrollment{.ticket = free_ticket(world), .owner = owner};
    enrollment.language = language;
    enrollment.created = enrollment.changed = world.now;
    return enrollment;
}

std::optional<Enrollment> taken_ticket(World& world, const Msisdn& phone, const menus::Vars& vars) {
    const auto taken = vars.find("taken");
    const auto ticket = Ticket::parse(taken == vars.end() ? "" : taken->second);
    auto enrollment = ticket ? world.records.enrollment(*ticket) : std::nullopt;
    const bool open =
        enrollment && enrollment->owner == phone && enrollment->status == Status::unfinished;
    return open ? enrollment : std::nullopt;
}

void fill_in(const World& world, Enrollment& enrollment, const menus::Vars& vars) {
    const auto say = [&](std::string_view name, auto take) {
        if (const auto at = vars.find(name); at != vars.end()) take(at->second);
    };
    say("nik", [&](const std::string& v) {
        if (const auto nik = Nik::parse(v)) enrollment.nik = *nik;
    });
    say("contact", [&](const std::string& v) {
        enrollment.contact = v.empty() ? std::nullopt : std::optional(Msisdn::from_digits(v));
    });
    say("name", [&](const std::string& v) { enrollment.name = v; });
    say("card_birth", [&](const std::string& v) { enrollment.birth_date = parse_iso_date(v); });
    say("job", [&](const std::string& v) { enrollment.job = v; });
    say("kelurahan", [&](const std::string& v) { enrollment.kelurahan = v; });
    say("payer", [&](const std::string& v) { enrollment.payer = v; });
    say("programme", [&](const std::string& v) { enrollment.programme = v; });
    // "" = the lowest was agreed to, "0" = more than that, for the agent to find out.
    say("base", [&](const std::string& v) {
        enrollment.income_base = number_or(v, world.service.prices.lowest_base());
    });
    say("months",
        [&](const std::string& v) { enrollment.months = static_cast<int>(number_or(v, 0)); });
    say("refer", [&](const std::string& v) { enrollment.agent_if_refused = v == "yes"; });
}

Enrollment give_ticket(World& world, const Msisdn& owner, std::string_view language,
                       const menus::Vars& vars, bool receipt) {
    const bool first = world.records.enrollments_of(owner).empty();
    Enrollment enrollment = new_enrollment(world, owner, language);
    enrollment.status = Status::unfinished;
    enrollment.job = "other";
    enrollment.income_base = world.service.prices.lowest_base();
    fill_in(world, enrollment, vars);
    world.records.put(enrollment);
    world.records.set_timer(
        {"settle", enrollment.ticket.text(), world.now + world.settings().settle_timeout});
    menus::Vars said = vars_of(world, enrollment);
    said["date"] = written(world.today());
    if (receipt)
        speak(world, owner, language, "M01", said, Lane::receipt, enrollment.ticket.text());
    if (first)  // the proof of consent is sent once
        speak(world, owner, language, "M02", said, Lane::receipt, enrollment.ticket.text());
    return enrollment;
}

void settle(World& world, Enrollment enrollment) {
    drop_drafts_of(world, enrollment.owner, enrollment.ticket);
    world.records.cancel_timer("settle", enrollment.ticket.text());
    // For every NIK, known or not: what the turn does tells nobody which it is.
    world.records.set_timer({"duplicate", enrollment.ticket.text(), world.now + kDuplicatesAfter});
    enrollment.changed = world.now;
    if (enrollment.payer == "city") {
        if (enrollment.programme.empty())
            enrollment.programme = world.settings().sponsored_programme;
        enrollment.status = Status::verifying;
        world.records.put(enrollment);
        check_eligibility(world, enrollment);
    } else {
        if (enrollment.programme.empty())
            enrollment.programme = world.service.prices.programmes.front().code;
        refer(world, std::move(enrollment));
    }
}

void check_eligibility(World& world, Enrollment enrollment) {
    if (!world.records.eligibility_known() || !enrollment.nik) return;
    const auto entry = world.records.eligibility(*enrollment.nik);
    const bool accepted =
        entry && entry->desil >= 1 && entry->desil <= fact_number(world, "sponsored_desil", 0);
    enrollment.status = accepted ? Status::sponsored : Status::not_sponsored;
    enrollment.changed = world.now;
    world.records.put(enrollment);
    menus::Vars vars = vars_of(world, enrollment);
    vars["date"] =
        written(Date(world.today().year() / world.today().month() / 1) + std::chrono::months(1));
    speak(world, hears(enrollment), enrollment.language, accepted ? "M03" : "M04", vars,
          Lane::receipt, enrollment.ticket.text());
    if (accepted || !enrollment.agent_if_refused) return;
    enrollment.payer = "self";
    refer(world, std::move(enrollment));
}

void note_duplicate(World& world, const Enrollment& enrollment) {
    if (!enrollment.nik) return;
    std::vector<Enrollment> others = world.records.enrollments_with(*enrollment.nik);
    std::erase_if(others, [&](const Enrollment& other) {
        return other.ticket == enrollment.ticket || other.status == Status::ended;
    });
    if (others.empty()) return;
    world.records.add(DeskNote{"duplicate", enrollment.owner, enrollment.ticket.text(), world.now});
    const Enrollment& first = others.back();  // the oldest
    if (hears(first) != enrollment.owner && first.created <= enrollment.created)
        speak(world, hears(first), first.language, "M50", vars_of(world, first), Lane::receipt,
              first.ticket.text());
}

bool paid_twice(World& world, const Enrollment& enrollment) {
    if (enrollment.status != Status::sponsored || !enrollment.nik) return false;
    for (const Enrollment& other : world.records.enrollments_with(*enrollment.nik)) {
        const bool covered = other.status == Status::sponsored || other.status == Status::active;
        const bool before =
            std::tie(other.created, other.ticket) < std::tie(enrollment.created, enrollment.ticket);
        if (covered && (before || other.status == Status::active) &&
            other.ticket != enrollment.ticket)
            return true;
    }
    return false;
}

std::optional<Enrollment> own_registration(World& world, const Msisdn& owner, const Nik& nik) {
    for (const Enrollment& enrollment : world.records.enrollments_with(nik))
        if (belongs_to(enrollment, owner) && enrollment.status != Status::ended) return enrollment;
    return std::nullopt;
}

std::size_t forget_unfinished(World& world) {
    const Date cutoff_day = world.today() - std::chrono::months(world.settings().retention_months);
    // 31 May less three months is no day; the last day of February is meant.
    const Date cutoff = cutoff_day.ok()
                            ? cutoff_day
                            : Date(cutoff_day.year() / cutoff_day.month() / std::chrono::last);
    const Time before = world.settings().zone.instant(cutoff, std::chrono::minutes(0));
    std::size_t gone = 0;
    for (const Status status : {Status::ended, Status::not_sponsored})
        for (const Enrollment& enrollment :
             world.records.enrollments_in(status, kForgottenAtOnce)) {
            if (enrollment.changed >= before) continue;
            world.records.erase_enrollment(enrollment.ticket);
            ++gone;
        }
    return gone;
}

AgeVerdict judge_age(const World& world, Date birth) {
    const int age = full_years(birth, world.today());
    if (age < fact_number(world, "age_min", 0)) return AgeVerdict::too_young;
    if (age >= fact_number(world, "age_max", 200)) return AgeVerdict::too_old;
    return AgeVerdict::ok;
}

bool day_limit_reached(World& world, const Msisdn& owner) {
    const Time midnight = world.settings().zone.instant(world.today(), std::chrono::minutes(0));
    return world.records.registrations_since(owner, midnight) >=
           world.settings().registrations_per_day;
}

bool must_prove(World& world, const Msisdn& phone, const std::vector<Enrollment>& own) {
    const auto person = world.records.person(phone);
    Time known = person && person->proved_at ? *person->proved_at : Time{};
    for (const Enrollment& enrollment : own) known = std::max(known, enrollment.created);
    return !own.empty() && world.now - known > world.settings().recycled_after;
}

bool may_guess(World& world, Person& person) {
    const std::string today = iso(world.today());
    if (person.guess_day != today) {
        person.guess_day = today;
        person.wrong_guesses = 0;
    }
    return person.wrong_guesses < world.settings().guesses_per_day;
}

Person person_or_new(World& world, const Msisdn& msisdn) {
    auto person = world.records.person(msisdn);
    return person ? *person : Person{.msisdn = msisdn};
}

void record_consent(World& world, const Msisdn& msisdn, std::string_view text_id,
                    std::string_view language, std::string_view channel, std::string_view session) {
    // What was on the screen: consent is never asked in a draft language.
    const menus::Language& shown = world.service.menu.reviewed(language);
    const auto text = shown.texts.find(text_id);
    const std::string bytes = text == shown.texts.end() ? std::string() : as_shown(text->second);
    const std::string version = version_of(bytes);
    world.records.add(Consent{msisdn, std::string(text_id), version, shown.code,
                              std::string(channel), std::string(session), world.now, bytes});
    world.records.audit({.actor = "phone",
                         .action = "consent.given",
                         .reason = std::string(text_id) + " " + version + " " + shown.code +
                                   " by " + std::string(channel),
                         .subjects = {{"", msisdn}},
                         .by = msisdn});
    Person person = person_or_new(world, msisdn);
    person.language = language;
    person.consent_at = world.now;
    world.records.put(person);
    // Who agrees anew does not want what he gives now to be erased.
    (void)stop_erasure(world, msisdn);
}

bool stop_erasure(World& world, const Msisdn& msisdn) {
    if (!world.records.cancel_timer("erase", msisdn.digits())) return false;
    world.records.audit(
        {.actor = "phone", .action = "erasure.stopped", .subjects = {{"", msisdn}}, .by = msisdn});
    return true;
}

}  // namespace jangkau::flows
