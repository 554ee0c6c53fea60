#include "tests/bench/filler.hpp"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "menus/step.hpp"
#include "sessions/sqlite_store.hpp"
#include "tests/support/local_line.hpp"

namespace jangkau::bench {
namespace {

constexpr std::string_view kChannel = "africastalking";
constexpr std::uint64_t kAtOnce = 2'000;

std::string request_of(const Dialogue& dialogue, std::uint64_t worker, std::size_t hop) {
    std::string wire;
    dialogue.append_request(wire, worker, hop);
    return wire.substr(wire.find("\r\n\r\n") + 4);
}

/// What one worker's dialogue left in the store.
struct Walked {
    sessions::Session session;
    flows::Person person;
    flows::Consent consent;
    flows::Draft draft;
    std::string nik;
};

Walked walk(const Dialogue& dialogue) {
    LocalLine line;
    for (std::size_t hop = 0; hop < kLiveHop; ++hop) {
        HttpRequest request;
        request.method = "POST";
        request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
        request.body = request_of(dialogue, 0, hop);
        const auto answer = line.exchange(adapters::Endpoint::ussd, std::move(request));
        if (!Dialogue::goes_on(answer.body, hop)) throw std::runtime_error(answer.body);
    }
    const Msisdn phone = Msisdn::from_digits(dialogue.phone(0));
    std::optional<Walked> walked;
    line.store().run([&](sessions::Unit& unit) {
        walked =
            Walked{unit.session(kChannel, dialogue.session(0)).value(), unit.person(phone).value(),
                   unit.consents_of(phone).front(), unit.drafts_of(phone).front(), dialogue.nik(0)};
    });
    return *walked;
}

class Filler {
public:
    Filler(const std::string& folder, const Dialogue& dialogue)
        : dialogue_(dialogue), walked_(walk(dialogue)), store_(open(folder)) {}

    void dialogues(std::uint64_t count) {
        in_batches(count, [this](sessions::Unit& unit, std::uint64_t worker) {
            const Msisdn phone = Msisdn::from_digits(dialogue_.phone(worker));
            flows::Person person = walked_.person;
            person.msisdn = phone;
            unit.put(person);
            flows::Consent consent = walked_.consent;
            consent.msisdn = phone;
            consent.session = dialogue_.session(worker);
            unit.add(consent);
            flows::Draft draft = walked_.draft;
            draft.id = 0;
            draft.msisdn = phone;
            const std::int64_t id = unit.put(draft);
            unit.set_timer({"nudge", std::to_string(id), now_ + std::chrono::hours(24)});
            sessions::Session session = walked_.session;
            session.id = dialogue_.session(worker);
            session.msisdn = phone;
            session.state = state_of(worker, id);
            session.typed = with_nik_of(worker, session.typed);
            session.changed = session.began = now_;
            unit.put(sessions::Hop{session, "filled", {"CON " + session.typed, false}, id});
        });
    }

    void enrollments(std::uint64_t count) {
        in_batches(count, [this](sessions::Unit& unit, std::uint64_t number) {
            // Another month than those whom the load registers.
            const Dialogue others("", 1);
            flows::Enrollment enrollment{.ticket = ticket(number),
                                         .owner = Msisdn::from_digits(others.phone(number))};
            enrollment.nik = *Nik::parse(others.nik(number + kOtherDays));
            enrollment.name = "ABDUL RAHMAN DAENG NGALLE";
            enrollment.job = "driver";
            enrollment.kelurahan = "73.71.07.1001";
            enrollment.programme = "BPU2";
            enrollment.payer = "self";
            enrollment.income_base = 1'000'000;
            enrollment.months = 3;
            enrollment.language = "id";
            enrollment.status = flows::Status::active;
            enrollment.created = enrollment.changed =
                now_ - std::chrono::seconds(number % 1'000'000);
            unit.put(enrollment);
        });
    }

private:
    /// Long ones, so that the load finds its short ones free; in no order, as tickets are given.
    static Ticket ticket(std::uint64_t number) {
        constexpr std::uint64_t kStride = 48'271'001;  // shares no factor with their count
        return Ticket::from_number(number * kStride, Ticket::kDigitsMax);
    }

    /// So many workers on from the first: far beyond those of any load.
    static constexpr std::uint64_t kOtherDays = 20'000'000;

    static std::unique_ptr<sessions::Store> open(const std::string& folder) {
        sessions::SqliteOptions options;
        options.folder = folder;
        options.fast_and_loose = true;  // nobody waits for a step of these
        return sessions::open_sqlite_store(options);
    }

    template <class Put>
    void in_batches(std::uint64_t count, Put put) {
        for (std::uint64_t first = 0; first < count; first += kAtOnce) {
            store_->run([&](sessions::Unit& unit) {
                for (std::uint64_t i = first; i < std::min(count, first + kAtOnce); ++i)
                    put(unit, i);
            });
        }
    }

    [[nodiscard]] std::string state_of(std::uint64_t worker, std::int64_t draft) const {
        menus::State state =
            menus::decode_state(with_nik_of(worker, walked_.session.state)).value();
        state.draft = draft;
        return menus::encode(state);
    }

    [[nodiscard]] std::string with_nik_of(std::uint64_t worker, std::string text) const {
        const std::string nik = dialogue_.nik(worker);
        for (std::size_t at = text.find(walked_.nik); at != text.npos;
             at = text.find(walked_.nik, at + nik.size()))
            text.replace(at, nik.size(), nik);
        return text;
    }

    const Dialogue& dialogue_;
    const Walked walked_;
    const Time now_ = SystemClock().now();
    const std::unique_ptr<sessions::Store> store_;
};

}  // namespace

void fill(const std::string& folder, const Dialogue& dialogue, std::uint64_t dialogues,
          std::uint64_t enrollments) {
    Filler filler(folder, dialogue);
    filler.dialogues(dialogues);
    filler.enrollments(enrollments);
}

}  // namespace jangkau::bench
