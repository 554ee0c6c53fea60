#include <gtest/gtest.h>

#include <random>

#include "menus/sms_grammar.hpp"
#include "tests/support/case_name.hpp"

namespace jangkau::menus {
namespace {

const std::vector<Keyword>& words() {
    static const std::vector<Keyword> all{
        {"DAFTAR", {"REG", "REGISTER"}, {}, false, "register", 1},
        {"YA", {"Y", "YAA", "IYA", "IYE", "IYO", "OK", "OKE", "SIP"}, {"TIDAK"}, false, "yes", 2},
        {"TIDAK",
         {"TDK", "T", "N", "BUKAN", "GAK", "GA", "NGGAK", "TENA", "DE"},
         {"YA"},
         false,
         "no",
         3},
        {"STATUS", {"CEK"}, {}, false, "status", 4},
        {"AGEN", {"AGENT"}, {}, false, "agent", 5},
        {"BANTUAN", {"INFO", "HELP", "TOLONG", "?"}, {}, false, "help", 6},
        {"BERHENTI", {"STOP", "HENTI"}, {}, false, "stop", 7},
        {"HAPUS", {}, {}, true, "erase", 8},
        {"RATUS", {}, {}, false, "hundred", 8},
        {"BETUL", {}, {}, false, "true", 9},
        {"SALAH", {}, {}, false, "false", 10},
        {"MULAI", {}, {}, false, "start", 11},
        {"MULAN", {}, {}, false, "moon", 12},
        {"SELESAI", {}, {}, false, "done", 13}};
    return all;
}

/// "yes [4821730]" or "none".
std::string understood(std::string_view text) {
    const auto command = parse_command(text, words());
    if (!command) return "none";
    std::string out = command->keyword->to;
    for (const std::string& word : command->words) out += " " + word;
    return out;
}

struct SmsCase {
    const char* name;
    std::string text;
    const char* understood;
};
class Sms : public testing::TestWithParam<SmsCase> {};

TEST_P(Sms, is_understood_as_people_write) {
    EXPECT_EQ(understood(GetParam().text), GetParam().understood);
}

INSTANTIATE_TEST_SUITE_P(
    Form, Sms,
    testing::Values(
        SmsCase{"as told", "YA 4821730", "yes 4821730"},
        SmsCase{"lower case", "ya 4821730", "yes 4821730"},
        SmsCase{"mixed case", "Ya 4821730", "yes 4821730"}, SmsCase{"alone", "status", "status"},
        SmsCase{"alias", "cek 4821730", "status 4821730"},
        SmsCase{"hash between", "YA#4821730", "yes 4821730"},
        SmsCase{"hash behind", "YA 4821730#", "yes 4821730"},
        SmsCase{"hashes all over", "#YA##4821730##", "yes 4821730"},
        SmsCase{"dot", "YA.4821730", "yes 4821730"}, SmsCase{"comma", "YA,4821730", "yes 4821730"},
        SmsCase{"star", "YA*4821730", "yes 4821730"}, SmsCase{"slash", "YA/4821730", "yes 4821730"},
        SmsCase{"colon", "YA:4821730", "yes 4821730"},
        SmsCase{"semicolon", "YA;4821730", "yes 4821730"},
        SmsCase{"new line", "YA\r\n4821730\r\n", "yes 4821730"},
        SmsCase{"tab", "YA\t4821730", "yes 4821730"},
        SmsCase{"several", "YA .# 4821730", "yes 4821730"},
        SmsCase{"dash", "YA - 4821730", "yes 4821730"},
        SmsCase{"quotes", "\"YA 4821730\"", "yes 4821730"},
        SmsCase{"single quotes", "'YA 4821730'", "yes 4821730"},
        SmsCase{"curly quotes", "\xE2\x80\x9CYA 4821730\xE2\x80\x9D", "yes 4821730"},
        SmsCase{"brackets", "(YA) 4821730", "yes 4821730"},
        SmsCase{"no-break blank", "YA\xC2\xA0TIDAK", "none"},
        SmsCase{"no-break blank between", "ya\xC2\xA0pak", "yes PAK"},
        SmsCase{"glued", "YA4821730", "yes 4821730"},
        SmsCase{"glued behind", "4821730ya", "yes 4821730"},
        SmsCase{"ticket before", "4821730 ya", "yes 4821730"},
        SmsCase{"ticket before and words behind", "4821730 ya pak", "yes 4821730 PAK"},
        SmsCase{"ticket before and a no", "4821730 tidak bisa", "no 4821730 BISA"},
        SmsCase{"ticket before, words between", "4821730 sudah betul", "true 4821730 SUDAH"},
        SmsCase{"label before the ticket", "tiket 4821730 ya", "yes TIKET 4821730"},
        SmsCase{"behind a label of two words", "no tiket: 4821730 status",
                "status NO TIKET 4821730"},
        SmsCase{"behind a name and a number", "Budi 7371 Tallo DAFTAR", "register BUDI 7371 TALLO"},
        SmsCase{"behind many words", "Abd Budi 7371 Tallo daftar", "register ABD BUDI 7371 TALLO"},
        SmsCase{"no yes behind many words", "uang saya 50000 habis ya", "none"},
        SmsCase{"no erasure behind many words", "data saya 4821730 hapus", "none"},
        SmsCase{"no slip behind many words", "Abd Budi 7371 Tallo daftr", "none"},
        SmsCase{"two numbers before", "4821730 12345678901 selesai", "done 4821730 12345678901"},
        SmsCase{"diacritics", "DE'", "no"}, SmsCase{"backtick", "de` 4821730", "no 4821730"},
        SmsCase{"curly apostrophe",
                "D\xE2\x80\x99"
                "E",
                "no"},
        SmsCase{"accent", "d\xC3\xA9 4821730", "no 4821730"},
        SmsCase{"capital accent", "D\xC3\x89", "no"}, SmsCase{"question mark alone", "?", "help"},
        SmsCase{"question marks", " ??", "help"},
        SmsCase{"question mark behind", "status?", "status"},
        SmsCase{"question mark behind a place", "agen tallo?", "agent TALLO"},
        SmsCase{"no can", "TIDAK BISA", "no BISA"},
        SmsCase{"words stay", "agen Wala-Walaya", "agent WALA WALAYA"}),
    case_name<SmsCase>);

INSTANTIATE_TEST_SUITE_P(
    Slips, Sms,
    testing::Values(
        SmsCase{"missing letter", "DAFTR", "register"},
        SmsCase{"missing in front", "AFTAR", "register"},
        SmsCase{"missing in the middle", "STATS", "status"},
        SmsCase{"wrong letter", "STATIS", "status"},
        SmsCase{"letter too many", "STATUSS", "status"}, SmsCase{"swapped", "SATTUS", "status"},
        SmsCase{"domain's own", "BERENTI", "stop"},
        SmsCase{"with its ticket", "STATSU 4821730", "status 4821730"},
        SmsCase{"with fields", "DAFTR#7371114503800003#BUDI", "register 7371114503800003 BUDI"},
        SmsCase{"behind its ticket", "4821730 betu", "none"},
        SmsCase{"behind with five", "4821730 betuk", "true 4821730"},
        SmsCase{"two slips", "DAFRT", "none"}, SmsCase{"short word", "CEC", "none"},
        SmsCase{"short keyword", "AGENN", "agent"}, SmsCase{"of four letters", "HELPP", "none"},
        SmsCase{"between two commands", "MULAJ", "none"},
        SmsCase{"near two but one of them", "MULAI", "start"},
        SmsCase{"near another command", "MULAN", "moon"},
        SmsCase{"near one that forgives none", "HAPPUS", "none"},
        SmsCase{"near one, and one that forgives none", "HATUS", "none"},
        SmsCase{"in prose", "harus bayar berapa", "none"},
        SmsCase{"greeting in prose", "salam pak, mau tanya", "none"},
        SmsCase{"everyday word in prose", "betut sekali", "none"}),
    case_name<SmsCase>);

INSTANTIATE_TEST_SUITE_P(
    YesAndNo, Sms,
    testing::Values(SmsCase{"both", "YA TIDAK TAHU", "none"},
                    SmsCase{"both the other way", "tidak ya", "none"},
                    SmsCase{"by alias", "ok 4821730 gak", "none"},
                    SmsCase{"by alias the other way", "bukan, iya", "none"},
                    SmsCase{"both with tickets", "YA 4821730 TIDAK 4821731", "none"},
                    SmsCase{"the copied prompt", "YA 4821730 atau TIDAK 4821730", "none"},
                    SmsCase{"with a slip", "ya tidakk", "none"},
                    SmsCase{"behind the ticket", "4821730 ya tidak", "none"},
                    SmsCase{"yes twice", "ya iya", "yes IYA"},
                    SmsCase{"no twice", "tidak, gak", "no GAK"}),
    case_name<SmsCase>);

INSTANTIATE_TEST_SUITE_P(
    Nothing, Sms,
    testing::Values(
        SmsCase{"empty", "", "none"}, SmsCase{"blank", " \r\n\t ", "none"},
        SmsCase{"signs", "#*#.,;:!-()", "none"}, SmsCase{"ticket only", "4821730", "none"},
        SmsCase{"numbers only", "4821730 1 2", "none"}, SmsCase{"unknown word", "halo", "none"},
        SmsCase{"word inside", "saya mau daftar", "none"},
        SmsCase{"glued words", "YATIDAK", "none"},
        SmsCase{"word within a word", "DAFTARKAN", "none"}, SmsCase{"spelt out", "Y A", "yes A"},
        SmsCase{"apostrophes", "'''", "none"}, SmsCase{"broken bytes", "\xFF\xFE\xC3", "none"},
        SmsCase{"broken bytes before", "\xFFYA", "yes"},
        SmsCase{"zero byte", std::string("YA\0", 3), "yes"},
        SmsCase{"only zero bytes", std::string(5, '\0'), "none"},
        SmsCase{"another script", "\xE4\xBD\xA0\xE5\xA5\xBD", "none"},
        SmsCase{"ten kilobytes", std::string(10'240, 'A'), "none"},
        SmsCase{"ten kilobytes of digits", std::string(10'240, '4'), "none"},
        SmsCase{"ten kilobytes of signs", std::string(10'240, '#'), "none"}),
    case_name<SmsCase>);

TEST(Sms, without_any_keyword_is_nothing) {
    EXPECT_FALSE(parse_command("YA", std::vector<Keyword>{}));
}

TEST(Sms, of_ten_kilobytes_is_read_to_its_end) {
    std::string text = "DAFTAR";
    while (text.size() < 10'240) text += " kata";
    const auto command = parse_command(text, words());
    ASSERT_TRUE(command);
    EXPECT_EQ(command->words.size(), (text.size() - 6) / 5);
}

TEST(Sms, of_two_lists_is_the_first_ones_and_slips_cross_neither) {
    const std::vector<Keyword> agents{{"YA", {"OK"}, {}, false, "take", 1},
                                      {"LIBUR", {"BERHENTI"}, {}, false, "leave", 2}};
    const std::vector<Keyword> workers{{"YA", {"SETUJU"}, {}, false, "agree", 1},
                                       {"SETUJU", {}, {}, false, "consent", 2},
                                       {"LIDUR", {}, {}, false, "sleep", 3},
                                       {"BERHENTI", {}, {}, false, "stop", 4}};
    const auto leads_to = [&](std::string_view text) {
        const auto command = parse_command(text, {agents, workers});
        return command ? command->keyword->to : "none";
    };
    EXPECT_EQ(leads_to("ya"), "take");
    EXPECT_EQ(leads_to("BERHENTI"), "leave");
    EXPECT_EQ(leads_to("BERENTI"), "leave");
    EXPECT_EQ(leads_to("LIDUR"), "sleep");
    EXPECT_EQ(leads_to("LIBURR"), "leave");
    EXPECT_EQ(leads_to("LITUR"), "none") << "as near to sleep as to leave";
}

struct RestCase {
    const char* name;
    std::string text;
    std::string rest;
};
class Rest : public testing::TestWithParam<RestCase> {};

TEST_P(Rest, keeps_what_came_with_the_command_as_typed) {
    const auto command = parse_command(GetParam().text, words());
    ASSERT_TRUE(command);
    EXPECT_EQ(command->rest, GetParam().rest);
}

INSTANTIATE_TEST_SUITE_P(
    Sms, Rest,
    testing::Values(RestCase{"nothing", "DAFTAR", ""}, RestCase{"only signs", "DAFTAR #.", ""},
                    RestCase{"fields", "DAFTAR#7371#Abd. Rahman#Wala-Walaya",
                             "7371#Abd. Rahman#Wala-Walaya"},
                    RestCase{"hash behind", "DAFTAR#7371#Budi#Tallo#", "7371#Budi#Tallo"},
                    RestCase{"quotes", "\"DAFTAR#7371#Budi#Tallo\"", "7371#Budi#Tallo"},
                    RestCase{"single quotes", "'DAFTAR#7371#Budi#Tallo'", "7371#Budi#Tallo"},
                    RestCase{"apostrophe stays", "DAFTAR 7371 Dg Ma'", "7371 Dg Ma'"},
                    RestCase{"lines", "DAFTAR\n7371\nBudi\n", "7371\nBudi"},
                    RestCase{"ticket before", "4821730 ya", "4821730"},
                    RestCase{"ticket before, words behind", "4821730 ya pak", "4821730  pak"},
                    RestCase{"glued", "daftar7371", "7371"},
                    RestCase{"dot of a name", "DAFTAR 7371 Abd.", "7371 Abd."},
                    RestCase{"broken bytes", "DAFTAR a\xFF", "a"}),
    case_name<RestCase>);

struct TicketCase {
    const char* name;
    const char* text;
    const char* ticket;
};
class TicketInSms : public testing::TestWithParam<TicketCase> {};

TEST(TicketIn, is_as_long_as_tickets_may_be) {
    const auto command = parse_command("YA 493027 0482173728 482173728 48217370 4821730", words());
    ASSERT_TRUE(command);
    EXPECT_EQ(ticket_in(*command, 7), "4821730");
    EXPECT_EQ(ticket_in(*command, 8), "48217370");
    EXPECT_EQ(ticket_in(*command, 9), "482173728");
}

TEST_P(TicketInSms, is_the_first_word_of_seven_digits) {
    const auto command = parse_command(GetParam().text, words());
    ASSERT_TRUE(command);
    EXPECT_EQ(ticket_in(*command, 7), GetParam().ticket);
}

INSTANTIATE_TEST_SUITE_P(
    Sms, TicketInSms,
    testing::Values(TicketCase{"behind", "SELESAI 4821730 12345678901", "4821730"},
                    TicketCase{"behind another number", "SELESAI 12345678901 4821730", "4821730"},
                    TicketCase{"two", "YA 4821730 4821731", "4821730"},
                    TicketCase{"none", "YA", ""}, TicketCase{"six digits", "YA 482173", ""},
                    TicketCase{"eight digits", "YA 48217301", ""},
                    TicketCase{"seven letters", "YA ABCDEFG", ""},
                    TicketCase{"glued", "YA4821730PAK", "4821730"}),
    case_name<TicketCase>);

struct NumbersCase {
    const char* name;
    std::string text;
    std::vector<std::string> numbers;  ///< none: it is no text of numbers
};
class Numbers : public testing::TestWithParam<NumbersCase> {};

TEST_P(Numbers, stand_alone) {
    const auto command = parse_numbers(GetParam().text);
    ASSERT_EQ(command.has_value(), !GetParam().numbers.empty());
    if (!command) return;
    EXPECT_EQ(command->keyword, nullptr);
    EXPECT_EQ(command->words, GetParam().numbers);
}

INSTANTIATE_TEST_SUITE_P(
    Sms, Numbers,
    testing::Values(NumbersCase{"one", "482173", {"482173"}},
                    NumbersCase{"ticket and code", " 4821730  482173. ", {"4821730", "482173"}},
                    NumbersCase{"lines", "4821730\n482173", {"4821730", "482173"}},
                    NumbersCase{"word before", "OK 482173", {}},
                    NumbersCase{"word behind", "482173 ya", {}}, NumbersCase{"nothing", "", {}},
                    NumbersCase{"blanks", "  \t", {}}),
    case_name<NumbersCase>);

TEST(Sms, of_any_bytes_is_a_command_or_nothing) {
    std::mt19937 random(4);
    const std::string pieces[] = {
        "YA", "TIDAK",  " ",  "#", "4821730",           "\xFF", "\xC3\xA9", "'",
        "?",  "DAFTAR", "\"", "x", std::string(1, '\0')};
    for (int round = 0; round < 20'000; ++round) {
        std::string text;
        for (std::size_t i = random() % 10; i > 0; --i)
            text += random() % 8 ? pieces[random() % 13]
                                 : std::string(1, static_cast<char>(random() % 256));
        const auto command = parse_command(text, words());
        if (!command) continue;
        ASSERT_NE(command->keyword, nullptr);
        for (const std::string& word : command->words) ASSERT_FALSE(word.empty());
        (void)ticket_in(*command, 7);
    }
}

}  // namespace
}  // namespace jangkau::menus
