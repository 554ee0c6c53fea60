#include "gateway/core/gsm7.hpp"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "gateway/core/text.hpp"
#include "tests/support/case_name.hpp"

namespace jangkau {
namespace {

/// TS 23.038 section 6.2.1, typed again row by row; the escape's place holds U+001B.
const std::u32string kTable =
    U"@£$¥èéùìòÇ\nØø\rÅå"
    U"Δ_ΦΓΛΩΠΨΣΘΞ\x1BÆæßÉ"
    U" !\"#¤%&'()*+,-./"
    U"0123456789:;<=>?"
    U"¡ABCDEFGHIJKLMNO"
    U"PQRSTUVWXYZÄÖÑÜ§"
    U"¿abcdefghijklmno"
    U"pqrstuvwxyzäöñüà";

const std::map<char32_t, unsigned> kExtensionTable{
    {U'\f', 0x0A}, {U'^', 0x14}, {U'{', 0x28}, {U'}', 0x29}, {U'\\', 0x2F},
    {U'[', 0x3C},  {U'~', 0x3D}, {U']', 0x3E}, {U'|', 0x40}, {U'€', 0x65}};

TEST(Gsm7, has_each_character_of_both_tables_and_no_other) {
    for (char32_t character = 0; character < 0x3000; ++character) {
        const auto code = gsm7_code(character);
        const auto basic = kTable.find(character);
        const auto extension = kExtensionTable.find(character);
        if (basic != std::u32string::npos && character != 0x1B) {
            ASSERT_TRUE(code) << static_cast<unsigned>(character);
            EXPECT_EQ(code->code, basic);
            EXPECT_EQ(code->septets(), 1U);
        } else if (extension != kExtensionTable.end()) {
            ASSERT_TRUE(code) << static_cast<unsigned>(character);
            EXPECT_EQ(code->code, extension->second);
            EXPECT_EQ(code->septets(), 2U);
        } else {
            EXPECT_FALSE(code) << static_cast<unsigned>(character);
        }
    }
}

std::string hex(std::string_view octets) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string text;
    for (const char octet : octets) {
        text += kDigits[static_cast<unsigned char>(octet) >> 4];
        text += kDigits[static_cast<unsigned char>(octet) & 0x0F];
    }
    return text;
}

/// What a handset makes of packed octets, with the rule that a CR in the last place is padding.
std::u32string unpacked(std::string_view octets) {
    std::vector<unsigned> septets;
    unsigned pending = 0;
    unsigned bits = 0;
    for (const char octet : octets) {
        pending |= static_cast<unsigned>(static_cast<unsigned char>(octet)) << bits;
        bits += 8;
        while (bits >= 7) {
            septets.push_back(pending & 0x7FU);
            pending >>= 7;
            bits -= 7;
        }
    }
    if (!septets.empty() && septets.size() % 8 == 0 && septets.back() == 0x0D) septets.pop_back();

    std::u32string text;
    for (std::size_t i = 0; i < septets.size(); ++i) {
        if (septets[i] != 0x1B) {
            text += kTable[septets[i]];
            continue;
        }
        ++i;
        for (const auto& [character, code] : kExtensionTable) {
            if (i < septets.size() && code == septets[i]) text += character;
        }
    }
    return text;
}

std::string utf8(char32_t c) {
    if (c < 0x80) return {static_cast<char>(c)};
    if (c < 0x800) return {static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 0x3F))};
    return {static_cast<char>(0xE0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 0x3F)),
            static_cast<char>(0x80 | (c & 0x3F))};
}

TEST(Gsm7, unpacks_to_what_was_packed) {
    std::u32string all = kTable;
    std::erase(all, U'\x1B');
    for (const auto& [character, code] : kExtensionTable) all += character;
    // Every length from empty to whole, so that every number of spare bits comes up.
    std::string text;
    std::u32string expected;
    for (const char32_t character : all) {
        text += utf8(character);
        expected += character;
        EXPECT_EQ(unpacked(pack_gsm7(text)), expected) << text;
    }
}

struct PackCase {
    const char* name;
    std::string text;
    const char* octets;
};
class Packing : public testing::TestWithParam<PackCase> {};

TEST_P(Packing, gives_the_octets_of_the_standard) {
    EXPECT_EQ(hex(pack_gsm7(GetParam().text)), GetParam().octets);
}

INSTANTIATE_TEST_SUITE_P(
    Gsm7, Packing,
    testing::Values(PackCase{"empty", "", ""},
                    PackCase{"hellohello", "hellohello", "E8329BFD4697D9EC37"},
                    PackCase{"at sign is zero", "@", "00"}, PackCase{"dollar is two", "$", "02"},
                    PackCase{"escape before the euro", "€", "9B32"},
                    PackCase{"seven spare bits are a return", "1234567", "31D98C56B3DD1A"},
                    PackCase{"eight fill seven octets", "12345678", "31D98C56B3DD70"},
                    PackCase{"a wanted return is doubled", "1234567\r", "31D98C56B3DD1A0D"}),
    case_name<PackCase>);

struct SizeCase {
    const char* name;
    std::size_t septets;
    std::size_t octets;
};
class PackedSize : public testing::TestWithParam<SizeCase> {};

TEST_P(PackedSize, is_seven_eighths) {
    EXPECT_EQ(pack_gsm7(std::string(GetParam().septets, 'a')).size(), GetParam().octets);
}

INSTANTIATE_TEST_SUITE_P(Gsm7, PackedSize,
                         testing::Values(SizeCase{"sms", 160, 140}, SizeCase{"ussd", 182, 160},
                                         SizeCase{"one more than ussd", 183, 161}),
                         case_name<SizeCase>);

}  // namespace
}  // namespace jangkau
