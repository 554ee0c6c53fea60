#include "gateway/server.hpp"

#include <gtest/gtest.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
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

constexpr std::string_view kGet = "GET /ussd/at?x=1 HTTP/1.1\r\nHost: a\r\n\r\n";

std::string socket_path(const std::string& name) {
    return ::testing::TempDir() + name + "_" + std::to_string(::getpid()) + ".sock";
}

struct WholeCase {
    const char* name;
    std::string sent;
    std::string expected;
};

std::string named(const ::testing::TestParamInfo<WholeCase>& row) { return row.param.name; }

/// Over a Unix socket the sender can see that the receiver has read all so far.
void wait_until_read(const RawClient& client) {
    for (int unread = 1; unread > 0;) {
        ASSERT_EQ(::ioctl(client.fd(), SIOCOUTQ, &unread), 0);
        std::this_thread::yield();
    }
}

class CutAnywhere : public ::testing::TestWithParam<WholeCase> {};

TEST_P(CutAnywhere, AnswersTheSame) {
    LiveServer live(echo, {}, "unix:" + socket_path("cut"));
    const std::string& sent = GetParam().sent;
    for (std::size_t cut = 1; cut < sent.size(); ++cut) {
        RawClient client(live.address());
        ASSERT_TRUE(client.send(sent.substr(0, cut)));
        wait_until_read(client);
        ASSERT_TRUE(client.send(sent.substr(cut)));
        ASSERT_EQ(body_of(client.response()), GetParam().expected) << "cut at " << cut;
    }
    EXPECT_EQ(live->stats().refused, 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Requests, CutAnywhere,
    testing::Values(
        WholeCase{"get", std::string(kGet), "GET /ussd/at?x=1|"},
        WholeCase{"percent", "GET /a%20b%2fc+d?e=%20f+ HTTP/1.1\r\n\r\n", "GET /a b/c+d?e=%20f+|"},
        WholeCase{"form", "POST /u HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\n\r\ntext=1*2&a=b",
                  "POST /u?|text=1*2&a=b"},
        WholeCase{"chunked",
                  "POST /u HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
                  "3;ext=1\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
                  "POST /u?|abcde"},
        WholeCase{"chunked_empty",
                  "POST /u HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "POST /u?|"},
        WholeCase{"blank_lines_first", "\r\n\r\nGET / HTTP/1.1\r\n\r\n", "GET /?|"},
        WholeCase{"absolute", "PUT http://host:1/p?q HTTP/1.1\r\n\r\n", "PUT /p?q|"},
        WholeCase{"http_1_0", "OPTIONS /x HTTP/1.0\r\n\r\n", "OPTIONS /x?|"}),
    named);

TEST(ServerTest, TakesTheLastChunkByteByByte) {
    for (const std::string body : {"0\r\n\r\n", "1\r\na\r\n0\r\n\r\n", "0;a=b\r\n\r\n"}) {
        LiveServer live(echo, {}, "unix:" + socket_path("last_chunk"));
        RawClient client(live.address());
        ASSERT_TRUE(client.send("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"));
        for (const char byte : body) {
            wait_until_read(client);
            ASSERT_TRUE(client.send({&byte, 1}));
        }
        EXPECT_TRUE(body_of(client.response()).starts_with("POST /?|")) << body;
    }
}

struct RefusedCase {
    const char* name;
    std::string sent;
    int status;
};

class Refused : public ::testing::TestWithParam<RefusedCase> {};

TEST_P(Refused, IsAnsweredAndClosed) {
    std::atomic<int> calls{0};
    LiveServer live([&calls](HttpRequest request, Respond respond) {
        ++calls;
        return echo(std::move(request), std::move(respond));
    });
    RawClient client(live.address());
    client.send(GetParam().sent);
    const std::string answer = client.rest();
    EXPECT_EQ(status_of(answer), GetParam().status) << answer;
    EXPECT_NE(answer.find("Connection: close"), answer.npos);
    EXPECT_EQ(calls, 0);
    EXPECT_EQ(live->stats().refused, 1U);
    RawClient next(live.address());
    next.send(kGet);
    EXPECT_EQ(status_of(next.response()), 200);
}

std::string many_fields(int count) {
    std::string out = "GET / HTTP/1.1\r\n";
    for (int i = 0; i < count; ++i) out += "a" + std::to_string(i) + ": b\r\n";
    return out + "\r\n";
}

std::string chunked(const std::string& body) {
    return "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + body;
}

std::string posted(const std::string& headers) {
    return "POST / HTTP/1.1\r\n" + headers + "\r\n\r\n";
}

const std::string kSmuggled = "5\r\nabcde\r\n0\r\n\r\n";

INSTANTIATE_TEST_SUITE_P(
    Malformed, Refused,
    testing::Values(
        RefusedCase{"no_http", "hello\r\n\r\n", 400},
        RefusedCase{"tls_hello",
                    std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n", 13), 400},
        RefusedCase{"version_2", "GET / HTTP/2.0\r\n\r\n", 400},
        RefusedCase{"no_target", "GET  HTTP/1.1\r\n\r\n", 400},
        RefusedCase{"space_before_colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400},
        RefusedCase{"nul_in_value", std::string("GET / HTTP/1.1\r\nA: b\0c\r\n\r\n", 26), 400},
        RefusedCase{"bare_cr", "GET / HTTP/1.1\r\nA: b\rc: d\r\n\r\n", 400},
        RefusedCase{"length_no_number", posted("Content-Length: 1x"), 400},
        RefusedCase{"length_negative", posted("Content-Length: -1"), 400},
        RefusedCase{"length_twice", posted("Content-Length: 1\r\nContent-Length: 2"), 400},
        RefusedCase{"length_and_chunked",
                    posted("Content-Length: 4\r\nTransfer-Encoding: chunked") + kSmuggled, 400},
        RefusedCase{"chunked_and_length",
                    posted("Transfer-Encoding: chunked\r\nContent-Length: 4") + kSmuggled, 400},
        RefusedCase{"coding_unknown", posted("Transfer-Encoding: xchunked") + kSmuggled, 400},
        RefusedCase{"coding_before", posted("Transfer-Encoding: gzip, chunked") + kSmuggled, 400},
        RefusedCase{"coding_doubled", posted("Transfer-Encoding: chunked, chunked") + kSmuggled,
                    400},
        RefusedCase{"coding_in_http_1_0",
                    "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + kSmuggled, 400},
        RefusedCase{"length_twice_the_same", posted("Content-Length: 1\r\nContent-Length: 1") + "x",
                    400},
        RefusedCase{"length_list", posted("Content-Length: 1, 1") + "x", 400},
        RefusedCase{"two_hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        RefusedCase{"folded", "GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n", 400},
        RefusedCase{"folded_coding", posted("Transfer-Encoding:\r\n\tchunked") + kSmuggled, 400},
        RefusedCase{"bare_lf", "GET / HTTP/1.1\r\nA: b\nc: d\r\n\r\n", 400},
        RefusedCase{"coding_after", posted("Transfer-Encoding: chunked, gzip") + kSmuggled, 400},
        RefusedCase{"coding_twice",
                    posted("Transfer-Encoding: gzip\r\nTransfer-Encoding: x") + kSmuggled, 400},
        RefusedCase{"chunk_size_no_number", chunked("xyz\r\n"), 400},
        RefusedCase{"chunk_size_overflow", chunked("ffffffffffffffffff\r\n"), 400}),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Oversize, Refused,
    testing::Values(
        RefusedCase{"header_line", "GET / HTTP/1.1\r\nA: " + std::string(20'000, 'x'), 431},
        RefusedCase{"target", "GET /" + std::string(20'000, 'x'), 431},
        RefusedCase{"field_count", many_fields(65), 431},
        RefusedCase{"body_length", posted("Content-Length: 2000000000"), 413},
        RefusedCase{"chunk_length", chunked("7fffffff\r\n"), 413},
        RefusedCase{"chunks", chunked("4000\r\n" + std::string(0x4000, 'x') + "\r\n1\r\nx\r\n"),
                    413},
        RefusedCase{"padded_chunks",
                    [] {
                        std::string out;
                        const std::string chunk = "1;" + std::string(8'000, 'x') + "\r\na\r\n";
                        for (int i = 0; i < 24; ++i) out += chunk;
                        return chunked(out);
                    }(),
                    413}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(ServerTest, TakesWhatIsJustWithinTheLimits) {
    LiveServer live(echo);
    RawClient client(live.address());
    client.send(many_fields(64));
    EXPECT_EQ(status_of(client.response()), 200);
    client.send(posted("Content-Length: 16384") + std::string(16'384, 'x'));
    EXPECT_EQ(body_of(client.response()).size(), 16'384 + std::strlen("POST /?|"));
}

/// Beast's own limits do not see these: only the buffer's does.
TEST(ServerTest, FloodsEndAtTheBufferLimit) {
    const std::string mib(1 << 20, 'x');
    std::string trailers = "0\r\n";
    while (trailers.size() < mib.size()) trailers += "a: b\r\n";
    for (const std::string& flood : {"1;" + mib, "0\r\nA: " + mib, trailers}) {
        LiveServer live(echo);
        RawClient client(live.address());
        client.send(chunked(flood));
        const int status = status_of(client.rest());
        // The answer may be lost, as more is on its way than the server cares to read.
        EXPECT_TRUE(status == 413 || status == 0) << status;
        live.settle();
        EXPECT_EQ(live->stats().refused, 1U);
        EXPECT_EQ(live->stats().requests, 0U);
    }
}

TEST(ServerTest, ClosesInGoodOrderAfterSoManyRequests) {
    ServerLimits limits;
    limits.requests_per_connection_max = 3;
    LiveServer live(echo, limits);
    RawClient client(live.address());
    std::string all;
    for (int i = 0; i < 100; ++i) all += kGet;
    client.send(all);
    for (int i = 0; i < 3; ++i) {
        const std::string answer = client.response();
        EXPECT_EQ(status_of(answer), 200);
        EXPECT_EQ(answer.find("Connection: close") != answer.npos, i == 2) << answer;
    }
    EXPECT_EQ(client.rest(), "");
    EXPECT_EQ(live->stats().requests, 3U);
}

TEST(ServerTest, OneAddressHasNotAllConnections) {
    ServerLimits limits;
    limits.connections_per_peer_max = 2;
    LiveServer live(echo, limits);
    RawClient one(live.address()), two(live.address()), three(live.address());
    EXPECT_EQ(three.rest(), "") << "closed";
    two.send(kGet);
    EXPECT_EQ(status_of(two.response()), 200);
    one.close();
    for (int i = 0; i < 1000 && live->stats().open > 1; ++i) live.settle();
    RawClient next(live.address());
    next.send(kGet);
    EXPECT_EQ(status_of(next.response()), 200) << "a place is free again";
}

TEST(ServerTest, AProxyMayHaveThemAll) {
    ServerLimits limits;
    limits.connections_per_peer_max = 2;
    limits.proxies = {"127.0.0.0/8"};
    LiveServer live(echo, limits);
    RawClient one(live.address()), two(live.address()), three(live.address());
    three.send(kGet);
    EXPECT_EQ(status_of(three.response()), 200);
}

TEST(ServerTest, TrailersAreRefused) {
    LiveServer live([](HttpRequest request, Respond respond) {
        respond(plain_text(200, std::string(header(request.headers, "X-Signature"))));
        return Pending{};
    });
    RawClient client(live.address());
    client.send(chunked("1\r\na\r\n0\r\nX-Signature: forged\r\n\r\n"));
    EXPECT_EQ(status_of(client.rest()), 400);
    EXPECT_EQ(live->stats().requests, 0U);
}

TEST(ServerTest, AnswersPipelinedRequestsInOrder) {
    LiveServer live(echo);
    RawClient client(live.address());
    std::string all;
    for (int i = 0; i < 500; ++i) all += "GET /" + std::to_string(i) + " HTTP/1.1\r\n\r\n";
    client.send(all);
    for (int i = 0; i < 500; ++i) {
        ASSERT_EQ(body_of(client.response()), "GET /" + std::to_string(i) + "?|");
    }
    client.send("GET /last HTTP/1.1\r\nConnection: close\r\n\r\n");
    const std::string last = client.rest();
    EXPECT_NE(last.find("Connection: close"), last.npos);
    EXPECT_EQ(live->stats().connections, 1U);
    EXPECT_EQ(live->stats().requests, 501U);
}

TEST(ServerTest, ClosesAfterHttp10UnlessAsked) {
    LiveServer live(echo);
    RawClient client(live.address());
    client.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(status_of(client.response()), 200);
    client.send("GET /b HTTP/1.0\r\n\r\n");
    EXPECT_EQ(body_of(client.rest()), "GET /b?|");
}

TEST(ServerTest, AnswersAClientThatHasFinishedSending) {
    LiveServer live(echo);
    RawClient client(live.address());
    client.send(kGet);
    client.finish_sending();
    EXPECT_EQ(body_of(client.rest()), "GET /ussd/at?x=1|");
}

TEST(ServerTest, SaysContinueToThoseWhoWait) {
    LiveServer live(echo);
    RawClient client(live.address());
    client.send(posted("Expect: 100-continue\r\nContent-Length: 2"));
    EXPECT_EQ(client.response(), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("ab");
    EXPECT_EQ(body_of(client.response()), "POST /?|ab");
}

TEST(ServerTest, SendsNoBodyToHead) {
    LiveServer live(echo);
    RawClient client(live.address());
    client.send("HEAD /x HTTP/1.1\r\nConnection: close\r\n\r\n");
    const std::string answer = client.rest();
    EXPECT_NE(answer.find("Content-Length: 9\r\n"), answer.npos) << answer;
    EXPECT_EQ(body_of(answer), "");
}

TEST(ServerTest, WritesHeadersOnOneLineEach) {
    LiveServer live([](HttpRequest, Respond respond) {
        HttpResponse response{
            302, {{"Location", "/a\r\nSet-Cookie: b"}, {"Content-Length", "9"}}, ""};
        respond(std::move(response));
        return Pending{};
    });
    RawClient client(live.address());
    client.send(kGet);
    EXPECT_EQ(client.response(),
              "HTTP/1.1 302 Found\r\nLocation: /a  Set-Cookie: b\r\nContent-Length: 0\r\n"
              "Connection: keep-alive\r\n\r\n");
}

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
        return Pending{milliseconds(50), plain_text(503, "sorry")};
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
