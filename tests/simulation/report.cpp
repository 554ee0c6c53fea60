#include "tests/simulation/report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <deque>
#include <future>
#include <stdexcept>

#include "tests/simulation/simulation.hpp"
#include "tests/support/fast_folder.hpp"

namespace jangkau::simulation {
namespace {

constexpr std::string_view kBegin = "<!-- what ./dev simulate found begins -->\n";
constexpr std::string_view kEnd = "<!-- what ./dev simulate found ends -->\n";
/// A store waits for its own thread half of the time.
constexpr std::size_t kAtOnce = 4;
constexpr std::size_t kPartWorkers = 250;
constexpr std::size_t kPlacesShown = 8;

template <class... Values>
std::string format(const char* form, Values... values) {
    char text[400];
    std::snprintf(text, sizeof text, form, values...);
    return text;
}

std::string percent(double share, int places = 1) { return format("%.*f %%", places, 100 * share); }

/// The figures of the documented loss of 10 %, or the first.
const Figures& usual(const std::vector<Figures>& all, bool resume) {
    const Figures* found = &all.front();
    for (const Figures& figures : all)
        if (figures.resume == resume && std::abs(figures.loss - 0.1) < 1e-9) found = &figures;
    return *found;
}

std::string table(const std::vector<Figures>& all, bool resume) {
    std::string out =
        "| hops lost | ticket within 1 dial | 2 | 3 | 4 | 6 | complete within a day of the ticket "
        "| "
        "NIK asked twice | dials | seconds | 20 s steps | SMS to workers | from workers | to and "
        "from agents |\n"
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n";
    for (const Figures& figures : all)
        if (figures.resume == resume) out += row(figures);
    return out;
}

std::string places(const Figures& figures) {
    std::vector<std::pair<std::uint64_t, std::string>> places;
    for (const auto& [text, count] : figures.left_at) places.emplace_back(count, text);
    std::sort(places.begin(), places.end(), [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    if (places.empty()) return "nobody";
    std::string out;
    for (std::size_t i = 0; i < std::min(places.size(), kPlacesShown); ++i) {
        const auto& [count, text] = places[i];
        out += (i ? ", " : "") + (text == "-" ? "no screen at all" : text) + " " +
               std::to_string(count);
    }
    return out;
}

std::vector<Model> parts_of(const Model& model) {
    std::vector<Model> parts;
    for (std::size_t done = 0; done < model.workers; done += kPartWorkers) {
        parts.push_back(model);
        parts.back().first = model.first + done;
        parts.back().workers = std::min(kPartWorkers, model.workers - done);
    }
    return parts;
}

}  // namespace

std::vector<Model> documented_models() {
    std::vector<Model> models;
    for (const bool resume : {true, false})
        for (int loss = 0; loss <= 30; loss += 5) {
            Model model;
            model.loss = loss / 100.0;
            model.resume = resume;
            models.push_back(model);
        }
    return models;
}

std::vector<Figures> simulate_all(const std::vector<Model>& models) {
    struct Part {
        std::size_t model;
        std::future<Figures> figures;
    };
    std::deque<Part> running;
    std::vector<Figures> all(models.size());
    const auto collect = [&] {
        const Figures part = running.front().figures.get();
        Figures& whole = all[running.front().model];
        running.pop_front();
        if (whole.workers == 0)
            whole = part;
        else
            whole.add(part);
    };
    for (std::size_t i = 0; i < models.size(); ++i)
        for (Model part : parts_of(models[i])) {
            if (running.size() >= kAtOnce) collect();
            running.push_back({i, std::async(std::launch::async, [part] {
                                   const FastFolder folder;
                                   return simulate(part, folder.path());
                               })});
        }
    while (!running.empty()) collect();
    return all;
}

std::string row(const Figures& f) {
    std::string out = "| " + percent(f.loss, 0);
    for (const std::size_t dials : {1, 2, 3, 4, 6}) out += " | " + percent(f.within(dials));
    out += " | " + percent(f.complete_share());
    out += format(" | %llu", static_cast<unsigned long long>(f.asked_twice));
    out += format(" | %.2f | %.0f | %.1f", f.each(f.dials), f.each(f.seconds),
                  f.each(f.billing_steps));
    return out + format(" | %.2f | %.2f | %.2f |\n", f.each(f.sms_to_workers),
                        f.each(f.sms_from_workers), f.each(f.sms_to_agents + f.sms_from_agents));
}

std::string tables(const std::vector<Figures>& all) {
    const Figures& with = usual(all, true);
    const Figures& without = usual(all, false);
    const auto number = [](std::uint64_t n) { return std::to_string(n); };
    std::string out = "With resume, as shipped:\n\n" + table(all, true) +
                      "\nWithout, that is with the draft forgotten at every dial:\n\n" +
                      table(all, false);
    out += "\nAt " + percent(with.loss, 0) + " lost hops, with resume, of " + number(with.workers) +
           " workers " + number(with.tickets) + " got a ticket; " + number(with.complete_on_line) +
           " completed the rest by USSD, " + number(with.complete_by_sms) + " by SMS, and for " +
           number(with.complete_by_itself) +
           " an agent was asked because they had not. Two days later " + number(with.active) +
           " were active. " + number(with.mistyped_nik) +
           " tickets have a NIK with a slip in its first six digits, which no read-back shows. " +
           number(with.not_understood) + " screens or SMS were none of the menu's texts.\n";
    const auto missing = unmet(with);
    out += missing.empty() ? "\nAll that is promised holds.\n"
                           : "\nOf what is promised this does not hold:\n\n";
    for (const std::string& sentence : missing) out += "- " + sentence + "\n";
    out += "\nThe last screen that those saw who got no ticket:\n\n";
    out += "| at " + percent(with.loss, 0) + " | |\n|---|---|\n";
    out += "| with resume | " + places(with) + " |\n";
    out += "| without | " + places(without) + " |\n";
    return out;
}

std::string with_tables(const std::string& page, const std::string& tables) {
    const auto begin = page.find(kBegin);
    const auto end = page.find(kEnd);
    if (begin == std::string::npos || end == std::string::npos || end < begin)
        throw std::runtime_error("the page has no place for the tables");
    return page.substr(0, begin + kBegin.size()) + "\n" + tables + "\n" + page.substr(end);
}

}  // namespace jangkau::simulation
