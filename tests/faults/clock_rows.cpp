// The wall clock is put forward and back under load.

#include "tests/faults/row.hpp"

namespace jangkau::faults {
namespace {

struct Jump {
    const char* name;
    std::chrono::seconds ahead;
};

Step dialled(World& world, const std::string& session) {
    static unsigned workers = 0;
    Step step{session, "+62812888" + std::to_string(10'000 + ++workers), "", "", ""};
    world.hop(step);
    EXPECT_EQ(step.result, "ok");
    return step;
}

std::string clock_jumps(World& world) {
    const auto time = full_size() ? 60s : 3s;  // the gateway looks at what is due every second
    world.bad_disk();
    world.begin({"channels.infobip.per_second=1000"});
    world.load().start(world.url_, 4, true);
    EXPECT_TRUE(world.load().wait_for(40));
    const auto goes_on = [&](const std::string& when) {
        const std::size_t steps = world.load().figures().ok, sms = world.sms_received();
        EXPECT_TRUE(world.load().wait_for(steps + 40)) << when;
        for (int i = 0; i < 500 && world.sms_received() == sms; ++i)
            std::this_thread::sleep_for(20ms);
        EXPECT_GT(world.sms_received(), sms) << "no SMS leaves " << when;
    };
    Step usual = dialled(world, "usual");
    usual.text = "1";
    world.hop(usual);
    std::string names;
    for (const Jump& jump :
         {Jump{"+1 h", 1h}, Jump{"-1 h", -1h}, Jump{"+1 year", 8'760h}, Jump{"-1 year", -8'760h}}) {
        Step waiting = dialled(world, std::string("waiting") + jump.name);
        Step other = dialled(world, std::string("other") + jump.name);
        world.set_clock(jump.ahead);
        std::this_thread::sleep_for(time);
        goes_on(std::string("after ") + jump.name);
        waiting.text = other.text = "1";
        world.hop(other);
        EXPECT_EQ(other.result, "ok") << "after " << jump.name;
        world.set_clock(0s);
        std::this_thread::sleep_for(time);
        goes_on(std::string("when it is right again after ") + jump.name);
        world.hop(waiting);
        EXPECT_EQ(waiting.body, usual.body) << "a dialogue is lost by " << jump.name;
        names += (names.empty() ? "" : ", ") + std::string(jump.name);
    }
    world.load().stop();
    const auto figures = world.load().figures();
    EXPECT_EQ(figures.refused, 0U);
    return names + ", each and back; " + std::to_string(figures.ok) +
           " steps answered, nobody refused, 0 lost; " + std::to_string(world.sms_received()) +
           " SMS, none twice; dialogues from before go on after it";
}

}  // namespace

std::vector<Row> clock_rows() {
    return {{"E-1", "wall clock jumps",
             "dialogues, SMS and timers go on; nothing is forgotten or sent twice by it",
             "the program's clock is put forward and back, and right again, under load",
             clock_jumps}};
}

}  // namespace jangkau::faults
