#include "menus/graph.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "gateway/core/problem.hpp"
#include "menus/graph_parts.hpp"

namespace jangkau::menus {
namespace {

/// States in the order of the file.
std::vector<const Node*> in_order(const Menu& menu) {
    std::vector<const Node*> nodes;
    for (const auto& [name, node] : menu.nodes) nodes.push_back(&node);
    std::stable_sort(nodes.begin(), nodes.end(),
                     [](const Node* a, const Node* b) { return a->line < b->line; });
    return nodes;
}

class Builder {
public:
    Builder(const Menu& menu, const GraphOptions& options)
        : menu_(menu), options_(options), screens_(menu, options) {}

    Graph build() {
        const Language& language = screens_.language();
        graph_.service = screens_.setting("service");
        if (graph_.service.empty()) graph_.service = menu_.name;
        graph_.menu = menu_.name;
        graph_.revision = menu_.revision;
        graph_.language = language.code;
        graph_.language_name = language.name;
        graph_.states = menu_.nodes.size();
        for (const Node* node : in_order(menu_)) add_state(*node);
        for (const Node* node : in_order(menu_)) add_edges(*node);
        add_codes();
        add_words(menu_.worker_words, menu_.worker_unknown, "sms");
        add_words(menu_.agent_words, menu_.agent_unknown, "agent sms");
        tell_sms();
        add_spoken();
        group_nodes(menu_, screens_, graph_);
        return std::move(graph_);
    }

private:
    using Kind = GraphNode::Kind;
    using Way = GraphEdge::Kind;

    static Kind kind_of(const Node& node) {
        switch (node.kind) {
            case Node::Kind::choose: return Kind::choose;
            case Node::Kind::ask: return Kind::ask;
            case Node::Kind::act: return Kind::act;
            case Node::Kind::say: break;
        }
        return Kind::say;
    }

    std::string in_one_line(const std::string& text) const {
        std::string out;
        for (const ScreenRow& row : screens_.rows(text)) out += (out.empty() ? "" : " ") + row.text;
        return out;
    }

    void add_state(const Node& state) {
        GraphNode node;
        node.name = state.name;
        node.kind = kind_of(state);
        node.caption = state.text;
        if (node.kind == Kind::act)
            node.caption =
                state.action + (state.argument.empty() ? "" : " (" + state.argument + ")");
        node.rows = screens_.rows(state);
        node.units = units_of(node.rows);
        if (node.kind != Kind::act && !node.rows.empty())
            node.budget = options_.limits.screen_units;
        for (const auto& [error, text] : state.errors)
            node.instead.push_back(error + ": " + in_one_line(text));
        if (state.list && !state.list->not_found.empty())
            node.instead.push_back("nothing found: " + in_one_line(state.list->not_found));
        index_[state.name] = graph_.nodes.size();
        graph_.nodes.push_back(std::move(node));
    }

    void edge(std::size_t from, const std::string& to, Way kind, std::string label,
              std::size_t row = 0, std::string then = "") {
        const auto at = index_.find(to);
        if (at == index_.end()) return;  // of a menu that was not proven
        graph_.edges.push_back({from, at->second, kind, std::move(label), row, std::move(then)});
    }

    std::size_t row_of(std::size_t from, char key) const {
        const auto& rows = graph_.nodes[from].rows;
        const auto at = std::find_if(rows.begin(), rows.end(),
                                     [&](const ScreenRow& row) { return row.key == key; });
        return at == rows.end() ? 0 : static_cast<std::size_t>(at - rows.begin());
    }

    void add_edges(const Node& state) {
        const std::size_t from = index_.at(state.name);
        const std::size_t last =
            graph_.nodes[from].rows.empty() ? 0 : graph_.nodes[from].rows.size() - 1;
        for (const Option& option : state.options)
            edge(from, option.to, Way::option, std::string(1, option.key), row_of(from, option.key),
                 option.edit);
        if (state.list) {
            edge(from, state.to, Way::answer, "", row_of(from, '1'));
            for (const auto& [code, to] : state.list->on) add_item(state, from, code, to);
            if (state.list->below) edge(from, state.list->below->to, Way::item, "typed", 0);
        } else if (state.kind == Node::Kind::ask) {
            edge(from, state.to, Way::answer, state.validator, last);
        } else if (state.kind == Node::Kind::say && !state.to.empty()) {
            edge(from, state.to, Way::next, "", last);
        }
        for (const auto& [outcome, to] : state.on) edge(from, to, Way::outcome, outcome, 0);
        if (state.kind == Node::Kind::ask || state.kind == Node::Kind::choose)
            edge(from, state.after_tries, Way::tries, std::to_string(state.tries), last);
    }

