#include <algorithm>

#include "menus/parse_parts.hpp"

namespace jangkau::menus {
namespace {

/// Lines at the end of the form "1 Label" are the options' labels; what stands above is the prompt.
Text read_text(std::string_view text, int line) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        lines.emplace_back(text.substr(at, end - at));
        at = end + 1;
    }
    while (!lines.empty() && lines.back().empty()) lines.pop_back();
    const auto is_label = [](const std::string& l) {
        return l.size() > 2 && l[0] >= '0' && l[0] <= '9' && l[1] == ' ';
    };
    std::size_t first = lines.size();
    while (first > 0 && is_label(lines[first - 1])) --first;
    Text out;
    out.line = line;
    for (std::size_t i = 0; i < first; ++i) out.prompt += (i ? "\n" : "") + lines[i];
    for (std::size_t i = first; i < lines.size(); ++i)
        out.labels.push_back({lines[i][0], lines[i].substr(2)});
    return out;
}

/// One language file.
class LanguageReader {
public:
    LanguageReader(const Yaml& tree, const std::string& code, std::string file, Problems& problems)
        : code_(code), problems_(problems), top_(tree, file, "", problems) {
        out_.file = std::move(file);
        note_lines(tree, "", out_.lines);
    }

    Language run() {
        out_.code = top_.required("language");
        if (out_.code != code_)
            top_.complain(line_of(out_.lines, "language"), "language",
                          "must be '" + code_ + "', as the file is called");
        out_.name = top_.required("name");
        out_.draft = top_.flag("draft", false);
        out_.falls_back_to = top_.text_or("falls_back_to", "");
        if (out_.draft && out_.falls_back_to.empty())
            top_.complain(line_of(out_.lines, "draft"), "falls_back_to",
                          "is missing: name the language of what this draft lacks");
        if (!out_.draft && !out_.falls_back_to.empty())
            top_.complain(line_of(out_.lines, "falls_back_to"), "falls_back_to",
                          "means something for a draft only; add 'draft: true'");
        read_engine();
        read_words();
        read_texts();
        top_.finish();
        return std::move(out_);
    }

private:
    void read_engine() {
        const Yaml* engine = top_.mapping("engine");
        if (!engine) {
            if (out_.draft)
                out_.back = out_.more = "";
            else
                top_.complain(top_.line(), "engine", "is missing");
            return;
        }
        Fields own(*engine, out_.file, "engine", problems_);
        const auto line = [&](std::string_view key) {
            return out_.draft ? own.text_or(key, "") : own.required(key);
        };
        out_.back = line("back");
        out_.more = line("more");
        out_.no_choice = line("no_choice");
        out_.no_choice_short = line("no_choice_short");
        out_.resumed = own.text_or("resumed", "");
        out_.resumed_short = own.text_or("resumed_short", "");
        own.finish();
        begins_with(own, "back", out_.back, "0 ");
        begins_with(own, "more", out_.more, "9 ");
    }

    void begins_with(Fields& own, std::string_view key, const std::string& text,
                     const std::string& begin) {
        if (text.starts_with(begin) || (out_.draft && text.empty())) return;
        own.complain(line_of(out_.lines, "engine/" + std::string(key)), key,
                     "must begin with '" + begin + "'");
    }

    void read_words() {
        const Yaml* words = top_.mapping("words");
        if (!words) return;
        for (const auto& group : words->entries) {
            Fields codes(group.value, out_.file, "words/" + group.key, problems_);
            for (const auto& word : group.value.entries)
                out_.words[group.key][word.key] = codes.required(word.key);
        }
    }

    void read_texts() {
        if (const Yaml* texts = top_.mapping("texts")) {
            Fields all(*texts, out_.file, "texts", problems_);
            for (const auto& entry : texts->entries)
                out_.texts[entry.key] = read_text(all.required(entry.key), entry.line);
        } else {
            top_.complain(top_.line(), "texts", "is missing");
        }
    }

    const std::string& code_;
    Problems& problems_;
    Fields top_;
    Language out_;
};

}  // namespace

Language read_language(const Yaml& tree, const std::string& code, std::string file,
                       Problems& problems) {
    return LanguageReader(tree, code, std::move(file), problems).run();
}

void read_fallbacks(Menu& menu, Problems& problems) {
    const auto complain = [&](const Language& draft, const std::string& key, std::string what) {
        problems.push_back({draft.file, line_of(draft.lines, key), key, std::move(what)});
    };
    bool good = true;
    for (const Language& draft : menu.languages) {
        if (!draft.draft) continue;
        const auto whole = std::find_if(
            menu.languages.begin(), menu.languages.end(),
            [&](const Language& l) { return l.code == draft.falls_back_to && !l.draft; });
        if (&draft == &menu.languages.front())
            complain(draft, "draft", "the first language is everybody's, so it must be reviewed");
        else if (whole == menu.languages.end())
            complain(draft, "falls_back_to",
                     "no reviewed language '" + draft.falls_back_to + "' in menu.yaml");
        else
            continue;
        good = false;
    }
    if (good) complete_drafts(menu);
}

void note_lines(const Yaml& tree, const std::string& path, Lines& lines) {
    for (const auto& entry : tree.entries) {
        const std::string below = path.empty() ? entry.key : path + "/" + entry.key;
        lines.emplace(below, entry.line);
        note_lines(entry.value, below, lines);
    }
}

}  // namespace jangkau::menus
