#include "adapters/registry.hpp"

#include "adapters/providers.hpp"

namespace jangkau::adapters {
namespace {

constexpr std::array<std::string_view, 4> kTwilioKeys = {"api_key_secret", "api_key_sid",
                                                         "auth_token_next", "signing_key"};
constexpr std::array<std::string_view, 2> kVonageKeys = {"signature_method", "signature_window"};

constexpr Entry kEntries[] = {
    {.name = "africastalking",
     .make = make_africastalking,
     .make_aggregator = make_africastalking_aggregator},
    {.name = "simulator",
     .make = make_simulator,
     .make_aggregator = make_simulator_aggregator,
     .local = true},
    {.name = "twilio",
     .make = make_twilio,
     .make_aggregator = make_twilio_aggregator,
     .keys = kTwilioKeys},
    {.name = "vonage",
     .make = make_vonage,
     .make_aggregator = make_vonage_aggregator,
     .keys = kVonageKeys},
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
