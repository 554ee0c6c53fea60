#include "gateway/core/form.hpp"

#include <algorithm>

namespace jangkau {
namespace {

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// RFC 3986 section 2.3.
bool unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

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

std::string percent_encode(std::string_view text) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string encoded;
    encoded.reserve(text.size());
    for (const char c : text) {
        if (unreserved(c)) {
            encoded += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            encoded += '%';
            encoded += kHex[byte >> 4];
            encoded += kHex[byte & 0x0F];
        }
    }
    return encoded;
}

std::string percent_decode(std::string_view text, bool plus_is_blank) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int high = text[i] == '%' && i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
        const int low = high >= 0 ? hex_value(text[i + 2]) : -1;
        if (low >= 0) {
            decoded += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            decoded += plus_is_blank && text[i] == '+' ? ' ' : text[i];
        }
    }
    return decoded;
}

}  // namespace jangkau
