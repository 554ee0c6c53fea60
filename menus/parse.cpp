#include "menus/parse.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "gateway/core/csv.hpp"
#include "gateway/core/text.hpp"
#include "menus/parse_parts.hpp"

namespace jangkau::menus {
namespace {

constexpr std::uint32_t kFnvBasis = 2166136261u;
constexpr std::uint32_t kFnvPrime = 16777619u;
constexpr long long kSecondsMax = 3600;

class Parser {
public:
    Parser(const ReadFile& read, std::string folder, Problems& problems)
        : read_(read), folder_(std::move(folder)), problems_(problems) {}

    std::optional<Menu> run() {
        menu_.file = folder_ + "/menu.yaml";
        const auto before = static_cast<std::ptrdiff_t>(problems_.size());
        const auto tree = document("menu.yaml", 0, "");
        if (!tree) return std::nullopt;
        note_lines(*tree, "", menu_.lines);
        Fields top(*tree, menu_.file, "", problems_);
        menu_.name = top.required("menu");
        menu_.start = top.required("start");
        menu_.home = top.text_or("home", "");
        menu_.restart = top.text_or("restart", "");
        menu_.stages = top.texts("stages");
        tries_ = static_cast<unsigned>(top.number("tries", 3, 1, 20));
        after_tries_ = top.required("after_tries");
        const Yaml* languages = tree->find("languages");
        const int languages_line = languages ? languages->line : top.line();
        std::vector<std::string> codes = top.texts("languages");
        if (codes.empty()) top.complain(languages_line, "languages", "needs at least one language");
        for (auto code = codes.begin(); code != codes.end(); ++code) {
            if (std::find(codes.begin(), code, *code) != code)
                top.complain(languages_line, "languages", "'" + *code + "' stands here twice");
            else
                read_one_language(*code, languages_line);
        }
        if (!menu_.languages.empty()) read_fallbacks(menu_, problems_);
        if (const Yaml* lists = top.mapping("lists")) read_lists(*lists);
        if (const Yaml* holders = top.mapping("placeholders")) read_placeholders(*holders);
        if (const Yaml* shortcuts = top.mapping("shortcuts")) read_shortcuts(*shortcuts);
        if (const Yaml* sms = top.mapping("sms")) read_sms(*sms);
        if (const Yaml* seconds = top.mapping("seconds")) read_seconds(*seconds);
        if (const Yaml* journeys = top.mapping("journeys")) read_journeys(*journeys);
        if (const Yaml* states = top.mapping("states"))
            for (const auto& entry : states->entries) read_node(entry);
        else
            top.complain(top.line(), "states", "is missing");
        top.finish();
        if (any_error(Problems(problems_.begin() + before, problems_.end()))) return std::nullopt;
        menu_.revision = hash_;
        return std::move(menu_);
    }

private:
    std::optional<std::string> bytes(const std::string& name, int line, const std::string& path) {
        auto text = read_(name);
        if (!text) {
            problems_.push_back(
                {menu_.file, line, path, "cannot read the file '" + folder_ + "/" + name + "'"});
            return std::nullopt;
        }
        for (const char c : *text) hash_ = (hash_ ^ static_cast<unsigned char>(c)) * kFnvPrime;
        return text;
    }

    std::optional<Yaml> document(const std::string& name, int line, const std::string& path) {
        const auto text = bytes(name, line, path);
        return text ? parse_yaml(*text, folder_ + "/" + name, problems_) : std::nullopt;
    }

    void read_one_language(const std::string& code, int line) {
        const std::string file = code + ".yaml";
        if (const auto tree = document(file, line, "languages"))
            menu_.languages.push_back(read_language(*tree, code, folder_ + "/" + file, problems_));
    }

    void read_lists(const Yaml& lists) {
        for (const auto& entry : lists.entries) {
            Fields own(entry.value, menu_.file, "lists/" + entry.key, problems_);
            List list;
            if (const auto file = own.text("file")) {
                read_list_file(*file, entry.line, own.path("file"), list);
            } else {
                list.word_group = own.required("words");
                for (const std::string& code : own.texts("items"))
                    list.items.push_back({code, "", "", ""});
                if (list.items.empty())
                    own.complain(entry.line, "items", "needs at least one code");
            }
            own.finish();
            menu_.lists[entry.key] = std::move(list);
        }
    }

