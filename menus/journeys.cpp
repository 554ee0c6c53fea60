#include "menus/journeys.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "menus/validators.hpp"
#include "menus/ways.hpp"

namespace jangkau::menus {
namespace {

/// A menu for which this is not enough has so many rings that nobody could follow it either.
constexpr std::size_t kStepsMax = 300'000;

struct Typing {
    std::string_view what;
    unsigned seconds;
};
/// A choice is 6 to 8 s of reading, a key, and 1 to 2 s of network; letters take three presses on
/// 12 keys.
constexpr Typing kTyping[] = {
    {"ask", 20},
    {"choose", 9},
    {"date", 18},
    {"more", 9},
    {"name", 30},
    {"nik", 25},
    {"phone_or_none", 20},
    {"say", 9},
    {"thousands", 14},
    {"words", 25},
    {"ticket_and_nik4", 25},
};

/// What one state adds to a path.
struct Cost {
    unsigned seconds = 0;
    unsigned screens = 0;
    unsigned inputs = 0;
    unsigned pages = 0;
};
Cost operator+(const Cost& a, const Cost& b) {
    return {a.seconds + b.seconds, a.screens + b.screens, a.inputs + b.inputs, a.pages + b.pages};
}

enum class By { seconds, screens };
bool more(const Cost& a, const Cost& b, By by) {
    if (by == By::screens && a.screens != b.screens) return a.screens > b.screens;
    return a.seconds != b.seconds ? a.seconds > b.seconds : a.screens > b.screens;
}

/// A menu's states by number, with only what lies between a journey's beginning and its ends.
struct Between {
    std::vector<const Node*> nodes;
    std::vector<std::vector<std::size_t>> next;
    std::vector<bool> end;
    std::vector<std::size_t> ring;  ///< states that lead to each other have the same number
    std::size_t from = 0;
};

class Graph {
public:
    Graph(const Menu& menu, const Journey& journey) {
        for (const auto& [name, node] : menu.nodes) {
            if (std::find(journey.without.begin(), journey.without.end(), name) !=
                journey.without.end())
                continue;
            number_[name] = out_.nodes.size();
            out_.nodes.push_back(&node);
        }
        const std::size_t count = out_.nodes.size();
        out_.next.resize(count);
        out_.end.resize(count);
        for (std::size_t i = 0; i < count; ++i) {
            const std::string& name = out_.nodes[i]->name;
            out_.end[i] = std::find(journey.to.begin(), journey.to.end(), name) != journey.to.end();
            if (!out_.end[i]) link(i);
        }
        keep_what_arrives();
        find_rings();
        const auto from = number_.find(journey.from.empty() ? menu.start : journey.from);
        found_ = from != number_.end() && arrives_[from->second];
        if (found_) out_.from = from->second;
    }

    /// Nothing where no way leads to an end.
    [[nodiscard]] const Between* between() const { return found_ ? &out_ : nullptr; }

private:
    void link(std::size_t i) {
        std::vector<std::size_t>& next = out_.next[i];
        for (const Way& way : ways_from(*out_.nodes[i])) {
            const auto to = number_.find(way.to);
            if (way.kind != Way::Kind::forward || to == number_.end()) continue;
            if (std::find(next.begin(), next.end(), to->second) == next.end())
                next.push_back(to->second);
        }
    }

    void keep_what_arrives() {
        arrives_ = out_.end;
        for (bool grew = true; grew;) {
            grew = false;
            for (std::size_t i = 0; i < out_.next.size(); ++i) {
                if (arrives_[i]) continue;
                arrives_[i] = std::any_of(out_.next[i].begin(), out_.next[i].end(),
                                          [&](std::size_t to) { return arrives_[to]; });
                grew |= arrives_[i];
            }
        }
        for (auto& next : out_.next)
            std::erase_if(next, [&](std::size_t to) { return !arrives_[to]; });
    }

    void find_rings() {
        const std::size_t count = out_.nodes.size();
        std::vector<std::vector<bool>> reach;
        for (std::size_t i = 0; i < count; ++i) reach.push_back(reached(i));
        out_.ring.resize(count);
        for (std::size_t i = 0; i < count; ++i) {
            out_.ring[i] = i;
            for (std::size_t j = 0; j < i; ++j)
                if (reach[i][j] && reach[j][i]) out_.ring[i] = std::min(out_.ring[i], out_.ring[j]);
        }
    }

