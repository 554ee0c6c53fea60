#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <string_view>

#include "adapters/adapter.hpp"
#include "adapters/aggregator.hpp"

namespace jangkau::adapters {

using MakeAdapter = Result<std::unique_ptr<Adapter>, BadSetting> (*)(const Settings&,
                                                                     const NumberPlan&);
using MakeAggregator = std::unique_ptr<Aggregator> (*)(const Settings&);

/// One provider. `plan` given to `make` must outlive the adapter. `make_aggregator` needs no more
/// of the settings than what its provider signs with.
struct Entry {
    std::string_view name;
    MakeAdapter make;
    MakeAggregator make_aggregator;
    /// What it sends never leaves this process, so sending again repeats nothing.
    bool local = false;
    /// Settings of its own, beside those that all share. Values may be "${NAME}" or "file:PATH".
    std::span<const std::string_view> keys = {};
    /// The wire format stands in a file that the channel's key `description` names.
    bool described = false;
};

/// Sorted by name.
[[nodiscard]] std::span<const Entry> registry();
[[nodiscard]] const Entry* find(std::string_view name);

}  // namespace jangkau::adapters
