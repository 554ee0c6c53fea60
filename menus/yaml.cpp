#include "menus/yaml.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>

#include "gateway/core/text.hpp"
#include "gateway/core/utf8.hpp"

namespace jangkau::menus {
namespace {

/// Aliases that hold aliases make a small file grow without end.
constexpr std::size_t kYamlValuesMax = 100'000;

int line_of(const YAML::Mark& mark) { return mark.line < 0 ? 0 : mark.line + 1; }

/// Line of the first byte that is no UTF-8, or 0.
int broken_line(std::string_view text) {
    if (valid_utf8(text)) return 0;
    int line = 1;
    for (Utf8Char next = next_utf8(text); next.valid; next = next_utf8(text)) {
        if (next.code == '\n') ++line;
        text.remove_prefix(next.bytes);
    }
    return line;
}

class Builder {
public:
    Builder(std::string file, Problems& problems) : file_(std::move(file)), problems_(problems) {}

    Yaml build(const YAML::Node& node, int depth) {
        Yaml out;
        out.line = line_of(node.Mark());
        if (++values_ > kYamlValuesMax) {
            if (values_ == kYamlValuesMax + 1)
                complain(out.line, "more than " + std::to_string(kYamlValuesMax) + " values");
            return out;
        }
        if (depth > kYamlDepthMax) {
            complain(out.line, "nested deeper than " + std::to_string(kYamlDepthMax) + " levels");
            return out;
        }
        switch (node.Type()) {
            case YAML::NodeType::Undefined:
            case YAML::NodeType::Null: break;
            case YAML::NodeType::Scalar:
                out.kind = Yaml::Kind::scalar;
                out.scalar = node.Scalar();
                break;
            case YAML::NodeType::Sequence:
                out.kind = Yaml::Kind::sequence;
                for (const auto& item : node) {
                    if (values_ > kYamlValuesMax) break;
                    out.items.push_back(build(item, depth + 1));
                }
                break;
            case YAML::NodeType::Map: build_mapping(node, depth, out); break;
        }
        return out;
    }

private:
    void build_mapping(const YAML::Node& node, int depth, Yaml& out) {
        out.kind = Yaml::Kind::mapping;
        for (const auto& pair : node) {
            const int line = line_of(pair.first.Mark());
            if (!pair.first.IsScalar()) {
                complain(line, "a key must be a word");
                continue;
            }
            if (values_ > kYamlValuesMax) return;
            const std::string key = pair.first.Scalar();
            // yaml-cpp keeps both and finds the first; a person who wrote it twice meant something
            // else.
            const auto earlier = std::find_if(out.entries.begin(), out.entries.end(),
                                              [&](const Yaml::Entry& e) { return e.key == key; });
            if (earlier != out.entries.end()) {
                complain(line, "'" + key + "' stands here twice; first in line " +
                                   std::to_string(earlier->line));
                continue;
            }
            out.entries.push_back({key, line, build(pair.second, depth + 1)});
            // yaml-cpp's mark of "nothing here" is that of what follows.
            Yaml& value = out.entries.back().value;
            if (value.kind == Yaml::Kind::null || value.line == 0) value.line = line;
        }
    }

    void complain(int line, std::string what) {
        problems_.push_back({file_, line, "", std::move(what), Problem::Severity::error});
    }

    std::string file_;
    Problems& problems_;
    std::size_t values_ = 0;
};

}  // namespace

const Yaml* Yaml::find(std::string_view key) const {
    const auto at =
        std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.key == key; });
    return at == entries.end() ? nullptr : &at->value;
}

std::optional<Yaml> parse_yaml(std::string_view text, const std::string& file, Problems& problems) {
    const std::size_t before = problems.size();
    if (const int line = broken_line(text)) {
        problems.push_back({file, line, "", "not UTF-8; save the file with that encoding",
                            Problem::Severity::error});
        return std::nullopt;
    }
    try {
        // yaml-cpp 0.7 takes a quote that is never closed when the file ends with a line end; a
        // comment there hinders it.
        const std::vector<YAML::Node> documents =
            YAML::LoadAll(std::string(text) + (text.ends_with('\n') ? "#" : "\n#"));
        if (documents.size() > 1) {
            problems.push_back({file, line_of(documents[1].Mark()), "",
                                "a second document begins here; take out the '---' above it",
                                Problem::Severity::error});
            return std::nullopt;
        }
        const YAML::Node node = documents.empty() ? YAML::Node() : documents.front();
        Yaml tree = Builder(file, problems).build(node, 0);
        if (problems.size() != before) return std::nullopt;
        return tree;
    } catch (const YAML::Exception& error) {
        problems.push_back(
            {file, line_of(error.mark), "", "not YAML: " + error.msg, Problem::Severity::error});
        return std::nullopt;
    }
}

Fields::Fields(const Yaml& node, std::string file, std::string path, Problems& problems)
    : node_(node), file_(std::move(file)), path_(std::move(path)), problems_(problems) {
    if (!node.is_mapping() && node.kind != Yaml::Kind::null)
        complain(node.line, "", "must be a mapping of keys to values");
}

const Yaml* Fields::take(std::string_view key) {
    asked_.emplace_back(key);
    const Yaml* value = node_.find(key);
    return value && value->kind != Yaml::Kind::null ? value : nullptr;
}

const Yaml* Fields::mapping(std::string_view key) {
    const Yaml* value = take(key);
    if (value && !value->is_mapping()) {
        complain(value->line, key, "must be a mapping of keys to values");
        return nullptr;
    }
    return value;
}

const Yaml* Fields::sequence(std::string_view key) {
    const Yaml* value = take(key);
    if (value && !value->is_sequence()) {
        complain(value->line, key, "must be a list");
        return nullptr;
    }
    return value;
}

std::optional<std::string> Fields::text(std::string_view key) {
    const Yaml* value = take(key);
    if (!value) return std::nullopt;
    if (!value->is_scalar()) {
        complain(value->line, key, "must be a single value");
        return std::nullopt;
    }
    return value->scalar;
}

std::string Fields::text_or(std::string_view key, std::string fallback) {
    auto value = text(key);
    return value ? *value : std::move(fallback);
}

std::string Fields::required(std::string_view key) {
    auto value = text(key);
    const Yaml* there = node_.find(key);
    if (!there || there->kind == Yaml::Kind::null)
        complain(there ? there->line : node_.line, key, "is missing");
    return value.value_or("");
}

long long Fields::number(std::string_view key, long long fallback, long long min, long long max) {
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

bool Fields::flag(std::string_view key, bool fallback) {
    const auto value = text(key);
    if (!value) return fallback;
    if (*value == "true" || *value == "yes") return true;
    if (*value == "false" || *value == "no") return false;
    complain(node_.find(key)->line, key, "must be true or false, not '" + *value + "'");
    return fallback;
}

std::vector<std::string> Fields::texts(std::string_view key) {
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

void Fields::complain(int line, std::string_view key, std::string what) {
    problems_.push_back({file_, line, path(key), std::move(what), Problem::Severity::error});
}

void Fields::warn(int line, std::string_view key, std::string what) {
    problems_.push_back({file_, line, path(key), std::move(what), Problem::Severity::warning});
}

std::string Fields::path(std::string_view key) const {
    if (key.empty()) return path_;
    return path_.empty() ? std::string(key) : path_ + "/" + std::string(key);
}

void Fields::finish() {
    for (const auto& entry : node_.entries) {
        if (std::find(asked_.begin(), asked_.end(), entry.key) == asked_.end())
            complain(entry.line, entry.key, "unknown key" + did_you_mean(entry.key, asked_));
    }
}

}  // namespace jangkau::menus
