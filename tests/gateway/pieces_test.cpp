// Long SMS that come in pieces.

#include "gateway/pieces.hpp"

#include <gmock/gmock.h>

#include "tests/support/local_line.hpp"

namespace jangkau::gateway {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using Texts = std::vector<std::string>;

class Pieces : public testing::Test {
protected:
    static adapters::SmsIn piece(const std::string& ref, unsigned number, unsigned total,
                                 const std::string& text,
                                 const std::string& from = "6281234500001") {
        adapters::SmsIn sms{
            .id = ref + "-" + std::to_string(number) + "-of-" + from,
            .from = Msisdn::from_digits(from),
            .to = "20880",
            .text = text,
        };
        sms.part = {ref, number, total};
        return sms;
    }

    /// As it comes in: whole SMS have their effect. Returns the text of one that is whole now.
    std::optional<std::string> take(const adapters::SmsIn& sms) {
        std::optional<std::string> whole;
        line_.store().run([&](sessions::Unit& unit) {
            TurnWorld world = world_in(unit);
            const auto joined_sms = joined(world, sms);
            if (!joined_sms) return;
            whole = joined_sms->text;
            (void)take_sms(world, *joined_sms);
        });
        return whole;
    }
    std::size_t give_up() {
        std::size_t given_up = 0;
        line_.store().run([&](sessions::Unit& unit) {
            TurnWorld world = world_in(unit);
            given_up = give_up_pieces(world);
        });
        return given_up;
    }
    Texts sent_to(const std::string& phone = "6281234500001") {
        Texts texts;
        line_.store().run([&](sessions::Unit& unit) {
            for (const auto& row : unit.sms_to(Msisdn::from_digits(phone), 0, 100))
                texts.push_back(row.sms.text);
        });
        return texts;
    }
    std::size_t waiting(const adapters::SmsIn& sms) {
        std::size_t pieces = 0;
        line_.store().run([&](sessions::Unit& unit) {
            pieces = unit.pieces_with({"vonage", sms.from, sms.to, sms.part->ref, 1,
                                       sms.part->total, "", line_.clock().now()})
                         .size();
        });
        return pieces;
    }
    /// What a phone hears whose SMS nobody understands.
    std::string not_understood() {
        adapters::SmsIn sms = piece("x", 1, 1, "");
        sms.from = Msisdn::from_digits("6281234599999");
        (void)take(sms);
        return sent_to("6281234599999").at(0);
    }
    void pass(std::chrono::seconds time) { line_.clock().set(line_.clock().now() + time); }
    TurnWorld world_in(sessions::Unit& unit) {
        return {unit, *line_.config().service, line_.random(), line_.clock().now(), "vonage"};
    }

