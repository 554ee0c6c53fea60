#include "tests/simulation/simulation.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <queue>
#include <set>
#include <stdexcept>
#include <unordered_map>

#include "gateway/phone.hpp"
#include "tests/simulation/worker.hpp"
#include "tests/support/local_line.hpp"

namespace jangkau::simulation {
namespace {

using namespace std::chrono;

constexpr double kBillingStep = 20;  ///< seconds
constexpr Instant kDay = 24 * 3600 * 1000;
/// So often nothing may come of what is due at one time.
constexpr int kStandingStillMax = 1000;

/// One worker with his phone and his patience.
struct Person {
    Person(const Model& model, const flows::Service& service, const MenuReader& reader,
           std::size_t index, gateway::Line& line, const gateway::Trunks& trunks, gateway::Ids& ids)
        : worker(model, service, reader, index),
          network(model.seed, index, 3),
          mind(model.seed, index, 4),
          dials_shortcut(Dice(model.seed, index, 6).happens(model.dials_shortcut)),
          number(Msisdn::from_digits(worker.phone().substr(1))),
          phone(line, trunks, worker.phone(), ids) {}

    Worker worker;
    Dice network;
    Dice mind;
    bool dials_shortcut;
    Msisdn number;
    gateway::Phone phone;

    unsigned dials = 0;
    Instant dialled = 0;
    bool busy = false;  ///< on the line, or about to dial again
    Seen seen;          ///< the last screen that he saw
    bool done = false;  ///< he knows that everything is said
    bool knows_ticket = false;
    bool by_sms = false;  ///< answers questions by SMS

    void learn_ticket() {
        knows_ticket = true;
        worker.knows_ticket();
    }

    // What the gateway knows of him.
    Seen shown;  ///< the last screen that it showed, seen or not
    std::string nik_accepted;
    bool asked_twice = false;
    unsigned ticket_at_dial = 0;  ///< 0 = none
    bool complete = false;
};

class City {
public:
    City(const Model& model, const std::string& folder)
        : model_(model),
          line_("simulator", settings(model), folder),
          reader_(*line_.config().service, line_.clock().now()),
          start_(line_.clock().now()),
          trunks_(gateway::trunks_of({"simulator", "", "", kConfig, {}})) {
        line_.on_sms([this](const gateway::InboxSms& sms) { left(sms); });
        import_agents();
        for (std::size_t i = 0; i < model.workers; ++i) {
            people_.emplace_back(model_, service(), reader_, model.first + i, line_, trunks_, ids_);
            by_number_[people_.back().worker.phone()] = &people_.back();
        }
        import_eligibility();
    }

    Figures run() {
        for (Person& person : people_) {
            person.busy = true;
            at(ms(person.mind.share() * model_.arrivals), [&] { dial(person); });
        }
        const Instant end = ms(model_.arrivals + model_.horizon);
        look();
        while (!events_.empty() && events_.top().time <= end) step();
        return counted();
    }

private:
    struct Event {
        Instant time;
        std::uint64_t order;  ///< what was planned first happens first
        std::function<void()> happens;
        bool operator<(const Event& other) const {
            return std::tie(time, order) > std::tie(other.time, other.order);
        }
    };

    [[nodiscard]] const flows::Service& service() const { return *line_.config().service; }

    // --- time ---

    void at(Instant time, std::function<void()> happens) {
        events_.push({time, ++planned_, std::move(happens)});
    }
    void in(double seconds, std::function<void()> happens) {
        at(now_ + ms(seconds), std::move(happens));
    }

    /// What the gateway does by itself comes before what happens to it in the same second.
    void step() {
        const Time next = start_ + floor<seconds>(milliseconds(events_.top().time));
        if (due_ && *due_ <= next) {
            standing_still_ = *due_ == line_.clock().now() ? standing_still_ + 1 : 0;
            if (standing_still_ > kStandingStillMax)
                throw std::runtime_error("the gateway does not get on at " + iso(*due_));
            now_ = std::max(now_, duration_cast<milliseconds>(*due_ - start_).count());
            line_.go_to(*due_);
            look();
            return;
        }
        const Event event = events_.top();
        events_.pop();
        now_ = event.time;
        line_.clock().set(next);
        event.happens();
    }

    void look() { due_ = line_.next_due(); }

    /// The same, and what the store knows of someone: one job, since jobs are most of the time.
    std::vector<flows::Enrollment> look_for(const Person& person) {
        std::vector<flows::Enrollment> own;
        line_.store().run([&](sessions::Unit& unit) {
            due_ = LocalLine::next_due(unit);
            if (!person.complete) own = unit.enrollments_of(person.number);
        });
        return own;
    }

    // --- on the line ---

