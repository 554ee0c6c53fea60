#include "adapters/declared_message.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "adapters/decode.hpp"
#include "adapters/json.hpp"
#include "adapters/xml.hpp"
#include "gateway/core/text.hpp"

namespace jangkau::adapters::declared {
namespace {

namespace json = boost::json;

constexpr std::string_view kHeader = "header:";
constexpr std::string_view kCookie = "cookie:";
constexpr std::string_view kQuery = "query:";
constexpr std::string_view kPath = "path:";
constexpr std::string_view kWord = "word:";
constexpr std::string_view kHttpStatus = "http:status";
constexpr std::string_view kHttpBody = "http:body";
constexpr std::string_view kPrefixes[] = {kHeader, kCookie, kQuery, kPath, kWord, "http:"};
constexpr std::string_view kBetweenWords = " \t\r\n:;|,=\"";
constexpr std::string_view kCount = "#";

std::string after(std::string_view place, std::string_view prefix) {
    return std::string(place.substr(prefix.size()));
}

std::vector<std::string> cut(std::string_view text, std::string_view separators) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const auto begin = std::min(text.find_first_not_of(separators), text.size());
        text.remove_prefix(begin);
        const auto end = std::min(text.find_first_of(separators), text.size());
        if (end > 0) parts.emplace_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return parts;
}

std::optional<std::size_t> index_of(const std::string& text) {
    std::size_t index = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), index);
    const bool whole = fault == std::errc{} && end == text.data() + text.size();
    return whole ? std::optional(index) : std::nullopt;
}

void add_headers(const Headers& headers, Form& form) {
    for (const auto& [name, value] : headers)
        form.add(std::string(kHeader) + lower_ascii(name), value);
}

void add_cookies(std::string_view cookies, Form& form) {
    for (const std::string& one : cut(cookies, ";")) {
        const std::string_view pair = trim(one);
        const auto equals = pair.find('=');
        if (equals != pair.npos)
            form.add(std::string(kCookie) + std::string(pair.substr(0, equals)),
                     std::string(pair.substr(equals + 1)));
    }
}

/// "results.#": how many there are; an empty list has no other trace.
void add_counts(const json::value& value, const std::string& path, Form& form) {
    const std::string dot = path.empty() ? "" : path + ".";
    if (const auto* object = value.if_object())
        for (const auto& [key, member] : *object) add_counts(member, dot + std::string(key), form);
    if (const auto* list = value.if_array()) {
        form.add(dot + std::string(kCount), std::to_string(list->size()));
        for (std::size_t i = 0; i < list->size(); ++i)
            add_counts((*list)[i], dot + std::to_string(i), form);
    }
}

Form flat_with_counts(const json::object& object) {
    Form form = flat(object);
    add_counts(object, "", form);
    return form;
}

std::shared_ptr<const Form> around(const HttpRequest& request) {
    auto shared = std::make_shared<Form>();
    Form& form = *shared;
    add_headers(request.headers, form);
    add_cookies(header(request.headers, "Cookie"), form);
    if (const auto query = Form::parse(request.query))
        for (const auto& [name, value] : query->fields())
            form.add(std::string(kQuery) + name, value);
    std::size_t number = 0;
    for (std::string& segment : cut(request.target, "/"))
        form.add(std::string(kPath) + std::to_string(++number), std::move(segment));
    return shared;
}

BadRequest too_many(const std::string& each) {
    return {.field = each, .why = std::string(kTooManyItems)};
}

Result<std::vector<Form>, BadRequest> json_bodies(const HttpRequest& request,
                                                  const std::string& each) {
    auto posted = posted_json(request);
    if (!posted) return posted.error();
    if (each.empty()) return std::vector<Form>{flat_with_counts(*posted)};
    const json::value root = *std::move(posted);
    const json::value* list = &root;
    for (const auto& name : cut(each, ".")) {
        const auto* object = list != nullptr ? list->if_object() : nullptr;
        list = object != nullptr ? object->if_contains(name) : nullptr;
    }
    if (list == nullptr) return BadRequest{.field = each, .why = "is missing"};
    if (!list->is_array()) return BadRequest{.field = each, .why = "is no list"};
    if (list->get_array().size() > kItemsMax) return too_many(each);
    std::vector<Form> forms;
    for (const auto& item : list->get_array())
        forms.push_back(item.is_object() ? flat_with_counts(item.get_object()) : Form{});
    return forms;
}

