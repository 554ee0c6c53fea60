#include "adapters/decode.hpp"

#include <gtest/gtest.h>

#include "gateway/core/calendar.hpp"
#include "tests/support/case_name.hpp"

namespace jangkau::tests {
namespace {

using namespace jangkau::adapters;
using namespace std::chrono_literals;

// --- dates of HTTP ---

struct DateCase {
    const char* name;
    const char* text;
    const char* utc;  ///< "" where it cannot be read
};
class HttpDate : public testing::TestWithParam<DateCase> {};
TEST_P(HttpDate, IsReadInItsOneForm) {
    const auto time = http_date(GetParam().text);
    EXPECT_EQ(time ? iso(*time) : "", GetParam().utc);
}
INSTANTIATE_TEST_SUITE_P(
    Texts, HttpDate,
    testing::Values(DateCase{"of the RFC", "Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37Z"},
                    DateCase{"first month", "Thu, 01 Jan 2026 00:00:00 GMT",
                             "2026-01-01T00:00:00Z"},
                    DateCase{"last month", "Thu, 31 Dec 2026 23:59:59 GMT", "2026-12-31T23:59:59Z"},
                    DateCase{"leap day", "Tue, 29 Feb 2028 12:00:00 GMT", "2028-02-29T12:00:00Z"},
                    DateCase{"empty", "", ""},  //
                    DateCase{"seconds", "120", ""},
                    DateCase{"no leap day", "Mon, 29 Feb 2027 12:00:00 GMT", ""},
                    DateCase{"no such month", "Sun, 06 Nox 1994 08:49:37 GMT", ""},
                    DateCase{"the end of one month and the begin of the next",
                             "Sun, 06 anF 1994 08:49:37 GMT", ""},
                    DateCase{"no such hour", "Sun, 06 Nov 1994 24:49:37 GMT", ""},
                    DateCase{"a day of one digit", "Sun, 6 Nov 1994 08:49:37 GMT", ""},
                    DateCase{"another zone", "Sun, 06 Nov 1994 08:49:37 WIB", ""},
                    DateCase{"an offset", "Sun, 06 Nov 1994 08:49:37 +07", ""},
                    DateCase{"of RFC 850", "Sunday, 06-Nov-94 08:49:37 GMT", ""},
                    DateCase{"of asctime", "Sun Nov  6 08:49:37 1994", ""}),
    case_name<DateCase>);

// --- what a status says ---

struct RetryCase {
    const char* name;
    Headers headers;
    std::optional<std::chrono::seconds> pause;
};
class RetryAfter : public testing::TestWithParam<RetryCase> {};
TEST_P(RetryAfter, IsReadFromTheAnswer) {
    const auto fault = http_fault({503, GetParam().headers, ""});
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->retry_after, GetParam().pause);
}
constexpr const char* kDate = "Sun, 06 Nov 1994 08:49:37 GMT";
INSTANTIATE_TEST_SUITE_P(
    Headers, RetryAfter,
    testing::Values(
        RetryCase{"none", {}, {}}, RetryCase{"seconds", {{"Retry-After", "120"}}, 120s},
        RetryCase{"the name in any case", {{"retry-after", "7"}}, 7s},
        RetryCase{"at once", {{"Retry-After", "0"}}, 0s},
        RetryCase{"days", {{"Retry-After", "999999"}}, 999'999s},
        RetryCase{"absurdly many", {{"Retry-After", "99999999999999999999"}}, {}},
        RetryCase{"negative", {{"Retry-After", "-5"}}, {}},
        RetryCase{"a fraction", {{"Retry-After", "1.5"}}, {}},
        RetryCase{"words", {{"Retry-After", "soon"}}, {}},
        RetryCase{"empty", {{"Retry-After", ""}}, {}},
        RetryCase{
            "a date", {{"Date", kDate}, {"Retry-After", "Sun, 06 Nov 1994 08:51:07 GMT"}}, 90s},
        RetryCase{"the date of the answer", {{"Date", kDate}, {"Retry-After", kDate}}, 0s},
        RetryCase{"a date that is past",
                  {{"Date", kDate}, {"Retry-After", "Sun, 06 Nov 1994 08:49:36 GMT"}},
                  {}},
        RetryCase{"a date without one to measure by", {{"Retry-After", kDate}}, {}},
        RetryCase{"a date beside one that cannot be read",
                  {{"Date", "today"}, {"Retry-After", kDate}},
                  {}}),
    case_name<RetryCase>);

struct StatusCase {
    int status;
    SendFault fault;
};
TEST(HttpFault, OnlyARefusalIsKnownNotToHaveBeenSent) {
    const StatusCase rows[] = {
        {301, SendFault::misconfigured}, {400, SendFault::rejected},
        {401, SendFault::misconfigured}, {403, SendFault::misconfigured},
        {402, SendFault::misconfigured}, {404, SendFault::misconfigured},
        {405, SendFault::misconfigured}, {407, SendFault::misconfigured},
        {408, SendFault::garbled},       {410, SendFault::misconfigured},
        {413, SendFault::rejected},      {414, SendFault::rejected},
        {415, SendFault::misconfigured}, {421, SendFault::misconfigured},
        {422, SendFault::rejected},      {425, SendFault::throttled},
        {426, SendFault::misconfigured}, {429, SendFault::throttled},
        {451, SendFault::misconfigured}, {500, SendFault::garbled},
        {502, SendFault::garbled},       {503, SendFault::unreachable},
        {504, SendFault::garbled},       {100, SendFault::garbled},
        {0, SendFault::garbled},
    };
    for (const auto& row : rows) {
        const auto fault = http_fault({row.status, {}, ""});
        ASSERT_TRUE(fault) << row.status;
        EXPECT_EQ(fault->fault, row.fault) << row.status;
        EXPECT_EQ(fault->detail, "HTTP " + std::to_string(row.status));
    }
    for (const int good : {200, 201, 202, 299}) EXPECT_FALSE(http_fault({good, {}, ""})) << good;
}

TEST(HttpFault, RepeatsTheProvidersWordsWithoutNumbers) {
    EXPECT_EQ(http_fault({400, {}, "bad number +6281234500001\n"})->detail,
              "HTTP 400: bad number +*************");
    EXPECT_EQ(http_fault({503, {}, "<html>busy</html>"})->detail, "HTTP 503");
}

struct WordsCase {
    const char* words;
    const char* shown;
};
TEST(ProviderWords, MaskNumbersHoweverTheyAreWritten) {
    const WordsCase rows[] = {
        {"to 6281234500001 barred", "to ************* barred"},
        {"+62 812-3450-0001 barred", "+** ***-****-**** barred"},
        {"(0812) 3450.0001", "(****) ****.****"},
        {"[62][812] 3450001.", "[**][***] *******."},
        {"code 21211", "code 21211"},
        {"12 of 345 are 67", "12 of 345 are 67"},
        {"21211, 21614", "21211, 21614"},
        {"21211\n21614", "21211 21614"},
    };
    for (const auto& row : rows) EXPECT_EQ(provider_words(row.words), row.shown) << row.words;
}

// --- what a request says ---

struct PhoneCase {
    const char* raw;
    const char* national;       ///< as `phone` reads it, "" if it does not
    const char* international;  ///< as `international_phone` does
};
TEST(Phone, IsReadAsTheProviderWritesIt) {
    const PhoneCase rows[] = {
        {"6281200000001", "6281200000001", "6281200000001"},
        {"081200000001", "6281200000001", "6281200000001"},
        {"+821012345678", "821012345678", "821012345678"},
        {"821012345678", "62821012345678", "821012345678"},
        {" 821012345678", "821012345678", "821012345678"},
        {"233200000001", "", "233200000001"},
        {"62215550100", "", ""},
        {"20880", "", ""},
        {"INFO-PULSA", "", ""},
    };
    for (const auto& row : rows) {
        Form form;
        form.add("from", row.raw);
        Fields national(form);
        Fields international(form);
        const auto one = national.phone("from", {});
        const auto other = international.international_phone("from", {});
        EXPECT_EQ(one ? one->digits() : "", row.national) << row.raw;
        EXPECT_EQ(other ? other->digits() : "", row.international) << row.raw;
    }
}

TEST(SmsText, IsCutAtACharacter) {
    std::string text;
    for (int i = 0; i < 1001; ++i) text += "\xC3\xA9";
    Form form;
    form.add("text", text);
    Fields fields(form);
    EXPECT_EQ(fields.sms_text("text"), text.substr(0, 2000));
    EXPECT_FALSE(fields.wrong());
}

// --- our own address ---

struct UrlCase {
    const char* name;
    const char* public_url;
    const char* channel;
    const char* secret;
    Endpoint endpoint;
    const char* url;
};
class CallbackUrl : public testing::TestWithParam<UrlCase> {};
TEST_P(CallbackUrl, IsWhereTheProviderReachesUs) {
    Settings settings;
    settings.public_url = GetParam().public_url;
    settings.channel = GetParam().channel;
    settings.secret = Secret(GetParam().secret);
    EXPECT_EQ(callback_url(settings, GetParam().endpoint), GetParam().url);
}
INSTANTIATE_TEST_SUITE_P(
    Settings, CallbackUrl,
    testing::Values(UrlCase{"reports", "https://gw.example", "at", "", Endpoint::report,
                            "https://gw.example/dlr/at"},
                    UrlCase{"sms", "https://gw.example", "at", "", Endpoint::sms,
                            "https://gw.example/sms/at"},
                    UrlCase{"ussd", "https://gw.example", "at", "", Endpoint::ussd,
                            "https://gw.example/ussd/at"},
                    UrlCase{"slashes behind", "https://gw.example//", "at", "", Endpoint::report,
                            "https://gw.example/dlr/at"},
                    UrlCase{"a folder", "https://gw.example/jangkau/", "at", "", Endpoint::report,
                            "https://gw.example/jangkau/dlr/at"},
                    UrlCase{"a secret", "https://gw.example", "at", "s3cret", Endpoint::report,
                            "https://gw.example/dlr/at/s3cret"},
                    UrlCase{"a secret that must be encoded", "https://gw.example", "at", "a/b ?",
                            Endpoint::report, "https://gw.example/dlr/at/a%2Fb%20%3F"},
                    UrlCase{"no public url", "", "at", "s3cret", Endpoint::report, ""}),
    case_name<UrlCase>);

TEST(CallbackPath, NeedsNoPublicUrl) {
    Settings settings;
    settings.channel = "at";
    settings.secret = Secret("s3cret");
    EXPECT_EQ(callback_path(settings, Endpoint::sms), "/sms/at/s3cret");
}

}  // namespace
}  // namespace jangkau::tests
