// What must hold for any dialogue at all. The seeds are fixed: a failure names its round and comes
// again.

#include <fstream>
#include <iterator>
#include <random>
#include <sstream>

#include "tests/menus/menu_files.hpp"
#include "tests/menus/talk.hpp"

namespace jangkau::menus {
namespace {

constexpr int kRounds = 2000;
constexpr std::size_t kTypedMax = 300;

const Menu& small() {
    static const Menu menu = menu_of(small_files());
    return menu;
}

/// The menu that is shipped, if it can be read.
const std::optional<Menu>& shipped() {
    static const std::optional<Menu> menu = [] {
        const std::string folder = JANGKAU_SOURCE_DIR "/config/menus/makassar";
        const auto read = [&](const std::string& name) -> std::optional<std::string> {
            std::ifstream in(folder + "/" + name, std::ios::binary);
            if (!in) return std::nullopt;
            return std::string(std::istreambuf_iterator<char>(in), {});
        };
        Problems problems;
        auto parsed = parse_menu(read, folder, problems);
        EXPECT_EQ(all_written(problems), "");
        return parsed;
    }();
    return menu;
}

class Chance {
public:
    explicit Chance(unsigned seed) : random_(seed) {}

    std::size_t below(std::size_t limit) { return static_cast<std::size_t>(random_() % limit); }
    bool once_in(std::size_t times) { return below(times) == 0; }
    template <class List>
    const auto& one_of(const List& list) {
        return *std::next(std::begin(list), static_cast<std::ptrdiff_t>(below(std::size(list))));
    }

    std::string bytes(std::size_t most) {
        std::string out(below(most + 1), ' ');
        for (char& c : out) c = static_cast<char>(below(256));
        return out;
    }

    /// What people and broken phones send.
    std::string typed() {
        static const std::string kPieces[] = {"0",
                                              "1",
                                              "9",
                                              "2",
                                              "#",
                                              "*",
                                              " ",
                                              "budi",
                                              "7371114503800003",
                                              "bara",
                                              "\xFF",
                                              "\n",
                                              "'",
                                              "1500",
                                              "05031980",
                                              "\xC3\xA9",
                                              "\xF0\x9F\x98\x80"};
        switch (below(8)) {
            case 0: return bytes(kTypedMax);
            case 1: {
                std::string out;
                for (std::size_t i = below(12); i > 0; --i) out += one_of(kPieces);
                return out;
            }
            case 2: return one_of(kPieces);
            default: return std::to_string(below(10));
        }
    }

    std::string value() {
        switch (below(6)) {
            case 0: return bytes(60);
            case 1: return std::string(below(500), 'X');
            case 2: return "1\tA\n2\tB\nno tab\n\t\n3\t" + bytes(50);
            default: return std::to_string(below(20));
        }
    }

    State state(const Menu& menu) {
        State out;
        const auto node = [&] { return once_in(10) ? bytes(8) : one_of(menu.nodes).first; };
        out.node = node();
        out.language = once_in(10) ? bytes(3) : one_of(menu.languages).code;
        for (std::size_t i = below(6); i > 0; --i) out.trail.push_back(node());
        for (const auto& [name, n] : menu.nodes)
            if (!n.into.empty() && once_in(2)) {
                const std::string both = value();
                out.vars[n.into] = both;
                out.vars[n.into + "_label"] = both;
            }
        for (const auto& [name, holder] : menu.placeholders)
            if (once_in(2)) out.vars[holder.var] = value();
        out.vars["tickets"] = value();
        if (once_in(10)) out.vars[bytes(5)] = bytes(20);
        out.page = once_in(4) ? below(5) : once_in(10) ? static_cast<std::size_t>(-1) : 0;
        if (once_in(4)) out.filter = once_in(2) ? "bara" : bytes(5);
        out.tries = once_in(10) ? static_cast<unsigned>(-1) : static_cast<unsigned>(below(4));
        if (once_in(4)) out.edit_stage = menu.stages.empty() ? "" : one_of(menu.stages);
        if (once_in(4)) out.edit_return = node();
        out.ended = once_in(10);
        return out;
    }