    void dial(Person& person) {
        person.busy = true;
        ++person.dials;
        ++figures_.dials;
        person.dialled = now_;
        send(person, std::nullopt);
    }

    [[nodiscard]] Instant cut_at(const Person& person) const {
        return person.dialled + ms(model_.dialogue_max);
    }

    /// One hop: nothing typed is the dial.
    void send(Person& person, const std::optional<Act>& act) {
        const Instant half = ms(person.network.between(model_.hop_min, model_.hop_max) / 2);
        const bool lost = person.network.happens(model_.loss);
        const bool request_lost = person.network.happens(0.5) && lost;
        if (request_lost) return drop(person, now_ + 2 * half);
        if (now_ + half > cut_at(person)) return drop(person, cut_at(person));
        at(now_ + half, [this, &person, act, lost, half] {
            arrive(person, act);
            const Instant back = now_ + half;
            if (lost || back > cut_at(person)) return drop(person, std::min(back, cut_at(person)));
            at(back, [this, &person] { show(person); });
        });
    }

    void arrive(Person& person, const std::optional<Act>& act) {
        if (!act && !model_.resume) forget_draft(person);
        const auto screen =
            act ? person.phone.type(act->typed) : person.phone.dial(service().settings.dial_code);
        const Seen asked = std::exchange(person.shown, reader_.read(screen.text, screen.end));
        if (person.shown.text_id.empty()) ++figures_.not_understood;
        watch_nik(person, act, asked);
        watch_ticket(person, Way::line);
    }

    /// "*123*4567*1#" leads past the menu.
    [[nodiscard]] std::string code_for(const Person& person) const {
        std::string code = service().settings.dial_code;
        if (person.dials_shortcut) code.insert(code.size() - 1, "*1");
        return code;
    }

    void show(Person& person) {
        person.seen = person.shown;
        if (reader_.shows(person.seen.text_id, "ticket")) {
            person.learn_ticket();
            person.done = all_said(person);
        }
        if (person.seen.end || person.done) return over(person);
        const auto act = person.worker.answer(person.seen);
        if (!act) return over(person);
        const Instant pressed = now_ + ms(act->seconds);
        if (pressed > cut_at(person)) return drop(person, cut_at(person));
        at(pressed, [this, &person, act] { send(person, act); });
    }

    /// A ticket that is not incomplete, and nothing asked that he would answer.
    [[nodiscard]] bool all_said(const Person& person) const {
        const std::string_view said = reader_.prompt(person.seen.text_id);
        for (const char* incomplete : {"belum lengkap", "BELUM SELESAI", "Masih perlu"})
            if (said.find(incomplete) != std::string_view::npos) return false;
        return person.seen.end || !person.worker.wants(person.seen);
    }

    void drop(Person& person, Instant when) {
        at(when, [this, &person] { over(person); });
    }

    /// The dialogue has ended for him, in whatever way.
    void over(Person& person) {
        const double spent = static_cast<double>(now_ - person.dialled) / 1000;
        line_seconds_ += spent;
        figures_.billing_steps += static_cast<std::uint64_t>(std::ceil(spent / kBillingStep));
        person.busy = false;
        if (person.done || person.dials >= model_.dials_max) return;
        const bool again =
            person.mind.happens(person.knows_ticket ? model_.redials_with_ticket : model_.redials);
        const double pause = person.mind.around(model_.redial_median, model_.redial_spread);
        if (!again) return;
        person.busy = true;
        in(std::max(model_.redial_min, pause), [this, &person] { dial(person); });
    }

    // --- what the gateway knows of him ---

    enum class Way { line, sms, itself };

    /// An accepted NIK must never be asked for again, unless he had it so.
    void watch_nik(Person& person, const std::optional<Act>& act, const Seen& asked) {
        const bool asks = person.shown.asks("nik");
        // What leads out of the journey (too old, too young) was refused.
        const bool accepted = person.shown.node && !person.shown.node->stage.empty();
        if (act && asked.asks("nik") && !asks && accepted) {
            person.nik_accepted = act->typed;
            return;
        }
        if (act && (act->wants_to_retype || act->slipped) && asked.node) {
            // By his own hand he may have begun anew: what follows is no fault of the menu's.
            static const std::set<std::string> kWaysToBeginAnew{"U06", "U07", "U11",
                                                                "U30", "U31", "E08"};
            const bool can_discard =
                act->wants_to_retype || kWaysToBeginAnew.contains(asked.text_id);
            if (can_discard) person.nik_accepted.clear();
        }
        if (asks && !person.nik_accepted.empty()) person.asked_twice = true;
    }

