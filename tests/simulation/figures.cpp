#include "tests/simulation/figures.hpp"

namespace jangkau::simulation {
namespace {

double share(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

double Figures::within(std::size_t dials_taken) const {
    std::uint64_t sum = 0;
    for (std::size_t i = 1; i <= dials_taken && i < tickets_at.size(); ++i) sum += tickets_at[i];
    return share(sum, workers);
}

double Figures::complete_share() const { return share(complete_in_a_day, tickets); }

double Figures::each(std::uint64_t sum) const { return share(sum, complete()); }

}  // namespace jangkau::simulation
