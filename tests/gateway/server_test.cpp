#include "gateway/server.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <vector>

#include "gateway/user_name.hpp"
#include "tests/gateway/live_server.hpp"

namespace jangkau::gateway {
namespace {

using std::chrono::milliseconds;

TEST(ServerTest, TakesTheFirstAnswerFromAnyThread) {
    std::vector<std::thread> threads;
    LiveServer live([&threads](HttpRequest, Respond respond) {
        threads.emplace_back([respond] {
            respond(plain_text(200, "first"));
            respond(plain_text(200, "second"));
        });
        return Pending{};
    });
    RawClient client(live.address());
    for (int i = 0; i < 50; ++i) {
        client.send(kGet);
        ASSERT_EQ(body_of(client.response()), "first");
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(live->stats().late, 0U);
}

TEST(ServerTest, SendsTheLateAnswerWithinTheBudgetAndDropsTheReal) {
    std::promise<Respond> kept;
    LiveServer live([&kept](HttpRequest, Respond respond) {
        kept.set_value(std::move(respond));
        return Pending{milliseconds(50), always(plain_text(503, "sorry"))};
    });
    RawClient client(live.address());
    const auto begin = std::chrono::steady_clock::now();
    client.send("GET / HTTP/1.1\r\n\r\n");
    const std::string answer = client.response();
    const auto took = std::chrono::steady_clock::now() - begin;
    EXPECT_EQ(status_of(answer), 503);
    EXPECT_EQ(body_of(answer), "sorry");
    EXPECT_GE(took, milliseconds(50));
    EXPECT_LT(took, milliseconds(1000));
    kept.get_future().get()(plain_text(200, "too late"));
    live.settle();
    EXPECT_EQ(live->stats().late, 1U);
    client.finish_sending();
    EXPECT_EQ(client.rest(), "");
}

TEST(ServerTest, AnAnswerAfterTheServersDeathGoesNowhere) {
    Respond kept;
    {
        std::promise<void> asked;
        LiveServer live([&](HttpRequest, Respond respond) {
            kept = std::move(respond);
            asked.set_value();
            return Pending{};
        });
        RawClient client(live.address());
        client.send(kGet);
        asked.get_future().wait();
    }
    kept(plain_text(200, "nobody"));
}

TEST(ServerTest, SurvivesAThrowingHandler) {
    LiveServer live([](HttpRequest request, Respond respond) {
        if (request.target == "/bad") throw std::runtime_error("broken");
        if (request.target == "/worse") throw 42;
        return echo(std::move(request), std::move(respond));
    });
    RawClient client(live.address());
    for (const char* path : {"/bad", "/worse"}) {
        client.send("GET " + std::string(path) + " HTTP/1.1\r\n\r\n");
        const std::string answer = client.response();
        EXPECT_EQ(status_of(answer), 500);
        EXPECT_EQ(body_of(answer), "internal error\n");
    }
    client.send("GET /good HTTP/1.1\r\n\r\n");
    EXPECT_EQ(status_of(client.response()), 200);
}

TEST(ServerTest, ClosesAfterHalfARequestAndSilence) {
    ServerLimits limits;
    limits.read_ms_max = milliseconds(150);
    LiveServer live(echo, limits);
    RawClient client(live.address());
    const auto begin = std::chrono::steady_clock::now();
    client.send("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab");
    EXPECT_EQ(status_of(client.rest()), 408);
    EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds(150));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds(2000));
    EXPECT_EQ(live->stats().refused, 1U);
}

TEST(ServerTest, SlowBytesDoNotExtendTheTime) {
    ServerLimits limits;
    limits.read_ms_max = milliseconds(100);
    LiveServer live(echo, limits);
    RawClient client(live.address());
    const auto begin = std::chrono::steady_clock::now();
    while (live->stats().refused == 0 &&
           std::chrono::steady_clock::now() - begin < milliseconds(5000)) {
        client.send("x");
        std::this_thread::sleep_for(milliseconds(10));
    }
    EXPECT_EQ(live->stats().refused, 1U);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds(1000));
}

TEST(ServerTest, ClosesIdleConnectionsInSilence) {
    ServerLimits limits;
    limits.idle_ms_max = milliseconds(80);
    LiveServer live(echo, limits);
    RawClient client(live.address());
    client.send(kGet);
    EXPECT_EQ(status_of(client.response()), 200);
    EXPECT_EQ(client.rest(), "");
    EXPECT_EQ(live->stats().refused, 0U);
}

TEST(ServerTest, GivesUpOnAClientThatDoesNotRead) {
    ServerLimits limits;
    limits.write_ms_max = milliseconds(100);
    LiveServer live(
        [](HttpRequest, Respond respond) {
            respond(plain_text(200, std::string(64 << 20, 'x')));
            return Pending{};
        },
        limits);
    RawClient client(live.address());
    client.send(kGet);
    while (live->stats().requests == 0 || live->stats().open > 0) std::this_thread::yield();
    EXPECT_LT(client.rest().size(), std::size_t{64} << 20);
}

