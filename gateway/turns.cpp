#include "gateway/turns.hpp"

#include <algorithm>

#include "gateway/core/check.hpp"
#include "gateway/core/text.hpp"
#include "menus/flows/drafts.hpp"
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
constexpr std::string_view kTooMuchText = "E20";
constexpr std::string_view kTimeIsOver = "U37";
constexpr std::string_view kTimeIsOverTicket = "U38";
/// Who is quick needs so long for the next screen; with less left nobody can answer it.
constexpr std::chrono::seconds kTimeToChoose{5};
constexpr std::chrono::seconds kTimeToType{12};
/// Dialogues by SMS are sessions of this channel, which no configured one can be called.
constexpr std::string_view kSmsDialogue = ":sms";

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
        const menus::Vars& settings = flows::settings_vars(service, state.language, world.now);
        const menus::Context context{{service.settings.zone.date(world.now), service.plan,
                                      service.settings.ticket_digits + 1},
                                     settings,
                                     world.screen_units};
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

/// How far the dialogue is, if it is to be kept as a draft.
std::optional<std::size_t> stage_to_keep(const Walked& walked) {
    std::optional<std::size_t> stage;
    for (const menus::Effect& effect : walked.effects)
        if (const auto* keep = std::get_if<menus::KeepDraft>(&effect)) stage = keep->stage;
    return stage;
}

/// What stands in a dialogue's variable, or "".
std::string variable(const menus::State& state, std::string_view name) {
    const auto at = state.vars.find(name);
    return at == state.vars.end() ? std::string() : at->second;
}

/// Of a dialogue that is over nothing is kept of what was typed in it.
menus::State state_to_keep(menus::State state, bool over) {
    if (!over) return state;
    menus::State end;
    end.node = std::move(state.node);
    end.language = std::move(state.language);
    end.ended = true;
    return end;
}

std::optional<menus::State> state_of(const sessions::Session& session) {
    if (session.read) return *session.read;
    return menus::decode_state(session.state);
}

/// The operator is about to end the dialogue: better our last words, with the way back, than a
/// screen that goes dark while somebody types. Nothing is lost, for what was typed is a draft.
void end_in_time(const TurnWorld& world, Time began, Walked& walked) {
    if (world.session_max.count() == 0 || walked.screen.end || walked.state.draft == 0) return;
    const menus::Node* node = world.service.menu.node(walked.state.node);
    const auto needed = node && node->kind == menus::Node::Kind::ask ? kTimeToType : kTimeToChoose;
    if (world.now - began + needed <= world.session_max) return;
    const std::string_view text =
        variable(walked.state, "taken").empty() ? kTimeIsOver : kTimeIsOverTicket;
    walked.screen = {
        menus::render_text(world.service.menu, walked.state.language, text, walked.state.vars,
                           flows::settings_vars(world.service, walked.state.language, world.now)),
        true};
    walked.state.ended = true;
}

