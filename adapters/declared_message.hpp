#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/adapter.hpp"
#include "adapters/declared_template.hpp"
#include "gateway/core/form.hpp"

/// Places: where a value stands in a request or an answer. docs/adapters/declared.md, "Places".
///
/// Whatever the format, a message is read into one form of place and value, and built from one.
namespace jangkau::adapters::declared {

enum class Format { plain, form, query, form_or_query, json, xml };

/// In small letters after "header:"; what names the place everywhere.
[[nodiscard]] std::string place_name(std::string_view written);

/// Not a header, the query, the path or what else stands around the body.
[[nodiscard]] bool of_the_body(std::string_view place);

/// A request by its places. With `each` (a list's place) there is one form for each item of it, and
/// places of the body count from the item.
[[nodiscard]] Result<std::vector<Form>, BadRequest> read(const HttpRequest& request, Format format,
                                                         const std::string& each);
[[nodiscard]] Form read(const HttpResponse& response, Format format);

struct Value {
    std::string place;
    std::string text;
    bool bare = false;  ///< a number or truth value where the format tells these from texts
};

/// A request that has each value at its place.
[[nodiscard]] HttpRequest built(Format format, const std::string& method,
                                const std::vector<Value>& values, const std::string& each);
[[nodiscard]] HttpResponse built_answer(Format format, const std::vector<Value>& values);

[[nodiscard]] std::string content_type(Format format);
/// How values are written in a body of that format.
[[nodiscard]] Escape escape_in(Format format);

}  // namespace jangkau::adapters::declared
