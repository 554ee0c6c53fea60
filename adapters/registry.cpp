#include "adapters/registry.hpp"

#include "adapters/providers.hpp"

namespace jangkau::adapters {
namespace {

constexpr std::string_view kRestcommKeys[] = {"service_code"};

constexpr Entry kEntries[] = {
    {.name = "africastalking",
     .make = make_africastalking,
     .make_aggregator = make_africastalking_aggregator},
    {.name = "declared",
     .make = make_declared,
     .make_aggregator = make_declared_aggregator,
     .described = true},
    {.name = "restcomm",
     .make = make_restcomm,
     .make_aggregator = make_restcomm_aggregator,
     .keys = kRestcommKeys},
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
