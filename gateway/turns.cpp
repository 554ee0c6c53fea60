#include "gateway/turns.hpp"

#include <algorithm>

#include "gateway/core/check.hpp"
#include "gateway/core/text.hpp"
#include "menus/render.hpp"
#include "menus/sms_grammar.hpp"
#include "menus/step.hpp"

namespace jangkau::gateway {
namespace {

/// A proven menu has no ring of actions; this stops one that was changed underneath a dialogue.
constexpr int kAsksPerTurnMax = 16;
/// An SMS that has no id and comes again within this time is the same.
constexpr std::chrono::seconds kNamelessRepeat{4};
constexpr std::string_view kGoodbyeText = "U99";
constexpr std::string_view kBusyText = "E11";

/// Takes one step and answers what the menu asks until there is a screen.
struct Walked {
    menus::State state;
    menus::Screen screen;
    std::vector<menus::Effect> effects;
};

Walked walk(TurnWorld& world, const Msisdn& caller, std::string_view session, menus::State state,
            menus::Input input) {
    const flows::Service& service = world.service;
    Walked out;
    for (int asks = 0; asks <= kAsksPerTurnMax; ++asks) {
        const menus::Vars settings = flows::settings_vars(service, state.language, world.now);
        const menus::Context context{
            {service.settings.zone.date(world.now), service.plan}, settings, world.screen_units};
        menus::Step step = menus::step(service.menu, std::move(state), input, context);
        state = std::move(step.state);
        out.effects.insert(out.effects.end(), step.effects.begin(), step.effects.end());
        if (auto* screen = std::get_if<menus::Screen>(&step.next)) {
            out.state = std::move(state);
            out.screen = std::move(*screen);
            return out;
        }
        const auto& ask = std::get<menus::Ask>(step.next);
        flows::Turn turn{{service, world.unit, world.random, world.now},
                         caller,
                         world.channel,
                         session,
                         state,
                         ask.argument};
        input = flows::decide(turn, ask.action);
    }
    check(false, "a turn asked more often than kAsksPerTurnMax");
    return out;
}

void keep_draft(TurnWorld& world, const Msisdn& caller, const Walked& walked) {
    const menus::KeepDraft* keep = nullptr;
    for (const menus::Effect& effect : walked.effects)
        if (const auto* k = std::get_if<menus::KeepDraft>(&effect)) keep = k;
    if (!keep || keep->stage <= 1 || walked.state.ended)
        return;  // nothing has been answered yet, or it was sent off
    const bool fresh = !world.unit.draft(caller);
    world.unit.put(flows::Draft{caller, menus::encode(walked.state), keep->stage, world.now});
    // One reminder for each draft: a timer that has gone off is not set again.
    if (world.unit.cancel_timer("nudge", caller.digits()) || fresh)
        world.unit.set_timer(
            {"nudge", caller.digits(), world.now + world.service.settings.nudge_after});
}

adapters::UssdReply say(const flows::Service& service, std::string_view language,
                        std::string_view id, menus::Vars vars, Time now) {
    return {menus::render_text(service.menu, language, id, vars,
                               flows::settings_vars(service, language, now)),
            true};
}

/// What is new in what was typed. Cumulative providers send everything, and a person may type the
/// separator himself, so the part already seen is cut off rather than the last part taken.
std::string new_input(const adapters::UssdTurn& turn, const sessions::Session& session) {
    if (!turn.cumulative) return turn.text;
    const std::string& seen = session.typed;
    if (seen.empty()) return turn.text;
    if (turn.text.size() > seen.size() && turn.text.starts_with(seen) &&
        turn.text[seen.size()] == '*')
        return turn.text.substr(seen.size() + 1);
    const std::size_t last = turn.text.rfind('*');
    return last == std::string::npos ? turn.text : turn.text.substr(last + 1);
}

/// A dialogue that we do not know: a new one, perhaps dialled with a shortcut, or one whose store
/// was lost. The latter starts over politely, and finds its draft.
menus::Input first_input(const TurnWorld& world, const adapters::UssdTurn& turn) {
    const auto& shortcuts = world.service.menu.shortcuts;
    const auto shortcut = shortcuts.find(turn.text);
    return menus::Entered{
        shortcut == shortcuts.end() ? world.service.menu.start : shortcut->second, {}, ""};
}

std::string language_of(TurnWorld& world, const Msisdn& msisdn) {
    const auto person = world.unit.person(msisdn);
    return person ? person->language : std::string();
}

/// What a hop's reply is remembered by. The phone is part of it: whoever guesses another's session
/// id does not get his screens. A hop that its provider does not name is known by its place, its
/// time and its text.
std::string reply_key(const TurnWorld& world, const adapters::UssdTurn& turn, unsigned hop,
                      Time at) {
    const std::string key = "ussd|" + std::string(world.channel) + "|" + turn.from.digits() + "|";
    if (!turn.turn_key.empty()) return key + turn.turn_key;
    return key + turn.session + "#" + std::to_string(hop) + "@" +
           std::to_string(at.time_since_epoch().count()) + "|" + turn.text;
}

/// The stored reply, if this hop was answered before.
std::optional<sessions::StoredReply> repeated(TurnWorld& world, const adapters::UssdTurn& turn,
                                              const sessions::Session* session) {
    if (!turn.turn_key.empty()) return world.unit.reply(reply_key(world, turn, 0, {}));
    if (!session || world.now < session->changed ||
        world.now - session->changed >= world.repeat_window)
        return std::nullopt;
    return world.unit.reply(reply_key(world, turn, session->hops, session->changed));
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
    return out;
}

/// Which state of the menu an SMS leads to, and with what.
menus::Entered read_sms(TurnWorld& world, const adapters::SmsIn& sms, bool agent) {
    const menus::Menu& menu = world.service.menu;
    // An agent may be a member too.
    const auto command = menus::parse_command(
        sms.text, agent ? menus::Vocabulary(menu.agent_words, menu.worker_words)
                        : menus::Vocabulary(menu.worker_words));
    if (!command) return {agent ? menu.agent_unknown : menu.worker_unknown, {}, ""};
    return {command->keyword->to,
            {{"sms_rest", command->rest},
             {"sms_words", joined(command->words)},
             {"ticket", menus::ticket_in(*command, Ticket::kDigits + 1)}},
            ""};
}

/// Whether this message had its effect already; from now on it has.
bool seen_before(TurnWorld& world, const adapters::SmsIn& sms) {
    const std::string begin = "sms|" + std::string(world.channel) + "|";
    if (!sms.id.empty()) {
        if (world.unit.reply(begin + sms.id)) return true;
        world.unit.put_reply(begin + sms.id, {"", true}, world.now);
        return false;
    }
    // Without an id a second "YA" may be meant; only what follows at once is the provider's repeat.
    const auto at = [&](Time time) {
        return begin + "|" + sms.from.digits() + "|" + sms.to + "|" +
               std::to_string(time.time_since_epoch().count()) + "|" + sms.text;
    };
    for (std::chrono::seconds ago{0}; ago <= kNamelessRepeat; ++ago)
        if (world.unit.reply(at(world.now - ago))) return true;
    world.unit.put_reply(at(world.now), {"", true}, world.now);
    return false;
}

}  // namespace

TurnResult take_ussd(TurnWorld& world, const adapters::UssdTurn& turn) {
    auto session = world.unit.session(world.channel, turn.session);
    const bool foreign = session && session->msisdn != turn.from;
    if (const auto stored = repeated(world, turn, session && !foreign ? &*session : nullptr))
        return {{stored->text, stored->end}, TurnKind::repeated, "", ""};

    // Where ids come again, a dial of the same phone begins anew whatever became of the dialogue
    // before.
    if (foreign || (session && session->ended && !turn.first)) {
        const std::string language = foreign ? "" : language_of(world, turn.from);
        return {say(world.service, language, kGoodbyeText, {}, world.now), TurnKind::foreign, "",
                language};
    }

    auto state = session ? menus::decode_state(session->state) : std::nullopt;
    const bool begins = !state || turn.first;
    const menus::Input input =
        begins ? first_input(world, turn) : menus::Input(menus::Typed{new_input(turn, *session)});
    Walked walked =
        walk(world, turn.from, turn.session, begins ? menus::State{} : std::move(*state), input);
    keep_draft(world, turn.from, walked);
    // Goes on counting when an id comes again, so that no hop is taken for one of the dialogue
    // before.
    const unsigned hops = (session ? session->hops : 0) + 1;
    world.unit.put(sessions::Session{std::string(world.channel), turn.session, turn.from,
                                     menus::encode(walked.state), turn.cumulative ? turn.text : "",
                                     world.now, walked.screen.end, hops});
    world.unit.put_reply(reply_key(world, turn, hops, world.now),
                         {walked.screen.text, walked.screen.end}, world.now);
    return {{walked.screen.text, walked.screen.end},
            TurnKind::fresh,
            walked.state.node,
            walked.state.language};
}

TurnKind take_sms(TurnWorld& world, const adapters::SmsIn& sms) {
    if (seen_before(world, sms)) return TurnKind::repeated;

    const bool agent = world.unit.agent_with(sms.from).has_value();
    menus::Entered entered = read_sms(world, sms, agent);
    entered.language = language_of(world, sms.from);
    const Walked walked = walk(world, sms.from, "sms:" + sms.id, menus::State{}, entered);
    if (walked.screen.text.empty()) return TurnKind::fresh;
    const auto about = walked.state.vars.find("ticket");
    flows::SmsDraft answer{sms.from,
                           walked.screen.text,
                           flows::Lane::answer,
                           "",
                           about == walked.state.vars.end() ? "" : about->second,
                           std::nullopt};
    if (const menus::Node* node = world.service.menu.node(walked.state.node))
        answer.text_id = node->text;
    world.unit.send(answer);
    return TurnKind::fresh;
}

void end_session(TurnWorld& world, const adapters::UssdEnded& ended) {
    auto session = world.unit.session(world.channel, ended.session);
    if (!session || session->ended) return;
    session->ended = true;
    session->changed = world.now;
    world.unit.put(*session);
}

adapters::UssdReply busy_reply(const flows::Service& service, std::string_view language, Time now) {
    return say(service, language, kBusyText, {{"count", "2"}}, now);
}

}  // namespace jangkau::gateway
