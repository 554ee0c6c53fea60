#include <pthread.h>

#include <algorithm>
#include <csignal>
#include <deque>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

#include "gateway/curl_exchange.hpp"
#include "gateway/http_client.hpp"
#include "gateway/log.hpp"

namespace jangkau::gateway {
namespace {

using Outcome = Result<HttpResponse, TransportError>;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// Requests that wait for one of the parallel ones to end; more are refused, and stay in the
/// outbox.
constexpr std::size_t kQueueMax = 4096;
constexpr std::size_t kParallelMax = 128;
constexpr int kPollMs = 1000;
constexpr int kPollWaitingMs = 50;  // deadlines of waiting requests are ours to watch
constexpr const char* kTooLate = "the time was over before its turn came";
/// A tool may fetch a whole export.
constexpr std::size_t kFetchBytesMax = std::size_t{512} * 1024 * 1024;

/// libcurl's own initialisation; the first call has to come before other threads use libcurl or
/// OpenSSL.
void init_once() {
    static const CURLcode result = ::curl_global_init(CURL_GLOBAL_DEFAULT);
    if (result != CURLE_OK) throw std::runtime_error("libcurl cannot be initialised");
}

TransportError not_sent(std::string detail) {
    return {TransportFault::not_sent, std::move(detail)};
}

class CurlClient : public HttpClient {
public:
    explicit CurlClient(const ClientOptions& options);
    ~CurlClient() override;
    void send(HttpRequest request, milliseconds deadline, Done done) override;

private:
    struct Job {
        HttpRequest request;
        Clock::time_point deadline;
        Done done;
    };
    struct Running {
        std::unique_ptr<Exchange> exchange;
        Done done;
    };

    void run();
    void take_new();
    void begin_waiting();
    void expire_waiting();
    void begin(Job job);
    void end_finished();
    void end_all();
    static void tell(const Done& done, Outcome outcome);

    const ClientOptions options_;
    CURLM* const multi_;
    // Guarded by mutex_.
    std::mutex mutex_;
    std::deque<Job> fresh_;
    std::size_t queued_ = 0;  // fresh and waiting ones
    bool stopping_ = false;
    // The client's thread only.
    std::deque<Job> waiting_;
    std::map<CURL*, Running> running_;

