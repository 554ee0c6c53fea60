#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace jangkau {

/// A unit file's [Service] section: each key with its values in order, split at blanks, as
/// systemd.exec(5) reads those that the tests of confinement need.
class UnitFile {
public:
    /// Throws std::runtime_error when it cannot be read.
    explicit UnitFile(const std::string& path);

    [[nodiscard]] bool has(const std::string& key) const { return values_.contains(key); }
    [[nodiscard]] std::vector<std::string> values(const std::string& key) const;
    /// "yes" and such.
    [[nodiscard]] bool on(const std::string& key) const;
    [[nodiscard]] bool is(const std::string& key, std::string_view value) const;
    /// The system calls of the SystemCallFilter lines, groups taken apart as this machine's
    /// systemd does (`systemd-analyze syscall-filter`): the first line allows, "~" takes away.
    [[nodiscard]] std::set<std::string> system_calls() const;

private:
    std::map<std::string, std::vector<std::string>> values_;
};

}  // namespace jangkau
