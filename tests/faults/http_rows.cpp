// Requests that are slow, too big, or never end.

#include <gmock/gmock.h>
#include <algorithm>
#include <cerrno>

#include "tests/faults/row.hpp"
#include "tests/faults/sockets.hpp"

namespace jangkau::faults {
namespace {

constexpr const char* kPost = "POST /ussd/africastalking HTTP/1.1\r\nHost: a\r\n";
constexpr const char* kChunked = "Transfer-Encoding: chunked\r\n\r\n";
constexpr std::size_t kMiB = 1 << 20;

std::string ms(std::chrono::microseconds time) {
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time).count()) +
           " ms";
}

/// Others were served all the while: none refused, none without an answer.
std::string served(World& world) {
    EXPECT_TRUE(world.load().wait_for(50));
    world.load().stop();
    const Load::Figures figures = world.load().figures();
    EXPECT_EQ(figures.refused, 0U);
    EXPECT_EQ(figures.unknown, 0U);
    return "others: " + std::to_string(figures.ok) + " hops, p99 " + ms(figures.p99);
}

std::size_t growth_kib(const Usage& before, const Usage& after) {
    return after.resident_kib - std::min(after.resident_kib, before.resident_kib);
}

/// `clients` dribble a byte at a time; how long the last one was borne.
std::chrono::milliseconds dribble(World& world, std::size_t clients, const std::string& beginning) {
    std::vector<RawClient> slow;
    for (std::size_t i = 0; i < clients; ++i) {
        slow.push_back(connect_from("127.0.0." + std::to_string(2 + i / 200), world.address()));
        slow.back().send(beginning);
    }
    const auto began = Steady::now();
    std::size_t held = clients;
    while (held > 0 && Steady::now() - began < 20s) {
        held = 0;
        for (const RawClient& client : slow) {
            if (ended(client)) continue;
            ++held;
            push(client, "x");
        }
        std::this_thread::sleep_for(100ms);
    }
    EXPECT_EQ(held, 0U) << "still held";
    for (RawClient& client : slow) {
        const std::string answer = client.rest();
        // A reset takes the answer along where a byte was still on its way.
        EXPECT_TRUE(answer.empty() || gateway::status_of(answer) == 408) << answer;
    }
    return std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - began);
}

std::string slow_headers(World& world) {
    world.begin({"limits.read_max=1s"});
    world.load().start(world.url_);
    const std::size_t clients = full_size() ? 5000 : 400;
    const auto held = dribble(world, clients, "GET /ussd/africastalking HTTP/1.1\r\nA: ");
    return std::to_string(clients) + " clients, all let go after " + ms(held) +
           " (read_max 1 s); " + served(world);
}

