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

bool is_unreserved(std::string_view text) {
    return std::all_of(text.begin(), text.end(), unreserved);
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
        out += '%';
        out += kHex[byte >> 4];
        out += kHex[byte & 0x0F];
        text.remove_prefix(1);
    }
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
