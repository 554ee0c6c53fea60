#include "adapters/registry.hpp"

#include "adapters/providers.hpp"

namespace jangkau::adapters {
namespace {

constexpr std::string_view kEightByEightKeys[] = {"subaccount"};
constexpr std::string_view kInfobipKeys[] = {"hmac_algorithm", "hmac_encoding", "hmac_header",
                                             "service_code", "webhook_security"};

constexpr Entry kEntries[] = {
    {.name = "8x8",
     .make = make_eight_by_eight,
     .make_aggregator = make_eight_by_eight_aggregator,
     .keys = kEightByEightKeys},
    {.name = "africastalking",
     .make = make_africastalking,
     .make_aggregator = make_africastalking_aggregator},
    {.name = "infobip",
     .make = make_infobip,
     .make_aggregator = make_infobip_aggregator,
     .keys = kInfobipKeys},
    {.name = "simulator",
     .make = make_simulator,
     .make_aggregator = make_simulator_aggregator,
     .local = true},
};

static_assert(std::ranges::adjacent_find(kEntries, std::ranges::greater_equal{}, &Entry::name) ==
                  std::ranges::end(kEntries),
              "kEntries: keep sorted by name, each name once");

}  // namespace

std::span<const Entry> registry() { return kEntries; }

const Entry* find(std::string_view name) {
    const auto* entry = std::ranges::lower_bound(kEntries, name, {}, &Entry::name);
    return entry != std::ranges::end(kEntries) && entry->name == name ? entry : nullptr;
}

}  // namespace jangkau::adapters
