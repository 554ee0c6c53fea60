// XML bodies of providers: no DTD, no entity that grows, no deeper than we read, and the same when
// written again.

#include "adapters/xml.hpp"

#include "tests/fuzz/fuzz.hpp"

using namespace jangkau;
using adapters::Xml;
using fuzz::expect;

namespace {

struct Size {
    std::size_t bytes = 0;
    std::size_t depth = 0;
};

Size size_of(const Xml& element) {
    Size size{element.name.size() + element.text.size(), 1};
    for (const auto& [key, value] : element.attributes) size.bytes += key.size() + value.size();
    for (const Xml& child : element.children) {
        const Size below = size_of(child);
        size.bytes += below.bytes;
        size.depth = std::max(size.depth, 1 + below.depth);
    }
    return size;
}

bool same(const Xml& one, const Xml& other) {
    return one.name == other.name && one.attributes == other.attributes && one.text == other.text &&
           std::ranges::equal(one.children, other.children, same);
}

}  // namespace

FUZZ_TARGET(xml) {
    const auto root = adapters::parsed_xml(input);
    HttpRequest request;
    request.method = "POST";
    request.body = input;
    expect(adapters::posted_xml(request).has_value() == root.has_value(), "bodies read alike");
    if (!root) return;

    const Size size = size_of(*root);
    expect(size.depth <= 16, "no deeper than 16");
    // Latin-1 and UTF-16 become UTF-8, which may take three bytes for two.
    expect(size.bytes <= 3 * input.size(), "no entity grows");
    const Form form = adapters::flat(*root);
    expect(!form.fields().empty(), "there is a root");

    const auto again = adapters::parsed_xml(adapters::written(*root));
    expect(again.has_value(), "what is read can be written and read again");
    expect(same(*again, *root), "and is the same");
}
