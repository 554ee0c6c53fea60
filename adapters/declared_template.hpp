#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/result.hpp"

/// Texts with placeholders, for the described adapter: docs/adapters/declared.md, "Templates".
namespace jangkau::adapters::declared {

/// How a value is written so that it stays one value.
enum class Escape { none, json, xml, form, url, header };

/// The value of a placeholder; nothing is as good as "".
using Lookup = std::function<std::string(const std::string& name)>;
using Captures = std::map<std::string, std::string>;

/// What may stand in braces.
struct Vocabulary {
    std::vector<std::string> names;
    /// A place may stand there after this prefix ("request."); nothing where no place may.
    std::optional<std::string> places;
};

struct BadTemplate {
    std::string why;
};

/// "CON {text}": literal parts, values, and sections that are left out where a value is empty
/// ("{?sender}&from={sender}{/sender}") or is not ("{^end}CON {/end}").
class Template {
public:
    Template() = default;
    [[nodiscard]] static Result<Template, BadTemplate> parse(std::string_view text,
                                                             const Vocabulary& known);

    [[nodiscard]] std::string render(const Lookup& value, Escape escape) const;
    /// The values with which this template would have given `text`; `truths` says which sections
    /// were there where that is known.
    [[nodiscard]] std::optional<Captures> match(const std::string& text, Escape escape,
                                                const std::map<std::string, bool>& truths) const;

    [[nodiscard]] bool empty() const { return pieces_.empty(); }
    /// Whether the placeholder stands in it, as a value or as a section.
    [[nodiscard]] bool has(std::string_view name) const;
    /// Whether its value stands in it.
    [[nodiscard]] bool shows(std::string_view name) const;

private:
    struct Piece {
        enum class Kind { literal, value, where, where_not, end };
        Kind kind;
        std::string text;  ///< literal text, or a name
    };
    class Parser;

    template <class Truth, class Visit>
    void walk(const Truth& truth, const Visit& visit) const;
    [[nodiscard]] std::optional<Captures> match_with(
        const std::string& text, Escape escape, const std::map<std::string, bool>& truths) const;
    [[nodiscard]] std::vector<std::string> conditions() const;

    std::vector<Piece> pieces_;
};

[[nodiscard]] std::string escaped(std::string_view text, Escape escape);
[[nodiscard]] std::string unescaped(std::string_view text, Escape escape);

/// Big-endian UTF-16 as hexadecimal digits, as many SMS APIs take Unicode texts.
[[nodiscard]] std::string hex_ucs2(std::string_view utf8);
[[nodiscard]] std::string from_hex_ucs2(std::string_view hex);

}  // namespace jangkau::adapters::declared
