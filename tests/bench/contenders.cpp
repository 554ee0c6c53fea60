#include "tests/bench/contenders.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "tests/bench/filler.hpp"

namespace jangkau::bench {
namespace {

using namespace std::chrono_literals;

constexpr const char* kTaskset = "/usr/bin/taskset";
const std::string kMemoryDisk = "/dev/shm";
constexpr const char* kNginx = "/usr/sbin/nginx";

/// Everything that a contender runs shares one processor: its cost shows as its rate.
std::unique_ptr<Process> start_pinned(std::vector<std::string> arguments,
                                      const std::string& folder) {
    arguments.insert(arguments.begin(), {kTaskset, "-c", "0"});
    return std::make_unique<Process>(arguments, folder + "/log");
}

std::uint16_t free_port() {
    const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof where;
    const bool bound = ::bind(probe, reinterpret_cast<sockaddr*>(&where), size) == 0 &&
                       ::getsockname(probe, reinterpret_cast<sockaddr*>(&where), &size) == 0;
    ::close(probe);
    if (!bound) throw std::runtime_error("no free port");
    return ntohs(where.sin_port);
}

void wait_for_port(std::uint16_t port, Process& process) {
    for (int i = 0; i < 20'000; ++i) {
        if (process.wait_for(0ms)) throw std::runtime_error("a contender ended; see its log");
        const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in where{};
        where.sin_family = AF_INET;
        where.sin_port = htons(port);
        where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int failed = ::connect(probe, reinterpret_cast<sockaddr*>(&where), sizeof where);
        ::close(probe);
        if (failed == 0) return;
        std::this_thread::sleep_for(1ms);
    }
    throw std::runtime_error("a contender does not listen");
}

std::unique_ptr<Running> run(std::unique_ptr<Process> process, std::uint16_t port,
                             std::string path) {
    std::vector<std::unique_ptr<Process>> all;
    all.push_back(std::move(process));
    return std::make_unique<Running>(std::move(all), port, std::move(path));
}

std::unique_ptr<Running> start_nginx(const std::string& folder) {
    const std::uint16_t port = free_port();
    std::ofstream(folder + "/nginx.conf")
        << "daemon off; master_process off; worker_processes 1; pid " << folder << "/pid;\n"
        << "error_log " << folder << "/error.log;\n"
        << "events { worker_connections 4096; }\n"
        << "http { access_log off; keepalive_requests 1000000000; default_type text/plain;\n"
        << "client_body_temp_path " << folder << "/body; proxy_temp_path " << folder
        << "/proxy; fastcgi_temp_path " << folder << "/fastcgi; uwsgi_temp_path " << folder
        << "/uwsgi; scgi_temp_path " << folder << "/scgi;\n"
        << "server { listen 127.0.0.1:" << port
        << "; location / { return 200 \"CON Ketik NIK: 16 angka di KTP atau KK, tanpa spasi. "
           "0 Kembali                              \"; } } }\n";
    auto process = start_pinned({kNginx, "-c", folder + "/nginx.conf", "-p", folder}, folder);
    wait_for_port(port, *process);
    return run(std::move(process), port, "/");
}

std::unique_ptr<Running> start_bare(const std::string& folder) {
    auto process = start_pinned({JANGKAU_BENCH_BARE}, folder);
    const auto port = static_cast<std::uint16_t>(std::stoul(process->line()));
    return run(std::move(process), port, "/");
}

constexpr const char* kRedis = "/usr/bin/redis-server";
constexpr const char* kNode = "/usr/bin/node";
const std::string kPeers = std::string(JANGKAU_SOURCE_DIR) + "/tests/bench/peers";

/// Durable: every write is on disk before it is answered.
std::unique_ptr<Process> start_redis(const std::string& folder, bool durable) {
    auto process = start_pinned({kRedis, "--port", "0", "--unixsocket", folder + "/redis.sock",
                                 "--dir", folder, "--save", "", "--daemonize", "no", "--appendonly",
                                 durable ? "yes" : "no", "--appendfsync", "always"},
                                folder);
    for (int i = 0; i < 500 && !std::filesystem::exists(folder + "/redis.sock"); ++i)
        std::this_thread::sleep_for(10ms);
    return process;
}

std::unique_ptr<Running> start_peer(const std::string& folder, const std::string& stack,
                                    std::unique_ptr<Process> redis) {
    std::vector<std::unique_ptr<Process>> all;
    if (redis) all.push_back(std::move(redis));
    all.push_back(start_pinned({kNode, kPeers + "/peer.mjs", stack, folder}, folder));
    const std::string port = all.back()->line();
    if (port.empty()) throw std::runtime_error(stack + " does not start; see " + folder + "/log");
    return std::make_unique<Running>(std::move(all), static_cast<std::uint16_t>(std::stoul(port)),
                                     "/");
}

void add_peers(std::vector<Contender>& all) {
    if (!std::filesystem::exists(kNode) || !std::filesystem::exists(kPeers + "/node_modules"))
        return;
    const bool redis = std::filesystem::exists(kRedis);
    for (const auto& [stack, what] : {std::pair{"umb-redis", "ussd-menu-builder, Redis"},
                                      std::pair{"fastify-redis", "Fastify, Redis"}})
        for (const bool durable : {false, true})
            if (redis)
                all.push_back({std::string(stack) + (durable ? "-always" : ""),
                               std::string(what) + (durable ? " on disk" : " in memory"), true,
                               [stack = std::string(stack), durable](const std::string& folder) {
                                   return start_peer(folder, stack, start_redis(folder, durable));
                               }});
    if (std::filesystem::exists(kPeers + "/node_modules/better-sqlite3/build/Release"))
        all.push_back(
            {"fastify-sqlite", "Fastify, SQLite in groups", true, [](const std::string& folder) {
                 return start_peer(folder, "fastify-sqlite", nullptr);
             }});
}

}  // namespace

std::unique_ptr<Running> start_jangkau(const std::string& folder, const std::string& data,
                                       const std::vector<std::string>& set) {
    const std::uint16_t port = free_port();
    std::vector<std::string> arguments = {JANGKAU_BINARY, "serve", "--config",
                                          std::string(JANGKAU_SOURCE_DIR) + "/config/jangkau.yaml"};
    // As people run it, but for what names this machine and lets one client in so often.
    std::vector<std::string> all = {"listen=127.0.0.1:" + std::to_string(port), "admin=127.0.0.1:0",
                                    "data=" + data, "log.level=warning",
                                    "limits.connections_per_peer_max=20000"};
    all.insert(all.end(), set.begin(), set.end());
    for (const std::string& one : all) arguments.insert(arguments.end(), {"--set", one});
    auto process = start_pinned(arguments, folder);
    wait_for_port(port, *process);
    return run(std::move(process), port, "/ussd/africastalking");
}

Running::~Running() {
    processes_.clear();  // first those who write there
    std::error_code ignored;
    if (!leavings_.empty()) std::filesystem::remove_all(leavings_, ignored);
}

Used Running::used() const {
    Used used;
    for (const auto& process : processes_) {
        const std::string folder = "/proc/" + std::to_string(process->pid());
        std::ifstream schedule(folder + "/schedstat");
        std::ifstream memory(folder + "/statm");
        std::size_t size = 0, resident = 0;
        memory >> size >> resident;
        used.resident_kib += resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) / 1024;
        // Of all threads: nanoseconds on a processor.
        for (const auto& task : std::filesystem::directory_iterator(folder + "/task")) {
            std::ifstream stat(task.path() / "schedstat");
            std::uint64_t ns = 0;
            stat >> ns;
            used.cpu += std::chrono::microseconds(ns / 1000);
        }
        std::ifstream io(folder + "/io");
        for (std::string name, value; io >> name >> value;)
            if (name == "write_bytes:") used.written_bytes += std::stoull(value);
    }
    return used;
}

