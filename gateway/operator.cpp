#include "gateway/operator.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <ostream>
#include <stdexcept>

#include "gateway/core/calendar.hpp"
#include "gateway/operator_parts.hpp"
#include "gateway/table.hpp"

namespace jangkau::gateway {
namespace {

namespace json = boost::json;

constexpr std::size_t kBadShown = 100;
/// What the list answers when nobody says how much.
constexpr std::size_t kListedByDefault = 1000;

std::string read_file(const std::string& path) {
    struct stat about {};
    if (::stat(path.c_str(), &about) != 0) {
        throw std::runtime_error("cannot read " + path + ": " + std::strerror(errno));
    }
    // A folder opens as a stream, and fails only when it is read.
    if (!S_ISREG(about.st_mode)) throw std::runtime_error("cannot read " + path + ": no file");
    std::ifstream in(path, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read " + path + ": " + std::strerror(errno));
    std::string text{std::istreambuf_iterator<char>(in), {}};
    return text;
}

/// Typed or piped, so that it stands in no shell's history and no process's title.
std::string read_secret_line(std::istream& in) {
    std::string line;
    std::getline(in, line);
    if (line.ends_with('\r')) line.pop_back();
    return line.empty() ? "-" : line;
}

void show_agents(const OperatorContext& context, const json::array& list) {
    show_table(context, list,
               {{"agent_id", "agent"},
                {"name", "name"},
                {"phone", "phone"},
                {"open", "open"},
                {"max_open", "of"},
                {"on_leave", "on leave"},
                {"retired", "left"},
                {"held", "held"},
                {"last_offer", "last offer"},
                {"kelurahan_names", "kelurahan"}});
}

int show_report(const OperatorContext& context, const std::string& file,
                const HttpResponse& response) {
    const json::value report = parsed(response);
    const json::array& bad = report.at("bad").as_array();
    const int code = bad.empty() ? done : refused;
    if (context.json) {
        context.out << response.body << '\n';
        return code;
    }
    context.out << report.at("new") << " new, " << report.at("changed") << " changed, "
                << report.at("same") << " same, " << bad.size() << " bad\n";
    for (std::size_t i = 0; i < std::min(bad.size(), kBadShown); ++i) {
        context.out << file << ':' << bad[i].at("line") << ": "
                    << std::string(bad[i].at("why").as_string()) << '\n';
    }
    if (bad.size() > kBadShown) context.out << "and " << bad.size() - kBadShown << " more\n";
    if (report.at("applied").as_bool()) {
        context.out << "Applied.\n";
    } else if (bad.empty()) {
        context.out << "Nothing was changed: this was a trial. Add --apply to do it.\n";
    } else {
        context.out << "Nothing was changed: a file is taken whole or not at all. Correct the bad "
                       "rows first.\n";
    }
    return code;
}

int import_file(const OperatorContext& context, const std::string& path, const std::string& file,
                bool apply) {
    HttpRequest request{.method = "POST", .target = path, .query = apply ? "apply=1" : ""};
    request.headers.emplace_back("Content-Type", "text/csv");
    try {
        request.body = read_file(file);
    } catch (const std::runtime_error& failed) {
        context.err << failed.what() << '\n';
        return not_asked;
    }
    return ask(context, request,
               [&](const HttpResponse& response) { return show_report(context, file, response); });
}

}  // namespace

int agents_import(const OperatorContext& context, const std::string& file, bool apply) {
    return import_file(context, "/agents/import", file, apply);
}

int eligibility_import(const OperatorContext& context, const std::string& file, bool apply) {
    return import_file(context, "/eligibility/import", file, apply);
}

int enrollments_import_results(const OperatorContext& context, const std::string& file,
                               bool apply) {
    return import_file(context, "/enrollments/import-results", file, apply);
}

int agents_list(const OperatorContext& context) {
    return ask_json(context, {.method = "GET", .target = "/agents"},
                    [&](const json::value& list) { show_agents(context, list.as_array()); });
}

int agents_set(const OperatorContext& context, const std::string& id, const Fields& changes) {
    Fields fields{{"id", id}};
    HttpRequest request{.method = "POST", .target = "/agents/set"};
    for (const auto& [name, value] : changes) {
        if (name == "pin")
            request.body = value == "-" ? read_secret_line(std::cin) : value;
        else
            fields.emplace_back(name, value);
    }
    request.query = encoded(fields);
    return ask_json(context, request,
                    [&](const json::value& agent) { show_agents(context, json::array{agent}); });
}

int agents_report(const OperatorContext& context, const Fields& filter) {
    const HttpRequest request{
        .method = "GET", .target = "/agents/report", .query = encoded(filter)};
    return ask_json(context, request, [&](const json::value& report) {
        const json::array& agents = report.at("agents").as_array();
        show_table(context, agents,
                   {{"agent_id", "agent"},
                    {"name", "name"},
                    {"offers", "offers"},
                    {"taken", "taken"},
                    {"done", "done"},
                    {"false_percent", "SALAH %"},
                    {"unanswered_percent", "unanswered %"},
                    {"last_days_percent", "last 3 days %"},
                    {"wrong_codes", "wrong codes"}});
        for (const json::value& agent : agents)
            for (const json::value& mark : agent.at("marks").as_array())
                context.out << "! " << field(context, agent.as_object(), "agent_id") << ": "
                            << std::string(mark.as_string()) << '\n';
    });
}

namespace {

void show_keys(const OperatorContext& context, const json::value& answer) {
    show_table(context, answer.at("keys").as_array(),
               {{"id", "key"},
                {"current", "current"},
                {"left", "to seal anew"},
                {"ageing", "dialogues"}});
}

}  // namespace

int keys_list(const OperatorContext& context) {
    return ask_json(context, {.method = "GET", .target = "/keys"}, [&](const json::value& answer) {
        show_keys(context, answer);
        context.out << "kept in " << json::value_to<std::string>(answer.at("kept_in")) << '\n';
    });
}

int keys_rotate(const OperatorContext& context) {
    const HttpRequest request{.method = "POST", .target = "/keys/rotate"};
    return ask_json(context, request, [&](const json::value& answer) {
        show_keys(context, answer);
        context.out << "The new key is in " << json::value_to<std::string>(answer.at("kept_in"))
                    << ": keep a copy of it, apart from the backups. Old keys are needed until "
                       "`jangkau keys drop` takes them.\n";
    });
}

int keys_drop(const OperatorContext& context, const std::string& id) {
    const HttpRequest request{
        .method = "POST", .target = "/keys/drop", .query = encoded({{"id", id}})};
    return ask_json(context, request, [&](const json::value& answer) {
        if (answer.at("kept_by_us").as_bool()) {
            context.out
                << "Key " << id
                << " is dropped. Keep its copy as long as backups that were made with it.\n";
        } else {
            context.out << "Key " << id << " is needed no more. Take it out of "
                        << json::value_to<std::string>(answer.at("kept_in"))
                        << "; keep a copy as long as backups that were made with it.\n";
        }
    });
}

int desk_list(const OperatorContext& context) {
    return ask_json(context, {.method = "GET", .target = "/desk"}, [&](const json::value& desk) {
        show_table(context, desk.at("notes").as_array(),
                   {{"at", "since"},
                    {"kind", "kind"},
                    {"ticket", "ticket"},
                    {"phone", "phone"},
                    {"text", "text"}});
        const json::array& to_check = desk.at("needs_check").as_array();
        if (to_check.empty()) return;
        context.out << "\nTo check:\n";
        show_table(context, to_check,
                   {{"changed", "since"},
                    {"ticket", "ticket"},
                    {"name", "name"},
                    {"phone", "phone"},
                    {"kelurahan_name", "kelurahan"}});
    });
}

int enrollments_list(const OperatorContext& context, const Fields& filter) {
    const HttpRequest request{.method = "GET", .target = "/enrollments", .query = encoded(filter)};
    return ask_json(context, request, [&](const json::value& list) {
        show_table(context, list.as_array(),
                   {{"ticket", "ticket"},
                    {"status", "status"},
                    {"name", "name"},
                    {"nik", "NIK"},
                    {"phone", "phone"},
                    {"kelurahan_name", "kelurahan"},
                    {"created", "since"}});
        if (list.as_array().size() == kListedByDefault) {
            context.err << "note: there may be more; --limit shows them\n";
        }
    });
}

namespace {

int show_one(const OperatorContext& context, const HttpRequest& request) {
    return ask_json(context, request, [&](const json::value& answer) {
        const json::object& enrollment = answer.as_object();
        std::vector<std::vector<std::string>> rows{{"field", "value"}};
        for (const auto& entry : enrollment) {
            const std::string name(entry.key());
            if (name != "referrals") rows.push_back({name, field(context, enrollment, name)});
        }
        context.out << written_table(rows);
        const json::array& referrals = enrollment.at("referrals").as_array();
        if (referrals.empty()) return;
        context.out << '\n';
        show_table(context, referrals,
                   {{"agent", "agent"},
                    {"agent_name", "name"},
                    {"agent_phone", "phone"},
                    {"state", "state"},
                    {"offered", "offered"},
                    {"due", "due"},
                    {"reason", "reason"},
                    {"changed", "changed"}});
    });
}

}  // namespace

int enrollments_show(const OperatorContext& context, const std::string& ticket,
                     const std::string& reason) {
    const HttpRequest request{.method = "GET",
                              .target = "/enrollments/show",
                              .query = encoded({{"ticket", ticket}, {"reason", reason}})};
    return show_one(context, request);
}

int enrollments_set(const OperatorContext& context, const std::string& ticket,
                    const std::string& status) {
    const HttpRequest request{.method = "POST",
                              .target = "/enrollments/set",
                              .query = encoded({{"ticket", ticket}, {"status", status}})};
    return show_one(context, request);
}

int enrollments_export(const OperatorContext& context, const Fields& filter) {
    const HttpRequest request{
        .method = "GET", .target = "/enrollments/export", .query = encoded(filter)};
    return ask(context, request, [&](const HttpResponse& response) {
        context.out << response.body << std::flush;
        return static_cast<int>(context.out ? done : not_asked);
    });
}

}  // namespace jangkau::gateway