    LocalLine line_;
    const std::string other_ = "6281234500002";
};

TEST_F(Pieces, AnSmsThatCameWholeStaysAsItIs) {
    adapters::SmsIn sms = piece("a", 1, 1, "BANTUAN");
    EXPECT_EQ(take(sms), "BANTUAN");
    sms.part.reset();
    sms.id = "another";
    EXPECT_EQ(take(sms), "BANTUAN");
    EXPECT_THAT(sent_to(), SizeIs(2));
}

TEST_F(Pieces, AreJoinedInWhateverOrderTheyCome) {
    EXPECT_FALSE(take(piece("a", 3, 3, "AN")));
    EXPECT_FALSE(take(piece("a", 1, 3, "BAN")));
    EXPECT_THAT(sent_to(), IsEmpty());
    pass(29min);
    EXPECT_EQ(take(piece("a", 2, 3, "TU")), "BANTUAN");
    EXPECT_THAT(sent_to(), SizeIs(1));
    EXPECT_EQ(waiting(piece("a", 1, 3, "")), 0U);
}

TEST_F(Pieces, APieceThatComesAgainChangesNothing) {
    EXPECT_FALSE(take(piece("a", 1, 2, "BAN")));
    EXPECT_FALSE(take(piece("a", 1, 2, "BAN")));
    EXPECT_EQ(waiting(piece("a", 1, 2, "")), 1U);
    EXPECT_EQ(take(piece("a", 2, 2, "TUAN")), "BANTUAN");
    EXPECT_FALSE(take(piece("a", 2, 2, "TUAN"))) << "also after the SMS was joined";
    EXPECT_FALSE(take(piece("a", 1, 2, "BAN")));
    EXPECT_EQ(waiting(piece("a", 1, 2, "")), 0U);
    pass(1h);
    EXPECT_EQ(give_up(), 0U);
    EXPECT_THAT(sent_to(), SizeIs(1));
}

TEST_F(Pieces, APieceWithoutAnIdThatComesAgainChangesNothingEither) {
    adapters::SmsIn first = piece("a", 1, 2, "BAN");
    first.id = "";
    EXPECT_FALSE(take(first));
    EXPECT_FALSE(take(first));
    adapters::SmsIn last = piece("a", 2, 2, "TUAN");
    last.id = "";
    EXPECT_EQ(take(last), "BANTUAN");
}

// Some phones use the same reference for every SMS.
TEST_F(Pieces, AnotherTextInTheSamePlaceIsANewSms) {
    EXPECT_FALSE(take(piece("a", 1, 2, "BATAL ")));
    adapters::SmsIn first = piece("a", 1, 2, "BAN");
    first.id = "of the second SMS";
    EXPECT_FALSE(take(first));
    EXPECT_EQ(take(piece("a", 2, 2, "TUAN")), "BANTUAN") << "not what nobody wrote";
}

TEST_F(Pieces, TwoLongSmsDoNotMix) {
    EXPECT_FALSE(take(piece("a", 1, 2, "a1")));
    EXPECT_FALSE(take(piece("b", 2, 2, "b2")));
    EXPECT_FALSE(take(piece("a", 1, 3, "of another length")));
    EXPECT_EQ(take(piece("a", 2, 2, "a2")), "a1a2");
    EXPECT_EQ(take(piece("b", 1, 2, "b1")), "b1b2");
}

TEST_F(Pieces, TwoPhonesMayUseTheSameReference) {
    EXPECT_FALSE(take(piece("a", 1, 2, "one ")));
    EXPECT_FALSE(take(piece("a", 2, 2, "other", other_)));
    EXPECT_EQ(take(piece("a", 2, 2, "phone")), "one phone");
    EXPECT_EQ(take(piece("a", 1, 2, "an", other_)), "another");
    EXPECT_THAT(sent_to(), SizeIs(1));
    EXPECT_THAT(sent_to(other_), SizeIs(1));
}

TEST_F(Pieces, AReferenceMayComeAgainLater) {
    EXPECT_FALSE(take(piece("a", 1, 2, "BAN")));
    EXPECT_EQ(take(piece("a", 2, 2, "TUAN")), "BANTUAN");
    pass(24h);
    for (const unsigned number : {1U, 2U}) {
        adapters::SmsIn again = piece("a", number, 2, number == 1 ? "BAN" : "TUAN");
        again.id += "-later";
        EXPECT_EQ(take(again).has_value(), number == 2);
    }
    EXPECT_THAT(sent_to(), SizeIs(2));
}

TEST_F(Pieces, WhatDoesNotCompleteIsAnsweredAsNotUnderstood) {
    const std::string unknown = not_understood();
    EXPECT_FALSE(take(piece("a", 1, 2, "BAN")));
    EXPECT_FALSE(take(piece("a", 1, 2, "DAF", other_)));
    pass(30min);
    EXPECT_EQ(give_up(), 0U);
    pass(1s);
    EXPECT_EQ(give_up(), 2U);
    EXPECT_THAT(sent_to(), ElementsAre(unknown));
    EXPECT_THAT(sent_to(other_), ElementsAre(unknown));
    EXPECT_EQ(waiting(piece("a", 1, 2, "")), 0U);
    EXPECT_EQ(give_up(), 0U) << "once";
    EXPECT_FALSE(take(piece("a", 1, 2, "BAN"))) << "a late repeat begins nothing new";
    EXPECT_EQ(waiting(piece("a", 1, 2, "")), 0U);
}

TEST_F(Pieces, TheFirstPieceTellsHowLongTheyWait) {
    EXPECT_FALSE(take(piece("a", 1, 3, "1")));
    pass(20min);
    EXPECT_FALSE(take(piece("a", 2, 3, "2")));
    pass(10min + 1s);
    EXPECT_EQ(give_up(), 1U);
}

TEST_F(Pieces, TenAreJoined) {
    for (unsigned number = 1; number < kPiecesMax; ++number)
        EXPECT_FALSE(take(piece("a", number, kPiecesMax, std::to_string(number))));
    EXPECT_EQ(take(piece("a", kPiecesMax, kPiecesMax, "0")), "1234567890");
}

TEST_F(Pieces, ElevenAreAnsweredOnceAsNotUnderstood) {
    const std::string unknown = not_understood();
    for (unsigned number = 1; number <= kPiecesMax + 1; ++number) {
        EXPECT_EQ(take(piece("a", number, kPiecesMax + 1, "BANTUAN")), "");
        EXPECT_EQ(waiting(piece("a", number, kPiecesMax + 1, "")), 0U) << "nothing is kept";
    }
    EXPECT_THAT(sent_to(), ElementsAre(unknown));
}

}  // namespace
}  // namespace jangkau::gateway