    /// An item that leads elsewhere leaves from its own line, or from the one for more.
    void add_item(const Node& state, std::size_t from, const std::string& code,
                  const std::string& to) {
        const auto list = menu_.lists.find(state.list->list);
        const auto& extra = state.list->extra;
        const bool is_extra = std::find(extra.begin(), extra.end(), code) != extra.end();
        std::string group = is_extra ? state.list->extra_words : "";
        if (!is_extra && list != menu_.lists.end()) group = list->second.word_group;
        const List::Item* item = list == menu_.lists.end() ? nullptr : list->second.find(code);
        const std::string label =
            group.empty() && item ? item->label : menu_.word(screens_.language().code, group, code);
        const auto& rows = graph_.nodes[from].rows;
        std::size_t row = row_of(from, '9');
        for (std::size_t i = 0; i < rows.size(); ++i)
            if (rows[i].text.size() > 2 && rows[i].text.substr(2) == label) row = i;
        edge(from, to, Way::item, label, row);
    }

    // --- ways in ---

    void entry(const std::string& name, const std::string& caption, std::vector<ScreenRow> rows,
               const std::string& to) {
        GraphNode node;
        node.name = name;
        node.kind = Kind::entry;
        node.caption = caption;
        node.rows = std::move(rows);
        graph_.nodes.push_back(std::move(node));
        edge(graph_.nodes.size() - 1, to, Way::entry, "");
    }

    void add_codes() {
        const std::string dial = screens_.setting("dial");
        const std::string code = dial.empty() ? "*...#" : dial;
        entry("dial:", "dial", {{0, code}}, menu_.start);
        for (const auto& [typed, shortcut] : menu_.shortcuts)
            entry("dial:" + typed, "dial",
                  {{0, code.substr(0, code.size() - 1) + "*" + typed +
                           (shortcut.into.empty() ? "" : "*" + shortcut.into) + "#"}},
                  shortcut.to);
        if (!menu_.home.empty()) entry("key:00", "key, everywhere", {{0, "00"}}, menu_.home);
        if (!menu_.restart.empty()) entry("key:99", "key, resumed", {{0, "99"}}, menu_.restart);
    }

    /// One entry for all words that lead to the same state: a bold word, its aliases below.
    void add_words(const std::vector<Keyword>& words, const std::string& unknown,
                   const std::string& caption) {
        std::vector<std::string> targets;
        std::map<std::string, std::vector<ScreenRow>> rows;
        for (const Keyword& word : words) {
            if (!rows.contains(word.to)) targets.push_back(word.to);
            rows[word.to].push_back({'*', word.word});
            for (const std::string& alias : word.also) rows[word.to].push_back({0, alias});
        }
        for (const std::string& to : targets) entry(caption + ":" + to, caption, rows[to], to);
        if (!unknown.empty())
            entry(caption + "?", caption,
                  {{0, caption == "sms" ? "anything else" : "anything else, by an agent"}},
                  unknown);
    }

    /// What is said only where nobody dialled is an SMS.
    void tell_sms() {
        std::set<std::size_t> dialled;
        std::vector<std::size_t> open;
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i)
            if (graph_.nodes[i].caption == "dial" && graph_.nodes[i].kind == Kind::entry)
                open.push_back(i);
        while (!open.empty()) {
            const std::size_t from = open.back();
            open.pop_back();
            if (!dialled.insert(from).second) continue;
            for (const GraphEdge& way : graph_.edges)
                if (way.from == from) open.push_back(way.to);
        }
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i)
            if (GraphNode& node = graph_.nodes[i]; node.kind == Kind::say && !dialled.contains(i)) {
                node.kind = Kind::sms;
                if (node.budget > 0) node.budget = options_.limits.sms_units;
            }
    }

