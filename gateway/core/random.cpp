#include "gateway/core/random.hpp"

#include <sys/random.h>

#include <cerrno>
#include <system_error>

namespace jangkau {

std::uint64_t SystemRandom::next() {
    std::uint64_t number = 0;
    // Up to 256 bytes come whole or not at all; only a signal before the pool is ready interrupts.
    while (getrandom(&number, sizeof number, 0) != static_cast<ssize_t>(sizeof number)) {
        if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "getrandom");
    }
    return number;
}

}  // namespace jangkau
