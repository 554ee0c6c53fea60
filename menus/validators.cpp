#include "menus/validators.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "gateway/core/nik.hpp"
#include "gateway/core/text.hpp"
#include "gateway/core/ticket.hpp"
#include "gateway/core/utf8.hpp"

namespace jangkau::menus {
namespace {

constexpr std::size_t kNameMin = 2;
constexpr std::size_t kNameMax = 60;
constexpr std::size_t kWordsMax = 20;
constexpr std::size_t kNik4 = 4;
constexpr std::size_t kThousandsGroup = 3;

Validated good(std::string answer) { return {"", {{"", std::move(answer)}}}; }
Validated bad(std::string error) { return {std::move(error), {}}; }

Validated check_nik(std::string_view typed, const Rules& rules) {
    const auto nik = Nik::parse(typed);
    if (!nik) {
        static constexpr std::array<const char*, 5> kErrors{"length", "characters", "area", "date",
                                                            "example"};
        return {kErrors.at(static_cast<std::size_t>(nik.error().kind)),
                {{"count", std::to_string(nik.error().digits)}}};
    }
    const auto birth = nik->birth_date(rules.today);
    return {"",
            {{"", nik->digits()},
             {"nik4", std::string(nik->last4())},
             {"sex", nik->female() ? "female" : "male"},
             {"birth", birth ? iso(*birth) : ""},
             {"birth_written", birth ? written(*birth) : ""},
             {"card_birth", ""}}};
}

Validated check_date(std::string_view typed, const Rules& rules) {
    std::string digits;
    std::copy_if(typed.begin(), typed.end(), std::back_inserter(digits),
                 [](char c) { return c >= '0' && c <= '9'; });
    const auto date = parse_typed_date(digits);
    if (!date || *date > rules.today || full_years(*date, rules.today) > 120) return bad("date");
    return {"", {{"", iso(*date)}, {"birth_written", written(*date)}}};
}

/// Latin letters with the signs that occur in names, blanks made single; "" when there is anything
/// else.
std::string tidy_words(std::string_view typed, std::string_view signs) {
    const std::string clean = fold_to_gsm7(clean_utf8(typed));
    std::string out;
    for (std::string_view rest = trim(clean); !rest.empty();) {
        const std::string_view character = rest.substr(0, next_utf8(rest).bytes);
        rest.remove_prefix(character.size());
        const bool blank = character == " " || character == "\n";
        if (!blank && letters_key(character).empty() &&
            signs.find(character) == std::string_view::npos)
            return {};
        if (blank && (out.empty() || out.back() == ' ')) continue;
        out += blank ? " " : character;
    }
    return out;
}

std::size_t letters_in(std::string_view text) { return letters_key(text).size(); }

Validated check_name(std::string_view typed, const Rules&) {
    const std::string name = upper_ascii(tidy_words(typed, ".'-,"));
    if (letters_in(name) < kNameMin || name.size() > kNameMax) return bad("name");
    return good(name);
}

Validated check_words(std::string_view typed, const Rules&) {
    const std::string words = tidy_words(typed, ".'-,/&");
    if (letters_in(words) < kNameMin || words.size() > kWordsMax) return bad("words");
    return good(words);
}

Validated check_phone_or_none(std::string_view typed, const Rules& rules) {
    if (trim(typed) == "1") return good("");
    const auto phone = Msisdn::parse(typed, rules.plan);
    return phone ? good(phone->digits()) : bad("phone");
}

Validated check_thousands(std::string_view typed, const Rules&) {
    // Signs stand between thousands: in "1.500", not in "1,5", which would become fifteen.
    std::string digits;
    std::size_t group = 0;
    bool grouped = false;
    for (const char c : trim(typed)) {
        if (c == '.' || c == ',' || c == ' ') {
            if (grouped && group != kThousandsGroup) return bad("number");
            grouped = true;
            group = 0;
            continue;
        }
        if (c < '0' || c > '9') return bad("number");
        digits += c;
        ++group;
    }
    if (grouped && group != kThousandsGroup && group != 0) return bad("number");
    long long value = 0;
    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    // Somebody who types whole rupiah (2500000) means two and a half million, not billions.
    if (fault != std::errc{} || end != digits.data() + digits.size() || value <= 0 ||
        value > 1'000'000'000)
        return bad("number");
    return good(std::to_string(value >= 100'000 ? value : value * 1000));
}

Validated check_ticket_and_nik4(std::string_view typed, const Rules& rules) {
    std::string digits;
    for (const char c : typed) {
        if (const char digit = nik_digit(c); digit != '\0')
            digits += digit;
        else if (std::string_view(" *#.-,/").find(c) == std::string_view::npos)
            return bad("form");
    }
    if (digits.size() < kNik4) return bad("form");
    const std::size_t length = digits.size() - kNik4;
    if (length > rules.ticket_length_max) return bad("form");
    const auto ticket = Ticket::parse(digits.substr(0, length));
    if (!ticket) return bad("form");
    return {"", {{"", ticket->text()}, {"typed_nik4", digits.substr(length)}}};
}

Validated check_nik4(std::string_view typed, const Rules&) {
    std::string digits;
    for (const char c : trim(typed)) {
        if (const char digit = nik_digit(c))
            digits += digit;
        else if (std::string_view(" #*.").find(c) == std::string_view::npos)
            return bad("form");
    }
    return digits.size() == kNik4 ? good(digits) : bad("form");
}

using Names = std::span<const std::string_view>;
constexpr std::string_view kNikErrors[] = {"length", "characters", "area", "date", "example"};
constexpr std::string_view kNikSets[] = {"nik4",          "sex",        "birth",
                                         "birth_written", "card_birth", "count"};
constexpr std::string_view kDateErrors[] = {"date"};
constexpr std::string_view kDateSets[] = {"birth_written"};
constexpr std::string_view kNameErrors[] = {"name"};
constexpr std::string_view kWordsErrors[] = {"words"};
constexpr std::string_view kPhoneErrors[] = {"phone"};
constexpr std::string_view kNumberErrors[] = {"number"};
constexpr std::string_view kFormErrors[] = {"form"};
constexpr std::string_view kTicketSets[] = {"typed_nik4"};

constexpr Validator kValidators[] = {
    {"date", kDateErrors, kDateSets, &check_date},
    {"name", kNameErrors, Names{}, &check_name},
    {"nik", kNikErrors, kNikSets, &check_nik},
    {"nik4", kFormErrors, Names{}, &check_nik4},
    {"phone_or_none", kPhoneErrors, Names{}, &check_phone_or_none},
    {"thousands", kNumberErrors, Names{}, &check_thousands},
    {"ticket_and_nik4", kFormErrors, kTicketSets, &check_ticket_and_nik4},
    {"words", kWordsErrors, Names{}, &check_words},
};

}  // namespace

std::span<const Validator> validators() { return kValidators; }

const Validator* find_validator(std::string_view name) {
    const auto at = std::find_if(std::begin(kValidators), std::end(kValidators),
                                 [&](const Validator& v) { return v.name == name; });
    return at == std::end(kValidators) ? nullptr : at;
}

}  // namespace jangkau::menus
