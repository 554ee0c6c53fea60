#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/adapter.hpp"
#include "adapters/declared_template.hpp"
#include "adapters/decode.hpp"
#include "gateway/core/form.hpp"

/// Places: where a value stands in a request or an answer. docs/adapters/declared.md, "Places".
///
/// Whatever the format, a message is read into places and values, and built from them.
namespace jangkau::adapters::declared {

enum class Format { plain, form, query, form_or_query, json, xml };

/// In small letters after "header:"; what names the place everywhere.
[[nodiscard]] std::string place_name(std::string_view written);

/// Not a header, the query, the path or what else stands around the body.
[[nodiscard]] bool of_the_body(std::string_view place);

/// A request or an answer by its places. The items of a list share what stands around the body.
class Message {
public:
    Message() = default;
    Message(std::shared_ptr<const Form> around, Form body)
        : around_(std::move(around)), body_(std::move(body)) {}

    /// A body cannot pretend to be a header.
    [[nodiscard]] const Form& part(std::string_view place) const {
        return of_the_body(place) ? body_ : *around_;
    }
    [[nodiscard]] std::optional<std::string_view> get(std::string_view place) const {
        return part(place).get(place);
    }

private:
    std::shared_ptr<const Form> around_ = std::make_shared<const Form>();
    Form body_;
};

/// `Fields` of a message, in its body and around it.
class PlacedFields {
public:
    explicit PlacedFields(const Message& message) : message_(message) {}

    [[nodiscard]] std::string name(const std::string& place);
    [[nodiscard]] std::string typed(const std::string& place);
    [[nodiscard]] std::string sms_text(const std::string& place);
    [[nodiscard]] unsigned number(const std::string& place);
    [[nodiscard]] std::optional<Msisdn> phone(const std::string& place, const NumberPlan& plan);

    [[nodiscard]] const std::optional<BadRequest>& wrong() const { return wrong_; }
    [[nodiscard]] Result<Inbound, BadRequest> let_go() const;

private:
    template <class Read>
    auto read(const std::string& place, const Read& read_from) {
        Fields fields(message_.part(place));
        auto value = read_from(fields);
        if (!wrong_) wrong_ = fields.wrong();
        if (!wrong_shape_ && fields.wrong())
            if (const auto verdict = fields.let_go(); !verdict) wrong_shape_ = verdict.error();
        return value;
    }

    const Message& message_;
    std::optional<BadRequest> wrong_;
    std::optional<BadRequest> wrong_shape_;
};

/// Far above what any provider sends at once.
inline constexpr std::size_t kItemsMax = 2000;
inline constexpr std::string_view kTooManyItems = "has too many items";

/// With `each` (a list's place) there is one message for each item of it, and places of the body
/// count from the item.
[[nodiscard]] Result<std::vector<Message>, BadRequest> read(const HttpRequest& request,
                                                            Format format, const std::string& each);
[[nodiscard]] Message read(const HttpResponse& response, Format format);

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
