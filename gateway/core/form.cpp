#include "gateway/core/form.hpp"

#include <algorithm>
#include <array>

namespace jangkau {
namespace {

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

int upper_hex_value(char c) { return c >= 'a' && c <= 'f' ? -1 : hex_value(c); }

/// RFC 3986 section 2.3, by byte.
constexpr auto kUnreserved = [] {
    std::array<bool, 256> table{};
    for (const char c : std::string_view("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                         "0123456789-._~"))
        table[static_cast<unsigned char>(c)] = true;
    return table;
}();

// A type of its own, so that the algorithms can inline it.
constexpr auto unreserved = [](char c) { return kUnreserved[static_cast<unsigned char>(c)]; };

}  // namespace

Result<Form, BadForm> Form::parse(std::string_view encoded, std::size_t bytes_max) {
    if (encoded.size() > bytes_max) return BadForm{BadForm::Kind::too_long};

    Form form;
    while (!encoded.empty()) {
        const std::string_view field = encoded.substr(0, encoded.find('&'));
        encoded.remove_prefix(std::min(encoded.size(), field.size() + 1));
        if (field.empty()) continue;
        if (form.fields_.size() == kFieldsMax) return BadForm{BadForm::Kind::too_many_fields};

        const std::string_view name = field.substr(0, field.find('='));
        const std::string_view value = field.substr(std::min(field.size(), name.size() + 1));
        form.add(percent_decode(name, true), percent_decode(value, true));
    }
    return form;
}

std::optional<std::string_view> Form::get(std::string_view name) const {
    for (const auto& [key, value] : fields_) {
        if (key == name) return value;
    }
    return std::nullopt;
}

void Form::add(std::string name, std::string value) {
    fields_.emplace_back(std::move(name), std::move(value));
}

std::string Form::encode() const {
    std::string encoded;
    for (const auto& [name, value] : fields_) {
        if (!encoded.empty()) encoded += '&';
        encoded += percent_encode(name) + '=' + percent_encode(value);
    }
    return encoded;
}

void append_percent_encoded(std::string& out, std::string_view text) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    while (!text.empty()) {
        const auto plain = static_cast<std::size_t>(
            std::find_if_not(text.begin(), text.end(), unreserved) - text.begin());
        out += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty()) break;
        const auto byte = static_cast<unsigned char>(text.front());
        const std::array<char, 3> escape{'%', kHex[byte >> 4U], kHex[byte & 0x0FU]};
        out.append(escape.data(), escape.size());
        text.remove_prefix(1);
    }
}

bool percent_decode_strictly(std::string_view text, std::string& decoded) {
    const auto* const end = text.end();
    const auto* at = std::find_if_not(text.begin(), end, unreserved);
    decoded.assign(text.begin(), at);
    while (at != end) {
        const bool escape = *at == '%' && end - at > 2;
        const int high = escape ? upper_hex_value(at[1]) : -1;
        const int low = escape ? upper_hex_value(at[2]) : -1;
        if (high < 0 || low < 0) return false;
        const auto byte = static_cast<char>(high * 16 + low);
        if (unreserved(byte)) return false;
        decoded += byte;
        at += 3;
        const auto* const plain = at;
        at = std::find_if_not(plain, end, unreserved);
        decoded.append(plain, at);
    }
    return true;
}

std::string percent_encode(std::string_view text) {
    std::string encoded;
    encoded.reserve(text.size());
    append_percent_encoded(encoded, text);
    return encoded;
}

std::string percent_decode(std::string_view text, bool plus_is_blank) {
    const auto special = [&](char c) { return c == '%' || (plus_is_blank && c == '+'); };
    std::string decoded;
    decoded.reserve(text.size());
    while (!text.empty()) {
        const auto plain = static_cast<std::size_t>(
            std::find_if(text.begin(), text.end(), special) - text.begin());
        decoded += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty()) break;
        const bool escape = text.front() == '%' && text.size() > 2;
        const int high = escape ? hex_value(text[1]) : -1;
        const int low = high >= 0 ? hex_value(text[2]) : -1;
        if (low >= 0)
            decoded += static_cast<char>(high * 16 + low);
        else
            decoded += text.front() == '+' ? ' ' : text.front();
        text.remove_prefix(low >= 0 ? 3 : 1);
    }
    return decoded;
}

}  // namespace jangkau
