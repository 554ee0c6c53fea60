#pragma once

#include <string>

#include "tests/simulation/figures.hpp"
#include "tests/simulation/model.hpp"

namespace jangkau::simulation {

/// Lets a population register with the whole gateway as it is shipped, its store in `folder` (""
/// for the store that forgets). The same model gives the same figures.
[[nodiscard]] Figures simulate(const Model& model, const std::string& folder);

}  // namespace jangkau::simulation
