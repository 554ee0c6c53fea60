#include "gateway/check_report.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <ostream>

#include "gateway/table.hpp"

namespace jangkau::gateway {
namespace {

namespace json = boost::json;

constexpr int kNo = 1;
constexpr int kImpossible = 2;

std::string counted(std::size_t count, const std::string& what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

using Row = std::vector<std::string>;

Row row_of(const std::string& name, const std::string& which, const menus::Path& path,
           bool verbose) {
    std::string way;
    for (const std::string& screen : path.screens) way += (way.empty() ? "" : " ") + screen;
    return {name,
            which,
            std::to_string(path.screens.size()),
            std::to_string(path.pages),
            std::to_string(path.inputs),
            std::to_string(path.seconds),
            std::to_string(menus::billing_steps(path)),
            verbose ? way : ""};
}

/// One state's list under all parents, in the language in which it has the most pages.
struct ListSummary {
    std::string state, list, longest;
    std::size_t lists = 0, items = 0, pages = 0;
};

std::vector<ListSummary> summed(const menus::Proof& proof) {
    std::vector<ListSummary> out;
    for (const menus::ListPages& list : proof.lists) {
        const bool first_language = list.language == proof.lists.front().language;
        if (out.empty() || out.back().state != list.state)
            out.push_back({list.state, list.list, ""});
        ListSummary& sum = out.back();
        if (first_language) {
            ++sum.lists;
            sum.items += list.items;
        }
        if (list.pages.size() <= sum.pages) continue;
        sum.pages = list.pages.size();
        sum.longest = list.under + (list.under.empty() ? "" : ", ") + list.language;
    }
    return out;
}

// --- JSON ---

template <class T>
json::array array_of(const std::vector<T>& values) {
    json::array out;
    for (const T& value : values) out.emplace_back(value);
    return out;
}

json::object json_of(const Problem& problem) {
    json::object out{
        {"severity", problem.severity == Problem::Severity::error ? "error" : "warning"},
        {"file", problem.file},
        {"line", problem.line},
        {"path", problem.path},
        {"what", problem.what}};
    if (!problem.screen.empty()) out["screen"] = problem.screen;
    return out;
}

json::object json_of(const menus::Path& path) {
    return {{"screens", array_of(path.screens)},
            {"pages", path.pages},
            {"inputs", path.inputs},
            {"seconds", path.seconds},
            {"billing_steps", menus::billing_steps(path)}};
}

json::object json_of(const Problems& problems, const menus::Proof& proof) {
    json::array found, journeys, lists, drafts;
    for (const Problem& problem : problems) found.push_back(json_of(problem));
    for (const menus::JourneyPrice& journey : proof.journeys)
        journeys.push_back({{"name", journey.name},
                            {"shortest", json_of(journey.shortest)},
                            {"longest", json_of(journey.longest)}});
    for (const menus::ListPages& list : proof.lists)
        lists.push_back({{"state", list.state},
                         {"list", list.list},
                         {"under", list.under},
                         {"language", list.language},
                         {"items", list.items},
                         {"pages", array_of(list.pages)}});
    for (const menus::DraftLanguage& draft : proof.drafts)
        drafts.push_back({{"language", draft.code},
                          {"falls_back_to", draft.falls_back_to},
                          {"texts", draft.texts},
                          {"own", draft.own},
                          {"borrowed", array_of(draft.borrowed)}});
    return {{"good", !any_error(problems)},
            {"problems", std::move(found)},
            {"journeys", std::move(journeys)},
            {"lists", std::move(lists)},
            {"drafts", std::move(drafts)}};
}

int exit_code(const Problems& problems, bool good, bool strict) {
    if (!good) return kImpossible;
    return strict && !problems.empty() ? kNo : 0;
}

}  // namespace

std::string written_journeys(const menus::Proof& proof, bool verbose) {
    if (proof.journeys.empty()) return {};
    std::vector<Row> rows{
        {"journey", "path", "screens", "pages turned", "inputs", "seconds", "20 s steps", ""}};
    if (verbose) rows[0].back() = "way";
    for (const menus::JourneyPrice& journey : proof.journeys) {
        rows.push_back(row_of(journey.name, "shortest", journey.shortest, verbose));
        rows.push_back(row_of("", "longest", journey.longest, verbose));
    }
    return written_table(rows);
}

std::string written_lists(const menus::Proof& proof, bool verbose) {
    if (proof.lists.empty()) return {};
    if (verbose) {
        std::vector<Row> rows{{"state", "list", "under", "language", "items", "pages"}};
        for (const menus::ListPages& list : proof.lists)
            rows.push_back({list.state, list.list, list.under, list.language,
                            std::to_string(list.items), std::to_string(list.pages.size())});
        return written_table(rows);
    }
    std::vector<Row> rows{{"state", "list", "lists", "items", "most pages"}};
    for (const ListSummary& sum : summed(proof))
        rows.push_back({sum.state, sum.list, std::to_string(sum.lists), std::to_string(sum.items),
                        std::to_string(sum.pages) + " (" + sum.longest + ")"});
    return written_table(rows);
}

std::string written_drafts(const menus::Proof& proof, bool offered, bool verbose) {
    std::string out;
    for (const menus::DraftLanguage& draft : proof.drafts) {
        out += "draft language " + draft.code + (offered ? " (offered): " : " (hidden): ") +
               std::to_string(draft.own) + " of " + counted(draft.texts, "text") +
               (draft.own == 1 ? " is" : " are") + " its own, the others are shown in " +
               draft.falls_back_to + "\n";
        if (verbose)
            for (const std::string& path : draft.borrowed) out += "  " + path + "\n";
    }
    return out;
}

int run_check(ConfigOptions config, const CheckOptions& options, std::ostream& out,
              std::ostream& err) {
    config.file = find_config_file(config.file);
    Problems problems;
    menus::Proof proof;
    const auto loaded = load_config(config, problems, &proof);
    const int code = exit_code(problems, loaded.has_value(), options.strict);
    if (options.json) {
        out << json::serialize(json_of(problems, proof)) << "\n";
        return code;
    }
    for (const Problem& problem : problems) err << written(problem) << "\n";
    const bool offered = loaded && loaded->service->settings.draft_languages;
    for (const std::string& part :
         {written_journeys(proof, options.verbose), written_lists(proof, options.verbose),
          written_drafts(proof, offered, options.verbose)})
        if (!part.empty()) out << part << "\n";
    if (!loaded) {
        err << counted(problems.size(), "problem") << "; the gateway would not start\n";
        return code;
    }
    const menus::Menu& menu = loaded->service->menu;
    out << loaded->file << ": good. " << loaded->channels.size() << " channels; menu " << menu.name
        << " with " << menu.nodes.size() << " states and " << menu.languages.front().texts.size()
        << " texts in " << counted(menu.languages.size(), "language") << "\n";
    if (!problems.empty()) err << counted(problems.size(), "warning") << "\n";
    return code;
}

}  // namespace jangkau::gateway
