#include "gateway/addresses.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "gateway/core/text.hpp"

namespace jangkau::gateway {
namespace {

using Bytes = std::array<unsigned char, 16>;

/// An IPv4 address as the IPv6 one that stands for it, so that one comparison serves both.
std::optional<Bytes> parse_address(const std::string& text) {
    Bytes out{};
    if (inet_pton(AF_INET6, text.c_str(), out.data()) == 1) return out;
    std::array<unsigned char, 4> v4{};
    if (inet_pton(AF_INET, text.c_str(), v4.data()) != 1) return std::nullopt;
    out.fill(0);
    out[10] = out[11] = 0xFF;
    std::copy(v4.begin(), v4.end(), out.begin() + 12);
    return out;
}

struct Network {
    Bytes address;
    unsigned bits;
};

std::optional<Network> parse_network(const std::string& text) {
    const std::size_t slash = text.find('/');
    const std::string host = text.substr(0, slash);
    const auto address = parse_address(host);
    if (!address) return std::nullopt;
    const bool v4 = host.find(':') == std::string::npos;
    unsigned bits = v4 ? 32 : 128;
    if (slash != std::string::npos) {
        unsigned given = 0;
        const auto [end, fault] =
            std::from_chars(text.data() + slash + 1, text.data() + text.size(), given);
        if (fault != std::errc{} || end != text.data() + text.size() || given > bits)
            return std::nullopt;
        bits = given;
    }
    return Network{*address, v4 ? bits + 96 : bits};
}

bool within(const Bytes& address, const Network& network) {
    const auto whole = static_cast<std::ptrdiff_t>(network.bits / 8);
    if (!std::equal(address.begin(), address.begin() + whole, network.address.begin()))
        return false;
    if (network.bits % 8 == 0) return true;
    const auto at = static_cast<std::size_t>(whole);
    return ((address[at] ^ network.address[at]) >> (8 - network.bits % 8)) == 0;
}

/// IPv4 as such, everything else as inet_ntop writes it: each address has one form.
std::string written(const Bytes& address) {
    char text[INET6_ADDRSTRLEN] = "";
    static constexpr Bytes kV4{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    if (std::equal(address.begin(), address.begin() + 12, kV4.begin()))
        inet_ntop(AF_INET, address.data() + 12, text, sizeof(text));
    else
        inet_ntop(AF_INET6, address.data(), text, sizeof(text));
    return text;
}

bool all_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

/// "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:80".
std::optional<std::string> address_of(std::string_view node) {
    if (node.starts_with('[')) {
        const std::size_t end = node.find(']');
        if (end == node.npos) return std::nullopt;
        const std::string_view port = node.substr(end + 1);
        if (!port.empty() && !(port.starts_with(':') && all_digits(port.substr(1))))
            return std::nullopt;
        node = node.substr(1, end - 1);
    } else if (std::ranges::count(node, ':') == 1) {
        const std::size_t colon = node.find(':');
        if (!all_digits(node.substr(colon + 1))) return std::nullopt;
        node = node.substr(0, colon);
    }
    const auto address = parse_address(std::string(node));
    if (!address) return std::nullopt;
    return written(*address);
}

/// The `for` of one element of RFC 7239: `for="[2001:db8::1]:80";proto=https`.
std::string_view for_of(std::string_view element) {
    while (!element.empty()) {
        const std::size_t end = std::min(element.find(';'), element.size());
        std::string_view pair = trim(element.substr(0, end));
        element.remove_prefix(std::min(end + 1, element.size()));
        if (pair.size() < 4 || lower_ascii(pair.substr(0, 4)) != "for=") continue;
        pair.remove_prefix(4);
        if (pair.size() >= 2 && pair.starts_with('"') && pair.ends_with('"'))
            pair = pair.substr(1, pair.size() - 2);
        return pair;
    }
    return {};
}

}  // namespace

bool valid_network(const std::string& network) { return parse_network(network).has_value(); }

bool listed(const std::string& address, const std::vector<std::string>& networks) {
    if (networks.empty()) return false;  // as a gateway without a proxy has it, at each request
    const auto parsed = parse_address(address.starts_with("unix") ? "127.0.0.1" : address);
    return parsed && std::ranges::any_of(networks, [&](const std::string& one) {
               const auto network = parse_network(one);
               return network && within(*parsed, *network);
           });
}

bool address_allowed(const std::string& address, const std::vector<std::string>& allow) {
    return allow.empty() || listed(address, allow);
}

std::optional<std::string> caller_of(const std::string& peer, const Headers& headers,
                                     const ProxyRule& rule) {
    if (!listed(peer, rule.trusted)) return peer;
    const bool rfc = rule.header == "Forwarded";
    std::string all;
    for (const auto& [name, value] : headers)
        if (lower_ascii(name) == lower_ascii(rule.header)) all += (all.empty() ? "" : ",") + value;
    std::string_view rest = all;
    for (;;) {
        const std::size_t comma = rest.rfind(',');
        const std::string_view last = trim(rest.substr(comma == rest.npos ? 0 : comma + 1));
        auto address = address_of(rfc ? for_of(last) : last);
        if (!address || comma == rest.npos || !listed(*address, rule.trusted)) return address;
        rest = rest.substr(0, comma);
    }
}

std::string network_of(const std::string& address) {
    const auto parsed = parse_address(address);
    if (!parsed || address.find(':') == std::string::npos) return address;
    Bytes network = *parsed;
    std::fill(network.begin() + 8, network.end(), static_cast<unsigned char>(0));
    return written(network);
}

}  // namespace jangkau::gateway
