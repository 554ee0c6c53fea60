#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/adapter.hpp"
#include "gateway/core/form.hpp"

/// What the adapters of XML providers share. The parser is pugixml.
namespace jangkau::adapters {

/// An element as a plain tree.
struct Xml {
    std::string name;
    std::vector<std::pair<std::string, std::string>> attributes;
    std::string text = {};  ///< directly in it, joined; indentation between children is left out
    std::vector<Xml> children = {};

    /// The first of that name, or nullptr.
    [[nodiscard]] const Xml* child(std::string_view element) const;
    [[nodiscard]] std::optional<std::string_view> attribute(std::string_view key) const;
};

/// The root; nothing where the text is no XML, or is more than we read: it is too long, too deep or
/// has a DTD. Entities other than the five of XML stay as they are written.
[[nodiscard]] std::optional<Xml> parsed_xml(std::string_view text);
/// The body of a POST.
[[nodiscard]] Result<Xml, BadRequest> posted_xml(const HttpRequest& request);

/// The tree as a form, so that `Fields` reads it: an element's text as "dialog/message", its
/// attributes as "dialog/message/@string".
[[nodiscard]] Form flat(const Xml& root);

/// As it stands in an attribute or between tags.
[[nodiscard]] std::string xml_escaped(std::string_view text);
/// With the declaration, one line.
[[nodiscard]] std::string written(const Xml& root);

[[nodiscard]] HttpResponse xml_answer(int status, const Xml& root);
[[nodiscard]] HttpRequest xml_request(std::string target, const Xml& root);

}  // namespace jangkau::adapters
