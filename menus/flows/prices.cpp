#include "menus/flows/prices.hpp"

#include <algorithm>
#include <charconv>

#include "menus/flows/dated.hpp"
#include "menus/yaml.hpp"

namespace jangkau::flows {
namespace {

using menus::Fields;
using menus::Yaml;

constexpr std::string_view kOtherSector = "other";
constexpr std::string_view kUnknown = "unknown";
constexpr long long kRupiahMax = 1'000'000'000;
constexpr int kPeriodMonthsMax = 60;

bool contains(const std::vector<std::string>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

Span span_of(const Prices::Rate& rate) { return {rate.from, rate.to}; }
Span span_of(const Prices::Discount& discount) { return {discount.from, discount.to}; }

// ---- Reading the file

class Reader {
public:
    Reader(std::string file, Problems& problems) : file_(std::move(file)), problems_(problems) {}

    Prices read(const Yaml& tree) {
        Fields fields(tree, file_, "", problems_);
        read_rows(fields, "rates", [&](Fields& row) { read_rate(row); });
        read_rows(fields, "programmes", [&](Fields& row) { read_programme(row); });
        read_sectors(fields);
        if (fields.take("discounts") != nullptr) {
            read_rows(fields, "discounts", [&](Fields& row) { read_discount(row); });
        }
        read_rows(fields, "brackets", [&](Fields& row) { read_bracket(row); });
        read_periods(fields);
        fields.finish();
        check_rates();
        return std::move(prices_);
    }

private:
    template <class ReadRow>
    void read_rows(Fields& fields, std::string_view key, const ReadRow& read_row) {
        const Yaml* rows = fields.take(key);
        if (rows == nullptr) {
            fields.complain(fields.line(), key, "is missing");
            return;
        }
        if (!rows->is_sequence() || rows->items.empty()) {
            fields.complain(rows->line, key, "must be a list of rows");
            return;
        }
        for (const Yaml& row : rows->items) {
            Fields cells(row, file_, fields.path(key), problems_);
            if (row.kind == Yaml::Kind::null) cells.complain(row.line, "", "has an empty row");
            if (!row.is_mapping()) continue;
            read_row(cells);
            cells.finish();
        }
    }

    void read_rate(Fields& row) {
        Prices::Rate rate;
        rate.line = row.line();
        rate.part = read_word(row, "part");
        parts_.push_back(rate.part);
        const bool shared = row.take("per_mille") != nullptr;
        const bool flat = row.take("flat") != nullptr;
        if (shared == flat)
            row.complain(row.line(), "per_mille", "give either 'per_mille' or 'flat'");
        rate.per_mille = row.number("per_mille", 0, 1, 1000);
        rate.flat = row.number("flat", 0, 1, kRupiahMax);
        rate.source = read_word(row, "source");
        const auto span = read_span(row);
        if (rate.part.empty() || !span) return;
        rate.from = span->from;
        rate.to = span->to;
        prices_.rates.push_back(std::move(rate));
    }

    void read_programme(Fields& row) {
        Prices::Programme programme{read_word(row, "code"), row.texts("parts")};
        if (programme.parts.empty()) row.complain(row.line(), "parts", "is missing");
        for (std::size_t i = 0; i < programme.parts.size(); ++i) {
            const auto& part = programme.parts[i];
            complain_unless_known(row, "parts", part, parts_);
            if (std::find(programme.parts.begin(), programme.parts.begin() + std::ptrdiff_t(i),
                          part) != programme.parts.begin() + std::ptrdiff_t(i)) {
                row.complain(row.line(), "parts", "'" + part + "' stands here twice");
            }
        }
        for (const auto& other : prices_.programmes) {
            if (other.code != programme.code) continue;
            row.complain(row.line(), "code", "'" + other.code + "' stands here twice");
        }
        prices_.programmes.push_back(std::move(programme));
    }

    void read_sectors(Fields& fields) {
        const Yaml* sectors = fields.mapping("sectors");
        if (sectors == nullptr) return;
        for (const auto& [job, line, sector] : sectors->entries) {
            if (sector.scalar.empty()) {
                complain(line, "sectors/" + job, "must be the name of a sector");
            } else {
                prices_.sectors.emplace_back(job, sector.scalar);
            }
        }
    }

    void read_discount(Fields& row) {
        Prices::Discount discount;
        discount.line = row.line();
        if (row.take("percent") == nullptr) row.complain(row.line(), "percent", "is missing");
        discount.percent = row.number("percent", 0, 1, 100);
        discount.parts = read_known(row, "parts", parts_);
        discount.sectors = read_known(row, "sectors", sectors());
        discount.payers = read_known(row, "payers", {"self", "city"});
        discount.source = read_word(row, "source");
        const auto span = read_span(row);
        // A discount whose end nobody knows would be promised for ever.
        if (row.take("to") == nullptr) row.complain(row.line(), "to", "is missing");
        if (!span || !span->to) return;
        discount.from = span->from;
        discount.to = *span->to;
        complain_of_double(row, discount);
        prices_.discounts.push_back(std::move(discount));
    }

    void read_bracket(Fields& row) {
        Prices::Bracket bracket;
        if (row.take("income_from") == nullptr)
            row.complain(row.line(), "income_from", "is missing");
        bracket.income_from = row.number("income_from", 0, 0, kRupiahMax);
        const std::string base = read_word(row, "base");
        if (base.empty()) return;
        if (base != kUnknown) bracket.base = row.number("base", 0, 1, kRupiahMax);
        const auto& earlier = prices_.brackets;
        if (earlier.empty() && bracket.income_from != 0) {
            row.complain(row.line(), "income_from", "the first row must begin at 0");
        }
        if (earlier.empty() && base == kUnknown) {
            row.complain(row.line(), "base", "of the first row must be known");
        }
        if (!earlier.empty() && bracket.income_from <= earlier.back().income_from) {
            row.complain(row.line(), "income_from", "must be more than in the row before");
        }
        const bool falls = std::any_of(earlier.begin(), earlier.end(), [&](const auto& other) {
            return bracket.base != 0 && bracket.base <= other.base;
        });
        if (falls) row.complain(row.line(), "base", "must be more than in the rows before");
        prices_.brackets.push_back(bracket);
    }

    void read_periods(Fields& fields) {
        const Yaml* list = fields.take("periods");
        const auto texts = fields.texts("periods");
        if (list == nullptr || (list->is_sequence() && texts.empty())) {
            fields.complain(fields.line(), "periods", "is missing");
        }
        for (const auto& text : texts) {
            int months = 0;
            const auto [end, fault] =
                std::from_chars(text.data(), text.data() + text.size(), months);
            const bool whole = fault == std::errc{} && end == text.data() + text.size();
            if (!whole || months < 1 || months > kPeriodMonthsMax) {
                fields.complain(list->line, "periods",
                                "must be numbers of months from 1 to " +
                                    std::to_string(kPeriodMonthsMax) + ", not '" + text + "'");
            } else if (!prices_.periods.empty() && months <= prices_.periods.back()) {
                fields.complain(list->line, "periods", "must rise: '" + text + "'");
            } else {
                prices_.periods.push_back(months);
            }
        }
    }

    /// The rates of one part follow each other month by month.
    void check_rates() {
        std::vector<const Prices::Rate*> rates;
        for (const auto& rate : prices_.rates) rates.push_back(&rate);
        std::stable_sort(rates.begin(), rates.end(), [](const auto* a, const auto* b) {
            return a->part != b->part ? a->part < b->part : a->from < b->from;
        });
        for (std::size_t i = 1; i < rates.size(); ++i) {
            const auto& before = *rates[i - 1];
            const auto& after = *rates[i];
            if (before.part != after.part) continue;
            const std::string where = "the rate of line " + std::to_string(before.line);
            if (overlap(span_of(before), span_of(after))) {
                complain(after.line, "rates",
                         before.part + " holds in months in which " + where +
                             " does; end that one with 'to'");
            } else if (*before.to + std::chrono::months(1) < after.from) {
                complain(after.line, "rates",
                         before.part + " has no rate between " + iso(*before.to) + ", where " +
                             where + " ends, and " + iso(after.from));
            }
        }
    }

    void complain_of_double(Fields& row, const Prices::Discount& discount) {
        const auto share = [](const auto& a, const auto& b) {
            return std::any_of(a.begin(), a.end(),
                               [&](const auto& word) { return contains(b, word); });
        };
        for (const auto& other : prices_.discounts) {
            if (overlap(span_of(other), span_of(discount)) && share(other.parts, discount.parts) &&
                share(other.sectors, discount.sectors) && share(other.payers, discount.payers)) {
                row.complain(discount.line, "",
                             "gives the same people a second discount in months of line " +
                                 std::to_string(other.line));
            }
        }
    }

    std::vector<std::string> read_known(Fields& row, std::string_view key,
                                        const std::vector<std::string>& known) {
        auto words = row.texts(key);
        if (words.empty()) row.complain(row.line(), key, "is missing");
        for (const auto& word : words) complain_unless_known(row, key, word, known);
        return words;
    }

    static void complain_unless_known(Fields& row, std::string_view key, const std::string& word,
                                      const std::vector<std::string>& known) {
        if (contains(known, word)) return;
        row.complain(row.line(), key,
                     "nothing here defines '" + word + "'" + did_you_mean(word, known));
    }

    [[nodiscard]] std::vector<std::string> sectors() const {
        std::vector<std::string> out{std::string(kOtherSector)};
        for (const auto& [job, sector] : prices_.sectors) out.push_back(sector);
        return out;
    }

    void complain(int line, std::string path, std::string what) {
        problems_.push_back(
            {file_, line, std::move(path), std::move(what), Problem::Severity::error});
    }

    std::string file_;
    Problems& problems_;
    Prices prices_;
    std::vector<std::string> parts_;  ///< of all rates, of those with mistakes too
};

// ---- Computing

enum class Discounts { apply, ignore };

const Prices::Discount* discount_on(const Prices& prices, const PriceQuery& query,
                                    std::string_view part) {
    const auto at = std::find_if(
        prices.discounts.begin(), prices.discounts.end(), [&](const Prices::Discount& discount) {
            return contains(discount.parts, part) && contains(discount.sectors, query.sector) &&
                   contains(discount.payers, query.payer) && holds(span_of(discount), query.month);
        });
    return at == prices.discounts.end() ? nullptr : &*at;
}

/// Whole rupiah, rounded up: a price on a screen is never too low.
long long share_of(long long amount, long long parts, long long whole) {
    return (amount * parts + whole - 1) / whole;
}

std::optional<long long> part_price(const Prices& prices, const PriceQuery& query,
                                    std::string_view part, Discounts discounts) {
    const auto rate =
        std::find_if(prices.rates.begin(), prices.rates.end(), [&](const Prices::Rate& row) {
            return row.part == part && holds(span_of(row), query.month);
        });
    if (rate == prices.rates.end()) return std::nullopt;
    const long long amount = share_of(query.base, rate->per_mille, 1000) + rate->flat;
    const auto* discount = discount_on(prices, query, part);
    if (discount == nullptr || discounts == Discounts::ignore) return amount;
    return share_of(amount, 100 - discount->percent, 100);
}

const Prices::Programme* programme_with(const Prices& prices, std::string_view code) {
    const auto at = std::find_if(prices.programmes.begin(), prices.programmes.end(),
                                 [&](const auto& programme) { return programme.code == code; });
    return at == prices.programmes.end() ? nullptr : &*at;
}

std::optional<long long> month_price(const Prices& prices, const PriceQuery& query,
                                     Discounts discounts) {
    const auto* programme = programme_with(prices, query.programme);
    if (programme == nullptr || query.base < 1 || query.base > kRupiahMax) return std::nullopt;
    long long sum = 0;
    for (const auto& part : programme->parts) {
        const auto price = part_price(prices, query, part, discounts);
        if (!price) return std::nullopt;
        sum += *price;
    }
    return sum;
}

}  // namespace

std::string_view Prices::sector_of(std::string_view job) const {
    const auto at = std::find_if(sectors.begin(), sectors.end(),
                                 [&](const auto& entry) { return entry.first == job; });
    return at == sectors.end() ? kOtherSector : std::string_view(at->second);
}

long long Prices::lowest_base() const { return brackets.empty() ? 0 : brackets.front().base; }

std::optional<long long> Prices::base_for(long long income) const {
    std::optional<long long> base;
    for (const auto& bracket : brackets) {
        // A bracket without base is one that nobody has looked up.
        if (bracket.income_from <= income) {
            base = bracket.base == 0 ? std::nullopt : std::optional(bracket.base);
        }
    }
    return base;
}

std::optional<long long> monthly_price(const Prices& prices, const PriceQuery& query) {
    return month_price(prices, query, Discounts::apply);
}

std::optional<long long> list_price(const Prices& prices, const PriceQuery& query) {
    return month_price(prices, query, Discounts::ignore);
}

std::optional<long long> total_price(const Prices& prices, const PriceQuery& query, int months) {
    if (months < 1 || months > kPeriodMonthsMax) return std::nullopt;
    long long sum = 0;
    PriceQuery one = query;
    for (int month = 0; month < months; ++month) {
        const auto price = monthly_price(prices, one);
        if (!price) return std::nullopt;
        sum += *price;
        one.month += std::chrono::months(1);
    }
    return sum;
}

std::optional<Month> discount_until(const Prices& prices, const PriceQuery& query) {
    const auto* programme = programme_with(prices, query.programme);
    if (programme == nullptr) return std::nullopt;
    std::optional<Month> until;
    for (const auto& part : programme->parts) {
        const auto* discount = discount_on(prices, query, part);
        // Where parts differ, the price shown lasts until the first of them ends.
        if (discount != nullptr && (!until || discount->to < *until)) until = discount->to;
    }
    return until;
}

std::optional<Prices> parse_prices(std::string_view text, const std::string& file,
                                   Problems& problems) {
    Problems found;
    std::optional<Prices> prices;
    if (const auto tree = menus::parse_yaml(text, file, found)) {
        prices = Reader(file, found).read(*tree);
    }
    const bool broken = any_error(found);
    problems.insert(problems.end(), found.begin(), found.end());
    if (broken) prices.reset();
    return prices;
}

}  // namespace jangkau::flows
