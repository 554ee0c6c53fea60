#include "gateway/phone.hpp"

#include <gtest/gtest.h>

#include "adapters/registry.hpp"
#include "tests/gateway/fake_line.hpp"
#include "tests/support/case_name.hpp"

namespace jangkau::gateway {
namespace {

using namespace std::chrono_literals;

class PhoneTest : public testing::Test {
protected:
    FakeLine line_;
    Ids ids_{"t"};
    Trunks trunks_ = trunks_of({.channel = "africastalking"});
    Phone phone_{line_, trunks_, kWorker, ids_};
};

std::string thrown_by(const std::function<void()>& act) {
    try {
        act();
    } catch (const std::runtime_error& e) {
        return e.what();
    }
    return "nothing";
}

TEST_F(PhoneTest, WalksThroughADialogueInTheProvidersWords) {
    EXPECT_EQ(phone_.dial("*123#").text, line_.welcome);
    EXPECT_TRUE(phone_.talking());
    EXPECT_EQ(phone_.step(), 1U);
    EXPECT_EQ(phone_.type("1").text, "Nama?");
    const auto last = phone_.type("Budi");
    EXPECT_TRUE(last.end);
    EXPECT_EQ(last.text, "Terkirim. Tiket 4821736.\nBudi, tunggu SMS.");
    EXPECT_FALSE(phone_.talking());
    EXPECT_EQ(phone_.step(), 3U);
    EXPECT_EQ(line_.requests.back().body,
              "sessionId=t-1&phoneNumber=%2B6281234500001&networkCode=99999&serviceCode=%2A123%23&"
              "text=1%2ABudi");
}

TEST_F(PhoneTest, EveryDialogueHasANameOfItsOwn) {
    (void)phone_.dial("*123#");
    (void)phone_.dial("*123#");
    EXPECT_NE(line_.requests[0].body, line_.requests[1].body);
    EXPECT_EQ(phone_.step(), 1U);
}

TEST_F(PhoneTest, RepeatsTheLastRequestByteForByte) {
    (void)phone_.dial("*123#");
    (void)phone_.type("1");
    const auto repeated = phone_.repeat();
    EXPECT_TRUE(repeated.same);
    EXPECT_EQ(repeated.screen.text, "Nama?");
    EXPECT_EQ(line_.requests[1].body, line_.requests[2].body);
    EXPECT_EQ(phone_.step(), 2U);
    line_.forgetful = true;
    EXPECT_FALSE(phone_.repeat().same);
}

TEST_F(PhoneTest, HangingUpIsToldOnce) {
    (void)phone_.dial("*123#");
    phone_.hang_up();
    phone_.hang_up();
    ASSERT_EQ(line_.requests.size(), 2U);
    EXPECT_EQ(line_.requests[1].target, "/events");
    EXPECT_FALSE(phone_.talking());
}

TEST_F(PhoneTest, NothingIsToldAfterTheEnd) {
    (void)phone_.dial("*123#");
    (void)phone_.type("0");
    phone_.hang_up();
    EXPECT_EQ(line_.requests.size(), 2U);
}

TEST_F(PhoneTest, SmsAreNewOnce) {
    line_.deliver(kWorker, "old");
    phone_.forget_sms();
    line_.deliver(kAgent, "for somebody else");
    phone_.sms("20880", "STATUS");
    const auto fresh = phone_.new_sms(0ms);
    ASSERT_EQ(fresh.size(), 1U);
    EXPECT_EQ(fresh[0].text, "Anda menulis: STATUS");
    EXPECT_TRUE(phone_.new_sms(0ms).empty());
}

TEST_F(PhoneTest, SaysWhatWentWrong) {
    EXPECT_EQ(thrown_by([&] { (void)phone_.type("1"); }), "no dialogue is open; dial first");
    EXPECT_EQ(thrown_by([&] { (void)phone_.repeat(); }),
              "nothing was sent yet that could be repeated");
    line_.status = 500;
    EXPECT_EQ(thrown_by([&] { (void)phone_.dial("*123#"); }),
              "the answer is no screen. The status is 500 instead of 200. It says: Too bad");
    EXPECT_FALSE(phone_.talking());
    EXPECT_EQ(thrown_by([&] { phone_.sms("20880", "x"); }),
              "the SMS was not taken: the status is 500. It says: Too bad");
    line_.down = true;
    EXPECT_EQ(thrown_by([&] { (void)phone_.dial("*123#"); }), "no gateway answers at http://fake");
}

TEST(Ids, CountUnlessTheyAreRandom) {
    Ids ids("a");
    EXPECT_EQ(ids.next(), "a-1");
    EXPECT_EQ(ids.next(), "a-2");
    EXPECT_NE(Ids().next(), Ids().next());
}

TEST(Ids, NewNumbersAreNobodys) {
    Ids ids("a");
    const std::string number = ids.new_number();
    EXPECT_EQ(number.substr(0, 6), "+62800");
    EXPECT_EQ(number, phone_number(number));
    EXPECT_NE(number, ids.new_number());
}

struct NumberCase {
    const char* name;
    const char* written;
    const char* expected;
};

class PhoneNumber : public testing::TestWithParam<NumberCase> {};

TEST_P(PhoneNumber, Reads) {
    const auto& row = GetParam();
    std::string number;
    const std::string thrown = thrown_by([&] { number = phone_number(row.written); });
    EXPECT_EQ(number.empty() ? thrown : number, row.expected);
}

INSTANTIATE_TEST_SUITE_P(
    Numbers, PhoneNumber,
    testing::Values(
        NumberCase{"local", "0812-3450-0001", "+6281234500001"},
        NumberCase{"international", "+6281234500001", "+6281234500001"},
        NumberCase{"other_country", "+254711000001", "+254711000001"},
        NumberCase{"empty", "", "'' is no phone number: it is empty"},
        NumberCase{"word", "budi", "'budi' is no phone number: it has something other than digits"},
        NumberCase{"short", "0812", "'0812' is no phone number: it has too few or too many digits"},
        NumberCase{"landline", "0411123456",
                   "'0411123456' is no phone number: mobile numbers begin with 08 or +628"}),
    case_name<NumberCase>);

}  // namespace
}  // namespace jangkau::gateway
