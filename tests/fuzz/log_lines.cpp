// Log lines: whatever stands in an event is one line, is JSON where it should be, says the same,
// and shows no whole NIK and no whole phone number.

#include <boost/json.hpp>

#include "gateway/core/text.hpp"
#include "gateway/log.hpp"
#include "gateway/table.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace jangkau;
using namespace jangkau::gateway;
using fuzz::expect;

namespace {

bool has_run_of_digits(std::string_view text, std::size_t length) {
    std::size_t run = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        // The digits of an escape ("\\u001b") are no digits of a number.
        if (text.substr(at).starts_with("\\u")) {
            at += 5;
            run = 0;
            continue;
        }
        const char c = text[at];
        run = c >= '0' && c <= '9' ? run + 1 : 0;
        if (run == length) return true;
    }
    return false;
}

void is_line(const std::string& line) {
    expect(valid_utf8(line), "a line in UTF-8");
    expect(std::ranges::none_of(line, [](unsigned char c) { return c < ' ' || c == 0x7F; }),
           "no control character: one event is one line");
    expect(!has_run_of_digits(line, 16), "no NIK");
}

}  // namespace

FUZZ_TARGET(log_lines) {
    fuzz::Choices choices(input);
    const auto level = static_cast<log::Level>(choices.below(4));
    const std::string first(choices.text(80));
    const std::string second(choices.rest());
    const auto written = [&](log::Format format) {
        return log::format_line(format, level, "2026-11-22T16:38:05Z", "sms_failed",
                                {{"channel", first}, {"what", second}, {"count", 3}});
    };
    is_line(written(log::Format::text));

    const std::string line = written(log::Format::json);
    is_line(line);
    boost::json::error_code error;
    const auto value = boost::json::parse(line, error);
    expect(!error && value.is_object(), "JSON");
    const auto& object = value.get_object();
    expect(object.contains("channel") && object.contains("what") && object.at("count") == 3,
           "with its fields");
    const bool numbers = has_run_of_digits(second, 10);
    if (!numbers && valid_utf8(second))
        expect(object.at("what").as_string() == second, "that say what they said");

    const std::string table = written_table({{"a", "b"}, {clean_utf8(first), clean_utf8(second)}});
    expect(std::ranges::count(table, '\n') == 3, "a row of a table is one line");
}
