#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/adapter.hpp"
#include "adapters/declared_message.hpp"
#include "adapters/declared_template.hpp"

/// What a description says, read and proven. docs/adapters/declared.md is its reference.
namespace jangkau::adapters::declared {

/// Where a value is looked for: at the first of these places that has one.
struct Place {
    std::vector<std::string> names;
    bool optional = false;

    [[nodiscard]] bool given() const { return !names.empty(); }
    [[nodiscard]] const std::string& in(const Message& message) const;
};

/// "20*": `*` is anything, `?` one character. Nothing: the place must not be there.
using Pattern = std::optional<std::string>;
[[nodiscard]] bool fits(std::string_view pattern, std::string_view text);

/// A place and what may stand there.
struct Condition {
    std::string place;
    std::vector<Pattern> patterns;

    [[nodiscard]] bool fits(const Message& message) const;
};

/// All must fit.
struct Match {
    std::vector<Condition> all;

    [[nodiscard]] bool fits(const Message& message) const;
    /// The first place that does not fit, and why.
    [[nodiscard]] BadRequest misfit(const Message& message) const;
    /// Values that fit, for the provider's side.
    void add_to(std::vector<Value>& values) const;
};

/// What comes to us.
struct Incoming {
    enum class Kind { turn, ended, sms, report, opt_out, ignored };
    struct StateRule {
        Match when;
        ReportState state = ReportState::sent;
    };

    Kind kind = Kind::ignored;
    std::vector<Endpoint> endpoints;
    std::vector<std::string> path;  ///< what follows the channel; "*" is any segment
    std::vector<std::string> methods;
    Format format = Format::form;
    std::string each;
    Match when;
    std::vector<std::string> needs;

    // Of a turn.
    Place session;
    Place from;
    Place code;
    Place text;
    Place number;
    bool cumulative = false;
    bool always_first = false;
    Match first;  ///< without any condition: never, unless always

    // Of the others.
    Place status;
    Place id;
    Place to;
    Place key;
    Place sent;
    Place part_ref;
    Place part_number;
    Place part_total;
    Place reason;
    std::vector<StateRule> states;
    Template why;

    [[nodiscard]] bool at(Endpoint endpoint, std::string_view target) const;
    [[nodiscard]] bool begins(const Message& message) const {
        return always_first || (!first.all.empty() && first.fits(message));
    }
};

/// What we answer, or send.
struct Answer {
    int status = 200;
    Format format = Format::plain;
    std::vector<std::pair<std::string, Template>> headers;
    Template body;
};

struct Outcome {
    enum class Kind { accepted, delivered, refused, by_status };
    Match when;
    Kind kind = Kind::accepted;
    SendFault fault = SendFault::garbled;
    Place id;
    Template detail;
};

struct Sending {
    std::string method = "POST";
    std::string api_base;  ///< where the channel names none
    Template url;
    Format format = Format::form;
    std::vector<std::pair<std::string, Template>> headers;
    Template body;
    Format answer_format = Format::json;
    std::vector<Outcome> outcomes;  ///< the first that fits counts
};

struct Description {
    std::vector<std::string> needs;  ///< settings of the channel
    std::vector<std::pair<std::string, Template>> check;
    std::vector<Incoming> requests;
    Answer reply;
    Template last;  ///< body of the reply that ends; `reply.body` is that of one that goes on
    Answer acknowledge;
    Answer refuse;
    std::optional<Sending> send;

    [[nodiscard]] const Incoming* first_of(Incoming::Kind kind) const;
};

/// Nothing where there are errors among the problems.
[[nodiscard]] std::optional<Description> described(const Yaml& tree, const std::string& file,
                                                   Problems& problems);

/// Settings of the channel that templates may name.
[[nodiscard]] std::string setting(const Settings& settings, const std::string& name);

}  // namespace jangkau::adapters::declared
