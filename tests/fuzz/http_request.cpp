// Bytes of a client through the server's own connection, over a pair of sockets, in one piece and
// in many: the same requests reach the handler, the same answers come back, and nothing is larger
// than its limit. The first byte says how the others are cut.

#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "gateway/connection.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace jangkau;
using namespace jangkau::gateway;
using fuzz::expect;

namespace {

/// Small, so that inputs reach them.
ServerLimits limits() {
    ServerLimits limits;
    limits.buffer_bytes_max = 1024;
    limits.header_bytes_max = 512;
    limits.header_fields_max = 8;
    limits.body_bytes_max = 128;
    return limits;
}

/// Answers at once, and remembers what it was asked.
class Witness final : public Handler {
public:
    Pending handle(HttpRequest request, Respond respond) override {
        std::size_t bytes = request.path.size() + request.query.size();
        for (const auto& text : {request.method, request.path, request.query}) asked += text + '\n';
        for (const auto& [name, value] : request.headers) {
            asked += name + ": " + value + '\n';
            bytes += name.size() + value.size();
        }
        asked += request.body + "\n---\n";
        // What is thrown here would be answered with 500.
        within = within && bytes <= limits().header_bytes_max &&
                 request.headers.size() <= limits().header_fields_max &&
                 request.body.size() <= limits().body_bytes_max;
        respond(plain_text(200, "ok"));
        return {};
    }
    std::string asked;
    bool within = true;
};

struct Outcome {
    std::string asked;
    std::string answered;
};

/// Without what depends on how the bytes came, as it may: 100 Continue comes only where the body is
/// waited for, and of two limits the one that is seen first is told.
std::string comparable(std::string text) {
    constexpr std::string_view kInterim = "HTTP/1.1 100 Continue\r\n\r\n";
    for (auto at = text.find(kInterim); at != text.npos; at = text.find(kInterim))
        text.erase(at, kInterim.size());
    if (const auto at = text.find("HTTP/1.1 4"); at != text.npos)
        text.replace(at, text.npos, "refused");
    return text;
}

Outcome talk(std::string_view bytes, std::size_t cut) {
    asio::io_context io{1};
    Witness witness;
    auto counters = std::make_shared<Counters>();
    auto place = std::make_shared<Place>(
        Place{witness, limits(), counters, std::make_shared<AnswerGate>(io), false, {}});
    int pair[2];
    expect(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0, "a pair of sockets");
    StreamSocket ours(io.get_executor(), Protocol(AF_UNIX, 0), pair[0]);
    StreamSocket client(io.get_executor(), Protocol(AF_UNIX, 0), pair[1]);
    bool ended = false;
    asio::co_spawn(
        io, Connection::serve(std::make_shared<Connection>(std::move(ours), "127.0.0.1", place)),
        [&](std::exception_ptr failure) {
            ended = true;
            if (failure) std::rethrow_exception(failure);
        });
    boost::system::error_code ignored;
    for (std::size_t piece = 0; !bytes.empty(); ++piece) {
        const std::size_t size = cut == 0 ? bytes.size() : 1 + (piece * cut + cut) % 97;
        const std::string_view sent = bytes.substr(0, size);
        asio::write(client, asio::buffer(sent.data(), sent.size()), ignored);
        bytes.remove_prefix(sent.size());
        io.restart();
        io.poll();
    }
    client.shutdown(StreamSocket::shutdown_send, ignored);
    io.restart();
    io.run();
    expect(ended && counters->open == 0, "the connection ends with its client");
    expect(witness.within, "no request is larger than its limits");
    std::string answered;
    asio::read(client, asio::dynamic_buffer(answered), ignored);
    return {witness.asked, comparable(std::move(answered))};
}

}  // namespace

FUZZ_TARGET(http_request) {
    if (input.empty()) return;
    const auto first = static_cast<unsigned char>(input.front());
    const std::string_view bytes = input.substr(1);
    const Outcome whole = talk(bytes, 0);
    for (const std::size_t cut : {std::size_t{97}, 1U + std::size_t{first}}) {
        const Outcome pieces = talk(bytes, cut);
        expect(pieces.asked == whole.asked, "the same requests in pieces");
        expect(pieces.answered == whole.answered, "the same answers");
    }
}
