#include "gateway/trunk.hpp"

#include <map>
#include <stdexcept>

#include "adapters/registry.hpp"
#include "gateway/config.hpp"

namespace jangkau::gateway {
namespace {

using Channels = std::map<std::string, ChannelConfig>;

constexpr std::string_view kSimulator = "simulator";

Channels configured(const TrunkOptions& options) {
    Problems problems;
    ConfigOptions where;
    where.file = find_config_file(options.config);
    where.set = options.set;
    auto channels = load_channels(where, problems);
    if (channels) return std::move(*channels);
    if (options.config.empty() && options.set.empty()) return {};
    std::string all;
    for (const Problem& problem : problems) all += (all.empty() ? "" : "\n") + written(problem);
    throw std::runtime_error(all);
}

const adapters::Entry& entry_of(const std::string& adapter) {
    if (const auto* entry = adapters::find(adapter)) return *entry;
    std::vector<std::string> known;
    std::string list;
    for (const auto& entry : adapters::registry())
        list += (list.empty() ? "" : ", ") + known.emplace_back(entry.name);
    throw std::runtime_error("no adapter is called '" + adapter + "'" +
                             did_you_mean(adapter, known) + "; there are " + list);
}

[[noreturn]] void unknown(const Channels& channels, const std::string& name) {
    std::vector<std::string> known;
    for (const auto& [channel, config] : channels) known.push_back(channel);
    throw std::runtime_error("the configuration has no channel '" + name + "'" +
                             did_you_mean(name, known) +
                             "; --config names another configuration, --adapter the wire format");
}

Trunk trunk_of(const Channels& channels, const std::string& name, const std::string& adapter,
               const std::string& secret) {
    Trunk trunk;
    trunk.channel.channel = name;
    std::string format = name;
    if (const auto at = channels.find(name); at != channels.end()) {
        trunk.channel = at->second.settings;
        trunk.repeat_window = at->second.repeat_window;
        format = at->second.adapter;
    }
    if (!adapter.empty()) format = adapter;
    if (!adapters::find(format) && adapter.empty() && !channels.empty()) unknown(channels, name);
    if (!secret.empty()) trunk.channel.secret = Secret(secret);
    trunk.aggregator = entry_of(format).make_aggregator(trunk.channel);
    return trunk;
}

bool has_ussd(const adapters::Aggregator& aggregator) {
    return !aggregator.hop({"s", "+6281234500001", "*1#", {}, ""}).method.empty();
}
bool has_sms(const adapters::Aggregator& aggregator) {
    return !aggregator.sms({"m", "+6281234500001", "1", "A"}).method.empty();
}

}  // namespace

Trunks trunks_of(const TrunkOptions& options) {
    const Channels channels = configured(options);
    const Trunk asked = trunk_of(channels, options.channel, options.adapter, options.secret);
    const bool is_simulator = options.channel == kSimulator;
    const Trunk simulator =
        is_simulator ? asked : trunk_of(channels, std::string(kSimulator), "", "");
    Trunks trunks{asked, asked, simulator.channel.secret, {}};
    if (!has_ussd(*asked.aggregator)) {
        trunks.ussd = simulator;
        trunks.notes.push_back(options.channel +
                               " has no USSD: codes are dialled through simulator");
    }
    if (!has_sms(*asked.aggregator)) {
        trunks.sms = simulator;
        trunks.notes.push_back(options.channel + " takes no SMS: they are sent through simulator");
    }
    return trunks;
}

}  // namespace jangkau::gateway