    void read_list_file(const std::string& file, int line, const std::string& path, List& list) {
        const auto text = bytes(file, line, path);
        if (!text) return;
        const auto csv = parse_csv(*text);
        const std::string name = folder_ + "/" + file;
        if (!csv) {
            problems_.push_back({name, static_cast<int>(csv.error().line), "", csv.error().what});
            return;
        }
        const std::size_t code = csv->column({"code"});
        const std::size_t parent = csv->column({"parent"});
        const std::size_t label = csv->column({"name"});
        if (code == Csv::npos || parent == Csv::npos || label == Csv::npos) {
            problems_.push_back({name, 1, "", "needs the columns code, parent, name"});
            return;
        }
        std::set<std::string_view> seen;
        for (const CsvRow& row : csv->rows) {
            const auto complain = [&](std::string what) {
                problems_.push_back({name, static_cast<int>(row.line), "", std::move(what)});
            };
            if (row.cells[code].empty() || row.cells[label].empty())
                complain("a row needs a code and a name");
            else if (!seen.insert(row.cells[code]).second)
                complain("code " + row.cells[code] + " stands here twice");
            list.items.push_back({row.cells[code], row.cells[parent], row.cells[label],
                                  letters_key(fold_to_gsm7(row.cells[label]))});
        }
    }

    void read_placeholders(const Yaml& holders) {
        for (const auto& entry : holders.entries) {
            Placeholder holder;
            holder.var = entry.key;
            if (entry.value.is_scalar()) {
                holder.worst = entry.value.scalar;
            } else {
                Fields own(entry.value, menu_.file, "placeholders/" + entry.key, problems_);
                holder.var = own.text_or("var", entry.key);
                holder.word_group = own.text_or("word", "");
                holder.worst = own.text_or("worst", "");
                own.finish();
                if (holder.word_group.empty() && holder.worst.empty())
                    own.complain(
                        entry.line, "worst",
                        "give the longest value ('worst'), or the group of words ('word')");
            }
            menu_.placeholders[entry.key] = std::move(holder);
        }
    }

    void read_shortcuts(const Yaml& shortcuts) {
        Fields own(shortcuts, menu_.file, "shortcuts", problems_);
        for (const auto& entry : shortcuts.entries) {
            Shortcut& shortcut = menu_.shortcuts[entry.key];
            if (entry.value.is_scalar()) {
                shortcut.to = own.required(entry.key);
                continue;
            }
            Fields fields(entry.value, menu_.file, "shortcuts/" + entry.key, problems_);
            shortcut.to = fields.required("to");
            shortcut.into = fields.required("into");
            fields.finish();
        }
    }

    void read_sms(const Yaml& sms) {
        Fields own(sms, menu_.file, "sms", problems_);
        if (const Yaml* words = own.mapping("worker"))
            read_keywords(*words, "sms/worker", menu_.worker_words);
        if (const Yaml* words = own.mapping("agent"))
            read_keywords(*words, "sms/agent", menu_.agent_words);
        menu_.worker_unknown = own.required("worker_unknown");
        menu_.agent_unknown = own.required("agent_unknown");
        own.finish();
    }

    void read_keywords(const Yaml& words, const std::string& path, std::vector<Keyword>& out) {
        for (const auto& entry : words.entries) {
            Keyword keyword;
            keyword.word = entry.key;
            keyword.line = entry.line;
            if (entry.value.is_scalar()) {
                keyword.to = entry.value.scalar;
            } else {
                Fields own(entry.value, menu_.file, path + "/" + entry.key, problems_);
                keyword.to = own.required("to");
                keyword.also = own.texts("also");
                keyword.against = own.texts("against");
                keyword.exact = own.flag("exact", false);
                own.finish();
            }
            out.push_back(std::move(keyword));
        }
    }

    void read_seconds(const Yaml& seconds) {
        Fields own(seconds, menu_.file, "seconds", problems_);
        for (const auto& entry : seconds.entries)
            menu_.seconds[entry.key] =
                static_cast<unsigned>(own.number(entry.key, 0, 0, kSecondsMax));
    }

    void read_journeys(const Yaml& journeys) {
        for (const auto& entry : journeys.entries) {
            Fields own(entry.value, menu_.file, "journeys/" + entry.key, problems_);
            Journey journey;
            journey.name = entry.key;
            journey.from = own.text_or("from", "");
            journey.to = own.texts("to");
            if (journey.to.empty())
                own.complain(entry.line, "to", "is missing: name the state where it ends");
            journey.without = own.texts("without");
            journey.screens_max = static_cast<unsigned>(own.number("screens_max", 0, 1, 1000));
            journey.session_max =
                static_cast<unsigned>(own.number("session_max", 0, 1, kSecondsMax));
            own.finish();
            menu_.journeys.push_back(std::move(journey));
        }
    }

    void read_node(const Yaml::Entry& entry) {
        Node node;
        node.name = entry.key;
        node.line = entry.line;
        Fields own(entry.value, menu_.file, "states/" + entry.key, problems_);
        node.stage = own.text_or("stage", "");
        node.to = own.text_or("to", "");
        node.reviewed = own.flag("reviewed", false);
        const bool choose = own.take("choose"), ask = own.take("ask"), act = own.take("do"),
                   say = own.take("say");
        if (choose + ask + act + say != 1)
            return own.complain(entry.line, "", "must be one of choose, ask, do, say");
        if (choose)
            read_choose(own, node);
        else if (ask)
            read_ask(own, node);
        else if (act)
            read_act(own, node);
        else
            node.text = own.required("say");
        own.finish();
        if (act && node.reviewed)
            own.complain(entry.line, "reviewed", "means nothing here; an action shows nothing");
        if (!node.to.empty() && (act || (choose && !node.list)))
            own.complain(
                entry.line, "to",
                "means nothing here; only ask, say and a choice from a list go on 'to' a state");
        if (choose && !node.into.empty() && !node.list)
            own.complain(entry.line, "into", "means nothing here; options say what they 'set'");
        menu_.nodes[entry.key] = std::move(node);
    }

