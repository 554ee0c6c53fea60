#pragma once

#include <string>
#include <vector>

#include "tests/simulation/figures.hpp"
#include "tests/simulation/model.hpp"

namespace jangkau::simulation {

/// What docs/ shows: 0 to 30 % of hops lost, each with resume, then without.
[[nodiscard]] std::vector<Model> documented_models();

/// All models, in their order. Each population is walked in parts, each with a gateway of its own,
/// a few at a time.
[[nodiscard]] std::vector<Figures> simulate_all(const std::vector<Model>& models);

/// One line of the tables.
[[nodiscard]] std::string row(const Figures& figures);
/// Markdown: both tables, and where people gave up.
[[nodiscard]] std::string tables(const std::vector<Figures>& all);

/// A point of the chart, as it stands in the SVG.
[[nodiscard]] std::string point(const Figures& figures, std::size_t dials);
/// Share of workers with a ticket over the loss, with and without resume.
[[nodiscard]] std::string chart(const std::vector<Figures>& all);

/// `page` with what stands between the markers replaced; throws when it has none.
[[nodiscard]] std::string with_tables(const std::string& page, const std::string& tables);

}  // namespace jangkau::simulation
