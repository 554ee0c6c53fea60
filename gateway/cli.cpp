#include "gateway/cli.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>

#include "gateway/app.hpp"
#include "gateway/check_report.hpp"
#include "gateway/config.hpp"
#include "gateway/config_values.hpp"
#include "gateway/graph.hpp"
#include "gateway/key_setting.hpp"
#include "gateway/log.hpp"
#include "gateway/operator.hpp"
#include "gateway/reload_command.hpp"
#include "gateway/script.hpp"
#include "gateway/terminal.hpp"

namespace jangkau::gateway {
namespace {

constexpr int kImpossible = 2;
/// The process cannot go on, and another one can.
constexpr int kBroken = 1;

void print(const Problems& problems) {
    for (const Problem& problem : problems) std::cerr << written(problem) << "\n";
}

bool terminal(int fd) { return ::isatty(fd) == 1; }

/// What every command takes.
struct Common {
    ConfigOptions config;
    bool json = false;

    void add_to(CLI::App& command) {
        command.add_option(
            "--config", config.file,
            "configuration file (default: config/jangkau.yaml, then /etc/jangkau/jangkau.yaml)");
        command.add_option("--data", config.data, "folder of the database, over the configuration");
        command.add_option("--set", config.set,
                           "KEY.PATH=VALUE over the configuration; repeatable");
    }

    std::optional<Config> load(bool secrets_needed) {
        config.file = find_config_file(config.file);
        config.secrets_needed = secrets_needed;
        Problems problems;
        auto loaded = load_config(config, problems);
        print(problems);
        return loaded;
    }
};

int serve(Common& common) {
    const auto config = common.load(true);
    if (!config) return kImpossible;
    log::start(config->log_level,
               config->log_format.value_or(terminal(STDERR_FILENO) ? log::Format::text
                                                                   : log::Format::json));
    if (!config->core_dumps) forbid_core_dumps();
    struct Stop {
        ~Stop() { log::stop(); }
    } stop_log;
    App app(*config);
    const char* scheme = config->tls.certificate.empty() ? "http://" : "https://";
    std::cout << "listening on " << scheme << app.public_address() << "\nlistening on http://"
              << app.admin_address() << std::endl;
    log::info("started", {{"service", config->service->settings.name},
                          {"data", config->data},
                          {"route", config->routes.otherwise.front()}});
    return app.run() ? 0 : kBroken;
}

/// A number, URL and channel, for the tools that are phones.
void add_line(CLI::App& command, LineOptions& line, TrunkOptions& trunk) {
    command
        .add_option("--url", line.url, "the gateway's base URL, or with a path the callback itself")
        ->capture_default_str();
    command.add_option("--channel", trunk.channel, "the channel to speak through")
        ->capture_default_str();
    command.add_option("--secret", trunk.secret,
                       "the channel's secret, where it differs from the configuration");
    command.add_option("--adapter", trunk.adapter,
                       "the channel's wire format, where the configuration does not know it");
    command.add_option("--config", trunk.config,
                       "configuration that knows the channel (default: where serve looks)");
    command.add_option("--set", trunk.set, "KEY.PATH=VALUE over the configuration; repeatable");
}

using Filter = std::vector<std::pair<std::string, std::string>>;

/// The whole command line, and which command was given.
class Cli {
public:
    Cli() {
        app_.require_subcommand(1);
        app_.set_version_flag("--version", "jangkau " JANGKAU_VERSION);
        app_.set_help_all_flag("--help-all", "help of every command");
        add_serve();
        add_check();
        add_reload();
        add_graph();
        add_dial();
        add_sms();
        add_script();
        add_agents();
        add_eligibility();
        add_enrollments();
        add_desk();
        add_keys();
        add_audit();
        add_breach_report();
        add_consents();
        add_backup();
    }

    int run(int argc, char** argv) {
        const std::vector<std::string> known = commands();
        if (argc > 1 && argv[1][0] != '-' &&
            std::find(known.begin(), known.end(), argv[1]) == known.end()) {
            std::cerr << "jangkau: no command '" << argv[1] << "'" << did_you_mean(argv[1], known)
                      << "\n";
            return kImpossible;
        }
        try {
            app_.parse(argc, argv);
        } catch (const CLI::ParseError& error) {
            return app_.exit(error) == 0 ? 0 : kImpossible;
        }
        return command_ ? command_() : kImpossible;
    }

private:
    CLI::App* sub(CLI::App& parent, const char* name, const char* what) {
        return parent.add_subcommand(name, what);
    }
    void does(CLI::App* command, std::function<int()> what) {
        command->callback([this, what = std::move(what)] { command_ = what; });
    }
    int with_installation(const std::function<int(const OperatorContext&)>& what) {
        const auto config = common_.load(false);
        if (!config) return kImpossible;
        if (!config->core_dumps) forbid_core_dumps();
        const OperatorContext context{*config, common_.json, terminal(STDERR_FILENO), std::cout,
                                      std::cerr};
        return what(context);
    }
    CLI::App* operators(CLI::App& parent, const char* name, const char* what) {
        CLI::App* command = sub(parent, name, what);
        common_.add_to(*command);
        command->add_flag("--json", common_.json, "answer in JSON");
        return command;
    }

