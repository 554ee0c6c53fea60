#include "gateway/core/form.hpp"

#include <gtest/gtest.h>

#include "tests/support/case_name.hpp"

namespace jangkau {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

struct FormCase {
    const char* name;
    std::string encoded;
    Fields fields;
};
class FormParsing : public testing::TestWithParam<FormCase> {};

TEST_P(FormParsing, gives_fields_in_order) {
    const auto form = Form::parse(GetParam().encoded);
    ASSERT_TRUE(form);
    EXPECT_EQ(form->fields(), GetParam().fields);
}

INSTANTIATE_TEST_SUITE_P(
    Form, FormParsing,
    testing::Values(
        FormCase{"nothing", "", {}},
        FormCase{"a callback",
                 "sessionId=AT_1&phoneNumber=%2B628123456789&text=1*2",
                 {{"sessionId", "AT_1"}, {"phoneNumber", "+628123456789"}, {"text", "1*2"}}},
        FormCase{"plus is a blank", "text=YA+482%2B1", {{"text", "YA 482+1"}}},
        FormCase{"raw blank stays", "text=YA 482", {{"text", "YA 482"}}},
        FormCase{"lower case hex", "a=%c3%a9", {{"a", "é"}}},
        FormCase{"encoded names and separators", "a%3Db=c%26d%3De", {{"a=b", "c&d=e"}}},
        FormCase{"equals in the value", "a=b=c", {{"a", "b=c"}}},
        FormCase{"missing equals", "a&b=1", {{"a", ""}, {"b", "1"}}},
        FormCase{"empty value", "text=&b=1", {{"text", ""}, {"b", "1"}}},
        FormCase{"empty name", "=1", {{"", "1"}}},
        FormCase{"empty fields", "&&a=1&&", {{"a", "1"}}},
        FormCase{"no hex digits", "a=%zz%G0%0G", {{"a", "%zz%G0%0G"}}},
        FormCase{"trailing percent", "a=100%", {{"a", "100%"}}},
        FormCase{"percent and one digit", "a=100%2", {{"a", "100%2"}}},
        FormCase{"percent before a field", "a=%&b=%4&c=%41", {{"a", "%"}, {"b", "%4"}, {"c", "A"}}},
        FormCase{"percent percent", "a=%%41", {{"a", "%A"}}},
        FormCase{"decoded once", "a=%2541", {{"a", "%41"}}},
        FormCase{"NUL", "a=%00b", {{"a", std::string("\0b", 2)}}},
        FormCase{"no UTF-8", "a=%FF", {{"a", "\xFF"}}}),
    case_name<FormCase>);

TEST(Form, gives_the_first_of_repeated_fields) {
    const auto form = Form::parse("to=1&to=2&empty=");
    ASSERT_TRUE(form);
    EXPECT_EQ(form->get("to"), "1");
    EXPECT_EQ(form->get("empty"), "");
    EXPECT_EQ(form->get("TO"), std::nullopt);
    EXPECT_EQ(form->get("from"), std::nullopt);
    EXPECT_EQ(form->fields().size(), 3U);
}

struct LimitCase {
    const char* name;
    std::size_t fields;
    std::size_t bytes_max;
    std::optional<BadForm::Kind> problem;
};
class FormLimits : public testing::TestWithParam<LimitCase> {};

TEST_P(FormLimits, are_kept) {
    std::string encoded;
    for (std::size_t i = 0; i < GetParam().fields; ++i) encoded += "a=1&";
    const auto form = Form::parse(encoded, GetParam().bytes_max);
    ASSERT_EQ(form.has_value(), !GetParam().problem.has_value());
    if (!form) {
        EXPECT_EQ(form.error().kind, *GetParam().problem);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Form, FormLimits,
    testing::Values(LimitCase{"as many as allowed", Form::kFieldsMax, 1024, std::nullopt},
                    LimitCase{"as long as allowed", 2, 8, std::nullopt},
                    LimitCase{"one field more", Form::kFieldsMax + 1, 1024,
                              BadForm::Kind::too_many_fields},
                    LimitCase{"one byte more", 2, 7, BadForm::Kind::too_long},
                    LimitCase{"too long comes first", 1000, 100, BadForm::Kind::too_long}),
    case_name<LimitCase>);

TEST(Form, reads_what_it_encodes) {
    Form form;
    form.add("text", "YA 482+1 & é=100%");
    form.add("a b", "");
    EXPECT_EQ(form.encode(), "text=YA%20482%2B1%20%26%20%C3%A9%3D100%25&a%20b=");
    const auto again = Form::parse(form.encode());
    ASSERT_TRUE(again);
    EXPECT_EQ(again->fields(), form.fields());
}

TEST(Percent, survives_every_byte) {
    std::string bytes;
    for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
    EXPECT_EQ(percent_decode(percent_encode(bytes), true), bytes);
    EXPECT_EQ(percent_decode(percent_encode(bytes), false), bytes);
    EXPECT_EQ(percent_encode("AZaz09-._~"), "AZaz09-._~");
}

TEST(Percent, reads_strictly_what_it_encodes) {
    std::string bytes, decoded;
    for (int c = 0; c < 256; ++c) bytes += static_cast<char>(c);
    EXPECT_TRUE(percent_decode_strictly(percent_encode(bytes), decoded));
    EXPECT_EQ(decoded, bytes);
    EXPECT_TRUE(percent_decode_strictly("", decoded));
    EXPECT_EQ(decoded, "");
}

TEST(Percent, reads_strictly_nothing_else) {
    std::string decoded;
    for (const char* text : {"a b", "a+b", "%", "%2", "a%2", "%zz", "%2g", "%g2", "%2f", "%c3%A9",
                             "%41", "%7E", "a%20%4", "%%20"})
        EXPECT_FALSE(percent_decode_strictly(text, decoded)) << text;
}

TEST(Percent, leaves_a_plus_in_paths) {
    EXPECT_EQ(percent_decode("a+b%20c", false), "a+b c");
    EXPECT_EQ(percent_decode("a+b%20c", true), "a b c");
}

}  // namespace
}  // namespace jangkau
