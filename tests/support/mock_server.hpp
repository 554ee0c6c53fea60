#pragma once

#include <future>
#include <list>
#include <mutex>
#include <string>
#include <thread>

#include "gateway/trunk.hpp"
#include "tests/support/mock_provider.hpp"

namespace jangkau {

/// A mock provider on a loopback port: answers, stalls and cuts as it says, and sends its reports
/// to a gateway. One thread for each connection.
class MockServer {
public:
    explicit MockServer(MockProvider& provider);
    /// Ends when all its connections have.
    ~MockServer();
    MockServer(const MockServer&) = delete;
    MockServer& operator=(const MockServer&) = delete;

    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    /// Where reports go from now on, signed as `trunk`'s provider signs.
    void report_to(const std::string& gateway_url, gateway::Trunk trunk);
    /// Reports that the gateway did not take, tried again until it did or for ten seconds.
    [[nodiscard]] std::size_t reports_lost() const;

private:
    void accept();
    void serve(int connection);
    void send(const adapters::Callback& callback);

    MockProvider& provider_;
    int listening_ = -1;
    int port_ = 0;
    mutable std::mutex mutex_;  // guards all below
    std::string gateway_url_;
    gateway::Trunk trunk_;
    std::size_t reports_lost_ = 0;
    std::list<std::future<void>> connections_;  ///< not all of them have ended
    std::thread acceptor_;
};

}  // namespace jangkau
