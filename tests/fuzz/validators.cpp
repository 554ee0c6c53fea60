// What people type, against the rules written a second time, as simply as they are told: NIK, date,
// name, number of a phone, thousands, ticket.

#include "menus/validators.hpp"

#include "gateway/core/nik.hpp"
#include "gateway/core/text.hpp"
#include "gateway/core/ticket.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace jangkau;
using namespace std::chrono_literals;
using fuzz::expect;

namespace {

constexpr Date kToday = 2026y / 11 / 22;
const NumberPlan kPlan;

menus::Validated asked(std::string_view validator, std::string_view typed) {
    auto result = menus::find_validator(validator)->check(typed, {kToday, kPlan});
    const auto* known = menus::find_validator(validator);
    expect(result.error.empty() || std::ranges::count(known->errors, result.error) == 1,
           "an error that it may give");
    for (const auto& [name, value] : result.vars)
        expect(name.empty() || std::ranges::count(known->sets, name) == 1, "what it may set");
    return result;
}
bool good(std::string_view validator, std::string_view typed) {
    return asked(validator, typed).error.empty();
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
std::string kept(std::string_view text, std::string_view signs) {
    std::string out;
    for (const char c : text)
        if (is_digit(c) || signs.find(c) != signs.npos) out += c;
    return out;
}
int days_in(int month, int year) {
    if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}
bool is_day(int day, int month, int year) {
    return month >= 1 && month <= 12 && day >= 1 && day <= days_in(month, year);
}
int number(std::string_view digits) {
    int value = 0;
    for (const char c : digits) value = value * 10 + (c - '0');
    return value;
}

/// PP 37/2007: province, regency, district, day (women 40 more), month, year, serial.
bool model_nik(std::string_view typed) {
    std::string digits;
    for (const char c : typed) {
        if (c == ' ' || c == '.' || c == '-' || c == '\t' || c == '\r' || c == '\n') continue;
        if (is_digit(c))
            digits += c;
        else if (c == 'o' || c == 'O')
            digits += '0';
        else if (c == 'i' || c == 'I' || c == 'l' || c == 'L')
            digits += '1';
        else
            return false;
    }
    if (digits.size() != 16 || digits == "1234567890123456" || digits.substr(12) == "0000")
        return false;
    if (digits.find_first_not_of(digits[0]) == std::string::npos) return false;
    const int province = number(digits.substr(0, 2));
    const bool known = (province >= 11 && province <= 19) || province == 21 ||
                       (province >= 31 && province <= 36) || (province >= 51 && province <= 53) ||
                       (province >= 61 && province <= 65) || (province >= 71 && province <= 76) ||
                       province == 81 || province == 82 || (province >= 91 && province <= 96);
    int day = number(digits.substr(6, 2));
    if (day > 40) day -= 40;
    const int month = number(digits.substr(8, 2)), year = number(digits.substr(10, 2));
    return known && (is_day(day, month, 1900 + year) || is_day(day, month, 2000 + year));
}

bool model_date(std::string_view typed) {
    const std::string digits = kept(typed, "");
    if (digits.size() != 8) return false;
    const int day = number(digits.substr(0, 2)), month = number(digits.substr(2, 2));
    const int year = number(digits.substr(4));
    if (!is_day(day, month, year)) return false;
    const int today = 20261122, then = year * 10000 + month * 100 + day;
    return then <= today && today - then < 121 * 10000;
}

/// Letters of ASCII, ' - . , and blanks; two letters at least, 60 bytes at most.
bool model_name(std::string_view typed) {
    std::string tidy;
    std::size_t letters = 0;
    for (const char c : trim(typed)) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        const bool blank = c == ' ';
        if (!letter && !blank && std::string_view(".'-,").find(c) == std::string_view::npos)
            return false;
        letters += letter ? 1 : 0;
        if (!blank || (!tidy.empty() && tidy.back() != ' ')) tidy += c;
    }
    return letters >= 2 && tidy.size() <= 60;
}
bool plain_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~' && c != '`'; });
}

/// A mobile number of Indonesia in its usual forms, without signs.
bool model_mobile(std::string digits) {
    if (digits.starts_with("+62"))
        digits.erase(0, 3);
    else if (digits.starts_with("0"))
        digits.erase(0, 1);
    else
        return false;
    return digits.starts_with('8') && digits.size() >= 8 && digits.size() <= 13;
}

/// Damm's check digit, from the quasigroup's table.
bool model_ticket(std::string_view digits) {
    static constexpr std::string_view kRows[] = {
        "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
        "3674209581", "5869720134", "8945362017", "9438617205", "2581436790"};
    std::size_t row = 0;
    for (const char c : digits)
        row = static_cast<std::size_t>(kRows[row][static_cast<std::size_t>(c - '0')] - '0');
    return digits.size() == 7 && row == 0;
}

}  // namespace

FUZZ_TARGET(validators) {
    const auto nik = asked("nik", input);
    expect(nik.error.empty() == model_nik(input), "a NIK as the rules say");
    if (nik.error.empty()) {
        const std::string digits = nik.vars.at("");
        expect(good("nik", digits) && digits.size() == 16, "and once read it is one");
        expect(nik.vars.at("sex") ==
                   (digits[6] >= '4' && digits.substr(6, 2) != "40" ? "female" : "male"),
               "of a woman or a man");
    }
    const auto date = asked("date", input);
    expect(date.error.empty() == model_date(input), "a date as the rules say");
    if (date.error.empty())
        expect(parse_iso_date(date.vars.at("")) &&
                   written(*parse_iso_date(date.vars.at(""))) == date.vars.at("birth_written"),
               "and written back");

    if (plain_ascii(input))
        expect(good("name", input) == model_name(input), "a name as the rules say");
    for (const char* validator : {"name", "words"}) {
        const auto words = asked(validator, input);
        if (!words.error.empty()) continue;
        expect(valid_utf8(words.vars.at("")), "in UTF-8");
        expect(asked(validator, words.vars.at("")).vars == words.vars, "tidied once is tidy");
    }

    const auto phone = asked("phone_or_none", input);
    if (const std::string digits = kept(input, "+");
        digits == input && (input.starts_with('0') || input.starts_with("+62"))) {
        // Behind 00 and +620 stand other ways of writing.
        if (!input.starts_with("00") && !input.starts_with("+620") &&
            input.rfind('+') == input.find('+') &&
            (input[0] == '+' || input.find('+') == input.npos))
            expect(phone.error.empty() == model_mobile(digits), "a mobile number as the rules say");
    }
    if (const auto parsed = Msisdn::parse(input, kPlan)) {
        expect(Msisdn::parse(parsed->e164(), kPlan) == *parsed, "a number in its long form");
        expect(Msisdn::parse(parsed->local(kPlan), kPlan) == *parsed, "and as it is dialled");
        expect(Msisdn::from_digits(parsed->digits()) == *parsed, "and from the store");
        const std::string masked = parsed->masked();
        expect(parsed->digits().size() - kept(masked, "").size() >= 4 &&
                   masked.find(parsed->digits()) == std::string::npos,
               "four digits at least are masked");
    }

    const auto ticket = Ticket::parse(input);
    const std::string bare = kept(input, "");
    if (bare == input)
        expect(ticket.has_value() == model_ticket(bare), "a ticket as the rules say");
    if (ticket) expect(Ticket::parse(ticket->text()) == *ticket, "and once read it is one");

    const auto thousands = asked("thousands", input);
    if (bare == input && !bare.empty() && bare.size() <= 9) {
        const long long value = std::stoll(bare);
        expect(thousands.error.empty() == (value > 0), "an income as the rules say");
        if (value > 0)
            expect(thousands.vars.at("") == std::to_string(value >= 100'000 ? value : value * 1000),
                   "in rupiah");
    }
    for (const char* validator : {"ticket_and_nik4", "nik4"}) (void)asked(validator, input);
}
