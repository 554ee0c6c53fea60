#include "gateway/player.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <stdexcept>
#include <utility>

#include "gateway/core/check.hpp"
#include "gateway/core/msisdn.hpp"

namespace jangkau::gateway {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A step went another way than written; ends the dialogue.
struct Mismatch {
    std::string what;
    std::vector<std::string> differences;
    int line = 0;  ///< of the first expected line that differs; 0 = of the step
};

bool has(const Dialogue& dialogue, std::initializer_list<Verb> verbs) {
    return std::ranges::any_of(dialogue.steps, [&](const Step& step) {
        return std::ranges::find(verbs, step.verb) != verbs.end();
    });
}

class Player {
public:
    Player(const Dialogue& dialogue, Line& line, const Trunks& trunks, Ids& ids,
           const PlayOptions& options)
        : dialogue_(dialogue), line_(line), trunks_(trunks), ids_(ids), options_(options) {}

    Played play() {
        const auto begun = std::chrono::steady_clock::now();
        try {
            run();
        } catch (const Mismatch& mismatch) {
            fail(mismatch.what, mismatch.line);
            played_.differences = mismatch.differences;
        } catch (const std::runtime_error& e) {
            fail(e.what(), 0);
        }
        played_.took =
            std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begun);
        return std::move(played_);
    }

private:
    struct Held {
        Phone phone;
        std::deque<InboxSms> unread;
    };

    void run() {
        if (has(dialogue_, {Verb::wait}) && !line_.advance(seconds(0))) {
            played_.state = Played::State::skipped;
            played_.what = "it waits, which needs a gateway with a movable clock";
            return;
        }
        take_phones();
        for (; played_.steps < dialogue_.steps.size(); ++played_.steps) do_step(step());
        leave_nothing_unread();
    }

    void take_phones() {
        // An application without an inbox can be tried all the same.
        sms_ = has(dialogue_, {Verb::sends, Verb::gets, Verb::gets_nothing});
        for (const auto& caller : dialogue_.callers) {
            std::string number = caller.number.empty() ? ids_.new_number() : caller.number;
            names_[caller.name] = Msisdn::from_digits(number.substr(1)).local(NumberPlan{});
            auto& held = held_.emplace(caller.name, Held{Phone(line_, trunks_, number, ids_), {}})
                             .first->second;
            try {
                held.phone.forget_sms();
            } catch (const std::runtime_error&) {
                if (sms_) throw;
                inbox_works_ = false;
            }
        }
    }

    void do_step(const Step& step) {
        if (step.verb == Verb::wait) {
            (void)line_.advance(step.wait);
            return;
        }
        Held& held = held_.at(step.who);
        Phone& phone = held.phone;
        switch (step.verb) {
            case Verb::dials: return compare_screen(phone.dial(typed()));
            case Verb::types: return compare_screen(phone.type(typed()));
            case Verb::redials:
                if (phone.code().empty()) throw Mismatch{step.who + " has dialled nothing yet", {}};
                return compare_screen(phone.dial(phone.code()));
            case Verb::repeats: return compare_repeated(phone.repeat());
            case Verb::hangs_up: return phone.hang_up();
            case Verb::sends: return phone.sms(options_.short_code, typed());
            case Verb::gets: return compare_sms(next_sms(held));
            case Verb::gets_nothing: return compare_nothing(held);
            case Verb::wait: break;
        }
        check(false, "every verb is done");
    }

    [[nodiscard]] const Step& step() const { return dialogue_.steps[played_.steps]; }

    std::string typed() const {
        const auto text = filled(step().text, names_);
        if (text) return *text;
        throw Mismatch{"'" + step().text + "' has a name that stands for nothing", {}};
    }

    void compare_screen(const adapters::PhoneScreen& screen) { compare(screen.text, screen.end); }
    void compare_sms(const InboxSms& sms) { compare(sms.text, false); }

    void compare(const std::string& text, bool end) {
        const auto actual = shown_lines(text);
        const auto& expected = step().expected;
        if (options_.update) return adopt(actual, end);
        if (expected.empty()) return;
        Names names = names_;
        const bool same = matches(joined(expected), joined(actual), names);
        if (same && end == step().end) {
            names_ = std::move(names);
            return;
        }
        differ(actual, end, same);
    }

