#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>

namespace jangkau::simulation {

/// Milliseconds since the simulation began.
using Instant = std::int64_t;

/// One person's chance. Each has his own stream, so that one person more changes nothing for the
/// others; the formulas are ours, because the standard leaves its distributions to the library.
class Dice {
public:
    Dice(std::uint64_t seed, std::uint64_t person, std::uint64_t purpose)
        : engine_(mixed(mixed(mixed(seed) + person) + purpose)) {}

    /// From 0 to below 1.
    double share() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }
    bool happens(double probability) { return share() < probability; }
    double between(double from, double to) { return from + (to - from) * share(); }
    /// From 0 to below `count`.
    std::uint64_t below(std::uint64_t count) { return engine_() % count; }
    /// Lognormal, with that median.
    double around(double median, double spread) {
        const double radius = std::sqrt(-2 * std::log(1 - share()));
        return median * std::exp(spread * radius * std::cos(2 * std::numbers::pi * share()));
    }
    /// Lognormal, with that mean.
    double averaging(double mean, double spread) {
        return around(mean * std::exp(-spread * spread / 2), spread);
    }

private:
    static std::uint64_t mixed(std::uint64_t x) {  // splitmix64
        x += 0x9e3779b97f4a7c15;
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
        x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
        return x ^ (x >> 31);
    }

    std::mt19937_64 engine_;
};

inline Instant ms(double seconds) {
    return static_cast<Instant>(std::llround(std::max(seconds, 0.0) * 1000));
}

}  // namespace jangkau::simulation
