#pragma once

#include "adapters/declared_description.hpp"

namespace jangkau::adapters::declared {

/// What a provider's request says by its description.
[[nodiscard]] Result<std::vector<Inbound>, BadRequest> decoded(const Description& description,
                                                               const NumberPlan& plan,
                                                               Endpoint endpoint,
                                                               const HttpRequest& request);
/// One entry read from one message that fits it.
[[nodiscard]] Result<Inbound, BadRequest> decoded(const Incoming& described, const Message& message,
                                                  const NumberPlan& plan);

}  // namespace jangkau::adapters::declared
