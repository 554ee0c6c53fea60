#include "adapters/registry.hpp"

#include "adapters/providers.hpp"

namespace jangkau::adapters {
namespace {

constexpr std::string_view kJasminKeys[] = {"coding_0"};
constexpr std::string_view kKannelKeys[] = {
    "service_code", "smsc",        "ussd_abort_op",     "ussd_continue_op",
    "ussd_end_bit", "ussd_end_op", "ussd_session_mask", "ussd_session_tlv"};

constexpr Entry kEntries[] = {
    {.name = "africastalking",
     .make = make_africastalking,
     .make_aggregator = make_africastalking_aggregator},
    {.name = "jasmin",
     .make = make_jasmin,
     .make_aggregator = make_jasmin_aggregator,
     .keys = kJasminKeys},
    {.name = "kannel",
     .make = make_kannel,
     .make_aggregator = make_kannel_aggregator,
     .keys = kKannelKeys},
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
