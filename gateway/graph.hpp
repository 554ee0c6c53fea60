#pragma once

#include <iosfwd>
#include <string>

#include "gateway/config.hpp"

namespace jangkau::gateway {

struct GraphCommand {
    std::string format = "svg";  ///< or "dot"
    std::string language;        ///< "" = the menu's default
    std::string flow;            ///< "" = all
    std::string from;            ///< "" = all
    std::string file;            ///< "" = `out`
};

/// `jangkau graph`: draws the menu of `config`. Gives the exit code.
int draw_graph(const Config& config, const GraphCommand& command, std::ostream& out,
               std::ostream& err);

}  // namespace jangkau::gateway
