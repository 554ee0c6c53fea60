#include "gateway/core/text.hpp"

#include <gtest/gtest.h>

#include "tests/support/case_name.hpp"

namespace jangkau {
namespace {

std::string times(std::size_t count, std::string_view text) {
    std::string repeated;
    for (std::size_t i = 0; i < count; ++i) repeated += text;
    return repeated;
}

struct MeasureCase {
    const char* name;
    std::string text;
    Encoding encoding;
    std::size_t units;
    std::string forcing;
};
class Measuring : public testing::TestWithParam<MeasureCase> {};

TEST_P(Measuring, counts_units_and_names_what_forces_ucs2) {
    const Measure measured = measure(GetParam().text);
    EXPECT_EQ(measured.encoding, GetParam().encoding);
    EXPECT_EQ(measured.units, GetParam().units);
    EXPECT_EQ(measured.forcing, GetParam().forcing);
}

INSTANTIATE_TEST_SUITE_P(
    InGsm7, Measuring,
    testing::Values(MeasureCase{"empty", "", Encoding::gsm7, 0, ""},
                    MeasureCase{"accents of the alphabet", "éèÉàùìòñÑäöü", Encoding::gsm7, 12, ""},
                    MeasureCase{"capital C cedilla", "Ç", Encoding::gsm7, 1, ""},
                    MeasureCase{"extension characters", "€[]{}~^\\|", Encoding::gsm7, 18, ""},
                    MeasureCase{"form feed", "\f", Encoding::gsm7, 2, ""},
                    MeasureCase{"line ends", "a\r\nb", Encoding::gsm7, 4, ""},
                    MeasureCase{"greek capitals", "ΔΦΓΛΩΠΨΣΘΞ", Encoding::gsm7, 10, ""},
                    MeasureCase{"price", "Rp10.000,-", Encoding::gsm7, 10, ""},
                    MeasureCase{"bugis", "Aga karéba? Éwako", Encoding::gsm7, 17, ""},
                    MeasureCase{"glottal stop", "Sangkaré'", Encoding::gsm7, 9, ""}),
    case_name<MeasureCase>);

INSTANTIATE_TEST_SUITE_P(
    NotInGsm7, Measuring,
    testing::Values(MeasureCase{"backtick", "a`b", Encoding::ucs2, 3, "`"},
                    MeasureCase{"curly apostrophe", "Pa’baeng", Encoding::ucs2, 8, "’"},
                    MeasureCase{"modifier apostrophe", "Paʼbaeng", Encoding::ucs2, 8, "ʼ"},
                    MeasureCase{"curly quotes", "“a”", Encoding::ucs2, 3, "“"},
                    MeasureCase{"dash", "a – b", Encoding::ucs2, 5, "–"},
                    MeasureCase{"ellipsis", "a…", Encoding::ucs2, 2, "…"},
                    MeasureCase{"bullet", "• a", Encoding::ucs2, 3, "•"},
                    MeasureCase{"no-break blank", "a\u00A0b", Encoding::ucs2, 3, "\u00A0"},
                    MeasureCase{"tabulator", "a\tb", Encoding::ucs2, 3, "\t"},
                    MeasureCase{"escape", "a\x1B", Encoding::ucs2, 2, "\x1B"},
                    MeasureCase{"NUL", std::string(1, '\0'), Encoding::ucs2, 1,
                                std::string(1, '\0')},
                    MeasureCase{"capital E grave", "È", Encoding::ucs2, 1, "È"},
                    MeasureCase{"capital A grave", "À", Encoding::ucs2, 1, "À"},
                    MeasureCase{"e circumflex", "bêbek", Encoding::ucs2, 5, "ê"},
                    MeasureCase{"small c cedilla", "ç", Encoding::ucs2, 1, "ç"},
                    MeasureCase{"a acute", "á", Encoding::ucs2, 1, "á"},
                    MeasureCase{"e diaeresis", "ë", Encoding::ucs2, 1, "ë"},
                    MeasureCase{"eng", "ŋ", Encoding::ucs2, 1, "ŋ"},
                    MeasureCase{"a macron", "ā", Encoding::ucs2, 1, "ā"},
                    MeasureCase{"first of several", "€ŋ😀", Encoding::ucs2, 4, "ŋ"},
                    MeasureCase{"emoji", "😀", Encoding::ucs2, 2, "😀"},
                    MeasureCase{"lontara", "ᨕᨁ", Encoding::ucs2, 2, "ᨕ"},
                    MeasureCase{"last of the plane", "\uFFFD", Encoding::ucs2, 1, "\uFFFD"}),
    case_name<MeasureCase>);

struct PartsCase {
    const char* name;
    std::string text;
    std::vector<std::size_t> units;
};
class SmsParts : public testing::TestWithParam<PartsCase> {};

TEST_P(SmsParts, fit_and_join_to_the_text_again) {
    const auto parts = sms_parts(GetParam().text);
    const Encoding encoding = measure(GetParam().text).encoding;
    std::vector<std::size_t> units;
    std::string joined;
    for (const auto& part : parts) {
        ASSERT_TRUE(valid_utf8(part));
        const Measure own = measure(part);
        // A part of a UCS-2 message may hold GSM-7 characters only, and then still counts in
        // UTF-16.
        std::size_t size = own.units;
        if (encoding == Encoding::ucs2 && own.encoding == Encoding::gsm7) {
            size = measure(part + "ŋ").units - 1;
        }
        units.push_back(size);
        joined += part;
    }
    EXPECT_EQ(units, GetParam().units);
    EXPECT_EQ(joined, GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(
    Sms, SmsParts,
    testing::Values(
        PartsCase{"empty", "", {0}}, PartsCase{"one full", times(160, "a"), {160}},
        PartsCase{"one over", times(161, "a"), {153, 8}},
        PartsCase{"two full", times(306, "a"), {153, 153}},
        PartsCase{"two and one", times(307, "a"), {153, 153, 1}},
        PartsCase{"eighty euro", times(80, "€"), {160}},
        PartsCase{"eighty-one euro", times(81, "€"), {152, 10}},
        PartsCase{"pair at the boundary", times(152, "a") + "€" + times(152, "a"), {152, 153, 1}},
        PartsCase{"pair before the boundary", times(151, "a") + "€" + times(153, "a"), {153, 153}},
        PartsCase{"accents count one", times(161, "é"), {153, 8}},
        PartsCase{"ucs2 full", times(70, "ŋ"), {70}},
        PartsCase{"ucs2 one over", times(71, "ŋ"), {67, 4}},
        PartsCase{"ucs2 two full", times(134, "ŋ"), {67, 67}},
        PartsCase{"ucs2 two and one", times(135, "ŋ"), {67, 67, 1}},
        PartsCase{"thirty-five emoji", times(35, "😀"), {70}},
        PartsCase{"thirty-six emoji", times(36, "😀"), {66, 6}},
        PartsCase{"surrogates at the boundary", times(66, "ŋ") + "😀" + times(66, "ŋ"), {66, 67, 1}},
        PartsCase{"euro is one unit of ucs2", "ŋ" + times(70, "€"), {67, 4}},
        PartsCase{"one character turns all to ucs2", times(100, "a") + "’", {67, 34}}),
    case_name<PartsCase>);

struct CutCase {
    const char* name;
    const char* text;
    Encoding encoding;
    std::size_t units;
    const char* kept;
};
class Cutting : public testing::TestWithParam<CutCase> {};

TEST_P(Cutting, ends_at_a_character) {
    EXPECT_EQ(cut(GetParam().text, GetParam().encoding, GetParam().units), GetParam().kept);
}

INSTANTIATE_TEST_SUITE_P(
    Text, Cutting,
    testing::Values(CutCase{"all fits", "abc", Encoding::gsm7, 3, "abc"},
                    CutCase{"room left", "abc", Encoding::gsm7, 9, "abc"},
                    CutCase{"no room", "abc", Encoding::gsm7, 0, ""},
                    CutCase{"nothing to cut", "", Encoding::gsm7, 5, ""},
                    CutCase{"plain", "abcd", Encoding::gsm7, 3, "abc"},
                    CutCase{"two octets one septet", "ééé", Encoding::gsm7, 2, "éé"},
                    CutCase{"half a pair", "ab€c", Encoding::gsm7, 3, "ab"},
                    CutCase{"whole pair", "ab€c", Encoding::gsm7, 4, "ab€"},
                    CutCase{"pair is one unit", "ab€c", Encoding::ucs2, 3, "ab€"},
                    CutCase{"half an emoji", "a😀b", Encoding::ucs2, 2, "a"},
                    CutCase{"whole emoji", "a😀b", Encoding::ucs2, 3, "a😀"},
                    CutCase{"character the alphabet lacks", "abŋcd", Encoding::gsm7, 5, "ab"}),
    case_name<CutCase>);

struct Utf8Case {
    const char* name;
    std::string text;
    std::string clean;
    bool valid;
};
class Utf8 : public testing::TestWithParam<Utf8Case> {};

TEST_P(Utf8, is_judged_and_cleaned) {
    EXPECT_EQ(valid_utf8(GetParam().text), GetParam().valid);
    EXPECT_EQ(clean_utf8(GetParam().text), GetParam().clean);
    EXPECT_TRUE(valid_utf8(clean_utf8(GetParam().text)));
}

INSTANTIATE_TEST_SUITE_P(
    Text, Utf8,
    testing::Values(Utf8Case{"empty", "", "", true}, Utf8Case{"all lengths", "aé€😀", "aé€😀", true},
                    Utf8Case{"line feed stays", "a\nb", "a\nb", true},
                    Utf8Case{"last code point", "\xF4\x8F\xBF\xBF", "\xF4\x8F\xBF\xBF", true},
                    Utf8Case{"NUL", std::string("a\0b", 3), "a b", true},
                    Utf8Case{"carriage return and tabulator", "a\r\tb", "a  b", true},
                    Utf8Case{"delete", "a\x7F", "a ", true},
                    Utf8Case{"next line of C1",
                             "a\xC2\x85"
                             "b",
                             "a b", true},
                    Utf8Case{"line separator", "a\xE2\x80\xA8", "a ", true},
                    Utf8Case{"override of direction", "\xE2\x80\xAE", " ", true},
                    Utf8Case{"isolate of direction", "\xE2\x81\xA6", " ", true},
                    Utf8Case{"overlong slash", "\xC0\xAF", "?", false},
                    Utf8Case{"overlong NUL", "\xC0\x80", "?", false},
                    Utf8Case{"overlong of three", "\xE0\x80\xAF", "?", false},
                    Utf8Case{"overlong of four", "\xF0\x80\x80\xAF", "?", false},
                    Utf8Case{"high surrogate", "\xED\xA0\x80", "?", false},
                    Utf8Case{"pair of surrogates", "\xED\xA0\xBD\xED\xB8\x80", "??", false},
                    Utf8Case{"above the last code point", "\xF4\x90\x80\x80", "?", false},
                    Utf8Case{"five bytes", "\xF8\x88\x80\x80\x80", "?", false},
                    Utf8Case{"byte that never occurs",
                             "a\xFF"
                             "b",
                             "a?b", false},
                    Utf8Case{"truncated at the end", "a\xE2\x82", "a?", false},
                    Utf8Case{"truncated in the middle",
                             "\xE2\x82"
                             "a",
                             "?a", false},
                    Utf8Case{"truncated before a whole one", "\xF0\x9F\x98\xF0\x9F\x98\x80", "?😀",
                             false},
                    Utf8Case{"lead byte alone", "\xC3", "?", false},
                    Utf8Case{"stray continuation", "é\xA9", "é?", false},
                    Utf8Case{"latin-1", "Sangkar\xE9'", "Sangkar?'", false},
                    Utf8Case{"utf-16 mark",
                             "\xFF\xFE"
                             "a",
                             "??a", false}),
    case_name<Utf8Case>);

struct FoldCase {
    const char* name;
    const char* text;
    const char* folded;
};
class Folding : public testing::TestWithParam<FoldCase> {};

TEST_P(Folding, replaces_look_alikes_only) {
    EXPECT_EQ(fold_to_gsm7(GetParam().text), GetParam().folded);
}

INSTANTIATE_TEST_SUITE_P(
    Text, Folding,
    testing::Values(FoldCase{"apostrophes", "‘a’ ʼb` ´", "'a' 'b' '"},
                    FoldCase{"quotes", "“a” «b» „c‟", "\"a\" \"b\" \"c\""},
                    FoldCase{"dashes and bullets", "a – b — c • d − e", "a - b - c - d - e"},
                    FoldCase{"ellipsis", "tunggu…", "tunggu..."},
                    FoldCase{"no-break blanks and tabulator", "a\u00A0b\u202Fc\td", "a b c d"},
                    FoldCase{"nothing to do", "Aga karéba? €5", "Aga karéba? €5"},
                    FoldCase{"accents stay", "áêçŋā", "áêçŋā"}, FoldCase{"emoji stays", "😀", "😀"},
                    FoldCase{"lontara stays", "ᨕᨁ", "ᨕᨁ"}, FoldCase{"empty", "", ""}),
    case_name<FoldCase>);

struct ShortNameCase {
    const char* name;
    const char* full;
    std::size_t units;
    const char* shortened;
};
class ShortName : public testing::TestWithParam<ShortNameCase> {};

TEST_P(ShortName, fits_the_screen) {
    const std::string shortened = short_name(GetParam().full, GetParam().units);
    EXPECT_EQ(shortened, GetParam().shortened);
    EXPECT_LE(measure(shortened).units, GetParam().units);
}

INSTANTIATE_TEST_SUITE_P(
    Text, ShortName,
    testing::Values(
        ShortNameCase{"fits", "SITTI AMINAH", 15, "SITTI AMINAH"},
        ShortNameCase{"fits exactly", "SITTI AMINAH DG", 15, "SITTI AMINAH DG"},
        ShortNameCase{"blanks around", "  SITTI ", 15, "SITTI"},
        ShortNameCase{"four words", "ABDUL RAHMAN DAENG NGALLE", 15, "ABDUL RAHMAN D."},
        ShortNameCase{"one less", "ABDUL RAHMAN DAENG NGALLE", 14, "ABDUL R."},
        ShortNameCase{"two words", "MUHAMMAD SYAFRUDDIN", 15, "MUHAMMAD S."},
        ShortNameCase{"no room for the mark", "ABDULRAHMANSYAH MUH", 15, "ABDULRAHMANSYAH"},
        ShortNameCase{"one long word", "ABDULRAHMANSYAHPUTRA", 15, "ABDULRAHMANSYAH"},
        ShortNameCase{"many blanks", "ABDUL   RAHMAN  DAENG   NGALLE", 15, "ABDUL RAHMAN D."},
        ShortNameCase{"accented initial", "KARAENG ÉWAKO MALLOMBASSI", 12, "KARAENG É."},
        ShortNameCase{"outside the alphabet", "ŊARAENG ŊEWAKO MALLOMBASSI", 12, "ŊARAENG Ŋ."},
        ShortNameCase{"pair at the end", "ABCD€FGH", 5, "ABCD"},
        ShortNameCase{"no room", "ABDUL", 0, ""}, ShortNameCase{"empty", "", 15, ""},
        ShortNameCase{"blanks only", "   ", 1, ""}),
    case_name<ShortNameCase>);

}  // namespace
}  // namespace jangkau
