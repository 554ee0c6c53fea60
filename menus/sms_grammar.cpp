#include "menus/sms_grammar.hpp"

#include <algorithm>

#include "gateway/core/text.hpp"
#include "gateway/core/ticket.hpp"
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

const Keyword* exact(std::string_view word, const Vocabulary& vocabulary) {
    for (const auto* words : vocabulary.lists) {
        const auto at = std::find_if(words->begin(), words->end(),
                                     [&](const Keyword& k) { return is_word_of(k, word); });
        if (at != words->end()) return &*at;
    }
    return nullptr;
}

template <class Visit>
void each_word(const Vocabulary& vocabulary, Visit visit) {
    for (const auto* words : vocabulary.lists) {
        for (const Keyword& keyword : *words) {
            visit(keyword.word);
            for (const std::string& alias : keyword.also) visit(alias);
        }
    }
}

/// The one keyword within one slip, or nullptr when there are two or none. Words that forgive no
/// slip themselves still make another one's ambiguous.
const Keyword* nearly(std::string_view word, const Vocabulary& vocabulary) {
    if (word.size() < kSlipLettersMin) return nullptr;
    const Keyword* found = nullptr;
    bool forgiven = false, crosses = false;
    each_word(vocabulary, [&](const std::string& known) {
        if (edit_distance(word, known, 1) > 1) return;
        const Keyword* owner = exact(known, vocabulary);
        crosses |= found && found != owner;
        forgiven |= known.size() >= kSlipLettersMin;
        found = owner;
    });
    return forgiven && !crosses && !found->exact ? found : nullptr;
}

bool contradicted(const Keyword& keyword, const std::vector<Token>& all,
                  const Vocabulary& vocabulary) {
    return std::any_of(
        keyword.against.begin(), keyword.against.end(), [&](const std::string& name) {
            const Keyword* other = exact(name, vocabulary);
            return other && std::any_of(all.begin(), all.end(), [&](const Token& t) {
                       return is_word_of(*other, t.word) || nearly(t.word, vocabulary) == other;
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

/// Where a command was found.
struct Hit {
    const Keyword* keyword = nullptr;
    std::size_t at = 0;
};

Hit find_command(const std::vector<Token>& all, const Vocabulary& vocabulary) {
    const auto number = std::find_if(all.begin(), all.end(), is_number);
    // Prose is not forgiven slips: "harus bayar berapa?" must not become HAPUS.
    const bool terse = all.size() == 1 || number != all.end();
    const auto find = [&](const Token& token) {
        const Keyword* keyword = exact(token.word, vocabulary);
        return keyword || !terse ? keyword : nearly(token.word, vocabulary);
    };
    if (const Keyword* keyword = find(all.front())) return {keyword, 0};
    if (number == all.end()) return {};
    const std::size_t last = all.size() - 1;
    if (number - all.begin() <= 1) {  // "4821730 ya pak", "tiket 4821730: ya"
        const auto behind = std::find_if_not(number, all.end(), is_number);
        if (behind == all.end()) return {};
        if (const Keyword* keyword = find(*behind))
            return {keyword, static_cast<std::size_t>(behind - all.begin())};
        return {find(all.back()), last};
    }
    // Behind words, only what neither answers a question nor is hard to undo.
    const Keyword* keyword = exact(all.back().word, vocabulary);
    return keyword && keyword->against.empty() && !keyword->exact ? Hit{keyword, last} : Hit{};
}

}  // namespace

std::optional<Command> parse_command(std::string_view typed, const Vocabulary& vocabulary) {
    const std::string text = readable(typed);
    const std::vector<Token> all = tokens(text);
    if (all.empty()) return std::nullopt;
    const auto [keyword, at] = find_command(all, vocabulary);
    if (!keyword || contradicted(*keyword, all, vocabulary)) return std::nullopt;
    Command command;
    command.keyword = keyword;
    for (std::size_t i = 0; i < all.size(); ++i)
        if (i != at) command.words.push_back(all[i].word);
    const std::string_view whole = text;
    command.rest =
        tidy_rest(whole, whole.substr(0, at == 0 ? 0 : all[at].begin), whole.substr(all[at].end));
    return command;
}

std::optional<Command> parse_numbers(std::string_view typed) {
    Command numbers;
    for (Token& token : tokens(readable(typed))) {
        if (!is_number(token)) return std::nullopt;
        numbers.words.push_back(std::move(token.word));
    }
    if (numbers.words.empty()) return std::nullopt;
    return numbers;
}

std::string ticket_in(const Command& command, std::size_t length_max) {
    for (const std::string& word : command.words)
        if (word.size() > Ticket::kDigitsMin && word.size() <= length_max &&
            std::all_of(word.begin(), word.end(), digit))
            return word;
    return {};
}

}  // namespace jangkau::menus
