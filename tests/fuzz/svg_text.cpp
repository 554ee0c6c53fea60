// Texts in the picture of a menu: read by an XML parser they are what they were, and nothing but
// text.

#include <pugixml.hpp>

#include "adapters/xml.hpp"
#include "gateway/core/text.hpp"
#include "menus/graph_svg_parts.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace jangkau;
using fuzz::expect;

FUZZ_TARGET(svg_text) {
    std::string text = clean_utf8(input);
    std::erase(text, '\r');
    const std::string svg = "<svg><text x=\"1\"" + menus::svg::attribute("data-of", text) + ">" +
                            menus::svg::escaped(text) + "</text></svg>";
    pugi::xml_document document;
    // Blanks and line ends as they stand: this is about what the escaping does.
    const unsigned as_written =
        pugi::parse_full & ~unsigned(pugi::parse_eol | pugi::parse_wconv_attribute);
    expect(bool(document.load_buffer(svg.data(), svg.size(), as_written | pugi::parse_ws_pcdata)),
           "XML");
    const auto element = document.child("svg").child("text");
    expect(element.attribute("data-of").value() == text, "the attribute is what it was");
    expect(element.text().get() == text, "the text is what it was");
    expect(std::distance(element.begin(), element.end()) <= 1, "and nothing but text");

    const std::string xml =
        "<a b=\"" + adapters::xml_escaped(text) + "\">" + adapters::xml_escaped(text) + "</a>";
    const auto root = adapters::parsed_xml(xml);
    expect(root.has_value(), "an answer to a provider is XML");
    expect(root->attribute("b") == text, "with the attribute that it was");
    if (!trim(text).empty()) expect(root->text == text, "and the text");
}
