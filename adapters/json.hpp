#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "adapters/adapter.hpp"
#include "gateway/core/form.hpp"

/// What the adapters of JSON providers share.
namespace jangkau::adapters {

enum class Keys { as_written, lower_case };

/// The body of a POST or PUT as a JSON object. Nesting and size are limited; of a repeated key the
/// last counts.
[[nodiscard]] Result<boost::json::object, BadRequest> posted_json(const HttpRequest& request);
/// An answer's body as a JSON object; an empty one where it is none.
[[nodiscard]] boost::json::object answered_json(const HttpResponse& response);

/// The object as a form, so that `Fields` reads it: numbers and truth values as their text, what
/// lies deeper as "payload.response", items of a list as "results.0.text". Null is left out.
[[nodiscard]] Form flat(const boost::json::object& object, Keys keys = Keys::as_written);

/// The objects in the list under `key` of an object; what else stands there is left out.
[[nodiscard]] std::vector<boost::json::object> objects_in(const boost::json::object& object,
                                                          std::string_view key);

/// A member's text, or "" where there is none.
[[nodiscard]] std::string_view string_in(const boost::json::object& object, std::string_view key);

[[nodiscard]] HttpResponse json_answer(int status, const boost::json::value& body);
[[nodiscard]] HttpRequest json_request(std::string method, std::string target,
                                       const boost::json::value& body);

}  // namespace jangkau::adapters
