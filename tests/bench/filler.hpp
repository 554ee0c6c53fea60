#pragma once

#include <cstdint>
#include <string>

#include "tests/bench/dialogue.hpp"

namespace jangkau::bench {

/// Where a filled dialogue stands: the name was typed, the place is asked; no ticket yet.
inline constexpr std::size_t kLiveHop = 4;

/// Puts workers 0 to `dialogues` - 1 of `dialogue`, each at hop kLiveHop with his consent, draft
/// and reminder, and `enrollments` of other phones into a new store in `folder`, sealed as shipped.
/// What a dialogue holds was walked by the gateway itself, once, and is put down for each worker
/// with his own NIK and phone. Some 20,000 dialogues a second.
void fill(const std::string& folder, const Dialogue& dialogue, std::uint64_t dialogues,
          std::uint64_t enrollments);

}  // namespace jangkau::bench
