#include "tests/simulation/figures.hpp"

#include <cstdio>

namespace jangkau::simulation {
namespace {

double share(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::string sentence(const char* what, double found, double promised) {
    char text[160];
    std::snprintf(text, sizeof text, "%s: %.1f %%, promised are %.0f %%", what, 100 * found,
                  100 * promised);
    return text;
}

}  // namespace

double Figures::within(std::size_t dials_taken) const {
    std::uint64_t sum = 0;
    for (std::size_t i = 1; i <= dials_taken && i < tickets_at.size(); ++i) sum += tickets_at[i];
    return share(sum, workers);
}

double Figures::complete_share() const { return share(complete_in_a_day, tickets); }

double Figures::each(std::uint64_t sum) const { return share(sum, complete()); }

void Figures::add(const Figures& other) {
    for (std::size_t i = 0; i < tickets_at.size(); ++i) tickets_at[i] += other.tickets_at[i];
    for (const auto sum :
         {&Figures::workers, &Figures::tickets, &Figures::complete_in_a_day,
          &Figures::complete_on_line, &Figures::complete_by_sms, &Figures::complete_by_itself,
          &Figures::active, &Figures::mistyped_nik, &Figures::asked_twice, &Figures::not_understood,
          &Figures::dials, &Figures::seconds, &Figures::billing_steps, &Figures::sms_to_workers,
          &Figures::sms_from_workers, &Figures::sms_to_agents, &Figures::sms_from_agents})
        this->*sum += other.*sum;
    for (const auto& [text, count] : other.left_at) left_at[text] += count;
}

std::vector<std::string> unmet(const Figures& figures, const Promise& promise) {
    std::vector<std::string> out;
    const auto at_least = [&](const char* what, double found, double promised) {
        if (found < promised) out.push_back(sentence(what, found, promised));
    };
    at_least("hold a ticket within three dials", figures.within(3), promise.within_three);
    at_least("hold a ticket within four dials", figures.within(4), promise.within_four);
    at_least("are complete within a day", figures.complete_share(), promise.complete_in_a_day);
    if (figures.asked_twice > 0)
        out.push_back(std::to_string(figures.asked_twice) +
                      " were asked again for a NIK that had been accepted");
    return out;
}

}  // namespace jangkau::simulation
