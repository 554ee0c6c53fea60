#include "gateway/connection.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "gateway/core/form.hpp"
#include "gateway/log.hpp"

namespace jangkau::gateway {
namespace {

namespace http = boost::beast::http;
using boost::beast::iequals;
using boost::system::error_code;
using std::chrono::milliseconds;

constexpr std::size_t kReadBytes = 2048;
/// A body sent in chunks of one byte takes six bytes for each; more than eight is padding.
constexpr std::size_t kWireBytesPerBodyByte = 8;
/// What is still to come of a chunked body ends with "0" and two line ends. Beast 1.81 may be asked
/// again only when it sees so much: a body that begins with "0\r\n" and one more byte fails an
/// assertion of its own, which would end the process.
constexpr std::size_t kLastChunkBytes = 5;
/// After a refusal the client may still be sending. Closing with unread bytes would reset the
/// connection and destroy the answer on its way, so they are read and dropped, up to these limits.
constexpr std::size_t kLingerBytesMax = 64 * 1024;
constexpr milliseconds kLingerMsMax{500};

// What read() gives besides an HTTP status to refuse with.
constexpr int kRequest = 0;
constexpr int kClosed = -1;

int status_of(const error_code& parse_error) {
    if (parse_error == http::error::header_limit) return 431;
    if (parse_error == http::error::body_limit) return 413;
    return 400;
}

/// Names and values come from our own code, which may have copied them from a stranger: a line end
/// would begin another header.
void append_clean(std::string& out, std::string_view text) {
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        out += byte < 0x20 || byte == 0x7f ? ' ' : c;
    }
}

bool is_ours(std::string_view name) {
    return iequals(name, "Content-Length") || iequals(name, "Connection") ||
           iequals(name, "Transfer-Encoding");
}

std::string serialise(const HttpResponse& response, bool keep_alive, bool head) {
    const bool bodiless = response.status == 204 || response.status == 304;
    const auto reason = http::obsolete_reason(http::int_to_status(unsigned(response.status)));
    std::string out;
    out.reserve(256 + response.body.size());
    out += "HTTP/1.1 " + std::to_string(response.status) + " ";
    out.append(reason.data(), reason.size());
    out += "\r\n";
    for (const auto& [name, value] : response.headers) {
        if (is_ours(name)) continue;
        append_clean(out, name);
        out += ": ";
        append_clean(out, value);
        out += "\r\n";
    }
    if (!bodiless) out += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
    out += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
    if (!bodiless && !head) out += response.body;
    return out;
}

/// What other servers on the way may read otherwise than Beast does: a bare CR or LF, a NUL, a line
/// that goes on in the next one (obs-fold).
bool plain_lines(std::string_view header) {
    char before = '\n';
    for (const char c : header) {
        if (c == '\0') return false;
        if ((before == '\r') != (c == '\n')) return false;
        if (before == '\n' && (c == ' ' || c == '\t')) return false;
        before = c;
    }
    return true;
}

/// One rule says where a body ends: a length, or one coding, "chunked", in HTTP/1.1. Whatever
/// leaves a choice could be read otherwise by a proxy before us, and its end would become a request
/// of its own.
template <class Message>
bool one_boundary(const Message& message) {
    const auto codings = message.count(http::field::transfer_encoding);
    const auto lengths = message.count(http::field::content_length);
    if (lengths > 1 || codings > 1 || message.count(http::field::host) > 1) return false;
    // Beast takes "3, 3" for 3.
    const auto length = message[http::field::content_length];
    if (length.find_first_not_of("0123456789") != length.npos) return false;
    if (codings == 0) return true;
    return lengths == 0 && message.version() == 11 &&
           iequals(message[http::field::transfer_encoding], "chunked");
}

/// RFC 9112 section 3.2.2: a server has to accept "GET http://host/path" too.
std::string_view without_authority(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!boost::beast::string_view(target.data(), target.size()).starts_with(scheme)) continue;
        const std::size_t slash = target.find_first_of("/?", scheme.size());
        return slash == target.npos ? std::string_view("/") : target.substr(slash);
    }
    return target;
}

}  // namespace

template <class Function>
void AnswerGate::post(Function&& function) {
    const std::lock_guard lock(mutex_);
    if (io_) asio::post(*io_, std::forward<Function>(function));
}

