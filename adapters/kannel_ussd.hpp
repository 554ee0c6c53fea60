#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapters/adapter.hpp"
#include "gateway/core/form.hpp"

/// USSD over SMPP as Kannel carries it: in meta-data, "?smpp?ussd_service_op=%02&...". Operators
/// differ in what they put there, so all of it is settings.
namespace jangkau::adapters {

/// ussd_service_op of SMPP 3.4, section 5.3.2.44.
enum UssdOperation : unsigned {
    kDataIndication = 0,
    kDial = 1,
    kRequest = 2,
    kDialAnswered = 17,
    kAnswer = 18,
    kAborted = 129,  ///< of the vendors' range: the subscriber hung up
};

/// How one SMSC does USSD.
struct UssdDialect {
    unsigned continues = kRequest;
    unsigned ends = kDialAnswered;
    unsigned aborted = kAborted;
    std::string session_tlv = "its_session_info";  ///< "" = there is none
    std::string session_mask = "\xFF\xFE";         ///< what of its two octets names the dialogue
    bool end_bit = false;                          ///< the last bit of the two says so
    std::string service_code;                      ///< "*123#"; "" = not told

    [[nodiscard]] static Result<UssdDialect, BadSetting> from(const Settings& settings);

    /// The value of the session's parameter, or "".
    [[nodiscard]] std::string session_in(const Form& parameters) const;
    /// Ids are short and come again, so the phone belongs to the name.
    [[nodiscard]] std::string session_name(std::string session, const Msisdn& phone) const;
    [[nodiscard]] bool ended_by_bit(std::string_view session) const;
    /// Meta-data of a screen.
    [[nodiscard]] std::string meta_of_screen(bool end, std::string session) const;
    /// Whether it is that of a last screen; nothing where it is none of this dialect.
    [[nodiscard]] std::optional<bool> screen_ends(std::string_view meta) const;
    /// Meta-data of what a phone said, as Kannel gives it: the operation is a raw octet.
    [[nodiscard]] std::string meta_of_hop(unsigned operation, std::string_view session) const;
};

/// The parameters of SMPP among Kannel's meta-data.
[[nodiscard]] Form smpp_parameters(std::string_view meta);
[[nodiscard]] std::optional<unsigned> operation_in(const Form& parameters);

}  // namespace jangkau::adapters
