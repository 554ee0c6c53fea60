#pragma once

#include <iosfwd>

#include "gateway/config.hpp"

namespace jangkau::gateway {

struct CheckOptions {
    bool strict = false;   ///< warnings are problems too
    bool verbose = false;  ///< the ways of journeys, every list, what draft languages borrow
    bool json = false;
};

/// `jangkau check`: problems on `err`, what was found good on `out`; with `json` all of it on
/// `out`. Exit code 0, 1 for warnings with `strict`, 2 for errors.
int run_check(ConfigOptions config, const CheckOptions& options, std::ostream& out,
              std::ostream& err);

/// The parts of the report, as tables for a terminal; "" where there is nothing to tell.
[[nodiscard]] std::string written_journeys(const menus::Proof& proof, bool verbose);
[[nodiscard]] std::string written_lists(const menus::Proof& proof, bool verbose);
[[nodiscard]] std::string written_drafts(const menus::Proof& proof, bool offered, bool verbose);

}  // namespace jangkau::gateway
