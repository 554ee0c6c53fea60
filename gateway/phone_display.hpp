#pragma once

#include <algorithm>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/text.hpp"
#include "gateway/core/utf8.hpp"
#include "gateway/phone.hpp"
#include "gateway/terminal.hpp"

namespace jangkau::gateway {

inline constexpr std::size_t kFrameColumnsMin = 20;
inline constexpr std::size_t kFrameColumnsMax = 76;

inline std::size_t columns_of(std::string_view text) {
    std::size_t columns = 0;
    while (!text.empty()) {
        text.remove_prefix(next_utf8(text).bytes);
        ++columns;
    }
    return columns;
}

/// Lines of at most kFrameColumnsMax characters.
inline std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines(1);
    std::size_t columns = 0;
    while (!text.empty()) {
        const std::size_t bytes = next_utf8(text).bytes;
        const bool line_break = text.front() == '\n';
        if (line_break || columns == kFrameColumnsMax) {
            lines.emplace_back();
            columns = 0;
        }
        if (!line_break) {
            lines.back() += text.substr(0, bytes);
            ++columns;
        }
        text.remove_prefix(bytes);
    }
    return lines;
}

/// Prints what a phone's owner sees: the part of terminal.cpp that knows what a terminal looks
/// like.
///
/// Ownership: borrows both arguments.
class Display {
public:
    Display(const DialOptions& options, std::ostream& out) : options_(options), out_(out) {}

    void screen(const Phone& phone, const adapters::PhoneScreen& screen) {
        const std::string text = clean_utf8(screen.text);
        frame(text);
        out_ << dim("  step " + std::to_string(phone.step()) + ", ") << budget(text)
             << dim(", " + std::to_string(phone.took().count()) + " ms") << "\n";
    }
    void sms(const InboxSms& sms) {
        const std::string text = clean_utf8(sms.text);
        const std::size_t parts = sms_parts(text).size();
        out_ << bold("SMS to " + sms.to)
             << dim(parts > 1 ? ", " + std::to_string(parts) + " parts" : std::string()) << "\n";
        frame(text);
    }
    void say(std::string_view sentence) { out_ << sentence << "\n"; }
    void wrong(std::string_view sentence) { out_ << red(std::string(sentence)) << "\n"; }
    void prompt() { out_ << "> " << std::flush; }
    void typed(const std::string& text) {
        if (!options_.interactive) out_ << text << "\n";
    }
    void new_line() { out_ << "\n"; }

private:
    void frame(const std::string& text) {
        const auto lines = lines_of(text);
        std::size_t width = kFrameColumnsMin;
        for (const auto& line : lines) width = std::max(width, columns_of(line));
        const std::string edge = dim("+" + std::string(width + 2, '-') + "+");
        out_ << edge << "\n";
        for (const auto& line : lines) {
            out_ << dim("|") << " " << line << std::string(width - columns_of(line), ' ') << " "
                 << dim("|") << "\n";
        }
        out_ << edge << "\n";
    }
    /// "118 of 160 septets, GSM-7"
    [[nodiscard]] std::string budget(const std::string& text) const {
        const Measure size = measure(text);
        const bool gsm7 = size.encoding == Encoding::gsm7;
        const std::size_t limit = gsm7 ? options_.septets : options_.units;
        std::string written = std::to_string(size.units) + " of " + std::to_string(limit);
        written += gsm7 ? " septets, GSM-7" : " units, UCS-2 because of '" + size.forcing + "'";
        return size.units > limit ? red(written + ": TOO LONG") : dim(written);
    }
    [[nodiscard]] std::string styled(std::string_view code, const std::string& text) const {
        if (!options_.colour || text.empty()) return text;
        return "\x1b[" + std::string(code) + "m" + text + "\x1b[0m";
    }
    [[nodiscard]] std::string dim(const std::string& text) const { return styled("2", text); }
    [[nodiscard]] std::string bold(const std::string& text) const { return styled("1", text); }
    [[nodiscard]] std::string red(const std::string& text) const { return styled("31", text); }

    const DialOptions& options_;
    std::ostream& out_;
};

}  // namespace jangkau::gateway