    void watch_ticket(Person& person, Way way) {
        if (person.complete) return;
        std::vector<flows::Enrollment> own;
        line_.store().run([&](sessions::Unit& unit) { own = unit.enrollments_of(person.number); });
        std::erase_if(own, [](const auto& e) {
            return e.kind != flows::Enrollment::Kind::registration || !e.nik;
        });
        if (own.empty()) return;
        const flows::Enrollment& enrollment = own.back();  // the first one
        if (person.ticket_at_dial == 0) {
            person.ticket_at_dial = person.dials;
            ++figures_.tickets;
            ++figures_.tickets_at[std::min<std::size_t>(person.dials, kDialsCounted)];
            if (enrollment.nik->digits() != person.worker.nik()) ++figures_.mistyped_nik;
            at(now_ + kDay, [this, &person] {
                watch_ticket(person, Way::itself);
                if (person.complete) ++figures_.complete_in_a_day;
            });
        }
        if (enrollment.status == flows::Status::unfinished || person.complete) return;
        person.complete = true;
        ++(way == Way::line  ? figures_.complete_on_line
           : way == Way::sms ? figures_.complete_by_sms
                             : figures_.complete_by_itself);
    }

    void forget_draft(const Person& person) {
        line_.store().run([&](sessions::Unit& unit) {
            for (const flows::Draft& draft : unit.drafts_of(person.number))
                unit.drop_draft(draft.id);
        });
    }

    // --- SMS ---

    /// An SMS has left the gateway.
    void left(const gateway::InboxSms& sms) {
        const auto person = by_number_.find(sms.to);
        if (person == by_number_.end()) {
            ++figures_.sms_to_agents;
            in(1, [this, sms] { agent_reads(sms); });
            return;
        }
        ++figures_.sms_to_workers;
        Person& to = *person->second;
        const double delay = to.network.around(model_.sms_median, model_.sms_spread);
        if (to.network.happens(model_.sms_lost)) return;
        in(delay, [this, &to, text = sms.text] { worker_reads(to, text); });
    }

    void worker_reads(Person& person, const std::string& text) {
        const Seen seen = reader_.read(text, true);
        if (seen.text_id.empty()) ++figures_.not_understood;
        if (reader_.shows(seen.text_id, "ticket")) person.learn_ticket();
        if (person.busy || person.done) return;
        const auto says = [&](std::string_view words) {
            return reader_.prompt(seen.text_id).find(words) != std::string_view::npos;
        };
        if (person.by_sms) return answer_by_sms(person, seen);
        const double pause = person.mind.around(model_.answer_median, model_.answer_spread);
        const double choice = person.mind.share();
        const auto answers = [&](const std::string& answer) {
            if (choice < model_.answers_sms)
                in(pause, [this, &person, answer] { worker_writes(person, answer); });
        };
        if (says("PEMKOT") && says("SENDIRI")) {
            answers(person.worker.payer_word());
        } else if (says("BETUL {ticket}")) {
            answers("BETUL " + ticket_in(text));
        } else if (says("LANJUT")) {
            if (choice < model_.follows_nudge)
                in(pause, [this, &person] {
                    if (!person.busy) dial(person);
                });
            else if (choice < model_.follows_nudge + model_.continues_by_sms)
                in(pause, [this, &person] {
                    person.by_sms = true;
                    worker_writes(person, "LANJUT");
                });
        }
    }

    /// A question came by SMS, or the last word.
    void answer_by_sms(Person& person, Seen seen) {
        seen.end = false;
        const bool question = seen.node && (seen.node->kind == menus::Node::Kind::ask ||
                                            seen.node->kind == menus::Node::Kind::choose);
        if (!question) return;  // a receipt between two questions
        const auto act = person.worker.answer(seen);
        if (!act || !person.mind.happens(model_.answers_next)) return;
        const double pause = person.mind.around(model_.answer_median, model_.answer_spread);
        in(pause, [this, &person, act] { worker_writes(person, act->typed); });
    }

    void worker_writes(Person& person, const std::string& text) {
        if (person.busy) return;
        ++figures_.sms_from_workers;
        person.phone.sms(service().settings.short_code, text);
        watch_ticket(person, Way::sms);
    }

    // --- agents ---

    void import_agents() {
        const auto& areas = service().menu.lists.at(service().settings.areas).items;
        std::vector<std::string> kelurahan;
        for (const auto& item : areas)
            if (item.parent.size() > 4) kelurahan.push_back(item.code);
        std::string csv = "agent_id,name,msisdn,kelurahan,max_open\n";
        for (std::size_t i = 0; i < model_.agents; ++i) {
            const std::string number = "08131" + std::to_string(1'000'000 + i);
            csv += "P" + std::to_string(i) + ",AGEN PERISAI," + number + "," +
                   kelurahan[i % kelurahan.size()] + ",15\n";
            agents_.emplace_back(model_.seed, model_.first * model_.agents + i, 5);
            const auto parsed = Msisdn::parse(number, service().plan);
            agent_phones_.try_emplace(parsed->e164(), i,
                                      gateway::Phone(line_, trunks_, parsed->e164(), ids_));
        }
        line_.import("agents", csv);
    }

