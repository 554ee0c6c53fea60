#include "gateway/config_channels.hpp"

#include <algorithm>
#include <utility>

#include "adapters/registry.hpp"
#include "gateway/config_values.hpp"

namespace jangkau::gateway {
namespace {

using menus::Fields;
using namespace std::chrono_literals;

bool valid_name(const std::string& name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    });
}

bool all_digits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Fields ChannelReader::fields(const Yaml& node, const std::string& path) {
    return {node, options.file, path, problems};
}

std::map<std::string, ChannelConfig> ChannelReader::read_channels(const Yaml& node) {
    std::map<std::string, ChannelConfig> channels;
    for (const auto& entry : node.entries) channels[entry.key] = read_channel(entry);
    return channels;
}

ChannelConfig ChannelReader::read_channel(const Yaml::Entry& entry) {
    Fields own = fields(entry.value, "channels/" + entry.key);
    ChannelConfig channel;
    channel.adapter = own.text_or("adapter", entry.key);
    adapters::Settings& s = channel.settings;
    s.channel = entry.key;
    s.api_base = value(own, "api_base");
    s.public_url = value(own, "public_url");
    s.username = value(own, "username");
    s.sender = value(own, "sender");
    s.password = Secret(value(own, "password"));
    s.api_key = Secret(value(own, "api_key"));
    s.auth_token = Secret(value(own, "auth_token"));
    s.secret = Secret(value(own, "secret"));
    if (Secret next{value(own, "secret_next")}; !next.empty())
        channel.secret_before = std::exchange(s.secret, next);
    for (const std::string& network : own.texts("allow"))
        if (!channel.allow.add(network))
            own.complain(entry.line, "allow",
                         "'" + network + "' is no address and no network such as 10.1.0.0/16");
    channel.screen_units = read_size(own, "screen_units", channel.screen_units, 40, 182);
    channel.turn_ms_max =
        read_duration<std::chrono::milliseconds>(own, "turn_max", channel.turn_ms_max, 100ms);
    channel.repeat_window =
        read_duration<std::chrono::seconds>(own, "repeat_window", channel.repeat_window);
    channel.session_max =
        read_duration<std::chrono::seconds>(own, "session_max", channel.session_max, 0s);
    channel.send.per_second = static_cast<double>(read_size(
        own, "per_second", static_cast<std::size_t>(channel.send.per_second), 0, 100'000));
    channel.send.in_flight_max =
        read_size(own, "in_flight_max", channel.send.in_flight_max, 1, 1000);
    channel.requests_per_second =
        read_size(own, "requests_per_second", channel.requests_per_second, 0, 1'000'000);
    if (!valid_name(entry.key))
        own.complain(entry.line, "",
                     "a channel's name has letters, digits, '-' and '_' only: it stands in the "
                     "path");
    read_adapter(own, entry, channel);
    read_next_keys(own, channel);
    own.finish();
    return channel;
}

/// A key that a caller proves is changed without a gap: for a while the old set and the new one
/// both count.
void ChannelReader::read_next_keys(Fields& own, ChannelConfig& channel) {
    adapters::Settings next = channel.settings;
    bool any = false;
    const auto take = [&](const char* key, auto put) {
        std::string text = value(own, key);
        if (text.empty()) return;
        any = true;
        put(std::move(text));
    };
    take("username_next", [&](std::string text) { next.username = std::move(text); });
    take("password_next", [&](std::string text) { next.password = Secret(std::move(text)); });
    take("api_key_next", [&](std::string text) { next.api_key = Secret(std::move(text)); });
    take("auth_token_next", [&](std::string text) { next.auth_token = Secret(std::move(text)); });
    if (next.more.contains("signing_key"))
        take("signing_key_next",
             [&](std::string text) { next.more["signing_key"] = std::move(text); });
    if (any) channel.next = std::move(next);
}

void ChannelReader::read_adapter(Fields& own, const Yaml::Entry& entry, ChannelConfig& channel) {
    if (const adapters::Entry* adapter = adapters::find(channel.adapter)) {
        for (const std::string_view key : adapter->keys)
            if (auto text = value(own, key); !text.empty())
                channel.settings.more[std::string(key)] = std::move(text);
        if (adapter->described) read_description(own, channel.settings);
        return;
    }
    std::vector<std::string> known;
    for (const adapters::Entry& a : adapters::registry()) known.emplace_back(a.name);
    own.complain(entry.line, "adapter",
                 "no adapter '" + channel.adapter + "'" + did_you_mean(channel.adapter, known));
}

void ChannelReader::read_description(Fields& own, adapters::Settings& settings) {
    const std::string name = own.required("description");
    if (name.empty()) return;
    settings.description_file = below(folder, name);
    const auto text = read_file(settings.description_file);
    if (!text)
        return own.complain(own.line(), "description",
                            "cannot read the file '" + settings.description_file + "'");
    if (auto tree = menus::parse_yaml(*text, settings.description_file, problems))
        settings.description = std::make_shared<const Yaml>(std::move(*tree));
}

/// A value that may be "${NAME}", "${NAME:-default}" or "file:PATH".
std::string ChannelReader::value(Fields& own, std::string_view key) {
    const auto text = own.text(key);
    if (!text) return {};
    return expand_value(*text, folder, options.secrets_needed,
                        [&](std::string what) { own.complain(own.line(), key, std::move(what)); });
}

Routes ChannelReader::read_routes(const Yaml& node, const NumberPlan& plan) {
    Routes routes;
    Fields own = fields(node, "routes");
    routes.otherwise = own.texts("default");
    for (const auto& entry : node.entries) {
        if (entry.key == "default") continue;
        const Yaml* one = own.mapping(entry.key);
        if (!one) continue;
        Fields route = fields(*one, "routes/" + entry.key);
        routes.routes.push_back(
            {entry.key, prefixes(route, entry.line, plan), route.texts("channels")});
        route.finish();
    }
    own.finish();
    return routes;
}

/// "Telkomsel", "+62811" or "0811" as digits of E.164.
std::vector<std::string> ChannelReader::prefixes(Fields& own, int line, const NumberPlan& plan) {
    std::vector<std::string> found;
    std::vector<std::string> names;
    for (const NumberPlan::Operator& one : plan.operators) names.push_back(one.name);
    for (std::string text : own.texts("to")) {
        const auto at = std::find(names.begin(), names.end(), text);
        if (at != names.end()) {
            for (const std::string& prefix :
                 plan.operators[static_cast<std::size_t>(at - names.begin())].prefixes)
                found.push_back(plan.country_code + prefix);
            continue;
        }
        const std::string written = text;
        // Bare digits might be either, and the wrong guess would send nothing.
        bool marked = true;
        if (text.starts_with('+'))
            text.erase(0, 1);
        else if (text.starts_with(plan.trunk_prefix))
            text.replace(0, plan.trunk_prefix.size(), plan.country_code);
        else
            marked = false;
        if (marked && all_digits(text))
            found.push_back(std::move(text));
        else
            own.complain(line, "to",
                         "'" + written +
                             "' is no operator of the numbers' file and no prefix such "
                             "as +62811" +
                             did_you_mean(written, names));
    }
    if (found.empty()) own.complain(line, "to", "needs an operator or a prefix");
    return found;
}

namespace {

/// What is asked of one configuration's channels and routes.
class ChannelProof {
public:
    ChannelProof(const Config& config, const ConfigOptions& options, Problems& problems)
        : config_(config), options_(options), problems_(problems) {
        for (const auto& [name, channel] : config_.channels) names_.push_back(name);
    }

    void run() {
        for (const auto& [name, channel] : config_.channels) prove(name, channel);
        prove_route("routes/default", config_.routes.otherwise);
        for (const Routes::Route& route : config_.routes.routes)
            prove_route("routes/" + route.name, route.channels);
        prove_prefixes();
    }

private:
    void complain(const std::string& path, std::string what) {
        problems_.push_back({options_.file, 0, path, std::move(what)});
    }

    void prove(const std::string& name, const ChannelConfig& channel) {
        const adapters::Entry* entry = adapters::find(channel.adapter);
        if (!entry) return;
        const adapters::Settings& settings = channel.settings;
        if (!settings.description && !settings.description_file.empty()) return;  // told already
        const NumberPlan plan;
        const auto made = entry->make(channel.settings, plan);
        if (!made) {
            const adapters::BadSetting& bad = made.error();
            problems_.insert(problems_.end(), bad.in_description.begin(), bad.in_description.end());
            if (bad.in_description.empty() && options_.secrets_needed)
                complain("channels/" + name + "/" + bad.key, bad.why);
            return;
        }
        const adapters::Abilities can = (*made)->abilities();
        if (channel.next) prove_next(name, *entry, *channel.next, can.proves_sender);
        if (can.send) senders_.push_back(name);
        // On an open address anybody could speak in a worker's name.
        const bool closed =
            !channel.settings.secret.empty() || !channel.allow.empty() || can.proves_sender;
        if (!on_loopback() && !closed)
            complain("channels/" + name,
                     "is reachable from outside (" + way_in() +
                         ") and has no signature, no secret and no allow-list; give it one or "
                         "remove it");
    }

    /// The new keys are as good as the old.
    void prove_next(const std::string& name, const adapters::Entry& entry,
                    const adapters::Settings& next, bool proves_sender) {
        const NumberPlan plan;
        const auto made = entry.make(next, plan);
        if (!made) {
            if (options_.secrets_needed)
                complain("channels/" + name + "/" + made.error().key + "_next", made.error().why);
        } else if (proves_sender && !(*made)->abilities().proves_sender) {
            complain("channels/" + name,
                     "a key whose name ends in _next is too short to prove who sends");
        }
    }

    void prove_prefixes() {
        std::map<std::string, std::string> owners;
        for (const Routes::Route& route : config_.routes.routes)
            for (const std::string& prefix : route.prefixes) {
                const auto [at, fresh] = owners.emplace(prefix, route.name);
                if (!fresh)
                    complain("routes/" + route.name, "the prefix +" + prefix +
                                                         " is already that of the route '" +
                                                         at->second + "'");
            }
    }

    [[nodiscard]] std::string way_in() const {
        return config_.proxies.trusted.empty() ? "listen: " + config_.listen : "trusted_proxies";
    }

    /// Nobody but this machine reaches us, nor through a proxy on it.
    [[nodiscard]] bool on_loopback() const {
        if (!config_.proxies.trusted.empty()) return false;
        std::string host, port;
        return split_address(config_.listen, host, port) &&
               (host == "localhost" || host == "::1" || host.starts_with("127."));
    }

    void prove_route(const std::string& path, const std::vector<std::string>& channels) {
        if (channels.empty()) complain(path, "needs at least one channel to send through");
        for (const std::string& channel : channels) {
            if (std::count(channels.begin(), channels.end(), channel) > 1)
                complain(path, "has the channel '" + channel + "' twice");
            if (std::find(names_.begin(), names_.end(), channel) == names_.end())
                complain(path, "no channel '" + channel + "'" + did_you_mean(channel, names_));
            else if (options_.secrets_needed &&
                     std::find(senders_.begin(), senders_.end(), channel) == senders_.end())
                complain(path, "the channel '" + channel +
                                   "' cannot send SMS: its provider has none, or its keys for "
                                   "sending are not set");
        }
    }

    const Config& config_;
    const ConfigOptions& options_;
    Problems& problems_;
    std::vector<std::string> names_;
    std::vector<std::string> senders_;
};

}  // namespace

void prove_channels(const Config& config, const ConfigOptions& options, Problems& problems) {
    ChannelProof(config, options, problems).run();
}

}  // namespace jangkau::gateway
