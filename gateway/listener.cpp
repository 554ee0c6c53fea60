#include "gateway/listener.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "gateway/addresses.hpp"
#include "gateway/log.hpp"
#include "gateway/tls.hpp"
#include "gateway/user_name.hpp"

namespace jangkau::gateway {
namespace {

using boost::system::error_code;

constexpr std::string_view kUnixPrefix = "unix:";
constexpr std::chrono::milliseconds kRetryMs{100};
constexpr std::chrono::seconds kLogEvery{1};

[[noreturn]] void fail(const std::string& address, const std::string& reason) {
    throw std::runtime_error("cannot listen on " + address + ": " + reason);
}

struct Host {
    std::string name;
    std::string port;
    bool v6 = false;
};

/// "127.0.0.1"; an IPv4 address that came through an IPv6 socket as IPv4, so that allow-lists need
/// one form.
Host host_of(const Protocol::endpoint& endpoint) {
    sockaddr_storage storage{};
    std::memcpy(&storage, endpoint.data(), std::min(endpoint.size(), sizeof(storage)));
    char text[INET6_ADDRSTRLEN] = "";
    if (storage.ss_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &storage, sizeof(v4));
        ::inet_ntop(AF_INET, &v4.sin_addr, text, sizeof(text));
        return {text, std::to_string(ntohs(v4.sin_port)), false};
    }
    if (storage.ss_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &storage, sizeof(v6));
        const std::string port = std::to_string(ntohs(v6.sin6_port));
        if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
            ::inet_ntop(AF_INET, &v6.sin6_addr.s6_addr[12], text, sizeof(text));
            return {text, port, false};
        }
        ::inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof(text));
        return {text, port, true};
    }
    return {"unix", "", false};
}

/// Who is at the other end of a Unix socket, as the kernel knows it.
std::string user_of(int socket) {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return "unknown";
    return user_name(peer.uid);
}

/// A socket file that nobody listens to was left behind by a process that died.
void remove_stale_socket(const std::string& path, const sockaddr_un& where) {
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0) return;
    if (!S_ISSOCK(info.st_mode)) {
        fail("unix:" + path, "a file of that name exists and is no socket; remove it");
    }
    const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto* address = reinterpret_cast<const sockaddr*>(&where);
    const bool answered = probe < 0 || ::connect(probe, address, sizeof(where)) == 0;
    const int error = errno;
    if (probe >= 0) ::close(probe);
    if (answered || error != ECONNREFUSED) {
        fail("unix:" + path, "another process is listening there; stop it first");
    }
    ::unlink(path.c_str());
}

}  // namespace

bool split_address(const std::string& address, std::string& host, std::string& port) {
    const std::size_t colon = address.rfind(':');
    if (colon == address.npos || colon == 0) return false;
    std::string name = address.substr(0, colon);
    const std::string number = address.substr(colon + 1);
    if (name.front() == '[') {
        if (name.size() < 3 || name.back() != ']') return false;
        name = name.substr(1, name.size() - 2);
    } else if (name.find(':') != name.npos) {
        return false;
    }
    if (number.empty() || number.size() > 5) return false;
    if (number.find_first_not_of("0123456789") != number.npos) return false;
    if (std::stoi(number) > 65535) return false;
    host = name;
    port = number;
    return true;
}

Listener::Listener(const Executor& executor, const std::string& address,
                   std::shared_ptr<Place> place)
    : place_(std::move(place)), acceptor_(executor), retry_(executor) {
    place_->tls = tls_context(place_->tls_files);
    if (address.starts_with(kUnixPrefix)) {
        bind_unix(address.substr(kUnixPrefix.size()));
    } else {
        bind_tcp(address);
    }
}

Listener::~Listener() { close(); }

void Listener::bind_tcp(const std::string& address) {
    std::string host;
    std::string port;
    if (!split_address(address, host, port)) {
        fail(address, "write HOST:PORT, [IPV6]:PORT or unix:PATH, with a port from 0 to 65535");
    }
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    if (const int error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found)) {
        fail(address, ::gai_strerror(error));
    }
    const Protocol::endpoint endpoint(found->ai_addr, found->ai_addrlen, IPPROTO_TCP);
    ::freeaddrinfo(found);
    bind(endpoint, address);
    const Host bound = host_of(acceptor_.local_endpoint());
    address_ = (bound.v6 ? "[" + bound.name + "]" : bound.name) + ":" + bound.port;
}

