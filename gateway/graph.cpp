#include "gateway/graph.hpp"

#include <algorithm>
#include <fstream>
#include <ostream>

#include "menus/graph_picture.hpp"

namespace jangkau::gateway {
namespace {

constexpr int kImpossible = 2;

menus::GraphOptions options_of(const Config& config, const GraphCommand& command) {
    const flows::Service& service = *config.service;
    menus::GraphOptions options;
    options.language = command.language;
    options.flow = command.flow;
    options.from = command.from;
    options.settings =
        flows::longest_settings_vars(service, service.menu.language(command.language).code);
    options.spoken = flows::spoken_texts(service.menu);
    for (const auto& [name, channel] : config.channels)
        options.limits.screen_units = std::min(options.limits.screen_units, channel.screen_units);
    return options;
}

}  // namespace

int draw_graph(const Config& config, const GraphCommand& command, std::ostream& out,
               std::ostream& err) {
    const auto graph = menus::graph_of(config.service->menu, options_of(config, command));
    if (!graph) {
        err << "jangkau graph: " << graph.error().what << "\n";
        return kImpossible;
    }
    const std::string picture = command.format == "dot"
                                    ? menus::write_dot(*graph)
                                    : menus::write_svg(*graph, menus::picture_of(*graph));
    if (command.file.empty()) {
        out << picture << std::flush;
        if (out) return 0;
        err << "jangkau graph: cannot write the picture\n";
        return kImpossible;
    }
    std::ofstream file(command.file, std::ios::binary | std::ios::trunc);
    file << picture;
    file.close();
    if (file) return 0;
    err << "jangkau graph: cannot write '" << command.file << "'\n";
    return kImpossible;
}

}  // namespace jangkau::gateway
