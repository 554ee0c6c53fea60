// Operations by bytes upon the store that forgets and the store that remembers: what one answers,
// the other answers, after every operation and in the end. Some transactions fail and must leave
// nothing.

#include "tests/fuzz/fuzz.hpp"

#include <set>
#include <sstream>

#include "sessions/delivery.hpp"
#include "sessions/sqlite_store.hpp"
#include "tests/support/fast_folder.hpp"
#include "tests/support/manual_clock.hpp"

using namespace jangkau;
using namespace jangkau::sessions;
using fuzz::Choices;
using fuzz::expect;
using std::chrono::seconds;

namespace {

constexpr std::size_t kOperationsMax = 120;
const Time kStart{seconds(1'800'000'000)};

struct Undone : std::runtime_error {
    Undone() : std::runtime_error("this transaction fails") {}
};

// A few of each, so that operations meet.
Msisdn phone(Choices& c) {
    return Msisdn::from_digits(std::to_string(6281200000000 + int(c.below(4))));
}
Ticket ticket(Choices& c) { return Ticket::from_number(c.below(5)); }
Nik nik(Choices& c) { return *Nik::parse(std::to_string(7371014503850001 + int(c.below(3)))); }
std::string word(Choices& c) {
    using namespace std::string_literals;
    static const std::string kWords[] = {"",   "a", "simulator", "twilio", "a\0b'\"%;\n|/é漢"s,
                                         "P01"};
    return c.one_of(kWords);
}
Time moment(Choices& c) { return kStart + seconds(int(c.byte()) - 60); }
std::optional<Time> perhaps(Choices& c) {
    return c.below(2) ? std::optional(moment(c)) : std::nullopt;
}

/// A dialogue is always of the same phone.
void put_hop(Unit& unit, Choices& c) {
    const std::string channel = word(c), id = word(c);
    const std::string whose(1, static_cast<char>(channel.size() + id.size()));
    Choices of_dialogue(whose);
    const Msisdn who = phone(of_dialogue);
    sessions::Hop hop{{channel, id, who, word(c), word(c), moment(c), c.below(2) == 1,
                       unsigned(c.byte()), moment(c)},
                      word(c),
                      {word(c), c.below(2) == 1}};
    if (const auto known = unit.drafts_of(who); !known.empty() && c.below(2))
        hop.draft = c.one_of(known).id;
    unit.put(hop);
}

void put_record(Unit& unit, Choices& c) {
    switch (c.below(9)) {
        case 0: put_hop(unit, c); break;
        case 1:
            unit.put(flows::Person{phone(c), word(c), perhaps(c), c.below(2) == 1, perhaps(c),
                                   unsigned(c.below(4)), word(c), perhaps(c)});
            break;
        case 2:
            unit.add(
                flows::Consent{phone(c), word(c), word(c), word(c), word(c), word(c), moment(c)});
            break;
        case 3: {
            flows::Enrollment e{.ticket = ticket(c),
                                .owner = phone(c),
                                .contact = std::nullopt,
                                .nik = std::nullopt,
                                .birth_date = std::nullopt};
            e.kind = c.below(4) ? flows::Enrollment::Kind::registration
                                : flows::Enrollment::Kind::call_request;
            if (c.below(2)) e.contact = phone(c);
            if (c.below(2)) e.nik = nik(c);
            e.name = word(c);
            e.kelurahan = word(c);
            e.months = int(c.byte());
            e.status = static_cast<flows::Status>(c.below(11));
            e.created = moment(c);
            e.changed = moment(c);
            unit.put(e);
            break;
        }
        case 4:
            unit.put(flows::Agent{word(c),
                                  word(c),
                                  phone(c),
                                  {word(c)},
                                  unsigned(c.byte()),
                                  c.below(2) == 1,
                                  perhaps(c)});
            break;
        case 5: {
            flows::Referral r{0,         ticket(c),
                              word(c),   static_cast<flows::Referral::State>(c.below(6)),
                              moment(c), moment(c)};
            unit.put(r);
            break;
        }
        case 6:
            unit.put(flows::Eligibility{nik(c), int(c.below(10)),
                                        plus_days(*parse_iso_date("2026-11-01"), int(c.byte())),
                                        word(c)});
            break;
        case 7: unit.add(flows::DeskNote{word(c), phone(c), word(c), moment(c), word(c)}); break;
        case 8:
            unit.put(SmsPiece{word(c), phone(c), word(c), word(c), unsigned(1 + c.below(3)), 3,
                              word(c), moment(c)});
            break;
        default: break;
    }
}

/// What a row is, without its key and id: each store makes its own, and one that was undone may
/// have used some up.
std::ostream& show(std::ostream& out, const OutboxRow& r) {
    return out << r.sms.to.digits() << ' ' << r.sms.text << ' ' << name(r.state) << ' ' << r.channel
               << ' ' << r.provider_id << ' ' << r.attempts << ' ' << r.doubts << ' ' << iso(r.due)
               << ' ' << r.reason << '\n';
}
void show(std::ostream& out, const std::vector<OutboxRow>& rows) {
    for (const auto& row : rows) show(out, row);
}
void show(std::ostream& out, const std::vector<flows::Enrollment>& all) {
    for (const auto& e : all)
        out << e.ticket.text() << ' ' << e.owner.digits() << ' '
            << (e.contact ? e.contact->digits() : "") << ' ' << (e.nik ? e.nik->digits() : "")
            << ' ' << e.name << ' ' << e.kelurahan << ' ' << e.months << ' ' << name(e.status)
            << ' ' << iso(e.created) << ' ' << iso(e.changed) << '\n';
}

/// One operation; what it answers.
std::string operate(Unit& unit, Choices& c, Time now) {
    std::ostringstream out;
    switch (c.below(20)) {
        case 0:
        case 1:
        case 2: put_record(unit, c); break;
        case 3: {
            const std::string key = word(c);
            unit.see(key, moment(c));
            break;
        }
        case 4: out << unit.seen(word(c)); break;
        case 5:
            unit.send({phone(c), word(c), static_cast<flows::Lane>(c.below(3)), word(c),
                       ticket(c).text(), perhaps(c)});
            break;
        case 6: {
            const std::string channel = word(c);
            const auto last = static_cast<flows::Lane>(c.below(3));
            for (OutboxRow row : unit.due(channel, last, now, 1 + c.below(4))) {
                if (c.below(2)) row.channel = word(c);
                unit.claim(row, now);
                show(out, row);
            }
            break;
        }
        case 7: {
            // What a sender does: looks at what there is, and tells what became of it.
            const auto rows = unit.sms_to(phone(c), 0, 10);
            if (rows.empty()) break;
            OutboxRow row = c.one_of(rows);
            row.state = static_cast<Delivery>(c.below(8));
            row.channel = word(c);
            row.provider_id = word(c);
            row.attempts += 1;
            row.due = moment(c);
            row.reason = word(c);
            unit.settle(row, now);
            break;
        }
        case 8: {
            const Report report{word(c), word(c), static_cast<Delivery>(4 + c.below(4)), word(c)};
            out << unit.report(report, now);
            break;
        }
        case 9: unit.set_timer({word(c), word(c), moment(c)}); break;
        case 10: {
            const std::string kind = word(c), ref = word(c);
            out << (c.below(2) ? unit.cancel_timer(kind, ref) : unit.take_timer(kind, ref, now));
            break;
        }
        case 11: {
            flows::Draft draft{0, phone(c), word(c), c.below(3), moment(c)};
            const auto known = unit.drafts_of(draft.msisdn);
            if (c.below(2) && !known.empty()) draft.id = c.one_of(known).id;
            out << (unit.put(draft) == draft.id);
            break;
        }
        case 12:
            if (const auto known = unit.drafts_of(phone(c)); !known.empty())
                unit.drop_draft(c.one_of(known).id);
            break;
        case 13: unit.erase_enrollment(ticket(c)); break;
        case 14: unit.erase_person(phone(c)); break;
        case 15: unit.remove_agent(word(c)); break;
        case 16: {
            sessions::Cutoffs cutoffs;
            for (Time* cutoff : {&cutoffs.pieces, &cutoffs.replies, &cutoffs.settled_sms,
                                 &cutoffs.drafts, &cutoffs.desk_notes, &cutoffs.consents})
                *cutoff = moment(c);
            for (const auto& [kind, rows] : unit.purge(cutoffs)) out << kind << rows;
            break;
        }
        case 17: {
            const std::string local = word(c);
            unit.recover_outbox([&](std::string_view channel) { return channel == local; }, now);
            break;
        }
        case 18: {
            const SmsPiece one{word(c), phone(c), word(c), word(c), 1, 3, "", now};
            for (const auto& piece : unit.pieces_with(one))
                out << piece.number << piece.text << '\n';
            if (c.below(2)) unit.drop_pieces(one);
            break;
        }
        case 19: show(out, unit.in_doubt(moment(c), 5)); break;
        default: break;
    }
    return out.str();
}

/// Everything that can be asked for.
std::string all_of(Unit& unit, Time now) {
    std::ostringstream out;
    for (char i = 0; i < 4; ++i) {
        const std::string byte(1, i);
        Choices c(byte);
        const Msisdn who = phone(c);
        if (const auto p = unit.person(who))
            out << p->language << p->opted_out << p->wrong_guesses << p->guess_day
                << (p->consent_at ? iso(*p->consent_at) : "") << '\n';
        for (const auto& d : unit.drafts_of(who))
            out << d.state << d.stage << iso(d.changed) << '\n';
        show(out, unit.enrollments_of(who));
        for (const auto& consent : unit.consents_of(who))
            out << consent.text << consent.version << iso(consent.at) << '\n';
        out << unit.registrations_since(who, kStart) << '\n';
        if (const auto agent = unit.agent_with(who)) out << agent->id << '\n';
        show(out, unit.sms_to(who, 0, 100));
    }
    show(out, unit.list({}));
    for (int status = 0; status < 11; ++status)
        show(out, unit.enrollments_in(static_cast<flows::Status>(status), 5));
    for (char i = 0; i < 5; ++i) {
        const std::string byte(1, i);
        Choices c(byte), d(byte);
        for (const auto& r : unit.referrals_for(ticket(c)))
            out << r.agent << name(r.state) << iso(r.due) << '\n';
        if (i < 3) show(out, unit.enrollments_with(nik(d)));
    }
    for (char i = 0; i < 6; ++i)
        for (char j = 0; j < 6; ++j) {
            const std::string bytes{i, j};
            Choices c(bytes);
            const std::string channel = word(c), id = word(c);
            if (const auto s = unit.session(channel, id))
                out << s->msisdn.digits() << s->state << s->typed << iso(s->changed) << s->ended
                    << s->hops << iso(s->began) << '\n';
            if (const auto reply = unit.reply(channel, id, word(c)))
                out << reply->text << reply->end << '\n';
        }
    for (const auto& agent : unit.agents()) {
        out << agent.id << agent.name << agent.msisdn.digits() << agent.max_open << agent.on_leave
            << '\n';
        for (const auto& r : unit.open_referrals_of(agent.id)) out << iso(r.due) << '\n';
    }
    for (const auto& [agent, open] : unit.open_loads()) out << agent << open << '\n';
    for (const auto& note : unit.desk_notes(50))
        out << note.kind << note.ticket << iso(note.at) << note.text << '\n';
    // Of timers due in the same second no order is promised.
    std::set<std::string> timers;
    for (const auto& timer : unit.due_timers(now, 50))
        timers.insert(iso(timer.due) + timer.kind + ' ' + timer.ref);
    for (const auto& timer : timers) out << timer << '\n';
    for (const auto& piece : unit.stale_pieces(now, 50)) out << piece.channel << piece.ref << '\n';
    show(out, unit.due("", flows::Lane::reminder, now, 50));
    const Counts n = unit.counts();
    const Backlog b = unit.backlog();
    for (const auto count : {n.sessions, n.drafts, n.enrollments, b.waiting, b.in_doubt, n.timers})
        out << count << ' ';
    const auto next = unit.next_outbox_due();
    const auto timer = unit.next_timer();
    out << (next ? iso(*next) : "") << (timer ? iso(*timer) : "") << unit.eligibility_known();
    return out.str();
}

/// A job's answer, or that it failed as it was meant to.
std::string in(Store& store, bool fails, const std::function<std::string(Unit&)>& job) {
    std::string answer;
    try {
        store.run([&](Unit& unit) {
            answer = job(unit);
            if (fails) throw Undone();
        });
    } catch (const Undone&) {
        return "undone";
    }
    return answer;
}

}  // namespace

FUZZ_TARGET(stores) {
    ManualClock clock(kStart);
    const FastFolder folder;
    SqliteOptions options;
    options.folder = folder.path() + "/data";
    options.fast_and_loose = true;
    options.clock = &clock;
    const auto remembers = open_sqlite_store(options);
    const auto forgets = make_memory_store(&clock);

    Choices choices(input);
    for (std::size_t i = 0; i < kOperationsMax && choices.any(); ++i) {
        const std::size_t kind = choices.byte();
        if (kind < 16) clock.set(clock.now() + seconds(kind));
        const bool fails = kind >= 240;
        Choices one = choices, other = choices;
        const auto job = [&](Choices& c) {
            return [&](Unit& unit) { return operate(unit, c, clock.now()); };
        };
        const std::string expected = in(*forgets, fails, job(one));
        const std::string answer = in(*remembers, fails, job(other));
        expect(answer == expected, "operation " + std::to_string(i) + ": '" + answer +
                                       "' where the other store says '" + expected + "'");
        choices = one;
    }
    const auto all = [&](Unit& unit) { return all_of(unit, clock.now()); };
    const std::string expected = in(*forgets, false, all);
    const std::string kept = in(*remembers, false, all);
    expect(kept == expected, "in the end\n" + kept + "\nwhere the other store has\n" + expected);
}
