#include "menus/yaml.hpp"

#include <yaml-cpp/anchor.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <sstream>

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

/// Where documents begin, and nothing else of them.
class Beginnings final : public YAML::EventHandler {
public:
    std::vector<YAML::Mark> marks;

private:
    void OnDocumentStart(const YAML::Mark& mark) override { marks.push_back(mark); }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
    void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
    void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  const std::string&) override {}
    void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                         YAML::EmitterStyle::value) override {}
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                    YAML::EmitterStyle::value) override {}
    void OnMapEnd() override {}
};

/// Where a second document begins. Not by YAML::LoadAll: yaml-cpp 0.7 finds documents without end
/// in ",:" and never returns.
std::optional<YAML::Mark> second_document(const std::string& text) {
    std::istringstream in(text);
    YAML::Parser parser(in);
    Beginnings found;
    while (found.marks.size() < 2 && parser.HandleNextDocument(found)) {
    }
    if (found.marks.size() < 2) return std::nullopt;
    return found.marks[1];
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
        const std::string whole = std::string(text) + (text.ends_with('\n') ? "#" : "\n#");
        if (const auto mark = second_document(whole)) {
            problems.push_back({file, line_of(*mark), "",
                                "a second document begins here; take out the '---'",
                                Problem::Severity::error});
            return std::nullopt;
        }
        const YAML::Node node = YAML::Load(whole);
        Yaml tree = Builder(file, problems).build(node, 0);
        if (problems.size() != before) return std::nullopt;
        return tree;
    } catch (const YAML::Exception& error) {
        problems.push_back(
            {file, line_of(error.mark), "", "not YAML: " + error.msg, Problem::Severity::error});
        return std::nullopt;
    }
}

}  // namespace jangkau::menus
