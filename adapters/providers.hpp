#pragma once

#include <memory>

#include "adapters/adapter.hpp"
#include "adapters/aggregator.hpp"

/// What each provider's file offers; `registry.cpp` names them.
namespace jangkau::adapters {

[[nodiscard]] Result<std::unique_ptr<Adapter>, BadSetting> make_africastalking(
    const Settings& settings, const NumberPlan& plan);
[[nodiscard]] std::unique_ptr<Aggregator> make_africastalking_aggregator(const Settings& settings);

[[nodiscard]] Result<std::unique_ptr<Adapter>, BadSetting> make_declared(const Settings& settings,
                                                                         const NumberPlan& plan);
[[nodiscard]] std::unique_ptr<Aggregator> make_declared_aggregator(const Settings& settings);

[[nodiscard]] Result<std::unique_ptr<Adapter>, BadSetting> make_restcomm(const Settings& settings,
                                                                         const NumberPlan& plan);
[[nodiscard]] std::unique_ptr<Aggregator> make_restcomm_aggregator(const Settings& settings);

[[nodiscard]] Result<std::unique_ptr<Adapter>, BadSetting> make_simulator(const Settings& settings,
                                                                          const NumberPlan& plan);
[[nodiscard]] std::unique_ptr<Aggregator> make_simulator_aggregator(const Settings& settings);

}  // namespace jangkau::adapters