TEST(ServerTest, StopLetsARequestUnderWayFinish) {
    std::promise<Respond> asked;
    LiveServer live([&asked](HttpRequest, Respond respond) {
        asked.set_value(std::move(respond));
        return Pending{};
    });
    RawClient idle(live.address());
    RawClient busy(live.address());
    busy.send(kGet);
    const Respond respond = asked.get_future().get();
    live->stop();
    EXPECT_EQ(idle.rest(), "");
    respond(plain_text(200, "done"));
    const std::string answer = busy.rest();
    EXPECT_EQ(body_of(answer), "done");
    EXPECT_NE(answer.find("Connection: close"), answer.npos);
    live.join();
}

TEST(ServerTest, StopWaitsForSlowRequestsOnlySoLong) {
    std::promise<void> asked;
    ServerLimits limits;
    limits.drain_ms_max = milliseconds(50);
    LiveServer live(
        [&asked](HttpRequest, Respond) {
            asked.set_value();
            return Pending{};
        },
        limits);
    RawClient client(live.address());
    client.send(kGet);
    asked.get_future().wait();
    live->stop();
    live.join();
    EXPECT_EQ(client.rest(), "");
}

TEST(ServerTest, TheSecondStopDoesNotWait) {
    std::promise<void> asked;
    ServerLimits limits;
    limits.drain_ms_max = std::chrono::hours(1);
    LiveServer live(
        [&asked](HttpRequest, Respond) {
            asked.set_value();
            return Pending{std::chrono::hours(1), {}};
        },
        limits);
    RawClient client(live.address());
    client.send(kGet);
    asked.get_future().wait();
    live->stop();
    live->stop();
    live.join();
}

TEST(ServerTest, StopsBeforeItRuns) {
    FunctionHandler handler(echo);
    Server server;
    server.listen("127.0.0.1:0", handler, {});
    server.stop();
    server.run();
}

TEST(ServerTest, DiesWithoutHavingRun) {
    FunctionHandler handler(echo);
    Server server;
    const std::string address = server.listen("127.0.0.1:0", handler, {});
    RawClient client(address);
    server.post([] { FAIL(); });
    server.after(milliseconds(1), [] { FAIL(); });
    server.on_signals([] {}, [] {});
}

TEST(ServerTest, ServesSoManyConnectionsAndNoMore) {
    ServerLimits limits;
    limits.connections_max = 2;
    LiveServer live(echo, limits);
    {
        RawClient one(live.address());
        RawClient two(live.address());
        for (RawClient* client : {&one, &two}) {
            client->send(kGet);
            EXPECT_EQ(status_of(client->response()), 200);
        }
        RawClient three(live.address());
        EXPECT_EQ(three.rest(), "");
        EXPECT_EQ(live->stats().refused, 1U);
        EXPECT_EQ(live->stats().open, 2U);
    }
    while (live->stats().open > 0) std::this_thread::yield();
    RawClient four(live.address());
    four.send(kGet);
    EXPECT_EQ(status_of(four.response()), 200);
}

