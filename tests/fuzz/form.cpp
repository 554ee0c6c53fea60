// Forms, queries and percent-encoding: what is encoded is decoded again, no byte is lost, nothing
// grows.

#include "gateway/core/form.hpp"

#include "tests/fuzz/fuzz.hpp"

using namespace jangkau;
using fuzz::expect;

FUZZ_TARGET(form) {
    for (const bool plus : {false, true}) {
        expect(percent_decode(input, plus).size() <= input.size(), "decoding makes nothing longer");
        expect(percent_decode(percent_encode(input), plus) == input, "encoded and decoded again");
    }

    const auto form = Form::parse(input);
    if (!form) {
        expect(input.size() > 64 * 1024 ||
                   std::ranges::count(input, '&') >= std::ptrdiff_t(Form::kFieldsMax),
               "refused for its length or its fields only");
        return;
    }
    expect(form->fields().size() <= Form::kFieldsMax, "no more fields than may be");
    std::size_t bytes = 0;
    for (const auto& [name, value] : form->fields()) bytes += name.size() + value.size();
    expect(bytes <= input.size(), "no more bytes than came");
    for (const auto& [name, value] : form->fields()) {
        const auto first =
            std::ranges::find(form->fields(), name, &std::pair<std::string, std::string>::first);
        expect(form->get(name) == first->second, "the first of a name counts");
    }
    // "&=&" is a field without name and value, which "" is not.
    const auto again = Form::parse(form->encode());
    expect(again && again->fields() == form->fields(), "encoded and parsed again");
}
