// What is promised to workers holds for a simulated population, and the documents say what the
// program finds. JANGKAU_UPDATE=1 rewrites them (as ./dev simulate does).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "tests/simulation/report.hpp"
#include "tests/simulation/simulation.hpp"
#include "tests/support/fast_folder.hpp"

namespace jangkau::simulation {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kPage = JANGKAU_SOURCE_DIR "/docs/SIMULATION.md";
constexpr const char* kChart = JANGKAU_SOURCE_DIR "/docs/completion.svg";

std::string read(const char* path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void write(const char* path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
}

Figures on_disk(const Model& model) {
    const FastFolder folder;
    return simulate(model, folder.path());
}

/// The documented population at the loss for which something is promised.
const Figures& usual() {
    static const Figures figures = simulate_all({Model{}}).front();
    return figures;
}

TEST(Simulation, KeepsWhatIsPromised) { EXPECT_THAT(unmet(usual()), IsEmpty()); }

TEST(Simulation, EveryScreenAndSmsIsUnderstood) { EXPECT_EQ(usual().not_understood, 0U); }

TEST(Simulation, DocumentsTellWhatItFinds) {
    if (const char* update = std::getenv("JANGKAU_UPDATE"); update && *update == '1') {
        const auto all = simulate_all(documented_models());
        write(kChart, chart(all));
        write(kPage, with_tables(read(kPage), tables(all)));
    }
    EXPECT_THAT(read(kPage), HasSubstr(row(usual())));
    EXPECT_THAT(read(kChart), HasSubstr(point(usual(), 3)));
    EXPECT_THAT(read(kChart), HasSubstr(point(usual(), 4)));
}

Model small() {
    Model model;
    model.workers = 40;
    return model;
}

TEST(Simulation, TheSameSeedGivesTheSameInBothStores) {
    const Figures first = on_disk(small());
    EXPECT_EQ(on_disk(small()), first);
    EXPECT_EQ(simulate(small(), ""), first);
    Model other = small();
    other.seed = 2027;
    EXPECT_NE(simulate(other, ""), first);
}

TEST(Simulation, WithoutResumeNiksAreTypedAgain) {
    Model model = small();
    model.loss = 0.25;
    const Figures with = simulate(model, "");
    model.resume = false;
    const Figures without = simulate(model, "");
    EXPECT_EQ(with.asked_twice, 0U);
    EXPECT_GT(without.asked_twice, 0U);
    EXPECT_LT(without.within(3), with.within(3));
}

TEST(Simulation, NothingLostNothingMissed) {
    Model model = small();
    model.loss = model.nik_slip = model.wrong_key = model.sms_lost = 0;
    model.dialogue_max = 3600;
    const Figures figures = simulate(model, "");
    EXPECT_EQ(figures.within(1), 1);
    EXPECT_EQ(figures.complete(), model.workers);
    EXPECT_EQ(figures.dials, model.workers);
}

TEST(Simulation, WhereEverythingIsLostNobodyComesThrough) {
    Model model = small();
    model.loss = 1;
    EXPECT_EQ(simulate(model, "").within(kDialsCounted), 0);
}

/// What is measured can fail.
TEST(Promise, EachPartIsSeenToBreak) {
    Figures good;
    good.workers = good.tickets = good.complete_in_a_day = 100;
    good.tickets_at[3] = 95;
    good.tickets_at[4] = 5;
    EXPECT_THAT(unmet(good), IsEmpty());
    Figures late = good;
    late.tickets_at = {0, 0, 0, 89, 0, 11, 0};
    EXPECT_THAT(unmet(late), SizeIs(2));
    Figures unfinished = good;
    unfinished.complete_in_a_day = 98;
    EXPECT_THAT(unmet(unfinished), SizeIs(1));
    Figures twice = good;
    twice.asked_twice = 1;
    EXPECT_THAT(unmet(twice), SizeIs(1));
}

}  // namespace
}  // namespace jangkau::simulation
