#include "adapters/declared_template.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "adapters/xml.hpp"
#include "gateway/core/form.hpp"
#include "gateway/core/problem.hpp"
#include "gateway/core/utf8.hpp"

namespace jangkau::adapters::declared {
namespace {

namespace json = boost::json;

constexpr std::size_t kConditionsMax = 6;
constexpr std::string_view kNotInAHeader("\r\n\0", 3);
/// Values that are whole URLs already.
constexpr std::string_view kApiBase = "api_base";

bool starts_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '?' || c == '^' || c == '/' ||
           c == '_';
}

Escape escape_of(const std::string& name, Escape escape) {
    return name == kApiBase && escape == Escape::url ? Escape::none : escape;
}

}  // namespace

std::string escaped(std::string_view text, Escape escape) {
    switch (escape) {
        case Escape::none: return std::string(text);
        case Escape::json: {
            const std::string quoted = json::serialize(json::string_view(text.data(), text.size()));
            return quoted.substr(1, quoted.size() - 2);
        }
        case Escape::xml: return xml_escaped(text);
        case Escape::form:
        case Escape::url: return percent_encode(text);
        case Escape::header: {
            std::string line(text);
            std::erase_if(line, [](char c) { return kNotInAHeader.find(c) != kNotInAHeader.npos; });
            return line;
        }
    }
    return std::string(text);
}

std::string unescaped(std::string_view text, Escape escape) {
    switch (escape) {
        case Escape::json: {
            json::error_code error;
            const json::value value = json::parse('"' + std::string(text) + '"', error);
            return !error && value.is_string() ? std::string(value.get_string()) : "";
        }
        case Escape::xml: {
            const auto root = parsed_xml("<a b=\"" + std::string(text) + "\"/>");
            return root ? std::string(root->attribute("b").value_or("")) : "";
        }
        case Escape::form: return percent_decode(text, true);
        case Escape::url: return percent_decode(text, false);
        case Escape::none:
        case Escape::header: return std::string(text);
    }
    return std::string(text);
}

std::string hex_ucs2(std::string_view utf8) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    const auto add = [&](char32_t unit) {
        for (const unsigned shift : {12U, 8U, 4U, 0U}) out += kDigits[(unit >> shift) & 15U];
    };
    while (!utf8.empty()) {
        const Utf8Char next = next_utf8(utf8);
        utf8.remove_prefix(next.bytes);
        const char32_t code = next.valid ? next.code : U'?';
        if (code < 0x10000) {
            add(code);
        } else {
            add(0xD800 + ((code - 0x10000) >> 10U));
            add(0xDC00 + ((code - 0x10000) & 0x3FFU));
        }
    }
    return out;
}

std::string from_hex_ucs2(std::string_view hex) {
    // JSON has the same pairs of surrogates, so its reader joins them.
    constexpr std::size_t kUnit = 4;
    std::string escapes;
    for (std::size_t i = 0; i + kUnit <= hex.size(); i += kUnit)
        escapes += "\\u" + std::string(hex.substr(i, kUnit));
    return unescaped(escapes, Escape::json);
}

/// Reads one template; the first mistake counts.
class Template::Parser {
public:
    Parser(std::string_view text, const Vocabulary& known) : text_(text), known_(known) {}

    Result<Template, BadTemplate> parse() {
        while (!text_.empty() && why_.empty()) next();
        if (why_.empty() && !open_.empty())
            why_ = "the section {?" + open_.back() + "} is not closed; write {/" + open_.back() +
                   "} where it ends";
        if (why_.empty() && out_.conditions().size() > kConditionsMax)
            why_ = "more than " + std::to_string(kConditionsMax) + " different conditions";
        if (!why_.empty()) return BadTemplate{why_};
        return std::move(out_);
    }

private:
    void next() {
        const auto brace = text_.find('{');
        literal(text_.substr(0, brace));
        if (brace == text_.npos) return text_ = {}, void();
        text_.remove_prefix(brace);
        if (text_.starts_with("{{")) return literal("{"), text_.remove_prefix(2);
        // JSON's own braces are followed by a quote, a blank or a line end.
        if (text_.size() < 2 || !starts_name(text_[1])) return literal("{"), text_.remove_prefix(1);
        const auto close = text_.find('}');
        if (close == text_.npos) return fail("'{' without '}'; write {{ for a brace itself");
        std::string inside(text_.substr(1, close - 1));
        text_.remove_prefix(close + 1);
        name(std::move(inside));
    }

    void literal(std::string_view text) {
        if (text.empty()) return;
        if (!out_.pieces_.empty() && out_.pieces_.back().kind == Piece::Kind::literal)
            out_.pieces_.back().text += text;
        else
            out_.pieces_.push_back({Piece::Kind::literal, std::string(text)});
    }

    void name(std::string name) {
        auto kind = Piece::Kind::value;
        if (name[0] == '?') kind = Piece::Kind::where;
        if (name[0] == '^') kind = Piece::Kind::where_not;
        if (name[0] == '/') kind = Piece::Kind::end;
        if (kind != Piece::Kind::value) name.erase(0, 1);
        if (kind == Piece::Kind::end) {
            if (open_.empty() || open_.back() != name)
                return fail("{/" + name + "} closes no open section");
            open_.pop_back();
        } else if (!is_known(name)) {
            const std::string meant = did_you_mean(name, known_.names);
            return fail("no placeholder {" + name + "} here" +
                        (meant.empty() ? "; write {{ for a brace itself" : meant));
        } else if (kind != Piece::Kind::value) {
            open_.push_back(name);
        }
        out_.pieces_.push_back({kind, std::move(name)});
    }

