#pragma once

#include <chrono>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/line.hpp"

namespace jangkau::gateway {

/// Which phone, and what it is connected to.
struct PhoneOptions {
    LineOptions line;
    TrunkOptions trunk;
    std::string from;                  ///< as people write it
    std::string short_code = "20880";  ///< that SMS go to
};

struct DialOptions {
    PhoneOptions phone;
    std::string code;           ///< dialled at once; "" waits for a code
    std::size_t septets = 160;  ///< budget of a screen
    std::size_t units = 80;     ///< the same for a screen in UCS-2
    bool colour = false;
    bool interactive = false;  ///< a person types: input is not shown a second time
};

struct SmsOptions {
    PhoneOptions phone;
    std::string text;
    std::chrono::milliseconds wait{10'000};  ///< for the answer
    bool json = false;
};

/// Colour is wanted: `fd` is a terminal, which is not dumb, and NO_COLOR is unset or empty.
[[nodiscard]] bool wants_colour(int fd);

/// `jangkau dial`: a phone for a person or a pipe. 0 = the last thing asked for was answered, 1 =
/// it was not, 2 = there is no such phone or gateway address.
int run_dial(const DialOptions& options, std::istream& in, std::ostream& out);
int run_dial(const DialOptions& options, Line& line, std::istream& in, std::ostream& out);

/// `jangkau sms`: 0 = an answer came, 1 = the SMS was taken but no answer came, 2 = it was not
/// taken.
int run_sms(const SmsOptions& options, std::ostream& out, std::ostream& err);
int run_sms(const SmsOptions& options, Line& line, std::ostream& out, std::ostream& err);

}  // namespace jangkau::gateway
