#include "gateway/routes.hpp"

#include <algorithm>

namespace jangkau::gateway {

bool Routes::cover(const Msisdn& number) const {
    const std::string& digits = number.digits();
    if (digits.starts_with(home)) return true;
    return std::any_of(routes.begin(), routes.end(), [&](const Route& route) {
        return std::any_of(route.prefixes.begin(), route.prefixes.end(),
                           [&](const std::string& prefix) { return digits.starts_with(prefix); });
    });
}

const std::vector<std::string>& Routes::to(const Msisdn& number) const {
    const std::string& digits = number.digits();
    const Route* best = nullptr;
    std::size_t longest = 0;
    for (const Route& route : routes)
        for (const std::string& prefix : route.prefixes)
            if (prefix.size() > longest && digits.starts_with(prefix)) {
                best = &route;
                longest = prefix.size();
            }
    return best ? best->channels : otherwise;
}

const std::string& after(const std::vector<std::string>& channels, const std::string& channel) {
    const auto at = std::find(channels.begin(), channels.end(), channel);
    return at == channels.end() || at + 1 == channels.end() ? channels.front() : *(at + 1);
}

}  // namespace jangkau::gateway