adapters::UssdReply say(const flows::Service& service, std::string_view language,
                        std::string_view id, const menus::Vars& vars, Time now) {
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

/// "*123*4567*2*4821730#" dialled where the service is *123*4567#: "2*4821730". For providers that
/// tell the whole code and no input.
std::string behind_code(std::string_view dialled, std::string_view own) {
    if (own.ends_with('#')) own.remove_suffix(1);
    if (dialled.ends_with('#')) dialled.remove_suffix(1);
    const bool more = !own.empty() && dialled.size() > own.size() && dialled.starts_with(own) &&
                      dialled[own.size()] == '*';
    return more ? std::string(dialled.substr(own.size() + 1)) : "";
}

/// A dialogue that we do not know: a new one, perhaps dialled with a shortcut, or one whose store
/// was lost. The latter starts over politely, and finds its draft.
menus::Input first_input(const TurnWorld& world, const adapters::UssdTurn& turn) {
    const menus::Menu& menu = world.service.menu;
    const std::string dialled =
        turn.text.empty() ? behind_code(turn.code, world.service.settings.dial_code) : turn.text;
    const std::size_t star = dialled.find('*');
    const auto at = menu.shortcuts.find(dialled.substr(0, star));
    if (at == menu.shortcuts.end()) return menus::Entered{menu.start, {}, ""};
    const menus::Shortcut& shortcut = at->second;
    if (star == std::string::npos) return menus::Entered{shortcut.to, {}, ""};
    if (shortcut.into.empty()) return menus::Entered{menu.start, {}, ""};
    return menus::Entered{shortcut.to, {{shortcut.into, dialled.substr(star + 1)}}, ""};
}

std::string language_of(TurnWorld& world, const Msisdn& msisdn) {
    const auto person = world.unit.person(msisdn);
    return person ? person->language : std::string();
}

/// What a hop is remembered by in its dialogue. The phone is part of it: whoever guesses another's
/// session id does not get his screens. A hop that its provider does not name is known by its
/// place, its time and its text.
std::string hop_key(const adapters::UssdTurn& turn, unsigned hop, Time at) {
    if (!turn.turn_key.empty()) return turn.from.digits() + "|" + turn.turn_key;
    return turn.from.digits() + "#" + std::to_string(hop) + "@" +
           std::to_string(at.time_since_epoch().count()) + "|" + turn.text;
}

/// The stored reply, if this hop was answered before.
std::optional<sessions::StoredReply> repeated(TurnWorld& world, const adapters::UssdTurn& turn,
                                              const sessions::Session& session) {
    if (turn.turn_key.empty() &&
        (world.now < session.changed || world.now - session.changed >= world.repeat_window))
        return std::nullopt;
    return world.unit.reply(world.channel, turn.session,
                            hop_key(turn, session.hops, session.changed));
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
    return out;
}

/// Whether a command's own word stands in the text, with no slip forgiven.
bool named_exactly(const menus::Keyword& keyword, std::string_view text) {
    const std::string upper = " " + plain_upper(text) + " ";
    const auto stands = [&](const std::string& word) {
        return upper.find(" " + word + " ") != std::string::npos;
    };
    return stands(keyword.word) || std::any_of(keyword.also.begin(), keyword.also.end(), stands);
}

/// Where an SMS leads: to the state of its command, or it answers the question that was asked last.
/// While one waits, only an exact word is a command: a name may be like one.
struct ReadSms {
    menus::State state;
    menus::Input input;
};
ReadSms read_sms(TurnWorld& world, const adapters::SmsIn& sms, bool agent) {
    const menus::Menu& menu = world.service.menu;
    const auto session = world.unit.session(kSmsDialogue, sms.from.digits());
    const bool waits = session && !session->ended &&
                       world.now - session->changed < world.service.settings.sms_dialogue;
    auto asked = waits ? state_of(*session) : std::nullopt;
    // An agent may be a member too.
    const auto command = menus::parse_command(
        sms.text, agent ? menus::Vocabulary(menu.agent_words, menu.worker_words)
                        : menus::Vocabulary(menu.worker_words));
    if (asked && (!command || !named_exactly(*command->keyword, sms.text)))
        return {std::move(*asked), menus::Typed{sms.text}};
    menus::Entered entered{agent ? menu.agent_unknown : menu.worker_unknown, {}, ""};
    const auto say = [&](const menus::Command& what) {
        entered.vars = {
            {"sms_rest", what.rest},
            {"sms_words", joined(what.words)},
            {"ticket", menus::ticket_in(what, world.service.settings.ticket_digits + 1)}};
    };
    if (command) {
        entered.state = command->keyword->to;
        say(*command);
    } else if (const auto numbers = menus::parse_numbers(sms.text); numbers && agent) {
        say(*numbers);  // perhaps the code that he was sent, and nothing else
    }
    entered.language = language_of(world, sms.from);
    return {menus::State{}, std::move(entered)};
}

/// A question by SMS waits for its answer; an answer to something else leaves it waiting.
void keep_sms_dialogue(TurnWorld& world, const adapters::SmsIn& sms, bool was_answer,
                       const Walked& walked) {
    if (walked.screen.end && !was_answer) return;
    world.unit.put(sessions::Session{std::string(kSmsDialogue), sms.from.digits(), sms.from,
                                     menus::encode(state_to_keep(walked.state, walked.screen.end)),
                                     "", world.now, walked.screen.end, 0, world.now});
}

/// Whether this message had its effect already; from now on it has.
bool seen_before(TurnWorld& world, const adapters::SmsIn& sms) {
    const std::string begin = "sms|" + std::string(world.channel) + "|";
    if (!sms.id.empty()) {
        if (world.unit.seen(begin + sms.id)) return true;
        world.unit.see(begin + sms.id, world.now);
        return false;
    }
    // Without an id a second "YA" may be meant; only what follows at once is the provider's repeat.
    const auto at = [&](Time time) {
        return begin + "|" + sms.from.digits() + "|" + sms.to + "|" +
               std::to_string(time.time_since_epoch().count()) + "|" + sms.text;
    };
    for (std::chrono::seconds ago{0}; ago <= kNamelessRepeat; ++ago)
        if (world.unit.seen(at(world.now - ago))) return true;
    world.unit.see(at(world.now), world.now);
    return false;
}

/// Beyond a limit one notice is sent, and then nothing is.
bool beyond(TurnWorld& world, const Msisdn& phone, PhoneGuard::Verdict verdict) {
    if (verdict == PhoneGuard::Verdict::ok) return false;
    const std::string notice =
        verdict == PhoneGuard::Verdict::told
            ? say(world.service, language_of(world, phone), kTooMuchText, {}, world.now).text
            : "";
    if (!notice.empty())
        world.unit.send(
            {phone, notice, flows::Lane::answer, std::string(kTooMuchText), "", std::nullopt});
    return true;
}

/// Nothing of such an SMS is stored.
bool too_many_sms(TurnWorld& world, const adapters::SmsIn& sms) {
    return world.guard && beyond(world, sms.from, world.guard->sms(sms.from, world.now));
}

/// What the SMS came to stays; only the answer is not given once more.
bool said_enough(TurnWorld& world, const Msisdn& phone, const std::string& answer) {
    return world.guard && beyond(world, phone, world.guard->answer(phone, answer, world.now));
}

/// A phone that dials again and again is told to wait. Nothing of it is stored.
std::optional<TurnResult> too_many_dials(TurnWorld& world, const adapters::UssdTurn& turn) {
    if (!world.guard || world.guard->dial(turn.from, world.now) == PhoneGuard::Verdict::ok)
        return std::nullopt;
    const std::string language = language_of(world, turn.from);
    adapters::UssdReply reply = say(world.service, language, kTooMuchText, {}, world.now);
    if (reply.text.empty()) reply = busy_reply(world.service, language, world.now);
    return TurnResult{std::move(reply), TurnKind::limited, "", language};
}

}  // namespace

