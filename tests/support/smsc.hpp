#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace jangkau {

/// One that nobody listens on at this moment, on loopback.
[[nodiscard]] int free_port();

/// A TCP connection on loopback. What does not come within the deadline is nothing.
class Wire {
public:
    Wire() = default;
    explicit Wire(int socket) : socket_(socket) {}
    ~Wire();
    Wire(Wire&& other) noexcept;
    Wire& operator=(Wire&& other) noexcept;

    /// Tries until somebody listens.
    [[nodiscard]] static Wire to(int port);

    [[nodiscard]] bool open() const { return socket_ >= 0; }
    void write(const std::string& bytes) const;
    [[nodiscard]] std::optional<std::string> line();
    [[nodiscard]] std::optional<std::string> bytes(std::size_t count);

private:
    [[nodiscard]] bool read_more();

    int socket_ = -1;
    std::string read_;
};

/// Phones behind Kannel's `smsc = fake`, which speaks lines: "FROM TO text WORDS".
class FakeSmsc {
public:
    explicit FakeSmsc(int port) : wire_(Wire::to(port)) {}

    void say(const std::string& from, const std::string& to, const std::string& text) const;
    /// The next SMS to a phone, as a line; "" when none comes.
    [[nodiscard]] std::string heard();

private:
    Wire wire_;
};

/// An SMSC of one client, which speaks as much SMPP 3.4 as USSD takes. The test's thread drives it:
/// what the client asks meanwhile is answered while the test waits.
class Smsc {
public:
    Smsc();
    ~Smsc();
    Smsc(const Smsc&) = delete;
    Smsc& operator=(const Smsc&) = delete;

    [[nodiscard]] int port() const { return port_; }
    /// Waits for the client's bind_transceiver.
    [[nodiscard]] bool bound();

    /// What a phone says (deliver_sm), and what is shown on it (submit_sm).
    struct Ussd {
        std::string phone;  ///< digits
        std::string code;
        std::string text;
        unsigned operation = 0;  ///< ussd_service_op
        std::string session;     ///< its_session_info
    };
    void deliver(const Ussd& ussd);
    [[nodiscard]] std::optional<Ussd> submitted();

private:
    struct Pdu {
        std::uint32_t command = 0;
        std::uint32_t sequence = 0;
        std::string body;
    };
    [[nodiscard]] std::optional<Pdu> next();
    void send(std::uint32_t command, std::uint32_t sequence, const std::string& body) const;

    int listener_ = -1;
    int port_ = 0;
    std::uint32_t sequence_ = 0;
    Wire client_;
};

}  // namespace jangkau
