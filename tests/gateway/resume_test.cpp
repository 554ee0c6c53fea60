// Whatever is cut, whenever the process dies: the registration ends as if nothing had happened.

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <set>

#include "gateway/phone.hpp"
#include "menus/step.hpp"
#include "tests/support/fast_folder.hpp"
#include "tests/support/local_line.hpp"
#include "tests/support/menu_reader.hpp"

namespace jangkau::gateway {
namespace {

/// The question, by its text, and the answer: an option by how its label begins, or what is typed.
struct Answer {
    std::string text_id;
    std::string answer;
};
using Answers = std::vector<Answer>;

struct Journey {
    std::string name;
    Answers answers;
    std::string last;  ///< text of the last screen
};

void PrintTo(const Journey& journey, std::ostream* out) { *out << journey.name; }

constexpr const char* kNik = "7371114503800003";
constexpr const char* kOtherNik = "7371110503850004";

Answers operator+(Answers a, const Answers& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

// The journey's parts, in the order of the menu. Where that changes, change registration().
const Answers kOpen{{"U00", "Setuju & daftar"}};
const Answers kOpenForAnother{
    {"U00", "Menu lain"}, {"U06", "Daftarkan orang lain"}, {"U02", "Setuju"}};
const Answers kNikRight{{"U10", kNik}};
const Answers kName{{"U11N", "Abdul Rahman Daeng Ngalle"}};  // which says that the NIK is right
const Answers kPlace{{"U17", "Tallo"}, {"U19", "Pannampu"}};
const Answers kOutside{{"U17", "Luar Makassar"}, {"U21", "Daftar bayar sendiri"}};
const Answers kCity{{"U35", "Pemkot"}, {"U23", "Ya"}};
const Answers kSelfPaid{{"U35", "Saya sendiri"}};
const Answers kUnsure{{"U35", "Tanya agen"}};
const Answers kJob{{"U14", "Becak"}};
const Answers kThreeMonths{{"U25", "JKK+JKM"}, {"U27", "Ya"}, {"U29", "3 bln"}};
const Answers kSend{{"U30", "Kirim"}};

struct Parts {
    Answers who = kOpen;
    Answers nik = kNikRight;
    Answers name = kName;
    Answers place = kPlace;
    Answers payer = kCity;
    Answers job = kJob;
    Answers programme = {};
    Answers end = kSend;
};

Answers registration(const Parts& parts) {
    return parts.who + parts.nik + parts.name + parts.place + parts.payer + parts.job +
           parts.programme + parts.end;
}

Answers changed(const char* what, const Answers& again) {
    return Answers{{"U30", "Ubah"}, {"U31", what}} + again + kSend;
}

std::vector<Journey> journeys() {
    const Answers another = kOpenForAnother + Answers{{"U09", "081234500009"}};
    const Answers without_phone = kOpenForAnother + Answers{{"U09", "1"}};
    const Answers second_page{{"U14", "Warung"}};
    const Answers typed_job{{"U14", "Lain, ketik"}, {"U16", "tukang kayu"}};
    const Answers read_back{{"U10", kOtherNik}, {"U11N", "Salah, ketik"}, {"U10", kNik}};
    const Answers card_birth{{"U10", kNik}, {"U11N", "Tgl lahir"}, {"U12", "06031980"}};
    const Answers plain_name{{"U13", "Abdul Rahman Daeng Ngalle"}};
    const Answers slips{{"U10", "737111"}, {"E01", "73711145O38O0003"}};
    const Answers typed_place{{"U17", "pannampu"}};
    const Answers difference{
        {"U25", "Apa bedanya"}, {"U26", "JKK+JKM+JHT"}, {"U27", "Ya"}, {"U29", "Tanya agen"}};
    const Answers larger_income{{"U25", "+JHT"}, {"U27", "Penghasilan"}, {"U28", "9000"}};
    return {
        {"city", registration({}), "U32"},
        {"city_alone", registration({.payer = {{"U35", "Pemkot"}, {"U23", "Tidak"}}}), "U32"},
        {"self", registration({.payer = kSelfPaid, .programme = kThreeMonths}), "U33"},
        {"self_after_difference", registration({.payer = kSelfPaid, .programme = difference}),
         "U33"},
        {"self_larger_income", registration({.payer = kSelfPaid, .programme = larger_income}),
         "U33"},
        {"unsure", registration({.payer = kUnsure}), "U33"},
        {"someone_else", registration({.who = another}), "U32"},
        {"someone_without_phone", registration({.who = without_phone}), "U32"},
        {"outside",
         registration({.place = kOutside, .payer = {{"U36", "Lanjut"}}, .programme = kThreeMonths}),
         "U33"},
        {"second_page", registration({.job = second_page}), "U32"},
        {"typed_job", registration({.job = typed_job}), "U32"},
        {"read_back", registration({.nik = read_back}), "U32"},
        {"card_birth", registration({.nik = card_birth, .name = plain_name}), "U32"},
        {"typed_place", registration({.place = typed_place}), "U32"},
        {"slips", registration({.nik = slips}), "U32"},
        {"changes_nik",
         registration({.end = changed("NIK", {{"U10", kOtherNik}, {"U11", "Betul"}})}), "U32"},
        {"changes_name", registration({.end = changed("Nama", {{"U13", "Abdul Rahim"}})}), "U32"},
        {"changes_job", registration({.end = changed("Pekerjaan", typed_job)}), "U32"},
        {"changes_place",
         registration({.end = changed("Kelurahan", {{"U17", "Wajo"}, {"U19", "Malimongan"}})}),
         "U32"},
        {"changes_payer", registration({.end = changed("Pembayar", kSelfPaid + kThreeMonths)}),
         "U33"},
    };
}

/// Before the first answer of a registration there is nothing to keep: the menu is shown again.
bool opening(const std::string& text_id) {
    static const std::set<std::string> kOpening{"U00", "U02", "U06"};
    return kOpening.contains(text_id);
}

/// How a registration ended, without what differs from one run to another.
struct Outcome {
    std::string last;
    std::vector<std::string> enrollments;
    std::vector<std::string> sms;

    bool operator==(const Outcome&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Outcome& outcome) {
    out << outcome.last;
    for (const auto& line : outcome.enrollments) out << "\n  " << line;
    for (const auto& line : outcome.sms) out << "\n  " << line;
    return out;
}

std::string without_tickets(std::string text) {
    for (std::string ticket = ticket_in(text); !ticket.empty(); ticket = ticket_in(text))
        text.replace(text.find(ticket), ticket.size(), "{ticket}");
    return text;
}

std::string written(const flows::Enrollment& e) {
    std::string out;
    for (const std::string& part :
         {e.owner.digits(), e.contact ? e.contact->digits() : "", e.nik ? e.nik->digits() : "",
          e.name, e.birth_date ? iso(*e.birth_date) : "", e.job, e.kelurahan, e.programme, e.payer,
          std::to_string(e.income_base), std::to_string(e.months),
          std::string(e.agent_if_refused ? "refer" : ""), e.language, std::string(name(e.status))})
        out += part + "|";
    return out;
}

/// Walks one journey. `cut(n)`: whether the n-th answer of the gateway (from 0, the dial's) is lost
/// with its dialogue; `between` runs before every input.
class Walk {
public:
    Walk(const Journey& journey, LocalLine& line)
        : journey_(journey), line_(line), reader_(*line.config().service, line.clock().now()) {
        line.on_sms([this](const InboxSms& sms) {
            sms_.push_back(sms.to + " " + without_tickets(sms.text));
        });
    }

    std::function<bool(std::size_t)> cut = [](std::size_t) { return false; };
    std::function<void()> between = [] {};

    Outcome run() {
        dial();
        while (!failed() && next_ < journey_.answers.size()) {
            between();
            if (!answer()) break;
        }
        Outcome outcome{seen_.text_id, {}, sms_};
        line_.store().run([&](sessions::Unit& unit) {
            for (const auto& e : unit.enrollments_of(Msisdn::from_digits(kPhone.substr(1))))
                outcome.enrollments.push_back(written(e));
        });
        return outcome;
    }

    [[nodiscard]] std::size_t hops() const { return hops_; }
    [[nodiscard]] std::size_t answered() const { return next_; }
    /// Of the dialogue that goes on.
    [[nodiscard]] std::string channel() const {
        return (dials_ % 2 ? simulator_ : other_).ussd.channel.channel;
    }
    [[nodiscard]] std::string session() const { return "walk-" + std::to_string(dials_); }

private:
    static bool failed() { return testing::Test::HasFailure(); }

    /// Each dial comes through the other channel.
    void dial() {
        ++dials_;
        take(phones_[dials_ % 2].dial("*123*4567#"));
    }

    void take(const Phone::Screen& screen) {
        seen_ = reader_.read(screen.text, screen.end);
        text_ = screen.text;
        const std::size_t hop = hops_++;
        const bool over = next_ == journey_.answers.size();
        if (!over && cut(hop)) dial();
    }

    /// Answers the screen; false when the journey cannot go on.
    bool answer() {
        const Answer& wanted = journey_.answers[next_];
        if (seen_.node && seen_.node == reader_.node_of(wanted.text_id))
            return type(wanted.answer, true);
        if (opening(seen_.text_id) && nothing_to_keep())
            for (const Answer& earlier : journey_.answers)
                if (earlier.text_id == seen_.text_id) {
                    const bool ahead = &earlier > &wanted;
                    if (ahead) next_ = static_cast<std::size_t>(&earlier - &journey_.answers[0]);
                    return type(earlier.answer, ahead);
                }
        ADD_FAILURE() << journey_.name << ": " << wanted.text_id << " was expected instead of "
                      << seen_.text_id << ":\n"
                      << text_;
        return false;
    }

    /// Nothing beyond the opening was given, but what was refused.
    [[nodiscard]] bool nothing_to_keep() const {
        for (std::size_t i = 0; i < next_; ++i) {
            const bool refused =
                i + 1 < journey_.answers.size() && journey_.answers[i + 1].text_id.starts_with('E');
            if (!opening(journey_.answers[i].text_id) && !refused) return false;
        }
        return true;
    }

    bool type(const std::string& answer, bool counts) {
        std::string key = reader_.key_for(seen_, answer);
        if (key.empty()) key = seen_.key_of(answer);
        const bool list = seen_.node && seen_.node->list;
        const std::string more = seen_.key_of("Lainnya");
        if (key.empty() && list && !more.empty()) {
            take(phones_[dials_ % 2].type(more));
            return true;
        }
        if (counts) ++next_;
        take(phones_[dials_ % 2].type(key.empty() ? answer : key));
        return true;
    }

    static Trunks trunks(const char* channel) {
        return trunks_of({channel, "", "", JANGKAU_SOURCE_DIR "/config/jangkau.yaml", {}});
    }

    static inline const std::string kPhone = "+6281234500001";
    const Journey& journey_;
    LocalLine& line_;
    MenuReader reader_;
    Ids ids_{"walk"};
    Trunks simulator_ = trunks("simulator");
    Trunks other_ = trunks("africastalking");
    std::array<Phone, 2> phones_{Phone(line_, other_, kPhone, ids_),
                                 Phone(line_, simulator_, kPhone, ids_)};
    std::size_t dials_ = 0;
    std::size_t hops_ = 0;
    std::size_t next_ = 0;  ///< answer
    Seen seen_;
    std::string text_;
    std::vector<std::string> sms_;
};

class Resume : public testing::TestWithParam<Journey> {
protected:
    static std::unique_ptr<LocalLine> line(const std::string& folder = "") {
        auto line = std::make_unique<LocalLine>("simulator", std::vector<std::string>{}, folder);
        line->import("agents",
                     "agent_id,name,msisdn,kelurahan,max_open\n"
                     "P01,ANDI BASO,081234500021,Pannampu,10\n");
        line->import("eligibility", std::string("nik,desil,as_of,source\n") + kNik +
                                        ",2,2026-11-01,DTSEN\n" + kOtherNik +
                                        ",8,2026-11-01,DTSEN\n");
        return line;
    }

    struct Walked {
        Outcome outcome;
        std::size_t hops;
    };
    static Walked uncut() {
        const auto gateway = line();
        Walk walk(GetParam(), *gateway);
        Outcome outcome = walk.run();
        return {outcome, walk.hops()};
    }
};

TEST_P(Resume, UncutEndsAsItShould) {
    const Outcome outcome = uncut().outcome;
    EXPECT_EQ(outcome.last, GetParam().last);
    EXPECT_EQ(outcome.enrollments.size(), 1U);
    EXPECT_GE(outcome.sms.size(), 2U);
}

TEST_P(Resume, CutAfterAnyHopEndsTheSame) {
    const Walked whole = uncut();
    for (std::size_t at = 0; at + 1 < whole.hops; ++at) {
        const auto gateway = line();
        Walk walk(GetParam(), *gateway);
        walk.cut = [at](std::size_t hop) { return hop == at; };
        EXPECT_EQ(walk.run(), whole.outcome) << "cut after hop " << at;
        if (HasFailure()) return;
    }
}

TEST_P(Resume, CutAfterEveryAcceptedAnswerEndsTheSame) {
    const Walked whole = uncut();
    const auto gateway = line();
    Walk walk(GetParam(), *gateway);
    std::size_t answered = 0;
    walk.cut = [&](std::size_t) {
        // A redial shows the question again, or the way back to it: those are not cut.
        const bool first = answered != walk.answered();
        answered = walk.answered();
        return first;
    };
    EXPECT_EQ(walk.run(), whole.outcome);
}

/// A dialogue reads its text only where the state is not at hand.
TEST_P(Resume, TheStateAtHandIsTheOneThatIsStored) {
    const Walked whole = uncut();
    const FastFolder folder;
    const auto gateway = line(folder.path());
    Walk walk(GetParam(), *gateway);
    std::size_t hops = 0;
    walk.between = [&] {
        gateway->store().run([&](sessions::Unit& unit) {
            const auto session = unit.session(walk.channel(), walk.session());
            ASSERT_TRUE(session && session->read);
            EXPECT_EQ(menus::decode_state(session->state), *session->read);
        });
        ++hops;
    };
    EXPECT_EQ(walk.run(), whole.outcome);
    EXPECT_EQ(hops + 1, whole.hops);
}

TEST_P(Resume, SurvivesARestartBetweenAnyTwoInputs) {
    const Walked whole = uncut();
    const FastFolder folder;
    const auto gateway = line(folder.path());
    Walk walk(GetParam(), *gateway);
    std::size_t restarts = 0;
    walk.between = [&] {
        gateway->store().run([&](sessions::Unit& unit) {
            const auto session = unit.session(walk.channel(), walk.session());
            ASSERT_TRUE(session);
            const auto state = menus::decode_state(session->state);
            ASSERT_TRUE(state);
            EXPECT_EQ(menus::encode(*state), session->state);
        });
        gateway->restart();
        ++restarts;
    };
    EXPECT_EQ(walk.run(), whole.outcome);
    EXPECT_EQ(restarts + 1, whole.hops);
}

INSTANTIATE_TEST_SUITE_P(Journeys, Resume, testing::ValuesIn(journeys()),
                         [](const auto& journey) { return journey.param.name; });

}  // namespace
}  // namespace jangkau::gateway