    [[nodiscard]] bool is_known(const std::string& name) const {
        if (std::ranges::find(known_.names, name) != known_.names.end()) return true;
        return known_.places && name.size() > known_.places->size() &&
               name.starts_with(*known_.places) && name.find_first_of(" \"'\n") == name.npos;
    }

    void fail(std::string why) {
        if (why_.empty()) why_ = std::move(why);
        text_ = {};
    }

    std::string_view text_;
    const Vocabulary& known_;
    std::vector<std::string> open_;
    Template out_;
    std::string why_;
};

Result<Template, BadTemplate> Template::parse(std::string_view text, const Vocabulary& known) {
    return Parser(text, known).parse();
}

template <class Truth, class Visit>
void Template::walk(const Truth& truth, const Visit& visit) const {
    std::size_t hidden = 0;  // sections that are open and left out
    std::vector<bool> left_out;
    for (const Piece& piece : pieces_) {
        if (piece.kind == Piece::Kind::end) {
            hidden -= left_out.back() ? 1 : 0;
            left_out.pop_back();
        } else if (piece.kind == Piece::Kind::where || piece.kind == Piece::Kind::where_not) {
            left_out.push_back(truth(piece.text) != (piece.kind == Piece::Kind::where));
            hidden += left_out.back() ? 1 : 0;
        } else if (hidden == 0) {
            visit(piece);
        }
    }
}

std::string Template::render(const Lookup& value, Escape escape) const {
    std::string out;
    walk([&](const std::string& name) { return !value(name).empty(); },
         [&](const Piece& piece) {
             out += piece.kind == Piece::Kind::literal
                        ? piece.text
                        : escaped(value(piece.text), escape_of(piece.text, escape));
         });
    return out;
}

std::vector<std::string> Template::conditions() const {
    std::vector<std::string> names;
    for (const Piece& piece : pieces_) {
        const bool opens = piece.kind == Piece::Kind::where || piece.kind == Piece::Kind::where_not;
        if (opens && std::ranges::find(names, piece.text) == names.end())
            names.push_back(piece.text);
    }
    return names;
}

bool Template::has(std::string_view name) const {
    return std::ranges::any_of(pieces_, [&](const Piece& piece) {
        return piece.kind != Piece::Kind::literal && piece.text == name;
    });
}

bool Template::shows(std::string_view name) const {
    return std::ranges::any_of(pieces_, [&](const Piece& piece) {
        return piece.kind == Piece::Kind::value && piece.text == name;
    });
}

std::optional<Captures> Template::match(const std::string& text, Escape escape,
                                        const std::map<std::string, bool>& truths) const {
    std::vector<std::string> open;
    for (auto& name : conditions())
        if (!truths.contains(name)) open.push_back(std::move(name));
    // All sections first, so that nothing which is there is taken for a part of a value.
    for (std::size_t left_out = 0; left_out < (std::size_t{1} << open.size()); ++left_out) {
        auto assumed = truths;
        for (std::size_t i = 0; i < open.size(); ++i)
            assumed[open[i]] = ((left_out >> i) & 1U) == 0;
        if (auto captures = match_with(text, escape, assumed)) return captures;
    }
    return std::nullopt;
}

std::optional<Captures> Template::match_with(const std::string& text, Escape escape,
                                             const std::map<std::string, bool>& truths) const {
    std::vector<Piece> pieces;
    walk([&](const std::string& name) { return truths.at(name); },
         [&](const Piece& piece) {
             // Sections that were left out join two literal parts.
             if (!pieces.empty() && piece.kind == Piece::Kind::literal &&
                 pieces.back().kind == Piece::Kind::literal)
                 pieces.back().text += piece.text;
             else
                 pieces.push_back(piece);
         });
    Captures captures;
    std::size_t at = 0;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        const Piece& piece = pieces[i];
        if (piece.kind == Piece::Kind::literal) {
            if (text.compare(at, piece.text.size(), piece.text) != 0) return std::nullopt;
            at += piece.text.size();
            continue;
        }
        std::size_t end = text.size();
        if (i + 2 == pieces.size()) {  // what follows is at the very end
            if (!std::string_view(text).substr(at).ends_with(pieces[i + 1].text))
                return std::nullopt;
            end = text.size() - pieces[i + 1].text.size();
        } else if (i + 1 < pieces.size()) {
            end = text.find(pieces[i + 1].text, at);
        }
        if (end == text.npos) return std::nullopt;
        std::string value = unescaped(text.substr(at, end - at), escape_of(piece.text, escape));
        const auto truth = truths.find(piece.text);
        if (truth != truths.end() && truth->second == value.empty()) return std::nullopt;
        captures[piece.text] = std::move(value);
        at = end;
    }
    if (at != text.size()) return std::nullopt;
    for (const auto& [name, there] : truths) captures.try_emplace("?" + name, there ? "yes" : "");
    return captures;
}

}  // namespace jangkau::adapters::declared
