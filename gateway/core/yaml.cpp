#include "gateway/core/yaml.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace jangkau {

const Yaml* Yaml::find(std::string_view key) const {
    const auto at =
        std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.key == key; });
    return at == entries.end() ? nullptr : &at->value;
}

YamlFields::YamlFields(const Yaml& node, std::string file, std::string path, Problems& problems)
    : node_(node), file_(std::move(file)), path_(std::move(path)), problems_(problems) {
    if (!node.is_mapping() && node.kind != Yaml::Kind::null)
        complain(node.line, "", "must be a mapping of keys to values");
}

const Yaml* YamlFields::take(std::string_view key) {
    asked_.emplace_back(key);
    const Yaml* value = node_.find(key);
    return value && value->kind != Yaml::Kind::null ? value : nullptr;
}

const Yaml* YamlFields::mapping(std::string_view key) {
    const Yaml* value = take(key);
    if (value && !value->is_mapping()) {
        complain(value->line, key, "must be a mapping of keys to values");
        return nullptr;
    }
    return value;
}

const Yaml* YamlFields::sequence(std::string_view key) {
    const Yaml* value = take(key);
    if (value && !value->is_sequence()) {
        complain(value->line, key, "must be a list");
        return nullptr;
    }
    return value;
}

std::optional<std::string> YamlFields::text(std::string_view key) {
    const Yaml* value = take(key);
    if (!value) return std::nullopt;
    if (!value->is_scalar()) {
        complain(value->line, key, "must be a single value");
        return std::nullopt;
    }
    return value->scalar;
}

std::string YamlFields::text_or(std::string_view key, std::string fallback) {
    auto value = text(key);
    return value ? *value : std::move(fallback);
}

std::string YamlFields::required(std::string_view key) {
    auto value = text(key);
    const Yaml* there = node_.find(key);
    if (!there || there->kind == Yaml::Kind::null)
        complain(there ? there->line : node_.line, key, "is missing");
    return value.value_or("");
}

long long YamlFields::number(std::string_view key, long long fallback, long long min,
                             long long max) {
    const auto value = text(key);
    if (!value) return fallback;
    long long number = 0;
    const auto [end, fault] = std::from_chars(value->data(), value->data() + value->size(), number);
    if (fault != std::errc{} || end != value->data() + value->size() || number < min ||
        number > max) {
        complain(node_.find(key)->line, key,
                 "must be a whole number from " + std::to_string(min) + " to " +
                     std::to_string(max) + ", not '" + *value + "'");
        return fallback;
    }
    return number;
}

bool YamlFields::flag(std::string_view key, bool fallback) {
    const auto value = text(key);
    if (!value) return fallback;
    if (*value == "true" || *value == "yes") return true;
    if (*value == "false" || *value == "no") return false;
    complain(node_.find(key)->line, key, "must be true or false, not '" + *value + "'");
    return fallback;
}

std::vector<std::string> YamlFields::texts(std::string_view key) {
    const Yaml* value = take(key);
    if (!value) return {};
    if (value->is_scalar()) return {value->scalar};
    std::vector<std::string> out;
    if (!value->is_sequence()) {
        complain(value->line, key, "must be a value or a list of values");
        return out;
    }
    for (const Yaml& item : value->items) {
        if (item.is_scalar())
            out.push_back(item.scalar);
        else
            complain(item.line, key, "must be a list of single values");
    }
    return out;
}

void YamlFields::complain(int line, std::string_view key, std::string what) {
    problems_.push_back({file_, line, path(key), std::move(what), Problem::Severity::error});
}

void YamlFields::warn(int line, std::string_view key, std::string what) {
    problems_.push_back({file_, line, path(key), std::move(what), Problem::Severity::warning});
}

std::string YamlFields::path(std::string_view key) const {
    if (key.empty()) return path_;
    return path_.empty() ? std::string(key) : path_ + "/" + std::string(key);
}

void YamlFields::finish() {
    std::sort(asked_.begin(), asked_.end());
    asked_.erase(std::unique(asked_.begin(), asked_.end()), asked_.end());
    for (const auto& entry : node_.entries) {
        if (std::binary_search(asked_.begin(), asked_.end(), entry.key)) continue;
        std::string remedy = did_you_mean(entry.key, asked_);
        if (remedy.empty() && !asked_.empty()) {
            remedy = "; known here: ";
            for (const std::string& key : asked_) remedy += (&key == &asked_[0] ? "" : ", ") + key;
        }
        complain(entry.line, entry.key, "unknown key" + remedy);
    }
}

}  // namespace jangkau
