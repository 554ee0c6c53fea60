#include "adapters/registry.hpp"

#include "adapters/providers.hpp"

namespace jangkau::adapters {
namespace {

constexpr std::string_view kArkeselKeys[] = {"service_code"};
constexpr std::string_view kBeemKeys[] = {"service_code", "unicode_encoding"};
constexpr std::string_view kComvivaKeys[] = {"service_code"};
constexpr std::string_view kEightByEightKeys[] = {"subaccount"};
constexpr std::string_view kHubtelKeys[] = {"service_code"};
constexpr std::string_view kInfobipKeys[] = {"hmac_algorithm", "hmac_encoding", "hmac_header",
                                             "service_code", "webhook_security"};
constexpr std::string_view kJasminKeys[] = {"coding_0"};
constexpr std::string_view kKannelKeys[] = {
    "service_code", "smsc",        "ussd_abort_op",     "ussd_continue_op",
    "ussd_end_bit", "ussd_end_op", "ussd_session_mask", "ussd_session_tlv"};
constexpr std::string_view kNaloKeys[] = {"service_code", "user_id"};
constexpr std::string_view kRestcommKeys[] = {"service_code"};
constexpr std::string_view kTwilioKeys[] = {"api_key_secret", "api_key_sid", "auth_token_next",
                                            "signing_key"};
constexpr std::string_view kVonageKeys[] = {"signature_method", "signature_window"};

constexpr Entry kEntries[] = {
    {.name = "8x8",
     .make = make_eight_by_eight,
     .make_aggregator = make_eight_by_eight_aggregator,
     .keys = kEightByEightKeys},
    {.name = "africastalking",
     .make = make_africastalking,
     .make_aggregator = make_africastalking_aggregator},
    {.name = "arkesel",
     .make = make_arkesel,
     .make_aggregator = make_arkesel_aggregator,
     .keys = kArkeselKeys},
    {.name = "beem", .make = make_beem, .make_aggregator = make_beem_aggregator, .keys = kBeemKeys},
    {.name = "comviva",
     .make = make_comviva,
     .make_aggregator = make_comviva_aggregator,
     .keys = kComvivaKeys},
    {.name = "declared",
     .make = make_declared,
     .make_aggregator = make_declared_aggregator,
     .described = true},
    {.name = "hubtel",
     .make = make_hubtel,
     .make_aggregator = make_hubtel_aggregator,
     .keys = kHubtelKeys},
    {.name = "infobip",
     .make = make_infobip,
     .make_aggregator = make_infobip_aggregator,
     .keys = kInfobipKeys},
    {.name = "jasmin",
     .make = make_jasmin,
     .make_aggregator = make_jasmin_aggregator,
     .keys = kJasminKeys},
    {.name = "kannel",
     .make = make_kannel,
     .make_aggregator = make_kannel_aggregator,
     .keys = kKannelKeys},
    {.name = "nalo", .make = make_nalo, .make_aggregator = make_nalo_aggregator, .keys = kNaloKeys},
    {.name = "restcomm",
     .make = make_restcomm,
     .make_aggregator = make_restcomm_aggregator,
     .keys = kRestcommKeys},
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
