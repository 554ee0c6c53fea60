#include "gateway/open_dialogues.hpp"

#include <gtest/gtest.h>

namespace jangkau::gateway {
namespace {

using namespace std::chrono_literals;

constexpr Time kStart{1'000'000s};

TEST(OpenDialogues, CountsEachOnceByItsLastRevision) {
    OpenDialogues dialogues(10min);
    dialogues.turn("a", "1", 7, kStart);
    dialogues.turn("a", "1", 7, kStart + 5s);
    dialogues.turn("b", "1", 7, kStart + 6s);
    dialogues.turn("a", "2", 8, kStart + 7s);
    EXPECT_EQ(dialogues.open(kStart + 8s), 3u);
    EXPECT_EQ(dialogues.with_other_than(8, kStart + 8s), 2u);
    EXPECT_EQ(dialogues.with_other_than(9, kStart + 8s), 3u);
    dialogues.turn("b", "1", 8, kStart + 8s);
    EXPECT_EQ(dialogues.with_other_than(8, kStart + 8s), 1u);
}

TEST(OpenDialogues, ForgetsWhatEndsOnce) {
    OpenDialogues dialogues(10min);
    dialogues.turn("a", "1", 7, kStart);
    dialogues.turn("a", "2", 7, kStart);
    dialogues.ended("a", "1");
    dialogues.ended("a", "1");
    dialogues.ended("a", "of another process");
    EXPECT_EQ(dialogues.open(kStart), 1u);
    EXPECT_EQ(dialogues.with_other_than(8, kStart), 1u);
}

TEST(OpenDialogues, TakesOneWithoutTurnsForEnded) {
    OpenDialogues dialogues(10min);
    dialogues.turn("a", "1", 7, kStart);
    dialogues.turn("a", "2", 7, kStart + 1min);
    dialogues.turn("a", "1", 7, kStart + 2min);
    EXPECT_EQ(dialogues.open(kStart + 11min - 1s), 2u);
    EXPECT_EQ(dialogues.open(kStart + 11min), 1u) << "the second one";
    EXPECT_EQ(dialogues.with_other_than(8, kStart + 12min), 0u);
}

TEST(OpenDialogues, CountsNoMoreThanItMay) {
    OpenDialogues dialogues(10min, 3);
    for (int i = 0; i < 10; ++i)
        dialogues.turn("a", std::to_string(i), static_cast<std::uint32_t>(i), kStart);
    EXPECT_EQ(dialogues.open(kStart), 3u);
    EXPECT_EQ(dialogues.with_other_than(9, kStart), 2u);
    EXPECT_EQ(dialogues.with_other_than(0, kStart), 3u) << "the first was forgotten";
}

}  // namespace
}  // namespace jangkau::gateway
