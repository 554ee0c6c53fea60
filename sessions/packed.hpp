#pragma once

#include <concepts>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace jangkau::sessions {

/// Numbers (seven bits a byte, low ones first) and texts (length, then bytes) one after another.
class Packer {
public:
    explicit Packer(std::size_t expected_bytes) { bytes_.reserve(expected_bytes); }

    template <std::integral T>
    Packer& add(T number) {
        auto rest = static_cast<std::uint64_t>(number);
        for (; rest >= 0x80U; rest >>= 7U) bytes_ += static_cast<char>((rest & 0x7FU) | 0x80U);
        bytes_ += static_cast<char>(rest);
        return *this;
    }
    Packer& add(std::string_view text) {
        add(text.size());
        bytes_ += text;
        return *this;
    }

    [[nodiscard]] const std::string& bytes() const { return bytes_; }

private:
    std::string bytes_;
};

/// Reads them in the same order; throws std::runtime_error where they end too early.
class Unpacker {
public:
    explicit Unpacker(std::string_view bytes) : rest_(bytes) {}

    template <std::integral T = std::uint64_t>
    [[nodiscard]] T number() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const auto byte = static_cast<unsigned char>(take(1).front());
            value |= std::uint64_t{byte & 0x7FU} << shift;
            if (byte < 0x80U) return static_cast<T>(value);
        }
        throw std::runtime_error("a stored number is too long");
    }
    [[nodiscard]] std::string text() { return std::string(take(number<std::size_t>())); }

private:
    std::string_view take(std::size_t size) {
        if (size > rest_.size()) throw std::runtime_error("a stored value is cut off");
        const std::string_view taken = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return taken;
    }

    std::string_view rest_;
};

}  // namespace jangkau::sessions