    /// Texts that decisions send by themselves: nothing leads to them.
    void add_spoken() {
        std::set<std::string, std::less<>> shown;
        for (const auto& [name, node] : menu_.nodes) shown.insert(node.text);
        for (const std::string_view id : options_.spoken) {
            if (!shown.insert(std::string(id)).second) continue;
            GraphNode node;
            node.name = std::string(kSpoken) + std::string(id);
            node.kind = Kind::sms;
            node.rows = screens_.rows(std::string(id));
            node.units = units_of(node.rows);
            node.budget = options_.limits.sms_units;
            graph_.nodes.push_back(std::move(node));
        }
    }

    const Menu& menu_;
    const GraphOptions& options_;
    Screens screens_;
    Graph graph_;
    std::map<std::string, std::size_t> index_;
};

/// The graph without the nodes that are not in `keep`; the targets of edges stay, but empty.
Graph cut_to(Graph graph, const std::set<std::size_t>& keep) {
    std::vector<std::size_t> place(graph.nodes.size(), graph.nodes.size());
    Graph out = graph;
    out.nodes.clear();
    out.edges.clear();
    const auto take = [&](std::size_t i) {
        if (place[i] == graph.nodes.size()) {
            place[i] = out.nodes.size();
            out.nodes.push_back(graph.nodes[i]);
        }
        return place[i];
    };
    for (const std::size_t i : keep) take(i);
    const std::size_t inside = out.nodes.size();
    for (GraphEdge edge : graph.edges)
        if (keep.contains(edge.from)) {
            edge.from = take(edge.from);
            edge.to = take(edge.to);
            out.edges.push_back(std::move(edge));
        }
    for (std::size_t i = inside; i < out.nodes.size(); ++i) out.nodes[i].outside = true;
    return out;
}

std::set<std::size_t> reached(const Graph& graph, std::size_t start) {
    std::set<std::size_t> seen;
    std::vector<std::size_t> open{start};
    while (!open.empty()) {
        const std::size_t at = open.back();
        open.pop_back();
        if (!seen.insert(at).second) continue;
        for (const GraphEdge& edge : graph.edges)
            if (edge.from == at) open.push_back(edge.to);
    }
    return seen;
}

/// The nodes of a group, or of a stage of the journey; none where there is no such.
std::set<std::size_t> flow_nodes(const Graph& graph, const Menu& menu, const std::string& flow) {
    const auto stage = std::find(menu.stages.begin(), menu.stages.end(), flow);
    const auto band = static_cast<std::size_t>(stage - menu.stages.begin()) + 1;
    std::set<std::size_t> keep;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const GraphNode& node = graph.nodes[i];
        if (graph.groups[node.group].key == flow ||
            (stage != menu.stages.end() && node.group == graph.journey && node.band == band))
            keep.insert(i);
    }
    return keep;
}

}  // namespace

Result<Graph, GraphFault> graph_of(const Menu& menu, const GraphOptions& options) {
    std::vector<std::string> known;
    for (const Language& language : menu.languages) known.push_back(language.code);
    if (!options.language.empty() &&
        std::find(known.begin(), known.end(), options.language) == known.end())
        return GraphFault{"no language '" + options.language + "'" +
                          did_you_mean(options.language, known)};
    Graph graph = Builder(menu, options).build();
    if (!options.flow.empty()) {
        const std::set<std::size_t> keep = flow_nodes(graph, menu, options.flow);
        if (!keep.empty()) return cut_to(std::move(graph), keep);
        known = menu.stages;
        for (const GraphGroup& group : graph.groups) known.push_back(group.key);
        std::string all;
        for (const std::string& name : known) all += (all.empty() ? "" : ", ") + name;
        return GraphFault{"no flow '" + options.flow + "'; there are " + all};
    }
    if (!options.from.empty()) {
        for (std::size_t i = 0; i < graph.nodes.size(); ++i)
            if (graph.nodes[i].name == options.from) {
                const std::set<std::size_t> keep = reached(graph, i);
                return cut_to(std::move(graph), keep);
            }
        known.clear();
        for (const auto& [name, node] : menu.nodes) known.push_back(name);
        return GraphFault{"no state '" + options.from + "'" + did_you_mean(options.from, known)};
    }
    return graph;
}

}  // namespace jangkau::menus
