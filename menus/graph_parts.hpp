#pragma once

#include <string>
#include <vector>

#include "menus/graph.hpp"

// How a graph is made, for graph*.cpp only.
namespace jangkau::menus {

/// Fills in the screens of a menu, every placeholder at its longest.
class Screens {
public:
    /// `menu` is borrowed.
    Screens(const Menu& menu, const GraphOptions& options);

    /// The rows that `node` shows; of a list the first page.
    [[nodiscard]] std::vector<ScreenRow> rows(const Node& node) const;
    /// The rows of a text that an action sends.
    [[nodiscard]] std::vector<ScreenRow> rows(const std::string& text) const;
    [[nodiscard]] const Language& language() const { return language_; }
    [[nodiscard]] std::string filled(const std::string& text) const;
    /// A setting, or "".
    [[nodiscard]] std::string setting(std::string_view name) const;

private:
    void add_items(const Node& node, std::vector<ScreenRow>& out) const;
    [[nodiscard]] std::vector<std::string> labels(const Node& node) const;
    [[nodiscard]] std::string parent_of(const Node& node) const;

    const Menu& menu_;
    const Language& language_;
    const GraphOptions& options_;
    Menu worst_menu_;
    Vars worst_;
};

[[nodiscard]] std::size_t units_of(const std::vector<ScreenRow>& rows);

/// Sets every node's group and band, and names the groups. Nodes and edges must be complete.
void group_nodes(const Menu& menu, const Screens& screens, Graph& graph);

}  // namespace jangkau::menus
