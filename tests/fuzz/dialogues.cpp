// A dialogue by lines, each a hop: what is typed, or "~" the last hop again, "~3" the third again,
// "^" the operator drops the dialogue and the person dials again, "%5" five seconds pass.
// The promises: a repeated hop gets the same bytes and changes nothing, and a dialogue that was cut
// and goes on where it was ends as one that was never cut.

#include <charconv>
#include <map>

#include "gateway/core/text.hpp"
#include "gateway/turns.hpp"
#include "menus/render.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/gateway/shipped_config.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/seeded_random.hpp"

using namespace jangkau;
using namespace jangkau::gateway;
using fuzz::expect;

namespace {

constexpr std::size_t kHopsMax = 60;
constexpr std::size_t kUnits = 160;
const Msisdn kPhone = Msisdn::from_digits("6281234500001");

struct Promises {
    bool repeats = false;  ///< "~" is done, or left out
    bool cuts = false;     ///< "^" is
};

/// What a person and the store have of it in the end.
struct Ending {
    std::vector<std::string> screens;
    std::string records;
    bool cut_elsewhere = false;  ///< a dialogue went on somewhere else, as it may
};

class Gateway {
public:
    Gateway() : store_(sessions::make_memory_store(&clock_)) {
        store_->run([](sessions::Unit& unit) {
            flows::Agent agent{
                "P01", "ANDI BASO", Msisdn::from_digits("6281234500021"), {"7371131002"}};
            unit.put(agent);
            unit.put(flows::Eligibility{*Nik::parse("7371114503800003"), 2,
                                        *parse_iso_date("2026-11-01"), "DTSEN"});
        });
    }

    TurnResult hop(const std::string& session, std::size_t number, const std::string& text) {
        const adapters::UssdTurn turn{.session = session,
                                      .from = kPhone,
                                      .code = "*123*4567#",
                                      .text = text,
                                      .first = number == 0,
                                      .turn_key = session + "|" + std::to_string(number)};
        TurnResult result;
        store_->run([&](sessions::Unit& unit) {
            TurnWorld world{unit, shipped_service(), random_, clock_.now(), "simulator", kUnits};
            result = take_ussd(world, turn);
        });
        expect(valid_utf8(result.reply.text) && menus::fits(result.reply.text, kUnits),
               "a screen within its budget");
        expect(!result.reply.text.empty(), "that says something");
        return result;
    }
    void pass(std::chrono::seconds time) { clock_.set(clock_.now() + time); }

    std::string records() {
        std::string all;
        store_->run([&](sessions::Unit& unit) {
            for (const auto& e : unit.enrollments_of(kPhone))
                for (const auto& part :
                     {e.ticket.text(), e.nik ? e.nik->digits() : "", e.name, e.job, e.kelurahan,
                      e.programme, e.payer, std::to_string(e.months), std::string(name(e.status))})
                    all += part + "|";
            for (const auto& row : unit.sms_to(kPhone, 0, 100)) all += row.sms.text + "|";
            all += std::to_string(unit.drafts_of(kPhone).size());
        });
        return all;
    }

private:
    ManualClock clock_{*parse_iso_time("2026-11-23T01:00:00Z")};
    SeededRandom random_{7};
    std::unique_ptr<sessions::Store> store_;
};

Ending played(std::string_view input, Promises kept) {
    struct Hop {
        std::string session;
        std::size_t number;
        std::string text;
        std::string shown;
    };
    Gateway gateway;
    Ending ending;
    std::vector<Hop> hops;
    std::size_t dialogue = 0, number = 0;
    TurnResult now;
    const auto take = [&](const std::string& text) {
        const std::string session = "s-" + std::to_string(dialogue);
        now = gateway.hop(session, number, text);
        expect(now.kind == TurnKind::fresh, "a new hop is new");
        hops.push_back({session, number++, text, now.reply.text});
        if (now.reply.end) {
            ++dialogue;
            number = 0;
        }
    };
    fuzz::Choices lines(input);
    take("");
    ending.screens.push_back(now.reply.text);
    for (std::size_t i = 0; i < kHopsMax && lines.any(); ++i) {
        const std::string_view line = lines.line();
        std::size_t which = 0;
        if (!line.empty()) std::from_chars(line.data() + 1, line.data() + line.size(), which);
        if (line.starts_with('~')) {
            if (!kept.repeats) continue;
            const Hop& hop = which == 0 ? hops.back() : hops[which % hops.size()];
            const TurnResult again = gateway.hop(hop.session, hop.number, hop.text);
            expect(again.kind == TurnKind::repeated && again.reply.text == hop.shown,
                   "the same hop, the same bytes");
        } else if (line.starts_with('%')) {
            gateway.pass(std::chrono::seconds(which % 100));
        } else if (line.starts_with('^')) {
            if (!kept.cuts || number == 0) continue;
            const TurnResult before = now;
            ++dialogue;
            number = 0;
            take("");
            // Before there is anything to keep, and on a list's later page, it goes on elsewhere.
            if (now.node != before.node || !now.reply.text.ends_with(before.reply.text)) {
                ending.cut_elsewhere = true;
                return ending;
            }
        } else {
            take(std::string(line));
            ending.screens.push_back(now.reply.text);
        }
    }
    ending.records = gateway.records();
    return ending;
}

}  // namespace

FUZZ_TARGET(dialogues) {
    const Ending plain = played(input, {});
    const Ending repeated = played(input, {.repeats = true});
    expect(repeated.screens == plain.screens, "repeats change no screen");
    expect(repeated.records == plain.records, "and no record");

    const Ending cut = played(input, {.repeats = true, .cuts = true});
    if (cut.cut_elsewhere) return;
    expect(cut.records == plain.records, "a cut dialogue ends as one that was not cut");
}