Result<std::vector<Form>, BadRequest> xml_bodies(const HttpRequest& request,
                                                 const std::string& each) {
    const auto root = posted_xml(request);
    if (!root) return root.error();
    if (each.empty()) return std::vector<Form>{flat(*root)};
    const auto path = cut(each, "/");
    std::vector<const Xml*> found;
    if (!path.empty() && path.front() == root->name) found.push_back(&*root);
    for (std::size_t i = 1; i < path.size(); ++i) {
        std::vector<const Xml*> inside;
        for (const Xml* element : found)
            for (const Xml& child : element->children)
                if (child.name == path[i]) inside.push_back(&child);
        found = std::move(inside);
    }
    if (found.empty()) return BadRequest{.field = each, .why = "is missing"};
    if (found.size() > kItemsMax) return too_many(each);
    std::vector<Form> forms;
    forms.reserve(found.size());
    for (const Xml* element : found) forms.push_back(flat(*element));
    return forms;
}

Result<std::vector<Form>, BadRequest> bodies(const HttpRequest& request, Format format,
                                             const std::string& each) {
    const auto only =
        [](const Result<Form, BadRequest>& form) -> Result<std::vector<Form>, BadRequest> {
        if (!form) return form.error();
        return std::vector<Form>{*form};
    };
    switch (format) {
        case Format::json: return json_bodies(request, each);
        case Format::xml: return xml_bodies(request, each);
        case Format::query: return only(queried_form(request));
        case Format::form_or_query: return only(query_or_form(request));
        case Format::form: return only(posted_form(request));
        case Format::plain: break;
    }
    return std::vector<Form>{Form{}};
}

// --- building ---

void put(json::value& at, const std::vector<std::string>& path, std::size_t depth,
         const Value& value) {
    if (depth == path.size()) {
        json::error_code error;
        json::value bare = value.bare ? json::parse(value.text, error) : json::value{};
        const bool plain = value.bare && !error && !bare.is_structured();
        at = plain ? std::move(bare) : json::value(json::string(value.text));
        return;
    }
    if (const auto index = index_of(path[depth])) {
        if (!at.is_array()) at.emplace_array();
        auto& list = at.get_array();
        while (list.size() <= *index) list.emplace_back(nullptr);
        return put(list[*index], path, depth + 1, value);
    }
    if (!at.is_object()) at.emplace_object();
    put(at.get_object()[path[depth]], path, depth + 1, value);
}

std::string json_body(const std::vector<Value>& values, const std::string& each) {
    json::value root = json::object{};
    for (const Value& value : values) {
        if (!of_the_body(value.place) || value.place.ends_with(kCount)) continue;
        auto path = cut(value.place, ".");
        if (!each.empty()) {
            auto whole = cut(each, ".");
            whole.emplace_back("0");
            whole.insert(whole.end(), path.begin(), path.end());
            path = std::move(whole);
        }
        put(root, path, 0, value);
    }
    return json::serialize(root);
}

void put(Xml& at, const std::vector<std::string>& path, std::size_t depth,
         const std::string& text) {
    if (depth == path.size()) {
        at.text = text;
        return;
    }
    if (path[depth].starts_with('@')) {
        at.attributes.emplace_back(path[depth].substr(1), text);
        return;
    }
    auto child = std::ranges::find(at.children, path[depth], &Xml::name);
    if (child == at.children.end()) {
        at.children.push_back({.name = path[depth], .attributes = {}});
        child = at.children.end() - 1;
    }
    put(*child, path, depth + 1, text);
}

std::string xml_body(const std::vector<Value>& values, const std::string& each) {
    Xml nothing;
    for (const Value& value : values) {
        if (!of_the_body(value.place)) continue;
        auto path = cut(value.place, "/");
        if (path.empty()) continue;
        if (!each.empty()) {  // the item's own name begins its places
            auto whole = cut(each, "/");
            whole.insert(whole.end(), path.begin() + 1, path.end());
            path = std::move(whole);
        }
        put(nothing, path, 0, value.text);
    }
    return nothing.children.empty() ? "" : written(nothing.children.front());
}

std::string form_body(const std::vector<Value>& values) {
    Form form;
    for (const Value& value : values)
        if (of_the_body(value.place)) form.add(value.place, value.text);
    return form.encode();
}

std::string body_of(Format format, const std::vector<Value>& values, const std::string& each) {
    switch (format) {
        case Format::json: return json_body(values, each);
        case Format::xml: return xml_body(values, each);
        case Format::form:
        case Format::form_or_query: return form_body(values);
        case Format::query:
        case Format::plain: break;
    }
    return "";
}

}  // namespace

bool of_the_body(std::string_view place) {
    return std::ranges::none_of(kPrefixes,
                                [&](std::string_view prefix) { return place.starts_with(prefix); });
}

std::string place_name(std::string_view written) {
    return written.starts_with(kHeader) ? lower_ascii(written) : std::string(written);
}

