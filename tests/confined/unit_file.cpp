#include "tests/confined/unit_file.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace jangkau {
namespace {

std::string trimmed(const std::string& text) {
    const auto from = text.find_first_not_of(" \t");
    if (from == std::string::npos) return "";
    return text.substr(from, text.find_last_not_of(" \t\n") - from + 1);
}

/// All groups of this machine's systemd: "@name" and what stands indented below it.
std::map<std::string, std::vector<std::string>> groups_of_calls() {
    std::map<std::string, std::vector<std::string>> groups;
    FILE* pipe = ::popen("systemd-analyze syscall-filter --no-pager 2>/dev/null", "r");
    if (!pipe) throw std::runtime_error("systemd-analyze cannot be run");
    std::string group;
    char line[512];
    while (std::fgets(line, sizeof(line), pipe)) {
        const std::string word = trimmed(line);
        if (word.empty() || word.starts_with("#")) continue;
        if (line[0] == '@')
            group = word;
        else if (!group.empty())
            groups[group].push_back(word);
    }
    if (::pclose(pipe) != 0 || groups.empty())
        throw std::runtime_error("systemd-analyze syscall-filter told no groups");
    return groups;
}

void collect(const std::map<std::string, std::vector<std::string>>& groups, const std::string& name,
             std::set<std::string>& into) {
    if (!name.starts_with("@")) {
        into.insert(name);
        return;
    }
    const auto found = groups.find(name);
    if (found == groups.end()) throw std::runtime_error("systemd knows no group " + name);
    for (const std::string& member : found->second) collect(groups, member, into);
}

}  // namespace

UnitFile::UnitFile(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error("cannot read " + path);
    bool service = false;
    for (std::string line; std::getline(file, line);) {
        line = trimmed(line);
        if (line.empty() || line.starts_with("#")) continue;
        if (line.starts_with("[")) {
            service = line == "[Service]";
            continue;
        }
        const auto equals = line.find('=');
        if (!service || equals == std::string::npos) continue;
        std::istringstream words(line.substr(equals + 1));
        auto& values = values_[line.substr(0, equals)];
        for (std::string word; words >> word;) values.push_back(word);
    }
}

std::vector<std::string> UnitFile::values(const std::string& key) const {
    const auto found = values_.find(key);
    return found == values_.end() ? std::vector<std::string>{} : found->second;
}

bool UnitFile::on(const std::string& key) const { return is(key, "yes") || is(key, "true"); }

bool UnitFile::is(const std::string& key, std::string_view value) const {
    const auto found = values(key);
    return !found.empty() && found.back() == value;
}

std::set<std::string> UnitFile::system_calls() const {
    const auto groups = groups_of_calls();
    std::set<std::string> allowed, refused;
    bool taking_away = false;
    for (std::string name : values("SystemCallFilter")) {
        // A "~" inverts the whole line; names of the line before never begin with one.
        if (name.starts_with("~")) {
            taking_away = true;
            name.erase(0, 1);
        }
        collect(groups, name, taking_away ? refused : allowed);
    }
    for (const std::string& name : refused) allowed.erase(name);
    return allowed;
}

}  // namespace jangkau
