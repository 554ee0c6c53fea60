#include "menus/flows/sms_words.hpp"

#include <algorithm>

#include "gateway/core/nik.hpp"
#include "gateway/core/text.hpp"
#include "menus/flows/places.hpp"

namespace jangkau::flows {
namespace {

constexpr std::size_t kNikDigitsTyped = 20;  ///< with some too many it is still meant for a NIK
constexpr std::size_t kNikDigitsApart = 10;  ///< so many are a NIK wherever they stand

bool digit_or_slip(char c) { return nik_digit(c) != '\0'; }
bool nik_sign(char c) { return digit_or_slip(c) || c == '.' || c == '-'; }

/// Digits with letters and signs that a NIK may have. "LILO" is a name.
bool looks_like_number(std::string_view word) {
    return digits_in(word) > 0 && std::all_of(word.begin(), word.end(), nik_sign);
}

/// A NIK with what is glued to it as two words, "Kel.Lembo" too.
void add_word(Words& words, std::string_view word) {
    std::size_t end = 0, seen = 0;
    while (end < word.size() && seen < kNikDigits && nik_sign(word[end]))
        seen += digit_or_slip(word[end++]) ? 1 : 0;
    if (seen == kNikDigits && digits_in(word.substr(0, end)) >= kNikDigitsApart &&
        end < word.size() && digits_in(word.substr(end)) == 0) {
        words.emplace_back(word.substr(0, end));
        word.remove_prefix(end);
    } else if (const std::size_t dot = word.find('.');
               dot != std::string_view::npos && dot + 1 < word.size() &&
               (labels_kelurahan(word.substr(0, dot)) || labels_kecamatan(word.substr(0, dot)))) {
        words.emplace_back(word.substr(0, dot));
        word.remove_prefix(dot + 1);
    }
    if (!plain_upper(word).empty()) words.emplace_back(word);
}

}  // namespace

std::size_t digits_in(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }));
}

std::size_t nik_length(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), digit_or_slip));
}

std::string joined(const Words& words, std::size_t begin, std::size_t end) {
    std::string out;
    for (std::size_t i = begin; i < end; ++i) out += (out.empty() ? "" : " ") + words[i];
    return out;
}
std::string joined(const Words& words) { return joined(words, 0, words.size()); }

Words words_of(std::string_view text) {
    constexpr std::string_view kBetween = " \t\r\n#,;:*/=\"()";
    Words words;
    for (std::size_t at = text.find_first_not_of(kBetween); at != std::string_view::npos;) {
        const std::size_t end = std::min(text.find_first_of(kBetween, at), text.size());
        add_word(words, text.substr(at, end - at));
        at = text.find_first_not_of(kBetween, end);
    }
    return words;
}

Words split_at(std::string_view text, char separator) {
    Words fields;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find(separator, at), text.size());
        fields.emplace_back(trim(text.substr(at, end - at)));
        at = end + 1;
    }
    while (!fields.empty() && fields.back().empty()) fields.pop_back();
    return fields;
}

bool is_nik_field(const Words& words, bool first) {
    const std::size_t digits = digits_in(joined(words));
    if (words.size() == 1 && digits >= kNikDigitsApart) return true;
    return (first || digits >= kNikDigitsApart) && !words.empty() &&
           std::all_of(words.begin(), words.end(), looks_like_number);
}

std::optional<std::string> take_nik(Words& words) {
    std::size_t best_begin = 0, best_end = 0, best_rank = 0;
    for (std::size_t begin = 0; begin < words.size(); ++begin) {
        std::size_t end = begin, length = 0;
        while (end < words.size() && length < kNikDigits && looks_like_number(words[end])) {
            const std::size_t more = nik_length(words[end]);
            if (end > begin && length + more > kNikDigitsTyped) break;
            length += more;
            ++end;
        }
        if (end == begin && digits_in(words[begin]) >= kNikDigitsApart) {
            length = digits_in(words[begin]);
            ++end;
        }
        const std::size_t rank = length == kNikDigits ? std::string::npos : length;
        if (rank > best_rank && (begin == 0 || length >= kNikDigitsApart)) {
            best_begin = begin;
            best_end = end;
            best_rank = rank;
        }
    }
    if (best_rank == 0) return std::nullopt;
    std::string nik = joined(words, best_begin, best_end);
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(best_begin),
                words.begin() + static_cast<std::ptrdiff_t>(best_end));
    return nik;
}

}  // namespace jangkau::flows