std::string PlacedFields::name(const std::string& place) {
    return read(place, [&](Fields& fields) { return fields.name(place); });
}
std::string PlacedFields::typed(const std::string& place) {
    return read(place, [&](Fields& fields) { return fields.typed(place); });
}
std::string PlacedFields::sms_text(const std::string& place) {
    return read(place, [&](Fields& fields) { return fields.sms_text(place); });
}
Result<Inbound, BadRequest> PlacedFields::let_go() const {
    if (wrong_shape_) return *wrong_shape_;
    return Inbound{Ignored{wrong_ ? wrong_->field + " " + wrong_->why : ""}};
}
unsigned PlacedFields::number(const std::string& place) {
    return read(place, [&](Fields& fields) { return fields.number(place); });
}
std::optional<Msisdn> PlacedFields::phone(const std::string& place, const NumberPlan& plan) {
    return read(place, [&](Fields& fields) { return fields.phone(place, plan); });
}

Result<std::vector<Message>, BadRequest> read(const HttpRequest& request, Format format,
                                              const std::string& each) {
    auto parts = bodies(request, format, each);
    if (!parts) return parts.error();
    const auto shared = around(request);
    std::vector<Message> messages;
    messages.reserve(parts->size());
    for (Form& part : *parts) messages.emplace_back(shared, std::move(part));
    return messages;
}

Message read(const HttpResponse& response, Format format) {
    auto outside = std::make_shared<Form>();
    add_headers(response.headers, *outside);
    outside->add(std::string(kHttpStatus), std::to_string(response.status));
    outside->add(std::string(kHttpBody), std::string(trim(response.body)));
    Form body;
    if (format == Format::json) body = flat_with_counts(answered_json(response));
    if (format == Format::xml)
        if (const auto root = parsed_xml(response.body)) body = flat(*root);
    if (format == Format::form)
        if (auto posted = Form::parse(trim(response.body))) body = *std::move(posted);
    if (format == Format::plain && response.body.size() <= kTypedCharactersMax) {
        std::size_t number = 0;
        for (std::string& word : cut(response.body, kBetweenWords))
            outside->add(std::string(kWord) + std::to_string(++number), std::move(word));
    }
    return {std::move(outside), std::move(body)};
}

HttpRequest built(Format format, const std::string& method, const std::vector<Value>& values,
                  const std::string& each) {
    if (format == Format::form_or_query) format = method == "GET" ? Format::query : Format::form;
    HttpRequest request;
    request.method = method;
    std::string cookies;
    Form query;
    std::vector<std::string> path;
    for (const Value& value : values) {
        const std::string& place = value.place;
        if (place.starts_with(kHeader))
            request.headers.emplace_back(after(place, kHeader), value.text);
        if (place.starts_with(kCookie))
            cookies += (cookies.empty() ? "" : "; ") + after(place, kCookie) + "=" + value.text;
        if (place.starts_with(kQuery)) query.add(after(place, kQuery), value.text);
        if (format == Format::query && of_the_body(place)) query.add(place, value.text);
        const auto number = place.starts_with(kPath) ? index_of(after(place, kPath)) : std::nullopt;
        if (number && *number > 0) {
            path.resize(std::max(path.size(), *number));
            path[*number - 1] = value.text;
        }
    }
    for (const std::string& segment : path) request.target += "/" + percent_encode(segment);
    if (!query.fields().empty()) request.target += "?" + query.encode();
    if (!cookies.empty()) request.headers.emplace_back("Cookie", cookies);
    request.body = body_of(format, values, each);
    if (!request.body.empty()) request.headers.emplace_back("Content-Type", content_type(format));
    return request;
}

HttpResponse built_answer(Format format, const std::vector<Value>& values) {
    HttpResponse response;
    std::vector<std::string> words;
    for (const Value& value : values) {
        if (value.place == kHttpStatus)
            response.status = static_cast<int>(index_of(value.text).value_or(0));
        if (value.place.starts_with(kHeader))
            response.headers.emplace_back(after(value.place, kHeader), value.text);
        if (value.place == kHttpBody) response.body = value.text;
        const auto number =
            value.place.starts_with(kWord) ? index_of(after(value.place, kWord)) : std::nullopt;
        if (number && *number > 0) {
            words.resize(std::max(words.size(), *number), "-");
            words[*number - 1] = value.text;
        }
    }
    for (const std::string& word : words)
        response.body += (response.body.empty() ? "" : " ") + word;
    if (response.body.empty()) response.body = body_of(format, values, "");
    response.headers.emplace_back("Content-Type", content_type(format));
    return response;
}

std::string content_type(Format format) {
    switch (format) {
        case Format::json: return "application/json";
        case Format::xml: return "text/xml; charset=utf-8";
        case Format::form:
        case Format::query:
        case Format::form_or_query: return std::string(kFormType);
        case Format::plain: break;
    }
    return "text/plain; charset=utf-8";
}

Escape escape_in(Format format) {
    switch (format) {
        case Format::json: return Escape::json;
        case Format::xml: return Escape::xml;
        case Format::form:
        case Format::query:
        case Format::form_or_query: return Escape::form;
        case Format::plain: break;
    }
    return Escape::none;
}

}  // namespace jangkau::adapters::declared
