#include "adapters/xml.hpp"

#include <algorithm>
#include <cstddef>
#include <pugixml.hpp>

#include "gateway/core/text.hpp"

namespace jangkau::adapters {
namespace {

constexpr std::size_t kBytesMax = 64 * 1024;
constexpr int kDepthMax = 16;
constexpr std::string_view kXmlType = "text/xml; charset=utf-8";
constexpr std::string_view kDeclaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

/// False where it is too deep.
bool copy(const pugi::xml_node& from, Xml& to, int depth) {
    if (depth > kDepthMax) return false;
    to.name = from.name();
    for (const pugi::xml_attribute& attribute : from.attributes())
        to.attributes.emplace_back(attribute.name(), attribute.value());
    for (const pugi::xml_node& node : from.children()) {
        if (node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata)
            to.text += node.value();
        if (node.type() != pugi::node_element) continue;
        to.children.emplace_back();
        if (!copy(node, to.children.back(), depth + 1)) return false;
    }
    return true;
}

void flatten(const Xml& element, const std::string& path, Form& form) {
    form.add(path, element.text);
    for (const auto& [key, value] : element.attributes) form.add(path + "/@" + key, value);
    for (const Xml& child : element.children) flatten(child, path + "/" + child.name, form);
}

void write(const Xml& element, std::string& out) {
    out += '<' + element.name;
    for (const auto& [key, value] : element.attributes)
        out += ' ' + key + "=\"" + xml_escaped(value) + '"';
    if (element.text.empty() && element.children.empty()) {
        out += "/>";
        return;
    }
    out += '>' + xml_escaped(element.text);
    for (const Xml& child : element.children) write(child, out);
    out += "</" + element.name + '>';
}

}  // namespace

const Xml* Xml::child(std::string_view element) const {
    const auto at = std::ranges::find(children, element, &Xml::name);
    return at == children.end() ? nullptr : &*at;
}

std::optional<std::string_view> Xml::attribute(std::string_view key) const {
    for (const auto& [name_of_it, value] : attributes)
        if (name_of_it == key) return value;
    return std::nullopt;
}

std::optional<Xml> parsed_xml(std::string_view text) {
    if (text.size() > kBytesMax) return std::nullopt;
    pugi::xml_document document;
    // A DTD is asked for only to refuse it.
    const auto parsed = document.load_buffer(
        text.data(), text.size(), pugi::parse_default | pugi::parse_doctype, pugi::encoding_auto);
    if (!parsed) return std::nullopt;
    std::optional<Xml> root;
    for (const pugi::xml_node& node : document.children()) {
        if (node.type() == pugi::node_doctype) return std::nullopt;
        if (node.type() != pugi::node_element) continue;
        if (root || !copy(node, root.emplace(), 1)) return std::nullopt;
    }
    return root;
}

Result<Xml, BadRequest> posted_xml(const HttpRequest& request) {
    if (request.method != "POST") return BadRequest{.field = "method", .why = "must be POST"};
    if (request.body.size() > kBytesMax) return BadRequest{.field = "body", .why = "is too long"};
    auto root = parsed_xml(request.body);
    if (!root) return BadRequest{.field = "body", .why = "is no XML that can be read"};
    return *std::move(root);
}

Form flat(const Xml& root) {
    Form form;
    flatten(root, root.name, form);
    return form;
}

std::string xml_escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            // Bare ones become blanks in an attribute.
            case '\n': out += "&#10;"; break;
            case '\r': out += "&#13;"; break;
            case '\t': out += "&#9;"; break;
            default: out += c;
        }
    }
    return out;
}

std::string written(const Xml& root) {
    std::string out(kDeclaration);
    write(root, out);
    return out;
}

HttpResponse xml_answer(int status, const Xml& root) {
    return {status, {{"Content-Type", std::string(kXmlType)}}, written(root)};
}

HttpRequest xml_request(std::string target, const Xml& root) {
    HttpRequest request;
    request.method = "POST";
    request.target = std::move(target);
    request.headers.emplace_back("Content-Type", kXmlType);
    request.body = written(root);
    return request;
}

}  // namespace jangkau::adapters
