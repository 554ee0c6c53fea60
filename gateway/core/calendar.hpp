#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/core/clock.hpp"

namespace jangkau {

/// A calendar day of the service's zone.
using Date = std::chrono::year_month_day;
/// A contribution month.
using Month = std::chrono::year_month;

/// A fixed offset from UTC. Indonesia has three and no summer time: WIB +7, WITA +8, WIT +9.
struct Zone {
    std::chrono::minutes offset{480};

    /// "WIB", "WITA", "WIT", "UTC" or "+08:00".
    [[nodiscard]] static std::optional<Zone> parse(std::string_view text);

    [[nodiscard]] Date date(Time at) const;
    /// Minutes since midnight, 0 to 1439.
    [[nodiscard]] std::chrono::minutes time_of_day(Time at) const;
    /// The instant at which `date` shows `minutes` since midnight.
    [[nodiscard]] Time instant(Date date, std::chrono::minutes time_of_day) const;
};

[[nodiscard]] Date plus_days(Date date, int days);
[[nodiscard]] inline Month month_of(Date date) { return date.year() / date.month(); }
/// Full years from `birth` to `today`; someone born on 29 February has a birthday on 1 March.
[[nodiscard]] int full_years(Date birth, Date today);

/// "2026-12-31", and back; nothing for an impossible day or any other form.
[[nodiscard]] std::string iso(Date date);
[[nodiscard]] std::optional<Date> parse_iso_date(std::string_view text);
/// "2026-12", and back.
[[nodiscard]] std::string iso(Month month);
[[nodiscard]] std::optional<Month> parse_iso_month(std::string_view text);
/// "2026-11-22T16:38:05Z", and back.
[[nodiscard]] std::string iso(Time at);
[[nodiscard]] std::optional<Time> parse_iso_time(std::string_view text);

/// Eight digits, day month year ("05031980"), as people are asked to type a date of birth.
[[nodiscard]] std::optional<Date> parse_typed_date(std::string_view digits);

/// As people write it: "31-12-2026".
[[nodiscard]] std::string written(Date date);
/// "23.59"
[[nodiscard]] std::string written_clock(std::chrono::minutes time_of_day);
/// "16.800": whole rupiah, dots between thousands, no "Rp".
[[nodiscard]] std::string written_rupiah(long long amount);

}  // namespace jangkau
