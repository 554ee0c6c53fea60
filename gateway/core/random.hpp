#pragma once

#include <cstdint>

namespace jangkau {

/// Where random numbers come from, so that a test can seed them. Used for tickets, never for keys.
///
/// Threading: one thread at a time.
class Random {
public:
    virtual ~Random() = default;
    [[nodiscard]] virtual std::uint64_t next() = 0;
};

/// From the operating system.
class SystemRandom final : public Random {
public:
    [[nodiscard]] std::uint64_t next() override;
};

}  // namespace jangkau
