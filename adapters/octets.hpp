#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapters/adapter.hpp"

/// Texts as octets, for gateways that pass on what the SMSC said.
namespace jangkau::adapters {

/// Pairs of hex digits of either case; nothing for any other text.
[[nodiscard]] std::optional<std::string> from_hex(std::string_view text);

/// One septet of the GSM 7-bit alphabet in each octet, as SMPP carries it (data_coding 0). What is
/// no character becomes '?'.
[[nodiscard]] std::string utf8_from_gsm7(std::string_view octets);
[[nodiscard]] std::string utf8_from_latin1(std::string_view octets);
/// Broken surrogates and an odd last octet become '?'.
[[nodiscard]] std::string utf8_from_utf16be(std::string_view octets);
/// `text` must be valid UTF-8.
[[nodiscard]] std::string utf16be_from_utf8(std::string_view text);
/// `text` must have no character outside the GSM 7-bit alphabet.
[[nodiscard]] std::string gsm7_from_utf8(std::string_view text);

/// Which piece of a long SMS a user data header announces (3GPP TS 23.040, sections 9.2.3.24.1 and
/// 9.2.3.24.8); nothing where it is a whole SMS.
[[nodiscard]] std::optional<SmsIn::Part> part_in(std::string_view user_data_header);

}  // namespace jangkau::adapters
