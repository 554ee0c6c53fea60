#pragma once

#include <iosfwd>

#include "gateway/config.hpp"

namespace jangkau::gateway {

/// `jangkau reload`: asks the gateway that runs on the configuration's data folder to read its
/// service anew. The gateway reads the configuration that it was started with; `options` only says
/// where it is. Exit code: 0 done, 1 refused with every problem, 2 no gateway could be asked.
int run_reload(const ConfigOptions& options, bool json, std::ostream& out, std::ostream& err);

}  // namespace jangkau::gateway