    void read_tries(Fields& own, Node& node) {
        node.tries = static_cast<unsigned>(own.number("tries", tries_, 1, 20));
        node.after_tries = own.text_or("after_tries", after_tries_);
    }

    void read_choose(Fields& own, Node& node) {
        node.kind = Node::Kind::choose;
        node.text = own.required("choose");
        node.into = own.text_or("into", "");
        read_tries(own, node);
        if (const Yaml* options = own.mapping("options"))
            for (const auto& option : options->entries) read_option(own, option, node);
        if (const Yaml* list = own.mapping("list")) read_list_choice(own, *list, node);
    }

    void read_option(Fields& own, const Yaml::Entry& entry, Node& node) {
        Option option;
        option.line = entry.line;
        if (entry.key.size() != 1 || entry.key[0] < '0' || entry.key[0] > '9') {
            own.complain(entry.line, "options",
                         "an option's key is one digit, not '" + entry.key + "'");
            return;
        }
        option.key = entry.key[0];
        if (entry.value.is_scalar()) {
            option.to = entry.value.scalar;
        } else {
            Fields fields(entry.value, menu_.file, own.path("options/" + entry.key), problems_);
            option.to = fields.required("to");
            option.edit = fields.text_or("edit", "");
            if (const Yaml* set = fields.mapping("set")) {
                Fields values(*set, menu_.file, fields.path("set"), problems_);
                for (const auto& value : set->entries)
                    option.set[value.key] = values.required(value.key);
            }
            fields.finish();
        }
        node.options.push_back(std::move(option));
    }

    void read_list_choice(Fields& own, const Yaml& list, Node& node) {
        Fields fields(list, menu_.file, own.path("list"), problems_);
        ListChoice choice;
        choice.list = fields.required("from");
        choice.under = fields.text_or("under", "");
        choice.extra = fields.texts("extra");
        choice.extra_words = fields.text_or("extra_words", "");
        choice.per_page = static_cast<std::size_t>(fields.number("per_page", 8, 1, 8));
        choice.search_min = static_cast<std::size_t>(fields.number("search", 0, 0, 20));
        choice.not_found = fields.text_or("not_found", "");
        if (const Yaml* on = fields.mapping("on")) {
            Fields targets(*on, menu_.file, fields.path("on"), problems_);
            for (const auto& target : on->entries)
                choice.on[target.key] = targets.required(target.key);
        }
        if (const Yaml* below = fields.mapping("below")) {
            Fields own_below(*below, menu_.file, fields.path("below"), problems_);
            choice.below = {own_below.required("into"), own_below.required("to")};
            own_below.finish();
        }
        fields.finish();
        node.list = std::move(choice);
        if (node.into.empty())
            own.complain(node.line, "into", "a choice from a list needs a variable to put it into");
        if (node.to.empty()) own.complain(node.line, "to", "is missing");
    }

    void read_ask(Fields& own, Node& node) {
        node.kind = Node::Kind::ask;
        node.text = own.required("ask");
        node.validator = own.required("as");
        node.into = own.required("into");
        if (node.to.empty()) own.complain(node.line, "to", "is missing");
        read_tries(own, node);
        if (const Yaml* options = own.mapping("options"))
            for (const auto& option : options->entries) read_option(own, option, node);
        if (const Yaml* errors = own.mapping("errors")) {
            Fields texts(*errors, menu_.file, own.path("errors"), problems_);
            for (const auto& error : errors->entries)
                node.errors[error.key] = texts.required(error.key);
        }
    }

    void read_act(Fields& own, Node& node) {
        node.kind = Node::Kind::act;
        node.action = own.required("do");
        node.argument = own.text_or("with", "");
        if (const Yaml* on = own.mapping("on")) {
            Fields targets(*on, menu_.file, own.path("on"), problems_);
            for (const auto& target : on->entries)
                node.on[target.key] = targets.required(target.key);
        } else {
            own.complain(node.line, "on", "is missing: name the state that follows each outcome");
        }
    }

    const ReadFile& read_;
    std::string folder_;
    Problems& problems_;
    Menu menu_;
    std::uint32_t hash_ = kFnvBasis;
    unsigned tries_ = 3;
    std::string after_tries_;
};

}  // namespace

std::optional<Menu> parse_menu(const ReadFile& read, const std::string& folder,
                               Problems& problems) {
    return Parser(read, folder, problems).run();
}

}  // namespace jangkau::menus
