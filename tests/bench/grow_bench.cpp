// What a store that grew costs: the same turns beside few and beside many live dialogues and stored
// enrollments, the memory of each, and how soon a killed gateway answers again.

#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "tests/bench/contenders.hpp"
#include "tests/bench/filler.hpp"
#include "tests/bench/load.hpp"
#include "tests/bench/place.hpp"

namespace jangkau::bench {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr std::size_t kConnections = 64;

struct Command {
    std::vector<std::uint64_t> sizes = {10'000, 100'000, 1'000'000};
    int rounds = 5;
    std::uint64_t answers = 7'000;
    std::size_t idle = 10'000;
    std::string json;
    std::string folder;
};

/// One start on one store.
struct Figures {
    double first_answer_ms = 0;  ///< from the start of the program
    double resident_kib = 0;     ///< once it has started
    double turn_us = 0;          ///< CPU of one turn of a dialogue that was in the store
    double registration_us = 0;  ///< CPU of a whole registration, from the dial
    double longest_ms = 0;       ///< answer, of both
    std::size_t wrong = 0;
};

struct Grown {
    std::uint64_t dialogues = 0, enrollments = 0;
    std::string folder;
    std::uint64_t bytes = 0;
    /// Of those in the store, and of rounds: what this run and those before it have used up.
    std::uint64_t next_live = 0, next_round = 0;
    std::vector<Figures> rounds;

