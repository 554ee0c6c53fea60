#pragma once

#include <functional>
#include <memory>
#include <string>

#include "gateway/config.hpp"
#include "sessions/store.hpp"

namespace jangkau::gateway {

/// The store that the configuration names. `clock`: null = the system's; borrowed. `broken` as in
/// SqliteOptions.
[[nodiscard]] std::unique_ptr<sessions::Store> open_store(const Config& config,
                                                          const Clock* clock = nullptr,
                                                          std::function<void()> broken = {});
/// Where operators' commands reach the running gateway.
[[nodiscard]] std::string control_socket(const Config& config);

}  // namespace jangkau::gateway
