#pragma once

#include "gateway/config.hpp"
#include "sessions/key_source.hpp"

namespace jangkau::gateway {

/// Where the keys come from: `store.key` (the environment), else `store.key_file`, else the
/// credential `jangkau-key` that systemd has handed over, else the file that the store itself
/// makes. Throws std::runtime_error with a sentence for the operator.
[[nodiscard]] sessions::KeySource key_source(const StoreConfig& store);

/// No core dump of this process, and no debugger of its user's: both would show the keys.
void forbid_core_dumps();

}  // namespace jangkau::gateway
