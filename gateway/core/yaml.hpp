#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/problem.hpp"

namespace jangkau {

/// A YAML document as a tree that remembers its lines. Scalars stay strings: what `no`, `0812` and
/// `1e3` mean is for the reader of a field to say.
struct Yaml {
    enum class Kind { null, scalar, sequence, mapping };
    struct Entry;

    Kind kind = Kind::null;
    int line = 0;
    std::string scalar;
    std::vector<Yaml> items;     ///< of a sequence
    std::vector<Entry> entries;  ///< of a mapping, in the order of the file

    [[nodiscard]] const Yaml* find(std::string_view key) const;
    [[nodiscard]] bool is_mapping() const { return kind == Kind::mapping; }
    [[nodiscard]] bool is_sequence() const { return kind == Kind::sequence; }
    [[nodiscard]] bool is_scalar() const { return kind == Kind::scalar; }
};

struct Yaml::Entry {
    std::string key;
    int line = 0;
    Yaml value;
};

/// Reads the fields of one mapping, reports those that are missing, of the wrong kind or unknown.
///
/// Lifetime: borrows the tree and the list of problems. Call `finish()` last: it reports what
/// nobody asked for.
class YamlFields {
public:
    YamlFields(const Yaml& node, std::string file, std::string path, Problems& problems);

    /// Any value of that key, or nullptr.
    const Yaml* take(std::string_view key);
    /// The value of that key where it has that kind; a wrong kind is reported.
    const Yaml* mapping(std::string_view key);
    const Yaml* sequence(std::string_view key);
    /// The scalar's text; nothing if the key is absent.
    std::optional<std::string> text(std::string_view key);
    std::string text_or(std::string_view key, std::string fallback);
    /// Reported when absent.
    std::string required(std::string_view key);
    /// A whole number within limits; anything else is reported and `fallback` returned.
    long long number(std::string_view key, long long fallback, long long min, long long max);
    bool flag(std::string_view key, bool fallback);
    /// A scalar or a sequence of scalars.
    std::vector<std::string> texts(std::string_view key);

    void complain(int line, std::string_view key, std::string what);
    void warn(int line, std::string_view key, std::string what);
    [[nodiscard]] int line() const { return node_.line; }
    [[nodiscard]] std::string path(std::string_view key) const;
    /// Unknown keys are told with the key that was meant, or with all that are known here.
    void finish();

private:
    const Yaml& node_;
    std::string file_;
    std::string path_;
    Problems& problems_;
    std::vector<std::string> asked_;
};

}  // namespace jangkau
