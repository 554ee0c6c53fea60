// Too many connections, too few descriptors.

#include <sys/resource.h>
#include <algorithm>

#include "tests/faults/row.hpp"
#include "tests/faults/sockets.hpp"

namespace jangkau::faults {
namespace {

constexpr std::size_t kPerPeerMax = 256;  // limits.connections_per_peer_max as shipped

std::size_t still_open(const std::vector<RawClient>& clients) {
    return static_cast<std::size_t>(
        std::ranges::count_if(clients, [](const RawClient& one) { return !ended(one); }));
}

/// As many as wanted, or as this machine lets a process have, with some left for the others.
std::size_t connections_up_to(std::size_t wanted) {
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return 0;
    files.rlim_cur = files.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &files) != 0) return 0;
    return std::min<std::size_t>(wanted, files.rlim_cur - 1'000);
}

std::string idle_connections(World& world) {
    const std::string idle_max = full_size() ? "20s" : "5s";
    const std::size_t count = connections_up_to(full_size() ? 100'000 : 3'000);
    world.begin(
        {"limits.idle_max=" + idle_max, "limits.connections_max=" + std::to_string(count + 600)});
    const Usage before = world.usage();
    std::vector<RawClient> idle;
    for (std::size_t i = 0; i < count; ++i)
        idle.push_back(
            connect_from("127.0.1." + std::to_string(1 + i / (kPerPeerMax - 6)), world.address()));
    const auto probe = world.probe();
    EXPECT_GE(world.metric("jangkau_http_connections"), static_cast<double>(count));
    const Usage full = world.usage();
    // One address cannot have them all.
    std::vector<RawClient> greedy;
    for (std::size_t i = 0; i < kPerPeerMax + 44; ++i)
        greedy.push_back(connect_from("127.0.2.1", world.address()));
    (void)world.probe();  // they have all been accepted before this
    EXPECT_EQ(still_open(greedy), kPerPeerMax);
    world.load().start(world.url_);
    EXPECT_TRUE(world.load().wait_for(50));
    world.load().stop();
    EXPECT_EQ(world.load().figures().unknown + world.load().figures().refused, 0U);
    EXPECT_TRUE(world.calms_down()) << "idle connections stay for ever";
    EXPECT_EQ(still_open(idle), 0U);
    const std::size_t bytes =
        (full.resident_kib - std::min(full.resident_kib, before.resident_kib)) * 1024 / count;
    EXPECT_LT(bytes, 64 * 1024U);
    return std::to_string(count) + " connections, " + std::to_string(bytes) +
           " bytes each of resident memory; a new client's answer after " +
           std::to_string(probe.count()) + " ms; all reaped after idle_max (" + idle_max + ")";
}

std::string no_descriptors(World& world) {
    world.begin();
    world.load().start(world.url_);
    EXPECT_TRUE(world.load().wait_for(20));
    world.load().stop();
    rlimit before{};
    if (::prlimit(world.pid(), RLIMIT_NOFILE, nullptr, &before) != 0) return "not permitted here";
    // The next descriptor that is free decides, not how many there are.
    rlimit few = before;
    few.rlim_cur = world.usage().descriptors + 8;
    EXPECT_EQ(::prlimit(world.pid(), RLIMIT_NOFILE, &few, nullptr), 0);
    std::vector<RawClient> clients;
    for (int i = 0; i < 100; ++i) clients.push_back(connect_from("127.0.0.2", world.address()));
    const auto began = Steady::now();
    const auto cpu = world.usage().cpu;
    std::this_thread::sleep_for(2s);
    const auto spent = world.usage().cpu - cpu;
    const auto passed =
        std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - began);
    // A loop without a pause takes all of a core.
    EXPECT_LT(spent.count() * 2, passed.count()) << "it spins";
    EXPECT_EQ(::prlimit(world.pid(), RLIMIT_NOFILE, &before, nullptr), 0);
    const auto recovery = world.probe();
    const double failures = world.metric("jangkau_http_accept_failures");
    EXPECT_GE(failures, 1) << "the limit was never met";
    EXPECT_LE(failures, 20.0 * static_cast<double>(passed.count() + 2000) / 1000);
    EXPECT_LT(recovery, 5s);
    clients.clear();
    EXPECT_TRUE(world.calms_down());
    world.load().start(world.url_);
    EXPECT_TRUE(world.load().wait_for(20));
    world.load().stop();
    return std::to_string(static_cast<int>(failures)) + " refused accepts in " +
           std::to_string(passed.count()) + " ms, " +
           std::to_string(spent.count() * 100 / std::max<long>(1, passed.count())) +
           " % of a core; served again " + std::to_string(recovery.count()) +
           " ms after the limit was lifted";
}

}  // namespace

std::vector<Row> socket_rows() {
    return {
        {"H-8", "idle connections",
         "answers go on; one address has at most 256; all end after idle_max",
         "connections of which nothing comes, from many loopback addresses", idle_connections},
        {"H-9", "no descriptors left", "no spin, no deafness, recovers by itself",
         "prlimit --nofile on the live process, then 100 connections", no_descriptors},
    };
}

}  // namespace jangkau::faults
