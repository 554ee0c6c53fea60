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
    /// As same_bytes(). An empty secret, one never set, equals nothing.
    [[nodiscard]] bool equals(std::string_view given) const;

private:
    std::string value_;
};

std::ostream& operator<<(std::ostream& out, const Secret& secret);

/// Whether a stranger gave what we expect. Takes time that depends on what he gave: whatever we
/// expect, up to 128 bytes of it (a block of the digest), takes the same.
[[nodiscard]] bool same_bytes(std::string_view given, std::string_view expected);

}  // namespace jangkau