void AnswerGate::close() {
    const std::lock_guard lock(mutex_);
    io_ = nullptr;
}

/// One answer between the handler, which gives it once from any thread, and the connection, which
/// waits on its timer.
class Connection::Answer : public std::enable_shared_from_this<Connection::Answer> {
public:
    Answer(const Place& place, SteadyTimer& timer)
        : gate_(place.gate), counters_(place.counters), timer_(&timer) {}

    void give(HttpResponse response) {
        if (given_.exchange(true)) return;
        gate_->post([self = shared_from_this(), value = std::move(response)]() mutable {
            self->arrive(std::move(value));
        });
    }
    /// Empty when it has not come; from then on it is late.
    std::optional<HttpResponse> take() {
        if (!response_) timer_ = nullptr;
        return std::move(response_);
    }
    [[nodiscard]] bool arrived() const { return response_.has_value(); }
    void forget() { timer_ = nullptr; }

private:
    void arrive(HttpResponse response) {
        if (!timer_) {
            ++counters_->late;
            return;
        }
        response_ = std::move(response);
        timer_->cancel();
    }

    const std::shared_ptr<AnswerGate> gate_;
    const std::shared_ptr<Counters> counters_;
    std::atomic<bool> given_{false};
    // io thread only.
    SteadyTimer* timer_;
    std::optional<HttpResponse> response_;
};

struct Connection::Tls {
    asio::ssl::stream<StreamSocket&> stream;
};

struct Connection::Parsing {
    http::request_parser<http::string_body> parser;
    std::size_t bytes = 0;  // of this request, as they came over the wire
    bool begun = false;
    bool header_taken = false;
    std::size_t fields = 0;  // of the header
    bool wants_continue = false;
};

Connection::Connection(StreamSocket socket, std::string peer, std::shared_ptr<Place> place)
    : place_(std::move(place)),
      peer_(std::move(peer)),
      socket_(std::move(socket)),
      timer_(socket_.get_executor()),
      buffer_(place_->limits.buffer_bytes_max) {
    if (place_->tls) {
        tls_.reset(new Tls{asio::ssl::stream<StreamSocket&>(socket_, *place_->tls)});
    }
    place_->connections.insert(this);
    ++place_->peers[peer_];
    ++place_->counters->open;
}

Connection::~Connection() {
    place_->connections.erase(this);
    const auto same = place_->peers.find(peer_);
    if (--same->second == 0) place_->peers.erase(same);
    --place_->counters->open;
}

void Connection::stop() {
    error_code ignored;
    if (idle_) socket_.cancel(ignored);
}

void Connection::abort() {
    aborted_ = true;
    error_code ignored;
    socket_.close(ignored);
    timer_.cancel();
}

/// Cancels whatever the socket is waiting for after `time`; read_some() and write() then see
/// `timed_out_`.
void Connection::arm(milliseconds time) {
    timed_out_ = false;
    timer_.expires_after(time);
    timer_.async_wait([weak = weak_from_this()](const error_code& ec) {
        const auto self = weak.lock();
        // A wait that had expired when the timer was set anew cannot be cancelled any more: hence
        // the look at the clock.
        if (ec || !self || self->timer_.expiry() > std::chrono::steady_clock::now()) return;
        self->timed_out_ = true;
        error_code ignored;
        self->socket_.cancel(ignored);
    });
}

/// Within the time of a request.
Task<bool> Connection::shake_hands() {
    arm(place_->limits.read_ms_max);
    error_code ec;
    co_await tls_->stream.async_handshake(asio::ssl::stream_base::server,
                                          asio::redirect_error(kAwait, ec));
    timer_.cancel();
    if (!ec && !timed_out_ && !aborted_) co_return true;
    ++place_->counters->refused;
    log::debug("handshake_failed", {{"peer", peer_}, {"what", ec.message()}});
    co_return false;
}

