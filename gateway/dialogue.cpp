#include "gateway/dialogue.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <stdexcept>
#include <utility>

#include "gateway/core/text.hpp"
#include "gateway/expectation.hpp"
#include "gateway/phone.hpp"

namespace jangkau::gateway {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kNewNumber = "new";
constexpr int kWaitDigitsMax = 6;

struct VerbWord {
    std::string_view word;
    Verb verb;
    enum class Text { none, wanted, may_be_empty } text;
};
constexpr VerbWord kVerbs[] = {
    {"dials", Verb::dials, VerbWord::Text::wanted},
    {"types", Verb::types, VerbWord::Text::may_be_empty},
    {"redials", Verb::redials, VerbWord::Text::none},
    {"repeats", Verb::repeats, VerbWord::Text::none},
    {"hangs up", Verb::hangs_up, VerbWord::Text::none},
    {"sends", Verb::sends, VerbWord::Text::wanted},
    {"gets nothing", Verb::gets_nothing, VerbWord::Text::none},
    {"gets", Verb::gets, VerbWord::Text::none},
};

struct Unit {
    std::string_view word;
    std::chrono::seconds seconds;
};
constexpr Unit kUnits[] = {{"second", std::chrono::seconds(1)},
                           {"minute", std::chrono::minutes(1)},
                           {"hour", std::chrono::hours(1)},
                           {"day", std::chrono::hours(24)}};

bool shows_screen(Verb verb) {
    return verb == Verb::dials || verb == Verb::types || verb == Verb::redials;
}

/// Cuts the first word off.
std::string_view next_word(std::string_view& text) {
    text = trim(text);
    const std::size_t end = std::min(text.find_first_of(" \t"), text.size());
    const std::string_view word = text.substr(0, end);
    text = trim(text.substr(end));
    return word;
}

/// "types", also when more follows: "types 1".
bool begins_with_words(std::string_view text, std::string_view words) {
    if (!text.starts_with(words)) return false;
    return text.size() == words.size() || text[words.size()] == ' ' || text[words.size()] == '\t';
}

class Parser {
public:
    Parser(const std::string& file, Problems& problems) : problems_(problems) {
        dialogue_.file = file;
    }

    std::optional<Dialogue> parse(std::string_view text) {
        const std::size_t before = problems_.size();
        if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
        if (!valid_utf8(text)) wrong("the file is not UTF-8");
        while (!text.empty()) {
            const std::size_t end = std::min(text.find('\n'), text.size());
            std::string_view line = text.substr(0, end);
            if (line.ends_with('\r')) line.remove_suffix(1);
            text.remove_prefix(std::min(end + 1, text.size()));
            ++line_;
            dialogue_.lines.emplace_back(line);
            take(trim(line));
        }
        line_ = 0;
        if (problems_.size() == before && dialogue_.steps.empty()) wrong("nothing happens in it");
        if (problems_.size() != before) return std::nullopt;
        return std::move(dialogue_);
    }

private:
    void wrong(std::string what) {
        problems_.push_back(
            {.file = dialogue_.file, .line = line_, .path = "", .what = std::move(what)});
    }

    void take(std::string_view line) {
        if (line.empty() || line.starts_with('#')) return;
        if (line.starts_with('>') || line.starts_with('=')) return expect(line);
        std::string_view rest = line;
        const std::string_view word = next_word(rest);
        if (word == "channel") return take_channel(rest);
        if (word == "phone") return take_phone(rest);
        if (line == "ignore sms") return at_top() ? void(dialogue_.ignore_sms = true) : void();
        if (word == "wait") return take_wait(line, rest);
        take_step(line, word, rest);
    }

    bool at_top() {
        if (dialogue_.steps.empty()) return true;
        wrong("this belongs to the top, before anything happens");
        return false;
    }

    void take_channel(std::string_view rest) {
        if (!at_top()) return;
        dialogue_.channel = next_word(rest);
        if (dialogue_.channel.empty() || !rest.empty()) wrong("write 'channel NAME'");
    }

    void take_phone(std::string_view rest) {
        if (!at_top()) return;
        const std::string name(next_word(rest));
        const bool plain = name.find_first_of("{}>=#.") == name.npos;
        if (name.empty() || rest.empty() || !plain) {
            return wrong(
                "write 'phone NAME NUMBER', or 'phone NAME new' for a number that is new "
                "in every run");
        }
        if (caller(name)) return wrong("there is a phone '" + name + "' already");
        std::string number;
        try {
            if (rest != kNewNumber) number = phone_number(rest);
        } catch (const std::runtime_error& e) {
            wrong(e.what());
        }
        dialogue_.callers.push_back({name, number});
        known_.insert(name);
    }

    [[nodiscard]] bool caller(std::string_view name) const {
        return std::ranges::find(dialogue_.callers, name, &Dialogue::Caller::name) !=
               dialogue_.callers.end();
    }

