#pragma once

#include <memory>

#include "adapters/adapter.hpp"
#include "adapters/aggregator.hpp"

/// What each provider's file offers; `registry.cpp` names them.
namespace jangkau::adapters {

[[nodiscard]] Result<std::unique_ptr<Adapter>, BadSetting> make_africastalking(
    const Settings& settings, const NumberPlan& plan);
[[nodiscard]] std::unique_ptr<Aggregator> make_africastalking_aggregator(const Settings& settings);

[[nodiscard]] Result<std::unique_ptr<Adapter>, BadSetting> make_arkesel(const Settings& settings,
                                                                        const NumberPlan& plan);
[[nodiscard]] std::unique_ptr<Aggregator> make_arkesel_aggregator(const Settings& settings);

[[nodiscard]] Result<std::unique_ptr<Adapter>, BadSetting> make_beem(const Settings& settings,
                                                                     const NumberPlan& plan);
[[nodiscard]] std::unique_ptr<Aggregator> make_beem_aggregator(const Settings& settings);

[[nodiscard]] Result<std::unique_ptr<Adapter>, BadSetting> make_comviva(const Settings& settings,
                                                                        const NumberPlan& plan);
[[nodiscard]] std::unique_ptr<Aggregator> make_comviva_aggregator(const Settings& settings);

[[nodiscard]] Result<std::unique_ptr<Adapter>, BadSetting> make_declared(const Settings& settings,
                                                                         const NumberPlan& plan);
[[nodiscard]] std::unique_ptr<Aggregator> make_declared_aggregator(const Settings& settings);

[[nodiscard]] Result<std::unique_ptr<Adapter>, BadSetting> make_eight_by_eight(
    const Settings& settings, const NumberPlan& plan);
[[nodiscard]] std::unique_ptr<Aggregator> make_eight_by_eight_aggregator(const Settings& settings);

[[nodiscard]] Result<std::unique_ptr<Adapter>, BadSetting> make_hubtel(const Settings& settings,
                                                                       const NumberPlan& plan);
[[nodiscard]] std::unique_ptr<Aggregator> make_hubtel_aggregator(const Settings& settings);

[[nodiscard]] Result<std::unique_ptr<Adapter>, BadSetting> make_infobip(const Settings& settings,
                                                                        const NumberPlan& plan);
[[nodiscard]] std::unique_ptr<Aggregator> make_infobip_aggregator(const Settings& settings);

[[nodiscard]] Result<std::unique_ptr<Adapter>, BadSetting> make_jasmin(const Settings& settings,
                                                                       const NumberPlan& plan);
[[nodiscard]] std::unique_ptr<Aggregator> make_jasmin_aggregator(const Settings& settings);

[[nodiscard]] Result<std::unique_ptr<Adapter>, BadSetting> make_kannel(const Settings& settings,
                                                                       const NumberPlan& plan);
[[nodiscard]] std::unique_ptr<Aggregator> make_kannel_aggregator(const Settings& settings);

[[nodiscard]] Result<std::unique_ptr<Adapter>, BadSetting> make_nalo(const Settings& settings,
                                                                     const NumberPlan& plan);
[[nodiscard]] std::unique_ptr<Aggregator> make_nalo_aggregator(const Settings& settings);

[[nodiscard]] Result<std::unique_ptr<Adapter>, BadSetting> make_restcomm(const Settings& settings,
                                                                         const NumberPlan& plan);
[[nodiscard]] std::unique_ptr<Aggregator> make_restcomm_aggregator(const Settings& settings);

[[nodiscard]] Result<std::unique_ptr<Adapter>, BadSetting> make_simulator(const Settings& settings,
                                                                          const NumberPlan& plan);
[[nodiscard]] std::unique_ptr<Aggregator> make_simulator_aggregator(const Settings& settings);

[[nodiscard]] Result<std::unique_ptr<Adapter>, BadSetting> make_twilio(const Settings& settings,
                                                                       const NumberPlan& plan);
[[nodiscard]] std::unique_ptr<Aggregator> make_twilio_aggregator(const Settings& settings);

[[nodiscard]] Result<std::unique_ptr<Adapter>, BadSetting> make_vonage(const Settings& settings,
                                                                       const NumberPlan& plan);
[[nodiscard]] std::unique_ptr<Aggregator> make_vonage_aggregator(const Settings& settings);

}  // namespace jangkau::adapters
