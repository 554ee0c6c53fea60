#include "gateway/supervisor.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <string_view>

namespace jangkau::gateway::supervisor {
namespace {

std::atomic<bool> told_ready{false};

/// One datagram, as sd_notify(3) describes it. Not by libsystemd, which would bring seven libraries
/// into this process for it. A supervisor that cannot be told finds out by itself.
void tell(std::string_view what) {
    const char* path = std::getenv("NOTIFY_SOCKET");
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    const std::string_view where = path ? path : "";
    if (where.empty() || where.size() >= sizeof(address.sun_path)) return;
    where.copy(address.sun_path, where.size());
    if (address.sun_path[0] == '@') address.sun_path[0] = '\0';  // an abstract one
    const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return;
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + where.size());
    (void)::sendto(fd, what.data(), what.size(), MSG_NOSIGNAL,
                   reinterpret_cast<const sockaddr*>(&address), length);
    ::close(fd);
}

}  // namespace

void ready() {
    if (!told_ready.exchange(true)) tell("READY=1");
}

void alive() { tell("WATCHDOG=1"); }

void stopping() { tell("STOPPING=1"); }

}  // namespace jangkau::gateway::supervisor
