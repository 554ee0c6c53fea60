#include <gtest/gtest.h>

#include "gateway/core/text.hpp"
#include "tests/support/case_name.hpp"

namespace jangkau {
namespace {

struct NameCase {
    const char* name;
    std::string text;
    const char* key;
    const char* plain;
};
class Names : public testing::TestWithParam<NameCase> {};

TEST_P(Names, are_reduced_for_comparing_and_for_showing) {
    EXPECT_EQ(letters_key(GetParam().text), GetParam().key);
    EXPECT_EQ(plain_upper(GetParam().text), GetParam().plain);
}

INSTANTIATE_TEST_SUITE_P(
    Words, Names,
    testing::Values(
        NameCase{"kelurahan", "Pa'baeng-Baeng", "pabaengbaeng", "PA BAENG BAENG"},
        NameCase{"title", "Dg. Ngalle, S.Pd.", "dgngallespd", "DG NGALLE S PD"},
        NameCase{"digits", "RW 05 Tallo", "rwtallo", "RW 05 TALLO"},
        NameCase{"accents", "Sangkaré' Êwako ŋā", "sangkareewakona", "SANGKARE EWAKO NA"},
        NameCase{"combining accent", "Sangkare\u0301", "sangkare", "SANGKARE"},
        NameCase{"ligatures", "Æsir Œuvre Straße", "aesiroeuvrestrasse", "AESIR OEUVRE STRASSE"},
        NameCase{"signs among the accents", "a×b÷c", "abc", "A B C"},
        NameCase{"blanks around and between", "  a \t\n b  ", "ab", "A B"},
        NameCase{"curly apostrophe", "Ba’do", "bado", "BA DO"},
        NameCase{"broken sequence", "a\xC3(b", "ab", "A B"},
        NameCase{"NUL", std::string("a\0b", 3), "ab", "A B"}, NameCase{"lontara", "ᨕᨁ", "", ""},
        NameCase{"signs only", "--- !", "", ""}, NameCase{"empty", "", "", ""}),
    case_name<NameCase>);

TEST(Words, cut_accents_to_their_base_letter) {
    EXPECT_EQ(letters_key("ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝàáâãäåçèéêëìíîïðñòóôõöøùúûüýÿ"),
              "aaaaaaceeeeiiiidnoooooouuuuyaaaaaaceeeeiiiidnoooooouuuuyy");
    EXPECT_EQ(letters_key("ĀāĆćĎđĒěĜģĤħĨıĴĵĶĸĹłŃŋŌőŔřŚšŢŧŨųŴŵŶŸŹžſ"),
              "aaccddeegghhiijjkkllnnoorrssttuuwwyyzzs");
}

struct EditCase {
    const char* name;
    const char* a;
    const char* b;
    std::size_t limit;
    std::size_t edits;
};
class Edits : public testing::TestWithParam<EditCase> {};

TEST_P(Edits, are_counted_up_to_one_above_the_limit) {
    EXPECT_EQ(edit_distance(GetParam().a, GetParam().b, GetParam().limit), GetParam().edits);
    EXPECT_EQ(edit_distance(GetParam().b, GetParam().a, GetParam().limit), GetParam().edits);
}

INSTANTIATE_TEST_SUITE_P(Words, Edits,
                         testing::Values(EditCase{"same", "tallo", "tallo", 2, 0},
                                         EditCase{"both empty", "", "", 2, 0},
                                         EditCase{"changed", "tallo", "tello", 2, 1},
                                         EditCase{"left out", "tallo", "talo", 2, 1},
                                         EditCase{"swapped", "tallo", "atllo", 2, 1},
                                         EditCase{"swapped at the end", "daftar", "daftra", 2, 1},
                                         EditCase{"swapped twice", "abcd", "badc", 2, 2},
                                         EditCase{"swapped and changed", "ca", "abc", 5, 3},
                                         EditCase{"against nothing", "", "abc", 5, 3},
                                         EditCase{"classic", "kitten", "sitting", 5, 3},
                                         EditCase{"just within", "kitten", "sitting", 3, 3},
                                         EditCase{"above the limit", "kitten", "sitting", 2, 3},
                                         EditCase{"lengths tell enough", "a", "abcdefgh", 2, 3},
                                         EditCase{"early end", "aaaaaaaaaa", "bbbbbbbbbb", 2, 3},
                                         EditCase{"no edits allowed", "a", "b", 0, 1}),
                         case_name<EditCase>);

TEST(Words, change_case_of_ascii_only) {
    EXPECT_EQ(upper_ascii("Karéba z{9"), "KARéBA Z{9");
    EXPECT_EQ(lower_ascii("KARÉBA Z[9"), "karÉba z[9");
}

TEST(Words, are_trimmed_at_both_ends) {
    EXPECT_EQ(trim(" \t\r\n a b \n"), "a b");
    EXPECT_EQ(trim("ab"), "ab");
    EXPECT_EQ(trim(" \n"), "");
    EXPECT_EQ(trim(""), "");
}

}  // namespace
}  // namespace jangkau
