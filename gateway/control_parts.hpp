#pragma once

#include <boost/json/fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/form.hpp"
#include "gateway/core/http.hpp"
#include "gateway/core/result.hpp"
#include "menus/flows/service.hpp"
#include "sessions/store.hpp"

namespace jangkau::gateway {

/// What the operator asked for cannot be answered; becomes {"error": sentence}.
struct Refusal {
    int status = 400;
    std::string sentence;
};
using Answer = Result<HttpResponse, Refusal>;

/// One request of an operator.
///
/// Lifetime: within one transaction.
struct Asked {
    sessions::Unit& unit;
    flows::World& world;
    const Form& query;  ///< without the reason
    const std::string& body;
    flows::AuditEvent& event;  ///< whoever answers says whose data and which fields it was about
};

[[nodiscard]] Refusal refuse(std::string sentence);
[[nodiscard]] HttpResponse answer(int status, const boost::json::value& value);

/// Fields that nobody reads are mistakes: a filter that does nothing would show too much.
[[nodiscard]] std::optional<Refusal> unknown_field(const Form& query,
                                                   const std::vector<std::string>& known);
/// A time, or a day: its first second in the service's zone. `field` is for the complaint.
[[nodiscard]] Result<Time, Refusal> read_time(const flows::World& world, std::string_view field,
                                              std::string_view text);
[[nodiscard]] Result<Ticket, Refusal> asked_ticket(const Form& query);

}  // namespace jangkau::gateway
