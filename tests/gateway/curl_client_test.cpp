#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <future>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/http_client.hpp"
#include "gateway/local_client.hpp"
#include "tests/gateway/live_server.hpp"

namespace jangkau::gateway {
namespace {

using std::chrono::milliseconds;
using Outcome = Result<HttpResponse, TransportError>;

constexpr milliseconds kAmple{10'000};

HttpRequest request_to(const std::string& url, const std::string& body = "") {
    HttpRequest request;
    request.method = body.empty() ? "GET" : "POST";
    request.target = url;
    request.body = body;
    return request;
}

Outcome answer_of(HttpClient& client, HttpRequest request, milliseconds deadline = kAmple) {
    std::promise<Outcome> promise;
    client.send(std::move(request), deadline,
                [&promise](Outcome outcome) { promise.set_value(std::move(outcome)); });
    return promise.get_future().get();
}

void expect_fault(const Outcome& outcome, TransportFault fault) {
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().fault, fault) << outcome.error().detail;
    EXPECT_NE(outcome.error().detail, "");
}

/// A provider that a test plays by hand, one connection after the other.
class HandmadeProvider {
public:
    explicit HandmadeProvider(std::function<void(int socket, int number)> serve)
        : serve_(std::move(serve)), fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in where{};
        where.sin_family = AF_INET;
        where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof(where);
        EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&where), size), 0);
        EXPECT_EQ(::listen(fd_, 16), 0);
        EXPECT_EQ(::getsockname(fd_, reinterpret_cast<sockaddr*>(&where), &size), 0);
        url_ = "http://127.0.0.1:" + std::to_string(ntohs(where.sin_port)) + "/";
        thread_ = std::thread([this] { accept_all(); });
    }
    ~HandmadeProvider() {
        end();
        ::close(fd_);
    }
    const std::string& url() const { return url_; }
    /// Serves the connections that are waiting, and no more; returns how many there were.
    int end() {
        if (thread_.joinable()) {
            ::shutdown(fd_, SHUT_RD);
            thread_.join();
        }
        return connections_;
    }

    static std::string read_request(int socket) {
        std::string out;
        char bytes[4096];
        while (!out.ends_with("sms=1") && !out.ends_with("sms=2")) {
            const auto got = ::recv(socket, bytes, sizeof(bytes), 0);
            if (got <= 0) break;
            out.append(bytes, static_cast<std::size_t>(got));
        }
        return out;
    }

private:
    void accept_all() {
        for (;;) {
            const int socket = ::accept(fd_, nullptr, nullptr);
            if (socket < 0) break;
            ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof(kPatience));
            serve_(socket, ++connections_);
            kept_.push_back(socket);
        }
        for (const int socket : kept_) ::close(socket);
    }

    const std::function<void(int, int)> serve_;
    const int fd_;
    std::string url_;
    std::atomic<int> connections_{0};
    std::vector<int> kept_;
    std::thread thread_;
};

class CurlClientTest : public ::testing::Test {
protected:
    std::unique_ptr<HttpClient> client_ = make_curl_client({});
};

TEST_F(CurlClientTest, SendsAndReceives) {
    LiveServer live([](HttpRequest request, Respond respond) {
        HttpResponse response = plain_text(201, told(request));
        for (const char* name : {"X-Key", "User-Agent", "Expect", "Content-Type", "X-Empty"}) {
            response.headers.emplace_back("Saw-" + std::string(name),
                                          std::string(header(request.headers, name)));
        }
        respond(std::move(response));
        return Pending{};
    });
    HttpRequest request = request_to("http://" + live.address() + "/v1/sms?a=b", "to=%2B62");
    request.headers = {{"X-Key", "k: 1"}, {"X-Empty", ""}};
    const Outcome outcome = answer_of(*client_, request);
    ASSERT_TRUE(outcome) << outcome.error().detail;
    EXPECT_EQ(outcome->status, 201);
    EXPECT_EQ(outcome->body, "POST /v1/sms?a=b|to=%2B62");
    EXPECT_EQ(header(outcome->headers, "saw-x-key"), "k: 1");
    EXPECT_EQ(header(outcome->headers, "saw-user-agent"), "jangkau");
    EXPECT_EQ(header(outcome->headers, "saw-expect"), "");
    EXPECT_EQ(header(outcome->headers, "saw-content-type"), "");
}

TEST_F(CurlClientTest, KnowsMethods) {
    LiveServer live(echo);
    for (const std::string method : {"GET", "POST", "PUT", "DELETE", "PATCH"}) {
        for (const std::string body : {"", "x=1"}) {
            HttpRequest request = request_to("http://" + live.address() + "/p", body);
            request.method = method;
            const Outcome outcome = answer_of(*client_, request);
            ASSERT_TRUE(outcome) << outcome.error().detail;
            EXPECT_EQ(outcome->body, method + " /p?|" + body);
        }
    }
    HttpRequest head = request_to("http://" + live.address() + "/p");
    head.method = "HEAD";
    const Outcome outcome = answer_of(*client_, head);
    ASSERT_TRUE(outcome) << outcome.error().detail;
    EXPECT_EQ(outcome->body, "");
}