    Input input(const Menu& menu) {
        switch (below(10)) {
            case 0:
                return Entered{once_in(3) ? bytes(6) : one_of(menu.nodes).first,
                               {{"name", value()}},
                               once_in(2) ? "" : bytes(3)};
            case 1:
            case 2: {
                Answered answered;
                answered.outcome = bytes(4);
                const Node& node = one_of(menu.nodes).second;
                if (!node.on.empty()) answered.outcome = one_of(node.on).first;
                answered.vars = {{"name", value()}, {"tickets", value()}};
                if (once_in(5)) answered.restored = state(menu);
                return answered;
            }
            default: return Typed{typed()};
        }
    }

private:
    std::mt19937 random_;
};

void expect_sound(const Menu& menu, const Step& step, std::size_t units) {
    ASSERT_EQ(decode_state(encode(step.state)), step.state);
    ASSERT_NE(menu.node(step.state.node), nullptr);
    if (const auto* screen = std::get_if<Screen>(&step.next)) {
        ASSERT_TRUE(fits(screen->text, units)) << screen->text;
        ASSERT_EQ(screen->end, step.state.ended);
    } else {
        ASSERT_EQ(menu.node(step.state.node)->kind, Node::Kind::act);
        ASSERT_FALSE(step.state.ended);
    }
    for (const Effect& effect : step.effects) {
        if (const auto* keep = std::get_if<KeepDraft>(&effect)) {
            ASSERT_GE(keep->stage, 1u);
            ASSERT_LE(keep->stage, menu.stages.size());
        }
    }
}

void any_state_and_any_input(const Menu& menu, unsigned seed) {
    Chance chance(seed);
    const std::size_t kUnits[] = {0, 1, 20, 80, 160, 182};
    for (int round = 0; round < kRounds; ++round) {
        SCOPED_TRACE("round " + std::to_string(round));
        const Vars settings{{"service", chance.value()}};
        const std::size_t units = chance.one_of(kUnits);
        const Context context = context_of(settings, units);
        const State state = chance.state(menu);
        const Input input = chance.input(menu);
        const Step first = step(menu, state, input, context);
        expect_sound(menu, first, units);
        // The same again is the same: step() knows nothing that it was not given.
        const Step second = step(menu, state, input, context);
        ASSERT_EQ(first.state, second.state);
        if (testing::Test::HasFatalFailure()) return;
    }
}

/// Whole dialogues, once with the state kept and once with it written and read between any two
/// inputs.
void any_dialogue(const Menu& menu, unsigned seed) {
    Chance chance(seed);
    for (int round = 0; round < kRounds / 10; ++round) {
        SCOPED_TRACE("round " + std::to_string(round));
        const Vars settings;
        const Context context = context_of(settings);
        Step kept = step(menu, State{}, Entered{menu.start, {}, ""}, context);
        Step stored = kept;
        for (int turn = 0; turn < 30; ++turn) {
            Input input = Typed{chance.typed()};
            if (std::holds_alternative<Ask>(kept.next)) {
                const Node& node = *menu.node(kept.state.node);
                input = Answered{node.on.empty() ? "" : chance.one_of(node.on).first,
                                 {{"tickets", "1\tA\n2\tB"}},
                                 "",
                                 {}};
            }
            const auto read = decode_state(encode(stored.state));
            ASSERT_TRUE(read);
            kept = step(menu, kept.state, input, context);
            stored = step(menu, *read, input, context);
            expect_sound(menu, kept, context.screen_units);
            if (testing::Test::HasFatalFailure()) return;
            ASSERT_EQ(kept.state, stored.state);
            ASSERT_EQ(kept.next.index(), stored.next.index());
            if (const auto* screen = std::get_if<Screen>(&kept.next)) {
                ASSERT_EQ(screen->text, std::get<Screen>(stored.next).text);
                ASSERT_TRUE(screen->end || !screen->text.empty());
            }
            ASSERT_LE(kept.state.trail.size(), menu.nodes.size());
        }
    }
}

TEST(Properties, step_takes_any_state_and_any_input) { any_state_and_any_input(small(), 1); }
TEST(Properties, step_takes_any_state_and_any_input_in_the_shipped_menu) {
    ASSERT_TRUE(shipped());
    any_state_and_any_input(*shipped(), 2);
}
TEST(Properties, a_dialogue_is_the_same_when_its_state_is_stored) { any_dialogue(small(), 3); }
TEST(Properties, a_dialogue_of_the_shipped_menu_is_the_same_when_its_state_is_stored) {
    ASSERT_TRUE(shipped());
    any_dialogue(*shipped(), 4);
}

TEST(Properties, zero_leads_out_of_every_dialogue) {
    Chance chance(5);
    for (int round = 0; round < kRounds / 10; ++round) {
        Talk talk(small());
        talk.enter();
        for (std::size_t i = chance.below(20); i > 0; --i) {
            if (std::holds_alternative<Ask>(talk.last.next))
                talk.answer(chance.one_of(small().node(talk.last.state.node)->on).first);
            else
                talk.type(chance.typed());
        }
        for (int turn = 0; turn < 20 && !talk.last.state.ended; ++turn) {
            if (std::holds_alternative<Ask>(talk.last.next))
                talk.answer(small().node(talk.last.state.node)->on.begin()->first);
            else
                talk.type("0");
        }
        ASSERT_TRUE(talk.last.state.ended) << "round " << round;
    }
}

}  // namespace
}  // namespace jangkau::menus
