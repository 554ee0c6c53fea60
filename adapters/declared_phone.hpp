#pragma once

#include <memory>

#include "adapters/aggregator.hpp"
#include "adapters/declared_description.hpp"

/// The provider's side of a description: the same places and templates, read backwards.
namespace jangkau::adapters::declared {

[[nodiscard]] std::unique_ptr<Aggregator> make_declared_phone(const Settings& settings,
                                                              Description description);

}  // namespace jangkau::adapters::declared
