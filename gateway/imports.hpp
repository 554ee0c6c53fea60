#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/import_cells.hpp"
#include "menus/flows/service.hpp"

namespace jangkau::gateway {

struct AgentRow {
    std::size_t line = 0;
    std::string id;
    std::string name;
    Msisdn msisdn;
    std::vector<std::string> kelurahan;  ///< area codes, sorted
    std::optional<unsigned> max_open;    ///< none = as it is, or the default for a new agent
};

struct EligibilityRow {
    std::size_t line = 0;
    flows::Eligibility entry;
};

struct ResultRow {
    std::size_t line = 0;
    Ticket ticket;
    std::string kpj;
    Date active_since;
};

/// Every row of a file is in one of the two.
template <class Row>
struct Parsed {
    std::vector<Row> rows;
    std::vector<BadRow> bad;
};

/// Header names English or Indonesian, other columns are ignored. What stands twice in one file
/// (agent, phone, NIK, ticket) is bad from the second line on; so are dates after `today`.
[[nodiscard]] Parsed<AgentRow> parse_agents(std::string_view file, const flows::Service& service);
[[nodiscard]] Parsed<EligibilityRow> parse_eligibility(std::string_view file, Date today);
[[nodiscard]] Parsed<ResultRow> parse_results(std::string_view file, Date today);

}  // namespace jangkau::gateway
