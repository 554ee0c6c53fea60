#include "menus/ways.hpp"

namespace jangkau::menus {

std::vector<Way> ways_from(const Node& node) {
    using Kind = Way::Kind;
    std::vector<Way> out;
    for (const Option& option : node.options) {
        const std::string part = "options/" + std::string(1, option.key);
        // What is changed is left for the state that `edit` names, whatever else would follow.
        out.push_back({option.edit.empty() ? Kind::forward : Kind::edit, part, option.to, &option});
        if (!option.edit.empty()) out.push_back({Kind::edit, part + "/edit", option.edit, &option});
    }
    if (!node.to.empty()) out.push_back({Kind::forward, "to", node.to, nullptr});
    if (node.list)
        for (const auto& [code, to] : node.list->on)
            out.push_back({Kind::forward, "list/on/" + code, to, nullptr});
    if (node.list && node.list->below)
        out.push_back({Kind::forward, "list/below/to", node.list->below->to, nullptr});
    for (const auto& [outcome, to] : node.on)
        out.push_back({Kind::forward, "on/" + outcome, to, nullptr});
    if (node.kind == Node::Kind::ask || node.kind == Node::Kind::choose)
        out.push_back({Kind::tries, "after_tries", node.after_tries, nullptr});
    return out;
}

std::vector<Entry> entries_of(const Menu& menu) {
    std::vector<Entry> out{{"start", menu.start, false}};
    for (const auto& [dialled, shortcut] : menu.shortcuts)
        out.push_back({"shortcuts/" + dialled, shortcut.to, false, shortcut.into});
    if (!menu.home.empty()) out.push_back({"home", menu.home, false});
    if (!menu.restart.empty()) out.push_back({"restart", menu.restart, false});
    for (const Keyword& keyword : menu.worker_words)
        out.push_back({"sms/worker/" + keyword.word, keyword.to, true});
    for (const Keyword& keyword : menu.agent_words)
        out.push_back({"sms/agent/" + keyword.word, keyword.to, true});
    // A menu without 'sms' is for USSD only.
    if (!menu.worker_unknown.empty())
        out.push_back({"sms/worker_unknown", menu.worker_unknown, true});
    if (!menu.agent_unknown.empty()) out.push_back({"sms/agent_unknown", menu.agent_unknown, true});
    return out;
}

}  // namespace jangkau::menus