    std::vector<std::string> commands() {
        std::vector<std::string> names;
        for (const CLI::App* command : app_.get_subcommands({}))
            names.push_back(command->get_name());
        return names;
    }

    void add_serve() {
        CLI::App* command = sub(app_, "serve", "run the gateway");
        common_.add_to(*command);
        command->add_option("--listen", common_.config.listen,
                            "HOST:PORT for aggregators, over the configuration; port 0 picks one");
        command->add_option("--admin", common_.config.admin,
                            "HOST:PORT for operators, over the configuration");
        does(command, [this] { return serve(common_); });
    }
    void add_check() {
        CLI::App* command =
            sub(app_, "check", "prove the configuration, menus, texts, prices and facts");
        common_.add_to(*command);
        command->add_flag("--strict", check_.strict, "warnings are problems too");
        command->add_flag("--verbose", check_.verbose,
                          "the ways of journeys, every list, what draft languages lack");
        command->add_flag("--json", check_.json, "problems, journeys, lists and drafts in JSON");
        does(command, [this] { return run_check(common_.config, check_, std::cout, std::cerr); });
    }
    void add_reload() {
        CLI::App* command = operators(
            app_, "reload", "have the running gateway take changed menus, texts, prices, settings");
        does(command, [this] {
            common_.config.file = find_config_file(common_.config.file);
            return run_reload(common_.config, common_.json, std::cout, std::cerr);
        });
    }
    void add_graph() {
        CLI::App* command = sub(app_, "graph", "the menu as a picture, with every screen's text");
        common_.add_to(*command);
        command->add_option("--format", graph_.format, "svg, or dot for Graphviz")
            ->check(CLI::IsMember({"svg", "dot"}))
            ->capture_default_str();
        command->add_option("--language", graph_.language,
                            "language of the texts, such as 'en' (default: the menu's first)");
        command->add_option("--out", graph_.file, "file to write (default: standard output)");
        CLI::Option* flow =
            command->add_option("--flow", graph_.flow, "only this flow or stage of the menu");
        command->add_option("--from", graph_.from, "only what this state leads to")->excludes(flow);
        does(command, [this] {
            const auto config = common_.load(false);
            return config ? draw_graph(*config, graph_, std::cout, std::cerr) : kImpossible;
        });
    }
    void add_dial() {
        CLI::App* command = sub(app_, "dial", "a feature phone in the terminal");
        command->add_option("code", dial_.code, "the code to dial, such as '*123*4567#'");
        command->add_option("--from", dial_.phone.from, "the phone's number")
            ->default_str("081234500001");
        add_line(*command, dial_.phone.line, dial_.phone.trunk);
        does(command, [this] {
            if (dial_.phone.from.empty()) dial_.phone.from = "081234500001";
            dial_.colour = wants_colour(STDOUT_FILENO);
            dial_.interactive = terminal(STDIN_FILENO);
            return run_dial(dial_, std::cin, std::cout);
        });
    }
    void add_sms() {
        CLI::App* command =
            sub(app_, "sms", "send an SMS as a phone would, and wait for the answer");
        command->add_option("text", sms_.text, "what to send")->required();
        command->add_option("--from", sms_.phone.from, "the phone's number")->required();
        add_line(*command, sms_.phone.line, sms_.phone.trunk);
        command->add_flag("--json", sms_.json, "answer in JSON");
        does(command, [this] { return run_sms(sms_, std::cout, std::cerr); });
    }
    void add_script() {
        CLI::App* command = sub(app_, "script", "play dialogue files against a gateway");
        command->add_option("files", script_.files, "dialogue files (docs/DIALOGS.md)")->required();
        add_line(*command, script_.line, script_.trunk);
        command->add_flag("--tap", script_.tap, "report in the Test Anything Protocol");
        command->add_option("--junit", script_.junit, "write a JUnit XML report to this file");
        command->add_flag("--update", script_.play.update, "rewrite what the files expect");
        does(command, [this] {
            script_.colour = wants_colour(STDOUT_FILENO);
            return run_script(script_, std::cout, std::cerr);
        });
    }
    void add_agents() {
        CLI::App* agents = sub(app_, "agents", "PERISAI agents: import, list, set, report");
        agents->require_subcommand(1);
        CLI::App* import = operators(
            *agents, "import",
            "a CSV file: agent_id,name,msisdn,kelurahan,max_open; a trial without --apply");
        import->add_option("file", file_, "the file")->required();
        import->add_flag("--apply", apply_, "really change the data");
        does(import, [this] {
            return with_installation(
                [this](const auto& c) { return agents_import(c, file_, apply_); });
        });
        does(operators(*agents, "list", "every agent with open tickets"),
             [this] { return with_installation(agents_list); });
        CLI::App* set = operators(*agents, "set", "change one agent");
        set->add_option("id", id_, "agent's id")->required();
        for (const auto& [key, what] :
             {std::pair("name", "new value"), std::pair("msisdn", "new value"),
              std::pair("kelurahan", "new value"), std::pair("max_open", "new value"),
              std::pair("on_leave", "yes: no new tickets until his KERJA"),
              std::pair("retired", "yes: has left; his tickets go to others"),
              std::pair("held", "no: released after wrong codes; yes: may report nothing"),
              std::pair("pin", "4 to 6 digits, 'none', or '-' to read it from standard input")})
            set->add_option_function<std::string>(
                "--" + std::string(key),
                [this, key = key](const std::string& v) { filter_.emplace_back(key, v); }, what);
        does(set, [this] {
            return with_installation([this](const auto& c) { return agents_set(c, id_, filter_); });
        });
        CLI::App* report = operators(
            *agents, "report", "what each agent did in a month, and what somebody should look at");
        report->add_option_function<std::string>(
            "--month", [this](const std::string& v) { filter_.emplace_back("month", v); },
            "YYYY-MM (default: this month)");
        does(report, [this] {
            return with_installation([this](const auto& c) { return agents_report(c, filter_); });
        });
    }
    void add_eligibility() {
        CLI::App* eligibility = sub(app_, "eligibility", "the city's list of whom it pays for");
        eligibility->require_subcommand(1);
        CLI::App* import = operators(*eligibility, "import",
                                     "a CSV file: nik,desil,as_of,source; a trial without --apply");
        import->add_option("file", file_, "the file")->required();
        import->add_flag("--apply", apply_, "really change the data");
        does(import, [this] {
            return with_installation(
                [this](const auto& c) { return eligibility_import(c, file_, apply_); });
        });
    }
    void add_enrollments() {
        CLI::App* enrollments =
            sub(app_, "enrollments", "registrations: list, show, set, export, import-results");
        enrollments->require_subcommand(1);
        const auto filtered = [this](CLI::App* command) {
            for (const char* key : {"status", "kelurahan", "since", "limit"})
                command->add_option_function<std::string>(
                    "--" + std::string(key),
                    [this, key](const std::string& v) { filter_.emplace_back(key, v); },
                    "only these");
            return command;
        };
        does(filtered(operators(*enrollments, "list", "a line each")), [this] {
            return with_installation(
                [this](const auto& c) { return enrollments_list(c, filter_); });
        });
        CLI::App* show = operators(*enrollments, "show", "one, with everything that happened");
        show->add_option("ticket", id_, "its ticket")->required();
        show->add_option("--reason", reason_, "what for: kept in the audit");
        does(show, [this] {
            return with_installation(
                [this](const auto& c) { return enrollments_show(c, id_, reason_); });
        });
        CLI::App* set = operators(*enrollments, "set",
                                  "what an officer found out about a ticket that waits for him");
        set->add_option("ticket", id_, "its ticket")->required();
        set->add_option("--status", status_,
                        "waiting: an agent is asked; verifying: the city's list; ended")
            ->required();
        does(set, [this] {
            return with_installation(
                [this](const auto& c) { return enrollments_set(c, id_, status_); });
        });
        CLI::App* whole = operators(*enrollments, "export", "CSV for BPJS-TK, with whole NIKs");
        takes(whole, "--reason", "reason", "what for: kept in the audit; must be given");
        does(filtered(whole), [this] {
            return with_installation(
                [this](const auto& c) { return enrollments_export(c, filter_); });
        });
        CLI::App* results =
            operators(*enrollments, "import-results",
                      "a CSV file: ticket,kpj,active_since; a trial without --apply");
        results->add_option("file", file_, "the file")->required();
        results->add_flag("--apply", apply_, "really change the data");
        does(results, [this] {
            return with_installation(
                [this](const auto& c) { return enrollments_import_results(c, file_, apply_); });
        });
    }

