// What a dialogue files, and what is left of it then.

#include <gmock/gmock.h>

#include "gateway/turns.hpp"
#include "tests/support/local_line.hpp"

namespace jangkau::gateway {
namespace {

using testing::HasSubstr;

class Filed : public testing::Test {
protected:
    /// Answers one after the other, as *code*a*b#; the last screen.
    std::string dial(std::vector<std::string> answers) {
        std::string shown, typed;
        ++dials_;
        answers.insert(answers.begin(), "");
        for (const std::string& answer : answers) {
            typed += (typed.empty() ? "" : "*") + answer;
            line_.store().run([&](sessions::Unit& unit) {
                TurnWorld world{unit, *line_.config().service, line_.random(), line_.clock().now(),
                                "africastalking"};
                const adapters::UssdTurn turn{.session = std::to_string(dials_),
                                              .from = phone_,
                                              .code = "*123*9876#",
                                              .text = typed,
                                              .cumulative = true,
                                              .first = typed.empty(),
                                              .turn_key = std::to_string(dials_) + typed};
                shown = take_ussd(world, turn).reply.text;
            });
        }
        return shown;
    }

    LocalLine line_{"africastalking", {}, "", "clinic.yaml"};
    const Msisdn phone_ = Msisdn::from_digits("6281234500001");
    int dials_ = 0;
};

TEST_F(Filed, IsOnTheDeskInTheServicesLanguageAndNoDraftAnyMore) {
    dial({"5", "2"});  // English
    EXPECT_THAT(dial({"1", "1", "Siti Aminah", "2", "5"}), HasSubstr("Friday, at what time?"));
    line_.store().run([&](sessions::Unit& unit) {
        EXPECT_EQ(unit.drafts_of(phone_).size(), 1u);
        EXPECT_TRUE(unit.desk_notes(9).empty());
    });
    const std::string shown = dial({"2", "1"});
    line_.store().run([&](sessions::Unit& unit) {
        EXPECT_TRUE(unit.drafts_of(phone_).empty());
        const auto notes = unit.desk_notes(9);
        ASSERT_EQ(notes.size(), 1u);
        EXPECT_EQ(notes[0].kind, flows::kFiled);
        EXPECT_EQ(notes[0].msisdn, phone_);
        EXPECT_EQ(notes[0].text, "SITI AMINAH: Dokter gigi, Jumat 08.30");
        EXPECT_TRUE(Ticket::parse(notes[0].ticket));
        EXPECT_THAT(shown, HasSubstr("Visit " + notes[0].ticket + ": Dentist, Friday 08.30"));
        EXPECT_EQ(unit.counts().timers, 0u) << "its reminder is gone with the draft";
        EXPECT_EQ(unit.registrations_since(phone_, Time{}), 1u);
    });
}

TEST_F(Filed, CountsForTheDaysLimit) {
    const unsigned limit = line_.config().service->settings.registrations_per_day;
    const std::vector<std::string> visit{"1", "Siti", "1", "1", "1", "1"};
    EXPECT_THAT(dial({"1", "1", "Siti", "1", "1", "1", "1"}), HasSubstr("Janji ")) << "consents";
    for (unsigned booked = 1; booked < limit; ++booked)
        EXPECT_THAT(dial(visit), HasSubstr("Janji ")) << booked;
    EXPECT_THAT(dial({"1"}), HasSubstr("sudah membuat " + std::to_string(limit) + " janji"));
    line_.go_to(line_.clock().now() + std::chrono::hours(24));
    EXPECT_THAT(dial(visit), HasSubstr("Janji ")) << "tomorrow again";
}

}  // namespace
}  // namespace jangkau::gateway
