#include "sessions/ballast.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <vector>

#include "tests/sessions/store_contract.hpp"

namespace jangkau::sessions {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class BallastTest : public testing::Test {
protected:
    [[nodiscard]] Ballast::Options options(std::uint64_t bytes) {
        return {file_, bytes, [this](bool held) { told_.push_back(held); }};
    }
    [[nodiscard]] std::uint64_t set_aside() const {
        struct stat there {};
        return ::stat(file_.c_str(), &there) == 0 ? std::uint64_t(there.st_blocks) * 512 : 0;
    }

    TempFolder folder_;
    const std::string file_ = folder_.path() + "/ballast";
    std::vector<bool> told_;
};

constexpr std::uint64_t kBytes = 1'000'000;

TEST_F(BallastTest, IsSetAsideAndGivenUpOnce) {
    Ballast ballast(options(kBytes));
    EXPECT_GE(set_aside(), kBytes) << "a hole would set nothing aside";
    EXPECT_EQ(std::filesystem::status(file_).permissions(), std::filesystem::perms(0600));
    EXPECT_TRUE(ballast.give_up());
    EXPECT_FALSE(std::filesystem::exists(file_));
    EXPECT_FALSE(ballast.give_up());
    ballast.restore();
    EXPECT_FALSE(std::filesystem::exists(file_)) << "not at once: the disk was full just now";
    EXPECT_THAT(told_, ElementsAre(true, false));
}

TEST_F(BallastTest, IsKeptFromOneStartToTheNext) {
    { const Ballast before(options(kBytes)); }
    EXPECT_GE(set_aside(), kBytes);
    Ballast ballast(options(kBytes));
    EXPECT_THAT(told_, ElementsAre(true)) << "nothing has changed";
    EXPECT_TRUE(ballast.give_up());
}

TEST_F(BallastTest, GrowsToWhatIsWanted) {
    { const Ballast before(options(kBytes)); }
    const Ballast ballast(options(3 * kBytes));
    EXPECT_GE(set_aside(), 3 * kBytes);
}

TEST_F(BallastTest, LeavesACrowdedDiskAlone) {
    const std::uint64_t all = std::filesystem::space(folder_.path()).available;
    Ballast ballast(options(all / 2));
    EXPECT_EQ(set_aside(), 0U);
    EXPECT_FALSE(ballast.give_up());
    EXPECT_THAT(told_, IsEmpty());
}

TEST_F(BallastTest, GoesWhereItIsNoLongerWanted) {
    { const Ballast before(options(kBytes)); }
    const Ballast ballast(options(0));
    EXPECT_FALSE(std::filesystem::exists(file_));
}

}  // namespace
}  // namespace jangkau::sessions
