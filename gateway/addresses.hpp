#pragma once

#include <array>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "gateway/core/http.hpp"

namespace jangkau::gateway {

/// A list of addresses ("192.0.2.1") and networks ("10.1.0.0/16"), IPv4 or IPv6.
class Networks {
public:
    Networks() = default;
    /// Throws std::invalid_argument where one of them is none.
    Networks(std::initializer_list<std::string> texts);

    /// False, and nothing is added, where it is none.
    [[nodiscard]] bool add(const std::string& text);
    [[nodiscard]] bool empty() const { return networks_.empty(); }
    /// Whether `address` ("127.0.0.1") lies in one of them. Unix sockets count as 127.0.0.1.
    [[nodiscard]] bool contains(const std::string& address) const;

private:
    /// Of an IPv4 network, that of the IPv6 addresses that stand for its own.
    struct Network {
        std::array<unsigned char, 16> address;
        unsigned bits;
    };

    std::vector<Network> networks_;
};

/// As Networks::contains(), but an empty list allows everybody.
[[nodiscard]] bool address_allowed(const std::string& address, const Networks& allow);
/// An address of a caller's own choice within its network: an IPv6 one as its /64, which one caller
/// has to himself.
[[nodiscard]] std::string network_of(const std::string& address);

/// Whose word about the caller's address counts, and where it stands.
struct ProxyRule {
    Networks trusted;
    /// Only this one is read. A proxy that writes one of the two passes the other on as the caller
    /// wrote it.
    std::string header = "X-Forwarded-For";  ///< or "Forwarded" (RFC 7239)
};

/// Who asks: `peer`, the other end of the connection, or, where that is a trusted proxy, the
/// right-most address of the header that is none. Nothing where a trusted proxy does not say it in
/// a form that can be read.
[[nodiscard]] std::optional<std::string> caller_of(const std::string& peer, const Headers& headers,
                                                   const ProxyRule& rule);

}  // namespace jangkau::gateway
