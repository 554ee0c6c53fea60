#pragma once

#include <optional>
#include <string>

#include "adapters/declared_description.hpp"

/// How a request proves where it comes from: `check` of a description.
namespace jangkau::adapters::declared {

/// Whether the expected value is made of the body.
[[nodiscard]] bool signs_the_body(const Template& expected);

/// Whether the channel has all the settings which that proof is made of.
[[nodiscard]] bool can_check(const Template& expected, const Settings& settings);
/// Whether it is made of a secret that nobody guesses.
[[nodiscard]] bool protects(const Template& expected, const Settings& settings);
[[nodiscard]] std::string proof(const Template& expected, const HttpRequest& request,
                                const Settings& settings);
/// What the request has at that place, in whichever of the description's formats it can be read.
[[nodiscard]] std::optional<std::string> given_at(const std::string& place,
                                                  const HttpRequest& request,
                                                  const Description& description);

}  // namespace jangkau::adapters::declared
