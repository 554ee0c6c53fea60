// One answer for each SMS, whatever it says and whoever sends it, and none for its repeat.

#include <gtest/gtest.h>

#include <random>

#include "gateway/turns.hpp"
#include "tests/support/local_line.hpp"

namespace jangkau::gateway {
namespace {

const std::string kOddTexts[] = {
    "",
    " ",
    "\n\n",
    "?",
    "???",
    "!",
    ".",
    "#",
    "###",
    "*123#",
    "*123*4567*1#",
    "0",
    "00",
    "1",
    "99",
    "4821730",
    "4821736",
    "7371012204910015",
    "737l O122 O491 OO15",
    "YA",
    "ya",
    "Y",
    "T",
    "YA.",
    "YA!!!",
    "YA YA YA",
    "YA TIDAK",
    "YA TIDAK TAHU",
    "tidak bisa",
    "TIDAK SETUJU",
    "YA BATAL",
    "iye'",
    "DE'",
    "d\xC3\xA9",
    "ok gak",
    "YA 4821730 TIDAK 4821730",
    "YA4821730",
    "4821730YA",
    "4821730 ya pak",
    "tiket 4821730 ya",
    "\"YA 4821730\"",
    "\xE2\x80\x9CYA\xE2\x80\x9D",
    "DAFTAR",
    "daftr",
    "DAFTAR#",
    "DAFTAR#NIK#NAMA#KELURAHAN",
    "DAFTAR#7371012204910015",
    "DAFTAR#7371012204910015##",
    "DAFTAR##RAHMAN#LEMBO",
    "DAFTAR RAHMAN LEMBO",
    "DAFTAR LEMBO",
    "DAFTAR kel. Jakarta",
    "DAFTAR 7371012204910015 RAHMAN",
    "DAFTAR 7371012204910015 LEMBO",
    "DAFTAR7371012204910015RAHMAN#LEMBO",
    "DAFTAR#7371012204910015#RAHMAN#LEMBO",
    "daftar 737l 0122 O491 0015 Abd. Rahman Lembo becak",
    "RAHMAN#7371012204910015#LEMBO#DAFTAR",
    "DAFTAR#7371012204910015#RAHMAN#LEMBA",
    "DAFTAR#7371012204910015#RAHMAN#BARAJA",
    "DAFTAR#7371012204910015#R2D2#LEMBO",
    "DAFTAR#73710122049100#RAHMAN#LEMBO",
    "DAFTAR#1234567890123456#RAHMAN#LEMBO",
    "DAFTAR#7371012204140015#RAHMAN#LEMBO",
    "SETUJU",
    "setuju pak",
    "SALAH",
    "BETUL",
    "BETUL 4821730",
    "PEMKOT",
    "SENDIRI",
    "TANYA",
    "PEMKOT SENDIRI",
    "STATUS",
    "STATUS 4821730",
    "STATUS4821730",
    "statsu",
    "CEK 1 2 3",
    "AGEN",
    "AGEN Lembo",
    "AGEN kel. Baraja",
    "agen?",
    "BANTUAN",
    "INFO HELP TOLONG",
    "BERHENTI",
    "STOP STOP",
    "MULAI",
    "UNREG JANGKAU",
    "HAPUS",
    "HAPS",
    "BATAL",
    "SANGGAH",
    "GANTI",
    "TELEPON",
    "SELESAI",
    "SELESAI 4821730",
    "SELESAI 4821730 12345678901",
    "12345678901 4821730 SELESAI",
    "GAGAL 4821730 9",
    "GAGAL",
    "GATAL",
    "RALAT 4821730",
    "TUNDA",
    "LIST",
    "LIST 2",
    "LIST -1",
    "LIST 99999999999999999999",
    "DETAIL",
    "LIBUR",
    "KERJA",
    "saya mau daftar pak bagaimana caranya",
    "Anda menang undian! Klik http://contoh.example",
    "Maaf, saya sedang menyetir. Pesan otomatis.",
    "halo",
    "test",
    "\xF0\x9F\x91\x8D",
    "\xE4\xBD\xA0\xE5\xA5\xBD",
    "\xFF\xFE",
    "{ticket} {name}",
    "%s%s%n",
    "'; DROP TABLE enrollments; --",
    "<script>",
    std::string("YA\0YA", 5),
    std::string(3000, '#'),
    std::string(3000, '7'),
    std::string(3000, 'A'),
    "DAFTAR " + std::string(3000, ' '),
    "DAFTAR " + std::string(3000, '7'),
};

class SmsAnswers : public testing::Test {
protected:
    SmsAnswers() {
        line_.import("agents",
                     "agent_id,name,msisdn,kelurahan,max_open\n"
                     "P01,ANDI BASO,081234500021,Lembo,100\n"
                     "P02,BAHARUDDIN,081234500022,Antang,100\n");
    }

