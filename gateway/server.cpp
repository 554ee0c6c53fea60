#include "gateway/server.hpp"

#include <algorithm>
#include <boost/asio/basic_signal_set.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <csignal>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/connection.hpp"
#include "gateway/core/fault.hpp"
#include "gateway/listener.hpp"
#include "gateway/log.hpp"

namespace jangkau::gateway {
namespace {

using boost::system::error_code;
using std::chrono::milliseconds;

/// Owns coroutines: hears their exceptions, and knows when the last one has ended.
///
/// Threading: io thread only.
class TaskGroup {
public:
    TaskGroup(Executor executor, std::function<void()> on_empty)
        : executor_(std::move(executor)), on_empty_(std::move(on_empty)) {}

    void spawn(const char* name, Task<> task) {
        ++running_;
        asio::co_spawn(executor_, std::move(task), [this, name](const std::exception_ptr& failure) {
            if (failure) log::error("task_failed", {{"task", name}, {"what", what(failure)}});
            if (--running_ == 0) on_empty_();
        });
    }
    [[nodiscard]] std::size_t running() const { return running_; }

private:
    Executor executor_;
    std::function<void()> on_empty_;
    std::size_t running_ = 0;
};

}  // namespace

struct Server::Impl {
    asio::io_context io{1};  // dies last: sockets, timers and suspended coroutines live in it
    std::shared_ptr<Counters> counters = std::make_shared<Counters>();
    std::shared_ptr<AnswerGate> gate = std::make_shared<AnswerGate>(io);
    TaskGroup tasks{io.get_executor(), [this] { end_if_done(); }};
    std::vector<std::unique_ptr<Listener>> listeners;
    SteadyTimer drain{io.get_executor()};
    asio::basic_signal_set<Executor> termination{io.get_executor()};
    asio::basic_signal_set<Executor> hanging_up{io.get_executor()};
    std::function<void()> on_termination;
    std::function<void()> on_hanging_up;
    bool stopping = false;

    ~Impl() { gate->close(); }

    void end_if_done() {
        if (stopping && tasks.running() == 0) io.stop();
    }
    void stop();
    void abort();
    void expect(asio::basic_signal_set<Executor>& signals, const std::function<void()>& what);
    Task<> accept(Listener& listener);
};

void Server::Impl::stop() {
    if (stopping) {
        abort();
        return;
    }
    stopping = true;
    milliseconds drain_ms_max{0};
    for (const auto& listener : listeners) {
        drain_ms_max = std::max(drain_ms_max, listener->place().limits.drain_ms_max);
        listener->stop();
    }
    drain.expires_after(drain_ms_max);
    drain.async_wait([this](const error_code& ec) {
        if (!ec) abort();
    });
    end_if_done();
}

void Server::Impl::abort() {
    for (const auto& listener : listeners) listener->abort();
    end_if_done();
}

void Server::Impl::expect(asio::basic_signal_set<Executor>& signals,
                          const std::function<void()>& what) {
    signals.async_wait([this, &signals, &what](const error_code& ec, int) {
        if (ec) return;
        expect(signals, what);
        if (what) what();
    });
}

Task<> Server::Impl::accept(Listener& listener) {
    while (listener.open()) {
        StreamSocket socket(io.get_executor());
        Protocol::endpoint peer;
        error_code ec;
        co_await listener.acceptor().async_accept(socket, peer, asio::redirect_error(kAwait, ec));
        if (!listener.open()) break;
        if (ec) {
            listener.count_failure(ec);
            // Without descriptors the next accept would fail at once, and so on for ever.
            co_await listener.retry().async_wait(asio::redirect_error(kAwait, ec));
            continue;
        }
        if (auto connection = listener.admit(std::move(socket), peer)) {
            tasks.spawn("connection", Connection::serve(std::move(connection)));
        }
    }
}

Server::Server() : impl_(std::make_unique<Impl>()) { std::signal(SIGPIPE, SIG_IGN); }

Server::~Server() = default;

std::string Server::listen(const std::string& address, Handler& handler, const ServerLimits& limits,
                           const TlsFiles& tls) {
    auto place = std::make_shared<Place>(
        Place{handler, limits, impl_->counters, impl_->gate, false, {}, {}, tls, nullptr});
    auto listener = std::make_unique<Listener>(impl_->io.get_executor(), address, std::move(place));
    impl_->tasks.spawn("listener", impl_->accept(*listener));
    impl_->listeners.push_back(std::move(listener));
    return impl_->listeners.back()->address();
}

void Server::reload_certificates() {
    for (const auto& listener : impl_->listeners) listener->reload_certificates();
}

void Server::run() {
    const auto work = asio::make_work_guard(impl_->io);
    for (;;) {
        try {
            impl_->io.run();
            return;
        } catch (const std::exception& e) {
            // Out of something that was posted: it must not take the others with it.
            log::error("task_failed", {{"task", "posted"}, {"what", e.what()}});
        }
    }
}

void Server::stop() {
    asio::post(impl_->io, [impl = impl_.get()] { impl->stop(); });
}

void Server::post(std::function<void()> what) { asio::post(impl_->io, std::move(what)); }

void Server::after(milliseconds delay, std::function<void()> what) {
    auto timer = std::make_shared<SteadyTimer>(impl_->io.get_executor(), delay);
    timer->async_wait([timer, what = std::move(what)](const error_code& ec) {
        if (!ec) what();
    });
}

void Server::on_signals(std::function<void()> terminate, std::function<void()> hang_up) {
    impl_->on_termination = std::move(terminate);
    impl_->on_hanging_up = std::move(hang_up);
    impl_->termination.clear();
    impl_->hanging_up.clear();
    impl_->termination.add(SIGTERM);
    impl_->termination.add(SIGINT);
    impl_->hanging_up.add(SIGHUP);
    impl_->expect(impl_->termination, impl_->on_termination);
    impl_->expect(impl_->hanging_up, impl_->on_hanging_up);
}

Server::Stats Server::stats() const {
    const Counters& counters = *impl_->counters;
    return Stats{counters.connections, counters.requests,        counters.refused,
                 counters.late,        counters.accept_failures, counters.open};
}

}  // namespace jangkau::gateway
