// Turns as the store sees them: identity, repeats, drafts, cumulative text. Dialogues as a whole
// are in tests/dialogs.

#include "gateway/turns.hpp"

#include <gmock/gmock.h>

#include "tests/support/local_line.hpp"

namespace jangkau::gateway {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

class Turns : public testing::Test {
protected:
    TurnResult ussd(const std::string& session, const std::string& phone, const std::string& text,
                    const std::string& key = {}) {
        adapters::UssdTurn turn{session,
                                Msisdn::from_digits(phone),
                                "*123*4567#",
                                text,
                                true,
                                text.empty(),
                                key.empty() ? session + "|" + text : key};
        TurnResult result;
        line_.store().run([&](sessions::Unit& unit) {
            TurnWorld world = world_in(unit);
            result = take_ussd(world, turn);
        });
        return result;
    }
    /// Of a provider that neither repeats what was typed before nor tells hops apart.
    TurnResult hop(const std::string& session, const std::string& phone, const std::string& text,
                   bool first = false) {
        const adapters::UssdTurn turn{.session = session,
                                      .from = Msisdn::from_digits(phone),
                                      .code = "*123*4567#",
                                      .text = text,
                                      .first = first,
                                      .turn_key = ""};
        TurnResult result;
        line_.store().run([&](sessions::Unit& unit) {
            TurnWorld world = world_in(unit);
            world.repeat_window = repeat_window_;
            result = take_ussd(world, turn);
        });
        return result;
    }
    /// The first hop of a provider that tells the whole code and no input.
    TurnResult dialled(const std::string& session, const std::string& phone,
                       const std::string& code) {
        const adapters::UssdTurn turn{.session = session,
                                      .from = Msisdn::from_digits(phone),
                                      .code = code,
                                      .text = "",
                                      .first = true,
                                      .turn_key = session};
        TurnResult result;
        line_.store().run([&](sessions::Unit& unit) {
            TurnWorld world = world_in(unit);
            result = take_ussd(world, turn);
        });
        return result;
    }
    void pass(std::chrono::seconds time) { line_.clock().set(line_.clock().now() + time); }
    TurnKind sms(const std::string& id, const std::string& phone, const std::string& text) {
        TurnKind kind{};
        line_.store().run([&](sessions::Unit& unit) {
            TurnWorld world = world_in(unit);
            kind = take_sms(world, {id, Msisdn::from_digits(phone), "20880", text, std::nullopt});
        });
        return kind;
    }
    std::vector<std::string> sent_to(const std::string& phone) {
        std::vector<std::string> texts;
        line_.store().run([&](sessions::Unit& unit) {
            for (const auto& row : unit.sms_to(Msisdn::from_digits(phone), 0, 100))
                texts.push_back(row.sms.text);
        });
        return texts;
    }
    TurnWorld world_in(sessions::Unit& unit) {
        return {unit,
                *line_.config().service,
                line_.random(),
                line_.clock().now(),
                "africastalking",
                160,
                2s,
                session_max_};
    }