TEST_F(CurlClientTest, IsInDoubtWhenTheAnswerIsTooSlow) {
    LiveServer live([](HttpRequest, Respond) { return Pending{}; });
    expect_fault(answer_of(*client_, request_to("http://" + live.address()), milliseconds(100)),
                 TransportFault::in_doubt);
}

TEST_F(CurlClientTest, KnowsWhatWasNotSent) {
    std::string gone;
    {
        LiveServer live(echo);
        gone = live.address();
    }
    LiveServer live(echo);
    HttpRequest split = request_to("http://" + live.address() + "/");
    split.headers = {{"X-Name", "a\r\nX-Evil: b"}};
    for (const HttpRequest& request :
         {request_to("http://" + gone + "/", "sms=1"),
          request_to("https://" + live.address() + "/"), request_to("http://no-such-host.invalid/"),
          request_to("ftp://" + live.address() + "/"), request_to("file:///etc/passwd"),
          request_to("http://[broken/"), request_to(""), split}) {
        SCOPED_TRACE(request.target);
        expect_fault(answer_of(*client_, request), TransportFault::not_sent);
    }
    EXPECT_EQ(live->stats().requests, 0U);
}

TEST_F(CurlClientTest, SendsOneCopyWhenTheConnectionDies) {
    std::vector<std::string> seen;
    HandmadeProvider provider([&seen](int socket, int number) {
        seen.push_back(HandmadeProvider::read_request(socket));
        // The first is answered and kept alive, so that a client which re-uses connections would.
        const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        if (number == 1) ::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL);
        if (number > 1) ::shutdown(socket, SHUT_RDWR);
    });
    EXPECT_TRUE(answer_of(*client_, request_to(provider.url(), "sms=1")));
    expect_fault(answer_of(*client_, request_to(provider.url(), "sms=2")),
                 TransportFault::in_doubt);
    EXPECT_EQ(provider.end(), 2);
    ASSERT_EQ(seen.size(), 2U);
    EXPECT_TRUE(seen[0].ends_with("sms=1"));
    EXPECT_TRUE(seen[1].ends_with("sms=2"));
}

TEST_F(CurlClientTest, CutsOffLongAnswers) {
    LiveServer live([](HttpRequest request, Respond respond) {
        const std::size_t size = std::stoul(request.query);
        HttpResponse response = plain_text(200, std::string(size, 'x'));
        if (request.target == "/header") {
            response = plain_text(200, "");
            response.headers.emplace_back("X-Long", std::string(size, 'x'));
        }
        respond(std::move(response));
        return Pending{};
    });
    const std::string base = "http://" + live.address();
    const Outcome just = answer_of(*client_, request_to(base + "/?65536"));
    ASSERT_TRUE(just) << just.error().detail;
    EXPECT_EQ(just->body.size(), 65'536U);
    for (const char* long_one : {"/?65537", "/?10000000", "/header?17000"}) {
        const Outcome outcome = answer_of(*client_, request_to(base + long_one));
        expect_fault(outcome, TransportFault::in_doubt);
        EXPECT_EQ(outcome.error().detail, "the answer is longer than allowed");
    }
}

TEST_F(CurlClientTest, FollowsNoRedirect) {
    LiveServer live([](HttpRequest request, Respond respond) {
        const auto host = header(request.headers, "Host");
        respond({302, {{"Location", "http://" + std::string(host) + "/elsewhere"}}, ""});
        return Pending{};
    });
    const Outcome outcome = answer_of(*client_, request_to("http://" + live.address()));
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->status, 302);
    EXPECT_EQ(live->stats().requests, 1U);
}

TEST_F(CurlClientTest, IgnoresProxiesOfTheEnvironment) {
    LiveServer live(echo);
    ::setenv("http_proxy", "http://127.0.0.1:1", 1);
    const Outcome outcome = answer_of(*client_, request_to("http://" + live.address()));
    ::unsetenv("http_proxy");
    EXPECT_TRUE(outcome);
}

TEST_F(CurlClientTest, SendsManyAtOnce) {
    constexpr int kCount = 500;
    LiveServer live(echo);
    std::vector<std::promise<Outcome>> promises(kCount);
    for (int i = 0; i < kCount; ++i) {
        auto& promise = promises[static_cast<std::size_t>(i)];
        client_->send(request_to("http://" + live.address() + "/" + std::to_string(i)), kAmple,
                      [&promise](Outcome outcome) { promise.set_value(std::move(outcome)); });
    }
    for (int i = 0; i < kCount; ++i) {
        const Outcome outcome = promises[static_cast<std::size_t>(i)].get_future().get();
        ASSERT_TRUE(outcome) << outcome.error().detail;
        EXPECT_EQ(outcome->body, "GET /" + std::to_string(i) + "?|");
    }
}

