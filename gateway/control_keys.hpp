#pragma once

#include "gateway/core/http.hpp"
#include "sessions/store.hpp"

namespace jangkau::gateway {

/// The part of control.hpp below /keys:
///
///   GET  /keys            {"kept_in":"..","keys":[{"id":..,"current":bool,"left":..,"ageing":..}]}
///
///   POST /keys/rotate     makes a new current key; the same answer
///
///   POST /keys/drop?id=N  forgets an old key that nothing needs; the same answer
[[nodiscard]] HttpResponse control_keys(sessions::Unit& unit, const HttpRequest& request);

}  // namespace jangkau::gateway
