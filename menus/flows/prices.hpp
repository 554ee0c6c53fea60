#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/calendar.hpp"
#include "gateway/core/problem.hpp"

namespace jangkau::flows {

/// What membership costs: every amount with the months in which it holds and where it comes from.
/// Loaded from `prices.yaml`.
struct Prices {
    /// Of one part (jkk, jkm, jht): a share of the income base, or a flat amount, in rupiah a
    /// month.
    struct Rate {
        std::string part;
        long long per_mille = 0;  ///< of the base; 10 = 1 %
        long long flat = 0;
        Month from;
        std::optional<Month> to;  ///< the last month in which it holds; none = no end known
        std::string source;
        int line = 0;
    };
    struct Programme {
        std::string code;                ///< "basic", "full"
        std::vector<std::string> parts;  ///< jkk, jkm, jht
    };
    struct Discount {
        std::vector<std::string> parts;
        long long percent = 0;
        std::vector<std::string> sectors;  ///< codes of jobs' sectors: "transport", "other"
        std::vector<std::string> payers;   ///< "self"
        Month from;
        Month to;
        std::string source;
        int line = 0;
    };
    struct Bracket {
        long long income_from = 0;  ///< rupiah a month, inclusive
        long long base = 0;
    };

    std::vector<Programme> programmes;
    std::vector<Rate> rates;
    std::vector<Discount> discounts;
    std::vector<Bracket> brackets;  ///< by income, lowest first; what is known of the table
    std::vector<int> periods;       ///< months that can be paid for at once
    /// Job code -> sector; a job that is not here is "other".
    std::vector<std::pair<std::string, std::string>> sectors;

    [[nodiscard]] std::string_view sector_of(std::string_view job) const;
    [[nodiscard]] long long lowest_base() const;
    /// The base for an income, or nothing where the bracket is not in the table: then the agent
    /// tells it.
    [[nodiscard]] std::optional<long long> base_for(long long income) const;
};

struct PriceQuery {
    std::string_view programme;
    std::string_view sector;
    std::string_view payer;  ///< "self" or "city"
    long long base = 0;
    Month month;  ///< of contribution; the first one where several are asked for
};

/// Rupiah for that one month, or nothing where no rate holds in it.
[[nodiscard]] std::optional<long long> monthly_price(const Prices& prices, const PriceQuery& query);
/// Rupiah for `months` months from `query.month`: summed month by month, since a discount may end
/// inside.
[[nodiscard]] std::optional<long long> total_price(const Prices& prices, const PriceQuery& query,
                                                   int months);
/// The last month of the discount that holds in that month for any part of the programme.
[[nodiscard]] std::optional<Month> discount_until(const Prices& prices, const PriceQuery& query);
/// The price without any discount.
[[nodiscard]] std::optional<long long> list_price(const Prices& prices, const PriceQuery& query);

/// Reads and checks the file: unknown keys, overlapping rates of one part, a gap between them,
/// parts and sectors that nothing defines, a discount that ends before it begins, percentages
/// outside 1 to 100, brackets out of order. No table where there was an error.
[[nodiscard]] std::optional<Prices> parse_prices(std::string_view text, const std::string& file,
                                                 Problems& problems);

}  // namespace jangkau::flows