    [[noreturn]] void differ(const std::vector<std::string>& actual, bool end, bool same) const {
        const std::string ways = end ? "the dialogue ends here, and was expected to go on"
                                     : "the dialogue goes on, and was expected to end here";
        const bool sms = step().verb == Verb::gets;
        Mismatch mismatch{sms    ? "the SMS is not the expected one"
                          : same ? ways
                                 : "the screen is not the expected one",
                          {}};
        if (!same && end != step().end) mismatch.what += ", and " + ways;
        const std::string was = step().end ? "= " : "> ";
        const std::string is = end ? "= " : "> ";
        for (const auto& row : diff(step().expected, actual, names_)) {
            const bool differs = row.kind != DiffLine::Kind::same;
            const bool missing = row.kind == DiffLine::Kind::missing;
            mismatch.differences.push_back((!differs  ? "  " + is
                                            : missing ? "- " + was
                                                      : "+ " + is) +
                                           row.text);
            if (differs && mismatch.line == 0) {
                mismatch.line = step().expected_at[row.expected_at];
            }
        }
        std::vector<std::string> told;
        for (const auto& name : names_in(joined(step().expected))) {
            const auto bound = names_.find(name);
            if (bound == names_.end() || std::ranges::find(told, name) != told.end()) continue;
            told.push_back(name);
            mismatch.differences.push_back("  {" + name + "} stands for: " + bound->second);
        }
        throw Mismatch(mismatch);
    }

    void adopt(const std::vector<std::string>& actual, bool end) {
        const auto lines = rewritten(step().expected, actual, names_);
        if (!lines) differ_by_name(actual, end);
        if (*lines == step().expected && end == step().end) return;
        played_.changes.push_back({played_.steps, *lines, end, ""});
    }

    [[noreturn]] void differ_by_name(const std::vector<std::string>& actual, bool end) const {
        try {
            differ(actual, end, false);
        } catch (Mismatch& mismatch) {
            mismatch.what += "; put its {names} into the new lines by hand";
            throw;
        }
    }

    void compare_repeated(const Phone::Repeated& repeated) {
        if (repeated.same) return;
        Mismatch mismatch{"the repeated request got another answer", {}};
        for (const auto& line : shown_lines(repeated.screen.text)) {
            mismatch.differences.push_back((repeated.screen.end ? "+ = " : "+ > ") + line);
        }
        throw Mismatch(mismatch);
    }

    /// True when there is one now.
    bool fetch_sms(Held& held, milliseconds wait) {
        if (!held.unread.empty()) return true;
        for (auto& sms : held.phone.new_sms(wait)) held.unread.push_back(std::move(sms));
        return !held.unread.empty();
    }

    InboxSms next_sms(Held& held) {
        if (!fetch_sms(held, options_.sms_wait)) throw Mismatch{"no SMS has come", {}};
        InboxSms sms = std::move(held.unread.front());
        held.unread.pop_front();
        return sms;
    }

    void compare_nothing(Held& held) {
        if (!fetch_sms(held, options_.quiet_wait)) return;
        throw Mismatch{"an SMS has come", as_unexpected(held)};
    }

    static std::vector<std::string> as_unexpected(const Held& held) {
        std::vector<std::string> lines;
        for (const auto& sms : held.unread) {
            for (const auto& line : shown_lines(sms.text)) lines.push_back("+ > " + line);
        }
        return lines;
    }

    void leave_nothing_unread() {
        if (dialogue_.ignore_sms || !inbox_works_) return;
        for (const auto& caller : dialogue_.callers) {
            Held& held = held_.at(caller.name);
            if (!fetch_sms(held, milliseconds(0))) continue;
            if (!options_.update) {
                throw Mismatch{"at the end " + caller.name + " has unread SMS; write '" +
                                   caller.name + " gets', or 'ignore sms' at the top",
                               as_unexpected(held)};
            }
            for (const auto& sms : held.unread) {
                const auto actual = shown_lines(sms.text);
                const auto lines = rewritten({}, actual, names_);
                played_.changes.push_back({dialogue_.steps.size(), *lines, false, caller.name});
            }
        }
    }

    void fail(const std::string& what, int line) {
        const bool at_end = played_.steps == dialogue_.steps.size();
        const Step& step = dialogue_.steps[std::min(played_.steps, dialogue_.steps.size() - 1)];
        played_.state = Played::State::failed;
        played_.what = what;
        played_.line = line != 0 ? line : step.line;
        played_.written = at_end ? "the end" : step.written;
    }

    const Dialogue& dialogue_;
    Line& line_;
    const Trunks& trunks_;
    Ids& ids_;
    const PlayOptions& options_;
    std::map<std::string, Held> held_;
    Names names_;
    bool sms_ = false;
    bool inbox_works_ = true;
    Played played_;
};

}  // namespace

Played play(const Dialogue& dialogue, Line& line, const Trunks& trunks, Ids& ids,
            const PlayOptions& options) {
    return Player(dialogue, line, trunks, ids, options).play();
}

}  // namespace jangkau::gateway
