#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <functional>
#include <future>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "gateway/server.hpp"

namespace jangkau::gateway {

/// A handler made of a function.
class FunctionHandler : public Handler {
public:
    using Function = std::function<Pending(HttpRequest, Respond)>;
    explicit FunctionHandler(Function function) : function_(std::move(function)) {}
    Pending handle(HttpRequest request, Respond respond) override {
        return function_(std::move(request), std::move(respond));
    }

private:
    Function function_;
};

/// "POST /a b?c=%20|body"
inline std::string told(const HttpRequest& request) {
    return request.method + " " + request.target + "?" + request.query + "|" + request.body;
}

inline Pending echo(HttpRequest request, Respond respond) {
    respond(plain_text(200, told(request)));
    return {};
}

/// Runs until it is stopped or dies.
class LiveServer {
public:
    explicit LiveServer(FunctionHandler::Function function, const ServerLimits& limits = {},
                        const std::string& where = "127.0.0.1:0")
        : handler_(std::move(function)), address_(server_.listen(where, handler_, limits)) {
        thread_ = std::thread([this] { server_.run(); });
    }
    ~LiveServer() {
        if (!thread_.joinable()) return;
        server_.stop();
        server_.stop();
        thread_.join();
    }
    Server& operator*() { return server_; }
    Server* operator->() { return &server_; }
    const std::string& address() const { return address_; }
    /// Until run() has returned.
    void join() { thread_.join(); }
    /// Until the io thread has done everything posted so far.
    void settle() {
        std::promise<void> done;
        server_.post([&done] { done.set_value(); });
        done.get_future().wait();
    }

private:
    FunctionHandler handler_;
    Server server_;
    std::string address_;
    std::thread thread_;
};

inline constexpr timeval kPatience{10, 0};  // a hanging test fails; no test waits for it

/// A blocking client that writes whatever bytes a test wants.
class RawClient {
public:
    explicit RawClient(const std::string& address) {
        make(address);
        connect(address);
    }
    RawClient() = default;
    ~RawClient() { close(); }
    RawClient(RawClient&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    RawClient& operator=(RawClient&&) = delete;

    void make(const std::string& address) {
        fd_ = ::socket(address.starts_with("unix:") ? AF_UNIX : AF_INET, SOCK_STREAM, 0);
        ASSERT_GE(fd_, 0);
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof(kPatience));
        ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof(kPatience));
        const int on = 1;
        ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    }
    void connect(const std::string& address) {
        sockaddr_un local{};
        sockaddr_in internet{};
        std::string host;
        std::string port;
        if (address.starts_with("unix:")) {
            local.sun_family = AF_UNIX;
            std::strncpy(local.sun_path, address.c_str() + 5, sizeof(local.sun_path) - 1);
            ASSERT_EQ(::connect(fd_, reinterpret_cast<sockaddr*>(&local), sizeof(local)), 0);
            return;
        }
        ASSERT_TRUE(split_address(address, host, port));
        internet.sin_family = AF_INET;
        internet.sin_port = htons(static_cast<std::uint16_t>(std::stoi(port)));
        ::inet_pton(AF_INET, host.c_str(), &internet.sin_addr);
        ASSERT_EQ(::connect(fd_, reinterpret_cast<sockaddr*>(&internet), sizeof(internet)), 0);
    }
    /// False when the server does not want it any more.
    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    void finish_sending() { ::shutdown(fd_, SHUT_WR); }
    /// One response with its header; "" when the server closed or reset the connection before.
    std::string response() {
        std::size_t wanted = 0;
        for (;;) {
            const std::size_t end = unread_.find("\r\n\r\n");
            if (end != unread_.npos && wanted == 0) {
                const std::size_t at = unread_.find("Content-Length: ");
                wanted = end + 4 + (at < end ? std::stoul(unread_.substr(at + 16)) : 0);
            }
            if (wanted != 0 && unread_.size() >= wanted) break;
            if (!read_more()) break;
        }
        std::string out = unread_.substr(0, wanted);
        unread_.erase(0, wanted);
        return wanted == 0 ? std::exchange(unread_, "") : out;
    }
    /// Everything until the server closes.
    std::string rest() {
        while (read_more()) {
        }
        return std::exchange(unread_, "");
    }
    int fd() const { return fd_; }
    void close() {
        if (fd_ >= 0) ::close(std::exchange(fd_, -1));
    }

private:
    bool read_more() {
        char bytes[4096];
        const auto got = ::recv(fd_, bytes, sizeof(bytes), 0);
        if (got < 0 && errno == EAGAIN) ADD_FAILURE() << "the server neither answers nor closes";
        if (got <= 0) return false;
        unread_.append(bytes, static_cast<std::size_t>(got));
        return true;
    }
    int fd_ = -1;
    std::string unread_;
};

inline constexpr std::string_view kGet = "GET /ussd/at?x=1 HTTP/1.1\r\nHost: a\r\n\r\n";

inline std::string socket_path(const std::string& name) {
    return ::testing::TempDir() + name + "_" + std::to_string(::getpid()) + ".sock";
}

inline std::string body_of(const std::string& response) {
    const std::size_t end = response.find("\r\n\r\n");
    return end == response.npos ? "" : response.substr(end + 4);
}

inline int status_of(const std::string& response) {
    return response.size() < 12 ? 0 : std::stoi(response.substr(9, 3));
}

}  // namespace jangkau::gateway