TEST_F(CurlClientTest, BoundsItsQueue) {
    LiveServer live([](HttpRequest, Respond) { return Pending{}; });
    std::atomic<int> ended{0};
    std::atomic<int> refused_at_once{0};
    constexpr int kCount = 5'000;
    for (int i = 0; i < kCount; ++i) {
        client_->send(request_to("http://" + live.address()), kAmple,
                      [&, caller = std::this_thread::get_id()](const Outcome& outcome) {
                          ++ended;
                          if (std::this_thread::get_id() != caller) return;
                          ++refused_at_once;
                          EXPECT_EQ(outcome.error().fault, TransportFault::not_sent);
                      });
    }
    client_.reset();
    EXPECT_EQ(ended, kCount);
    EXPECT_GT(refused_at_once, 0);
}

TEST_F(CurlClientTest, WatchesDeadlinesInItsQueue) {
    LiveServer live([](HttpRequest, Respond) { return Pending{}; });
    const std::string url = "http://" + live.address();
    for (int i = 0; i < 128; ++i) client_->send(request_to(url), kAmple, [](const Outcome&) {});
    for (int i = 0; i < 3; ++i) {
        expect_fault(answer_of(*client_, request_to(url), milliseconds(100)),
                     TransportFault::not_sent);
    }
}

TEST_F(CurlClientTest, EndsWhatIsUnderWayWhenItDies) {
    std::promise<void> asked;
    LiveServer live([&asked](HttpRequest, Respond) {
        asked.set_value();
        return Pending{};
    });
    std::promise<Outcome> promise;
    client_->send(request_to("http://" + live.address(), "sms=1"), kAmple,
                  [&promise](Outcome outcome) { promise.set_value(std::move(outcome)); });
    asked.get_future().wait();
    client_.reset();
    expect_fault(promise.get_future().get(), TransportFault::in_doubt);
}

TEST_F(CurlClientTest, OutlivesACallbackThatThrows) {
    LiveServer live(echo);
    client_->send(request_to("http://" + live.address()), kAmple,
                  [](const Outcome&) { throw std::runtime_error("broken"); });
    EXPECT_TRUE(answer_of(*client_, request_to("http://" + live.address())));
}

TEST(LocalClientTest, AnswersForTheSimulator) {
    LiveServer live(echo);
    LocalClient client(make_curl_client({}));
    const Outcome local =
        answer_of(client, request_to("simulator:inbox", "to=%2B628123456789&key=a%20b&text=x"));
    ASSERT_TRUE(local);
    EXPECT_EQ(local->status, 200);
    EXPECT_EQ(local->body, "a b");
    const Outcome keyless = answer_of(client, request_to("simulator:inbox"));
    ASSERT_TRUE(keyless);
    EXPECT_EQ(keyless->body, "");
    const Outcome outside = answer_of(client, request_to("http://" + live.address() + "/x"));
    ASSERT_TRUE(outside);
    EXPECT_EQ(outside->body, "GET /x?|");
}

TEST(FetchTest, UsesAUnixSocketAndReportsProgress) {
    const std::string path = ::testing::TempDir() + "fetch_" + std::to_string(::getpid()) + ".sock";
    ServerLimits limits;
    limits.body_bytes_max = 8 << 20;
    LiveServer live(
        [](HttpRequest request, Respond respond) {
            respond(plain_text(200, request.target + std::to_string(request.body.size())));
            return Pending{};
        },
        limits, "unix:" + path);
    double last = 0;
    int calls = 0;
    const auto progress = [&](double part) {
        EXPECT_GE(part, last);
        last = part;
        ++calls;
    };
    const std::string body(4 << 20, 'x');
    const Outcome outcome =
        fetch(request_to("http://jangkau/import/", body), kAmple, path, progress);
    ASSERT_TRUE(outcome) << outcome.error().detail;
    EXPECT_EQ(outcome->body, "/import/4194304");
    EXPECT_EQ(last, 1.0);
    EXPECT_GT(calls, 1);
}

TEST(FetchTest, FetchesByTcp) {
    LiveServer live(echo);
    const Outcome outcome = fetch(request_to("http://" + live.address() + "/x"), kAmple);
    ASSERT_TRUE(outcome) << outcome.error().detail;
    EXPECT_EQ(outcome->body, "GET /x?|");
    expect_fault(fetch(request_to("http://x/"), kAmple, "/no/such.sock"), TransportFault::not_sent);
}

}  // namespace
}  // namespace jangkau::gateway