TEST(ServerTest, ServesAUnixSocket) {
    const std::string path = socket_path("serve");
    {
        LiveServer live(
            [](HttpRequest request, Respond respond) {
                respond(plain_text(200, request.peer));
                return Pending{};
            },
            {}, "unix:" + path);
        EXPECT_EQ(live.address(), "unix:" + path);
        struct stat info {};
        ASSERT_EQ(::stat(path.c_str(), &info), 0);
        EXPECT_EQ(info.st_mode & 0777U, 0600U);
        RawClient client(live.address());
        client.send(kGet);
        EXPECT_EQ(body_of(client.response()), "unix:" + user_name(::getuid()));

        FunctionHandler handler(echo);
        Server other;
        EXPECT_THROW(other.listen("unix:" + path, handler, {}), std::runtime_error);
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(ServerTest, ReplacesASocketLeftBehindButNoOtherFile) {
    const std::string path = socket_path("stale");
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    std::strncpy(where.sun_path, path.c_str(), sizeof(where.sun_path) - 1);
    const int dead = ::socket(AF_UNIX, SOCK_STREAM, 0);
    ASSERT_EQ(::bind(dead, reinterpret_cast<sockaddr*>(&where), sizeof(where)), 0);
    ::close(dead);
    { LiveServer live(echo, {}, "unix:" + path); }

    std::ofstream(path) << "precious";
    FunctionHandler handler(echo);
    Server server;
    EXPECT_THROW(server.listen("unix:" + path, handler, {}), std::runtime_error);
    EXPECT_TRUE(std::filesystem::remove(path));
}

TEST(ServerTest, TellsPeersAddresses) {
    LiveServer live([](HttpRequest request, Respond respond) {
        respond(plain_text(200, request.peer));
        return Pending{};
    });
    RawClient client(live.address());
    client.send(kGet);
    EXPECT_EQ(body_of(client.response()), "127.0.0.1");
}

std::string refusal_of(const std::string& address) {
    FunctionHandler handler(echo);
    Server server;
    try {
        server.listen(address, handler, {});
    } catch (const std::runtime_error& e) {
        return e.what();
    }
    return "";
}

TEST(ServerTest, RefusesAddressesInWords) {
    LiveServer live(echo);
    EXPECT_FALSE(live.address().ends_with(":0"));
    EXPECT_EQ(refusal_of(live.address()),
              "cannot listen on " + live.address() +
                  ": the address is in use; stop the other process or choose another port");
    EXPECT_NE(refusal_of("8080").find("write HOST:PORT"), std::string::npos);
    EXPECT_NE(refusal_of("127.0.0.1:70000").find("0 to 65535"), std::string::npos);
    EXPECT_NE(refusal_of("unix:").find("1 to 107"), std::string::npos);
    EXPECT_NE(refusal_of("unix:/no/such/dir/x.sock").find("cannot listen on unix:/no"),
              std::string::npos);
}

struct AddressCase {
    const char* address;
    const char* host;  // "" when refused
    const char* port;
};

TEST(ServerTest, SplitsAddresses) {
    for (const auto& row :
         std::initializer_list<AddressCase>{{"127.0.0.1:8080", "127.0.0.1", "8080"},
                                            {"[::1]:0", "::1", "0"},
                                            {"gateway.local:65535", "gateway.local", "65535"},
                                            {"::1:80", "", ""},
                                            {"[::1]", "", ""},
                                            {"[]:80", "", ""},
                                            {":80", "", ""},
                                            {"a:", "", ""},
                                            {"a:b", "", ""},
                                            {"a:65536", "", ""},
                                            {"a:-1", "", ""},
                                            {"", "", ""}}) {
        std::string host;
        std::string port;
        EXPECT_EQ(split_address(row.address, host, port), *row.host != '\0') << row.address;
        EXPECT_EQ(host, row.host);
        EXPECT_EQ(port, row.port);
    }
}

TEST(ServerTest, CallsWhatWasPostedAndOutlivesItsExceptions) {
    LiveServer live(echo);
    std::promise<void> later;
    live->post([] { throw std::runtime_error("broken"); });
    live->after(milliseconds(5), [&later] { later.set_value(); });
    later.get_future().wait();
    RawClient client(live.address());
    client.send(kGet);
    EXPECT_EQ(status_of(client.response()), 200);
}

TEST(ServerTest, HearsSignals) {
    LiveServer live(echo);
    std::promise<void> ready;
    std::promise<void> hung_up;
    std::atomic<int> hang_ups{0};
    live->post([&] {
        live->on_signals([&live] { live->stop(); },
                         [&] {
                             if (++hang_ups == 2) hung_up.set_value();
                         });
        ready.set_value();
    });
    ready.get_future().wait();
    ::kill(::getpid(), SIGHUP);
    while (hang_ups == 0) std::this_thread::yield();
    ::kill(::getpid(), SIGHUP);
    hung_up.get_future().wait();
    ::kill(::getpid(), SIGTERM);
    live.join();
}

/// In a process of its own, as the limit is the process's.
[[noreturn]] void run_out_of_descriptors() {
    LiveServer live(echo);
    RawClient first(live.address());
    first.send(kGet);
    if (status_of(first.response()) != 200) std::_Exit(2);

    RawClient second;
    second.make(live.address());
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    const int next = ::dup(0);
    ::close(next);
    rlimit low = before;
    low.rlim_cur = static_cast<rlim_t>(next);
    ::setrlimit(RLIMIT_NOFILE, &low);
    second.connect(live.address());
    second.send(kGet);
    while (live->stats().accept_failures == 0) std::this_thread::yield();
    std::this_thread::sleep_for(milliseconds(250));
    if (live->stats().accept_failures > 4) std::_Exit(3);
    first.send(kGet);
    if (status_of(first.response()) != 200) std::_Exit(4);
    ::setrlimit(RLIMIT_NOFILE, &before);
    if (status_of(second.response()) != 200) std::_Exit(5);
    std::_Exit(0);
}

TEST(ServerDeathTest, NeitherSpinsNorGoesDeafWithoutDescriptors) {
#if defined(__has_feature)
#if __has_feature(undefined_behavior_sanitizer)
    GTEST_SKIP()
        << "clang's check of types looks at memory through a pipe, which needs descriptors";
#endif
#endif
    EXPECT_EXIT(run_out_of_descriptors(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace jangkau::gateway