    std::vector<bool> reached(std::size_t start) {
        std::vector<bool> seen(out_.nodes.size());
        std::vector<std::size_t> open{start};
        while (!open.empty()) {
            const std::size_t at = open.back();
            open.pop_back();
            for (const std::size_t to : out_.next[at])
                if (!seen[to]) {
                    seen[to] = true;
                    open.push_back(to);
                }
        }
        return seen;
    }

    Between out_;
    std::map<std::string, std::size_t, std::less<>> number_;
    std::vector<bool> arrives_;
    bool found_ = false;
};

/// The longest or shortest path that passes no state twice. Once a ring of states is left it is not
/// entered again, so only ways within one are tried one by one; what follows is found once.
class Search {
public:
    Search(const Menu& menu, const Between& between, const PagesOf& pages, By by, bool longest)
        : menu_(menu),
          between_(between),
          pages_(pages),
          by_(by),
          longest_(longest),
          passed_(between.nodes.size()),
          best_(between.nodes.size()) {
        for (std::size_t i = 0; i < between.nodes.size(); ++i) costs_.push_back(cost_of(i));
    }

    /// Nothing where it would take too long to say.
    std::optional<Path> run() {
        const Best* best = enter(between_.from);
        if (!best || steps_ > kStepsMax) return std::nullopt;
        Path path;
        path.inputs = best->cost.inputs;
        path.pages = best->cost.pages;
        path.seconds = best->cost.seconds;
        for (const std::size_t i : best->path)
            if (shown(i)) path.screens.push_back(between_.nodes[i]->name);
        return path;
    }

private:
    struct Best {
        Cost cost;
        std::vector<std::size_t> path;
    };

    bool shown(std::size_t i) const {
        const Node& node = *between_.nodes[i];
        return node.kind != Node::Kind::act && !node.text.empty();
    }

    Cost cost_of(std::size_t i) const {
        const Node& node = *between_.nodes[i];
        Cost cost;
        cost.screens = shown(i) ? 1 : 0;
        if (between_.end[i] || !shown(i)) return cost;
        cost.inputs = 1;
        cost.seconds = seconds_for(menu_, node.kind == Node::Kind::choose ? "choose"
                                          : node.kind == Node::Kind::say  ? "say"
                                                                          : node.validator);
        const auto pages = pages_.find(node.name);
        if (!longest_ || pages == pages_.end() || pages->second < 2) return cost;
        cost.pages = static_cast<unsigned>(pages->second - 1);
        cost.inputs += cost.pages;
        cost.seconds += cost.pages * seconds_for(menu_, "more");
        return cost;
    }

    /// The best way from here to an end, where this is the first state of its ring.
    const Best* enter(std::size_t i) {
        if (!best_[i]) {
            Best found;
            bool any = false;
            const std::size_t outer = std::exchange(begin_, path_.size());
            walk(i, {}, found, any);
            begin_ = outer;
            if (!any) return nullptr;
            best_[i] = std::move(found);
        }
        return &*best_[i];
    }

    void walk(std::size_t i, Cost so_far, Best& found, bool& any) {
        if (++steps_ > kStepsMax) return;
        so_far = so_far + costs_[i];
        path_.push_back(i);
        if (between_.end[i]) {
            take(so_far, {}, found, any);
        } else {
            passed_[i] = true;
            for (const std::size_t to : between_.next[i]) {
                if (passed_[to]) continue;
                if (between_.ring[to] == between_.ring[i])
                    walk(to, so_far, found, any);
                else if (const Best* rest = enter(to))
                    take(so_far + rest->cost, rest->path, found, any);
            }
            passed_[i] = false;
        }
        path_.pop_back();
    }

    /// The way so far, and from there on `rest`.
    void take(const Cost& cost, std::span<const std::size_t> rest, Best& found, bool& any) const {
        if (std::exchange(any, true) &&
            !(longest_ ? more(cost, found.cost, by_) : more(found.cost, cost, by_)))
            return;
        found.cost = cost;
        found.path.assign(path_.begin() + static_cast<std::ptrdiff_t>(begin_), path_.end());
        found.path.insert(found.path.end(), rest.begin(), rest.end());
    }

