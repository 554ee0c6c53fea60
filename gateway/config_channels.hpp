#pragma once

#include <map>
#include <string>

#include "gateway/config.hpp"
#include "menus/yaml.hpp"

namespace jangkau::gateway {

/// Reads the parts `channels` and `routes` of the configuration.
///
/// Ownership: borrows what it is given.
struct ChannelReader {
    const ConfigOptions& options;
    std::string folder;  ///< that other files are relative to
    Problems& problems;

    [[nodiscard]] std::map<std::string, ChannelConfig> read_channels(const Yaml& node);
    /// `plan` knows which prefixes an operator's name stands for.
    [[nodiscard]] Routes read_routes(const Yaml& node, const NumberPlan& plan);

private:
    [[nodiscard]] menus::Fields fields(const Yaml& node, const std::string& path);
    [[nodiscard]] ChannelConfig read_channel(const Yaml::Entry& entry);
    void read_adapter(menus::Fields& own, const Yaml::Entry& entry, ChannelConfig& channel);
    void read_next_keys(menus::Fields& own, ChannelConfig& channel);
    void read_description(menus::Fields& own, adapters::Settings& settings);
    [[nodiscard]] std::string value(menus::Fields& own, std::string_view key);
    [[nodiscard]] std::vector<std::string> prefixes(menus::Fields& own, int line,
                                                    const NumberPlan& plan);
};

/// Every channel's settings are good for its adapter, nobody can speak in a provider's name, and
/// routes name channels that send.
void prove_channels(const Config& config, const ConfigOptions& options, Problems& problems);

}  // namespace jangkau::gateway
