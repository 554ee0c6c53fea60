#pragma once

#include <boost/json/fwd.hpp>

#include "gateway/core/calendar.hpp"
#include "menus/flows/service.hpp"
#include "sessions/store.hpp"

namespace jangkau::gateway {

/// What each agent did in a month of the service's zone, and what of it looks like padded lists:
/// agents are paid by the head and above a number of heads. Every mark says its reason; none proves
/// anything. Names no worker.
[[nodiscard]] boost::json::object fraud_report(sessions::Unit& unit, flows::World& world,
                                               Month month);

}  // namespace jangkau::gateway
