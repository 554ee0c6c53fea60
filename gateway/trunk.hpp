#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "adapters/aggregator.hpp"

namespace jangkau::gateway {

/// One channel as its provider reaches it: in that provider's words, with its signature.
struct Trunk {
    adapters::Settings channel;  ///< name, secret of the path, what the provider signs with
    std::shared_ptr<const adapters::Aggregator> aggregator;
    std::chrono::seconds repeat_window{2};  ///< of the channel
};

/// The channels that a phone uses: the one asked for, and the simulator for what that one has not.
struct Trunks {
    Trunk ussd;
    Trunk sms;
    Secret inbox_secret;             ///< of the simulator's path
    std::vector<std::string> notes;  ///< sentences for the person: what goes through the simulator
};

struct TrunkOptions {
    std::string channel = "simulator";
    std::string secret;   ///< of the channel's path; "" = as configured
    std::string adapter;  ///< "" = as configured, or the one called like the channel
    /// A configuration that knows the channel. "" = the usual places, where there is one: a phone
    /// also works without.
    std::string config;
    std::vector<std::string> set;  ///< "key.path=value" over it
};

/// Throws std::runtime_error with a sentence: no such adapter, or a configuration that was named
/// and cannot be read.
[[nodiscard]] Trunks trunks_of(const TrunkOptions& options);

}  // namespace jangkau::gateway
