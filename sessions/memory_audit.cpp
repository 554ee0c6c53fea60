#include <algorithm>
#include <set>

#include "sessions/delivery.hpp"
#include "sessions/memory_unit.hpp"

namespace jangkau::sessions {
namespace {

constexpr std::chrono::hours kStillNeeded{1};

bool kept(const AuditFilter& filter, const AuditRow& row) {
    return row.number > filter.after && row.at >= filter.since && row.at < filter.until &&
           (filter.actor.empty() || row.actor == filter.actor) &&
           (filter.by.empty() || row.by == filter.by);
}

std::string text_key(const flows::Consent& consent) {
    return consent.text + " " + consent.version + " " + consent.language;
}

}  // namespace

// No key is held here, and nothing outlives the process: a plain digest serves.
std::string MemoryUnit::audit_index(const Msisdn& phone) const {
    return audit_digest("phone" + phone.digits()).substr(0, 32);
}
std::string MemoryUnit::audit_index(const Nik& nik) const {
    return audit_digest("nik" + nik.digits()).substr(0, 32);
}

AuditLink MemoryUnit::audit_begin() { return data_.audit_begin; }

AuditLink MemoryUnit::audit_head() {
    if (data_.audit.empty()) return data_.audit_begin;
    return {data_.audit.back()->number, data_.audit.back()->hash};
}

void MemoryUnit::audit(const flows::AuditEvent& event) {
    data_.audit.push_back(
        std::make_shared<const AuditRow>(next_audit_row(*this, event, clock_.now())));
}

std::vector<AuditRow> MemoryUnit::audit_rows(const AuditFilter& filter) {
    std::vector<AuditRow> found;
    for (const auto& row : data_.audit)
        if (kept(filter, *row) && found.size() < filter.limit) found.push_back(*row);
    return found;
}

std::size_t MemoryUnit::purge_audit(Time before) {
    auto& rows = data_.audit;
    auto first = std::ranges::find_if(rows, [=](const auto& row) { return row->at >= before; });
    if (first == rows.end() && !rows.empty()) --first;
    const auto gone = static_cast<std::size_t>(first - rows.begin());
    if (gone == 0) return 0;
    data_.audit_begin = {rows.at(gone - 1)->number, rows.at(gone - 1)->hash};
    rows.erase(rows.begin(), first);
    audit({.actor = "gateway",
           .action = std::string(kAuditPurged),
           .reason = purged_through(data_.audit_begin),
           .count = gone});
    return gone;
}

std::optional<std::string> MemoryUnit::consent_text(const flows::Consent& consent) {
    const auto at = data_.consent_texts.find(text_key(consent));
    if (at == data_.consent_texts.end()) return std::nullopt;
    return at->second;
}

void MemoryUnit::add(const flows::Consent& consent) {
    if (!consent.shown.empty() &&
        data_.consent_texts.emplace(text_key(consent), consent.shown).second)
        audit({.actor = "gateway",
               .action = "consent.text",
               .reason = text_key(consent) + " " + audit_digest(consent.shown)});
    data_.consents.push_back(consent);
    data_.consents.back().shown.clear();
}

std::vector<Msisdn> MemoryUnit::known_phones() {
    std::set<Msisdn> found;
    for (const auto& [phone, person] : data_.persons) found.insert(phone);
    for (const auto& [ticket, one] : data_.enrollments) {
        found.insert(one.owner);
        if (one.contact) found.insert(*one.contact);
    }
    for (const auto& [id, agent] : data_.agents) found.insert(agent.msisdn);
    for (const auto& [id, draft] : data_.drafts) found.insert(draft.msisdn);
    for (const flows::Consent& one : data_.consents) found.insert(one.msisdn);
    for (const flows::DeskNote& one : data_.notes) found.insert(one.msisdn);
    return {found.begin(), found.end()};
}

Purged MemoryUnit::purge(const Cutoffs& cutoffs) {
    Purged gone;
    const auto count = [&](const char* kind, std::size_t rows) {
        if (rows > 0) gone[kind] += rows;
    };
    const auto named = [&](const Msisdn& phone) { return !enrollments_of(phone).empty(); };
    const auto stays = std::ranges::find_if(
        data_.hops, [&](const Hop& hop) { return hop.session.changed >= cutoffs.replies; });
    count("hops", static_cast<std::size_t>(stays - data_.hops.begin()));
    data_.hops.erase(data_.hops.begin(), stays);
    count("agent_codes", std::erase_if(data_.codes, [&](const auto& entry) {
              return entry.second.first.made < cutoffs.pieces;
          }));
    count("pieces", std::erase_if(data_.pieces,
                                  [&](const SmsPiece& one) { return one.at < cutoffs.pieces; }));
    count("seen_sms", std::erase_if(data_.seen_sms, [&](const auto& entry) {
              return entry.second < cutoffs.replies;
          }));
    count("reports", std::erase_if(data_.parked, [&](const auto& entry) {
              return entry.second.at < cutoffs.replies;
          }));
    count("settled_sms", std::erase_if(data_.outbox, [&](const auto& entry) {
              return is_settled(entry.second.row.state) &&
                     entry.second.changed < cutoffs.settled_sms;
          }));
    count("drafts", std::erase_if(data_.drafts, [&](const auto& entry) {
              return entry.second.changed < cutoffs.drafts;
          }));
    count("desk_notes", std::erase_if(data_.notes, [&](const flows::DeskNote& one) {
              return one.at < cutoffs.desk_notes;
          }));
    count("consents", std::erase_if(data_.consents, [&](const flows::Consent& one) {
              return one.at < cutoffs.consents && !named(one.msisdn);
          }));
    count("persons", std::erase_if(data_.persons, [&](const auto& entry) {
              const flows::Person& person = entry.second;
              return person.consent_at && *person.consent_at < cutoffs.consents &&
                     !person.opted_out && !named(person.msisdn) && drafts_of(person.msisdn).empty();
          }));
    return gone;
}

void MemoryUnit::erase_sms(const Msisdn& phone, Time before) {
    std::erase_if(data_.outbox, [&](const auto& entry) {
        return entry.second.row.sms.to == phone && entry.second.row.created < before;
    });
}

void MemoryUnit::erase_about(const flows::Enrollment& enrollment, const Msisdn& phone) {
    const std::string ticket = enrollment.ticket.text();
    std::set<Msisdn> agents;
    for (const flows::Referral& referral : referrals_for(enrollment.ticket))
        if (const auto asked = agent(referral.agent)) agents.insert(asked->msisdn);
    std::erase_if(data_.outbox, [&](const auto& entry) {
        const OutboxRow& row = entry.second.row;
        return (row.sms.ticket == ticket && row.sms.to != phone) ||
               (agents.contains(row.sms.to) && is_settled(row.state));
    });
    std::erase_if(data_.notes, [&](const auto& one) { return one.ticket == ticket; });
    std::erase_if(data_.timers, [&](const auto& entry) { return entry.first.second == ticket; });
    const Time needed = clock_.now() - kStillNeeded;
    const auto goes = [&](const Session& one) {
        const auto newest = session(one.channel, one.id);
        return one.msisdn == enrollment.owner && (newest->ended || newest->changed < needed);
    };
    std::vector<Hop> stay;
    std::ranges::copy_if(data_.hops, std::back_inserter(stay),
                         [&](const Hop& hop) { return !goes(hop.session); });
    data_.hops = std::move(stay);
    erase_enrollment(enrollment.ticket);
}

void MemoryUnit::erase_person(const Msisdn& phone) {
    for (const flows::Enrollment& enrollment : enrollments_of(phone)) {
        if (enrollment.status != flows::Status::active && flows::is_about(enrollment, phone))
            erase_about(enrollment, phone);
    }
    std::erase_if(data_.outbox, [&](const auto& entry) {
        const OutboxRow& row = entry.second.row;
        const bool must_leave = row.sms.lane == flows::Lane::answer && !is_settled(row.state);
        return row.sms.to == phone && !must_leave;
    });
    std::set<std::string> refs{phone.digits(), phone.e164()};
    for (const flows::Draft& draft : drafts_of(phone)) refs.insert(std::to_string(draft.id));
    std::erase_if(data_.timers,
                  [&](const auto& entry) { return refs.contains(entry.first.second); });
    std::erase_if(data_.hops, [&](const Hop& hop) { return hop.session.msisdn == phone; });
    std::erase_if(data_.pieces, [&](const SmsPiece& piece) { return piece.from == phone; });
    std::erase_if(data_.consents, [&](const auto& one) { return one.msisdn == phone; });
    std::erase_if(data_.notes, [&](const auto& one) { return one.msisdn == phone; });
    data_.persons.erase(phone);
    std::erase_if(data_.drafts, [&](const auto& entry) { return entry.second.msisdn == phone; });
}

}  // namespace jangkau::sessions
