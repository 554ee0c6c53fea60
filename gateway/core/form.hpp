#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/core/result.hpp"

namespace jangkau {

struct BadForm {
    enum class Kind { too_many_fields, too_long };
    Kind kind;
};

/// An `application/x-www-form-urlencoded` body or a query string, in order of appearance.
///
/// Lenient where aggregators are sloppy: a raw blank, `%` not followed by two hex digits and a
/// missing `=` are taken as they stand. Of a repeated field the first counts.
class Form {
public:
    static constexpr std::size_t kFieldsMax = 64;

    [[nodiscard]] static Result<Form, BadForm> parse(std::string_view encoded,
                                                     std::size_t bytes_max = 64 * 1024);

    /// The first value of `name`, decoded; may be empty, may be no UTF-8.
    [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const;
    void add(std::string name, std::string value);
    [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& fields() const {
        return fields_;
    }
    [[nodiscard]] std::string encode() const;

private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

[[nodiscard]] std::string percent_encode(std::string_view text);
void append_percent_encoded(std::string& out, std::string_view text);
/// Puts what percent_encode() was given into `decoded`; false for text that it cannot have written.
[[nodiscard]] bool percent_decode_strictly(std::string_view text, std::string& decoded);
/// `plus_is_blank`: in forms and queries, not in paths.
[[nodiscard]] std::string percent_decode(std::string_view text, bool plus_is_blank);

}  // namespace jangkau
