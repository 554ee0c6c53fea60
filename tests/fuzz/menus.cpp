// A small menu, changed at random, through loader, prover and interpreter: whatever the prover lets
// pass never shows a screen over its budget, never asks without end, and comes back from text as it
// was.
// Lines of changes ("OP LINE [TEXT]", see edit()), an empty line, then lines as a person types
// them.

#include "tests/fuzz/fuzz.hpp"

#include <charconv>

#include "menus/graph_picture.hpp"
#include "menus/prove.hpp"
#include "menus/render.hpp"
#include "menus/step.hpp"
#include "tests/menus/menu_files.hpp"

using namespace jangkau;
using namespace jangkau::menus;
using namespace std::chrono_literals;
using fuzz::expect;

namespace {

constexpr std::size_t kChangesMax = 24;
constexpr std::size_t kInputsMax = 40;
constexpr std::size_t kAsksMax = 30;  ///< in a row; the menu has no more states than that
constexpr std::size_t kUnits = 160;

const std::vector<ActionFacts>& facts() {
    static const std::vector<ActionFacts> all{{"check_job", {"ok", "refused"}, {}},
                                              {"my_tickets", {"some", "none"}, {"tickets"}},
                                              {"review", {"ready"}, {}}};
    return all;
}
const Vars& settings() {
    static const Vars all{{"service", "Makassar Berjasa"}};
    return all;
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    for (fuzz::Choices left(text); left.any();) lines.emplace_back(left.line());
    return lines;
}

/// `change`: "d5" drops line 5, "c5 9" puts it a second time, above line 9, "s5 TEXT" puts TEXT in
/// its place, "i5 TEXT" above it, "m5 9" puts line 9's value behind line 5's key. "f2" turns to the
/// third file.
class Editor {
public:
    explicit Editor(Files& files) : files_(files) {}

    void edit(std::string_view change) {
        if (change.empty()) return;
        std::size_t line = 0;
        const auto read = std::from_chars(change.data() + 1, change.data() + change.size(), line);
        std::string_view rest = change.substr(static_cast<std::size_t>(read.ptr - change.data()));
        if (rest.starts_with(' ')) rest.remove_prefix(1);
        if (change[0] == 'f') {
            file_ = line % files_.size();
            return;
        }
        auto at = std::next(files_.begin(), static_cast<std::ptrdiff_t>(file_));
        auto lines = lines_of(at->second);
        if (lines.empty()) return;
        line %= lines.size();
        std::size_t other = 0;
        std::from_chars(rest.data(), rest.data() + rest.size(), other);
        other %= lines.size();
        const auto place = [&](std::size_t i) {
            return lines.begin() + static_cast<std::ptrdiff_t>(i);
        };
        switch (change[0]) {
            case 'd': lines.erase(place(line)); break;
            case 'c': lines.insert(place(other), std::string(lines[line])); break;
            case 's': lines[line] = rest; break;
            case 'i': lines.insert(place(line), std::string(rest)); break;
            case 'm':
                lines[line] =
                    lines[line].substr(0, lines[line].find(':')) +
                    lines[other].substr(std::min(lines[other].size(), lines[other].find(':')));
                break;
            default: return;
        }
        at->second.clear();
        for (const auto& one : lines) at->second += one + "\n";
    }

private:
    Files& files_;
    std::size_t file_ = 0;
};

/// Goes on until a person has to type something; false when the dialogue is over.
bool shows_a_screen(const Menu& menu, Step& now, const Context& context) {
    for (std::size_t asks = 0; asks < kAsksMax; ++asks) {
        const auto text = encode(now.state);
        const auto read = decode_state(text);
        expect(read == now.state, "a state comes back from its text");
        if (const auto* screen = std::get_if<Screen>(&now.next)) {
            expect(fits(screen->text, kUnits), "a screen within its budget");
            expect(screen->end == now.state.ended, "the last screen ends the dialogue");
            return !screen->end;
        }
        const auto& ask = std::get<Ask>(now.next);
        const auto known = std::ranges::find(facts(), ask.action, &ActionFacts::name);
        expect(known != facts().end(), "an action that there is");
        Answered answer{std::string(known->outcomes[asks % known->outcomes.size()]), {}, "", {}};
        if (ask.action == "my_tickets")
            answer.vars = {{"tickets", "1\tTiket 4821730\n2\tTiket 5724000"}};
        now = step(menu, *read, answer, context);
    }
    throw fuzz::Broken("it asks without end");
}

void talk(const Menu& menu, const std::vector<std::string>& inputs) {
    static const NumberPlan plan;
    const Context context{{2026y / 11 / 22, plan}, settings(), kUnits};
    Step now = step(menu, State{}, Entered{menu.start, {}, ""}, context);
    for (const auto& input : inputs) {
        if (!shows_a_screen(menu, now, context)) return;
        now = step(menu, now.state, Typed{input}, context);
    }
    (void)shows_a_screen(menu, now, context);
}

}  // namespace

FUZZ_TARGET(menus) {
    Files files = small_files();
    Editor editor(files);
    fuzz::Choices choices(input);
    for (std::size_t i = 0; i < kChangesMax && choices.any(); ++i) {
        const auto change = choices.line();
        if (change.empty()) break;
        editor.edit(change);
    }
    std::vector<std::string> inputs = lines_of(choices.rest());
    inputs.resize(std::min(inputs.size(), kInputsMax));

    Problems problems;
    const auto menu = parse_files(files, problems);
    expect(menu.has_value() != any_error(problems), "a menu, or what is wrong with it");
    if (!menu) return;
    prove(*menu, facts(), {{"id", settings()}, {"en", settings()}}, {}, {}, problems);
    for (const Problem& problem : problems) expect(!problem.what.empty(), "problems in words");
    if (any_error(problems)) return;
    talk(*menu, inputs);

    const auto graph = graph_of(*menu, {.language = "",
                                        .flow = "",
                                        .from = "",
                                        .settings = settings(),
                                        .spoken = {},
                                        .limits = {}});
    expect(graph.has_value(), "a proven menu can be drawn");
    // The map itself takes too long for many runs; svg_text checks what is written into it.
    expect(!write_dot(*graph).empty(), "drawn");
}
