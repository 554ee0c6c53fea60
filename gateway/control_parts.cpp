#include "gateway/control_parts.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "gateway/core/problem.hpp"
#include "gateway/core/text.hpp"
#include "gateway/import_cells.hpp"

namespace jangkau::gateway {

namespace json = boost::json;

Refusal refuse(std::string sentence) { return {400, std::move(sentence)}; }

HttpResponse answer(int status, const json::value& value) {
    return {status, {{"Content-Type", "application/json"}}, json::serialize(value)};
}

std::optional<Refusal> unknown_field(const Form& query, const std::vector<std::string>& known) {
    for (const auto& [name, value] : query.fields()) {
        if (std::ranges::find(known, name) != known.end()) continue;
        return refuse("there is no field '" + clean_utf8(name) + "'" + did_you_mean(name, known));
    }
    return std::nullopt;
}

Result<Time, Refusal> read_time(const flows::World& world, std::string_view field,
                                std::string_view text) {
    if (const auto time = parse_iso_time(text)) return *time;
    const auto date = read_date(text);
    if (!date) return refuse(std::string(field) + ": " + date.error().why);
    return world.settings().zone.instant(*date, std::chrono::minutes(0));
}

Result<Ticket, Refusal> asked_ticket(const Form& query) {
    const auto ticket = read_ticket(query.get("ticket").value_or(""));
    if (!ticket) return refuse(ticket.error().why);
    return *ticket;
}

}  // namespace jangkau::gateway
