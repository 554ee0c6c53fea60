#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/simulation/model.hpp"

namespace jangkau::simulation {

inline constexpr std::size_t kDialsCounted = 6;

/// What became of a population.
struct Figures {
    double loss = 0;
    bool resume = true;
    std::uint64_t workers = 0;
    std::array<std::uint64_t, kDialsCounted + 1> tickets_at{};  ///< by dial that brought the ticket
    std::uint64_t tickets = 0;
    std::uint64_t complete_in_a_day = 0;  ///< of those tickets, after the ticket
    std::uint64_t complete_on_line = 0, complete_by_sms = 0, complete_by_itself = 0;
    std::uint64_t active = 0;          ///< when the simulation ends
    std::uint64_t mistyped_nik = 0;    ///< tickets with a slip that nobody saw
    std::uint64_t asked_twice = 0;     ///< people whose accepted NIK was asked for again
    std::uint64_t not_understood = 0;  ///< screens that are none of the menu's texts
    std::uint64_t dials = 0;
    std::uint64_t seconds = 0;        ///< on the line
    std::uint64_t billing_steps = 0;  ///< of 20 seconds, begun ones count
    std::uint64_t sms_to_workers = 0, sms_from_workers = 0, sms_to_agents = 0, sms_from_agents = 0;
    std::map<std::string, std::uint64_t> left_at;  ///< people without ticket, by the last screen

    /// Share of all workers who held a ticket after so many dials.
    [[nodiscard]] double within(std::size_t dials) const;
    [[nodiscard]] double complete_share() const;
    [[nodiscard]] std::uint64_t complete() const {
        return complete_on_line + complete_by_sms + complete_by_itself;
    }
    [[nodiscard]] double each(std::uint64_t sum) const;  ///< per completed registration

    /// Of another part of the same population.
    void add(const Figures& other);

    bool operator==(const Figures&) const = default;
};

/// Where 10 % of the hops are lost and the operator ends a dialogue after 120 seconds.
struct Promise {
    double within_three = 0.90;
    double within_four = 0.97;
    double complete_in_a_day = 0.99;
};
/// What of it does not hold, each as a sentence.
[[nodiscard]] std::vector<std::string> unmet(const Figures& figures, const Promise& promise = {});

}  // namespace jangkau::simulation
