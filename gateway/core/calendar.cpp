#include "gateway/core/calendar.hpp"

#include <algorithm>
#include <utility>

namespace jangkau {
namespace {

namespace chr = std::chrono;

/// UTC+14 is the farthest that any clock is from UTC.
constexpr int kZoneHoursMax = 14;

std::string padded(long long number, std::size_t width) {
    std::string digits = std::to_string(number);
    if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
    return digits;
}

/// The number that `text` shows from `at` in `width` digits. Reading ends at the first mistake and
/// stays ended, so that a form is read field by field and asked once whether it was right.
class Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) {}

    int number(std::size_t width) {
        if (rest_.size() < width) return fail();
        int value = 0;
        for (const char c : rest_.substr(0, width)) {
            if (c < '0' || c > '9') return fail();
            value = value * 10 + (c - '0');
        }
        rest_.remove_prefix(width);
        return value;
    }

    void sign(char expected) {
        if (rest_.empty() || rest_.front() != expected) {
            fail();
        } else {
            rest_.remove_prefix(1);
        }
    }

    [[nodiscard]] bool complete() const { return right_ && rest_.empty(); }

private:
    int fail() {
        right_ = false;
        rest_ = {};
        return 0;
    }

    std::string_view rest_;
    bool right_ = true;
};

Date date_of(int year, int month, int day) {
    return chr::year(year) / chr::month(static_cast<unsigned>(month)) /
           chr::day(static_cast<unsigned>(day));
}

}  // namespace

std::optional<Zone> Zone::parse(std::string_view text) {
    if (text == "UTC") return Zone{chr::minutes(0)};
    if (text == "WIB") return Zone{chr::hours(7)};
    if (text == "WITA") return Zone{chr::hours(8)};
    if (text == "WIT") return Zone{chr::hours(9)};
    if (text.empty() || (text.front() != '+' && text.front() != '-')) return std::nullopt;

    Reader reader(text.substr(1));
    const int hours = reader.number(2);
    reader.sign(':');
    const int minutes = reader.number(2);
    if (!reader.complete() || minutes > 59 || hours * 60 + minutes > kZoneHoursMax * 60) {
        return std::nullopt;
    }
    const chr::minutes size(hours * 60 + minutes);
    return Zone{text.front() == '-' ? -size : size};
}

Date Zone::date(Time at) const { return Date(chr::floor<chr::days>(at + offset)); }

chr::minutes Zone::time_of_day(Time at) const {
    const auto shown = at + offset;
    return chr::floor<chr::minutes>(shown - chr::floor<chr::days>(shown));
}

Time Zone::instant(Date date, chr::minutes time_of_day) const {
    return chr::sys_days(date) + time_of_day - offset;
}

Date plus_days(Date date, int days) { return Date(chr::sys_days(date) + chr::days(days)); }

int full_years(Date birth, Date today) {
    const int years = int(today.year()) - int(birth.year());
    const bool had_birthday =
        std::pair(today.month(), today.day()) >= std::pair(birth.month(), birth.day());
    return had_birthday ? years : years - 1;
}

std::string iso(Date date) { return iso(month_of(date)) + "-" + padded(unsigned(date.day()), 2); }

std::optional<Date> parse_iso_date(std::string_view text) {
    Reader reader(text);
    const int year = reader.number(4);
    reader.sign('-');
    const int month = reader.number(2);
    reader.sign('-');
    const Date date = date_of(year, month, reader.number(2));
    if (!reader.complete() || !date.ok()) return std::nullopt;
    return date;
}

std::string iso(Month month) {
    return padded(int(month.year()), 4) + "-" + padded(unsigned(month.month()), 2);
}

std::optional<Month> parse_iso_month(std::string_view text) {
    Reader reader(text);
    const int year = reader.number(4);
    reader.sign('-');
    const Month month = chr::year(year) / chr::month(static_cast<unsigned>(reader.number(2)));
    if (!reader.complete() || !month.ok()) return std::nullopt;
    return month;
}

std::string iso(Time at) {
    const auto day = chr::floor<chr::days>(at);
    const chr::hh_mm_ss clock(at - day);
    return iso(Date(day)) + "T" + padded(clock.hours().count(), 2) + ":" +
           padded(clock.minutes().count(), 2) + ":" + padded(clock.seconds().count(), 2) + "Z";
}

std::optional<Time> parse_iso_time(std::string_view text) {
    const auto date = parse_iso_date(text.substr(0, 10));
    if (!date) return std::nullopt;

    Reader reader(text.substr(10));
    reader.sign('T');
    const int hours = reader.number(2);
    reader.sign(':');
    const int minutes = reader.number(2);
    reader.sign(':');
    const int seconds = reader.number(2);
    reader.sign('Z');
    if (!reader.complete() || hours > 23 || minutes > 59 || seconds > 59) return std::nullopt;
    return chr::sys_days(*date) + chr::hours(hours) + chr::minutes(minutes) + chr::seconds(seconds);
}

std::optional<Date> parse_typed_date(std::string_view digits) {
    Reader reader(digits);
    const int day = reader.number(2);
    const int month = reader.number(2);
    const Date date = date_of(reader.number(4), month, day);
    if (!reader.complete() || !date.ok()) return std::nullopt;
    return date;
}

std::string written(Date date) {
    return padded(unsigned(date.day()), 2) + "-" + padded(unsigned(date.month()), 2) + "-" +
           padded(int(date.year()), 4);
}

std::string written_clock(chr::minutes time_of_day) {
    return padded(time_of_day.count() / 60, 2) + "." + padded(time_of_day.count() % 60, 2);
}

std::string written_rupiah(long long amount) {
    std::string text = std::to_string(amount);
    const std::size_t digits_begin = amount < 0 ? 1 : 0;
    for (std::size_t at = text.size(); at > digits_begin + 3;) {
        at -= 3;
        text.insert(at, 1, '.');
    }
    return text;
}

}  // namespace jangkau
