#pragma once

#include "menus/flows/service.hpp"

// Every decision of a service, one declaration each; the table in actions.cpp names them with
// their outcomes.
namespace jangkau::flows {

// actions_dialogue.cpp: who is calling, languages, consent, drafts, help
menus::Answered decide_open(Turn&);
menus::Answered decide_save_language(Turn&);
menus::Answered decide_need_consent(Turn&);
menus::Answered decide_record_consent(Turn&);
menus::Answered decide_my_drafts(Turn&);
menus::Answered decide_resume_draft(Turn&);
menus::Answered decide_resume_ticket(Turn&);
menus::Answered decide_begin(Turn&);
menus::Answered decide_keep_until(Turn&);
menus::Answered decide_note(Turn&);
menus::Answered decide_file(Turn&);
menus::Answered decide_erase(Turn&);
menus::Answered decide_discount_info(Turn&);

// actions_register.cpp: NIK, prices, sending it off
menus::Answered decide_check_nik(Turn&);
menus::Answered decide_check_birth(Turn&);
menus::Answered decide_needs_programme(Turn&);
menus::Answered decide_quote(Turn&);
menus::Answered decide_set_base(Turn&);
menus::Answered decide_quote_months(Turn&);
menus::Answered decide_take_ticket(Turn&);
menus::Answered decide_review(Turn&);
menus::Answered decide_submit(Turn&);

// actions_status.cpp: tickets and agents, as the worker sees them
menus::Answered decide_my_tickets(Turn&);
menus::Answered decide_find_ticket(Turn&);
menus::Answered decide_check_ticket(Turn&);
menus::Answered decide_check_owner(Turn&);
menus::Answered decide_show_status(Turn&);
menus::Answered decide_settle(Turn&);
menus::Answered decide_change_agent(Turn&);
menus::Answered decide_refer_now(Turn&);
menus::Answered decide_object(Turn&);
menus::Answered decide_confirm(Turn&);
menus::Answered decide_dispute(Turn&);
menus::Answered decide_find_agent(Turn&);
menus::Answered decide_send_agent(Turn&);
menus::Answered decide_request_call(Turn&);

// actions_sms.cpp: a worker's SMS
menus::Answered decide_sms_register(Turn&);
menus::Answered decide_sms_fill_in(Turn&);
menus::Answered decide_sms_yes(Turn&);
menus::Answered decide_sms_no(Turn&);
menus::Answered decide_sms_payer(Turn&);
menus::Answered decide_sms_status(Turn&);
menus::Answered decide_sms_agent(Turn&);
menus::Answered decide_sms_stop(Turn&);
menus::Answered decide_sms_start(Turn&);
menus::Answered decide_sms_cancel(Turn&);
menus::Answered decide_sms_object(Turn&);
menus::Answered decide_sms_change(Turn&);
menus::Answered decide_sms_confused(Turn&);

// actions_agent.cpp: an agent's SMS
menus::Answered decide_agent_yes(Turn&);
menus::Answered decide_agent_no(Turn&);
menus::Answered decide_agent_done(Turn&);
menus::Answered decide_agent_code(Turn&);
menus::Answered decide_agent_failed(Turn&);
menus::Answered decide_agent_correct(Turn&);
menus::Answered decide_agent_postpone(Turn&);
menus::Answered decide_agent_list(Turn&);
menus::Answered decide_agent_detail(Turn&);
menus::Answered decide_agent_leave(Turn&);
menus::Answered decide_agent_back(Turn&);

/// An outcome without more.
[[nodiscard]] inline menus::Answered outcome(std::string name, menus::Vars vars = {}) {
    menus::Answered answered;
    answered.outcome = std::move(name);
    answered.vars = std::move(vars);
    return answered;
}

}  // namespace jangkau::flows