    const Menu& menu_;
    const Between& between_;
    const PagesOf& pages_;
    By by_;
    bool longest_;
    std::vector<Cost> costs_;
    std::vector<bool> passed_;
    std::vector<std::optional<Best>> best_;
    std::vector<std::size_t> path_;  ///< to where the search is
    std::size_t begin_ = 0;          ///< in it, of the ring that is being searched
    std::size_t steps_ = 0;
};

std::string joined(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
    return out;
}

class Pricer {
public:
    Pricer(const Menu& menu, const PagesOf& pages, Problems& problems)
        : menu_(menu), pages_(pages), problems_(problems) {}

    std::vector<JourneyPrice> run() {
        prove_seconds();
        std::vector<JourneyPrice> out;
        for (const Journey& journey : menu_.journeys)
            if (states_exist(journey))
                if (auto price = price_of(journey)) out.push_back(std::move(*price));
        return out;
    }

private:
    void complain(const std::string& path, std::string what) {
        problems_.push_back({menu_.file, line_of(menu_.lines, path), path, std::move(what)});
    }

    void prove_seconds() {
        const std::vector<std::string> known = timed_inputs();
        for (const auto& [what, seconds] : menu_.seconds)
            if (std::find(known.begin(), known.end(), what) == known.end())
                complain("seconds/" + what,
                         "neither a kind of state nor a validator" + did_you_mean(what, known));
    }

    bool states_exist(const Journey& journey) {
        std::vector<std::string> known;
        for (const auto& [name, node] : menu_.nodes) known.push_back(name);
        bool good = true;
        const auto state = [&](const char* part, const std::string& name) {
            if (menu_.node(name)) return;
            complain("journeys/" + journey.name + "/" + part,
                     "no state '" + name + "'" + did_you_mean(name, known));
            good = false;
        };
        if (!journey.from.empty()) state("from", journey.from);
        for (const std::string& name : journey.to) state("to", name);
        for (const std::string& name : journey.without) state("without", name);
        return good;
    }

    std::optional<JourneyPrice> price_of(const Journey& journey) {
        const std::string path = "journeys/" + journey.name;
        const Graph graph(menu_, journey);
        if (!graph.between()) {
            complain(path, "no way leads from " +
                               (journey.from.empty() ? menu_.start : journey.from) + " to " +
                               joined(journey.to));
            return std::nullopt;
        }
        const auto search = [&](By by, bool longest) {
            return Search(menu_, *graph.between(), pages_, by, longest).run();
        };
        auto shortest = search(By::seconds, false);
        auto longest = search(By::seconds, true);
        const auto widest = search(By::screens, true);
        if (!shortest || !longest || !widest) {
            complain(path,
                     "has too many ways to try them all; name side ways in 'without', or a nearer "
                     "end in 'to'");
            return std::nullopt;
        }
        limit(path + "/screens_max", widest->screens.size(), journey.screens_max, "screens",
              *widest);
        limit(path + "/session_max", longest->seconds, journey.session_max, "seconds", *longest);
        return JourneyPrice{journey.name, std::move(*shortest), std::move(*longest)};
    }

    void limit(const std::string& path, std::size_t is, unsigned may, const std::string& unit,
               const Path& way) {
        if (may == 0 || is <= may) return;
        complain(path, "the longest path has " + std::to_string(is) + " of " + std::to_string(may) +
                           " " + unit + ": " + joined(way.screens) +
                           "; shorten it, name side ways in 'without', or raise the limit");
    }

    const Menu& menu_;
    const PagesOf& pages_;
    Problems& problems_;
};

}  // namespace

unsigned billing_steps(const Path& path) {
    return (path.seconds + kBillingSeconds - 1) / kBillingSeconds;
}

std::vector<JourneyPrice> price_journeys(const Menu& menu, const PagesOf& pages,
                                         Problems& problems) {
    return Pricer(menu, pages, problems).run();
}

unsigned seconds_for(const Menu& menu, std::string_view what) {
    if (const auto own = menu.seconds.find(what); own != menu.seconds.end()) return own->second;
    const auto at = std::find_if(std::begin(kTyping), std::end(kTyping),
                                 [&](const Typing& typing) { return typing.what == what; });
    return at == std::end(kTyping) ? seconds_for(menu, "ask") : at->seconds;
}

std::vector<std::string> timed_inputs() {
    std::vector<std::string> out{"choose", "ask", "say", "more"};
    for (const Validator& validator : validators()) out.emplace_back(validator.name);
    return out;
}

}  // namespace jangkau::menus