    void take_wait(std::string_view line, std::string_view rest) {
        const std::string number(next_word(rest));
        const bool counted = !number.empty() && number.size() <= kWaitDigitsMax &&
                             number.find_first_not_of("0123456789") == number.npos;
        const auto* unit = std::ranges::find_if(kUnits, [&](const Unit& known) {
            return rest == known.word || rest == std::string(known.word) + "s";
        });
        if (!counted || unit == std::end(kUnits)) {
            return wrong("write 'wait NUMBER seconds', minutes, hours or days");
        }
        dialogue_.steps.push_back({.line = line_,
                                   .written = std::string(line),
                                   .verb = Verb::wait,
                                   .who = {},
                                   .text = {},
                                   .wait = std::stol(number) * unit->seconds,
                                   .expected = {},
                                   .expected_at = {}});
    }

    void take_step(std::string_view line, std::string_view who, std::string_view rest) {
        const auto* verb = std::ranges::find_if(
            kVerbs, [&](const VerbWord& known) { return begins_with_words(rest, known.word); });
        if (verb == std::end(kVerbs)) return wrong_verb(who, rest);
        const std::string_view text = trim(rest.substr(verb->word.size()));
        if (!caller(who))
            return wrong("no phone is called '" + std::string(who) + "'" + nearest(who));
        if (verb->text == VerbWord::Text::none && !text.empty()) {
            return wrong("nothing can follow '" + std::string(verb->word) +
                         "'; what is expected stands in lines with > below");
        }
        if (verb->text == VerbWord::Text::wanted && text.empty()) {
            return wrong("what " + std::string(who) + " " + std::string(verb->word) +
                         " is missing");
        }
        dialogue_.steps.push_back({.line = line_,
                                   .written = std::string(line),
                                   .verb = verb->verb,
                                   .who = std::string(who),
                                   .text = unquoted(text),
                                   .expected = {},
                                   .expected_at = {}});
        for (const auto& name : names_in(text)) {
            if (!known_.contains(name)) {
                wrong("{" + name + "} stands for nothing yet" +
                      did_you_mean(name, {known_.begin(), known_.end()}));
            }
        }
    }

    void wrong_verb(std::string_view who, std::string_view rest) {
        if (!caller(who) && rest.empty()) {
            return wrong("'" + std::string(who) + "' is no step; screens begin with > or =");
        }
        std::vector<std::string> words;
        std::string list;
        for (const auto& verb : kVerbs) {
            list += (list.empty() ? "" : ", ") + words.emplace_back(verb.word);
        }
        const std::string typed(next_word(rest));
        wrong("'" + typed + "' is nothing that a phone does" + did_you_mean(typed, words) +
              "; there are " + list);
    }

    [[nodiscard]] std::string nearest(std::string_view who) const {
        std::vector<std::string> names;
        for (const auto& known : dialogue_.callers) names.push_back(known.name);
        return names.empty() ? "; write 'phone " + std::string(who) + " NUMBER' at the top"
                             : did_you_mean(std::string(who), names);
    }

    /// Quotes keep blanks at the ends.
    static std::string unquoted(std::string_view text) {
        const bool quoted = text.size() >= 2 && text.starts_with('"') && text.ends_with('"');
        return std::string(quoted ? text.substr(1, text.size() - 2) : text);
    }

    void expect(std::string_view line) {
        if (dialogue_.steps.empty())
            return wrong("nothing has happened yet that this could follow");
        Step& step = dialogue_.steps.back();
        const bool end = line.starts_with('=');
        if (!shows_screen(step.verb) && step.verb != Verb::gets) {
            return wrong("nothing is shown after '" + step.written + "'");
        }
        if (end && step.verb == Verb::gets) return wrong("lines of an SMS begin with >");
        if (!step.expected.empty() && end != step.end) {
            return wrong("all lines of one screen begin alike: > if it goes on, = if it ends");
        }
        line.remove_prefix(1);
        if (line.starts_with(' ')) line.remove_prefix(1);
        step.end = end;
        step.expected.emplace_back(line);
        step.expected_at.push_back(line_);
        for (auto& name : names_in(line)) known_.insert(std::move(name));
    }

    Dialogue dialogue_;
    Problems& problems_;
    int line_ = 0;
    std::set<std::string> known_;  // names that stand for something by now
};

}  // namespace

std::optional<Dialogue> parse_dialogue(std::string_view text, const std::string& file,
                                       Problems& problems) {
    return Parser(file, problems).parse(text);
}

std::string rewritten(const Dialogue& dialogue, const std::vector<NewExpectation>& changes) {
    std::map<int, std::string> blocks;  // by the line that they follow
    std::set<int> gone;
    std::string unread;
    for (const auto& change : changes) {
        std::string block;
        for (const auto& line : change.lines) {
            block += std::string(change.end ? "=" : ">") + (line.empty() ? "" : " ") + line + "\n";
        }
        if (change.step == dialogue.steps.size()) {
            unread += change.who + " gets\n" + block;
            continue;
        }
        const Step& step = dialogue.steps[change.step];
        gone.insert(step.expected_at.begin(), step.expected_at.end());
        blocks[step.expected_at.empty() ? step.line : step.expected_at.front()] = block;
    }
    std::string text;
    int number = 0;
    for (const auto& line : dialogue.lines) {
        if (!gone.contains(++number)) text += line + "\n";
        if (const auto block = blocks.find(number); block != blocks.end()) text += block->second;
    }
    return text + unread;
}

}  // namespace jangkau::gateway
