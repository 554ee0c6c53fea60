#include "gateway/inbound.hpp"

#include <algorithm>

#include "adapters/registry.hpp"
#include "gateway/core/check.hpp"
#include "gateway/core/fault.hpp"
#include "gateway/core/form.hpp"
#include "gateway/pieces.hpp"
#include "menus/step.hpp"

namespace jangkau::gateway {
namespace {

using namespace std::chrono_literals;

constexpr auto kStoreAnswerMax = 10s;

/// "/ussd/x/y" -> "ussd", decoded, leaving "/x/y".
std::string take_segment(std::string_view& path) {
    if (path.starts_with('/')) path.remove_prefix(1);
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    return percent_decode(segment, false);
}

/// Both are compared, so that the time does not tell which one it was.
bool knows_secret(const ChannelConfig& channel, const std::string& given) {
    const bool now = channel.settings.secret.equals(given);
    const bool before = channel.secret_before.equals(given);
    return now || before;
}

HttpResponse wait_a_second() {
    HttpResponse response = plain_text(429, "too many requests\n");
    response.headers.emplace_back("Retry-After", "1");
    return response;
}

std::set<std::string, std::less<>> local_channels(const Config& config) {
    std::set<std::string, std::less<>> names;
    for (const auto& [name, channel] : config.channels)
        if (adapters::find(channel.adapter)->local) names.insert(name);
    return names;
}

}  // namespace

struct Inbound::Channel {
    std::string name;
    const ChannelConfig& config;
    bool local;
    std::unique_ptr<adapters::Adapter> adapter;
    std::unique_ptr<adapters::Adapter> next;  ///< with the keys to come; null = none
    mutable RateLimit limit;                  ///< of the channel as a whole; io thread only
    Metrics::Counter& refused;
    Metrics::Counter& fresh;
    Metrics::Counter& repeated;
    Metrics::Counter& foreign;
    Metrics::Counter& busy;
    Metrics::Counter& stored;
    Metrics::Histogram& seconds;
};

struct Inbound::Route {
    const Channel* channel = nullptr;
    adapters::Endpoint endpoint = adapters::Endpoint::ussd;
    std::string rest;
    int refusal = 0;  ///< HTTP status, 0 = welcome
};

Inbound::Inbound(Parts parts)
    : parts_(std::move(parts)),
      plan_(parts_.services.current()->plan),
      guard_(parts_.config.phones),
      by_address_(parts_.config.addresses.requests_per_second,
                  parts_.config.addresses.addresses_max),
      inbox_(parts_.store, local_channels(parts_.config), plan_, std::move(parts_.after)) {
    for (const auto& [name, config] : parts_.config.channels) {
        const adapters::Entry* entry = adapters::find(config.adapter);
        auto adapter = entry->make(config.settings, plan_);
        check(adapter.has_value(), "load_config proves every channel's settings");
        std::unique_ptr<adapters::Adapter> next;
        if (config.next) {
            auto made = entry->make(*config.next, plan_);
            check(made.has_value(), "load_config proves every channel's next keys");
            next = std::move(*made);
        }
        const auto turns = [&, &name = name](const char* result) -> Metrics::Counter& {
            return parts_.metrics.counter("jangkau_ussd_turns_total",
                                          "USSD turns by channel and result",
                                          {{"channel", name}, {"result", result}});
        };
        channels_[name] = std::unique_ptr<Channel>(new Channel{
            name, config, entry->local, std::move(*adapter), std::move(next),
            RateLimit(config.requests_per_second, 1),
            parts_.metrics.counter("jangkau_requests_refused_total",
                                   "Callbacks refused before a turn", {{"channel", name}}),
            turns("fresh"), turns("repeated"), turns("foreign"), turns("busy"),
            parts_.metrics.counter("jangkau_notices_total", "SMS, reports and notices taken in",
                                   {{"channel", name}}),
            parts_.metrics.seconds("jangkau_ussd_turn_seconds", "From request to committed answer",
                                   {{"channel", name}})});
    }
}

Inbound::~Inbound() = default;

const adapters::Adapter& Inbound::adapter(const std::string& channel) const {
    return *channels_.at(channel)->adapter;
}

Inbound::Route Inbound::find(const HttpRequest& request) const {
    Route route;
    // Cut before it is decoded: a secret may have a slash.
    std::string_view path = request.path;
    const std::string kind = take_segment(path);
    if (kind == "ussd")
        route.endpoint = adapters::Endpoint::ussd;
    else if (kind == "sms")
        route.endpoint = adapters::Endpoint::sms;
    else if (kind == "dlr")
        route.endpoint = adapters::Endpoint::report;
    else
        return route.refusal = 404, route;
    const auto at = channels_.find(take_segment(path));
    if (at == channels_.end()) return route.refusal = 404, route;
    const Channel& channel = *at->second;
    if (!address_allowed(request.peer, channel.config.allow)) return route.refusal = 403, route;
    // A wrong secret looks like a channel that does not exist.
    const Secret& secret = channel.config.settings.secret;
    if (!secret.empty() && !knows_secret(channel.config, take_segment(path))) {
        log::info("wrong_secret", {{"channel", channel.name}});
        return route.refusal = 404, route;
    }
    route.channel = &channel;
    route.rest = percent_decode(path, false);
    return route;
}

void Inbound::count_refusal() {
    parts_.metrics
        .counter("jangkau_requests_refused_total", "Callbacks refused before a turn",
                 {{"channel", ""}})
        .add();
}

Pending Inbound::at_once(HttpResponse response, const Respond& respond) {
    respond(std::move(response));
    return {};
}

/// What one set of the channel's keys proves is enough.
std::optional<std::string> Inbound::forged(const Channel& channel,
                                           const HttpRequest& request) const {
    const Time now = parts_.clock.now();
    auto why = channel.adapter->forged(request, now);
    if (!channel.next) return why;
    const auto why_next = channel.next->forged(request, now);
    return why_next ? why : std::nullopt;
}

/// Puts the caller's own address into the request, and says who has to wait or to leave.
std::optional<HttpResponse> Inbound::hold_back(HttpRequest& request) {
    static const Networks kThisMachine{"127.0.0.0/8", "::1"};
    auto caller = caller_of(request.peer, request.headers, parts_.config.proxies);
    if (!caller) {
        log::warning("caller_unknown", {{"proxy", request.peer}});
        return plain_text(400, "the proxy does not say who asks\n");
    }
    request.peer = std::move(*caller);
    const auto now = std::chrono::steady_clock::now();
    if (kThisMachine.contains(request.peer) || by_address_.take(network_of(request.peer), now))
        return std::nullopt;
    return wait_a_second();
}

Pending Inbound::handle(HttpRequest request, Respond respond) {
    if (auto held = hold_back(request)) {
        count_refusal();
        return at_once(std::move(*held), respond);
    }
    const Route route = find(request);
    if (route.refusal) {
        count_refusal();
        return at_once(
            plain_text(route.refusal,
                       route.refusal == 403 ? "this address may not call\n" : "no such channel\n"),
            respond);
    }
    const Channel& channel = *route.channel;
    if (channel.local && route.endpoint == adapters::Endpoint::sms && route.rest == "/inbox")
        return inbox_.handle(request, respond);

    request.target = route.rest;
    if (const auto why = forged(channel, request)) {
        channel.refused.add();
        log::warning("request_forged", {{"channel", channel.name}, {"why", *why}});
        return at_once(plain_text(401, "not signed as this channel's provider signs\n"), respond);
    }
    // After the proof: a stranger must not use up what the provider may ask.
    if (!channel.limit.take("", std::chrono::steady_clock::now())) {
        channel.refused.add();
        return at_once(wait_a_second(), respond);
    }
    auto items = channel.adapter->decode(route.endpoint, request);
    if (!items) {
        channel.refused.add();
        log::info("request_refused", {{"channel", channel.name},
                                      {"field", items.error().field},
                                      {"why", items.error().why}});
        return at_once(channel.adapter->refuse(items.error(), request), respond);
    }
    if (items->size() == 1)
        if (auto* turn = std::get_if<adapters::UssdTurn>(&items->front()))
            return ussd(channel, std::move(*turn), std::move(request), std::move(respond));
    return stored(channel, std::move(*items), respond);
}

/// A dialogue goes on with the service that it began with. Only while an older one is kept is it
/// worth a look into the store.
Services::Handle Inbound::service_for(sessions::Unit& unit, const Channel& channel,
                                      const adapters::UssdTurn& turn) {
    Services& services = parts_.services;
    if (turn.first || !services.older()) return services.current();
    const auto session = unit.session(channel.name, turn.session);
    if (!session || session->ended || session->msisdn != turn.from) return services.current();
    const auto state = menus::decode_state(session->state);
    return state ? services.with_revision(state->revision, parts_.clock.now()) : services.current();
}

/// One USSD request until it is answered: what its job and what follows the commit share. The job
/// may run again: it sets `result` and `revision` anew.
struct Inbound::Exchange {
    const adapters::UssdTurn turn;
    const HttpRequest request;
    const Respond respond;
    JobGuard guard;
    const std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
    TurnResult result{};
    std::uint32_t revision = 0;  ///< of the service that took the turn
};

HttpResponse Inbound::busy(const Channel& channel, const HttpRequest& request) const {
    return channel.adapter->encode(busy_reply(*parts_.services.current(), "", parts_.clock.now()),
                                   request);
}

Pending Inbound::ussd(const Channel& channel, adapters::UssdTurn turn, HttpRequest request,
                      Respond respond) {
    const auto exchange = std::make_shared<Exchange>(
        Exchange{std::move(turn), std::move(request), std::move(respond), JobGuard(guard_)});
    const auto job = [this, &channel, exchange](sessions::Unit& unit) {
        exchange->result = take(unit, channel, *exchange);
    };
    const auto done = [this, &channel, exchange](const std::exception_ptr& fault) {
        if (!fault) return answer(channel, *exchange);
        channel.busy.add();
        log::error(
            "turn_failed",
            {{"channel", channel.name}, {"from", exchange->turn.from}, {"why", what(fault)}});
        exchange->respond(busy(channel, exchange->request));
    };
    try {
        parts_.store.submit(job, done);
    } catch (const sessions::StoreBusy&) {
        channel.busy.add();
        exchange->respond(busy(channel, exchange->request));
    }
    return {channel.config.turn_ms_max,
            [this, &channel, exchange] { return busy(channel, exchange->request); }};
}

TurnResult Inbound::take(sessions::Unit& unit, const Channel& channel, Exchange& exchange) {
    const auto service = service_for(unit, channel, exchange.turn);
    exchange.revision = service->menu.revision;
    TurnWorld world{unit,
                    *service,
                    parts_.random,
                    parts_.clock.now(),
                    channel.name,
                    channel.config.screen_units,
                    channel.config.repeat_window,
                    channel.config.session_max,
                    &exchange.guard};
    return take_ussd(world, exchange.turn);
}

/// The step is on disk.
void Inbound::answer(const Channel& channel, const Exchange& exchange) {
    const adapters::UssdTurn& turn = exchange.turn;
    const TurnResult& result = exchange.result;
    const bool fresh = result.kind == TurnKind::fresh;
    if (result.kind == TurnKind::limited) count_limited("dials", turn.from);
    (fresh                               ? channel.fresh
     : result.kind == TurnKind::repeated ? channel.repeated
                                         : channel.foreign)
        .add();
    const auto passed = std::chrono::steady_clock::now() - exchange.began;
    if (fresh && result.reply.end && passed >= channel.config.turn_ms_max)
        follow_by_sms(turn.from, result.reply.text);
    if (fresh) count_dialogue(channel, turn, exchange.revision, result.reply.end);
    exchange.respond(channel.adapter->encode(result.reply, exchange.request));
    channel.seconds.observe(std::chrono::duration<double>(passed).count());
    log::debug("ussd_turn", {{"channel", channel.name},
                             {"from", turn.from},
                             {"state", result.node},
                             {"end", result.reply.end ? "yes" : "no"}});
    if (fresh) parts_.committed();
}

/// The worker was told that we are busy, and yet his last step is on disk: how it ended follows by
/// SMS. (Where the dialogue goes on, the next dial opens on its question.)
void Inbound::follow_by_sms(const Msisdn& to, const std::string& text) {
    const auto job = [to, text](sessions::Unit& unit) {
        unit.send({to, text, flows::Lane::answer, "", "", std::nullopt});
    };
    const auto done = [this](const std::exception_ptr& fault) {
        if (fault) return log::error("late_result_not_sent");
        parts_.committed();
    };
    try {
        parts_.store.submit(job, done);
    } catch (const sessions::StoreBusy&) {
        log::error("late_result_not_sent");
    }
}

void Inbound::count_limited(std::string_view limit, const Msisdn& phone) {
    parts_.metrics
        .counter("jangkau_limited_total", "What was beyond a limit of phones or SMS",
                 {{"limit", std::string(limit)}})
        .add();
    log::info("phone_limited", {{"from", phone}, {"limit", limit}});
}

void Inbound::count_dialogue(const Channel& channel, const adapters::UssdTurn& turn,
                             std::uint32_t revision, bool end) {
    OpenDialogues& dialogues = parts_.services.dialogues();
    if (end)
        dialogues.ended(channel.name, turn.session);
    else
        dialogues.turn(channel.name, turn.session, revision, parts_.clock.now());
}

/// One item of a provider's request, in a transaction of its own.
TurnKind Inbound::take(sessions::Unit& unit, const Channel& channel, JobGuard& guard,
                       const adapters::Inbound& item) {
    const Time now = parts_.clock.now();
    const auto service = parts_.services.current();
    TurnWorld world{unit, *service, parts_.random, now, channel.name, channel.config.screen_units};
    world.guard = &guard;
    if (const auto* sms = std::get_if<adapters::SmsIn>(&item)) {
        if (const auto whole = joined(world, *sms)) return take_sms(world, *whole);
    } else if (const auto* ended = std::get_if<adapters::UssdEnded>(&item)) {
        end_session(world, *ended);
        parts_.services.dialogues().ended(channel.name, ended->session);
    } else if (const auto* report = std::get_if<adapters::DeliveryReport>(&item)) {
        static constexpr sessions::Delivery kStates[] = {
            sessions::Delivery::sent, sessions::Delivery::delivered, sessions::Delivery::failed,
            sessions::Delivery::expired};
        unit.report({channel.name, report->id, kStates[static_cast<std::size_t>(report->state)],
                     report->reason, report->key},
                    now);
    } else if (const auto* out = std::get_if<adapters::OptOut>(&item)) {
        auto person = unit.person(out->from).value_or(flows::Person{.msisdn = out->from});
        person.opted_out = true;
        unit.put(person);
    }
    return TurnKind::fresh;
}

/// What became of the items of one request; store's thread only.
struct Inbound::Batch {
    std::vector<adapters::Inbound> items;
    std::size_t left = 0;
    std::size_t lost = 0;
    Respond respond;
};

Pending Inbound::stored(const Channel& channel, std::vector<adapters::Inbound> items,
                        const Respond& respond) {
    // Providers send again what is not acknowledged, so "later" is the honest answer to a failure.
    // What was stored of the request is known when it comes again.
    static const HttpResponse later = plain_text(503, "not stored; send again later\n");
    log_ignored(channel, items);
    std::erase_if(items, [](const adapters::Inbound& item) {
        return std::holds_alternative<adapters::Ignored>(item);
    });
    if (items.empty()) return at_once(channel.adapter->acknowledge(), respond);
    const std::size_t count = items.size();
    const auto batch = std::make_shared<Batch>(Batch{std::move(items), count, 0, respond});
    struct Taken {
        JobGuard guard;
        TurnKind kind = TurnKind::fresh;  // of the job's last run
    };
    for (const adapters::Inbound& item : batch->items) {
        const auto taken = std::make_shared<Taken>(Taken{JobGuard(guard_)});
        const auto job = [this, &channel, batch, &item, taken](sessions::Unit& unit) {
            taken->kind = take(unit, channel, taken->guard, item);
        };
        const auto done = [this, &channel, batch, &item, taken](const std::exception_ptr& fault) {
            if (fault) {
                ++batch->lost;
                log::error("notice_failed", {{"channel", channel.name}, {"why", what(fault)}});
            } else if (const auto* sms = std::get_if<adapters::SmsIn>(&item)) {
                if (taken->kind == TurnKind::limited) count_limited("sms", sms->from);
                if (taken->kind == TurnKind::unanswered) count_limited("same_answers", sms->from);
            }
            if (--batch->left > 0) return;
            batch->respond(batch->lost > 0 ? later : channel.adapter->acknowledge());
            channel.stored.add();
            parts_.committed();
        };
        try {
            parts_.store.submit(job, done);
        } catch (const sessions::StoreBusy&) {
            // Those before it go on; nobody waits for them.
            respond(later);
            break;
        }
    }
    return {kStoreAnswerMax, always(later)};
}

void Inbound::log_ignored(const Channel& channel, const std::vector<adapters::Inbound>& items) {
    std::size_t count = 0;
    std::string why;
    for (const adapters::Inbound& item : items)
        if (const auto* ignored = std::get_if<adapters::Ignored>(&item)) {
            if (++count == 1) why = ignored->why;
        }
    if (count > 0)
        log::info("notice_ignored", {{"channel", channel.name},
                                     {"why", why},
                                     {"count", static_cast<unsigned long>(count)}});
}

}  // namespace jangkau::gateway
