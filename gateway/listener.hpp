#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <memory>
#include <string>

#include "gateway/connection.hpp"

namespace jangkau::gateway {

/// One bound address and the connections that came in by it.
///
/// Threading: io thread only.
class Listener {
public:
    using Acceptor = asio::basic_socket_acceptor<Protocol, Executor>;

    /// Binds and listens; see Server::listen().
    Listener(const Executor& executor, const std::string& address, std::shared_ptr<Place> place);
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    /// As bound, with the real port.
    [[nodiscard]] const std::string& address() const { return address_; }
    [[nodiscard]] bool open() const { return acceptor_.is_open(); }
    [[nodiscard]] Acceptor& acceptor() { return acceptor_; }
    [[nodiscard]] const Place& place() const { return *place_; }

    /// Null when there are too many, in all or from that address.
    [[nodiscard]] std::shared_ptr<Connection> admit(StreamSocket socket,
                                                    const Protocol::endpoint& peer);
    /// Counts, and logs at most once a second.
    void count_failure(const boost::system::error_code& failure);
    /// Set to the moment of the next attempt.
    [[nodiscard]] SteadyTimer& retry();

    /// For the next connections; the old ones stay where the new cannot be read.
    void reload_certificates();

    /// No new connections; idle ones end.
    void stop();
    void abort();

private:
    void bind_tcp(const std::string& address);
    void bind_unix(const std::string& path);
    void bind(const Protocol::endpoint& endpoint, const std::string& address);
    void close();
    [[nodiscard]] bool crowded(const std::string& peer) const;

    const std::shared_ptr<Place> place_;
    Acceptor acceptor_;
    SteadyTimer retry_;
    std::string address_;
    std::string unix_path_;  // "" when it is none
    std::chrono::steady_clock::time_point logged_at_;
};

}  // namespace jangkau::gateway
