#pragma once

#include "gateway/config_values.hpp"
#include "menus/flows/service.hpp"

namespace jangkau::gateway {

/// The keys below `service` and below `referral`; what is wrong is told through the fields.
void read_settings(menus::Fields own, flows::Settings& settings);
void read_referral(menus::Fields own, flows::Settings& settings);

}  // namespace jangkau::gateway