    [[nodiscard]] double median(double Figures::*figure) const {
        std::vector<double> values;
        for (const Figures& round : rounds) values.push_back(round.*figure);
        std::sort(values.begin(), values.end());
        return values.empty() ? 0 : values[values.size() / 2];
    }
    [[nodiscard]] double most(double Figures::*figure) const {
        double most = 0;
        for (const Figures& round : rounds) most = std::max(most, round.*figure);
        return most;
    }
};

double cpu_of(const Running& server, const LoadPlan& plan, const Dialogue& dialogue,
              std::uint64_t first, Figures& figures) {
    const Used before = server.used();
    const LoadFigures load = run_load(plan, dialogue, first);
    const Used after = server.used();
    figures.wrong += load.wrong + load.broken;
    figures.longest_ms = std::max(figures.longest_ms, load.percentile_us(1) / 1000);
    if (!load.first_wrong.empty()) std::fprintf(stderr, "hop %s\n", load.first_wrong.c_str());
    return static_cast<double>((after.cpu - before.cpu).count()) /
           static_cast<double>(std::max<std::uint64_t>(load.all_answers, 1));
}

/// Dialogues of the store that one round goes on with.
std::uint64_t live_used(const Command& command) {
    return command.answers / (Dialogue::kHops - kLiveHop) + 2 * kConnections;
}

Figures measure(const Command& command, Grown& store) {
    const std::string path = "/ussd/africastalking";
    const std::uint64_t round = store.next_round++;
    // Each round its own new workers; those who are in the store are run 0.
    const Dialogue known(path, 0), fresh(path, static_cast<unsigned>(round % 7) + 2);
    Figures figures;
    LoadPlan plan;
    plan.time = 60s;
    plan.warm_up = 0ms;
    const auto began = Clock::now();
    // The dialogues are as old as their store: nobody's time is over.
    const auto server = start_jangkau(store.folder, store.folder + "/data",
                                      {"channels.africastalking.session_max=0s"});
    plan.port = server->port();
    plan.connections = 1;
    plan.answers_max = 1;
    const LoadFigures first = run_load(plan, fresh, 9'000'000 + round);
    figures.first_answer_ms =
        std::chrono::duration<double, std::milli>(Clock::now() - began).count();
    figures.wrong = first.wrong + first.broken;
    figures.resident_kib = static_cast<double>(server->used().resident_kib);
    plan.connections = kConnections;
    plan.answers_max = command.answers;
    if (store.dialogues > 0) {
        plan.live = store.dialogues;
        plan.live_hop = kLiveHop;
        figures.turn_us = cpu_of(*server, plan, known, store.next_live, figures);
        store.next_live += live_used(command);
        plan.live = 0;
    }
    figures.registration_us =
        cpu_of(*server, plan, fresh, round * 100'000, figures) * double{Dialogue::kHops};
    std::ofstream(store.folder + "/used") << store.next_live << ' ' << store.next_round << '\n';
    return figures;
}

/// Filled, or taken up where an earlier run left it while there are dialogues left.
Grown store_of(std::uint64_t size, const Command& command, const std::string& folder) {
    Grown store{.dialogues = size, .enrollments = size, .folder = folder};
    std::ifstream used(folder + "/used");
    used >> store.next_live >> store.next_round;
    const std::uint64_t wanted = static_cast<std::uint64_t>(command.rounds) * live_used(command);
    if (!used || store.next_live + wanted > size) {
        std::filesystem::remove_all(folder + "/data");
        store.next_live = store.next_round = 0;
        std::filesystem::create_directories(folder);
        fill(folder + "/data", Dialogue("/ussd/africastalking"), size, size);
        std::ofstream(folder + "/used") << "0 0\n";
    }
    return store;
}

std::uint64_t bytes_in(const std::string& folder) {
    std::uint64_t bytes = 0;
    for (const auto& file : std::filesystem::recursive_directory_iterator(folder))
        if (file.is_regular_file()) bytes += file.file_size();
    return bytes;
}

struct Idle {
    std::size_t connections = 0;
    double bytes_each = 0;  ///< resident, of the gateway
};

/// Connections that were used once and are kept alive.
Idle measure_idle(const std::string& folder, std::size_t wanted) {
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    wanted = std::min<std::size_t>(wanted, files.rlim_cur - 200);
    std::filesystem::create_directories(folder);
    const auto server = start_jangkau(folder, folder + "/data",
                                      {"limits.connections_max=" + std::to_string(wanted + 100)});
    LoadPlan plan;
    plan.port = server->port();
    plan.time = 1s;
    (void)run_load(plan, Dialogue(server->path()));
    const double before = static_cast<double>(server->used().resident_kib);
    const HeldConnections held(server->port(), wanted);
    const double after = static_cast<double>(server->used().resident_kib);
    return {held.count(),
            (after - before) * 1024 / static_cast<double>(std::max<std::size_t>(held.count(), 1))};
}

void print(const std::vector<Grown>& stores, double empty_kib, const Idle& idle) {
    std::printf("%10s %11s %8s %10s %9s %9s %7s %11s %7s %9s\n", "dialogues", "enrollments", "MB",
                "first ms", "B/dial.", "us/turn", "times", "us/regist.", "times", "most ms");
    const Grown& least = stores.front();
    for (const Grown& store : stores) {
        const double each = (store.median(&Figures::resident_kib) - empty_kib) * 1024 /
                            static_cast<double>(store.dialogues);
        std::size_t wrong = 0;
        for (const Figures& round : store.rounds) wrong += round.wrong;
        std::printf(
            "%10llu %11llu %8.0f %10.0f %9.0f %9.1f %7.2f %11.1f %7.2f %9.1f%s\n",
            static_cast<unsigned long long>(store.dialogues),
            static_cast<unsigned long long>(store.enrollments), double(store.bytes) / 1e6,
            store.median(&Figures::first_answer_ms), each, store.median(&Figures::turn_us),
            store.median(&Figures::turn_us) / least.median(&Figures::turn_us),
            store.median(&Figures::registration_us),
            store.median(&Figures::registration_us) / least.median(&Figures::registration_us),
            store.most(&Figures::longest_ms),
            wrong > 0 ? ("  " + std::to_string(wrong) + " WRONG").c_str() : "");
    }
    std::printf("%zu idle connections: %.0f bytes each\n", idle.connections, idle.bytes_each);
}

std::string as_json(const std::vector<Grown>& stores, double empty_kib, const Idle& idle) {
    boost::json::array all;
    for (const Grown& store : stores) {
        boost::json::array rounds;
        for (const Figures& f : store.rounds)
            rounds.push_back({{"first_answer_ms", f.first_answer_ms},
                              {"resident_kib", f.resident_kib},
                              {"turn_us", f.turn_us},
                              {"registration_us", f.registration_us},
                              {"longest_ms", f.longest_ms},
                              {"wrong", f.wrong}});
        all.push_back({{"dialogues", store.dialogues},
                       {"enrollments", store.enrollments},
                       {"bytes", store.bytes},
                       {"rounds", std::move(rounds)}});
    }
    return boost::json::serialize(boost::json::object{
               {"stores", std::move(all)},
               {"empty_resident_kib", empty_kib},
               {"idle", {{"connections", idle.connections}, {"bytes_each", idle.bytes_each}}}}) +
           "\n";
}

int run(const Command& command) {
    leave_first_processor();
    const TempFolder folder;
    const std::string kept = command.folder.empty() ? folder.path() : command.folder;
    const Idle idle = measure_idle(folder.path() + "/idle", command.idle);
    Grown empty{.folder = folder.path() + "/empty"};
    std::filesystem::create_directories(empty.folder);
    std::vector<Grown> stores;
    for (const std::uint64_t size : command.sizes) {
        stores.push_back(store_of(size, command, kept + "/" + std::to_string(size)));
        stores.back().bytes = bytes_in(stores.back().folder);
    }
    ::sync();  // what filling left to be written is not the rounds' burden
    for (int round = 0; round < command.rounds; ++round) {
        empty.rounds.push_back(measure(command, empty));
        for (Grown& store : stores) store.rounds.push_back(measure(command, store));
    }
    const double empty_kib = empty.median(&Figures::resident_kib);
    print(stores, empty_kib, idle);
    if (!command.json.empty()) std::ofstream(command.json) << as_json(stores, empty_kib, idle);
    return 0;
}

}  // namespace
}  // namespace jangkau::bench

int main(int argc, char** argv) {
    jangkau::bench::Command command;
    CLI::App app("What a store that grew costs");
    app.add_option("--sizes", command.sizes, "live dialogues, and as many enrollments")
        ->delimiter(',');
    app.add_option("--rounds", command.rounds);
    app.add_option("--answers", command.answers, "of each load in one round");
    app.add_option("--idle", command.idle, "connections that are kept alive");
    app.add_option("--folder", command.folder,
                   "stores are kept there, for the next run too; else they are built and removed");
    app.add_option("--json", command.json, "write all figures there");
    CLI11_PARSE(app, argc, argv);
    return jangkau::bench::run(command);
}
