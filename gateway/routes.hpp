#pragma once

#include <string>
#include <vector>

#include "gateway/core/msisdn.hpp"

namespace jangkau::gateway {

/// Which channels send to which numbers, in which order.
struct Routes {
    struct Route {
        std::string name;
        std::vector<std::string> prefixes;  ///< digits of E.164, without plus: "62811"
        std::vector<std::string> channels;  ///< never empty
    };
    std::vector<Route> routes;
    std::vector<std::string> otherwise;  ///< for all other numbers; never empty

    /// What mobile numbers of the home country begin with: "628". "" = all numbers are at home.
    std::string home;

    /// Whether anything is sent to that number: one of the home country, or of a route's prefix.
    [[nodiscard]] bool cover(const Msisdn& number) const;
    /// The channels for that number, by the longest prefix.
    [[nodiscard]] const std::vector<std::string>& to(const Msisdn& number) const;
};

/// The channel that follows `channel` in a route, after the last the first again; the first where
/// it is not in the route.
[[nodiscard]] const std::string& after(const std::vector<std::string>& channels,
                                       const std::string& channel);

}  // namespace jangkau::gateway
