#include "gateway/import_cells.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include "gateway/core/text.hpp"
#include "menus/flows/places.hpp"

namespace jangkau::gateway {
namespace {

constexpr std::size_t kIdBytesMax = 40;
constexpr std::size_t kNameUnitsMax = 60;
constexpr std::size_t kQuotedUnitsMax = 40;
constexpr std::size_t kQuotedDigitsMax = 10;  ///< an area's code; phones, KPJ and NIK are longer
constexpr std::size_t kKpjDigits = 11;
constexpr std::size_t kTicketDigitsMin = 5;
constexpr unsigned kMaxOpenMax = 500;
constexpr unsigned kDesilMax = 10;
constexpr std::chrono::year kOldestYear{2000};

BadRow bad(std::string why) { return {0, std::move(why)}; }

bool digit(char c) { return c >= '0' && c <= '9'; }

std::string digits_of(std::string_view text) {
    std::string digits;
    std::copy_if(text.begin(), text.end(), std::back_inserter(digits), digit);
    return digits;
}

bool consists_of(std::string_view text, std::string_view signs) {
    return text.find_first_not_of(signs) == text.npos;
}

/// "6,28123E+12", which has lost its last digits for good.
bool rounded(std::string_view cell) {
    const std::size_t e = cell.find_first_of("eE");
    return e != cell.npos && e > 0 && e + 1 < cell.size() &&
           consists_of(cell.substr(0, e), "0123456789.,") &&
           consists_of(cell.substr(e + 1), "0123456789+-");
}

BadRow rounded_number(std::string_view cell) {
    return bad(quoted(cell) +
               " is a number that the spreadsheet has rounded, its digits are lost; format the "
               "column as text and fill it in again");
}

Result<unsigned, BadRow> read_number(std::string_view cell, unsigned max, const std::string& what) {
    cell = bare(cell);
    unsigned number = 0;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), number);
    const bool whole = error == std::errc() && end == cell.data() + cell.size();
    if (whole && number >= 1 && number <= max) return number;
    return bad(what + " " + quoted(cell) + " is no number from 1 to " + std::to_string(max));
}

Result<std::string, BadRow> read_place_code(std::string_view cell, const flows::Service& service) {
    const auto list = service.menu.lists.find(service.settings.areas);
    const std::string why = "no kelurahan has the code " + quoted(cell);
    if (list == service.menu.lists.end()) return bad(why);
    const menus::List::Item* item = list->second.find(digits_of(cell));
    if (item == nullptr) return bad(why);
    if (list->second.find(item->parent) == nullptr) return bad(why + ", which is a kecamatan's");
    return item->code;
}

}  // namespace

std::string_view bare(std::string_view cell) {
    cell = trim(cell);
    const bool guarded = cell.size() > 1 && cell[0] == '\'' &&
                         (digit(cell[1]) || std::string_view("=+-@").find(cell[1]) != cell.npos);
    return guarded ? trim(cell.substr(1)) : cell;
}

std::string quoted(std::string_view cell) {
    if (const std::string digits = digits_of(cell); digits.size() > kQuotedDigitsMax) {
        return "'" + std::string(digits.size() - 4, '.') + digits.substr(digits.size() - 4) + "'";
    }
    const std::string clean = clean_utf8(cell);
    const std::string_view shown = cut(clean, Encoding::ucs2, kQuotedUnitsMax);
    return "'" + std::string(shown) + (shown.size() < clean.size() ? "...'" : "'");
}

Result<std::string, BadRow> read_agent_id(std::string_view cell) {
    cell = bare(cell);
    if (rounded(cell)) return rounded_number(cell);
    if (!cell.empty() && cell.size() <= kIdBytesMax && clean_utf8(cell) == cell &&
        cell.find('\n') == cell.npos) {
        return std::string(cell);
    }
    return bad("agent_id " + quoted(cell) + " must have 1 to " + std::to_string(kIdBytesMax) +
               " characters in one line");
}

Result<std::string, BadRow> read_agent_name(std::string_view cell) {
    std::string name = fold_to_gsm7(clean_utf8(bare(cell)));
    const Measure size = measure(name);
    if (letters_key(name).empty()) return bad("name " + quoted(cell) + " has no letters");
    if (digits_of(name).size() > kQuotedDigitsMax) return bad(quoted(cell) + " is no name");
    if (!size.forcing.empty()) {
        return bad("name " + quoted(cell) + " has the sign " + size.forcing +
                   ", which no SMS can carry cheaply; write it with another letter");
    }
    if (size.units <= kNameUnitsMax && name.find('\n') == name.npos) return name;
    return bad("name " + quoted(cell) + " must have at most " + std::to_string(kNameUnitsMax) +
               " characters in one line");
}

Result<Msisdn, BadRow> read_msisdn(std::string_view cell, const NumberPlan& plan) {
    cell = bare(cell);
    if (rounded(cell)) return rounded_number(cell);
    auto number = Msisdn::parse(cell, plan);
    if (number) return *std::move(number);
    const std::string shown = "phone number " + quoted(cell);
    switch (number.error()) {
        case BadNumber::empty: return bad(shown + " has no digits");
        case BadNumber::characters: return bad(shown + " has signs that are no digits");
        case BadNumber::length: return bad(shown + " has too few or too many digits");
        case BadNumber::unknown_country: return bad(shown + " begins with no country's code");
        case BadNumber::not_mobile: break;
    }
    return bad(shown + " is no mobile number, which begins with " + plan.trunk_prefix +
               plan.mobile_prefix);
}

