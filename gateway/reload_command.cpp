#include "gateway/reload_command.hpp"

#include <boost/json.hpp>
#include <filesystem>
#include <ostream>
#include <stdexcept>

#include "gateway/app.hpp"
#include "gateway/http_client.hpp"

namespace jangkau::gateway {
namespace {

namespace json = boost::json;

/// A little longer than the gateway gives itself.
constexpr std::chrono::minutes kAnswerMax{6};

enum Exit { done = 0, refused = 1, not_asked = 2 };

std::string counted(std::int64_t count, const std::string& what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::string text(const json::object& object, std::string_view name) {
    return json::value_to<std::string>(object.at({name.data(), name.size()}));
}

Problem problem_of(const json::object& object) {
    return {text(object, "file"), static_cast<int>(object.at("line").to_number<std::int64_t>()),
            text(object, "path"), text(object, "what"),
            text(object, "severity") == "error" ? Problem::Severity::error
                                                : Problem::Severity::warning};
}

void show_done(const json::object& report, std::ostream& out) {
    const auto number = [&](std::string_view name) {
        return report.at({name.data(), name.size()}).to_number<std::int64_t>();
    };
    const std::string revision = text(report, "revision");
    const std::string was = text(report, "was");
    out << (revision == was ? "Nothing has changed: revision " + revision
                            : "Reloaded: revision " + revision + ", before " + was)
        << "; menu " << text(report, "menu") << " with " << counted(number("states"), "state")
        << " and " << counted(number("texts"), "text") << " in "
        << counted(number("languages"), "language") << '\n';
    if (number("older_dialogues") > 0)
        out << counted(number("older_dialogues"), "dialogue")
            << " on older revisions; each ends as it began\n";
    const json::array& later = report.at("at_next_start").as_array();
    if (later.empty()) return;
    out << "Takes effect at the next start:";
    for (std::size_t i = 0; i < later.size(); ++i)
        out << (i ? ", " : " ") << json::value_to<std::string>(later[i]);
    out << '\n';
}

/// What is wrong with the answer ends in an exception.
int show(const HttpResponse& response, std::ostream& out, std::ostream& err) {
    const json::value body = json::parse(response.body);
    const json::object& report = body.as_object();
    for (const json::value& problem : report.at("problems").as_array())
        err << written(problem_of(problem.as_object())) << '\n';
    if (report.at("reloaded").as_bool()) {
        show_done(report, out);
        return response.status == 200 ? done : refused;
    }
    err << counted(static_cast<std::int64_t>(report.at("problems").as_array().size()), "problem")
        << "; nothing was reloaded, the gateway goes on with revision " << text(report, "revision")
        << '\n';
    return refused;
}

int fail(std::ostream& err, const std::string& sentence) {
    err << sentence << '\n';
    return not_asked;
}

}  // namespace

int run_reload(const ConfigOptions& options, bool as_json, std::ostream& out, std::ostream& err) {
    Problems problems;
    const auto data = find_data_folder(options, problems);
    if (!data) {
        for (const Problem& problem : problems) err << written(problem) << '\n';
        return fail(err, "where the gateway runs is not known; name its folder with --data");
    }
    Config where;
    where.data = *data;
    const std::string socket = control_socket(where);
    const std::string nobody = "no gateway runs on " + *data +
                               "; it reads everything when it is started (another folder: --data)";
    std::error_code ignored;
    if (!std::filesystem::exists(socket, ignored)) return fail(err, nobody);
    HttpRequest request;
    request.method = "POST";
    request.target = "http://gateway/reload";
    const auto answer = fetch(request, kAnswerMax, socket);
    if (!answer && answer.error().fault == TransportFault::not_sent) return fail(err, nobody);
    if (!answer) return fail(err, "the gateway broke off: " + answer.error().detail);
    if (answer->status != 200 && answer->status != 422)
        return fail(err,
                    "the gateway answered " + std::to_string(answer->status) + ": " + answer->body);
    if (as_json) {
        out << answer->body;
        return answer->status == 200 ? done : refused;
    }
    return show(*answer, out, err);
}

}  // namespace jangkau::gateway
