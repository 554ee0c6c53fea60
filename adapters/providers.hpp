#pragma once

#include <memory>

#include "adapters/adapter.hpp"
#include "adapters/handset.hpp"

/// What each provider's file offers; `registry.cpp` names them.
namespace jangkau::adapters {

[[nodiscard]] Result<std::unique_ptr<Adapter>, BadSetting> make_africastalking(
    const Settings& settings, const NumberPlan& plan);
[[nodiscard]] std::unique_ptr<Handset> make_africastalking_handset();

[[nodiscard]] Result<std::unique_ptr<Adapter>, BadSetting> make_simulator(const Settings& settings,
                                                                          const NumberPlan& plan);
[[nodiscard]] std::unique_ptr<Handset> make_simulator_handset();

}  // namespace jangkau::adapters
