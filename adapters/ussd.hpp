#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/adapter.hpp"
#include "adapters/aggregator.hpp"

/// What the adapters of providers that send the last input only have in common.
namespace jangkau::adapters {

/// A dial string in its two halves.
struct Dialled {
    std::string code;  ///< "*384*7788#"
    std::string text;  ///< what was dialled behind it: "1*2" of "*384*7788*1*2#"
};

/// `service_code` tells where the code ends; where it is "" or another one was dialled, all of
/// `dialled` is the code.
[[nodiscard]] Dialled split_dial(std::string_view dialled, std::string_view service_code);
/// The first input of a dialogue: a dial string or, where it is none, nothing that was typed.
[[nodiscard]] Dialled first_input(std::string_view input, std::string_view service_code);

/// The setting `service_code`: "" or a code as one dials it.
[[nodiscard]] std::optional<BadSetting> bad_service_code(const Settings& settings);
/// The first missing one of the settings that sending SMS takes (name and value), unless all are
/// missing: then the channel has USSD only.
[[nodiscard]] std::optional<BadSetting> missing_for_sms(
    const std::vector<std::pair<std::string_view, std::string_view>>& needed);

/// JSON's own words, and numbers and texts in their place.
[[nodiscard]] std::optional<bool> truth(std::string_view text);
/// Puts the member into `answer` exactly as it came: providers compare.
void give_back(boost::json::object& answer, const boost::json::object& asked,
               std::string_view member);

/// The JSON object that must be the whole answer to a hop.
[[nodiscard]] Result<boost::json::object, BadAnswer> answered_hop(const HttpResponse& response);
/// "+62812..." as these providers write it.
[[nodiscard]] std::string without_plus(std::string_view e164);

}  // namespace jangkau::adapters