TurnResult take_ussd(TurnWorld& world, const adapters::UssdTurn& turn) {
    auto session = world.unit.session(world.channel, turn.session);
    const bool foreign = session && session->msisdn != turn.from;
    if (session && !foreign)
        if (auto stored = repeated(world, turn, *session))
            return {{std::move(stored->text), stored->end}, TurnKind::repeated, "", ""};

    // Where ids come again, a dial of the same phone begins anew whatever became of the dialogue
    // before.
    if (foreign || (session && session->ended && !turn.first)) {
        const std::string language = foreign ? "" : language_of(world, turn.from);
        return {say(world.service, language, kGoodbyeText, {}, world.now), TurnKind::foreign, "",
                language};
    }

    auto state = session ? state_of(*session) : std::nullopt;
    const bool begins = !state || turn.first;
    if (begins)
        if (auto limited = too_many_dials(world, turn)) return *std::move(limited);
    const menus::Input input =
        begins ? first_input(world, turn) : menus::Input(menus::Typed{new_input(turn, *session)});
    flows::World flow{world.service, world.unit, world.random, world.now};
    Walked walked =
        walk(world, turn.from, turn.session, begins ? menus::State{} : std::move(*state), input);
    const auto stage = stage_to_keep(walked);
    const bool is_draft = stage && flows::prepare_draft(flow, turn.from, walked.state, *stage);
    const Time began = begins ? world.now : session->began;
    end_in_time(world, began, walked);
    // Goes on counting when an id comes again, so that no hop is taken for one of the dialogue
    // before.
    const unsigned hops = (session ? session->hops : 0) + 1;
    const bool over = walked.screen.end && !is_draft;  // a draft is gone on with
    const auto kept =
        std::make_shared<const menus::State>(state_to_keep(std::move(walked.state), over));
    world.unit.put(sessions::Hop{{std::string(world.channel), turn.session, turn.from,
                                  menus::encode(*kept), turn.cumulative && !over ? turn.text : "",
                                  world.now, walked.screen.end, hops, began, kept},
                                 hop_key(turn, hops, world.now),
                                 {walked.screen.text, walked.screen.end},
                                 is_draft ? kept->draft : 0});
    return {{walked.screen.text, walked.screen.end}, TurnKind::fresh, kept->node, kept->language};
}

TurnKind take_sms(TurnWorld& world, const adapters::SmsIn& sms) {
    if (seen_before(world, sms)) return TurnKind::repeated;
    if (too_many_sms(world, sms)) return TurnKind::limited;

    const auto known = world.unit.agent_with(sms.from);
    const bool agent = known && !known->retired;
    ReadSms read = read_sms(world, sms, agent);
    const bool answers = std::holds_alternative<menus::Typed>(read.input);
    Walked walked = walk(world, sms.from, "sms:" + sms.id, std::move(read.state), read.input);
    flows::World flow{world.service, world.unit, world.random, world.now};
    if (const auto stage = stage_to_keep(walked))
        flows::keep_draft(flow, sms.from, walked.state, *stage);
    keep_sms_dialogue(world, sms, answers, walked);
    if (walked.screen.text.empty()) return TurnKind::fresh;
    if (said_enough(world, sms.from, walked.screen.text)) return TurnKind::unanswered;
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
