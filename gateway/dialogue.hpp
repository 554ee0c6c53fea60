#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/problem.hpp"

namespace jangkau::gateway {

// A dialogue file, which anybody can read and write:
//
//     # A trader registers; an agent takes her on.
//     channel simulator          played over it whatever the command line says; may be left out
//     ignore sms                 SMS that nobody reads are no error; may be left out
//     phone worker new           a number that is new in every run
//     phone agent 081234500002
//
//     worker dials *123*4567#
//     > Makassar Berjasa         the screen, line by line, if the dialogue goes on
//     > 1 Bahasa Indonesia
//     worker types 1             no lines: any screen will do
//     worker types "  "          quotes keep blanks
//     worker repeats             the same request again must get the same answer, byte for byte
//     worker types 3
//     = Tiket {ticket}. {...}    the dialogue ends here
//     agent gets                 the next SMS that has not been read
//     > Tiket {ticket}: {worker} {...}
//     agent sends YA {ticket}
//     agent gets nothing
//     wait 25 hours              seconds, minutes, hours, days
//     worker redials             the code of her last dialogue
//     worker hangs up
//
// {name} stands for a piece of one line, the same everywhere once it was met, and may be typed and
// sent; the name of a phone stands for its number as people dial it. {...} stands for anything.

enum class Verb { dials, types, redials, repeats, hangs_up, sends, gets, gets_nothing, wait };

/// One thing that happens in a dialogue, and what is expected of it.
struct Step {
    int line = 0;
    std::string written;  ///< as it stands in the file
    Verb verb = Verb::wait;
    std::string who;   ///< name of a phone
    std::string text;  ///< code, input or SMS; may have {names}
    std::chrono::seconds wait{0};
    std::vector<std::string> expected;  ///< lines without their sign; none = anything will do
    std::vector<int> expected_at;       ///< where they stand
    bool end = false;                   ///< they are marked with "=": the dialogue ends there
};

/// Phones, and what they do in turn.
struct Dialogue {
    struct Caller {
        std::string name;
        std::string number;  ///< E.164; "" = a new one for every run
    };

    std::string file;
    std::string channel;      ///< "" = whichever is played over
    bool ignore_sms = false;  ///< unread SMS at the end are no error
    std::vector<Caller> callers;
    std::vector<Step> steps;
    std::vector<std::string> lines;  ///< of the file
};

/// Nothing when there are problems.
[[nodiscard]] std::optional<Dialogue> parse_dialogue(std::string_view text, const std::string& file,
                                                     Problems& problems);

/// What a step's expectation shall be instead.
struct NewExpectation {
    std::size_t step = 0;  ///< index; steps.size() = an SMS to `who` that nobody read at the end
    std::vector<std::string> lines;
    bool end = false;
    std::string who;
};
/// The file's text with those expectations.
[[nodiscard]] std::string rewritten(const Dialogue& dialogue,
                                    const std::vector<NewExpectation>& changes);

}  // namespace jangkau::gateway