Task<> Connection::serve(std::shared_ptr<Connection> self) {
    if (self->tls_) {
        const bool shaken = co_await self->shake_hands();
        if (!shaken) co_return;
    }
    const std::size_t requests_max = self->place_->limits.requests_per_connection_max;
    for (;;) {
        const int status = co_await self->read();
        if (status == kClosed) break;
        if (status != kRequest) {
            co_await self->refuse(status);
            break;
        }
        const bool head = self->request_.method == "HEAD";
        const HttpResponse response = co_await self->ask();
        const bool last = ++self->requests_ >= requests_max;
        const bool keep = self->keep_alive_ && !last && !self->place_->stopping;
        std::string wire = serialise(response, keep, head);
        const bool written = co_await self->write(std::move(wire));
        if (!written || !keep) break;
    }
    co_await self->say_goodbye();
}

/// Properly to a client that has sent ahead; a socket that is closed already does not mind.
Task<> Connection::say_goodbye() {
    error_code ignored;
    if (tls_ && !aborted_ && !timed_out_) {
        arm(kLingerMsMax);
        co_await tls_->stream.async_shutdown(asio::redirect_error(kAwait, ignored));
    }
    socket_.shutdown(StreamSocket::shutdown_send, ignored);
    if (buffer_.size() > 0 && !tls_) co_await linger();
}

/// One request into `request_`; or kClosed, or the status to refuse it with.
Task<int> Connection::read() {
    const ServerLimits& limits = place_->limits;
    Parsing parsing;
    auto& parser = parsing.parser;
    parser.header_limit(static_cast<std::uint32_t>(limits.header_bytes_max));
    parser.body_limit(limits.body_bytes_max);
    const std::size_t bytes_max =
        limits.buffer_bytes_max + kWireBytesPerBodyByte * limits.body_bytes_max;

    idle_ = buffer_.size() == 0;
    if (idle_ && place_->stopping) co_return kClosed;
    arm(idle_ ? limits.idle_ms_max : limits.read_ms_max);
    for (;;) {
        const auto data = static_cast<const char*>(buffer_.data().data());
        if (!parsing.begun && buffer_.size() >= 2 && data[0] == '\r' && data[1] == '\n') {
            buffer_.consume(2);  // RFC 9112 section 2.2: some clients end a body with a line end
            continue;
        }
        parsing.begun =
            parsing.begun || buffer_.size() > 1 || (buffer_.size() == 1 && data[0] != '\r');
        const bool too_few =
            parsing.header_taken && parser.chunked() && buffer_.size() < kLastChunkBytes;
        if (parsing.begun && buffer_.size() > 0 && !too_few) {
            error_code ec;
            const std::size_t used = parser.put(buffer_.data(), ec);
            const bool plain = parsing.header_taken || plain_lines({data, used});
            buffer_.consume(used);
            parsing.bytes += used;
            const bool more = ec == http::error::need_more;
            if (ec && !more) co_return status_of(ec);
            if (!plain) co_return 400;
            if (parsing.bytes > bytes_max) co_return 413;
            if (parser.is_header_done() && !parsing.header_taken) {
                if (const int status = take_header(parsing)) co_return status;
            }
            if (parser.is_done()) break;
            if (!more && used > 0 && buffer_.size() > 0) continue;
        }
        if (parsing.wants_continue && buffer_.size() == 0) {
            parsing.wants_continue = false;
            // The deadline of the whole request covers this write too.
            const bool told = co_await write_all("HTTP/1.1 100 Continue\r\n\r\n");
            if (!told) co_return kClosed;
        }
        if (buffer_.size() == buffer_.max_size()) co_return parsing.header_taken ? 413 : 431;
        const bool was_idle = idle_;
        const bool got = co_await read_some();
        if (!got) {
            if (aborted_ || was_idle) co_return kClosed;
            if (timed_out_) co_return 408;
            co_return parsing.begun ? 400 : kClosed;
        }
        if (was_idle) {
            idle_ = false;
            arm(limits.read_ms_max);
        }
    }
    timer_.cancel();
    // Beast puts trailer fields among the header's; nobody who calls us has a use for them.
    const auto& message = parser.get();
    if (std::distance(message.begin(), message.end()) != std::ptrdiff_t(parsing.fields)) {
        co_return 400;
    }
    request_.body = std::move(parser.get().body());
    co_return kRequest;
}

Task<bool> Connection::read_some() {
    const std::size_t room = std::min(kReadBytes, buffer_.max_size() - buffer_.size());
    const auto space = buffer_.prepare(room);
    error_code ec;
    std::size_t got = 0;
    if (tls_) {
        got = co_await tls_->stream.async_read_some(space, asio::redirect_error(kAwait, ec));
    } else {
        got = co_await socket_.async_read_some(space, asio::redirect_error(kAwait, ec));
    }
    if (ec || timed_out_ || aborted_) co_return false;
    buffer_.commit(got);
    co_return true;
}