/// Answers pile up at a client that reads none for longer than write_max; it asks as long as its
/// socket takes it. Its window is shut, so that the end reaches it only when it reads: what was
/// sent, and then nothing more.
void read_nothing(World& world) {
    RawClient client = connect_from("127.0.0.2", world.address());
    const int small = 4096;
    ::setsockopt(client.fd(), SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
    std::string many;
    while (many.size() < 64 * 1024) many += "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
    for (const auto began = Steady::now(); Steady::now() - began < 3s;) {
        push(client, many);
        std::this_thread::sleep_for(1ms);
    }
    bool let_go = false;
    char answers[4096];
    for (const auto began = Steady::now(); !let_go && Steady::now() - began < 20s;) {
        const auto got = ::recv(client.fd(), answers, sizeof(answers), MSG_DONTWAIT);
        let_go = got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
        if (got < 0 && !let_go) std::this_thread::sleep_for(10ms);
    }
    EXPECT_TRUE(let_go) << "a client that reads nothing is borne for ever";
}

std::string slow_bodies(World& world) {
    world.begin({"limits.read_max=1s", "limits.write_max=1s",
                 "limits.requests_per_connection_max=1000000"});
    world.load().start(world.url_);
    const std::size_t clients = full_size() ? 5000 : 200;
    const auto held = dribble(world, clients, std::string(kPost) + "Content-Length: 1000\r\n\r\nx");
    read_nothing(world);
    return std::to_string(clients) + " bodies let go after " + ms(held) +
           " (read_max 1 s), a reader of nothing too; " + served(world);
}

std::string header_bombs(World& world) {
    world.begin();
    world.load().start(world.url_);
    std::string fields = kPost;
    for (int i = 0; i < 10'000; ++i) fields += "a" + std::to_string(i) + ": b\r\n";
    const std::pair<const char*, std::string> bombs[] = {
        {"10,000 fields", fields + "\r\n"},
        {"a line of 1 MiB", kPost + ("A: " + std::string(kMiB, 'x'))},
        {"a target of 1 MiB", "GET /" + std::string(kMiB, 'x')},
        {"NUL", kPost + std::string("A: b\0c\r\n\r\n", 10)},
        {"obs-fold", kPost + std::string("A: b\r\n c\r\n\r\n")},
        {"obs-fold with a tab", kPost + std::string("A: b\r\n\tc\r\n\r\n")},
        {"bare CR", kPost + std::string("A: b\rC: d\r\n\r\n")},
        {"bare LF", kPost + std::string("A: b\nC: d\r\n\r\n")},
        {"LF only", "GET / HTTP/1.1\nHost: a\n\n\r\n\r\n"},
    };
    const Usage before = world.usage();
    std::chrono::microseconds longest{0};
    for (const auto& [name, bytes] : bombs) {
        RawClient client = connect_from("127.0.0.2", world.address());
        const auto began = Steady::now();
        client.send(bytes);
        const std::string answer = client.rest();
        // Nothing: more was on its way than the gateway cares to read.
        const int status = gateway::status_of(answer);
        EXPECT_TRUE(status == 400 || status == 431 || (answer.empty() && bytes.size() > 64 * 1024))
            << name << ": " << answer.substr(0, 100);
        longest = std::max(
            longest, std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - began));
    }
    const std::size_t grown = growth_kib(before, world.usage());
    EXPECT_LT(grown, 16 * 1024U);
    return std::to_string(std::size(bombs)) + " bombs refused, longest " + ms(longest) +
           ", memory +" + std::to_string(grown) + " KiB; " + served(world);
}

std::string lying_lengths(World& world) {
    world.begin({"limits.read_max=1s"});
    const double turns = world.metric("jangkau_ussd_turns_total");
    std::size_t taken_max = 0;
    const std::string lump(64 * 1024, 'x');
    struct Lie {
        const char* name;
        std::string begin, unit;
        int status;
    };
    const Lie lies[] = {
        {"2 GB", kPost + std::string("Content-Length: 2000000000\r\n\r\n"), lump, 413},
        {"more than a number holds",
         kPost + std::string("Content-Length: 99999999999999999999\r\n\r\n"), lump, 400},
        {"chunks without end", std::string(kPost) + kChunked,
         "400\r\n" + std::string(1024, 'x') + "\r\n", 413},
        {"one endless chunk", std::string(kPost) + kChunked + "7fffffff\r\n", lump, 413},
    };
    for (const Lie& lie : lies) {
        RawClient client = connect_from("127.0.0.2", world.address());
        const double before = world.metric("jangkau_http_refused");
        client.send(lie.begin);
        taken_max = std::max(taken_max, flood(client, lie.unit, 16 * kMiB));
        const std::string answer = client.rest();
        EXPECT_TRUE(answer.empty() || gateway::status_of(answer) == lie.status)
            << lie.name << ": " << answer;
        EXPECT_EQ(world.metric("jangkau_http_refused"), before + 1) << lie.name;
    }
    // Shorter than the body: what is left is no request. Longer: the rest never comes.
    RawClient longer = connect_from("127.0.0.2", world.address());
    longer.send(kPost + std::string("Content-Length: 10\r\n\r\nabc"));
    EXPECT_EQ(gateway::status_of(longer.rest()), 408);
    RawClient shorter = connect_from("127.0.0.2", world.address());
    shorter.send(kPost + std::string("Content-Length: 3\r\n\r\nabcdefghij\r\n\r\n"));
    EXPECT_EQ(gateway::status_of(shorter.response()), 400) << "no phone in it";
    EXPECT_EQ(gateway::status_of(shorter.rest()), 400) << "no request";
    EXPECT_EQ(world.metric("jangkau_ussd_turns_total"), turns) << "a turn was taken";
    // Socket buffers of both sides take some; nobody reads it.
    EXPECT_LT(taken_max, 16 * kMiB);
    world.load().start(world.url_);
    return "at most " + std::to_string(taken_max / 1024) +
           " KiB left a client before it was cut off (socket buffers included); " + served(world);
}

std::string chunk_floods(World& world) {
    world.begin();
    world.load().start(world.url_);
    const std::string lump(64 * 1024, 'x');
    std::string many;
    while (many.size() < lump.size()) many += "a: b\r\n";
    const Usage before = world.usage();
    std::size_t peak = 0;
    for (const auto& [begin, unit] : {std::pair<std::string, std::string>{"1;", lump},
                                      {"0\r\nA: ", lump},
                                      {"0\r\n", many},
                                      {"", "1;" + std::string(8000, 'x') + "\r\na\r\n"}})
        for (int i = 0; i < 4; ++i) {
            RawClient client = connect_from("127.0.0.2", world.address());
            client.send(std::string(kPost) + kChunked + begin);
            EXPECT_LT(flood(client, unit, 64 * kMiB), 64 * kMiB) << "nobody stopped it";
            peak = std::max(peak, growth_kib(before, world.usage()));
        }
    EXPECT_LT(peak, 16 * 1024U);
    return "16 floods of up to 64 MiB cut off, memory at most +" + std::to_string(peak) + " KiB; " +
           served(world);
}

std::string pipelining(World& world) {
    world.begin({"limits.requests_per_connection_max=1000000"});
    world.load().start(world.url_);
    const std::size_t count = full_size() ? 100'000 : 20'000;
    const Usage before = world.usage();
    RawClient client = connect_from("127.0.0.2", world.address());
    std::thread asks([&] {
        std::string some;
        for (int i = 0; i < 100; ++i) some += "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
        for (std::size_t i = 0; i < count; i += 100) client.send(some);
        client.finish_sending();
    });
    const auto began = Steady::now();
    std::size_t answers = 0;
    std::string tail;
    char bytes[65536];
    for (;;) {
        const auto got = ::recv(client.fd(), bytes, sizeof(bytes), 0);
        if (got <= 0) break;
        const std::string text = tail + std::string(bytes, static_cast<std::size_t>(got));
        constexpr std::string_view kAnswer = "HTTP/1.1 404";
        std::size_t at = 0;
        for (std::size_t next; (next = text.find(kAnswer, at)) != text.npos;
             at = next + kAnswer.size())
            ++answers;
        tail = text.substr(std::max(at, text.size() - std::min(text.size(), kAnswer.size() - 1)));
    }
    asks.join();
    EXPECT_EQ(answers, count);
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - began);
    const std::size_t grown = growth_kib(before, world.usage());
    EXPECT_LT(grown, 16 * 1024U);
    return std::to_string(count) + " requests on one connection answered in " + ms(took) +
           ", memory +" + std::to_string(grown) + " KiB; " + served(world);
}

}  // namespace

std::vector<Row> http_rows() {
    return {
        {"H-1", "slow headers", "let go within read_max; others are served",
         "clients on two addresses and more, a byte each 100 ms", slow_headers},
        {"H-2", "slow bodies, and a client that reads no answer",
         "let go within read_max, write_max; others are served",
         "a byte each 100 ms; pipelined requests, none of whose answers is read", slow_bodies},
        {"H-3", "header bombs", "400 or 431 at once; memory stays",
         "10,000 fields, 1 MiB lines, NUL, obs-fold, bare CR and LF", header_bombs},
        {"H-4", "bodies too long, and lengths that lie", "413, 400 or 408, and closed; no turn",
         "Content-Length of 2 GB, too short, too long; chunks without end", lying_lengths},
        {"H-5", "floods in chunk extensions and trailers",
         "at most buffer_bytes_max of each client in memory", "up to 64 MiB each", chunk_floods},
        {"H-6", "pipelining without end", "one request at a time; others are served",
         "requests on one connection, sent ahead", pipelining},
    };
}

}  // namespace jangkau::faults
