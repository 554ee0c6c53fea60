#pragma once

#include <sys/types.h>

#include <string>

namespace jangkau::gateway {

/// "budi", or "uid 1001" where nobody has that name.
[[nodiscard]] std::string user_name(::uid_t user);

}  // namespace jangkau::gateway
