#include "gateway/server.hpp"

#include <gtest/gtest.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <atomic>
#include <vector>

#include "tests/gateway/live_server.hpp"

namespace jangkau::gateway {
namespace {

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

}  // namespace
}  // namespace jangkau::gateway
