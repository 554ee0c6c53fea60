#include "tests/bench/load.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <deque>
#include <random>
#include <stdexcept>

namespace jangkau::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kPatience{5};

/// A prime: from worker to worker so far, each is met once.
constexpr std::uint64_t kStride = 7'368'787;

struct Dialogued {
    std::uint64_t worker = 0;
    std::size_t hop = 0;
};

/// One at a time: nobody who calls us pipelines.
struct Wire {
    int socket = -1;
    std::string out, in;
    std::size_t session = 0;  ///< whose answer it waits for
    Clock::time_point due;
    bool waits = false;
};

int connect_to(std::uint16_t port) {
    const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (made < 0 || ::connect(made, reinterpret_cast<sockaddr*>(&where), sizeof where) != 0)
        throw std::runtime_error("cannot connect to port " + std::to_string(port) + ": " +
                                 std::strerror(errno));
    const int on = 1;
    ::setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return made;
}

/// The body of a whole answer, or nothing yet. Every contender tells a Content-Length.
struct Answer {
    bool whole = false;
    bool ok = false;
    bool closes = false;  ///< servers do after so many answers
    std::string_view body;
};
Answer read_answer(std::string_view in) {
    const std::size_t end = in.find("\r\n\r\n");
    if (end == in.npos) return {};
    std::string_view head = in.substr(0, end);
    std::size_t length = 0;
    static constexpr std::array<std::string_view, 2> kNames = {"Content-Length: ",
                                                               "content-length: "};
    for (const std::string_view name : kNames) {
        const std::size_t at = head.find(name);
        if (at == head.npos) continue;
        std::from_chars(head.data() + at + name.size(), head.data() + head.size(), length);
    }
    if (in.size() < end + 4 + length) return {};
    const bool closes = head.find("onnection: close") != head.npos;
    return {true, in.substr(9, 3) == "200", closes, in.substr(end + 4, length)};
}

class Load {
public:
    Load(const LoadPlan& plan, const Dialogue& dialogue, std::uint64_t first_worker)
        : plan_(plan), dialogue_(dialogue), next_worker_(first_worker), wires_(plan.connections) {
        sessions_.resize(std::max(plan.sessions, plan.connections));
        for (std::size_t i = 0; i < sessions_.size(); ++i) {
            sessions_[i] = next();
            ready_.push_back(i);
        }
        epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
        for (std::size_t i = 0; i < wires_.size(); ++i) {
            connect(i);
            free_.push_back(i);
        }
    }
    ~Load() {
        for (const Wire& wire : wires_) ::close(wire.socket);
        ::close(epoll_);
    }

