#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "gateway/server.hpp"

namespace boost::asio::ssl {
class context;
}

// The server's inside: only server.cpp, listener.cpp, tls.cpp and connection.cpp include this.
namespace jangkau::gateway {

namespace asio = boost::asio;

// Concrete executors: half the compile time of any_io_executor, and one virtual call less for each
// operation.
using Executor = asio::io_context::executor_type;
using Protocol = asio::generic::stream_protocol;
using StreamSocket = asio::basic_stream_socket<Protocol, Executor>;
using SteadyTimer =
    asio::basic_waitable_timer<std::chrono::steady_clock,
                               asio::wait_traits<std::chrono::steady_clock>, Executor>;
template <class T = void>
using Task = asio::awaitable<T, Executor>;
inline constexpr asio::use_awaitable_t<Executor> kAwait{};

class Connection;

struct Counters {
    std::atomic<std::uint64_t> connections{0}, open{0}, requests{0}, refused{0}, late{0},
        accept_failures{0};
};

/// How an answer from another thread reaches the io thread, or nobody once the server is gone.
class AnswerGate {
public:
    explicit AnswerGate(asio::io_context& io) : io_(&io) {}
    template <class Function>
    void post(Function&& function);
    void close();

private:
    std::mutex mutex_;
    asio::io_context* io_;  // Guarded by mutex_.
};

/// What connections of one listener share. Coroutines keep it alive, also those that never ran to
/// their end.
///
/// Threading: io thread only, but for `counters` and `gate`.
struct Place {
    Handler& handler;
    const ServerLimits limits;
    std::shared_ptr<Counters> counters;
    std::shared_ptr<AnswerGate> gate;
    bool stopping = false;
    std::unordered_set<Connection*> connections;
    std::unordered_map<std::string, std::size_t> peers;  ///< connections of each address
    TlsFiles tls_files;
    std::shared_ptr<asio::ssl::context> tls;  ///< for the next connections; null = none
};

/// One client: reads a request, gives it to the handler, writes the answer, and so on.
///
/// Threading: io thread only.
/// Ownership: by its coroutine, serve(); registers itself in the place while it lives.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(StreamSocket socket, std::string peer, std::shared_ptr<Place> place);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    static Task<> serve(std::shared_ptr<Connection> self);

    /// Ends at once when no request is under way; otherwise after its answer, as `place.stopping`
    /// says.
    void stop();
    void abort();

private:
    class Answer;
    struct Parsing;
    struct Tls;

    Task<bool> shake_hands();
    Task<int> read();
    Task<bool> read_some();
    Task<HttpResponse> ask();
    Task<bool> write(std::string wire);
    Task<> refuse(int status);
    Task<> linger();
    Task<> say_goodbye();
    Task<bool> write_all(std::string_view bytes);
    int take_header(Parsing& parsing);
    void arm(std::chrono::milliseconds time);

    // Fixed at construction.
    const std::shared_ptr<Place> place_;
    const std::string peer_;
    // Of the connection.
    StreamSocket socket_;
    std::unique_ptr<Tls> tls_;  // over the socket; null = plain
    SteadyTimer timer_;  // the deadline of the one operation under way, or of the answer awaited
    boost::beast::flat_buffer buffer_;
    std::size_t requests_ = 0;
    bool idle_ = true;  // no request under way
    bool timed_out_ = false;
    bool aborted_ = false;
    // Of the request under way.
    HttpRequest request_;
    bool keep_alive_ = false;
    std::string out_;
};

}  // namespace jangkau::gateway
