#pragma once

#include <cstdint>

namespace jangkau::faults {

/// What a disk may do to whoever writes to it.
enum class DiskFault : std::int32_t {
    none,
    full,         ///< a file that grows: no space left
    crowded,      ///< the same as long as the ballast has its room
    write_error,  ///< every write fails
    sync_error,   ///< writes go through, no sync does
    write_back,   ///< no sync of the database itself does, those of its log do
    slow,         ///< every sync takes `ms` longer
    hung,         ///< writes and syncs wait until the fault ends
};

/// The page that a test shares with the library in the program under test. The library counts what
/// it did, so that a fault that met nobody is not taken for one that was survived.
struct DiskOrders {
    std::int32_t fault;
    std::int32_t ms;
    std::int32_t met;
    std::int64_t clock_s;  ///< the wall clock is so far ahead
};

}  // namespace jangkau::faults
