#include "adapters/ussd.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "adapters/decode.hpp"
#include "adapters/json.hpp"
#include "gateway/core/text.hpp"

namespace jangkau::adapters {

namespace json = boost::json;

Dialled split_dial(std::string_view dialled, std::string_view service_code) {
    Dialled whole{std::string(dialled), ""};
    if (service_code.empty() || !dialled.starts_with('*')) return whole;
    std::string_view stem = service_code;
    if (stem.ends_with('#')) stem.remove_suffix(1);
    std::string_view rest = dialled;
    if (!rest.starts_with(stem)) return whole;
    rest.remove_prefix(stem.size());
    if (rest.ends_with('#')) rest.remove_suffix(1);
    if (rest.empty()) return {std::string(service_code), ""};
    if (!rest.starts_with('*')) return whole;  // "*384*77881#" is another code
    return {std::string(service_code), std::string(rest.substr(1))};
}

Dialled first_input(std::string_view input, std::string_view service_code) {
    const std::string_view dialled = trim(input);
    if (dialled.starts_with('*')) return split_dial(dialled, service_code);
    return {std::string(service_code), ""};
}

std::optional<BadSetting> bad_service_code(const Settings& settings) {
    const std::string code = own_setting(settings, "service_code");
    if (code.empty() || (code.size() > 2 && code.starts_with('*') && code.ends_with('#') &&
                         code.find_first_not_of("0123456789*", 1) == code.size() - 1))
        return std::nullopt;
    return BadSetting{"service_code", "must be written as one dials it, such as *384*7788#"};
}

std::optional<BadSetting> missing_for_sms(
    const std::vector<std::pair<std::string_view, std::string_view>>& needed) {
    const auto missing = [](const auto& one) { return one.second.empty(); };
    const auto first = std::ranges::find_if(needed, missing);
    if (first == needed.end() || std::ranges::all_of(needed, missing)) return std::nullopt;
    return BadSetting{std::string(first->first), "is missing: SMS cannot be sent without it"};
}

std::optional<bool> truth(std::string_view text) {
    const std::string word = lower_ascii(trim(text));
    if (word == "true" || word == "1") return true;
    if (word == "false" || word == "0") return false;
    return std::nullopt;
}

void give_back(json::object& answer, const json::object& asked, std::string_view member) {
    if (const auto* value = asked.if_contains(member)) answer[member] = *value;
}

Result<json::object, BadAnswer> answered_hop(const HttpResponse& response) {
    if (response.status != 200) {
        return BadAnswer{"The status is " + std::to_string(response.status) + " instead of 200."};
    }
    auto answer = answered_json(response);
    if (answer.empty()) return BadAnswer{"The body is no JSON object with members."};
    return answer;
}

std::string without_plus(std::string_view e164) {
    return std::string(e164.starts_with('+') ? e164.substr(1) : e164);
}

}  // namespace jangkau::adapters
