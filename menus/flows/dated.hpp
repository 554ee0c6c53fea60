#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/core/calendar.hpp"
#include "menus/yaml.hpp"

namespace jangkau::flows {

/// The months in which a row of a table holds, both inclusive.
struct Span {
    Month from;
    std::optional<Month> to;  ///< none = no end known
};

[[nodiscard]] inline bool holds(const Span& span, Month month) {
    return span.from <= month && (!span.to || month <= *span.to);
}

[[nodiscard]] inline bool overlap(const Span& a, const Span& b) {
    return (!a.to || b.from <= *a.to) && (!b.to || a.from <= *b.to);
}

/// A month that need not be given; something else in its place is reported.
[[nodiscard]] inline std::optional<Month> read_month(menus::Fields& fields, std::string_view key) {
    const menus::Yaml* value = fields.take(key);
    if (value == nullptr) return std::nullopt;
    const auto month = parse_iso_month(value->scalar);
    if (!month) {
        fields.complain(value->line, key,
                        "must be a month like 2026-12, not '" + value->scalar + "'");
    }
    return month;
}

/// `from` and `to` of a row; nothing where they are no span, which was reported.
[[nodiscard]] inline std::optional<Span> read_span(menus::Fields& fields) {
    if (fields.take("from") == nullptr) fields.complain(fields.line(), "from", "is missing");
    const auto from = read_month(fields, "from");
    const auto to = read_month(fields, "to");
    const bool bad_to = !to && fields.take("to") != nullptr;
    if (!from || bad_to) return std::nullopt;
    if (to && *to < *from) {
        fields.complain(fields.take("to")->line, "to", "ends before it begins in " + iso(*from));
        return std::nullopt;
    }
    return Span{*from, to};
}

/// A word that must be there and must not be empty.
[[nodiscard]] inline std::string read_word(menus::Fields& fields, std::string_view key) {
    const menus::Yaml* value = fields.take(key);
    if (value == nullptr || (value->is_scalar() && value->scalar.empty())) {
        fields.complain(fields.line(), key, "is missing");
        return "";
    }
    return fields.text_or(key, "");
}

}  // namespace jangkau::flows
