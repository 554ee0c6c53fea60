#include "gateway/control_keys.hpp"

#include <boost/json.hpp>
#include <charconv>
#include <optional>
#include <string>

#include "gateway/core/form.hpp"
#include "gateway/core/text.hpp"

namespace jangkau::gateway {
namespace {

namespace json = boost::json;
using sessions::KeyRefusal;
using sessions::Keys;

HttpResponse answer(int status, const json::value& value) {
    return {status, {{"Content-Type", "application/json"}}, json::serialize(value)};
}

HttpResponse refused(int status, const std::string& why) {
    return answer(status, json::object{{"error", why}});
}

HttpResponse list(Keys& keys) {
    json::array all;
    for (const sessions::KeyUse& use : keys.list()) {
        all.push_back(json::object{
            {"id", use.id}, {"current", use.current}, {"left", use.left}, {"ageing", use.ageing}});
    }
    return answer(200, json::object{{"kept_in", keys.kept_in()},
                                    {"kept_by_us", keys.kept_by_us()},
                                    {"keys", std::move(all)}});
}

HttpResponse listed(Keys& keys, const Result<unsigned, KeyRefusal>& done) {
    return done ? list(keys) : refused(400, done.error().why);
}

std::optional<unsigned> read_id(const HttpRequest& request) {
    const auto query = Form::parse(request.query);
    const auto text = query ? query->get("id") : std::nullopt;
    if (!text || query->fields().size() != 1) return std::nullopt;
    unsigned id = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), id);
    if (error != std::errc{} || end != text->data() + text->size()) return std::nullopt;
    return id;
}

}  // namespace

HttpResponse control_keys(sessions::Unit& unit, const HttpRequest& request) {
    Keys& keys = unit.keys();
    if (request.target == "/keys/drop" && request.method == "POST") {
        const auto id = read_id(request);
        return id ? listed(keys, keys.drop(*id)) : refused(400, "which key? Give its id");
    }
    if (!request.query.empty()) return refused(400, "keys take no fields");
    if (request.target == "/keys" && request.method == "GET") return list(keys);
    if (request.target == "/keys/rotate" && request.method == "POST") {
        return listed(keys, keys.rotate());
    }
    return refused(404, "there is no " + clean_utf8(request.method + " " + request.target));
}

}  // namespace jangkau::gateway
