#include "gateway/log.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <string>
#include <thread>
#include <vector>

namespace jangkau::gateway::log {
namespace {

constexpr std::string_view kTime = "2026-11-22T16:38:05.123Z";

std::string text(std::initializer_list<Field> fields) {
    const std::string line = format_line(Format::text, Level::info, kTime, "event", fields);
    const std::string head = "2026-11-22T16:38:05.123Z info event";
    EXPECT_TRUE(line.starts_with(head)) << line;
    return line.substr(head.size());
}

boost::json::object json(std::initializer_list<Field> fields) {
    return boost::json::parse(format_line(Format::json, Level::warning, kTime, "event", fields))
        .as_object();
}

TEST(LogTest, WritesText) {
    EXPECT_EQ(text({}), "");
    EXPECT_EQ(text({{"key", "value"}, {"n", -5}, {"big", 18446744073709551615UL}}),
              " key=value n=-5 big=****************1615");
    EXPECT_EQ(text({{"msisdn", Msisdn::from_digits("628123456789")}}), " msisdn=+62812****789");
}

struct Row {
    std::string value;
    std::string written;
};

TEST(LogTest, EscapesInText) {
    for (const Row& row : std::initializer_list<Row>{
             {"", "\"\""},
             {"two words", "\"two words\""},
             {"a=b", "\"a=b\""},
             {"say \"hi\"", "\"say \\\"hi\\\"\""},
             {"back\\slash", "\"back\\\\slash\""},
             {"a\nb\r\tc", "\"a\\nb\\r\\tc\""},
             {std::string("nul\0", 4), "\"nul\\u0000\""},
             {"\x1b[31m", "\"\\u001b[31m\""},
             {"\x7f", "\"\\u007f\""},
             {"\xc2\x9b", "\"\\u009b\""},
             {"\xe2\x80\xae", "\"\\u202e\""},
             {"\xe2\x80\xa8", "\"\\u2028\""},
             {"\xff", "\"\\ufffd\""},
             {"kafé", "\"kafé\""},
         }) {
        EXPECT_EQ(text({{"k", row.value}}), " k=" + row.written);
    }
}

TEST(LogTest, Masks) {
    for (const Row& row : std::initializer_list<Row>{
             {"7371010101900001", "************0001"},
             {"nik:7371010101900001;", "nik:************0001;"},
             {"737101010190000123", "**************0123"},
             {"737101010190000", "737101010190000"},
             {"7371.0101.0190.0001", "****.****.****.0001"},
             {"nik:737101-010190.0001;", "nik:******-******.0001;"},
             {"7371..0101.0190.0001", "7371..0101.0190.0001"},
             {"2026-11-23T01:02:03", "2026-11-23T01:02:03"},
             {"+628123456789", "+62812****789"},
             {"(+628123456789)", "(+62812****789)"},
             {"++6281234567", "++628****567"},
             {"+628123456", "+628123456"},
             {"+628123456789012", "+62812****012"},
             {"+6281234567890123", "+************0123"},
             {"628123456789", "628123456789"},
         }) {
        EXPECT_EQ(text({{"k", row.value}}), " k=" + row.written);
        const boost::json::string inside(json({{"k", row.value}}).at("k").as_string());
        EXPECT_EQ(std::string_view(inside.data(), inside.size()), row.written);
    }
    EXPECT_EQ(text({{"k", "7371 0101 0190 0001"}}), " k=\"**** **** **** 0001\"");
    EXPECT_EQ(format_line(Format::text, Level::info, kTime, "e7371010101900001", {}),
              "2026-11-22T16:38:05.123Z info e************0001");
}

TEST(LogTest, WritesJson) {
    EXPECT_EQ(format_line(Format::json, Level::error, kTime, "sms_failed",
                          {{"channel", "at"}, {"status", 503}, {"note", "a \"b\""}}),
              R"({"ts":"2026-11-22T16:38:05.123Z","level":"error","event":"sms_failed",)"
              R"("channel":"at","status":503,"note":"a \"b\""})");
}

TEST(LogTest, JsonIsValidWhateverTheValue) {
    for (int byte = 0; byte < 256; ++byte) {
        const std::string value = "a" + std::string(1, static_cast<char>(byte)) + "\"\\z";
        const std::string line =
            format_line(Format::json, Level::debug, kTime, value, {{value, value}, {"n", 1}});
        boost::json::error_code ec;
        boost::json::parse(line, ec);
        EXPECT_FALSE(ec) << line;
        EXPECT_EQ(line.find('\n'), line.npos);
    }
    EXPECT_TRUE(json({{"n", 9223372036854775807LL}}).at("n").is_string());
    EXPECT_TRUE(json({{"n", 922337203685477LL}}).at("n").is_int64());
}

TEST(LogTest, WritesLinesToStandardErrorInOrder) {
    ::testing::internal::CaptureStderr();
    info("before_start");
    start(Level::info, Format::text);
    debug("too_small");
    info("first", {{"k", "{} %v %n"}});
    error("second");
    stop();
    info("after_stop");
    const std::string written = ::testing::internal::GetCapturedStderr();
    const std::size_t second = written.find('\n') + 1;
    EXPECT_EQ(written.substr(0, second).substr(24), " info first k=\"{} %v %n\"\n");
    EXPECT_EQ(written.substr(second).substr(24), " error second\n");
    EXPECT_EQ(written[10], 'T');
    EXPECT_EQ(written[23], 'Z');
}

TEST(LogTest, ManyThreadsMayWriteWhileItStops) {
    ::testing::internal::CaptureStderr();
    start(Level::info, Format::json);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([i] {
            for (int j = 0; j < 5'000; ++j) info("line", {{"thread", i}, {"n", j}});
        });
    }
    stop();
    for (auto& thread : threads) thread.join();
    const std::string written = ::testing::internal::GetCapturedStderr();
    EXPECT_TRUE(written.empty() || written.ends_with("}\n"));
}

TEST(LogTest, CountsWhatItDrops) {
    ::testing::internal::CaptureStderr();
    const unsigned long before = dropped();
    start(Level::info, Format::text);
    constexpr unsigned long kLines = 50'000;
    for (unsigned long i = 0; i < kLines; ++i) info("line");
    stop();
    const std::string written = ::testing::internal::GetCapturedStderr();
    const auto lines = static_cast<unsigned long>(std::count(written.begin(), written.end(), '\n'));
    EXPECT_EQ(lines + dropped() - before, kLines);
}

}  // namespace
}  // namespace jangkau::gateway::log
