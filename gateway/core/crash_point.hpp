#pragma once

#include <array>
#include <string_view>

namespace jangkau {

/// Places where a process may die and the next one has to know what to do: between a promise and
/// its keeping. tests/faults kills the real program at each of them.
inline constexpr std::array<std::string_view, 9> kCrashPoints = {
    "migrating",      // a schema step, before its commit
    "migrated",       // after it
    "before_commit",  // jobs are done, nothing is on disk
    "committed",      // on disk, nobody is answered
    "answered",       // everybody is answered
    "claimed",        // an SMS is marked as being sent, and has not left
    "sent",           // it has left; that is not on disk
    "settled",        // what became of it is on disk
    "erased",         // somebody was erased; the write-ahead log still holds him
};

/// Ends the process at once, with 137 as a kill does, when JANGKAU_CRASH_AT is "NAME" or "NAME:N"
/// and this is the first or the N-th time that it passes here. Nothing in a release build.
///
/// Threading: any.
#ifdef NDEBUG
inline void crash_point(std::string_view /*name*/) {}
#else
void crash_point(std::string_view name);
#endif

}  // namespace jangkau
