#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/calendar.hpp"
#include "gateway/core/problem.hpp"
#include "menus/menu.hpp"

namespace jangkau::flows {

/// What texts cite by name and law may change (a benefit, an age, a telephone number), each value
/// with the months in which it holds and where it comes from. Loaded from `facts.yaml`.
struct Facts {
    struct Value {
        menus::Vars words;  ///< language -> value as people read it: "id" -> "Rp42 juta"
        Month from;
        std::optional<Month> to;  ///< the last month in which it holds; none = no end known
        std::string source;
        int line = 0;
    };

    /// Name -> values, in the order of the file; their months do not overlap.
    std::map<std::string, std::vector<Value>, std::less<>> values;
};

/// Every name with its value in that month, "" where none holds: a text never lacks a name that the
/// file knows.
[[nodiscard]] menus::Vars facts_at(const Facts& facts, std::string_view language, Month month);

/// One of them: "" where none holds, or the file does not know the name.
[[nodiscard]] std::string_view fact_at(const Facts& facts, std::string_view name,
                                       std::string_view language, Month month);

/// Gives each draft language of the menu the words of the language that it falls back to.
void add_draft_languages(Facts& facts, const menus::Menu& menu);

/// Every name with its longest value of all months, in septets, for the checker of menus.
[[nodiscard]] menus::Vars worst_facts(const Facts& facts, std::string_view language);

/// Reads and checks the file: names that no text can cite, unknown keys, a value missing in one of
/// `languages`, values that GSM-7 lacks or that are not one line, months that end before they begin
/// or overlap. No facts where there was an error.
[[nodiscard]] std::optional<Facts> parse_facts(std::string_view text, const std::string& file,
                                               const std::vector<std::string>& languages,
                                               Problems& problems);

}  // namespace jangkau::flows