    LocalLine line_;
    const std::string worker_ = "6281234500001";
    std::chrono::seconds repeat_window_{2};
    std::chrono::seconds session_max_{0};
};

TEST_F(Turns, TakesTheSameHopOnce) {
    (void)ussd("s", worker_, "");
    const TurnResult first = ussd("s", worker_, "1");
    const TurnResult again = ussd("s", worker_, "1");
    EXPECT_EQ(first.kind, TurnKind::fresh);
    EXPECT_EQ(again.kind, TurnKind::repeated);
    EXPECT_EQ(again.reply.text, first.reply.text);
    EXPECT_THAT(ussd("s", worker_, "1*1").reply.text, StartsWith("Yg diketik 1 angka"))
        << "the repeat was no step";
}

TEST_F(Turns, AnswersAnEarlierHopAsItWasAnswered) {
    const std::string first = ussd("s", worker_, "").reply.text;
    (void)ussd("s", worker_, "1");
    (void)ussd("s", worker_, "1*1");
    EXPECT_EQ(ussd("s", worker_, "").reply.text, first);
}

TEST_F(Turns, KeepsASessionToItsPhone) {
    (void)ussd("s", worker_, "");
    (void)ussd("s", worker_, "1");
    const TurnResult stranger = ussd("s", "6281234500009", "1*1");
    EXPECT_EQ(stranger.kind, TurnKind::foreign);
    EXPECT_TRUE(stranger.reply.end);
    // The same session id and text, from another phone: not even the stored screen.
    EXPECT_EQ(ussd("s", "6281234500009", "1").kind, TurnKind::foreign);
    EXPECT_EQ(ussd("s", worker_, "1*1").kind, TurnKind::fresh);
}

TEST_F(Turns, KeepsNothingOfWhoTypedItInADialogueThatIsOver) {
    const auto kept = [&] {
        std::string all;
        line_.store().run([&](sessions::Unit& unit) {
            const auto session = unit.session("africastalking", "s");
            ASSERT_TRUE(session);
            all = session->state + " " + session->typed;
        });
        return all;
    };
    std::string text;
    bool ended = false;
    for (const char* input :
         {"", "1", "7371012204910015", "Rahman", "Lembo", "2", "2", "2", "1", "4", "1"}) {
        ASSERT_FALSE(ended) << text;
        text += (text.empty() ? "" : "*") + std::string(input);
        ended = ussd("s", worker_, text).reply.end;
        if (text.ends_with("Rahman")) {
            EXPECT_THAT(kept(), testing::HasSubstr("7371012204910015"));
        }
    }
    ASSERT_TRUE(ended);
    EXPECT_EQ(kept(), "v=1&n=sent_to_agent&l=id&e=1 ");
    EXPECT_EQ(ussd("s", worker_, text).kind, TurnKind::repeated);
    EXPECT_EQ(ussd("s", worker_, text + "*1").kind, TurnKind::foreign);
}

TEST_F(Turns, EndsPolitelyAfterTheEnd) {
    (void)ussd("s", worker_, "");
    EXPECT_TRUE(ussd("s", worker_, "0").reply.end);
    const TurnResult after = ussd("s", worker_, "0*1");
    EXPECT_EQ(after.kind, TurnKind::foreign);
    EXPECT_TRUE(after.reply.end);
}

// --- hops that their provider does not number ---

TEST_F(Turns, TakesTheSameInputSoonForARepeat) {
    (void)hop("s", worker_, "", true);
    const TurnResult first = hop("s", worker_, "1");
    for (int seconds = 0; seconds < 2; ++seconds) {
        const TurnResult again = hop("s", worker_, "1");
        EXPECT_EQ(again.kind, TurnKind::repeated);
        EXPECT_EQ(again.reply.text, first.reply.text);
        EXPECT_EQ(again.reply.end, first.reply.end);
        pass(1s);
    }
    const TurnResult later = hop("s", worker_, "1");
    EXPECT_EQ(later.kind, TurnKind::fresh) << "a repeat does not make the window longer";
    EXPECT_THAT(later.reply.text, StartsWith("Yg diketik 1 angka")) << "and was no step";
}

TEST_F(Turns, TheRepeatWindowIsTheChannels) {
    repeat_window_ = 5s;
    (void)hop("s", worker_, "", true);
    (void)hop("s", worker_, "1");
    pass(4s);
    EXPECT_EQ(hop("s", worker_, "1").kind, TurnKind::repeated);
    pass(1s);
    EXPECT_EQ(hop("s", worker_, "1").kind, TurnKind::fresh);
}

TEST_F(Turns, AnotherInputIsNoRepeat) {
    (void)hop("s", worker_, "", true);
    (void)hop("s", worker_, "1");
    EXPECT_EQ(hop("s", worker_, "0").kind, TurnKind::fresh);
}

TEST_F(Turns, RepeatsTheFirstScreen) {
    const TurnResult first = hop("s", worker_, "", true);
    const TurnResult again = hop("s", worker_, "", true);
    EXPECT_EQ(again.kind, TurnKind::repeated);
    EXPECT_EQ(again.reply.text, first.reply.text);
}

TEST_F(Turns, RepeatsTheLastScreen) {
    (void)hop("s", worker_, "", true);
    const TurnResult last = hop("s", worker_, "0");
    ASSERT_TRUE(last.reply.end);
    const TurnResult again = hop("s", worker_, "0");
    EXPECT_EQ(again.kind, TurnKind::repeated);
    EXPECT_EQ(again.reply.text, last.reply.text);
    EXPECT_TRUE(again.reply.end);
    pass(2s);
    const TurnResult late = hop("s", worker_, "0");
    EXPECT_EQ(late.kind, TurnKind::foreign);
    EXPECT_TRUE(late.reply.end);
}

TEST_F(Turns, ADialBeginsAnewWhereIdsComeAgain) {
    for (const char* end : {"0", "1"}) {  // ends the dialogue; goes on in it
        SCOPED_TRACE(end);
        (void)hop("s", worker_, "", true);
        pass(10s);
        (void)hop("s", worker_, end);
        pass(10s);
        const TurnResult again = hop("s", worker_, "", true);
        EXPECT_EQ(again.kind, TurnKind::fresh);
        EXPECT_FALSE(again.reply.end);
        EXPECT_EQ(again.reply.text, hop("other " + std::string(end), worker_, "", true).reply.text);
        EXPECT_EQ(hop("s", worker_, "0").kind, TurnKind::fresh) << "it can be used";
        pass(10s);
    }
}

TEST_F(Turns, AHopIsNotTakenForOneOfTheDialogueBefore) {
    // All in one second.
    repeat_window_ = 0s;
    (void)hop("s", worker_, "", true);
    const TurnResult before = hop("s", worker_, "1");
    (void)hop("s", worker_, "1");
    repeat_window_ = 2s;
    (void)hop("s", worker_, "", true);
    const TurnResult first = hop("s", worker_, "1");
    const TurnResult again = hop("s", worker_, "1");
    EXPECT_EQ(first.kind, TurnKind::fresh);
    EXPECT_NE(first.reply.text, before.reply.text) << "the consent is known by now";
    EXPECT_EQ(again.kind, TurnKind::repeated);
    EXPECT_EQ(again.reply.text, first.reply.text);
}

TEST_F(Turns, AnotherPhoneLearnsNothingFromASessionId) {
    const std::string stranger = "6281234500009";
    (void)hop("s", worker_, "", true);
    const std::string screen = hop("s", worker_, "1").reply.text;
    for (const bool first : {false, true}) {
        const TurnResult stolen = hop("s", stranger, "1", first);
        EXPECT_EQ(stolen.kind, TurnKind::foreign);
        EXPECT_TRUE(stolen.reply.end);
        EXPECT_NE(stolen.reply.text, screen);
    }
    EXPECT_EQ(hop("s", worker_, "1").kind, TurnKind::repeated) << "and changes nothing";
}

TEST_F(Turns, HangingUpEndsASession) {
    (void)hop("s", worker_, "", true);
    line_.store().run([&](sessions::Unit& unit) {
        TurnWorld world = world_in(unit);
        end_session(world, {"s", "Incomplete"});
        end_session(world, {"unknown", "Incomplete"});
    });
    const TurnResult late = hop("s", worker_, "1");
    EXPECT_EQ(late.kind, TurnKind::foreign);
    EXPECT_TRUE(late.reply.end);
}

// --- SMS without an id ---

TEST_F(Turns, TakesTheSameSmsWithoutIdAtOnceForARepeat) {
    EXPECT_EQ(sms("", worker_, "BANTUAN"), TurnKind::fresh);
    EXPECT_EQ(sms("", worker_, "BANTUAN"), TurnKind::repeated);
    pass(4s);
    EXPECT_EQ(sms("", worker_, "BANTUAN"), TurnKind::repeated);
    pass(1s);
    EXPECT_EQ(sms("", worker_, "BANTUAN"), TurnKind::fresh) << "meant again";
    EXPECT_EQ(sent_to(worker_).size(), 2u);
}

TEST_F(Turns, AnotherSmsWithoutIdIsNoRepeat) {
    EXPECT_EQ(sms("", worker_, "BANTUAN"), TurnKind::fresh);
    EXPECT_EQ(sms("", worker_, "BANTUAN 1"), TurnKind::fresh);
    EXPECT_EQ(sms("", "6281234500002", "BANTUAN"), TurnKind::fresh);
}

TEST_F(Turns, TakesAStarThatThePersonTyped) {
    for (const char* text : {"", "2", "2*2", "2*2*2"}) (void)ussd("s", worker_, text);
    EXPECT_THAT(ussd("s", worker_, "2*2*2*4821736*0003").reply.text,
                StartsWith("Bentuknya belum betul"))
        << "the example ticket is refused, and the star did not split the input";
}

struct Shortcut {
    std::string name;
    std::string dialled;
    std::string shows;
};
class Shortcuts : public Turns, public testing::WithParamInterface<Shortcut> {};
TEST_P(Shortcuts, LeadToAState) {
    line_.store().run([&](sessions::Unit& unit) {
        unit.put(flows::Person{.msisdn = Msisdn::from_digits(worker_),
                               .language = "id",
                               .consent_at = line_.clock().now()});
    });
    EXPECT_THAT(ussd("s", worker_, GetParam().dialled).reply.text, StartsWith(GetParam().shows));
}
INSTANTIATE_TEST_SUITE_P(Dial, Shortcuts,
                         testing::Values(Shortcut{"register", "1", "Ketik NIK"},
                                         Shortcut{"status", "2", "Belum ada tiket"},
                                         Shortcut{"a_ticket", "2*4821730",
                                                  "Tiket 4821730: ketik 4 angka"},
                                         Shortcut{"no_ticket", "2*", "Belum ada tiket"},
                                         Shortcut{"agent", "3", "Ketik kelurahan"},
                                         Shortcut{"none_such", "8", "Makassar Berjasa"},
                                         Shortcut{"a_lost_session", "1*1*1*1", "Makassar Berjasa"}),
                         [](const auto& shortcut) { return shortcut.param.name; });

TEST_F(Turns, DoesNotLetAShortcutSkipConsent) {
    EXPECT_THAT(ussd("s", worker_, "1").reply.text,
                StartsWith("Data Anda (NIK, nama, HP, kerja) dicatat"));
    EXPECT_THAT(ussd("s", worker_, "1*1").reply.text, StartsWith("Ketik NIK"));
}

TEST_F(Turns, ReadsAShortcutOutOfTheWholeCode) {
    // Where the provider tells what was dialled, and not that something stood behind it.
    EXPECT_THAT(dialled("s", worker_, "*123*4567*3#").reply.text, StartsWith("Ketik kelurahan"));
    EXPECT_THAT(dialled("t", worker_, "*123*4567*2*4821730#").reply.text,
                StartsWith("Tiket 4821730: ketik 4 angka"));
    EXPECT_THAT(dialled("u", worker_, "*123*45678#").reply.text,
                StartsWith("Daftar jaminan sosial"));
}

// --- the operator's time limit ---

TEST_F(Turns, EndsBeforeTheOperatorDoes) {
    session_max_ = 120s;
    for (const char* text : {"", "1"}) (void)ussd("s", worker_, text);
    pass(109s);
    const TurnResult last = ussd("s", worker_, "1*7371012204910015");
    EXPECT_TRUE(last.reply.end) << "a name is not typed so quickly";
    EXPECT_THAT(last.reply.text,
                StartsWith("Waktu panggilan hampir habis. Jawaban Anda tersimpan."));
    // What was typed is there, and the answer that came with the last hop, too.
    EXPECT_THAT(ussd("t", worker_, "").reply.text, HasSubstr("NIK ..0015"));
}

TEST_F(Turns, GoesOnWhileThereIsTimeForAnAnswer) {
    session_max_ = 120s;
    for (const char* text : {"", "1", "1*7371012204910015"}) (void)ussd("s", worker_, text);
    pass(110s);
    EXPECT_FALSE(ussd("s", worker_, "1*7371012204910015*Rahman").reply.end)
        << "a key is pressed soon";
    pass(6s);
    EXPECT_TRUE(ussd("s", worker_, "1*7371012204910015*Rahman*9").reply.end);
}

TEST_F(Turns, ThatEndNamesTheTicket) {
    session_max_ = 120s;
    std::string text;
    for (const char* input : {"", "1", "7371012204910015", "Rahman", "Lembo"}) {
        text += (text.empty() ? "" : "*") + std::string(input);
        (void)ussd("s", worker_, text);
    }
    pass(119s);
    EXPECT_THAT(ussd("s", worker_, text + "*2").reply.text,
                testing::MatchesRegex("Waktu panggilan hampir habis\\. Tiket [0-9]{7}, .*"));
}

TEST_F(Turns, WithNothingToKeepTheDialogueGoesOnToTheEnd) {
    session_max_ = 120s;
    (void)ussd("s", worker_, "");
    pass(119s);
    EXPECT_FALSE(ussd("s", worker_, "2").reply.end);
}

TEST_F(Turns, ABeginningIsGoneOnWithToo) {
    for (const char* text : {"", "1"}) (void)ussd("s", worker_, text);
    EXPECT_EQ(ussd("t", worker_, "").reply.text,
              "Lanjutan. 00 Menu, 99 Baru\nKetik NIK: 16 angka di KTP atau KK, tanpa spasi.\n"
              "0 Kembali");
}

// --- questions by SMS ---

TEST_F(Turns, AQuestionBySmsWaitsForItsAnswerButNotForEver) {
    (void)sms("m1", worker_, "DAFTAR#7371012204910015#RAHMAN#NOWHERE");
    ASSERT_THAT(sent_to(worker_).back(), StartsWith("Kelurahan tempat tinggal"));
    (void)sms("m2", worker_, "STATUS");
    EXPECT_THAT(sent_to(worker_).back(), HasSubstr("belum ada tiket")) << "a command is one still";
    (void)sms("m3", worker_, "Lembo");
    EXPECT_THAT(sent_to(worker_).back(), StartsWith("RAHMAN, NIK ..0015, Lembo."));
    (void)sms("m4", worker_, "DAFTAR#7371012204910015#RAHMAN#NOWHERE");
    pass(24h);
    (void)sms("m5", worker_, "Lembo");
    EXPECT_THAT(sent_to(worker_).back(), StartsWith("Perintah tidak dikenal"));
}

TEST_F(Turns, ANameThatIsNearlyACommandIsAName) {
    (void)sms("m1", worker_, "DAFTAR#7371012204910015#R2#LEMBO");
    ASSERT_THAT(sent_to(worker_).back(), StartsWith("Nama belum jelas"));
    (void)sms("m2", worker_, "Mulia");  // MULAI with two letters exchanged
    EXPECT_THAT(sent_to(worker_).back(), StartsWith("MULIA, NIK ..0015"));
}

TEST_F(Turns, AnswersAnSmsOnce) {
    EXPECT_EQ(sms("m1", worker_, "BANTUAN"), TurnKind::fresh);
    EXPECT_EQ(sms("m1", worker_, "BANTUAN"), TurnKind::repeated);
    EXPECT_EQ(sent_to(worker_).size(), 1u);
    EXPECT_EQ(sms("m2", worker_, "BANTUAN"), TurnKind::fresh);
    EXPECT_EQ(sent_to(worker_).size(), 2u);
}

TEST_F(Turns, RecordsConsentAsEvidence) {
    for (const char* text : {"", "1"}) (void)ussd("s", worker_, text);
    line_.store().run([&](sessions::Unit& unit) {
        const auto consents = unit.consents_of(Msisdn::from_digits(worker_));
        ASSERT_EQ(consents.size(), 1u);
        EXPECT_EQ(consents[0].text, "U00");
        EXPECT_EQ(consents[0].language, "id");
        EXPECT_EQ(consents[0].channel, "africastalking");
        EXPECT_EQ(consents[0].session, "s");
        EXPECT_EQ(consents[0].version.size(), 16u);
        EXPECT_EQ(consents[0].at, line_.clock().now());
    });
}

TEST_F(Turns, SaysBusyInEachLanguage) {
    const auto& service = *line_.config().service;
    EXPECT_THAT(busy_reply(service, "id", line_.clock().now()).text,
                StartsWith("Maaf, layanan sedang sibuk"));
    EXPECT_THAT(busy_reply(service, "en", line_.clock().now()).text,
                StartsWith("Sorry, the service is busy"));
    EXPECT_TRUE(busy_reply(service, "id", line_.clock().now()).end);
}

}  // namespace
}  // namespace jangkau::gateway
