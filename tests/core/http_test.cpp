#include "gateway/core/http.hpp"

#include <gtest/gtest.h>

namespace jangkau {
namespace {

TEST(Header, is_found_by_name_in_any_case) {
    const Headers headers{{"Content-Type", "text/plain"}, {"X-Key", "1"}, {"x-key", "2"}};
    EXPECT_EQ(header(headers, "content-type"), "text/plain");
    EXPECT_EQ(header(headers, "CONTENT-TYPE"), "text/plain");
    EXPECT_EQ(header(headers, "x-key"), "1");
    EXPECT_EQ(header(headers, "x-key "), "");
    EXPECT_EQ(header(headers, "Content"), "");
    EXPECT_EQ(header({}, "Content-Type"), "");
}

TEST(PlainText, says_its_type) {
    const HttpResponse response = plain_text(503, "END Maaf");
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(response.body, "END Maaf");
    EXPECT_EQ(header(response.headers, "content-type"), "text/plain; charset=utf-8");
}

}  // namespace
}  // namespace jangkau
