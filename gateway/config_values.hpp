#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "gateway/core/problem.hpp"
#include "menus/yaml.hpp"

namespace jangkau::gateway {

/// A regular file's bytes; nothing where there is none or it cannot be read.
[[nodiscard]] std::optional<std::string> read_file(const std::string& path);
[[nodiscard]] std::string folder_of(const std::string& path);
/// `path` itself if it is absolute, else below `folder`.
[[nodiscard]] std::string below(const std::string& folder, const std::string& path);

/// Puts "key.path=value" over what the file says; a value with commas in brackets is a list:
/// "routes.default=[a,b]".
void override_value(menus::Yaml& tree, const std::string& setting, Problems& problems);

/// "${NAME}" and "${NAME:-default}" from the environment, "file:PATH" from a file (relative to
/// `folder`, without its last line end), anything else as it stands. `complain` hears of a name
/// that is not set or a file that cannot be read, if `needed`.
[[nodiscard]] std::string expand_value(const std::string& text, const std::string& folder,
                                       bool needed,
                                       const std::function<void(std::string)>& complain);

/// FNV-1a: tells contents apart, proves nothing.
class Fingerprint {
public:
    /// With its length, so that what ends one part cannot begin the next.
    void add(std::string_view part);
    /// What it says, not how it is written: comments and blanks count for nothing.
    void add(const menus::Yaml& value);
    [[nodiscard]] std::uint64_t value() const { return value_; }

private:
    void add_bytes(std::string_view bytes);
    std::uint64_t value_ = 14695981039346656037ull;
};

/// "500ms", "15s", "10m", "24h", "7d"; nothing for any other form.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

[[nodiscard]] inline std::size_t read_size(menus::Fields& fields, std::string_view key,
                                           std::size_t fallback, std::size_t min, std::size_t max) {
    return static_cast<std::size_t>(fields.number(key, static_cast<long long>(fallback),
                                                  static_cast<long long>(min),
                                                  static_cast<long long>(max)));
}

/// A time of at least `min`, in whole units of its type.
template <class Duration>
Duration read_duration(menus::Fields& fields, std::string_view key, Duration fallback,
                       Duration min = Duration(0)) {
    const auto text = fields.text(key);
    if (!text) return fallback;
    const auto parsed = parse_duration(*text);
    constexpr std::chrono::milliseconds kUnit = Duration(1);
    if (!parsed)
        fields.complain(fields.line(), key,
                        "must be a time such as 500ms, 15s, 10m, 24h or 7d, not '" + *text + "'");
    else if (*parsed % kUnit != std::chrono::milliseconds(0))
        fields.complain(fields.line(), key,
                        std::string("must be in whole ") +
                            (kUnit >= std::chrono::hours(1) ? "hours" : "seconds") + ", not '" +
                            *text + "'");
    else if (*parsed < min)
        fields.complain(fields.line(), key, "'" + *text + "' is too short");
    else
        return std::chrono::duration_cast<Duration>(*parsed);
    return fallback;
}

/// "08:00" as minutes since midnight.
[[nodiscard]] std::chrono::minutes read_clock(menus::Fields& fields, std::string_view key,
                                              std::chrono::minutes fallback);

}  // namespace jangkau::gateway
