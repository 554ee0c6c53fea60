#pragma once

#include <string>
#include <string_view>

namespace jangkau::sessions {

/// Of a piece as it is sealed, what all pieces of one SMS have alike: what its keyed index is made
/// from.
[[nodiscard]] std::string piece_group(std::string_view written);

}  // namespace jangkau::sessions
