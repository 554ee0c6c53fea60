#include "gateway/operator_parts.hpp"

#include <ostream>
#include <stdexcept>
#include <utility>

#include "gateway/core/calendar.hpp"
#include "gateway/core/form.hpp"
#include "gateway/table.hpp"

namespace jangkau::gateway {

namespace json = boost::json;

std::string encoded(const Fields& fields) {
    Form form;
    for (const auto& [name, value] : fields) form.add(name, value);
    return form.encode();
}

/// Asks, and hands a good answer to `show`; says what went wrong otherwise.
int ask(const OperatorContext& context, const HttpRequest& request,
        const std::function<int(const HttpResponse&)>& show) {
    try {
        const HttpResponse response = ask_installation(context, request);
        if (response.status == 200) return show(response);
        if (context.json) context.out << response.body << '\n';
        json::error_code wrong;
        const json::value body = json::parse(response.body, wrong);
        const json::object* error = wrong ? nullptr : body.if_object();
        const json::value* sentence = error ? error->if_contains("error") : nullptr;
        context.err << (sentence && sentence->is_string()
                            ? std::string(sentence->get_string())
                            : "the gateway answered " + std::to_string(response.status))
                    << '\n';
        return response.status == 400 || response.status == 404 ? refused : not_asked;
    } catch (const std::exception& failed) {
        context.err << failed.what() << '\n';
        return not_asked;
    }
}

json::value parsed(const HttpResponse& response) {
    json::error_code wrong;
    json::value value = json::parse(response.body, wrong);
    if (wrong) throw std::runtime_error("the gateway's answer is no JSON: " + wrong.message());
    return value;
}

/// A field of an answer as people read it; times in the service's zone.
std::string field(const OperatorContext& context, const json::object& object,
                  std::string_view name) {
    const json::value* value = object.if_contains({name.data(), name.size()});
    if (value == nullptr) return {};
    if (value->is_bool()) return value->get_bool() ? "yes" : "no";
    if (const json::array* list = value->if_array()) {
        std::string joined;
        for (const json::value& one : *list) {
            joined += (joined.empty() ? "" : ", ") + json::value_to<std::string>(one);
        }
        return joined;
    }
    if (!value->is_string()) return json::serialize(*value);
    std::string text(value->get_string());
    const auto time = parse_iso_time(text);
    if (!time) return text;
    const Zone& zone = context.config.service->settings.zone;
    return written(zone.date(*time)) + " " + written_clock(zone.time_of_day(*time));
}

/// Each column is a field and its heading.
void show_table(const OperatorContext& context, const json::array& list, const Fields& columns) {
    std::vector<std::vector<std::string>> rows(1);
    for (const auto& [name, heading] : columns) rows.front().push_back(heading);
    for (const json::value& entry : list) {
        std::vector<std::string> row;
        for (const auto& [name, heading] : columns) {
            row.push_back(field(context, entry.as_object(), name));
        }
        rows.push_back(std::move(row));
    }
    context.out << written_table(rows);
}

/// Asks for JSON, and shows it as it is or with `show`.
int ask_json(const OperatorContext& context, const HttpRequest& request,
             const std::function<void(const json::value&)>& show) {
    return ask(context, request, [&](const HttpResponse& response) {
        if (context.json) {
            context.out << response.body << '\n';
        } else {
            show(parsed(response));
        }
        return done;
    });
}

}  // namespace jangkau::gateway
