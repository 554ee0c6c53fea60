// Somebody who speaks a language that awaits its reviewer, through a whole turn.

#include <gmock/gmock.h>

#include "gateway/turns.hpp"
#include "tests/support/local_line.hpp"

namespace jangkau::gateway {
namespace {

using testing::HasSubstr;

class DraftLanguage : public testing::Test {
protected:
    void speaks_makassar() {
        line_.store().run([&](sessions::Unit& unit) {
            flows::Person person{phone_};
            person.language = "mak";
            unit.put(person);
        });
    }
    std::string dial(const std::string& typed, bool first) {
        std::string shown;
        line_.store().run([&](sessions::Unit& unit) {
            TurnWorld world{unit, *line_.config().service, line_.random(), line_.clock().now(),
                            "africastalking"};
            const adapters::UssdTurn turn{.session = "s",
                                          .from = phone_,
                                          .code = "*123*4567#",
                                          .text = typed,
                                          .cumulative = true,
                                          .first = first,
                                          .turn_key = typed};
            shown = take_ussd(world, turn).reply.text;
        });
        return shown;
    }

    LocalLine line_{"africastalking", {"service.draft_languages=true"}};
    const Msisdn phone_ = Msisdn::from_digits("6281234500001");
};

TEST_F(DraftLanguage, IsNotThatOfConsentNorOfItsEvidence) {
    speaks_makassar();
    EXPECT_THAT(dial("1", true), HasSubstr("1 Setuju"));
    (void)dial("1*1", false);
    line_.store().run([&](sessions::Unit& unit) {
        const auto consents = unit.consents_of(phone_);
        ASSERT_EQ(consents.size(), 1u);
        EXPECT_EQ(consents[0].language, "id");
        const auto person = unit.person(phone_);
        ASSERT_TRUE(person);
        EXPECT_EQ(person->language, "mak");
    });
}

}  // namespace
}  // namespace jangkau::gateway