void Listener::bind_unix(const std::string& path) {
    sockaddr_un where{};
    if (path.empty() || path.size() >= sizeof(where.sun_path)) {
        fail("unix:" + path, "the path must have 1 to " +
                                 std::to_string(sizeof(where.sun_path) - 1) + " characters");
    }
    where.sun_family = AF_UNIX;
    std::memcpy(where.sun_path, path.data(), path.size());
    remove_stale_socket(path, where);
    bind(Protocol::endpoint(&where, sizeof(where), 0), "unix:" + path);
    unix_path_ = path;
    address_ = "unix:" + path;
}

void Listener::bind(const Protocol::endpoint& endpoint, const std::string& address) {
    const bool is_unix = endpoint.protocol().family() == AF_UNIX;
    error_code ec;
    acceptor_.open(endpoint.protocol(), ec);
    if (!ec && !is_unix) acceptor_.set_option(asio::socket_base::reuse_address(true), ec);
    // Linux gives the mode of the unbound socket to the file, so there is no moment in which others
    // may connect.
    if (!ec && is_unix && ::fchmod(acceptor_.native_handle(), 0600) != 0) {
        ec = error_code(errno, boost::system::system_category());
    }
    if (!ec) acceptor_.bind(endpoint, ec);
    if (!ec) acceptor_.listen(asio::socket_base::max_listen_connections, ec);
    if (ec == asio::error::address_in_use) {
        fail(address, "the address is in use; stop the other process or choose another port");
    }
    if (ec) fail(address, ec.message());
}

std::shared_ptr<Connection> Listener::admit(StreamSocket socket, const Protocol::endpoint& peer) {
    ++place_->counters->connections;
    if (place_->connections.size() >= place_->limits.connections_max) {
        ++place_->counters->refused;
        return nullptr;
    }
    std::string name =
        unix_path_.empty() ? host_of(peer).name : "unix:" + user_of(socket.native_handle());
    if (unix_path_.empty()) {
        if (crowded(name)) {
            ++place_->counters->refused;
            return nullptr;
        }
        const int on = 1;
        ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    }
    return std::make_shared<Connection>(std::move(socket), std::move(name), place_);
}

bool Listener::crowded(const std::string& peer) const {
    const auto at = place_->peers.find(peer);
    if (at == place_->peers.end()) return false;
    const ServerLimits& limits = place_->limits;
    return at->second >= limits.connections_per_peer_max && !limits.proxies.contains(peer);
}

void Listener::reload_certificates() {
    if (!place_->tls) return;
    try {
        place_->tls = tls_context(place_->tls_files);
        log::info("certificates_reloaded", {{"listener", address_}});
    } catch (const std::exception& e) {
        log::error("certificates_not_reloaded", {{"listener", address_}, {"what", e.what()}});
    }
}

void Listener::count_failure(const error_code& failure) {
    ++place_->counters->accept_failures;
    const auto now = std::chrono::steady_clock::now();
    if (logged_at_ != decltype(logged_at_){} && now - logged_at_ < kLogEvery) return;
    logged_at_ = now;
    log::error("accept_failed", {{"listener", address_}, {"what", failure.message()}});
}

SteadyTimer& Listener::retry() {
    retry_.expires_after(kRetryMs);
    return retry_;
}

void Listener::close() {
    if (!acceptor_.is_open()) return;
    error_code ignored;
    acceptor_.close(ignored);
    if (!unix_path_.empty()) ::unlink(unix_path_.c_str());
}

void Listener::stop() {
    close();
    retry_.cancel();
    place_->stopping = true;
    for (Connection* connection : place_->connections) connection->stop();
}

void Listener::abort() {
    stop();
    for (Connection* connection : place_->connections) connection->abort();
}

}  // namespace jangkau::gateway
