#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <set>

#include "menus/graph_parts.hpp"

namespace jangkau::menus {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);
/// A flow of fewer states is not worth a region of its own.
constexpr std::size_t kStatesMin = 3;

/// Which flow a state belongs to is not written in a menu. It belongs to the nearest of: the start,
/// the options of the main menu (a flow each), the stages (the journey), the words of SMS.
class Grouping {
public:
    Grouping(const Menu& menu, const Screens& screens, Graph& graph)
        : menu_(menu), screens_(screens), graph_(graph), group_(graph.nodes.size(), kNone) {
        for (std::size_t i = 0; i < graph.nodes.size(); ++i) index_[graph.nodes[i].name] = i;
    }

    void run() {
        const std::size_t start = add_group("start", "Start");
        sow(find(menu_.start), start, 0);
        sow_main_menu();
        sow_stages();
        sow_sms("sms", "SMS from workers");
        sow_sms("agent sms", "SMS from agents");
        spread();
        if (std::any_of(graph_.nodes.begin(), graph_.nodes.end(), is_spoken)) {
            const std::size_t sent = add_group("sent", "SMS that the service sends");
            for (std::size_t i = 0; i < graph_.nodes.size(); ++i)
                if (is_spoken(graph_.nodes[i])) group_[i] = sent;
        }
        for (std::size_t& group : group_)
            if (group == kNone) group = start;  // only too many wrong answers lead there
        take_in_entries();
        dissolve_small(start);
        write();
    }

private:
    static bool is_spoken(const GraphNode& node) { return node.name.starts_with(kSpoken); }

    std::size_t find(const std::string& name) const {
        const auto at = index_.find(name);
        return at == index_.end() ? kNone : at->second;
    }

    std::size_t add_group(const std::string& key, const std::string& title) {
        groups_.push_back({key, title});
        return groups_.size() - 1;
    }

    void sow(std::size_t node, std::size_t group, std::size_t band) {
        if (node == kNone || group_[node] != kNone) return;
        group_[node] = group;
        graph_.nodes[node].band = band;
        open_.push_back(node);
    }

    /// The main menu: of the states outside the stages the one with most keys.
    /// Where 00 leads, or what looks like it.
    const Node* main_menu() const {
        if (const Node* home = menu_.node(menu_.home)) return home;
        const Node* best = nullptr;
        for (const GraphNode& node : graph_.nodes) {
            const Node* state = menu_.node(node.name);
            if (state && state->stage.empty() && !state->list &&
                state->options.size() > (best ? best->options.size() : 1))
                best = state;
        }
        return best;
    }

    bool leads_into_a_stage(const Node& state) const {
        if (!state.stage.empty()) return true;
        for (const GraphEdge& edge : graph_.edges)
            if (graph_.nodes[edge.from].name == state.name && edge.kind != GraphEdge::Kind::tries)
                if (const Node* to = menu_.node(graph_.nodes[edge.to].name);
                    to && !to->stage.empty())
                    return true;
        return false;
    }

    void sow_main_menu() {
        const Node* main = main_menu();
        if (!main) return;
        sow(find(main->name), 0, 0);
        const auto text = screens_.language().texts.find(main->text);
        for (const Option& option : main->options) {
            const Node* state = menu_.node(option.to);
            if (!state || group_[find(state->name)] != kNone) continue;
            std::string title = state->name;
            if (text != screens_.language().texts.end())
                for (const Text::Label& label : text->second.labels)
                    if (label.key == option.key) title = screens_.filled(label.label);
            if (!leads_into_a_stage(*state)) {
                flows_.insert(add_group(state->name, title));
                sow(find(state->name), groups_.size() - 1, 0);
            } else if (!journey_) {
                journey_ = add_group(state->name, title);
                sow(find(state->name), *journey_, 0);
            }
        }
    }

    void sow_stages() {
        if (menu_.stages.empty()) return;
        if (!journey_) journey_ = add_group("journey", menu_.name);
        graph_.bands = {""};
        for (const std::string& stage : menu_.stages)
            graph_.bands.push_back(menu_.word(screens_.language().code, "stage", stage));
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i)
            if (const Node* state = menu_.node(graph_.nodes[i].name);
                state && !state->stage.empty()) {
                const auto at = std::find(menu_.stages.begin(), menu_.stages.end(), state->stage);
                const auto band = static_cast<std::size_t>(at - menu_.stages.begin()) + 1;
                graph_.nodes[i].band = band;
                sow(i, *journey_, band);
            }
    }

    void sow_sms(const std::string& caption, const std::string& title) {
        std::optional<std::size_t> group;
        for (const GraphEdge& edge : graph_.edges) {
            if (graph_.nodes[edge.from].kind != GraphNode::Kind::entry ||
                graph_.nodes[edge.from].caption != caption || group_[edge.to] != kNone)
                continue;
            if (!group) group = add_group(caption == "sms" ? "sms" : "agents", title);
            sow(edge.to, *group, 0);
        }
    }

    void spread() {
        while (!open_.empty()) {
            const std::size_t from = open_.front();
            open_.pop_front();
            for (const GraphEdge& edge : graph_.edges)
                if (edge.from == from && edge.kind != GraphEdge::Kind::tries)
                    sow(edge.to, group_[from], graph_.nodes[from].band);
        }
    }

    void take_in_entries() {
        for (const GraphEdge& edge : graph_.edges)
            if (GraphNode& from = graph_.nodes[edge.from]; from.kind == GraphNode::Kind::entry) {
                group_[edge.from] = group_[edge.to];
                from.band = graph_.nodes[edge.to].band;
            }
    }

    void dissolve_small(std::size_t into) {
        std::vector<std::size_t> states(groups_.size(), 0);
        for (std::size_t i = 0; i < group_.size(); ++i)
            if (graph_.nodes[i].kind != GraphNode::Kind::entry) ++states[group_[i]];
        for (std::size_t& group : group_)
            if (flows_.contains(group) && states[group] < kStatesMin) group = into;
    }

    /// Only groups that have states, in the order of their making.
    void write() {
        std::vector<std::size_t> place(groups_.size(), kNone);
        for (std::size_t g = 0; g < groups_.size(); ++g)
            if (std::find(group_.begin(), group_.end(), g) != group_.end()) {
                place[g] = graph_.groups.size();
                graph_.groups.push_back(groups_[g]);
            }
        for (std::size_t i = 0; i < group_.size(); ++i) graph_.nodes[i].group = place[group_[i]];
        graph_.journey = journey_ && !graph_.bands.empty() && place[*journey_] != kNone
                             ? place[*journey_]
                             : graph_.groups.size();
        for (GraphNode& node : graph_.nodes)
            if (node.group != graph_.journey) node.band = 0;
    }

    const Menu& menu_;
    const Screens& screens_;
    Graph& graph_;
    std::vector<std::size_t> group_;
    std::vector<GraphGroup> groups_;
    std::optional<std::size_t> journey_;
    std::set<std::size_t> flows_;  // options of the main menu, but the journey
    std::deque<std::size_t> open_;
    std::map<std::string, std::size_t> index_;
};

}  // namespace

void group_nodes(const Menu& menu, const Screens& screens, Graph& graph) {
    Grouping(menu, screens, graph).run();
}

}  // namespace jangkau::menus
