#include "tests/support/canaries.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <functional>
#include <iterator>
#include <optional>

#include "gateway/core/nik.hpp"

namespace jangkau {
namespace {

constexpr std::size_t kNikDigits = 16;
constexpr std::size_t kAround = 24;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string hex(std::string_view bytes, std::string_view digits, std::string_view before = "") {
    std::string out;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out.append(before) += digits[byte >> 4U];
        out += digits[byte & 15U];
    }
    return out;
}

/// What of the Base64 of `bytes` does not depend on what stands before and behind them.
std::string base64_middle(std::string_view bytes, std::size_t skipped) {
    static constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t at = skipped; at + 3 <= bytes.size(); at += 3) {
        const auto byte = [&](std::size_t i) {
            return static_cast<unsigned>(static_cast<unsigned char>(bytes[at + i]));
        };
        const unsigned group = (byte(0) << 16U) | (byte(1) << 8U) | byte(2);
        for (unsigned shift = 24; shift > 0; shift -= 6)
            out += kDigits[(group >> (shift - 6)) & 63];
    }
    return out;
}

std::string utf16(std::string_view ascii, bool big) {
    std::string out;
    for (const char c : ascii) {
        if (big) out += '\0';
        out += c;
        if (!big) out += '\0';
    }
    return out;
}

std::string sqlite_integer(std::uint64_t value) {
    std::string out(8, '\0');
    for (auto at = out.rbegin(); at != out.rend(); ++at, value >>= 8U)
        *at = static_cast<char>(value & 255U);
    return out;
}

std::string around(std::string_view text, std::size_t at, std::size_t length) {
    const std::size_t from = at - std::min(at, kAround);
    std::string out(text.substr(from, at - from + length + kAround));
    std::replace_if(
        out.begin(), out.end(), [](char c) { return c < ' ' || c == 0x7f; }, '.');
    return out;
}

/// In a digest in hexadecimal 16 digits may be a NIK by chance: in a database with
/// its audit that happens once in some hundred runs, and more often where many registered.
bool in_a_digest(std::string_view text, std::size_t at, std::size_t end) {
    constexpr std::size_t kDigestDigits = 32;  // of a keyed index; a link of the chain has 64
    const auto is_hex = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); };
    std::size_t first = at, last = end;
    while (first > 0 && is_hex(text[first - 1])) --first;
    while (last < text.size() && is_hex(text[last])) ++last;
    const std::size_t length = last - first;
    if (first < at && last > end) return length >= kDigestDigits;
    // At its edge nothing else may stand beside it.
    return length == kDigestDigits || length == 2 * kDigestDigits;
}

/// Nothing where it cannot be read. Room that was only set aside (the ballast) has no content.
std::optional<std::string> content_of(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return std::nullopt;
    std::string content;
    off_t begin = 0;
    while ((begin = ::lseek(file, begin, SEEK_DATA)) >= 0) {
        const off_t end = ::lseek(file, begin, SEEK_HOLE);
        const std::size_t known = content.size();
        content.resize(known + static_cast<std::size_t>(end - begin));
        const ssize_t count = ::pread(file, content.data() + known, content.size() - known, begin);
        content.resize(known + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
        content += '\n';
        begin = end;
    }
    ::close(file);
    return content;
}

}  // namespace

std::string written(const std::vector<Hit>& hits) {
    std::string out;
    for (const Hit& hit : hits) out += hit.where + ": " + hit.what + " in: " + hit.around + "\n";
    return out;
}

Hunt::Hunt(const std::vector<Canary>& canaries) {
    for (const auto& [what, value] : canaries) {
        const auto add = [&, &what = what](const std::string& form, std::string bytes) {
            forms_.push_back({what + form, std::move(bytes)});
        };
        add("", value);
        add(" in hexadecimal", hex(value, "0123456789abcdef"));
        add(" in hexadecimal", hex(value, "0123456789ABCDEF"));
        add(" percent-encoded", hex(value, "0123456789ABCDEF", "%"));
        for (std::size_t skipped = 0; skipped < 3; ++skipped)
            add(" in Base64", base64_middle(value, skipped));
        add(" in UTF-16", utf16(value, true));
        add(" in UTF-16", utf16(value, false));
        std::uint64_t number = 0;
        const auto [end, wrong] =
            std::from_chars(value.data(), value.data() + value.size(), number);
        if (wrong == std::errc() && end == value.data() + value.size())
            add(" as a number", sqlite_integer(number));
    }
}

std::vector<Hit> Hunt::in(const std::string& where, std::string_view text) const {
    std::vector<Hit> hits;
    for (const Form& form : forms_) {
        const auto at =
            std::search(text.begin(), text.end(),
                        std::boyer_moore_horspool_searcher(form.bytes.begin(), form.bytes.end()));
        if (at == text.end()) continue;
        hits.push_back(
            {where, form.what,
             around(text, static_cast<std::size_t>(at - text.begin()), form.bytes.size())});
    }
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at;
        while (end < text.size() && is_digit(text[end])) ++end;
        if (end - at == kNikDigits && Nik::parse(text.substr(at, kNikDigits)) &&
            !in_a_digest(text, at, end))
            hits.push_back({where, "a NIK", around(text, at, kNikDigits)});
        at = std::max(end, at + 1);
    }
    return hits;
}

std::vector<Hit> Hunt::below(const std::string& folder) const {
    std::vector<Hit> hits;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        const std::string path = entry.path().string();
        if (!entry.is_regular_file()) continue;
        const auto text = content_of(path);
        if (!text) {
            hits.push_back({path, "cannot be read", ""});
            continue;
        }
        const auto found = in(path, *text);
        hits.insert(hits.end(), found.begin(), found.end());
    }
    return hits;
}

}  // namespace jangkau
