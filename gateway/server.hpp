#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/addresses.hpp"
#include "gateway/handler.hpp"

namespace jangkau::gateway {

/// The server's limits. Times are for a whole header, body, answer or pause between requests, not
/// between two bytes.
struct ServerLimits {
    std::size_t buffer_bytes_max =
        16 * 1024;  ///< unparsed bytes of one connection, chunk headers and trailers included
    std::size_t header_bytes_max = 8 * 1024;
    std::size_t header_fields_max = 64;
    std::size_t body_bytes_max = 16 * 1024;
    std::size_t connections_max = 10'000;
    /// From one address; local sockets and `proxies` may have more.
    std::size_t connections_per_peer_max = 256;
    std::size_t requests_per_connection_max = 1'000;  ///< then it is closed in good order
    Networks proxies;
    std::chrono::milliseconds read_ms_max{5'000};   ///< one whole request, from its first byte
    std::chrono::milliseconds idle_ms_max{60'000};  ///< between two requests
    std::chrono::milliseconds write_ms_max{5'000};
    std::chrono::milliseconds drain_ms_max{8'000};  ///< for requests under way when stopping
};

/// A listener's certificate, in PEM files. All empty = no TLS.
struct TlsFiles {
    std::string certificate;  ///< with its chain
    std::string key;
    std::string client_ca;  ///< who signs the clients' certificates; "" = they need none
};

/// The process's event loop: listeners, their connections, timers and signals.
///
/// Threading: run() blocks the io thread; post(), stop() from any thread; the rest from the io
/// thread or before run().
class Server {
public:
    Server();
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Binds "127.0.0.1:8080", "[::1]:0" or "unix:PATH" (mode 0600; a socket left by a dead process
    /// is replaced) and serves `handler`, which must outlive run(). Returns the bound address with
    /// its real port: "127.0.0.1:41234". Throws std::runtime_error with a sentence naming the
    /// address.
    std::string listen(const std::string& address, Handler& handler, const ServerLimits& limits,
                       const TlsFiles& tls = {});
    /// Reads the certificates anew, for connections from now on; keeps the old ones where that
    /// fails, and logs it. On the io thread.
    void reload_certificates();

    /// Until stop(), then until requests under way are answered, at most `drain_ms_max`.
    void run();
    /// Orderly: no new connections, no new requests. Callable again; the second call does not wait.
    void stop();

    /// Calls `what` on the io thread, soon, or after `delay` (steady clock), or when
    /// SIGTERM/SIGINT, SIGHUP arrives.
    void post(std::function<void()> what);
    void after(std::chrono::milliseconds delay, std::function<void()> what);
    void on_signals(std::function<void()> terminate, std::function<void()> hang_up);

    struct Stats {
        std::uint64_t connections = 0, requests = 0, refused = 0, late = 0, accept_failures = 0;
        std::uint64_t open = 0;  ///< connections now; the others count from the start
    };
    [[nodiscard]] Stats stats() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Splits "HOST:PORT", "[V6]:PORT"; false when it is neither.
[[nodiscard]] bool split_address(const std::string& address, std::string& host, std::string& port);

}  // namespace jangkau::gateway