/// Fills `request_`. Before the body is read, because Beast puts trailer fields among the header's.
int Connection::take_header(Parsing& parsing) {
    auto& parser = parsing.parser;
    const auto& message = parser.get();
    parsing.header_taken = true;
    parser.eager(true);

    const auto fields = static_cast<std::size_t>(std::distance(message.begin(), message.end()));
    if (fields > place_->limits.header_fields_max) return 431;
    parsing.fields = fields;
    if (!one_boundary(message)) return 400;

    const auto text = [](boost::beast::string_view s) { return std::string(s.data(), s.size()); };
    request_ = HttpRequest();
    request_.method = text(message.method_string());
    request_.peer = peer_;
    const std::string whole = text(message.target());
    const std::string_view target = without_authority(whole);
    const std::size_t mark = target.find('?');
    request_.path = target.substr(0, mark);
    request_.target = percent_decode(request_.path, false);
    if (mark != target.npos) request_.query = target.substr(mark + 1);
    request_.headers.reserve(fields);
    for (const auto& field : message) {
        request_.headers.emplace_back(text(field.name_string()), text(field.value()));
    }
    keep_alive_ = parser.keep_alive();
    parsing.wants_continue =
        message.version() == 11 && iequals(message[http::field::expect], "100-continue");
    return 0;
}

Task<HttpResponse> Connection::ask() {
    ++place_->counters->requests;
    const auto answer = std::make_shared<Answer>(*place_, timer_);
    std::optional<Pending> pending;
    try {
        Respond respond = [answer](HttpResponse response) { answer->give(std::move(response)); };
        pending = place_->handler.handle(std::move(request_), std::move(respond));
    } catch (const std::exception& e) {
        log::error("handler_failed", {{"what", e.what()}});
    } catch (...) {
        log::error("handler_failed", {{"what", "an exception of an unknown type"}});
    }
    if (!pending) {
        answer->forget();
        co_return plain_text(500, "internal error\n");
    }
    timed_out_ = false;
    timer_.expires_after(pending->budget);
    error_code ec;
    if (!answer->arrived()) co_await timer_.async_wait(asio::redirect_error(kAwait, ec));
    std::optional<HttpResponse> response = answer->take();
    if (response) co_return std::move(*response);
    co_return pending->late ? pending->late() : HttpResponse();
}

Task<bool> Connection::write(std::string wire) {
    if (aborted_) co_return false;
    out_ = std::move(wire);
    arm(place_->limits.write_ms_max);
    const bool written = co_await write_all(out_);
    out_.clear();
    co_return written;
}

/// `bytes` stay until it is done. The caller sets the deadline.
Task<bool> Connection::write_all(std::string_view bytes) {
    const auto all = asio::buffer(bytes.data(), bytes.size());
    error_code ec;
    if (tls_) {
        co_await asio::async_write(tls_->stream, all, asio::redirect_error(kAwait, ec));
    } else {
        co_await asio::async_write(socket_, all, asio::redirect_error(kAwait, ec));
    }
    co_return !ec && !timed_out_;
}

Task<> Connection::refuse(int status) {
    ++place_->counters->refused;
    const auto reason = http::obsolete_reason(http::int_to_status(unsigned(status)));
    const HttpResponse response =
        plain_text(status, std::string(reason.data(), reason.size()) + "\n");
    std::string wire = serialise(response, false, false);
    const bool written = co_await write(std::move(wire));
    if (!written) co_return;

    error_code ignored;
    if (!tls_) socket_.shutdown(StreamSocket::shutdown_send, ignored);
    co_await linger();
    buffer_.clear();
}

/// Reads and drops for a while what a client still sends.
Task<> Connection::linger() {
    idle_ = true;
    arm(kLingerMsMax);
    for (std::size_t dropped = 0; dropped < kLingerBytesMax && !place_->stopping;) {
        buffer_.clear();
        const bool got = co_await read_some();
        if (!got) break;
        dropped += buffer_.size();
    }
}

}  // namespace jangkau::gateway
