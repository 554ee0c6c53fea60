#pragma once

#include <fcntl.h>
#include <poll.h>

#include <chrono>
#include <string>
#include <vector>

#include "tests/gateway/live_server.hpp"

namespace jangkau::faults {

using gateway::RawClient;
using Steady = std::chrono::steady_clock;

/// A connection from that loopback address; not open where the gateway did not want it.
inline RawClient connect_from(const std::string& source, const std::string& gateway) {
    RawClient client;
    client.make(gateway);
    sockaddr_in from{};
    from.sin_family = AF_INET;
    ::inet_pton(AF_INET, source.c_str(), &from.sin_addr);
    const int on = 1;
    ::setsockopt(client.fd(), SOL_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
    EXPECT_EQ(::bind(client.fd(), reinterpret_cast<sockaddr*>(&from), sizeof(from)), 0);
    client.connect(gateway);
    return client;
}

/// Whether the other side has ended it (or reset it). Reads nothing.
inline bool ended(const RawClient& client) {
    char byte = 0;
    const auto got = ::recv(client.fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (got > 0) {
        // An answer, perhaps with the end behind it.
        pollfd state{client.fd(), POLLRDHUP, 0};
        return ::poll(&state, 1, 0) == 1 && (state.revents & (POLLRDHUP | POLLHUP)) != 0;
    }
    return got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

/// Sends without waiting; what the kernel took.
inline std::size_t push(const RawClient& client, std::string_view bytes) {
    const auto sent = ::send(client.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return sent > 0 ? static_cast<std::size_t>(sent) : 0;
}

/// Sends all of `bytes` until the gateway has had enough of it; how much that was.
inline std::size_t flood(RawClient& client, std::string_view unit, std::size_t bytes) {
    std::size_t sent = 0;
    while (sent < bytes) {
        const auto got = ::send(client.fd(), unit.data(), unit.size(), MSG_NOSIGNAL);
        if (got <= 0) break;
        sent += static_cast<std::size_t>(got);
    }
    return sent;
}

}  // namespace jangkau::faults
