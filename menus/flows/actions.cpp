#include <algorithm>
#include <array>
#include <initializer_list>

#include "gateway/core/check.hpp"
#include "menus/flows/decisions.hpp"

namespace jangkau::flows {
namespace {

using Names = std::span<const std::string_view>;

// Outcomes.
constexpr std::string_view kDone[] = {"done"};
constexpr std::string_view kOpen[] = {"drafts", "first", "known", "no_consent"};
constexpr std::string_view kNeedConsent[] = {"given", "missing"};
constexpr std::string_view kConsent[] = {"menu", "other", "register", "resume"};
constexpr std::string_view kMyDrafts[] = {"none", "some"};
constexpr std::string_view kResume[] = {"many", "none"};
constexpr std::string_view kNone[] = {"none"};
constexpr std::string_view kBegin[] = {"done", "limit"};
constexpr std::string_view kDiscount[] = {"all", "none", "transport"};
constexpr std::string_view kCheckNik[] = {"birth_unknown", "named",     "ok",
                                          "too_old",       "too_young", "yours"};
constexpr std::string_view kCheckBirth[] = {"ok", "too_old", "too_young"};
constexpr std::string_view kQuote[] = {"discount", "plain"};
constexpr std::string_view kYesNo[] = {"no", "yes"};
constexpr std::string_view kBase[] = {"known", "unknown"};
constexpr std::string_view kTakeTicket[] = {"given", "incomplete", "limit", "payer_known", "yours"};
constexpr std::string_view kReview[] = {"programme", "ready"};
constexpr std::string_view kSubmit[] = {"agent", "city", "gone"};
constexpr std::string_view kMyTickets[] = {"many", "none", "one", "prove"};
constexpr std::string_view kFindTicket[] = {"ask", "none", "own"};
constexpr std::string_view kCheckTicket[] = {"locked", "ok", "wrong"};
constexpr std::string_view kShowStatus[] = {"active",        "ended",     "gone",     "needs_check",
                                            "not_sponsored", "offered",   "reported", "sponsored",
                                            "unfinished",    "verifying", "waiting",  "with_agent"};
constexpr std::string_view kSettle[] = {"agent", "city", "gone"};
constexpr std::string_view kDoneOrGone[] = {"done", "gone"};
constexpr std::string_view kFindAgent[] = {"found", "none"};
constexpr std::string_view kSmsRegister[] = {"age",   "complete", "limit",       "name", "nik",
                                             "place", "usage",    "which_place", "yours"};
constexpr std::string_view kSmsFillIn[] = {"age", "complete", "limit",       "name",
                                           "nik", "place",    "which_place", "yours"};
constexpr std::string_view kSmsYes[] = {"confirmed", "nothing", "registered", "unknown_ticket",
                                        "yours"};
constexpr std::string_view kSmsNo[] = {"corrected", "disputed", "nothing", "unknown_ticket"};
constexpr std::string_view kSmsPayer[] = {"agent", "city", "nothing", "unknown_ticket"};
constexpr std::string_view kSmsStatus[] = {"none", "one", "prove", "unknown_ticket"};
constexpr std::string_view kSmsAgent[] = {"found",   "none",           "referred",
                                          "unknown", "unknown_ticket", "which_place"};
constexpr std::string_view kSmsCancel[] = {"done", "nothing"};
constexpr std::string_view kDoneOrNone[] = {"done", "none", "unknown_ticket"};
constexpr std::string_view kConfused[] = {"silent", "tell"};
constexpr std::string_view kAgentYes[] = {"again", "call",  "code",  "gone", "none",
                                          "own",   "taken", "which", "wrong"};
constexpr std::string_view kAgentNo[] = {"again",    "gone",  "kept", "none",
                                         "released", "which", "wrong"};
constexpr std::string_view kAgentCode[] = {"again",  "called", "cap", "done",  "gone", "held",
                                           "locked", "none",   "pin", "which", "wrong"};
constexpr std::string_view kAgentDone[] = {"again",  "called", "cap",   "code", "code_pin",
                                           "codes",  "done",   "gone",  "held", "kpj",
                                           "locked", "none",   "which", "wrong"};
constexpr std::string_view kAgentFailed[] = {"again",  "done",  "gone", "none",
                                             "reason", "which", "wrong"};
constexpr std::string_view kAgentCorrect[] = {"done", "late", "wrong"};
constexpr std::string_view kAgentPostpone[] = {"done", "late", "none", "which", "wrong"};
constexpr std::string_view kAgentList[] = {"more", "none", "some"};
constexpr std::string_view kAgentDetail[] = {"call",    "gone",  "mine", "none",
                                             "offered", "which", "wrong"};

// Variables.
constexpr std::string_view kCount[] = {"count"};
constexpr std::string_view kWanted[] = {"wanted"};
constexpr std::string_view kDate[] = {"date"};
constexpr std::string_view kPrices[] = {"discount_basic", "discount_full", "month", "price_basic",
                                        "price_full"};
constexpr std::string_view kBaseMonths[] = {"base", "months"};
constexpr std::string_view kTotals[] = {"total_1", "total_12", "total_3", "total_6"};
constexpr std::string_view kReviewed[] = {"kelurahan_label", "programme"};
constexpr std::string_view kDrafts[] = {"drafts"};
constexpr std::string_view kTaken[] = {"count", "payer", "status", "taken", "ticket"};
constexpr std::string_view kTickets[] = {"ticket", "tickets"};
constexpr std::string_view kFiledAs[] = {"ticket"};
constexpr std::string_view kOpened[] = {"count", "opened", "typed_nik4"};
constexpr std::string_view kEnrollment[] = {
    "agent",           "amount",     "choices", "code",  "count",  "date",  "job",
    "kelurahan_label", "kpj4",       "name",    "nik4",  "page",   "payer", "phone",
    "programme",       "short_name", "status",  "tasks", "ticket", "time"};

constexpr bool kGeneral = true;

constexpr Action kActions[] = {
    {"agent_back", kDone, kCount, &decide_agent_back},
    {"agent_code", kAgentCode, kEnrollment, &decide_agent_code},
    {"agent_correct", kAgentCorrect, kEnrollment, &decide_agent_correct},
    {"agent_detail", kAgentDetail, kEnrollment, &decide_agent_detail},
    {"agent_done", kAgentDone, kEnrollment, &decide_agent_done},
    {"agent_failed", kAgentFailed, kEnrollment, &decide_agent_failed},
    {"agent_leave", kDone, kCount, &decide_agent_leave},
    {"agent_list", kAgentList, kEnrollment, &decide_agent_list},
    {"agent_no", kAgentNo, kEnrollment, &decide_agent_no},
    {"agent_postpone", kAgentPostpone, kEnrollment, &decide_agent_postpone},
    {"agent_yes", kAgentYes, kEnrollment, &decide_agent_yes},
    {"begin", kBegin, kCount, &decide_begin, kGeneral},
    {"change_agent", kDoneOrGone, Names{}, &decide_change_agent},
    {"check_birth", kCheckBirth, Names{}, &decide_check_birth},
    {"check_nik", kCheckNik, kTaken, &decide_check_nik},
    {"check_owner", kCheckTicket, kOpened, &decide_check_owner},
    {"check_ticket", kCheckTicket, kOpened, &decide_check_ticket},
    {"confirm", kDoneOrGone, Names{}, &decide_confirm},
    {"discount_info", kDiscount, Names{}, &decide_discount_info},
    {"dispute", kDoneOrGone, Names{}, &decide_dispute},
    {"erase", kDone, kDate, &decide_erase, kGeneral},
    {"file", kDone, kFiledAs, &decide_file, kGeneral},
    {"find_agent", kFindAgent, kEnrollment, &decide_find_agent},
    {"find_ticket", kFindTicket, Names{}, &decide_find_ticket},
    {"keep_until", kDone, kDate, &decide_keep_until, kGeneral},
    {"my_drafts", kMyDrafts, kDrafts, &decide_my_drafts, kGeneral},
    {"my_tickets", kMyTickets, kTickets, &decide_my_tickets},
    {"need_consent", kNeedConsent, kWanted, &decide_need_consent, kGeneral},
    {"needs_programme", kYesNo, Names{}, &decide_needs_programme},
    {"note", kDone, Names{}, &decide_note, kGeneral},
    {"object", kDoneOrGone, Names{}, &decide_object},
    {"open", kOpen, kDrafts, &decide_open, kGeneral},
    {"quote", kQuote, kPrices, &decide_quote},
    {"quote_months", kDone, kTotals, &decide_quote_months},
    {"record_consent", kConsent, Names{}, &decide_record_consent, kGeneral},
    {"refer_now", kDoneOrGone, Names{}, &decide_refer_now},
    {"request_call", kDone, kDate, &decide_request_call},
    {"resume_draft", kResume, kDrafts, &decide_resume_draft, kGeneral},
    {"resume_ticket", kNone, Names{}, &decide_resume_ticket},
    {"review", kReview, kReviewed, &decide_review},
    {"save_language", kDone, Names{}, &decide_save_language, kGeneral},
    {"send_agent", kDone, Names{}, &decide_send_agent},
    {"set_base", kBase, kBaseMonths, &decide_set_base},
    {"settle", kSettle, Names{}, &decide_settle},
    {"show_status", kShowStatus, kEnrollment, &decide_show_status},
    {"sms_agent", kSmsAgent, kEnrollment, &decide_sms_agent},
    {"sms_cancel", kSmsCancel, Names{}, &decide_sms_cancel, kGeneral},
    {"sms_change", kDoneOrNone, kEnrollment, &decide_sms_change},
    {"sms_confused", kConfused, Names{}, &decide_sms_confused, kGeneral},
    {"sms_fill_in", kSmsFillIn, kEnrollment, &decide_sms_fill_in},
    {"sms_no", kSmsNo, kEnrollment, &decide_sms_no},
    {"sms_object", kDoneOrNone, kEnrollment, &decide_sms_object},
    {"sms_payer", kSmsPayer, kEnrollment, &decide_sms_payer},
    {"sms_register", kSmsRegister, kEnrollment, &decide_sms_register},
    {"sms_start", kDone, Names{}, &decide_sms_start, kGeneral},
    {"sms_status", kSmsStatus, kEnrollment, &decide_sms_status},
    {"sms_stop", kDone, Names{}, &decide_sms_stop, kGeneral},
    {"sms_yes", kSmsYes, kEnrollment, &decide_sms_yes},
    {"submit", kSubmit, kTaken, &decide_submit},
    {"take_ticket", kTakeTicket, kTaken, &decide_take_ticket},
};
static_assert(std::is_sorted(std::begin(kActions), std::end(kActions),
                             [](const Action& a, const Action& b) { return a.name < b.name; }),
              "kActions: keep sorted");

/// Said by the gateway itself: too busy, the dialogue is over.
constexpr std::string_view kSaidByAll[] = {"E11", "U99"};
/// By those that keep drafts: a reminder, the call's time is over.
constexpr std::string_view kSaidOfDrafts[] = {"M06", "U37"};
constexpr std::string_view kSaidOfRegistrations[] = {
    "A01",  "A07T", "A12", "E20", "M01", "M02", "M03", "M04", "M05", "M07",
    "M07N", "M08",  "M11", "M18", "M22", "M23", "M46", "M50", "U38"};

const Action* find_action(std::string_view name) {
    const auto at =
        std::lower_bound(std::begin(kActions), std::end(kActions), name,
                         [](const Action& a, std::string_view n) { return a.name < n; });
    return at != std::end(kActions) && at->name == name ? at : nullptr;
}

}  // namespace

std::span<const Action> actions() { return kActions; }

std::vector<menus::ActionFacts> action_facts() {
    std::vector<menus::ActionFacts> facts;
    for (const Action& action : kActions)
        facts.push_back({action.name,
                         {action.outcomes.begin(), action.outcomes.end()},
                         {action.sets.begin(), action.sets.end()},
                         action.decide == &decide_record_consent});
    return facts;
}

bool registers(const menus::Menu& menu) {
    return std::any_of(menu.nodes.begin(), menu.nodes.end(), [](const auto& entry) {
        const Action* action = find_action(entry.second.action);
        return action && !action->general;
    });
}

std::vector<std::string_view> spoken_texts(const menus::Menu& menu) {
    std::vector<std::string_view> ids(std::begin(kSaidByAll), std::end(kSaidByAll));
    const auto add = [&](Names more) { ids.insert(ids.end(), more.begin(), more.end()); };
    if (!menu.stages.empty()) add(kSaidOfDrafts);
    if (registers(menu)) add(kSaidOfRegistrations);
    for (const auto& [name, node] : menu.nodes)
        if (const Action* action = find_action(node.action);
            action && action->decide == &decide_file)
            ids.emplace_back(node.argument);
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
}

menus::Answered decide(Turn& turn, std::string_view action) {
    const Action* known = find_action(action);
    check(known, "a proven menu asks only for actions that exist");
    return known->decide(turn);
}

}  // namespace jangkau::flows
