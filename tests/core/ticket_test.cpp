#include "gateway/core/ticket.hpp"

#include <gtest/gtest.h>

#include "tests/support/case_name.hpp"

namespace jangkau {
namespace {

struct RightCase {
    const char* name;
    const char* raw;
    const char* text;
};
class RightTicket : public testing::TestWithParam<RightCase> {};

TEST_P(RightTicket, keeps_its_digits) {
    const auto ticket = Ticket::parse(GetParam().raw);
    ASSERT_TRUE(ticket);
    EXPECT_EQ(ticket->text(), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(Ticket, RightTicket,
                         testing::Values(RightCase{"digits", "4821737", "4821737"},
                                         RightCase{"in groups", " 482-173.7 ", "4821737"},
                                         RightCase{"leading zeros", "0005724", "0005724"},
                                         RightCase{"one digit more", "48217370", "48217370"},
                                         RightCase{"of a nation", "482 173 700", "482173700"}),
                         case_name<RightCase>);

struct WrongCase {
    const char* name;
    std::string raw;
    BadTicket why;
};
class WrongTicket : public testing::TestWithParam<WrongCase> {};

TEST_P(WrongTicket, says_why) {
    const auto ticket = Ticket::parse(GetParam().raw);
    ASSERT_FALSE(ticket);
    EXPECT_EQ(ticket.error(), GetParam().why);
}

INSTANTIATE_TEST_SUITE_P(
    Ticket, WrongTicket,
    testing::Values(WrongCase{"example of the texts", "4821736", BadTicket::check_digit},
                    WrongCase{"older example", "4821730", BadTicket::check_digit},
                    WrongCase{"two swapped", "4827137", BadTicket::check_digit},
                    WrongCase{"six digits", "482173", BadTicket::form},
                    WrongCase{"eight digits", "48217372", BadTicket::check_digit},
                    WrongCase{"ten digits", "4821737000", BadTicket::form},
                    WrongCase{"very long", std::string(5000, '4'), BadTicket::form},
                    WrongCase{"letter", "482173O", BadTicket::form},
                    WrongCase{"hash", "4821737#", BadTicket::form},
                    WrongCase{"words", "tiket", BadTicket::form},
                    WrongCase{"NUL", std::string("4821737\0", 8), BadTicket::form},
                    WrongCase{"blank", " ", BadTicket::form},
                    WrongCase{"empty", "", BadTicket::form}),
    case_name<WrongCase>);

/// A spread of numbers, with zeros in front and repeated digits among them.
class Slips : public testing::TestWithParam<std::uint64_t> {};

TEST_P(Slips, of_one_digit_are_found) {
    const std::string right = Ticket::from_number(GetParam()).text();
    for (std::size_t at = 0; at < right.size(); ++at) {
        for (char digit = '0'; digit <= '9'; ++digit) {
            if (digit == right[at]) continue;
            std::string slipped = right;
            slipped[at] = digit;
            EXPECT_FALSE(Ticket::parse(slipped)) << right << " as " << slipped;
        }
    }
}

TEST_P(Slips, of_neighbours_swapped_are_found) {
    const std::string right = Ticket::from_number(GetParam()).text();
    for (std::size_t at = 0; at + 1 < right.size(); ++at) {
        if (right[at] == right[at + 1]) continue;
        std::string swapped = right;
        std::swap(swapped[at], swapped[at + 1]);
        EXPECT_FALSE(Ticket::parse(swapped)) << right << " as " << swapped;
    }
}

INSTANTIATE_TEST_SUITE_P(Ticket, Slips,
                         testing::Values(0U, 7U, 90U, 112233U, 482173U, 500000U, 615243U, 987654U,
                                         999999U));

TEST(Ticket, from_any_number_can_be_parsed) {
    for (std::size_t length = Ticket::kDigitsMin; length <= Ticket::kDigitsMax; ++length)
        for (std::uint64_t i = 0; i < 1'000; ++i) {
            const Ticket ticket =
                Ticket::from_number(i * (Ticket::count(length) / 1'000 + 7), length);
            EXPECT_EQ(ticket.text().size(), length + 1);
            const auto parsed = Ticket::parse(ticket.text());
            ASSERT_TRUE(parsed) << ticket.text();
            EXPECT_EQ(*parsed, ticket);
        }
}

TEST(Ticket, takes_numbers_above_its_count_from_the_start_again) {
    EXPECT_EQ(Ticket::from_number(482173).text(), "4821737");
    EXPECT_EQ(Ticket::from_number(3 * Ticket::count() + 482173).text(), "4821737");
    EXPECT_EQ(Ticket::from_number(~std::uint64_t{0}).text().size(), 7U);
    EXPECT_EQ(Ticket::count(), 1'000'000U);
}

TEST(Ticket, begins_with_zero_only_where_it_is_short) {
    EXPECT_EQ(Ticket::count(8), 90'000'000U);
    EXPECT_EQ(Ticket::from_number(0, 8).text().substr(0, 8), "10000000");
    EXPECT_EQ(Ticket::from_number(Ticket::count(8) - 1, 8).text().substr(0, 8), "99999999");
    EXPECT_EQ(Ticket::from_number(0, 6).text(), "0000000");
}

}  // namespace
}  // namespace jangkau