std::vector<Contender> contenders(std::uint64_t live) {
    std::vector<Contender> all;
    if (std::filesystem::exists(kNginx))
        all.push_back({"nginx", "nginx, always the same answer", false, start_nginx});
    all.push_back({"asio", "bare Asio, always the same answer", false, start_bare});
    // `data` is begun anew.
    const auto start_new = [live](const std::string& folder, const std::string& data) {
        std::filesystem::remove_all(data);
        std::filesystem::create_directories(std::filesystem::path(data).parent_path());
        if (live > 0) fill(data, Dialogue("/ussd/africastalking", kFilledRun), live, 0);
        ::sync();  // what others left to be written is not its burden
        return start_jangkau(folder, data);
    };
    all.push_back({"jangkau", "jangkau", true, [start_new](const std::string& folder) {
                       return start_new(folder, folder + "/data");
                   }});
    // The same program where a sync costs nothing.
    if (std::filesystem::is_directory(kMemoryDisk))
        all.push_back({"jangkau-memory", "jangkau, on a disk of memory", true,
                       [start_new](const std::string& folder) {
                           const std::string data =
                               kMemoryDisk + "/jangkau-" +
                               std::filesystem::path(folder).parent_path().filename().string();
                           auto running = start_new(folder, data);
                           running->leave_nothing_in(data);
                           return running;
                       }});
    add_peers(all);
    return all;
}

}  // namespace jangkau::bench
