#pragma once

#include <atomic>
#include <chrono>
#include <span>
#include <string>
#include <string_view>

#include "gateway/core/calendar.hpp"
#include "gateway/core/msisdn.hpp"
#include "gateway/core/random.hpp"
#include "menus/flows/facts.hpp"
#include "menus/flows/prices.hpp"
#include "menus/flows/records.hpp"
#include "menus/prove.hpp"
#include "menus/step.hpp"

namespace jangkau::flows {

/// What the service's owner decides: names, thresholds, patience. Loaded from `jangkau.yaml`.
struct Settings {
    std::string name;        ///< "Makassar Berjasa"
    std::string dial_code;   ///< "*123*4567#"
    std::string short_code;  ///< that SMS go to
    std::string hotline;
    Zone zone;
    std::string areas = "areas";  ///< the menu's list of places
    std::string sponsored_programme = "basic";
    std::size_t ticket_digits = Ticket::kDigitsMin;  ///< of new tickets, without the check digit
    unsigned registrations_per_day = 10;             ///< by one phone
    unsigned guesses_per_day = 3;         ///< of another phone's ticket
    unsigned guesses_per_ticket = 10;     ///< a day, by all phones together
    int check_days = 14;                  ///< working days that the city's check is said to take
    int draft_days = 14;                  ///< an unfinished registration is kept
    int erase_days = 1;                   ///< between HAPUS and the erasure
    int retention_months = 12;            ///< as the consent's details tell it
    bool draft_languages = false;         ///< languages that await their reviewer are offered

    std::chrono::seconds offer_reminder{12 * 3600};  ///< an agent who has not answered is reminded
    std::chrono::seconds offer_timeout{24 * 3600};   ///< and then the ticket moves on
    std::chrono::seconds contact_reminder{48 * 3600};
    std::chrono::seconds contact_timeout{72 * 3600};
    std::chrono::seconds postponement{48 * 3600};  ///< what TUNDA adds
    unsigned postponements_max = 2;
    std::chrono::seconds correction{24 * 3600};  ///< RALAT is possible for so long
    std::chrono::seconds agent_search{6 *
                                      60};  ///< pause before looking again when no agent is free
    bool agent_code = true;  ///< a report counts only with a code sent to the agent's phone
    std::chrono::seconds code_valid{600};
    unsigned codes_per_hour = 3;          ///< for one ticket
    unsigned wrong_per_ticket = 5;        ///< codes; then an officer decides
    unsigned wrong_per_day = 10;          ///< codes of one agent; then he is held
    unsigned confirmations_per_day = 60;  ///< of one agent
    unsigned pin_after = 20;  ///< confirmations on a day: from then on each one needs the PIN
    unsigned pin_tries = 5;   ///< wrong PINs until an officer resets it
    std::chrono::seconds settle_timeout{
        18 * 3600};                         ///< a ticket that nobody completed: an agent is asked
    std::chrono::seconds nudge_after{600};  ///< of an interrupted registration
    std::chrono::seconds sms_dialogue{24 * 3600};  ///< a question by SMS waits for its answer
    /// A phone that we have not known for so long shows no status before its owner proves himself.
    std::chrono::seconds recycled_after{90L * 24 * 3600};
    std::chrono::minutes waking_from{8 * 60};  ///< reminders go out between these times of day
    std::chrono::minutes waking_to{20 * 60};
};

/// What a service's placeholders became, month by month. Every turn asks, and the answer changes
/// once a month. A copy starts anew: whoever copies a service means to change it.
///
/// Threading: any.
class KnownVars {
public:
    KnownVars() = default;
    KnownVars(const KnownVars& /*other*/) {}
    KnownVars& operator=(const KnownVars& /*other*/) = delete;
    ~KnownVars();

    /// As long as this object lives. `make`: () -> Vars; where two ask at once, both may make them.
    template <class Make>
    [[nodiscard]] const menus::Vars& get(std::string_view language, Month month, Make make) {
        for (const Known* one = newest_; one != nullptr; one = one->next)
            if (one->month == month && one->language == language) return one->vars;
        return add(new Known{std::string(language), month, make(), nullptr});
    }

private:
    struct Known {
        std::string language;
        Month month;
        menus::Vars vars;
        const Known* next;
    };
    const menus::Vars& add(Known* one);

    /// A handful of languages, and a few more each month: a list to which is only added.
    std::atomic<const Known*> newest_{nullptr};
};

/// One service as loaded: immutable, replaced whole.
struct Service {
    menus::Menu menu;
    Prices prices;
    Facts facts;
    NumberPlan plan;
    Settings settings;
    mutable KnownVars known_vars{};
};

/// Values for placeholders that belong to the service, not to a dialogue, in the month of `now`.
///
/// Lifetime: the service's.
[[nodiscard]] const menus::Vars& settings_vars(const Service& service, std::string_view language,
                                               Time now);
/// The same at their longest, for proving.
[[nodiscard]] menus::Vars longest_settings_vars(const Service& service, std::string_view language);

/// What every decision works on.
///
/// Lifetime: within one transaction.
struct World {
    const Service& service;
    Records& records;
    Random& random;
    Time now;

    [[nodiscard]] const Settings& settings() const { return service.settings; }
    [[nodiscard]] Date today() const { return service.settings.zone.date(now); }
};

/// A question that a menu asked, with who asks it.
struct Turn : World {
    const Msisdn& caller;
    std::string_view channel;
    std::string_view session;
    const menus::State& state;
    std::string_view argument;

    /// A variable of the dialogue, "" when it was never set.
    [[nodiscard]] std::string var(std::string_view name) const;
};

/// One thing that a menu can `do`.
struct Action {
    std::string_view name;
    std::span<const std::string_view> outcomes;
    std::span<const std::string_view> sets;  ///< variables, beside those of the dialogue
    menus::Answered (*decide)(Turn&);
    bool general = false;  ///< for any service; the others register people for social security
};

/// Sorted by name.
[[nodiscard]] std::span<const Action> actions();
[[nodiscard]] std::vector<menus::ActionFacts> action_facts();
/// Whether the menu registers people for social security: any of its actions is not general.
[[nodiscard]] bool registers(const menus::Menu& menu);
/// Ids of the texts that no state shows: what decisions send by SMS or file, "busy" and the like.
/// As much as that menu needs, sorted.
///
/// Lifetime: no longer than the menu's.
[[nodiscard]] std::vector<std::string_view> spoken_texts(const menus::Menu& menu);

/// Decides a menu's question. Throws LogicFault for an action that does not exist: prove() refuses
/// such menus.
[[nodiscard]] menus::Answered decide(Turn& turn, std::string_view action);

/// Kinds of timers, and what happens when one is due: reminders, tickets that move on, erasures.
void timer_due(World& world, const Timer& timer);

/// Problems that only the parts together show: times that contradict each other, and where the menu
/// registers people a sponsored programme that no price has, or no area list.
void prove_service(const Service& service, const std::string& file, Problems& problems);

}  // namespace jangkau::flows