    LoadFigures run() {
        const auto began = Clock::now();
        counted_from_ = began + plan_.warm_up;
        ends_ = counted_from_ + plan_.time;
        next_due_ = began;
        if (plan_.rate == 0)
            while (!free_.empty()) send(began);
        for (auto now = began; now < ends_ + kPatience; now = Clock::now()) {
            if (plan_.rate != 0) send_due(now);
            if (now >= ends_ && waiting_ == 0) break;
            poll(now);
        }
        figures_.seconds = std::chrono::duration<double>(ends_ - counted_from_).count();
        std::sort(figures_.microseconds.begin(), figures_.microseconds.end());
        return std::move(figures_);
    }

private:
    void connect(std::size_t index) {
        wires_[index].socket = connect_to(plan_.port);
        epoll_event event{EPOLLIN, {.u64 = index}};
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, wires_[index].socket, &event);
    }

    void send_due(Clock::time_point now) {
        const auto pause = std::chrono::nanoseconds(1'000'000'000 / plan_.rate);
        while (next_due_ <= now && next_due_ < ends_ && !free_.empty()) {
            send(next_due_);
            next_due_ += pause;
        }
    }

    /// The next session takes its next step, on a connection that is free.
    void send(Clock::time_point due) {
        Wire& wire = wires_[free_.front()];
        free_.pop_front();
        if (plan_.rate != 0) std::swap(ready_.front(), ready_[random_() % ready_.size()]);
        wire.session = ready_.front();
        ready_.pop_front();
        wire.due = due;
        wire.waits = true;
        ++waiting_;
        wire.out.clear();
        const Dialogued& session = sessions_[wire.session];
        dialogue_.append_request(wire.out, session.worker, session.hop);
        // A request is smaller than a socket's buffer, which is empty: the answer before came.
        const auto sent = ::send(wire.socket, wire.out.data(), wire.out.size(), MSG_NOSIGNAL);
        if (sent != static_cast<ssize_t>(wire.out.size())) ++figures_.broken;
    }

    void poll(Clock::time_point now) {
        std::array<epoll_event, 512> events{};
        const bool idle = plan_.rate != 0 && next_due_ > now && next_due_ < ends_;
        // In open loop it spins rather than sleep past the next request.
        const int count =
            ::epoll_wait(epoll_, events.data(), int(events.size()), idle || waiting_ == 0 ? 0 : 10);
        for (int i = 0; i < count; ++i) receive(events[std::size_t(i)].data.u64);
    }

    void receive(std::size_t index) {
        Wire& wire = wires_[index];
        std::array<char, 4096> bytes{};
        const auto got = ::recv(wire.socket, bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (got <= 0) {
            if (got < 0 && errno == EAGAIN) return;
            ++figures_.broken;
            if (wire.waits) --waiting_;
            ::epoll_ctl(epoll_, EPOLL_CTL_DEL, wire.socket, nullptr);
            return;
        }
        wire.in.append(bytes.data(), std::size_t(got));
        const Answer answer = read_answer(wire.in);
        if (!answer.whole) return;
        settle(wire, answer);
        if (answer.closes) {
            ::close(wire.socket);
            connect(index);
        }
        ready_.push_back(wire.session);
        wire.in.clear();
        wire.waits = false;
        --waiting_;
        free_.push_back(index);
        const auto now = Clock::now();
        if (++answered_ == plan_.answers_max) ends_ = now;
        if (plan_.rate == 0 && now < ends_) send(now);
    }

    void settle(const Wire& wire, const Answer& answer) {
        Dialogued& session = sessions_[wire.session];
        const bool right =
            answer.ok && (!plan_.dialogue || Dialogue::goes_on(answer.body, session.hop));
        if (!right && figures_.wrong++ == 0)
            figures_.first_wrong = std::to_string(session.hop) + ": " + std::string(answer.body);
        ++figures_.all_answers;
        const auto now = Clock::now();
        if (right && now >= counted_from_ && now < ends_) {
            ++figures_.answers;
            figures_.microseconds.push_back(static_cast<std::uint32_t>(
                std::chrono::duration_cast<std::chrono::microseconds>(now - wire.due).count()));
        }
        if (right && ++session.hop < Dialogue::kHops) return;
        session = next();
    }

    Dialogued next() {
        const std::uint64_t worker = next_worker_++;
        if (plan_.live == 0) return {worker, 0};
        return {worker * kStride % plan_.live, plan_.live_hop};
    }

    const LoadPlan& plan_;
    const Dialogue& dialogue_;
    std::uint64_t next_worker_;
    std::vector<Wire> wires_;
    std::deque<std::size_t> free_;
    std::vector<Dialogued> sessions_;
    std::deque<std::size_t> ready_;  ///< sessions that wait for nothing, the longest first
    std::minstd_rand random_;        ///< always the same numbers
    std::size_t waiting_ = 0;
    std::uint64_t answered_ = 0;
    int epoll_ = -1;
    Clock::time_point counted_from_, ends_, next_due_;
    LoadFigures figures_;
};

}  // namespace

double LoadFigures::percentile_us(double share) const {
    if (microseconds.empty()) return 0;
    const auto at = static_cast<std::size_t>(share * double(microseconds.size() - 1));
    return microseconds[at];
}

LoadFigures run_load(const LoadPlan& plan, const Dialogue& dialogue, std::uint64_t first_worker) {
    return Load(plan, dialogue, first_worker).run();
}

HeldConnections::HeldConnections(std::uint16_t port, std::size_t wanted) {
    constexpr std::string_view kAsk = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    for (std::array<char, 4096> answer{}; sockets_.size() < wanted;) {
        const int made = connect_to(port);
        const timeval patience{kPatience.count(), 0};
        ::setsockopt(made, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        if (::send(made, kAsk.data(), kAsk.size(), MSG_NOSIGNAL) < 0 ||
            ::recv(made, answer.data(), answer.size(), 0) <= 0) {
            ::close(made);
            return;
        }
        sockets_.push_back(made);
    }
}

HeldConnections::~HeldConnections() {
    for (const int held : sockets_) ::close(held);
}

}  // namespace jangkau::bench