    void takes(CLI::App* command, const char* option, const char* key, const char* what) {
        command->add_option_function<std::string>(
            option, [this, key](const std::string& v) { filter_.emplace_back(key, v); }, what);
    }
    void add_audit() {
        CLI::App* audit = sub(app_, "audit", "who saw or changed whose data: list, verify");
        audit->require_subcommand(1);
        CLI::App* list = operators(*audit, "list", "its rows, oldest first");
        takes(list, "--since", "since", "from this day or time on");
        takes(list, "--until", "until", "before this day or time");
        takes(list, "--actor", "actor", "only this one: 'operator NAME', 'agent ID', phone");
        takes(list, "--limit", "limit", "so many rows (default: 1000)");
        does(list, [this] {
            return with_installation([this](const auto& c) { return audit_list(c, filter_); });
        });
        CLI::App* verify = operators(*audit, "verify", "whether no row was changed or taken out");
        verify->add_option("--head", head_,
                           "a head that the log told earlier: must still be there");
        does(verify, [this] {
            return with_installation([this](const auto& c) { return audit_verify(c, head_); });
        });
    }
    void add_breach_report() {
        CLI::App* report = operators(app_, "breach-report",
                                     "whose data was seen or changed, which fields, by whom, when");
        takes(report, "--since", "since", "from this day or time on");
        takes(report, "--until", "until", "before this day or time");
        takes(report, "--actor", "actor", "only by this one: 'operator NAME', 'agent ID'");
        takes(report, "--reason", "reason", "what for: kept in the audit");
        does(report, [this] {
            return with_installation([this](const auto& c) { return breach_report(c, filter_); });
        });
    }
    void add_backup() {
        CLI::App* make = operators(app_, "backup", "a verified copy, also of a running gateway");
        make->add_option("folder", file_, "where copies are kept")->required();
        make->add_option("--keep", keep_, "older copies of ours go, such as 35d")
            ->capture_default_str();
        does(make, [this] {
            const auto keep = parse_duration(keep_);
            if (!keep) {
                std::cerr << "--keep must be a time such as 35d, not '" << keep_ << "'\n";
                return kImpossible;
            }
            return with_installation([this, keep](const auto& c) {
                return backup(c, file_, std::chrono::floor<std::chrono::seconds>(*keep));
            });
        });
        CLI::App* back = operators(app_, "restore", "a copy, into a data folder without database");
        back->add_option("file", file_, "the copy")->required();
        does(back, [this] {
            return with_installation([this](const auto& c) { return restore(c, file_); });
        });
    }
    void add_consents() {
        CLI::App* consents = sub(app_, "consents", "what somebody agreed to, as evidence");
        consents->require_subcommand(1);
        CLI::App* show = operators(*consents, "show", "consents of a phone, and withdrawals");
        takes(show, "msisdn", "msisdn", "its number");
        takes(show, "--ticket", "ticket", "or the ticket of somebody who was registered with it");
        takes(show, "--reason", "reason", "what for: kept in the audit");
        does(show, [this] {
            return with_installation([this](const auto& c) { return consents_show(c, filter_); });
        });
    }

