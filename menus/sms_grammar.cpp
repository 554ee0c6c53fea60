#include "menus/sms_grammar.hpp"

#include <algorithm>

#include "gateway/core/text.hpp"
#include "gateway/core/utf8.hpp"

namespace jangkau::menus {
namespace {

constexpr std::size_t kSlipLettersMin = 5;  ///< shorter words are too near to each other

/// A word as typed: upper case without accents, and where it stood.
struct Token {
    std::string word;
    std::size_t begin = 0;
    std::size_t end = 0;
};

bool in_word(unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           c >= 0x80 || c == '\'';
}
bool digit(char c) { return c >= '0' && c <= '9'; }

/// Look-alikes of GSM-7 signs written as those, blanks for broken bytes (a '?' would ask for help).
std::string readable(std::string_view typed) {
    std::string out;
    while (!typed.empty()) {
        const Utf8Char next = next_utf8(typed);
        out += next.valid ? typed.substr(0, next.bytes) : " ";
        typed.remove_prefix(next.bytes);
    }
    return fold_to_gsm7(clean_utf8(out));
}

std::string plain(std::string_view text) {
    std::string out;
    for (const char c : plain_upper(text))
        if (c != ' ') out += c;
    return out;
}

/// Words; one that glues letters and digits together is two.
std::vector<Token> tokens(std::string_view text) {
    std::vector<Token> out;
    std::size_t at = 0;
    while (at < text.size()) {
        if (text[at] == '?' &&
            out.empty()) {  // alone or in front it asks for help, behind a word it is a sign
            out.push_back({"?", at, at + 1});
            ++at;
            continue;
        }
        if (!in_word(static_cast<unsigned char>(text[at]))) {
            ++at;
            continue;
        }
        const std::size_t begin = at;
        const bool digits = digit(text[at]);
        while (at < text.size() && in_word(static_cast<unsigned char>(text[at])) &&
               digit(text[at]) == digits)
            ++at;
        if (std::string word = plain(text.substr(begin, at - begin)); !word.empty())
            out.push_back({std::move(word), begin, at});
    }
    return out;
}

bool is_word_of(const Keyword& keyword, std::string_view word) {
    return keyword.word == word ||
           std::find(keyword.also.begin(), keyword.also.end(), word) != keyword.also.end();
}

const Keyword* exact(std::string_view word, const std::vector<Keyword>& words) {
    const auto at = std::find_if(words.begin(), words.end(),
                                 [&](const Keyword& k) { return is_word_of(k, word); });
    return at == words.end() ? nullptr : &*at;
}

/// The one keyword within one slip, or nullptr when there are two or none.
const Keyword* nearly(std::string_view word, const std::vector<Keyword>& words) {
    if (word.size() < kSlipLettersMin) return nullptr;
    const Keyword* found = nullptr;
    for (const Keyword& keyword : words) {
        const auto close = [&](const std::string& known) {
            return known.size() >= kSlipLettersMin && edit_distance(word, known, 1) <= 1;
        };
        if (keyword.exact) continue;
        if (!close(keyword.word) && std::none_of(keyword.also.begin(), keyword.also.end(), close))
            continue;
        if (found) return nullptr;
        found = &keyword;
    }
    return found;
}

bool contradicted(const Keyword& keyword, const std::vector<Token>& all,
                  const std::vector<Keyword>& words) {
    return std::any_of(
        keyword.against.begin(), keyword.against.end(), [&](const std::string& name) {
            const Keyword* other = exact(name, words);
            return other && std::any_of(all.begin(), all.end(), [&](const Token& t) {
                       return is_word_of(*other, t.word) || nearly(t.word, words) == other;
                   });
        });
}

bool is_number(const Token& token) { return digit(token.word[0]); }

/// What came with the command, without the signs around it.
std::string tidy_rest(std::string_view text, std::string_view before, std::string_view behind) {
    constexpr std::string_view kSigns = " #.,*/;:-\t\r\n\"";
    std::string rest = std::string(before) + std::string(behind);
    const bool quoted = trim(text).starts_with('\'');
    while (!rest.empty() &&
           (std::string_view(" #*;\t\r\n\"").find(rest.back()) != std::string_view::npos ||
            (quoted && rest.back() == '\'')))
        rest.pop_back();
    const std::size_t begin = rest.find_first_not_of(kSigns);
    return begin == std::string::npos ? "" : rest.substr(begin);
}

}  // namespace

std::optional<Command> parse_command(std::string_view typed, const std::vector<Keyword>& words) {
    const std::string text = readable(typed);
    const std::vector<Token> all = tokens(text);
    if (all.empty()) return std::nullopt;
    // Prose is not forgiven slips: "harus bayar berapa?" must not become HAPUS.
    const bool terse = all.size() == 1 || std::any_of(all.begin(), all.end(), is_number);
    const auto find = [&](const std::string& word) {
        const Keyword* keyword = exact(word, words);
        return keyword || !terse ? keyword : nearly(word, words);
    };
    Command command;
    std::size_t at = 0;
    command.keyword = find(all.front().word);
    if (!command.keyword &&
        is_number(all.front())) {  // "4821730 ya pak": the command may stand behind its ticket
        const auto behind = std::find_if_not(all.begin(), all.end(), is_number);
        if (behind == all.end()) return std::nullopt;
        at = static_cast<std::size_t>(behind - all.begin());
        command.keyword = find(behind->word);
        if (!command.keyword) {
            at = all.size() - 1;
            command.keyword = find(all.back().word);
        }
    }
    if (!command.keyword || contradicted(*command.keyword, all, words)) return std::nullopt;
    for (std::size_t i = 0; i < all.size(); ++i)
        if (i != at) command.words.push_back(all[i].word);
    const std::string_view whole = text;
    command.rest =
        tidy_rest(whole, whole.substr(0, at == 0 ? 0 : all[at].begin), whole.substr(all[at].end));
    return command;
}

std::string ticket_in(const Command& command, std::size_t digits) {
    for (const std::string& word : command.words)
        if (word.size() == digits && std::all_of(word.begin(), word.end(), digit)) return word;
    return {};
}

std::vector<std::string> split_fields(std::string_view rest, std::size_t count) {
    rest = trim(rest);
    if (rest.empty()) return {};
    for (const char separator : {'#', ',', '\n', ';', '*', '/'}) {
        std::vector<std::string> fields;
        for (std::size_t at = 0; at <= rest.size();) {
            const std::size_t end = std::min(rest.find(separator, at), rest.size());
            fields.emplace_back(trim(rest.substr(at, end - at)));
            at = end + 1;
        }
        while (!fields.empty() && fields.back().empty()) fields.pop_back();
        if (fields.size() >= count) return fields;
    }
    const std::size_t blank = rest.find_first_of(" \t\n");
    if (blank == std::string_view::npos) return {std::string(rest)};
    return {std::string(rest.substr(0, blank)), std::string(trim(rest.substr(blank)))};
}

}  // namespace jangkau::menus
