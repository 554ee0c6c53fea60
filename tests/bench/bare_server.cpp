// What Boost.Asio gives to a server that does nothing: reads a request by its Content-Length,
// answers with the same bytes. One thread. Prints "PORT" and ends with its standard input.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace {

namespace asio = boost::asio;
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using boost::system::error_code;

const std::string& answer() {
    static const std::string kBody =
        "CON Ketik NIK: 16 angka di KTP atau KK, tanpa spasi.\n0 Kembali";
    static const std::string kAnswer =
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " +
        std::to_string(kBody.size()) + "\r\n\r\n" + kBody;
    return kAnswer;
}

class Client : public std::enable_shared_from_this<Client> {
public:
    explicit Client(Socket socket) : socket_(std::move(socket)) {}

    void read() {
        socket_.async_read_some(
            asio::buffer(in_.data() + filled_, in_.size() - filled_),
            [self = shared_from_this()](const error_code& ec, std::size_t bytes) {
                if (!ec) self->take(bytes);
            });
    }

private:
    void take(std::size_t bytes) {
        filled_ += bytes;
        const std::string_view seen(in_.data(), filled_);
        const std::size_t end = seen.find("\r\n\r\n");
        if (end == seen.npos) return read();
        constexpr std::string_view kName = "Content-Length: ";
        std::size_t length = 0;
        if (const std::size_t at = seen.find(kName); at < end)
            std::from_chars(seen.data() + at + kName.size(), seen.data() + end, length);
        if (filled_ < end + 4 + length) return read();
        filled_ = 0;
        asio::async_write(socket_, asio::buffer(answer()),
                          [self = shared_from_this()](const error_code& ec, std::size_t) {
                              if (!ec) self->read();
                          });
    }

    Socket socket_;
    std::string in_ = std::string(8192, '\0');
    std::size_t filled_ = 0;
};

using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;

void accept(Acceptor& acceptor) {
    acceptor.async_accept([&acceptor](const error_code& ec, Socket socket) {
        if (ec) return;
        socket.set_option(asio::ip::tcp::no_delay(true));
        std::make_shared<Client>(std::move(socket))->read();
        accept(acceptor);
    });
}

}  // namespace

int main() {
    asio::io_context io{1};
    Acceptor acceptor(io.get_executor(), {asio::ip::address_v4::loopback(), 0});
    std::printf("%u\n", acceptor.local_endpoint().port());
    std::fflush(stdout);
    accept(acceptor);
    io.run();
}
