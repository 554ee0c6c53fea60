#include "tests/support/smsc.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <thread>
#include <tuple>
#include <utility>

namespace jangkau {
namespace {

using namespace std::chrono_literals;

constexpr auto kDeadline = 20s;

constexpr std::uint32_t kBindTransceiver = 0x09;
constexpr std::uint32_t kSubmit = 0x04;
constexpr std::uint32_t kDeliver = 0x05;
constexpr std::uint32_t kEnquireLink = 0x15;
constexpr std::uint32_t kResponse = 0x80000000;
constexpr std::uint16_t kOperation = 0x0501;
constexpr std::uint16_t kSessionInfo = 0x1383;
constexpr std::size_t kHeaderOctets = 16;

int loopback_socket(sockaddr_in& address, int port) {
    address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

/// Bound to a free port; the port.
std::pair<int, int> bound_socket() {
    sockaddr_in address{};
    const int socket = loopback_socket(address, 0);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket, generic, size) != 0 || ::getsockname(socket, generic, &size) != 0)
        throw std::runtime_error("no free port");
    return {socket, ntohs(address.sin_port)};
}

bool readable(int socket) {
    pollfd waiting{socket, POLLIN, 0};
    const auto milliseconds = std::chrono::milliseconds(kDeadline).count();
    return ::poll(&waiting, 1, static_cast<int>(milliseconds)) == 1;
}

template <class Number>
std::string big_endian(Number number) {
    std::string out;
    for (std::size_t shift = 8 * sizeof number; shift > 0; shift -= 8)
        out += static_cast<char>(number >> (shift - 8) & 0xFF);
    return out;
}

std::uint32_t number_in(const std::string& octets, std::size_t at, std::size_t count) {
    std::uint32_t number = 0;
    for (std::size_t i = at; i < at + count; ++i)
        number = number << 8 | static_cast<unsigned char>(octets.at(i));
    return number;
}

std::string tlv(std::uint16_t tag, const std::string& value) {
    return big_endian(tag) + big_endian(static_cast<std::uint16_t>(value.size())) + value;
}

std::string terminated(const std::string& text) { return text + '\0'; }

/// Takes from the beginning of a PDU's body.
class Body {
public:
    explicit Body(const std::string& octets) : rest_(octets) {}
    std::string take(std::size_t count) {
        std::string out = rest_.substr(0, count);
        rest_.erase(0, count);
        return out;
    }
    std::string text() {
        std::string out = take(rest_.find('\0'));
        take(1);
        return out;
    }
    std::uint32_t number(std::size_t octets) { return number_in(take(octets), 0, octets); }
    [[nodiscard]] bool done() const { return rest_.empty(); }

private:
    std::string rest_;
};

}  // namespace

int free_port() {
    const auto [socket, port] = bound_socket();
    ::close(socket);
    return port;
}

Wire::~Wire() {
    if (socket_ >= 0) ::close(socket_);
}
Wire::Wire(Wire&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), read_(std::move(other.read_)) {}
Wire& Wire::operator=(Wire&& other) noexcept {
    std::swap(socket_, other.socket_);
    std::swap(read_, other.read_);
    return *this;
}

Wire Wire::to(int port) {
    const auto until = std::chrono::steady_clock::now() + kDeadline;
    while (std::chrono::steady_clock::now() < until) {
        sockaddr_in address{};
        Wire wire(loopback_socket(address, port));
        if (::connect(wire.socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0)
            return wire;
        std::this_thread::sleep_for(10ms);
    }
    return {};
}

void Wire::write(const std::string& bytes) const {
    if (::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(bytes.size()))
        throw std::runtime_error("the other side has hung up");
}

bool Wire::read_more() {
    char some[4096];
    const ssize_t count = readable(socket_) ? ::recv(socket_, some, sizeof some, 0) : 0;
    if (count <= 0) return false;
    read_.append(some, static_cast<std::size_t>(count));
    return true;
}

std::optional<std::string> Wire::bytes(std::size_t count) {
    while (read_.size() < count)
        if (!read_more()) return std::nullopt;
    std::string out = read_.substr(0, count);
    read_.erase(0, count);
    return out;
}

std::optional<std::string> Wire::line() {
    std::size_t end = 0;
    while ((end = read_.find('\n')) == std::string::npos)
        if (!read_more()) return std::nullopt;
    return bytes(end + 1)->substr(0, end);
}

void FakeSmsc::say(const std::string& from, const std::string& to, const std::string& text) const {
    wire_.write(from + " " + to + " text " + text + "\n");
}

std::string FakeSmsc::heard() { return wire_.line().value_or(""); }

Smsc::Smsc() {
    std::tie(listener_, port_) = bound_socket();
    if (::listen(listener_, 1) != 0) throw std::runtime_error("cannot listen");
}
Smsc::~Smsc() { ::close(listener_); }

bool Smsc::bound() {
    if (!readable(listener_)) return false;
    client_ = Wire(::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC));
    const auto bind = next();
    if (!bind || bind->command != kBindTransceiver) return false;
    send(kBindTransceiver | kResponse, bind->sequence, terminated("smsc"));
    return true;
}

void Smsc::deliver(const Ussd& ussd) {
    const std::string international = "\x01\x01";
    const std::string class_protocol_priority(3, '\0');
    const std::string receipt_replace_coding_message(4, '\0');
    send(kDeliver, ++sequence_,
         terminated("USSD") + international + terminated(ussd.phone) + std::string(2, '\0') +
             terminated(ussd.code) + class_protocol_priority + terminated("") + terminated("") +
             receipt_replace_coding_message + static_cast<char>(ussd.text.size()) + ussd.text +
             tlv(kOperation, std::string(1, static_cast<char>(ussd.operation))) +
             tlv(kSessionInfo, ussd.session));
}

std::optional<Smsc::Ussd> Smsc::submitted() {
    while (auto pdu = next()) {
        if (pdu->command == kEnquireLink) send(kEnquireLink | kResponse, pdu->sequence, "");
        if (pdu->command != kSubmit) continue;
        send(kSubmit | kResponse, pdu->sequence, terminated(std::to_string(pdu->sequence)));
        Body body(pdu->body);
        Ussd ussd;
        body.text();   // service type
        body.take(2);  // type and plan of the number
        ussd.code = body.text();
        body.take(2);
        ussd.phone = body.text();
        body.take(3);  // class, protocol, priority
        body.text();   // schedule
        body.text();   // validity
        body.take(4);  // receipt, replace, coding, canned message
        ussd.text = body.take(body.number(1));
        while (!body.done()) {
            const std::uint32_t tag = body.number(2);
            const std::string value = body.take(body.number(2));
            if (tag == kOperation) ussd.operation = number_in(value, 0, 1);
            if (tag == kSessionInfo) ussd.session = value;
        }
        return ussd;
    }
    return std::nullopt;
}

std::optional<Smsc::Pdu> Smsc::next() {
    const auto header = client_.bytes(kHeaderOctets);
    if (!header) return std::nullopt;
    const auto body = client_.bytes(number_in(*header, 0, 4) - kHeaderOctets);
    if (!body) return std::nullopt;
    return Pdu{number_in(*header, 4, 4), number_in(*header, 12, 4), *body};
}

void Smsc::send(std::uint32_t command, std::uint32_t sequence, const std::string& body) const {
    const auto length = static_cast<std::uint32_t>(kHeaderOctets + body.size());
    client_.write(big_endian(length) + big_endian(command) + big_endian(std::uint32_t{0}) +
                  big_endian(sequence) + body);
}

}  // namespace jangkau
