#include "tests/support/mock_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <optional>
#include <stdexcept>

#include "adapters/decode.hpp"
#include "gateway/core/clock.hpp"
#include "gateway/http_client.hpp"

namespace jangkau {
namespace {

using namespace std::chrono_literals;

constexpr timeval kPatience{10, 0};
constexpr int kReportTries = 100;
constexpr auto kReportPause = 100ms;
constexpr auto kServed = std::future_status::ready;

/// One request as it lies on the wire; nothing when the peer went away.
std::optional<std::string> read_request(int connection) {
    std::string bytes;
    std::size_t wanted = 0;
    while (wanted == 0 || bytes.size() < wanted) {
        char chunk[4096];
        const auto got = ::recv(connection, chunk, sizeof(chunk), 0);
        if (got <= 0) return std::nullopt;
        bytes.append(chunk, static_cast<std::size_t>(got));
        const std::size_t end = bytes.find("\r\n\r\n");
        if (end == bytes.npos || wanted != 0) continue;
        const std::size_t length = bytes.find("Content-Length: ");
        wanted = end + 4 + (length < end ? std::stoul(bytes.substr(length + 16)) : 0);
    }
    return bytes;
}

HttpRequest parsed(const std::string& bytes, const std::string& base) {
    HttpRequest request;
    const std::size_t end = bytes.find("\r\n\r\n");
    std::size_t line_end = bytes.find("\r\n");
    const std::string first = bytes.substr(0, line_end);
    request.method = first.substr(0, first.find(' '));
    const std::size_t target = first.find(' ') + 1;
    request.target = base + first.substr(target, first.rfind(' ') - target);
    while (line_end < end) {
        const std::size_t begin = line_end + 2;
        line_end = bytes.find("\r\n", begin);
        const std::string line = bytes.substr(begin, line_end - begin);
        const std::size_t colon = line.find(": ");
        if (colon != line.npos)
            request.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    }
    request.body = bytes.substr(end + 4);
    return request;
}

std::string written(const HttpResponse& response) {
    std::string out = "HTTP/1.1 " + std::to_string(response.status) + " Said\r\n";
    for (const auto& [name, value] : response.headers) out += name + ": " + value + "\r\n";
    out += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
    return out + "Connection: close\r\n\r\n" + response.body;
}

void write_all(int connection, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

}  // namespace

MockServer::MockServer(MockProvider& provider) : provider_(provider) {
    listening_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (listening_ < 0 || ::bind(listening_, any, size) != 0 || ::listen(listening_, 64) != 0 ||
        ::getsockname(listening_, any, &size) != 0)
        throw std::runtime_error("no loopback port for a mock provider");
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept(); });
}

MockServer::~MockServer() {
    ::shutdown(listening_, SHUT_RDWR);
    acceptor_.join();
    ::close(listening_);
    for (auto& connection : connections_) connection.get();
}

void MockServer::report_to(const std::string& gateway_url, gateway::Trunk trunk) {
    const std::lock_guard lock(mutex_);
    gateway_url_ = gateway_url;
    trunk_ = std::move(trunk);
}

std::size_t MockServer::reports_lost() const {
    const std::lock_guard lock(mutex_);
    return reports_lost_;
}

void MockServer::accept() {
    for (;;) {
        const int connection = ::accept(listening_, nullptr, nullptr);
        if (connection < 0) return;
        ::setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof(kPatience));
        const std::lock_guard lock(mutex_);
        connections_.remove_if([](auto& one) {
            const bool served = one.wait_for(0s) == kServed;
            if (served) one.get();  // what it threw
            return served;
        });
        connections_.push_back(
            std::async(std::launch::async, [this, connection] { serve(connection); }));
    }
}

void MockServer::serve(int connection) {
    const auto bytes = read_request(connection);
    if (!bytes) {
        ::close(connection);
        return;
    }
    const MockProvider::Answer answer = provider_.ask(parsed(*bytes, url()));
    const auto report = [&] {
        for (const adapters::Callback& callback : answer.reports) send(callback);
    };
    if (answer.reports_first) report();
    std::this_thread::sleep_for(answer.delay);
    if (answer.response) write_all(connection, written(*answer.response));
    ::close(connection);
    if (!answer.reports_first) report();
}

void MockServer::send(const adapters::Callback& callback) {
    gateway::Trunk trunk;
    {
        const std::lock_guard lock(mutex_);
        if (gateway_url_.empty()) return;
        trunk = trunk_;
    }
    HttpRequest request = callback.request;
    std::string path = request.target;
    if (path.starts_with("http"))
        path = path.substr(std::min(path.find('/', path.find("://") + 3), path.size()));
    else
        path = adapters::callback_path(trunk.channel, callback.endpoint) + path;
    trunk.aggregator->sign(request, path, SystemClock().now());
    // As providers do: until it is taken. A gateway that was started anew may have another port.
    for (int i = 0; i < kReportTries; ++i) {
        {
            const std::lock_guard lock(mutex_);
            request.target = gateway_url_ + path;
        }
        const auto response = gateway::fetch(request, 5s);
        if (response && response->status < 300) return;
        std::this_thread::sleep_for(kReportPause);
    }
    const std::lock_guard lock(mutex_);
    ++reports_lost_;
}

}  // namespace jangkau
