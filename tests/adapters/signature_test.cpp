#include "adapters/signature.hpp"

#include <gtest/gtest.h>

#include "gateway/core/hex.hpp"
#include "tests/support/case_name.hpp"

namespace jangkau::tests {
namespace {

using namespace jangkau::adapters;

std::string repeated(std::size_t count, char byte) {
    std::string bytes(count, byte);
    return bytes;
}

/// 0x01 to 0x19.
std::string counted_key() {
    std::string key;
    for (char byte = 1; byte <= 25; ++byte) key += byte;
    return key;
}

struct HmacCase {
    const char* name;
    Digest kind;
    std::string key;
    std::string data;
    const char* hex;
};
class HmacVector : public testing::TestWithParam<HmacCase> {};
TEST_P(HmacVector, GivesWhatTheRfcGives) {
    EXPECT_EQ(hex(hmac(GetParam().kind, Secret(GetParam().key), GetParam().data)), GetParam().hex);
}

const std::string kJefe = "Jefe";
const std::string kWhat = "what do ya want for nothing?";
const std::string kLargeKey = "Test Using Larger Than Block-Size Key - Hash Key First";

INSTANTIATE_TEST_SUITE_P(
    Rfc2202, HmacVector,
    testing::Values(
        HmacCase{"md5 1", Digest::md5, repeated(16, '\x0b'), "Hi There",
                 "9294727a3638bb1c13f48ef8158bfc9d"},
        HmacCase{"md5 2", Digest::md5, kJefe, kWhat, "750c783e6ab0b503eaa86e310a5db738"},
        HmacCase{"md5 3", Digest::md5, repeated(16, '\xaa'), repeated(50, '\xdd'),
                 "56be34521d144c88dbb8c733f0e8b3f6"},
        HmacCase{"sha1 1", Digest::sha1, repeated(20, '\x0b'), "Hi There",
                 "b617318655057264e28bc0b6fb378c8ef146be00"},
        HmacCase{"sha1 2", Digest::sha1, kJefe, kWhat, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"},
        HmacCase{"sha1 3", Digest::sha1, repeated(20, '\xaa'), repeated(50, '\xdd'),
                 "125d7342b9ac11cd91a39af48aa17b4f63f175d3"},
        HmacCase{"sha1 4", Digest::sha1, counted_key(), repeated(50, '\xcd'),
                 "4c9007f4026250c6bc8414f9bf50c86c2d7235da"},
        HmacCase{"sha1 6", Digest::sha1, repeated(80, '\xaa'), kLargeKey,
                 "aa4ae5e15272d00e95705637ce8a3b55ed402112"}),
    case_name<HmacCase>);
INSTANTIATE_TEST_SUITE_P(
    Rfc4231, HmacVector,
    testing::Values(HmacCase{"sha224 1", Digest::sha224, repeated(20, '\x0b'), "Hi There",
                             "896fb1128abbdf196832107cd49df33f47b4b1169912ba4f53684b22"},
                    HmacCase{"sha224 2", Digest::sha224, kJefe, kWhat,
                             "a30e01098bc6dbbf45690f3a7e9e6d0f8bbea2a39e6148008fd05e44"},
                    HmacCase{"sha256 1", Digest::sha256, repeated(20, '\x0b'), "Hi There",
                             "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
                    HmacCase{"sha256 2", Digest::sha256, kJefe, kWhat,
                             "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
                    HmacCase{"sha256 3", Digest::sha256, repeated(20, '\xaa'), repeated(50, '\xdd'),
                             "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
                    HmacCase{"sha256 4", Digest::sha256, counted_key(), repeated(50, '\xcd'),
                             "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
                    HmacCase{"sha256 6", Digest::sha256, repeated(131, '\xaa'), kLargeKey,
                             "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
                    HmacCase{"sha384 2", Digest::sha384, kJefe, kWhat,
                             "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e"
                             "8e2240ca5e69e2c78b3239ecfab21649"},
                    HmacCase{"sha512 2", Digest::sha512, kJefe, kWhat,
                             "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
                             "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"}),
    case_name<HmacCase>);

TEST(Signature, DigestsBytes) {
    EXPECT_EQ(hex(digest(Digest::md5, "")), "d41d8cd98f00b204e9800998ecf8427e");
    EXPECT_EQ(hex(digest(Digest::sha256, "abc")),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(hex(std::string("\0\x7f\xff", 3)), "007fff");
}

struct Base64Case {
    const char* name;
    std::string bytes;
    std::string text;
};
class Base64 : public testing::TestWithParam<Base64Case> {};
TEST_P(Base64, GoesBothWays) {
    EXPECT_EQ(base64(GetParam().bytes), GetParam().text);
    EXPECT_EQ(from_base64(GetParam().text), GetParam().bytes);
}
INSTANTIATE_TEST_SUITE_P(Rfc4648, Base64,
                         testing::Values(Base64Case{"empty", "", ""}, Base64Case{"f", "f", "Zg=="},
                                         Base64Case{"fo", "fo", "Zm8="},
                                         Base64Case{"foo", "foo", "Zm9v"},
                                         Base64Case{"foob", "foob", "Zm9vYg=="},
                                         Base64Case{"fooba", "fooba", "Zm9vYmE="},
                                         Base64Case{"foobar", "foobar", "Zm9vYmFy"},
                                         Base64Case{"high bits", "\xfb\xff\xbf", "+/+/"},
                                         Base64Case{"zero", std::string(1, '\0'), "AA=="}),
                         case_name<Base64Case>);

struct NoBase64Case {
    const char* name;
    const char* text;
};
class NoBase64 : public testing::TestWithParam<NoBase64Case> {};
TEST_P(NoBase64, IsRefused) { EXPECT_FALSE(from_base64(GetParam().text)); }
INSTANTIATE_TEST_SUITE_P(Texts, NoBase64,
                         testing::Values(NoBase64Case{"no padding", "Zg"},
                                         NoBase64Case{"half the padding", "Zg="},
                                         NoBase64Case{"the alphabet of URLs", "-_-_"},
                                         NoBase64Case{"a blank within", "Zm 9"},
                                         NoBase64Case{"a line end behind", "Zg==\n\n\n\n"},
                                         NoBase64Case{"blanks in front", "    Zg=="},
                                         NoBase64Case{"blanks alone", "    "},
                                         NoBase64Case{"padding alone", "===="},
                                         NoBase64Case{"padding first", "=g=="},
                                         NoBase64Case{"padding within", "Zg==Zm9v"},
                                         NoBase64Case{"too much padding", "Z==="},
                                         NoBase64Case{"bits of no byte", "Zh=="}),
                         case_name<NoBase64Case>);

HttpRequest authorized(const std::string& header) {
    HttpRequest request;
    request.headers.emplace_back("authorization", header);
    return request;
}

TEST(Signature, WritesBasicCredentials) {
    // RFC 7617, section 2.
    EXPECT_EQ(basic_credentials("Aladdin", Secret("open sesame")),
              "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
}

TEST(Signature, KnowsBasicCredentials) {
    const Secret password("open sesame");
    const auto has = [&](const std::string& header) {
        return has_basic_credentials(authorized(header), "Aladdin", password);
    };
    EXPECT_TRUE(has("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
    EXPECT_FALSE(has("Basic QWxhZGRpbjpvcGVuIHNlc2FtZR=="));
    EXPECT_FALSE(has("Basic QWxhZGRpbjo="));
    EXPECT_FALSE(has("Bearer QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
    EXPECT_FALSE(has(""));
    EXPECT_FALSE(has_basic_credentials({}, "Aladdin", password));
}

}  // namespace
}  // namespace jangkau::tests
