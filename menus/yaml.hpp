#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/core/yaml.hpp"

namespace jangkau::menus {

using jangkau::Yaml;
using Fields = YamlFields;

/// Parses one document. Broken syntax and a key that stands twice in one mapping are reported with
/// their line; then there is no value. Anchors and aliases are resolved, nesting is limited to
/// `kYamlDepthMax`.
[[nodiscard]] std::optional<Yaml> parse_yaml(std::string_view text, const std::string& file,
                                             Problems& problems);

inline constexpr int kYamlDepthMax = 32;

}  // namespace jangkau::menus
