#include "tests/support/menu_reader.hpp"

#include <algorithm>
#include <cctype>

#include "gateway/core/gsm7.hpp"
#include "gateway/core/text.hpp"
#include "menus/render.hpp"

namespace jangkau {
namespace {

/// Above the text itself: "resumed", "no such option", an own menu's line.
constexpr std::size_t kLinesAboveMax = 3;

/// Literal pieces of a prompt, with what the settings fill in already filled in.
std::vector<std::string> split_at_placeholders(std::string text, const menus::Vars& settings) {
    std::vector<std::string> pieces(1);
    while (!text.empty()) {
        const auto open = text.find('{');
        const auto close = open == std::string::npos ? open : text.find('}', open);
        pieces.back() += text.substr(0, close == std::string::npos ? text.size() : open);
        if (close == std::string::npos) break;
        const auto known = settings.find(text.substr(open + 1, close - open - 1));
        if (known != settings.end() && !known->second.empty())
            pieces.back() += known->second;
        else
            pieces.emplace_back();
        text.erase(0, close + 1);
    }
    return pieces;
}

/// Where a match that begins at `at` ends, or npos.
std::size_t match(std::string_view screen, std::size_t at, const std::vector<std::string>& pieces) {
    if (screen.substr(at, pieces.front().size()) != pieces.front()) return std::string::npos;
    at += pieces.front().size();
    for (std::size_t i = 1; i < pieces.size(); ++i) {
        if (pieces[i].empty() && i + 1 == pieces.size()) {  // ends with what is filled in
            return std::min(screen.find('\n', at), screen.size());
        }
        at = screen.find(pieces[i], at);
        if (at == std::string_view::npos) return at;
        at += pieces[i].size();
    }
    return at;
}

bool is_option(std::string_view line) {
    const auto digits = std::find_if_not(line.begin(), line.end(),
                                         [](unsigned char c) { return std::isdigit(c) != 0; }) -
                        line.begin();
    return digits >= 1 && digits <= 2 && static_cast<std::size_t>(digits) + 1 < line.size() &&
           line[static_cast<std::size_t>(digits)] == ' ';
}

}  // namespace

std::string Seen::key_of(std::string_view label) const {
    for (const Option& option : options)
        if (option.label == label) return option.key;
    for (const Option& option : options)
        if (option.label.starts_with(label)) return option.key;
    return "";
}

MenuReader::MenuReader(const flows::Service& service, Time now) : service_(service) {
    for (const auto& [name, node] : service.menu.nodes) {
        for (const auto& [error, text] : node.errors) nodes_.try_emplace(text, &node);
        if (node.list && !node.list->not_found.empty())
            nodes_.try_emplace(node.list->not_found, &node);
    }
    for (const auto& [name, node] : service.menu.nodes)
        if (!node.text.empty()) nodes_.insert_or_assign(node.text, &node);
    for (const menus::Language& language : service.menu.languages)
        learn(language, flows::settings_vars(service, language.code, now));
    std::stable_sort(patterns_.begin(), patterns_.end(),
                     [](const Pattern& a, const Pattern& b) { return a.letters > b.letters; });
}

void MenuReader::learn(const menus::Language& language, const menus::Vars& settings) {
    for (const auto& [id, text] : language.texts) {
        Pattern pattern{id, language.code,
                        split_at_placeholders(fold_to_gsm7(text.prompt), settings), 0};
        for (const std::string& piece : pattern.pieces) pattern.letters += piece.size();
        if (pattern.letters > 0) patterns_.push_back(std::move(pattern));
    }
}

Seen MenuReader::read(std::string_view screen, bool end) const {
    Seen seen;
    seen.end = end;
    std::vector<std::size_t> begins{0};
    for (std::size_t at = screen.find('\n'); at != std::string_view::npos;
         at = screen.find('\n', at + 1))
        begins.push_back(at + 1);
    for (const std::size_t begin : begins) {
        const std::string_view line = screen.substr(begin, screen.find('\n', begin) - begin);
        if (!is_option(line)) continue;
        const auto blank = line.find(' ');
        seen.options.push_back(
            {std::string(line.substr(0, blank)), std::string(line.substr(blank + 1))});
    }
    const auto found = std::find_if(patterns_.begin(), patterns_.end(), [&](const Pattern& p) {
        for (std::size_t i = 0; i < std::min(begins.size(), kLinesAboveMax); ++i) {
            const std::size_t to = match(screen, begins[i], p.pieces);
            if (to == screen.size() || (to < screen.size() && screen[to] == '\n')) return true;
        }
        return false;
    });
    if (found == patterns_.end()) return seen;
    seen.text_id = found->text_id;
    seen.language = found->language;
    seen.node = node_of(seen.text_id);
    return seen;
}

const menus::Node* MenuReader::node_of(std::string_view text_id) const {
    const auto node = nodes_.find(text_id);
    return node == nodes_.end() ? nullptr : node->second;
}

bool MenuReader::shows(std::string_view text_id, std::string_view placeholder) const {
    const auto names = menus::placeholders_in(prompt(text_id));
    return std::find(names.begin(), names.end(), placeholder) != names.end();
}

std::string_view MenuReader::prompt(std::string_view text_id) const {
    const auto& texts = service_.menu.languages.front().texts;
    const auto at = texts.find(text_id);
    return at == texts.end() ? std::string_view() : std::string_view(at->second.prompt);
}

std::string MenuReader::key_for(const Seen& seen, std::string_view default_label) const {
    const auto& texts = service_.menu.languages.front().texts;
    const auto at = texts.find(seen.text_id);
    if (at == texts.end()) return "";
    // The whole label before one that only begins so: "Ya" and "Ya, hapus".
    for (const bool whole : {true, false})
        for (const auto& label : at->second.labels) {
            if (whole ? label.label != default_label : !label.label.starts_with(default_label))
                continue;
            for (const Seen::Option& option : seen.options)
                if (option.key == std::string(1, label.key)) return option.key;
        }
    return "";
}

std::string ticket_in(std::string_view text) {
    std::size_t digits = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i < text.size() && text[i] >= '0' && text[i] <= '9') {
            ++digits;
            continue;
        }
        if (digits == 7) return std::string(text.substr(i - 7, 7));
        digits = 0;
    }
    return "";
}

}  // namespace jangkau