    /// Those whom the city pays for; one row at least, so that the list is there.
    void import_eligibility() {
        std::string csv = "nik,desil,as_of,source\n";
        for (const Person& person : people_)
            if (person.worker.asks_city())
                csv += person.worker.nik() + "," + (person.worker.eligible() ? "2" : "8") +
                       ",2026-11-01,DTSEN\n";
        line_.import("eligibility", csv);
    }

    void agent_reads(const gateway::InboxSms& sms) {
        const auto at_phone = agent_phones_.find(sms.to);
        if (at_phone == agent_phones_.end()) return;
        auto& [index, phone] = at_phone->second;
        Dice& dice = agents_[index];
        const Seen seen = reader_.read(sms.text, true);
        const std::string ticket = ticket_in(sms.text);
        const auto writes = [&, number = sms.to](double seconds, const std::string& text) {
            at(awake(now_ + ms(seconds)), [this, number, text] {
                ++figures_.sms_from_agents;
                agent_phones_.at(number).second.sms(service().settings.short_code, text);
                look();
            });
        };
        if (seen.text_id == "A01") {
            const bool takes = dice.happens(model_.agent_takes);
            if (offered_.insert(sms.to + ticket).second)  // a reminder finds the same mind
                writes(dice.around(model_.agent_median, model_.agent_spread),
                       (takes ? "YA " : "TIDAK ") + ticket);
        } else if (seen.text_id == "A02" && dice.happens(model_.agent_finishes)) {
            writes(dice.around(model_.finish_median, model_.finish_spread),
                   "SELESAI " + ticket + " " + std::to_string(10'000'000'000 + ++memberships_));
        } else if (seen.text_id == "A22") {
            const std::size_t code = sms.text.find(": ") + 2;
            // He has the phone in his hand: whatever the hour is.
            at(now_ + ms(dice.around(model_.code_median, model_.code_spread)),
               [this, number = sms.to, text = "OK " + ticket + " " + sms.text.substr(code, 6)] {
                   ++figures_.sms_from_agents;
                   agent_phones_.at(number).second.sms(service().settings.short_code, text);
                   look();
               });
        }
    }

    /// Between 8 and 20 o'clock; what falls into the night waits.
    [[nodiscard]] Instant awake(Instant time) const {
        const auto when = start_ + floor<seconds>(milliseconds(time));
        const auto clock = service().settings.zone.time_of_day(when);
        if (clock < hours(8)) return time + milliseconds(hours(8) - clock).count();
        if (clock >= hours(20)) return time + milliseconds(hours(32) - clock).count();
        return time;
    }

    // --- the end ---

    Figures counted() {
        figures_.loss = model_.loss;
        figures_.resume = model_.resume;
        figures_.workers = people_.size();
        figures_.seconds = static_cast<std::uint64_t>(std::llround(line_seconds_));
        for (Person& person : people_) {
            if (person.asked_twice) ++figures_.asked_twice;
            if (person.ticket_at_dial == 0)
                ++figures_.left_at[person.seen.text_id.empty() ? "-" : person.seen.text_id];
        }
        line_.store().run([&](sessions::Unit& unit) {
            figures_.active = unit.enrollments_in(flows::Status::active, model_.workers + 1).size();
        });
        return figures_;
    }

    /// The gateway knows how long the operator lets a dialogue last.
    static std::vector<std::string> settings(const Model& model) {
        return {"channels.simulator.session_max=" +
                std::to_string(std::llround(model.dialogue_max)) + "s"};
    }

    static constexpr const char* kConfig = JANGKAU_SOURCE_DIR "/config/jangkau.yaml";

    const Model& model_;
    LocalLine line_;
    MenuReader reader_;
    const Time start_;
    gateway::Trunks trunks_;
    gateway::Ids ids_{"sim"};
    std::deque<Person> people_;
    std::unordered_map<std::string, Person*> by_number_;
    std::vector<Dice> agents_;
    std::unordered_map<std::string, std::pair<std::size_t, gateway::Phone>> agent_phones_;
    std::set<std::string> offered_;
    std::uint64_t memberships_ = 0;

    std::priority_queue<Event> events_;
    std::uint64_t planned_ = 0;
    Instant now_ = 0;
    std::optional<Time> due_;
    int standing_still_ = 0;
    double line_seconds_ = 0;
    Figures figures_;
};

}  // namespace

Figures simulate(const Model& model, const std::string& folder) {
    return City(model, folder).run();
}

}  // namespace jangkau::simulation
