// Whole servers side by side: the same registration of the same workers, the same load, in turn,
// several rounds. Read the ratios; the figures beside them are the machine's.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <fstream>

#include "tests/bench/place.hpp"
#include "tests/bench/report.hpp"

namespace jangkau::bench {
namespace {

using std::chrono::milliseconds;

struct Command {
    int rounds = 5;
    int milliseconds = 2000;
    std::size_t connections = 256;
    std::vector<std::size_t> rates = {2'500, 10'000};
    std::size_t sessions = 1'000;
    std::uint64_t live = 100'000;
    std::vector<std::string> only;
    std::string json, svg;
    // Load for a server that runs already.
    std::uint16_t port = 0;
    std::string path = "/ussd/africastalking";
    std::uint64_t answers = 0, first = 0;
};

LoadPlan plan_of(const Command& command) {
    LoadPlan plan;
    plan.connections = command.connections;
    plan.time = milliseconds(command.milliseconds);
    return plan;
}

int load_only(const Command& command) {
    LoadPlan plan = plan_of(command);
    plan.port = command.port;
    plan.answers_max = command.answers;
    const LoadFigures figures = run_load(plan, Dialogue(command.path), command.first);
    std::printf("%.0f/s, p50 %.0f us, p99 %.0f us, %zu wrong %s\n", figures.per_second(),
                figures.percentile_us(0.5), figures.percentile_us(0.99),
                static_cast<std::size_t>(figures.wrong), figures.first_wrong.c_str());
    return figures.wrong == 0 ? 0 : 1;
}

std::vector<Contender> wanted(const Command& command, std::uint64_t live) {
    std::vector<Contender> all = contenders(live);
    std::erase_if(all, [&](const Contender& contender) {
        return !command.only.empty() && std::find(command.only.begin(), command.only.end(),
                                                  contender.name) == command.only.end();
    });
    return all;
}

Table measure_all(const Command& command, Table table, const LoadPlan& plan) {
    const TempFolder folder;
    const bool is_open = plan.rate != 0;
    for (Contender& contender : wanted(command, is_open ? command.live : 0))
        table.rows.push_back({std::move(contender), {}});
    for (int round = 0; round < command.rounds; ++round) {
        for (auto& [contender, rounds] : table.rows)
            rounds.push_back(measure(contender, plan, folder.path()));
        const auto disk = measure_disk(folder.path(), milliseconds(command.milliseconds) / 4);
        table.disk_us.insert(table.disk_us.end(), disk.begin(), disk.end());
    }
    std::sort(table.disk_us.begin(), table.disk_us.end());
    std::printf("%s\n", as_text(table).c_str());
    std::fflush(stdout);
    return table;
}

int run(const Command& command) {
    leave_first_processor();
    if (command.port != 0) return load_only(command);
    std::vector<Table> tables;
    LoadPlan plan = plan_of(command);
    tables.push_back(measure_all(
        command,
        {"closed",
         std::to_string(plan.connections) + " connections, each as fast as it is answered",
         {},
         {}},
        plan));
    plan.sessions = command.sessions;
    for (const std::size_t rate : command.rates) {
        plan.rate = rate;
        // Until the dialogues stand at all hops.
        plan.warm_up = milliseconds(1000 * command.sessions * Dialogue::kHops / rate);
        tables.push_back(measure_all(
            command,
            {"open " + std::to_string(rate),
             std::to_string(rate) + " requests a second, " +
                 std::to_string(command.live + command.sessions) + " dialogues under way",
             {},
             {}},
            plan));
    }
    if (!command.json.empty()) std::ofstream(command.json) << as_json(tables);
    if (!command.svg.empty()) std::ofstream(command.svg) << as_svg(tables.front());
    return 0;
}

}  // namespace
}  // namespace jangkau::bench

int main(int argc, char** argv) {
    jangkau::bench::Command command;
    CLI::App app("Whole servers side by side");
    app.add_option("--rounds", command.rounds);
    app.add_option("--milliseconds", command.milliseconds, "of one contender in one round");
    app.add_option("--connections", command.connections);
    app.add_option("--rates", command.rates, "requests a second of the open loops")->delimiter(',');
    app.add_option("--sessions", command.sessions, "dialogues that take steps in the open loops");
    app.add_option("--live", command.live, "dialogues that rest in jangkau's store meanwhile");
    app.add_option("--only", command.only, "these contenders")->delimiter(',');
    app.add_option("--json", command.json, "write all figures there");
    app.add_option("--svg", command.svg, "draw the closed loop there");
    app.add_option("--port", command.port, "load a server that runs already, and nothing else");
    app.add_option("--path", command.path, "of that server");
    app.add_option("--answers", command.answers, "end after so many");
    app.add_option("--first", command.first, "the first worker's number");
    CLI11_PARSE(app, argc, argv);
    return jangkau::bench::run(command);
}
