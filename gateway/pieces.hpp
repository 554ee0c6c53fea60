#pragma once

#include <optional>

#include "gateway/turns.hpp"

namespace jangkau::gateway {

/// A long SMS is joined from this many pieces at most: about 1,500 characters. A longer one is
/// answered as one that nobody understands.
inline constexpr unsigned kPiecesMax = 10;
/// How long the first piece waits for the last (Kannel's `sms-combine-concatenated-mo-timeout`).
inline constexpr std::chrono::minutes kPiecesWait{30};

/// An SMS that came whole, or the whole of one whose last missing piece this is; nothing while
/// others are missing. A piece that comes again changes nothing.
[[nodiscard]] std::optional<adapters::SmsIn> joined(TurnWorld& world, const adapters::SmsIn& sms);

/// SMS whose pieces did not all come in time are answered as one that nobody understands: half a
/// command may mean another. Returns how many.
std::size_t give_up_pieces(TurnWorld& world);

}  // namespace jangkau::gateway
