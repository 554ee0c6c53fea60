#pragma once

#include <boost/json.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/operator.hpp"

namespace jangkau::gateway {

// What the operators' commands share: asking, and showing the answer.

using Fields = std::vector<std::pair<std::string, std::string>>;

enum Exit { done = 0, refused = 1, not_asked = 2 };

[[nodiscard]] std::string encoded(const Fields& fields);

/// Asks, and hands a good answer to `show`; says what went wrong otherwise.
int ask(const OperatorContext& context, const HttpRequest& request,
        const std::function<int(const HttpResponse&)>& show);
/// Throws std::runtime_error.
[[nodiscard]] boost::json::value parsed(const HttpResponse& response);
/// Asks for JSON, and shows it as it is or with `show`.
int ask_json(const OperatorContext& context, const HttpRequest& request,
             const std::function<void(const boost::json::value&)>& show);

/// A field of an answer as people read it; times in the service's zone.
[[nodiscard]] std::string field(const OperatorContext& context, const boost::json::object& object,
                                std::string_view name);
/// Each column is a field and its heading.
void show_table(const OperatorContext& context, const boost::json::array& list,
                const Fields& columns);

}  // namespace jangkau::gateway
