#include <algorithm>

#include "gateway/core/text.hpp"
#include "gateway/core/utf8.hpp"

namespace jangkau {
namespace {

/// Base letters of U+00C0 to U+017F (Latin-1 and Latin Extended-A); a dot for what is no letter.
constexpr char32_t kAccentedBegin = 0xC0;
constexpr std::string_view kBaseLetters =
    "AAAAAAACEEEEIIIIDNOOOOO.OUUUUYTSAAAAAAACEEEEIIIIDNOOOOO.OUUUUYTY"
    "AAAAAACCCCCCCCDDDDEEEEEEEEEEGGGGGGGGHHHHIIIIIIIIIIIIJJKKKLLLLLLL"
    "LLLNNNNNNNNNOOOOOOOORRRRRRSSSSSSSSTTTTTTUUUUUUUUUUUUWWYYYZZZZZZS";
static_assert(kBaseLetters.size() == 0x180 - kAccentedBegin);

bool is_lower(char32_t c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char32_t c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char32_t c) { return c >= '0' && c <= '9'; }
bool is_combining_accent(char32_t c) { return c >= 0x0300 && c <= 0x036F; }

/// The second letter of a ligature, or NUL.
char second_letter(char32_t character) {
    switch (character) {
        case U'Æ':
        case U'æ':
        case U'Œ':
        case U'œ': return 'E';
        case U'Þ':
        case U'þ': return 'H';
        case 0x0132:
        case 0x0133: return 'J';
        case U'ß': return 'S';
        default: return '\0';
    }
}

/// Upper-case letters without accents; "" for everything that is no Latin letter.
std::string base_letters(char32_t character) {
    if (is_upper(character)) return {static_cast<char>(character)};
    if (is_lower(character)) return {static_cast<char>(character - U'a' + U'A')};
    if (character < kAccentedBegin || character - kAccentedBegin >= kBaseLetters.size()) return "";
    const char base = kBaseLetters[character - kAccentedBegin];
    if (base == '.') return "";
    std::string letters{base};
    if (const char second = second_letter(character); second != '\0') letters += second;
    return letters;
}

}  // namespace

std::string upper_ascii(std::string_view text) {
    std::string upper(text);
    for (char& c : upper) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return upper;
}

std::string lower_ascii(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return lower;
}

std::string_view trim(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

std::string letters_key(std::string_view text) {
    std::string key;
    while (!text.empty()) {
        const auto lead = static_cast<unsigned char>(text.front());
        if (lead < 0x80) {
            if (is_lower(lead)) key += static_cast<char>(lead);
            if (is_upper(lead)) key += static_cast<char>(lead - 'A' + 'a');
            text.remove_prefix(1);
            continue;
        }
        const Utf8Char next = next_utf8(text);
        if (next.valid) key += lower_ascii(base_letters(next.code));
        text.remove_prefix(next.bytes);
    }
    return key;
}

std::string plain_upper(std::string_view text) {
    std::string plain;
    bool blank_due = false;
    while (!text.empty()) {
        const Utf8Char next = next_utf8(text);
        text.remove_prefix(next.bytes);
        if (next.valid && is_combining_accent(next.code)) continue;

        std::string kept = next.valid ? base_letters(next.code) : "";
        if (next.valid && is_digit(next.code)) kept = static_cast<char>(next.code);
        if (kept.empty()) {
            blank_due = !plain.empty();
            continue;
        }
        if (blank_due) plain += ' ';
        blank_due = false;
        plain += kept;
    }
    return plain;
}

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit) {
    const std::size_t above = limit + 1;
    if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) > limit) return above;

    // Three rows of the table: a swap of neighbours looks two rows back.
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;

    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({change, last[j] + 1, row[j - 1] + 1});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before[j - 2] + 1);
            }
        }
        const auto least = [](const auto& cells) {
            return *std::min_element(cells.begin(), cells.end());
        };
        if (least(row) > limit && least(last) > limit) return above;
        before.swap(last);
        last.swap(row);
    }
    return std::min(last[b.size()], above);
}

}  // namespace jangkau