    void add_desk() {
        does(operators(app_, "desk", "what officers have to look at: filed answers, calls, doubts"),
             [this] { return with_installation(desk_list); });
    }

    void add_keys() {
        CLI::App* keys = sub(app_, "keys", "what the database is sealed with: list, rotate, drop");
        keys->require_subcommand(1);
        does(operators(*keys, "list", "every key, and what still needs the old ones"),
             [this] { return with_installation(keys_list); });
        does(operators(*keys, "rotate", "make a new key; the rows are sealed anew with it"),
             [this] { return with_installation(keys_rotate); });
        CLI::App* drop = operators(*keys, "drop", "forget an old key that nothing needs any more");
        drop->add_option("id", id_, "its number")->required();
        does(drop, [this] {
            return with_installation([this](const auto& c) { return keys_drop(c, id_); });
        });
    }

    CLI::App app_{"jangkau: a USSD/SMS gateway that reaches people without data"};
    std::function<int()> command_;
    Common common_;
    GraphCommand graph_;
    DialOptions dial_;
    SmsOptions sms_;
    ScriptOptions script_;
    std::string file_;
    std::string id_;
    std::string status_;
    std::string reason_;
    std::string head_;
    std::string keep_ = "35d";
    Filter filter_;
    bool apply_ = false;
    CheckOptions check_;
};

}  // namespace

int run_cli(int argc, char** argv) {
    // A reader of our output that went away is an error of writing, not the end of the process.
    std::signal(SIGPIPE, SIG_IGN);
    try {
        return Cli().run(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << "jangkau: " << error.what() << "\n";
        return kImpossible;
    }
}

}  // namespace jangkau::gateway
