#include "gateway/control_view.hpp"

#include <boost/json.hpp>
#include <string_view>

#include "gateway/core/csv.hpp"
#include "menus/flows/speak.hpp"

namespace jangkau::gateway {
namespace {

namespace json = boost::json;
using flows::Agent;
using flows::Enrollment;
using flows::Referral;
using flows::Service;
using flows::World;

constexpr std::size_t kNikDigits = 16;

std::string masked(const std::optional<Nik>& nik) {
    return nik ? std::string(kNikDigits - 4, '.') + std::string(nik->last4()) : std::string();
}

std::string_view kind_of(const Enrollment& enrollment) {
    return enrollment.kind == Enrollment::Kind::registration ? "registration" : "call_request";
}

std::string_view parent_of(const Service& service, std::string_view area) {
    const auto list = service.menu.lists.find(service.settings.areas);
    if (list == service.menu.lists.end()) return {};
    const menus::List::Item* item = list->second.find(area);
    return item == nullptr ? std::string_view() : std::string_view(item->parent);
}

std::string kecamatan(const Service& service, std::string_view kelurahan) {
    const std::string_view parent = parent_of(service, kelurahan);
    return parent.empty() ? std::string() : flows::area_name(service, parent);
}

/// In the default language: what officers and BPJS-TK read.
std::string word(const Service& service, std::string_view group, std::string_view code) {
    return service.menu.word(service.menu.languages.front().code, group, code);
}

std::optional<Date> birth_date(const World& world, const Enrollment& enrollment) {
    if (enrollment.birth_date) return enrollment.birth_date;
    return enrollment.nik ? enrollment.nik->birth_date(world.today()) : std::nullopt;
}

json::object view(World& world, const Referral& referral) {
    json::object out{{"agent", referral.agent}, {"state", name(referral.state)}};
    if (const auto agent = world.records.agent(referral.agent)) {
        out["agent_name"] = agent->name;
        out["agent_phone"] = agent->msisdn.e164();
    }
    out["offered"] = iso(referral.offered);
    out["due"] = iso(referral.due);
    out["changed"] = iso(referral.changed);
    out["reminded"] = referral.reminded;
    out["postponed"] = referral.postponed;
    out["reason"] = referral.reason;
    return out;
}

std::vector<std::string> export_cells(const World& world, const Enrollment& enrollment) {
    const Service& service = world.service;
    const auto born = birth_date(world, enrollment);
    return {enrollment.nik ? enrollment.nik->digits() : "",
            enrollment.name,
            "",  // the agent reads place of birth and address from the identity card
            born ? written(*born) : "",
            enrollment.nik ? (enrollment.nik->female() ? "P" : "L") : "",
            "",
            flows::area_name(service, enrollment.kelurahan),
            kecamatan(service, enrollment.kelurahan),
            flows::hears(enrollment).digits(),
            word(service, "job", enrollment.job),
            enrollment.income_base > 0 ? std::to_string(enrollment.income_base) : "",
            word(service, "programme", enrollment.programme),
            enrollment.months > 0 ? std::to_string(enrollment.months) : "",
            enrollment.ticket.text(),
            std::string(name(enrollment.status))};
}

}  // namespace

json::object view(const ImportReport& report) {
    json::array bad;
    for (const BadRow& row : report.bad) bad.push_back({{"line", row.line}, {"why", row.why}});
    return {{"new", report.fresh},
            {"changed", report.changed},
            {"same", report.same},
            {"bad", std::move(bad)},
            {"applied", report.applied}};
}

json::object view(const World& world, const Agent& agent, unsigned open) {
    json::array codes;
    json::array names;
    for (const std::string& code : agent.kelurahan) {
        codes.emplace_back(code);
        names.emplace_back(flows::area_name(world.service, code));
    }
    json::object out{{"agent_id", agent.id},
                     {"name", agent.name},
                     {"phone", agent.msisdn.masked()},
                     {"kelurahan", std::move(codes)},
                     {"kelurahan_names", std::move(names)},
                     {"open", open},
                     {"max_open", agent.max_open},
                     {"on_leave", agent.on_leave},
                     {"retired", agent.retired},
                     {"held", agent.held}};
    if (agent.last_offer) out["last_offer"] = iso(*agent.last_offer);
    return out;
}

json::object view(const World& world, const Enrollment& enrollment) {
    return {{"ticket", enrollment.ticket.text()},
            {"status", name(enrollment.status)},
            {"kind", kind_of(enrollment)},
            {"name", enrollment.name},
            {"nik", masked(enrollment.nik)},
            {"phone", flows::hears(enrollment).masked()},
            {"kelurahan", enrollment.kelurahan},
            {"kelurahan_name", flows::area_name(world.service, enrollment.kelurahan)},
            {"programme", enrollment.programme},
            {"payer", enrollment.payer},
            {"created", iso(enrollment.created)},
            {"changed", iso(enrollment.changed)}};
}

json::object view_whole(World& world, const Enrollment& enrollment) {
    json::object out = view(world, enrollment);
    out["phone"] = flows::hears(enrollment).e164();
    out["owner"] = enrollment.owner.e164();
    out["kecamatan_name"] = kecamatan(world.service, enrollment.kelurahan);
    out["birth_date"] = enrollment.birth_date ? iso(*enrollment.birth_date) : "";
    out["job"] = enrollment.job;
    out["income_base"] = enrollment.income_base;
    out["months"] = enrollment.months;
    out["agent_if_refused"] = enrollment.agent_if_refused;
    out["language"] = enrollment.language;
    out["kpj"] = enrollment.kpj;
    json::array referrals;
    for (const Referral& referral : world.records.referrals_for(enrollment.ticket)) {
        referrals.push_back(view(world, referral));
    }
    out["referrals"] = std::move(referrals);
    return out;
}

json::object view(const flows::DeskNote& note, const NumberPlan& plan) {
    return {{"kind", note.kind},
            {"phone", note.msisdn.local(plan)},
            {"ticket", note.ticket},
            {"text", note.text},
            {"at", iso(note.at)}};
}

json::object view_to_check(const World& world, const Enrollment& enrollment) {
    json::object out = view(world, enrollment);
    out["phone"] = flows::hears(enrollment).local(world.service.plan);
    return out;
}

std::string export_csv(const World& world, const std::vector<Enrollment>& enrollments) {
    std::string csv = csv_line({"NIK", "NAMA_LENGKAP", "TEMPAT_LAHIR", "TGL_LAHIR", "JENIS_KELAMIN",
                                "ALAMAT", "KELURAHAN", "KECAMATAN", "NO_HP", "PEKERJAAN",
                                "PENGHASILAN", "PROGRAM", "PERIODE_BULAN", "TIKET", "STATUS"});
    for (const Enrollment& enrollment : enrollments) {
        if (enrollment.kind == Enrollment::Kind::call_request) continue;
        csv += csv_line(export_cells(world, enrollment));
    }
    return csv;
}

}  // namespace jangkau::gateway
