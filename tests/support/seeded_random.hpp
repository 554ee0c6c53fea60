#pragma once

#include <random>

#include "gateway/core/random.hpp"

namespace jangkau {

/// The same numbers in every run.
class SeededRandom final : public Random {
public:
    explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
    [[nodiscard]] std::uint64_t next() override { return engine_(); }

private:
    std::mt19937_64 engine_;
};

}  // namespace jangkau
