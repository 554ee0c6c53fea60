#include <algorithm>
#include <ostream>

#include "gateway/core/calendar.hpp"
#include "gateway/operator_parts.hpp"
#include "gateway/table.hpp"
#include "sessions/audit.hpp"

namespace jangkau::gateway {
namespace {

namespace json = boost::json;
using sessions::AuditLink;
using sessions::AuditRow;
using sessions::AuditWalk;

std::string text(const json::object& object, const char* name) {
    return json::value_to<std::string>(object.at(name));
}

AuditLink read_link(const json::value& value) {
    return {value.at("number").to_number<std::int64_t>(), text(value.as_object(), "hash")};
}

AuditRow read_row(const json::object& row) {
    AuditRow out{row.at("number").to_number<std::int64_t>(),
                 parse_iso_time(text(row, "at")).value_or(Time{}),
                 text(row, "actor"),
                 text(row, "by"),
                 text(row, "action"),
                 text(row, "reason"),
                 text(row, "fields"),
                 row.at("count").to_number<std::uint64_t>(),
                 {},
                 text(row, "hash")};
    for (const json::value& one : row.at("subjects").as_array()) {
        const json::object& subject = one.as_object();
        out.subjects.push_back(
            {text(subject, "ticket"), text(subject, "phone"), text(subject, "nik")});
    }
    return out;
}

json::value chain_after(const OperatorContext& context, std::int64_t number) {
    HttpRequest request{.method = "GET", .target = "/audit/chain"};
    if (number >= 0) request.query = encoded({{"after", std::to_string(number)}});
    const HttpResponse response = ask_installation(context, request);
    if (response.status != 200)
        throw std::runtime_error("the gateway answered " + std::to_string(response.status));
    return parsed(response);
}

/// The whole chain, a stretch at a time.
AuditWalk walked(const OperatorContext& context, const std::string& head) {
    json::value stretch = chain_after(context, -1);
    AuditWalk walk(read_link(stretch.at("begin")), head);
    while (!stretch.at("rows").as_array().empty()) {
        for (const json::value& row : stretch.at("rows").as_array())
            if (!walk.follow(read_row(row.as_object()))) return walk;
        stretch = chain_after(context, walk.last().number);
    }
    return walk;
}

/// "operator budi: enrollments.export (2), ..."
std::string joined(const json::object& counts) {
    std::string out;
    for (const auto& entry : counts)
        out += (out.empty() ? "" : ", ") + std::string(entry.key()) + " (" +
               json::serialize(entry.value()) + ")";
    return out;
}

void show_report(const OperatorContext& context, const json::object& report) {
    const json::array& people = report.at("people").as_array();
    context.out << "From " << field(context, report, "since") << " to "
                << field(context, report, "until") << ": " << people.size()
                << " people whose data was seen or changed\n\n";
    for (const auto& entry : report.at("events").as_object())
        context.out << json::serialize(entry.value()) << " times " << std::string(entry.key())
                    << '\n';
    context.out << '\n';
    std::vector<std::vector<std::string>> rows{
        {"ticket", "phone", "NIK", "state", "fields", "by", "first", "last"}};
    for (const json::value& one : people) {
        const json::object& person = one.as_object();
        const bool erased = text(person, "state") == "erased";
        rows.push_back({text(person, "ticket"),
                        erased ? "index " + text(person, "phone_index") : text(person, "phone"),
                        erased ? text(person, "nik_index") : text(person, "nik"),
                        text(person, "state"), field(context, person, "fields"),
                        joined(person.at("by").as_object()), field(context, person, "first"),
                        field(context, person, "last")});
    }
    context.out << written_table(rows);
}

}  // namespace

int audit_list(const OperatorContext& context, const Said& filter) {
    const HttpRequest request{.method = "GET", .target = "/audit", .query = encoded(filter)};
    return ask_json(context, request, [&](const json::value& list) {
        show_table(context, list.as_array(),
                   {{"number", "row"},
                    {"at", "at"},
                    {"actor", "actor"},
                    {"action", "action"},
                    {"count", "records"},
                    {"fields", "fields"},
                    {"reason", "reason"}});
    });
}

int audit_verify(const OperatorContext& context, const std::string& head) {
    try {
        const AuditWalk walk = walked(context, sessions::unspelled(head));
        const std::string fault = walk.fault();
        if (context.json) {
            context.out << json::object{{"whole", fault.empty()},
                                        {"fault", fault},
                                        {"rows", walk.last().number},
                                        {"head", walk.last().hash}}
                        << '\n';
        } else if (fault.empty()) {
            context.out << "whole: " << walk.last().number << " rows, head " << walk.last().hash
                        << '\n';
        } else {
            context.err << "the audit is not whole: " << fault << '\n';
        }
        return fault.empty() ? done : refused;
    } catch (const std::exception& failed) {
        context.err << failed.what() << '\n';
        return not_asked;
    }
}

int breach_report(const OperatorContext& context, const Said& filter) {
    const HttpRequest request{
        .method = "GET", .target = "/breach-report", .query = encoded(filter)};
    return ask_json(context, request,
                    [&](const json::value& report) { show_report(context, report.as_object()); });
}

int consents_show(const OperatorContext& context, const Said& whose) {
    const HttpRequest request{.method = "GET", .target = "/consents", .query = encoded(whose)};
    return ask_json(context, request, [&](const json::value& answer) {
        const json::array& given = answer.at("consents").as_array();
        context.out << "Phone " << text(answer.as_object(), "phone") << "\n\n";
        for (const json::value& one : given) {
            const json::object& consent = one.as_object();
            context.out << field(context, consent, "at") << "  text " << text(consent, "text")
                        << " version " << text(consent, "version") << " in "
                        << text(consent, "language") << " by " << text(consent, "channel") << ", "
                        << text(consent, "session") << "\n"
                        << text(consent, "shown") << "\n(BLAKE2b " << text(consent, "digest")
                        << ")\n\n";
        }
        if (given.empty()) context.out << "No consent stands.\n\n";
        show_table(context, answer.at("audit").as_array(),
                   {{"at", "at"}, {"action", "action"}, {"reason", "what"}, {"number", "row"}});
    });
}

}  // namespace jangkau::gateway