    std::thread thread_;
};

CurlClient::CurlClient(const ClientOptions& options)
    : options_(options), multi_(::curl_multi_init()) {
    if (!multi_) throw std::runtime_error("libcurl has no memory for its loop");
    // Signals belong to the io thread; threads inherit the mask.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, &before);
    thread_ = std::thread([this] { run(); });
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

CurlClient::~CurlClient() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    ::curl_multi_wakeup(multi_);
    thread_.join();
    ::curl_multi_cleanup(multi_);
}

void CurlClient::send(HttpRequest request, milliseconds deadline, Done done) {
    {
        const std::lock_guard lock(mutex_);
        if (queued_ < kQueueMax) {
            ++queued_;
            fresh_.push_back({std::move(request), Clock::now() + deadline, std::move(done)});
            done = nullptr;
        }
    }
    if (done) {
        tell(done, not_sent("too many requests are waiting"));
    } else {
        ::curl_multi_wakeup(multi_);
    }
}

void CurlClient::run() {
    for (;;) {
        {
            const std::lock_guard lock(mutex_);
            if (stopping_) break;
        }
        take_new();
        begin_waiting();
        expire_waiting();
        int running = 0;
        ::curl_multi_perform(multi_, &running);
        end_finished();
        // A place that has become free is filled at once.
        const bool fill = !waiting_.empty() && running_.size() < kParallelMax;
        const int wait_ms = waiting_.empty() ? kPollMs : kPollWaitingMs;
        ::curl_multi_poll(multi_, nullptr, 0, fill ? 0 : wait_ms, nullptr);
    }
    end_all();
}

void CurlClient::take_new() {
    const std::lock_guard lock(mutex_);
    std::move(fresh_.begin(), fresh_.end(), std::back_inserter(waiting_));
    fresh_.clear();
}

void CurlClient::begin_waiting() {
    std::size_t taken = 0;
    for (; !waiting_.empty() && running_.size() < kParallelMax; ++taken) {
        Job job = std::move(waiting_.front());
        waiting_.pop_front();
        begin(std::move(job));
    }
    const std::lock_guard lock(mutex_);
    queued_ -= taken;
}

void CurlClient::expire_waiting() {
    if (waiting_.empty()) return;
    const auto now = Clock::now();
    const auto late = std::stable_partition(waiting_.begin(), waiting_.end(),
                                            [now](const Job& job) { return job.deadline > now; });
    for (auto job = late; job != waiting_.end(); ++job) tell(job->done, not_sent(kTooLate));
    const auto count = static_cast<std::size_t>(waiting_.end() - late);
    waiting_.erase(late, waiting_.end());
    const std::lock_guard lock(mutex_);
    queued_ -= count;
}

void CurlClient::begin(Job job) {
    const auto left = std::chrono::duration_cast<milliseconds>(job.deadline - Clock::now());
    if (left.count() <= 0) {
        tell(job.done, not_sent(kTooLate));
        return;
    }
    std::unique_ptr<Exchange> exchange;
    try {
        exchange = std::make_unique<Exchange>(std::move(job.request), options_, left);
    } catch (const std::exception& e) {
        tell(job.done, not_sent(e.what()));
        return;
    }
    if (!exchange->refusal().empty()) {
        tell(job.done, not_sent(exchange->refusal()));
        return;
    }
    CURL* const handle = exchange->handle();
    if (::curl_multi_add_handle(multi_, handle) != CURLM_OK) {
        tell(job.done, not_sent("libcurl has no memory for a request"));
        return;
    }
    running_.emplace(handle, Running{std::move(exchange), std::move(job.done)});
}

void CurlClient::end_finished() {
    int left = 0;
    while (const CURLMsg* message = ::curl_multi_info_read(multi_, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        const CURLcode code = message->data.result;
        CURL* const handle = message->easy_handle;
        auto node = running_.extract(handle);
        ::curl_multi_remove_handle(multi_, handle);
        const Running ended = std::move(node.mapped());
        tell(ended.done, ended.exchange->outcome(code));
    }
}

void CurlClient::end_all() {
    constexpr const char* kReason = "the gateway is stopping";
    for (auto& [handle, running] : running_) {
        const TransportError error = running.exchange->failure(kReason);
        ::curl_multi_remove_handle(multi_, handle);
        tell(running.done, error);
    }
    running_.clear();
    take_new();
    for (const Job& job : waiting_) tell(job.done, not_sent(kReason));
    waiting_.clear();
}

void CurlClient::tell(const Done& done, Outcome outcome) {
    try {
        done(std::move(outcome));
    } catch (const std::exception& e) {
        log::error("task_failed", {{"task", "http_client"}, {"what", e.what()}});
    }
}

int on_progress(void* function, curl_off_t, curl_off_t, curl_off_t total, curl_off_t now) {
    const auto& progress = *static_cast<const std::function<void(double)>*>(function);
    if (total > 0) progress(static_cast<double>(now) / static_cast<double>(total));
    return 0;
}

}  // namespace

std::unique_ptr<HttpClient> make_curl_client(const ClientOptions& options) {
    init_once();
    return std::make_unique<CurlClient>(options);
}

Result<HttpResponse, TransportError> fetch(const HttpRequest& request, milliseconds deadline,
                                           const std::string& unix_socket,
                                           const std::function<void(double)>& upload_progress) {
    init_once();
    ClientOptions options;
    options.answer_bytes_max = kFetchBytesMax;
    Exchange exchange(request, options, deadline);
    if (!exchange.refusal().empty()) return not_sent(exchange.refusal());
    if (!unix_socket.empty()) {
        const auto path = unix_socket.c_str();
        if (::curl_easy_setopt(exchange.handle(), CURLOPT_UNIX_SOCKET_PATH, path) != CURLE_OK) {
            return not_sent("libcurl cannot use Unix sockets");
        }
    }
    if (upload_progress) {
        ::curl_easy_setopt(exchange.handle(), CURLOPT_NOPROGRESS, 0L);
        ::curl_easy_setopt(exchange.handle(), CURLOPT_XFERINFOFUNCTION, &on_progress);
        ::curl_easy_setopt(exchange.handle(), CURLOPT_XFERINFODATA, &upload_progress);
    }
    return exchange.outcome(::curl_easy_perform(exchange.handle()));
}

}  // namespace jangkau::gateway
