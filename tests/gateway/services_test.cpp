#include "gateway/services.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

namespace jangkau::gateway {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Time kStart{1'000'000s};

Services::Handle service(std::uint32_t revision) {
    auto made = std::make_shared<flows::Service>();
    made->menu.revision = revision;
    return made;
}

std::uint32_t revision(const Services::Handle& handle) { return handle->menu.revision; }

TEST(Services, BeginsWithTheFirst) {
    Services services(service(1), kStart);
    EXPECT_EQ(revision(services.current()), 1u);
    EXPECT_EQ(revision(services.with_revision(1, kStart)), 1u);
    EXPECT_EQ(revision(services.with_revision(9, kStart)), 1u) << "of an earlier process";
    EXPECT_FALSE(services.older());
    EXPECT_EQ(services.view().revision, 1u);
    EXPECT_EQ(services.view().loaded, kStart);
}

TEST(Services, KeepsWhatDialoguesBeganWith) {
    Services services(service(1), kStart);
    const auto first = services.current();
    EXPECT_EQ(services.replace(service(2), kStart + 1s), 1u);
    EXPECT_EQ(services.replace(service(3), kStart + 2s), 2u);
    EXPECT_EQ(revision(services.current()), 3u);
    EXPECT_EQ(services.with_revision(1, kStart + 3s), first);
    EXPECT_EQ(revision(services.with_revision(2, kStart + 3s)), 2u);
    EXPECT_EQ(revision(services.with_revision(9, kStart + 3s)), 3u);
    EXPECT_THAT(services.view().older, ElementsAre(2, 1));
    EXPECT_EQ(services.view().loaded, kStart + 2s);
}

TEST(Services, TheSameAgainIsNoOlderOne) {
    Services services(service(1), kStart);
    EXPECT_EQ(services.replace(service(1), kStart + 1s), 1u);
    EXPECT_FALSE(services.older());
    EXPECT_EQ(services.view().loaded, kStart + 1s);

    services.replace(service(2), kStart + 2s);
    services.replace(service(1), kStart + 3s);
    EXPECT_THAT(services.view().older, ElementsAre(2)) << "1 is current again";
    EXPECT_EQ(services.with_revision(1, kStart + 3s), services.current());
}

TEST(Services, DropsWhatNoDialogueUsesAnyMore) {
    Services services(service(1), kStart, {8, 10min});
    services.replace(service(2), kStart);
    services.replace(service(3), kStart);
    (void)services.with_revision(1, kStart + 6min);
    services.drop_idle(kStart + 10min - 1s);
    EXPECT_THAT(services.view().older, ElementsAre(2, 1));
    services.drop_idle(kStart + 10min);
    EXPECT_THAT(services.view().older, ElementsAre(1));
    EXPECT_EQ(revision(services.with_revision(2, kStart + 10min)), 3u);
    services.drop_idle(kStart + 16min);
    EXPECT_THAT(services.view().older, IsEmpty());
    EXPECT_EQ(revision(services.current()), 3u) << "however long it runs";
}

TEST(Services, KeepsThoseOfManyThatWereUsedLast) {
    Services services(service(1), kStart, {2, 10min});
    services.replace(service(2), kStart + 1s);
    services.replace(service(3), kStart + 2s);
    (void)services.with_revision(1, kStart + 3s);
    services.replace(service(4), kStart + 3s);
    EXPECT_THAT(services.view().older, ElementsAre(3, 1));

    Services at_once(service(1), kStart, {2, 10min});
    for (std::uint32_t i = 2; i <= 5; ++i) at_once.replace(service(i), kStart);
    EXPECT_THAT(at_once.view().older, ElementsAre(4, 3)) << "the first replaced goes first";

    Services none(service(1), kStart, {0, 10min});
    none.replace(service(2), kStart);
    EXPECT_THAT(none.view().older, IsEmpty());
}

TEST(Services, AJobKeepsWhatItHolds) {
    Services services(service(1), kStart, {0, 10min});
    const auto held = services.current();
    services.replace(service(2), kStart);
    EXPECT_EQ(revision(held), 1u);
    EXPECT_EQ(held.use_count(), 1);
}

/// For the thread sanitizer, too.
TEST(Services, MayBeReplacedWhileOthersAsk) {
    Services services(service(1), kStart);
    std::atomic<bool> over{false};
    std::atomic<int> wrong{0};
    std::thread asking([&] {
        std::uint32_t last = 1;
        while (!over) {
            const auto now = services.current();
            if (revision(now) < last) ++wrong;
            last = revision(now);
            const auto own = services.with_revision(last, kStart);
            if (revision(own) < last) ++wrong;
            services.drop_idle(kStart);
            (void)services.older();
        }
    });
    for (std::uint32_t i = 2; i <= 2000; ++i) services.replace(service(i), kStart);
    over = true;
    asking.join();
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(services.view().older.size(), ReloadConfig().revisions_max);
}

TEST(Services, WritesARevisionWithAllItsDigits) {
    EXPECT_EQ(written_revision(0xDEADBEEF), "deadbeef");
    EXPECT_EQ(written_revision(0x1F), "0000001f");
}

}  // namespace
}  // namespace jangkau::gateway
