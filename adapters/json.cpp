#include "adapters/json.hpp"

#include <boost/json.hpp>
#include <charconv>
#include <utility>

#include "adapters/decode.hpp"
#include "gateway/core/text.hpp"

namespace jangkau::adapters {
namespace {

namespace json = boost::json;

constexpr std::size_t kBytesMax = 256 * 1024;
constexpr std::size_t kDepthMax = 8;
constexpr std::size_t kEscape = std::string_view("\\uD83D").size();
/// Of all that one request can hold: a batch of reports has some twenty for each.
constexpr std::size_t kFieldsMax = 4000;
constexpr std::string_view kJsonType = "application/json";

/// The code unit of an escape ("\uD83D") at the begin of `text`; 0 where there is no such escape.
unsigned escaped_unit(std::string_view text) {
    unsigned unit = 0;
    if (text.size() < kEscape || !text.starts_with("\\u")) return 0;
    const auto read = std::from_chars(text.data() + 2, text.data() + kEscape, unit, 16);
    return read.ptr == text.data() + kEscape ? unit : 0;
}

/// A provider that cuts a text at so many units may cut an emoji in half. One of a batch would
/// make all of it unreadable, and it would come again for ever.
std::string without_halves(std::string_view body) {
    const auto high = [](unsigned unit) { return unit >= 0xD800 && unit <= 0xDBFF; };
    const auto low = [](unsigned unit) { return unit >= 0xDC00 && unit <= 0xDFFF; };
    std::string whole;
    whole.reserve(body.size());
    while (!body.empty()) {
        std::size_t taken = body.front() == '\\' ? std::min<std::size_t>(2, body.size()) : 1;
        const unsigned unit = escaped_unit(body);
        bool half = false;
        if (high(unit) || low(unit)) {
            half = low(unit) || !low(escaped_unit(body.substr(kEscape)));
            taken = half ? kEscape : 2 * kEscape;
        }
        whole += half ? std::string_view("\\ufffd") : body.substr(0, taken);
        body.remove_prefix(taken);
    }
    return whole;
}

std::optional<json::object> parsed(std::string_view body) {
    if (body.size() > kBytesMax) return std::nullopt;
    json::error_code error;
    json::parse_options options;
    options.max_depth = kDepthMax;
    options.allow_invalid_utf8 = true;  // whoever reads a text cleans it
    json::value value = json::parse(body, error, {}, options);
    if (error) value = json::parse(without_halves(body), error, {}, options);
    auto* object = error ? nullptr : value.if_object();
    if (object == nullptr) return std::nullopt;
    return std::move(*object);
}

class Flattener {
public:
    explicit Flattener(Keys keys) : keys_(keys) {}

    void add(const std::string& path, const json::value& value) {
        if (count_ >= kFieldsMax) return;
        switch (value.kind()) {
            case json::kind::null: return;
            case json::kind::object:
                for (const auto& [key, member] : value.get_object()) {
                    std::string name(key);
                    if (keys_ == Keys::lower_case) name = lower(name);
                    add(path.empty() ? name : path + "." + name, member);
                }
                return;
            case json::kind::array: {
                std::size_t index = 0;
                for (const auto& item : value.get_array())
                    add(path + "." + std::to_string(index++), item);
                return;
            }
            case json::kind::string: return put(path, std::string(value.get_string()));
            default: return put(path, json::serialize(value));
        }
    }

    Form form;

private:
    void put(const std::string& path, std::string text) {
        ++count_;
        form.add(path, std::move(text));
    }
    static std::string lower(std::string text) {
        for (char& c : text)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        return text;
    }

    Keys keys_;
    std::size_t count_ = 0;
};

}  // namespace

Result<json::object, BadRequest> posted_json(const HttpRequest& request) {
    if (request.method != "POST" && request.method != "PUT")
        return BadRequest{.field = "method", .why = "must be POST or PUT"};
    if (request.body.size() > kBytesMax) return BadRequest{.field = "body", .why = "is too long"};
    auto object = parsed(request.body);
    if (!object) return BadRequest{.field = "body", .why = "is no JSON object"};
    return *std::move(object);
}

json::object answered_json(const HttpResponse& response) {
    return parsed(response.body).value_or(json::object{});
}

Form flat(const json::object& object, Keys keys) {
    Flattener flattener(keys);
    flattener.add("", object);
    return std::move(flattener.form);
}

std::vector<json::object> objects_in(const json::object& object, std::string_view key) {
    std::vector<json::object> found;
    const auto* member = object.if_contains(key);
    const auto* list = member != nullptr ? member->if_array() : nullptr;
    if (list == nullptr) return found;
    for (const auto& item : *list)
        if (const auto* one = item.if_object()) found.push_back(*one);
    return found;
}

std::string_view string_in(const json::object& object, std::string_view key) {
    const auto* member = object.if_contains(key);
    const auto* string = member != nullptr ? member->if_string() : nullptr;
    return string != nullptr ? std::string_view(*string) : std::string_view{};
}

HttpResponse json_answer(int status, const json::value& body) {
    return {status, {{"Content-Type", std::string(kJsonType)}}, json::serialize(body)};
}

HttpRequest json_request(std::string method, std::string target, const json::value& body) {
    HttpRequest request;
    request.method = std::move(method);
    request.target = std::move(target);
    request.headers.emplace_back("Content-Type", kJsonType);
    request.body = json::serialize(body);
    return request;
}

}  // namespace jangkau::adapters