Result<unsigned, BadRow> read_max_open(std::string_view cell) {
    return read_number(cell, kMaxOpenMax, "max_open");
}

Result<std::string, BadRow> read_place(std::string_view cell, const flows::Service& service) {
    cell = bare(cell);
    if (rounded(cell)) return rounded_number(cell);
    if (!cell.empty() && consists_of(cell, "0123456789.")) return read_place_code(cell, service);
    flows::Place place = flows::find_place(service, cell);
    if (!place.code.empty()) return std::move(place.code);
    std::string choices;
    for (const std::string& choice : place.choices) {
        choices += (choices.empty() ? "; did you mean " : " or ") + choice;
    }
    if (!choices.empty()) choices += "?";
    return bad("no kelurahan is called " + quoted(cell) + choices);
}

Result<std::vector<std::string>, BadRow> read_places(std::string_view cell,
                                                     const flows::Service& service) {
    std::vector<std::string> codes;
    cell = bare(cell);
    for (std::size_t begin = 0; begin <= cell.size();) {
        const std::size_t end = std::min(cell.find('|', begin), cell.size());
        const std::string_view one = trim(cell.substr(begin, end - begin));
        begin = end + 1;
        if (one.empty()) continue;
        auto code = read_place(one, service);
        if (!code) return code.error();
        codes.push_back(*std::move(code));
    }
    if (codes.empty()) return bad("kelurahan is empty");
    std::sort(codes.begin(), codes.end());
    codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
    return codes;
}

Result<Nik, BadRow> read_nik(std::string_view cell) {
    cell = bare(cell);
    if (rounded(cell)) return rounded_number(cell);
    auto nik = Nik::parse(cell);
    if (nik) return *std::move(nik);
    const std::string shown = "NIK " + quoted(cell);
    switch (nik.error().kind) {
        case BadNik::Kind::length:
            return bad(shown + " has " + std::to_string(nik.error().digits) + " digits, not 16");
        case BadNik::Kind::characters: return bad(shown + " has signs that are no digits");
        case BadNik::Kind::area: return bad(shown + " begins with no province's code");
        case BadNik::Kind::date: return bad(shown + " holds an impossible date of birth");
        case BadNik::Kind::example: break;
    }
    return bad(shown +
               " is an example, or a spreadsheet has rounded it; format the column as text and "
               "fill it in again");
}

Result<int, BadRow> read_desil(std::string_view cell) {
    const auto desil = read_number(cell, kDesilMax, "desil");
    if (!desil) return desil.error();
    return static_cast<int>(*desil);
}

Result<Ticket, BadRow> read_ticket(std::string_view cell) {
    cell = bare(cell);
    if (rounded(cell)) return rounded_number(cell);
    std::string typed(cell);
    // A spreadsheet drops leading zeros. They do not change the check digit, which still proves it.
    if (cell.size() >= kTicketDigitsMin && cell.size() <= Ticket::kDigitsMin &&
        consists_of(cell, "0123456789")) {
        typed.insert(0, Ticket::kDigitsMin + 1 - cell.size(), '0');
    }
    auto ticket = Ticket::parse(typed);
    if (ticket) return *std::move(ticket);
    const std::string shown = "ticket " + quoted(cell);
    if (ticket.error() == BadTicket::form) return bad(shown + " must have 7 to 9 digits");
    return bad(shown + " has a wrong digit: its check digit does not fit");
}

Result<std::string, BadRow> read_kpj(std::string_view cell) {
    cell = bare(cell);
    if (rounded(cell)) return rounded_number(cell);
    std::string kpj = digits_of(cell);
    const std::string shown = "KPJ " + quoted(cell);
    if (!consists_of(cell, "0123456789 .-")) return bad(shown + " has signs that are no digits");
    if (kpj.size() == kKpjDigits) return kpj;
    return bad(shown + " has " + std::to_string(kpj.size()) + " digits, not 11");
}

Result<Date, BadRow> read_date(std::string_view cell) {
    cell = bare(cell);
    auto date = parse_iso_date(cell);
    if (!date) {
        std::vector<std::string> parts(1);
        for (const char c : cell) {
            if (c == '-' || c == '/') {
                parts.emplace_back();
            } else {
                parts.back() += c;
            }
        }
        for (std::string& part : parts) {
            if (part.size() == 1) part.insert(0, "0");
        }
        const bool whole = parts.size() == 3 && parts[0].size() == 2 && parts[1].size() == 2;
        if (whole) date = parse_typed_date(parts[0] + parts[1] + parts[2]);
    }
    if (date && date->year() >= kOldestYear) return *date;
    return bad(quoted(cell) + " is no date such as 2026-12-31 or 31-12-2026");
}

}  // namespace jangkau::gateway
