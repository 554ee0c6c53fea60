#include "menus/validators.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "gateway/core/text.hpp"
#include "gateway/core/ticket.hpp"
#include "tests/support/case_name.hpp"

namespace jangkau::menus {
namespace {

using namespace std::chrono_literals;

Validated checked(const char* validator, std::string_view typed) {
    static const NumberPlan plan;
    const Validator* found = find_validator(validator);
    if (!found) return {"no such validator", {}};
    return found->check(typed, {2026y / 11 / 22, plan});
}

/// "error length count=3", or "answer nik4=0003 ...".
std::string written(const Validated& result) {
    std::string out = result.error.empty() ? "" : "error " + result.error;
    for (const auto& [name, value] : result.vars) {
        if (!out.empty()) out += ' ';
        out += name.empty() ? "answer=" + value : name + "=" + value;
    }
    return out;
}

struct CheckCase {
    const char* name;
    const char* validator;
    std::string typed;
    const char* result;
};
class Check : public testing::TestWithParam<CheckCase> {};

TEST_P(Check, understands_or_says_what_is_wrong) {
    EXPECT_EQ(written(checked(GetParam().validator, GetParam().typed)), GetParam().result);
}

constexpr const char* kWoman =
    "answer=7371114503800003 birth=1980-03-05 birth_written=05-03-1980 card_birth= nik4=0003 "
    "sex=female";

INSTANTIATE_TEST_SUITE_P(
    Nik, Check,
    testing::Values(
        CheckCase{"good", "nik", "7371114503800003", kWoman},
        CheckCase{"with blanks", "nik", " 7371 1145 0380 0003 ", kWoman},
        CheckCase{"with dots", "nik", "737111.450380.0003", kWoman},
        CheckCase{"letters for digits", "nik", "737ll1450380OOO", "error length count=15"},
        CheckCase{"letters for digits good", "nik", "737lll4503800OO3", kWoman},
        CheckCase{"man", "nik", "7371110503800003",
                  "answer=7371110503800003 birth=1980-03-05 birth_written=05-03-1980 card_birth= "
                  "nik4=0003 sex=male"},
        CheckCase{"empty", "nik", "", "error length count=0"},
        CheckCase{"fifteen", "nik", "737111450380003", "error length count=15"},
        CheckCase{"seventeen", "nik", "73711145038000031", "error length count=17"},
        CheckCase{"words", "nik", "saya lupa", "error characters count=0"},
        CheckCase{"a sign", "nik", "737111450380000#", "error characters count=15"},
        CheckCase{"province", "nik", "9971114503800003", "error area count=16"},
        CheckCase{"month", "nik", "7371114513800003", "error date count=16"},
        CheckCase{"day", "nik", "7371113203800003", "error date count=16"},
        CheckCase{"thirtieth of february", "nik", "7371113002800003", "error date count=16"},
        CheckCase{"serial", "nik", "7371114503800000", "error example count=16"},
        CheckCase{"all alike", "nik", "1111111111111111", "error example count=16"},
        CheckCase{"counted up", "nik", "1234567890123456", "error example count=16"},
        CheckCase{"long", "nik", std::string(10'000, '7'), "error length count=10000"},
        CheckCase{"bytes", "nik", "\xFF\xFE", "error characters count=0"}),
    case_name<CheckCase>);

INSTANTIATE_TEST_SUITE_P(
    Date, Check,
    testing::Values(
        CheckCase{"good", "date", "05031980", "answer=1980-03-05 birth_written=05-03-1980"},
        CheckCase{"with signs", "date", "05-03-1980", "answer=1980-03-05 birth_written=05-03-1980"},
        CheckCase{"with blanks", "date", " 05 03 1980 ",
                  "answer=1980-03-05 birth_written=05-03-1980"},
        CheckCase{"leap day", "date", "29022000", "answer=2000-02-29 birth_written=29-02-2000"},
        CheckCase{"today", "date", "22112026", "answer=2026-11-22 birth_written=22-11-2026"},
        CheckCase{"tomorrow", "date", "23112026", "error date"},
        CheckCase{"120 years", "date", "22111906", "answer=1906-11-22 birth_written=22-11-1906"},
        CheckCase{"121 years", "date", "22111905", "error date"},
        CheckCase{"empty", "date", "", "error date"},
        CheckCase{"six digits", "date", "050380", "error date"},
        CheckCase{"short parts", "date", "5-3-1980", "error date"},
        CheckCase{"nine digits", "date", "050319800", "error date"},
        CheckCase{"month first", "date", "03251980", "error date"},
        CheckCase{"year first", "date", "19800305", "error date"},
        CheckCase{"no leap day", "date", "29021900", "error date"},
        CheckCase{"day nought", "date", "00031980", "error date"},
        CheckCase{"year nought", "date", "05030000", "error date"},
        CheckCase{"words", "date", "lima Maret", "error date"},
        CheckCase{"long", "date", std::string(10'000, '1'), "error date"}),
    case_name<CheckCase>);

INSTANTIATE_TEST_SUITE_P(
    Name, Check,
    testing::Values(
        CheckCase{"good", "name", "Abdul Rahman", "answer=ABDUL RAHMAN"},
        CheckCase{"blanks", "name", "  abdul \t  rahman\n", "answer=ABDUL RAHMAN"},
        CheckCase{"signs", "name", "St. Nur'aini, S.Pd-H", "answer=ST. NUR'AINI, S.PD-H"},
        CheckCase{"curly apostrophe", "name",
                  "Nur\xE2\x80\x99"
                  "aini",
                  "answer=NUR'AINI"},
        CheckCase{"accent", "name", "Andr\xC3\xA9", "answer=ANDR\xC3\xA9"},
        CheckCase{"two letters", "name", "Li", "answer=LI"},
        CheckCase{"sixty", "name", std::string(60, 'a'),
                  "answer=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
        CheckCase{"sixty-one", "name", std::string(61, 'a'), "error name"},
        CheckCase{"empty", "name", "", "error name"},
        CheckCase{"blank", "name", "   ", "error name"},
        CheckCase{"one letter", "name", "A", "error name"},
        CheckCase{"one letter of two bytes", "name", "\xC3\xA9", "error name"},
        CheckCase{"signs only", "name", ".'-,", "error name"},
        CheckCase{"digits", "name", "Budi 2", "error name"},
        CheckCase{"hash", "name", "Budi#", "error name"},
        CheckCase{"face", "name", "Budi \xF0\x9F\x98\x80", "error name"},
        CheckCase{"only faces", "name", "\xF0\x9F\x98\x80\xF0\x9F\x98\x80", "error name"},
        CheckCase{"another script", "name", "\xE4\xBD\xA0\xE5\xA5\xBD", "error name"},
        CheckCase{"broken bytes", "name", "Budi\xFF", "error name"},
        CheckCase{"zero byte", "name", std::string("Bu\0di", 5), "answer=BU DI"},
        CheckCase{"braces", "name", "{name}", "error name"},
        CheckCase{"invisible", "name",
                  "Bu\xE2\x80\x8B"
                  "di",
                  "error name"}),
    case_name<CheckCase>);

INSTANTIATE_TEST_SUITE_P(
    Words, Check,
    testing::Values(CheckCase{"good", "words", "Tukang kayu", "answer=Tukang kayu"},
                    CheckCase{"signs", "words", "Las & bubut/cat", "answer=Las & bubut/cat"},
                    CheckCase{"twenty", "words", "abcdefghijklmnopqrst",
                              "answer=abcdefghijklmnopqrst"},
                    CheckCase{"twenty-one", "words", "abcdefghijklmnopqrstu", "error words"},
                    CheckCase{"empty", "words", "", "error words"},
                    CheckCase{"one letter", "words", "x", "error words"},
                    CheckCase{"digits", "words", "tukang 2", "error words"},
                    CheckCase{"question", "words", "apa?", "error words"},
                    CheckCase{"broken bytes", "words", "las\xC3", "error words"}),
    case_name<CheckCase>);

INSTANTIATE_TEST_SUITE_P(
    PhoneOrNone, Check,
    testing::Values(CheckCase{"national", "phone_or_none", "081234567890", "answer=6281234567890"},
                    CheckCase{"international", "phone_or_none", "+62 812-3456-7890",
                              "answer=6281234567890"},
                    CheckCase{"none", "phone_or_none", "1", "answer="},
                    CheckCase{"none with blanks", "phone_or_none", " 1 ", "answer="},
                    CheckCase{"empty", "phone_or_none", "", "error phone"},
                    CheckCase{"two", "phone_or_none", "2", "error phone"},
                    CheckCase{"nought", "phone_or_none", "0", "error phone"},
                    CheckCase{"landline", "phone_or_none", "0411123456", "error phone"},
                    CheckCase{"short", "phone_or_none", "08123", "error phone"},
                    CheckCase{"long", "phone_or_none", "08" + std::string(300, '1'), "error phone"},
                    CheckCase{"words", "phone_or_none", "tidak ada", "error phone"},
                    CheckCase{"bytes", "phone_or_none", "\xFF\xFE", "error phone"}),
    case_name<CheckCase>);

INSTANTIATE_TEST_SUITE_P(
    Thousands, Check,
    testing::Values(CheckCase{"thousands", "thousands", "1500", "answer=1500000"},
                    CheckCase{"with dot", "thousands", "1.500", "answer=1500000"},
                    CheckCase{"with comma", "thousands", "1,500", "answer=1500000"},
                    CheckCase{"with blank", "thousands", " 1 500 ", "answer=1500000"},
                    CheckCase{"whole rupiah", "thousands", "2500000", "answer=2500000"},
                    CheckCase{"whole rupiah with dots", "thousands", "2.500.000", "answer=2500000"},
                    CheckCase{"dot behind", "thousands", "1500.", "answer=1500000"},
                    CheckCase{"largest thousands", "thousands", "99999", "answer=99999000"},
                    CheckCase{"smallest whole", "thousands", "100000", "answer=100000"},
                    CheckCase{"one", "thousands", "1", "answer=1000"},
                    CheckCase{"empty", "thousands", "", "error number"},
                    CheckCase{"nought", "thousands", "0", "error number"},
                    CheckCase{"a fraction", "thousands", "1,5", "error number"},
                    CheckCase{"a fraction with two", "thousands", "2.50", "error number"},
                    CheckCase{"two dots", "thousands", "1..500", "error number"},
                    CheckCase{"only dots", "thousands", "...", "error number"},
                    CheckCase{"negative", "thousands", "-1500", "error number"},
                    CheckCase{"currency", "thousands", "Rp1500", "error number"},
                    CheckCase{"words", "thousands", "2 juta", "error number"},
                    CheckCase{"too large", "thousands", "1000000001", "error number"},
                    CheckCase{"beyond all", "thousands", std::string(300, '9'), "error number"}),
    case_name<CheckCase>);

const std::string& ticket() {
    static const std::string text = Ticket::from_number(482173).text();
    return text;
}

TEST(TicketAndNik4, takes_what_separates_the_two) {
    const std::string good = "answer=" + ticket() + " typed_nik4=0003";
    for (const char* between : {"*", "#", " ", "", ".", "-", " * "})
        EXPECT_EQ(written(checked("ticket_and_nik4", ticket() + between + "0003")), good)
            << between;
    EXPECT_EQ(written(checked("ticket_and_nik4", ticket() + "*OoO3")), good) << "as in a NIK";
}

TEST(TicketAndNik4, takes_tickets_as_long_as_they_may_be) {
    const std::string ticket = Ticket::from_number(482173, 8).text();
    const Validator& validator = *find_validator("ticket_and_nik4");
    const NumberPlan plan;
    const Date today = 2026y / 11 / 22;
    EXPECT_EQ(written(validator.check(ticket + "0003", {today, plan, 9})),
              "answer=" + ticket + " typed_nik4=0003");
    EXPECT_EQ(written(validator.check(ticket + "0003", {today, plan, 8})), "error form");
}

INSTANTIATE_TEST_SUITE_P(
    TicketAndNik4, Check,
    testing::Values(CheckCase{"empty", "ticket_and_nik4", "", "error form"},
                    CheckCase{"the example", "ticket_and_nik4", "4821736*0003", "error form"},
                    CheckCase{"ticket only", "ticket_and_nik4", "4821736", "error form"},
                    CheckCase{"three digits", "ticket_and_nik4", "4821736*003", "error form"},
                    CheckCase{"five digits", "ticket_and_nik4", "4821736*00031", "error form"},
                    CheckCase{"letters", "ticket_and_nik4", "tiket 4821736*0003", "error form"},
                    CheckCase{"long", "ticket_and_nik4", std::string(10'000, '4'), "error form"}),
    case_name<CheckCase>);

TEST(Validators, are_found_by_name) {
    for (const Validator& validator : validators())
        EXPECT_EQ(find_validator(validator.name), &validator);
    for (const char* name : {"", "niks", "NIK", "name "})
        EXPECT_EQ(find_validator(name), nullptr) << name;
}

TEST(Validators, give_only_the_errors_and_variables_that_they_declare) {
    std::mt19937 random(3);
    const std::string pieces[] = {
        "0", "1",    "7371114503800003", "05031980",    "budi", " ", ".", ",",
        "#", "\xFF", "\xC3\xA9",         "08123456789", "*",    "'"};
    for (const Validator& validator : validators()) {
        for (int round = 0; round < 3000; ++round) {
            std::string typed;
            for (std::size_t i = random() % 8; i > 0; --i) typed += pieces[random() % 14];
            const Validated result = checked(std::string(validator.name).c_str(), typed);
            if (!result.error.empty()) {
                ASSERT_NE(std::find(validator.errors.begin(), validator.errors.end(), result.error),
                          validator.errors.end())
                    << typed;
                ASSERT_FALSE(result.vars.contains("")) << "a refused answer is none";
            } else {
                ASSERT_TRUE(result.vars.contains("")) << typed;
            }
            for (const auto& [name, value] : result.vars) {
                ASSERT_TRUE(valid_utf8(value)) << typed;
                if (!name.empty()) {
                    ASSERT_NE(std::find(validator.sets.begin(), validator.sets.end(), name),
                              validator.sets.end())
                        << name;
                }
            }
        }
    }
}

}  // namespace
}  // namespace jangkau::menus
