#include "adapters/kannel_ussd.hpp"

#include <charconv>
#include <utility>

#include "adapters/decode.hpp"
#include "adapters/octets.hpp"
#include "adapters/signature.hpp"
#include "adapters/ussd.hpp"
#include "gateway/core/hex.hpp"

namespace jangkau::adapters {
namespace {

constexpr std::string_view kGroup = "?smpp?";
constexpr std::string_view kOperation = "ussd_service_op";
constexpr std::size_t kSessionOctets = 2;
constexpr unsigned kEndBit = 1;
constexpr unsigned kOctetMax = 255;

unsigned last_octet(std::string_view octets) { return static_cast<unsigned char>(octets.back()); }

std::optional<unsigned> operation_number(std::string_view written) {
    const bool hexadecimal = written.starts_with("0x");
    if (hexadecimal) written.remove_prefix(2);
    unsigned number = 0;
    const char* end = written.data() + written.size();
    const auto read = std::from_chars(written.data(), end, number, hexadecimal ? 16 : 10);
    if (read.ec != std::errc{} || read.ptr != end || number > kOctetMax) return std::nullopt;
    return number;
}

std::string meta_data(std::string_view operation, std::string_view session_tlv,
                      std::string_view session) {
    std::string meta(kGroup);
    meta += std::string(kOperation) + "=" + percent_encode(operation);
    if (!session.empty() && !session_tlv.empty())
        meta += "&" + std::string(session_tlv) + "=" + percent_encode(session);
    return meta;
}

std::optional<BadSetting> read_operations(const Settings& settings, UssdDialect& ussd) {
    constexpr std::pair<const char*, unsigned UssdDialect::*> kOperations[] = {
        {"ussd_continue_op", &UssdDialect::continues},
        {"ussd_end_op", &UssdDialect::ends},
        {"ussd_abort_op", &UssdDialect::aborted}};
    for (const auto& [key, member] : kOperations) {
        const std::string written = own_setting(settings, key);
        if (written.empty()) continue;
        const auto number = operation_number(written);
        if (!number) return BadSetting{key, "must be 0 to 255, or 0x00 to 0xff"};
        ussd.*member = *number;
    }
    return std::nullopt;
}

}  // namespace

Result<UssdDialect, BadSetting> UssdDialect::from(const Settings& settings) {
    UssdDialect ussd;
    if (auto bad = read_operations(settings, ussd)) return *std::move(bad);
    if (const auto tlv = settings.more.find("ussd_session_tlv"); tlv != settings.more.end())
        ussd.session_tlv = tlv->second;
    if (const std::string mask = own_setting(settings, "ussd_session_mask"); !mask.empty()) {
        const auto octets = from_hex(mask);
        if (!octets || octets->size() != kSessionOctets)
            return BadSetting{"ussd_session_mask", "must be four hex digits: \"fffe\""};
        ussd.session_mask = *octets;
    }
    const std::string end_bit = own_setting(settings, "ussd_end_bit");
    if (!end_bit.empty() && end_bit != "true" && end_bit != "false")
        return BadSetting{"ussd_end_bit", "must be true or false"};
    ussd.end_bit = end_bit == "true";
    if (ussd.ends == ussd.continues && !ussd.end_bit)
        return BadSetting{"ussd_end_op",
                          "must differ from ussd_continue_op, or ussd_end_bit must be true"};
    if (auto bad = bad_service_code(settings)) return *std::move(bad);
    ussd.service_code = own_setting(settings, "service_code");
    return ussd;
}

std::string UssdDialect::session_in(const Form& parameters) const {
    return std::string(parameters.get(session_tlv).value_or(""));
}

std::string UssdDialect::session_name(std::string session, const Msisdn& phone) const {
    if (session.empty()) return phone.digits();
    for (std::size_t i = 0; session.size() == kSessionOctets && i < kSessionOctets; ++i)
        session[i] = static_cast<char>(session[i] & session_mask[i]);
    return hex(session) + "-" + phone.digits();
}

bool UssdDialect::ended_by_bit(std::string_view session) const {
    return end_bit && session.size() == kSessionOctets && (last_octet(session) & kEndBit) != 0;
}

std::string UssdDialect::meta_of_screen(bool end, std::string session) const {
    if (end_bit && session.size() == kSessionOctets) {
        const unsigned others = last_octet(session) & ~kEndBit;
        session.back() = static_cast<char>(end ? others | kEndBit : others);
    }
    return meta_data(std::to_string(end ? ends : continues), session_tlv, session);
}

std::optional<bool> UssdDialect::screen_ends(std::string_view meta) const {
    const Form parameters = smpp_parameters(meta);
    const auto operation = operation_number(parameters.get(kOperation).value_or(""));
    if (operation != ends && operation != continues) return std::nullopt;
    return operation == ends && (!end_bit || ended_by_bit(session_in(parameters)));
}

std::string UssdDialect::meta_of_hop(unsigned operation, std::string_view session) const {
    return meta_data(std::string(1, static_cast<char>(operation)), session_tlv, session) + "&";
}

Form smpp_parameters(std::string_view meta) {
    const auto group = meta.find(kGroup);
    if (group == std::string_view::npos) return {};
    meta.remove_prefix(group + kGroup.size());
    const auto parsed = Form::parse(meta.substr(0, meta.find('?')));
    return parsed ? *parsed : Form{};
}

/// Kannel gives the raw octet of this parameter, whatever type it was told of; digits, should
/// another version do as it is told.
std::optional<unsigned> operation_in(const Form& parameters) {
    const auto value = parameters.get(kOperation);
    if (!value) return std::nullopt;
    if (value->size() == 1) return last_octet(*value);
    return operation_number(*value);
}

}  // namespace jangkau::adapters
