#include "gateway/core/text.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "gateway/core/check.hpp"
#include "gateway/core/gsm7.hpp"
#include "gateway/core/utf8.hpp"

namespace jangkau {
namespace {

struct Fold {
    char32_t from;
    std::string_view to;
};

constexpr std::array kFolds{
    Fold{U'\t', " "},   Fold{U'`', "'"},    Fold{0x00A0, " "},  Fold{0x00AB, "\""},
    Fold{0x00B4, "'"},  Fold{0x00B7, "-"},  Fold{0x00BB, "\""}, Fold{0x02B9, "'"},
    Fold{0x02BB, "'"},  Fold{0x02BC, "'"},  Fold{0x02BD, "'"},  Fold{0x02BE, "'"},
    Fold{0x02BF, "'"},  Fold{0x02C8, "'"},  Fold{0x2007, " "},  Fold{0x2010, "-"},
    Fold{0x2011, "-"},  Fold{0x2012, "-"},  Fold{0x2013, "-"},  Fold{0x2014, "-"},
    Fold{0x2015, "-"},  Fold{0x2018, "'"},  Fold{0x2019, "'"},  Fold{0x201A, "'"},
    Fold{0x201B, "'"},  Fold{0x201C, "\""}, Fold{0x201D, "\""}, Fold{0x201E, "\""},
    Fold{0x201F, "\""}, Fold{0x2022, "-"},  Fold{0x2023, "-"},  Fold{0x2026, "..."},
    Fold{0x202F, " "},  Fold{0x2032, "'"},  Fold{0x2033, "\""}, Fold{0x2039, "'"},
    Fold{0x203A, "'"},  Fold{0x2043, "-"},  Fold{0x2212, "-"},  Fold{0x25AA, "-"},
    Fold{0x25CF, "-"},  Fold{0x25E6, "-"}};
/// All but these two of them stand above ASCII.
static_assert(kFolds[1].from == U'`' && kFolds[2].from >= 0x80);
static_assert(std::is_sorted(kFolds.begin(), kFolds.end(),
                             [](const Fold& a, const Fold& b) { return a.from < b.from; }));

Utf8Char next_valid(std::string_view text) {
    const Utf8Char next = next_utf8(text);
    check(next.valid, "a text in UTF-8");
    return next;
}

/// What one character costs; nothing if `encoding` does not have it.
std::optional<std::size_t> cost(char32_t character, Encoding encoding) {
    if (encoding == Encoding::ucs2) return character > 0xFFFF ? 2 : 1;
    const auto code = gsm7_code(character);
    if (!code) return std::nullopt;
    return code->septets();
}

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    while (!(text = trim(text)).empty()) {
        words.push_back(text.substr(0, text.find_first_of(" \t\r\n")));
        text.remove_prefix(words.back().size());
    }
    return words;
}

}  // namespace

Cost cost_of(std::string_view text) {
    // Most of every text is ASCII: a look into a table for each character.
    static const auto kAsciiSeptets = [] {
        std::array<std::uint8_t, 0x80> septets{};
        for (char32_t c = 0; c < septets.size(); ++c)
            septets[c] = static_cast<std::uint8_t>(cost(c, Encoding::gsm7).value_or(0));
        return septets;
    }();
    Cost whole;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t from = at;
        for (unsigned char c = 0;
             at < text.size() && (c = static_cast<unsigned char>(text[at])) < kAsciiSeptets.size();
             ++at) {
            whole.septets += kAsciiSeptets[c];
            whole.gsm7 = whole.gsm7 && kAsciiSeptets[c] > 0;
        }
        whole.units += at - from;
        if (at == text.size()) break;
        const Utf8Char next = next_valid(text.substr(at));
        const auto septets = cost(next.code, Encoding::gsm7);
        whole += {septets.value_or(0), *cost(next.code, Encoding::ucs2), septets.has_value()};
        at += next.bytes;
    }
    return whole;
}

Measure measure(std::string_view text) {
    const Cost whole = cost_of(text);
    if (whole.gsm7) return {Encoding::gsm7, whole.septets, ""};
    while (cost(next_valid(text).code, Encoding::gsm7)) text.remove_prefix(next_valid(text).bytes);
    return {Encoding::ucs2, whole.units, std::string(text.substr(0, next_valid(text).bytes))};
}

std::string fold_to_gsm7(std::string_view text) {
    static constexpr auto kStays = [] {
        std::array<bool, 256> table{};
        for (unsigned c = 0; c < 0x80; ++c) table[c] = c != '\t' && c != '`';
        return table;
    }();
    const auto stays = [](char c) { return kStays[static_cast<unsigned char>(c)]; };
    std::string folded;
    folded.reserve(text.size());
    while (!text.empty()) {
        const auto plain = std::find_if_not(text.begin(), text.end(), stays) - text.begin();
        folded += text.substr(0, static_cast<std::size_t>(plain));
        text.remove_prefix(static_cast<std::size_t>(plain));
        if (text.empty()) break;
        const Utf8Char next = next_valid(text);
        const auto* const fold =
            std::lower_bound(kFolds.begin(), kFolds.end(), next.code,
                             [](const Fold& entry, char32_t code) { return entry.from < code; });
        const bool has_fold = fold != kFolds.end() && fold->from == next.code;
        folded += has_fold ? fold->to : text.substr(0, next.bytes);
        text.remove_prefix(next.bytes);
    }
    return folded;
}

std::vector<std::string> sms_parts(std::string_view text) {
    const Measure whole = measure(text);
    const bool gsm7 = whole.encoding == Encoding::gsm7;
    if (whole.units <= (gsm7 ? kSmsSeptets : kSmsUnits)) return {std::string(text)};

    // Walked, not divided: a pair that does not fit at the end of a part moves to the next.
    std::vector<std::string> parts;
    while (!text.empty()) {
        const auto part = cut(text, whole.encoding, gsm7 ? kSmsSeptetsPart : kSmsUnitsPart);
        parts.emplace_back(part);
        text.remove_prefix(part.size());
    }
    return parts;
}

std::string_view cut(std::string_view text, Encoding encoding, std::size_t units) {
    std::size_t bytes = 0;
    while (bytes < text.size()) {
        const Utf8Char next = next_valid(text.substr(bytes));
        const auto needed = cost(next.code, encoding);
        if (!needed || *needed > units) break;
        units -= *needed;
        bytes += next.bytes;
    }
    return text.substr(0, bytes);
}

std::string short_name(std::string_view name, std::size_t units) {
    name = trim(name);
    const Encoding encoding = measure(name).encoding;
    const auto fits = [&](std::string_view text) {
        return cut(text, encoding, units).size() == text.size();
    };
    if (fits(name)) return std::string(name);

    const auto words = words_of(name);
    std::string longest;
    std::string kept(words.front());
    for (std::size_t next = 1; next < words.size(); ++next) {
        const std::size_t initial = next_valid(words[next]).bytes;
        const std::string marked = kept + " " + std::string(words[next].substr(0, initial)) + ".";
        if (!fits(marked)) break;
        longest = marked;
        kept += " " + std::string(words[next]);
    }
    return longest.empty() ? std::string(cut(words.front(), encoding, units)) : longest;
}

}  // namespace jangkau
