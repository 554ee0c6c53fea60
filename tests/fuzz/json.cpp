// JSON bodies of providers: never deeper or more than we read, and the same when written again.

#include "adapters/json.hpp"

#include <boost/json.hpp>
#include <cmath>

#include "tests/fuzz/fuzz.hpp"

using namespace jangkau;
using fuzz::expect;
namespace json = boost::json;

namespace {

std::size_t depth(const json::value& value) {
    std::size_t deepest = 0;
    if (const auto* object = value.if_object())
        for (const auto& [key, member] : *object) deepest = std::max(deepest, depth(member));
    else if (const auto* array = value.if_array())
        for (const auto& item : *array) deepest = std::max(deepest, depth(item));
    else
        return 0;
    return deepest + 1;
}

/// A number beyond a double's reach is read as infinite, which JSON cannot say.
bool can_be_written(const json::value& value) {
    if (const auto* object = value.if_object())
        return std::ranges::all_of(
            *object, [](const auto& member) { return can_be_written(member.value()); });
    if (const auto* array = value.if_array()) return std::ranges::all_of(*array, can_be_written);
    return !value.is_double() || std::isfinite(value.get_double());
}

std::vector<std::string> names(const Form& form) {
    std::vector<std::string> all;
    for (const auto& [name, value] : form.fields()) all.push_back(name);
    return all;
}

}  // namespace

FUZZ_TARGET(json) {
    HttpRequest request;
    request.method = "POST";
    request.body = input;
    const auto object = adapters::posted_json(request);
    HttpResponse response;
    response.body = input;
    const json::object answered = adapters::answered_json(response);
    // Written, for 0e999 is no number and so unequal to itself.
    expect(object ? json::serialize(answered) == json::serialize(*object) : answered.empty(),
           "requests and answers read alike");
    if (!object) return;

    expect(depth(*object) <= 32, "no deeper than 32");
    const Form form = adapters::flat(*object);
    expect(form.fields().size() <= 4000, "no more than 4000 fields");
    expect(
        adapters::flat(*object, adapters::Keys::lower_case).fields().size() == form.fields().size(),
        "the case of keys is all that differs");
    for (const auto& [key, member] : *object) {
        for (const auto& one : adapters::objects_in(*object, key))
            expect(depth(one) < 32, "objects of a list");
        const auto* string = member.if_string();
        expect(adapters::string_in(*object, key) == (string ? std::string_view(*string) : ""),
               "a member's text");
    }

    if (!can_be_written(*object)) return;
    request.body = json::serialize(*object);
    const auto again = adapters::posted_json(request);
    expect(again.has_value(), "what is read can be written and read again");
    expect(names(adapters::flat(*again)) == names(form), "no field is lost");
}
