#include "gateway/config_values.hpp"

#include <sys/stat.h>

#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "gateway/core/text.hpp"

namespace jangkau::gateway {
namespace {

menus::Yaml scalar(std::string text) {
    menus::Yaml node;
    node.kind = menus::Yaml::Kind::scalar;
    node.scalar = std::move(text);
    return node;
}

menus::Yaml value_of(std::string_view text) {
    if (!text.starts_with('[') || !text.ends_with(']')) return scalar(std::string(text));
    text = text.substr(1, text.size() - 2);
    menus::Yaml list;
    list.kind = menus::Yaml::Kind::sequence;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(',', at), text.size());
        list.items.push_back(scalar(std::string(trim(text.substr(at, end - at)))));
        at = end + 1;
    }
    return list;
}

}  // namespace

void Fingerprint::add(std::string_view part) {
    add_bytes(std::to_string(part.size()));
    add_bytes(":");
    add_bytes(part);
}

void Fingerprint::add(const menus::Yaml& value) {
    add(std::to_string(static_cast<int>(value.kind)));
    add(value.scalar);
    add(std::to_string(value.items.size()));
    for (const menus::Yaml& item : value.items) add(item);
    add(std::to_string(value.entries.size()));
    for (const menus::Yaml::Entry& entry : value.entries) {
        add(entry.key);
        add(entry.value);
    }
}

void Fingerprint::add_bytes(std::string_view bytes) {
    constexpr std::uint64_t kPrime = 1099511628211ull;
    for (const char c : bytes) value_ = (value_ ^ static_cast<unsigned char>(c)) * kPrime;
}

std::optional<std::string> read_file(const std::string& path) {
    struct stat about {};
    if (::stat(path.c_str(), &about) != 0 || !S_ISREG(about.st_mode)) return std::nullopt;
    std::ifstream in(path, std::ios::binary);
    if (!in) return std::nullopt;
    return std::string(std::istreambuf_iterator<char>(in), {});
}

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? "." : path.substr(0, slash);
}

std::string below(const std::string& folder, const std::string& path) {
    return path.starts_with('/') ? path : folder + "/" + path;
}

void override_value(menus::Yaml& tree, const std::string& setting, Problems& problems) {
    const std::size_t equals = setting.find('=');
    if (equals == std::string::npos || equals == 0) {
        problems.push_back({"--set", 0, setting, "must have the form key.path=value"});
        return;
    }
    menus::Yaml* node = &tree;
    std::string_view path = std::string_view(setting).substr(0, equals);
    while (!path.empty()) {
        const std::string key(path.substr(0, path.find('.')));
        path.remove_prefix(std::min(path.size(), key.size() + 1));
        if (node->kind == menus::Yaml::Kind::null) node->kind = menus::Yaml::Kind::mapping;
        if (!node->is_mapping()) {
            problems.push_back(
                {"--set", 0, setting, "'" + key + "' lies below a value, not below a mapping"});
            return;
        }
        menus::Yaml* next = const_cast<menus::Yaml*>(node->find(key));
        if (!next) {
            node->entries.push_back({key, 0, {}});
            next = &node->entries.back().value;
        }
        node = next;
    }
    *node = value_of(std::string_view(setting).substr(equals + 1));
}

std::string expand_value(const std::string& text, const std::string& folder, bool needed,
                         const std::function<void(std::string)>& complain) {
    if (text.starts_with("file:")) {
        const std::string path =
            text.substr(5).starts_with('/') ? text.substr(5) : folder + "/" + text.substr(5);
        std::ifstream in(path, std::ios::binary);
        if (!in) {
            if (needed) complain("cannot read the file '" + path + "'");
            return {};
        }
        std::string value(std::istreambuf_iterator<char>(in), {});
        while (!value.empty() && (value.back() == '\n' || value.back() == '\r')) value.pop_back();
        return value;
    }
    if (!text.starts_with("${") || !text.ends_with('}')) return text;
    const std::string inner = text.substr(2, text.size() - 3);
    const std::size_t fallback = inner.find(":-");
    const std::string name = inner.substr(0, fallback);
    if (const char* value = std::getenv(name.c_str()); value && *value) return value;
    if (fallback != std::string::npos) return inner.substr(fallback + 2);
    if (needed) complain("the environment has no variable " + name);
    return {};
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
    long long number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc{} || number < 0 || number > 1'000'000'000) return std::nullopt;
    const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
    namespace chrono = std::chrono;
    using chrono::milliseconds;
    if (unit == "ms") return milliseconds(number);
    if (unit == "s") return milliseconds(chrono::seconds(number));
    if (unit == "m") return milliseconds(chrono::minutes(number));
    if (unit == "h") return milliseconds(chrono::hours(number));
    if (unit == "d") return milliseconds(chrono::days(number));
    return std::nullopt;
}

std::chrono::minutes read_clock(menus::Fields& fields, std::string_view key,
                                std::chrono::minutes fallback) {
    const auto text = fields.text(key);
    if (!text) return fallback;
    unsigned hour = 0, minute = 0;
    const char* end = text->data() + text->size();
    const auto first = std::from_chars(text->data(), end, hour);
    if (first.ec == std::errc{} && first.ptr != end && *first.ptr == ':') {
        const auto second = std::from_chars(first.ptr + 1, end, minute);
        if (second.ec == std::errc{} && second.ptr == end && hour < 24 && minute < 60)
            return std::chrono::minutes(hour * 60 + minute);
    }
    fields.complain(fields.line(), key, "must be a time of day such as 08:00, not '" + *text + "'");
    return fallback;
}

}  // namespace jangkau::gateway
