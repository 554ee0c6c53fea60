#include "gateway/reload.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <exception>
#include <utility>

#include "gateway/log.hpp"

namespace jangkau::gateway {
namespace {

namespace json = boost::json;

constexpr std::size_t kProblemsLogged = 20;

json::object view(const Problem& problem) {
    return {{"severity", problem.severity == Problem::Severity::error ? "error" : "warning"},
            {"file", problem.file},
            {"line", problem.line},
            {"path", problem.path},
            {"what", problem.what}};
}

/// Parts that only one of the two has differ, too.
std::vector<std::string> differing(const std::map<std::string, std::uint64_t>& running,
                                   const std::map<std::string, std::uint64_t>& loaded) {
    std::vector<std::string> out;
    for (const auto& [name, fingerprint] : running) {
        const auto at = loaded.find(name);
        if (at == loaded.end() || at->second != fingerprint) out.push_back(name);
    }
    for (const auto& [name, fingerprint] : loaded)
        if (!running.contains(name)) out.push_back(name);
    std::sort(out.begin(), out.end());
    return out;
}

std::string joined(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
    return out;
}

Metrics::Counter& counter(Metrics& metrics, const char* result) {
    return metrics.counter("jangkau_service_reloads_total", "Reloads of the service by result",
                           {{"result", result}});
}

}  // namespace

HttpResponse answer_of(const ReloadReport& report) {
    json::array problems;
    for (const Problem& problem : report.problems) problems.push_back(view(problem));
    const json::object body{
        {"reloaded", report.done},
        {"revision", written_revision(report.revision)},
        {"was", written_revision(report.was)},
        {"menu", report.menu},
        {"states", report.states},
        {"texts", report.texts},
        {"languages", report.languages},
        {"older_revisions", report.older_revisions},
        {"older_dialogues", report.older_dialogues},
        {"at_next_start", json::value_from(report.at_next_start)},
        {"problems", std::move(problems)},
    };
    return {report.done && !any_error(report.problems) ? 200 : 422,
            {{"Content-Type", "application/json"}},
            json::serialize(body) + "\n"};
}

ConfigOptions options_for_reload(const Config& running) {
    ConfigOptions options = running.loaded_with;
    for (const auto& [name, channel] : running.channels)
        options.screen_units = std::min(options.screen_units, channel.screen_units);
    return options;
}

Reloader::Reloader(Parts parts)
    : parts_(std::move(parts)),
      reloaded_(counter(parts_.metrics, "reloaded")),
      refused_(counter(parts_.metrics, "refused")),
      thread_([this] { work(); }) {}

Reloader::~Reloader() { stop(); }

void Reloader::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void Reloader::request(Done done) {
    {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(std::move(done));
    }
    changed_.notify_one();
}

void Reloader::work() {
    for (;;) {
        std::vector<Done> asked;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
            if (stopping_) return;
            asked.swap(waiting_);
        }
        try {
            const ReloadReport report = reload();
            tell(report);
            for (const Done& done : asked)
                if (done) done(report);
        } catch (const std::exception& failure) {
            // Whoever waits hears of it by his own time limit; the next one may be luckier.
            log::error("reload_failed", {{"what", failure.what()}});
        }
    }
}

ReloadReport Reloader::reload() {
    ReloadReport report;
    auto config = load(report.problems);
    report.done = config.has_value();
    if (config) {
        report.at_next_start = differing(parts_.running.fixed, config->fixed);
        report.was = parts_.services.replace(std::move(config->service), parts_.clock.now());
    }
    const Services::Handle service = parts_.services.current();
    report.revision = service->menu.revision;
    if (!config) report.was = report.revision;
    report.menu = service->menu.name;
    report.states = service->menu.nodes.size();
    report.texts = service->menu.languages.front().texts.size();
    report.languages = service->menu.languages.size();
    report.older_revisions = parts_.services.view().older.size();
    report.older_dialogues =
        parts_.services.dialogues().with_other_than(report.revision, parts_.clock.now());
    return report;
}

std::optional<Config> Reloader::load(Problems& problems) {
    try {
        return parts_.load(problems);
    } catch (const std::exception& failure) {
        // The machine's fault or ours: the running service is as good as before.
        problems.push_back(
            {parts_.running.file, 0, "", std::string("could not be loaded: ") + failure.what()});
        return std::nullopt;
    }
}

void Reloader::tell(const ReloadReport& report) {
    (report.done ? reloaded_ : refused_).add();
    std::size_t logged = 0;
    for (const Problem& problem : report.problems) {
        if (++logged > kProblemsLogged) break;
        log::warning("reload_problem", {{"problem", written(problem)}});
    }
    if (!report.done) {
        log::error("reload_refused",
                   {{"problems", static_cast<unsigned long>(report.problems.size())},
                    {"revision", written_revision(report.revision)}});
        return;
    }
    if (!report.at_next_start.empty())
        log::warning("reload_partial", {{"at_next_start", joined(report.at_next_start)}});
    log::info("reloaded",
              {{"revision", written_revision(report.revision)},
               {"was", written_revision(report.was)},
               {"states", static_cast<unsigned long>(report.states)},
               {"texts", static_cast<unsigned long>(report.texts)},
               {"older_dialogues", static_cast<unsigned long>(report.older_dialogues)}});
}

}  // namespace jangkau::gateway
