#include <gmock/gmock.h>

#include "tests/sessions/store_contract.hpp"

namespace jangkau::sessions {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Texts = std::vector<std::string>;

class PiecesContract : public StoreContract {
protected:
    static SmsPiece piece(const std::string& ref, unsigned number, const std::string& text,
                          int second = 0) {
        return {"at", phone(1), "20880", ref, number, 3, text, at(second)};
    }
    void put(const SmsPiece& one) {
        in([&](Unit& unit) { unit.put(one); });
    }
    Texts with(const SmsPiece& one) {
        return get<Texts>([&](Unit& unit) {
            Texts texts;
            for (const SmsPiece& found : unit.pieces_with(one)) texts.push_back(found.text);
            return texts;
        });
    }
    Texts stale(int second, std::size_t limit = 9) {
        return get<Texts>([&](Unit& unit) {
            Texts refs;
            for (const SmsPiece& found : unit.stale_pieces(at(second), limit))
                refs.push_back(found.ref);
            return refs;
        });
    }
};

INSTANTIATE_TEST_SUITE_P(Stores, PiecesContract, testing::Values(Kind::memory, Kind::sqlite),
                         kind_name);

TEST_P(PiecesContract, KeepsEveryFieldOfAPiece) {
    const SmsPiece put_in{awkward(), phone(1), awkward(), awkward(), 2, 7, awkward(), at(5)};
    put(put_in);
    const auto found =
        get<std::vector<SmsPiece>>([&](Unit& unit) { return unit.pieces_with(put_in); });
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].channel, awkward());
    EXPECT_EQ(found[0].from, phone(1));
    EXPECT_EQ(found[0].to, awkward());
    EXPECT_EQ(found[0].ref, awkward());
    EXPECT_EQ(found[0].number, 2U);
    EXPECT_EQ(found[0].total, 7U);
    EXPECT_EQ(found[0].text, awkward());
    EXPECT_EQ(found[0].at, at(5));
}

TEST_P(PiecesContract, GivesThemByNumber) {
    put(piece("a", 3, "three"));
    put(piece("a", 1, "one"));
    put(piece("a", 2, "two"));
    EXPECT_THAT(with(piece("a", 9, "")), ElementsAre("one", "two", "three"));
}

TEST_P(PiecesContract, TheFirstOfANumberStands) {
    put(piece("a", 1, "first", 1));
    put(piece("a", 1, "second", 2));
    EXPECT_THAT(with(piece("a", 1, "")), ElementsAre("first"));
}

TEST_P(PiecesContract, KeepsApartWhatBelongsToDifferentSms) {
    const SmsPiece one = piece("a", 1, "one");
    put(one);
    std::vector<SmsPiece> others(5, one);
    others[0].channel = "vonage";
    others[1].from = phone(2);
    others[2].to = "20881";
    others[3].ref = "b";
    others[4].total = 4;
    for (SmsPiece& other : others) {
        other.text = "other";
        EXPECT_THAT(with(other), IsEmpty());
    }
    put(others[1]);
    EXPECT_THAT(with(others[1]), ElementsAre("other"));
    EXPECT_THAT(with(one), ElementsAre("one"));
}

TEST_P(PiecesContract, PartsOfANameDoNotRunTogether) {
    SmsPiece one = piece("11", 1, "one");
    one.to = "2088";
    SmsPiece other = piece("1", 1, "other");
    other.to = "20881";
    put(one);
    EXPECT_THAT(with(other), IsEmpty());
}

TEST_P(PiecesContract, DropsOneSmsOnly) {
    put(piece("a", 1, "a1"));
    put(piece("a", 2, "a2"));
    put(piece("b", 1, "b1"));
    in([](Unit& unit) { unit.drop_pieces(piece("a", 3, "")); });
    EXPECT_THAT(with(piece("a", 1, "")), IsEmpty());
    EXPECT_THAT(with(piece("b", 1, "")), ElementsAre("b1"));
    put(piece("a", 1, "again"));
    EXPECT_THAT(with(piece("a", 1, "")), ElementsAre("again"));
}

TEST_P(PiecesContract, KeepsFewSmsOfOnePhone) {
    for (std::size_t i = 0; i < kPieceGroupsMax; ++i) put(piece(std::to_string(i), 1, "kept"));
    SmsPiece stranger = piece("0", 1, "a stranger's");
    stranger.from = phone(2);
    put(stranger);
    EXPECT_THAT(with(piece("0", 1, "")), ElementsAre("kept"));

    put(piece("0", 2, "kept too"));  // now "1" has waited longest for a piece
    put(piece("new", 1, "new"));
    EXPECT_THAT(with(piece("1", 1, "")), IsEmpty());
    EXPECT_THAT(with(piece("0", 1, "")), ElementsAre("kept", "kept too"));
    EXPECT_THAT(with(piece("2", 1, "")), ElementsAre("kept"));
    EXPECT_THAT(with(piece("new", 1, "")), ElementsAre("new"));
    EXPECT_THAT(with(stranger), ElementsAre("a stranger's"));
}

TEST_P(PiecesContract, TellsWhichWaitTooLong) {
    put(piece("a", 2, "a2", 10));
    put(piece("a", 1, "a1", 40));
    put(piece("b", 1, "b1", 20));
    put(piece("c", 1, "c1", 30));
    EXPECT_THAT(stale(10), IsEmpty()) << "exactly as old is not yet too long";
    EXPECT_THAT(stale(11), ElementsAre("a"));
    EXPECT_THAT(stale(30), ElementsAre("a", "b")) << "each once, the longest wait first";
    EXPECT_THAT(stale(99), ElementsAre("a", "b", "c"));
    EXPECT_THAT(stale(99, 2), ElementsAre("a", "b"));
    EXPECT_THAT(stale(99, 0), IsEmpty());
}

TEST_P(PiecesContract, ForgetsThePiecesOfWhomItErases) {
    SmsPiece other = piece("a", 1, "other");
    other.from = phone(2);
    put(piece("a", 1, "one"));
    put(other);
    in([](Unit& unit) { unit.erase_person(phone(1)); });
    EXPECT_THAT(with(piece("a", 1, "")), IsEmpty());
    EXPECT_THAT(with(other), ElementsAre("other"));
}

TEST_P(PiecesContract, PurgesThemWithTheSessions) {
    put(piece("a", 1, "one", 10));
    put(piece("b", 1, "two", 11));
    EXPECT_EQ(get<Purged>([](Unit& unit) { return unit.purge({.pieces = at(11)}); }),
              (Purged{{"pieces", 1}}));
    EXPECT_THAT(with(piece("a", 1, "")), IsEmpty());
    EXPECT_THAT(with(piece("b", 1, "")), ElementsAre("two"));
}

}  // namespace
}  // namespace jangkau::sessions