    TurnKind sms(const std::string& id, const std::string& phone, const std::string& text) {
        TurnKind kind{};
        line_.store().run([&](sessions::Unit& unit) {
            TurnWorld world{unit,
                            *line_.config().service,
                            line_.random(),
                            line_.clock().now(),
                            "africastalking",
                            160};
            kind = take_sms(world, {id, Msisdn::from_digits(phone), "20880", text, std::nullopt});
        });
        return kind;
    }
    struct Sent {
        std::size_t answers = 0;
        std::size_t all = 0;
    };
    Sent sent_to(const std::string& phone) {
        Sent sent;
        line_.store().run([&](sessions::Unit& unit) {
            for (const auto& row : unit.sms_to(Msisdn::from_digits(phone), 0, 100'000)) {
                ++sent.all;
                sent.answers += row.sms.lane == flows::Lane::answer ? 1 : 0;
            }
        });
        return sent;
    }
    void pass(std::chrono::seconds time) { line_.clock().set(line_.clock().now() + time); }

    /// Sends it twice with one id, and then once more as it comes without an id.
    void expect_one_answer(const std::string& phone, const std::string& text) {
        SCOPED_TRACE(testing::PrintToString(text.substr(0, 80)) + " from " + phone);
        const Sent before = sent_to(phone);
        const std::string id = "m" + std::to_string(++ids_);
        EXPECT_EQ(sms(id, phone, text), TurnKind::fresh);
        const Sent after = sent_to(phone);
        EXPECT_LE(after.answers, before.answers + 1);
        answered_ += after.answers - before.answers;
        // Beside the answer only a receipt that the law or the city wants: of consent, of payment.
        EXPECT_LE(after.all, before.all + 2);
        pass(std::chrono::minutes(10));
        EXPECT_EQ(sms(id, phone, text), TurnKind::repeated);
        EXPECT_EQ(sent_to(phone).all, after.all) << "a repeat is answered";
    }
    std::string new_phone() { return "6281244" + std::to_string(100'000 + ++phones_); }

    LocalLine line_{"africastalking"};
    std::size_t ids_ = 0;
    std::size_t answered_ = 0;  ///< so that no test passes by silence
    std::size_t phones_ = 0;
};

TEST_F(SmsAnswers, AreOneAtMostToAStranger) {
    for (const std::string& text : kOddTexts) expect_one_answer(new_phone(), text);
    EXPECT_GT(answered_, 50U);
}

TEST_F(SmsAnswers, AreOneAtMostWhereConsentIsWaitedFor) {
    for (const std::string& text : kOddTexts) {
        const std::string phone = new_phone();
        expect_one_answer(phone, "DAFTAR#7371010503800003#SYAMSUDDIN#LEMBO");
        expect_one_answer(phone, text);
    }
    EXPECT_GT(answered_, 50U);
}

TEST_F(SmsAnswers, AreOneAtMostToAWorkerWithATicket) {
    for (const std::string& text : kOddTexts) {
        const std::string phone = new_phone();
        for (const char* said : {"DAFTAR#7371010503800003#SYAMSUDDIN#LEMBO", "SETUJU", "SENDIRI"})
            expect_one_answer(phone, said);
        expect_one_answer(phone, text);
    }
    EXPECT_GT(answered_, 50U);
}

TEST_F(SmsAnswers, AreOneAtMostInOneLongConversation) {
    const std::string phone = new_phone();
    for (const std::string& text : kOddTexts) expect_one_answer(phone, text);
    EXPECT_GT(answered_, 50U);
}

TEST_F(SmsAnswers, AreOneAtMostToAnIdleAgent) {
    for (const std::string& text : kOddTexts) expect_one_answer("6281234500022", text);
    EXPECT_GT(answered_, 50U);
}

TEST_F(SmsAnswers, AreOneAtMostToAnAgentWithOffers) {
    for (const std::string& text : kOddTexts) {
        const std::string phone = new_phone();
        for (const char* said : {"DAFTAR#7371010503800003#SYAMSUDDIN#LEMBO", "SETUJU", "SENDIRI"})
            (void)sms("w" + std::to_string(++ids_), phone, said);
        expect_one_answer("6281234500021", text);
    }
    EXPECT_GT(answered_, 50U);
}

TEST_F(SmsAnswers, AreOneAtMostToAnyBytes) {
    std::mt19937 random(7);
    const std::string pieces[] = {
        "YA", "TIDAK", "DAFTAR", "STATUS", "AGEN", "SELESAI", "4821730", "7371010503800003",
        "#",  " ",     " ",      "Lembo",  "\n",   "\xFF",    "'"};
    const std::string worker = new_phone();
    for (int round = 0; round < 300; ++round) {
        std::string text;
        for (std::size_t i = random() % 8; i > 0; --i)
            text += random() % 6 ? pieces[random() % std::size(pieces)]
                                 : std::string(1, static_cast<char>(random() % 256));
        expect_one_answer(round % 2 ? worker : "6281234500021", text);
    }
    EXPECT_GT(answered_, 50U);
}

}  // namespace
}  // namespace jangkau::gateway
