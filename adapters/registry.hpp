#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <string_view>

#include "adapters/adapter.hpp"
#include "adapters/handset.hpp"

namespace jangkau::adapters {

using MakeAdapter = Result<std::unique_ptr<Adapter>, BadSetting> (*)(const Settings&,
                                                                     const NumberPlan&);
using MakeHandset = std::unique_ptr<Handset> (*)();

/// One provider. `plan` given to `make` must outlive the adapter.
struct Entry {
    std::string_view name;
    MakeAdapter make;
    MakeHandset make_handset;
    bool local =
        false;  ///< what it sends never leaves this process, so sending again repeats nothing
    std::span<const std::string_view> keys =
        {};  ///< settings of its own, beside those that all share
};

/// Sorted by name.
[[nodiscard]] std::span<const Entry> registry();
[[nodiscard]] const Entry* find(std::string_view name);

}  // namespace jangkau::adapters
