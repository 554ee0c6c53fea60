#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/core/calendar.hpp"
#include "gateway/core/msisdn.hpp"
#include "gateway/core/nik.hpp"
#include "gateway/core/result.hpp"
#include "gateway/core/ticket.hpp"
#include "menus/flows/service.hpp"

namespace jangkau::gateway {

/// A line of an operator's file that cannot be taken, and why: a sentence without full stop that
/// ends with the remedy where there is one. Of long numbers it repeats the last four digits only.
struct BadRow {
    // An aggregate would be constructible from a string or a number, and a Result of those
    // ambiguous.
    BadRow() = default;
    BadRow(std::size_t line_, std::string why_) : line(line_), why(std::move(why_)) {}
    std::size_t line = 0;  ///< 0: a value that stands in no file
    std::string why;
};

// What people write into the cells of a spreadsheet, and options of commands. Numbers that a
// spreadsheet has rounded ("6,28123E+12") are refused everywhere.
[[nodiscard]] Result<std::string, BadRow> read_agent_id(std::string_view cell);
[[nodiscard]] Result<std::string, BadRow> read_agent_name(std::string_view cell);
[[nodiscard]] Result<Msisdn, BadRow> read_msisdn(std::string_view cell, const NumberPlan& plan);
[[nodiscard]] Result<unsigned, BadRow> read_max_open(std::string_view cell);
/// A name or a code.
[[nodiscard]] Result<std::string, BadRow> read_place(std::string_view cell,
                                                     const flows::Service& service);
/// Names or codes, several separated by '|'. Sorted codes, at least one.
[[nodiscard]] Result<std::vector<std::string>, BadRow> read_places(std::string_view cell,
                                                                   const flows::Service& service);
[[nodiscard]] Result<Nik, BadRow> read_nik(std::string_view cell);
[[nodiscard]] Result<int, BadRow> read_desil(std::string_view cell);
/// Also with its leading zeros lost.
[[nodiscard]] Result<Ticket, BadRow> read_ticket(std::string_view cell);
[[nodiscard]] Result<std::string, BadRow> read_kpj(std::string_view cell);
/// ISO, or day first: "31-12-2026", "31/12/2026".
[[nodiscard]] Result<Date, BadRow> read_date(std::string_view cell);

/// Without blanks, and without the apostrophe that keeps a spreadsheet from reading text as a
/// number.
[[nodiscard]] std::string_view bare(std::string_view cell);
/// A cell as a complaint may show it: short, in quotes, without personal numbers.
[[nodiscard]] std::string quoted(std::string_view cell);

}  // namespace jangkau::gateway
