// The picture of the shipped menu, and the one in docs/, which must be it. JANGKAU_UPDATE=1 draws
// it again.

#include "gateway/graph.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include "tests/gateway/shipped_config.hpp"
#include "tests/menus/picture_checks.hpp"

namespace jangkau::gateway {
namespace {

const std::string kPicture = JANGKAU_SOURCE_DIR "/docs/menu.svg";

std::string read(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

TEST(ShippedMenu, IsDrawnWhole) {
    const flows::Service& service = shipped_service();
    for (const menus::Language& language : service.menu.languages) {
        menus::GraphOptions options;
        options.language = language.code;
        options.settings = flows::longest_settings_vars(service, language.code);
        options.spoken = flows::spoken_texts(service.menu);
        const auto graph = menus::graph_of(service.menu, options);
        ASSERT_TRUE(graph) << graph.error().what;
        EXPECT_EQ(menus::ways_of(*graph), menus::ways_of(service.menu));
        menus::check_picture(*graph);
    }
}

TEST(ShippedMenu, IsThePictureInTheDocuments) {
    GraphCommand command;
    if (std::getenv("JANGKAU_UPDATE") != nullptr) command.file = kPicture;
    std::ostringstream out, err;
    ASSERT_EQ(draw_graph(shipped_config(), command, out, err), 0) << err.str();
    if (!command.file.empty()) return;
    EXPECT_TRUE(read(kPicture) == out.str())
        << "docs/menu.svg is not the menu's picture: draw it again with\n"
           "  build/release/jangkau graph --out docs/menu.svg";
}

TEST(ShippedMenu, CannotBeDrawnIntoNowhere) {
    GraphCommand command;
    command.file = "/nowhere/menu.svg";
    std::ostringstream out, err;
    EXPECT_EQ(draw_graph(shipped_config(), command, out, err), 2);
    EXPECT_NE(err.str().find("cannot write '/nowhere/menu.svg'"), std::string::npos);
}

}  // namespace
}  // namespace jangkau::gateway
