#include <algorithm>
#include <charconv>

#include "gateway/core/check.hpp"
#include "menus/flows/agent_codes.hpp"
#include "menus/flows/decisions.hpp"
#include "menus/flows/incidents.hpp"
#include "menus/flows/referral.hpp"
#include "menus/flows/registration.hpp"
#include "menus/flows/speak.hpp"
#include "menus/render.hpp"

namespace jangkau::flows {
namespace {

constexpr std::size_t kKpjDigits = 11;
constexpr std::size_t kTicketLikeMin = 5;  ///< shorter numbers are reasons and pages
constexpr std::size_t kTasksShown = 3;
constexpr std::size_t kWaitingTried =
    50;  ///< tickets without an agent that are offered when one comes back
constexpr int kReasonMax = 5;
constexpr int kReasonMember = 3;
constexpr int kReasonBadData = 4;
constexpr std::chrono::hours kCheckPeriod{14 * 24};
constexpr std::chrono::hours kConfirmWait{7 *
                                          24};  ///< for the worker's BETUL; then an officer asks

Agent sender(Turn& turn) {
    auto agent = turn.records.agent_with(turn.caller);
    check(agent.has_value(), "agents' commands come from agents only");
    return *agent;
}

std::vector<std::string> words_of(const Turn& turn) {
    std::vector<std::string> out;
    const std::string text = turn.var("sms_words");
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        if (end > at) out.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

bool all_digits(std::string_view word) {
    return !word.empty() &&
           std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The referral that the agent means: by its ticket, or the only one open in `bare`.
struct Meant {
    std::string fault;  ///< "": `referral` and `enrollment` are there; else the outcome
    menus::Vars vars;
    std::optional<Referral> referral;
    std::optional<Enrollment> enrollment;
};

/// By the ticket as it was typed.
Meant task_with(Turn& turn, const Agent& agent, const std::string& typed) {
    Meant out;
    const auto ticket = Ticket::parse(typed);
    out.vars["ticket"] = typed;
    if (ticket) {
        for (const Referral& referral : turn.records.referrals_for(*ticket))
            if (referral.agent == agent.id) out.referral = referral;  // the latest
        out.enrollment = turn.records.enrollment(*ticket);
    }
    // Whatever his number was when it was offered: nobody acts on a ticket of his own phone.
    const bool own = out.enrollment && belongs_to(*out.enrollment, turn.caller);
    if (!out.referral || !out.enrollment || own) out.fault = "wrong";
    return out;
}

Meant meant(Turn& turn, const Agent& agent, Referral::State bare) {
    Meant out;
    std::string typed = turn.var("ticket");
    if (typed.empty()) {
        // A ticket with too many or too few digits is a slip, not a bare YA.
        for (const std::string& word : words_of(turn)) {
            if (!all_digits(word) || word.size() < kTicketLikeMin || word.size() == kKpjDigits)
                continue;
            out.fault = "wrong";
            out.vars["ticket"] = word;
            return out;
        }
        std::vector<Referral> open = turn.records.open_referrals_of(agent.id);
        std::erase_if(open, [&](const Referral& r) { return r.state != bare; });
        if (open.size() != 1) {
            out.fault = open.empty() ? "none" : "which";
            if (!open.empty())
                out.vars = {{"count", std::to_string(open.size())},
                            {"ticket", open.front().ticket.text()}};
            return out;
        }
        typed = open.front().ticket.text();
    }
    return task_with(turn, agent, typed);
}

menus::Vars due_vars(Turn& turn, const Enrollment& enrollment, const Referral& referral) {
    menus::Vars vars = vars_of(turn, enrollment);
    vars["date"] = written_day(turn, referral.due);
    vars["time"] = written_time(turn, referral.due);
    return vars;
}

/// Tells the agent who the worker is, and whom he has told has to be known.
menus::Vars task_vars(Turn& turn, const Enrollment& enrollment, const Referral& referral) {
    turn.records.audit({.actor = "agent " + referral.agent,
                        .action = "agent.told",
                        .fields = "name phone",
                        .subjects = {subject_of(enrollment)},
                        .by = turn.caller});
    menus::Vars vars = due_vars(turn, enrollment, referral);
    vars["phone"] = hears(enrollment).local(turn.service.plan);
    return vars;
}

void cancel_timers(Turn& turn, const Ticket& ticket) {
    for (const char* kind : {"offer_remind", "offer_lapse", "contact_remind", "contact_lapse"})
        turn.records.cancel_timer(kind, ticket.text());
}

/// The agent has the ticket until `referral.due`.
void hold(Turn& turn, Referral& referral, Enrollment& enrollment) {
    const std::string ticket = referral.ticket.text();
    cancel_timers(turn, referral.ticket);
    turn.records.cancel_timer("confirm", ticket);
    const auto lead = turn.settings().contact_timeout - turn.settings().contact_reminder;
    turn.records.set_timer({"contact_remind", ticket, referral.due - lead});
    turn.records.set_timer({"contact_lapse", ticket, referral.due});
    referral.state = Referral::State::accepted;
    referral.changed = turn.now;
    turn.records.put(referral);
    enrollment.status = Status::with_agent;
    enrollment.changed = turn.now;
    turn.records.put(enrollment);
}

void close(Turn& turn, Referral& referral, Referral::State state) {
    cancel_timers(turn, referral.ticket);
    referral.state = state;
    referral.changed = turn.now;
    turn.records.put(referral);
}

bool open(const Referral& referral) {
    return referral.state == Referral::State::offered ||
           referral.state == Referral::State::accepted;
}

/// The words of an `OK 4821736 493027 1234`: what is no code is "".
struct SentBack {
    std::string code;
    std::string pin;
};
SentBack sent_back(const Turn& turn) {
    SentBack out;
    for (const std::string& word : words_of(turn)) {
        if (!all_digits(word) || word == turn.var("ticket")) continue;
        if (out.code.empty()) {
            if (word.size() == kCodeDigits) out.code = word;
        } else if (out.pin.empty() && word.size() >= kPinDigitsMin &&
                   word.size() <= kPinDigitsMax) {
            out.pin = word;
        }
    }
    return out;
}

/// What was reported counts from now on. `kpj` is "" where the worker only wanted a call.
menus::Answered complete(Turn& turn, const Agent& agent, Referral& referral, Enrollment& enrollment,
                         const std::string& kpj) {
    note(turn, incident::kDone, agent, enrollment.ticket.text());
    close(turn, referral, Referral::State::done);
    enrollment.changed = turn.now;
    if (enrollment.kind == Enrollment::Kind::call_request) {
        enrollment.status = Status::ended;
        turn.records.put(enrollment);
        return outcome("called", vars_of(turn, enrollment));
    }
    enrollment.kpj = kpj;
    enrollment.status = Status::reported;
    turn.records.put(enrollment);
    turn.records.set_timer({"confirm", enrollment.ticket.text(), turn.now + kConfirmWait});
    const Prices& prices = turn.service.prices;
    const PriceQuery query{enrollment.programme, prices.sector_of(enrollment.job), "self",
                           enrollment.income_base, month_of(turn.today())};
    // What was paid is known only where months and base were chosen; the worker must not be asked
    // about an amount that nobody has named.
    const auto amount = enrollment.months > 0 && enrollment.income_base > 0
                            ? total_price(prices, query, enrollment.months)
                            : std::nullopt;
    menus::Vars vars = vars_of(turn, enrollment);
    vars.merge(vars_of(turn, agent));
    if (amount) vars["amount"] = written_rupiah(*amount);
    speak(turn, hears(enrollment), enrollment.language, amount ? "M07" : "M07N", vars,
          Lane::receipt, enrollment.ticket.text());
    return outcome("done", std::move(vars));
}

}  // namespace

menus::Answered decide_agent_yes(Turn& turn) {
    const Agent agent = sender(turn);
    // "OK 4821736 493027", or with nothing but the code where one is waited for.
    if (!sent_back(turn).code.empty() &&
        (!turn.var("ticket").empty() || !live_codes(turn, agent).empty()))
        return outcome("code");
    // An agent may be a member, too: his own registration waits for SETUJU.
    if (turn.var("ticket").empty() && awaits_consent(turn)) return outcome("own");
    Meant task = meant(turn, agent, Referral::State::offered);
    if (!task.fault.empty()) return outcome(task.fault, task.vars);
    if (task.referral->state == Referral::State::accepted) {
        // "OK" without its code confirms nothing, and must not sound as if it did.
        const auto live = live_codes(turn, agent);
        const bool waited_for = std::any_of(live.begin(), live.end(), [&](const AgentCode& code) {
            return code.ticket == task.referral->ticket;
        });
        return outcome(waited_for ? "code" : "again", task.vars);
    }
    if (task.referral->state != Referral::State::offered) return outcome("gone", task.vars);
    task.referral->due = turn.now + turn.settings().contact_timeout;
    hold(turn, *task.referral, *task.enrollment);
    note(turn, incident::kTaken, agent, task.referral->ticket.text());
    menus::Vars told = vars_of(turn, *task.enrollment);
    told.merge(vars_of(turn, agent));
    speak(turn, hears(*task.enrollment), task.enrollment->language, "M05", told, Lane::receipt,
          task.referral->ticket.text());
    const bool call = task.enrollment->kind == Enrollment::Kind::call_request;
    return outcome(call ? "call" : "taken", task_vars(turn, *task.enrollment, *task.referral));
}

menus::Answered decide_agent_no(Turn& turn) {
    const Agent agent = sender(turn);
    // BATAL is also what stops an erasure that he has asked for himself.
    if (turn.var("ticket").empty() && stop_erasure(turn, turn.caller)) return outcome("kept");
    Meant task = meant(turn, agent, Referral::State::offered);
    if (!task.fault.empty()) return outcome(task.fault, task.vars);
    switch (task.referral->state) {
        case Referral::State::offered:
            close(turn, *task.referral, Referral::State::declined);
            refer(turn, *task.enrollment);
            return outcome("released", task.vars);
        case Referral::State::accepted:
            cancel_timers(turn, task.referral->ticket);
            pass_on(turn, *task.enrollment, Referral::State::declined);
            return outcome("released", task.vars);
        case Referral::State::declined: return outcome("again", task.vars);
        case Referral::State::lapsed:
        case Referral::State::done:
        case Referral::State::failed: break;
    }
    return outcome("gone", task.vars);
}

menus::Answered decide_agent_done(Turn& turn) {
    const Agent agent = sender(turn);
    Meant task = meant(turn, agent, Referral::State::accepted);
    if (!task.fault.empty()) return outcome(task.fault, task.vars);
    if (task.referral->state == Referral::State::done) return outcome("again", task.vars);
    if (!open(*task.referral)) return outcome("gone", task.vars);
    std::string kpj;
    if (task.enrollment->kind == Enrollment::Kind::registration) {
        for (const std::string& word : words_of(turn))
            if (all_digits(word) && word != task.referral->ticket.text()) kpj += word;
        if (kpj.size() != kKpjDigits) {
            task.vars["count"] = std::to_string(kpj.size());
            return outcome("kpj", task.vars);
        }
    }
    if (std::string refused = report_refused(turn, agent, task.referral->ticket.text());
        !refused.empty())
        return outcome(std::move(refused), task.vars);
    if (!turn.settings().agent_code)
        return complete(turn, agent, *task.referral, *task.enrollment, kpj);
    std::string code = new_code(turn, agent, task.referral->ticket, kpj);
    if (code.empty()) return outcome("codes", task.vars);
    task.vars["code"] = std::move(code);
    return outcome(needs_pin(turn, agent) ? "code_pin" : "code", task.vars);
}

menus::Answered decide_agent_code(Turn& turn) {
    const Agent agent = sender(turn);
    const SentBack sent = sent_back(turn);
    std::string ticket = turn.var("ticket");
    if (ticket.empty()) {
        const std::vector<AgentCode> live = live_codes(turn, agent);
        if (live.empty() || sent.code.empty()) return outcome("none");
        if (live.size() > 1) return outcome("which", {{"count", std::to_string(live.size())}});
        ticket = live.front().ticket.text();
    }
    const menus::Vars vars{{"ticket", ticket}};
    Meant task = task_with(turn, agent, ticket);
    // Sent twice: no guess.
    if (task.fault.empty() && task.referral->state == Referral::State::done)
        return outcome("again", vars);
    if (std::string refused = report_refused(turn, agent, ticket); !refused.empty())
        return outcome(std::move(refused), vars);
    if (sent.code.empty()) return outcome("wrong");  // no guess, but a slip
    const Judged judged = judge_code(turn, agent, ticket, sent.code, sent.pin);
    if (judged.verdict != "right") return outcome(judged.verdict, vars);
    if (!task.fault.empty() || !open(*task.referral)) return outcome("gone", vars);
    return complete(turn, agent, *task.referral, *task.enrollment, judged.code->said);
}

menus::Answered decide_agent_failed(Turn& turn) {
    const Agent agent = sender(turn);
    Meant task = meant(turn, agent, Referral::State::accepted);
    if (!task.fault.empty()) return outcome(task.fault, task.vars);
    if (task.referral->state == Referral::State::failed) return outcome("again", task.vars);
    if (!open(*task.referral)) return outcome("gone", task.vars);
    int reason = 0;
    for (const std::string& word : words_of(turn))
        if (word.size() == 1 && all_digits(word)) reason = word[0] - '0';
    if (reason < 1 || reason > kReasonMax) return outcome("reason", task.vars);
    task.referral->reason = reason;
    close(turn, *task.referral, Referral::State::failed);
    Enrollment& enrollment = *task.enrollment;
    const bool check_needed = reason == kReasonMember || reason == kReasonBadData;
    enrollment.status = check_needed ? Status::needs_check : Status::ended;
    enrollment.changed = turn.now;
    turn.records.put(enrollment);
    if (check_needed)
        turn.records.add(DeskNote{"data", enrollment.owner, enrollment.ticket.text(), turn.now});
    if (reason == kReasonBadData) {
        menus::Vars vars = vars_of(turn, enrollment);
        vars["date"] = written_day(turn, turn.now + kCheckPeriod);
        speak(turn, hears(enrollment), enrollment.language, "M11", vars, Lane::receipt,
              enrollment.ticket.text());
    }
    task.vars["count"] = std::to_string(reason);
    return outcome("done", task.vars);
}

menus::Answered decide_agent_correct(Turn& turn) {
    const Agent agent = sender(turn);
    Meant task = meant(turn, agent, Referral::State::done);
    if (!task.fault.empty()) return outcome("wrong", task.vars);
    // Once the worker or BPJS-TK has spoken, the report is no longer the agent's to change.
    const Status status = task.enrollment->status;
    const bool reported = task.referral->state == Referral::State::done &&
                          (status == Status::reported || status == Status::ended);
    const bool closed = reported || task.referral->state == Referral::State::failed;
    if (!closed || turn.now - task.referral->changed > turn.settings().correction ||
        open_referral(turn, task.referral->ticket))
        return outcome("late", task.vars);
    task.referral->due = turn.now + turn.settings().contact_timeout;
    task.referral->reason = 0;
    task.enrollment->kpj.clear();
    hold(turn, *task.referral, *task.enrollment);
    return outcome("done", task_vars(turn, *task.enrollment, *task.referral));
}

menus::Answered decide_agent_postpone(Turn& turn) {
    const Agent agent = sender(turn);
    Meant task = meant(turn, agent, Referral::State::accepted);
    if (!task.fault.empty()) return outcome(task.fault, task.vars);
    if (task.referral->state != Referral::State::accepted ||
        task.referral->postponed >= turn.settings().postponements_max)
        return outcome("late", task.vars);
    ++task.referral->postponed;
    task.referral->due += turn.settings().postponement;
    hold(turn, *task.referral, *task.enrollment);
    return outcome("done", task_vars(turn, *task.enrollment, *task.referral));
}

menus::Answered decide_agent_list(Turn& turn) {
    const Agent agent = sender(turn);
    const std::vector<Referral> open = turn.records.open_referrals_of(agent.id);
    std::size_t page = 1;
    for (const std::string& word : words_of(turn))
        if (all_digits(word)) std::from_chars(word.data(), word.data() + word.size(), page);
    const std::size_t first = (std::max<std::size_t>(page, 1) - 1) * kTasksShown;
    if (first >= open.size()) return outcome("none");
    std::string tasks;
    for (std::size_t i = first; i < std::min(first + kTasksShown, open.size()); ++i) {
        const auto enrollment = turn.records.enrollment(open[i].ticket);
        if (!enrollment) continue;
        tasks += (tasks.empty() ? "" : "; ") +
                 menus::render_text(turn.service.menu, turn.state.language, "A07T",
                                    task_vars(turn, *enrollment, open[i]), {});
    }
    return outcome(first + kTasksShown < open.size() ? "more" : "some",
                   {{"count", std::to_string(open.size())},
                    {"tasks", tasks},
                    {"page", std::to_string(page + 1)}});
}

menus::Answered decide_agent_detail(Turn& turn) {
    const Agent agent = sender(turn);
    const Meant task = meant(turn, agent, Referral::State::accepted);
    if (!task.fault.empty()) return outcome(task.fault, task.vars);
    if (!open(*task.referral)) return outcome("gone", task.vars);
    if (task.referral->state == Referral::State::offered) {
        menus::Vars vars = due_vars(turn, *task.enrollment, *task.referral);
        vars.erase("name");  // not before he has taken the ticket
        return outcome("offered", std::move(vars));
    }
    menus::Vars vars = task_vars(turn, *task.enrollment, *task.referral);
    return outcome(task.enrollment->kind == Enrollment::Kind::call_request ? "call" : "mine",
                   std::move(vars));
}

menus::Answered decide_agent_leave(Turn& turn) {
    Agent agent = sender(turn);
    agent.on_leave = true;
    turn.records.put(agent);
    return outcome("done",
                   {{"count", std::to_string(turn.records.open_referrals_of(agent.id).size())}});
}

menus::Answered decide_agent_back(Turn& turn) {
    Agent agent = sender(turn);
    agent.on_leave = false;
    turn.records.put(agent);
    if (auto person = turn.records.person(turn.caller); person && person->opted_out) {
        person->opted_out = false;  // he wants to hear of tickets again
        turn.records.put(*person);
    }
    for (Enrollment& waiting : turn.records.enrollments_in(Status::waiting, kWaitingTried))
        refer(turn, std::move(waiting));
    return outcome("done",
                   {{"count", std::to_string(turn.records.open_referrals_of(agent.id).size())}});
}

}  // namespace jangkau::flows
