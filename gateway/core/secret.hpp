#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

namespace jangkau {

/// A key, password or path token. Prints as "***"; only `reveal()` gives the value.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string value) : value_(std::move(value)) {}

    [[nodiscard]] const std::string& reveal() const { return value_; }
    [[nodiscard]] bool empty() const { return value_.empty(); }
    /// Compares in time that depends on lengths only. An empty secret, one never set, equals
    /// nothing.
    [[nodiscard]] bool equals(std::string_view other) const;

private:
    std::string value_;
};

std::ostream& operator<<(std::ostream& out, const Secret& secret);

}  // namespace jangkau
